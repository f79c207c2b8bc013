//! What the verbs and lists of follow-ups take.

use async_graphql::{ID, InputObject};
use entity::{
    enums::{
        FollowUpEnd, FollowUpResult, FollowUpSign, FollowUpStatus, FollowUpTemplate, FollowUpWay,
        GlucoseKind,
    },
    follow_up::Readings,
};

use super::super::service;
use crate::{
    error::Result,
    id::Kind,
    moment::{DateTimeRange, Moment, Stretch},
    referral::graphql::{Parser, ReferralKey},
    scalar::Date,
};

/// Who looks after a patient again, and on which days 随访计划.
#[derive(InputObject)]
pub struct FollowUpPlanInput {
    /// What the plan is made after: GENERAL is once within 7 days; STROKE, HYPERTENSION and DIABETES have five follow-ups in a year.
    pub template: FollowUpTemplate,
    /// The last day of each follow-up, counted from `from`: 1 to 12 days, each later than the one before, at most 730. The template's where left out.
    pub days: Option<Vec<i32>>,
    /// The day that the others are counted from; where left out the arrival of a patient who came down, otherwise today.
    pub from: Option<Date>,
    /// The institution that looks after the patient; where left out the receiver of a DOWN referral, the sender of any other.
    pub institution: Option<ID>,
    /// The team of family doctors 家庭医生团队 that does it there; where left out the one that the patient has a contract with, if it belongs to that
    /// institution or to the health centre that manages it.
    pub team: Option<ID>,
}

impl FollowUpPlanInput {
    /// Reads the plan; problems name the fields below the parser's path.
    pub fn parse(self, parser: &mut Parser<'_>) -> service::Plan {
        service::Plan {
            template: self.template,
            days: self.days,
            from: parser.day("from", self.from),
            institution: parser.id(Kind::Institution, "institution", self.institution.as_ref()),
            team: parser.id(Kind::FamilyDoctorTeam, "team", self.team.as_ref()),
        }
    }
}

/// A follow-up plan for the patient of a referral.
#[derive(InputObject)]
pub struct PlanFollowUpInput {
    /// The referral of a patient who has arrived.
    pub referral: ReferralKey,
    /// When it was planned, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The plan.
    #[graphql(flatten)]
    pub plan: FollowUpPlanInput,
}

impl PlanFollowUpInput {
    pub(super) fn parse(self) -> Result<service::NewPlan> {
        let mut parser = Parser::new("input");
        let key = parser.keep(self.referral.parse("input.referral"));
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        let plan = self.plan.parse(&mut parser);
        parser.finish(key.map(|referral| service::NewPlan {
            referral,
            occurred_at,
            plan,
        }))
    }
}

fn on(
    parser: &mut Parser<'_>,
    follow_up: &ID,
    version: Option<i32>,
    occurred_at: Option<Moment>,
) -> Option<service::On> {
    let id = parser.id(Kind::FollowUp, "followUp", Some(follow_up));
    let occurred_at = parser.moment("occurredAt", occurred_at);
    id.map(|follow_up| service::On {
        follow_up,
        version,
        occurred_at,
    })
}

/// What was measured. Thresholds of the national standards 国家基本公共卫生服务规范 are told in the answer (`alerts`).
#[derive(InputObject)]
pub struct FollowUpReadingsInput {
    /// Systolic blood pressure 收缩压, 40 to 300 mmHg.
    pub systolic: Option<i32>,
    /// Diastolic blood pressure 舒张压, 20 to 200 mmHg, below the systolic.
    pub diastolic: Option<i32>,
    /// Blood glucose 血糖, 0.5 to 60 mmol/L.
    pub glucose: Option<f64>,
    /// When it was measured; required with glucose.
    pub glucose_kind: Option<GlucoseKind>,
    /// Heart rate 心率, 20 to 300 a minute.
    pub heart_rate: Option<i32>,
    /// Body temperature 体温, 30 to 45 °C.
    pub temperature: Option<f64>,
}

/// A patient who was followed up.
#[derive(InputObject)]
pub struct RecordFollowUpInput {
    /// Which follow-up, `fup_…`.
    pub follow_up: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// How 随访方式.
    pub way: FollowUpWay,
    /// What was found 随访分类.
    pub result: FollowUpResult,
    /// The same in words, at most 4,000 characters.
    pub note: String,
    /// Advice to the patient 健康指导.
    pub advice: Option<String>,
    /// What was measured.
    pub readings: Option<FollowUpReadingsInput>,
    /// Signs of danger 危急体征 that were seen or told; each suggests a referral.
    pub signs: Option<Vec<FollowUpSign>>,
    /// Who followed the patient up; the caller where left out.
    pub practitioner: Option<ID>,
}

impl RecordFollowUpInput {
    pub(super) fn parse(self) -> Result<service::Recording> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.follow_up, self.version, self.occurred_at);
        let practitioner = parser.id(
            Kind::Practitioner,
            "practitioner",
            self.practitioner.as_ref(),
        );
        let readings = self.readings.map(|readings| Readings {
            systolic: readings.systolic,
            diastolic: readings.diastolic,
            glucose: readings.glucose,
            glucose_kind: readings.glucose_kind,
            heart_rate: readings.heart_rate,
            temperature: readings.temperature,
        });
        parser.finish(on.map(|on| service::Recording {
            on,
            way: self.way,
            result: self.result,
            note: self.note,
            advice: self.advice,
            readings,
            signs: self.signs.unwrap_or_default(),
            practitioner,
        }))
    }
}

/// A follow-up plan that another institution, or a team of family doctors, takes over.
#[derive(InputObject)]
pub struct ReassignFollowUpInput {
    /// A follow-up that is to be done, `fup_…`; the others of its plan that are to be done go with it.
    pub follow_up: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The institution that takes over; that of the team where left out.
    pub institution: Option<ID>,
    /// The team of family doctors 家庭医生团队 that takes over; left out, the institution has no team do it.
    pub team: Option<ID>,
    /// Why.
    pub reason: Option<String>,
}

impl ReassignFollowUpInput {
    pub(super) fn parse(self) -> Result<service::Reassign> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.follow_up, self.version, self.occurred_at);
        let institution = parser.id(Kind::Institution, "institution", self.institution.as_ref());
        let team = parser.id(Kind::FamilyDoctorTeam, "team", self.team.as_ref());
        parser.finish(on.map(|on| service::Reassign {
            on,
            institution,
            team,
            reason: self.reason,
        }))
    }
}

/// A follow-up plan that ends before its last day.
#[derive(InputObject)]
pub struct EndFollowUpInput {
    /// A follow-up that is to be done, `fup_…`; its plan ends with it.
    pub follow_up: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why 终止原因.
    pub reason: FollowUpEnd,
    /// In words.
    pub note: Option<String>,
}

impl EndFollowUpInput {
    pub(super) fn parse(self) -> Result<service::EndPlan> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.follow_up, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::EndPlan {
            on,
            reason: self.reason,
            note: self.note,
        }))
    }
}

/// What a list of follow-ups is narrowed to; what is given must hold all at once.
#[derive(InputObject)]
pub struct FollowUpFilter {
    /// In one of these statuses.
    pub status: Option<Vec<FollowUpStatus>>,
    /// Whose last day has passed without it being done 逾期, or has not.
    pub overdue: Option<bool>,
    /// Due in this time.
    pub due: Option<DateTimeRange>,
    /// Of plans made after one of these.
    pub template: Option<Vec<FollowUpTemplate>>,
    /// Of this patient.
    pub patient: Option<ID>,
    /// To be done by one of these institutions.
    pub institution: Option<Vec<ID>>,
    /// To be done by one of these teams of family doctors: with `overdue` or `due` a team's worklist 团队随访任务.
    pub team: Option<Vec<ID>>,
    /// Of this referral.
    pub referral: Option<ID>,
    /// Of this episode.
    pub episode: Option<ID>,
}

impl FollowUpFilter {
    pub(super) fn parse(self) -> Result<service::Filter> {
        let mut parser = Parser::new("filter");
        let due = self.due.map_or(Stretch::default(), |due| {
            due.check("filter.due", &mut parser.problems)
        });
        let filter = service::Filter {
            status: self.status,
            overdue: self.overdue,
            due,
            template: self.template,
            patient: parser.id(Kind::Patient, "patient", self.patient.as_ref()),
            institution: parser.ids(Kind::Institution, "institution", self.institution),
            team: parser.ids(Kind::FamilyDoctorTeam, "team", self.team),
            referral: parser.id(Kind::Referral, "referral", self.referral.as_ref()),
            episode: parser.id(Kind::Episode, "episode", self.episode.as_ref()),
        };
        parser.finish(Some(filter))
    }
}
