//! Training 实训: the courses of a skills-training centre, who is enrolled, who came and how well they did.
//!
//! A [session] belongs to a centre and has so many seats. Whoever sends people [enrols](mod@enrol) them: an institution that the centre serves, for its
//! own practitioners. A seat is taken by one guarded statement, so that the last one is given once however many ask. When the session has begun, its host
//! [records](mod@record) attendance, score and pass.
//!
//! Sessions are public in the network, like slots. Who is enrolled, and with what score, is for the host, for the institution that sent them and for
//! themselves. Each change of a session or of who is enrolled is a version of it.

pub mod enrol;
pub mod graphql;
pub mod list;
pub mod loader;
pub mod record;
pub mod session;
mod shared;
