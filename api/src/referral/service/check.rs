//! What verbs check of any input: times, departments and practitioners.

use chrono::{DateTime, Duration, Utc};
use entity::practitioner;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::{
    db::Txn,
    error::{ProblemCode, Problems, Result},
    network::directory::Directory,
};

/// How far back an offline station may date what happened.
const OLDEST: Duration = Duration::days(30);
/// How far a caller's clock may be ahead.
const AHEAD: Duration = Duration::minutes(5);

/// Notes a time that is too long ago, in the future, or before what came before.
pub fn check_time(
    occurred_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    last: DateTime<Utc>,
    problems: &mut Problems,
) {
    let Some(at) = occurred_at else { return };
    problems.check(
        at >= now - OLDEST,
        "input.occurredAt",
        ProblemCode::Order,
        "At most 30 days back.",
    );
    problems.check(
        at <= now + AHEAD,
        "input.occurredAt",
        ProblemCode::Order,
        "Not in the future.",
    );
    problems.check(
        at >= last,
        "input.occurredAt",
        ProblemCode::Order,
        "Not before what happened to it last.",
    );
}

/// The practitioner, who must work at that institution.
pub async fn check_practitioner(
    txn: &Txn,
    practitioner: Option<Uuid>,
    institution: Option<Uuid>,
    path: &str,
    problems: &mut Problems,
) -> Result<Option<practitioner::Model>> {
    let Some(id) = practitioner else {
        return Ok(None);
    };
    let found = practitioner::Entity::find_by_id(id).one(&**txn).await?;
    let works_there = found
        .as_ref()
        .is_some_and(|found| found.active && Some(found.institution_id) == institution);
    problems.check(
        works_there,
        path,
        ProblemCode::UnknownId,
        "No practitioner of that institution.",
    );
    Ok(found)
}

/// Notes a department that the institution does not have.
pub fn check_department(
    directory: &Directory,
    department: Option<Uuid>,
    institution: Option<Uuid>,
    path: &str,
    problems: &mut Problems,
) {
    let Some(id) = department else { return };
    let belongs = directory
        .departments
        .get(&id)
        .is_some_and(|found| found.active && Some(found.institution_id) == institution);
    problems.check(
        belongs,
        path,
        ProblemCode::UnknownId,
        "No department of that institution.",
    );
}
