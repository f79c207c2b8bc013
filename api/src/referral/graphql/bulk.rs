//! Posting many at once: parse each, call one service function, wrap each.

use async_graphql::{Context, SimpleObject, Union};
use entity::enums::Action;

use super::{super::service, ReferralPayload, input::SubmitReferralInput};
use crate::{
    graphql::{Reply, operate},
    schema::RefusedInput,
};

/// What came of one of many referrals.
#[derive(Union)]
#[expect(
    clippy::large_enum_variant,
    reason = "a result lives as long as it takes to answer it"
)]
pub enum SubmitReferralResult {
    /// It is posted.
    Submitted(SubmittedReferral),
    /// It was refused.
    Refused(RefusedInput),
}

/// One of many referrals, posted.
#[derive(SimpleObject)]
pub struct SubmittedReferral {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What posting it alone would have answered.
    #[graphql(flatten)]
    pub payload: ReferralPayload,
}

/// Posts each of the inputs.
pub(super) async fn submit_each(
    ctx: &Context<'_>,
    inputs: Vec<SubmitReferralInput>,
) -> Reply<Vec<SubmitReferralResult>> {
    operate(ctx, Action::SubmitReferral, |app, call| async move {
        let named: Vec<_> = inputs
            .iter()
            .map(|input| input.external_id.clone())
            .collect();
        let inputs = inputs.into_iter().map(SubmitReferralInput::parse).collect();
        let outcomes = service::submit_each(app, &call, inputs).await?;
        let outcomes = outcomes.into_iter().zip(named).enumerate();
        Ok(outcomes
            .map(|(index, (outcome, external_id))| {
                match outcome.and_then(|changed| ReferralPayload::new(ctx, changed)) {
                    Ok(payload) => {
                        SubmitReferralResult::Submitted(SubmittedReferral { index, payload })
                    }
                    Err(error) => SubmitReferralResult::Refused(RefusedInput::new(
                        ctx,
                        index,
                        external_id,
                        &error,
                    )),
                }
            })
            .collect())
    })
    .await
}
