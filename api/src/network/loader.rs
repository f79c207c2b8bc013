//! Practitioners of a page, read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::practitioner;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{app::App, error::Error};

/// Reads practitioners for display, all of a page at once. One belongs to one request.
pub struct PractitionerLoader {
    app: App,
}

impl PractitionerLoader {
    /// A loader for one request.
    #[must_use]
    pub const fn new(app: App) -> Self {
        Self { app }
    }
}

impl Loader<Uuid> for PractitionerLoader {
    type Value = Arc<practitioner::Model>;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = practitioner::Entity::find()
            .filter(practitioner::Column::Id.is_in(ids.iter().copied()))
            .all(self.app.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }
}
