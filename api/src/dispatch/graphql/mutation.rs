//! The verbs of dispatches: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{dispatch::Model, enums::Action};

use super::{
    super::service,
    Dispatch,
    input::{
        AppraiseDispatchInput, ApproveDispatchInput, CancelDispatchInput, CheckInDispatchInput,
        CompleteDispatchInput, ConfirmDispatchInput, DeclineDispatchInput, ExtendDispatchInput,
        LogDispatchInput, PlanDispatchInput, PublishDispatchSessionsInput, RecallDispatchInput,
        RequestDispatchInput,
    },
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// What a verb answers.
#[derive(SimpleObject)]
pub struct DispatchPayload {
    /// The dispatch as it is now.
    pub dispatch: Dispatch,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Model>> for DispatchPayload {
    fn from(changed: Changed<Model>) -> Self {
        Self {
            dispatch: Dispatch::new(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of dispatches.
#[derive(Default)]
pub struct DispatchMutation;

/// The verbs of dispatches. The host's are for its `DISPATCH_OFFICER`; where it has none, for its `COORDINATOR`, `INSTITUTION_ADMIN` and `INTEGRATION`.
#[Object]
impl DispatchMutation {
    /// Asks a hospital or partner for an expert 申请专家下派. For the host.
    async fn request_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and when.")] input: RequestDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::RequestDispatch, |app, call| async move {
            Ok(service::request(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Sends nobody to whoever asked 谢绝. For the sender's `DISPATCH_OFFICER`; for the host where the sender is a partner without account.
    async fn decline_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: DeclineDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::DeclineDispatch, |app, call| async move {
            Ok(service::decline(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Names who is sent 拟派, in answer to a request or of one's own accord. Two postings of one expert never claim the same half-day, and the
    /// licence lasts to the end. For the sender's `DISPATCH_OFFICER`; for the host where nobody sends, or a partner without account does.
    async fn plan_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, where to, and when.")] input: PlanDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::PlanDispatch, |app, call| async move {
            Ok(service::plan(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Approves a plan 批准. For the sender's `DISPATCH_OFFICER`; for the host's `COMMUNITY_MANAGER` where nobody sends, or a partner without account does.
    async fn approve_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ApproveDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::ApproveDispatch, |app, call| async move {
            Ok(service::approve(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Takes the expert on those days 确认. For the host.
    async fn confirm_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::ConfirmDispatch, |app, call| async move {
            Ok(service::confirm(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Says that the expert has come 报到, from the first day to a week after. From now to the end of the last day their accounts act at the host as its
    /// clinicians do. A host has one clinical deputy director at a time. For the host.
    async fn check_in_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CheckInDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::CheckInDispatch, |app, call| async move {
            Ok(service::check_in(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Offers the sessions of those days as slots 号源 of the host, 8:00 to 12:00 and 14:00 to 17:30, which referrals can hold. What is offered already
    /// is left alone. They are withdrawn when the dispatch ends early. For the host.
    async fn publish_dispatch_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how many patients each takes.")]
        input: PublishDispatchSessionsInput,
    ) -> Reply<DispatchPayload> {
        operate(
            ctx,
            Action::PublishDispatchSessions,
            |app, call| async move {
                Ok(service::publish(app, &call, input.parse()?).await?.into())
            },
        )
        .await
    }

    /// Says what the expert did 工作日志, by the half-day, until 7 days after the end; again where that was wrong. For the host, and for the expert wherever
    /// they act.
    async fn log_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was done.")] input: LogDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::LogDispatch, |app, call| async move {
            Ok(service::log(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Lets the expert stay longer 延期. For the sender's `DISPATCH_OFFICER`; for the host where nobody sends, or a partner without account does.
    async fn extend_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and until when.")] input: ExtendDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::ExtendDispatch, |app, call| async move {
            Ok(service::extend(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Calls the expert back 召回: what they could see at the host ends at once, sessions that are not over are withdrawn, and the host is told what is
    /// still open of their work. For the sender's `DISPATCH_OFFICER`; for the host where nobody sends, or a partner without account does.
    async fn recall_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: RecallDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::RecallDispatch, |app, call| async move {
            Ok(service::recall(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Says that the expert has done what they came for, on the last day or before. Without it the dispatch completes by itself when its last day is over.
    /// For the host.
    async fn complete_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: CompleteDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::CompleteDispatch, |app, call| async move {
            Ok(service::complete(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Says how well an expert did 考核, once the dispatch is completed. For the host.
    async fn appraise_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how well.")] input: AppraiseDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::AppraiseDispatch, |app, call| async move {
            Ok(service::appraise(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Does not go on with it after all 取消, before the expert has come: a request by the host, from then on by either side.
    async fn cancel_dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: CancelDispatchInput,
    ) -> Reply<DispatchPayload> {
        operate(ctx, Action::CancelDispatch, |app, call| async move {
            Ok(service::cancel(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
