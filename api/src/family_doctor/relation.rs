//! What a contract opens to its team: the patient's open referrals and follow-ups, from signing until it ends, and to no other team meanwhile.

use chrono::{DateTime, Utc};
use entity::{enums::ContractStatus, family_contract, family_contract_party, referral};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, Select,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::Result,
    follow_up::service as follow_ups,
    patient::service as patients,
    policy,
    referral::service::{self as referrals, Tie},
};

/// Ties a referral that is posted to the team that its patient has a contract with.
pub async fn tie(txn: &Txn, app: &App, row: &mut referral::Model) -> Result<()> {
    let running = running(txn, row.patient_id).await?;
    let running = running.filter(|contract| app.now() < contract.until);
    row.family_team_id = running.as_ref().map(|contract| contract.team_id);
    row.family_centre_id = running.as_ref().map(|contract| contract.institution_id);
    row.family_until = running.map(|contract| contract.until);
    Ok(())
}

/// The contract of a patient that nobody has ended, be its last day past or not.
pub async fn running(txn: &Txn, patient: Uuid) -> Result<Option<family_contract::Model>> {
    Ok(running_of(patient).one(&**txn).await?)
}

/// The statement by which the running contract of a patient is read: every posted referral asks for it.
#[must_use]
pub fn running_of(patient: Uuid) -> Select<family_contract::Entity> {
    use family_contract::Column::{CreatedAt, PatientId, Status};
    family_contract::Entity::find()
        .filter(PatientId.in_subquery(patients::ids_of([patient])))
        .filter(Status.eq(ContractStatus::Running))
        .order_by_desc(CreatedAt)
}

/// Writes who sees a contract now.
pub async fn write_parties(txn: &Txn, row: &family_contract::Model) -> Result<()> {
    use family_contract_party::Column::{ContractId, EndsOn, ScopeId, Status, Treating, Until};
    let renewed = OnConflict::columns([ScopeId, ContractId])
        .update_columns([Until, Treating, Status, EndsOn])
        .to_owned();
    let rows = policy::contract_parties(row)
        .into_iter()
        .map(sea_orm::IntoActiveModel::into_active_model);
    family_contract_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Opens the patient's referrals and follow-ups to the team of a contract that runs from now on, or runs longer; to the team that had the
/// patient before they are closed, and what that one was still to do goes on to the new one.
pub async fn open(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: &family_contract::Model,
    before: Option<Uuid>,
) -> Result<()> {
    let tie = Tie {
        team: row.team_id,
        centre: row.institution_id,
        until: row.until,
    };
    referrals::show(txn, app, row.patient_id, Some(tie), before).await?;
    let to = (row.team_id, row.institution_id);
    if let Some(before) = before {
        follow_ups::hand_over(txn, app, call, row.patient_id, before, Some(to)).await?;
    }
    follow_ups::show(txn, app, row.patient_id, Some(row.team_id), before).await
}

/// Closes them to the team of a contract that has ended; what it was still to do is left to the institution.
pub async fn close(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: &family_contract::Model,
) -> Result<()> {
    let team = row.team_id;
    referrals::show(txn, app, row.patient_id, None, Some(team)).await?;
    follow_ups::hand_over(txn, app, call, row.patient_id, team, None).await?;
    follow_ups::show(txn, app, row.patient_id, None, Some(team)).await
}

/// Until when a contract runs whose last day that is.
#[must_use]
pub fn until(last: chrono::NaiveDate) -> DateTime<Utc> {
    crate::clock::end_of_day(last)
}
