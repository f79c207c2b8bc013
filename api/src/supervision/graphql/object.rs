//! Supervision visits as the API shows them.

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{enums::Action, institution, supervision_visit};
use uuid::Uuid;

use super::super::{
    loader::{Version, VisitVersions, Yearly},
    service::NORM,
};
use crate::{
    error::{Error, Result},
    graphql::{Reply, actor, app, load, reply, unshare},
    id::{self, Kind},
    named,
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
    policy,
    scalar::Date,
};

/// A supervision visit 业务指导.
pub struct SupervisionVisit(pub supervision_visit::Model);
/// What was on record of a supervision visit in one of its versions.
pub struct SupervisionRevision(pub Version);

named!(SupervisionVisit => "SupervisionVisit");

/// How often a health centre was supervised in a year, against the norm.
#[derive(SimpleObject)]
pub struct SupervisionYear {
    /// The year.
    pub year: i32,
    /// Visits on record that are not struck out.
    pub visits: i32,
    /// How many there are to be.
    pub norm: i32,
    /// Whether there were as many 达标.
    pub met: bool,
}

/// A supervision visit 业务指导 of a hospital to a health centre.
#[Object]
impl SupervisionVisit {
    /// Id, `svv_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::SupervisionVisit, self.0.id).into()
    }

    /// Grows by one with each correction.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The hospital that came 指导单位.
    async fn visitor(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.visitor_id)
    }

    /// The health centre that it came to 受指导单位.
    async fn visited(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.visited_id)
    }

    /// The day 指导日期.
    async fn visited_on(&self) -> Date {
        self.0.visited_on.into()
    }

    /// What it was about 指导内容.
    async fn topic(&self) -> &str {
        &self.0.topic
    }

    /// Who came 指导人员; at most 20.
    async fn visitors(&self, ctx: &Context<'_>) -> Result<Vec<Practitioner>> {
        people(ctx, &self.0.visitors.0).await
    }

    /// What was found 发现问题.
    async fn findings(&self) -> Option<&str> {
        self.0.findings.as_deref()
    }

    /// What is to be done about it 整改建议.
    async fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// Whether it is struck out 作废, because it never was.
    async fn struck(&self) -> bool {
        self.0.struck
    }

    /// What was on record of it, version by version, the present one last; at most 50.
    async fn revisions(&self, ctx: &Context<'_>) -> Result<Vec<SupervisionRevision>> {
        let found = load::<VisitVersions, _>(ctx, self.0.id).await?;
        Ok(found
            .unwrap_or_default()
            .into_iter()
            .map(SupervisionRevision)
            .collect())
    }

    /// When it was recorded.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last corrected.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// What was on record of a supervision visit in one of its versions 历史版本.
#[Object]
impl SupervisionRevision {
    /// Which version.
    async fn version(&self) -> i32 {
        self.0.0.version
    }

    /// The day 指导日期.
    async fn visited_on(&self) -> Date {
        self.0.0.visited_on.into()
    }

    /// What it was about 指导内容.
    async fn topic(&self) -> &str {
        &self.0.0.topic
    }

    /// Who came 指导人员; at most 20.
    async fn visitors(&self, ctx: &Context<'_>) -> Result<Vec<Practitioner>> {
        people(ctx, &self.0.0.visitors.0).await
    }

    /// What was found 发现问题.
    async fn findings(&self) -> Option<&str> {
        self.0.0.findings.as_deref()
    }

    /// What is to be done about it 整改建议.
    async fn advice(&self) -> Option<&str> {
        self.0.0.advice.as_deref()
    }

    /// Whether it was struck out 作废.
    async fn struck(&self) -> bool {
        self.0.0.struck
    }

    /// Why it was corrected 更正原因; null for the first.
    async fn reason(&self) -> Option<&str> {
        self.0.0.reason.as_deref()
    }

    /// Who wrote it 填写人, by the name of the account.
    async fn editor(&self) -> Option<&str> {
        self.0.1.as_deref()
    }

    /// When it was written.
    async fn written_at(&self) -> DateTime<Utc> {
        self.0.0.created_at
    }
}

/// How often a health centre was supervised in a year; nothing to whoever does not read its visits.
pub async fn supervised(
    ctx: &Context<'_>,
    row: &institution::Model,
    year: i32,
) -> Reply<SupervisionYear> {
    reply(ctx, counted(ctx, row, year).await)
}

async fn counted(
    ctx: &Context<'_>,
    row: &institution::Model,
    year: i32,
) -> Result<Option<SupervisionYear>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let reads = policy::require(actor, Action::ReadSupervision).is_ok();
    if !(reads && policy::oversees(actor, &app.directory.now(), row)) {
        return Ok(None);
    }
    let visits = load::<Yearly, _>(ctx, (row.id, year)).await?;
    Ok(visits.map(|visits| SupervisionYear {
        year,
        visits: i32::try_from(visits).unwrap_or(i32::MAX),
        norm: i32::try_from(NORM).unwrap_or(i32::MAX),
        met: visits >= NORM,
    }))
}

fn institution(ctx: &Context<'_>, id: Uuid) -> Result<Institution> {
    let directory = app(ctx)?.directory.now();
    Institution::find(&directory, id)
        .ok_or_else(|| Error::Internal("an institution that is not there".into()))
}

async fn people(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Vec<Practitioner>> {
    let loader = ctx.data_opt::<DataLoader<PractitionerLoader>>();
    let loader = loader.ok_or(Error::Unauthenticated)?;
    let found = loader.load_many(ids.iter().copied()).await;
    let mut found = found.map_err(|error| unshare(&error))?;
    let people = ids.iter().filter_map(|id| found.remove(id));
    Ok(people.map(Practitioner).collect())
}
