//! Files 文件: stored first, attached then.
//!
//! A file arrives as the raw body of a request ([`service::store`]), is read once from front to back, and is what its bytes say it is
//! ([`kind`]). Its bytes lie encrypted in the data folder ([`storage`]); what is known of them is a row. Within a day the account that
//! stored it attaches it to a referral or an order, and from then on whoever reads that referral's clinical content or that order reads the
//! file, asked anew at every reading. What is attached to nothing after a day is collected ([`sweep`]).
//!
//! The row is written before the bytes have their final name, and the bytes are removed before the row: so whatever is cut short leaves
//! a row that is attached to nothing, which the sweep finds, and never bytes that nobody knows of.

pub mod kind;
pub mod loader;
pub mod service;
pub mod storage;
pub mod sweep;
