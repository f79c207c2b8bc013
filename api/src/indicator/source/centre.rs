//! Shared centres: their throughput, at the hospitals that run them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Bucket, ThroughputDimension},
    indicator_counts::Measure,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::Result,
    indicator::{
        area::Period,
        cell::Cell,
        figures::{Clock, Figures, Pair},
    },
    network::directory::Directory,
    throughput::{
        query::{Asked, MOST_NAMED, MOST_ROWS},
        read as throughput,
        tally::Row,
    },
};

/// Throughput of the centres that these institutions run, as throughput has it.
pub async fn cells(
    app: &App,
    directory: &Directory,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let own = institutions
        .iter()
        .filter_map(|id| directory.centres_of.get(id));
    let own: Vec<Uuid> = own.flatten().copied().collect();
    // Whatever the caller sees of the centres themselves: it sees the area that they belong to.
    let actor = Actor::system("indicators");
    let most = (MOST_ROWS / period.months().len().max(1)).clamp(1, MOST_NAMED);
    let mut cells = Vec::new();
    for centres in own.chunks(most) {
        let asked = Asked {
            centres: Some(centres.to_vec()),
            kinds: None,
            requested_by: None,
            from: period.starts_at(),
            to: period.ends_at(),
            bucket: Bucket::Month,
            by: vec![ThroughputDimension::Centre],
        };
        let query = asked.check(&actor, "input")?;
        for row in throughput::rows(app, &actor, &query).await? {
            if let Some(centre) = row.group.centre {
                cells.extend(of_row(directory, centre, row));
            }
        }
    }
    let past = period.months().into_iter();
    let past: Vec<_> = past.filter(|month| *month <= app.now()).collect();
    for centre in own {
        for month in &past {
            let mut figures = Figures::default();
            let served = served(directory, centre);
            figures.sets.insert(Measure::CentreServed, served);
            cells.extend(of_centre(directory, centre, *month, figures));
            // Nothing is open where throughput has nothing to tell.
            let none = of_centre(directory, centre, *month, Figures::default());
            cells.extend(none.map(|cell| Cell {
                is_stock: true,
                ..cell
            }));
        }
    }
    Ok(cells)
}

/// The institutions that a centre serves beside its own.
fn served(directory: &Directory, centre: Uuid) -> BTreeSet<Pair> {
    let served = directory.served.get(&centre).into_iter().flatten();
    served.map(|one| (centre, *one)).collect()
}

/// What was counted of a centre, at the hospital that runs it.
fn of_centre(
    directory: &Directory,
    centre: Uuid,
    month: DateTime<Utc>,
    figures: Figures,
) -> Option<Cell> {
    let host = directory.centres.get(&centre)?.host_id;
    Some(Cell {
        institution: host,
        month: Some(month),
        is_stock: false,
        figures,
    })
}

fn of_row(directory: &Directory, centre: Uuid, row: Row) -> Vec<Cell> {
    let (counts, month) = (row.figures.counts, row.starts_at);
    let mut figures = Figures::default();
    for (measure, count) in [
        (Measure::CentreRequested, counts.requested),
        (Measure::CentreReceived, counts.received),
        (Measure::CentreReported, counts.reported),
        (Measure::CentreReviewed, counts.reviewed),
        (Measure::CentreRecognised, counts.recognised),
        (Measure::CentreCancelled, counts.cancelled),
        (Measure::CentreVisits, counts.visits),
        (Measure::CentreTimed, counts.timed),
        (Measure::CentreInTime, counts.on_time),
        (Measure::CriticalRaised, counts.raised),
        (Measure::CriticalAcknowledged, counts.acknowledged),
        (Measure::CriticalInTime, counts.in_time),
    ] {
        figures.add_some(measure, count);
    }
    for (reason, count) in counts.returned {
        figures.add_some(Measure::CentreReturned, count);
        figures.add_parts(Measure::CentreReturned, reason.code(), count);
    }
    figures.clocks = BTreeMap::from([
        (Clock::FromRequest, row.figures.from_request),
        (Clock::FromStart, row.figures.from_start),
        (Clock::Acknowledgement, row.figures.acknowledgement),
    ]);
    let served = served(directory, centre);
    let active = row.figures.active.intersection(&served).copied().collect();
    figures.sets.insert(Measure::CentreActive, active);
    // Of a time to come nothing is known.
    let stock = row.backlog.and_then(|open| {
        let mut stock = Figures::default();
        stock.add_some(Measure::CentreBacklog, open);
        let cell = of_centre(directory, centre, month, stock)?;
        Some(Cell {
            is_stock: true,
            ..cell
        })
    });
    let counted = of_centre(directory, centre, month, figures);
    counted.into_iter().chain(stock).collect()
}
