//! A referral 双向转诊.

use sea_orm::entity::prelude::*;

use crate::enums::{
    CareSetting, GreenChannelGround, ReferralDirection, ReferralReach, ReferralReason,
    ReferralStatus, Urgency, VisitType,
};
use crate::json::Texts;
use crate::referral_content::{Closure, Content, Rejection, Report, Warnings};

/// A referral 双向转诊.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and a column"
)]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Number shown to people; never gapless.
    #[sea_orm(column_type = "Text")]
    pub number: String,
    /// The institution that posted it; an external id is unique there.
    pub poster_id: Uuid,
    /// The poster's own id.
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    /// Grows by one with each change.
    pub version: i32,
    /// Where it stands.
    pub status: ReferralStatus,
    /// Derived direction.
    pub direction: Option<ReferralDirection>,
    /// Derived reach.
    pub reach: Option<ReferralReach>,
    /// Urgency.
    pub urgency: Option<Urgency>,
    /// Whether the receiver entered it in the sender's stead.
    pub second_hand: bool,
    /// The patient.
    pub patient_id: Uuid,
    /// The sending institution.
    pub sender_id: Uuid,
    /// The sending department.
    pub sender_department_id: Option<Uuid>,
    /// The sending practitioner.
    pub sender_practitioner_id: Option<Uuid>,
    /// Phone of the sender for questions about this patient.
    #[sea_orm(column_type = "Text", nullable)]
    pub sender_phone: Option<String>,
    /// The present receiver.
    pub receiver_id: Option<Uuid>,
    /// The receiving department.
    pub receiver_department_id: Option<Uuid>,
    /// The receiving practitioner.
    pub receiver_practitioner_id: Option<Uuid>,
    /// The receiver of the first post, which replays are held against.
    pub posted_receiver_id: Option<Uuid>,
    /// The principal category of the first post, likewise.
    #[sea_orm(column_type = "Text", nullable)]
    pub posted_category: Option<String>,
    /// Visit at the sender.
    pub visit_type: Option<VisitType>,
    /// Care that is asked for.
    pub care_setting: Option<CareSetting>,
    /// Why.
    pub reason: Option<ReferralReason>,
    /// First three characters of the principal diagnosis.
    #[sea_orm(column_type = "Text", nullable)]
    pub principal_category: Option<String>,
    /// Code of the principal diagnosis.
    #[sea_orm(column_type = "Text", nullable)]
    pub principal_code: Option<String>,
    /// Whether a diagnosis is one that is withheld outside treatment.
    pub sensitive: bool,
    /// Whether an infection is suspected.
    pub suspected_infection: Option<bool>,
    /// Ground of the green channel.
    pub green_channel: Option<GreenChannelGround>,
    /// The senior doctor who assessed an outward referral.
    pub assessor_id: Option<Uuid>,
    /// From when it is valid.
    pub valid_from: Option<DateTimeUtc>,
    /// Until when it is valid (days end at 24:00 Asia/Shanghai).
    pub valid_to: Option<DateTimeUtc>,
    /// When the patient is expected.
    pub planned_at: Option<DateTimeUtc>,
    /// What the sender wrote.
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Content,
    /// What a returned referral lacks.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub missing_items: Option<Texts>,
    /// Why it was rejected.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub rejection: Option<Rejection>,
    /// What the receiver reported back.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub report: Option<Report>,
    /// How the loop was closed.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub closure: Option<Closure>,
    /// Whether the present receiver accepted it.
    pub accepted: bool,
    /// Number of the present leg; 0 before it is posted.
    pub leg: i32,
    /// How often it was sent on to another receiver.
    pub hops: i32,
    /// Where it stood before the sender asked to cancel it, while the receiver has not answered that.
    pub status_before: Option<ReferralStatus>,
    /// Until when the present receiver is to answer; null once answered.
    pub answer_due_at: Option<DateTimeUtc>,
    /// Visit or admission number at the receiver.
    #[sea_orm(column_type = "Text", nullable)]
    pub visit_number: Option<String>,
    /// When the patient left.
    pub departed_at: Option<DateTimeUtc>,
    /// When the patient came.
    pub arrived_at: Option<DateTimeUtc>,
    /// When the receiver reported back.
    pub reported_at: Option<DateTimeUtc>,
    /// When it was posted.
    pub submitted_at: Option<DateTimeUtc>,
    /// The bed or slot of the last acceptance.
    pub hold_id: Option<Uuid>,
    /// The referral that it follows from: the UP one of a DOWN one.
    pub previous_id: Option<Uuid>,
    /// The first referral of its episode; none where it is the first itself.
    pub episode_id: Option<Uuid>,
    /// When the last event happened; the next is not before it.
    pub occurred_at: DateTimeUtc,
    /// Patient, receiver and category while open and no emergency: at most one.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_key: Option<String>,
    /// Community of the sender, for statistics.
    pub sender_community_id: Option<Uuid>,
    /// Community of the receiver, for statistics.
    pub receiver_community_id: Option<Uuid>,
    /// What was noticed, but kept nobody from posting it.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub warnings: Option<Warnings>,
    /// Whether it went up although the origin's capability covers it; counted.
    pub within_origin_capability: bool,
    /// The account that wrote it.
    pub created_by: Uuid,
    /// When it was first written.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// When the present status was recorded.
    pub status_since: DateTimeUtc,
    /// When the clock next looks at it; never later than it has something to do.
    pub clock_at: Option<DateTimeUtc>,
    /// When an emergency on the road was last found to be overdue.
    pub overdue_at: Option<DateTimeUtc>,
    /// How many marks the clock has set: events beside the versions.
    pub marks: i32,
    /// Whether the patient came before the sender posted.
    pub walk_in: bool,
    /// When the sender's post joined a walk-in.
    pub joined_at: Option<DateTimeUtc>,
    /// The receiver that entered it in the sender's stead.
    pub entered_by_id: Option<Uuid>,
    /// That receiver's own id; unique there.
    #[sea_orm(column_type = "Text", nullable)]
    pub entry_external_id: Option<String>,
    /// The referral whose content it was written from.
    pub based_on_id: Option<Uuid>,
    /// The remote consultation by which the patient of an in-house referral is treated.
    pub consultation_id: Option<Uuid>,
    /// The team of family doctors that the patient has a contract with, once it is posted.
    pub family_team_id: Option<Uuid>,
    /// The health centre of that team.
    pub family_centre_id: Option<Uuid>,
    /// Until when the contract runs.
    pub family_until: Option<DateTimeUtc>,
    /// The dispatch of the expert by whom they are treated instead.
    pub dispatch_id: Option<Uuid>,
}

impl Model {
    /// Its episode, which is named after its first referral.
    #[must_use]
    pub fn episode(&self) -> Uuid {
        self.episode_id.unwrap_or(self.id)
    }
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
