//! The verbs of a referral's life: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{seen::Seen, service},
    Referral, ReferralWarning, SubmitReferralResult,
    bulk::submit_each,
    input::{ReferralInput, ResubmitReferralInput, SubmitReferralInput},
    verb::{
        AcceptReferralInput, CloseReferralInput, RecordArrivalInput, RecordDepartureInput,
        RecordNoShowInput, ReferBackInput, RejectReferralInput, ReportBackInput,
        ReturnReferralInput, StartTreatmentInput, WithdrawReferralInput,
    },
};
use crate::{
    error::Result,
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// What a verb answers.
#[derive(SimpleObject)]
pub struct ReferralPayload {
    /// The referral as it is now.
    pub referral: Referral,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
    /// What was noticed when it was last posted, without keeping anybody from posting it.
    pub warnings: Vec<ReferralWarning>,
}

impl ReferralPayload {
    pub(super) fn new(ctx: &Context<'_>, changed: Changed<Seen>) -> Result<Self> {
        let referral = Referral::new(ctx, changed.object)?;
        Ok(Self {
            warnings: referral.warnings(ctx),
            referral,
            replayed: changed.replayed,
        })
    }
}

/// The verbs of a referral's life. Each takes the version that its caller saw (hospital systems may leave it out) and may say when
/// it happened, for whoever works offline.
#[derive(Default)]
pub struct ReferralMutation;

/// The verbs of a referral's life.
#[Object]
impl ReferralMutation {
    /// Write a draft, which only the sender sees.
    async fn draft_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is written.")] input: ReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::DraftReferral, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::draft(app, &call, input.parse("input")?).await?,
            )
        })
        .await
    }

    /// Post a new referral, or a draft: the receiver's time to answer begins. The same external id from the same institution is the same
    /// referral, however often it is posted.
    async fn submit_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is posted.")] input: SubmitReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::SubmitReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::submit(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Post up to 100 new referrals or drafts. Each stands alone: one that is refused writes nothing and touches no other, and the results
    /// stand in the order of the inputs. What was posted before, by its external id or under the same `Idempotency-Key`, is answered again,
    /// so that a batch whose reply was lost is simply sent again. An input that does not even fit its type (an unknown enum value, a number
    /// in place of a text) refuses the whole request, as everywhere.
    async fn submit_referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is posted, 1 to 100.")] inputs: Vec<SubmitReferralInput>,
    ) -> Reply<Vec<SubmitReferralResult>> {
        submit_each(ctx, inputs).await
    }

    /// Send a referral back for missing items (receiver). An emergency is not sent back.
    async fn return_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is missing.")] input: ReturnReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::ReturnReferral, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::return_for_completion(app, &call, input.parse()?).await?,
            )
        })
        .await
    }

    /// Post a returned referral again, with what was missing (sender).
    async fn resubmit_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is added.")] input: ResubmitReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::ResubmitReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::resubmit(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Take the patient (receiver).
    async fn accept_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, where and when.")] input: AcceptReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::AcceptReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::accept(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Not take the patient (receiver).
    async fn reject_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: RejectReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RejectReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::reject(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Take a referral back before the patient was accepted (sender).
    async fn withdraw_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: WithdrawReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::WithdrawReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::withdraw(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Record that the patient has left (sender).
    async fn record_departure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how the patient travels.")] input: RecordDepartureInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RecordDeparture, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::record_departure(app, &call, input.parse()?).await?,
            )
        })
        .await
    }

    /// Record that the patient has come (receiver).
    async fn record_arrival(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which; occurredAt is the time of arrival.")] input: RecordArrivalInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RecordArrival, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::record_arrival(app, &call, input.parse()?).await?,
            )
        })
        .await
    }

    /// Record that the patient has not come in time (receiver).
    async fn record_no_show(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: RecordNoShowInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::RecordNoShow, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::record_no_show(app, &call, input.parse()?).await?,
            )
        })
        .await
    }

    /// Record that treatment has begun (receiver).
    async fn start_treatment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and under which number.")] input: StartTreatmentInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::StartTreatment, |app, call| async move {
            ReferralPayload::new(
                ctx,
                service::start_treatment(app, &call, input.parse()?).await?,
            )
        })
        .await
    }

    /// Tell the sender what was found and done (receiver).
    async fn report_back(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and the report.")] input: ReportBackInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::ReportBack, |app, call| async move {
            ReferralPayload::new(ctx, service::report_back(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Send the patient back down (receiver): reports back, unless that was done, and posts a DOWN referral that is linked to this one, filled
    /// in with what is known already, to the sender unless another receiver is named. Answers with the DOWN referral; `previous` is this one,
    /// which closes by itself when the patient has arrived.
    async fn refer_back(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, the report, and what the DOWN referral says.")]
        input: ReferBackInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::ReferBack, |app, call| async move {
            ReferralPayload::new(ctx, service::refer_back(app, &call, input.parse()?).await?)
        })
        .await
    }

    /// Close the loop: the report was read, or a patient who did not come was contacted (sender).
    async fn close_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what follows.")] input: CloseReferralInput,
    ) -> Reply<ReferralPayload> {
        operate(ctx, Action::CloseReferral, |app, call| async move {
            ReferralPayload::new(ctx, service::close(app, &call, input.parse()?).await?)
        })
        .await
    }
}
