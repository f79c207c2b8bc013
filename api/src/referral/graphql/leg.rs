//! A leg of a referral, as everybody who sees the referral may see it.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{LegAnswer, Urgency},
    referral_leg,
};

use crate::{
    error::Error,
    graphql::{app, refusal},
    network::graphql::Institution,
};

/// One receiver's time with a referral: each time a receiver gets it (posted, posted again, redirected) a leg begins. It ends with the
/// receiver's answer, or without one when the referral is taken from it.
pub struct ReferralLeg(pub(super) referral_leg::Model);

/// One receiver's time with a referral.
#[Object]
impl ReferralLeg {
    /// The receiver.
    async fn receiver(&self, ctx: &Context<'_>) -> async_graphql::Result<Institution> {
        let directory = app(ctx)
            .map_err(|error| refusal(ctx, &error))?
            .directory
            .now();
        Institution::find(&directory, self.0.receiver_id).ok_or_else(|| {
            let missing = Error::Internal("the receiver of a leg is not in the directory".into());
            refusal(ctx, &missing)
        })
    }

    /// The urgency that sets the time to answer.
    async fn urgency(&self) -> Urgency {
        self.0.urgency
    }

    /// When the receiver got the referral.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// Until when an answer is due; null where no clock runs, as against a partner without account.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.0.due_at
    }

    /// When the receiver answered.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// What the receiver answered; null as long as it has not, and for ever where the referral was taken from it.
    async fn answer(&self) -> Option<LegAnswer> {
        self.0.answer
    }

    /// When the leg ended, answered or not.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }
}
