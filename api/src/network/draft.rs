//! What shall be different: drafts of communities, institutions, departments and practitioners.

pub use crate::draft::{Change, Named, Place};
use crate::error::Problem;
use chrono::NaiveDate;
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Qualification, Tier},
    json::Rating,
};

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
