//! What stands beside a referral: what came before it, what follows from it, what it holds. The object's second half.

use async_graphql::{Context, Object};
use entity::referral;

use super::{Referral, ReferralLeg};
use crate::{
    capacity::graphql::Hold,
    critical_value::{self, graphql::CriticalValue},
    dispatch::{self, graphql::Dispatch},
    episode::{
        graphql::{Episode, referrals},
        loader::Relative,
    },
    follow_up::{
        graphql::{FollowUp, below},
        service::Of,
    },
    graphql::{Connection, Reply, refusal, reply},
    order::{self, graphql::Order},
    page::PageArgs,
    policy::View,
};

/// The fields of a referral that tell what stands beside it.
pub struct Related<'r>(pub(super) &'r Referral);

/// The fields of a referral that tell what stands beside it.
#[Object]
impl Related<'_> {
    /// Its legs, the first first: every time a receiver got it, with that receiver's answer. At most 20.
    async fn legs(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReferralLeg>> {
        let legs = self.0.seen_legs(ctx).await;
        legs.map_err(|error| refusal(ctx, &error))
    }

    /// The sender's own referral whose content it was written from. Null where there is none, or the caller does not see it.
    async fn based_on(&self, ctx: &Context<'_>) -> Reply<Referral> {
        reply(ctx, self.0.seen_base(ctx).await)
    }

    /// The referral that it follows from: the UP one of a DOWN one. Null where there is none, or the caller does not see it.
    async fn previous(&self, ctx: &Context<'_>) -> Reply<Referral> {
        let previous = self.0.content(ctx, |row| row.previous_id);
        let found = match previous {
            Some(id) => referrals(ctx, Relative::Itself(id)).await,
            None => Ok(Vec::new()),
        };
        reply(ctx, found.map(|mut found| found.pop()))
    }

    /// The referrals that follow from it, as far as the caller sees them, the first first; at most 10.
    async fn next(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Referral>> {
        if self.0.view == View::Header {
            return Ok(Vec::new());
        }
        let found = referrals(ctx, Relative::Next(self.0.row().id)).await;
        found.map_err(|error| refusal(ctx, &error))
    }

    /// Its episode 诊疗过程: the referrals and follow-ups that belong together.
    async fn episode(&self, ctx: &Context<'_>) -> Option<Episode> {
        self.0
            .content(ctx, |row| Some(Episode::of(row.episode(), row.patient_id)))
    }

    /// The follow-ups 随访 of its patient after it, the first due first, as far as the caller sees them: to sender and receiver they close 90 days
    /// after it did.
    async fn follow_ups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<FollowUp>> {
        if self.0.view == View::Header {
            return None;
        }
        let (of, id) = (Of::Referral, self.0.row().id);
        let page = below(ctx, of, id, PageArgs::forward(first, after)).await;
        reply(ctx, page.map(Some))
    }

    /// The remote consultation 远程会诊 by which the patient of an in-house referral 内诊 is treated. Null where there is none, or the caller does not
    /// see it.
    async fn consultation(&self, ctx: &Context<'_>) -> Reply<Order> {
        let found = match self.0.content(ctx, |row| row.consultation_id) {
            Some(id) => order::graphql::one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// The critical value 危急值 that it follows from. Null where there is none, or a sensitive diagnosis withholds it.
    async fn critical_value(&self, ctx: &Context<'_>) -> Reply<CriticalValue> {
        let cited = |row: &referral::Model| row.content.cited.critical_value;
        let found = match self.0.clinical(ctx, cited) {
            Some(id) => critical_value::graphql::one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// The dispatch 专家下派 of the expert by whom the patient of an in-house referral 内诊 is treated. Null where there is none, or the caller does not see
    /// it.
    async fn dispatch(&self, ctx: &Context<'_>) -> Reply<Dispatch> {
        let found = match self.0.content(ctx, |row| row.dispatch_id) {
            Some(id) => dispatch::graphql::one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// The orders 申请 that it follows from, as they were named; at most 20. Null in a header, and where a sensitive diagnosis withholds them.
    async fn cited_orders(&self, ctx: &Context<'_>) -> Reply<Vec<Order>> {
        let cited = |row: &referral::Model| Some(row.content.cited.orders.clone());
        let ids = self.0.clinical(ctx, cited)?;
        reply(ctx, order::graphql::each(ctx, ids).await.map(Some))
    }

    /// The orders 申请 to shared centres that belong to it, the latest first, as far as the caller sees them: to sender and receiver they close 90 days
    /// after it did.
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Order>> {
        if self.0.view == View::Header {
            return None;
        }
        let args = PageArgs::forward(first, after);
        let page = order::graphql::below(ctx, order::service::Of::Referral, self.0.row().id, args);
        reply(ctx, page.await.map(Some))
    }

    /// How satisfied the patient was 满意度, 1 to 5, as told when the loop was closed.
    async fn satisfaction(&self, ctx: &Context<'_>) -> Option<i32> {
        self.0
            .content(ctx, |row| row.closure.as_ref()?.satisfaction)
    }

    /// The bed or slot of the present receiver's acceptance 预留床位或号源: kept, taken by the patient who came, or given back; null where none
    /// was named.
    async fn hold(&self, ctx: &Context<'_>) -> Reply<Hold> {
        reply(ctx, self.0.held(ctx).await)
    }
}
