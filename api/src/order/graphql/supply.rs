//! The verbs of sterile supply: what they take, and what they do.

use async_graphql::{Context, InputObject, Object};
use entity::enums::Action;

use super::{
    super::service::{self, Deliver, Process},
    OrderPayload,
    input::{OrderKey, on},
};
use crate::{
    error::Result,
    graphql::{Reply, operate},
    moment::Moment,
    referral::graphql::Parser,
    sterile::graphql::SterileBatchInput,
};

/// An order whose packs were sterilised 灭菌.
#[derive(InputObject)]
pub struct ProcessOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The batches 灭菌批次 of its packs, 1 to 20: known by their numbers within the centre, or new.
    pub batches: Vec<SterileBatchInput>,
}

impl ProcessOrderInput {
    fn parse(self) -> Result<Process> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        let batches = self.batches.into_iter().enumerate();
        let batches: Vec<_> = batches
            .filter_map(|(place, batch)| batch.parse(&format!("batches[{place}]"), &mut parser))
            .collect();
        parser.finish(on.map(|on| Process { on, batches }))
    }
}

/// An order whose sterile packs were delivered 发放.
#[derive(InputObject)]
pub struct DeliverOrderInput {
    /// Which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// A word to whoever gets them.
    pub note: Option<String>,
}

impl DeliverOrderInput {
    fn parse(self) -> Result<Deliver> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
        parser.finish(on.map(|on| Deliver {
            on,
            note: self.note,
        }))
    }
}

/// The verbs of sterile supply.
#[derive(Default)]
pub struct SupplyMutation;

/// The verbs of sterile supply.
#[Object]
impl SupplyMutation {
    /// The packs were sterilised, in these batches. An order of which a batch is recalled before it was delivered is processed again. For
    /// `TECHNICIAN` of the centre.
    async fn process_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and of which batches its packs are.")]
        input: ProcessOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::ProcessOrder, async |app, call| {
            Ok(service::process(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// The sterile packs were delivered; refused as long as a batch of them is recalled. For `TECHNICIAN` of the centre.
    async fn deliver_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: DeliverOrderInput,
    ) -> Reply<OrderPayload> {
        operate(ctx, Action::DeliverOrder, async |app, call| {
            Ok(service::deliver(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
