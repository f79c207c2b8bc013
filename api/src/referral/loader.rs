//! Batched look-ups of what hangs below referrals, so that a page costs the same few statements however many rows it has.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::event;
use uuid::Uuid;

use super::service;
use crate::{
    app::App,
    error::Error,
    page::{Cursor, Slice, Window},
};

/// Loads pages of timelines.
pub struct Timelines(pub App);

/// One page of one referral's timeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimelinePage {
    /// The referral.
    pub referral: Uuid,
    /// Rows of the page.
    pub rows: u64,
    /// The version after which it begins.
    pub after: Option<i32>,
}

/// The sort that cursors of a timeline name.
pub const TIMELINE: &str = "VERSION";

impl TimelinePage {
    fn window(&self) -> Window {
        let cursor = self
            .after
            .map(|version| Cursor::text(TIMELINE, version.to_string(), Uuid::nil()));
        Window {
            rows: self.rows,
            backward: false,
            cursor,
        }
    }
}

impl Loader<TimelinePage> for Timelines {
    type Value = Slice<event::Model>;
    type Error = std::sync::Arc<Error>;

    async fn load(
        &self,
        keys: &[TimelinePage],
    ) -> Result<HashMap<TimelinePage, Self::Value>, Self::Error> {
        let mut pages: HashMap<(u64, Option<i32>), Vec<&TimelinePage>> = HashMap::new();
        for key in keys {
            pages.entry((key.rows, key.after)).or_default().push(key);
        }
        let mut found = HashMap::new();
        for keys in pages.into_values() {
            let Some(window) = keys.first().map(|key| key.window()) else {
                continue;
            };
            let referrals: Vec<Uuid> = keys.iter().map(|key| key.referral).collect();
            let mut events: HashMap<Uuid, Vec<event::Model>> = HashMap::new();
            for row in service::timelines(&self.0, &referrals, &window).await? {
                events.entry(row.subject_id).or_default().push(row);
            }
            for key in keys {
                found.insert(
                    key.clone(),
                    window.slice(events.remove(&key.referral).unwrap_or_default()),
                );
            }
        }
        Ok(found)
    }
}
