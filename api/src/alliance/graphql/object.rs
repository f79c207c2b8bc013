//! Alliances, agreements and studios as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    agreement, alliance, alliance_member,
    enums::{AgreementKind, AllianceKind, AllianceRole, HalfDay, StudioKind, Weekday},
    studio,
};
use uuid::Uuid;

use super::super::{
    list::{MEMBER, Ranked},
    pacts::{of_agreement, of_alliance, of_member, of_studio},
    term::Term,
};
use crate::{
    clock::shanghai_day,
    error::{Error, Problems, Result},
    graphql::{Connection, Reply, app, load, refusal, reply},
    id::{self, Kind},
    named,
    network::{
        directory::Directory,
        graphql::{Institution, Practitioner, connection},
        list,
        loader::PractitionerLoader,
    },
    page::{PageArgs, Window},
    scalar::Date,
};

/// An alliance 医联体.
pub struct Alliance(pub Arc<alliance::Model>);
/// A place in an alliance.
pub struct AllianceMember(pub Arc<alliance_member::Model>);
/// An agreement 合作协约.
pub struct Agreement(pub Arc<agreement::Model>);
/// A studio of a named doctor 名医工作室.
pub struct Studio(pub Arc<studio::Model>);

named!(Alliance => "Alliance", AllianceMember => "AllianceMember", Agreement => "Agreement", Studio => "Studio");

impl Alliance {
    /// The alliance of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.pacts.alliances.get(&id).cloned().map(Self)
    }
}

impl Agreement {
    /// The agreement of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.pacts.agreements.get(&id).cloned().map(Self)
    }
}

impl Studio {
    /// The studio of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.pacts.studios.get(&id).cloned().map(Self)
    }
}

/// An alliance 医联体: institutions that work together across communities.
#[Object]
impl Alliance {
    /// Id, `alli_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Alliance, self.0.id).into()
    }

    /// Grows by one with each change of it or of its members.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is for.
    async fn kind(&self) -> AllianceKind {
        self.0.kind
    }

    /// Name 名称.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Last day; null as long as none is set.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// Why it was ended before its time 终止原因.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }

    /// Whether it is in force today.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<bool> {
        in_force(ctx, of_alliance(&self.0))
    }

    /// Who leads it today 牵头单位.
    async fn lead(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let app = app(ctx)?;
        let directory = app.directory.now();
        let lead = directory.pacts.lead_on(self.0.id, shanghai_day(app.now()));
        Ok(lead.and_then(|id| Institution::find(&directory, id)))
    }

    /// Who belongs, belonged or will belong to it 成员单位, by code.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only who belongs to it on that day.")] on: Option<Date>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<AllianceMember>> {
        let found = members(ctx, self.0.id, on, &PageArgs::forward(first, after));
        Some(found.map_err(|error| refusal(ctx, &error)))
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// A stretch of time in which an institution belongs to an alliance.
#[Object]
impl AllianceMember {
    /// Who.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.institution_id)
    }

    /// What it is there.
    async fn role(&self) -> AllianceRole {
        self.0.role
    }

    /// First day 加入日期.
    async fn since(&self) -> Date {
        self.0.since.into()
    }

    /// Last day 退出日期; null as long as none is set.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date::from)
    }
}

/// An agreement 合作协约 of two institutions.
#[Object]
impl Agreement {
    /// Id, `agr_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Agreement, self.0.id).into()
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is.
    async fn kind(&self) -> AgreementKind {
        self.0.kind
    }

    /// One side 甲方; of paired support the one that supports 支援方.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.institution_id)
    }

    /// The other side 乙方; of paired support the one that is supported 受援方.
    async fn counterpart(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.counterpart_id)
    }

    /// What it is for 合作内容.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// The round, counted from 1: 2 is 第二轮合作.
    async fn round(&self) -> i32 {
        self.0.round
    }

    /// First day.
    async fn valid_from(&self) -> Date {
        self.0.valid_from.into()
    }

    /// Last day; null as long as none is set.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date::from)
    }

    /// Why it was ended before its time 终止原因.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }

    /// Whether it is in force today.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<bool> {
        in_force(ctx, of_agreement(&self.0))
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// A half-day of each week 每周坐诊时间.
#[derive(SimpleObject)]
pub struct WeeklySession {
    /// The day of the week.
    pub weekday: Weekday,
    /// The half of it, or all of it.
    pub half: HalfDay,
}

impl From<&entity::json::WeeklySession> for WeeklySession {
    fn from(session: &entity::json::WeeklySession) -> Self {
        Self {
            weekday: session.weekday,
            half: session.half,
        }
    }
}

/// A studio of a named doctor 名医工作室, or a treatment base 治疗基地.
#[Object]
impl Studio {
    /// Id, `std_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Studio, self.0.id).into()
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is.
    async fn kind(&self) -> StudioKind {
        self.0.kind
    }

    /// Name 名称, unique at its host.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The named doctor 名医.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.0.practitioner_id).await)
    }

    /// The doctor's own hospital 派出医院.
    async fn home(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.home_id)
    }

    /// The institution where it is 设立机构.
    async fn host(&self, ctx: &Context<'_>) -> Result<Institution> {
        institution(ctx, self.0.host_id)
    }

    /// When the doctor is there, each week; at most 14.
    async fn sessions(&self) -> Vec<WeeklySession> {
        self.0.sessions.0.iter().map(WeeklySession::from).collect()
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Last day; null as long as none is set.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// Why it was ended before its time 终止原因.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }

    /// Whether it is in force today.
    async fn in_force(&self, ctx: &Context<'_>) -> Result<bool> {
        in_force(ctx, of_studio(&self.0))
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

fn in_force(ctx: &Context<'_>, term: Term) -> Result<bool> {
    Ok(term.covers(shanghai_day(app(ctx)?.now())))
}

fn institution(ctx: &Context<'_>, id: Uuid) -> Result<Institution> {
    let directory = app(ctx)?.directory.now();
    Institution::find(&directory, id)
        .ok_or_else(|| Error::Internal("an institution that is not there".into()))
}

fn members(
    ctx: &Context<'_>,
    alliance: Uuid,
    on: Option<Date>,
    args: &PageArgs,
) -> Result<Connection<AllianceMember>> {
    let mut problems = Problems::default();
    let on = on.and_then(|day| day.day("on", &mut problems));
    problems.finish()?;
    let window = Window::parse(args, MEMBER)?;
    let directory = app(ctx)?.directory.now();
    let rows = directory.pacts.members.get(&alliance).into_iter().flatten();
    let rows = rows.filter(|row| on.is_none_or(|day| of_member(row).covers(day)));
    let rows = rows.map(|row| Ranked::new(&directory, row.clone()));
    let listing = list::in_memory(rows, &window, |ranked| AllianceMember(ranked.row));
    Ok(connection(listing))
}

async fn practitioner(ctx: &Context<'_>, id: Uuid) -> Result<Option<Practitioner>> {
    let found = load::<PractitionerLoader, _>(ctx, id).await?;
    Ok(found.map(Practitioner))
}
