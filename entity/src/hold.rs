//! A hold 预留: a bed or a place in a session, kept for the patient of an accepted referral or of a consultation.

use sea_orm::entity::prelude::*;

use crate::enums::HoldState;

/// A hold 预留.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hold")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The referral; either this or the order.
    pub referral_id: Option<Uuid>,
    /// The order of a remote consultation.
    pub order_id: Option<Uuid>,
    /// The bed pool; either this or the slot.
    pub bed_pool_id: Option<Uuid>,
    /// The slot.
    pub slot_id: Option<Uuid>,
    /// What became of it.
    pub state: HoldState,
    /// When that happened.
    pub since: DateTimeUtc,
    /// When it was taken.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
