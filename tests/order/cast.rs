//! Who plays in the stories of shared centres: a health centre that asks, the hospital whose centres answer, and those who have no business with
//! it.

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    centre::fixture::Centres,
    harness::{
        World,
        canary::Patient,
        client::{Answer, Client},
    },
    referral::letter::with,
};

/// What every verb answers of an order.
const ORDER: &str = "id number version status requisition externalId priority claimedBy { id } specimens { barcode kind rejected receivedAt fixedAt } \
    report { version preliminary conclusion positive observations { code value unit flag } } reports { version conclusion } \
    returned { reason text } cancellation overrideReason recognisedFrom { order { id } institution marked } dueAt overdue \
    item { code } centre { kind } requestedBy { name } patient { name masked } question";

/// An order as it was told last.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Its status.
    pub status: String,
    /// All of it.
    pub all: Value,
}

impl Told {
    /// Reads what was answered.
    pub fn read(all: &Value) -> Self {
        Self {
            id: all["id"].as_str().expect("an order has an id").to_owned(),
            version: all["version"].as_i64().expect("an order has a version"),
            status: all["status"]
                .as_str()
                .expect("an order has a status")
                .to_owned(),
            all: all.clone(),
        }
    }
}

/// The people of a story.
pub struct Cast {
    /// The world.
    pub w: World,
    /// The centres.
    pub centres: Centres,
    /// Clinician of `hill`, who asks.
    pub hill: Client,
    /// Technician of `hill`.
    pub hill_technician: Client,
    /// Hospital system of `hill`.
    pub system: Client,
    /// Technician of `county`, whose centres these are.
    pub technician: Client,
    /// Diagnostician of `county`.
    pub reader: Client,
    /// Another one.
    pub second: Client,
    /// Clinician of `county`, who neither asks nor reads.
    pub county: Client,
    /// Clinician of a hospital that has nothing to do with it.
    pub stranger: Client,
}

impl Cast {
    /// Brings everybody on.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        Self {
            centres: Centres::of(w).await,
            hill: w.client(Role::Clinician, &d.hill).await,
            hill_technician: w.client(Role::Technician, &d.hill).await,
            system: w.client(Role::Integration, &d.hill).await,
            technician: w.client(Role::Technician, &d.county).await,
            reader: w.client(Role::Diagnostician, &d.county).await,
            second: w.client(Role::Diagnostician, &d.county).await,
            county: w.client(Role::Clinician, &d.county).await,
            stranger: w.client(Role::Clinician, &d.herbs).await,
            w: w.clone(),
        }
    }

    /// An order of that item for the n-th patient, as a complete input.
    pub fn order(&self, item: &str, patient: u32) -> Value {
        json!({
            "patient": { "register": Patient::nth(patient).input() },
            "item": self.centres.item(item),
            "question": "胸痛两小时，除外心肌梗死",
        })
    }

    /// Places that order, for the clinician of `hill`.
    pub async fn place(&self, item: &str, patient: u32) -> Told {
        self.place_like(&self.hill, self.order(item, patient)).await
    }

    /// Places an order.
    pub async fn place_like(&self, by: &Client, input: Value) -> Told {
        let answer = ask(by, "placeOrder", input).await.ok();
        Told::read(answer.data("placeOrder.order"))
    }

    /// Calls a verb at one order, which succeeds.
    pub async fn tell(&self, by: &Client, verb: &str, order: &Told, said: Value) -> Told {
        let answer = self.ask(by, verb, order, said).await.ok();
        let told = answer.data(verb);
        let one = if told["orders"].is_array() {
            &told["orders"][0]
        } else {
            &told["order"]
        };
        Told::read(one)
    }

    /// Calls a verb at one order, whatever comes of it.
    pub async fn ask(&self, by: &Client, verb: &str, order: &Told, said: Value) -> Answer {
        let which = json!({ "order": { "id": order.id }, "version": order.version });
        let input = if is_of_several(verb) {
            with(json!({ "orders": [which] }), said)
        } else {
            with(which, said)
        };
        ask(by, verb, input).await
    }

    /// Calls a verb at several orders, which succeeds.
    pub async fn tell_each(
        &self,
        by: &Client,
        verb: &str,
        orders: &[Told],
        said: Value,
    ) -> Vec<Told> {
        let answer = self.ask_each(by, verb, orders, said).await.ok();
        let told = answer.data(&format!("{verb}.orders")).as_array();
        told.expect("a list").iter().map(Told::read).collect()
    }

    /// Calls a verb at several orders, whatever comes of it.
    pub async fn ask_each(&self, by: &Client, verb: &str, orders: &[Told], said: Value) -> Answer {
        let which: Vec<_> = orders
            .iter()
            .map(|order| json!({ "order": { "id": order.id }, "version": order.version }))
            .collect();
        ask(by, verb, with(json!({ "orders": which }), said)).await
    }

    /// The order as somebody sees it now; none where they do not.
    pub async fn look(&self, by: &Client, order: &Told) -> Option<Told> {
        let document = format!("query($id: ID!) {{ order(by: {{ id: $id }}) {{ {ORDER} }} }}");
        let answer = by.call(&document, json!({ "id": order.id })).await;
        let found = &answer.body["data"]["order"];
        (!found.is_null()).then(|| Told::read(found))
    }

    /// Brings an order to a status, each verb by the side that has it: an ECG, or for what only specimens have a test of glucose.
    pub async fn bring(&self, status: &str, patient: u32) -> Told {
        let specimen = matches!(status, "COLLECTED" | "IN_TRANSPORT" | "RECEIVED");
        let placed = self
            .place(if specimen { "GLU" } else { "CHEST_DX" }, patient)
            .await;
        let none = || json!({});
        match status {
            "REQUESTED" => return placed,
            "CANCELLED" => {
                let said = json!({ "reason": "患者放弃" });
                return self.tell(&self.hill, "cancelOrder", &placed, said).await;
            }
            "RETURNED" => {
                let said = json!({ "reason": "INCOMPLETE_FORM" });
                return self
                    .tell(&self.technician, "returnOrder", &placed, said)
                    .await;
            }
            _ => {}
        }
        if specimen {
            let said = json!({ "barcode": format!("B{patient:05}"), "kind": "SERUM" });
            let drawn = self
                .tell(&self.hill_technician, "collectSpecimen", &placed, said)
                .await;
            if status == "COLLECTED" {
                return drawn;
            }
            let sent = self
                .tell(&self.hill_technician, "sendSpecimen", &drawn, none())
                .await;
            if status == "IN_TRANSPORT" {
                return sent;
            }
            return self
                .tell(&self.technician, "receiveOrder", &sent, none())
                .await;
        }
        let examined = self
            .tell(&self.hill_technician, "recordExamination", &placed, none())
            .await;
        if status == "EXAMINED" {
            return examined;
        }
        let claimed = self
            .tell(&self.reader, "claimOrder", &examined, none())
            .await;
        if status == "CLAIMED" {
            return claimed;
        }
        let reported = self
            .tell(&self.reader, "reportOrder", &claimed, findings())
            .await;
        if status == "REPORTED" {
            return reported;
        }
        self.tell(&self.second, "reviewOrder", &reported, none())
            .await
    }
}

/// What a report says.
pub fn findings() -> Value {
    json!({ "findings": "双肺纹理清晰，心影不大", "conclusion": "心肺未见明显异常", "positive": false })
}

fn is_of_several(verb: &str) -> bool {
    matches!(
        verb,
        "collectSpecimen" | "sendSpecimen" | "receiveOrder" | "reportOrder"
    )
}

/// Calls a verb with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let answered = match verb {
        "reviewOrder" | "amendReport" => "orders",
        _ if is_of_several(verb) => "orders",
        _ => "order",
    };
    let document = format!(
        "mutation Order($input: {kind}!) {{ {verb}(input: $input) {{ replayed {answered} {{ {ORDER} }} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}
