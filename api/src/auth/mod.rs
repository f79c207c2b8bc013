//! Accounts, grants, sessions and tokens; the only place where an [`Actor`] is made.
//!
//! A person signs in with a password (and a second factor, where there is one), a machine fetches a token with its secret; either way a
//! [`session`] begins and a short-lived access token names it and one grant. With each request the token becomes an [`Actor`]: that
//! account, in the scope of that grant, with the roles granted there now. What was read for it is kept for three seconds
//! ([`SessionCache`]), so that a request costs no statement for it and a revocation takes effect within five.
//!
//! A session whose owner must first change the password or set up the second factor acts without any role: policy then permits
//! nothing, and what everybody may do for themselves is all that is left.

pub mod account;
mod actor;
pub mod assertion;
mod cache;
mod client;
pub mod credentials;
pub mod grant;
pub mod graphql;
pub mod held;
pub mod http;
mod identity;
mod jose;
mod key;
pub mod lent;
pub mod list;
pub mod membership;
mod new_grant;
mod outside;
pub mod password;
pub mod second_factor;
pub mod session;
mod sign_in;
mod throttle;
mod token;

pub use actor::{Actor, Call, Disclosure, Request, Scope};
pub use cache::SessionCache;
pub use client::{Token, asserted_token, client_token};
pub use identity::{actor, is_machine};
pub use key::{jwks, rotate as rotate_signing_key};
pub use outside::Issuer;
pub use sign_in::{Credentials, sign_in};
pub use throttle::Throttle;
