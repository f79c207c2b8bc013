//! Patients: one index for the whole region.
//!
//! A patient comes in with a [`Registration`], on its own or inside a referral's post. [`Registration::check`] turns it into a [`Person`] or names every
//! problem at once. [`service::resolve`] then asks who that is: the same certificate or health-record number is the same patient, whoever
//! posts it. What is missing on record is filled in, nothing is overwritten. A disagreement on name or birth date waits in a queue
//! ([`service::conflicts`]) until a person decides: meanwhile it is refused, except in an emergency, which gets a provisional patient.
//! An unidentified patient or a newborn is identified later; two records that are one patient are merged, which moves no row and can
//! be undone (`member`).
//!
//! Whoever registers a patient sees the demographics, masked; a referral opens more while it lasts (`policy`, [`loader`]). Identity
//! numbers and phones are encrypted and found again by a keyed hash.

mod certificate;
mod conflict;
mod enrol;
mod member;
mod registration;
mod resolve;
mod sealed;
mod text;

pub mod graphql;
pub mod loader;
pub mod service;

pub use certificate::{Certificate, CertificateInput};
pub use loader::Seen;
pub use registration::{Person, Registration, Tag, TagInput};
pub use resolve::{PatientRef, Resolved};
