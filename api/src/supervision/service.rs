//! What supervision offers to other domains.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::supervision_visit;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::{app::App, error::Result};

/// Visits that a health centre is to have in a year.
pub const NORM: i64 = 3;

/// How many visits each of these health centres had from the first day up to, and with, the last, as it is on record now. One that had none is not named.
pub async fn visits(
    app: &App,
    health_centres: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<HashMap<Uuid, i64>> {
    use supervision_visit::Column::{Id, Struck, VisitedId, VisitedOn};
    let counted: Vec<(Uuid, i64)> = supervision_visit::Entity::find()
        .select_only()
        .column(VisitedId)
        .column_as(Id.count(), "visits")
        .filter(VisitedId.is_in(health_centres.iter().copied()))
        .filter(VisitedOn.between(from, to))
        .filter(Struck.eq(false))
        .group_by(VisitedId)
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(counted.into_iter().collect())
}

/// The visits that these health centres had from the first day up to, and with, the last, each with its day; in one statement.
pub async fn days(
    app: &App,
    health_centres: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(Uuid, NaiveDate)>> {
    use supervision_visit::Column::{Struck, VisitedId, VisitedOn};
    let visits = supervision_visit::Entity::find()
        .select_only()
        .columns([VisitedId, VisitedOn])
        .filter(VisitedId.is_in(health_centres.iter().copied()))
        .filter(VisitedOn.between(from, to))
        .filter(Struck.eq(false))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(visits)
}
