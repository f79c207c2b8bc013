//! The verbs of follow-ups: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{seen::Seen, service},
    FollowUp,
    input::{EndFollowUpInput, PlanFollowUpInput, ReassignFollowUpInput, RecordFollowUpInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// What a verb answers.
#[derive(SimpleObject)]
pub struct FollowUpPayload {
    /// The follow-up as it is now; of a new plan the first.
    pub follow_up: FollowUp,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Seen>> for FollowUpPayload {
    fn from(changed: Changed<Seen>) -> Self {
        Self {
            follow_up: FollowUp::new(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of follow-ups.
#[derive(Default)]
pub struct FollowUpMutation;

/// The verbs of follow-ups.
#[Object]
impl FollowUpMutation {
    /// Plan follow-ups for the patient of a referral (its sender or receiver). Of each template a referral has one plan at a time.
    async fn plan_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For whom, and the plan.")] input: PlanFollowUpInput,
    ) -> Reply<FollowUpPayload> {
        operate(ctx, Action::PlanFollowUp, |app, call| async move {
            Ok(service::plan(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Record what a follow-up found (the institution that is to do it, or the health centre that manages it). The first one after a DOWN referral
    /// reports back to its sender.
    async fn record_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was found.")] input: RecordFollowUpInput,
    ) -> Reply<FollowUpPayload> {
        operate(ctx, Action::RecordFollowUp, |app, call| async move {
            Ok(service::record(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Hand the rest of a plan on to another institution: that one treats the patient from now on, the one before no longer.
    async fn reassign_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to whom.")] input: ReassignFollowUpInput,
    ) -> Reply<FollowUpPayload> {
        operate(ctx, Action::ReassignFollowUp, |app, call| async move {
            Ok(service::reassign(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// End a plan before its last day.
    async fn end_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EndFollowUpInput,
    ) -> Reply<FollowUpPayload> {
        operate(ctx, Action::EndFollowUp, |app, call| async move {
            Ok(service::end(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
