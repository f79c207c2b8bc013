//! The place in an expert's session that is held for a remote consultation.

use chrono::Duration;
use futures::future::join_all;
use serde_json::{Value, json};

use super::cast::{Cast, Told, findings};
use crate::{
    capacity::{Ward, tell},
    harness::{World, both, canary::Patient},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

/// A session of the neurologist of `county` in two hours that takes so many.
async fn session(w: &World, ward: &Ward, capacity: i32) -> String {
    let d = w.district();
    let input = json!({
        "institution": letter::institution(d.county.id),
        "slots": [{
            "practitioner": letter::practitioner(d.neurologist.id),
            "startsAt": letter::moment(w, Duration::hours(2)),
            "endsAt": letter::moment(w, Duration::hours(6)),
            "capacity": capacity,
        }],
    });
    let answer = tell(&ward.admin, "createSlots", input).await;
    answer.text_at("createSlots.slots.0.id").to_owned()
}

/// The claim for the neurologist, in three hours, in that session.
fn claim(w: &World, slot: &str) -> Value {
    json!({
        "practitioner": letter::practitioner(w.district().neurologist.id),
        "plannedAt": letter::moment(w, Duration::hours(3)),
        "slot": slot,
    })
}

/// What became of the hold of an order.
async fn hold(cast: &Cast, order: &Told) -> Value {
    let document = "query($id: ID!) { order(by: { id: $id }) { hold { state slot { id } } } }";
    let answer = cast
        .hill
        .call(document, json!({ "id": order.id }))
        .await
        .ok();
    answer.data("order")["hold"]["state"].clone()
}

/// A stroke in the township: the expert claims the consultation with a place in the session, says what to do, the requester confirms and rates it,
/// and the patient, kept at home, is referred in house by it.
#[test]
fn a_remote_consultation() {
    both(async |w| {
        let (cast, ward, story) = (Cast::of(&w).await, Ward::of(&w).await, Story::of(&w));
        let slot = session(&w, &ward, 2).await;
        let asked = cast.place("CONS_NEURO", 1).await;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", &asked, claim(&w, &slot))
            .await;
        assert_eq!(ward.places(&slot).await, (1, 0));
        assert_eq!(hold(&cast, &claimed).await, "HELD");
        let letter = with(
            letter::up(&w, &Patient::nth(1)),
            json!({
                "receiver": letter::institution(w.district().hill.id),
                "careSetting": "OUTPATIENT",
                "consultation": { "id": asked.id },
            }),
        );
        let posted = story.submit(&cast.hill, letter).await;
        assert_eq!(posted.direction, "IN_HOUSE");
        w.wait(Duration::hours(3));
        let told = cast
            .tell(&cast.reader, "reportOrder", &claimed, findings())
            .await;
        assert_eq!(ward.places(&slot).await, (0, 1), "the place is taken");
        assert_eq!(hold(&cast, &told).await, "CONSUMED");
        let said = json!({ "rating": 5 });
        let confirmed = cast.tell(&cast.hill, "reviewOrder", &told, said).await;
        assert_eq!(confirmed.status, "REVIEWED");
        let document = "query($id: ID!) { referral(by: { id: $id }) { consultation { rating report { conclusion } } } }";
        let seen = cast
            .hill
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert_eq!(seen.number_at("referral.consultation.rating"), 5);
    });
}

#[test]
fn every_way_out_of_a_claim_gives_the_place_back() {
    both(async |w| {
        let (cast, ward) = (Cast::of(&w).await, Ward::of(&w).await);
        let slot = session(&w, &ward, 1).await;
        let asked = cast.place("CONS_NEURO", 1).await;
        let take = async |order: &Told| {
            let claimed = cast
                .tell(&cast.reader, "claimOrder", order, claim(&w, &slot))
                .await;
            assert_eq!(ward.places(&slot).await, (1, 0));
            claimed
        };
        let claimed = take(&asked).await;
        let back = cast
            .tell(&cast.reader, "releaseOrder", &claimed, json!({}))
            .await;
        assert_eq!(ward.places(&slot).await, (0, 0), "released");
        assert_eq!(hold(&cast, &back).await, "RELEASED");
        let claimed = take(&back).await;
        let said = json!({ "reason": "INCOMPLETE_FORM" });
        let returned = cast.tell(&cast.reader, "returnOrder", &claimed, said).await;
        assert_eq!(ward.places(&slot).await, (0, 0), "returned");
        let again = cast
            .tell(&cast.hill, "resubmitOrder", &returned, json!({}))
            .await;
        let claimed = take(&again).await;
        let said = json!({ "reason": "患者放弃" });
        cast.tell(&cast.hill, "cancelOrder", &claimed, said).await;
        assert_eq!(ward.places(&slot).await, (0, 0), "cancelled");
        // Whoever is claimed for a time alone holds nothing.
        let other = cast.place("CONS_CARDIO", 1).await;
        let said = with(claim(&w, &slot), json!({ "slot": null }));
        let claimed = cast.tell(&cast.reader, "claimOrder", &other, said).await;
        assert_eq!(ward.places(&slot).await, (0, 0));
        assert_eq!(hold(&cast, &claimed).await, Value::Null);
    });
}

#[test]
fn it_is_a_session_of_the_expert_at_that_time() {
    both(async |w| {
        let (cast, ward, d) = (Cast::of(&w).await, Ward::of(&w).await, w.district());
        let slot = session(&w, &ward, 1).await;
        let asked = cast.place("CONS_NEURO", 1).await;
        for (said, code) in [
            (
                json!({ "plannedAt": letter::moment(&w, Duration::hours(7)) }),
                "INCONSISTENT",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.city_doctor.id) }),
                "UNKNOWN_ID",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.emergency_doctor.id) }),
                "UNKNOWN_ID",
            ),
            (
                json!({ "slot": "slot_01h455vb4pex5vsknk084sn02q" }),
                "UNKNOWN_ID",
            ),
        ] {
            let answer = cast
                .ask(
                    &cast.reader,
                    "claimOrder",
                    &asked,
                    with(claim(&w, &slot), said),
                )
                .await;
            assert_eq!(answer.problems(), [("input.slot", code)], "{}", answer.text);
            assert_eq!(ward.places(&slot).await, (0, 0));
        }
        let image = cast.bring("EXAMINED", 2).await;
        let said = json!({ "slot": slot });
        let answer = cast.ask(&cast.reader, "claimOrder", &image, said).await;
        assert_eq!(answer.problems(), [("input.slot", "NOT_ALLOWED")]);
    });
}

#[test]
fn of_many_who_want_the_last_place_one_has_it() {
    both(async |w| {
        let (cast, ward) = (Cast::of(&w).await, Ward::of(&w).await);
        let slot = session(&w, &ward, 1).await;
        let mut asked = Vec::new();
        for patient in 1..=6 {
            asked.push(cast.place("CONS_NEURO", patient).await);
        }
        let said = claim(&w, &slot);
        let calls = asked
            .iter()
            .map(|order| cast.ask(&cast.reader, "claimOrder", order, said.clone()));
        let answers = join_all(calls).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .iter()
            .partition(|answer| answer.errors().is_empty());
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!(
                answer.code("claimOrder"),
                "CAPACITY_EXHAUSTED",
                "{}",
                answer.text
            );
            assert_eq!(answer.problems(), [("input.slot", "TAKEN")]);
        }
        assert_eq!(ward.places(&slot).await, (1, 0));
        let open = cast
            .look(&cast.reader, &asked[5])
            .await
            .expect("it is seen");
        assert!(["REQUESTED", "CLAIMED"].contains(&open.status.as_str()));
    });
}
