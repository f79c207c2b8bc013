//! Liandong's test suite: every test through the public API, on SQLite and on a PostgreSQL server that the run starts itself.

mod access;
mod auth;
mod batch;
mod capacity;
mod centre;
mod clients;
mod critical_value;
mod demo;
mod explorer;
mod file;
mod follow_up;
mod harness;
mod http;
mod indicator;
mod live;
mod network;
mod order;
mod patient;
mod record;
mod referral;
mod schema;
mod siege;
mod throughput;
mod training;
