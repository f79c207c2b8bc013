//! What a dispatch is made of, as the API shows it.

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{dispatch_log, enums::HalfDay};

use super::super::{
    loader::{HalfDayOf, Logs},
    service::Totals,
};
use crate::{
    error::{Error, Result},
    graphql::{refusal, unshare},
    id::{self, Kind},
    named,
    scalar::Date,
};

/// How well an expert did 考核.
#[derive(Clone, SimpleObject)]
pub struct Appraisal {
    /// Points 得分, 0 to 100.
    pub score: i32,
    /// In words 评语.
    pub comment: Option<String>,
    /// When that was said.
    pub appraised_at: DateTime<Utc>,
}

/// What was logged, added up. What was corrected counts as corrected.
pub struct DispatchTotals(pub Totals);

/// What was logged, added up. What was corrected counts as corrected.
#[Object]
impl DispatchTotals {
    /// Half-days of which something is logged.
    async fn half_days(&self) -> i64 {
        self.0.half_days
    }

    /// Service days 服务天数: half-days ÷ 2.
    async fn service_days(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "nobody serves 2^53 half-days")]
        let half_days = self.0.half_days as f64;
        half_days / 2.0
    }

    /// Patients served 服务患者人次: outpatients, patients on ward rounds, operations and consultations.
    async fn patients_served(&self) -> i64 {
        self.0.outpatients + self.0.ward_rounds + self.0.operations + self.0.consultations
    }

    /// Outpatients 门诊人次.
    async fn outpatients(&self) -> i64 {
        self.0.outpatients
    }

    /// Patients seen on ward rounds 查房人次.
    async fn ward_rounds(&self) -> i64 {
        self.0.ward_rounds
    }

    /// Operations 手术台次.
    async fn operations(&self) -> i64 {
        self.0.operations
    }

    /// Consultations 会诊人次.
    async fn consultations(&self) -> i64 {
        self.0.consultations
    }

    /// Hours of teaching 教学培训学时.
    async fn teaching_hours(&self) -> f64 {
        self.0.teaching_hours
    }

    /// How many were taught 教学培训人次.
    async fn teaching_heads(&self) -> i64 {
        self.0.teaching_heads
    }
}

/// What an expert did in half a day 工作日志.
#[derive(Clone)]
pub struct DispatchLog(pub dispatch_log::Model);

named!(DispatchLog => "DispatchLog");

/// What an expert did in half a day 工作日志.
#[Object]
impl DispatchLog {
    /// Id, `dlg_…`; that of a correction is another.
    pub async fn id(&self) -> ID {
        id::encode(Kind::DispatchLog, self.0.id).into()
    }

    /// The day.
    async fn date(&self) -> Date {
        self.0.day.into()
    }

    /// AM or PM.
    async fn half(&self) -> HalfDay {
        self.0.half
    }

    /// Outpatients 门诊人次.
    async fn outpatients(&self) -> i32 {
        self.0.outpatients
    }

    /// Patients seen on ward rounds 查房人次.
    async fn ward_rounds(&self) -> i32 {
        self.0.ward_rounds
    }

    /// Operations 手术台次.
    async fn operations(&self) -> i32 {
        self.0.operations
    }

    /// Consultations 会诊人次.
    async fn consultations(&self) -> i32 {
        self.0.consultations
    }

    /// Hours of teaching 教学培训学时.
    async fn teaching_hours(&self) -> f64 {
        self.0.teaching_hours
    }

    /// How many were taught 教学培训人次.
    async fn teaching_heads(&self) -> i32 {
        self.0.teaching_heads
    }

    /// What else is to be said 备注.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Whether the expert entered it, not the host.
    async fn by_expert(&self) -> bool {
        self.0.by_expert
    }

    /// Counts from 1 with each correction.
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// When it was entered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was corrected; null of what counts.
    async fn replaced_at(&self) -> Option<DateTime<Utc>> {
        self.0.replaced_at
    }

    /// What was said of that half-day before it was corrected, the latest first; at most 20. Empty of an earlier one itself.
    async fn earlier(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Self>> {
        self.corrected(ctx)
            .await
            .map_err(|error| refusal(ctx, &error))
    }
}

impl DispatchLog {
    async fn corrected(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        if self.0.revision == 1 || self.0.replaced_at.is_some() {
            return Ok(Vec::new());
        }
        let loader = ctx
            .data_opt::<DataLoader<Logs>>()
            .ok_or(Error::Unauthenticated)?;
        let key = HalfDayOf(self.0.dispatch_id, self.0.at);
        let found = loader.load_one(key).await;
        let found = found.map_err(|error| unshare(&error))?;
        Ok(found.unwrap_or_default().into_iter().map(Self).collect())
    }
}
