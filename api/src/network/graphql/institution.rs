//! Institutions: one interface, four kinds.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Tier},
    institution::Model,
};
use uuid::Uuid;

use super::{Community, Department, page};
use crate::{
    centre::graphql::SharedCentre,
    dispatch::{
        graphql::{Dispatch, of_institution},
        service::Of,
    },
    error::Result,
    graphql::{Connection, Reply, app, reply},
    id::{self, Kind},
    named,
    network::{directory::Directory, list},
    page::PageArgs,
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

named!(
    Institution => "Institution",
    Capability => "Capability",
);

/// An ICD-10 category that an institution can treat 诊疗病种.
#[derive(Clone, SimpleObject)]
pub struct Capability {
    /// The first three characters of the code, say `I63`.
    pub category: String,
}

/// A place on the map 坐标, WGS 84.
#[derive(Clone, Copy, SimpleObject)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A rating that an institution was given 等级评定.
#[derive(Clone, SimpleObject)]
pub struct Rating {
    /// The scheme, say 优质服务基层行.
    pub scheme: String,
    /// The grade in that scheme.
    pub grade: String,
    /// The year of the rating.
    pub year: i32,
}

/// An object for one tier: what all institutions have, and what only this tier has.
macro_rules! institution {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(pub Arc<Model>);

        $(#[$doc])*
        #[Object]
        impl $name {
            /// Its id, `inst_…`.
            pub async fn id(&self) -> ID {
                id::encode(Kind::Institution, self.0.id).into()
            }

            /// Institution code 机构编码, unique in the installation.
            async fn code(&self) -> &str {
                &self.0.code
            }

            /// Name 机构名称.
            async fn name(&self) -> &str {
                &self.0.name
            }

            /// Where it stands in the network 层级.
            async fn tier(&self) -> Tier {
                self.0.tier
            }

            /// WS 218 type 机构类别代码 (A100 综合医院, C220 乡卫生院, D600 村卫生室 …).
            async fn type_code(&self) -> &str {
                &self.0.type_code
            }

            /// Whether it works; only an OPERATING one takes part in new referrals.
            async fn status(&self) -> InstitutionStatus {
                self.0.status
            }

            /// First day of that status.
            async fn status_since(&self) -> Option<Date> {
                self.0.status_since.map(Date::from)
            }

            /// Home community 所属医共体.
            async fn community(&self, ctx: &Context<'_>) -> Result<Option<Community>> {
                let directory = app(ctx)?.directory.now();
                Ok(self.0.community_id.and_then(|id| Community::find(&directory, id)))
            }

            /// Unified social credit code 统一社会信用代码 (GB 32100); branches may share one.
            async fn credit_code(&self) -> Option<&str> {
                self.0.credit_code.as_deref()
            }

            /// Region 行政区划, six digits of GB/T 2260.
            async fn region(&self) -> Option<&str> {
                self.0.region.as_deref()
            }

            /// Address 地址.
            async fn address(&self) -> Option<&str> {
                self.0.address.as_deref()
            }

            /// Where it lies on the map 坐标.
            async fn location(&self) -> Option<Location> {
                let (latitude, longitude) = self.0.latitude.zip(self.0.longitude)?;
                Some(Location { latitude, longitude })
            }

            /// 24-hour referral phone 24 小时转诊电话.
            async fn phone(&self) -> Option<&str> {
                self.0.phone.as_deref()
            }

            /// Special facilities that routes and destinations ask for.
            async fn facilities(&self) -> &[Facility] {
                &self.0.facilities.0
            }

            /// Equipment and modalities 设备, as the institution names them.
            async fn equipment(&self) -> &[String] {
                &self.0.equipment.0
            }

            /// Ratings it was given 等级评定.
            async fn ratings(&self) -> Vec<Rating> {
                let rating = |row: &entity::json::Rating| Rating {
                    scheme: row.scheme.clone(),
                    grade: row.grade.clone(),
                    year: row.year,
                };
                self.0.ratings.0.iter().map(rating).collect()
            }

            /// Highest level of surgery it may do 手术分级, 0 to 4.
            async fn surgery_ceiling(&self) -> Option<i32> {
                self.0.surgery_ceiling
            }

            /// Whether the insurer has designated it 医保定点.
            async fn insurer_designated(&self) -> bool {
                self.0.insurer_designated
            }

            /// Its departments 科室, by code.
            async fn departments(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Department>> {
                departments(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// What it can treat 诊疗病种, by ICD-10 category.
            async fn capabilities(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Capability>> {
                capabilities(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// Grows by one with each change of the institution, its departments and capabilities.
            async fn version(&self) -> i32 {
                self.0.version
            }

            /// When it was registered.
            async fn created_at(&self) -> DateTime<Utc> {
                self.0.created_at
            }

            /// When it was last changed.
            async fn updated_at(&self) -> DateTime<Utc> {
                self.0.updated_at
            }

            $($own)*
        }
    };
}

institution! {
    /// A county or district hospital 县/区级医院.
    Hospital {
        /// Hospital level 级, 1 to 3.
        async fn level(&self) -> Option<i32> {
            self.0.level
        }

        /// Grade within the level 等.
        async fn grade(&self) -> Option<HospitalGrade> {
            self.0.grade
        }

        /// The shared centres 资源共享中心 that it runs, by name; at most 50.
        async fn shared_centres(&self, ctx: &Context<'_>) -> Result<Vec<SharedCentre>> {
            let directory = app(ctx)?.directory.now();
            let centres = directory.centres_of.get(&self.0.id).into_iter().flatten();
            Ok(centres.filter_map(|id| SharedCentre::find(&directory, *id)).collect())
        }

        /// The experts that it sends 下派专家, as far as the caller sees them, the latest to begin first.
        async fn dispatches_out(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
            #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        ) -> Reply<Connection<Dispatch>> {
            dispatches(ctx, Of::Sender, self.0.id, &PageArgs::forward(first, after)).await
        }
    }
}

institution! {
    /// A township or community health centre 乡镇卫生院 / 社区卫生服务中心.
    HealthCentre {
        /// What it is built for 功能分类.
        async fn functional_class(&self) -> Option<FunctionalClass> {
            self.0.functional_class
        }

        /// Whether it is a sub-centre 县域医疗次中心.
        async fn sub_centre(&self) -> bool {
            self.0.sub_centre
        }

        /// The institutions that the sub-centre radiates to 辐射机构; at most 100.
        async fn radiates_to(&self, ctx: &Context<'_>) -> Result<Vec<Institution>> {
            let directory = app(ctx)?.directory.now();
            let served = directory.radiates_to.get(&self.0.id).into_iter().flatten();
            Ok(served.filter_map(|id| Institution::find(&directory, *id)).collect())
        }

        /// The stations that it manages 乡村一体化管理, by code.
        async fn stations(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
            #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        ) -> Reply<Connection<Institution>> {
            stations(ctx, self.0.id, &PageArgs::forward(first, after))
        }

        /// The experts that are sent to it 下派专家, as far as the caller sees them, the latest to begin first.
        async fn dispatches_in(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
            #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        ) -> Reply<Connection<Dispatch>> {
            dispatches(ctx, Of::Host, self.0.id, &PageArgs::forward(first, after)).await
        }
    }
}

institution! {
    /// A village or community health station 村卫生室 / 社区卫生服务站.
    Station {
        /// The health centre that manages it 乡村一体化管理.
        async fn health_centre(&self, ctx: &Context<'_>) -> Result<Option<HealthCentre>> {
            let directory = app(ctx)?.directory.now();
            let centre = self.0.managed_by.and_then(|id| directory.institution(id));
            Ok(centre.cloned().map(HealthCentre))
        }
    }
}

institution! {
    /// An outside institution 外部机构, usually without an account here.
    Partner {
        /// Level 级 of a partner that is a hospital, 1 to 3.
        async fn level(&self) -> Option<i32> {
            self.0.level
        }

        /// Grade 等 within the level of a partner that is a hospital.
        async fn grade(&self) -> Option<HospitalGrade> {
            self.0.grade
        }

        /// Whether it lies outside the district, so that going there is 外转.
        async fn outside_district(&self) -> bool {
            self.0.outside_district
        }

        /// Whether somebody can act for it here; where nobody can, the other side performs its verbs, marked second-hand.
        async fn has_account(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(app(ctx)?.directory.now().with_account.contains(&self.0.id))
        }
    }
}

async fn dispatches(
    ctx: &Context<'_>,
    of: Of,
    id: Uuid,
    args: &PageArgs,
) -> Reply<Connection<Dispatch>> {
    let found = of_institution(ctx, of, id, args).await;
    reply(ctx, found.map(Some))
}

fn departments(ctx: &Context<'_>, id: Uuid, args: &PageArgs) -> Reply<Connection<Department>> {
    page(ctx, args, list::CODE, |directory, window| {
        let rows = directory.departments_of.get(&id).into_iter().flatten();
        let rows = rows.filter_map(|id| directory.departments.get(id)).cloned();
        list::in_memory(rows, window, Department)
    })
}

fn capabilities(ctx: &Context<'_>, id: Uuid, args: &PageArgs) -> Reply<Connection<Capability>> {
    page(ctx, args, list::CATEGORY, |directory, window| {
        let rows = directory.capabilities.get(&id).into_iter().flatten();
        list::in_memory(rows.cloned(), window, |category| Capability { category })
    })
}

fn stations(ctx: &Context<'_>, id: Uuid, args: &PageArgs) -> Reply<Connection<Institution>> {
    page(ctx, args, list::CODE, |directory, window| {
        let rows = directory.stations_of.get(&id).into_iter().flatten();
        let rows = rows.filter_map(|id| directory.institution(*id)).cloned();
        list::in_memory(rows, window, Institution::from)
    })
}
