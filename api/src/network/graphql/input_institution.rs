//! Inputs about institutions: the longest of all.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Tier};

use super::{
    convert::{change, given, ratings, reference, references},
    input::{LocationInput, RatingInput},
};
use crate::{
    error::Problems,
    id::Kind,
    network::draft::{Change, InstitutionDraft},
};

/// A new institution. What only one tier has is refused on others.
#[derive(Clone, InputObject)]
pub struct CreateInstitutionInput {
    /// Institution code 机构编码, unique in the installation.
    pub code: String,
    /// Name 机构名称.
    pub name: String,
    /// Where it stands in the network 层级; fixed once registered.
    pub tier: Tier,
    /// WS 218 type 机构类别代码 (A100 综合医院, C220 乡卫生院, D600 村卫生室 …).
    pub type_code: String,
    /// Whether it works; OPERATING if left out.
    pub status: Option<InstitutionStatus>,
    /// Home community 所属医共体; every institution but a partner has one.
    pub community: Option<ID>,
    /// The health centre that manages a station 乡村一体化管理; of the same community.
    pub managed_by: Option<ID>,
    /// Unified social credit code 统一社会信用代码 (GB 32100).
    pub credit_code: Option<String>,
    /// Region 行政区划, six digits of GB/T 2260.
    pub region: Option<String>,
    /// Address 地址.
    pub address: Option<String>,
    /// Where it lies on the map 坐标.
    pub location: Option<LocationInput>,
    /// 24-hour referral phone 24 小时转诊电话.
    pub phone: Option<String>,
    /// Hospital level 级, 1 to 3.
    pub level: Option<i32>,
    /// Hospital grade within the level 等.
    pub grade: Option<HospitalGrade>,
    /// What a health centre is built for 功能分类.
    pub functional_class: Option<FunctionalClass>,
    /// Whether a health centre is a sub-centre 县域医疗次中心.
    pub sub_centre: Option<bool>,
    /// The institutions that a sub-centre radiates to 辐射机构, all of them; at most 100.
    pub radiates_to: Option<Vec<ID>>,
    /// Whether a partner lies outside the district, so that going there is 外转.
    pub outside_district: Option<bool>,
    /// Whether the insurer has designated it 医保定点.
    pub insurer_designated: Option<bool>,
    /// Highest level of surgery it may do 手术分级, 0 to 4.
    pub surgery_ceiling: Option<i32>,
    /// Special facilities that routes and destinations ask for, all of them.
    pub facilities: Option<Vec<Facility>>,
    /// Equipment and modalities 设备, all of it.
    pub equipment: Option<Vec<String>>,
    /// Ratings it was given 等级评定, all of them.
    pub ratings: Option<Vec<RatingInput>>,
}

impl CreateInstitutionInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> InstitutionDraft {
        let mut unread = Problems::default();
        let location = given(self.location);
        InstitutionDraft {
            code: Change::Set(self.code),
            name: Change::Set(self.name),
            tier: Some(self.tier),
            type_code: Change::Set(self.type_code),
            status: self.status,
            community: reference(
                given(self.community),
                Kind::Community,
                "input.community",
                &mut unread,
            ),
            managed_by: reference(
                given(self.managed_by),
                Kind::Institution,
                "input.managedBy",
                &mut unread,
            ),
            credit_code: given(self.credit_code),
            region: given(self.region),
            address: given(self.address),
            latitude: location.clone().map(|place| place.latitude),
            longitude: location.map(|place| place.longitude),
            phone: given(self.phone),
            level: given(self.level),
            grade: given(self.grade),
            functional_class: given(self.functional_class),
            sub_centre: given(self.sub_centre),
            radiates_to: references(given(self.radiates_to), "input.radiatesTo", &mut unread),
            outside_district: given(self.outside_district),
            insurer_designated: given(self.insurer_designated),
            surgery_ceiling: given(self.surgery_ceiling),
            facilities: given(self.facilities),
            equipment: given(self.equipment),
            ratings: given(self.ratings).map(ratings),
            unread: unread.into_vec(),
            ..InstitutionDraft::default()
        }
    }
}

/// What shall be different about an institution: what is left out stays, null empties. The status has its own mutation.
#[derive(Clone, InputObject)]
pub struct UpdateInstitutionInput {
    /// The institution.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Institution code 机构编码, unique in the installation.
    pub code: MaybeUndefined<String>,
    /// Name 机构名称.
    pub name: MaybeUndefined<String>,
    /// WS 218 type 机构类别代码 (A100 综合医院, C220 乡卫生院, D600 村卫生室 …).
    pub type_code: MaybeUndefined<String>,
    /// Home community 所属医共体; every institution but a partner has one.
    pub community: MaybeUndefined<ID>,
    /// The health centre that manages a station 乡村一体化管理; of the same community.
    pub managed_by: MaybeUndefined<ID>,
    /// Unified social credit code 统一社会信用代码 (GB 32100).
    pub credit_code: MaybeUndefined<String>,
    /// Region 行政区划, six digits of GB/T 2260.
    pub region: MaybeUndefined<String>,
    /// Address 地址.
    pub address: MaybeUndefined<String>,
    /// Where it lies on the map 坐标.
    pub location: MaybeUndefined<LocationInput>,
    /// 24-hour referral phone 24 小时转诊电话.
    pub phone: MaybeUndefined<String>,
    /// Hospital level 级, 1 to 3.
    pub level: MaybeUndefined<i32>,
    /// Hospital grade within the level 等.
    pub grade: MaybeUndefined<HospitalGrade>,
    /// What a health centre is built for 功能分类.
    pub functional_class: MaybeUndefined<FunctionalClass>,
    /// Whether a health centre is a sub-centre 县域医疗次中心.
    pub sub_centre: MaybeUndefined<bool>,
    /// The institutions that a sub-centre radiates to 辐射机构, all of them; at most 100.
    pub radiates_to: MaybeUndefined<Vec<ID>>,
    /// Whether a partner lies outside the district, so that going there is 外转.
    pub outside_district: MaybeUndefined<bool>,
    /// Whether the insurer has designated it 医保定点.
    pub insurer_designated: MaybeUndefined<bool>,
    /// Highest level of surgery it may do 手术分级, 0 to 4.
    pub surgery_ceiling: MaybeUndefined<i32>,
    /// Special facilities that routes and destinations ask for, all of them.
    pub facilities: MaybeUndefined<Vec<Facility>>,
    /// Equipment and modalities 设备, all of it.
    pub equipment: MaybeUndefined<Vec<String>>,
    /// Ratings it was given 等级评定, all of them.
    pub ratings: MaybeUndefined<Vec<RatingInput>>,
}

impl UpdateInstitutionInput {
    /// The draft that it stands for.
    pub(super) fn draft(self) -> InstitutionDraft {
        let mut unread = Problems::default();
        let location = change(self.location);
        InstitutionDraft {
            code: change(self.code),
            name: change(self.name),
            type_code: change(self.type_code),
            community: reference(
                change(self.community),
                Kind::Community,
                "input.community",
                &mut unread,
            ),
            managed_by: reference(
                change(self.managed_by),
                Kind::Institution,
                "input.managedBy",
                &mut unread,
            ),
            credit_code: change(self.credit_code),
            region: change(self.region),
            address: change(self.address),
            latitude: location.clone().map(|place| place.latitude),
            longitude: location.map(|place| place.longitude),
            phone: change(self.phone),
            level: change(self.level),
            grade: change(self.grade),
            functional_class: change(self.functional_class),
            sub_centre: change(self.sub_centre),
            radiates_to: references(change(self.radiates_to), "input.radiatesTo", &mut unread),
            outside_district: change(self.outside_district),
            insurer_designated: change(self.insurer_designated),
            surgery_ceiling: change(self.surgery_ceiling),
            facilities: change(self.facilities),
            equipment: change(self.equipment),
            ratings: change(self.ratings).map(ratings),
            unread: unread.into_vec(),
            ..InstitutionDraft::default()
        }
    }
}
