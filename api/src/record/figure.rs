//! What monitors are told of the record: how far relay and sealer lag behind.

use chrono::{DateTime, Utc};
use entity::{audit_outbox, outbox};
use prometheus::Registry;
use sea_orm::{
    EntityTrait, FromQueryResult, Order,
    sea_query::{Expr, Func, Query},
};

use super::tail;
use crate::{
    app::App,
    error::Result,
    metrics::{gauge, seconds},
};

/// As many are counted; where more wait, the age of the oldest tells enough.
const MOST: u64 = 10_000;

/// Reads what waits and how far the feed has come, in three short statements.
pub(crate) async fn read(app: &App, registry: &Registry) -> Result<()> {
    let events = waiting(app, outbox::Entity, outbox::Column::RecordedAt).await?;
    let entries = waiting(app, audit_outbox::Entity, audit_outbox::Column::RecordedAt).await?;
    let position = tail::end(app).await?;
    gauge(
        registry,
        "liandong_outbox_events",
        "Events that wait for their place in the feed; 10000 stands for that many or more.",
    )
    .set(events.count);
    seconds(
        registry,
        "liandong_relay_lag_seconds",
        "How long the oldest of these events has waited; 0 where none waits.",
    )
    .set(events.age(app.now()));
    gauge(
        registry,
        "liandong_feed_position",
        "The last position of the feed.",
    )
    .set(position);
    gauge(
        registry,
        "liandong_audit_outbox_entries",
        "Audit entries that wait for their place in the chain; 10000 stands for that many or more.",
    )
    .set(entries.count);
    seconds(
        registry,
        "liandong_seal_lag_seconds",
        "How long the oldest of these entries has waited; 0 where none waits.",
    )
    .set(entries.age(app.now()));
    Ok(())
}

/// What waits.
#[derive(FromQueryResult)]
struct Waiting {
    count: i64,
    oldest: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Of the oldest, in seconds.
    fn age(&self, now: DateTime<Utc>) -> f64 {
        // Another process may have recorded it, by a clock that goes before ours.
        let age = |oldest: DateTime<Utc>| (now - oldest).as_seconds_f64().max(0.0);
        self.oldest.map_or(0.0, age)
    }
}

/// The oldest rows, by the index of their times.
async fn waiting<E: EntityTrait>(app: &App, table: E, recorded_at: E::Column) -> Result<Waiting> {
    let some = Query::select()
        .column(recorded_at)
        .from(table)
        .order_by(recorded_at, Order::Asc)
        .limit(MOST)
        .take();
    let count = Query::select()
        .expr_as(Func::count(Expr::col(recorded_at)), "count")
        .expr_as(Func::min(Expr::col(recorded_at)), "oldest")
        .from_subquery(some, "some")
        .take();
    let row = Waiting::find_by_statement(app.db.backend().build(&count))
        .one(app.db.reader())
        .await?;
    Ok(row.unwrap_or(Waiting {
        count: 0,
        oldest: None,
    }))
}
