//! The network as a transaction sees it: what a change is checked against.

use std::collections::HashMap;

use entity::{community, community_lead, institution, radiation};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::{
    db::Txn,
    error::{ProblemCode, Problems, Result},
    network::draft::Named,
};

/// Institutions and communities, with the changes of this transaction that were checked so far.
#[derive(Debug, Default)]
pub struct Network {
    /// Institutions by id.
    pub institutions: HashMap<Uuid, institution::Model>,
    /// Institutions by code.
    pub by_code: HashMap<String, Uuid>,
    /// Communities by id.
    pub communities: HashMap<Uuid, community::Model>,
    /// Institutions that a sub-centre radiates to.
    pub radiates_to: HashMap<Uuid, Vec<Uuid>>,
    /// Lead hospitals by community.
    pub leads: HashMap<Uuid, Vec<Uuid>>,
}

impl Network {
    /// Reads what is on record.
    pub async fn read(txn: &Txn) -> Result<Self> {
        let mut network = Self::default();
        for row in community::Entity::find().all(&**txn).await? {
            network.communities.insert(row.id, row);
        }
        for row in institution::Entity::find().all(&**txn).await? {
            network.put(row);
        }
        for row in radiation::Entity::find().all(&**txn).await? {
            let served = network.radiates_to.entry(row.sub_centre_id).or_default();
            served.push(row.institution_id);
        }
        for row in community_lead::Entity::find().all(&**txn).await? {
            let leads = network.leads.entry(row.community_id).or_default();
            leads.push(row.hospital_id);
        }
        Ok(network)
    }

    /// Takes an institution in, or its changed row.
    pub fn put(&mut self, row: institution::Model) {
        if let Some(old) = self.institutions.get(&row.id) {
            self.by_code.remove(&old.code);
        }
        self.by_code.insert(row.code.clone(), row.id);
        self.institutions.insert(row.id, row);
    }

    /// The institution that a draft names; a problem with the field at `path` where there is none.
    pub fn institution(
        &self,
        named: &Named,
        path: &str,
        problems: &mut Problems,
    ) -> Option<&institution::Model> {
        let id = match named {
            Named::Id(id) => Some(id),
            Named::Code(code) => self.by_code.get(code),
        };
        let found = id.and_then(|id| self.institutions.get(id));
        if found.is_none() {
            problems.add(
                path,
                ProblemCode::UnknownId,
                "There is no such institution.",
            );
        }
        found
    }

    /// The community that a draft names; a problem with the field at `path` where there is none, or more than one of that name.
    pub fn community(&self, named: &Named, path: &str, problems: &mut Problems) -> Option<Uuid> {
        let mut found = self.communities.values().filter(|row| match named {
            Named::Id(id) => row.id == *id,
            Named::Code(name) => row.name == *name,
        });
        let (first, second) = (found.next(), found.next());
        problems.check(
            first.is_some(),
            path,
            ProblemCode::UnknownId,
            "There is no such community.",
        );
        problems.check(
            second.is_none(),
            path,
            ProblemCode::Inconsistent,
            "More than one community has this name.",
        );
        first.map(|row| row.id)
    }

    /// Stations that a health centre manages.
    pub fn stations(&self, centre: Uuid) -> impl Iterator<Item = &institution::Model> {
        let managed = move |row: &&institution::Model| row.managed_by == Some(centre);
        self.institutions.values().filter(managed)
    }
}
