//! Change what was written: all of it while the sender has it, and what helps the receiver once it is posted.

use chrono::Duration;
use entity::{
    enums::{Action, Side},
    event,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    legs::legs,
    letter::{self, with},
    story::{Told, on},
};
use crate::harness::{both, client::Client};

async fn seen(by: &Client, told: &Told) -> Value {
    let document = "query($id: ID!) { referral(by: { id: $id }) { status version urgency answerDueAt senderPhone transport careSetting
        suspectedInfection receiver { id } insurance { status number } diagnoses { code } clinical { presentIllness examinations } } }";
    let answer = by.call(document, json!({ "id": told.id })).await.ok();
    answer.data("referral").clone()
}

/// What may be added once it is posted.
fn addition() -> Value {
    json!({
        "senderPhone": "0571-88885678",
        "clinical": { "examinations": "头颅 CT 未见出血" },
        "suspectedInfection": true,
        "transport": "AMBULANCE_120",
        "insurance": { "status": "FILED", "number": "YB20260302" },
    })
}

#[test]
fn the_receiver_reads_what_was_added_and_the_old_stays_on_record() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for status in ["SUBMITTED", "ACCEPTED", "IN_TRANSIT"] {
            let told = cast.bring(status).await;
            let amended = cast.story.amend(&cast.hill, &told, addition()).await;
            assert_eq!(
                (amended.status.as_str(), amended.version),
                (status, told.version + 1)
            );
            let read = seen(&cast.county, &told).await;
            assert_eq!(read["senderPhone"], "0571-88885678");
            assert_eq!(read["transport"], "AMBULANCE_120");
            assert_eq!(read["suspectedInfection"], true);
            assert_eq!(read["insurance"]["number"], "YB20260302");
            assert_eq!(
                read["clinical"],
                json!({ "presentIllness": "左侧肢体麻木三日，无头痛呕吐", "examinations": "头颅 CT 未见出血" })
            );
            let events = event::Entity::find()
                .filter(event::Column::SubjectId.eq(told.row_id()))
                .filter(event::Column::Action.eq(Action::AmendReferral));
            let event = events.one(w.app.db.reader()).await.expect("the events");
            let detail = event.expect("an amendment is an event").detail;
            let before = &detail["before"]["content"];
            assert!(before["clinical"]["examinations"].is_null(), "{before}");
            assert_eq!(
                before["clinical"]["present_illness"],
                "左侧肢体麻木三日，无头痛呕吐"
            );
        }
    });
}

#[test]
fn a_draft_and_what_was_returned_change_as_a_whole() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let draft = cast.bring("DRAFT").await;
        let all = with(
            addition(),
            json!({ "receiver": letter::institution(d.herbs.id), "careSetting": "OUTPATIENT", "urgency": "URGENT", "suspectedInfection": false }),
        );
        let amended = cast.story.amend(&cast.hill, &draft, all.clone()).await;
        assert_eq!(amended.status, "DRAFT");
        assert!(cast.story.look(&cast.stranger, &draft).await.is_none());
        let read = seen(&cast.hill, &draft).await;
        assert_eq!(read["receiver"]["id"], letter::institution(d.herbs.id));
        let posted = cast
            .story
            .submit_draft(&cast.hill, &amended, json!({}))
            .await;
        assert_eq!(posted.receiver, letter::institution(d.herbs.id));

        let returned = cast.bring("RETURNED").await;
        let elsewhere = with(on(&returned), json!({ "content": all }));
        cast.refuses(
            &cast.hill,
            "amendReferral",
            elsewhere,
            "input.content.receiver",
            "NOT_ALLOWED",
        )
        .await;
        let same = with(
            addition(),
            json!({ "careSetting": "OUTPATIENT", "urgency": "URGENT" }),
        );
        let amended = cast.story.amend(&cast.hill, &returned, same).await;
        assert_eq!(amended.status, "RETURNED");
        let again = cast.story.resubmit(&cast.hill, &amended, json!({})).await;
        assert_eq!(again.status, "SUBMITTED");
        let read = seen(&cast.county, &again).await;
        assert_eq!(
            [&read["careSetting"], &read["urgency"]],
            ["OUTPATIENT", "URGENT"]
        );
    });
}

#[test]
fn a_raised_urgency_counts_from_the_raise() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let began = w.now();
        w.wait(Duration::hours(2));
        let urgent = json!({ "urgency": "URGENT" });
        let raised = cast.story.amend(&cast.hill, &posted, urgent).await;
        let due = |minutes| (w.now() + Duration::minutes(minutes)).to_rfc3339();
        let leg = &legs(&cast.county, &raised).await[0];
        assert_eq!(leg["startedAt"], began.to_rfc3339());
        assert_eq!(
            [&leg["urgency"], &leg["dueAt"]],
            [&json!("URGENT"), &json!(due(120))]
        );
        assert_eq!(seen(&cast.county, &raised).await["answerDueAt"], due(120));

        // A raise never gives more time than there was.
        w.wait(Duration::minutes(110));
        let now = json!({ "urgency": "EMERGENCY" });
        let raised = cast.story.amend(&cast.hill, &raised, now).await;
        assert_eq!(seen(&cast.county, &raised).await["answerDueAt"], due(10));
        let emergency_room = w
            .client(entity::enums::Role::Clinician, &w.district().emergency)
            .await;
        assert!(
            cast.story.look(&emergency_room, &raised).await.is_some(),
            "the emergency department sees emergencies"
        );

        // What is accepted is not due any more.
        let accepted = cast.bring("ACCEPTED").await;
        let now = json!({ "urgency": "EMERGENCY" });
        let raised = cast.story.amend(&cast.hill, &accepted, now).await;
        assert!(seen(&cast.county, &raised).await["answerDueAt"].is_null());
    });
}

#[test]
fn amending_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(
            "amendReferral",
            Side::Sender,
            |_| json!({ "content": addition() }),
        )
        .await;
    });
}

#[test]
fn only_the_sender_amends() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "content": addition() });
        cast.refuses_others("amendReferral", Side::Sender, Only::Care, &posted, said)
            .await;
    });
}

#[test]
fn what_was_posted_is_fixed_but_for_additions() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let letter = with(cast.story.up(), json!({ "urgency": "URGENT" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let fixed = [
            ("receiver", json!(letter::institution(d.herbs.id))),
            (
                "receiverDepartment",
                json!(letter::department(d.neurology.id)),
            ),
            (
                "receiverPractitioner",
                json!(letter::practitioner(d.neurologist.id)),
            ),
            ("visitType", json!("INPATIENT")),
            ("careSetting", json!("OUTPATIENT")),
            ("reason", json!("COMPLEX")),
            ("greenChannel", json!("STROKE")),
            (
                "consent",
                json!({ "kind": "EMERGENCY_OVERRIDE", "overrideReason": "无" }),
            ),
            ("payment", json!("INSURANCE")),
            ("assessor", json!(letter::practitioner(d.hill_doctor.id))),
            ("validFrom", json!(letter::day(&w, 0))),
            ("validTo", json!(letter::day(&w, 9))),
            ("urgency", json!("ROUTINE")),
        ];
        for (field, value) in fixed {
            let input = with(on(&posted), json!({ "content": { field: value } }));
            let path = format!("input.content.{field}");
            cast.refuses(&cast.hill, "amendReferral", input, &path, "NOT_ALLOWED")
                .await;
        }
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (json!({ "content": {} }), "input.content", "REQUIRED"),
            (
                json!({ "content": { "senderPhone": "x" } }),
                "input.content.senderPhone",
                "FORMAT",
            ),
            (
                json!({ "content": { "senderPractitioner": letter::practitioner(d.neurologist.id) } }),
                "input.content.senderPractitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "content": { "diagnoses": [] } }),
                "input.content.diagnoses",
                "REQUIRED",
            ),
            (
                json!({ "content": { "diagnoses": [{ "text": "脑梗死", "principal": true }] } }),
                "input.content.diagnoses",
                "REQUIRED",
            ),
            (
                json!({ "content": { "clinical": { "cautions": "跌".repeat(4_001) } } }),
                "input.content.clinical.cautions",
                "TOO_LONG",
            ),
        ];
        cast.refuses_each(&cast.hill, "amendReferral", &posted, json!({}), &faults)
            .await;
    });
}

#[test]
fn another_illness_is_held_against_what_is_open_for_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let patient = cast.story.patient();
        let of = |code: &str| json!({ "diagnoses": [{ "code": code, "text": "诊断", "principal": true }] });
        let heart = with(letter::up(&w, &patient), of("I21.900"));
        let first = cast.story.submit(&cast.hill, heart).await;
        let brain = with(letter::up(&w, &patient), of("I63.900"));
        let second = cast.story.submit(&cast.hill, brain).await;
        let input = with(on(&second), json!({ "content": of("I21.000") }));
        let answer = cast.story.ask(&cast.hill, "amendReferral", input).await;
        assert_eq!(answer.code("amendReferral"), "DUPLICATE");
        let extensions = &answer.error("amendReferral")["extensions"];
        assert_eq!(extensions["existing"], first.id);
        assert_eq!(extensions["problems"][0]["path"], "input.content.diagnoses");

        // Once it is another illness, the first one is free for a new referral.
        cast.story.amend(&cast.hill, &second, of("J18.900")).await;
        let third = with(letter::up(&w, &patient), of("I63.900"));
        let third = cast.story.submit(&cast.hill, third).await;
        assert_eq!(third.status, "SUBMITTED");
    });
}

#[test]
fn the_same_amendment_is_made_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let first = cast.story.amend(&cast.hill, &posted, addition()).await;
        let again = cast.story.amend(&cast.hill, &posted, addition()).await;
        assert!(!first.replayed && again.replayed);
        let other = with(
            on(&posted),
            json!({ "content": { "senderPhone": "0571-88880000" } }),
        );
        let stale = cast.story.ask(&cast.hill, "amendReferral", other).await;
        assert_eq!(stale.code("amendReferral"), "CONFLICT");
    });
}
