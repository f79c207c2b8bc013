//! What a referral names beside its patient and its sides: by whom the patient of an in-house one is treated, a remote consultation or a dispatched
//! expert, and the critical value and the orders that it follows from.

use entity::referral;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    critical_value::seen as critical_values,
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
        post(txn, id, writing, row, path, problems).await?;
    }
    cite(txn, app, actor, writing, row, path, problems).await
}

/// Writes by which expert the patient is treated. Whoever works at the host knows who is there, be it in one of its departments.
async fn post(
    txn: &Txn,
    id: Uuid,
    writing: &Writing,
    row: &mut referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
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
    Ok(())
}

/// Writes what the referral follows from, as far as the actor sees that.
async fn cite(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    writing: &Writing,
    row: &mut referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    if let Some(id) = writing.critical_value {
        let found = critical_values::find(&**txn, actor, id).await?;
        let told = found.is_some_and(|found| !found.header_only());
        let message = "No critical value that you were told of.";
        let at = format!("{path}.criticalValue");
        problems.check(told, at, ProblemCode::UnknownId, message);
        row.content.cited.critical_value = Some(id);
    }
    let Some(keys) = &writing.cited_orders else {
        return Ok(());
    };
    let at = format!("{path}.citedOrders");
    let message = format!("At most {MOST} orders.");
    problems.check(
        keys.len() <= MOST,
        at.as_str(),
        ProblemCode::TooLarge,
        message,
    );
    let mut cited = Vec::new();
    for (place, key) in keys.iter().take(MOST).enumerate() {
        let at = format!("{at}[{place}]");
        let id = visible(txn, app, actor, key, &at, problems).await?;
        if id != UNKNOWN && cited.contains(&id) {
            problems.add(at, ProblemCode::Taken, "Named twice.");
        }
        cited.push(id);
    }
    row.content.cited.orders = cited;
    Ok(())
}

/// Most orders that a referral cites.
const MOST: usize = 20;

/// Whether anything is named.
pub fn names(writing: &Writing) -> bool {
    writing.consultation.is_some()
        || writing.cited_orders.is_some()
        || writing.critical_value.is_some()
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
    let cited = &row.content.cited;
    for (place, id) in cited.orders.iter().enumerate() {
        let Some(order) = orders::row(&**txn, *id).await? else {
            continue;
        };
        let of = order.patient_id.unwrap_or_default();
        let same = patients::is_same(txn, app, &own, of).await?;
        let message = "An order of another patient, or of none.";
        let at = format!("{path}.citedOrders[{place}]");
        problems.check(same, at, ProblemCode::Inconsistent, message);
    }
    if let Some(id) = cited.critical_value
        && let Some(value) = critical_values::row(&**txn, id).await?
    {
        let same = patients::is_same(txn, app, &own, value.patient_id).await?;
        let message = "The critical value is another patient's.";
        let at = format!("{path}.criticalValue");
        problems.check(same, at, ProblemCode::Inconsistent, message);
    }
    problems.finish()
}
