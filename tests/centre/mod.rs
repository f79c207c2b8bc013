//! Shared centres and their catalogues.

mod create_shared_centre;
pub mod fixture;
mod grant;
mod import;
mod read;
mod set_catalogue_items;
mod update_shared_centre;

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{census::census, letter},
};

/// What a verb answers of a centre.
const CENTRE: &str = "centre { id kind name hours active version host { id } served(first: 100) { edges { node { id } } } }";
/// What a verb answers of items.
const ITEMS: &str = "centre { id version } items { id code name group modality specimen recognitionDays review emergencyMinutes urgentMinutes routineMinutes active }";

/// Calls a verb of shared centres with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let answered = match verb {
        "setCatalogueItems" => ITEMS,
        _ => CENTRE,
    };
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation Centre($input: {kind}!) {{ {verb}(input: $input) {{ replayed {answered} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb of shared centres with that input; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Answer {
    ask(by, verb, input).await.ok()
}

/// The administrator of `county`.
async fn admin(w: &World) -> Client {
    w.client(Role::InstitutionAdmin, &w.district().county).await
}

/// Registers a centre of that kind run by `county`; its id.
async fn registered(w: &World, by: &Client, kind: &str) -> String {
    let input = fixture::new_centre(w, kind, "区域中心");
    let answer = tell(by, "createSharedCentre", input).await;
    answer.text_at("createSharedCentre.centre.id").to_owned()
}

/// The ids of the institutions that a centre is said to serve.
fn served<'a>(answer: &'a Answer, verb: &str) -> Vec<&'a str> {
    let edges = answer.data(&format!("{verb}.centre.served.edges"));
    let edges = edges.as_array().into_iter().flatten();
    edges
        .filter_map(|edge| edge["node"]["id"].as_str())
        .collect()
}

/// The input is refused for each of these fields, and nothing is written.
async fn refuses_each(
    w: &World,
    by: &Client,
    verb: &str,
    good: &Value,
    faults: &[(Value, &str, &str)],
) {
    for (fault, path, code) in faults {
        let before = census(w).await;
        let answer = ask(by, verb, letter::with(good.clone(), fault.clone())).await;
        assert_eq!(
            answer.code(verb),
            "INVALID_INPUT",
            "{path}: {}",
            answer.text
        );
        assert!(
            answer.problems().contains(&(path, code)),
            "no {code} at {path}: {:?}",
            answer.problems()
        );
        let changed = census(w).await.changed_since(&before);
        assert_eq!(changed, [], "{verb} refused for {path}");
    }
}

/// The verb is refused to whoever does not administer `county`, and nothing comes of it but an entry in the audit trail each.
async fn refuses_others(w: &World, verb: &str, input: &Value) {
    let d = w.district();
    let others = [
        w.client(Role::Clinician, &d.county).await,
        w.client(Role::Coordinator, &d.county).await,
        w.client(Role::Technician, &d.county).await,
        w.client(Role::Integration, &d.county).await,
        w.client(Role::InstitutionAdmin, &d.herbs).await,
        w.client(Role::InstitutionAdmin, &d.hill).await,
        w.client(Role::InstitutionAdmin, &d.neurology).await,
        w.client(Role::CommunityManager, &d.general).await,
    ];
    for (at, client) in others.iter().enumerate() {
        let before = census(w).await;
        let answer = ask(client, verb, input.clone()).await;
        assert_eq!(
            answer.code(verb),
            "FORBIDDEN",
            "{verb} by {at}: {}",
            answer.text
        );
        let changed = census(w).await.changed_since(&before);
        let expected = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
        assert_eq!(changed, expected, "{verb} by {at}");
    }
    let answer = ask(&w.anonymous(), verb, input.clone()).await;
    assert_eq!(
        answer.errors()[0]["extensions"]["code"],
        "UNAUTHENTICATED",
        "{}",
        answer.text
    );
}
