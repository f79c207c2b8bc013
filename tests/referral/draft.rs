//! Write a draft, which only the sender sees.

use entity::enums::Role;
use serde_json::json;

use super::{cast::Cast, census::census, letter::with};
use crate::harness::{both, canary};

#[test]
fn a_draft_needs_a_patient_and_is_seen_by_its_sender_alone() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let patient = cast.story.patient();
        let letter = json!({ "patient": { "register": patient.input() } });
        let before = census(&w).await;
        let draft = cast.story.draft(&cast.hill, letter).await;
        assert_eq!((draft.status.as_str(), draft.version), ("DRAFT", 1));
        assert_eq!(draft.direction, "", "nothing is derived yet");
        assert_eq!(
            draft.next,
            ["SUBMIT_REFERRAL", "AMEND_REFERRAL", "WITHDRAW_REFERRAL"]
        );
        let after = census(&w).await;
        for table in ["referral", "patient"] {
            assert_eq!(after.since(&before, table), 1, "{table}");
        }
        assert!(cast.story.look(&cast.hill, &draft).await.is_some());
        for other in [&cast.county, &cast.stranger, &cast.manager] {
            assert!(cast.story.look(other, &draft).await.is_none());
        }
    });
}

#[test]
fn the_receiver_of_a_draft_does_not_see_it_before_it_is_posted() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let draft = cast.story.draft(&cast.hill, cast.story.up()).await;
        assert!(cast.story.look(&cast.county, &draft).await.is_none());
        assert!(cast.story.look(&cast.manager, &draft).await.is_none());
        let posted = cast.story.submit_draft(&cast.hill, &draft, json!({})).await;
        assert!(cast.story.look(&cast.county, &posted).await.is_some());
        assert!(cast.story.look(&cast.manager, &posted).await.is_some());
    });
}

#[test]
fn a_known_certificate_opens_no_more_than_demographics() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = cast.story.up();
        cast.story.submit(&cast.hill, letter.clone()).await;
        let again = json!({ "patient": letter["patient"] });
        let draft = cast.story.draft(&cast.stranger, again).await;
        let list = cast
            .stranger
            .ask("{ referrals { edges { node { id } } } }")
            .await
            .ok();
        let edges = list.data("referrals.edges").as_array().expect("a list");
        assert_eq!(edges.len(), 1, "its own draft and no more");
        assert_eq!(edges[0]["node"]["id"], draft.id);
    });
}

#[test]
fn nobody_drafts_who_does_not_care_for_patients() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let others = [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::DispatchOfficer, &d.county).await,
            w.client(Role::Regulator, "33").await,
            w.client(Role::Monitor, &d.general).await,
            w.client(Role::Auditor, crate::harness::people::Place::INSTALLATION)
                .await,
            cast.technician.clone(),
            cast.manager.clone(),
        ];
        for client in others {
            let before = census(&w).await;
            let answer = cast
                .story
                .ask(&client, "draftReferral", cast.story.up())
                .await;
            assert_eq!(answer.code("draftReferral"), "FORBIDDEN");
            let changed = census(&w).await.changed_since(&before);
            let denied = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
            assert_eq!(changed, denied);
        }
    });
}

#[test]
fn nobody_drafts_for_another_institution_but_a_health_centres_system_for_its_stations() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let at = |institution| {
            with(
                cast.story.up(),
                json!({
                    "sender": super::letter::institution(institution),
                    "senderPractitioner": null,
                }),
            )
        };
        let own = cast.story.draft(&cast.system, at(d.hill_station.id)).await;
        assert_eq!(own.status, "DRAFT");
        for (client, institution) in [
            (&cast.hill, d.hill_station.id),
            (&cast.system, d.river_station.id),
            (&cast.system, d.county.id),
            (&cast.hill, d.county.id),
        ] {
            let answer = cast
                .story
                .ask(client, "draftReferral", at(institution))
                .await;
            assert_eq!(answer.code("draftReferral"), "FORBIDDEN");
        }
    });
}

#[test]
fn what_is_wrong_in_a_draft_is_refused_like_in_a_letter() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let faults = [
            (
                json!({ "receiver": super::letter::institution(d.neurology.id) }),
                "input.receiver",
                "UNKNOWN_ID",
            ),
            (
                json!({ "senderPractitioner": super::letter::practitioner(d.neurologist.id) }),
                "input.senderPractitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "receiverDepartment": super::letter::department(d.herbs_brain.id) }),
                "input.receiverDepartment",
                "UNKNOWN_ID",
            ),
            (
                json!({ "diagnoses": [{ "code": "I6", "text": "脑梗死", "principal": true }] }),
                "input.diagnoses[0].code",
                "FORMAT",
            ),
            (json!({ "externalId": "" }), "input.externalId", "REQUIRED"),
            (
                json!({ "occurredAt": super::letter::moment(&w, chrono::Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": super::letter::moment(&w, -chrono::Duration::days(31)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        for (fault, path, code) in faults {
            let letter = with(cast.story.up(), fault);
            cast.refuses(&cast.hill, "draftReferral", letter, path, code)
                .await;
        }
    });
}

#[test]
fn a_refusal_never_repeats_who_the_patient_is() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let fault =
            json!({ "patient": { "register": { "name": "龘\u{7}", "phone": "19876543x" } } });
        let letter = with(cast.story.up(), fault);
        let answer = cast.story.ask(&cast.hill, "draftReferral", letter).await;
        assert_eq!(answer.code("draftReferral"), "INVALID_INPUT");
        assert!(!canary::sings(&answer.text), "{}", answer.text);
    });
}
