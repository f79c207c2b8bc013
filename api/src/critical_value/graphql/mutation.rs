//! The verbs of critical values: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::enums::Action;

use super::{
    super::{seen::Seen, service},
    CriticalValue,
    input::{AcknowledgeCriticalValueInput, RaiseCriticalValueInput, ResolveCriticalValueInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// What a verb answers.
#[derive(SimpleObject)]
pub struct CriticalValuePayload {
    /// The critical value as it is now.
    pub critical_value: CriticalValue,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Seen>> for CriticalValuePayload {
    fn from(changed: Changed<Seen>) -> Self {
        Self {
            critical_value: CriticalValue::new(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of critical values.
#[derive(Default)]
pub struct CriticalValueMutation;

/// The verbs of critical values.
#[Object]
impl CriticalValueMutation {
    /// Raise a critical value 危急值 of an order that was examined, or whose specimen the centre has; the report need not be there. It is addressed to whoever
    /// asked for the order (for a station also to its managing health centre) and to whoever holds the patient on an open referral. For
    /// `DIAGNOSTICIAN` of the centre.
    async fn raise_critical_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which order, and what was found.")] input: RaiseCriticalValueInput,
    ) -> Reply<CriticalValuePayload> {
        operate(ctx, Action::RaiseCriticalValue, |app, call| async move {
            Ok(service::raise(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Confirm that a critical value is known, by reading it back. For `CLINICIAN` and `COORDINATOR` of an institution that it is addressed to.
    async fn acknowledge_critical_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was read back.")] input: AcknowledgeCriticalValueInput,
    ) -> Reply<CriticalValuePayload> {
        operate(
            ctx,
            Action::AcknowledgeCriticalValue,
            |app, call| async move {
                let input = input.parse()?;
                Ok(service::acknowledge(app, &call, input).await?.into())
            },
        )
        .await
    }

    /// Say what was done about a critical value that somebody has acknowledged. For `CLINICIAN` and `COORDINATOR` of an institution that it is addressed to.
    async fn resolve_critical_value(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what was done.")] input: ResolveCriticalValueInput,
    ) -> Reply<CriticalValuePayload> {
        operate(ctx, Action::ResolveCriticalValue, |app, call| async move {
            Ok(service::resolve(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
