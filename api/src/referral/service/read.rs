//! Reading referrals: one by key, lists by the relations of the actor's scope.

use chrono::{DateTime, Utc};
use entity::{
    enums::{
        Action, Basis, CareSetting, ReferralDirection, ReferralReach, ReferralReason,
        ReferralStatus, Side, SubjectKind, Urgency,
    },
    event, referral, referral_party,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, SelectTwo,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Result},
    moment::Stretch,
    page::{COUNT_LIMIT, Key as PageKey, Slice, Window},
    policy,
    referral::{
        seen::{self, Key, Seen},
        state,
    },
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
}

/// Order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column of the relation.
    pub by: By,
    /// Whether the latest comes first.
    pub descending: bool,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// When it was posted, or first written.
    Submitted,
    /// When it was last changed.
    Updated,
    /// Until when the receiver is to answer; only rows that have it.
    AnswerDue,
    /// When the patient is expected; only rows that have it.
    Planned,
}

impl Sort {
    /// The name that cursors carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Submitted, true) => "SUBMITTED_AT_DESC",
            (By::Submitted, false) => "SUBMITTED_AT_ASC",
            (By::Updated, true) => "UPDATED_AT_DESC",
            (By::Updated, false) => "UPDATED_AT_ASC",
            (By::AnswerDue, _) => "ANSWER_DUE_AT_ASC",
            (By::Planned, _) => "PLANNED_AT_ASC",
        }
    }

    const fn column(self) -> referral_party::Column {
        match self.by {
            By::Submitted => referral_party::Column::ListedAt,
            By::Updated => referral_party::Column::UpdatedAt,
            By::AnswerDue => referral_party::Column::AnswerDueAt,
            By::Planned => referral_party::Column::PlannedAt,
        }
    }

    /// The value that a row is sorted by.
    #[must_use]
    pub fn value(self, party: &referral_party::Model) -> Option<DateTime<Utc>> {
        match self.by {
            By::Submitted => Some(party.listed_at),
            By::Updated => Some(party.updated_at),
            By::AnswerDue => party.answer_due_at,
            By::Planned => party.planned_at,
        }
    }
}

/// The referral of that key; [`Error::NotFound`] where the actor does not see it.
pub async fn referral(app: &App, call: &Call<'_>, key: &Key) -> Result<Seen> {
    policy::require(call.actor, Action::ReadReferral)?;
    seen::require(app.db.reader(), call.actor, key).await
}

/// One page of the referrals that the actor's scope sees.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) -> Result<Slice<Seen>> {
    policy::require(actor, Action::ReadReferral)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Slice {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
        });
    };
    let query = page(
        referral_party::Entity::find()
            .find_also_related(referral::Entity)
            .filter(condition),
        sort,
        window,
    );
    let rows = query.all(app.db.reader()).await?;
    let rows = rows
        .into_iter()
        .filter_map(|(party, row)| row.map(|row| Seen { row, party }))
        .collect();
    Ok(window.slice(rows))
}

/// How many referrals the list has; none above 10,000.
pub async fn count(app: &App, actor: &Actor, filter: &Filter, sort: Sort) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadReferral)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<referral_party::Entity> = referral_party::Entity::find()
        .select_only()
        .column(referral_party::Column::ReferralId)
        .left_join(referral::Entity)
        .filter(condition)
        .filter(sort.column().is_not_null())
        .limit(COUNT_LIMIT + 1);
    let rows = listed.count(app.db.reader()).await?;
    Ok(i32::try_from(rows).ok().filter(|_| rows <= COUNT_LIMIT))
}

/// The sort, the place to go on from, and one row more than the page has.
fn page(
    query: SelectTwo<referral_party::Entity, referral::Entity>,
    sort: Sort,
    window: &Window,
) -> SelectTwo<referral_party::Entity, referral::Entity> {
    let column = sort.column();
    let descending = sort.descending != window.backward;
    let order = if descending { Order::Desc } else { Order::Asc };
    let place = Expr::tuple([
        column.into_expr().into(),
        referral_party::Column::ReferralId.into_expr().into(),
    ]);
    let query = query.filter(column.is_not_null());
    let query = match &window.cursor {
        Some(cursor) => {
            let PageKey::Time(at) = cursor.key else {
                return query.filter(SimpleExpr::val(false));
            };
            let from = Expr::tuple([Expr::val(at), Expr::val(cursor.id)]);
            query.filter(if descending {
                place.lt(from)
            } else {
                place.gt(from)
            })
        }
        None => query,
    };
    query
        .order_by(column, order.clone())
        .order_by(referral_party::Column::ReferralId, order)
        .limit(window.limit())
}

/// The rows of the actor's scope that the filter leaves; none where the scope has no rows at all.
fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
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
            .add(Party::AnswerDueAt.lt(now));
        if is {
            passed
        } else {
            Condition::any()
                .add(Party::AnswerDueAt.is_null())
                .add(Party::AnswerDueAt.gte(now))
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
    let asked = filter.patient.is_some()
        || filter.reason.is_some()
        || filter.diagnosis.is_some()
        || filter.green_channel.is_some();
    if !asked {
        return Condition::all();
    }
    if !policy::reads_content(&actor.roles) {
        return Condition::all().add(Expr::val(1).eq(0));
    }
    let open = Condition::any()
        .add(Party::ContentUntil.is_null())
        .add(Party::ContentUntil.gt(now));
    let readable = Condition::all()
        .add(Party::Basis.ne(Basis::Community))
        .add(open);
    let green = |is: bool| {
        if is {
            Row::GreenChannel.is_not_null()
        } else {
            Row::GreenChannel.is_null()
        }
    };
    let diagnosis = |code: &String| {
        let shown = Condition::any()
            .add(Row::Sensitive.eq(false))
            .add(Party::Treating.eq(true));
        Condition::all()
            .add(Row::PrincipalCode.starts_with(code))
            .add(shown)
    };
    readable
        .add_option(filter.patient.map(|patient| Party::PatientId.eq(patient)))
        .add_option(
            filter
                .reason
                .clone()
                .map(|reasons| Row::Reason.is_in(reasons)),
        )
        .add_option(filter.green_channel.map(green))
        .add_option(filter.diagnosis.as_ref().map(diagnosis))
}

/// The referrals of a patient that the actor's scope sees, the latest first.
pub async fn of_patient(
    app: &App,
    actor: &Actor,
    patient: Uuid,
    window: &Window,
) -> Result<Slice<Seen>> {
    list(
        app,
        actor,
        &Filter {
            patient: Some(patient),
            ..Filter::default()
        },
        LATEST,
        window,
    )
    .await
}

/// The default order.
pub const LATEST: Sort = Sort {
    by: By::Submitted,
    descending: true,
};

/// How many open referrals an institution sends or receives.
pub async fn open_work(txn: &Txn, institution: Uuid) -> Result<u64> {
    let open = ReferralStatus::ALL
        .iter()
        .copied()
        .filter(|status| state::is_open(*status) && *status != ReferralStatus::Draft);
    let rows = referral_party::Entity::find()
        .filter(referral_party::Column::ScopeId.eq(institution))
        .filter(referral_party::Column::Basis.is_in([Basis::Sender, Basis::Receiver]))
        .filter(referral_party::Column::Status.is_in(open))
        .count(&**txn)
        .await?;
    Ok(rows)
}

/// Pages of the timelines of many referrals in one statement.
pub async fn timelines(
    app: &App,
    referrals: &[Uuid],
    window: &Window,
) -> Result<Vec<event::Model>> {
    let place = "place";
    let rank = SimpleExpr::cust(if window.backward {
        "row_number() OVER (PARTITION BY subject_id ORDER BY version DESC)"
    } else {
        "row_number() OVER (PARTITION BY subject_id ORDER BY version)"
    });
    let mut ranked = Query::select();
    ranked
        .column(event::Column::Id)
        .expr_as(rank, place)
        .from(event::Entity)
        .and_where(event::Column::SubjectId.is_in(referrals.iter().copied()))
        .and_where(event::Column::SubjectKind.eq(SubjectKind::Referral));
    if let Some(PageKey::Text(version)) = window.cursor.as_ref().map(|cursor| &cursor.key) {
        let version: i32 = version.parse().map_err(|_| Error::NotFound)?;
        ranked.and_where(if window.backward {
            event::Column::Version.lt(version)
        } else {
            event::Column::Version.gt(version)
        });
    }
    let limit = i64::try_from(window.limit()).unwrap_or(i64::MAX);
    let wanted = Query::select()
        .column("id")
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col(place).lte(limit))
        .to_owned();
    let rows = event::Entity::find()
        .filter(event::Column::Id.in_subquery(wanted))
        .order_by_asc(event::Column::SubjectId)
        .order_by_asc(event::Column::Version)
        .all(app.db.reader())
        .await?;
    Ok(rows)
}
