//! A new referral written from an old one.

use entity::enums::Role;
use serde_json::json;

use super::{
    cast::Cast,
    clock::{row, run_to},
    letter,
};
use crate::harness::both;

#[test]
fn what_was_rejected_is_written_anew_for_another_receiver() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let rejected = cast.bring("REJECTED").await;
        let anew = json!({
            "basedOn": { "id": rejected.id },
            "receiver": letter::institution(d.herbs.id),
            "validTo": letter::day(&w, 5),
            "urgency": "URGENT",
        });
        let posted = cast.story.submit(&cast.hill, anew).await;
        assert_eq!(posted.status, "SUBMITTED");
        let (old, new) = (row(&w, &rejected).await, row(&w, &posted).await);
        assert_eq!(new.content, old.content);
        assert_eq!(
            (new.patient_id, new.sender_phone),
            (old.patient_id, old.sender_phone)
        );
        assert_eq!(
            new.urgency.map(entity::enums::Urgency::code),
            Some("URGENT")
        );
        assert_eq!(new.based_on_id, Some(old.id));
        let document =
            "query See($by: ReferralKey!) { referral(by: $by) { basedOn { id status } } }";
        let by = json!({ "by": { "id": posted.id } });
        let seen = cast.hill.call(document, by.clone()).await.ok();
        let expected = json!({ "id": rejected.id, "status": "REJECTED" });
        assert_eq!(*seen.data("referral.basedOn"), expected);
        // Who had nothing to do with the old one does not see it.
        let herbs = w.client(Role::Clinician, &d.herbs).await;
        let seen = herbs.call(document, by).await.ok();
        assert!(seen.data("referral.basedOn").is_null());
    });
}

#[test]
fn what_expired_is_drafted_anew() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let told = cast.bring("SUBMITTED").await;
        let old = row(&w, &told).await;
        run_to(&w, old.valid_to.expect("valid for a time")).await;
        let patient = api::id::encode(api::id::Kind::Patient, old.patient_id);
        let draft = json!({ "basedOn": { "number": told.number }, "patient": { "id": patient } });
        let draft = cast.story.draft(&cast.hill, draft).await;
        let new = row(&w, &draft).await;
        assert_eq!((new.content, new.valid_to), (old.content, None));
        let added = json!({ "validTo": letter::day(&w, 3) });
        let posted = cast.story.submit_draft(&cast.hill, &draft, added).await;
        assert_eq!(posted.status, "SUBMITTED");
    });
}

#[test]
fn only_the_senders_own_that_came_to_nothing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let open = cast.bring("ACCEPTED").await;
        let anew = |id: &str| json!({ "basedOn": { "id": id }, "validTo": letter::day(&w, 5) });
        cast.refuses(
            &cast.hill,
            "submitReferral",
            anew(&open.id),
            "input.basedOn",
            "NOT_ALLOWED",
        )
        .await;
        let rejected = cast.bring("REJECTED").await;
        for by in [&cast.county, &cast.stranger] {
            cast.refuses(
                by,
                "submitReferral",
                anew(&rejected.id),
                "input.basedOn",
                "UNKNOWN_ID",
            )
            .await;
        }
        let other = letter::with(
            anew(&rejected.id),
            json!({ "patient": { "register": cast.story.patient().input() } }),
        );
        cast.refuses(
            &cast.hill,
            "submitReferral",
            other,
            "input.patient",
            "INCONSISTENT",
        )
        .await;
    });
}
