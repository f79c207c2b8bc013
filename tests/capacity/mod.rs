//! Beds and slots, and what of them is held for patients.

mod accept;
mod create_bed_pool;
mod create_slots;
mod fate;
mod list;
pub mod race;
mod report_occupancy;
mod reschedule;
mod update_bed_pool;
mod update_slot;
mod ways_out;

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{census::census, letter},
};

/// The beds and sessions of `county`, and who keeps them.
pub struct Ward {
    w: World,
    /// Administrator of `county`.
    pub admin: Client,
}

/// What a verb on a bed pool answers.
const POOL: &str = "bedPool { id kind total held occupied free occupiedAsOf version institution { id } department { id } }";
/// What a verb on a slot answers.
const SLOT: &str = "slot { id capacity held used free withdrawn version }";
/// What the verb that offers sessions answers.
const SLOTS: &str = "slots { id startsAt endsAt capacity held used free withdrawn version institution { id } department { id } practitioner { id } }";

impl Ward {
    /// The beds and sessions of `county`, of which there are none yet.
    pub async fn of(w: &World) -> Self {
        Self {
            admin: w.client(Role::InstitutionAdmin, &w.district().county).await,
            w: w.clone(),
        }
    }

    /// A pool of so many beds in neurology, as a complete input.
    fn beds(&self, total: i32) -> Value {
        let d = self.w.district();
        json!({
            "institution": letter::institution(d.county.id),
            "department": letter::department(d.neurology.id),
            "kind": "GENERAL",
            "total": total,
        })
    }

    /// A session of neurology of four hours, as a complete input.
    fn sessions(&self, from_now: Duration, capacity: i32) -> Value {
        let d = self.w.district();
        json!({
            "institution": letter::institution(d.county.id),
            "slots": [{
                "department": letter::department(d.neurology.id),
                "startsAt": letter::moment(&self.w, from_now),
                "endsAt": letter::moment(&self.w, from_now + Duration::hours(4)),
                "capacity": capacity,
            }],
        })
    }

    /// Registers a pool of so many beds in neurology.
    pub async fn pool(&self, total: i32) -> String {
        self.pool_like(self.beds(total)).await
    }

    /// Registers that pool.
    pub async fn pool_like(&self, input: Value) -> String {
        let answer = tell(&self.admin, "createBedPool", input).await;
        answer.text_at("createBedPool.bedPool.id").to_owned()
    }

    /// Offers a session of neurology of four hours.
    pub async fn session(&self, from_now: Duration, capacity: i32) -> String {
        let input = self.sessions(from_now, capacity);
        let answer = tell(&self.admin, "createSlots", input).await;
        answer.text_at("createSlots.slots.0.id").to_owned()
    }

    /// How many beds of a pool are held and occupied.
    pub async fn counts(&self, pool: &str) -> (i64, i64) {
        self.node(pool, "occupied").await
    }

    /// How many places of a session are held and used.
    pub async fn places(&self, slot: &str) -> (i64, i64) {
        self.node(slot, "used").await
    }

    async fn node(&self, id: &str, taken: &str) -> (i64, i64) {
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on BedPool {{ held }} ... on Slot {{ held }} {} }} }}",
            match taken {
                "used" => "... on Slot { used }",
                _ => "... on BedPool { occupied }",
            }
        );
        let answer = self.admin.call(&document, json!({ "id": id })).await.ok();
        let at = |field: &str| answer.number_at(&format!("node.{field}"));
        (at("held"), at(taken))
    }
}

/// Calls a verb of beds and slots with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let answered = match verb {
        "createSlots" => SLOTS,
        "updateSlot" => SLOT,
        _ => POOL,
    };
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation Capacity($input: {kind}!) {{ {verb}(input: $input) {{ replayed {answered} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb of beds and slots with that input; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Answer {
    ask(by, verb, input).await.ok()
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

/// The verb is refused to each of them, and nothing comes of it but an entry in the audit trail each.
async fn refuses_others(w: &World, others: &[(&str, &Client)], verb: &str, input: &Value) {
    for (who, client) in others {
        let before = census(w).await;
        let answer = ask(client, verb, input.clone()).await;
        assert_eq!(
            answer.code(verb),
            "FORBIDDEN",
            "{verb} by {who}: {}",
            answer.text
        );
        let changed = census(w).await.changed_since(&before);
        let expected = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
        assert_eq!(changed, expected, "{verb} by {who}");
    }
    let answer = ask(&w.anonymous(), verb, input.clone()).await;
    assert_eq!(
        answer.errors()[0]["extensions"]["code"],
        "UNAUTHENTICATED",
        "{}",
        answer.text
    );
}

/// Those who do not keep the beds and sessions of `county`.
async fn strangers(w: &World) -> Vec<(&'static str, Client)> {
    let d = w.district();
    vec![
        (
            "a clinician there",
            w.client(Role::Clinician, &d.county).await,
        ),
        (
            "the referral office there",
            w.client(Role::Coordinator, &d.county).await,
        ),
        (
            "the hospital system there",
            w.client(Role::Integration, &d.county).await,
        ),
        (
            "an administrator elsewhere",
            w.client(Role::InstitutionAdmin, &d.herbs).await,
        ),
        (
            "the administrator of one department",
            w.client(Role::InstitutionAdmin, &d.neurology).await,
        ),
        (
            "the community manager",
            w.client(Role::CommunityManager, &d.general).await,
        ),
    ]
}

/// The same with their clients borrowed.
fn by_name<'a>(all: &'a [(&'static str, Client)]) -> Vec<(&'static str, &'a Client)> {
    all.iter().map(|(who, client)| (*who, client)).collect()
}
