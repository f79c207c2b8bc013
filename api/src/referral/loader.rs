//! Batched look-ups of what hangs below referrals, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::event;
use uuid::Uuid;

use super::{seen::Seen, service};
use crate::{
    app::App,
    auth::Actor,
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
    type Error = Arc<Error>;

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

/// Loads pages of the referrals of patients.
pub struct OfPatients(pub App, pub Actor);

/// One page of one patient's referrals, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatientPage {
    /// The patient.
    pub patient: Uuid,
    /// Rows of the page.
    pub rows: u64,
    /// When the row after which it begins was posted, and its id.
    pub after: Option<(DateTime<Utc>, Uuid)>,
}

impl PatientPage {
    fn window(&self) -> Window {
        let cursor = self
            .after
            .map(|(at, id)| Cursor::time(service::LATEST.name(), at, id));
        Window {
            rows: self.rows,
            backward: false,
            cursor,
        }
    }
}

impl Loader<PatientPage> for OfPatients {
    type Value = Slice<Seen>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[PatientPage],
    ) -> Result<HashMap<PatientPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        // The patients of a page are asked for the same rows: one statement serves them all.
        let mut alike: HashMap<_, Vec<&PatientPage>> = HashMap::new();
        for key in keys {
            alike.entry((key.rows, key.after)).or_default().push(key);
        }
        for keys in alike.into_values() {
            let Some(window) = keys.first().map(|key| key.window()) else {
                continue;
            };
            let patients: Vec<Uuid> = keys.iter().map(|key| key.patient).collect();
            let mut referrals: HashMap<Uuid, Vec<Seen>> = HashMap::new();
            for seen in service::of_patients(&self.0, &self.1, &patients, &window).await? {
                referrals.entry(seen.row.patient_id).or_default().push(seen);
            }
            for key in keys {
                found.insert(
                    key.clone(),
                    window.slice(referrals.remove(&key.patient).unwrap_or_default()),
                );
            }
        }
        Ok(found)
    }
}
