//! What is counted of a stretch of time. Stored as JSON, because it is added up in memory, beside the sketches.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::enums::{OrderReturnReason, Urgency};

/// What is counted of a stretch of time, each in the hour of its own time. What is nought is not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Counts {
    /// Orders placed.
    #[serde(skip_serializing_if = "is_nought")]
    pub requested: i64,
    /// Specimens or packs received.
    #[serde(skip_serializing_if = "is_nought")]
    pub received: i64,
    /// First reports.
    #[serde(skip_serializing_if = "is_nought")]
    pub reported: i64,
    /// First reviews.
    #[serde(skip_serializing_if = "is_nought")]
    pub reviewed: i64,
    /// Orders sent back, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub returned: BTreeMap<OrderReturnReason, i64>,
    /// Earlier results recognised.
    #[serde(skip_serializing_if = "is_nought")]
    pub recognised: i64,
    /// Orders cancelled.
    #[serde(skip_serializing_if = "is_nought")]
    pub cancelled: i64,
    /// Orders of which nothing is expected any more since then.
    #[serde(skip_serializing_if = "is_nought")]
    pub closed: i64,
    /// Requisitions first reported on, or attendances of training.
    #[serde(skip_serializing_if = "is_nought")]
    pub visits: i64,
    /// First reports of orders whose clock had begun.
    #[serde(skip_serializing_if = "is_nought")]
    pub timed: i64,
    /// Those of them that came in time.
    #[serde(skip_serializing_if = "is_nought")]
    pub on_time: i64,
    /// Critical values raised.
    #[serde(skip_serializing_if = "is_nought")]
    pub raised: i64,
    /// Critical values acknowledged.
    #[serde(skip_serializing_if = "is_nought")]
    pub acknowledged: i64,
    /// Those of them that were acknowledged in time.
    #[serde(skip_serializing_if = "is_nought")]
    pub in_time: i64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
const fn is_nought(count: &i64) -> bool {
    *count == 0
}

/// Open orders that are alike in everything by which they can be broken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The institution that asks.
    pub institution: Uuid,
    /// The group of the item.
    pub item_group: Option<String>,
    /// How urgent.
    pub priority: Option<Urgency>,
    /// Who works on them.
    pub diagnostician: Option<Uuid>,
    /// How many.
    pub open: i64,
}

/// Everything that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Parts(pub Vec<Part>);
