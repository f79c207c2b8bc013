//! Liandong 联动: the referral backend of a medical community (医共体).
//!
//! # Where things live
//!
//! | Where | What |
//! |---|---|
//! | [`network`] | communities, institutions, departments, practitioners, and the import of a registry |
//! | [`patient`] | who is treated: registration, search, tags, masked and full identity |
//! | [`referral`] | the transfer of a patient, from the draft to the closed loop |
//! | [`auth`] | accounts, grants, sessions, tokens; the only place where an [`auth::Actor`] is made |
//! | [`record`] | what happened (events and their feed), who did or saw what (the audit trail), what was done before (replays) |
//! | [`policy`] | who may, and who sees what; pure |
//! | [`http`], [`schema`], [`graphql`], [`batch`] | how the API is served: the endpoint and its limits, the merged schema, refusals and pages, batched loading |
//! | [`cli`], [`config`] | the command line and its settings |
//! | [`app`], [`db`], [`crypto`], [`clock`], [`id`], [`error`] | what every operation stands on |
//! | [`page`], [`moment`], [`scalar`], [`text`] | what inputs and lists are made of |
//!
//! # How one operation travels
//!
//! [`http`] admits the document and recognises the bearer · the domain's `graphql` parses the input and calls one function of the
//! domain's `service`, which reads as the rules do: [`policy`] says whether the actor may, `state` what may follow, and one transaction
//! of [`db`] writes the change with its event and its audit entry. `grep accept` shows a whole feature, from the schema to its tests.

pub mod app;
pub mod auth;
pub mod batch;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod error;
pub mod graphql;
pub mod http;
pub mod id;
pub mod moment;
pub mod network;
pub mod page;
pub mod patient;
pub mod policy;
pub mod record;
pub mod referral;
pub mod scalar;
pub mod schema;
pub mod text;
