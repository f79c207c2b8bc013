//! Items of catalogues, those of a page of centres or orders read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::catalogue_item;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::list::ItemQuery;
use crate::{
    app::App,
    error::Error,
    page::{Slice, Window},
};

/// Reads items.
pub struct Items(pub App);

impl Loader<Uuid> for Items {
    type Value = catalogue_item::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = catalogue_item::Entity::find()
            .filter(catalogue_item::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Reads pages of the catalogues of centres.
pub struct Catalogues(pub App);

/// One page of one centre's catalogue, by code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CataloguePage {
    /// The centre.
    pub centre: Uuid,
    /// Which items.
    pub query: ItemQuery,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<CataloguePage> for Catalogues {
    type Value = Slice<catalogue_item::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[CataloguePage],
    ) -> Result<HashMap<CataloguePage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        // The centres of a page are asked for the same rows: one statement serves them all.
        let mut alike: HashMap<_, Vec<&CataloguePage>> = HashMap::new();
        for key in keys {
            let same = (&key.query, &key.window);
            alike.entry(same).or_default().push(key);
        }
        for ((query, window), keys) in alike {
            let centres: Vec<Uuid> = keys.iter().map(|key| key.centre).collect();
            let mut rows: HashMap<Uuid, Vec<catalogue_item::Model>> = HashMap::new();
            for row in query.list(&self.0, &centres, window).await? {
                rows.entry(row.centre_id).or_default().push(row);
            }
            for key in keys {
                let rows = rows.remove(&key.centre).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}
