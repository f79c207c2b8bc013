//! The institutions of the network and its shared centres in memory: small, read on every row, and only for display and derivation.
//!
//! A verb that depends on whether an institution works reads it in its own transaction instead.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, Utc};
use entity::{
    account_grant, capability, centre_served, community, community_lead, department,
    enums::{Role, Tier},
    institution, radiation, shared_centre,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{alliance::pacts::Pacts, db::Db, error::Result};

/// From when, and until when where that is known.
pub type Term = (DateTime<Utc>, Option<DateTime<Utc>>);

/// The network as it was at one moment.
#[derive(Debug, Default)]
pub struct Directory {
    /// Institutions by id.
    pub institutions: HashMap<Uuid, Arc<institution::Model>>,
    /// Institutions by code.
    pub by_code: HashMap<String, Uuid>,
    /// Communities by id.
    pub communities: HashMap<Uuid, Arc<community::Model>>,
    /// Lead hospitals by community.
    pub leads: HashMap<Uuid, Vec<Uuid>>,
    /// Departments by id.
    pub departments: HashMap<Uuid, Arc<department::Model>>,
    /// Departments by institution, in the order of their codes.
    pub departments_of: HashMap<Uuid, Vec<Uuid>>,
    /// Institutions that a sub-centre radiates to.
    pub radiates_to: HashMap<Uuid, Vec<Uuid>>,
    /// Stations by the health centre that manages them.
    pub stations_of: HashMap<Uuid, Vec<Uuid>>,
    /// ICD-10 categories that an institution can treat.
    pub capabilities: HashMap<Uuid, HashSet<String>>,
    /// Shared centres by id.
    pub centres: HashMap<Uuid, Arc<shared_centre::Model>>,
    /// Shared centres by the hospital that runs them, in the order of their names.
    pub centres_of: HashMap<Uuid, Vec<Uuid>>,
    /// Institutions that a shared centre serves beside its host.
    pub served: HashMap<Uuid, HashSet<Uuid>>,
    /// What ties institutions together beside their communities.
    pub pacts: Pacts,
    /// Institutions for which some account may act.
    pub with_account: HashSet<Uuid>,
    /// From when to when some account is a dispatch officer of an institution.
    pub dispatch_officers: HashMap<Uuid, Vec<Term>>,
}

impl Directory {
    /// The institution of that id.
    #[must_use]
    pub fn institution(&self, id: Uuid) -> Option<&Arc<institution::Model>> {
        self.institutions.get(&id)
    }

    /// The health centre that manages the station of that id.
    #[must_use]
    pub fn managing(&self, station: Uuid) -> Option<Uuid> {
        self.institutions
            .get(&station)
            .filter(|found| found.tier == Tier::Station)
            .and_then(|found| found.managed_by)
    }

    /// Whether the sub-centre radiates to the institution.
    #[must_use]
    pub fn radiates(&self, sub_centre: Uuid, institution: Uuid) -> bool {
        self.radiates_to
            .get(&sub_centre)
            .is_some_and(|served| served.contains(&institution))
    }

    /// Whether the institution has a dispatch officer at that moment.
    #[must_use]
    pub fn has_dispatch_officer(&self, institution: Uuid, now: DateTime<Utc>) -> bool {
        let terms = self.dispatch_officers.get(&institution);
        let now = |(from, to): &(DateTime<Utc>, Option<DateTime<Utc>>)| {
            *from <= now && to.is_none_or(|end| now < end)
        };
        terms.is_some_and(|terms| terms.iter().any(now))
    }

    /// Whether the shared centre serves the institution: its own host always.
    #[must_use]
    pub fn serves(&self, centre: Uuid, institution: Uuid) -> bool {
        let host = self.centres.get(&centre).map(|found| found.host_id);
        let served = self.served.get(&centre);
        host == Some(institution) || served.is_some_and(|all| all.contains(&institution))
    }

    async fn load(db: &Db) -> Result<Self> {
        let connection = db.reader();
        let mut directory = Self::default();
        for row in institution::Entity::find().all(connection).await? {
            directory.by_code.insert(row.code.clone(), row.id);
            if let Some(centre) = row.managed_by {
                directory
                    .stations_of
                    .entry(centre)
                    .or_default()
                    .push(row.id);
            }
            directory.institutions.insert(row.id, Arc::new(row));
        }
        for row in community::Entity::find().all(connection).await? {
            directory.communities.insert(row.id, Arc::new(row));
        }
        for row in community_lead::Entity::find().all(connection).await? {
            directory
                .leads
                .entry(row.community_id)
                .or_default()
                .push(row.hospital_id);
        }
        let mut departments = department::Entity::find().all(connection).await?;
        departments.sort_by(|one, other| one.code.cmp(&other.code));
        for row in departments {
            directory
                .departments_of
                .entry(row.institution_id)
                .or_default()
                .push(row.id);
            directory.departments.insert(row.id, Arc::new(row));
        }
        for row in radiation::Entity::find().all(connection).await? {
            directory
                .radiates_to
                .entry(row.sub_centre_id)
                .or_default()
                .push(row.institution_id);
        }
        for row in capability::Entity::find().all(connection).await? {
            directory
                .capabilities
                .entry(row.institution_id)
                .or_default()
                .insert(row.category);
        }
        directory.load_centres(db).await?;
        directory.pacts = Pacts::load(db).await?;
        let grants = account_grant::Entity::find()
            .filter(account_grant::Column::RevokedAt.is_null())
            .filter(account_grant::Column::InstitutionId.is_not_null())
            // Whoever is granted one centre answers no referral.
            .filter(account_grant::Column::CentreId.is_null())
            .filter(account_grant::Column::TeamId.is_null());
        for grant in grants.all(connection).await? {
            let Some(institution) = grant.institution_id else {
                continue;
            };
            directory.with_account.insert(institution);
            if grant.role == Role::DispatchOfficer && grant.department_id.is_none() {
                let terms = directory.dispatch_officers.entry(institution);
                terms.or_default().push((grant.valid_from, grant.valid_to));
            }
        }
        Ok(directory)
    }

    async fn load_centres(&mut self, db: &Db) -> Result<()> {
        let connection = db.reader();
        let mut centres = shared_centre::Entity::find().all(connection).await?;
        centres.sort_by(|one, other| one.name.cmp(&other.name));
        for row in centres {
            self.centres_of.entry(row.host_id).or_default().push(row.id);
            self.centres.insert(row.id, Arc::new(row));
        }
        for row in centre_served::Entity::find().all(connection).await? {
            let served = self.served.entry(row.centre_id).or_default();
            served.insert(row.institution_id);
        }
        Ok(())
    }
}

/// Keeps the latest [`Directory`].
#[derive(Debug)]
pub struct DirectoryCache {
    latest: RwLock<Arc<Directory>>,
    reading: tokio::sync::Mutex<()>,
}

impl DirectoryCache {
    /// Reads the network for the first time.
    pub async fn load(db: &Db) -> Result<Self> {
        Ok(Self {
            latest: RwLock::new(Arc::new(Directory::load(db).await?)),
            reading: tokio::sync::Mutex::default(),
        })
    }

    /// The network as last read.
    #[must_use]
    pub fn now(&self) -> Arc<Directory> {
        self.latest
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the network again; called after a change of the registry was committed, here or elsewhere.
    pub async fn refresh(&self, db: &Db) -> Result<()> {
        // One after the other: what was read first must not replace what was read later.
        let _turn = self.reading.lock().await;
        let fresh = Arc::new(Directory::load(db).await?);
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}
