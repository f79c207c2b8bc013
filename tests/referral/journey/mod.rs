//! What happens to real patients, told from the first word to the last, every step by the account that would take it.

mod between_hospitals;
mod homeward;
mod missed;
mod night;
mod refused;
mod routine;
mod suspended;
