//! Batched look-ups of reports and of their versions.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use async_graphql::dataloader::Loader;
use entity::{volume_report, volume_revision};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::list;
use crate::{
    app::App,
    auth::{Actor, account},
    error::Error,
    policy,
};

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
pub type Version = (volume_revision::Model, Option<String>);

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
        let writers: BTreeSet<Uuid> = rows.iter().map(|row| row.account_id).collect();
        let names = account::names(&self.0, &writers).await?;
        let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
        for row in rows {
            let name = names.get(&row.account_id).cloned();
            found.entry(row.report_id).or_default().push((row, name));
        }
        Ok(found)
    }
}
