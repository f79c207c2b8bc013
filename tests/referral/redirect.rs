//! Send the patient on to another receiver.

use chrono::Duration;
use entity::enums::{Role, Side};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    legs::{answers, legs},
    letter::{self, with},
    story::{Told, on},
};
use crate::harness::{both, client::Client};

const SEEN: &str = "query($id: ID!) { referral(by: { id: $id }) { status direction reach headerOnly answerDueAt plannedAt overdue
    patient { name } diagnoses { text } receiver { id } receiverDepartment { id } receiverPractitioner { id } } }";

async fn seen(by: &Client, told: &Told) -> Value {
    let answer = by.call(SEEN, json!({ "id": told.id })).await.ok();
    answer.data("referral").clone()
}

/// To whom, and why.
fn to(receiver: uuid::Uuid) -> Value {
    json!({ "receiver": letter::institution(receiver), "reason": "本院无床" })
}

#[test]
fn the_next_receiver_has_its_own_time_and_the_former_keeps_the_header() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "department": letter::department(d.neurology.id), "practitioner": letter::practitioner(d.neurologist.id) });
        let accepted = cast.story.accept(&cast.county, &posted, said).await;
        w.wait(Duration::hours(3));
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        assert!(cast.story.look(&cast.stranger, &accepted).await.is_none());
        let sent_on = cast
            .story
            .redirect(&cast.office, &accepted, d.herbs.id, json!({}))
            .await;
        assert_eq!((sent_on.status.as_str(), sent_on.version), ("SUBMITTED", 3));
        assert!(sent_on.next.is_empty(), "the former has no turn any more");

        let next = seen(&cast.stranger, &posted).await;
        assert_eq!(next["headerOnly"], false);
        assert_eq!(next["receiver"]["id"], letter::institution(d.herbs.id));
        assert_eq!(
            [&next["direction"], &next["reach"]],
            ["UP", "INTER_COMMUNITY"]
        );
        let due = (w.now() + Duration::hours(24)).to_rfc3339();
        assert_eq!(next["answerDueAt"], due);
        for dropped in ["plannedAt", "receiverDepartment", "receiverPractitioner"] {
            assert!(next[dropped].is_null(), "{dropped}: {next}");
        }
        for former in [&cast.county, &cast.office, &neurology] {
            let header = seen(former, &posted).await;
            assert_eq!(header["headerOnly"], true);
            assert!(header["patient"].is_null() && header["diagnoses"].is_null());
            assert_eq!(header["status"], "SUBMITTED");
        }
        // It was answered before it was sent on.
        assert_eq!(
            answers(&cast.hill, &posted).await,
            [json!("ACCEPTED"), Value::Null]
        );
        let taken = cast
            .story
            .accept(
                &cast.stranger,
                &cast
                    .story
                    .look(&cast.stranger, &posted)
                    .await
                    .expect("it is theirs"),
                json!({}),
            )
            .await;
        assert_eq!(taken.status, "ACCEPTED");
        assert_eq!(seen(&cast.county, &posted).await["status"], "ACCEPTED");
        assert_eq!(
            legs(&cast.county, &posted).await.len(),
            2,
            "whoever had it may follow the legs"
        );
    });
}

#[test]
fn redirecting_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let herbs = w.district().herbs.id;
        cast.follows_the_table("redirectReferral", Side::Receiver, |_| to(herbs))
            .await;
    });
}

#[test]
fn only_the_receiver_redirects_what_is_not_overdue() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = to(w.district().herbs.id);
        cast.refuses_others(
            "redirectReferral",
            Side::Receiver,
            Only::Care,
            &posted,
            said,
        )
        .await;
    });
}

#[test]
fn an_emergency_on_the_road_goes_on_to_the_next() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let away = cast.story.depart(&cast.hill, &posted, json!({})).await;
        let accepted = cast.story.accept(&cast.county, &away, json!({})).await;
        let sent_on = cast
            .story
            .redirect(&cast.county, &accepted, d.herbs.id, json!({}))
            .await;
        assert_eq!(sent_on.status, "IN_TRANSIT");
        let emergency_room = w.client(Role::Clinician, &d.herbs_emergency).await;
        let there = seen(&emergency_room, &posted).await;
        let due = (w.now() + Duration::minutes(30)).to_rfc3339();
        assert_eq!(there["answerDueAt"], due);
        let look = cast.story.look(&emergency_room, &posted).await;
        let taken = cast
            .story
            .accept(&emergency_room, &look.expect("it is theirs"), json!({}))
            .await;
        assert_eq!(taken.status, "IN_TRANSIT");
    });
}

#[test]
fn it_goes_where_the_present_receiver_could_send_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        // Only what is assessed by a senior doctor of the hospital leaves the district.
        let _ = w.client(Role::Clinician, &d.city).await;
        let out = with(on(&posted), to(d.city.id));
        let answer = cast
            .story
            .ask(&cast.county, "redirectReferral", out.clone())
            .await;
        assert_eq!(answer.code("redirectReferral"), "ROUTE_NOT_ALLOWED");
        let assessed = |id| json!({ "assessor": letter::practitioner(id) });
        let junior = with(out.clone(), assessed(d.emergency_doctor.id));
        let answer = cast
            .story
            .ask(&cast.county, "redirectReferral", junior)
            .await;
        assert_eq!(answer.code("redirectReferral"), "ROUTE_NOT_ALLOWED");
        // A health centre cannot send a patient out of the district, its hospital can.
        let told = cast
            .story
            .redirect(&cast.county, &posted, d.city.id, assessed(d.neurologist.id))
            .await;
        assert_eq!(told.direction, "OUTWARD");

        // What comes back from there for want of something is posted again, though its sender could not have sent it there.
        let city = w.client(Role::Clinician, &d.city).await;
        let theirs = cast.story.look(&city, &told).await.expect("it is theirs");
        let back = cast.story.send_back(&city, &theirs, json!({})).await;
        let again = cast.story.resubmit(&cast.hill, &back, json!({})).await;
        assert_eq!(again.status, "SUBMITTED");

        // An inpatient does not go to a class III health centre, a suspected infection only where there is a fever clinic.
        let posted = cast.bring("SUBMITTED").await;
        let lake = with(on(&posted), to(d.lake.id));
        let answer = cast.story.ask(&cast.county, "redirectReferral", lake).await;
        assert_eq!(answer.code("redirectReferral"), "ROUTE_NOT_ALLOWED");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (
                json!({ "receiver": letter::department(d.neurology.id) }),
                "input.receiver",
                "WRONG_TYPE",
            ),
            (
                json!({ "receiver": letter::institution(uuid::Uuid::nil()) }),
                "input.receiver",
                "UNKNOWN_ID",
            ),
            (
                json!({ "receiver": letter::institution(d.county.id) }),
                "input.receiver",
                "NOT_ALLOWED",
            ),
            (
                json!({ "receiver": letter::institution(d.hill.id) }),
                "input.receiver",
                "NOT_ALLOWED",
            ),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
            (
                json!({ "reason": "满".repeat(1_001) }),
                "input.reason",
                "TOO_LONG",
            ),
            (
                json!({ "assessor": letter::practitioner(d.herbs_doctor.id) }),
                "input.assessor",
                "UNKNOWN_ID",
            ),
        ];
        cast.refuses_each(
            &cast.county,
            "redirectReferral",
            &posted,
            to(d.herbs.id),
            &faults,
        )
        .await;
    });
}

#[test]
fn it_goes_on_three_times_and_never_back() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let (river, herbs) = (
            w.client(Role::Clinician, &d.river).await,
            w.client(Role::Clinician, &d.herbs).await,
        );
        let city = w.client(Role::Clinician, &d.city).await;
        let posted = cast.bring("SUBMITTED").await;
        let none = || json!({});
        cast.story
            .redirect(&cast.county, &posted, d.river.id, none())
            .await;
        let at_river = cast.story.look(&river, &posted).await.expect("theirs");
        for before in [d.county.id, d.hill.id] {
            let input = with(on(&at_river), to(before));
            cast.refuses(
                &river,
                "redirectReferral",
                input,
                "input.receiver",
                "NOT_ALLOWED",
            )
            .await;
        }
        cast.story
            .redirect(&river, &at_river, d.herbs.id, none())
            .await;
        let at_herbs = cast.story.look(&herbs, &posted).await.expect("theirs");
        let assessed = json!({ "assessor": letter::practitioner(d.herbs_doctor.id) });
        cast.story
            .redirect(&herbs, &at_herbs, d.city.id, assessed)
            .await;
        let at_city = cast.story.look(&city, &posted).await.expect("theirs");
        assert!(!at_city.next.contains(&"REDIRECT_REFERRAL".to_owned()));
        let input = with(on(&at_city), to(d.province.id));
        let answer = cast.story.ask(&city, "redirectReferral", input).await;
        assert_eq!(answer.code("redirectReferral"), "INVALID_TRANSITION");
        assert_eq!(legs(&cast.hill, &posted).await.len(), 4);
        assert_eq!(
            answers(&cast.hill, &posted).await,
            [
                json!("REDIRECTED"),
                json!("REDIRECTED"),
                json!("REDIRECTED"),
                Value::Null
            ]
        );
    });
}

#[test]
fn a_patient_with_an_open_referral_there_is_not_sent_on_to_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let patient = cast.story.patient();
        let there = json!({ "receiver": letter::institution(d.herbs.id) });
        let first = letter::up(&w, &patient);
        let first = cast.story.submit(&cast.hill, with(first, there)).await;
        let posted = cast
            .story
            .submit(&cast.hill, letter::up(&w, &patient))
            .await;
        let input = with(on(&posted), to(d.herbs.id));
        let answer = cast
            .story
            .ask(&cast.county, "redirectReferral", input)
            .await;
        assert_eq!(answer.code("redirectReferral"), "DUPLICATE");
        assert!(
            answer.error("redirectReferral")["extensions"]["existing"].is_null(),
            "the county is no party of that one: {}",
            first.id
        );
    });
}

#[test]
fn what_was_sent_on_is_answered_to_whoever_asks_twice() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let input = with(on(&posted), to(w.district().herbs.id));
        let first = cast
            .story
            .tell(&cast.county, "redirectReferral", input.clone())
            .await;
        let again = cast
            .story
            .tell(&cast.county, "redirectReferral", input.clone())
            .await;
        assert!(again.replayed && !first.replayed);
        // A colleague with the old page open learns that it has changed; the sender was never to redirect it.
        let accept = with(on(&posted), cast.story.acceptance(&posted));
        let late = cast.story.ask(&cast.office, "acceptReferral", accept).await;
        assert_eq!(late.code("acceptReferral"), "CONFLICT");
        let other = cast.story.ask(&cast.hill, "redirectReferral", input).await;
        assert_eq!(other.code("redirectReferral"), "FORBIDDEN");
    });
}

#[test]
fn what_was_posted_stays_what_a_replay_is_held_against() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "externalId": "HIS-1" }));
        let posted = cast.story.submit(&cast.system, letter.clone()).await;
        cast.story
            .redirect(&cast.county, &posted, w.district().herbs.id, json!({}))
            .await;
        let again = cast.story.submit(&cast.system, letter.clone()).await;
        assert!(again.replayed);
        assert_eq!(
            again.receiver,
            letter::institution(w.district().herbs.id),
            "in its present state"
        );
        let elsewhere = json!({ "receiver": letter::institution(w.district().herbs.id) });
        let answer = cast
            .story
            .ask(&cast.system, "submitReferral", with(letter, elsewhere))
            .await;
        assert_eq!(answer.code("submitReferral"), "DUPLICATE");
    });
}

#[test]
fn the_manager_of_a_community_rescues_what_is_overdue() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let theirs = async |by: &Client| cast.story.look(by, &posted).await;
        let before = theirs(&cast.manager).await.expect("the header");
        assert!(before.next.is_empty(), "it is not overdue yet");
        w.wait(Duration::hours(24) + Duration::milliseconds(1));
        assert_eq!(overdue(&cast.manager).await, [posted.id.clone()]);
        let other = w.client(Role::CommunityManager, &d.traditional).await;
        assert!(theirs(&other).await.is_none());
        let late = theirs(&cast.manager).await.expect("the header");
        assert_eq!(late.next, ["REDIRECT_REFERRAL"]);

        let sent_on = cast
            .story
            .redirect(&cast.manager, &late, d.herbs.id, json!({}))
            .await;
        assert_eq!(sent_on.status, "SUBMITTED");
        assert_eq!(seen(&cast.manager, &posted).await["headerOnly"], true);
        assert_eq!(
            answers(&cast.hill, &posted).await,
            [Value::Null, Value::Null],
            "the first never answered"
        );
        let input = with(on(&late), to(d.herbs.id));
        let again = cast
            .story
            .tell(&cast.manager, "redirectReferral", input)
            .await;
        assert!(again.replayed);
        let timeline = "query($id: ID!) { referral(by: { id: $id }) { timeline { edges { node { action institution { id } } } } } }";
        let timeline = cast
            .hill
            .call(timeline, json!({ "id": posted.id }))
            .await
            .ok();
        assert!(
            timeline
                .data("referral.timeline.edges.1.node.institution")
                .is_null(),
            "it was no institution's doing"
        );
        // Now the other community has a side, and nothing is overdue any more.
        assert!(theirs(&other).await.is_some());
        assert!(overdue(&cast.manager).await.is_empty());
    });
}

#[test]
fn a_receiver_that_does_not_operate_still_sends_on_and_gets_nothing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let admin = w
            .client(
                Role::SystemAdmin,
                crate::harness::people::Place::INSTALLATION,
            )
            .await;
        let suspend = |id, version: i32| {
            let input =
                json!({ "id": letter::institution(id), "version": version, "status": "SUSPENDED" });
            let document = "mutation($input: SetInstitutionStatusInput!) { setInstitutionStatus(input: $input) { replayed } }";
            let admin = admin.clone();
            async move { admin.call(document, json!({ "input": input })).await.ok() }
        };
        let (posted, other) = (cast.bring("SUBMITTED").await, cast.bring("SUBMITTED").await);
        suspend(d.county.id, 1).await;
        let sent_on = cast
            .story
            .redirect(&cast.county, &posted, d.herbs.id, json!({}))
            .await;
        assert_eq!(sent_on.status, "SUBMITTED");
        suspend(d.herbs.id, 1).await;
        let input = with(on(&other), to(d.herbs.id));
        let answer = cast
            .story
            .ask(&cast.county, "redirectReferral", input)
            .await;
        assert_eq!(answer.code("redirectReferral"), "ROUTE_NOT_ALLOWED");
        assert_eq!(answer.problems(), [("input.receiver", "NOT_OPERATING")]);
    });
}

/// The ids of what is overdue for that client.
async fn overdue(by: &Client) -> Vec<String> {
    let document = "{ referrals(filter: { overdue: true, awaiting: RECEIVER }, sort: ANSWER_DUE_AT_ASC) { edges { node { id overdue } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("referrals.edges").as_array().cloned();
    edges
        .unwrap_or_default()
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}
