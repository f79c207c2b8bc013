//! What a receiver enters in the sender's stead: for a partner without account, and patients who came before the paper.

use chrono::Duration;
use entity::{enums::Role, referral};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    clock::row,
    letter::{self, with},
};
use crate::harness::{World, both, canary::Patient};

/// What `county` enters of a patient whom `province` sends down.
pub fn from_province(w: &World, patient: &Patient) -> Value {
    let d = w.district();
    json!({
        "patient": { "register": patient.input() },
        "sender": letter::institution(d.province.id),
        "plannedAt": letter::moment(w, Duration::days(1)),
        "receiverDepartment": letter::department(d.neurology.id),
        "urgency": "ROUTINE",
        "diagnoses": [{ "code": "I63.900", "text": "脑梗死恢复期", "principal": true }],
    })
}

/// What `county` enters of a patient from `hill` who stands at the door.
pub fn at_the_door(w: &World, patient: &Patient) -> Value {
    json!({
        "patient": { "register": patient.input() },
        "sender": letter::institution(w.district().hill.id),
        "arrivedAt": letter::moment(w, Duration::hours(-1)),
        "urgency": "URGENT",
        "diagnoses": [{ "text": "左侧肢体无力", "principal": true }],
    })
}

#[test]
fn what_a_partner_without_account_sent_begins_as_accepted() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = from_province(&w, &cast.story.patient());
        let entered = cast.story.submit(&cast.office, letter).await;
        assert_eq!(
            (entered.status.as_str(), entered.direction.as_str()),
            ("ACCEPTED", "DOWN")
        );
        let document = "query See($by: ReferralKey!) { referral(by: $by) { secondHand walkIn plannedAt answerDueAt legs { answer } timeline { edges { node { secondHand institution { id } } } } } }";
        let seen = cast
            .office
            .call(document, json!({ "by": { "id": entered.id } }))
            .await
            .ok();
        let told = seen.data("referral");
        assert_eq!(
            (&told["secondHand"], &told["walkIn"]),
            (&json!(true), &json!(false))
        );
        assert!(told["plannedAt"].is_string() && told["answerDueAt"].is_null());
        assert_eq!(told["legs"], json!([{ "answer": "ACCEPTED" }]));
        assert_eq!(told["timeline"]["edges"][0]["node"]["secondHand"], true);
        let there = cast.story.arrive(&cast.office, &entered, json!({})).await;
        assert_eq!(there.status, "ARRIVED");
    });
}

#[test]
fn who_may_post_for_itself_is_not_entered_for() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let patient = cast.story.patient();
        // `city` and `hill` have accounts; nobody enters for another receiver.
        w.client(Role::Coordinator, &d.city).await;
        w.app
            .directory
            .refresh(&w.app.db)
            .await
            .expect("the directory is read");
        for (change, code) in [
            (
                json!({ "sender": letter::institution(d.city.id) }),
                "FORBIDDEN",
            ),
            (
                json!({ "sender": letter::institution(d.hill.id) }),
                "FORBIDDEN",
            ),
            (
                json!({ "receiver": letter::institution(d.herbs.id), "receiverDepartment": null }),
                "FORBIDDEN",
            ),
            (
                json!({ "sender": letter::institution(d.hill.id), "plannedAt": null }),
                "FORBIDDEN",
            ),
        ] {
            let letter = with(from_province(&w, &patient), change.clone());
            let answer = cast.story.ask(&cast.office, "submitReferral", letter).await;
            assert_eq!(answer.code("submitReferral"), code, "{change}");
        }
        let technician = from_province(&w, &patient);
        let answer = cast
            .story
            .ask(&cast.technician, "submitReferral", technician)
            .await;
        assert_eq!(answer.code("submitReferral"), "FORBIDDEN");
    });
}

#[test]
fn what_an_entry_lacks_is_named() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (expected, came) = (
            from_province(&w, &cast.story.patient()),
            at_the_door(&w, &cast.story.patient()),
        );
        let past = letter::moment(&w, Duration::days(-31));
        let soon = letter::moment(&w, Duration::hours(1));
        for (letter, change, path, code) in [
            (
                &expected,
                json!({ "plannedAt": null }),
                "input.plannedAt",
                "REQUIRED",
            ),
            (
                &expected,
                json!({ "plannedAt": past }),
                "input.plannedAt",
                "ORDER",
            ),
            (
                &expected,
                json!({ "arrivedAt": soon }),
                "input.plannedAt",
                "NOT_ALLOWED",
            ),
            (
                &expected,
                json!({ "receiverDepartment": null }),
                "input.receiverDepartment",
                "REQUIRED",
            ),
            (
                &expected,
                json!({ "diagnoses": null }),
                "input.diagnoses",
                "REQUIRED",
            ),
            (
                &expected,
                json!({ "urgency": null }),
                "input.urgency",
                "REQUIRED",
            ),
            (
                &expected,
                json!({ "patient": null }),
                "input.patient",
                "REQUIRED",
            ),
            (
                &came,
                json!({ "arrivedAt": past }),
                "input.arrivedAt",
                "ORDER",
            ),
            (
                &came,
                json!({ "arrivedAt": soon }),
                "input.arrivedAt",
                "ORDER",
            ),
            (
                &came,
                json!({ "diagnoses": null }),
                "input.diagnoses",
                "REQUIRED",
            ),
        ] {
            let input = with(letter.clone(), change);
            cast.refuses(&cast.office, "submitReferral", input, path, code)
                .await;
        }
        // The sender does not say what only the receiver knows.
        for field in ["plannedAt", "arrivedAt"] {
            let input = with(cast.story.up(), json!({ field: soon }));
            let path = format!("input.{field}");
            cast.refuses(&cast.hill, "submitReferral", input, &path, "NOT_ALLOWED")
                .await;
        }
    });
}

#[test]
fn an_entry_sent_again_is_the_same() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = w.client(Role::Integration, &w.district().county).await;
        let letter = at_the_door(&w, &cast.story.patient());
        let letter = with(letter, json!({ "externalId": "MZ-1" }));
        let first = cast.story.submit(&system, letter.clone()).await;
        let again = cast.story.submit(&system, letter).await;
        assert!(again.replayed && again.id == first.id);
        let by = json!({ "external": { "institution": letter::institution(w.district().county.id), "id": "MZ-1" } });
        let document = "query See($by: ReferralKey!) { referral(by: $by) { id externalId } }";
        let found = system.call(document, json!({ "by": by })).await.ok();
        assert_eq!(
            *found.data("referral"),
            json!({ "id": first.id, "externalId": "MZ-1" })
        );
    });
}

#[test]
fn the_senders_first_post_joins_whom_the_receiver_wrote_down() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let patient = cast.story.patient();
        let came = cast
            .story
            .submit(&cast.office, at_the_door(&w, &patient))
            .await;
        assert_eq!(came.status, "ARRIVED");
        assert!(
            !came.next.iter().any(|verb| verb == "ACCEPT_REFERRAL"),
            "{:?}",
            came.next
        );
        let treated = cast.story.treat(&cast.county, &came, json!({})).await;

        w.wait(Duration::days(6));
        let letter = with(letter::up(&w, &patient), json!({ "externalId": "HIS-9" }));
        let joined = cast.story.submit(&cast.system, letter.clone()).await;
        assert_eq!(
            (&joined.id, joined.status.as_str()),
            (&came.id, "IN_TREATMENT")
        );
        assert_eq!(joined.version, treated.version + 1);
        assert!(!joined.replayed);
        let document = "query See($by: ReferralKey!) { referral(by: $by) { externalId walkIn reason clinical { presentIllness } diagnoses { code } legs { answer } } }";
        let seen = cast
            .county
            .call(document, json!({ "by": { "id": came.id } }))
            .await
            .ok();
        let told = seen.data("referral");
        assert_eq!(told["externalId"], "HIS-9");
        assert_eq!(told["reason"], "NO_TECHNIQUE");
        assert_eq!(told["diagnoses"], json!([{ "code": "I63.900" }]));
        assert_eq!(
            told["legs"],
            json!([{ "answer": "ARRIVED" }]),
            "nobody is asked again"
        );

        // Sent again it is known; another post is another referral.
        assert!(cast.story.submit(&cast.system, letter).await.replayed);
        let second = cast
            .story
            .submit(&cast.hill, letter::up(&w, &patient))
            .await;
        assert_ne!(second.id, came.id);
        assert_eq!(second.status, "SUBMITTED");
    });
}

#[test]
fn a_draft_that_is_posted_joins_too_and_ends_with_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let patient = cast.story.patient();
        let letter = with(letter::up(&w, &patient), json!({ "externalId": "HIS-9" }));
        let draft = cast.story.draft(&cast.system, letter.clone()).await;
        let door = with(at_the_door(&w, &patient), json!({ "externalId": "MZ-1" }));
        let ward = w.client(Role::Integration, &w.district().county).await;
        let came = cast.story.submit(&ward, door.clone()).await;

        let joined = cast
            .story
            .submit_draft(&cast.system, &draft, json!({}))
            .await;
        assert_eq!((&joined.id, joined.status.as_str()), (&came.id, "ARRIVED"));
        let ended = cast.story.look(&cast.hill, &draft).await;
        assert_eq!(ended.expect("the sender sees it").status, "WITHDRAWN");

        // Whoever lost the answer asks again, each by its own number.
        let again = cast.story.submit(&cast.system, letter).await;
        assert!(again.replayed && again.id == came.id);
        let again = cast.story.submit(&ward, door).await;
        assert!(again.replayed && again.id == came.id);
        let count = referral::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(count.expect("a count"), 2);
    });
}

#[test]
fn what_does_not_belong_to_the_arrival_is_a_new_referral() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        // Another patient, another receiver, another sender, too late, and one that is closed.
        let patient = cast.story.patient();
        let came = cast
            .story
            .submit(&cast.office, at_the_door(&w, &patient))
            .await;
        let elsewhere = json!({ "receiver": letter::institution(d.herbs.id) });
        let river = json!({ "senderPractitioner": letter::practitioner(d.river_doctor.id) });
        let at_river = w.client(Role::Clinician, &d.river).await;
        for (by, letter) in [
            (&cast.hill, cast.story.up()),
            (&cast.hill, with(letter::up(&w, &patient), elsewhere)),
            (&at_river, with(letter::up(&w, &patient), river)),
        ] {
            assert_ne!(cast.story.submit(by, letter).await.id, came.id);
        }
        let reported = cast.story.treat(&cast.county, &came, json!({})).await;
        let reported = cast.story.report(&cast.county, &reported, json!({})).await;
        let reported = cast
            .story
            .look(&cast.hill, &reported)
            .await
            .expect("the sender sees it");
        cast.story.close(&cast.hill, &reported, json!({})).await;
        let other =
            json!({ "diagnoses": [{ "code": "G40.900", "text": "癫痫", "principal": true }] });
        let letter = with(letter::up(&w, &patient), other);
        assert_ne!(cast.story.submit(&cast.hill, letter).await.id, came.id);

        let patient = cast.story.patient();
        let came = cast
            .story
            .submit(&cast.office, at_the_door(&w, &patient))
            .await;
        w.wait(Duration::days(7));
        assert_ne!(
            cast.story
                .submit(&cast.hill, letter::up(&w, &patient))
                .await
                .id,
            came.id
        );
    });
}

#[test]
fn of_many_posts_at_once_exactly_one_joins() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for round in 0..4 {
            let patient = Patient::nth(200 + round);
            let came = cast
                .story
                .submit(&cast.office, at_the_door(&w, &patient))
                .await;
            let posts = (0..6).map(|n| {
                let code = format!("I{}.900", 20 + n);
                let other =
                    json!({ "diagnoses": [{ "code": code, "text": "其他", "principal": true }] });
                cast.story
                    .submit(&cast.hill, with(letter::up(&w, &patient), other))
            });
            let posted = join_all(posts).await;
            let joined = posted.iter().filter(|told| told.id == came.id).count();
            assert_eq!(joined, 1, "round {round}");
            assert_eq!(row(&w, &came).await.version, 2);
        }
        let rows = referral::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(rows.expect("a count"), 4 * 6);
    });
}
