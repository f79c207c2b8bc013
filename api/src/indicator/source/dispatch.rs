//! Expert dispatch 专家下派: who was at the hosts, what they did, which health centres are covered, and which fall short of the norm.

use std::collections::BTreeSet;

use chrono::{Datelike as _, Months, NaiveDate};
use entity::{
    enums::{InstitutionStatus, Tier},
    indicator_counts::Measure,
};
use uuid::Uuid;

use crate::{
    app::App,
    clock::{shanghai_day, shanghai_midnight},
    dispatch::service::{self as dispatches, NORM, Presence},
    error::Result,
    indicator::{area::Period, cell::Cell, figures::Figures},
    network::directory::Directory,
};

/// The dispatches to these hosts.
pub async fn cells(
    app: &App,
    directory: &Directory,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let hosts: Vec<Uuid> = institutions.iter().copied().collect();
    let there = dispatches::presence(app, &hosts, period.from, period.last_day()).await?;
    let mut cells = Vec::new();
    for worked in dispatches::worked_at(app, &hosts, period.from, period.last_day()).await? {
        let mut figures = Figures::default();
        figures.add_some(Measure::HalfDays, worked.half_days);
        figures.add_some(Measure::DispatchPatients, worked.patients);
        cells.push(of(worked.host, worked.day, false, figures));
    }
    for scored in dispatches::appraised_at(app, &hosts, period.from, period.last_day()).await? {
        let mut figures = Figures::default();
        figures.add_some(Measure::ScoreSum, scored.points);
        figures.add(Measure::Scores);
        cells.push(of(scored.host, scored.day, false, figures));
    }
    let today = shanghai_day(app.now());
    for first in period
        .first_days()
        .into_iter()
        .filter(|first| *first <= today)
    {
        let until = first.checked_add_months(Months::new(1)).unwrap_or(first);
        let last = until.pred_opt().unwrap_or(until);
        let during = |one: &&Presence| one.came <= last && first <= one.last;
        for one in there.iter().filter(during) {
            let mut figures = Figures::default();
            let once = |measure, id: Option<Uuid>, figures: &mut Figures| {
                let pair = id.map(|id| (id, Uuid::nil()));
                figures.sets.insert(measure, pair.into_iter().collect());
            };
            once(Measure::Experts, one.practitioner, &mut figures);
            once(Measure::Dispatches, Some(one.dispatch), &mut figures);
            cells.push(of(one.host, first, false, figures));
        }
        for centre in centres(directory, institutions) {
            let here = || there.iter().filter(|one| one.host == centre);
            let pair = BTreeSet::from([(centre, Uuid::nil())]);
            let mut figures = Figures::default();
            figures.sets.insert(Measure::DispatchCentres, pair.clone());
            let covered = here().filter(during).any(|one| one.covers);
            let covered = if covered { pair } else { BTreeSet::new() };
            figures.sets.insert(Measure::DispatchCovered, covered);
            cells.push(of(centre, first, false, figures));
            let day = last.min(today);
            let posted = here().filter(|one| one.is_doctor && one.came <= day && day <= one.last);
            let weekdays: BTreeSet<_> = posted.flat_map(|one| one.weekdays.iter()).collect();
            let mut stock = Figures::default();
            stock.add_if(Measure::BelowNorm, weekdays.len() < NORM);
            cells.push(of(centre, first, true, stock));
        }
    }
    Ok(cells)
}

fn of(host: Uuid, day: NaiveDate, is_stock: bool, figures: Figures) -> Cell {
    let month = day.with_day(1).unwrap_or(day);
    Cell {
        institution: host,
        month: Some(shanghai_midnight(month)),
        is_stock,
        figures,
    }
}

/// The health centres that operate.
fn centres(directory: &Directory, institutions: &BTreeSet<Uuid>) -> Vec<Uuid> {
    let found = institutions
        .iter()
        .filter_map(|id| directory.institution(*id));
    let centres = found.filter(|found| {
        found.tier == Tier::HealthCentre && found.status == InstitutionStatus::Operating
    });
    centres.map(|found| found.id).collect()
}
