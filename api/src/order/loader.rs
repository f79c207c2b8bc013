//! Batched look-ups of what hangs below orders, and of orders below other objects, so that a page costs the same few statements however many
//! rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{report, specimen};
use uuid::Uuid;

use super::{
    seen::Seen,
    service::{self, Of},
};
use crate::{
    app::App,
    auth::Actor,
    error::Error,
    page::{Slice, Window},
};

/// Loads orders by id, as the actor sees them. One belongs to one request.
pub struct Orders(pub App, pub Actor);

impl Loader<Uuid> for Orders {
    type Value = Seen;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Seen>, Self::Error> {
        let seen = service::by_ids(&self.0, &self.1, ids).await?;
        Ok(seen.into_iter().map(|seen| (seen.row.id, seen)).collect())
    }
}

/// One page of the orders of one referral, patient or batch, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrdersPage {
    /// What they are of.
    pub of: Of,
    /// Which.
    pub object: Uuid,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<OrdersPage> for Orders {
    type Value = Slice<Seen>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[OrdersPage],
    ) -> Result<HashMap<OrdersPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&OrdersPage>> = HashMap::new();
        for key in keys {
            let same = (key.of, &key.window);
            alike.entry(same).or_default().push(key);
        }
        for ((of, window), keys) in alike {
            let objects: Vec<Uuid> = keys.iter().map(|key| key.object).collect();
            let mut rows: HashMap<Uuid, Vec<Seen>> = HashMap::new();
            for (object, seen) in service::below(&self.0, &self.1, of, &objects, window).await? {
                rows.entry(object).or_default().push(seen);
            }
            for key in keys {
                let rows = rows.remove(&key.object).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}

/// Loads every version of reports, the latest first.
pub struct Reports(pub App);

impl Loader<Uuid> for Reports {
    type Value = Vec<report::Model>;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for row in service::reports(&self.0, ids).await? {
            found.entry(row.id).or_default().push(row);
        }
        Ok(found)
    }
}

/// Loads the specimens of orders, the latest first.
pub struct Specimens(pub App);

impl Loader<Uuid> for Specimens {
    type Value = Vec<specimen::Model>;
    type Error = Arc<Error>;

    async fn load(&self, orders: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for (order, row) in service::specimens(&self.0, orders).await? {
            found.entry(order).or_default().push(row);
        }
        Ok(found)
    }
}
