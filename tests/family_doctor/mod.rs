//! Family doctors: teams, packages, contracts, what those open to whom, and what they are counted by.

mod change;
mod count;
mod journey;
mod list;
mod package;
mod sight;
mod sign;
mod suggest;
mod team;

use api::id::{self, Kind};
use entity::{account_grant, enums::Role, institution, referral};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::{
    follow_up::care::Care,
    harness::{
        World,
        client::{Answer, Client},
        people::{Person, Place},
    },
    referral::{census::census, letter, story::Told},
};

/// What the verbs of a contract answer.
const CONTRACT: &str = "contract { id version status startsOn endsOn endedAt endReason note team { id } package { id } patient { id name masked } signedBy { id } previous { id status endReason } availableActions { action allowed } }";
/// What the verbs of a team answer.
const TEAM: &str = "team { id version name phone active complete missingTiers signed members { tier leader practitioner { id } institution { id } } }";
/// What the verbs of a package answer.
const PACKAGE: &str = "package { id version code name content fee active institution { id } }";

/// The family doctors of `hill`, and those around them.
pub struct Practice {
    /// Referrals and follow-ups.
    pub care: Care,
    /// Coordinator of `hill`, who sets up its teams.
    pub office: Client,
    /// A general practitioner of `hill`, who is in the green team.
    pub doctor: Person,
    /// A specialist of `county`, who is in it too.
    pub specialist: Person,
    /// The green team.
    pub green: String,
    /// Another team of `hill`, of which nobody is a member yet.
    pub blue: String,
    /// A package of `hill`.
    pub package: String,
}

/// A contract as a caller saw it.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its public id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Whether nothing was changed.
    pub replayed: bool,
    /// All that was answered of it.
    pub all: Value,
}

impl Practice {
    /// Sets up the teams.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        let doctor = w.person(Role::Clinician, &d.hill).await;
        let specialist = w.person(Role::Clinician, &d.neurology).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let members = json!([
            { "practitioner": letter::practitioner(d.hill_doctor.id), "leader": true },
            { "practitioner": letter::practitioner(d.neurologist.id) },
        ]);
        let green = found_team(&office, &d.hill, "绿队", members).await;
        let blue = found_team(&office, &d.hill, "蓝队", json!([])).await;
        let package = found_package(&office, &d.hill, "JB01").await;
        Self {
            care: Care::of(w).await,
            office,
            doctor,
            specialist,
            green,
            blue,
            package,
        }
    }

    /// The world.
    pub fn w(&self) -> &World {
        self.care.w()
    }

    /// Signs the patient of a referral with the green team.
    pub async fn sign(&self, told: &Told) -> Contract {
        let input = self.contract(&patient_of(self.w(), told).await);
        self.tell(&self.office, "signFamilyDoctorContract", input)
            .await
    }

    /// A contract of that patient with the green team, as a complete input.
    pub fn contract(&self, patient: &str) -> Value {
        json!({ "patient": { "id": patient }, "team": self.green, "package": self.package })
    }

    /// Calls a verb of a contract; it succeeds.
    pub async fn tell(&self, by: &Client, verb: &str, input: Value) -> Contract {
        let answer = ask(by, verb, input).await.ok();
        let found = answer.data(&format!("{verb}.contract")).clone();
        Contract {
            id: found["id"].as_str().expect("an id").to_owned(),
            version: found["version"].as_i64().expect("a version"),
            replayed: answer.data(&format!("{verb}.replayed")) == true,
            all: found,
        }
    }

    /// A member of the green team, acting for it.
    pub async fn member(&self, person: &Person) -> Client {
        in_team(self.w(), person, &self.green).await
    }

    /// The verb is refused with that code, and nothing is written but to the audit trail.
    pub async fn refuses(&self, by: &Client, verb: &str, input: Value, code: &str) -> Answer {
        refuses(self.w(), by, verb, input, code).await
    }
}

/// Calls a verb, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let seen = match verb {
        verb if verb.ends_with("Team") => TEAM,
        verb if verb.ends_with("Package") => PACKAGE,
        _ => CONTRACT,
    };
    let document = format!(
        "mutation Family($input: {kind}!) {{ {verb}(input: $input) {{ replayed {seen} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Answer {
    ask(by, verb, input).await.ok()
}

/// The verb is refused with that code, and nothing is written but to the audit trail.
pub async fn refuses(w: &World, by: &Client, verb: &str, input: Value, code: &str) -> Answer {
    let before = census(w).await;
    let answer = ask(by, verb, input).await;
    assert_eq!(answer.code(verb), code, "{verb}: {}", answer.text);
    let mut changed = census(w).await.changed_since(&before);
    // Whoever has waited long signs in again.
    changed.retain(|(table, _)| !table.starts_with("audit") && table != "session");
    assert_eq!(changed, [], "{verb} refused with {code}");
    answer
}

/// Sets up a team; its id.
pub async fn found_team(
    by: &Client,
    place: &institution::Model,
    name: &str,
    members: Value,
) -> String {
    let institution = letter::institution(place.id);
    let input = json!({ "institution": institution, "name": name, "members": members });
    let answer = ask(by, "createFamilyDoctorTeam", input).await.ok();
    answer.text_at("createFamilyDoctorTeam.team.id").to_owned()
}

/// Offers a package; its id.
pub async fn found_package(by: &Client, place: &institution::Model, code: &str) -> String {
    let input = json!({
        "institution": letter::institution(place.id),
        "code": code,
        "name": "基本服务包",
        "content": "健康档案、随访、转诊预约",
    });
    let answer = ask(by, "createFamilyDoctorPackage", input).await.ok();
    answer
        .text_at("createFamilyDoctorPackage.package.id")
        .to_owned()
}

/// Somebody acting for a team that they belong to.
pub async fn in_team(w: &World, person: &Person, team: &str) -> Client {
    let grant = grant_in(w, person, team).await;
    let grant = grant.expect("a member holds a grant for the team");
    let account = person.account.clone();
    w.client_of(&Person { account, grant }).await
}

/// The grant of somebody for a team that still counts.
pub async fn grant_in(w: &World, person: &Person, team: &str) -> Option<account_grant::Model> {
    let team = id::decode(Kind::FamilyDoctorTeam, team, "team").expect("a team's id");
    account_grant::Entity::find()
        .filter(account_grant::Column::AccountId.eq(person.account.id))
        .filter(account_grant::Column::TeamId.eq(team))
        .filter(account_grant::Column::RevokedAt.is_null())
        .one(w.app.db.reader())
        .await
        .expect("grants can be read")
}

/// The public id of the patient of a referral.
pub async fn patient_of(w: &World, told: &Told) -> String {
    let row = referral::Entity::find_by_id(told.row_id()).one(w.app.db.reader());
    let row = row.await.expect("referrals can be read");
    let row = row.expect("a referral that was told has a row");
    id::encode(Kind::Patient, row.patient_id)
}

/// What a verb of a contract on record names.
pub fn on(contract: &Contract) -> Value {
    json!({ "contract": contract.id, "version": contract.version })
}

/// Somebody of an institution in a role, for whoever tries what they may not.
pub async fn caller(w: &World, role: Role, place: impl Into<Place>) -> Client {
    w.client(role, place).await
}
