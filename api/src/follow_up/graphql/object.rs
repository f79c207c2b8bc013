//! A follow-up as the API shows it. Every field is opened by hand: a new column does not publish itself.

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    enums::{
        Action, FollowUpAlert, FollowUpEnd, FollowUpResult, FollowUpSign, FollowUpStatus,
        FollowUpTemplate, FollowUpWay, GlucoseKind, Urgency,
    },
    follow_up,
};
use uuid::Uuid;

use super::super::{loader::Plans, reading, seen::Seen, state};
use crate::{
    episode::{
        graphql::{Episode, referrals},
        loader::Relative,
    },
    error::{Error, ErrorCode, Result},
    family_doctor::{self, graphql::FamilyDoctorTeam},
    graphql::{Reply, actor, app, refusal, reply, unshare},
    id::{self, Kind},
    named,
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
    patient::{graphql::Patient, loader::PatientLoader},
    policy,
    referral::graphql::{AvailableAction, Referral},
};

/// A follow-up 随访, as one actor sees it.
#[derive(Clone)]
pub struct FollowUp {
    seen: Seen,
}

named!(FollowUp => "FollowUp");

impl FollowUp {
    /// What was seen.
    #[must_use]
    pub const fn new(seen: Seen) -> Self {
        Self { seen }
    }

    const fn row(&self) -> &follow_up::Model {
        &self.seen.row
    }

    /// A value that says something of the illness.
    fn clinical<T>(
        &self,
        ctx: &Context<'_>,
        value: impl FnOnce(&follow_up::Model) -> Option<T>,
    ) -> Option<T> {
        if self.seen.withheld() {
            return None;
        }
        let shown = value(self.row())?;
        if let Ok(actor) = actor(ctx) {
            let (patient, basis) = (self.row().patient_id, self.seen.party.basis);
            let request = &actor.request;
            request.disclose(patient, Action::ReadFollowUp, Some(basis));
        }
        Some(shown)
    }

    async fn seen_patient(&self, ctx: &Context<'_>) -> Result<Option<Patient>> {
        let actor = actor(ctx)?;
        let Some(scope) = actor.scope.id() else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<PatientLoader>>()
            .ok_or(Error::Unauthenticated)?;
        let seen = loader
            .load_one((scope, self.row().patient_id))
            .await
            .map_err(|error| unshare(&error))?;
        if let Some(seen) = &seen {
            let basis = Some(self.seen.party.basis);
            let request = &actor.request;
            request.disclose(seen.row.id, Action::ReadFollowUp, basis);
        }
        Ok(seen.map(Patient::new))
    }

    async fn seen_practitioner(&self, ctx: &Context<'_>) -> Result<Option<Practitioner>> {
        let Some(id) = self.clinical(ctx, |row| row.record.as_ref()?.practitioner) else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<PractitionerLoader>>()
            .ok_or(Error::Unauthenticated)?;
        let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
        Ok(found.map(Practitioner))
    }

    async fn seen_plan(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        let loader = ctx
            .data_opt::<DataLoader<Plans>>()
            .ok_or(Error::Unauthenticated)?;
        let rows = loader
            .load_one(self.row().plan_id)
            .await
            .map_err(|error| unshare(&error))?;
        Ok(rows
            .unwrap_or_default()
            .into_iter()
            .map(Self::new)
            .collect())
    }

    fn actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let directory = app.directory.now();
        let own =
            |action: &Action| policy::follows_for(actor, &directory, self.row(), *action).is_some();
        let list = state::following(self.row().status)
            .filter(own)
            .map(|action| {
                let allowed = policy::permits(&actor.roles, action);
                let requires: &[&str] = match action {
                    Action::RecordFollowUp => &["way", "result", "note"],
                    Action::ReassignFollowUp => &["institution"],
                    _ => &["reason"],
                };
                AvailableAction {
                    action,
                    allowed,
                    blocked_by: (!allowed).then_some(ErrorCode::Forbidden),
                    reason: (!allowed).then(|| "Your roles here do not allow this.".to_owned()),
                    requires: requires.iter().map(|field| (*field).to_owned()).collect(),
                }
            });
        Ok(list.collect())
    }
}

/// A follow-up 随访: one day, of a plan that has one or several, on which an institution looks after a patient again. As long as it is to be done, that
/// institution treats the patient.
#[Object]
impl FollowUp {
    /// Id, `fup_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::FollowUp, self.row().id).into()
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Where it stands 状态.
    async fn status(&self) -> FollowUpStatus {
        self.row().status
    }

    /// What its plan was made after 随访类别.
    async fn template(&self) -> FollowUpTemplate {
        self.row().template
    }

    /// Which of its plan it is, from 1.
    async fn number(&self) -> i32 {
        self.row().number
    }

    /// The follow-ups of its plan that the caller sees, this one among them, the first first; at most 12.
    async fn plan(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        let plan = self.seen_plan(ctx).await;
        plan.map_err(|error| refusal(ctx, &error))
    }

    /// The institution that is to do it, or did it 随访机构.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let id = self.row().institution_id;
        reply(
            ctx,
            directory.map(|directory| Institution::find(&directory, id)),
        )
    }

    /// The team of family doctors 家庭医生团队 that is to do it there, or did it.
    async fn team(&self, ctx: &Context<'_>) -> Reply<FamilyDoctorTeam> {
        family_doctor::graphql::team(ctx, self.row().team_id?).await
    }

    /// The patient 患者.
    async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, self.seen_patient(ctx).await)
    }

    /// The referral that it follows; null where the caller does not see that.
    async fn referral(&self, ctx: &Context<'_>) -> Reply<Referral> {
        let found = referrals(ctx, Relative::Itself(self.row().referral_id)).await;
        reply(ctx, found.map(|mut found| found.pop()))
    }

    /// Its episode 诊疗过程.
    async fn episode(&self) -> Episode {
        Episode::of(self.row().episode_id, self.row().patient_id)
    }

    /// Until when it is to be done: the end of its last day in Shanghai.
    async fn due_at(&self) -> DateTime<Utc> {
        self.row().due_at
    }

    /// Whether its last day has passed without it being done 逾期未随访.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        app(ctx).is_ok_and(|app| self.row().is_overdue(app.now()))
    }

    /// When the patient was followed up, or the plan ended.
    async fn done_at(&self) -> Option<DateTime<Utc>> {
        self.row().done_at
    }

    /// How the patient was followed up 随访方式.
    async fn way(&self, ctx: &Context<'_>) -> Option<FollowUpWay> {
        self.clinical(ctx, |row| Some(row.record.as_ref()?.way))
    }

    /// What was found 随访分类.
    async fn result(&self, ctx: &Context<'_>) -> Option<FollowUpResult> {
        self.clinical(ctx, |row| Some(row.record.as_ref()?.result))
    }

    /// The same in words.
    async fn note(&self, ctx: &Context<'_>) -> Option<String> {
        self.clinical(ctx, |row| Some(row.record.as_ref()?.note.clone()))
    }

    /// Advice to the patient 健康指导.
    async fn advice(&self, ctx: &Context<'_>) -> Option<String> {
        self.clinical(ctx, |row| row.record.as_ref()?.advice.clone())
    }

    /// What was measured.
    async fn readings(&self, ctx: &Context<'_>) -> Option<FollowUpReadings> {
        self.clinical(ctx, |row| {
            let readings = row.record.as_ref()?.readings?;
            Some(FollowUpReadings {
                systolic: readings.systolic,
                diastolic: readings.diastolic,
                glucose: readings.glucose,
                glucose_kind: readings.glucose_kind,
                heart_rate: readings.heart_rate,
                temperature: readings.temperature,
            })
        })
    }

    /// What in the readings suggests a referral 建议转诊; empty where nothing does.
    async fn alerts(&self, ctx: &Context<'_>) -> Option<Vec<FollowUpAlert>> {
        self.clinical(ctx, |row| Some(row.record.as_ref()?.alerts.clone()))
    }

    /// Signs of danger 危急体征 that were seen or told.
    async fn signs(&self, ctx: &Context<'_>) -> Option<Vec<FollowUpSign>> {
        self.clinical(ctx, |row| Some(row.record.as_ref()?.signs.clone()))
    }

    /// The referral that the findings suggest 转诊建议; null where they suggest none.
    async fn suggestion(&self, ctx: &Context<'_>) -> Option<FollowUpSuggestion> {
        self.clinical(ctx, |row| {
            let alerts = row.record.as_ref()?.alerts.clone();
            Some(FollowUpSuggestion {
                urgency: reading::suggested(&alerts)?,
                alerts,
                check_by: row.done_at.map(|done| done + reading::ASKED_AFTER),
                led_to: row.led_to_id,
            })
        })
    }

    /// What a follow-up after its template measures 随访项目, by the name of the field.
    async fn asks(&self) -> &'static [&'static str] {
        reading::asked(self.row().template)
    }

    /// The signs of danger that a follow-up after its template asks for.
    async fn asks_signs(&self) -> &'static [FollowUpSign] {
        reading::signs(self.row().template)
    }

    /// Who followed the patient up.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, self.seen_practitioner(ctx).await)
    }

    /// Why it will not be done 终止原因.
    async fn ending(&self, ctx: &Context<'_>) -> Option<FollowUpEnding> {
        self.clinical(ctx, |row| {
            let ending = row.ending.as_ref()?;
            Some(FollowUpEnding {
                reason: ending.reason,
                note: ending.note.clone(),
            })
        })
    }

    /// The verbs that lead out of the present status for the caller.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        self.actions(ctx).unwrap_or_default()
    }

    /// When it was planned.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row().created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row().updated_at
    }
}

/// What was measured at a follow-up.
#[derive(SimpleObject)]
pub struct FollowUpReadings {
    /// Systolic blood pressure 收缩压, mmHg.
    pub systolic: Option<i32>,
    /// Diastolic blood pressure 舒张压, mmHg.
    pub diastolic: Option<i32>,
    /// Blood glucose 血糖, mmol/L.
    pub glucose: Option<f64>,
    /// When it was measured.
    pub glucose_kind: Option<GlucoseKind>,
    /// Heart rate 心率 a minute.
    pub heart_rate: Option<i32>,
    /// Body temperature 体温, °C.
    pub temperature: Option<f64>,
}

/// That what was found suggests a referral 转诊建议.
pub struct FollowUpSuggestion {
    alerts: Vec<FollowUpAlert>,
    urgency: Urgency,
    check_by: Option<DateTime<Utc>>,
    led_to: Option<Uuid>,
}

named!(FollowUpSuggestion => "FollowUpSuggestion");

/// That what was found suggests a referral 转诊建议, by the national standards 国家基本公共卫生服务规范.
#[Object]
impl FollowUpSuggestion {
    /// How urgent the referral would be.
    async fn urgency(&self) -> Urgency {
        self.urgency
    }

    /// Why, coded.
    async fn alerts(&self) -> &[FollowUpAlert] {
        &self.alerts
    }

    /// Why, in words 建议转诊原因.
    async fn reason(&self) -> String {
        let reasons: Vec<_> = self
            .alerts
            .iter()
            .map(|one| reading::reason(*one))
            .collect();
        reasons.join("；")
    }

    /// Until when somebody is to ask what became of it 2周内主动随访转诊情况.
    async fn check_by(&self) -> Option<DateTime<Utc>> {
        self.check_by
    }

    /// The referral that was posted because of it; null where none was, or the caller does not see it.
    async fn referral(&self, ctx: &Context<'_>) -> Reply<Referral> {
        let id = self.led_to?;
        let found = referrals(ctx, Relative::Itself(id)).await;
        reply(ctx, found.map(|mut found| found.pop()))
    }
}

/// Why a follow-up plan ended before its last day.
#[derive(SimpleObject)]
pub struct FollowUpEnding {
    /// The coded reason.
    pub reason: FollowUpEnd,
    /// In words.
    pub note: Option<String>,
}
