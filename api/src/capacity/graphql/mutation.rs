//! Changing beds and slots.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{bed_pool, slot},
    BedPool, Slot,
    input::{
        CreateBedPoolInput, CreateSlotsInput, ReportOccupancyInput, UpdateBedPoolInput,
        UpdateSlotInput,
    },
};
use crate::{
    graphql::{Reply, operate},
    id::{self, Kind},
    record::replay::Changed,
};

/// A bed pool after a change.
#[derive(SimpleObject)]
pub struct BedPoolPayload {
    /// The bed pool.
    pub bed_pool: BedPool,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

/// A slot after a change.
#[derive(SimpleObject)]
pub struct SlotPayload {
    /// The slot.
    pub slot: Slot,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// Slots that were offered.
#[derive(SimpleObject)]
pub struct SlotsPayload {
    /// The slots, the earliest first.
    pub slots: Vec<Slot>,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

impl From<Changed<entity::bed_pool::Model>> for BedPoolPayload {
    fn from(changed: Changed<entity::bed_pool::Model>) -> Self {
        Self {
            bed_pool: BedPool(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// Changing beds and slots.
#[derive(Default)]
pub struct CapacityMutation;

/// Changing beds and slots.
#[Object]
impl CapacityMutation {
    /// Registers a bed pool 床位池. For the institution's `INSTITUTION_ADMIN`, a health centre's for its stations too.
    async fn create_bed_pool(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bed pool.")] input: CreateBedPoolInput,
    ) -> Reply<BedPoolPayload> {
        operate(ctx, Action::CreateBedPool, async |app, call| {
            let changed = bed_pool::create(app, &call, &input.parse()?).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Changes how many beds a pool 床位池 has; 0 closes it. What is held stays held.
    async fn update_bed_pool(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how many.")] input: UpdateBedPoolInput,
    ) -> Reply<BedPoolPayload> {
        operate(ctx, Action::UpdateBedPool, async |app, call| {
            let id = id::decode(Kind::BedPool, &input.id, "input.id")?;
            let changed = bed_pool::update(app, &call, id, input.version, input.total).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Reports how many beds of a pool are occupied 占用床位. The latest report counts, and patients who came by a referral since then are added
    /// to it; the same report again changes nothing. For `COORDINATOR`, `INSTITUTION_ADMIN` and `INTEGRATION`.
    async fn report_occupancy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, how many, and of when.")] input: ReportOccupancyInput,
    ) -> Reply<BedPoolPayload> {
        operate(ctx, Action::ReportOccupancy, async |app, call| {
            let changed = bed_pool::report_occupancy(app, &call, &input.parse()?).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Offers sessions 放号, all of them or none. For the institution's `INSTITUTION_ADMIN`, a health centre's for its stations too.
    async fn create_slots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sessions.")] input: CreateSlotsInput,
    ) -> Reply<SlotsPayload> {
        operate(ctx, Action::CreateSlot, async |app, call| {
            let changed = slot::create(app, &call, &input.parse()?).await?;
            Ok(SlotsPayload {
                slots: changed.object.into_iter().map(Slot).collect(),
                replayed: changed.replayed,
            })
        })
        .await
    }

    /// Changes how many patients a session takes, withdraws it 停诊, or offers it again.
    async fn update_slot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateSlotInput,
    ) -> Reply<SlotPayload> {
        operate(ctx, Action::UpdateSlot, async |app, call| {
            let id = id::decode(Kind::Slot, &input.id, "input.id")?;
            let changed = slot::update(app, &call, id, input.version, &input.change()).await?;
            Ok(SlotPayload {
                slot: Slot(changed.object),
                replayed: changed.replayed,
            })
        })
        .await
    }
}
