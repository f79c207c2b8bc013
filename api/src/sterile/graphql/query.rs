//! Reading batches.

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{
        loader::{OfOrders, SterileBatches},
        service,
    },
    Batch,
};
use crate::{
    error::{Error, Result},
    graphql::{Reply, ask, unshare},
    id::{self, Kind},
};

/// Reading batches.
#[derive(Default)]
pub struct BatchQuery;

/// Reading batches.
#[Object]
impl BatchQuery {
    /// A sterile batch 灭菌批次; null where there is none, or the caller sees no order that holds packs of it.
    async fn batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The batch, `bat_…`.")] id: ID,
    ) -> Reply<Batch> {
        node(ctx, &id).await
    }
}

/// The batch of that id, for `node`; null where the caller does not see it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<Batch> {
    ask(ctx, Action::ReadOrder, |app, call| async move {
        let id = id::decode(Kind::Batch, id, "id")?;
        Ok(Batch(service::batch(app, &call, id).await?))
    })
    .await
}

/// The batch of that id, read together with the others of the page; none where the caller does not see it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<Batch>> {
    let loader = ctx
        .data_opt::<DataLoader<SterileBatches>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
    Ok(found.map(Batch))
}

/// The batches of an order that the caller sees, read together with those of the others of the page.
pub async fn of_order(ctx: &Context<'_>, order: Uuid) -> Result<Vec<Batch>> {
    let loader = ctx
        .data_opt::<DataLoader<OfOrders>>()
        .ok_or(Error::Unauthenticated)?;
    let found = loader.load_one(order).await;
    let found = found.map_err(|error| unshare(&error))?;
    Ok(found.unwrap_or_default().into_iter().map(Batch).collect())
}
