//! What a hospital system sends again is done once and answered each time.

use entity::{
    enums::{Action, AuditOutcome},
    event, referral,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
    race::entries,
    story::{Told, on},
};
use crate::harness::{World, both, canary::Patient};

async fn events(w: &World, told: &Told) -> u64 {
    let of = event::Entity::find().filter(event::Column::SubjectId.eq(told.row_id()));
    of.count(w.app.db.reader()).await.expect("the events")
}

#[test]
fn ten_twins_at_once_are_one_transfer() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = cast.system.clone();
        let ways = [
            (system.clone(), Some("HIS-1")),
            (system.clone().with_key("k-1"), None),
            (system.with_key("k-2"), Some("HIS-2")),
        ];
        for (client, external) in ways {
            let letter = with(cast.story.up(), json!({ "externalId": external }));
            let before = census(&w).await;
            let twins = (0..10).map(|_| cast.story.submit(&client, letter.clone()));
            let told = join_all(twins).await;
            let after = census(&w).await;
            assert!(
                told.iter().all(|twin| twin.id == told[0].id),
                "all are told the same referral"
            );
            let first = told.iter().filter(|twin| !twin.replayed).count();
            assert_eq!(first, 1, "one posts, nine are told that it was posted");
            for table in ["referral", "patient"] {
                assert_eq!(after.since(&before, table), 1, "{table}");
            }
            assert_eq!(events(&w, &told[0]).await, 1);
            let entries = |outcome| entries(&w, told[0].row_id(), Action::SubmitReferral, outcome);
            assert_eq!(
                entries(AuditOutcome::Done).await,
                1,
                "one write in the audit trail"
            );
            assert_eq!(entries(AuditOutcome::Replayed).await, 9);
        }
    });
}

#[test]
fn after_a_lost_reply_the_same_transfer_is_found_where_it_stands_now() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = cast.system.clone().with_key("k-1");
        let letter = with(cast.story.up(), json!({ "externalId": "HIS-1" }));
        let posted = cast.story.submit(&system, letter.clone()).await;
        cast.story.accept(&cast.county, &posted, json!({})).await;
        for client in [&system, &cast.system] {
            let again = cast.story.submit(client, letter.clone()).await;
            assert!(again.replayed);
            assert_eq!(
                (again.id, again.status.as_str(), again.version),
                (posted.id.clone(), "ACCEPTED", 2)
            );
        }
        assert_eq!(events(&w, &posted).await, 2);
        let rows = referral::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(rows.expect("a count"), 1);
    });
}

#[test]
fn the_receiver_learns_nothing_by_posting_as_the_sender() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let sender = json!({ "sender": letter::institution(w.district().hill.id) });
        let letter = with(
            with(cast.story.up(), json!({ "externalId": "HIS-1" })),
            sender,
        );
        cast.story.submit(&cast.system, letter.clone()).await;
        let before = census(&w).await;
        for verb in ["submitReferral", "draftReferral"] {
            let answer = cast.story.ask(&cast.county, verb, letter.clone()).await;
            assert_eq!(answer.code(verb), "FORBIDDEN");
        }
        let denied = [("audit".to_owned(), 2), ("audit_outbox".to_owned(), 2)];
        assert_eq!(census(&w).await.changed_since(&before), denied);
    });
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = cast.system.clone().with_key("k-1");
        let letter = cast.story.up();
        cast.story.submit(&system, letter.clone()).await;
        let before = census(&w).await;
        let other = with(letter, json!({ "senderPhone": "0571-88889999" }));
        let answer = cast.story.ask(&system, "submitReferral", other).await;
        assert_eq!(answer.code("submitReferral"), "IDEMPOTENCY_MISMATCH");
        assert_eq!(census(&w).await.changed_since(&before), []);
        let another = cast.hill.clone().with_key("k-1");
        let own = cast.story.submit(&another, cast.story.up()).await;
        assert!(!own.replayed, "keys belong to accounts");
    });
}

#[test]
fn an_external_id_stands_for_one_patient_receiver_and_illness() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let letter = with(cast.story.up(), json!({ "externalId": "HIS-1" }));
        let posted = cast.story.submit(&cast.system, letter.clone()).await;
        let others = [
            (
                json!({ "patient": { "register": cast.story.patient().input() } }),
                "input.patient",
            ),
            (
                json!({ "receiver": letter::institution(d.herbs.id) }),
                "input.receiver",
            ),
            (
                json!({ "diagnoses": [{ "code": "I10.x00x002", "text": "高血压", "principal": true }] }),
                "input.diagnoses",
            ),
        ];
        let before = census(&w).await;
        for (other, path) in others {
            let answer = cast
                .story
                .ask(&cast.system, "submitReferral", with(letter.clone(), other))
                .await;
            assert_eq!(answer.code("submitReferral"), "DUPLICATE");
            assert_eq!(
                answer.error("submitReferral")["extensions"]["existing"],
                posted.id
            );
            assert_eq!(answer.problems(), [(path, "INCONSISTENT")]);
        }
        assert_eq!(census(&w).await.changed_since(&before), []);
        let same_category =
            json!({ "diagnoses": [{ "code": "I63.5", "text": "脑梗死", "principal": true }] });
        let again = cast
            .story
            .submit(&cast.system, with(letter.clone(), same_category))
            .await;
        assert!(again.replayed, "the same category is the same illness");
        let river = w.client(entity::enums::Role::Integration, &d.river).await;
        let theirs = with(
            cast.story.up(),
            json!({ "externalId": "HIS-1", "senderPractitioner": letter::practitioner(d.river_doctor.id) }),
        );
        assert!(
            !cast.story.submit(&river, theirs).await.replayed,
            "external ids belong to institutions"
        );
    });
}

#[test]
fn a_refusal_uses_up_neither_key_nor_external_id() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = cast.system.clone().with_key("k-1");
        let letter = with(cast.story.up(), json!({ "externalId": "HIS-1" }));
        let refused = [
            (
                with(letter.clone(), json!({ "senderPhone": "n/a" })),
                "INVALID_INPUT",
            ),
            (
                with(
                    letter.clone(),
                    json!({ "receiver": letter::institution(w.district().city.id) }),
                ),
                "ROUTE_NOT_ALLOWED",
            ),
            (
                with(
                    letter.clone(),
                    json!({ "sender": letter::institution(w.district().county.id) }),
                ),
                "FORBIDDEN",
            ),
        ];
        for (letter, code) in refused {
            let answer = cast.story.ask(&system, "submitReferral", letter).await;
            assert_eq!(answer.code("submitReferral"), code);
        }
        let posted = cast.story.submit(&system, letter).await;
        assert!(!posted.replayed);
    });
}

#[test]
fn every_verb_that_is_sent_again_is_answered_again() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (hill, county, s) = (&cast.hill, &cast.county, &cast.story);
        let soon = letter::moment(&w, chrono::Duration::minutes(1));
        let accept = |told: &Told| with(s.acceptance(told), json!({ "plannedAt": soon }));
        let chains: [Vec<(&crate::harness::client::Client, &str, Said<'_>)>; 3] = [
            vec![
                (
                    county,
                    "returnReferral",
                    said(json!({ "missingItems": ["血压"] })),
                ),
                (
                    hill,
                    "resubmitReferral",
                    said(json!({ "content": { "urgency": "URGENT" } })),
                ),
                (county, "acceptReferral", Box::new(accept)),
                (
                    hill,
                    "recordDeparture",
                    said(json!({ "transport": "SELF" })),
                ),
                (county, "recordArrival", said(json!({}))),
                (
                    county,
                    "startTreatment",
                    said(json!({ "visitNumber": "ZY-1" })),
                ),
                (county, "reportBack", said(super::story::report())),
                (
                    hill,
                    "closeReferral",
                    said(json!({ "noFollowUp": "CURED" })),
                ),
            ],
            vec![(
                county,
                "rejectReferral",
                said(json!({ "reason": "NO_BED" })),
            )],
            vec![(hill, "withdrawReferral", said(json!({ "reason": "好转" })))],
        ];
        for chain in chains {
            let mut told = cast.bring("SUBMITTED").await;
            for (by, verb, said) in chain {
                let input = with(on(&told), said(&told));
                let keyed = by.clone().with_key(&format!("{verb}-{}", told.id));
                let first = s.tell(&keyed, verb, input.clone()).await;
                assert!(!first.replayed);
                let before = census(&w).await;
                for client in [by, &keyed] {
                    let again = s.tell(client, verb, input.clone()).await;
                    assert!(again.replayed, "{verb}");
                    assert_eq!(
                        (again.version, &again.status),
                        (first.version, &first.status)
                    );
                }
                let after = census(&w).await;
                for (table, rows) in [
                    ("event", 0),
                    ("outbox", 0),
                    ("referral", 0),
                    ("audit", 2),
                    ("versions of referral", 0),
                ] {
                    assert_eq!(
                        after.since(&before, table),
                        rows,
                        "{table} after {verb} again"
                    );
                }
                told = first;
            }
        }
    });
}

type Said<'a> = Box<dyn Fn(&Told) -> Value + 'a>;

fn said<'a>(value: Value) -> Said<'a> {
    Box::new(move |_| value.clone())
}

#[test]
fn a_verb_is_not_taken_for_its_own_twin() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let input = with(on(&posted), cast.story.acceptance(&posted));
        let first = cast
            .story
            .tell(&cast.county, "acceptReferral", input.clone())
            .await;
        let other = with(input.clone(), json!({ "note": "另一句" }));
        let answer = cast.story.ask(&cast.county, "acceptReferral", other).await;
        assert_eq!(
            answer.code("acceptReferral"),
            "CONFLICT",
            "another input is another verb"
        );
        cast.story.depart(&cast.hill, &first, json!({})).await;
        let answer = cast
            .story
            .ask(&cast.county, "acceptReferral", input.clone())
            .await;
        assert_eq!(
            answer.code("acceptReferral"),
            "CONFLICT",
            "something else has happened since"
        );
        let keyed = cast.county.clone().with_key("k");
        let answer = cast.story.ask(&keyed, "acceptReferral", input).await;
        assert_eq!(answer.code("acceptReferral"), "CONFLICT");
    });
}

#[test]
fn a_keyed_verb_is_answered_after_the_referral_has_gone_on() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let keyed = cast.county.clone().with_key("k");
        let input = with(on(&posted), cast.story.acceptance(&posted));
        let first = cast
            .story
            .tell(&keyed, "acceptReferral", input.clone())
            .await;
        cast.story.depart(&cast.hill, &first, json!({})).await;
        let again = cast.story.tell(&keyed, "acceptReferral", input).await;
        assert!(again.replayed);
        assert_eq!(again.status, "IN_TRANSIT", "as it is now");
    });
}

#[test]
fn a_draft_posted_under_its_external_id_is_posted_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(
            letter::up(&w, &Patient::nth(7)),
            json!({ "externalId": "HIS-7" }),
        );
        let draft = cast.story.draft(&cast.system, letter.clone()).await;
        let twin = cast.story.draft(&cast.system, letter.clone()).await;
        assert!(twin.replayed && twin.id == draft.id);
        let posted = cast.story.submit(&cast.system, letter.clone()).await;
        assert_eq!(
            (posted.id.as_str(), posted.status.as_str(), posted.replayed),
            (draft.id.as_str(), "SUBMITTED", false)
        );
        let again = cast.story.submit(&cast.system, letter).await;
        assert!(again.replayed && again.id == draft.id);
    });
}
