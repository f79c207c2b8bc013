//! What a client may spend.

use std::time::Duration;

use api::config::Settings;
use entity::enums::Role;
use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{both, both_empty, client::Answer, socket::Socket};

const LIMIT: &str = "{ viewer { rateLimit { limit remaining resetAt cost } } }";
const ROLES: &str = "{ viewer { roles } }";

/// Ten points, and one more every six seconds: `LIMIT` costs three, `ROLES` two.
fn ten_points(settings: &mut Settings) {
    settings.rates.points = 10;
}

#[track_caller]
fn assert_spent(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.code(""), "RATE_LIMITED");
    assert!(answer.body.get("data").is_none(), "{}", answer.text);
    let extensions = &answer.errors()[0]["extensions"];
    assert_eq!(extensions["retryable"], true);
    let seconds = extensions["retryAfter"].as_u64().expect("seconds");
    assert!((1..=60).contains(&seconds), "{}", answer.text);
    assert_eq!(answer.header("retry-after"), seconds.to_string());
    // At most who it is was read again.
    assert!(answer.statements() <= 1, "{}", answer.text);
}

#[test]
fn every_answer_says_what_it_cost_and_what_is_left() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let answer = client.ask(LIMIT).await.ok();
        assert_eq!(answer.data("viewer.rateLimit.limit"), &json!(200_000));
        assert_eq!(answer.data("viewer.rateLimit.remaining"), &json!(199_997));
        assert_eq!(answer.data("viewer.rateLimit.cost"), &json!(3));
        let reset = answer.text_at("viewer.rateLimit.resetAt");
        assert!(reset.starts_with("2026-03-02T01:00:00"), "{reset}");
        let cost = json!({ "requested": 3, "limit": 200_000, "remaining": 199_997 });
        assert_eq!(answer.body["extensions"], json!({ "cost": cost }));
        let answer = client.ask(ROLES).await.ok();
        assert_eq!(answer.body["extensions"]["cost"]["requested"], 2);
    });
}

#[test]
fn what_is_spent_is_refused_until_it_has_come_back() {
    both(async |w| {
        let beside = w.beside(ten_points).await;
        let client = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        let colleague = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        for left in [7, 4, 1] {
            let answer = client.ask(LIMIT).await.ok();
            // One point comes back every six seconds.
            let remaining = answer.number_at("viewer.rateLimit.remaining");
            assert!((left..=left + 1).contains(&remaining), "{}", answer.text);
        }
        assert_spent(&client.ask(LIMIT).await);
        assert_spent(&client.ask(LIMIT).await);
        // Another account has its own, and callers without a token share that of their address.
        let _ = colleague.ask(LIMIT).await.ok();
        let mut answered = 0;
        let refused = loop {
            let answer = beside.anonymous().ask("{ __typename }").await;
            if answer.status != StatusCode::OK {
                break answer;
            }
            answered += 1;
        };
        assert!((10..20).contains(&answered), "{answered}");
        assert_spent(&refused);
        assert_eq!(refused.statements(), 0);

        // What is refused for its form costs nothing.
        let answer = client.ask("{").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let mut socket = Socket::of(&client).await;
        socket.subscribe("a", LIMIT, json!({})).await;
        let refused = socket.message().await;
        assert_eq!(refused["type"], "error");
        let extensions = &refused["payload"][0]["extensions"];
        assert_eq!(extensions["code"], "RATE_LIMITED");
        assert!(extensions["retryAfter"].is_u64(), "{refused}");
        tokio::time::sleep(Duration::from_secs(7)).await;
        let _ = client.ask(ROLES).await.ok();
    });
}

#[test]
fn where_nothing_limits_it_nothing_is_said_of_a_limit() {
    both(async |w| {
        let beside = w.beside(|settings| settings.rates.points = 0).await;
        let client = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        let answer = client.ask(LIMIT).await.ok();
        assert!(answer.data("viewer.rateLimit").is_null());
        assert_eq!(answer.body["extensions"]["cost"], json!({ "requested": 3 }));
    });
}

#[test]
fn a_body_of_many_values_is_not_read() {
    both_empty(async |w| {
        let many = vec![1; 150_000];
        let answer = w
            .anonymous()
            .call("{ __typename }", json!({ "x": many }))
            .await;
        super::assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "COST_LIMIT");
    });
}
