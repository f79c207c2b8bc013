//! Volumes: what institutions report of their months.

mod correct;
mod journey;
mod read;
mod report;

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    alliance::verb::Verb,
    harness::{World, client::Client},
    referral::letter,
};

const COUNTS: &str = "counts { visits discharges tcmVisits residents residentsByTag { tag residents } firstContactsOutside outsideVisits outsideReferred }";
const REPORT_FIELDS: &str = "report { id version institution { id } month counts { visits discharges tcmVisits residents residentsByTag { tag residents } firstContactsOutside outsideVisits outsideReferred } revisions { version counts { visits residents } reason editor writtenAt } }";

pub const REPORT: Verb = Verb {
    name: "reportVolumes",
    fields: REPORT_FIELDS,
};
pub const CORRECT: Verb = Verb {
    name: "correctVolumes",
    fields: REPORT_FIELDS,
};

/// The administrator of `hill`.
pub async fn admin(w: &World) -> Client {
    w.client(Role::InstitutionAdmin, &w.district().hill).await
}

/// February of `hill`, as a complete input.
pub fn february(w: &World) -> Value {
    json!({
        "institution": letter::institution(w.district().hill.id),
        "month": "2026-02",
        "counts": {
            "visits": 4_210,
            "discharges": 96,
            "tcmVisits": 1_050,
            "residents": 21_300,
            "residentsByTag": [{ "tag": "HYPERTENSION", "residents": 3_100 }, { "tag": "AGED_65", "residents": 4_020 }],
            "outsideVisits": 310,
            "outsideReferred": 204,
        },
    })
}
