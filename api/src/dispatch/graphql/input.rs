//! What the verbs of dispatches take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::{
    enums::{DispatchKind, HalfDay},
    json::WeeklySession,
};

use super::super::service::{
    Appraise, Approve, CheckIn, Complete, Confirm, Decline, Ended, Entry, Extend, Log, On, Plan,
    Publish, Request, Wanted,
};
use crate::{
    alliance::graphql::WeeklySessionInput, error::Result, id::Kind, moment::Moment,
    referral::graphql::Parser, scalar::Date,
};

fn on(
    parser: &mut Parser<'_>,
    dispatch: &ID,
    version: Option<i32>,
    occurred_at: Option<Moment>,
) -> Option<On> {
    let id = parser.id(Kind::Dispatch, "dispatch", Some(dispatch));
    let occurred_at = parser.moment("occurredAt", occurred_at);
    id.map(|dispatch| On {
        dispatch,
        version,
        occurred_at,
    })
}

fn sessions(given: Option<Vec<WeeklySessionInput>>) -> Option<Vec<WeeklySession>> {
    given.map(|all| all.into_iter().map(WeeklySession::from).collect())
}

/// Somebody is asked for 需求申请.
#[derive(InputObject)]
pub struct RequestDispatchInput {
    /// Where they are wanted; the caller's institution where left out. A health centre may ask for a station that it manages.
    pub host: Option<ID>,
    /// The hospital or partner that is asked.
    pub sender: ID,
    /// Whom the host would like, a practitioner of the sender.
    pub practitioner: Option<ID>,
    /// What for.
    pub kind: DispatchKind,
    /// Specialty code 诊疗科目.
    pub specialty: Option<String>,
    /// First day: at most 7 days back and a year ahead.
    pub starts_on: Date,
    /// Last day, included: at most three years later.
    pub ends_on: Date,
    /// When in the week; whoever plans says where left out.
    pub sessions: Option<Vec<WeeklySessionInput>>,
    /// The agreement 合作协约 of sender and host under which they are sent.
    pub agreement: Option<ID>,
    /// What is to be reached 目标, at most 2,000 characters.
    pub goals: Option<String>,
    /// When it was asked for, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl RequestDispatchInput {
    pub(super) fn parse(self) -> Result<Request> {
        let mut parser = Parser::new("input");
        let host = parser.id(Kind::Institution, "host", self.host.as_ref());
        let sender = parser.id(Kind::Institution, "sender", Some(&self.sender));
        let who = self.practitioner.as_ref();
        let wanted = Wanted {
            practitioner: parser.id(Kind::Practitioner, "practitioner", who),
            kind: Some(self.kind),
            specialty: self.specialty,
            starts_on: parser.day("startsOn", Some(self.starts_on)),
            ends_on: parser.day("endsOn", Some(self.ends_on)),
            sessions: sessions(self.sessions),
            studio: None,
            agreement: parser.id(Kind::Agreement, "agreement", self.agreement.as_ref()),
            goals: self.goals,
        };
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        parser.finish(sender.map(|sender| Request {
            host,
            sender,
            wanted,
            occurred_at,
        }))
    }
}

/// Somebody is named 拟派: in answer to a request, whose content stays where nothing else is said, or of one's own accord.
#[derive(InputObject)]
pub struct PlanDispatchInput {
    /// The request that is answered.
    pub dispatch: Option<ID>,
    /// The version of the request that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// Who sends: the caller's institution where left out. Nobody sends those who come back as volunteers or are rehired, unless somebody is named.
    pub sender: Option<ID>,
    /// Where to; the caller's institution where left out. Where nobody sends, or a partner without account does, the host plans.
    pub host: Option<ID>,
    /// Who is sent: of the sender's staff.
    pub practitioner: ID,
    /// What for; required unless a request is answered.
    pub kind: Option<DispatchKind>,
    /// Specialty code 诊疗科目.
    pub specialty: Option<String>,
    /// First day: at most 7 days back and a year ahead; required unless a request is answered.
    pub starts_on: Option<Date>,
    /// Last day, included: at most three years later, and not after the expert's licence; required unless a request is answered.
    pub ends_on: Option<Date>,
    /// When in the week they are there. No half-day of it may belong to another posting of the expert.
    pub sessions: Option<Vec<WeeklySessionInput>>,
    /// The studio 名医工作室 of the expert at the host whose sessions these are.
    pub studio: Option<ID>,
    /// The agreement 合作协约 of sender and host under which they are sent.
    pub agreement: Option<ID>,
    /// What is to be reached 目标, at most 2,000 characters.
    pub goals: Option<String>,
    /// When it was planned, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
}

impl PlanDispatchInput {
    pub(super) fn parse(self) -> Result<Plan> {
        let mut parser = Parser::new("input");
        let request = parser.id(Kind::Dispatch, "dispatch", self.dispatch.as_ref());
        let sender = parser.id(Kind::Institution, "sender", self.sender.as_ref());
        let host = parser.id(Kind::Institution, "host", self.host.as_ref());
        let who = Some(&self.practitioner);
        let wanted = Wanted {
            practitioner: parser.id(Kind::Practitioner, "practitioner", who),
            kind: self.kind,
            specialty: self.specialty,
            starts_on: parser.day("startsOn", self.starts_on),
            ends_on: parser.day("endsOn", self.ends_on),
            sessions: sessions(self.sessions),
            studio: parser.id(Kind::Studio, "studio", self.studio.as_ref()),
            agreement: parser.id(Kind::Agreement, "agreement", self.agreement.as_ref()),
            goals: self.goals,
        };
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        parser.finish(Some(Plan {
            request,
            version: self.version,
            sender,
            host,
            wanted,
            occurred_at,
        }))
    }
}

macro_rules! inputs {
    ($($(#[doc = $about:literal])+ $name:ident $parsed:ident($input:ident, $parser:ident, $on:ident) { $($(#[doc = $doc:literal])+ $field:ident: $kind:ty,)* } $make:expr;)+) => {$(
        $(#[doc = $about])+
        #[derive(InputObject)]
        pub struct $name {
            /// The dispatch.
            pub dispatch: ID,
            /// The version that the caller saw; hospital systems may leave it out.
            pub version: Option<i32>,
            $($(#[doc = $doc])+ pub $field: $kind,)*
            /// When it happened, where that is not now: at most 30 days back.
            pub occurred_at: Option<Moment>,
        }

        impl $name {
            pub(super) fn parse(self) -> Result<$parsed> {
                let $input = self;
                let mut parser = Parser::new("input");
                let on = on(&mut parser, &$input.dispatch, $input.version, $input.occurred_at);
                let $parser = &mut parser;
                let read = on.and_then(|$on| $make);
                parser.finish(read)
            }
        }
    )+};
}

inputs! {
    /// Nobody is sent 谢绝.
    DeclineDispatchInput Decline(input, _parser, on) {
        /// Why, at most 2,000 characters.
        reason: String,
    } Some(Decline { on, reason: input.reason });

    /// A plan is approved 批准.
    ApproveDispatchInput Approve(input, parser, on) {
        /// Who approved it, a practitioner of the caller's institution; the caller where left out.
        approver: Option<ID>,
    } Some(Approve {
        on,
        approver: parser.id(Kind::Practitioner, "approver", input.approver.as_ref()),
    });

    /// The host takes the expert 确认.
    ConfirmDispatchInput Confirm(_input, _parser, on) {} Some(Confirm { on });

    /// The expert has come 报到.
    CheckInDispatchInput CheckIn(_input, _parser, on) {} Some(CheckIn { on });

    /// Sessions of an expert to be offered as slots 发布号源.
    PublishDispatchSessionsInput Publish(input, parser, on) {
        /// First day; the first that is not past where left out.
        from: Option<Date>,
        /// Last day; the last of the dispatch where left out. At most 200 sessions at once.
        until: Option<Date>,
        /// How many patients each session takes, 1 to 200.
        capacity: i32,
        /// The department of the host whose patients they are.
        department: Option<ID>,
    } Some(Publish {
        on,
        from: parser.day("from", input.from),
        until: parser.day("until", input.until),
        capacity: input.capacity,
        department: parser.id(Kind::Department, "department", input.department.as_ref()),
    });

    /// The expert stays longer 延期.
    ExtendDispatchInput Extend(input, parser, on) {
        /// The new last day, included: later than the present one.
        ends_on: Date,
        /// Why, at most 2,000 characters.
        reason: Option<String>,
    } parser.day("endsOn", Some(input.ends_on)).map(|ends_on| Extend {
        on,
        ends_on,
        reason: input.reason,
    });

    /// The expert is called back 召回.
    RecallDispatchInput Ended(input, _parser, on) {
        /// Why, at most 2,000 characters.
        reason: String,
    } Some(Ended { on, reason: input.reason });

    /// The expert has done what they came for.
    CompleteDispatchInput Complete(_input, _parser, on) {} Some(Complete { on });

    /// How well an expert did 考核.
    AppraiseDispatchInput Appraise(input, _parser, on) {
        /// Points 得分, 0 to 100.
        score: i32,
        /// In words 评语, at most 2,000 characters.
        comment: Option<String>,
    } Some(Appraise {
        on,
        score: input.score,
        comment: input.comment,
    });

    /// Nobody comes after all 取消.
    CancelDispatchInput Ended(input, _parser, on) {
        /// Why, at most 2,000 characters.
        reason: String,
    } Some(Ended { on, reason: input.reason });

    /// What an expert did 工作日志.
    LogDispatchInput Log(input, parser, on) {
        /// By the half-day, 1 to 62. One of which something is on record is corrected: give the whole of it again.
        entries: Vec<DispatchLogEntryInput>,
    } Some(Log {
        on,
        entries: entries(parser, input.entries),
    });
}

/// What an expert did in half a day.
#[derive(InputObject)]
pub struct DispatchLogEntryInput {
    /// The day: from the day they came to the last, and not in the future.
    pub date: Date,
    /// AM or PM.
    pub half: HalfDay,
    /// Outpatients 门诊人次, 0 to 1,000.
    #[graphql(default)]
    pub outpatients: i32,
    /// Patients seen on ward rounds 查房人次, 0 to 1,000.
    #[graphql(default)]
    pub ward_rounds: i32,
    /// Operations 手术台次, 0 to 1,000.
    #[graphql(default)]
    pub operations: i32,
    /// Consultations 会诊人次, 0 to 1,000.
    #[graphql(default)]
    pub consultations: i32,
    /// Hours of teaching 教学培训学时, 0 to 12.
    #[graphql(default)]
    pub teaching_hours: f64,
    /// How many were taught 教学培训人次, 0 to 1,000.
    #[graphql(default)]
    pub teaching_heads: i32,
    /// What else is to be said 备注, at most 500 characters.
    pub note: Option<String>,
}

fn entries(parser: &mut Parser<'_>, given: Vec<DispatchLogEntryInput>) -> Vec<Entry> {
    let all = given.into_iter().enumerate();
    all.filter_map(|(place, entry)| {
        let day = parser.day(&format!("entries[{place}].date"), Some(entry.date))?;
        Some(Entry {
            day,
            half: entry.half,
            outpatients: entry.outpatients,
            ward_rounds: entry.ward_rounds,
            operations: entry.operations,
            consultations: entry.consultations,
            teaching_hours: entry.teaching_hours,
            teaching_heads: entry.teaching_heads,
            note: entry.note,
        })
    })
    .collect()
}
