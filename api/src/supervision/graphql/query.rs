//! Reading supervision visits.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{list::VISITS, loader::Visits},
    SupervisionVisit,
    input::SupervisionVisitFilter,
};
use crate::{
    error::{Error, Result},
    graphql::{Connection, Count, Reply, actor, ask, load},
    id::{self, Kind},
    page::{PageArgs, Window},
    policy,
};

/// Reading supervision visits.
#[derive(Default)]
pub struct SupervisionQuery;

/// Reading supervision visits.
#[Object]
impl SupervisionQuery {
    /// Supervision visits 业务指导, the latest first: those of the caller's institution and of whatever it oversees, on either side.
    async fn supervision_visits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<SupervisionVisitFilter>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<SupervisionVisit>> {
        ask(ctx, Action::ReadSupervision, async |app, call| {
            policy::require(call.actor, Action::ReadSupervision)?;
            let window = Window::parse(&PageArgs::forward(first, after), VISITS)?;
            let seen = policy::overseen(call.actor, &app.directory.now());
            let query = filter.unwrap_or_default().query(seen)?;
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, SupervisionVisit(row)));
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

/// The visit of that id, for whoever reads it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<SupervisionVisit> {
    ask(ctx, Action::ReadSupervision, async |_, call| {
        policy::require(call.actor, Action::ReadSupervision)?;
        let id = id::decode(Kind::SupervisionVisit, id, "id")?;
        one(ctx, id).await?.ok_or(Error::NotFound)
    })
    .await
}

/// The visit of that id, read together with the others of the page; none to whoever does not read it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<SupervisionVisit>> {
    if policy::require(actor(ctx)?, Action::ReadSupervision).is_err() {
        return Ok(None);
    }
    let found = load::<Visits, _>(ctx, id).await?;
    Ok(found.map(SupervisionVisit))
}
