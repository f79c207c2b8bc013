//! Batched look-ups of reports and of their versions.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{volume_report, volume_revision};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::list;
use crate::{app::App, auth::Actor, correction, error::Error, policy};

/// Loads reports that the actor reads. One belongs to one request.
pub struct VolumeReports(pub App, pub Actor);

impl Loader<Uuid> for VolumeReports {
    type Value = volume_report::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let seen = policy::overseen(&self.1, &self.0.directory.now());
        let rows = list::by_ids(&self.0, ids, &seen).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// A version of a report, and who wrote it.
pub type Version = correction::Version<volume_revision::Model>;

/// Loads the versions of reports, the first first.
pub struct VolumeVersions(pub App);

impl Loader<Uuid> for VolumeVersions {
    type Value = Vec<Version>;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        use volume_revision::Column::{ReportId, Version};
        let rows = volume_revision::Entity::find()
            .filter(ReportId.is_in(ids.iter().copied()))
            .order_by_asc(ReportId)
            .order_by_asc(Version)
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        let found = correction::signed(&self.0, rows, |row| (row.report_id, row.account_id));
        Ok(found.await?)
    }
}
