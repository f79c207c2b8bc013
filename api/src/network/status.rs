//! Whether an institution works.
//!
//! The status limits new referrals and orders only: both sides must be OPERATING, and verbs on open ones go on. SUSPENDED therefore takes
//! effect at once, and is answered with the open work. CLOSED is for good and refused while work is open.

use chrono::NaiveDate;
use entity::{
    enums::{Action, InstitutionStatus},
    institution,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    institution::replace,
    service::{announce, note, of_institution, require_version},
};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    error::{Error, Problem, ProblemCode, Result},
    follow_up::service as follow_ups,
    policy,
    record::replay::{self, Changed},
    referral::service::{self as referrals, OpenWork},
};

/// An institution in its new status, and the work that is open there.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The institution.
    pub institution: institution::Model,
    /// Referrals that it is still a side of.
    pub open: OpenWork,
    /// Follow-ups that it is still to do.
    pub open_follow_ups: u64,
}

/// Changes whether an institution operates, from a day on (today where none is named).
///
/// # Errors
/// [`Error::Conflict`] where work is open and it shall close, where it is closed already, or where the version is not the present one.
pub async fn set_status(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    status: InstitutionStatus,
    since: Option<NaiveDate>,
) -> Result<Changed<Standing>> {
    policy::require(call.actor, Action::SetInstitutionStatus)?;
    let today = shanghai_day(app.now());
    let changed = app
        .db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let old = super::service::institution(&txn, id).await?;
            policy::require_keeper(call.actor, Action::SetInstitutionStatus, &old)?;
            let open = referrals::open_work(&txn, id).await?;
            let open_follow_ups = follow_ups::open_at(&txn, id).await?;
            if known.is_some() {
                return Ok(Changed::before(Standing {
                    institution: old,
                    open,
                    open_follow_ups,
                }));
            }
            require_version(old.version, version)?;
            if let Some(since) = since.filter(|since| *since > today) {
                let message = format!("The status changes now; {since} is still to come.");
                return Err(Error::invalid("input.since", ProblemCode::Order, message));
            }
            require_open(old.status, status, &open, open_follow_ups)?;
            let mut row = old.clone();
            row.status = status;
            row.status_since = Some(since.unwrap_or(today));
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            let detail = json!({
                "before": old.status.code(),
                "since": row.status_since,
                "openReferrals": open.referrals,
                "openFollowUps": open_follow_ups,
            });
            let happened = of_institution(Action::SetInstitutionStatus, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(Standing {
                institution: row,
                open,
                open_follow_ups,
            }))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Refuses what cannot follow: nothing comes after CLOSED, PLANNED comes before everything, and CLOSED waits for the open work.
fn require_open(
    old: InstitutionStatus,
    new: InstitutionStatus,
    open: &OpenWork,
    open_follow_ups: u64,
) -> Result<()> {
    let refuse = |code, message: String| {
        Err(Error::Conflict {
            current_version: None,
            problems: vec![Problem::new("input.status", code, message)],
        })
    };
    if old == InstitutionStatus::Closed {
        let message = "The institution is closed for good; register its successor.";
        return refuse(ProblemCode::NotAllowed, message.into());
    }
    if new == InstitutionStatus::Planned && old != InstitutionStatus::Planned {
        let message = "The institution has opened; it cannot be planned again.";
        return refuse(ProblemCode::NotAllowed, message.into());
    }
    if new == InstitutionStatus::Closed && open.referrals > 0 {
        let (count, numbers) = (open.referrals, open.numbers.join(", "));
        let message = format!(
            "{count} referrals are open there; suspend it and finish them first: {numbers}."
        );
        return refuse(ProblemCode::NotAllowed, message);
    }
    if new == InstitutionStatus::Closed && open_follow_ups > 0 {
        let message = format!(
            "{open_follow_ups} follow-ups are still to be done there; reassign or end them first."
        );
        return refuse(ProblemCode::NotAllowed, message);
    }
    Ok(())
}
