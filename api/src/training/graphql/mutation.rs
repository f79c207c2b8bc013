//! The verbs of training: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, training_session};

use super::{
    super::{enrol, record, session},
    TrainingSession,
    input::{
        CreateTrainingSessionInput, EnrolInTrainingInput, RecordTrainingInput,
        UpdateTrainingSessionInput, WithdrawFromTrainingInput,
    },
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// A training session after a change.
#[derive(SimpleObject)]
pub struct TrainingSessionPayload {
    /// The session as it is now.
    pub session: TrainingSession,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<training_session::Model>> for TrainingSessionPayload {
    fn from(changed: Changed<training_session::Model>) -> Self {
        Self {
            session: TrainingSession(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of training.
#[derive(Default)]
pub struct TrainingMutation;

/// The verbs of training.
#[Object]
impl TrainingMutation {
    /// Offers a training session 实训课程. For the `INSTITUTION_ADMIN` of the hospital that runs the centre.
    async fn create_training_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] input: CreateTrainingSessionInput,
    ) -> Reply<TrainingSessionPayload> {
        operate(ctx, Action::SetTrainingSession, async |app, call| {
            Ok(session::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Changes a training session, or calls it off; whoever sends people is told. For the `INSTITUTION_ADMIN` of the hospital that runs the centre.
    async fn update_training_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateTrainingSessionInput,
    ) -> Reply<TrainingSessionPayload> {
        operate(ctx, Action::SetTrainingSession, async |app, call| {
            let (id, version, change) = input.parse()?;
            let changed = session::update(app, &call, id, version, change).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Enrols practitioners 报名; all of them or none, and never more than there are seats. For `COORDINATOR` and `INSTITUTION_ADMIN` of their
    /// institution, which the centre serves.
    async fn enrol_in_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and in which session.")] input: EnrolInTrainingInput,
    ) -> Reply<TrainingSessionPayload> {
        operate(ctx, Action::EnrolInTraining, async |app, call| {
            Ok(enrol::enrol(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Takes practitioners out of a session before it begins 退报. For `COORDINATOR` and `INSTITUTION_ADMIN` of their institution.
    async fn withdraw_from_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and of which session.")] input: WithdrawFromTrainingInput,
    ) -> Reply<TrainingSessionPayload> {
        operate(ctx, Action::EnrolInTraining, async |app, call| {
            Ok(enrol::withdraw(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Records who came to a session that has begun, and how well they did; again where that was wrong. For the `INSTITUTION_ADMIN` of the hospital
    /// that runs the centre.
    async fn record_training(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of it.")] input: RecordTrainingInput,
    ) -> Reply<TrainingSessionPayload> {
        operate(ctx, Action::RecordTraining, async |app, call| {
            Ok(record::record(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
