//! Throughput as a table for spreadsheets and tools: RFC 4180, UTF-8, one row a line.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use csv::{Terminator, WriterBuilder};
use entity::{practitioner, shared_centre};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::answer::{Figure, Throughput, Turnaround};
use crate::{
    app::App,
    error::{Error, Result},
    id::{self, Kind},
};

/// The headings, in the order of the columns.
pub const HEADINGS: [&str; 35] = [
    "startsAt",
    "endsAt",
    "centre",
    "centreName",
    "kind",
    "institution",
    "institutionName",
    "tier",
    "itemGroup",
    "priority",
    "diagnostician",
    "diagnosticianName",
    "requested",
    "received",
    "reported",
    "reviewed",
    "returned",
    "recognised",
    "cancelled",
    "backlog",
    "patientVisits",
    "criticalRaised",
    "criticalAcknowledged",
    "criticalAcknowledgedInTime",
    "criticalMedianMinutes",
    "fromRequestCount",
    "fromRequestMedianMinutes",
    "fromRequestP90Minutes",
    "fromStartCount",
    "fromStartMedianMinutes",
    "fromStartP90Minutes",
    "fromStartOnTimeShare",
    "activeShare",
    "returnedBy",
    "suppressed",
];

/// The table of these rows.
pub async fn table(app: &App, rows: &[Throughput]) -> Result<Vec<u8>> {
    let names = Names::read(app, rows).await?;
    let mut table = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let written = (|| {
        table.write_record(HEADINGS)?;
        for row in rows {
            table.write_record(cells(app, &names, row))?;
        }
        Ok(())
    })();
    let written: Result<(), csv::Error> = written;
    written.map_err(|fault| Error::Internal(fault.to_string()))?;
    let table = table.into_inner();
    table.map_err(|fault| Error::Internal(fault.to_string()))
}

fn cells(app: &App, names: &Names, row: &Throughput) -> Vec<String> {
    let group = &row.group;
    let directory = app.directory.now();
    let institution = group
        .institution
        .and_then(|id| directory.institution(id).cloned());
    let public = |kind, id: Option<Uuid>| id.map(|id| id::encode(kind, id)).unwrap_or_default();
    let mut cells = vec![
        there(row.starts_at),
        there(row.ends_at),
        public(Kind::SharedCentre, group.centre),
        names.of(group.centre),
        group
            .kind
            .map(|kind| kind.code().to_owned())
            .unwrap_or_default(),
        public(Kind::Institution, group.institution),
        institution
            .map(|found| plain(&found.name))
            .unwrap_or_default(),
        group
            .tier
            .map(|tier| tier.code().to_owned())
            .unwrap_or_default(),
        group.item_group.as_deref().map(plain).unwrap_or_default(),
        group
            .priority
            .map(|priority| priority.code().to_owned())
            .unwrap_or_default(),
        public(Kind::Practitioner, group.diagnostician),
        names.of(group.diagnostician),
    ];
    cells.extend(Figure::ALL.map(|figure| number(row.count(figure))));
    let critical = row.critical;
    cells.push(number(critical.map(|critical| critical.in_time)));
    cells.push(decimal(critical.and_then(|critical| critical.median)));
    let took = |took: Option<Turnaround>| {
        [
            number(took.map(|took| took.count)),
            decimal(took.and_then(|took| took.median)),
            decimal(took.and_then(|took| took.p90)),
        ]
    };
    cells.extend(took(row.from_request));
    cells.extend(took(row.from_start));
    cells.push(decimal(row.from_start.and_then(|took| took.on_time)));
    cells.push(decimal(row.active_share));
    let reasons = row.returned_by.iter();
    let reasons = reasons.map(|(reason, count)| format!("{} {count}", reason.code()));
    cells.push(reasons.collect::<Vec<_>>().join("; "));
    cells.push(row.suppressed.to_string());
    cells
}

/// A moment on Shanghai's clocks.
fn there(at: DateTime<Utc>) -> String {
    let ahead = FixedOffset::east_opt(8 * 3_600);
    let there = ahead.map(|ahead| at.with_timezone(&ahead));
    there
        .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
        .unwrap_or_default()
}

fn number(count: Option<i64>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

fn decimal(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.3}")).unwrap_or_default()
}

/// A text that a spreadsheet takes for nothing but a text: one that begins like a formula is led by an apostrophe.
#[must_use]
pub fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        return format!("'{text}");
    }
    text.to_owned()
}

/// Names of centres and diagnosticians.
struct Names(HashMap<Uuid, String>);

impl Names {
    async fn read(app: &App, rows: &[Throughput]) -> Result<Self> {
        let mut names = HashMap::new();
        let centres = rows.iter().filter_map(|row| row.group.centre);
        let centres: Vec<Uuid> = unique(centres);
        if !centres.is_empty() {
            let rows =
                shared_centre::Entity::find().filter(shared_centre::Column::Id.is_in(centres));
            let rows = rows.all(app.db.reader()).await?.into_iter();
            names.extend(rows.map(|row| (row.id, plain(&row.name))));
        }
        let people = unique(rows.iter().filter_map(|row| row.group.diagnostician));
        if !people.is_empty() {
            let rows = practitioner::Entity::find().filter(practitioner::Column::Id.is_in(people));
            let rows = rows.all(app.db.reader()).await?.into_iter();
            names.extend(rows.map(|row| (row.id, plain(&row.name))));
        }
        Ok(Self(names))
    }

    fn of(&self, id: Option<Uuid>) -> String {
        let name = id.and_then(|id| self.0.get(&id));
        name.cloned().unwrap_or_default()
    }
}

fn unique(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let ids: std::collections::BTreeSet<Uuid> = ids.collect();
    ids.into_iter().collect()
}
