//! What monitors are told of critical values: how many nobody has acknowledged in time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::critical_value;
use prometheus::Registry;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    id::{self, Kind},
    metrics::gauges,
    order::state::Workflow,
};

/// Reads how many are overdue at each centre, in one statement that the index of what nobody has acknowledged serves.
pub async fn read(app: &App, registry: &Registry) -> Result<()> {
    let overdue = gauges(
        registry,
        "liandong_centre_critical_values_overdue",
        "Critical values of a centre that nobody has acknowledged in time.",
        &["centre", "kind"],
    );
    let all: Vec<(Uuid, i64)> = statement(app.now())
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let counted: HashMap<Uuid, i64> = all.into_iter().collect();
    for row in app.directory.now().centres.values() {
        if matches!(
            Workflow::of(row.kind),
            Some(Workflow::Examination | Workflow::Specimen)
        ) {
            let id = id::encode(Kind::SharedCentre, row.id);
            overdue
                .with_label_values(&[id.as_str(), row.kind.code()])
                .set(counted.get(&row.id).copied().unwrap_or_default());
        }
    }
    Ok(())
}

/// The statement by which they are counted. The index of what nobody has acknowledged has the same words, without which it would not serve.
#[must_use]
pub fn statement(now: DateTime<Utc>) -> Select<critical_value::Entity> {
    use critical_value::Column::{CentreId, DueAt, Id};
    critical_value::Entity::find()
        .select_only()
        .column(CentreId)
        .column_as(Id.count(), "values")
        .filter(Expr::cust("status = 'NOTIFIED'"))
        .filter(DueAt.lte(now))
        .group_by(CentreId)
}
