//! Batched look-ups of follow-ups, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
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

/// Loads pages of the follow-ups of referrals and episodes.
pub struct Below(pub App, pub Actor);

/// One page of the follow-ups of one referral or episode, the first due first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BelowPage {
    /// What they are of.
    pub of: Of,
    /// Which.
    pub object: Uuid,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<BelowPage> for Below {
    type Value = Slice<Seen>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[BelowPage],
    ) -> Result<HashMap<BelowPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&BelowPage>> = HashMap::new();
        for key in keys {
            let same = (key.of, &key.window);
            alike.entry(same).or_default().push(key);
        }
        for ((of, window), keys) in alike {
            let objects: Vec<Uuid> = keys.iter().map(|key| key.object).collect();
            let mut rows: HashMap<Uuid, Vec<Seen>> = HashMap::new();
            for seen in service::below(&self.0, &self.1, of, &objects, window).await? {
                rows.entry(of.object(&seen)).or_default().push(seen);
            }
            for key in keys {
                let rows = rows.remove(&key.object).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}

/// Loads the follow-ups of plans.
pub struct Plans(pub App, pub Actor);

impl Loader<Uuid> for Plans {
    type Value = Vec<Seen>;
    type Error = Arc<Error>;

    async fn load(&self, plans: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        for seen in service::plans(&self.0, &self.1, plans).await? {
            found.entry(seen.row.plan_id).or_default().push(seen);
        }
        Ok(found)
    }
}
