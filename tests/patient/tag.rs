//! Population groups of a patient.

use entity::{enums::Role, event};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{SEEN, look, registered, with};
use crate::harness::{
    both,
    canary::Patient,
    client::{Answer, Client},
};

async fn call(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let document = format!(
        "mutation Tag($input: {}{rest}Input!) {{ {verb}(input: $input) {{ replayed patient {{ {SEEN} }} }} }}",
        first.to_uppercase()
    );
    by.call(&document, json!({ "input": input })).await
}

#[test]
fn a_tag_is_added_and_ended() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let tags = json!([{ "tag": "HYPERTENSION", "startsOn": "2020-01-01" }]);
        let id = registered(&hill, &with(&Patient::nth(81).input(), "/tags", tags)).await;
        let input =
            json!({ "patient": id, "tag": "STROKE", "startsOn": "2026-02-01", "version": 1 });
        let tagged = call(&hill, "tagPatient", input).await.ok();
        assert_eq!(tagged.number_at("tagPatient.patient.version"), 2);
        assert_eq!(
            tagged.text_at("tagPatient.patient.tags.0.tag"),
            "HYPERTENSION"
        );
        let tag = tagged.text_at("tagPatient.patient.tags.1.id");
        let input = json!({ "tag": tag, "endsOn": "2026-03-01", "version": 2 });
        let ended = call(&hill, "endPatientTag", input).await.ok();
        assert_eq!(
            ended.text_at("endPatientTag.patient.tags.1.endsOn"),
            "2026-03-01"
        );
        let events = event::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(events.expect("the table can be read"), 3);
    });
}

#[test]
fn a_tag_that_cannot_be_is_refused() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let tags = json!([{ "tag": "STROKE", "startsOn": "2026-02-01" }]);
        let id = registered(&hill, &with(&Patient::nth(82).input(), "/tags", tags)).await;
        let before = look(&hill, &id).await;
        let good =
            json!({ "patient": id, "tag": "DIABETES", "startsOn": "2026-02-01", "version": 1 });
        for (by, field, value, code, problems) in [
            (
                &hill,
                "/tag",
                json!("STROKE"),
                "DUPLICATE",
                vec![("input.tag", "TAKEN")],
            ),
            (
                &hill,
                "/endsOn",
                json!("2026-01-01"),
                "INVALID_INPUT",
                vec![("input.endsOn", "ORDER")],
            ),
            (
                &hill,
                "/startsOn",
                json!("soon"),
                "INVALID_INPUT",
                vec![("input.startsOn", "FORMAT")],
            ),
            (
                &hill,
                "/version",
                Value::Null,
                "INVALID_INPUT",
                vec![("input.version", "REQUIRED")],
            ),
            (
                &hill,
                "/version",
                json!(7),
                "CONFLICT",
                vec![("input.version", "VERSION")],
            ),
            (
                &hill,
                "/patient",
                json!("ref_x"),
                "INVALID_INPUT",
                vec![("input.patient", "FORMAT")],
            ),
            (&lake, "/version", json!(1), "NOT_FOUND", vec![]),
        ] {
            let answer = call(by, "tagPatient", with(&good, field, value.clone())).await;
            assert_eq!(answer.code("tagPatient"), code, "{field} {value}");
            assert_eq!(answer.problems(), problems, "{field} {value}");
        }
        let tag = before["tags"][0]["id"].as_str().expect("a tag");
        let early = json!({ "tag": tag, "endsOn": "2026-01-31", "version": 1 });
        let answer = call(&hill, "endPatientTag", early).await;
        assert_eq!(answer.problems(), [("input.endsOn", "ORDER")]);
        assert_eq!(look(&hill, &id).await, before);
    });
}
