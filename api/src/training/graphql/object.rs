//! Training sessions and who is enrolled, as the API shows them.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{enrolment, training_session};
use uuid::Uuid;

use super::query;
use crate::{
    centre::graphql::SharedCentre,
    error::{Error, Result},
    graphql::{Connection, Reply, app, load, reply},
    id::{self, Kind},
    named,
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
    page::PageArgs,
};

/// A training session 实训课程.
pub struct TrainingSession(pub training_session::Model);

/// Somebody's place in a training session.
pub struct Enrolment(pub enrolment::Model);

named!(TrainingSession => "TrainingSession", Enrolment => "Enrolment");

/// A training session 实训课程 of a skills-training centre.
#[Object]
impl TrainingSession {
    /// Id, `trn_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::TrainingSession, self.0.id).into()
    }

    /// Grows by one with each change of it, or of who is enrolled.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The centre 实训中心.
    async fn centre(&self, ctx: &Context<'_>) -> Result<SharedCentre> {
        let directory = app(ctx)?.directory.now();
        SharedCentre::find(&directory, self.0.centre_id)
            .ok_or_else(|| Error::Internal("a session of no centre".into()))
    }

    /// The course 课程.
    async fn course(&self) -> &str {
        &self.0.course
    }

    /// Who teaches 讲师.
    async fn trainer(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        let found = match self.0.trainer_id {
            Some(id) => practitioner(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// When it begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it is over.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// How many may come 名额.
    async fn seats(&self) -> i32 {
        self.0.seats
    }

    /// How many are enrolled 已报名.
    async fn enrolled(&self) -> i32 {
        self.0.enrolled
    }

    /// Whether it is called off 取消.
    async fn cancelled(&self) -> bool {
        self.0.cancelled
    }

    /// Who is enrolled, as far as the caller sees it: the hospital that runs the centre sees all, an institution its own people and those of its
    /// stations, anybody themselves.
    async fn enrolments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Enrolment>> {
        let args = PageArgs::forward(first, after);
        let found = query::enrolments(ctx, self.0.id, &args).await;
        reply(ctx, found.map(Some))
    }

    /// When it was offered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// Somebody's place in a training session.
#[Object]
impl Enrolment {
    /// Who.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.0.practitioner_id).await)
    }

    /// The institution that sends them 派出机构.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| Institution::find(&directory, self.0.institution_id));
        reply(ctx, found)
    }

    /// The session that they came to, by when it began 签到; null as long as nobody said that they did.
    async fn attended_at(&self) -> Option<DateTime<Utc>> {
        self.0.attended_at
    }

    /// Points 成绩, 0 to 100.
    async fn score(&self) -> Option<i32> {
        self.0.score
    }

    /// Whether they passed 合格.
    async fn passed(&self) -> Option<bool> {
        self.0.passed
    }

    /// When they were enrolled.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

async fn practitioner(ctx: &Context<'_>, id: Uuid) -> Result<Option<Practitioner>> {
    let found = load::<PractitionerLoader, _>(ctx, id).await?;
    Ok(found.map(Practitioner))
}
