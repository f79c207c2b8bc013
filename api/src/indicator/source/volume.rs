//! Volumes: what institutions report of their months, as it is on record now.

use std::collections::BTreeSet;

use entity::{enums::Tier, indicator_counts::Measure};
use uuid::Uuid;

use crate::{
    app::App,
    clock::shanghai_midnight,
    error::Result,
    indicator::{area::Period, cell::Cell, figures::Figures},
    network::directory::Directory,
    volume::service as volumes,
};

/// What these institutions reported of the months. What nobody counted is not nought: a part is divided by the whole of those who counted it.
pub async fn cells(
    app: &App,
    directory: &Directory,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
) -> Result<Vec<Cell>> {
    let ids: Vec<Uuid> = institutions.iter().copied().collect();
    let months = volumes::months(app, &ids, period.from, period.until).await?;
    let cell = |month: volumes::Month| {
        let found = directory.institution(month.institution);
        let tier = found.map(|found| found.tier);
        let primary = matches!(tier, Some(Tier::HealthCentre | Tier::Station));
        let counts = month.counts;
        let mut figures = Figures::default();
        let mut add = |measure, count: Option<i32>, so: bool| {
            figures.add_some(measure, count.filter(|_| so).unwrap_or_default().into());
        };
        add(Measure::Visits, counts.visits, true);
        add(Measure::PrimaryVisits, counts.visits, primary);
        add(Measure::Discharges, counts.discharges, true);
        add(Measure::PrimaryDischarges, counts.discharges, primary);
        add(Measure::TcmOf, counts.visits, counts.tcm_visits.is_some());
        add(Measure::TcmVisits, counts.tcm_visits, true);
        let contacts = counts.first_contacts_outside;
        add(Measure::FirstContactsOf, counts.visits, contacts.is_some());
        add(Measure::FirstContactsOutside, contacts, true);
        let referred = counts.outside_referred;
        add(
            Measure::OutsideOf,
            counts.outside_visits,
            referred.is_some(),
        );
        add(Measure::OutsideReferred, referred, true);
        Cell {
            institution: month.institution,
            month: Some(shanghai_midnight(month.month)),
            is_stock: false,
            figures,
        }
    };
    Ok(months.into_iter().map(cell).collect())
}
