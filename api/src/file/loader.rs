//! Attachments of a page of referrals, read in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::file;
use uuid::Uuid;

use super::service;
use crate::{app::App, error::Error};

/// Loads the files attached to referrals.
pub struct Attachments(pub App);

impl Loader<Uuid> for Attachments {
    type Value = Vec<file::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for row in service::of_referrals(&self.0, keys).await? {
            if let Some(referral) = row.referral_id {
                found.entry(referral).or_default().push(row);
            }
        }
        Ok(found)
    }
}
