//! The verbs that change what was written, agreed or under way: parse, call one service function, wrap.

use async_graphql::{Context, Object};
use entity::enums::Action;

use super::{
    super::service,
    change_input::{
        AmendReferralInput, ConfirmReferralCancellationInput, DeclineReferralCancellationInput,
        RedirectReferralInput, RequestReferralCancellationInput, RescheduleReferralInput,
        RevokeReferralAcceptanceInput,
    },
    mutation::ReferralPayload,
};
use crate::graphql::{Reply, operate};

/// The verbs that change what was written, agreed or under way.
#[derive(Default)]
pub struct ReferralChangeMutation;

/// The verbs that change what was written, agreed or under way.
#[Object]
impl ReferralChangeMutation {
    /// Add to a referral on record or make it more urgent (sender). A draft, and what was returned, may be changed as a whole; the receiver's
    /// time to answer counts anew from a raised urgency. What was there before stays on record.
    async fn amend_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is added or changed.")] input: AmendReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::AmendReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::amend(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Send the patient on to another receiver 改转 (receiver; of what is overdue also the manager of a community of either side). That one has
    /// its own time to answer; whoever had the referral keeps its header. Three times at most, and never back.
    async fn redirect_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, to whom, and why.")] input: RedirectReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RedirectReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::redirect(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Expect an accepted patient at another time 改约 (receiver).
    async fn reschedule_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: RescheduleReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RescheduleReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::reschedule(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Take an acceptance back, say because the bed is lost 撤回接收 (receiver). The referral is rejected; its sender posts a new one elsewhere.
    async fn revoke_referral_acceptance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, why, and whether the patient knows.")]
        input: RevokeReferralAcceptanceInput,
    ) -> Reply<ReferralPayload> {
        operate(
            ctx,
            Action::RevokeReferralAcceptance,
            |app, call| async move {
                ReferralPayload::new(
                    ctx,
                    service::revoke_acceptance(app, &call, input.parse()?).await?,
                )
            },
        )
        .await
    }

    /// Ask the receiver to cancel what it has accepted 申请取消 (sender).
    async fn request_referral_cancellation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: RequestReferralCancellationInput,
    ) -> Reply<ReferralPayload> {
        operate(
            ctx,
            Action::RequestReferralCancellation,
            |app, call| async move {
                ReferralPayload::new(
                    ctx,
                    service::request_cancellation(app, &call, input.parse()?).await?,
                )
            },
        )
        .await
    }

    /// Cancel, as the sender asked 确认取消 (receiver).
    async fn confirm_referral_cancellation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmReferralCancellationInput,
    ) -> Reply<ReferralPayload> {
        operate(
            ctx,
            Action::ConfirmReferralCancellation,
            |app, call| async move {
                ReferralPayload::new(
                    ctx,
                    service::confirm_cancellation(app, &call, input.parse()?).await?,
                )
            },
        )
        .await
    }

    /// Not cancel 拒绝取消 (receiver): the referral is what it was before the sender asked. Where the patient has arrived, record that instead.
    async fn decline_referral_cancellation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: DeclineReferralCancellationInput,
    ) -> Reply<ReferralPayload> {
        operate(
            ctx,
            Action::DeclineReferralCancellation,
            |app, call| async move {
                ReferralPayload::new(
                    ctx,
                    service::decline_cancellation(app, &call, input.parse()?).await?,
                )
            },
        )
        .await
    }
}
