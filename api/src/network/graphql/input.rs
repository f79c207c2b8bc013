//! Inputs of the network's queries and mutations.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::enums::{InstitutionStatus, Qualification};

use super::convert::{change, day, given, reference, references};
use crate::{
    error::Problems,
    id::Kind,
    network::draft::{Change, CommunityDraft, DepartmentDraft, PractitionerDraft},
    scalar::Date,
};

/// A place on the map 坐标, WGS 84.
#[derive(Clone, Copy, InputObject)]
pub struct LocationInput {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// A rating that an institution was given 等级评定.
#[derive(Clone, InputObject)]
pub struct RatingInput {
    /// The scheme, say 优质服务基层行.
    pub scheme: String,
    /// The grade in that scheme.
    pub grade: String,
    /// The year of the rating.
    pub year: i32,
}

/// A new community 医共体.
#[derive(Clone, InputObject)]
pub struct CreateCommunityInput {
    /// Name 名称.
    pub name: String,
    /// Region 行政区划, six digits of GB/T 2260.
    pub region: String,
    /// Whether it is a tight-knit one 紧密型.
    pub tight_knit: Option<bool>,
    /// Level of its pilot 试点级别, as the bureau names it.
    pub pilot_level: Option<String>,
    /// Its lead hospitals 牵头医院, all of them; at most 20.
    pub lead_hospitals: Option<Vec<ID>>,
}

impl CreateCommunityInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> CommunityDraft {
        let mut unread = Problems::default();
        CommunityDraft {
            name: Change::Set(self.name),
            region: Change::Set(self.region),
            tight_knit: given(self.tight_knit),
            pilot_level: given(self.pilot_level),
            lead_hospitals: references(
                given(self.lead_hospitals),
                "input.leadHospitals",
                &mut unread,
            ),
            unread: unread.into_vec(),
        }
    }
}

/// What shall be different about a community: what is left out stays, null empties.
#[derive(Clone, InputObject)]
pub struct UpdateCommunityInput {
    /// The community.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Name 名称.
    pub name: MaybeUndefined<String>,
    /// Region 行政区划, six digits of GB/T 2260.
    pub region: MaybeUndefined<String>,
    /// Whether it is a tight-knit one 紧密型.
    pub tight_knit: MaybeUndefined<bool>,
    /// Level of its pilot 试点级别, as the bureau names it.
    pub pilot_level: MaybeUndefined<String>,
    /// Its lead hospitals 牵头医院, all of them; at most 20.
    pub lead_hospitals: MaybeUndefined<Vec<ID>>,
}

impl UpdateCommunityInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> CommunityDraft {
        let mut unread = Problems::default();
        CommunityDraft {
            name: change(self.name),
            region: change(self.region),
            tight_knit: change(self.tight_knit),
            pilot_level: change(self.pilot_level),
            lead_hospitals: references(
                change(self.lead_hospitals),
                "input.leadHospitals",
                &mut unread,
            ),
            unread: unread.into_vec(),
        }
    }
}

/// A new department 科室 of an institution.
#[derive(Clone, InputObject)]
pub struct CreateDepartmentInput {
    /// The institution.
    pub institution: ID,
    /// Code 科室编码, unique within the institution.
    pub code: String,
    /// Name 科室名称.
    pub name: String,
    /// Specialty by the national list of clinical subjects 诊疗科目 (`03` internal medicine, `20` emergency medicine …).
    pub specialty: String,
}

impl CreateDepartmentInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> DepartmentDraft {
        DepartmentDraft {
            code: Change::Set(self.code),
            name: Change::Set(self.name),
            specialty: Change::Set(self.specialty),
            ..DepartmentDraft::default()
        }
    }
}

/// What shall be different about a department: what is left out stays.
#[derive(Clone, InputObject)]
pub struct UpdateDepartmentInput {
    /// The department.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Code 科室编码, unique within the institution.
    pub code: MaybeUndefined<String>,
    /// Name 科室名称.
    pub name: MaybeUndefined<String>,
    /// Specialty by the national list of clinical subjects 诊疗科目.
    pub specialty: MaybeUndefined<String>,
    /// Whether it still exists.
    pub active: MaybeUndefined<bool>,
}

impl UpdateDepartmentInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> DepartmentDraft {
        DepartmentDraft {
            code: change(self.code),
            name: change(self.name),
            specialty: change(self.specialty),
            active: change(self.active),
            ..DepartmentDraft::default()
        }
    }
}

/// A new practitioner 医务人员 of an institution.
#[derive(Clone, InputObject)]
pub struct CreatePractitionerInput {
    /// The employer 所在机构; fixed once registered.
    pub institution: ID,
    /// Staff number 工号, unique within the employer.
    pub code: String,
    /// Name 姓名.
    pub name: String,
    /// What they are qualified as 执业类别.
    pub qualification: Qualification,
    /// The department 所在科室, one of the employer.
    pub department: Option<ID>,
    /// Professional title 专业技术职称, GB/T 8561 health code (231–235 physicians, 241–245 pharmacists, 251–255 nurses, 261–265 technicians).
    pub title: Option<String>,
    /// Specialty codes 诊疗科目, all of them.
    pub specialties: Option<Vec<String>>,
    /// Licence number 执业证书编号.
    pub licence_number: Option<String>,
    /// Last day of the licence 执业证书有效期.
    pub licence_until: Option<Date>,
}

impl CreatePractitionerInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> PractitionerDraft {
        let mut unread = Problems::default();
        PractitionerDraft {
            code: Change::Set(self.code),
            name: Change::Set(self.name),
            qualification: Some(self.qualification),
            department: reference(
                given(self.department),
                Kind::Department,
                "input.department",
                &mut unread,
            ),
            title: given(self.title),
            specialties: given(self.specialties),
            licence_number: given(self.licence_number),
            licence_until: day(given(self.licence_until), "input.licenceUntil", &mut unread),
            unread: unread.into_vec(),
            ..PractitionerDraft::default()
        }
    }
}

/// What shall be different about a practitioner: what is left out stays, null empties.
#[derive(Clone, InputObject)]
pub struct UpdatePractitionerInput {
    /// The practitioner.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Staff number 工号, unique within the employer.
    pub code: MaybeUndefined<String>,
    /// Name 姓名.
    pub name: MaybeUndefined<String>,
    /// What they are qualified as 执业类别.
    pub qualification: Option<Qualification>,
    /// Whether they still work there.
    pub active: MaybeUndefined<bool>,
    /// The department 所在科室, one of the employer.
    pub department: MaybeUndefined<ID>,
    /// Professional title 专业技术职称, GB/T 8561 health code (231–235 physicians, 241–245 pharmacists, 251–255 nurses, 261–265 technicians).
    pub title: MaybeUndefined<String>,
    /// Specialty codes 诊疗科目, all of them.
    pub specialties: MaybeUndefined<Vec<String>>,
    /// Licence number 执业证书编号.
    pub licence_number: MaybeUndefined<String>,
    /// Last day of the licence 执业证书有效期.
    pub licence_until: MaybeUndefined<Date>,
}

impl UpdatePractitionerInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> PractitionerDraft {
        let mut unread = Problems::default();
        PractitionerDraft {
            code: change(self.code),
            name: change(self.name),
            qualification: self.qualification,
            active: change(self.active),
            department: reference(
                change(self.department),
                Kind::Department,
                "input.department",
                &mut unread,
            ),
            title: change(self.title),
            specialties: change(self.specialties),
            licence_number: change(self.licence_number),
            licence_until: day(
                change(self.licence_until),
                "input.licenceUntil",
                &mut unread,
            ),
            unread: unread.into_vec(),
            ..PractitionerDraft::default()
        }
    }
}

/// What becomes of whether an institution works.
#[derive(Clone, InputObject)]
pub struct SetInstitutionStatusInput {
    /// The institution.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// The new status: SUSPENDED takes effect at once, CLOSED is for good and refused while work is open.
    pub status: InstitutionStatus,
    /// First day of the status; today if left out.
    pub since: Option<Date>,
}

/// What an institution can treat 诊疗病种: this list replaces the former.
#[derive(Clone, InputObject)]
pub struct SetCapabilitiesInput {
    /// The institution.
    pub institution: ID,
    /// The version of the institution that the change is based on.
    pub version: i32,
    /// ICD-10 categories, each a letter and two digits.
    pub categories: Vec<String>,
}
