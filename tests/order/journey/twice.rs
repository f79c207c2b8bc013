//! A CT ordered twice in a week: the second time its result is there already, and recognised; the third time somebody says why it is made again.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Cast, figures, findings, told};
use crate::{
    harness::{both, client::Client},
    order::{
        cast::{Told, ask},
        place::orders,
    },
    referral::letter::with,
};

#[test]
fn a_ct_is_recognised_the_second_time_and_overridden_the_third() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let first = made(&cast).await;

        // Three days later another health centre asks for the same.
        w.wait(Duration::days(3));
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let answer = ask(&lake, "placeOrder", cast.order("HEAD_CT", 1)).await;
        assert_eq!(answer.code("placeOrder"), "RECOGNITION_AVAILABLE");
        assert_eq!(answer.problems(), [("input.item", "TAKEN")]);
        assert_eq!(orders(&w).await, 1, "nothing is written");
        let found = recognisable(&cast, &lake).await;
        assert_eq!(found[0]["id"], json!(first.id));
        assert_eq!(found[0]["report"]["conclusion"], findings()["conclusion"]);
        assert!(cast.look(&lake, &first).await.is_none());
        let said = json!({ "result": { "order": first.id } });
        let input = with(cast.order("HEAD_CT", 1), said);
        let recognised = ask(&lake, "recogniseResult", input).await.ok();
        let order = recognised.data("recogniseResult.order");
        assert_eq!(order["status"], "RECOGNISED");
        assert_eq!(order["recognisedFrom"]["order"]["id"], json!(first.id));
        assert!(cast.look(&lake, &first).await.is_some());

        // The day after the patient falls. A reason has to be one of the list, or be said.
        w.wait(Duration::days(1));
        let again = |said: Value| with(cast.order("HEAD_CT", 1), said);
        let answer = ask(&cast.hill, "placeOrder", again(json!({}))).await;
        assert_eq!(answer.code("placeOrder"), "RECOGNITION_AVAILABLE");
        let unsaid = json!({ "overrideReason": "OTHER" });
        let answer = ask(&cast.hill, "placeOrder", again(unsaid)).await;
        assert_eq!(answer.problems(), [("input.overrideText", "REQUIRED")]);
        assert_eq!(orders(&w).await, 2);
        let said =
            json!({ "overrideReason": "CHANGED_CONDITION", "overrideText": "跌倒后头痛加重" });
        let overridden = cast.place_like(&cast.hill, again(said)).await;
        assert_eq!(overridden.status, "REQUESTED");
        assert_eq!(overridden.all["overrideReason"], "CHANGED_CONDITION");

        // Both choices are counted.
        w.wait(Duration::hours(1));
        let row = figures(&cast, "IMAGING", 7).await;
        for (figure, count) in [
            ("requested", 3),
            ("recognised", 1),
            ("reported", 1),
            ("backlog", 1),
        ] {
            assert_eq!(row[figure], count, "{figure}: {row}");
        }
        let read = "query($id: ID!) { order(by: { id: $id }) { overrideReason } }";
        let seen = cast.technician.call(read, json!({ "id": overridden.id }));
        let seen = seen.await.ok();
        assert_eq!(seen.text_at("order.overrideReason"), "CHANGED_CONDITION");

        amended(&cast, &first, &lake).await;
    });
}

/// A CT that `hill` asked for, made at the county hospital, read and reviewed.
async fn made(cast: &Cast) -> Told {
    let placed = cast.place("HEAD_CT", 1).await;
    let none = || json!({});
    let (technician, reader) = (&cast.technician, &cast.reader);
    let taken = cast
        .tell(technician, "recordExamination", &placed, none())
        .await;
    let claimed = cast.tell(reader, "claimOrder", &taken, none()).await;
    cast.w.wait(Duration::minutes(50));
    let told = cast.tell(reader, "reportOrder", &claimed, findings()).await;
    cast.tell(&cast.second, "reviewOrder", &told, none()).await
}

/// Whoever recognised the first version is told that there is another.
async fn amended(cast: &Cast, first: &Told, lake: &Client) {
    let said = with(
        findings(),
        json!({ "conclusion": "左额叶小片低密度影", "reason": "复阅" }),
    );
    cast.tell(&cast.second, "amendReport", first, said).await;
    let about = ("AMEND_REPORT".to_owned(), first.id.clone());
    for reader in [lake, &cast.hill] {
        let told = told(cast, reader).await;
        assert_eq!(told.last(), Some(&about), "{told:?}");
    }
    let seen = cast.look(lake, first).await.expect("it goes on reading it");
    assert_eq!(seen.all["report"]["conclusion"], "左额叶小片低密度影");
}

/// What somebody could recognise instead of asking for the CT.
async fn recognisable(cast: &Cast, by: &Client) -> Vec<Value> {
    let document = "query($patient: ID!, $item: ID!) { recognisableResults(patient: $patient, item: $item) { edges { node { id report { conclusion } } } } }";
    let register = "mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
    let input = crate::harness::canary::Patient::nth(1).input();
    let known = by.call(register, json!({ "input": input })).await.ok();
    let patient = known.text_at("registerPatient.patient.id");
    let item = cast.centres.item("HEAD_CT");
    let variables = json!({ "patient": patient, "item": item });
    let answer = by.call(document, variables).await.ok();
    let edges = answer.data("recognisableResults.edges").as_array().cloned();
    let nodes = edges.expect("a list").into_iter();
    nodes.map(|edge| edge["node"].clone()).collect()
}
