//! Which receivers suit a patient.

use api::{
    id::{self, Kind},
    referral::service,
};
use chrono::Duration;
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
};
use crate::harness::{
    both,
    client::{Answer, Client},
};

const SUGGEST: &str = "query($input: SuggestDestinationsInput!, $first: Int) { suggestDestinations(input: $input, first: $first) { \
     institution { id name } direction reach score kilometres parts { aspect value weight explanation } } }";

async fn ask(by: &Client, input: Value, first: Option<i32>) -> Answer {
    by.call(SUGGEST, json!({ "input": input, "first": first }))
        .await
}

/// The suggested receivers, by their ids.
async fn suggested(by: &Client, input: Value) -> Vec<Value> {
    let answer = ask(by, input, None).await.ok();
    let found = answer.data("suggestDestinations").as_array();
    found.expect("a list").clone()
}

fn ids(found: &[Value]) -> Vec<&str> {
    let ids = found.iter().map(|one| one["institution"]["id"].as_str());
    ids.flatten().collect()
}

fn part<'a>(one: &'a Value, aspect: &str) -> &'a Value {
    let parts = one["parts"].as_array().map_or(&[][..], Vec::as_slice);
    let found = parts.iter().find(|part| part["aspect"] == aspect);
    found.unwrap_or(&Value::Null)
}

#[test]
fn only_open_ways_are_suggested_and_every_score_comes_with_its_parts() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let wanted =
            json!({ "urgency": "ROUTINE", "diagnosis": "J18.900", "careSetting": "INPATIENT" });
        let found = suggested(&hill, wanted).await;
        let (river, county) = (
            letter::institution(d.river.id),
            letter::institution(d.county.id),
        );
        assert_eq!(
            ids(&found)[0],
            river,
            "it lists pneumonia and is of the community"
        );
        assert!(ids(&found).contains(&county.as_str()));
        for closed in [&d.hill, &d.city, &d.province, &d.lake] {
            let closed = letter::institution(closed.id);
            assert!(!ids(&found).contains(&closed.as_str()), "{closed}");
        }
        let scores: Vec<f64> = found
            .iter()
            .filter_map(|one| one["score"].as_f64())
            .collect();
        assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
        for one in &found {
            let parts = one["parts"].as_array().expect("a list");
            let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
                let values = parts.iter().map(|part| {
                    let number = |name: &str| part[name].as_f64().expect("a number");
                    of(number("value"), number("weight"))
                });
                values.sum()
            };
            let mean = sum(&|value, weight| value * weight) / sum(&|_, weight| weight);
            let score = one["score"].as_f64().expect("a number");
            assert!((mean - score).abs() < 1e-9);
        }
        assert_eq!(part(&found[0], "CAPABILITY")["value"], 1.0);
        assert_eq!(part(&found[0], "NETWORK")["value"], 1.0);
        assert_eq!(found[0]["direction"], "UP");
        assert_eq!(found[0]["reach"], "INTRA_COMMUNITY");
    });
}

#[test]
fn an_emergency_goes_where_the_centre_for_it_is() {
    both(async |w| {
        let d = w.district();
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let wanted =
            json!({ "urgency": "EMERGENCY", "greenChannel": "STROKE", "suspectedInfection": true });
        let found = suggested(&station, wanted).await;
        let county = letter::institution(d.county.id);
        assert_eq!(ids(&found)[0], county);
        assert_eq!(part(&found[0], "FACILITY")["value"], 1.0);
        assert_eq!(part(&found[0], "FEVER_CLINIC")["value"], 1.0);
        let herbs = letter::institution(d.herbs.id);
        let place = ids(&found).iter().position(|id| *id == herbs);
        assert_eq!(
            part(&found[place.expect("any hospital")], "FACILITY")["value"],
            0.0
        );
        assert!(
            part(&found[0], "CAPABILITY").is_null(),
            "no diagnosis was named"
        );
    });
}

#[test]
fn what_is_on_record_counts() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let wanted = json!({ "urgency": "ROUTINE", "diagnosis": "I63" });
        let share = async || {
            let found = suggested(&cast.hill, wanted.clone()).await;
            let county = letter::institution(w.district().county.id);
            let one = found
                .into_iter()
                .find(|one| one["institution"]["id"] == county);
            let one = one.expect("the way is open");
            let of = |aspect| part(&one, aspect)["value"].as_f64().expect("a value");
            (of("ACCEPTANCE"), of("PUNCTUALITY"))
        };
        assert_eq!(share().await, (0.5, 0.5));
        cast.bring("ACCEPTED").await;
        let (taken, in_time) = share().await;
        assert!(taken > 0.5 && in_time > 0.5);
        cast.bring("REJECTED").await;
        cast.bring("REJECTED").await;
        let (refused, _) = share().await;
        assert!(refused < taken);
        cast.bring("SUBMITTED").await;
        w.wait(Duration::hours(25));
        let (_, late) = share().await;
        assert!(late < in_time.max(share().await.1 + 1e-9) + 1e-9);
        w.wait(Duration::days(91));
        assert_eq!(share().await, (0.5, 0.5), "that is long ago");
    });
}

#[test]
fn whom_the_patient_is_on_the_way_to_already_is_left_out() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { patient { id } } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        let patient = answer.text_at("referral.patient.id");
        let wanted = json!({ "urgency": "ROUTINE", "diagnosis": "I63.900", "patient": patient });
        let county = letter::institution(w.district().county.id);
        let found = suggested(&cast.hill, wanted.clone()).await;
        assert!(!ids(&found).contains(&county.as_str()));
        for change in [
            json!({ "diagnosis": "J18" }),
            json!({ "urgency": "EMERGENCY" }),
        ] {
            let found = suggested(&cast.hill, with(wanted.clone(), change)).await;
            assert!(ids(&found).contains(&county.as_str()));
        }
    });
}

#[test]
fn each_field_is_checked_and_nothing_is_written() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let good = json!({ "urgency": "ROUTINE" });
        let patient = id::encode(Kind::Patient, Uuid::nil());
        let nowhere = letter::institution(Uuid::nil());
        let faults = [
            (json!({ "diagnosis": "63" }), "input.diagnosis", "FORMAT"),
            (json!({ "diagnosis": "" }), "input.diagnosis", "FORMAT"),
            (json!({ "sender": "x" }), "input.sender", "FORMAT"),
            (json!({ "sender": patient }), "input.sender", "WRONG_TYPE"),
            (json!({ "sender": nowhere }), "input.sender", "UNKNOWN_ID"),
            (json!({ "patient": nowhere }), "input.patient", "WRONG_TYPE"),
            (json!({ "patient": patient }), "input.patient", "UNKNOWN_ID"),
        ];
        let before = census(&w).await;
        for (fault, path, code) in faults {
            let answer = ask(&cast.hill, with(good.clone(), fault), None).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        for (first, code) in [(0, "TOO_SMALL"), (-1, "TOO_SMALL"), (51, "TOO_LARGE")] {
            let answer = ask(&cast.hill, good.clone(), Some(first)).await;
            assert_eq!(answer.problems(), [("first", code)]);
        }
        assert_eq!(census(&w).await.changed_since(&before), []);
        let two = ask(&cast.hill, good.clone(), Some(1)).await.ok();
        assert_eq!(
            two.data("suggestDestinations").as_array().map(Vec::len),
            Some(1)
        );
        let theirs = json!({ "sender": letter::institution(w.district().county.id) });
        let answer = ask(&cast.hill, with(good.clone(), theirs), None).await;
        assert_eq!(answer.code("suggestDestinations"), "FORBIDDEN");
        let answer = ask(&cast.technician, good, None).await;
        assert_eq!(answer.code("suggestDestinations"), "FORBIDDEN");
    });
}

#[test]
fn however_many_receivers_there_are_it_costs_the_same_and_an_index_serves_it() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let station = w.client(Role::Clinician, &d.hill_station).await;
        let wanted = json!({ "urgency": "ROUTINE", "careSetting": "INPATIENT" });
        let wanted = json!({ "input": wanted });
        let many = hill.measure(SUGGEST, wanted.clone()).await;
        let few = station.measure(SUGGEST, wanted).await;
        assert!(many.statements() <= 3, "{}", many.statements());
        assert_eq!(many.statements(), few.statements());
        let receivers = [d.county.id, d.herbs.id];
        let (since, now) = (w.now() - Duration::days(90), w.now());
        let statement = service::answers(&receivers, since, now).build(w.app.db.backend());
        let plan = w.explain(&statement).await.join("\n");
        assert!(
            plan.contains("ix_referral_leg_receiver_id_started_at"),
            "{plan}"
        );
    });
}
