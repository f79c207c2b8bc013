//! What each source has counted, by institution and month: what answers are added up from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Months, Utc};
use entity::{
    enums::{Bucket, CentreKind, InstitutionStatus, ThroughputDimension, Tier},
    indicator_counts::Measure,
};
use uuid::Uuid;

use super::{
    area::Period,
    catalogue::Source,
    figures::{Clock, Figures, Pair},
    read,
};
use crate::{
    app::App,
    auth::Actor,
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    network::directory::Directory,
    throughput::{
        query::{Asked, MOST_NAMED, MOST_ROWS},
        read as throughput,
        tally::Row,
    },
};

/// What a source has counted of an institution.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The institution that is credited.
    pub institution: Uuid,
    /// When its month begins; none of what has no date.
    pub month: Option<DateTime<Utc>>,
    /// Whether it is what there was when the month ended: of several months, the last tells.
    pub is_stock: bool,
    /// What was counted.
    pub figures: Figures,
}

/// What these sources have counted of these institutions.
pub async fn cells(
    app: &App,
    sources: &BTreeSet<Source>,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let directory = app.directory.now();
    let mut cells = Vec::new();
    for source in sources {
        match source {
            Source::Referrals => {
                cells.extend(referrals(app, &directory, institutions, period).await?);
            }
            Source::Centres => cells.extend(centres(app, &directory, institutions, period).await?),
            Source::Registry => cells.extend(registry(&directory, institutions)),
        }
    }
    Ok(cells)
}

/// The sum of cells; of what there was at the end of a month only the last.
pub fn sum<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Result<Figures> {
    let mut sum = Figures::default();
    let mut stock: BTreeMap<DateTime<Utc>, Vec<&Figures>> = BTreeMap::new();
    for cell in cells {
        match cell.month.filter(|_| cell.is_stock) {
            Some(month) => stock.entry(month).or_default().push(&cell.figures),
            None => sum.merge(&cell.figures)?,
        }
    }
    for figures in stock.pop_last().into_iter().flat_map(|(_, last)| last) {
        sum.merge(figures)?;
    }
    Ok(sum)
}

async fn referrals(
    app: &App,
    directory: &Directory,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let before = period.year_before();
    let months = read::months(app, institutions, before.starts_at(), period.ends_at()).await?;
    let leads: BTreeSet<Uuid> = directory.leads.values().flatten().copied().collect();
    let (from, last) = (period.starts_at(), before.ends_at());
    let mut cells = Vec::new();
    for ((institution, month), mut figures) in months {
        // A year before is a month of another period, or of both.
        if month < last {
            let mut growth = Figures::default();
            growth.add_some(Measure::SentDownBefore, figures.count(Measure::SentDown));
            if !growth.is_empty() {
                cells.push(Cell {
                    institution,
                    month: Some(year_later(month)),
                    is_stock: false,
                    figures: growth,
                });
            }
        }
        if month < from {
            continue;
        }
        lead(&leads, institution, &mut figures);
        cells.push(Cell {
            institution,
            month: Some(month),
            is_stock: false,
            figures,
        });
    }
    Ok(cells)
}

/// Of lead hospitals alone it is counted how much of what comes and goes there goes down.
pub fn lead(leads: &BTreeSet<Uuid>, institution: Uuid, figures: &mut Figures) {
    if leads.contains(&institution) {
        let all = figures.count(Measure::WentOut) + figures.count(Measure::CameIn);
        figures.add_some(Measure::LeadDown, figures.count(Measure::SentDown));
        figures.add_some(Measure::LeadAll, all);
    }
}

fn year_later(month: DateTime<Utc>) -> DateTime<Utc> {
    let day = shanghai_day(month);
    shanghai_midnight(day.checked_add_months(Months::new(12)).unwrap_or(day))
}

/// Throughput of the centres that these institutions run, as throughput has it.
async fn centres(
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

/// Who is served by a centre now.
fn registry(directory: &Directory, institutions: &BTreeSet<Uuid>) -> Vec<Cell> {
    let mut cells = Vec::new();
    for id in institutions {
        let Some(found) = directory.institution(*id) else {
            continue;
        };
        if found.status != InstitutionStatus::Operating {
            continue;
        }
        let served = |kind: Option<CentreKind>| {
            directory.centres.values().any(|centre| {
                let fits = kind.is_none_or(|kind| kind == centre.kind);
                centre.active && fits && directory.serves(centre.id, *id)
            })
        };
        let mut figures = Figures::default();
        match found.tier {
            Tier::HealthCentre => {
                figures.add(Measure::HealthCentres);
                figures.add_if(Measure::HealthCentresServed, served(None));
            }
            Tier::Station => {
                figures.add(Measure::Stations);
                figures.add_if(Measure::StationsWithEcg, served(Some(CentreKind::Ecg)));
            }
            Tier::Hospital | Tier::Partner => continue,
        }
        cells.push(Cell {
            institution: *id,
            month: None,
            is_stock: false,
            figures,
        });
    }
    cells
}
