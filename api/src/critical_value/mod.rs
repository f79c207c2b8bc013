//! Critical values 危急值: what was found that somebody has to know at once, and act on.
//!
//! The centre raises one from the examination or the receipt of the specimen on: before the report is typed, with it, or after it. It is addressed to
//! whoever asked for the order (for a station also to the health centre that manages it) and to whoever holds the patient on an open referral.
//! One of them acknowledges it by reading it back, and says later what was done ([`state`]).
//!
//! As long as nobody has acknowledged it, a [clock] runs: after 10 minutes the addressees are told again, the managing health centre among
//! them; after 20 the community's manager learns that there is one, and nothing of whose it is.
//!
//! An amended report that says something else of what was critical raises it again, as a critical value of its own with a clock of its own: what
//! was read back and done about the first stays as it was. Only a critical value with a code can be found in a report; of any other the centre
//! says itself that it has changed.
//!
//! Visibility is data: who is told is settled when it is raised, and has a row (`critical_value_party`). Raising does not change the order, but holds
//! it still meanwhile, so that an order never has more than [`MOST`](service::MOST).

pub mod background;
pub mod clock;
pub mod figure;
pub mod graphql;
pub mod loader;
pub mod seen;
pub mod service;
pub mod state;
