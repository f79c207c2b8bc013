//! What can be done with family doctors, and what other domains ask of them.

pub use super::change::{End, Move, end, move_to};
pub use super::contract::{Renew, Sign, renew, sign};
pub use super::count::{Completeness, Signed, completeness, signed};
pub use super::relation::tie;
pub use super::shared::{centre_of, team};
pub use super::team::{memberships, workplace};
