//! What the verbs of family doctors share.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, SubjectKind, Tier},
    family_contract, family_contract_party, family_team, institution,
};
use sea_orm::{EntityTrait, IntoActiveModel, ModelTrait, sea_query::Expr};
use serde_json::Value;
use uuid::Uuid;

use super::seen::Seen;
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    network, policy,
    record::{
        audit::{self, Entry},
        event::{self, Happened},
    },
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

/// The refusal of a change that was made on the ground of another version.
pub fn stale(present: i32) -> Error {
    Error::Conflict {
        current_version: Some(present),
        problems: vec![Problem::new(
            "input.version",
            ProblemCode::Version,
            "It has changed since.",
        )],
    }
}

/// Writes a whole row over the one that was read; where somebody else was faster the transaction runs again.
pub async fn replace<M>(txn: &Txn, row: &M, read: Expr) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    if network::service::put(txn, row, read).await? {
        return Ok(());
    }
    Err(Error::Overtaken)
}

/// What is recorded of a change: what, for which institution, the hash of its input, what is shown of it.
pub type Noted = (Action, Option<Uuid>, Option<[u8; 32]>, Value);

/// Records a change of a team or a package, for the health centre, its community and whoever else it concerns.
pub async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    subject: (SubjectKind, Uuid, i32),
    (action, institution, input_hash, detail): Noted,
    concerned: &[Uuid],
) -> Result<()> {
    let (kind, id, version) = subject;
    let community = institution
        .and_then(|id| app.directory.now().institution(id).cloned())
        .and_then(|found| found.community_id);
    let scopes: BTreeSet<Uuid> = concerned
        .iter()
        .copied()
        .chain(institution)
        .chain(community)
        .collect();
    let happened = Happened {
        institution,
        input_hash,
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(action, (kind, id), version).with_detail(detail)
    };
    network::service::note(txn, app, call.actor, happened).await
}

/// Records a change of a contract, for whoever sees it.
pub async fn note_contract(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: &family_contract::Model,
    (action, institution, input_hash, detail): Noted,
) -> Result<Seen> {
    let parties = policy::contract_parties(row);
    let subject = (SubjectKind::FamilyDoctorContract, row.id);
    let happened = Happened {
        status: Some(row.status.code()),
        institution,
        input_hash,
        scopes: parties.iter().map(|party| party.scope_id).collect(),
        ..Happened::plain(action, subject, row.version).with_detail(detail)
    };
    event::record(txn, app, call.actor, happened).await?;
    let party = own(call, parties)?;
    let entry = Entry {
        basis: Some(party.basis.code().to_owned()),
        ..Entry::done(action, Some(subject)).of([row.patient_id])
    };
    audit::record(txn, app, call.actor, entry).await?;
    let row = row.clone();
    Ok(Seen {
        row,
        party: Some(party),
    })
}

/// Says in the audit trail that a change of a contract had been made before.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    row: &family_contract::Model,
) -> Result<()> {
    let subject = (SubjectKind::FamilyDoctorContract, row.id);
    let entry = Entry::done(action, Some(subject))
        .of([row.patient_id])
        .replayed();
    audit::record(txn, app, call.actor, entry).await
}

/// The relation of the caller; the service itself sees what the team sees.
fn own(
    call: &Call<'_>,
    parties: Vec<family_contract_party::Model>,
) -> Result<family_contract_party::Model> {
    let scope = call.actor.scope.id();
    let mut own = parties
        .into_iter()
        .map(|party| (Some(party.scope_id) != scope, party));
    let first = own.next();
    // Its own where there is one, else the first.
    let found = own.fold(first, |best, next| match best {
        Some((true, _)) if !next.0 => Some(next),
        best => best,
    });
    found
        .map(|(_, party)| party)
        .ok_or_else(|| Error::Internal("a contract that nobody sees".into()))
}
