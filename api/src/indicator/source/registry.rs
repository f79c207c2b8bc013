//! The registry as it is now: who is served by a shared centre.

use std::collections::BTreeSet;

use entity::{
    enums::{CentreKind, InstitutionStatus, Tier},
    indicator_counts::Measure,
};
use uuid::Uuid;

use crate::{
    indicator::{cell::Cell, figures::Figures},
    network::directory::Directory,
};

/// Who is served by a centre now.
pub fn cells(directory: &Directory, institutions: &BTreeSet<Uuid>) -> Vec<Cell> {
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
