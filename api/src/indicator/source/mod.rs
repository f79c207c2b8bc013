//! Where figures come from: one file a source, each asked once for all institutions and months.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{area::Period, catalogue::Source, cell::Cell};
use crate::{app::App, error::Result};

mod centre;
mod dispatch;
mod family;
mod referral;
mod registry;
mod supervision;
mod volume;

pub use referral::lead;

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
        cells.extend(match source {
            Source::Referrals => referral::cells(app, &directory, institutions, period).await?,
            Source::Centres => centre::cells(app, &directory, institutions, period).await?,
            Source::Registry => registry::cells(&directory, institutions),
            Source::Family => family::cells(app, &directory, institutions, period).await?,
            Source::Dispatches => dispatch::cells(app, &directory, institutions, period).await?,
            Source::Volumes => volume::cells(app, &directory, institutions, period).await?,
            Source::Supervision => {
                supervision::cells(app, &directory, institutions, period).await?
            }
        });
    }
    Ok(cells)
}
