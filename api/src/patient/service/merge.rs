//! Two records that are one patient, and two that turned out not to be.

use std::collections::HashSet;

use entity::{
    enums::{Action, CertificateKind, ConflictDecision},
    patient::{Column, Entity, Model},
    patient_conflict,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{conflict, member},
    change,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    policy,
    record::replay::{self, Changed},
    text,
};

/// Longest reason.
const REASON: usize = 500;

/// Two records that are one patient.
#[derive(Clone, Debug, Serialize)]
pub struct Merge {
    /// The record that is no record of its own any more.
    pub patient: Uuid,
    /// The record that stays.
    pub into: Uuid,
    /// Why.
    pub reason: String,
    /// The version of the former; required of people.
    pub version: Option<i32>,
}

/// A merge that was wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Unmerge {
    /// The record that was merged.
    pub patient: Uuid,
    /// Why.
    pub reason: String,
    /// Its version; required of people.
    pub version: Option<i32>,
}

/// Says that two records are one patient; answers the one that stays.
pub async fn merge_patients(app: &App, call: &Call<'_>, input: &Merge) -> Result<Changed<Model>> {
    const ACTION: Action = Action::MergePatients;
    let actor = call.actor;
    check(actor, ACTION, &input.reason, input.version)?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
                Some(changed) => changed,
                None => merge_by(&txn, app, actor, input).await?,
            };
            let entry = change::entry(ACTION, &changed).of([input.patient]);
            change::close(&txn, app, call, entry, changed).await
        })
        .await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn merge_by(txn: &Txn, app: &App, actor: &Actor, input: &Merge) -> Result<Changed<Model>> {
    const ACTION: Action = Action::MergePatients;
    let input_hash = replay::input_hash(input)?;
    let from = change::visible_row(txn, app, actor, input.patient).await?;
    let into = change::visible(txn, app, actor, input.into).await?;
    if from.merged_into.is_some() {
        if change::was_taken(txn, actor, from.id, ACTION, input_hash).await? {
            return Ok(Changed::before(into));
        }
        return Err(merged_already());
    }
    change::require_version(from.version, input.version)?;
    require_mergeable(&from, &into)?;
    let detail = json!({ "into": into.id, "reason": input.reason });
    let into = merge(
        txn,
        app,
        actor,
        (from, into),
        (ACTION, detail, Some(input_hash)),
    )
    .await?;
    Ok(Changed::now(into))
}

fn merged_already() -> Error {
    Error::InvalidTransition {
        from: "MERGED",
        action: Action::MergePatients,
        allowed: vec![Action::UnmergePatients],
        reason: Some("This record is merged already; undo that first."),
    }
}

/// The record that stays is the one that is known best.
fn require_mergeable(from: &Model, into: &Model) -> Result<()> {
    let path = "input.into";
    let mut problems = Problems::default();
    if from.id == into.id {
        let message = "A record is not merged into itself.";
        return Err(Error::invalid(path, ProblemCode::Inconsistent, message));
    }
    let resident = |row: &Model| {
        row.certificate_hash.is_some()
            && row.certificate_kind == Some(CertificateKind::ResidentIdCard)
    };
    problems.check(
        !(resident(from) && resident(into)),
        path,
        ProblemCode::Inconsistent,
        "Both have a resident's number: these are two people.",
    );
    let well_known = (into.identified || !from.identified)
        && (into.certificate_hash.is_some() || from.certificate_hash.is_none())
        && (!into.provisional || from.provisional);
    problems.check(
        well_known,
        path,
        ProblemCode::NotAllowed,
        "The record that stays is the one that is identified and has the certificate: merge the other way round.",
    );
    problems.finish()
}

/// Makes the former row part of the latter's record and records it of both; gives back the record.
pub async fn merge(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    (from, into): (Model, Model),
    (action, detail, input_hash): (Action, serde_json::Value, Option<[u8; 32]>),
) -> Result<Model> {
    let from = Model {
        merged_into: Some(into.id),
        record_id: into.id,
        ..from
    };
    let from = change::write(txn, app, from).await?;
    // What was merged into it before comes along.
    Entity::update_many()
        .col_expr(Column::RecordId, Expr::val(into.id))
        .filter(Column::RecordId.eq(from.id))
        .exec(&**txn)
        .await?;
    // Two merges that would go round in a circle have a record in common: its version lets only one of them pass.
    let into = change::write(txn, app, into).await?;
    settle(txn, app, actor, &from, &into).await?;
    change::record(txn, app, actor, action, &from, (detail, input_hash)).await?;
    let detail = json!({ "merged": from.id });
    change::record(txn, app, actor, action, &into, (detail, None)).await?;
    Ok(into)
}

/// A conflict about whether the two are one is decided by merging them.
async fn settle(txn: &Txn, app: &App, actor: &Actor, from: &Model, into: &Model) -> Result<()> {
    let waiting = patient_conflict::Entity::find()
        .filter(patient_conflict::Column::ProvisionalId.eq(from.id))
        .filter(patient_conflict::Column::Decision.is_null())
        .filter(patient_conflict::Column::PatientId.in_subquery(member::ids_of([into.id])))
        .all(&**txn)
        .await?;
    for row in waiting {
        let row = patient_conflict::Model {
            decision: Some(ConflictDecision::KeepRecord),
            decided_by: Some(actor.account),
            decided_at: Some(app.now()),
            ..row
        };
        conflict::write(txn, app, row).await?;
    }
    Ok(())
}

/// Undoes a merge; answers the record that is one of its own again.
pub async fn unmerge_patients(
    app: &App,
    call: &Call<'_>,
    input: &Unmerge,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UnmergePatients;
    let actor = call.actor;
    check(actor, ACTION, &input.reason, input.version)?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
                Some(changed) => changed,
                None => unmerge_by(&txn, app, actor, input).await?,
            };
            let entry = change::entry(ACTION, &changed);
            change::close(&txn, app, call, entry, changed).await
        })
        .await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn unmerge_by(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &Unmerge,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UnmergePatients;
    let input_hash = replay::input_hash(input)?;
    let row = change::visible_row(txn, app, actor, input.patient).await?;
    if row.merged_into.is_none() {
        if change::was_taken(txn, actor, row.id, ACTION, input_hash).await? {
            return Ok(Changed::before(row));
        }
        return Err(Error::InvalidTransition {
            from: "RECORD",
            action: ACTION,
            allowed: vec![Action::MergePatients],
            reason: Some("This record is not merged."),
        });
    }
    change::require_version(row.version, input.version)?;
    let record = member::follow(&**txn, row.clone()).await?;
    let members = member::rows_of(&**txn, record.id).await?;
    let row = Model {
        merged_into: None,
        record_id: row.id,
        ..row
    };
    let row = change::write(txn, app, row).await?;
    Entity::update_many()
        .col_expr(Column::RecordId, Expr::val(row.id))
        .filter(Column::Id.is_in(below(row.id, &members)))
        .exec(&**txn)
        .await?;
    let record = change::write(txn, app, record).await?;
    reopen(txn, app, &row).await?;
    let detail = json!({ "from": record.id, "reason": input.reason });
    change::record(txn, app, actor, ACTION, &row, (detail, Some(input_hash))).await?;
    let detail = json!({ "unmerged": row.id });
    change::record(txn, app, actor, ACTION, &record, (detail, None)).await?;
    Ok(Changed::now(row))
}

/// The rows that were merged into one, and into those.
fn below(id: Uuid, members: &[Model]) -> HashSet<Uuid> {
    let mut found = HashSet::from([id]);
    loop {
        let before = found.len();
        let next = members
            .iter()
            .filter(|row| row.merged_into.is_some_and(|into| found.contains(&into)))
            .map(|row| row.id)
            .collect::<Vec<_>>();
        found.extend(next);
        if found.len() == before {
            return found;
        }
    }
}

/// Whoever stands in for somebody else again waits for a decision again.
async fn reopen(txn: &Txn, app: &App, row: &Model) -> Result<()> {
    let decided = patient_conflict::Entity::find()
        .filter(patient_conflict::Column::ProvisionalId.eq(row.id))
        .filter(patient_conflict::Column::Decision.is_not_null())
        .all(&**txn)
        .await?;
    for row in decided {
        conflict::wait_again(txn, app, row, None).await?;
    }
    Ok(())
}

fn check(actor: &Actor, action: Action, reason: &str, version: Option<i32>) -> Result<()> {
    policy::require(actor, action)?;
    let mut problems = Problems::default();
    text::required(Some(reason), REASON, "input.reason", &mut problems);
    change::check_version(actor, version, &mut problems);
    problems.finish()
}
