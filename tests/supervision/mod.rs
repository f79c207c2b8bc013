//! Supervision visits.

mod correct;
mod read;
mod record;

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    alliance::verb::Verb,
    harness::{World, client::Client},
    referral::letter,
};

const VISIT: &str = "visit { id version visitor { id } visited { id } visitedOn topic visitors { id } findings advice struck revisions { version visitedOn topic visitors { id } findings advice struck reason editor writtenAt } }";

pub const RECORD: Verb = Verb {
    name: "recordSupervisionVisit",
    fields: VISIT,
};
pub const CORRECT: Verb = Verb {
    name: "correctSupervisionVisit",
    fields: VISIT,
};

/// Whoever sends people down from `county`.
pub async fn officer(w: &World) -> Client {
    w.client(Role::DispatchOfficer, &w.district().county).await
}

/// `county`'s neurologist came to `hill`, as a complete input.
pub fn visit(w: &World) -> Value {
    let d = w.district();
    json!({
        "visitor": letter::institution(d.county.id),
        "visited": letter::institution(d.hill.id),
        "visitedOn": "2026-02-27",
        "topic": "卒中识别与转诊",
        "visitors": [letter::practitioner(d.neurologist.id)],
        "findings": "溶栓时间窗登记不全",
        "advice": "补登记，月底复查",
    })
}
