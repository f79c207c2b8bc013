//! Expect the patient at another time: the hold is swapped in the same transaction, and nothing is lost where that cannot be.

use chrono::Duration;
use futures::future::join_all;
use serde_json::{Value, json};

use super::Ward;
use crate::{
    harness::both,
    referral::{
        cast::Cast,
        census::census,
        letter::{self, with},
        story::{Told, on},
    },
};

const VERB: &str = "rescheduleReferral";

/// A patient who is expected tomorrow, with that held.
async fn expected(cast: &Cast, held: Value) -> Told {
    let posted = cast.bring("SUBMITTED").await;
    cast.story.accept(&cast.office, &posted, held).await
}

fn at(cast: &Cast, from_now: Duration) -> Value {
    json!({ "plannedAt": letter::moment(&cast.w, from_now) })
}

async fn state(cast: &Cast, referral: &Told) -> Value {
    let document = "query($id: ID!) { referral(by: { id: $id }) { hold { state } } }";
    let asked = json!({ "id": referral.id });
    let answer = cast.hill.call(document, asked).await.ok();
    answer.data("referral.hold").clone()
}

#[test]
fn the_new_one_is_held_and_the_old_one_given_back() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let slot = ward.session(Duration::hours(23), 2).await;
        let pool = ward.pool(2).await;
        let told = expected(&cast, json!({ "slot": slot })).await;
        let to_bed = with(at(&cast, Duration::days(2)), json!({ "bedPool": pool }));
        let input = with(on(&told), to_bed);
        let told = cast.story.tell(&cast.office, VERB, input.clone()).await;
        assert_eq!(ward.places(&slot).await, (0, 0));
        assert_eq!(ward.counts(&pool).await, (1, 0));
        let again = cast.story.tell(&cast.office, VERB, input).await;
        assert!(again.replayed);
        assert_eq!(
            ward.counts(&pool).await,
            (1, 0),
            "a repeated call takes none"
        );
        cast.story.arrive(&cast.county, &told, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 1));
    });
}

#[test]
fn a_bed_stays_held_and_a_session_that_does_not_fit_is_given_back() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(1).await;
        let slot = ward.session(Duration::hours(23), 2).await;
        let in_bed = expected(&cast, json!({ "bedPool": pool })).await;
        let later = with(on(&in_bed), at(&cast, Duration::days(2)));
        let in_bed = cast.story.tell(&cast.office, VERB, later).await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
        // The same pool again, the last bed of which is this patient's.
        let named = with(at(&cast, Duration::days(3)), json!({ "bedPool": pool }));
        cast.story
            .tell(&cast.office, VERB, with(on(&in_bed), named))
            .await;
        assert_eq!(ward.counts(&pool).await, (1, 0));

        let told = expected(&cast, json!({ "slot": slot })).await;
        let within = with(on(&told), at(&cast, Duration::hours(26)));
        let told = cast.story.tell(&cast.office, VERB, within).await;
        assert_eq!(ward.places(&slot).await, (1, 0));
        let beyond = with(on(&told), at(&cast, Duration::days(3)));
        let told = cast.story.tell(&cast.office, VERB, beyond).await;
        assert_eq!(ward.places(&slot).await, (0, 0));
        assert!(state(&cast, &told).await.is_null());
    });
}

#[test]
fn where_the_new_one_is_full_the_old_one_stays() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(1).await;
        let slot = ward.session(Duration::hours(47), 1).await;
        expected(&cast, json!({ "bedPool": pool })).await;
        let told = expected(
            &cast,
            json!({ "slot": slot, "plannedAt": letter::moment(&w, Duration::days(2)) }),
        )
        .await;
        let full = with(at(&cast, Duration::days(2)), json!({ "bedPool": pool }));
        let before = census(&w).await;
        let answer = cast
            .story
            .ask(&cast.office, VERB, with(on(&told), full))
            .await;
        assert_eq!(answer.code(VERB), "CAPACITY_EXHAUSTED");
        assert_eq!(answer.problems(), [("input.bedPool", "TAKEN")]);
        assert_eq!(census(&w).await.changed_since(&before), []);
        assert_eq!(ward.places(&slot).await, (1, 0));
        assert_eq!(ward.counts(&pool).await, (1, 0));
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(1).await;
        let slot = ward.session(Duration::hours(23), 1).await;
        let told = expected(&cast, json!({ "bedPool": pool })).await;
        let faults = [
            (json!({ "bedPool": slot }), "input.bedPool", "WRONG_TYPE"),
            (json!({ "slot": "?" }), "input.slot", "FORMAT"),
            (json!({ "slot": slot }), "input.slot", "INCONSISTENT"),
        ];
        let good = at(&cast, Duration::days(2));
        cast.refuses_each(&cast.office, VERB, &told, good, &faults)
            .await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
    });
}

#[test]
fn patients_who_change_places_do_not_wait_for_each_other_for_ever() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let one = ward.pool(8).await;
        let icu = with(ward.beds(8), json!({ "kind": "ICU" }));
        let other = ward.pool_like(icu).await;
        let mut patients = Vec::new();
        for n in 0..8 {
            let (from, to) = if n % 2 == 0 {
                (&one, &other)
            } else {
                (&other, &one)
            };
            let told = expected(&cast, json!({ "bedPool": from })).await;
            patients.push((told, to.clone()));
        }
        let calls = patients.iter().map(|(told, to)| {
            let swap = with(at(&cast, Duration::days(2)), json!({ "bedPool": to }));
            cast.story.ask(&cast.office, VERB, with(on(told), swap))
        });
        for answer in join_all(calls).await {
            let _ = answer.ok();
        }
        assert_eq!(ward.counts(&one).await, (4, 0));
        assert_eq!(ward.counts(&other).await, (4, 0));
    });
}
