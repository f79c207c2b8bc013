//! Batched look-ups of batches, by id and below orders.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::batch::Model;
use uuid::Uuid;

use super::service;
use crate::{app::App, auth::Actor, error::Error};

/// Loads batches by id, as the actor sees them. One belongs to one request.
pub struct SterileBatches(pub App, pub Actor);

impl Loader<Uuid> for SterileBatches {
    type Value = Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>, Self::Error> {
        let rows = service::by_ids(&self.0, &self.1, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Loads the batches of orders, by number. Whoever sees an order sees them.
pub struct OfOrders(pub App);

impl Loader<Uuid> for OfOrders {
    type Value = Vec<Model>;
    type Error = Arc<Error>;

    async fn load(&self, orders: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for (order, row) in service::of_orders(&self.0, orders).await? {
            found.entry(order).or_default().push(row);
        }
        Ok(found)
    }
}
