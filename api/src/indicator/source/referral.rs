//! Referrals, with their legs, holds and follow-ups: what is kept by month, and what follows from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, Utc};
use entity::indicator_counts::Measure;
use uuid::Uuid;

use crate::{
    app::App,
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    indicator::{area::Period, cell::Cell, figures::Figures, read},
    network::directory::Directory,
};

/// What these institutions are credited with in the months, and what they sent down in the same months a year before.
pub async fn cells(
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
