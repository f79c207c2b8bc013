//! What the verbs and the list of studios take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    enums::{HalfDay, StudioKind, Weekday},
    json::WeeklySession,
};

use super::{
    super::{
        list::StudioQuery,
        studio::{NewStudio, StudioChange},
    },
    input::day,
};
use crate::{error::Result, id::Kind, referral::graphql::Parser, scalar::Date};

/// A half-day of each week 每周坐诊时间.
#[derive(InputObject)]
pub struct WeeklySessionInput {
    /// The day of the week.
    pub weekday: Weekday,
    /// The half of it, or all of it.
    pub half: HalfDay,
}

impl From<WeeklySessionInput> for WeeklySession {
    fn from(input: WeeklySessionInput) -> Self {
        Self {
            weekday: input.weekday,
            half: input.half,
        }
    }
}

fn weekly(sessions: Vec<WeeklySessionInput>) -> Vec<WeeklySession> {
    sessions.into_iter().map(WeeklySession::from).collect()
}

/// A studio of a named doctor 名医工作室, or a treatment base 治疗基地, to be registered.
#[derive(InputObject)]
pub struct CreateStudioInput {
    /// What it is; this stays.
    pub kind: StudioKind,
    /// Name 名称, unique at its host, in at most 100 characters.
    pub name: String,
    /// The named doctor 名医, of a hospital or a partner, which is the home hospital. This stays.
    pub practitioner: ID,
    /// The institution where it is 设立机构. This stays.
    pub host: ID,
    /// When the doctor is there, each week; at most 14.
    #[graphql(default)]
    pub sessions: Vec<WeeklySessionInput>,
    /// First day.
    pub starts_on: Date,
    /// Last day, where one is set.
    pub ends_on: Option<Date>,
}

impl CreateStudioInput {
    pub(super) fn parse(self) -> Result<NewStudio> {
        let mut parser = Parser::new("input");
        let practitioner = parser.id(Kind::Practitioner, "practitioner", Some(&self.practitioner));
        let host = parser.id(Kind::Institution, "host", Some(&self.host));
        let starts_on = parser.day("startsOn", Some(self.starts_on));
        let ends_on = parser.day("endsOn", self.ends_on);
        let read = practitioner.zip(host).zip(starts_on);
        parser.finish(read.map(|((practitioner, host), starts_on)| NewStudio {
            kind: self.kind,
            name: self.name,
            practitioner,
            host,
            sessions: weekly(self.sessions),
            starts_on,
            ends_on,
        }))
    }
}

/// What shall be different about a studio: what is left out stays.
#[derive(InputObject)]
pub struct UpdateStudioInput {
    /// The studio.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Name 名称.
    pub name: Option<String>,
    /// When the doctor is there, each week; all of it.
    pub sessions: Option<Vec<WeeklySessionInput>>,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day; null for none.
    pub ends_on: MaybeUndefined<Date>,
}

impl UpdateStudioInput {
    pub(super) fn parse(self) -> Result<StudioChange> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::Studio, "id", Some(&self.id));
        let starts_on = parser.day("startsOn", self.starts_on);
        let ends_on = day("endsOn", self.ends_on, &mut parser);
        parser.finish(id.map(|id| StudioChange {
            id,
            version: self.version,
            name: self.name,
            sessions: self.sessions.map(weekly),
            starts_on,
            ends_on,
        }))
    }
}

/// Which studios to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct StudioFilter {
    /// One of these kinds.
    pub kind: Option<Vec<StudioKind>>,
    /// The institution where it is 设立机构.
    pub host: Option<ID>,
    /// The doctor's own hospital 派出医院.
    pub home: Option<ID>,
    /// The named doctor 名医.
    pub practitioner: Option<ID>,
    /// In force on that day.
    pub on: Option<Date>,
}

impl StudioFilter {
    pub(super) fn query(self) -> Result<StudioQuery> {
        let mut parser = Parser::new("filter");
        let host = parser.id(Kind::Institution, "host", self.host.as_ref());
        let home = parser.id(Kind::Institution, "home", self.home.as_ref());
        let doctor = self.practitioner.as_ref();
        let practitioner = parser.id(Kind::Practitioner, "practitioner", doctor);
        let on = parser.day("on", self.on);
        parser.finish(Some(StudioQuery {
            kind: self.kind,
            host,
            home,
            practitioner,
            on,
        }))
    }
}
