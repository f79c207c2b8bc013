//! Supervision visits 业务指导: how many there were, and which health centres had as many as the norm asks for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use entity::{
    enums::{InstitutionStatus, Tier},
    indicator_counts::Measure,
};
use uuid::Uuid;

use crate::{
    app::App,
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    indicator::{area::Period, cell::Cell, figures::Figures},
    network::directory::Directory,
    supervision::service::{self as supervision, NORM},
};

/// The visits that these health centres had, and at each month's end whether they had as many in the twelve months before as the norm asks for.
pub async fn cells(
    app: &App,
    directory: &Directory,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let centres = institutions
        .iter()
        .filter_map(|id| directory.institution(*id));
    let centres = centres.filter(|found| {
        found.tier == Tier::HealthCentre && found.status == InstitutionStatus::Operating
    });
    let centres: Vec<Uuid> = centres.map(|found| found.id).collect();
    let since = a_year_before(period.from);
    let mut visits: BTreeMap<Uuid, Vec<NaiveDate>> = BTreeMap::new();
    for (centre, day) in supervision::days(app, &centres, since, period.last_day()).await? {
        visits.entry(centre).or_default().push(day);
    }
    let today = shanghai_day(app.now());
    let mut cells = Vec::new();
    for centre in centres {
        let own = visits.get(&centre).map(Vec::as_slice).unwrap_or_default();
        let between = |from: NaiveDate, until: NaiveDate| {
            let many = own.iter().filter(|day| from <= **day && **day < until);
            i64::try_from(many.count()).unwrap_or(i64::MAX)
        };
        for first in period.first_days() {
            let until = first.checked_add_months(Months::new(1)).unwrap_or(first);
            let mut had = Figures::default();
            had.add_some(Measure::SupervisionVisits, between(first, until));
            let mut norm = Figures::default();
            norm.add(Measure::SupervisionCentres);
            let enough = between(a_year_before(until), until) >= NORM;
            norm.add_if(Measure::SupervisionNorm, enough);
            let month = Some(shanghai_midnight(first));
            for (is_stock, figures) in [(false, had), (true, norm)] {
                // Of a time to come nothing is known.
                if !is_stock || first <= today {
                    cells.push(Cell {
                        institution: centre,
                        month,
                        is_stock,
                        figures,
                    });
                }
            }
        }
    }
    Ok(cells)
}

fn a_year_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_months(Months::new(12)).unwrap_or(day)
}
