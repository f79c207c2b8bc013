//! Whoever watches a centre hears of it as it happens, and not too often.

use std::time::{Duration, Instant};

use entity::enums::Role;
use serde_json::json;

use super::book::Book;
use crate::{
    harness::{both, people::Place, socket::Socket},
    live::{listening, live},
};

const WATCH: &str = "subscription Watch($centre: ID!) { throughputChanged(centre: $centre) { startsAt requested backlog } }";

#[test]
fn a_centre_is_told_of_at_most_every_five_seconds() {
    both(async |w| {
        let (book, _live) = (Book::open(&w).await, live(&w));
        let d = w.district();
        let centre = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        let mut watching = Socket::of(&monitor).await;
        watching
            .subscribe("in", WATCH, json!({ "centre": centre }))
            .await;
        listening().await;
        let began = Instant::now();
        book.place(&book.order(&book.laboratory, &d.hill, w.now()))
            .await;
        let told = watching.data("in").await["throughputChanged"].clone();
        assert_eq!(
            (&told["requested"], &told["backlog"]),
            (&json!(1), &json!(1))
        );
        // Another centre is none of its business.
        book.place(&book.order(&book.imaging, &d.hill, w.now()))
            .await;
        for _ in 0..3 {
            book.place(&book.order(&book.laboratory, &d.hill, w.now()))
                .await;
        }
        let told = watching.data("in").await["throughputChanged"].clone();
        assert_eq!(told["requested"], 4, "all that happened meanwhile, at once");
        assert!(began.elapsed() >= Duration::from_secs(5), "too often");
        watching.is_silent().await;
    });
}

#[test]
fn nobody_hears_of_a_centre_whose_figures_they_do_not_read() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        let centre = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        for (client, centre, code) in [
            (
                w.client(Role::Clinician, &d.county).await,
                &*centre,
                "FORBIDDEN",
            ),
            (
                w.client(Role::Coordinator, &d.hill).await,
                &centre,
                "FORBIDDEN",
            ),
            (
                w.client(Role::CommunityManager, &d.traditional).await,
                &centre,
                "NOT_FOUND",
            ),
            (
                w.client(Role::Monitor, Place::INSTALLATION).await,
                "x",
                "INVALID_INPUT",
            ),
        ] {
            let mut socket = Socket::of(&client).await;
            socket
                .subscribe("in", WATCH, json!({ "centre": centre }))
                .await;
            let refused = socket.message().await;
            let error = &refused["payload"]["errors"][0]["extensions"]["code"];
            assert_eq!(error, code, "{refused}");
        }
    });
}
