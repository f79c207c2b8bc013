//! What shall be different: drafts of communities, institutions, departments and practitioners.
//!
//! A draft says nothing about what it leaves alone, so that one kind serves a new object, a change through the API and a line of a
//! file with few columns.

use chrono::NaiveDate;
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Qualification, Tier},
    json::Rating,
};
use uuid::Uuid;

use crate::error::Problem;

/// What becomes of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It takes this value.
    Set(T),
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Change<String> {
    fn from(text: &str) -> Self {
        Self::Set(text.to_owned())
    }
}

impl<T> Change<T> {
    /// The change that an optional value stands for: none leaves the field alone.
    #[must_use]
    pub fn given(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Changes a field that may be empty.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }

    /// The same change of another value.
    pub fn map<U>(self, each: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(each(value)),
        }
    }
}

impl<T: Default> Change<T> {
    /// Changes a field that is never missing; emptied, it takes the value of its type that stands for nothing.
    pub fn apply_to(self, field: &mut T) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = T::default(),
            Self::Set(value) => *field = value,
        }
    }
}

/// How a draft names another object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By id.
    Id(Uuid),
    /// By code; a community by its name.
    Code(String),
}

impl From<Uuid> for Named {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for Named {
    fn from(code: &str) -> Self {
        Self::Code(code.to_owned())
    }
}

/// Where a draft came from, for the paths of its problems.
#[derive(Clone, Debug)]
pub enum Place {
    /// The argument of that name: `input` makes `input.typeCode`.
    Argument(&'static str),
    /// A line of a file: makes `stations.csv:12:type_code`.
    Line {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: u64,
    },
}

impl Place {
    /// The path of a field, whose name is given as the API spells it.
    #[must_use]
    pub fn field(&self, name: &str) -> String {
        match self {
            Self::Argument(argument) => format!("{argument}.{name}"),
            Self::Line { file, line } => format!("{file}:{line}:{}", column(name)),
        }
    }
}

/// The column of a field: `location.latitude` is `latitude`, `ratings[0].year` is `ratings`, `typeCode` is `type_code`.
fn column(field: &str) -> String {
    let field = field.strip_prefix("location.").unwrap_or(field);
    let plain = field.split(['[', '.']).next().unwrap_or(field);
    let mut column = String::with_capacity(plain.len() + 4);
    for letter in plain.chars() {
        if letter.is_ascii_uppercase() {
            column.push('_');
        }
        column.push(letter.to_ascii_lowercase());
    }
    column
}

/// What shall be different about a community.
#[derive(Clone, Debug, Default)]
pub struct CommunityDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// Name.
    pub name: Change<String>,
    /// Region.
    pub region: Change<String>,
    /// Whether it is a tight-knit one.
    pub tight_knit: Change<bool>,
    /// Level of its pilot.
    pub pilot_level: Change<String>,
    /// Its lead hospitals, all of them.
    pub lead_hospitals: Change<Vec<Named>>,
}

/// What shall be different about an institution.
#[derive(Clone, Debug, Default)]
pub struct InstitutionDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// Institution code.
    pub code: Change<String>,
    /// Name.
    pub name: Change<String>,
    /// Tier; fixed once registered.
    pub tier: Option<Tier>,
    /// WS 218 type.
    pub type_code: Change<String>,
    /// Status; a new one operates unless something else is said.
    pub status: Option<InstitutionStatus>,
    /// First day of the status.
    pub status_since: Change<NaiveDate>,
    /// Home community.
    pub community: Change<Named>,
    /// The health centre that manages a station.
    pub managed_by: Change<Named>,
    /// Unified social credit code.
    pub credit_code: Change<String>,
    /// Region.
    pub region: Change<String>,
    /// Address.
    pub address: Change<String>,
    /// Degrees north.
    pub latitude: Change<f64>,
    /// Degrees east.
    pub longitude: Change<f64>,
    /// 24-hour referral phone.
    pub phone: Change<String>,
    /// Hospital level.
    pub level: Change<i32>,
    /// Hospital grade.
    pub grade: Change<HospitalGrade>,
    /// Functional class of a health centre.
    pub functional_class: Change<FunctionalClass>,
    /// Whether a health centre is a sub-centre.
    pub sub_centre: Change<bool>,
    /// The institutions that a sub-centre radiates to, all of them.
    pub radiates_to: Change<Vec<Named>>,
    /// Whether a partner lies outside the district.
    pub outside_district: Change<bool>,
    /// Whether the insurer has designated it.
    pub insurer_designated: Change<bool>,
    /// Highest level of surgery.
    pub surgery_ceiling: Change<i32>,
    /// Special facilities, all of them.
    pub facilities: Change<Vec<Facility>>,
    /// Equipment, all of it.
    pub equipment: Change<Vec<String>>,
    /// Ratings, all of them.
    pub ratings: Change<Vec<Rating>>,
    /// ICD-10 categories that it can treat, all of them; only files and the demo set them together with the rest.
    pub capabilities: Change<Vec<String>>,
}

/// What shall be different about a department.
#[derive(Clone, Debug, Default)]
pub struct DepartmentDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// Its institution; fixed once registered.
    pub institution: Option<Named>,
    /// Code.
    pub code: Change<String>,
    /// Name.
    pub name: Change<String>,
    /// Specialty.
    pub specialty: Change<String>,
    /// Whether it still exists.
    pub active: Change<bool>,
}

/// What shall be different about a practitioner.
#[derive(Clone, Debug, Default)]
pub struct PractitionerDraft {
    /// What could not be read of it.
    pub unread: Vec<Problem>,
    /// The employer; fixed once registered.
    pub institution: Option<Named>,
    /// Department, by code within the employer or by id.
    pub department: Change<Named>,
    /// Staff number.
    pub code: Change<String>,
    /// Name.
    pub name: Change<String>,
    /// Qualification.
    pub qualification: Option<Qualification>,
    /// Title.
    pub title: Change<String>,
    /// Specialties, all of them.
    pub specialties: Change<Vec<String>>,
    /// Licence number.
    pub licence_number: Change<String>,
    /// Last day of the licence.
    pub licence_until: Change<NaiveDate>,
    /// Whether they still work there.
    pub active: Change<bool>,
}
