//! Any institution of the network: hospital, health centre, station or partner.

use sea_orm::entity::prelude::*;

use crate::enums::{FunctionalClass, HospitalGrade, InstitutionStatus, Tier};
use crate::json::{Facilities, Ratings, Texts};

/// Any institution of the network: hospital, health centre, station or partner.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "institution")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Institution code, unique in the installation.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Tier.
    pub tier: Tier,
    /// WS 218 type code (`A100` …).
    #[sea_orm(column_type = "Text")]
    pub type_code: String,
    /// Whether it works.
    pub status: InstitutionStatus,
    /// First day of the status.
    pub status_since: Option<Date>,
    /// Home community.
    pub community_id: Option<Uuid>,
    /// The health centre that manages a station.
    pub managed_by: Option<Uuid>,
    /// Unified social credit code (GB 32100); branches may share one.
    #[sea_orm(column_type = "Text", nullable)]
    pub credit_code: Option<String>,
    /// Region, six digits of GB/T 2260.
    #[sea_orm(column_type = "Text", nullable)]
    pub region: Option<String>,
    /// Address.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
    /// Degrees north, WGS 84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    pub longitude: Option<f64>,
    /// 24-hour referral phone.
    #[sea_orm(column_type = "Text", nullable)]
    pub phone: Option<String>,
    /// Hospital level, 1 to 3.
    pub level: Option<i32>,
    /// Hospital grade within the level.
    pub grade: Option<HospitalGrade>,
    /// Functional class of a health centre.
    pub functional_class: Option<FunctionalClass>,
    /// Whether a health centre is a sub-centre 县域医疗次中心.
    pub sub_centre: bool,
    /// Whether a partner lies outside the district.
    pub outside_district: bool,
    /// Whether the insurer has designated it.
    pub insurer_designated: bool,
    /// Highest level of surgery it may do, 0 to 4.
    pub surgery_ceiling: Option<i32>,
    /// Special facilities.
    #[sea_orm(column_type = "JsonBinary")]
    pub facilities: Facilities,
    /// Equipment and modalities, as the institution names them.
    #[sea_orm(column_type = "JsonBinary")]
    pub equipment: Texts,
    /// Ratings it was given.
    #[sea_orm(column_type = "JsonBinary")]
    pub ratings: Ratings,
    /// Grows by one with each change.
    pub version: i32,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
