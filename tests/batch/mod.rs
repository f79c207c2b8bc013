//! Sterile supply: packs of batches, their recall, and what became of them.

mod confirm_batch_return;
mod deliver_order;
mod journey;
mod process_order;
mod race;
mod read;
mod recall_batch;

use chrono::Duration;
use entity::{enums::Role, institution};
use serde_json::{Value, json};

use crate::{
    centre::fixture::Centres,
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{
        census::census,
        letter::{self, with},
    },
};

/// What a verb answers of an order.
const ORDER: &str = "order { id number version status recalled batches { id number } }";
/// What a verb answers of several.
const ORDERS: &str = "orders { id version }";
/// What a verb answers of a batch.
const BATCH: &str = "batch { id number version recalledAt reason }";

/// The supply centre of `county`, and who works there.
pub struct Supply {
    w: World,
    /// The centres.
    pub centres: Centres,
    /// Technician of the supply centre.
    pub technician: Client,
}

/// An order of packs, as its last verb left it.
#[derive(Clone, Debug)]
pub struct Packs {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
}

impl Packs {
    /// The order and its version, as a verb names them.
    pub fn on(&self) -> Value {
        json!({ "order": { "id": self.id }, "version": self.version })
    }

    /// The same after a further change.
    #[must_use]
    pub fn later(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    fn of(answer: &Answer, path: &str) -> Self {
        Self {
            id: answer.text_at(&format!("{path}.id")).to_owned(),
            version: answer.number_at(&format!("{path}.version")),
        }
    }
}

impl Supply {
    /// The supply centre.
    pub async fn of(w: &World) -> Self {
        Self::at(w, Centres::of(w).await).await
    }

    /// The same of centres that there are.
    pub async fn at(w: &World, centres: Centres) -> Self {
        Self {
            technician: centres.client(Role::Technician, "STERILE_SUPPLY").await,
            centres,
            w: w.clone(),
        }
    }

    /// Somebody who orders packs for that institution, and has them in their hands.
    pub async fn office(&self, place: &institution::Model) -> Client {
        self.w.client(Role::Coordinator, place).await
    }

    /// An order of packs, to be processed.
    pub async fn received(&self, by: &Client) -> Packs {
        let input = json!({ "item": self.centres.item("PACK_DRESSING"), "quantity": 20 });
        let placed = tell(by, "placeOrder", input).await;
        let placed = Packs::of(&placed, "placeOrder.order");
        let input = json!({ "orders": [placed.on()] });
        let answer = tell(&self.technician, "receiveOrder", input).await;
        Packs::of(&answer, "receiveOrder.orders.0")
    }

    /// An order whose packs are of these batches.
    pub async fn processed(&self, by: &Client, numbers: &[&str]) -> Packs {
        let received = self.received(by).await;
        self.process(&received, numbers).await
    }

    /// Processes an order.
    pub async fn process(&self, order: &Packs, numbers: &[&str]) -> Packs {
        let batches: Vec<_> = numbers.iter().map(|number| self.batch(number)).collect();
        let input = with(order.on(), json!({ "batches": batches }));
        let answer = tell(&self.technician, "processOrder", input).await;
        Packs::of(&answer, "processOrder.order")
    }

    /// An order whose packs are of these batches and went to whoever asked for them.
    pub async fn delivered(&self, by: &Client, numbers: &[&str]) -> Packs {
        let processed = self.processed(by, numbers).await;
        let answer = tell(&self.technician, "deliverOrder", processed.on()).await;
        Packs::of(&answer, "deliverOrder.order")
    }

    /// A batch of that number, processed at six this morning, as a complete input.
    pub fn batch(&self, number: &str) -> Value {
        let six = api::clock::shanghai_midnight(api::clock::shanghai_day(self.w.now()));
        let six = (six + Duration::hours(6)).to_rfc3339();
        json!({
            "number": number,
            "steriliser": "3号脉动真空灭菌器",
            "processedAt": six,
            "expiresOn": letter::day(&self.w, 180),
        })
    }

    /// The batch of that number that an order holds, and its version.
    pub async fn held(&self, order: &Packs, number: &str) -> (String, i64) {
        let document =
            "query($id: ID!) { order(by: { id: $id }) { batches { id number version } } }";
        let variables = json!({ "id": order.id });
        let answer = self.technician.call(document, variables).await.ok();
        let all = answer.data("order.batches").as_array().expect("a list");
        let found = all.iter().find(|batch| batch["number"] == number);
        let found = found.expect("the order holds it");
        let id = found["id"].as_str().expect("an id").to_owned();
        (id, found["version"].as_i64().expect("a version"))
    }

    /// Recalls the batch of that number that an order holds; its id.
    pub async fn recalled(&self, order: &Packs, number: &str) -> String {
        let (batch, version) = self.held(order, number).await;
        let input = json!({ "batch": batch, "version": version, "reason": "生物监测阳性" });
        tell(&self.technician, "recallBatch", input).await;
        batch
    }

    /// An order as somebody sees it.
    pub async fn seen(&self, by: &Client, order: &Packs) -> Value {
        let document = "query($id: ID!) { node(id: $id) { ... on Order { id version status recalled availableActions { action allowed } batches { id number } } } }";
        let answer = by.call(document, json!({ "id": order.id })).await.ok();
        answer.data("node").clone()
    }
}

/// Calls a verb with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let answered = match verb {
        "receiveOrder" => ORDERS,
        "recallBatch" | "confirmBatchReturn" => BATCH,
        _ => ORDER,
    };
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation Supply($input: {kind}!) {{ {verb}(input: $input) {{ replayed {answered} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb with that input; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Answer {
    ask(by, verb, input).await.ok()
}

/// The verb is refused with that code, and nothing is written but to the audit trail.
async fn refuses(w: &World, by: &Client, verb: &str, input: Value, code: &str) -> Answer {
    let before = census(w).await;
    let answer = ask(by, verb, input).await;
    assert_eq!(answer.code(verb), code, "{verb}: {}", answer.text);
    let mut changed = census(w).await.changed_since(&before);
    // Whoever has waited long signs in again.
    changed.retain(|(table, _)| !table.starts_with("audit") && table != "session");
    assert_eq!(changed, [], "{verb} refused with {code}");
    answer
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
        let input = with(good.clone(), fault.clone());
        let answer = refuses(w, by, verb, input, "INVALID_INPUT").await;
        assert!(
            answer.problems().contains(&(path, code)),
            "no {code} at {path}: {:?}",
            answer.problems()
        );
    }
}

/// The verb is refused to everybody else: to those who see the order, and to those who do not.
async fn refuses_others(w: &World, supply: &Supply, verb: &str, input: &Value, requester: bool) {
    let d = w.district();
    let mut others = vec![
        (w.client(Role::Clinician, &d.county).await, "FORBIDDEN"),
        (w.client(Role::Coordinator, &d.county).await, "FORBIDDEN"),
        (w.client(Role::Integration, &d.county).await, "FORBIDDEN"),
        (w.client(Role::Clinician, &d.hill).await, "FORBIDDEN"),
        (w.client(Role::Integration, &d.hill).await, "FORBIDDEN"),
        (w.client(Role::Technician, &d.lake).await, "NOT_FOUND"),
        (w.client(Role::Coordinator, &d.herbs).await, "NOT_FOUND"),
        (
            w.client(Role::InstitutionAdmin, &d.county).await,
            "NOT_FOUND",
        ),
        (
            supply.centres.client(Role::Technician, "ECG").await,
            "NOT_FOUND",
        ),
        (
            w.client(Role::CommunityManager, &d.general).await,
            "NOT_FOUND",
        ),
    ];
    if requester {
        others.push((supply.technician.clone(), "FORBIDDEN"));
        others.push((w.client(Role::Technician, &d.county).await, "FORBIDDEN"));
    } else {
        others.push((w.client(Role::Technician, &d.hill).await, "FORBIDDEN"));
        others.push((w.client(Role::Coordinator, &d.hill).await, "FORBIDDEN"));
    }
    for (client, code) in &others {
        refuses(w, client, verb, input.clone(), code).await;
    }
    let answer = ask(&w.anonymous(), verb, input.clone()).await;
    let code = &answer.errors()[0]["extensions"]["code"];
    assert_eq!(code, "UNAUTHENTICATED", "{}", answer.text);
}

/// Faults of what every verb takes: which order, its version, and when it happened.
fn faults_of_on(w: &World) -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (
            json!({ "order": { "id": "?" } }),
            "input.order.id",
            "FORMAT",
        ),
        (
            json!({ "order": { "id": letter::institution(w.district().hill.id) } }),
            "input.order.id",
            "WRONG_TYPE",
        ),
        (
            json!({ "order": { "id": null, "number": "7" } }),
            "input.order.number",
            "CHECK_DIGIT",
        ),
        (json!({ "version": null }), "input.version", "REQUIRED"),
        (
            json!({ "occurredAt": "yesterday" }),
            "input.occurredAt",
            "FORMAT",
        ),
        (
            json!({ "occurredAt": letter::moment(w, Duration::days(-31)) }),
            "input.occurredAt",
            "ORDER",
        ),
        (
            json!({ "occurredAt": letter::moment(w, Duration::minutes(6)) }),
            "input.occurredAt",
            "ORDER",
        ),
    ]
}
