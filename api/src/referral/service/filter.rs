//! What a list is narrowed to, as a condition on the rows that the actor's scope sees.

use chrono::{DateTime, Utc};
use entity::{
    enums::{
        Basis, CareSetting, ReferralDirection, ReferralReach, ReferralReason, ReferralStatus, Side,
        Urgency,
    },
    referral, referral_party,
};
use sea_orm::{
    ColumnTrait as _, Condition,
    sea_query::{Expr, ExprTrait as _, Func},
};
use uuid::Uuid;

use crate::{
    app::App, auth::Actor, moment::Stretch, patient::service as patients, policy, referral::state,
};

/// What a list is narrowed to. Filters by something of the patient or the illness match only rows whose content the actor sees.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of the two sides.
    pub institution: Option<Uuid>,
    /// Senders.
    pub sender: Option<Vec<Uuid>>,
    /// Receivers.
    pub receiver: Option<Vec<Uuid>>,
    /// Receiving departments.
    pub receiver_department: Option<Vec<Uuid>>,
    /// The patient.
    pub patient: Option<Uuid>,
    /// The number.
    pub number: Option<String>,
    /// Statuses.
    pub status: Option<Vec<ReferralStatus>>,
    /// Directions.
    pub direction: Option<Vec<ReferralDirection>>,
    /// Reach.
    pub reach: Option<ReferralReach>,
    /// Urgencies.
    pub urgency: Option<Vec<Urgency>>,
    /// Care settings.
    pub care_setting: Option<Vec<CareSetting>>,
    /// Reasons.
    pub reason: Option<Vec<ReferralReason>>,
    /// Beginning of the principal diagnosis' code.
    pub diagnosis: Option<String>,
    /// Whose move it is.
    pub awaiting: Option<Side>,
    /// Whether the time to answer has passed.
    pub overdue: Option<bool>,
    /// Whether it goes by a green channel.
    pub green_channel: Option<bool>,
    /// Whether a report waits to be read.
    pub report_unread: Option<bool>,
    /// When it was posted.
    pub submitted_at: Stretch,
    /// When the patient is expected.
    pub planned_at: Stretch,
    /// When the patient came.
    pub arrived_at: Stretch,
    /// When it was last changed.
    pub updated_at: Stretch,
    /// Answer due before.
    pub answer_due_before: Option<DateTime<Utc>>,
    /// The dispatch that it names.
    pub dispatch: Option<Uuid>,
}

/// The rows of the actor's scope that the filter leaves; none where the scope has no rows at all.
pub(super) fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
    use referral::Column as Row;
    use referral_party::Column as Party;
    let now = app.now();
    let either = |id: Uuid| {
        Condition::any()
            .add(Row::SenderId.eq(id))
            .add(Row::ReceiverId.eq(id))
    };
    let overdue = |is: bool| {
        let passed = Condition::all()
            .add(Party::AnswerDueAt.is_not_null())
            .add(Party::AnswerDueAt.lte(now));
        if is {
            passed
        } else {
            Condition::any()
                .add(Party::AnswerDueAt.is_null())
                .add(Party::AnswerDueAt.gt(now))
        }
    };
    let awaited = |side: Side| {
        Party::Status.is_in(
            ReferralStatus::ALL
                .iter()
                .copied()
                .filter(move |status| state::awaiting(*status) == Some(side)),
        )
    };
    let unread = |is: bool| {
        if is {
            Party::Status.eq(ReferralStatus::ReportedBack)
        } else {
            Party::Status.ne(ReferralStatus::ReportedBack)
        }
    };
    let condition = Condition::all()
        .add(Party::ScopeId.eq(actor.scope.id()?))
        .add_option(filter.institution.map(either))
        .add_option(filter.sender.clone().map(|ids| Row::SenderId.is_in(ids)))
        .add_option(
            filter
                .receiver
                .clone()
                .map(|ids| Row::ReceiverId.is_in(ids)),
        )
        .add_option(
            filter
                .receiver_department
                .clone()
                .map(|ids| Row::ReceiverDepartmentId.is_in(ids)),
        )
        .add_option(filter.number.as_ref().map(|number| Row::Number.eq(number)))
        .add_option(
            filter
                .status
                .clone()
                .map(|statuses| Party::Status.is_in(statuses)),
        )
        .add_option(
            filter
                .direction
                .clone()
                .map(|directions| Row::Direction.is_in(directions)),
        )
        .add_option(filter.reach.map(|reach| Row::Reach.eq(reach)))
        .add_option(
            filter
                .urgency
                .clone()
                .map(|urgencies| Row::Urgency.is_in(urgencies)),
        )
        .add_option(
            filter
                .care_setting
                .clone()
                .map(|settings| Row::CareSetting.is_in(settings)),
        )
        .add_option(filter.awaiting.map(awaited))
        .add_option(filter.overdue.map(overdue))
        .add_option(filter.report_unread.map(unread))
        .add_option(
            filter
                .answer_due_before
                .map(|before| Party::AnswerDueAt.lt(before)),
        )
        .add(span(Party::ListedAt, filter.submitted_at))
        .add(span(Party::UpdatedAt, filter.updated_at))
        .add(span(Party::PlannedAt, filter.planned_at))
        .add(span(Row::ArrivedAt, filter.arrived_at));
    Some(condition.add(content(actor, filter, now)))
}

fn span(column: impl sea_orm::ColumnTrait, span: Stretch) -> Condition {
    Condition::all()
        .add_option(span.from.map(|from| column.gte(from)))
        .add_option(span.until.map(|until| column.lt(until)))
}

/// Filters by something of the patient or the illness, which match only what the actor could also read.
fn content(actor: &Actor, filter: &Filter, now: DateTime<Utc>) -> Condition {
    use referral::Column as Row;
    use referral_party::Column as Party;
    let of_illness =
        filter.reason.is_some() || filter.diagnosis.is_some() || filter.green_channel.is_some();
    if !of_illness && filter.patient.is_none() && filter.dispatch.is_none() {
        return Condition::all();
    }
    let shown = Condition::any()
        .add(Row::Sensitive.eq(false))
        .add(Party::Treating.eq(true));
    let green = |is: bool| {
        if is {
            Row::GreenChannel.is_not_null()
        } else {
            Row::GreenChannel.is_null()
        }
    };
    // Not LIKE: whether that heeds the case differs between the databases.
    let begins = |code: &String| {
        let length = i32::try_from(code.len()).unwrap_or(i32::MAX);
        let beginning = Func::cust("substr")
            .arg(Row::PrincipalCode.into_expr())
            .arg(1)
            .arg(length);
        Expr::from(beginning).eq(code)
    };
    readable(actor, now)
        .add_option(of_illness.then_some(shown))
        .add_option(
            filter
                .patient
                .map(|patient| Party::PatientId.in_subquery(patients::ids_of([patient]))),
        )
        .add_option(filter.dispatch.map(|id| Row::DispatchId.eq(id)))
        .add_option(
            filter
                .reason
                .clone()
                .map(|reasons| Row::Reason.is_in(reasons)),
        )
        .add_option(filter.green_channel.map(green))
        .add_option(filter.diagnosis.as_ref().map(begins))
}

/// The rows of which the actor sees more than the header.
pub(super) fn readable(actor: &Actor, now: DateTime<Utc>) -> Condition {
    use referral_party::Column as Party;
    if !policy::reads_content(&actor.roles) {
        return Condition::all().add(Expr::val(1).eq(0));
    }
    let open = Condition::any()
        .add(Party::ContentUntil.is_null())
        .add(Party::ContentUntil.gt(now));
    Condition::all()
        .add(Party::Basis.ne(Basis::Community))
        .add(open)
}
