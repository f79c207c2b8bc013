//! Referrals: their life, their routes, who sees them.

mod cast;
mod census;
mod journey;
pub mod letter;
pub mod life;
mod matrix;
mod page;
pub mod race;
mod real_input;
pub mod state;
pub mod story;

mod accept;
mod arrival;
mod close;
mod departure;
mod draft;
mod input;
mod no_show;
mod pair;
mod reject;
mod replay;
mod report_back;
mod resubmit;
mod r#return;
mod route;
mod submit;
mod treatment;
mod withdraw;
