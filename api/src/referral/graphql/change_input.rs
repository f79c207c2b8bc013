//! What the verbs take that change what was written, agreed or under way.

use async_graphql::{ID, InputObject};
use entity::enums::RejectionReason;

use super::{
    super::service,
    input::{Parser, ReferralContentInput, ReferralKey},
};
use crate::{error::Result, id::Kind, moment::Moment};

/// A referral to be amended.
#[derive(InputObject)]
pub struct AmendReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What is added or changed. Of a draft, and of what was returned, anything; of what is posted, accepted or on the road: urgency (higher
    /// only), senderPhone, senderPractitioner, reasonText, diagnoses, clinical, handover, suspectedInfection, transport and insurance.
    pub content: ReferralContentInput,
}

impl AmendReferralInput {
    pub(super) fn parse(self) -> Result<service::Amend> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let mut below = Parser::new("input.content");
        let writing = self.content.parse(&mut below);
        parser.problems.extend(below.problems.into_vec());
        parser.finish(on.map(|on| service::Amend { on, writing }))
    }
}

/// A patient to be sent on to another receiver.
#[derive(InputObject)]
pub struct RedirectReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The institution that is to take the patient: one that the present receiver could itself send the patient to, and where the patient
    /// has not been or been sent before.
    pub receiver: ID,
    /// Why.
    pub reason: String,
    /// The senior doctor (title 231 or 232) of the present receiver who assessed it, where the patient leaves the district.
    pub assessor: Option<ID>,
}

impl RedirectReferralInput {
    pub(super) fn parse(self) -> Result<service::Redirect> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let receiver = parser.id(Kind::Institution, "receiver", Some(&self.receiver));
        let assessor = parser.id(Kind::Practitioner, "assessor", self.assessor.as_ref());
        let redirect = on.zip(receiver).map(|(on, receiver)| service::Redirect {
            on,
            receiver,
            reason: self.reason,
            assessor,
        });
        parser.finish(redirect)
    }
}

/// An accepted patient to be expected at another time 改约.
#[derive(InputObject)]
pub struct RescheduleReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// When the patient is expected now.
    pub planned_at: Moment,
    /// Hold a bed of this pool 预留床位 in place of what is held. Where nothing is named, a bed stays held, a place as long as the time fits.
    pub bed_pool: Option<ID>,
    /// Hold a place in this session 预留号源 in place of what is held, one in which the new time falls.
    pub slot: Option<ID>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl RescheduleReferralInput {
    pub(super) fn parse(self) -> Result<service::Reschedule> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let planned_at = parser.moment("plannedAt", Some(self.planned_at));
        let bed_pool = parser.id(Kind::BedPool, "bedPool", self.bed_pool.as_ref());
        let slot = parser.id(Kind::Slot, "slot", self.slot.as_ref());
        let reschedule = on
            .zip(planned_at)
            .map(|(on, planned_at)| service::Reschedule {
                on,
                planned_at,
                bed_pool,
                slot,
                note: self.note,
            });
        parser.finish(reschedule)
    }
}

/// An acceptance to be taken back 撤回接收.
#[derive(InputObject)]
pub struct RevokeReferralAcceptanceInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: RejectionReason,
    /// Why, in words; required of OTHER.
    pub text: Option<String>,
    /// Whether the patient was told 是否已告知患者; if not, the sender does it.
    pub patient_informed: bool,
}

impl RevokeReferralAcceptanceInput {
    pub(super) fn parse(self) -> Result<service::Revoke> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Revoke {
            on,
            reason: self.reason,
            text: self.text,
            patient_informed: self.patient_informed,
        }))
    }
}

/// An accepted referral that its sender asks to cancel 申请取消.
#[derive(InputObject)]
pub struct RequestReferralCancellationInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: String,
}

impl RequestReferralCancellationInput {
    pub(super) fn parse(self) -> Result<service::RequestCancellation> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::RequestCancellation {
            on,
            reason: self.reason,
        }))
    }
}

/// A request to cancel that the receiver agrees to.
#[derive(InputObject)]
pub struct ConfirmReferralCancellationInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl ConfirmReferralCancellationInput {
    pub(super) fn parse(self) -> Result<service::AnswerCancellation> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::AnswerCancellation {
            on,
            note: self.note,
        }))
    }
}

/// A request to cancel that the receiver does not agree to.
#[derive(InputObject)]
pub struct DeclineReferralCancellationInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl DeclineReferralCancellationInput {
    pub(super) fn parse(self) -> Result<service::AnswerCancellation> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::AnswerCancellation {
            on,
            note: self.note,
        }))
    }
}
