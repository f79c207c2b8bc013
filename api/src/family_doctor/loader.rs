//! Batched look-ups of teams, their members, packages and contracts.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entity::{
    enums::ContractStatus, family_contract, family_member, family_package, family_team, patient,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult as _, JoinType,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::count;
use crate::{app::App, error::Error};

/// Loads teams by id.
pub struct Teams(pub App);

impl Loader<Uuid> for Teams {
    type Value = family_team::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = family_team::Entity::find()
            .filter(family_team::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Loads the present members of teams.
pub struct Members(pub App);

impl Loader<Uuid> for Members {
    type Value = Vec<family_member::Model>;
    type Error = Arc<Error>;

    async fn load(&self, teams: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let mut found: HashMap<Uuid, Self::Value> = HashMap::new();
        let now = self.0.now();
        for row in count::members(self.0.db.reader(), now, teams).await? {
            found.entry(row.team_id).or_default().push(row);
        }
        Ok(found)
    }
}

/// Loads how many patients have a running contract with teams.
pub struct SignedWith(pub App);

impl Loader<Uuid> for SignedWith {
    type Value = i64;
    type Error = Arc<Error>;

    async fn load(&self, teams: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let now = self.0.now();
        Ok(count::signed_with(self.0.db.reader(), now, teams).await?)
    }
}

/// Loads packages by id.
pub struct Packages(pub App);

impl Loader<Uuid> for Packages {
    type Value = family_package::Model;
    type Error = Arc<Error>;

    async fn load(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        let rows = family_package::Entity::find()
            .filter(family_package::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.db.reader())
            .await
            .map_err(|fault| Arc::new(Error::from(fault)))?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// Loads the running contracts of patients, by the id of the patient's record.
pub struct OfPatients(pub App);

impl Loader<Uuid> for OfPatients {
    type Value = family_contract::Model;
    type Error = Arc<Error>;

    async fn load(&self, records: &[Uuid]) -> Result<HashMap<Uuid, Self::Value>, Self::Error> {
        use family_contract::Column::{CreatedAt, PatientId, Status, Until};
        const RECORD: &str = "record";
        let of_patient = family_contract::Entity::belongs_to(patient::Entity)
            .from(PatientId)
            .to(patient::Column::Id);
        let query = family_contract::Entity::find()
            .join(JoinType::InnerJoin, of_patient.into())
            .expr_as(patient::Column::RecordId.into_expr(), RECORD)
            .filter(patient::Column::RecordId.is_in(records.iter().copied()))
            .filter(Status.eq(ContractStatus::Running))
            .filter(Until.gt(self.0.now()))
            .order_by_asc(CreatedAt);
        let reader = self.0.db.reader();
        let statement = query.build(reader.get_database_backend());
        let rows = reader.query_all_raw(statement).await;
        let rows = rows.map_err(|fault| Arc::new(Error::from(fault)))?;
        let mut found = HashMap::new();
        for row in rows {
            let read = family_contract::Model::from_query_result(&row, "")
                .and_then(|contract| Ok((row.try_get("", RECORD)?, contract)));
            let (record, contract) = read.map_err(|fault| Arc::new(Error::from(fault)))?;
            found.insert(record, contract);
        }
        Ok(found)
    }
}
