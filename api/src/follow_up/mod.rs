//! Follow-ups 随访: a patient who was treated is looked after again, on the days of a plan.
//!
//! A side of a referral plans them after a template ([`template`]), for the institution where the patient lives. As long as one is to be done, that
//! institution treats the patient. It records what it found ([`reading`] says which values suggest a referral), hands the rest of the plan on to
//! another institution, or ends it ([`state`]). Downward, the first one that is done reports back, so that the loop closes.

pub mod graphql;
pub mod loader;
pub mod reading;
pub mod seen;
pub mod service;
pub mod state;
pub mod template;
