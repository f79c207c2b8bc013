//! What is left of a change: who sees the follow-up now, the event and the audit entry.

use chrono::Duration;
use entity::{
    enums::{Basis, SubjectKind},
    follow_up, follow_up_party, referral,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Result},
    follow_up::seen::Seen,
    network::directory::Directory,
    policy,
    record::change::{self, Change, Subject, overwrite},
};

/// Writes a follow-up that was not there before.
pub async fn insert(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: follow_up::Model,
    referral: &referral::Model,
    change: Change,
) -> Result<Seen> {
    follow_up::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    note(txn, app, call, row, referral, change).await
}

/// Changes a follow-up if nobody was faster.
pub async fn replace(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    mut row: follow_up::Model,
    change: Change,
) -> Result<Seen> {
    use follow_up::Column;
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.open_key = open_key(&row);
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await?;
    let referral = referral::Entity::find_by_id(row.referral_id)
        .one(&**txn)
        .await?;
    let referral = referral.ok_or(Error::NotFound)?;
    note(txn, app, call, row, &referral, change).await
}

/// The key by which a referral has one plan of a template at a time.
#[must_use]
pub fn open_key(row: &follow_up::Model) -> Option<String> {
    crate::follow_up::state::is_open(row.status).then(|| {
        format!(
            "{}:{}:{}",
            row.referral_id.simple(),
            row.template.code(),
            row.number
        )
    })
}

async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: follow_up::Model,
    referral: &referral::Model,
    change: Change,
) -> Result<Seen> {
    let parties = see(txn, app, &app.directory.now(), &row, referral).await?;
    let scopes = parties.iter().map(|party| party.scope_id).collect();
    let change = Change {
        at: Some(row.occurred_at),
        ..change
    };
    change::record(txn, app, call.actor, subject(&row), scopes, change).await?;
    let party = change::own(call.actor, parties, |party| party.scope_id)?;
    Ok(Seen { row, party })
}

/// What the record names of a follow-up.
pub const fn subject(row: &follow_up::Model) -> Subject {
    Subject {
        kind: SubjectKind::FollowUp,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: Some(row.patient_id),
    }
}

/// Renews who sees it: whoever is no party any more, because it was handed on, sees it no longer.
async fn see(
    txn: &Txn,
    app: &App,
    directory: &Directory,
    row: &follow_up::Model,
    referral: &referral::Model,
) -> Result<Vec<follow_up_party::Model>> {
    use follow_up_party::Column::{Basis, DueAt, FollowUpId, ScopeId, Status, Treating, Until};
    let now = app.now();
    let parties = policy::follow_up_parties(directory, row, referral, now, kept(app));
    if row.version > 1 {
        follow_up_party::Entity::update_many()
            .col_expr(Until, Expr::val(now))
            .col_expr(Treating, Expr::val(false))
            .col_expr(Status, Expr::val(row.status.code()))
            .filter(FollowUpId.eq(row.id))
            .filter(ScopeId.is_not_in(parties.iter().map(|party| party.scope_id)))
            .exec(&**txn)
            .await?;
    }
    let renewed = OnConflict::columns([ScopeId, FollowUpId])
        .update_columns([Basis, Until, Treating, Status, DueAt])
        .to_owned();
    let rows = parties
        .iter()
        .cloned()
        .map(sea_orm::IntoActiveModel::into_active_model);
    follow_up_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(parties)
}

/// How long a closed referral still opens its follow-ups to its parties.
pub fn kept(app: &App) -> Duration {
    Duration::days(app.settings.beside_days)
}

/// Lets a referral that has closed open its follow-ups to its parties for a time only.
pub async fn end_for_referral(txn: &Txn, app: &App, closed: &referral::Model) -> Result<()> {
    use follow_up_party::Column;
    let Some(until) = policy::open_beside(closed, kept(app)) else {
        return Ok(());
    };
    follow_up_party::Entity::update_many()
        .col_expr(Column::Until, Expr::val(until))
        .col_expr(Column::Treating, Expr::val(false))
        .filter(Column::ReferralId.eq(closed.id))
        // Whoever is to do it, and the patient's team of family doctors, see it by another relation.
        .filter(Column::Basis.is_not_in([Basis::FollowUp, Basis::FamilyTeam]))
        .exec(&**txn)
        .await?;
    Ok(())
}
