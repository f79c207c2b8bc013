//! Which of a patient's referrals the team of family doctors sees, when a contract begins, runs longer, or ends.

use chrono::{DateTime, Utc};
use entity::{enums::Action, referral, referral_party};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App, db::Txn, error::Result, family_doctor::service as family_doctors,
    patient::service as patients, policy,
};

/// A team that has a contract with a patient.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// The team.
    pub team: Uuid,
    /// Its health centre.
    pub centre: Uuid,
    /// Until when the contract runs.
    pub until: DateTime<Utc>,
}

/// Ties a referral that is posted now to the team that its patient has a contract with.
pub(super) async fn tie(
    txn: &Txn,
    app: &App,
    action: Action,
    row: &mut referral::Model,
) -> Result<()> {
    if action == Action::SubmitReferral && row.submitted_at.is_some() {
        family_doctors::tie(txn, app, row).await?;
    }
    Ok(())
}

/// That a referral is tied as it was when it was read: a contract that began or ended since is no version of the referral, but decides who
/// sees it.
pub(super) fn as_read(team: Option<Uuid>) -> Expr {
    match team {
        Some(team) => referral::Column::FamilyTeamId.eq(team),
        None => referral::Column::FamilyTeamId.is_null(),
    }
}

/// Shows a patient's open referrals to the team that is tied to the patient now, and nothing any more to the one that was. No version of a
/// referral: whoever has it on the screen goes on.
pub async fn show(
    txn: &Txn,
    app: &App,
    patient: Uuid,
    tie: Option<Tie>,
    no_longer: Option<Uuid>,
) -> Result<()> {
    use referral_party::Column::{
        AnswerDueAt, Basis, ContentUntil, ListedAt, PatientId, PlannedAt, ReferralId, ScopeId,
        Status, Treating, UpdatedAt,
    };
    let of_patient = || patients::ids_of([patient]);
    let rows = referral::Entity::update_many()
        .col_expr(
            referral::Column::FamilyTeamId,
            Expr::val(tie.map(|tie| tie.team)),
        )
        .col_expr(
            referral::Column::FamilyCentreId,
            Expr::val(tie.map(|tie| tie.centre)),
        )
        .col_expr(
            referral::Column::FamilyUntil,
            Expr::val(tie.map(|tie| tie.until)),
        )
        .filter(referral::Column::PatientId.in_subquery(of_patient()))
        .exec_with_returning(&**txn)
        .await?;
    if let Some(team) = no_longer {
        referral_party::Entity::delete_many()
            .filter(ScopeId.eq(team))
            .filter(PatientId.in_subquery(of_patient()))
            .exec(&**txn)
            .await?;
    }
    let now = app.now();
    let parties: Vec<_> = rows
        .iter()
        .filter_map(|row| policy::family_party(row, now))
        .map(referral_party::Model::into_active_model)
        .collect();
    if parties.is_empty() {
        return Ok(());
    }
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
    referral_party::Entity::insert_many(parties)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}
