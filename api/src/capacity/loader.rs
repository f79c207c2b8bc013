//! Beds, slots and holds of a page, each read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{bed_pool, hold, slot};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{app::App, error::Error};

/// Reads bed pools.
pub struct BedPools(pub App);

/// Reads slots.
pub struct Slots(pub App);

/// Reads holds.
pub struct Holds(pub App);

impl Loader<Uuid> for BedPools {
    type Value = bed_pool::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = bed_pool::Entity::find()
            .filter(bed_pool::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl Loader<Uuid> for Slots {
    type Value = slot::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = slot::Entity::find()
            .filter(slot::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl Loader<Uuid> for Holds {
    type Value = hold::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = hold::Entity::find()
            .filter(hold::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
