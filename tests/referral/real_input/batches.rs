//! Posts encounters in batches of a hundred, twice, as a system does that was offline.

use std::collections::{BTreeMap, HashMap};

use chrono::Duration;
use entity::{enums::Role, event, referral};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{
    super::{bulk, letter},
    clinical::{Clinical, Encounter},
    walk::letter_of,
};
use crate::harness::{World, client::Client};

/// Encounters that are posted; the test is to be quick.
const MOST: usize = 300;

/// Posts them, and once more: the second pass makes nothing, and answers the same.
pub async fn post_twice(w: &World, clinical: &Clinical) -> String {
    let encounters = clinical.encounters.iter().chain(&clinical.visits);
    let mut encounters: Vec<_> = encounters.take(MOST).collect();
    encounters.sort_by_key(|encounter| encounter.start);
    let last = encounters.iter().map(|encounter| encounter.end).max();
    let now = last.expect("the files hold encounters") + Duration::days(1);
    w.app.clock.set(now);
    let system = w.client(Role::Integration, &w.district().hill).await;
    let first = post(w, clinical, &encounters, &system).await;
    let before = written(w).await;
    assert_eq!(
        before[0],
        first.iter().filter(|(id, _)| id.is_some()).count() as u64
    );
    let second = post(w, clinical, &encounters, &system).await;
    assert_eq!(written(w).await, before, "the second pass creates nothing");
    let mut codes = BTreeMap::<String, usize>::new();
    for ((id, code), (id_again, code_again)) in first.iter().zip(&second) {
        assert_eq!((id, id.is_some()), (id_again, code_again == "replayed"));
        assert!(id.is_some() || code == "DUPLICATE", "{code}");
        *codes.entry(code.clone()).or_default() += 1;
    }
    let codes = codes.iter().map(|(code, count)| format!("{count} {code}"));
    codes.collect::<Vec<_>>().join(", ")
}

async fn written(w: &World) -> [u64; 2] {
    let connection = w.app.db.reader();
    let referrals = referral::Entity::find().count(connection).await;
    let events = event::Entity::find().count(connection).await;
    [
        referrals.expect("referrals can be counted"),
        events.expect("events can be counted"),
    ]
}

/// What came of each: the referral's id, and `posted`, `replayed` or the code of the refusal.
async fn post(
    w: &World,
    clinical: &Clinical,
    encounters: &[&Encounter],
    system: &Client,
) -> Vec<(Option<String>, String)> {
    let people: HashMap<_, _> = clinical
        .patients
        .iter()
        .map(|person| (person.id.as_str(), &person.input))
        .collect();
    let valid = letter::day(w, 30);
    let mut outcomes = Vec::new();
    for batch in encounters.chunks(100) {
        let letters: Vec<_> = batch
            .iter()
            .map(|encounter| {
                let patient = json!({ "register": people[encounter.patient.as_str()] });
                let letter = letter_of(w, encounter, patient);
                letter::with(letter, json!({ "validTo": valid }))
            })
            .collect();
        let answer = bulk::post(system, &letters).await.ok();
        let results = bulk::results(&answer);
        assert_eq!(results.len(), batch.len());
        for (encounter, result) in batch.iter().zip(results) {
            if let Some(code) = result["code"].as_str() {
                assert_eq!(result["externalId"], encounter.id);
                outcomes.push((None, code.to_owned()));
                continue;
            }
            assert_eq!(result["referral"]["externalId"], encounter.id);
            let replayed = result["replayed"] == Value::Bool(true);
            let id = result["referral"]["id"].as_str().map(str::to_owned);
            outcomes.push((id, if replayed { "replayed" } else { "posted" }.to_owned()));
        }
    }
    outcomes
}
