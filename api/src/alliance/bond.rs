//! What alliances, agreements and studios have in common: each is in force for a term, and may be ended before it is over.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{agreement, alliance, enums::SubjectKind, studio};
use sea_orm::{EntityTrait, IntoActiveModel, ModelTrait, PrimaryKeyTrait};
use uuid::Uuid;

use super::{
    pacts::{of_agreement, of_alliance, of_studio},
    term::Term,
};

/// An alliance, an agreement or a studio.
pub trait Bond:
    ModelTrait<Entity = Self::Table> + IntoActiveModel<<Self::Table as EntityTrait>::ActiveModel>
{
    /// Its table.
    type Table: EntityTrait<Model = Self, PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>>;

    /// What events call it.
    const KIND: SubjectKind;
    /// Where its version stands.
    const VERSION: <Self::Table as EntityTrait>::Column;

    /// Its id and its version.
    #[must_use]
    fn key(&self) -> (Uuid, i32);

    /// When it is in force.
    #[must_use]
    fn term(&self) -> Term;

    /// The same with another last day, and why.
    #[must_use]
    fn ended(self, on: NaiveDate, reason: String, now: DateTime<Utc>) -> Self;
}

impl Bond for alliance::Model {
    type Table = alliance::Entity;

    const KIND: SubjectKind = SubjectKind::Alliance;
    const VERSION: alliance::Column = alliance::Column::Version;

    fn key(&self) -> (Uuid, i32) {
        (self.id, self.version)
    }

    fn term(&self) -> Term {
        of_alliance(self)
    }

    fn ended(self, on: NaiveDate, reason: String, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            ends_on: Some(on),
            end_reason: Some(reason),
            updated_at: now,
            ..self
        }
    }
}

impl Bond for agreement::Model {
    type Table = agreement::Entity;

    const KIND: SubjectKind = SubjectKind::Agreement;
    const VERSION: agreement::Column = agreement::Column::Version;

    fn key(&self) -> (Uuid, i32) {
        (self.id, self.version)
    }

    fn term(&self) -> Term {
        of_agreement(self)
    }

    fn ended(self, on: NaiveDate, reason: String, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            valid_to: Some(on),
            end_reason: Some(reason),
            updated_at: now,
            ..self
        }
    }
}

impl Bond for studio::Model {
    type Table = studio::Entity;

    const KIND: SubjectKind = SubjectKind::Studio;
    const VERSION: studio::Column = studio::Column::Version;

    fn key(&self) -> (Uuid, i32) {
        (self.id, self.version)
    }

    fn term(&self) -> Term {
        of_studio(self)
    }

    fn ended(self, on: NaiveDate, reason: String, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            ends_on: Some(on),
            end_reason: Some(reason),
            updated_at: now,
            ..self
        }
    }
}
