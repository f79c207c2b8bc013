//! What happened, as it stands in the tables now: one row for each moment that is counted, whatever it is a moment of.
//!
//! Rollup and tail differ only in the hours that they ask for: both read [`facts`] and count them by [`Fact::count`].

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entity::{
    critical_value, enrolment,
    enums::{OrderReturnReason, OrderStatus, ReviewRule, Urgency},
    order, order_return, training_session,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, FromQueryResult,
    sea_query::{
        Condition, Expr, ExprTrait as _, IntoColumnRef, Query, SelectStatement, UnionType,
    },
};
use uuid::Uuid;

use super::figure::{Figures, Key};
use crate::{error::Result, policy::is_order_open};

/// A centre and one of its hours.
pub type Pair = (Uuid, DateTime<Utc>);
/// A centre, and hours of it one after the other.
pub type Range = (Uuid, DateTime<Utc>, DateTime<Utc>);

/// How many ranges are asked for in one statement: databases limit the number of parameters.
const RANGES: usize = 100;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Requested,
    Received,
    Reported,
    Reviewed,
    Delivered,
    Recognised,
    Cancelled,
    Returned,
    Raised,
    Acknowledged,
    Attended,
}

impl What {
    const ALL: [Self; 11] = [
        Self::Requested,
        Self::Received,
        Self::Reported,
        Self::Reviewed,
        Self::Delivered,
        Self::Recognised,
        Self::Cancelled,
        Self::Returned,
        Self::Raised,
        Self::Acknowledged,
        Self::Attended,
    ];

    /// The column of the order that keeps the moment; none where another table does.
    const fn column(self) -> Option<order::Column> {
        match self {
            Self::Requested => Some(order::Column::RequestedAt),
            Self::Received => Some(order::Column::ReceivedAt),
            Self::Reported => Some(order::Column::ReportedAt),
            Self::Reviewed => Some(order::Column::ReviewedAt),
            Self::Delivered => Some(order::Column::DeliveredAt),
            Self::Recognised => Some(order::Column::RecognisedAt),
            Self::Cancelled => Some(order::Column::CancelledAt),
            Self::Returned | Self::Raised | Self::Acknowledged | Self::Attended => None,
        }
    }
}

/// A moment that is counted, with what is to be known of its order.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Fact {
    what: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The centre.
    pub centre_id: Uuid,
    institution_id: Uuid,
    item_group: Option<String>,
    priority: Option<Urgency>,
    diagnostician_id: Option<Uuid>,
    status: Option<OrderStatus>,
    review: Option<ReviewRule>,
    requested_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    paused_ms: Option<i64>,
    target_minutes: Option<i32>,
    /// Of a return.
    reason: Option<OrderReturnReason>,
    /// Of a critical value: when it was raised, and until when it was to be acknowledged.
    raised_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    /// Of a report: whether the requisition had one before.
    follows: Option<i32>,
}

impl Fact {
    /// The cell that it belongs to.
    #[must_use]
    pub fn key(&self) -> Key {
        Key {
            institution: self.institution_id,
            item_group: self.item_group.clone(),
            priority: self.priority,
            diagnostician: self.diagnostician_id,
        }
    }

    /// Counts it.
    pub fn count(&self, figures: &mut Figures) {
        let place = usize::try_from(self.what).unwrap_or(usize::MAX);
        let Some(what) = What::ALL.get(place).copied() else {
            return;
        };
        let counts = &mut figures.counts;
        if self.closing() == Some(what) {
            counts.closed += 1;
        }
        match what {
            What::Requested => {
                counts.requested += 1;
                let pair = (self.centre_id, self.institution_id);
                figures.active.insert(pair);
            }
            What::Received => counts.received += 1,
            What::Reported => self.report(figures),
            What::Reviewed => counts.reviewed += 1,
            What::Recognised => counts.recognised += 1,
            What::Cancelled => counts.cancelled += 1,
            What::Returned => {
                if let Some(reason) = self.reason {
                    *counts.returned.entry(reason).or_default() += 1;
                }
            }
            What::Raised => counts.raised += 1,
            What::Acknowledged => self.acknowledge(figures),
            What::Attended => counts.visits += 1,
            What::Delivered => {}
        }
    }

    fn report(&self, figures: &mut Figures) {
        let counts = &mut figures.counts;
        counts.reported += 1;
        counts.visits += i64::from(self.follows == Some(0));
        if let Some(requested) = self.requested_at {
            figures.from_request.add(minutes(self.at - requested));
        }
        let Some(started) = self.started_at else {
            return;
        };
        let stood = Duration::milliseconds(self.paused_ms.unwrap_or_default());
        let took = self.at - started - stood;
        let target = Duration::minutes(self.target_minutes.unwrap_or_default().into());
        counts.timed += 1;
        counts.on_time += i64::from(took <= target);
        figures.from_start.add(minutes(took));
    }

    fn acknowledge(&self, figures: &mut Figures) {
        let counts = &mut figures.counts;
        counts.acknowledged += 1;
        counts.in_time += i64::from(self.due_at.is_some_and(|due| self.at <= due));
        if let Some(raised) = self.raised_at {
            figures.acknowledgement.add(minutes(self.at - raised));
        }
    }

    /// The moment since which nothing is expected of its order any more; none of one that is open, or of training.
    fn closing(&self) -> Option<What> {
        let (status, review) = (self.status?, self.review?);
        if is_order_open(status, review) {
            return None;
        }
        match status {
            OrderStatus::Cancelled => Some(What::Cancelled),
            OrderStatus::Recognised => Some(What::Recognised),
            OrderStatus::Delivered => Some(What::Delivered),
            // A report that needs no review is final as it is.
            _ if review == ReviewRule::Optional => Some(What::Reported),
            _ => Some(What::Reviewed),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a thousand years are exact"
)]
fn minutes(time: Duration) -> f64 {
    time.num_milliseconds() as f64 / 60_000.0
}

/// The hours as ranges: neighbours are one.
#[must_use]
pub fn ranges(hours: &BTreeSet<Pair>) -> Vec<Range> {
    let mut all: Vec<Range> = Vec::new();
    for (centre, hour) in hours {
        let end = *hour + Duration::hours(1);
        match all.last_mut() {
            Some(last) if last.0 == *centre && last.2 == *hour => last.2 = end,
            _ => all.push((*centre, *hour, end)),
        }
    }
    all
}

/// Everything that is counted in these hours; one statement, unless the hours lie very far apart.
pub async fn facts(connection: &impl ConnectionTrait, hours: &BTreeSet<Pair>) -> Result<Vec<Fact>> {
    let mut all = Vec::new();
    for ranges in ranges(hours).chunks(RANGES) {
        for row in connection.query_all(&statement(ranges)).await? {
            all.push(Fact::from_query_result(&row, "")?);
        }
    }
    Ok(all)
}

/// The statement by which everything that is counted in these ranges is read: one look into an index for each kind of moment.
#[must_use]
pub fn statement(ranges: &[Range]) -> SelectStatement {
    let mut whole: Option<SelectStatement> = None;
    for (place, what) in What::ALL.into_iter().enumerate() {
        let part = part(place, what, ranges);
        whole = Some(match whole {
            None => part,
            Some(mut whole) => whole.union(UnionType::All, part).to_owned(),
        });
    }
    whole.unwrap_or_default()
}

fn part(place: usize, what: What, ranges: &[Range]) -> SelectStatement {
    let mut part = Query::select();
    part.expr_as(Expr::cust(place.to_string()), "what");
    match what {
        What::Returned => {
            use order_return::Column::{CentreId, OrderId, ReturnedAt};
            let at = (order_return::Entity, ReturnedAt);
            moment(&mut part, at, (order_return::Entity, CentreId), ranges);
            of_order(&mut part);
            let reason = Expr::col((order_return::Entity, order_return::Column::Reason));
            part.expr_as(reason, "reason");
            nulls(&mut part, &[("raised_at", TIME), ("due_at", TIME), FOLLOWS]);
            join(part.from(order_return::Entity), OrderId.into_expr());
        }
        What::Raised | What::Acknowledged => {
            use critical_value::Column::{AcknowledgedAt, CentreId, DueAt, OrderId, RaisedAt};
            let kept = match what {
                What::Raised => RaisedAt,
                _ => AcknowledgedAt,
            };
            let at = (critical_value::Entity, kept);
            moment(&mut part, at, (critical_value::Entity, CentreId), ranges);
            of_order(&mut part);
            nulls(&mut part, &[("reason", TEXT)]);
            part.expr_as(Expr::col((critical_value::Entity, RaisedAt)), "raised_at");
            part.expr_as(Expr::col((critical_value::Entity, DueAt)), "due_at");
            nulls(&mut part, &[FOLLOWS]);
            join(part.from(critical_value::Entity), OrderId.into_expr());
        }
        What::Attended => attended(&mut part, ranges),
        _ => {
            let kept = what.column().unwrap_or(order::Column::RequestedAt);
            let centre = (order::Entity, order::Column::CentreId);
            moment(&mut part, (order::Entity, kept), centre, ranges);
            of_order(&mut part);
            nulls(
                &mut part,
                &[("reason", TEXT), ("raised_at", TIME), ("due_at", TIME)],
            );
            match what {
                What::Reported => part.expr_as(follows(), "follows"),
                _ => part.expr_as(Expr::cust(FOLLOWS.1), "follows"),
            };
            part.from(order::Entity);
        }
    }
    part
}

/// The names of columns that a part has nothing to say in, with nothing of their type: PostgreSQL asks for one type in each column.
fn nulls(part: &mut SelectStatement, names: &[(&'static str, &'static str)]) {
    for (name, nothing) in names {
        part.expr_as(Expr::cust(*nothing), *name);
    }
}

const TEXT: &str = "CAST(NULL AS text)";
const TIME: &str = "CAST(NULL AS timestamptz)";
const NUMBER: &str = "CAST(NULL AS integer)";
const FOLLOWS: (&str, &str) = ("follows", NUMBER);

/// The moment itself, within the ranges.
fn moment<A, C>(part: &mut SelectStatement, at: A, centre: C, ranges: &[Range])
where
    A: IntoColumnRef + Clone,
    C: IntoColumnRef + Clone,
{
    part.expr_as(Expr::col(at.clone()), "at");
    part.expr_as(Expr::col(centre.clone()), "centre_id");
    let within = ranges
        .iter()
        .fold(Condition::any(), |any, (id, from, until)| {
            let centre = Expr::col(centre.clone()).eq(*id);
            let since = Expr::col(at.clone()).gte(*from);
            let before = Expr::col(at.clone()).lt(*until);
            any.add(centre.and(since).and(before))
        });
    part.cond_where(within);
}

/// What is to be known of the order.
fn of_order(part: &mut SelectStatement) {
    use order::Column::{
        ClaimedById, ItemGroup, PausedMs, Priority, RequestedAt, RequestedById, Review, StartedAt,
        Status, TargetMinutes,
    };
    for (column, name) in [
        (RequestedById, "institution_id"),
        (ItemGroup, "item_group"),
        (Priority, "priority"),
        (ClaimedById, "diagnostician_id"),
        (Status, "status"),
        (Review, "review"),
        (RequestedAt, "requested_at"),
        (StartedAt, "started_at"),
        (PausedMs, "paused_ms"),
        (TargetMinutes, "target_minutes"),
    ] {
        part.expr_as(Expr::col((order::Entity, column)), name);
    }
}

fn join(part: &mut SelectStatement, order_id: Expr) {
    let same = order_id.equals((order::Entity, order::Column::Id));
    part.inner_join(order::Entity, same);
}

/// 1 where another order of the requisition was reported before, else 0.
fn follows() -> Expr {
    Expr::cust(
        "CASE WHEN EXISTS (SELECT 1 FROM centre_order AS other WHERE other.requisition = centre_order.requisition \
         AND other.centre_id = centre_order.centre_id AND other.requested_by_id = centre_order.requested_by_id \
         AND (other.reported_at < centre_order.reported_at OR (other.reported_at = centre_order.reported_at AND other.id < centre_order.id))) \
         THEN 1 ELSE 0 END",
    )
}

/// Who came to training: nothing of an order.
fn attended(part: &mut SelectStatement, ranges: &[Range]) {
    use enrolment::Column::{AttendedAt, InstitutionId, SessionId};
    use training_session::Column::{CentreId, Id};
    let centre = (training_session::Entity, CentreId);
    moment(part, (enrolment::Entity, AttendedAt), centre, ranges);
    part.expr_as(
        Expr::col((enrolment::Entity, InstitutionId)),
        "institution_id",
    );
    nulls(
        part,
        &[
            ("item_group", TEXT),
            ("priority", TEXT),
            ("diagnostician_id", "CAST(NULL AS uuid)"),
            ("status", TEXT),
            ("review", TEXT),
            ("requested_at", TIME),
            ("started_at", TIME),
            ("paused_ms", "CAST(NULL AS bigint)"),
            ("target_minutes", NUMBER),
            ("reason", TEXT),
            ("raised_at", TIME),
            ("due_at", TIME),
            FOLLOWS,
        ],
    );
    let session = Expr::col((enrolment::Entity, SessionId));
    part.from(enrolment::Entity).inner_join(
        training_session::Entity,
        session.equals((training_session::Entity, Id)),
    );
}
