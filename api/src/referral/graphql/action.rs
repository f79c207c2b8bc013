//! What the caller's side may do next, asked of the same `policy` and `state` that guard the verbs.

use async_graphql::{Context, SimpleObject};
use entity::{
    enums::{Action, CareSetting, ReferralDirection, ReferralStatus},
    referral,
};

use super::super::{
    required,
    seen::Seen,
    state::{self, Facts},
};
use crate::{
    error::{ErrorCode, Result},
    graphql::{actor, app},
    policy,
};

/// A verb that leads out of the present status for the caller's side.
#[derive(SimpleObject)]
pub struct AvailableAction {
    /// The verb.
    pub action: Action,
    /// Whether it would be taken now.
    pub allowed: bool,
    /// The code with which it would be refused.
    pub blocked_by: Option<ErrorCode>,
    /// Why it would be refused, in words.
    pub reason: Option<String>,
    /// The input fields that it asks for.
    pub requires: Vec<String>,
}

/// The verbs that lead out of the present status for the side of the request's actor.
pub(super) fn available_actions(ctx: &Context<'_>, seen: &Seen) -> Result<Vec<AvailableAction>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let Some(side) = seen.side(app, actor) else {
        return Ok(Vec::new());
    };
    let facts = Facts::at(&seen.row, app.now());
    let list = state::following(&facts, side).map(|(action, blocked)| {
        let (blocked_by, reason) = match (policy::permits(&actor.roles, action), blocked) {
            (false, _) => (
                Some(ErrorCode::Forbidden),
                Some("Your roles here do not allow this.".to_owned()),
            ),
            (true, Some(reason)) => (Some(ErrorCode::InvalidTransition), Some(reason.to_owned())),
            (true, None) => (None, None),
        };
        AvailableAction {
            action,
            allowed: blocked_by.is_none(),
            blocked_by,
            reason,
            requires: requires(action, &seen.row),
        }
    });
    Ok(list.collect())
}

/// The fields of a verb's input that must be given, for a form to ask for.
fn requires(action: Action, row: &referral::Model) -> Vec<String> {
    let fields: &[&str] = match action {
        Action::SubmitReferral => return required::missing(row).map(str::to_owned).collect(),
        Action::ResubmitReferral => {
            let missing = required::missing(row);
            return missing.map(|field| format!("content.{field}")).collect();
        }
        Action::WithdrawReferral | Action::RejectReferral => &["reason"],
        Action::ReturnReferral => &["missingItems"],
        Action::AcceptReferral if row.status == ReferralStatus::Submitted => {
            &["department", "plannedAt"]
        }
        Action::RecordDeparture => &["transport"],
        Action::StartTreatment if row.direction != Some(ReferralDirection::Down) => {
            &["visitNumber"]
        }
        Action::ReportBack if row.care_setting == Some(CareSetting::Inpatient) => &[
            "diagnosis",
            "treatment",
            "outcome",
            "advice",
            "dischargeSummary",
        ],
        Action::ReportBack => &["diagnosis", "treatment", "outcome", "advice"],
        Action::CloseReferral if row.status == ReferralStatus::NoShow => &["contact"],
        Action::CloseReferral if row.direction != Some(ReferralDirection::Down) => &["noFollowUp"],
        _ => &[],
    };
    fields.iter().map(|field| (*field).to_owned()).collect()
}
