//! Attachments of a page of referrals or orders, read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::file;

use super::service::{self, Holder};
use crate::{app::App, error::Error};

/// Loads the files attached to referrals and orders.
pub struct Attachments(pub App);

impl Loader<Holder> for Attachments {
    type Value = Vec<file::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Holder]) -> Result<HashMap<Holder, Self::Value>, Self::Error> {
        let mut found: HashMap<Holder, Self::Value> = HashMap::new();
        for row in service::of_each(&self.0, keys).await? {
            if let Some(holder) = Holder::of(&row) {
                found.entry(holder).or_default().push(row);
            }
        }
        Ok(found)
    }
}
