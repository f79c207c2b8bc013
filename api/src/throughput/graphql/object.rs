//! Throughput as the API shows it.

use async_graphql::{Context, Object, SimpleObject, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::enums::{CentreKind, OrderReturnReason, OrderStatus, Tier, Urgency};

use super::super::{
    answer::{self, Figure},
    service,
};
use crate::{
    centre::graphql::SharedCentre,
    error::{Error, Result},
    graphql::{Reply, app, reply, unshare},
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
};

/// What shared centres did in a stretch of time 业务量. Each figure counts in the hour of its own time, in Asia/Shanghai; nothing of a patient is in it.
pub struct Throughput(pub answer::Throughput);

/// What shared centres did in a stretch of time 业务量. Each figure counts in the hour of its own time, in Asia/Shanghai, and stands under what its order is
/// now; nothing of a patient is in it. A figure is null where it is withheld.
#[Object]
impl Throughput {
    /// When the stretch begins.
    async fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }

    /// When it is over.
    async fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }

    /// The centre 中心, where broken down by that.
    async fn centre(&self, ctx: &Context<'_>) -> Result<Option<SharedCentre>> {
        let directory = app(ctx)?.directory.now();
        let id = self.0.group.centre;
        Ok(id.and_then(|id| SharedCentre::find(&directory, id)))
    }

    /// What kind of centre 中心类别, where broken down by that.
    async fn kind(&self) -> Option<CentreKind> {
        self.0.group.kind
    }

    /// The institution that asks 申请机构, where broken down by that.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let directory = app(ctx)?.directory.now();
        let id = self.0.group.institution;
        Ok(id.and_then(|id| Institution::find(&directory, id)))
    }

    /// The tier of the institution that asks 机构层级, where broken down by that.
    async fn tier(&self) -> Option<Tier> {
        self.0.group.tier
    }

    /// The group of the item 项目组, where broken down by that; null of training.
    async fn item_group(&self) -> Option<&str> {
        self.0.group.item_group.as_deref()
    }

    /// How urgent 优先级, where broken down by that; null of training.
    async fn priority(&self) -> Option<Urgency> {
        self.0.group.priority
    }

    /// Who works on the orders, or has reported them 诊断医师, where broken down by that; null of what nobody has claimed.
    async fn diagnostician(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, self.loaded_diagnostician(ctx).await)
    }

    /// Orders placed 申请数, recognised ones among them.
    async fn requested(&self) -> Option<i32> {
        self.count(Figure::Requested)
    }

    /// Specimens and packs that the centre received 接收数.
    async fn received(&self) -> Option<i32> {
        self.count(Figure::Received)
    }

    /// First reports 报告数; an amendment is not another one.
    async fn reported(&self) -> Option<i32> {
        self.count(Figure::Reported)
    }

    /// First reviews, and confirmations of opinions 审核数.
    async fn reviewed(&self) -> Option<i32> {
        self.count(Figure::Reviewed)
    }

    /// How often an order was sent back 退回数.
    async fn returned(&self) -> Option<i32> {
        self.count(Figure::Returned)
    }

    /// Earlier results recognised in place of a new examination 互认数.
    async fn recognised(&self) -> Option<i32> {
        self.count(Figure::Recognised)
    }

    /// Orders cancelled 取消数.
    async fn cancelled(&self) -> Option<i32> {
        self.count(Figure::Cancelled)
    }

    /// Orders of which something was still expected when the stretch was over, or is now where it is not over yet 积压数; null of a time to come.
    async fn backlog(&self) -> Option<i32> {
        self.count(Figure::Backlog)
    }

    /// Patient visits 服务人次: requisitions whose first report this was; of training, attendances.
    async fn patient_visits(&self) -> Option<i32> {
        self.count(Figure::PatientVisits)
    }

    /// The share of the institutions served, the host aside, that placed an order 活跃机构占比; null where none is served.
    async fn active_share(&self) -> Option<f64> {
        self.0.active_share
    }

    /// From the request to the first report 申请至报告时间, in the hour of the report. It has no target: `onTimeShare` is null.
    async fn from_request(&self) -> Option<Turnaround> {
        self.0.from_request.map(Turnaround::from)
    }

    /// From the start of the clock (examined, received, or the agreed time of a consultation) to the first report, the time in which it stood still
    /// taken off 周转时间, in the hour of the report. Orders whose clock never began are left out.
    async fn from_start(&self) -> Option<Turnaround> {
        self.0.from_start.map(Turnaround::from)
    }

    /// Orders sent back, by reason 退回原因.
    async fn returned_by(&self) -> Vec<ReasonCount> {
        let counts = self.0.returned_by.iter();
        counts
            .map(|(reason, count)| ReasonCount {
                reason: *reason,
                count: shown(*count),
            })
            .collect()
    }

    /// Critical values 危急值.
    async fn critical(&self) -> Option<CriticalThroughput> {
        let critical = self.0.critical?;
        Some(CriticalThroughput {
            raised: self.count(Figure::Raised)?,
            acknowledged: self.count(Figure::Acknowledged)?,
            acknowledged_in_time: shown(critical.in_time),
            median_minutes: critical.median,
        })
    }

    /// Whether a figure is withheld because it is small: a regulator is not to recognise a patient in it.
    async fn suppressed(&self) -> bool {
        self.0.suppressed
    }
}

impl Throughput {
    fn count(&self, figure: Figure) -> Option<i32> {
        self.0.count(figure).map(shown)
    }

    async fn loaded_diagnostician(&self, ctx: &Context<'_>) -> Result<Option<Practitioner>> {
        let Some(id) = self.0.group.diagnostician else {
            return Ok(None);
        };
        let loader = ctx
            .data_opt::<DataLoader<PractitionerLoader>>()
            .ok_or(Error::Unauthenticated)?;
        let found = loader.load_one(id).await.map_err(|error| unshare(&error))?;
        Ok(found.map(Practitioner))
    }
}

/// More than GraphQL's integers hold happens nowhere.
fn shown(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How long reports took.
#[derive(SimpleObject)]
pub struct Turnaround {
    /// How many reports.
    pub count: i32,
    /// Within how many minutes half of them came 中位数, the lower of two; within 1 % of the true one. Null where there are none.
    pub median_minutes: Option<f64>,
    /// Within how many minutes nine in ten of them came, within 1 % of the true one. Null where there are none.
    pub p90_minutes: Option<f64>,
    /// The share of them that came within the target of their item 及时率; null where there are none.
    pub on_time_share: Option<f64>,
}

impl From<answer::Turnaround> for Turnaround {
    fn from(told: answer::Turnaround) -> Self {
        Self {
            count: shown(told.count),
            median_minutes: told.median,
            p90_minutes: told.p90,
            on_time_share: told.on_time,
        }
    }
}

/// How often orders were sent back for a reason.
#[derive(SimpleObject)]
pub struct ReasonCount {
    /// The reason 退回原因.
    pub reason: OrderReturnReason,
    /// How often.
    pub count: i32,
}

/// What became of critical values 危急值.
#[derive(SimpleObject)]
pub struct CriticalThroughput {
    /// How many were raised.
    pub raised: i32,
    /// How many were acknowledged 确认, each in the hour of its acknowledgement.
    pub acknowledged: i32,
    /// How many of these in time.
    pub acknowledged_in_time: i32,
    /// Within how many minutes half of these were acknowledged, the lower of two; within 1 % of the true one. Null where there are none.
    pub median_minutes: Option<f64>,
}

/// What waits at a shared centre now 积压.
#[derive(SimpleObject)]
pub struct Backlog {
    /// Of when this is.
    pub as_of: DateTime<Utc>,
    /// Orders of which something is still expected.
    pub total: i32,
    /// Those of them whose report is late 超时.
    pub overdue: i32,
    /// By where they stand.
    pub by_status: Vec<BacklogStatus>,
    /// By how long ago they were placed, the youngest first.
    pub by_age: Vec<BacklogAge>,
}

/// Orders that wait in one status.
#[derive(SimpleObject)]
pub struct BacklogStatus {
    /// Where they stand.
    pub status: OrderStatus,
    /// How many.
    pub count: i32,
    /// When the oldest of them was placed.
    pub oldest: DateTime<Utc>,
}

/// Orders that have waited for about as long.
#[derive(SimpleObject)]
pub struct BacklogAge {
    /// For at least so many minutes.
    pub from_minutes: i32,
    /// And for fewer than so many; null where for any longer.
    pub to_minutes: Option<i32>,
    /// How many.
    pub count: i32,
}

impl From<service::Backlog> for Backlog {
    fn from(backlog: service::Backlog) -> Self {
        let statuses = backlog.by_status.into_iter();
        let ends = service::AGES.into_iter().map(shown);
        let starts = std::iter::once(0).chain(ends.clone());
        let spans = starts.zip(ends.map(Some).chain([None]));
        Self {
            as_of: backlog.as_of,
            total: shown(backlog.total),
            overdue: shown(backlog.overdue),
            by_status: statuses
                .map(|(status, count, oldest)| BacklogStatus {
                    status,
                    count: shown(count),
                    oldest,
                })
                .collect(),
            by_age: spans
                .zip(backlog.by_age)
                .map(|((from_minutes, to_minutes), count)| BacklogAge {
                    from_minutes,
                    to_minutes,
                    count: shown(count),
                })
                .collect(),
        }
    }
}
