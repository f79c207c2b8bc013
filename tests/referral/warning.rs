//! What is noticed when a referral is posted, and keeps nobody from posting it.

use entity::{enums::Role, referral};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    letter::{self, with},
    story::{Told, document},
};
use crate::harness::{World, both, client::Client};

/// Code and path of what is noticed of a referral, as that client sees it.
async fn noticed(by: &Client, told: &Told) -> Vec<(String, String)> {
    let warnings = warnings(by, told).await;
    let warnings = warnings.as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    warnings
        .map(|warning| (text(&warning["code"]), text(&warning["path"])))
        .collect()
}

async fn warnings(by: &Client, told: &Told) -> Value {
    let document =
        "query($id: ID!) { referral(by: { id: $id }) { warnings { code message path existing } } }";
    let answer = by.call(document, json!({ "id": told.id })).await.ok();
    answer.data("referral.warnings").clone()
}

fn codes(noticed: &[(String, String)]) -> Vec<&str> {
    let mut codes: Vec<&str> = noticed.iter().map(|(code, _)| code.as_str()).collect();
    codes.dedup();
    codes
}

async fn counted(w: &World, told: &Told) -> bool {
    let row = referral::Entity::find_by_id(told.row_id());
    let row = row.one(w.app.db.reader()).await.expect("it can be read");
    row.expect("it has a row").within_origin_capability
}

#[test]
fn what_the_origin_could_treat_itself_is_warned_and_counted() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let plain = cast.bring("SUBMITTED").await;
        assert_eq!(noticed(&cast.hill, &plain).await, []);
        assert!(!counted(&w, &plain).await);
        let own = json!({ "diagnoses": [{ "code": "I10.x00x002", "text": "高血压", "principal": true }] });
        let letter = with(cast.story.up(), own);
        let answer = cast
            .hill
            .call(
                &document("submitReferral")
                    .replace("replayed", "replayed warnings { code message path }"),
                json!({ "input": letter }),
            )
            .await
            .ok();
        assert_eq!(
            *answer.data("submitReferral.warnings"),
            json!([{
                "code": "WITHIN_ORIGIN_CAPABILITY",
                "message": "The sender's own capability covers the principal diagnosis.",
                "path": "diagnoses",
            }])
        );
        let posted = Told::read(&answer, "submitReferral.referral", false);
        assert!(counted(&w, &posted).await);
        assert_eq!(
            codes(&noticed(&cast.county, &posted).await),
            ["WITHIN_ORIGIN_CAPABILITY"]
        );
    });
}

#[test]
fn a_receiver_that_does_not_list_the_diagnosis_is_warned_of() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let down = cast.story.submit(&cast.county, cast.story.down()).await;
        let receiver = [("RECEIVER_CAPABILITY".to_owned(), "receiver".to_owned())];
        assert_eq!(noticed(&cast.hill, &down).await, receiver);
    });
}

#[test]
fn an_emergency_is_warned_where_another_would_be_refused() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let letter = with(
            cast.story.emergency(),
            json!({ "receiver": letter::institution(d.city.id), "suspectedInfection": true }),
        );
        let posted = cast.story.submit(&station, letter).await;
        let noticed = noticed(&station, &posted).await;
        assert_eq!(codes(&noticed), ["ASSESSOR", "INFECTION", "MISSING"]);
        let missing: Vec<&str> = noticed
            .iter()
            .filter(|(code, _)| code == "MISSING")
            .map(|(_, path)| path.as_str())
            .collect();
        assert_eq!(
            missing,
            [
                "senderPractitioner",
                "visitType",
                "careSetting",
                "reason",
                "clinical.presentIllness",
                "validTo",
            ]
        );
    });
}

#[test]
fn a_second_emergency_is_warned_and_names_the_first_to_its_sides() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let patient = cast.story.patient();
        let coded = json!({ "urgency": "EMERGENCY" });
        let letter = with(letter::up(&w, &patient), coded);
        let first = cast.story.submit(&cast.hill, letter.clone()).await;
        let river = w.client(Role::Clinician, &d.river).await;
        let other = json!({ "senderPractitioner": letter::practitioner(d.river_doctor.id) });
        let second = cast.story.submit(&river, with(letter.clone(), other)).await;
        let county = warnings(&cast.county, &second).await;
        assert_eq!(county[0]["code"], "DUPLICATE");
        assert_eq!(county[0]["existing"], first.id, "the receiver has both");
        let sender = warnings(&river, &second).await;
        assert_eq!(sender[0]["code"], "DUPLICATE");
        assert_eq!(sender[0]["existing"], Value::Null);
        // An open emergency keeps another out that is none.
        let planned = with(letter, json!({ "urgency": "URGENT" }));
        let refused = cast.story.ask(&cast.hill, "submitReferral", planned).await;
        assert_eq!(refused.code("submitReferral"), "DUPLICATE");
    });
}

#[test]
fn warnings_are_those_of_the_last_post() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let own = json!({ "diagnoses": [{ "code": "I10.x00x002", "text": "高血压", "principal": true }] });
        let posted = cast
            .story
            .submit(&cast.hill, with(cast.story.up(), own))
            .await;
        let back = cast.story.send_back(&cast.county, &posted, json!({})).await;
        let other =
            json!({ "diagnoses": [{ "code": "I63.900", "text": "脑梗死", "principal": true }] });
        let again = cast.story.resubmit(&cast.hill, &back, other).await;
        assert_eq!(noticed(&cast.hill, &again).await, []);
        assert!(!counted(&w, &again).await);
    });
}

#[test]
fn whoever_sees_the_header_only_is_told_nothing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let own = json!({ "diagnoses": [{ "code": "I10.x00x002", "text": "高血压", "principal": true }] });
        let posted = cast
            .story
            .submit(&cast.hill, with(cast.story.up(), own))
            .await;
        assert_eq!(noticed(&cast.manager, &posted).await, []);
        cast.story.reject(&cast.county, &posted, json!({})).await;
        assert_eq!(noticed(&cast.county, &posted).await, []);
        assert_eq!(noticed(&cast.hill, &posted).await.len(), 1);
    });
}

#[test]
fn what_was_posted_before_there_were_warnings_has_none() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let row = referral::Entity::find_by_id(posted.row_id())
            .one(w.app.db.reader())
            .await
            .expect("it can be read")
            .expect("it has a row");
        let mut row = row.into_active_model();
        row.warnings = Set(None);
        let connection = w.database.connect().await;
        row.update(&connection).await.expect("the test may write");
        assert_eq!(noticed(&cast.hill, &posted).await, []);
    });
}
