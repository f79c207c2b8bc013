//! Lists of alliances, agreements and studios, from memory.

use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use entity::{
    agreement, alliance, alliance_member,
    enums::{AgreementKind, AllianceKind, StudioKind},
    studio,
};
use uuid::Uuid;

use super::pacts::{Pacts, of_agreement, of_alliance, of_member, of_studio};
use crate::network::{
    directory::Directory,
    list::{Listed, NAME},
};

/// Sort of agreements: those that began last first.
pub const NEWEST: &str = "VALID_FROM_DESC";
/// Sort of members: by the code of the institution, and since when.
pub const MEMBER: &str = "MEMBER";

impl Listed for Arc<alliance::Model> {
    const SORT: &'static str = NAME;
    fn key(&self) -> (&str, Uuid) {
        (&self.name, self.id)
    }
}

impl Listed for Arc<studio::Model> {
    const SORT: &'static str = NAME;
    fn key(&self) -> (&str, Uuid) {
        (&self.name, self.id)
    }
}

/// An agreement as its list has it.
pub struct Dated {
    key: String,
    /// The agreement.
    pub row: Arc<agreement::Model>,
}

impl From<Arc<agreement::Model>> for Dated {
    fn from(row: Arc<agreement::Model>) -> Self {
        // The later it began, the smaller the text.
        let before_the_end_of_time = i32::MAX - row.valid_from.num_days_from_ce();
        Self {
            key: format!("{before_the_end_of_time:010}"),
            row,
        }
    }
}

impl Listed for Dated {
    const SORT: &'static str = NEWEST;
    fn key(&self) -> (&str, Uuid) {
        (&self.key, self.row.id)
    }
}

/// A membership as its list has it.
pub struct Ranked {
    key: String,
    /// The membership.
    pub row: Arc<alliance_member::Model>,
}

impl Ranked {
    /// A membership by the code of its institution.
    #[must_use]
    pub fn new(directory: &Directory, row: Arc<alliance_member::Model>) -> Self {
        let institution = directory.institution(row.institution_id);
        let code = institution.map(|found| found.code.as_str());
        Self {
            key: format!("{} {}", code.unwrap_or_default(), row.since),
            row,
        }
    }
}

impl Listed for Ranked {
    const SORT: &'static str = MEMBER;
    fn key(&self) -> (&str, Uuid) {
        (&self.key, self.row.institution_id)
    }
}

/// Which alliances to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AllianceQuery {
    /// One of these kinds.
    pub kind: Option<Vec<AllianceKind>>,
    /// An institution that belongs to it: on the day, or ever.
    pub institution: Option<Uuid>,
    /// Part of the name.
    pub name: Option<String>,
    /// In force on that day.
    pub on: Option<NaiveDate>,
}

impl AllianceQuery {
    /// Whether the alliance is wanted.
    #[must_use]
    pub fn takes(&self, pacts: &Pacts, row: &alliance::Model) -> bool {
        let belongs = |institution: Uuid| {
            let members = pacts.members.get(&row.id).into_iter().flatten();
            let mut own = members.filter(|one| one.institution_id == institution);
            own.any(|one| self.on.is_none_or(|day| of_member(one).covers(day)))
        };
        self.kind
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&row.kind))
            && self.institution.is_none_or(belongs)
            && self
                .name
                .as_ref()
                .is_none_or(|part| row.name.contains(part))
            && self.on.is_none_or(|day| of_alliance(row).covers(day))
    }
}

/// Which agreements to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AgreementQuery {
    /// One of these kinds.
    pub kind: Option<Vec<AgreementKind>>,
    /// An institution on either side.
    pub institution: Option<Uuid>,
    /// In force on that day.
    pub on: Option<NaiveDate>,
}

impl AgreementQuery {
    /// Whether the agreement is wanted.
    #[must_use]
    pub fn takes(&self, row: &agreement::Model) -> bool {
        let sides = [row.institution_id, row.counterpart_id];
        self.kind
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&row.kind))
            && self.institution.is_none_or(|one| sides.contains(&one))
            && self.on.is_none_or(|day| of_agreement(row).covers(day))
    }
}

/// Which studios to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct StudioQuery {
    /// One of these kinds.
    pub kind: Option<Vec<StudioKind>>,
    /// The institution where it is.
    pub host: Option<Uuid>,
    /// The doctor's own hospital.
    pub home: Option<Uuid>,
    /// The doctor.
    pub practitioner: Option<Uuid>,
    /// In force on that day.
    pub on: Option<NaiveDate>,
}

impl StudioQuery {
    /// Whether the studio is wanted.
    #[must_use]
    pub fn takes(&self, row: &studio::Model) -> bool {
        self.kind
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&row.kind))
            && self.host.is_none_or(|host| row.host_id == host)
            && self.home.is_none_or(|home| row.home_id == home)
            && self
                .practitioner
                .is_none_or(|doctor| row.practitioner_id == doctor)
            && self.on.is_none_or(|day| of_studio(row).covers(day))
    }
}
