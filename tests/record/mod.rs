//! Events, feed, audit and its verification.

use ::api::{
    app::App,
    auth::{Actor, Request},
    db::Db,
};

use crate::harness::World;

mod api;
mod background;
mod chain;
pub mod changes;
pub mod feed;
mod replay;
mod seal;
mod trail;
mod writer;

/// A further process on the same database, with the same keys and the same clock.
async fn process(w: &World) -> App {
    let settings = w.app.settings.clone();
    let db = Db::open(&settings.database, &settings.data_dir)
        .await
        .expect("the database takes a further process");
    App::start(settings, db, w.app.keys.clone(), w.app.clock.clone())
        .await
        .expect("a further process starts")
}

/// The actor in a request of its own that brings an `Idempotency-Key`.
fn with_key(w: &World, actor: &Actor, key: &str, document: u8) -> Actor {
    Actor {
        request: std::sync::Arc::new(Request::new(
            w.app.new_id(),
            None,
            None,
            Some((key.to_owned(), [document; 32])),
        )),
        ..actor.clone()
    }
}
