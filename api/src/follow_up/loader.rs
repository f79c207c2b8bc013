//! Batched look-ups of follow-ups, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    seen::Seen,
    service::{self, DUE, Of},
};
use crate::{
    app::App,
    auth::Actor,
    error::Error,
    page::{Cursor, Slice, Window},
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
    /// Rows of the page.
    pub rows: u64,
    /// When the row after which it begins is due, and its id.
    pub after: Option<(DateTime<Utc>, Uuid)>,
}

impl BelowPage {
    fn window(&self) -> Window {
        let cursor = self.after.map(|(at, id)| Cursor::time(DUE, at, id));
        Window {
            rows: self.rows,
            backward: false,
            cursor,
        }
    }
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
            let same = (key.of, key.rows, key.after);
            alike.entry(same).or_default().push(key);
        }
        for ((of, _, _), keys) in alike {
            let Some(window) = keys.first().map(|key| key.window()) else {
                continue;
            };
            let objects: Vec<Uuid> = keys.iter().map(|key| key.object).collect();
            let mut rows: HashMap<Uuid, Vec<Seen>> = HashMap::new();
            for seen in service::below(&self.0, &self.1, of, &objects, &window).await? {
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
