//! Reading volumes.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{list::REPORTS, loader::VolumeReports},
    VolumeReport,
    input::VolumeReportFilter,
};
use crate::{
    error::{Error, Result},
    graphql::{Connection, Count, Reply, actor, ask, load},
    id::{self, Kind},
    page::{PageArgs, Window},
    policy,
};

/// Reading volumes.
#[derive(Default)]
pub struct VolumeQuery;

/// Reading volumes.
#[Object]
impl VolumeQuery {
    /// What institutions report of their months 月度业务量, the latest month first: the caller's own, and whatever it oversees.
    async fn volume_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<VolumeReportFilter>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<VolumeReport>> {
        ask(ctx, Action::ReadVolumes, async |app, call| {
            policy::require(call.actor, Action::ReadVolumes)?;
            let window = Window::parse(&PageArgs::forward(first, after), REPORTS)?;
            let seen = policy::overseen(call.actor, &app.directory.now());
            let query = filter.unwrap_or_default().query(seen)?;
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, VolumeReport(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, query) = (app.clone(), query.clone());
                Box::pin(async move { query.count(&app).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }
}

/// The report of that id, for whoever reads it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<VolumeReport> {
    ask(ctx, Action::ReadVolumes, async |_, call| {
        policy::require(call.actor, Action::ReadVolumes)?;
        let id = id::decode(Kind::VolumeReport, id, "id")?;
        one(ctx, id).await?.ok_or(Error::NotFound)
    })
    .await
}

/// The report of that id, read together with the others of the page; none to whoever does not read it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<VolumeReport>> {
    if policy::require(actor(ctx)?, Action::ReadVolumes).is_err() {
        return Ok(None);
    }
    let found = load::<VolumeReports, _>(ctx, id).await?;
    Ok(found.map(VolumeReport))
}
