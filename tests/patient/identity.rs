//! The full identity, for a purpose.

use entity::{
    audit,
    enums::{Action, Purpose, Role},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::registered;
use crate::{
    harness::{
        World, both,
        canary::Patient,
        client::{Answer, Client},
    },
    referral::story::Story,
};

async fn identity(by: &Client, id: &str, purpose: &str, note: Option<&str>) -> Answer {
    let document = "query Identity($id: ID!, $purpose: Purpose!, $note: String) {
      patient(id: $id) { identity(purpose: $purpose, note: $note) { name idNumber certificateKind phone birthDate address } }
    }";
    let variables = json!({ "id": id, "purpose": purpose, "note": note });
    by.call(document, variables).await
}

async fn entries(w: &World) -> Vec<audit::Model> {
    audit::Entity::find()
        .filter(audit::Column::Action.eq(Action::ReadIdentity))
        .all(w.app.db.reader())
        .await
        .expect("the table can be read")
}

#[test]
fn the_full_identity_takes_a_purpose_and_is_audited_with_it() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let patient = Patient::nth(71);
        let id = registered(&hill, &patient.input()).await;
        let answer = identity(&hill, &id, "OTHER", Some("补办就诊卡")).await.ok();
        let field = |name: &str| {
            answer
                .text_at(&format!("patient.identity.{name}"))
                .to_owned()
        };
        assert_eq!(field("name"), patient.name);
        assert_eq!(field("idNumber"), patient.number);
        assert_eq!(field("certificateKind"), "RESIDENT_ID_CARD");
        assert_eq!(field("phone"), patient.phone);
        assert_eq!(field("birthDate"), patient.birth_date.to_string());
        let entries = entries(&w).await;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].purpose, Some(Purpose::Other));
        assert_eq!(entries[0].note.as_deref(), Some("补办就诊卡"));
        assert_eq!(entries[0].account_id, Some(hill.account));
        assert_eq!(entries[0].patients.0.len(), 1);
    });
}

#[test]
fn another_purpose_is_told_in_a_note() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let id = registered(&hill, &Patient::nth(72).input()).await;
        let long = "长".repeat(501);
        for (note, code) in [
            (None, "REQUIRED"),
            (Some(" "), "REQUIRED"),
            (Some(long.as_str()), "TOO_LONG"),
        ] {
            let answer = identity(&hill, &id, "OTHER", note).await;
            assert_eq!(answer.problems(), [("note", code)]);
            assert_eq!(answer.data("patient.identity"), &Value::Null);
        }
        assert!(entries(&w).await.is_empty());
    });
}

#[test]
fn who_saw_the_patient_once_has_no_claim_to_it_later() {
    both(async |w| {
        let story = Story::of(&w);
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let county = w.client(Role::Clinician, &w.district().county).await;
        let letter = story.up();
        let id = registered(&hill, &letter["patient"]["register"]).await;
        let posted = story.submit(&hill, letter).await;
        let _ = identity(&county, &id, "TREATMENT", None).await.ok();

        let accepted = story.accept(&county, &posted, json!({})).await;
        let arrived = story.arrive(&county, &accepted, json!({})).await;
        let treated = story.treat(&county, &arrived, json!({})).await;
        let reported = story.report(&county, &treated, json!({})).await;
        story.close(&hill, &reported, json!({})).await;
        let refused = identity(&county, &id, "TREATMENT", None).await;
        assert_eq!(refused.code("patient.identity"), "FORBIDDEN");
        let _ = identity(&hill, &id, "CONTACT", None).await.ok();
        let codes: Vec<_> = entries(&w)
            .await
            .into_iter()
            .map(|entry| entry.code)
            .collect();
        assert_eq!(codes, [None, Some("FORBIDDEN".to_owned()), None]);
    });
}
