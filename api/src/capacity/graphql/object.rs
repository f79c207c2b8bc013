//! Bed pools, slots and holds as the API shows them.

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    bed_pool,
    enums::{BedKind, HoldState},
    hold, slot,
};

use super::query;
use crate::{
    dispatch::{self, graphql::Dispatch},
    error::{Error, Result},
    graphql::{Reply, app, reply, unshare},
    id::{self, Kind},
    named,
    network::{
        graphql::{Department, Institution, Practitioner},
        loader::PractitionerLoader,
    },
};

/// A bed pool 床位池: the beds of one kind in a department of an institution, or in no particular one.
pub struct BedPool(pub bed_pool::Model);

named!(BedPool => "BedPool", Slot => "Slot");

/// A bed pool 床位池: the beds of one kind in a department of an institution, or in no particular one.
#[Object]
impl BedPool {
    /// Id, `bed_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::BedPool, self.0.id).into()
    }

    /// The institution whose beds these are.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let directory = app(ctx)?.directory.now();
        Ok(Institution::find(&directory, self.0.institution_id))
    }

    /// The department 科室 whose beds these are; null where they are no particular one's.
    async fn department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        let directory = app(ctx)?.directory.now();
        let id = self.0.department_id;
        Ok(id.and_then(|id| Department::find(&directory, id)))
    }

    /// What kind of bed 床位类型.
    async fn kind(&self) -> BedKind {
        self.0.kind
    }

    /// Beds that are set up 实际开放床位.
    async fn total(&self) -> i32 {
        self.0.total
    }

    /// Beds kept for patients who were accepted and are to come 预留床位.
    async fn held(&self) -> i32 {
        self.0.held
    }

    /// Beds that were occupied 占用床位 by the last report, and those that referred patients have taken since; may exceed the total 加床.
    async fn occupied(&self) -> i32 {
        self.0.occupied
    }

    /// Beds that are free 空床: what neither is held nor occupied, and never less than none.
    async fn free(&self) -> i32 {
        let row = &self.0;
        (row.total - row.held - row.occupied).max(0)
    }

    /// Of when the last report of occupancy is; null where there was none yet.
    async fn occupied_as_of(&self) -> Option<DateTime<Utc>> {
        self.0.occupied_as_of
    }

    /// Grows by one with each change of its beds and each report; holds do not count.
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

/// A slot 号源: a session of a department or a practitioner, and how many patients it takes.
pub struct Slot(pub slot::Model);

/// A slot 号源: a session of a department or a practitioner, and how many patients it takes.
#[Object]
impl Slot {
    /// Id, `slot_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Slot, self.0.id).into()
    }

    /// The institution that offers it.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let directory = app(ctx)?.directory.now();
        Ok(Institution::find(&directory, self.0.institution_id))
    }

    /// The department 科室 whose session it is; null where it is a practitioner's alone.
    async fn department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        let directory = app(ctx)?.directory.now();
        let id = self.0.department_id;
        Ok(id.and_then(|id| Department::find(&directory, id)))
    }

    /// The practitioner 出诊医生 whose session it is; null where it is a department's alone.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, self.loaded_practitioner(ctx).await)
    }

    /// The dispatch 专家下派 of which it is a session; null where it is none's, or the caller does not see it.
    async fn dispatch(&self, ctx: &Context<'_>) -> Reply<Dispatch> {
        let found = match self.0.dispatch_id {
            Some(id) => dispatch::graphql::one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// When it begins 开始时间.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it is over 结束时间.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// How many patients it takes 号源总数.
    async fn capacity(&self) -> i32 {
        self.0.capacity
    }

    /// How many places are kept for patients who were accepted and are to come 预留号.
    async fn held(&self) -> i32 {
        self.0.held
    }

    /// How many places patients who came have taken 已用号.
    async fn used(&self) -> i32 {
        self.0.used
    }

    /// How many places are free 剩余号; none in one that was withdrawn.
    async fn free(&self) -> i32 {
        let row = &self.0;
        if row.withdrawn {
            0
        } else {
            row.capacity - row.held - row.used
        }
    }

    /// Whether it takes no further patient 停诊.
    async fn withdrawn(&self) -> bool {
        self.0.withdrawn
    }

    /// Grows by one with each change; holds do not count.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was offered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

impl Slot {
    async fn loaded_practitioner(&self, ctx: &Context<'_>) -> Result<Option<Practitioner>> {
        let Some(id) = self.0.practitioner_id else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<PractitionerLoader>>()
            .ok_or(Error::Unauthenticated)?;
        let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
        Ok(found.map(Practitioner))
    }
}

/// A bed or a place in a session that is kept for the patient of a referral 预留: from its acceptance until the patient comes, or until it is
/// given back because the referral went another way.
pub struct Hold(pub hold::Model);

/// A bed or a place in a session that is kept for the patient of a referral 预留: from its acceptance until the patient comes, or until it is
/// given back because the referral went another way. For a remote consultation it is kept from its claim until the opinion is reported.
#[Object]
impl Hold {
    /// The pool of which a bed is held; null where it is a place in a session.
    async fn bed_pool(&self, ctx: &Context<'_>) -> Reply<BedPool> {
        let found = match self.0.bed_pool_id {
            Some(id) => query::bed_pool(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// The session in which a place is held; null where it is a bed.
    async fn slot(&self, ctx: &Context<'_>) -> Reply<Slot> {
        let found = match self.0.slot_id {
            Some(id) => query::slot(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// What became of it.
    async fn state(&self) -> HoldState {
        self.0.state
    }

    /// When that happened.
    async fn since(&self) -> DateTime<Utc> {
        self.0.since
    }
}
