//! Send the patient back down: the report and the linked DOWN referral in one.

use entity::enums::{Action, Role, Side};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    census::census,
    letter::{self, with},
    story::{Told, on, report},
};
use crate::harness::{World, both, client::Client};

const DOWN: &str = "query($id: ID!) { referral(by: { id: $id }) {
    status direction urgency visitType careSetting senderPhone
    sender { id } receiver { id } patient { id name } senderPractitioner { id }
    diagnoses { code text principal } clinical { presentIllness treatment }
    handover { dischargeDiagnosis mainResults treatment plan medication followUp inpatientNumber dischargeSummary } } }";

/// What is said beside the report.
fn said(w: &World, told: &Told) -> Value {
    let mut said = json!({ "content": letter::back(w) });
    if told.status != "REPORTED_BACK" {
        said["report"] = report();
    }
    said
}

async fn status(cast: &Cast, by: &Client, told: &Told) -> String {
    cast.story
        .look(by, told)
        .await
        .expect("it is still seen")
        .status
}

#[test]
fn the_report_goes_up_and_the_patient_down_with_what_is_known_filled_in() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let treated = cast.bring("IN_TREATMENT").await;
        let before = census(&w).await;
        let down = cast
            .story
            .refer_back(&cast.county, &treated, json!({}))
            .await;
        let after = census(&w).await;
        for (table, rows) in [("referral", 1), ("event", 2), ("outbox", 2), ("audit", 2)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        assert_eq!(
            (down.status.as_str(), down.direction.as_str(), down.version),
            ("SUBMITTED", "DOWN", 1)
        );
        assert_eq!(status(&cast, &cast.hill, &treated).await, "REPORTED_BACK");

        let read = cast.hill.call(DOWN, json!({ "id": down.id })).await.ok();
        let seen = read.data("referral");
        let up = cast.hill.call(DOWN, json!({ "id": treated.id })).await.ok();
        assert_eq!(seen["patient"], *up.data("referral.patient"));
        assert_eq!(seen["diagnoses"], *up.data("referral.diagnoses"));
        assert_eq!(seen["sender"]["id"], letter::institution(d.county.id));
        assert_eq!(seen["receiver"]["id"], letter::institution(d.hill.id));
        assert_eq!(seen["urgency"], "ROUTINE");
        assert_eq!(seen["visitType"], "INPATIENT");
        assert_eq!(seen["clinical"]["treatment"], report()["treatment"]);
        assert_eq!(
            seen["handover"],
            json!({
                "dischargeDiagnosis": report()["diagnosis"],
                "mainResults": "头颅磁共振：梗死灶较前吸收",
                "treatment": report()["treatment"],
                "plan": report()["advice"],
                "medication": "阿司匹林 100 mg 每日一次",
                "followUp": "七日内首次随访，测血压",
                "inpatientNumber": "ZY20260302001",
                "dischargeSummary": report()["dischargeSummary"],
            })
        );
    });
}

#[test]
fn what_is_written_goes_before_what_is_known() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let reported = cast.bring("REPORTED_BACK").await;
        let said = json!({ "content": {
            "receiver": letter::institution(d.hill_station.id),
            "senderPhone": "0571-86001111",
            "handover": { "plan": "每周三次康复训练" },
        } });
        let down = cast.story.refer_back(&cast.county, &reported, said).await;
        assert_eq!(down.receiver, letter::institution(d.hill_station.id));
        let read = cast.county.call(DOWN, json!({ "id": down.id })).await.ok();
        assert_eq!(read.text_at("referral.senderPhone"), "0571-86001111");
        assert_eq!(read.text_at("referral.handover.plan"), "每周三次康复训练");
        assert_eq!(status(&cast, &cast.hill, &reported).await, "REPORTED_BACK");
    });
}

#[test]
fn the_loop_closes_when_the_patient_has_arrived_below() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let s = &cast.story;
        let treated = cast.bring("IN_TREATMENT").await;
        let down = s.refer_back(&cast.county, &treated, json!({})).await;
        let accepted = s.accept(&cast.hill, &down, json!({})).await;
        assert_eq!(status(&cast, &cast.hill, &treated).await, "REPORTED_BACK");
        let arrived = s.arrive(&cast.hill, &accepted, json!({})).await;
        assert_eq!(
            (arrived.id.as_str(), arrived.status.as_str()),
            (down.id.as_str(), "ARRIVED")
        );
        let closed = s
            .look(&cast.hill, &treated)
            .await
            .expect("it is still seen");
        assert_eq!(closed.status, "CLOSED");
        assert!(closed.next.is_empty());
        let last = "query($id: ID!) { referral(by: { id: $id }) { timeline(first: 20) { edges { node { action status } } } } }";
        let read = cast
            .county
            .call(last, json!({ "id": treated.id }))
            .await
            .ok();
        let events = read
            .data("referral.timeline.edges")
            .as_array()
            .expect("a timeline");
        assert_eq!(
            events.last().expect("events")["node"],
            json!({ "action": Action::CloseReferral.code(), "status": "CLOSED" })
        );
    });
}

#[test]
fn an_arrival_below_leaves_alone_what_was_closed_before() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let s = &cast.story;
        let treated = cast.bring("IN_TREATMENT").await;
        let down = s.refer_back(&cast.county, &treated, json!({})).await;
        let up = s.look(&cast.hill, &treated).await.expect("it is seen");
        // The linked DOWN referral is what follows: nothing else is asked.
        let closed = s
            .close(&cast.hill, &up, json!({ "noFollowUp": null }))
            .await;
        let accepted = s.accept(&cast.hill, &down, json!({})).await;
        s.arrive(&cast.hill, &accepted, json!({})).await;
        let now = s.look(&cast.hill, &treated).await.expect("it is seen");
        assert_eq!(
            (now.status.as_str(), now.version),
            ("CLOSED", closed.version)
        );
    });
}

#[test]
fn a_patient_is_referred_back_once_at_a_time() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let s = &cast.story;
        let treated = cast.bring("IN_TREATMENT").await;
        let first = s.refer_back(&cast.county, &treated, json!({})).await;
        let up = s.look(&cast.county, &treated).await.expect("it is seen");
        let input = with(on(&up), said(&w, &up));
        let refused = s.ask(&cast.county, "referBack", input.clone()).await;
        assert_eq!(refused.code("referBack"), "DUPLICATE", "{}", refused.text);
        assert_eq!(
            refused.error("referBack")["extensions"]["existing"],
            first.id.as_str()
        );
        // Not taken below: another is named.
        let seen = s.look(&cast.hill, &first).await.expect("it is seen");
        s.reject(&cast.hill, &seen, json!({})).await;
        let river = letter::institution(w.district().river.id);
        let second = s
            .refer_back(
                &cast.county,
                &up,
                json!({ "content": { "receiver": river } }),
            )
            .await;
        assert_ne!(second.id, first.id);
    });
}

#[test]
fn referring_back_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for status in ["SUBMITTED", "ACCEPTED", "NO_SHOW", "CLOSED"] {
            let told = cast.bring(status).await;
            let input = with(on(&told), said(&w, &told));
            let answer = cast.story.ask(&cast.county, "referBack", input).await;
            assert_eq!(answer.code("referBack"), "INVALID_TRANSITION", "{status}");
        }
        for status in ["ARRIVED", "IN_TREATMENT", "REPORTED_BACK"] {
            let told = cast.bring(status).await;
            assert!(told.next.iter().any(|next| next == "REFER_BACK") || status == "REPORTED_BACK");
            // Who was not admitted by a number yet is given one here.
            let number = json!({ "content": { "handover": { "inpatientNumber": "ZY-7" } } });
            let down = cast.story.refer_back(&cast.county, &told, number).await;
            assert_eq!(down.status, "SUBMITTED", "from {status}");
        }
        // What has come down is not sent down again.
        let posted = cast.story.submit(&cast.county, cast.story.down()).await;
        let accepted = cast.story.accept(&cast.hill, &posted, json!({})).await;
        let arrived = cast.story.arrive(&cast.hill, &accepted, json!({})).await;
        assert!(!arrived.next.iter().any(|next| next == "REFER_BACK"));
        let input = with(on(&arrived), said(&w, &arrived));
        let answer = cast.story.ask(&cast.hill, "referBack", input).await;
        assert_eq!(answer.code("referBack"), "INVALID_TRANSITION");
    });
}

#[test]
fn only_the_receiver_refers_back() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let treated = cast.bring("IN_TREATMENT").await;
        cast.refuses_others(
            "referBack",
            Side::Receiver,
            Only::Care,
            &treated,
            said(&w, &treated),
        )
        .await;
        let office = cast.office.clone();
        let down = cast
            .story
            .refer_back(
                &office,
                &treated,
                json!({ "content": {
            "senderPractitioner": letter::practitioner(w.district().neurologist.id) } }),
            )
            .await;
        assert_eq!(down.status, "SUBMITTED");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let treated = cast.bring("IN_TREATMENT").await;
        let good = said(&w, &treated);
        let faults = [
            (json!({ "report": null }), "input.report", "REQUIRED"),
            (
                json!({ "report": { "diagnosis": "" } }),
                "input.report.diagnosis",
                "REQUIRED",
            ),
            (
                json!({ "report": { "dischargeSummary": null } }),
                "input.report.dischargeSummary",
                "REQUIRED",
            ),
            (
                json!({ "report": { "dischargedOn": letter::day(&w, 1) } }),
                "input.report.dischargedOn",
                "ORDER",
            ),
            (
                json!({ "content": { "careSetting": null } }),
                "input.content.careSetting",
                "REQUIRED",
            ),
            (
                json!({ "content": { "reason": "CRITICAL" } }),
                "input.content.reason",
                "INCONSISTENT",
            ),
            (
                json!({ "content": { "consent": null } }),
                "input.content.consent",
                "REQUIRED",
            ),
            (
                json!({ "content": { "handover": { "medication": null } } }),
                "input.content.handover.medication",
                "REQUIRED",
            ),
            (
                json!({ "content": { "receiver": letter::institution(d.herbs.id) } }),
                "input.content.receiver",
                "NOT_ALLOWED",
            ),
            (
                json!({ "content": { "receiver": "inst_00000000000000000000000000" } }),
                "input.content.receiver",
                "UNKNOWN_ID",
            ),
            (
                json!({ "content": { "validTo": "2026-02-30" } }),
                "input.content.validTo",
                "FORMAT",
            ),
            (json!({ "externalId": "" }), "input.externalId", "REQUIRED"),
        ];
        cast.refuses_each(&cast.county, "referBack", &treated, good.clone(), &faults)
            .await;
        // All at once.
        let input = with(
            with(on(&treated), good),
            json!({ "report": { "advice": "" }, "content": { "validTo": null, "consent": null } }),
        );
        let answer = cast.story.ask(&cast.county, "referBack", input).await;
        let paths: Vec<_> = answer.problems().iter().map(|(path, _)| *path).collect();
        for path in [
            "input.report.advice",
            "input.content.validTo",
            "input.content.consent",
        ] {
            assert!(paths.contains(&path), "{path} in {paths:?}");
        }
        let reported = cast.bring("REPORTED_BACK").await;
        let twice = with(said(&w, &reported), json!({ "report": report() }));
        let faults = [(json!({}), "input.report", "NOT_ALLOWED")];
        cast.refuses_each(&cast.county, "referBack", &reported, twice, &faults)
            .await;
    });
}

#[test]
fn a_hospital_system_that_repeats_itself_refers_back_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = w.client(Role::Integration, &w.district().county).await;
        let more = json!({
            "externalId": "HIS-DOWN-1",
            "content": { "senderPractitioner": letter::practitioner(w.district().neurologist.id) },
        });
        let treated = cast.bring("IN_TREATMENT").await;
        let key = json!({ "referral": { "id": treated.id } });
        let input = with(with(key.clone(), said(&w, &treated)), more.clone());
        let first = cast.story.tell(&system, "referBack", input.clone()).await;
        let again = cast.story.tell(&system, "referBack", input.clone()).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.id, again.id);

        // The same without an id of its own: the last event tells.
        let other = cast.bring("REPORTED_BACK").await;
        let key = json!({ "referral": { "id": other.id } });
        let plain = with(
            with(key, said(&w, &other)),
            with(more, json!({ "externalId": null })),
        );
        let first = cast.story.tell(&system, "referBack", plain.clone()).await;
        let again = cast.story.tell(&system, "referBack", plain).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.id, again.id);

        // The same external id for another patient is another matter.
        let third = cast.bring("IN_TREATMENT").await;
        let input = with(input, json!({ "referral": { "id": third.id } }));
        let refused = cast.story.ask(&system, "referBack", input).await;
        assert_eq!(refused.code("referBack"), "DUPLICATE");

        // With a key, lost and sent again.
        let fourth = cast.bring("IN_TREATMENT").await;
        let keyed = cast.county.clone().with_key("down-4");
        let input = with(on(&fourth), said(&w, &fourth));
        let first = cast.story.tell(&keyed, "referBack", input.clone()).await;
        let again = cast.story.tell(&keyed, "referBack", input).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.id, again.id);
    });
}
