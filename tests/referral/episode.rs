//! Episodes: what belongs together, as far as each row of it is seen.

use serde_json::json;

use super::{cast::Cast, letter};
use crate::{harness::both, referral::story::Told};

const READ: &str = "query($id: ID!) { referral(by: { id: $id }) { previous { id } next { id } episode { id beganAt patient { id } referrals { id status } } } }";

async fn pair(cast: &Cast) -> (Told, Told) {
    let treated = cast.bring("IN_TREATMENT").await;
    cast.w.wait(chrono::Duration::minutes(1));
    let down = cast
        .story
        .refer_back(&cast.county, &treated, json!({}))
        .await;
    (treated, down)
}

#[test]
fn the_one_up_and_the_one_down_are_one_episode() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (up, down) = pair(&cast).await;
        let of_up = cast.hill.call(READ, json!({ "id": up.id })).await.ok();
        let of_down = cast.county.call(READ, json!({ "id": down.id })).await.ok();
        assert!(of_up.data("referral.previous").is_null());
        assert_eq!(*of_up.data("referral.next"), json!([{ "id": down.id }]));
        assert_eq!(*of_down.data("referral.previous.id"), up.id.as_str());
        assert_eq!(*of_down.data("referral.next"), json!([]));
        assert_eq!(
            of_up.data("referral.episode"),
            of_down.data("referral.episode")
        );
        assert_eq!(
            *of_up.data("referral.episode.referrals"),
            json!([{ "id": up.id, "status": "REPORTED_BACK" }, { "id": down.id, "status": "SUBMITTED" }])
        );
        let id = of_up.text_at("referral.episode.id").to_owned();
        let document = "query($id: ID!) { episode(id: $id) { id beganAt referrals { id } followUps { totalCount } } }";
        let read = cast.county.call(document, json!({ "id": id })).await.ok();
        assert_eq!(
            read.data("episode.referrals").as_array().map(Vec::len),
            Some(2)
        );
        assert_eq!(*read.data("episode.followUps.totalCount"), 0);
        let none = cast.stranger.call(document, json!({ "id": id })).await.ok();
        assert!(none.data("episode").is_null());
        for by in [&cast.manager] {
            let none = by.call(document, json!({ "id": id })).await.ok();
            assert!(none.data("episode").is_null());
        }
        let bad = cast.county.call(document, json!({ "id": up.id })).await;
        assert_eq!(bad.code("episode"), "INVALID_INPUT");
    });
}

#[test]
fn each_sees_the_rows_that_it_has_a_relation_to() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let treated = cast.bring("IN_TREATMENT").await;
        let river = letter::institution(w.district().river.id);
        let down = cast
            .story
            .refer_back(
                &cast.county,
                &treated,
                json!({ "content": { "receiver": river } }),
            )
            .await;
        let river = w
            .client(entity::enums::Role::Clinician, &w.district().river)
            .await;
        let of_down = river.call(READ, json!({ "id": down.id })).await.ok();
        assert!(of_down.data("referral.previous").is_null());
        assert_eq!(
            *of_down.data("referral.episode.referrals"),
            json!([{ "id": down.id, "status": "SUBMITTED" }])
        );
        let of_up = cast.hill.call(READ, json!({ "id": treated.id })).await.ok();
        assert_eq!(*of_up.data("referral.next"), json!([]));
    });
}

#[test]
fn a_patient_s_episodes_the_latest_first() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (up, down) = pair(&cast).await;
        let patient = "query($id: ID!) { referral(by: { id: $id }) { patient { id } } }";
        let read = cast.hill.call(patient, json!({ "id": up.id })).await.ok();
        let patient = read.text_at("referral.patient.id").to_owned();
        // Another illness is another episode.
        w.wait(chrono::Duration::hours(1));
        let other = letter::with(
            cast.story.up(),
            json!({ "patient": null, "diagnoses": [{ "code": "I10.x00", "text": "高血压", "principal": true }] }),
        );
        let other = letter::with(other, json!({ "patient": { "id": patient } }));
        let other = cast.story.submit(&cast.hill, other).await;
        let document = "query($id: ID!, $after: String) { patient(id: $id) { episodes(first: 1, after: $after) { totalCount
            edges { cursor node { referrals { id } } } pageInfo { hasNextPage endCursor } } } }";
        let first = cast
            .hill
            .call(document, json!({ "id": patient }))
            .await
            .ok();
        assert_eq!(*first.data("patient.episodes.totalCount"), 2);
        assert_eq!(
            *first.data("patient.episodes.edges.0.node.referrals"),
            json!([{ "id": other.id }])
        );
        assert_eq!(*first.data("patient.episodes.pageInfo.hasNextPage"), true);
        let after = first.data("patient.episodes.pageInfo.endCursor").clone();
        let second = cast
            .hill
            .call(document, json!({ "id": patient, "after": after }))
            .await
            .ok();
        assert_eq!(
            *second.data("patient.episodes.edges.0.node.referrals"),
            json!([{ "id": up.id }, { "id": down.id }])
        );
        assert_eq!(*second.data("patient.episodes.pageInfo.hasNextPage"), false);
    });
}

#[test]
fn a_page_of_relatives_costs_one_statement_a_level() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for _ in 0..4 {
            pair(&cast).await;
        }
        let asks = |more: &str| {
            format!(
                "query Page($first: Int) {{ referrals(first: $first) {{ edges {{ node {{ id status patient {{ name }} {more} }} }} }} }}"
            )
        };
        let statements = async |document: String, rows: i32| {
            let page = cast.hill.measure(&document, json!({ "first": rows }));
            page.await.statements()
        };
        let plain = statements(asks(""), 8).await;
        for more in [
            "next { id }",
            "previous { id }",
            "followUps { edges { node { id } } }",
            "episode { referrals { id } }",
        ] {
            let with = statements(asks(more), 8).await;
            assert!(with <= plain + 1, "{more}: {with} after {plain}");
        }
    });
}
