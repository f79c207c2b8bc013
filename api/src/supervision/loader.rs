//! Batched look-ups of supervision visits, of their versions, and of how many there were in a year.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entity::{supervision_revision, supervision_visit};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::{list, service};
use crate::{app::App, auth::Actor, correction, error::Error, policy};

/// Loads visits that the actor reads. One belongs to one request.
pub struct Visits(pub App, pub Actor);

impl Loader<Uuid> for Visits {
    type Value = supervision_visit::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let seen = policy::overseen(&self.1, &self.0.directory.now());
        let rows = list::by_ids(&self.0, ids, &seen).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// A version of a visit, and who wrote it.
pub type Version = correction::Version<supervision_revision::Model>;

/// Loads the versions of visits, the first first.
pub struct VisitVersions(pub App);

impl Loader<Uuid> for VisitVersions {
    type Value = Vec<Version>;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        use supervision_revision::Column::{Version, VisitId};
        let rows = supervision_revision::Entity::find()
            .filter(VisitId.is_in(ids.iter().copied()))
            .order_by_asc(VisitId)
            .order_by_asc(Version)
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        let found = correction::signed(&self.0, rows, |row| (row.visit_id, row.account_id));
        Ok(found.await?)
    }
}

/// Loads how often health centres were visited in a year.
pub struct Yearly(pub App);

impl Loader<(Uuid, i32)> for Yearly {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, keys: &[(Uuid, i32)]) -> Result<HashMap<(Uuid, i32), i64>, Self::Error> {
        let mut years: HashMap<i32, Vec<Uuid>> = HashMap::new();
        for (centre, year) in keys {
            years.entry(*year).or_default().push(*centre);
        }
        let mut found = HashMap::new();
        for (year, centres) in years {
            let (first, last) = (
                NaiveDate::from_ymd_opt(year, 1, 1),
                NaiveDate::from_ymd_opt(year, 12, 31),
            );
            let Some((first, last)) = first.zip(last) else {
                continue;
            };
            let counted = service::visits(&self.0, &centres, first, last).await?;
            for centre in centres {
                let visits = counted.get(&centre).copied().unwrap_or(0);
                found.insert((centre, year), visits);
            }
        }
        Ok(found)
    }
}
