//! Referrals: their life, their routes, who sees them.

mod cast;
mod census;
mod letter;
mod matrix;
pub mod state;
pub mod story;

mod accept;
mod arrival;
mod close;
mod departure;
mod draft;
mod input;
mod life;
mod no_show;
mod pair;
mod race;
mod reject;
mod replay;
mod report_back;
mod resubmit;
mod r#return;
mod submit;
mod treatment;
mod withdraw;
