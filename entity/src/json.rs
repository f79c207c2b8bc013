//! Small lists that are stored as JSON because nobody searches by them.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enums::{Facility, HalfDay, PatientField, TagKind, Weekday};

/// A list of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Texts(pub Vec<String>);

/// A list of ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Ids(pub Vec<Uuid>);

/// A list of facilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Facilities(pub Vec<Facility>);

/// A rating that an institution was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// The scheme, say 优质服务基层行.
    pub scheme: String,
    /// The grade in that scheme.
    pub grade: String,
    /// The year of the rating.
    pub year: i32,
}

/// The ratings of an institution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Ratings(pub Vec<Rating>);

/// A list of a patient's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct PatientFields(pub Vec<PatientField>);

/// A half-day of each week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WeeklySession {
    /// The day of the week.
    pub weekday: Weekday,
    /// The half of it, or all of it.
    pub half: HalfDay,
}

/// The half-days of each week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct WeeklySessions(pub Vec<WeeklySession>);

/// How many residents belong to a population group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    /// The group.
    pub tag: TagKind,
    /// How many.
    pub residents: i32,
}

/// How many residents belong to each population group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct TagCounts(pub Vec<TagCount>);
