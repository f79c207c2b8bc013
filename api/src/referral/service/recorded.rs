//! What is left of a change: who sees the referral now, the event, the audit entry and the idempotency key.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, Basis as By, ReferralStatus, SubjectKind},
    referral, referral_party,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{CaseStatement, Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    critical_value::service as critical_values,
    db::Txn,
    error::{Error, Result},
    follow_up::service as follow_ups,
    network::directory::Directory,
    order::service as orders,
    policy,
    record::{
        change::{self, Change, Subject},
        replay::{self, Changed},
    },
    referral::seen::Seen,
};

/// What is recorded of a change.
pub struct Recorded {
    /// What every change leaves.
    pub change: Change,
    /// Who could see it before.
    pub parties: Vec<referral_party::Model>,
    /// Whether the call makes, and answers with, another object.
    pub follows: bool,
}

impl Recorded {
    /// Of a referral that was not there before.
    pub const fn first(change: Change) -> Self {
        Self {
            change,
            parties: Vec::new(),
            follows: false,
        }
    }
}

/// Renews who sees a written row and records the change: visibility, event, audit entry, idempotency key.
pub async fn record(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: referral::Model,
    directory: &Directory,
    recorded: Recorded,
) -> Result<Changed<Seen>> {
    let (actor, change) = (call.actor, recorded.change);
    let parties = policy::parties(directory, &row, app.now());
    if opens_beside(&row, change.action) {
        orders::open_for_referral(txn, app, &row, &parties).await?;
        critical_values::open_for_referral(txn, app, &row, &parties).await?;
    }
    let party = own(&row, actor.scope.id(), &parties, &recorded.parties)
        // Whoever has just written all of it may read it, be it in the name of a department that is not its own.
        .or_else(|| {
            let shown = recorded.follows || row.version == 1;
            parties.first().filter(|_| shown).cloned()
        })
        .ok_or_else(|| Error::Internal("a change by somebody who does not see it".into()))?;
    let scopes = write_parties(txn, &row, parties).await?;
    if row.status == ReferralStatus::Closed {
        follow_ups::end_for_referral(txn, app, &row).await?;
        orders::end_for_referral(txn, app, &row).await?;
    }
    change::record(txn, app, actor, subject(&row), scopes, change).await?;
    if !recorded.follows {
        replay::remember(txn, app, call, row.id).await?;
    }
    Ok(Changed::now(Seen { row, party }))
}

/// What the record names of a referral.
pub const fn subject(row: &referral::Model) -> Subject {
    Subject {
        kind: SubjectKind::Referral,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: Some(row.patient_id),
    }
}

/// Whether that changes who reads what stands beside the referral: it gets to a receiver, a department takes it, or something is cited.
fn opens_beside(row: &referral::Model, action: Action) -> bool {
    let cited = &row.content.cited;
    let any = cited.critical_value.is_some() || !cited.orders.is_empty();
    // Nothing can belong yet to what has just been written.
    let may = row.submitted_at.is_some() && (any || row.version > 1);
    may && matches!(
        action,
        Action::SubmitReferral
            | Action::ResubmitReferral
            | Action::AmendReferral
            | Action::RedirectReferral
            | Action::AcceptReferral
            | Action::ReferBack
    )
}

/// The relation by which the scope sees the changed row; the service itself sees what its first party sees.
fn own(
    row: &referral::Model,
    scope: Option<Uuid>,
    now: &[referral_party::Model],
    before: &[referral_party::Model],
) -> Option<referral_party::Model> {
    let Some(scope) = scope else {
        return now.first().cloned();
    };
    let is_own = |party: &&referral_party::Model| party.scope_id == scope;
    let kept = now.iter().find(is_own).cloned();
    kept.or_else(|| {
        let party = before.iter().find(is_own)?;
        Some(policy::ended(party, row))
    })
}

/// Writes who sees it now, and says who sees anything of it at all: the header is kept by whoever was a party once.
async fn write_parties(
    txn: &Txn,
    row: &referral::Model,
    parties: Vec<referral_party::Model>,
) -> Result<Vec<Uuid>> {
    use referral_party::Column::{
        AnswerDueAt, Basis, ContentUntil, ListedAt, PlannedAt, ReferralId, ScopeId, Status,
        Treating, UpdatedAt,
    };
    let mut scopes: Vec<_> = parties.iter().map(|party| party.scope_id).collect();
    if row.version > 1 {
        scopes.extend(end_other_parties(txn, row, &parties).await?);
    }
    // A scope keeps the moment since which it sees the referral.
    let renewed = OnConflict::columns([ScopeId, ReferralId])
        .update_columns([
            Basis,
            ContentUntil,
            Treating,
            Status,
            ListedAt,
            UpdatedAt,
            AnswerDueAt,
            PlannedAt,
        ])
        .to_owned();
    let rows = parties
        .into_iter()
        .map(sea_orm::IntoActiveModel::into_active_model);
    referral_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(scopes)
}

/// Leaves the header, as it now is, to whoever was a party and is none any more, say a receiver who sent the patient on: as
/// [`policy::ended`] has it.
async fn end_other_parties(
    txn: &Txn,
    row: &referral::Model,
    parties: &[referral_party::Model],
) -> Result<Vec<Uuid>> {
    use referral_party::Column::{
        AnswerDueAt, Basis, ContentUntil, PlannedAt, ReferralId, ScopeId, Status, Treating,
        UpdatedAt,
    };
    let on_path = CaseStatement::new()
        .case(Basis.eq(By::Receiver), By::Path.code())
        .finally(Expr::col(Basis));
    let scopes = parties.iter().map(|party| party.scope_id);
    let others = referral_party::Entity::update_many()
        .col_expr(Basis, on_path.into())
        .col_expr(Treating, Expr::val(false))
        .col_expr(Status, Expr::val(row.status.code()))
        .col_expr(UpdatedAt, Expr::val(row.updated_at))
        .col_expr(AnswerDueAt, Expr::val(None::<DateTime<Utc>>))
        .col_expr(PlannedAt, Expr::val(row.planned_at))
        .col_expr(
            ContentUntil,
            CaseStatement::new()
                .case(Basis.eq(By::FamilyTeam), Expr::val(row.updated_at))
                .finally(Expr::col(ContentUntil).if_null(row.updated_at))
                .into(),
        )
        .filter(ReferralId.eq(row.id))
        .filter(ScopeId.is_not_in(scopes))
        .exec_with_returning(&**txn)
        .await?;
    Ok(others.into_iter().map(|party| party.scope_id).collect())
}
