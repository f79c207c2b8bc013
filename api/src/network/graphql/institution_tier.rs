//! The four kinds of institution: what all of them have, and what only one has.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Tier},
    institution::Model,
};
use uuid::Uuid;

use super::{
    Community, Department, Institution,
    institution_part::{Capability, Location, Rating, capabilities, departments, stations},
};
use crate::{
    alliance::graphql::{Agreement, Alliance, agreements_of, alliances_of},
    centre::graphql::SharedCentre,
    dispatch::{
        graphql::{Dispatch, of_institution},
        service::Of,
    },
    error::Result,
    graphql::{Connection, Reply, app, reply},
    id::{self, Kind},
    page::PageArgs,
    scalar::Date,
    supervision::graphql::{SupervisionYear, supervised},
};

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
            pub(super) async fn code(&self) -> &str {
                &self.0.code
            }

            /// Name 机构名称.
            pub(super) async fn name(&self) -> &str {
                &self.0.name
            }

            /// Where it stands in the network 层级.
            pub(super) async fn tier(&self) -> Tier {
                self.0.tier
            }

            /// WS 218 type 机构类别代码 (A100 综合医院, C220 乡卫生院, D600 村卫生室 …).
            pub(super) async fn type_code(&self) -> &str {
                &self.0.type_code
            }

            /// Whether it works; only an OPERATING one takes part in new referrals.
            pub(super) async fn status(&self) -> InstitutionStatus {
                self.0.status
            }

            /// First day of that status.
            pub(super) async fn status_since(&self) -> Option<Date> {
                self.0.status_since.map(Date::from)
            }

            /// Home community 所属医共体.
            pub(super) async fn community(&self, ctx: &Context<'_>) -> Result<Option<Community>> {
                let directory = app(ctx)?.directory.now();
                Ok(self.0.community_id.and_then(|id| Community::find(&directory, id)))
            }

            /// Unified social credit code 统一社会信用代码 (GB 32100); branches may share one.
            pub(super) async fn credit_code(&self) -> Option<&str> {
                self.0.credit_code.as_deref()
            }

            /// Region 行政区划, six digits of GB/T 2260.
            pub(super) async fn region(&self) -> Option<&str> {
                self.0.region.as_deref()
            }

            /// Address 地址.
            pub(super) async fn address(&self) -> Option<&str> {
                self.0.address.as_deref()
            }

            /// Where it lies on the map 坐标.
            pub(super) async fn location(&self) -> Option<Location> {
                let (latitude, longitude) = self.0.latitude.zip(self.0.longitude)?;
                Some(Location { latitude, longitude })
            }

            /// 24-hour referral phone 24 小时转诊电话.
            pub(super) async fn phone(&self) -> Option<&str> {
                self.0.phone.as_deref()
            }

            /// Special facilities that routes and destinations ask for.
            pub(super) async fn facilities(&self) -> &[Facility] {
                &self.0.facilities.0
            }

            /// Equipment and modalities 设备, as the institution names them.
            pub(super) async fn equipment(&self) -> &[String] {
                &self.0.equipment.0
            }

            /// Ratings it was given 等级评定.
            pub(super) async fn ratings(&self) -> Vec<Rating> {
                let rating = |row: &entity::json::Rating| Rating {
                    scheme: row.scheme.clone(),
                    grade: row.grade.clone(),
                    year: row.year,
                };
                self.0.ratings.0.iter().map(rating).collect()
            }

            /// Highest level of surgery it may do 手术分级, 0 to 4.
            pub(super) async fn surgery_ceiling(&self) -> Option<i32> {
                self.0.surgery_ceiling
            }

            /// Whether the insurer has designated it 医保定点.
            pub(super) async fn insurer_designated(&self) -> bool {
                self.0.insurer_designated
            }

            /// Its departments 科室, by code.
            pub(super) async fn departments(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Department>> {
                departments(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// What it can treat 诊疗病种, by ICD-10 category.
            pub(super) async fn capabilities(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Capability>> {
                capabilities(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// The alliances 医联体 that it belongs, belonged or will belong to, by name.
            pub(super) async fn alliances(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Alliance>> {
                alliances_of(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// Its agreements 合作协约, those that began last first.
            pub(super) async fn agreements(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
                #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
            ) -> Reply<Connection<Agreement>> {
                agreements_of(ctx, self.0.id, &PageArgs::forward(first, after))
            }

            /// Grows by one with each change of the institution, its departments and capabilities.
            pub(super) async fn version(&self) -> i32 {
                self.0.version
            }

            /// When it was registered.
            pub(super) async fn created_at(&self) -> DateTime<Utc> {
                self.0.created_at
            }

            /// When it was last changed.
            pub(super) async fn updated_at(&self) -> DateTime<Utc> {
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

        /// How often it was supervised 业务指导 in a year, against the norm; null to whoever does not read its supervision visits.
        async fn supervision(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "The year.")] year: i32,
        ) -> Reply<SupervisionYear> {
            supervised(ctx, &self.0, year).await
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
