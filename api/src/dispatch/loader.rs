//! Batched look-ups of dispatches and of what was logged of them, so that a page costs the same few statements however many rows it has.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::{dispatch::Model, dispatch_log};
use uuid::Uuid;

use super::{
    seen,
    service::{self, Of, Totals},
};
use crate::{
    app::App,
    auth::Actor,
    error::Error,
    page::{Slice, Window},
    policy,
    referral::service::open_of_dispatches,
};

/// Loads dispatches by id, and pages of those of institutions, as the actor sees them. One belongs to one request.
pub struct Dispatches(pub App, pub Actor);

impl Loader<Uuid> for Dispatches {
    type Value = Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>, Self::Error> {
        let Self(app, actor) = self;
        if !policy::permits(&actor.roles, entity::enums::Action::ReadDispatch) {
            return Ok(HashMap::new());
        }
        let rows = seen::by_ids(app.db.reader(), actor, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// One page of the dispatches of one institution, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DispatchesPage {
    /// On which side.
    pub of: Of,
    /// Of which institution.
    pub institution: Uuid,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<DispatchesPage> for Dispatches {
    type Value = Slice<Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[DispatchesPage],
    ) -> Result<HashMap<DispatchesPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&DispatchesPage>> = HashMap::new();
        for key in keys {
            let same = (key.of, &key.window);
            alike.entry(same).or_default().push(key);
        }
        for ((of, window), keys) in alike {
            let institutions: Vec<Uuid> = keys.iter().map(|key| key.institution).collect();
            let mut rows: HashMap<Uuid, Vec<Model>> = HashMap::new();
            for row in service::below(&self.0, &self.1, of, &institutions, window).await? {
                if let Some(institution) = of.institution(&row) {
                    rows.entry(institution).or_default().push(row);
                }
            }
            for key in keys {
                let rows = rows.remove(&key.institution).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}

/// Loads what was logged of dispatches that the actor sees.
pub struct Logs(pub App);

/// One page of what was logged of one dispatch, the latest half-day first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LogsPage {
    /// The dispatch.
    pub dispatch: Uuid,
    /// Which part of the list.
    pub window: Window,
}

impl Loader<LogsPage> for Logs {
    type Value = Slice<dispatch_log::Model>;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[LogsPage]) -> Result<HashMap<LogsPage, Self::Value>, Self::Error> {
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&LogsPage>> = HashMap::new();
        for key in keys {
            alike.entry(&key.window).or_default().push(key);
        }
        for (window, keys) in alike {
            let dispatches: Vec<Uuid> = keys.iter().map(|key| key.dispatch).collect();
            let mut rows: HashMap<Uuid, Vec<dispatch_log::Model>> = HashMap::new();
            for row in service::logs(&self.0, &dispatches, window).await? {
                rows.entry(row.dispatch_id).or_default().push(row);
            }
            for key in keys {
                let rows = rows.remove(&key.dispatch).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}

/// A half-day of a dispatch, by when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HalfDayOf(pub Uuid, pub DateTime<Utc>);

impl Loader<HalfDayOf> for Logs {
    type Value = Vec<dispatch_log::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[HalfDayOf],
    ) -> Result<HashMap<HalfDayOf, Self::Value>, Self::Error> {
        let half_days: Vec<_> = keys.iter().map(|key| (key.0, key.1)).collect();
        let found = service::earlier(&self.0, &half_days).await?;
        Ok(found
            .into_iter()
            .map(|((dispatch, at), rows)| (HalfDayOf(dispatch, at), rows))
            .collect())
    }
}

/// A dispatch whose open referrals are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenOf(pub Uuid);

impl Loader<OpenOf> for Logs {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[OpenOf]) -> Result<HashMap<OpenOf, i64>, Self::Error> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = open_of_dispatches(&self.0, &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, many)| (OpenOf(id), many))
            .collect())
    }
}

impl Loader<Uuid> for Logs {
    type Value = Totals;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Totals>, Self::Error> {
        let rows = service::totals(&self.0, ids).await?;
        Ok(rows.into_iter().map(|row| (row.dispatch_id, row)).collect())
    }
}
