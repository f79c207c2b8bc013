//! Bad input: every field of every input of a verb, as the schema lists them, filled with whatever must not be there.
//!
//! Nothing here names a field but to say how a good one looks: a field that is added to an input is tested from then on.

use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::{Census, census},
    leaf::{Inputs, Leaf},
    letter::with,
    story::{input_type, on, report},
};
use crate::harness::{
    both,
    client::{Answer, Client},
};

/// A letter with every object that it can have.
fn whole(letter: Value) -> Value {
    with(
        letter,
        json!({
            "insurance": { "status": "FILED", "number": "YB-1" },
            "patient": { "register": { "tags": [{ "tag": "HYPERTENSION", "startsOn": "2020-01-01" }] } },
        }),
    )
}

/// Fills each field of the verb's input with what must not be there.
async fn refuses_every_fault(cast: &Cast, by: &Client, verb: &str, good: Value) {
    let leaves = Inputs::of(by).leaves(&input_type(verb)).await;
    assert!(leaves.len() > 5, "the input was read: {leaves:?}");
    let before = census(&cast.w).await;
    let mut wrong = Vec::new();
    for leaf in &leaves {
        for (fault, as_a_whole) in leaf.faults() {
            let input = leaf.set(&good, fault.clone());
            let answer = cast.story.ask(by, verb, input).await;
            if let Err(what) = refused(&answer, verb, leaf, as_a_whole) {
                let fault: String = fault.to_string().chars().take(40).collect();
                wrong.push(format!("{verb} {} = {fault}: {what}", leaf.name()));
            }
            written_nothing(cast, &before, verb, leaf, &fault, &mut wrong).await;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn written_nothing(
    cast: &Cast,
    before: &Census,
    verb: &str,
    leaf: &Leaf,
    fault: &Value,
    wrong: &mut Vec<String>,
) {
    // What is not found is a denial, which the audit trail keeps.
    let mut changed = census(&cast.w).await.changed_since(before);
    changed.retain(|(table, _)| !table.starts_with("audit"));
    if !changed.is_empty() {
        wrong.push(format!(
            "{verb} {} = {fault} wrote {changed:?}",
            leaf.name()
        ));
    }
}

/// Whether the answer refuses the field clearly.
fn refused(answer: &Answer, verb: &str, leaf: &Leaf, as_a_whole: bool) -> Result<(), String> {
    let Some(error) = answer.errors().first() else {
        return Err("taken".to_owned());
    };
    let code = error["extensions"]["code"].as_str().unwrap_or("none");
    if answer.status.as_u16() >= 500 {
        return Err(format!("status {}", answer.status));
    }
    if as_a_whole {
        let named = answer
            .problems()
            .iter()
            .any(|(path, _)| path.trim_end_matches("[0]").ends_with(leaf.field()));
        return (answer.status == 400 && code == "INVALID_INPUT" && named)
            .then_some(())
            .ok_or_else(|| format!("{} {code} {:?}", answer.status, answer.problems()));
    }
    // A well-formed key of nothing is not found.
    let key = leaf.name().starts_with("input.referral.")
        || leaf.name().starts_with("input.draft.")
        || leaf.name() == "input.patient.id";
    if key && code == "NOT_FOUND" {
        return Ok(());
    }
    let name = leaf.name();
    // The same of a referral or an order that the letter names, which is named as a whole.
    let whole = |path: &str| {
        ["basedOn", "consultation", "citedOrders[0]"]
            .iter()
            .any(|field| path.ends_with(field))
            && name.starts_with(&format!("{path}."))
    };
    let named = answer
        .problems()
        .iter()
        .any(|(path, _)| *path == name || whole(path));
    (answer.status == 200 && code == "INVALID_INPUT" && named && answer.data(verb).is_null())
        .then_some(())
        .ok_or_else(|| format!("{} {code} {:?}", answer.status, answer.problems()))
}

#[test]
fn draft() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        refuses_every_fault(&cast, &cast.hill, "draftReferral", whole(cast.story.up())).await;
    });
}

#[test]
fn submit() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        refuses_every_fault(
            &cast,
            &cast.county,
            "submitReferral",
            whole(cast.story.down()),
        )
        .await;
    });
}

#[test]
fn resubmit() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let returned = cast.bring("RETURNED").await;
        let content = with(whole(cast.story.up()), json!({ "patient": null }));
        let good = with(on(&returned), json!({ "content": content }));
        refuses_every_fault(&cast, &cast.hill, "resubmitReferral", good).await;
    });
}

#[test]
fn every_other_verb() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let verbs = [
            (
                "returnReferral",
                "SUBMITTED",
                json!({ "missingItems": ["血压"] }),
            ),
            ("acceptReferral", "SUBMITTED", json!({})),
            ("rejectReferral", "SUBMITTED", json!({ "reason": "NO_BED" })),
            ("withdrawReferral", "SUBMITTED", json!({ "reason": "好转" })),
            (
                "recordDeparture",
                "ACCEPTED",
                json!({ "transport": "SELF" }),
            ),
            ("recordArrival", "ACCEPTED", json!({})),
            ("recordNoShow", "NO_SHOW", json!({})),
            (
                "startTreatment",
                "ARRIVED",
                json!({ "visitNumber": "ZY-1" }),
            ),
            ("reportBack", "ARRIVED", report()),
            (
                "closeReferral",
                "REPORTED_BACK",
                json!({ "followUp": { "template": "GENERAL" } }),
            ),
        ];
        for (verb, status, said) in verbs {
            let told = if verb == "recordNoShow" {
                let accepted = cast.bring("ACCEPTED").await;
                w.wait(chrono::Duration::minutes(2));
                accepted
            } else {
                cast.bring(status).await
            };
            let said = if verb == "acceptReferral" {
                cast.story.acceptance(&told)
            } else {
                said
            };
            let by = match verb {
                "withdrawReferral" | "recordDeparture" | "closeReferral" => &cast.hill,
                _ => &cast.county,
            };
            refuses_every_fault(&cast, by, verb, with(on(&told), said)).await;
        }
    });
}

#[test]
fn characters_of_four_bytes_are_kept_in_texts_and_refused_in_codes() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let text = "𠮷野家旁的卫生室😀，\n换行与\t制表";
        let letter = json!({
            "externalId": "单-𠮷",
            "reasonText": text,
            "clinical": { "presentIllness": text, "pastHistory": text },
            "diagnoses": [{ "code": "I63.900", "text": "𠮷氏病", "principal": true }],
        });
        let posted = cast
            .story
            .submit(&cast.system, with(cast.story.up(), letter))
            .await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { externalId reasonText clinical { presentIllness pastHistory } diagnoses { text } } }";
        let answer = cast
            .county
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        let expected = json!({
            "externalId": "单-𠮷", "reasonText": text,
            "clinical": { "presentIllness": text, "pastHistory": text },
            "diagnoses": [{ "text": "𠮷氏病" }],
        });
        assert_eq!(*answer.data("referral"), expected);
        let faults = [
            (json!({ "senderPhone": "0571-𠮷𠮷𠮷" }), "input.senderPhone"),
            (
                json!({ "diagnoses": [{ "code": "I6𠮷", "text": "病", "principal": true }] }),
                "input.diagnoses[0].code",
            ),
            (json!({ "receiver": "inst_𠮷" }), "input.receiver"),
            (
                json!({ "patient": { "register": { "certificate": { "number": "37130219400101𠮷𠮷" } } } }),
                "input.patient.register.certificate.number",
            ),
        ];
        for (fault, path) in faults {
            let answer = cast
                .story
                .ask(&cast.hill, "submitReferral", with(cast.story.up(), fault))
                .await;
            assert_eq!(answer.code("submitReferral"), "INVALID_INPUT", "{path}");
            assert!(
                answer.problems().iter().any(|(at, _)| *at == path),
                "{path}: {:?}",
                answer.problems()
            );
        }
    });
}
