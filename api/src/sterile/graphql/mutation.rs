//! The verbs of batches: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{batch, enums::Action};

use super::{
    super::service,
    Batch,
    input::{ConfirmBatchReturnInput, RecallBatchInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// What a verb of a batch answers.
#[derive(SimpleObject)]
pub struct BatchPayload {
    /// The batch as it is now.
    pub batch: Batch,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<batch::Model>> for BatchPayload {
    fn from(changed: Changed<batch::Model>) -> Self {
        Self {
            batch: Batch(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of batches.
#[derive(Default)]
pub struct BatchMutation;

/// The verbs of batches.
#[Object]
impl BatchMutation {
    /// Recalls a sterile batch 召回: it is used no more, every order that holds packs of it is `recalled`, and whoever asked for it is told. For
    /// `TECHNICIAN` of the centre.
    async fn recall_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which batch, and why.")] input: RecallBatchInput,
    ) -> Reply<BatchPayload> {
        operate(ctx, Action::RecallBatch, async |app, call| {
            Ok(service::recall(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Confirms what became of the packs of a recalled batch that came with an order. The order is `recalled` no more as soon as that is known for
    /// each of its recalled batches. For `TECHNICIAN` and `COORDINATOR` of the institution that asked for the order.
    async fn confirm_batch_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which packs, and what became of them.")] input: ConfirmBatchReturnInput,
    ) -> Reply<BatchPayload> {
        operate(ctx, Action::ConfirmBatchReturn, async |app, call| {
            Ok(service::confirm(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
