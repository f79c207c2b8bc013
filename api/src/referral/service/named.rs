//! What a referral names beside its patient and its sides: by whom the patient of an in-house one is treated, a remote consultation or a dispatched
//! expert.

use entity::referral;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    dispatch::seen as dispatches,
    error::{ProblemCode, Problems, Result},
    order::seen::{self as orders, Key},
    patient::service::{self as patients, PatientRef},
    referral::{in_house, writing::Writing},
};

/// What stands for an order that nobody knows: the input is refused for it already, and nothing is written.
const UNKNOWN: Uuid = Uuid::nil();

/// Writes into the row what the sender writes, and what it names as far as the actor sees that.
pub async fn write(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    writing: &Writing,
    row: &mut referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    writing.apply(row);
    match &writing.consultation {
        Some(key) => {
            let at = format!("{path}.consultation");
            let found = visible(txn, app, actor, key, &at, problems).await?;
            row.consultation_id = Some(found);
            row.dispatch_id = None;
        }
        // A draft that is to leave the house after all.
        None if writing.receiver.is_some_and(|to| to != row.sender_id) => {
            row.consultation_id = None;
            row.dispatch_id = None;
        }
        None => {}
    }
    if let Some(id) = writing.dispatch {
        // Whoever works at the host knows who is there, be it in one of its departments.
        let found = dispatches::find(&**txn, id).await?;
        let there = found.is_some_and(|found| found.host_id == row.sender_id);
        let message = "No dispatch to your institution.";
        let at = format!("{path}.dispatch");
        problems.check(there, at, ProblemCode::UnknownId, message);
        row.dispatch_id = Some(if there { id } else { UNKNOWN });
        // The one takes the place of the other, unless both are named at once.
        if writing.consultation.is_none() {
            row.consultation_id = None;
        }
    }
    Ok(())
}

/// The id of an order that the actor sees.
async fn visible(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    key: &Key,
    path: &str,
    problems: &mut Problems,
) -> Result<Uuid> {
    if let Some(seen) = orders::find(&**txn, app, actor, key).await? {
        return Ok(seen.row.id);
    }
    let message = "No order that is visible to you.";
    problems.add(path, ProblemCode::UnknownId, message);
    Ok(UNKNOWN)
}

/// Notes why the patient cannot be treated by the consultation or the expert that the referral names, as these stand now.
pub async fn check(
    txn: &Txn,
    row: &referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    if let Some(id) = row.consultation_id
        && let Some(order) = orders::row(&**txn, id).await?
    {
        let at = format!("{path}.consultation");
        in_house::check_consultation(row, &order, &at, problems);
    }
    if let Some(id) = row.dispatch_id
        && let Some(dispatch) = dispatches::find(&**txn, id).await?
    {
        let at = format!("{path}.dispatch");
        in_house::check_dispatch(row, &dispatch, &at, problems);
    }
    Ok(())
}

/// Refuses what the referral names of another patient; merged records are one patient's.
pub async fn require_same_patient(
    txn: &Txn,
    app: &App,
    row: &referral::Model,
    path: &str,
) -> Result<()> {
    let mut problems = Problems::default();
    let own = PatientRef::Id(row.patient_id);
    if let Some(id) = row.consultation_id
        && let Some(order) = orders::row(&**txn, id).await?
    {
        let of = order.patient_id.unwrap_or_default();
        let same = patients::is_same(txn, app, &own, of).await?;
        let message = "The consultation is another patient's.";
        let at = format!("{path}.consultation");
        problems.check(same, at, ProblemCode::Inconsistent, message);
    }
    problems.finish()
}
