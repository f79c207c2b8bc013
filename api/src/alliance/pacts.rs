//! Alliances, agreements and studios in memory: a part of the directory, and like it only for display and derivation.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;
use entity::{agreement, alliance, alliance_member, enums::AllianceRole, studio};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::term::Term;
use crate::{db::Db, error::Result};

/// What ties institutions together beside their communities, as it was at one moment.
#[derive(Debug, Default)]
pub struct Pacts {
    /// Alliances by id.
    pub alliances: HashMap<Uuid, Arc<alliance::Model>>,
    /// Who belongs, belonged or will belong to an alliance.
    pub members: HashMap<Uuid, Vec<Arc<alliance_member::Model>>>,
    /// Alliances by an institution that belongs, belonged or will belong to them.
    pub alliances_of: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Agreements by id.
    pub agreements: HashMap<Uuid, Arc<agreement::Model>>,
    /// Agreements by either side.
    pub agreements_of: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Studios by id.
    pub studios: HashMap<Uuid, Arc<studio::Model>>,
}

/// The term of an alliance.
#[must_use]
pub const fn of_alliance(row: &alliance::Model) -> Term {
    Term {
        from: row.starts_on,
        to: row.ends_on,
    }
}

/// The term of a membership.
#[must_use]
pub const fn of_member(row: &alliance_member::Model) -> Term {
    Term {
        from: row.since,
        to: row.until,
    }
}

/// The term of an agreement.
#[must_use]
pub const fn of_agreement(row: &agreement::Model) -> Term {
    Term {
        from: row.valid_from,
        to: row.valid_to,
    }
}

/// The term of a studio.
#[must_use]
pub const fn of_studio(row: &studio::Model) -> Term {
    Term {
        from: row.starts_on,
        to: row.ends_on,
    }
}

impl Pacts {
    /// Reads them all.
    pub async fn load(db: &Db) -> Result<Self> {
        let connection = db.reader();
        let mut pacts = Self::default();
        for row in alliance::Entity::find().all(connection).await? {
            pacts.alliances.insert(row.id, Arc::new(row));
        }
        for row in alliance_member::Entity::find().all(connection).await? {
            let of = pacts.alliances_of.entry(row.institution_id).or_default();
            of.insert(row.alliance_id);
            let members = pacts.members.entry(row.alliance_id).or_default();
            members.push(Arc::new(row));
        }
        for row in agreement::Entity::find().all(connection).await? {
            for side in [row.institution_id, row.counterpart_id] {
                pacts.agreements_of.entry(side).or_default().insert(row.id);
            }
            pacts.agreements.insert(row.id, Arc::new(row));
        }
        for row in studio::Entity::find().all(connection).await? {
            pacts.studios.insert(row.id, Arc::new(row));
        }
        Ok(pacts)
    }

    /// Who belongs to the alliance on that day.
    pub fn members_on(
        &self,
        alliance: Uuid,
        day: NaiveDate,
    ) -> impl Iterator<Item = &Arc<alliance_member::Model>> {
        let stands = self.alliances.get(&alliance);
        let stands = stands.is_some_and(|row| of_alliance(row).covers(day));
        let members = self.members.get(&alliance).into_iter().flatten();
        members.filter(move |row| stands && of_member(row).covers(day))
    }

    /// Who leads the alliance on that day.
    #[must_use]
    pub fn lead_on(&self, alliance: Uuid, day: NaiveDate) -> Option<Uuid> {
        let mut members = self.members_on(alliance, day);
        let lead = members.find(|row| row.role == AllianceRole::Lead);
        lead.map(|row| row.institution_id)
    }

    /// Whether both institutions belong to one alliance on that day.
    #[must_use]
    pub fn allied(&self, one: Uuid, other: Uuid, day: NaiveDate) -> bool {
        let Some(alliances) = self.alliances_of.get(&one) else {
            return false;
        };
        let belongs = |alliance: Uuid, institution: Uuid| {
            let mut members = self.members_on(alliance, day);
            members.any(|row| row.institution_id == institution)
        };
        let mut alliances = alliances.iter().copied();
        one != other && alliances.any(|id| belongs(id, one) && belongs(id, other))
    }
}
