//! A batch of the demo that is called back.

use chrono::{DateTime, Duration, Utc};
use entity::enums::{CentreKind, Role};

use super::{
    super::cast::Cast,
    Centres,
    play::{State, lacking},
};
use crate::{
    app::App,
    auth::Scope,
    error::Result,
    sterile::service::{self as sterile, Recall},
};

/// A load of packs was not sterile after all: the last one that was delivered some days ago is called back.
pub(super) async fn perform(
    app: &App,
    (cast, centres): (&Cast, &Centres),
    states: &[State],
    now: DateTime<Utc>,
) -> Result<()> {
    let centre = centres.of(CentreKind::SterileSupply)?;
    let before = now - Duration::days(4);
    let packs = states.iter().flat_map(|state| &state.orders);
    let packs = packs.filter(|row| row.delivered_at.is_some_and(|at| at < before));
    let Some(last) = packs.max_by_key(|row| row.delivered_at) else {
        return Ok(());
    };
    let batches = sterile::of_orders(app, &[last.id]).await?;
    let Some((_, batch)) = batches.into_iter().next() else {
        return Ok(());
    };
    let hospital = Scope::Institution {
        id: centre.host_id,
        department: None,
    };
    let actor = cast.worker(&hospital, Role::Technician, 0);
    let actor = actor.ok_or_else(|| lacking("no technician"))?;
    app.clock.set(now - Duration::days(2));
    let input = Recall {
        batch: batch.id,
        version: Some(batch.version),
        reason: "生物监测阳性，召回本批次无菌包。".into(),
        occurred_at: None,
    };
    sterile::recall(app, &actor.at("demo"), input).await?;
    Ok(())
}
