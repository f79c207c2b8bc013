//! What a list of referrals is narrowed to and sorted by.

use async_graphql::{Enum, ID, InputObject};
use entity::enums::{
    CareSetting, ReferralDirection, ReferralReach, ReferralReason, ReferralStatus, Side, Urgency,
};

use super::{
    super::service::{By, Filter, Sort},
    input::Parser,
};
use crate::{
    error::{ProblemCode, Result},
    id::Kind,
    moment::{DateTimeRange, Moment, Stretch},
};

/// Longest beginning of a diagnosis' code that a list is narrowed to.
const CODE: usize = 20;

/// What a list of referrals is narrowed to; what is given must hold all at once. Filters by patient, reason, diagnosis and green channel match
/// only rows whose content the caller sees.
#[derive(InputObject)]
pub struct ReferralFilter {
    /// Sent or received by this institution.
    pub institution: Option<ID>,
    /// Sent by one of these.
    pub sender: Option<Vec<ID>>,
    /// Received by one of these.
    pub receiver: Option<Vec<ID>>,
    /// Received by one of these departments.
    pub receiver_department: Option<Vec<ID>>,
    /// Of this patient.
    pub patient: Option<ID>,
    /// With this number.
    pub number: Option<String>,
    /// In one of these statuses.
    pub status: Option<Vec<ReferralStatus>>,
    /// In one of these directions.
    pub direction: Option<Vec<ReferralDirection>>,
    /// Of this reach.
    pub reach: Option<ReferralReach>,
    /// Of one of these urgencies.
    pub urgency: Option<Vec<Urgency>>,
    /// Asking for one of these kinds of care.
    pub care_setting: Option<Vec<CareSetting>>,
    /// For one of these reasons.
    pub reason: Option<Vec<ReferralReason>>,
    /// Whose principal diagnosis' code begins with this (`I63`). Sensitive diagnoses are found only by who treats the patient.
    pub diagnosis: Option<String>,
    /// Whose next move is this side's.
    pub awaiting: Option<Side>,
    /// Whose time to answer has passed, or has not.
    pub overdue: Option<bool>,
    /// By a green channel, or not.
    pub green_channel: Option<bool>,
    /// Whose report waits to be read, or not.
    pub report_unread: Option<bool>,
    /// Posted in this time (drafts: first written).
    pub submitted_at: Option<DateTimeRange>,
    /// Expected in this time.
    pub planned_at: Option<DateTimeRange>,
    /// Arrived in this time.
    pub arrived_at: Option<DateTimeRange>,
    /// Last changed in this time.
    pub updated_at: Option<DateTimeRange>,
    /// To be answered before.
    pub answer_due_before: Option<Moment>,
    /// Whose patient is treated by the expert of this dispatch.
    pub dispatch: Option<ID>,
}

impl ReferralFilter {
    pub(super) fn parse(self) -> Result<Filter> {
        let mut parser = Parser::new("filter");
        let stretch = |field: &str, range: Option<DateTimeRange>, parser: &mut Parser<'_>| {
            let path = parser.at(field);
            range.map_or(Stretch::default(), |range| {
                range.check(&path, &mut parser.problems)
            })
        };
        if let Some(code) = &self.diagnosis {
            let plain = (1..=CODE).contains(&code.len())
                && code
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".+*".contains(&byte));
            parser.problems.check(
                plain,
                "filter.diagnosis",
                ProblemCode::Format,
                "The beginning of a code, 1 to 20 characters.",
            );
        }
        let filter = Filter {
            institution: parser.id(Kind::Institution, "institution", self.institution.as_ref()),
            sender: parser.ids(Kind::Institution, "sender", self.sender),
            receiver: parser.ids(Kind::Institution, "receiver", self.receiver),
            receiver_department: parser.ids(
                Kind::Department,
                "receiverDepartment",
                self.receiver_department,
            ),
            patient: parser.id(Kind::Patient, "patient", self.patient.as_ref()),
            number: self.number,
            status: self.status,
            direction: self.direction,
            reach: self.reach,
            urgency: self.urgency,
            care_setting: self.care_setting,
            reason: self.reason,
            diagnosis: self.diagnosis,
            awaiting: self.awaiting,
            overdue: self.overdue,
            green_channel: self.green_channel,
            report_unread: self.report_unread,
            submitted_at: stretch("submittedAt", self.submitted_at, &mut parser),
            planned_at: stretch("plannedAt", self.planned_at, &mut parser),
            arrived_at: stretch("arrivedAt", self.arrived_at, &mut parser),
            updated_at: stretch("updatedAt", self.updated_at, &mut parser),
            answer_due_before: parser.moment("answerDueBefore", self.answer_due_before),
            dispatch: parser.id(Kind::Dispatch, "dispatch", self.dispatch.as_ref()),
        };
        parser.finish(Some(filter))
    }
}

/// Order of a list of referrals. ANSWER_DUE_AT_ASC and PLANNED_AT_ASC list only rows that have one. UPDATED_AT moves under the reader.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
pub enum ReferralSort {
    /// The latest posted first (drafts: first written).
    SubmittedAtDesc,
    /// The first posted first.
    SubmittedAtAsc,
    /// The first to be answered first; only what still is to be.
    AnswerDueAtAsc,
    /// The first expected first; only what is planned.
    PlannedAtAsc,
    /// The latest changed first.
    UpdatedAtDesc,
    /// The first changed first.
    UpdatedAtAsc,
}

impl From<ReferralSort> for Sort {
    fn from(sort: ReferralSort) -> Self {
        let (by, descending) = match sort {
            ReferralSort::SubmittedAtDesc => (By::Submitted, true),
            ReferralSort::SubmittedAtAsc => (By::Submitted, false),
            ReferralSort::AnswerDueAtAsc => (By::AnswerDue, false),
            ReferralSort::PlannedAtAsc => (By::Planned, false),
            ReferralSort::UpdatedAtDesc => (By::Updated, true),
            ReferralSort::UpdatedAtAsc => (By::Updated, false),
        };
        Self { by, descending }
    }
}
