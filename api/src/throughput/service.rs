//! The use cases: reading what shared centres do, and what waits there.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Bucket, OrderStatus, ThroughputUnit},
    order, shared_centre,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::{
    answer::Throughput,
    calendar::start_of,
    query::{Asked, Query},
    read,
    suppress::suppress,
};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    policy::{self, CentrePlace, Share},
};

/// What the shared centres do, as far as the actor sees it.
pub async fn throughput(app: &App, actor: &Actor, asked: Asked) -> Result<Vec<Throughput>> {
    policy::require(actor, Action::ReadThroughput)?;
    let query = asked.check(actor, "input")?;
    told(app, actor, &query).await
}

/// The same, asked for by the parameters of an address.
pub async fn throughput_by_address(
    app: &App,
    actor: &Actor,
    asked: Asked,
) -> Result<Vec<Throughput>> {
    policy::require(actor, Action::ReadThroughput)?;
    let query = asked.check(actor, "")?;
    told(app, actor, &query).await
}

/// What a centre has done today; none where the actor does not see the whole of it any more.
pub async fn today(app: &App, actor: &Actor, centre: Uuid) -> Result<Option<Throughput>> {
    whole(app, actor, centre).await?;
    let from = start_of(ThroughputUnit::Day, app.now());
    let asked = Asked {
        centres: Some(vec![centre]),
        kinds: None,
        requested_by: None,
        from,
        to: from + Duration::days(1),
        bucket: Bucket::Day,
        by: Vec::new(),
    };
    Ok(throughput(app, actor, asked).await?.into_iter().next())
}

async fn told(app: &App, actor: &Actor, query: &Query) -> Result<Vec<Throughput>> {
    let rows = read::rows(app, actor, query).await?;
    let mut told: Vec<Throughput> = rows.into_iter().map(Throughput::from).collect();
    if policy::sees_no_small_figures(actor) {
        suppress(&mut told, &query.by);
    }
    Ok(told)
}

/// Refuses whoever does not see the whole of the centre.
pub async fn whole(app: &App, actor: &Actor, centre: Uuid) -> Result<()> {
    policy::require(actor, Action::ReadThroughput)?;
    match share(app, actor, centre).await? {
        Share::Whole => Ok(()),
        Share::Of(_) => Err(Error::Forbidden),
        Share::Nothing => Err(Error::NotFound),
    }
}

async fn share(app: &App, actor: &Actor, centre: Uuid) -> Result<Share> {
    let found = shared_centre::Entity::find_by_id(centre)
        .one(app.db.reader())
        .await?;
    let Some(found) = found else {
        return Ok(Share::Nothing);
    };
    let place = CentrePlace {
        id: found.id,
        host: found.host_id,
        community: found.community_id,
    };
    let directory = app.directory.now();
    Ok(policy::throughput_share(actor, &directory, &place))
}

/// Ages at which waiting orders are told apart, in minutes: an hour, four hours, a day, three days, a week.
pub const AGES: [i64; 5] = [60, 4 * 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60];

/// The orders that something is still expected of. The index of them alone has the same words, without which it would not serve.
pub(super) const OPEN: &str = "(status IN ('REQUESTED', 'EXAMINED', 'COLLECTED', 'IN_TRANSPORT', 'RECEIVED', 'PROCESSED', 'CLAIMED', 'RETURNED') \
     OR (status = 'REPORTED' AND review = 'REQUIRED'))";

/// What waits at a centre.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Of when this is.
    pub as_of: DateTime<Utc>,
    /// How many orders.
    pub total: i64,
    /// How many of them are late.
    pub overdue: i64,
    /// By where they stand, with the time since which the oldest waits.
    pub by_status: Vec<(OrderStatus, i64, DateTime<Utc>)>,
    /// By how long they wait: up to each of [`AGES`], and longer.
    pub by_age: [i64; AGES.len() + 1],
}

#[derive(FromQueryResult)]
struct Waiting {
    status: OrderStatus,
    orders: i64,
    overdue: i64,
    oldest: DateTime<Utc>,
    a: i64,
    b: i64,
    c: i64,
    d: i64,
    e: i64,
}

/// What waits at a centre now, as far as the actor sees it; nothing of a regulator's.
pub async fn backlog(app: &App, actor: &Actor, centre: Uuid) -> Result<Backlog> {
    policy::require(actor, Action::ReadThroughput)?;
    if policy::sees_no_small_figures(actor) {
        return Err(Error::Forbidden);
    }
    let now = app.now();
    let open = match share(app, actor, centre).await? {
        Share::Nothing => return Err(Error::NotFound),
        Share::Whole => waiting(centre, now),
        Share::Of(own) => waiting(centre, now).filter(order::Column::RequestedById.is_in(own)),
    };
    let mut backlog = Backlog {
        as_of: now,
        ..Backlog::default()
    };
    for row in open.into_model::<Waiting>().all(app.db.reader()).await? {
        backlog.total += row.orders;
        backlog.overdue += row.overdue;
        backlog.by_status.push((row.status, row.orders, row.oldest));
        let mut younger = 0;
        let upto = [row.a, row.b, row.c, row.d, row.e, row.orders];
        for (place, upto) in backlog.by_age.iter_mut().zip(upto) {
            *place += upto - younger;
            younger = upto;
        }
    }
    backlog.by_status.sort_unstable();
    Ok(backlog)
}

/// The statement by which what waits at a centre is counted.
#[must_use]
pub fn waiting(centre: Uuid, now: DateTime<Utc>) -> sea_orm::Select<order::Entity> {
    use order::Column::{CentreId, DueAt, Id, RequestedAt, Status};
    let count = |condition: Expr| {
        let one = Expr::case(condition, 1).finally(0);
        Expr::expr(one).sum().cast_as("bigint")
    };
    let mut open = order::Entity::find()
        .select_only()
        .column(Status)
        .column_as(Id.count(), "orders")
        .column_as(RequestedAt.min(), "oldest")
        .column_as(count(DueAt.lt(now)), "overdue");
    for (minutes, name) in AGES.into_iter().zip(["a", "b", "c", "d", "e"]) {
        let since = now - Duration::minutes(minutes);
        open = open.column_as(count(RequestedAt.gt(since)), name);
    }
    open.filter(CentreId.eq(centre))
        .filter(Expr::cust(OPEN))
        .group_by(Status)
}
