//! Liandong 联动: the referral backend of a medical community (医共体).

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
