//! Who plays in stories of critical values, and their verbs: the station `river_station`, which `river` manages, asks the ECG centre of `county`.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    centre::fixture::Centres,
    harness::{
        World,
        canary::Patient,
        client::{Answer, Client},
    },
    referral::{
        census::census,
        letter::{self, with},
    },
};

/// The people of a story.
pub struct Alarm {
    /// The world.
    pub w: World,
    /// The centres.
    pub centres: Centres,
    /// Clinician of the station that asks.
    pub village: Client,
    /// Technician there.
    pub village_technician: Client,
    /// Clinician of the health centre that manages it.
    pub river: Client,
    /// Diagnostician of the ECG centre, and of nothing else.
    pub reader: Client,
    /// Clinician of the hospital that runs it.
    pub county: Client,
    /// Clinician of a hospital that has nothing to do with it.
    pub stranger: Client,
    /// Manager of the community.
    pub manager: Client,
}

/// An object as a caller saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its public id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub status: String,
    /// Whether nothing was changed.
    pub replayed: bool,
    /// All that was answered of it.
    pub all: Value,
}

/// What is asked of a critical value.
pub const SEEN: &str = "id version status finding code raisedAt dueAt overdue readBack channel resolution acknowledgedAt resolvedAt
    order { id } patient { id masked } centre { id } raisedBy { id } acknowledgedBy { id } acknowledgedFor { id }
    availableActions { action allowed requires }";
/// What is asked of an order.
const ORDER: &str = "id version status availableActions { action allowed requires } criticalValues { id status finding }";

impl Alarm {
    /// Brings everybody on.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        let centres = Centres::of(w).await;
        Self {
            village: w.client(Role::Clinician, &d.river_station).await,
            village_technician: w.client(Role::Technician, &d.river_station).await,
            river: w.client(Role::Clinician, &d.river).await,
            reader: centres.client(Role::Diagnostician, "ECG").await,
            county: w.client(Role::Clinician, &d.county).await,
            stranger: w.client(Role::Clinician, &d.herbs).await,
            manager: w.client(Role::CommunityManager, &d.general).await,
            centres,
            w: w.clone(),
        }
    }

    /// Calls a verb, whatever comes of it.
    pub async fn ask(&self, by: &Client, verb: &str, input: Value) -> Answer {
        let (first, rest) = verb.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let answered = match verb {
            "reportOrder" | "amendReport" => format!("orders {{ {ORDER} }}"),
            _ if verb.ends_with("CriticalValue") => format!("criticalValue {{ {SEEN} }}"),
            _ => format!("order {{ {ORDER} }}"),
        };
        let document = format!(
            "mutation Alarm($input: {kind}!) {{ {verb}(input: $input) {{ replayed {answered} }} }}"
        );
        by.call(&document, json!({ "input": input })).await
    }

    /// Calls a verb; it succeeds.
    pub async fn tell(&self, by: &Client, verb: &str, input: Value) -> Seen {
        let answer = self.ask(by, verb, input).await.ok();
        let replayed = answer.data(&format!("{verb}.replayed")) == true;
        let object = match verb {
            "reportOrder" | "amendReport" => "orders.0",
            _ if verb.ends_with("CriticalValue") => "criticalValue",
            _ => "order",
        };
        read(answer.data(&format!("{verb}.{object}")), replayed)
    }

    /// The n-th patient's ECG, asked for by that clinician.
    pub async fn ordered(&self, by: &Client, n: u32, said: Value) -> Seen {
        let input = json!({
            "patient": { "register": Patient::nth(n).input() },
            "item": self.centres.item("ECG12"),
            "priority": "EMERGENCY",
            "question": "胸痛两小时，请速读图",
        });
        self.tell(by, "placeOrder", with(input, said)).await
    }

    /// The n-th patient's ECG, recorded at the station.
    pub async fn examined(&self, n: u32) -> Seen {
        let placed = self.ordered(&self.village, n, json!({})).await;
        let input = on_order(&placed);
        self.tell(&self.village_technician, "recordExamination", input)
            .await
    }

    /// The same, brought on to that status.
    pub async fn brought(&self, n: u32, status: &str) -> Seen {
        if status == "REQUESTED" {
            return self.ordered(&self.village, n, json!({})).await;
        }
        let examined = self.examined(n).await;
        match status {
            "EXAMINED" => return examined,
            "CANCELLED" => {
                let input = with(on_order(&examined), json!({ "reason": "患者已转走" }));
                return self.tell(&self.village, "cancelOrder", input).await;
            }
            "RETURNED" => {
                let input = with(on_order(&examined), json!({ "reason": "POOR_IMAGE" }));
                return self.tell(&self.reader, "returnOrder", input).await;
            }
            _ => {}
        }
        let claimed = self
            .tell(&self.reader, "claimOrder", on_order(&examined))
            .await;
        if status == "CLAIMED" {
            return claimed;
        }
        assert_eq!(status, "REPORTED");
        self.report(&claimed, json!({})).await
    }

    /// The reader reports it.
    pub async fn report(&self, claimed: &Seen, said: Value) -> Seen {
        let input = json!({
            "orders": [on_order(claimed)],
            "conclusion": "急性前壁ST段抬高型心肌梗死",
            "positive": true,
        });
        self.tell(&self.reader, "reportOrder", with(input, said))
            .await
    }

    /// What a reader says who sees an infarction.
    pub fn infarction(&self, order: &Seen) -> Value {
        let doctor = self.w.district().emergency_doctor.id;
        json!({
            "order": { "id": order.id },
            "finding": "V1–V4导联ST段弓背向上抬高，考虑急性前壁心肌梗死",
            "raisedBy": letter::practitioner(doctor),
        })
    }

    /// The reader raises it.
    pub async fn raise(&self, order: &Seen, said: Value) -> Seen {
        let input = with(self.infarction(order), said);
        self.tell(&self.reader, "raiseCriticalValue", input).await
    }

    /// Somebody reads it back.
    pub async fn acknowledge(&self, by: &Client, seen: &Seen, said: Value) -> Seen {
        let input = with(with(on(seen), read_back()), said);
        self.tell(by, "acknowledgeCriticalValue", input).await
    }

    /// Somebody has acted.
    pub async fn resolve(&self, by: &Client, seen: &Seen, said: Value) -> Seen {
        let input = with(with(on(seen), acted()), said);
        self.tell(by, "resolveCriticalValue", input).await
    }

    /// Another looks at it.
    pub async fn look(&self, by: &Client, seen: &Seen) -> Option<Seen> {
        let document = format!(
            "query Look($id: ID!) {{ node(id: $id) {{ ... on CriticalValue {{ {SEEN} }} }} }}"
        );
        let answer = by.call(&document, json!({ "id": seen.id })).await.ok();
        let found = answer.data("node");
        (!found.is_null()).then(|| read(found, false))
    }

    /// The input is refused for each of these fields, and nothing is written.
    pub async fn refuses_each(
        &self,
        by: &Client,
        verb: &str,
        good: &Value,
        faults: &[(Value, &str, &str)],
    ) {
        for (fault, path, code) in faults {
            let before = census(&self.w).await;
            let input = with(good.clone(), fault.clone());
            let answer = self.ask(by, verb, input).await;
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
            let changed = census(&self.w).await.changed_since(&before);
            assert_eq!(changed, [], "{verb} refused for {path}");
        }
    }

    /// The verb is refused to each of them, and nothing comes of it but an entry in the audit trail each.
    pub async fn refuses_others(
        &self,
        verb: &str,
        input: &Value,
        others: &[(&str, &Client, &str)],
    ) {
        for (who, client, code) in others {
            let before = census(&self.w).await;
            let answer = self.ask(client, verb, input.clone()).await;
            assert_eq!(answer.code(verb), *code, "{verb} by {who}: {}", answer.text);
            let changed = census(&self.w).await.changed_since(&before);
            let expected = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
            assert_eq!(changed, expected, "{verb} by {who}");
        }
        let answer = self.ask(&self.w.anonymous(), verb, input.clone()).await;
        assert_eq!(
            answer.errors()[0]["extensions"]["code"],
            "UNAUTHENTICATED",
            "{}",
            answer.text
        );
    }

    /// A moment of the story, as it is answered.
    pub fn shown(&self, from_now: Duration) -> String {
        (self.w.now() + from_now).to_rfc3339()
    }

    /// A moment of the story, as a caller writes it.
    pub fn moment(&self, from_now: Duration) -> String {
        letter::moment(&self.w, from_now)
    }
}

/// A critical value and its version, as a verb names them.
pub fn on(seen: &Seen) -> Value {
    json!({ "criticalValue": seen.id, "version": seen.version })
}

/// An order and its version, as a verb names them.
pub fn on_order(seen: &Seen) -> Value {
    json!({ "order": { "id": seen.id }, "version": seen.version })
}

/// What is said when it is read back.
pub fn read_back() -> Value {
    json!({ "readBack": "前壁心梗，立即处理", "channel": "PHONE" })
}

/// What is said when somebody has acted.
pub fn acted() -> Value {
    json!({ "resolution": "阿司匹林300 mg嚼服，呼叫120，绿色通道转总医院" })
}

/// What was answered of an object.
pub fn read(found: &Value, replayed: bool) -> Seen {
    Seen {
        id: found["id"].as_str().expect("an id").to_owned(),
        version: found["version"].as_i64().expect("a version"),
        status: found["status"].as_str().expect("a status").to_owned(),
        replayed,
        all: found.clone(),
    }
}
