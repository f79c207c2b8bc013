//! The statement by which moments are read: one look into an index for each kind of them.

use entity::{critical_value, enrolment, order, order_return, training_session};
use sea_orm::{
    ColumnTrait as _,
    sea_query::{
        Condition, Expr, ExprTrait as _, IntoColumnRef, Query, SelectStatement, UnionType,
    },
};

use super::{Range, What};

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
            moment(&mut part, &at, &(order_return::Entity, CentreId), ranges);
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
            moment(&mut part, &at, &(critical_value::Entity, CentreId), ranges);
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
            moment(&mut part, &(order::Entity, kept), &centre, ranges);
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
fn moment<A, C>(part: &mut SelectStatement, at: &A, centre: &C, ranges: &[Range])
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
    moment(part, &(enrolment::Entity, AttendedAt), &centre, ranges);
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
