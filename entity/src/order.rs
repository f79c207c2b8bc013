//! An order to a shared centre 申请: one examination, test, opinion, or pack.

use sea_orm::entity::prelude::*;

use crate::enums::{CentreKind, OrderStatus, ReviewRule, SpecimenKind, Urgency};
use crate::order_content::{Content, Recognition, Return};

/// An order to a shared centre 申请. The table is `centre_order`: `order` is a word of SQL.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "centre_order")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Number shown to people; never gapless.
    #[sea_orm(column_type = "Text")]
    pub number: String,
    /// Requisition 申请单号: orders of one draw or one visit share it.
    #[sea_orm(column_type = "Text")]
    pub requisition: String,
    /// The requester's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Grows by one with each change.
    pub version: i32,
    /// Where it stands.
    pub status: OrderStatus,
    /// Where it stood before it was claimed, to which a release leads back.
    pub status_before: Option<OrderStatus>,
    /// How urgent it is.
    pub priority: Urgency,
    /// The centre.
    pub centre_id: Uuid,
    /// What the centre does.
    pub kind: CentreKind,
    /// The hospital that runs the centre.
    pub host_id: Uuid,
    /// What is ordered.
    pub item_id: Uuid,
    /// Its code.
    #[sea_orm(column_type = "Text")]
    pub item_code: String,
    /// The group that statistics count it in.
    #[sea_orm(column_type = "Text")]
    pub item_group: String,
    /// What is drawn for it.
    pub specimen_kind: Option<SpecimenKind>,
    /// Whether its report needs a review.
    pub review: ReviewRule,
    /// Minutes that it may take from start to report.
    pub target_minutes: i32,
    /// The patient; none of sterile supply.
    pub patient_id: Option<Uuid>,
    /// The institution that asks for it.
    pub requested_by_id: Uuid,
    /// The department that asks for it, where that is not the whole institution.
    pub department_id: Option<Uuid>,
    /// The practitioner who asks for it.
    pub requester_id: Option<Uuid>,
    /// The referral that it belongs to.
    pub referral_id: Option<Uuid>,
    /// What people write into it.
    pub content: Content,
    /// The present specimen.
    pub specimen_id: Option<Uuid>,
    /// The diagnostician or expert who works on it, or has reported it.
    pub claimed_by_id: Option<Uuid>,
    /// The account that claimed it.
    pub claimed_account_id: Option<Uuid>,
    /// The agreed time of a consultation.
    pub planned_at: Option<DateTimeUtc>,
    /// The place in a session that is held for a consultation, or was.
    pub hold_id: Option<Uuid>,
    /// When its clock began: examined, received, or the agreed time.
    pub started_at: Option<DateTimeUtc>,
    /// Since when its clock stands still, because it was returned.
    pub paused_at: Option<DateTimeUtc>,
    /// How long its clock stood still before, in milliseconds.
    pub paused_ms: i64,
    /// Until when the report is due.
    pub due_at: Option<DateTimeUtc>,
    /// When it was placed.
    pub requested_at: DateTimeUtc,
    /// When it was examined.
    pub examined_at: Option<DateTimeUtc>,
    /// When its specimen was collected.
    pub collected_at: Option<DateTimeUtc>,
    /// When the centre received it.
    pub received_at: Option<DateTimeUtc>,
    /// When the packs were sterilised.
    pub processed_at: Option<DateTimeUtc>,
    /// When the packs were delivered.
    pub delivered_at: Option<DateTimeUtc>,
    /// When it was first reported.
    pub reported_at: Option<DateTimeUtc>,
    /// When it was first reviewed.
    pub reviewed_at: Option<DateTimeUtc>,
    /// When an earlier result was recognised instead.
    pub recognised_at: Option<DateTimeUtc>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTimeUtc>,
    /// The report that answers it.
    pub report_id: Option<Uuid>,
    /// Whether the report is final, so that it can be recognised elsewhere.
    pub is_final: bool,
    /// The earlier result that was recognised.
    pub recognition: Option<Recognition>,
    /// Why it was sent back, as long as it is.
    pub returned: Option<Return>,
    /// Whether a batch that it was delivered from is recalled and not confirmed yet.
    pub recalled: bool,
    /// The community of the requester.
    pub community_id: Option<Uuid>,
    /// When the last thing happened to it.
    pub occurred_at: DateTimeUtc,
    /// The account that placed it.
    pub created_by: Uuid,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
