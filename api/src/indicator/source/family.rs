//! Family doctors 家庭医生: who had signed when the period ended, and how many teams were complete.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{InstitutionStatus, Tier},
    indicator_counts::Measure,
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    family_doctor::count::{completeness, signed},
    indicator::{area::Period, cell::Cell, figures::Figures},
    network::directory::Directory,
    volume::service as volumes,
};

/// The patients who had signed with these health centres at the end of the period, or have by now where it goes on, with the residents that these last
/// reported. A health centre that reports no residents is left out, as is a population group that it does not count.
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
    let at = moment(app, period);
    let mut found: HashMap<Uuid, Figures> = HashMap::new();
    let year = period.year_before();
    // Residents are counted once a year at least.
    for (centre, counts) in volumes::period(app, &centres, year.from, period.until).await? {
        let figures = found.entry(centre).or_default();
        figures.add_some(
            Measure::Residents,
            counts.residents.unwrap_or_default().into(),
        );
        for group in counts.residents_by_tag {
            figures.add_parts(Measure::Residents, group.tag.code(), group.residents.into());
        }
    }
    let connection = app.db.reader();
    for row in signed(connection, at, &centres).await? {
        let figures = found.entry(row.institution_id).or_default();
        match row.tag {
            None if figures.count(Measure::Residents) > 0 => {
                figures.add_some(Measure::Signed, row.patients);
            }
            Some(tag) if has(figures, tag.code()) => {
                figures.add_parts(Measure::Signed, tag.code(), row.patients);
            }
            _ => {}
        }
    }
    for (centre, teams) in completeness(connection, at, &centres).await? {
        let figures = found.entry(centre).or_default();
        figures.add_some(Measure::Teams, teams.teams);
        figures.add_some(Measure::CompleteTeams, teams.complete);
    }
    let cells = found.into_iter().map(|(institution, figures)| Cell {
        institution,
        month: None,
        is_stock: false,
        figures,
    });
    Ok(cells.collect())
}

fn has(figures: &Figures, tag: &str) -> bool {
    let parts = figures.counts.parts.get(&Measure::Residents);
    parts.is_some_and(|parts| parts.contains_key(tag))
}

/// The last moment of the period, or now where that is not yet.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as it is asked")]
fn moment(app: &App, period: &Period) -> DateTime<Utc> {
    let last = period.ends_at() - Duration::milliseconds(1);
    last.min(app.now())
}
