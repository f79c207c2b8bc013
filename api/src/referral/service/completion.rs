//! Whether a written referral may be posted: complete, by practitioners who exist, on a way that is open, and not a second one.

use chrono::{DateTime, Utc};
use entity::{
    enums::{ReferralDirection, ReferralStatus, Urgency},
    institution, practitioner, referral,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{
    check::{check_department, check_practitioner},
    named,
};
use crate::{
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network::directory::Directory,
    patient::service as patients,
    policy,
    referral::{
        required,
        route::{self, Journey, SENIOR_TITLES},
        state, warning,
    },
};

/// Derives direction and reach, and notes everything that keeps the referral from being posted. What is given back keeps it from going
/// this way, which is a refusal of its own.
pub async fn complete(
    txn: &Txn,
    directory: &Directory,
    row: &mut referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<Vec<Problem>> {
    let at = |field: &str| format!("{path}.{field}");
    let sides: Vec<Uuid> = std::iter::once(row.sender_id)
        .chain(row.receiver_id)
        .collect();
    let institutions = institution::Entity::find()
        .filter(institution::Column::Id.is_in(sides))
        .all(&**txn)
        .await?;
    let of = |id: Uuid| institutions.iter().find(|found| found.id == id);
    let sender = of(row.sender_id).ok_or(Error::NotFound)?;
    let receiver = row.receiver_id.and_then(of);
    problems.check(
        row.receiver_id.is_none() || receiver.is_some(),
        at("receiver"),
        ProblemCode::UnknownId,
        "No such institution.",
    );

    row.sender_community_id = sender.community_id;
    row.receiver_community_id = receiver.and_then(|receiver| receiver.community_id);
    row.direction = receiver.map(|receiver| route::direction(directory, sender, receiver));
    row.reach = receiver.map(|receiver| route::reach(sender, receiver));
    required::check(row, path, problems);
    named::check(txn, row, path, problems).await?;
    let assessor = check_people(txn, directory, row, path, problems).await?;

    let assessed = assessor.is_some_and(|assessor| is_senior(&assessor));
    if let Some(receiver) = receiver {
        warning::note(row, directory, receiver, assessed);
    }
    let journey = Journey {
        urgency: row.urgency,
        care_setting: row.care_setting,
        green_channel: row.green_channel.is_some(),
        suspected_infection: row.suspected_infection == Some(true),
        assessed,
    };
    let mut obstacles = receiver
        .map(|receiver| route::obstacles(directory, sender, receiver, journey, &at("receiver")))
        .unwrap_or_default();
    if row.hops > 0 {
        // A receiver before sent it on: that way was judged then. What remains is whether both operate.
        obstacles.retain(|obstacle| obstacle.code == ProblemCode::NotOperating);
    }
    Ok(obstacles)
}

pub fn is_senior(practitioner: &practitioner::Model) -> bool {
    practitioner
        .title
        .as_deref()
        .is_some_and(|title| SENIOR_TITLES.contains(&title))
}

/// Notes departments and practitioners that are not those of their institution; gives back the assessor.
pub async fn check_people(
    txn: &Txn,
    directory: &Directory,
    row: &referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<Option<practitioner::Model>> {
    let at = |field: &str| format!("{path}.{field}");
    let (sender, receiver) = (Some(row.sender_id), row.receiver_id);
    check_department(
        directory,
        row.sender_department_id,
        sender,
        &at("senderDepartment"),
        problems,
    );
    check_department(
        directory,
        row.receiver_department_id,
        receiver,
        &at("receiverDepartment"),
        problems,
    );
    check_practitioner(
        txn,
        row.sender_practitioner_id,
        sender,
        &at("senderPractitioner"),
        problems,
    )
    .await?;
    check_practitioner(
        txn,
        row.receiver_practitioner_id,
        receiver,
        &at("receiverPractitioner"),
        problems,
    )
    .await?;
    if row.hops > 0 {
        // Whoever sent it on may have had it assessed anew.
        return Ok(None);
    }
    check_practitioner(txn, row.assessor_id, sender, &at("assessor"), problems).await
}

/// Begins the receiver's time to answer and marks the referral as posted.
pub fn post(
    row: &mut referral::Model,
    directory: &Directory,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) {
    row.submitted_at = row.submitted_at.or(Some(at));
    row.posted_receiver_id = row.posted_receiver_id.or(row.receiver_id);
    row.posted_category = row
        .posted_category
        .take()
        .or_else(|| row.principal_category.clone());
    row.accepted = false;
    row.missing_items = None;
    row.answer_due_at = answer_due(row, directory, now);
}

/// Until when the present receiver is to answer what it gets now. A partner without account is answered for by the sender: no clock runs
/// against it.
#[must_use]
pub fn answer_due(
    row: &referral::Model,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let receiver = row
        .receiver_id
        .filter(|receiver| !policy::is_absent(directory, *receiver))?;
    let home = directory
        .institution(receiver)
        .and_then(|receiver| receiver.community_id)
        .and_then(|home| directory.communities.get(&home));
    let limits = state::Limits::of(home.map(AsRef::as_ref));
    Some(now + limits.time_to_answer(row.urgency?, row.green_channel.is_some()))
}

/// The key by which a second referral of the same patient to the same receiver for the same illness is kept out.
#[must_use]
pub fn open_key(row: &referral::Model) -> Option<String> {
    let planned = row.urgency != Some(Urgency::Emergency);
    if !planned || !state::bars_another(row.status) {
        return None;
    }
    let (receiver, category) = (row.receiver_id?, row.principal_category.as_deref()?);
    Some(format!(
        "{}:{}:{category}",
        row.patient_id.simple(),
        receiver.simple()
    ))
}

/// Refuses a second open referral of the same patient to the same receiver for the same illness; `path` names the field that makes it one.
/// An emergency is never refused, but warned.
pub async fn refuse_second(
    txn: &Txn,
    row: &mut referral::Model,
    path: &str,
    visible_to: Option<Uuid>,
) -> Result<()> {
    let (Some(receiver), Some(category)) = (row.receiver_id, &row.principal_category) else {
        return Ok(());
    };
    let first = referral::Entity::find()
        .filter(referral::Column::PatientId.in_subquery(patients::ids_of([row.patient_id])))
        .filter(referral::Column::ReceiverId.eq(receiver))
        .filter(referral::Column::PrincipalCategory.eq(category))
        .filter(referral::Column::Status.is_in(barring()))
        .filter(referral::Column::Id.ne(row.id))
        .one(&**txn)
        .await?;
    match first {
        None => Ok(()),
        Some(first) if row.urgency == Some(Urgency::Emergency) => {
            warning::note_duplicate(row, &first);
            Ok(())
        }
        Some(first) => {
            let involved = [Some(first.sender_id), first.receiver_id].contains(&visible_to);
            let problem = Problem::new(
                path,
                ProblemCode::Taken,
                "The patient has an open referral to this receiver for the same illness.",
            );
            Err(Error::Duplicate {
                existing: involved.then(|| id::encode(Kind::Referral, first.id)),
                problems: vec![problem],
            })
        }
    }
}

/// The statuses in which a referral keeps a second one out.
pub fn barring() -> impl Iterator<Item = ReferralStatus> {
    let all = ReferralStatus::ALL.iter().copied();
    all.filter(|status| state::bars_another(*status))
}

/// Refuses the way that a referral would go, once nothing else is wrong with it.
pub fn refuse_route(obstacles: Vec<Problem>) -> Result<()> {
    if obstacles.is_empty() {
        Ok(())
    } else {
        Err(Error::RouteNotAllowed(obstacles))
    }
}

/// Whether the direction asks for a visit number at the receiver.
#[must_use]
pub const fn needs_visit_number(direction: Option<ReferralDirection>) -> bool {
    !matches!(direction, Some(ReferralDirection::Down))
}
