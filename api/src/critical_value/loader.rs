//! Batched look-ups of critical values, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{seen::Seen, service};
use crate::{app::App, auth::Actor, error::Error};

/// Loads critical values as the actor sees them. One belongs to one request.
pub struct CriticalValues(pub App, pub Actor);

impl Loader<Uuid> for CriticalValues {
    type Value = Seen;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Seen>, Self::Error> {
        let seen = service::by_ids(&self.0, &self.1, ids).await?;
        Ok(seen.into_iter().map(|seen| (seen.row.id, seen)).collect())
    }
}

/// The critical values of one order, the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OfOrder(pub Uuid);

impl Loader<OfOrder> for CriticalValues {
    type Value = Vec<Seen>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OfOrder]) -> Result<HashMap<OfOrder, Self::Value>, Self::Error> {
        let orders: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<OfOrder, Self::Value> = HashMap::new();
        for seen in service::of_orders(&self.0, &self.1, &orders).await? {
            let of = OfOrder(seen.row.order_id);
            found.entry(of).or_default().push(seen);
        }
        Ok(found)
    }
}
