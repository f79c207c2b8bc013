//! Who sees a follow-up, and how much of its patient.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::care::{Care, station};
use crate::harness::{both, client::Client};

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on FollowUp { status note patient { masked } referral { number } episode { id } } } }";

#[test]
fn the_station_treats_while_it_is_to_be_done_and_keeps_what_it_did() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care
            .plan(
                &care.cast.hill,
                &down,
                json!({ "institution": station(&w) }),
            )
            .await;
        let look = async |by: &Client| by.call(SEEN, json!({ "id": planned.id })).await.ok();
        let seen = look(&care.village).await;
        assert_eq!(*seen.data("node.patient.masked"), false);
        // The referral is a row of its own, to which the station has no relation.
        assert!(seen.data("node.referral").is_null());
        for by in [&care.cast.hill, &care.cast.county] {
            assert_eq!(*look(by).await.data("node.status"), "PLANNED");
        }
        for by in [&care.cast.stranger, &care.river] {
            assert!(look(by).await.data("node").is_null());
        }
        care.record(&care.village, &planned, json!({})).await;
        let seen = look(&care.village).await;
        assert_eq!(*seen.data("node.patient.masked"), true);
        assert_eq!(*seen.data("node.note"), "肌力四级，可独立行走");
        // Found by the patient too, as far as the station sees rows.
        let episodes = "query($id: ID!) { node(id: $id) { ... on FollowUp { patient { episodes { totalCount edges { node { id referrals { number } followUps { totalCount } } } } } } } }";
        let seen = care
            .village
            .call(episodes, json!({ "id": planned.id }))
            .await
            .ok();
        assert_eq!(*seen.data("node.patient.episodes.totalCount"), 1);
        assert_eq!(
            *seen.data("node.patient.episodes.edges.0.node.referrals"),
            json!([])
        );
        assert_eq!(
            *seen.data("node.patient.episodes.edges.0.node.followUps.totalCount"),
            1
        );
    });
}

#[test]
fn what_a_closed_referral_opens_beside_itself_ends_after_ninety_days() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care
            .plan(
                &care.cast.hill,
                &down,
                json!({ "institution": station(&w) }),
            )
            .await;
        care.record(&care.village, &planned, json!({})).await;
        let seen = care
            .cast
            .story
            .look(&care.cast.county, &down)
            .await
            .expect("it is seen");
        care.cast
            .story
            .close(&care.cast.county, &seen, json!({}))
            .await;
        assert!(care.look(&care.cast.county, &planned).await.is_some());
        w.wait(Duration::days(91));
        let d = w.district();
        let county = w.client(Role::Clinician, &d.county).await;
        let village = w.client(Role::Clinician, &d.hill_station).await;
        assert!(care.look(&county, &planned).await.is_none());
        assert!(care.look(&village, &planned).await.is_some());
        // The referral itself stays.
        assert!(care.cast.story.look(&county, &down).await.is_some());
    });
}

#[test]
fn a_sensitive_diagnosis_withholds_what_was_found_outside_treatment() {
    both(async |w| {
        let care = Care::of(&w).await;
        let s = &care.cast.story;
        let sensitive = json!({ "diagnoses": [{ "code": "F20.900", "text": "精神分裂症", "principal": true }] });
        let letter = crate::referral::letter::with(s.down(), sensitive);
        let posted = s.submit(&care.cast.county, letter).await;
        let accepted = s.accept(&care.cast.hill, &posted, json!({})).await;
        let down = s.arrive(&care.cast.hill, &accepted, json!({})).await;
        let planned = care
            .plan(
                &care.cast.hill,
                &down,
                json!({ "institution": station(&w) }),
            )
            .await;
        care.record(&care.village, &planned, json!({})).await;
        let look = async |by: &Client| by.call(SEEN, json!({ "id": planned.id })).await.ok();
        assert!(
            look(&care.village).await.data("node.note").is_null(),
            "it treats no longer"
        );
        assert_eq!(
            *look(&care.cast.county).await.data("node.note"),
            "肌力四级，可独立行走"
        );
    });
}
