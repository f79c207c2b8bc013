//! What monitors are told of each shared centre: what it has ever been asked for, what it has reported and sent back, how long its reports took,
//! and what waits there.
//!
//! The counts come from the rollups and their tail, as those of every other reader: so many statements, whatever the number of orders. What waits
//! is counted by the index of what is open.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Bucket, OrderStatus, ReviewRule, ThroughputDimension},
    order,
};
use prometheus::Registry;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    calendar::hour_of, figure::Figures, query::Asked, read::rows, service::OPEN, sketch::Sketch,
};
use crate::{
    app::App,
    auth::Actor,
    error::Result,
    id::{self, Kind},
    metrics::{Distribution, counters, distributions, gauges},
    order::state::Workflow,
    policy,
};

/// What tells centres apart.
const LABELS: [&str; 2] = ["centre", "kind"];
/// Since when everything is counted: as long as can be asked for at once.
const EVER: Duration = Duration::days(20 * 366 - 1);
/// Upper bounds of turnaround, in minutes: around the targets that are usual.
const MINUTES: [u32; 12] = [5, 10, 15, 30, 45, 60, 120, 240, 480, 1_440, 4_320, 7_200];

/// Reads what every centre has done, and what waits there.
pub async fn read(app: &App, registry: &Registry) -> Result<()> {
    tell_work(app, registry).await?;
    tell_waiting(app, registry).await
}

async fn tell_work(app: &App, registry: &Registry) -> Result<()> {
    let done = ever(app).await?;
    let total = |name: &str, help: &str| counters(registry, name, help, &LABELS);
    let requested = total(
        "liandong_centre_requested_total",
        "Orders that a centre was asked for.",
    );
    let reported = total(
        "liandong_centre_reported_total",
        "Orders that a centre has reported for the first time.",
    );
    let returned = total(
        "liandong_centre_returned_total",
        "How often a centre has sent orders back.",
    );
    let mut took = Vec::new();
    for (id, labels) in centres(app) {
        let none = Figures::default();
        let figures = done.get(&id).unwrap_or(&none);
        let labels_of = labels.each_ref().map(String::as_str);
        let counts = &figures.counts;
        for (counter, count) in [
            (&requested, counts.requested),
            (&reported, counts.reported),
            (&returned, counts.returned.values().sum()),
        ] {
            let count = u64::try_from(count).unwrap_or_default();
            counter.with_label_values(&labels_of).inc_by(count);
        }
        took.push(distribution(labels.to_vec(), &figures.from_start));
    }
    distributions(
        registry,
        "liandong_centre_turnaround_seconds",
        "How long first reports took from the start of their clocks, the time that orders were sent back aside; told within 1 %.",
        &LABELS,
        &took,
    );
    Ok(())
}

/// Every centre, with the values of its labels.
fn centres(app: &App) -> Vec<(Uuid, [String; 2])> {
    let directory = app.directory.now();
    let centres = directory.centres.values();
    let named = centres.map(|row| {
        let id = id::encode(Kind::SharedCentre, row.id);
        (row.id, [id, row.kind.code().to_owned()])
    });
    named.collect()
}

/// What each centre has ever done.
async fn ever(app: &App) -> Result<HashMap<Uuid, Figures>> {
    let actor = Actor::system("metrics");
    let to = hour_of(app.now()) + Duration::hours(1);
    let asked = Asked {
        centres: None,
        kinds: None,
        requested_by: None,
        from: earliest(to),
        to,
        bucket: Bucket::Whole,
        by: vec![ThroughputDimension::Centre],
    };
    let query = asked.check(&actor, "")?;
    let rows = rows(app, &actor, &query).await?.into_iter();
    let of_centre = rows.filter_map(|row| Some((row.group.centre?, row.figures)));
    Ok(of_centre.collect())
}

/// The service has no orders of before the year 2000.
fn earliest(to: DateTime<Utc>) -> DateTime<Utc> {
    let first = DateTime::UNIX_EPOCH + Duration::days(10_957);
    (to - EVER).max(first)
}

fn distribution(labels: Vec<String>, sketch: &Sketch) -> Distribution {
    let within = MINUTES.map(|minutes| {
        let count = sketch.count_within(f64::from(minutes));
        (f64::from(minutes) * 60.0, count as u64)
    });
    Distribution {
        labels,
        within: within.to_vec(),
        count: sketch.count() as u64,
        sum: sketch.sum() * 60.0,
    }
}

async fn tell_waiting(app: &App, registry: &Registry) -> Result<()> {
    let waiting = gauges(
        registry,
        "liandong_centre_backlog",
        "Orders of a centre that something is still expected of, by where they stand.",
        &["centre", "kind", "state"],
    );
    let all: Vec<(Uuid, OrderStatus, i64)> = open().into_tuple().all(app.db.reader()).await?;
    let counted: HashMap<(Uuid, OrderStatus), i64> = all
        .into_iter()
        .map(|(centre, status, count)| ((centre, status), count))
        .collect();
    let kinds = &app.directory.now().centres;
    for (id, [centre, kind]) in centres(app) {
        // Who takes no orders has none waiting.
        if kinds
            .get(&id)
            .is_none_or(|row| Workflow::of(row.kind).is_none())
        {
            continue;
        }
        for status in OrderStatus::ALL.iter().copied() {
            if policy::is_order_open(status, ReviewRule::Required) {
                let count = counted.get(&(id, status)).copied().unwrap_or_default();
                waiting
                    .with_label_values(&[&centre, &kind, &status.code().to_owned()])
                    .set(count);
            }
        }
    }
    Ok(())
}

/// The statement by which what waits at all centres is counted.
#[must_use]
pub fn open() -> Select<order::Entity> {
    use order::Column::{CentreId, Id, Status};
    order::Entity::find()
        .select_only()
        .column(CentreId)
        .column(Status)
        .column_as(Id.count(), "orders")
        .filter(Expr::cust(OPEN))
        .group_by(CentreId)
        .group_by(Status)
}
