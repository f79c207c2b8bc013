//! What a contract with family doctors means for the follow-ups of its patient, and the referral that follows from one.

use entity::{
    enums::{Action, Basis, FollowUpStatus},
    follow_up, follow_up_party, referral,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::write::{kept, replace};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Result},
    follow_up::seen,
    id::{self, Kind},
    patient::service::{self as patients, PatientRef},
    policy,
    record::change::Change,
};

/// Hands what a team is still to do for a patient on to another team, or back to the institution that it does it for.
pub async fn hand_over(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    patient: Uuid,
    from: Uuid,
    to: Option<(Uuid, Uuid)>,
) -> Result<()> {
    let planned = follow_up::Entity::find()
        .filter(follow_up::Column::PatientId.in_subquery(patients::ids_of([patient])))
        .filter(follow_up::Column::TeamId.eq(from))
        .filter(follow_up::Column::Status.eq(FollowUpStatus::Planned))
        .order_by_asc(follow_up::Column::Id)
        .all(&**txn)
        .await?;
    for mut row in planned {
        let before = id::encode(Kind::Institution, row.institution_id);
        row.team_id = to.map(|(team, _)| team);
        if let Some((_, centre)) = to {
            let managed = app.directory.now().managing(row.institution_id) == Some(centre);
            if row.institution_id != centre && !managed {
                row.institution_id = centre;
            }
        }
        row.occurred_at = row.occurred_at.max(app.now());
        let change = Change {
            institution: call.actor.scope.home().or(Some(row.institution_id)),
            input_hash: Some([0; 32]),
            basis: Some(Basis::Contract.code()),
            detail: json!({
                "before": before,
                "teamBefore": id::encode(Kind::FamilyDoctorTeam, from),
            }),
            ..Change::of(Action::ReassignFollowUp)
        };
        replace(txn, app, call, row, change).await?;
    }
    Ok(())
}

/// Shows a patient's follow-ups to one team, and to another no longer. The patient's referrals know of the contract by now.
pub async fn show(
    txn: &Txn,
    app: &App,
    patient: Uuid,
    to: Option<Uuid>,
    no_longer: Option<Uuid>,
) -> Result<()> {
    use follow_up_party::Column::{
        Basis, DueAt, FollowUpId, PatientId, ScopeId, Status, Treating, Until,
    };
    if let Some(team) = no_longer {
        follow_up_party::Entity::delete_many()
            .filter(ScopeId.eq(team))
            .filter(PatientId.in_subquery(patients::ids_of([patient])))
            .exec(&**txn)
            .await?;
    }
    let Some(team) = to else { return Ok(()) };
    let rows = follow_up::Entity::find()
        .find_also_related(referral::Entity)
        .filter(follow_up::Column::PatientId.in_subquery(patients::ids_of([patient])))
        .all(&**txn)
        .await?;
    let (directory, now) = (app.directory.now(), app.now());
    let parties: Vec<_> = rows
        .iter()
        .filter_map(|(row, referral)| Some((row, referral.as_ref()?)))
        .flat_map(|(row, referral)| {
            policy::follow_up_parties(&directory, row, referral, now, kept(app))
        })
        .filter(|party| party.scope_id == team)
        .map(follow_up_party::Model::into_active_model)
        .collect();
    if parties.is_empty() {
        return Ok(());
    }
    let renewed = OnConflict::columns([ScopeId, FollowUpId])
        .update_columns([Basis, Until, Treating, Status, DueAt])
        .to_owned();
    follow_up_party::Entity::insert_many(parties)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Links a referral that is being posted to the follow-up whose findings suggested it.
pub async fn led_to(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    follow_up: Uuid,
    referral: &referral::Model,
) -> Result<()> {
    let path = "input.followUp";
    let Some(seen) = seen::find(&**txn, app, actor, follow_up).await? else {
        let message = "No follow-up that is visible to you has this id.";
        return Err(Error::invalid(path, ProblemCode::UnknownId, message));
    };
    let patient = PatientRef::Id(referral.patient_id);
    if !patients::is_same(txn, app, &patient, seen.row.patient_id).await? {
        let message = "A follow-up of another patient.";
        return Err(Error::invalid(path, ProblemCode::Inconsistent, message));
    }
    if seen.row.status != FollowUpStatus::Done {
        let message = "It has found nothing yet.";
        return Err(Error::invalid(path, ProblemCode::NotAllowed, message));
    }
    follow_up::Entity::update_many()
        .col_expr(follow_up::Column::LedToId, Expr::val(Some(referral.id)))
        .filter(follow_up::Column::Id.eq(follow_up))
        .exec(&**txn)
        .await?;
    Ok(())
}
