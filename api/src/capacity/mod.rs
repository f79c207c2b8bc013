//! Beds and slots 床位与号源: what an institution has for patients who are to come, and what of it is held for one of them.
//!
//! A [bed pool](bed_pool) 床位池 counts the beds of one kind in a department: how many are set up, how many a report says are occupied
//! (more than there are, where beds were added 加床), and how many are held. A [slot] 号源 is a session of a department or a practitioner that
//! takes so many patients. Their keeper is the institution's administrator; occupancy is reported by whoever knows it, mostly the hospital's
//! system.
//!
//! A [hold] 预留 belongs to a referral's present acceptance, or to the present claim of a remote consultation. It is taken, consumed and given back in the transaction of the
//! verb that does so ([`referral`](crate::referral), [`order`](crate::order)), each time by one guarded statement, so that the last bed is given once however many ask.
//!
//! Where an expert is [posted], the sessions of the posting are slots too, offered and withdrawn with it.
//! Holds count neither as changes of the pool nor of the slot: whoever edits these is not in the way of whoever accepts patients.

pub mod bed_pool;
pub mod free;
pub mod graphql;
pub mod hold;
pub mod list;
pub mod loader;
pub mod posted;
mod shared;
pub mod slot;
