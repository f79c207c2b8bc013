//! What is left of a change: who is told, the event and the audit entry.

use chrono::{DateTime, Utc};
use entity::{
    critical_value, critical_value_party,
    enums::{Basis, CriticalStatus, SubjectKind},
    order,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    critical_value::{clock, seen::Seen, state},
    db::Txn,
    error::Result,
    policy,
    record::change::{self, Change, Subject, overwrite},
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
    use critical_value::Column;
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.clock_at = clock::next(&row).map(|stroke| stroke.at);
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await?;
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
    let scopes = parties.iter().map(|party| party.scope_id).collect();
    let change = Change {
        at: Some(row.occurred_at),
        ..change
    };
    change::record(txn, app, call.actor, subject(&row), scopes, change).await?;
    let party = change::own(call.actor, parties, |party| party.scope_id)?;
    Ok(Seen { row, party })
}

/// What the record names of a critical value.
pub const fn subject(row: &critical_value::Model) -> Subject {
    Subject {
        kind: SubjectKind::CriticalValue,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: Some(row.patient_id),
    }
}
