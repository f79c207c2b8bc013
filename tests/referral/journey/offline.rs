//! A front end that was offline for a day catches up from the feed.

use std::collections::BTreeMap;

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::super::story::Story;
use crate::{
    harness::{both, client::Client, socket::Socket},
    live::live,
};

const FOLLOW: &str = "subscription Board($after: String) {
    changes(after: $after) { id kind subject { id ... on Referral { status version } } }
}";
const CATCH_UP: &str = "query Board($after: String) {
    changes(after: $after, first: 5, kinds: [REFERRAL]) {
        pageInfo { hasNextPage endCursor }
        edges { node { id kind subject { id ... on Referral { status version } } } }
    }
}";

/// What the screen shows: referrals by id, and the last change it knows of.
#[derive(Default)]
struct Board {
    rows: BTreeMap<String, String>,
    last: Value,
}

impl Board {
    fn note(&mut self, change: &Value) {
        if change["kind"] == "REFERRAL" {
            let text = |name: &str| {
                change["subject"][name]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            };
            self.rows.insert(text("id"), text("status"));
        }
        self.last = change["id"].clone();
    }

    async fn is_what_the_service_lists(&self, client: &Client) {
        let list = "{ referrals(first: 100) { edges { node { id status } } } }";
        let answer = client.ask(list).await.ok();
        let edges = answer.data("referrals.edges").as_array().expect("a list");
        let rows: BTreeMap<String, String> = edges
            .iter()
            .map(|edge| {
                let text = |name: &str| edge["node"][name].as_str().unwrap_or_default().to_owned();
                (text("id"), text("status"))
            })
            .collect();
        assert_eq!(self.rows, rows);
    }
}

#[test]
fn a_ward_s_screen_that_was_off_for_a_day_shows_what_happened() {
    both(async |w| {
        let (story, d, _live) = (Story::of(&w), w.district(), live(&w));
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let screen = w.person(Role::Clinician, &d.county).await;

        // In the morning it follows.
        let mut board = Board::default();
        let ward = w.client_of(&screen).await;
        let mut socket = Socket::of(&ward).await;
        socket.subscribe("board", FOLLOW, json!({})).await;
        let first = story.submit(&doctor, story.up()).await;
        let second = story.submit(&doctor, story.up()).await;
        for _ in 0..2 {
            board.note(&socket.data("board").await["changes"]);
        }
        board.is_what_the_service_lists(&ward).await;

        // Somebody pulls the plug, and the day goes on.
        drop(socket);
        let accepted = story.accept(&office, &first, json!({})).await;
        story.reject(&office, &second, json!({})).await;
        w.wait(Duration::hours(20));
        let departed = story.depart(&doctor, &accepted, json!({})).await;
        for _ in 0..4 {
            story.submit(&doctor, story.up()).await;
        }
        w.wait(Duration::hours(4));
        story.arrive(&office, &departed, json!({})).await;

        // Next morning it signs in again, reads page by page what it has missed, and follows on from there.
        let ward = w.client_of(&screen).await;
        let placed = async || {
            let answer = ward.ask("{ changes { totalCount } }").await.ok();
            answer.number_at("changes.totalCount")
        };
        while placed().await < 10 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        loop {
            let page = ward
                .call(CATCH_UP, json!({ "after": board.last }))
                .await
                .ok();
            for edge in page.data("changes.edges").as_array().expect("a list") {
                board.note(&edge["node"]);
            }
            if page.data("changes.pageInfo.hasNextPage") == false {
                break;
            }
        }
        board.is_what_the_service_lists(&ward).await;
        let mut socket = Socket::of(&ward).await;
        socket
            .subscribe("board", FOLLOW, json!({ "after": board.last }))
            .await;
        let last = story.submit(&doctor, story.up()).await;
        let told = socket.data("board").await["changes"].clone();
        assert_eq!(
            told["subject"]["id"], last.id,
            "nothing twice, nothing left out"
        );
        board.note(&told);
        board.is_what_the_service_lists(&ward).await;
    });
}
