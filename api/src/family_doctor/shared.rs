//! What the verbs of family doctors share.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, SubjectKind, Tier},
    family_contract, family_team, institution,
};
use sea_orm::EntityTrait as _;
use serde_json::Value;
use uuid::Uuid;

use super::seen::Seen;
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{ProblemCode, Problems, Result},
    policy,
    record::change::{self, Change, Subject},
};

/// The team of that id.
pub async fn team(txn: &Txn, id: Uuid) -> Result<Option<family_team::Model>> {
    Ok(family_team::Entity::find_by_id(id).one(&**txn).await?)
}

/// The health centre of the team of that id.
pub async fn centre_of(txn: &Txn, id: Uuid) -> Result<Option<Uuid>> {
    Ok(team(txn, id).await?.map(|team| team.institution_id))
}

/// Notes an institution that has no family doctors.
pub fn check_centre(institution: &institution::Model, problems: &mut Problems) {
    let good = institution.tier == Tier::HealthCentre;
    let message = "Family doctors belong to a health centre.";
    problems.check(good, "input.institution", ProblemCode::NotAllowed, message);
}

/// Records a change of a team or a package, for the health centre, its community and whoever else it concerns.
pub async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (kind, id, version): (SubjectKind, Uuid, i32),
    centre: Uuid,
    (action, detail): (Action, Value),
    concerned: &[Uuid],
) -> Result<()> {
    let directory = app.directory.now();
    let community = directory
        .institution(centre)
        .and_then(|found| found.community_id);
    let own = [Some(centre), community].into_iter().flatten();
    let scopes: BTreeSet<Uuid> = concerned.iter().copied().chain(own).collect();
    let subject = Subject {
        kind,
        id,
        version,
        status: None,
        patient: None,
    };
    let change = Change {
        institution: Some(centre),
        detail,
        ..Change::of(action)
    };
    let scopes = scopes.into_iter().collect();
    change::record(txn, app, call.actor, subject, scopes, change).await
}

/// Records a change of a contract, for whoever sees it.
pub async fn note_contract(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: family_contract::Model,
    change: Change,
) -> Result<Seen> {
    let parties = policy::contract_parties(&row);
    let scopes = parties.iter().map(|party| party.scope_id).collect();
    let party = change::own(call.actor, parties, |party| party.scope_id)?;
    let change = Change {
        basis: Some(party.basis.code()),
        ..change
    };
    change::record(txn, app, call.actor, subject(&row), scopes, change).await?;
    Ok(Seen {
        row,
        party: Some(party),
    })
}

/// What the record names of a contract.
pub const fn subject(row: &family_contract::Model) -> Subject {
    Subject {
        kind: SubjectKind::FamilyDoctorContract,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: Some(row.patient_id),
    }
}
