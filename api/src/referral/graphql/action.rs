//! What the caller's side may do next, asked of the same `policy` and `state` that guard the verbs.

use async_graphql::{Context, SimpleObject};
use entity::{
    enums::{Action, CareSetting, ReferralDirection, ReferralStatus, Side},
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

/// The verbs that lead out of the present status for whichever side the request's actor acts for.
pub(super) fn available_actions(ctx: &Context<'_>, seen: &Seen) -> Result<Vec<AvailableAction>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let directory = app.directory.now();
    let facts = Facts::at(&seen.row, app.now());
    // Beside its own side's, the verbs that it performs for a partner without account.
    let sides = [Side::Sender, Side::Receiver, Side::FamilyTeam]
        .into_iter()
        .filter_map(|side| policy::acts_as(actor, &directory, &seen.row, side));
    let following = sides.flat_map(|acting| {
        let facts = Facts {
            rescuing: acting.rescuing,
            ..facts
        };
        state::following(&facts, acting.side).collect::<Vec<_>>()
    });
    let list = following.map(|(action, blocked)| {
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
        Action::AmendReferral => &["content"],
        Action::WithdrawReferral | Action::RejectReferral | Action::RequestReferralCancellation => {
            &["reason"]
        }
        Action::RedirectReferral => &["receiver", "reason"],
        Action::RescheduleReferral => &["plannedAt"],
        Action::RevokeReferralAcceptance => &["reason", "patientInformed"],
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
        Action::ReferBack => return back(row),
        Action::CloseReferral if row.status == ReferralStatus::NoShow => &["contact"],
        Action::CloseReferral if row.direction != Some(ReferralDirection::Down) => &["noFollowUp"],
        _ => &[],
    };
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// What must be said to send a patient back down: the report, where there is none, and what is not known already.
fn back(row: &referral::Model) -> Vec<String> {
    let unreported = row.report.is_none().then_some("report");
    let written = [
        "content.careSetting",
        "content.reason",
        "content.consent",
        "content.validTo",
        "content.handover.medication",
        "content.handover.followUp",
    ];
    let unknown = row.content.clinical.examinations.is_none();
    let results = unknown.then_some("content.handover.mainResults");
    unreported
        .into_iter()
        .chain(written)
        .chain(results)
        .map(str::to_owned)
        .collect()
}
