//! A critical value as the API shows it. Every field is opened by hand: a new column does not publish itself.

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    critical_value,
    enums::{Action, CriticalChannel, CriticalStatus},
};

use super::super::{clock, seen::Seen, state};
use crate::{
    centre::graphql::SharedCentre,
    error::{Error, ErrorCode, Result},
    graphql::{Reply, actor, app, refusal, reply, unshare},
    id::{self, Kind},
    named,
    network::graphql::{Institution, Practitioner},
    order::graphql::{self as orders, Order, practitioner},
    patient::{graphql::Patient, loader::PatientLoader},
    policy,
    referral::graphql::AvailableAction,
};

/// A critical value 危急值, as one actor sees it.
#[derive(Clone)]
pub struct CriticalValue {
    seen: Seen,
}

named!(CriticalValue => "CriticalValue");

impl CriticalValue {
    /// What was seen.
    #[must_use]
    pub const fn new(seen: Seen) -> Self {
        Self { seen }
    }

    const fn row(&self) -> &critical_value::Model {
        &self.seen.row
    }

    /// A value that says something of the illness; none in a header. The audit entry is written before the answer leaves.
    fn clinical<'r, T>(
        &'r self,
        ctx: &Context<'_>,
        value: impl FnOnce(&'r critical_value::Model) -> Option<T>,
    ) -> Option<T> {
        if self.seen.header_only() {
            return None;
        }
        let shown = value(self.row())?;
        if let Ok(actor) = actor(ctx) {
            let (patient, basis) = (self.row().patient_id, self.seen.party.basis);
            let request = &actor.request;
            request.disclose(patient, Action::ReadCriticalValue, Some(basis));
        }
        Some(shown)
    }

    async fn seen_patient(&self, ctx: &Context<'_>) -> Result<Option<Patient>> {
        let actor = actor(ctx)?;
        let Some(scope) = actor.scope.id().filter(|_| !self.seen.header_only()) else {
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
            request.disclose(seen.row.id, Action::ReadCriticalValue, basis);
        }
        Ok(seen.map(Patient::new))
    }

    fn actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let answers = policy::answers_critical_value_for(actor, &app.directory.now(), self.row());
        if answers.is_empty() {
            return Ok(Vec::new());
        }
        let list = state::following(self.row().status).map(|action| {
            let allowed = policy::require(actor, action).is_ok();
            let requires: &[&str] = match action {
                Action::AcknowledgeCriticalValue => &["readBack", "channel"],
                _ => &["resolution"],
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

/// A critical value 危急值: what was found of an order that somebody has to know at once. NOTIFIED until somebody has read it back, ACKNOWLEDGED until
/// somebody has acted, then RESOLVED. A community's manager sees the header alone: neither patient nor order, finding, code, read-back or
/// resolution.
#[Object]
impl CriticalValue {
    /// Id, `crv_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::CriticalValue, self.row().id).into()
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Where it stands 状态.
    async fn status(&self) -> CriticalStatus {
        self.row().status
    }

    /// The order; null where the caller does not see that.
    async fn order(&self, ctx: &Context<'_>) -> Reply<Order> {
        let found = orders::one(ctx, self.row().order_id).await;
        reply(ctx, found)
    }

    /// The centre that found it 中心.
    async fn centre(&self, ctx: &Context<'_>) -> async_graphql::Result<SharedCentre> {
        let found = app(ctx).and_then(|app| {
            let found = SharedCentre::find(&app.directory.now(), self.row().centre_id);
            found.ok_or_else(|| Error::Internal("a critical value of no centre".into()))
        });
        found.map_err(|error| refusal(ctx, &error))
    }

    /// The patient 患者.
    async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, self.seen_patient(ctx).await)
    }

    /// What was found 危急值内容.
    async fn finding(&self, ctx: &Context<'_>) -> Option<&str> {
        self.clinical(ctx, |row| Some(row.finding.as_str()))
    }

    /// LOINC or local code of what was measured.
    async fn code(&self, ctx: &Context<'_>) -> Option<&str> {
        self.clinical(ctx, |row| row.code.as_deref())
    }

    /// Who raised it 报告人.
    async fn raised_by(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row().raised_by_id).await)
    }

    /// When it was found.
    async fn raised_at(&self) -> DateTime<Utc> {
        self.row().raised_at
    }

    /// Until when somebody is to acknowledge it 确认时限: 10 minutes after it was recorded.
    async fn due_at(&self) -> DateTime<Utc> {
        self.row().due_at
    }

    /// Whether nobody has acknowledged it in time, and nobody has since 超时未确认.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        app(ctx).is_ok_and(|app| clock::is_overdue(self.row(), app.now()))
    }

    /// Who acknowledged it 确认人.
    async fn acknowledged_by(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row().acknowledged_by_id).await)
    }

    /// At which institution.
    async fn acknowledged_for(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| {
            let id = self.row().acknowledged_for_id?;
            Institution::find(&directory, id)
        });
        reply(ctx, found)
    }

    /// When it was acknowledged 确认时间.
    async fn acknowledged_at(&self) -> Option<DateTime<Utc>> {
        self.row().acknowledged_at
    }

    /// What was read back 复述内容.
    async fn read_back(&self, ctx: &Context<'_>) -> Option<&str> {
        self.clinical(ctx, |row| row.read_back.as_deref())
    }

    /// By which way it was told.
    async fn channel(&self) -> Option<CriticalChannel> {
        self.row().channel
    }

    /// What was done 处置措施.
    async fn resolution(&self, ctx: &Context<'_>) -> Option<&str> {
        self.clinical(ctx, |row| row.resolution.as_deref())
    }

    /// When somebody acted 处置时间.
    async fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.row().resolved_at
    }

    /// The verbs that lead out of the present status for the caller.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        self.actions(ctx).unwrap_or_default()
    }

    /// When it was recorded.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row().created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row().updated_at
    }
}
