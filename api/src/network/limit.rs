//! How long the receivers of a community may take to answer a referral.

use entity::{community::Model, enums::Action};
use uuid::Uuid;

use super::{
    community::{find, of_community, replace},
    draft::Change,
    service::{announce, before, note, require_version},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Problems, Result},
    policy,
    record::replay::{self, Changed},
    referral::state::Limits,
};

/// The longest time to answer: 7 days.
const LONGEST: i32 = 7 * 24 * 60;

/// What shall be different about a community's limits, in minutes.
#[derive(Clone, Debug, Default)]
pub struct LimitsDraft {
    /// An emergency.
    pub emergency: Change<i32>,
    /// What is urgent.
    pub urgent: Change<i32>,
    /// What is neither.
    pub routine: Change<i32>,
}

/// Sets the limits; what is open keeps the time that it was given.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) for whoever does not keep the community,
/// [`Error::Conflict`](crate::error::Error::Conflict) where the version is not the present one.
pub async fn set(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: LimitsDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::SetReferralLimits)?;
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(find(&txn, known).await?));
            }
            let old = find(&txn, id).await?;
            policy::require_community_keeper(call.actor, id)?;
            require_version(old.version, version)?;
            let mut row = old.clone();
            let wanted = draft.clone();
            wanted.emergency.apply(&mut row.emergency_minutes);
            wanted.urgent.apply(&mut row.urgent_minutes);
            wanted.routine.apply(&mut row.routine_minutes);
            check(&row)?;
            let detail = before(&old, &row);
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            let happened = of_community(Action::SetReferralLimits, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

fn check(row: &Model) -> Result<()> {
    let limits = Limits::of(Some(row));
    let mut problems = Problems::default();
    for (minutes, field) in [
        (limits.emergency, "emergencyMinutes"),
        (limits.urgent, "urgentMinutes"),
        (limits.routine, "routineMinutes"),
    ] {
        let path = format!("input.{field}");
        problems.check(minutes >= 1, &*path, ProblemCode::TooSmall, "At least 1.");
        problems.check(
            minutes <= LONGEST,
            &*path,
            ProblemCode::TooLarge,
            "At most 10,080, which is 7 days.",
        );
    }
    for (sooner, later, field) in [
        (limits.emergency, limits.urgent, "urgentMinutes"),
        (limits.urgent, limits.routine, "routineMinutes"),
    ] {
        problems.check(
            sooner <= later,
            format!("input.{field}"),
            ProblemCode::Inconsistent,
            "Not shorter than what is more urgent.",
        );
    }
    problems.finish()
}
