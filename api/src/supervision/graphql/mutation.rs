//! The verbs of supervision visits: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, supervision_visit};

use super::{
    super::visit,
    SupervisionVisit,
    input::{CorrectSupervisionVisitInput, RecordSupervisionVisitInput},
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// A supervision visit after a change.
#[derive(SimpleObject)]
pub struct SupervisionVisitPayload {
    /// The visit as it is on record now.
    pub visit: SupervisionVisit,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<supervision_visit::Model>> for SupervisionVisitPayload {
    fn from(changed: Changed<supervision_visit::Model>) -> Self {
        Self {
            visit: SupervisionVisit(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of supervision visits.
#[derive(Default)]
pub struct SupervisionMutation;

/// The verbs of supervision visits.
#[Object]
impl SupervisionMutation {
    /// Records a supervision visit 业务指导. For `COORDINATOR`, `DISPATCH_OFFICER`, `INSTITUTION_ADMIN` and `INTEGRATION` of the visiting hospital.
    async fn record_supervision_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The visit.")] input: RecordSupervisionVisitInput,
    ) -> Reply<SupervisionVisitPayload> {
        operate(ctx, Action::RecordSupervision, async |app, call| {
            Ok(visit::record(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Corrects what is on record of a supervision visit, or strikes it out; what was on record before stays readable. For whoever may record it.
    async fn correct_supervision_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different, and why.")] input: CorrectSupervisionVisitInput,
    ) -> Reply<SupervisionVisitPayload> {
        operate(ctx, Action::CorrectSupervision, async |app, call| {
            Ok(visit::correct(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
