//! Alliances, agreements and studios.

mod agreement;
mod found;
mod list;
mod studio;
pub mod verb;

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    harness::{World, client::Client, people::Place},
    referral::letter,
};
use verb::Verb;

const ALLIANCE: &str = "alliance { id version kind name startsOn endsOn endReason inForce lead { id } members { totalCount edges { node { institution { id } role since until } } } }";
const AGREEMENT: &str = "agreement { id version kind institution { id } counterpart { id } purpose round validFrom validTo endReason inForce }";
const STUDIO: &str = "studio { id version kind name practitioner { id } home { id } host { id } sessions { weekday half } startsOn endsOn endReason inForce }";

pub const CREATE_ALLIANCE: Verb = Verb {
    name: "createAlliance",
    fields: ALLIANCE,
};
pub const UPDATE_ALLIANCE: Verb = Verb {
    name: "updateAlliance",
    fields: ALLIANCE,
};
pub const END_ALLIANCE: Verb = Verb {
    name: "endAlliance",
    fields: ALLIANCE,
};
pub const CREATE_AGREEMENT: Verb = Verb {
    name: "createAgreement",
    fields: AGREEMENT,
};
pub const UPDATE_AGREEMENT: Verb = Verb {
    name: "updateAgreement",
    fields: AGREEMENT,
};
pub const END_AGREEMENT: Verb = Verb {
    name: "endAgreement",
    fields: AGREEMENT,
};
pub const CREATE_STUDIO: Verb = Verb {
    name: "createStudio",
    fields: STUDIO,
};
pub const UPDATE_STUDIO: Verb = Verb {
    name: "updateStudio",
    fields: STUDIO,
};
pub const END_STUDIO: Verb = Verb {
    name: "endStudio",
    fields: STUDIO,
};

/// The manager of the community `general`.
pub async fn manager(w: &World) -> Client {
    w.client(Role::CommunityManager, &w.district().general)
        .await
}

/// The administrator of the installation.
pub async fn system(w: &World) -> Client {
    w.client(Role::SystemAdmin, Place::INSTALLATION).await
}

/// An alliance that the city hospital leads, with `county` and `hill`, as a complete input.
pub fn city_group(w: &World) -> Value {
    let d = w.district();
    json!({
        "kind": "CITY_GROUP",
        "name": "市第一医院医疗集团",
        "startsOn": "2026-01-01",
        "members": [
            { "institution": letter::institution(d.city.id), "role": "LEAD" },
            { "institution": letter::institution(d.county.id) },
            { "institution": letter::institution(d.hill.id), "role": "MEMBER", "since": "2026-02-01" },
        ],
    })
}

/// Paired support of `hill` by `county`, as a complete input.
pub fn support(w: &World) -> Value {
    let d = w.district();
    json!({
        "kind": "PAIRED_SUPPORT",
        "institution": letter::institution(d.county.id),
        "counterpart": letter::institution(d.hill.id),
        "purpose": "胸痛单元建设",
        "round": 2,
        "validFrom": "2026-01-01",
        "validTo": "2026-12-31",
    })
}

/// A studio of `county`'s neurologist at `hill`, as a complete input.
pub fn studio(w: &World) -> Value {
    let d = w.district();
    json!({
        "kind": "DOCTOR_STUDIO",
        "name": "沈明远名医工作室",
        "practitioner": letter::practitioner(d.neurologist.id),
        "host": letter::institution(d.hill.id),
        "sessions": [{ "weekday": "THURSDAY", "half": "DAY" }, { "weekday": "MONDAY", "half": "AM" }],
        "startsOn": "2026-01-01",
    })
}

/// The id of what a payload answers.
pub fn id_of(payload: &Value, object: &str) -> String {
    let id = payload[object]["id"].as_str();
    id.unwrap_or_else(|| panic!("no {object} in {payload}"))
        .to_owned()
}
