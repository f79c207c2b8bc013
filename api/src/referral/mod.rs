//! Referrals 双向转诊: a patient is sent, answered, followed to the report and back.
//!
//! A sender writes a referral ([`writing`]), which is complete when the table in [`required`] says so and goes the ways that [`route`]
//! leaves open. From then on it has a life ([`state`]): both sides call verbs, nobody sends a status. Each verb is one transaction
//! ([`service`]): find what the actor can see, ask `policy` and `state`, change the row by compare-and-swap, renew the rows by which
//! it is visible, record the event and the audit entry. Where nobody does anything in time, the [`clock`] does, in the
//! [`background`].

pub mod background;
pub mod clock;
pub mod destination;
pub mod diagram;
pub mod graphql;
pub mod hand_back;
pub mod in_house;
pub mod leg;
pub mod loader;
pub mod required;
pub mod route;
pub mod seen;
pub mod service;
pub mod state;
pub mod warning;
pub mod writing;
