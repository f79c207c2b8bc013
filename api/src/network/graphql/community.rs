//! Communities.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{community::Model, enums::Tier};
use uuid::Uuid;

use super::{Hospital, Institution, convert::change, page};
use crate::{
    error::Result,
    graphql::{Connection, Reply, app},
    id::{self, Kind},
    named,
    network::{directory::Directory, limit::LimitsDraft, list},
    page::PageArgs,
    referral::state::Limits,
};

/// A medical community 医共体: institutions of one district under a lead hospital.
#[derive(Clone)]
pub struct Community(pub Arc<Model>);

named!(Community => "Community");

impl Community {
    /// The community of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.communities.get(&id).cloned().map(Self)
    }
}

/// A medical community 医共体: institutions of one district under a lead hospital.
#[Object]
impl Community {
    /// Its id, `com_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Community, self.0.id).into()
    }

    /// Name 名称.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Region 行政区划, six digits of GB/T 2260.
    async fn region(&self) -> &str {
        &self.0.region
    }

    /// Whether it is a tight-knit one 紧密型.
    async fn tight_knit(&self) -> bool {
        self.0.tight_knit
    }

    /// Level of its pilot 试点级别, as the bureau names it.
    async fn pilot_level(&self) -> Option<&str> {
        self.0.pilot_level.as_deref()
    }

    /// Its lead hospitals 牵头医院; at most 20.
    async fn lead_hospitals(&self, ctx: &Context<'_>) -> Result<Vec<Hospital>> {
        let directory = app(ctx)?.directory.now();
        let leads = directory.leads.get(&self.0.id).into_iter().flatten();
        let found = leads.filter_map(|id| directory.institution(*id)).cloned();
        Ok(found.map(Hospital).collect())
    }

    /// The institutions whose home it is 成员机构, by code.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this tier.")] tier: Option<Tier>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Institution>> {
        page(
            ctx,
            &PageArgs::forward(first, after),
            list::CODE,
            |directory, window| {
                let rows = directory.institutions.values().filter(|row| {
                    row.community_id == Some(self.0.id) && tier.is_none_or(|tier| row.tier == tier)
                });
                list::in_memory(rows.cloned(), window, Institution::from)
            },
        )
    }

    /// How long receivers whose home it is may take to answer a referral 答复时限.
    async fn referral_limits(&self) -> ReferralLimits {
        ReferralLimits::of(&self.0)
    }

    /// Grows by one with each change.
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
}

/// How long a receiver may take to answer a referral 答复时限, in minutes; a green channel halves it.
#[derive(Clone, Copy, SimpleObject)]
pub struct ReferralLimits {
    /// An emergency 急诊; 30 unless set.
    pub emergency_minutes: i32,
    /// What is urgent 紧急; 120 unless set.
    pub urgent_minutes: i32,
    /// What is neither 普通; 1,440 unless set.
    pub routine_minutes: i32,
}

impl ReferralLimits {
    fn of(community: &Model) -> Self {
        let limits = Limits::of(Some(community));
        Self {
            emergency_minutes: limits.emergency,
            urgent_minutes: limits.urgent,
            routine_minutes: limits.routine,
        }
    }
}

/// How long a community's receivers may take to answer, in minutes from 1 to 10,080 (7 days), an emergency no longer than what is urgent and
/// that no longer than the rest: what is left out stays, null is the default again.
#[derive(Clone, InputObject)]
pub struct SetReferralLimitsInput {
    /// The community.
    pub community: ID,
    /// The version of the community that the change is based on.
    pub version: i32,
    /// An emergency 急诊.
    pub emergency_minutes: MaybeUndefined<i32>,
    /// What is urgent 紧急.
    pub urgent_minutes: MaybeUndefined<i32>,
    /// What is neither 普通.
    pub routine_minutes: MaybeUndefined<i32>,
}

impl SetReferralLimitsInput {
    /// What shall be different.
    pub(super) fn limits(self) -> LimitsDraft {
        LimitsDraft {
            emergency: change(self.emergency_minutes),
            urgent: change(self.urgent_minutes),
            routine: change(self.routine_minutes),
        }
    }
}
