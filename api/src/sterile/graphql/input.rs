//! What the verbs of batches take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::enums::PackOutcome;

use super::super::service::{Confirm, Cycle, Recall};
use crate::{
    error::Result, id::Kind, moment::Moment, order::graphql::OrderKey, referral::graphql::Parser,
    scalar::Date,
};

/// A sterile batch 灭菌批次, as whoever packs names it: known by its number within the centre, or new.
#[derive(InputObject)]
pub struct SterileBatchInput {
    /// Its number 批号; unique within the centre.
    pub number: String,
    /// The steriliser 灭菌器, with its cycle.
    pub steriliser: String,
    /// When it was processed 灭菌时间.
    pub processed_at: Moment,
    /// The last day on which its packs are sterile 有效期.
    pub expires_on: Date,
}

impl SterileBatchInput {
    /// Reads the batch in a field of the input.
    pub fn parse(self, field: &str, parser: &mut Parser<'_>) -> Option<Cycle> {
        let processed_at = parser.moment(&format!("{field}.processedAt"), Some(self.processed_at));
        let expires_on = parser.day(&format!("{field}.expiresOn"), Some(self.expires_on));
        Some(Cycle {
            number: self.number,
            steriliser: self.steriliser,
            processed_at: processed_at?,
            expires_on: expires_on?,
        })
    }
}

/// A batch to be recalled 召回.
#[derive(InputObject)]
pub struct RecallBatchInput {
    /// Which batch.
    pub batch: ID,
    /// The version that the caller saw; systems may leave it out.
    pub version: Option<i32>,
    /// Why, in at most 500 characters.
    pub reason: String,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl RecallBatchInput {
    pub(super) fn parse(self) -> Result<Recall> {
        let mut parser = Parser::new("input");
        let batch = parser.id(Kind::Batch, "batch", Some(&self.batch));
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        parser.finish(batch.map(|batch| Recall {
            batch,
            version: self.version,
            reason: self.reason,
            occurred_at,
        }))
    }
}

/// What became of the packs of a recalled batch.
#[derive(InputObject)]
pub struct ConfirmBatchReturnInput {
    /// Which batch.
    pub batch: ID,
    /// The version of the batch that the caller saw, where they care: others confirm at the same time.
    pub version: Option<i32>,
    /// The order that the packs came with.
    pub order: OrderKey,
    /// What became of them.
    pub outcome: PackOutcome,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl ConfirmBatchReturnInput {
    pub(super) fn parse(self) -> Result<Confirm> {
        let mut parser = Parser::new("input");
        let batch = parser.id(Kind::Batch, "batch", Some(&self.batch));
        let path = parser.at("order");
        let order = parser.keep(self.order.parse(&path));
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        let both = batch.zip(order);
        parser.finish(both.map(|(batch, order)| Confirm {
            batch,
            version: self.version,
            order,
            outcome: self.outcome,
            occurred_at,
        }))
    }
}
