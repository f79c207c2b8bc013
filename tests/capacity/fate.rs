//! What becomes of a hold: decided by where the referral was and is, and done once.

use api::referral::state::{Fate, fate};
use chrono::Duration;
use entity::enums::ReferralStatus::{self, Accepted, Arrived, CancellationRequested, InTransit};
use serde_json::json;

use super::Ward;
use crate::{
    harness::both,
    referral::{cast::Cast, letter, story::Told},
};

#[test]
fn it_lasts_until_the_patient_comes_and_every_other_way_out_gives_it_back() {
    let before_arrival = [Accepted, InTransit, CancellationRequested];
    for before in ReferralStatus::ALL {
        for after in ReferralStatus::ALL {
            for redirected in [false, true] {
                let expected = if !before_arrival.contains(before) {
                    Fate::Lasts
                } else if redirected {
                    Fate::Released
                } else if *after == Arrived {
                    Fate::Consumed
                } else if before_arrival.contains(after) {
                    Fate::Lasts
                } else {
                    Fate::Released
                };
                let said = fate(*before, *after, redirected);
                assert_eq!(
                    said, expected,
                    "{before:?} to {after:?}, redirected: {redirected}"
                );
            }
        }
    }
}

async fn with_bed(cast: &Cast, pool: &str) -> Told {
    let posted = cast.bring("SUBMITTED").await;
    let soon = letter::moment(&cast.w, Duration::minutes(1));
    let said = json!({ "bedPool": pool, "plannedAt": soon });
    cast.story.accept(&cast.office, &posted, said).await
}

async fn state(cast: &Cast, referral: &Told) -> String {
    let document = "query($id: ID!) { referral(by: { id: $id }) { hold { state } } }";
    let answer = cast
        .hill
        .call(document, json!({ "id": referral.id }))
        .await
        .ok();
    answer.text_at("referral.hold.state").to_owned()
}

#[test]
fn departure_keeps_the_bed_and_arrival_takes_it() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(3).await;
        let accepted = with_bed(&cast, &pool).await;
        let away = cast.story.depart(&cast.hill, &accepted, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
        let there = cast.story.arrive(&cast.county, &away, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 1));
        cast.story.treat(&cast.county, &there, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 1), "and keeps it");
        assert_eq!(state(&cast, &there).await, "CONSUMED");
    });
}

#[test]
fn a_patient_who_does_not_come_gives_the_bed_back_and_comes_late_without_one() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(3).await;
        let accepted = with_bed(&cast, &pool).await;
        w.wait(Duration::minutes(2));
        let missed = cast.story.miss(&cast.county, &accepted, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
        assert_eq!(state(&cast, &missed).await, "RELEASED");
        cast.story.arrive(&cast.county, &missed, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
    });
}

#[test]
fn whoever_has_no_hold_pays_nothing_for_it() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(3).await;
        let plain = cast.bring("ACCEPTED").await;
        let held = with_bed(&cast, &pool).await;
        let mut costs = Vec::new();
        for referral in [&plain, &held] {
            w.app.sessions.forget();
            let input = crate::referral::story::on(referral);
            let answer = cast.story.ask(&cast.office, "recordArrival", input).await;
            costs.push(answer.ok().statements());
        }
        assert_eq!(costs[0] + 3, costs[1], "{costs:?}");
    });
}
