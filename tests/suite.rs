//! Liandong's test suite: every test through the public API, on SQLite and on a PostgreSQL server that the run starts itself.

mod access;
mod auth;
mod demo;
mod harness;
mod http;
mod network;
mod patient;
mod record;
mod referral;
mod schema;
