//! Liandong 联动: the referral backend of a medical community (医共体).
//!
//! Five concepts, and nothing beside them: [`app::App`] is what the process has, [`auth::Actor`] is who asks, [`policy`] says who may,
//! a domain's `state` says what may follow, and an [event](record::event) is what happened.
//!
//! | Where | What |
//! |---|---|
//! | [`cli`], [`config`] | the command line and its settings |
//! | [`http`] | the router, the GraphQL endpoint and the gate in front of it, health, the listener for monitors |
//! | [`metrics`] | what monitors are told of the service |
//! | [`schema`], [`mod@graphql`], [`batch`] | the domains' parts merged; replies, refusals and pages as all of them have them; loading in batches |
//! | [`code`] | the coded sets as data |
//! | [`auth`] | accounts, grants, sessions, tokens and keys: the only place where an actor is made |
//! | [`network`] | communities, institutions, departments, practitioners; the directory in memory; import |
//! | [`capacity`] | bed pools and slots, and what of them is held for a patient |
//! | [`alliance`] | alliances, agreements and studios: what ties institutions together beside their communities |
//! | [`supervision`], [`volume`], [`correction`] | supervision visits; what institutions report of their months; what both stand on |
//! | [`centre`] | shared centres, whom they serve, their catalogues; import |
//! | [`patient`] | registration, identity, masking, search |
//! | [`mod@file`] | files: stored, attached, collected |
//! | [`referral`] | the loop: writing, routes, life, verbs, lists |
//! | [`order`] | what is ordered from shared centres: specimens, reports, recognition |
//! | [`critical_value`] | what somebody has to know at once: raised, acknowledged, resolved; its clock |
//! | [`sterile`] | sterile batches, their recall, and what became of their packs |
//! | [`training`] | courses of skills-training centres, who is enrolled and how well they did |
//! | [`family_doctor`] | teams of family doctors, their contracts with patients, and what those open |
//! | [`dispatch`] | experts who are sent to work below, what they do there, and what of it counts |
//! | [`throughput`] | what shared centres do, counted by the hour |
//! | [`indicator`] | the bureau's indicators 监测指标: the catalogue, what is kept for them, sheets |
//! | [`record`] | events and their feed, the audit trail and its chain, replays |
//! | [`policy`] | roles, tiers, visibility: pure, and nowhere else |
//! | [`draft`], [`sheet`] | what shall be different, and where it was said; lists from files |
//! | [`db`], [`crypto`], [`clock`], [`id`], [`number`], [`page`], [`error`], [`text`], [`budget`], [`blocked`] | what everything stands on |
//!
//! An operation travels one way: `http` → `schema` → a domain's `graphql` → its `service` → `state`, `policy`, events → the tables.
//! `graphql` holds no SQL and no rule; `service` knows neither GraphQL nor HTTP and is the only place that opens transactions.

pub mod alliance;
pub mod app;
pub mod auth;
pub mod batch;
pub mod blocked;
pub mod budget;
pub mod capacity;
pub mod centre;
pub mod cli;
pub mod clock;
pub mod code;
pub mod config;
pub mod correction;
pub mod critical_value;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod dispatch;
pub mod draft;
pub mod episode;
pub mod error;
pub mod family_doctor;
pub mod file;
pub mod follow_up;
pub mod graphql;
pub mod http;
pub mod id;
pub mod indicator;
pub mod metrics;
pub mod moment;
pub mod network;
pub mod number;
pub mod order;
pub mod page;
pub mod patient;
pub mod policy;
pub mod record;
pub mod referral;
pub mod scalar;
pub mod schema;
pub mod sheet;
pub mod sterile;
pub mod supervision;
pub mod text;
pub mod throughput;
pub mod training;
pub mod volume;
