//! Batched look-ups of sessions, and of who is enrolled in them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{enrolment, training_session};
use uuid::Uuid;

use super::list::{self, EnrolmentPage};
use crate::{app::App, auth::Actor, error::Error, page::Slice, policy};

/// Loads sessions by id.
pub struct Sessions(pub App);

impl Loader<Uuid> for Sessions {
    type Value = training_session::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = list::by_ids(&self.0, ids).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Loads pages of who is enrolled, as the actor sees them. One belongs to one request.
pub struct Enrolments(pub App, pub Actor);

impl Loader<EnrolmentPage> for Enrolments {
    type Value = Slice<enrolment::Model>;
    type Error = Arc<Error>;

    async fn load(
        &self,
        keys: &[EnrolmentPage],
    ) -> Result<HashMap<EnrolmentPage, Self::Value>, Self::Error> {
        let roster = policy::roster(&self.1, &self.0.directory.now());
        let mut found = HashMap::new();
        let mut alike: HashMap<_, Vec<&EnrolmentPage>> = HashMap::new();
        for key in keys {
            alike.entry(&key.window).or_default().push(key);
        }
        for (window, keys) in alike {
            let sessions: Vec<Uuid> = keys.iter().map(|key| key.session).collect();
            let mut rows: HashMap<Uuid, Vec<enrolment::Model>> = HashMap::new();
            for row in list::enrolments(&self.0, &roster, &sessions, window).await? {
                rows.entry(row.session_id).or_default().push(row);
            }
            for key in keys {
                let rows = rows.remove(&key.session).unwrap_or_default();
                found.insert(key.clone(), window.slice(rows));
            }
        }
        Ok(found)
    }
}
