//! What is left of a change: who is told, the event and the audit entry.

use chrono::{DateTime, Utc};
use entity::{
    critical_value, critical_value_party,
    enums::{Action, Basis, CriticalStatus, SubjectKind},
    order,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    critical_value::{clock, seen::Seen, state},
    db::Txn,
    error::{Error, Result},
    policy,
    record::{audit, event},
    referral::service::holder,
};

/// What was found.
pub struct Found {
    /// Of whom.
    pub patient: Uuid,
    /// In words.
    pub finding: String,
    /// LOINC or local code of what was measured.
    pub code: Option<String>,
    /// The version of the report that says so, where there is one.
    pub report_version: Option<i32>,
    /// Who raises it.
    pub raised_by: Option<Uuid>,
    /// When.
    pub raised_at: DateTime<Utc>,
}

/// What is recorded of a change.
pub struct Change {
    /// What.
    pub action: Action,
    /// For which institution.
    pub institution: Uuid,
    /// Hash of the input.
    pub input_hash: [u8; 32],
    /// By which relation.
    pub basis: &'static str,
    /// What is shown of it.
    pub detail: Value,
}

/// Writes a critical value of an order that was not there before; its clock begins.
pub async fn insert(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    order: &order::Model,
    found: Found,
    change: Change,
) -> Result<Seen> {
    let now = app.now();
    let holder = holder(txn, found.patient, order.referral_id).await?;
    let row = critical_value::Model {
        id: app.new_id(),
        version: 1,
        order_id: order.id,
        centre_id: order.centre_id,
        patient_id: found.patient,
        requested_by_id: order.requested_by_id,
        holder_id: holder.map(|holder| holder.institution),
        status: CriticalStatus::Notified,
        finding: found.finding,
        code: found.code,
        report_version: found.report_version,
        raised_by_id: found.raised_by,
        raised_at: found.raised_at,
        due_at: now + clock::WAIT,
        acknowledged_by_id: None,
        acknowledged_for_id: None,
        acknowledged_at: None,
        read_back: None,
        channel: None,
        resolution: None,
        resolved_at: None,
        overdue_at: None,
        escalated_at: None,
        clock_at: Some(now + clock::WAIT),
        occurred_at: found.raised_at,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    };
    critical_value::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    let asking = order.department_id.map(|id| (id, Basis::Requester));
    let holding = holder.and_then(|holder| holder.department);
    let holding = holding.map(|id| (id, Basis::Referral));
    let departments: Vec<_> = asking.into_iter().chain(holding).collect();
    let directory = app.directory.now();
    let parties = policy::critical_value_parties(&directory, &row, &departments, now);
    let rows = parties
        .iter()
        .cloned()
        .map(sea_orm::IntoActiveModel::into_active_model);
    critical_value_party::Entity::insert_many(rows)
        .exec_without_returning(&**txn)
        .await?;
    note(txn, app, call, row, parties, change).await
}

/// Changes a critical value if nobody was faster, and what its parties' lists show of it.
pub async fn replace(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    mut row: critical_value::Model,
    change: Change,
) -> Result<Seen> {
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.clock_at = clock::next(&row).map(|stroke| stroke.at);
    let mut changed = row.clone().into_active_model().reset_all();
    changed.id = NotSet;
    let written = critical_value::Entity::update_many()
        .set(changed)
        .filter(critical_value::Column::Id.eq(row.id))
        .filter(critical_value::Column::Version.eq(version))
        .exec(&**txn)
        .await?;
    if written.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    let parties = renew(txn, &row).await?;
    note(txn, app, call, row, parties, change).await
}

/// Who was told stays told; whose patient it is ends with it.
async fn renew(txn: &Txn, row: &critical_value::Model) -> Result<Vec<critical_value_party::Model>> {
    use critical_value_party::Column::{CriticalValueId, Status, Treating};
    let mut renewed = critical_value_party::Entity::update_many()
        .col_expr(Status, Expr::val(row.status.code()))
        .filter(CriticalValueId.eq(row.id));
    if !state::is_open(row.status) {
        renewed = renewed.col_expr(Treating, Expr::val(false));
    }
    Ok(renewed.exec_with_returning(&**txn).await?)
}

async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: critical_value::Model,
    parties: Vec<critical_value_party::Model>,
    change: Change,
) -> Result<Seen> {
    let actor = call.actor;
    let subject = (SubjectKind::CriticalValue, row.id);
    let happened = event::Happened {
        status: Some(row.status.code()),
        institution: Some(change.institution),
        input_hash: Some(change.input_hash),
        scopes: parties.iter().map(|party| party.scope_id).collect(),
        occurred_at: Some(row.occurred_at),
        ..event::Happened::plain(change.action, subject, row.version).with_detail(change.detail)
    };
    event::record(txn, app, actor, happened).await?;
    let entry = audit::Entry {
        basis: Some(change.basis.to_owned()),
        ..audit::Entry::done(change.action, Some(subject)).of([row.patient_id])
    };
    audit::record(txn, app, actor, entry).await?;
    let own = actor.scope.id();
    let party = parties
        .iter()
        .find(|party| Some(party.scope_id) == own)
        .or(parties.first())
        .cloned()
        .ok_or_else(|| Error::Internal("a critical value that nobody sees".into()))?;
    Ok(Seen { row, party })
}

/// Says in the audit trail that a change had been made before.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    seen: &Seen,
) -> Result<()> {
    let subject = (SubjectKind::CriticalValue, seen.row.id);
    let entry = audit::Entry::done(action, Some(subject))
        .of([seen.row.patient_id])
        .replayed();
    let entry = audit::Entry {
        basis: Some(seen.party.basis.code().to_owned()),
        ..entry
    };
    audit::record(txn, app, actor, entry).await
}
