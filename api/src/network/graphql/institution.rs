//! Institutions: one interface, four [kinds](super::institution_tier).

use std::sync::Arc;

use async_graphql::{ID, Interface};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Facility, InstitutionStatus, Tier},
    institution::Model,
};
use uuid::Uuid;

use super::{
    Community, Department, HealthCentre, Hospital, Partner, Station,
    institution_part::{Capability, Location, Rating},
};
use crate::{
    alliance::graphql::{Agreement, Alliance},
    graphql::{Connection, Reply},
    named,
    network::directory::Directory,
    scalar::Date,
};

/// Any institution of the network 医疗机构: hospital, health centre, station or partner.
#[expect(
    clippy::duplicated_attributes,
    reason = "each belongs to a field of its own"
)]
#[derive(Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its id, `inst_…`."),
    field(
        name = "code",
        ty = "&str",
        desc = "Institution code 机构编码, unique in the installation."
    ),
    field(name = "name", ty = "&str", desc = "Name 机构名称."),
    field(
        name = "tier",
        ty = "Tier",
        desc = "Where it stands in the network 层级."
    ),
    field(
        name = "type_code",
        ty = "&str",
        desc = "WS 218 type 机构类别代码 (A100 综合医院, C220 乡卫生院, D600 村卫生室 …)."
    ),
    field(
        name = "status",
        ty = "InstitutionStatus",
        desc = "Whether it works; only an OPERATING one takes part in new referrals."
    ),
    field(
        name = "status_since",
        ty = "Option<Date>",
        desc = "First day of that status."
    ),
    field(
        name = "community",
        ty = "Option<Community>",
        desc = "Home community 所属医共体."
    ),
    field(
        name = "credit_code",
        ty = "Option<&str>",
        desc = "Unified social credit code 统一社会信用代码 (GB 32100); branches may share one."
    ),
    field(
        name = "region",
        ty = "Option<&str>",
        desc = "Region 行政区划, six digits of GB/T 2260."
    ),
    field(name = "address", ty = "Option<&str>", desc = "Address 地址."),
    field(
        name = "location",
        ty = "Option<Location>",
        desc = "Where it lies on the map 坐标."
    ),
    field(
        name = "phone",
        ty = "Option<&str>",
        desc = "24-hour referral phone 24 小时转诊电话."
    ),
    field(
        name = "facilities",
        ty = "&[Facility]",
        desc = "Special facilities that routes and destinations ask for."
    ),
    field(
        name = "equipment",
        ty = "&[String]",
        desc = "Equipment and modalities 设备, as the institution names them."
    ),
    field(
        name = "ratings",
        ty = "Vec<Rating>",
        desc = "Ratings it was given 等级评定."
    ),
    field(
        name = "surgery_ceiling",
        ty = "Option<i32>",
        desc = "Highest level of surgery it may do 手术分级, 0 to 4."
    ),
    field(
        name = "insurer_designated",
        ty = "bool",
        desc = "Whether the insurer has designated it 医保定点."
    ),
    field(
        name = "departments",
        ty = "Reply<Connection<Department>>",
        desc = "Its departments 科室, by code.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "Rows from the start, 1 to 100; 20 if left out."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Begin after this cursor."
        )
    ),
    field(
        name = "capabilities",
        ty = "Reply<Connection<Capability>>",
        desc = "What it can treat 诊疗病种, by ICD-10 category.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "Rows from the start, 1 to 100; 20 if left out."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Begin after this cursor."
        )
    ),
    field(
        name = "alliances",
        ty = "Reply<Connection<Alliance>>",
        desc = "The alliances 医联体 that it belongs, belonged or will belong to, by name.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "Rows from the start, 1 to 100; 20 if left out."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Begin after this cursor."
        )
    ),
    field(
        name = "agreements",
        ty = "Reply<Connection<Agreement>>",
        desc = "Its agreements 合作协约, those that began last first.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "Rows from the start, 1 to 100; 20 if left out."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Begin after this cursor."
        )
    ),
    field(
        name = "version",
        ty = "i32",
        desc = "Grows by one with each change of the institution, its departments and capabilities."
    ),
    field(
        name = "created_at",
        ty = "DateTime<Utc>",
        desc = "When it was registered."
    ),
    field(
        name = "updated_at",
        ty = "DateTime<Utc>",
        desc = "When it was last changed."
    )
)]
pub enum Institution {
    /// County or district hospital.
    Hospital(Hospital),
    /// Township or community health centre.
    HealthCentre(HealthCentre),
    /// Village or community station.
    Station(Station),
    /// Outside institution.
    Partner(Partner),
}

impl From<Arc<Model>> for Institution {
    fn from(model: Arc<Model>) -> Self {
        match model.tier {
            Tier::Hospital => Self::Hospital(Hospital(model)),
            Tier::HealthCentre => Self::HealthCentre(HealthCentre(model)),
            Tier::Station => Self::Station(Station(model)),
            Tier::Partner => Self::Partner(Partner(model)),
        }
    }
}

impl Institution {
    /// The institution of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.institution(id).cloned().map(Self::from)
    }

    /// Its row.
    #[must_use]
    pub const fn model(&self) -> &Arc<Model> {
        match self {
            Self::Hospital(Hospital(model))
            | Self::HealthCentre(HealthCentre(model))
            | Self::Station(Station(model))
            | Self::Partner(Partner(model)) => model,
        }
    }
}

named!(Institution => "Institution");
