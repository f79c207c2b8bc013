//! Family doctors 家庭医生签约: teams of three tiers, and the contracts that let them look after a patient.
//!
//! A health centre sets up [`team`]s of a hospital specialist, its own general practitioner and a health worker of a station (1+1+1), and offers
//! service [`package`]s. It, or the station in the village, signs a patient's [`contract`] with one of the teams: one running contract a patient,
//! whoever is faster. From then on until it ends ([`change`], or its last day passes: [`clock`]) the team treats the patient ([`relation`]): it sees
//! the patient, the open referrals and the follow-ups, closes referrals, and does the follow-ups that go to it.
//!
//! Who belongs to a team acts for it in a scope of its own ([`Scope::Team`](crate::auth::Scope::Team)), which the account is granted with the
//! membership. How many have signed is counted in [`count`].

pub mod background;
pub mod change;
pub mod clock;
pub mod contract;
pub mod count;
pub mod graphql;
pub mod list;
pub mod loader;
pub mod package;
pub mod relation;
pub mod seen;
pub mod service;
mod shared;
pub mod team;
mod turn;
