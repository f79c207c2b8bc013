//! A dispatch as the API shows it. Every field is opened by hand: a new column does not publish itself.

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    dispatch::Model,
    enums::{Action, DispatchKind, DispatchStatus},
};
use uuid::Uuid;

use super::{
    super::{
        loader::{Logs, LogsPage, OpenOf},
        service::{self, LOGS, Totals},
        state::{self, Facts},
    },
    part::{Appraisal, DispatchLog, DispatchTotals},
};
use crate::{
    alliance::graphql::{Agreement, Studio, WeeklySession},
    error::{Error, ErrorCode, Result},
    graphql::{Connection, Count, Reply, actor, app, refusal, reply, unshare},
    id::{self, Kind},
    named,
    network::graphql::{Institution, Practitioner},
    order::graphql::practitioner,
    page::{Cursor, PageArgs, Window},
    policy,
    referral::graphql::AvailableAction,
    scalar::Date,
};

/// A dispatch 专家下派, as one actor sees it.
#[derive(Clone)]
pub struct Dispatch {
    row: Model,
}

named!(Dispatch => "Dispatch");

impl Dispatch {
    /// What was seen.
    #[must_use]
    pub const fn new(row: Model) -> Self {
        Self { row }
    }

    async fn logged(&self, ctx: &Context<'_>, args: &PageArgs) -> Result<Connection<DispatchLog>> {
        let window = Window::parse(args, LOGS)?;
        let key = LogsPage {
            dispatch: self.row.id,
            window: window.clone(),
        };
        let slice = logs(ctx)?.load_one(key).await;
        let slice = slice.map_err(|error| unshare(&error))?;
        let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
        let slice = slice.map(|row| {
            let cursor = Cursor::time(LOGS, row.at, row.id);
            (cursor.encode(), DispatchLog(row))
        });
        let (app, id) = (app(ctx)?.clone(), self.row.id);
        let count: Count = std::sync::Arc::new(move || {
            let app = app.clone();
            Box::pin(async move { service::count_logs(&app, id).await })
        });
        Ok(Connection::new(slice, count))
    }

    async fn sum(&self, ctx: &Context<'_>) -> Result<Totals> {
        let found = logs(ctx)?.load_one(self.row.id).await;
        let found = found.map_err(|error| unshare(&error))?;
        Ok(found.unwrap_or_default())
    }

    fn actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let (directory, now) = (app.directory.now(), app.now());
        let unsent = policy::is_unsent(&directory, self.row.sender_id);
        let facts = Facts::at(&self.row, unsent, now);
        let sides = policy::dispatch_sides(actor, &directory, &self.row, now);
        let mut list: Vec<AvailableAction> = Vec::new();
        for acting in sides {
            for (action, blocked) in state::following(&facts, acting.side) {
                if list.iter().any(|known| known.action == action) {
                    continue;
                }
                let (blocked_by, reason) = match (policy::permits(&actor.roles, action), blocked) {
                    (false, _) => (
                        Some(ErrorCode::Forbidden),
                        Some("Your roles here do not allow this."),
                    ),
                    (true, Some(reason)) => (Some(ErrorCode::InvalidTransition), Some(reason)),
                    (true, None) => (None, None),
                };
                list.push(AvailableAction {
                    action,
                    allowed: blocked_by.is_none(),
                    blocked_by,
                    reason: reason.map(str::to_owned),
                    requires: requires(action)
                        .iter()
                        .map(|field| (*field).to_owned())
                        .collect(),
                });
            }
        }
        Ok(list)
    }
}

/// The fields of a verb's input that must be given, for a form to ask for.
const fn requires(action: Action) -> &'static [&'static str] {
    match action {
        Action::PlanDispatch => &["practitioner", "sessions"],
        Action::DeclineDispatch | Action::RecallDispatch | Action::CancelDispatch => &["reason"],
        Action::PublishDispatchSessions => &["capacity"],
        Action::LogDispatch => &["entries"],
        Action::ExtendDispatch => &["endsOn"],
        Action::AppraiseDispatch => &["score"],
        _ => &[],
    }
}

fn logs<'c>(ctx: &Context<'c>) -> Result<&'c DataLoader<Logs>> {
    ctx.data_opt::<DataLoader<Logs>>()
        .ok_or(Error::Unauthenticated)
}

fn institution(ctx: &Context<'_>, id: Option<Uuid>) -> Reply<Institution> {
    let directory = app(ctx).map(|app| app.directory.now());
    let found = directory.map(|directory| id.and_then(|id| Institution::find(&directory, id)));
    reply(ctx, found)
}

/// A dispatch 专家下派: an expert who is sent to a host for a while. REQUESTED by the host, PLANNED by the sender, APPROVED, CONFIRMED by the host, ACTIVE from
/// check-in to the end, then COMPLETED and APPRAISED; or DECLINED, CANCELLED before the expert came, RECALLED after.
#[Object]
impl Dispatch {
    /// Id, `dsp_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Dispatch, self.row.id).into()
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// What the expert is sent for 下派类型.
    async fn kind(&self) -> DispatchKind {
        self.row.kind
    }

    /// Where it stands 状态.
    async fn status(&self) -> DispatchStatus {
        self.row.status
    }

    /// The expert 专家; null as long as somebody is only asked for.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row.practitioner_id).await)
    }

    /// The institution that sends them 派出单位; null of those who come back as volunteers.
    async fn sender(&self, ctx: &Context<'_>) -> Reply<Institution> {
        institution(ctx, self.row.sender_id)
    }

    /// The institution that they are sent to 接收单位.
    async fn host(&self, ctx: &Context<'_>) -> async_graphql::Result<Institution> {
        let found = app(ctx).and_then(|app| {
            let found = Institution::find(&app.directory.now(), self.row.host_id);
            found.ok_or_else(|| Error::Internal("a dispatch to nowhere".into()))
        });
        found.map_err(|error| refusal(ctx, &error))
    }

    /// Specialty code 诊疗科目.
    async fn specialty(&self) -> Option<&str> {
        self.row.specialty.as_deref()
    }

    /// First day 开始日期.
    async fn starts_on(&self) -> Date {
        self.row.starts_on.into()
    }

    /// Last day as planned 结束日期, included.
    async fn ends_on(&self) -> Date {
        self.row.ends_on.into()
    }

    /// When in the week they are there 坐诊时间; at most 14.
    async fn sessions(&self) -> Vec<WeeklySession> {
        self.row
            .sessions
            .0
            .iter()
            .map(WeeklySession::from)
            .collect()
    }

    /// The studio 名医工作室 whose sessions these are.
    async fn studio(&self, ctx: &Context<'_>) -> Reply<Studio> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| Studio::find(&directory, self.row.studio_id?));
        reply(ctx, found)
    }

    /// The agreement 合作协约 under which they are sent.
    async fn agreement(&self, ctx: &Context<'_>) -> Reply<Agreement> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| Agreement::find(&directory, self.row.agreement_id?));
        reply(ctx, found)
    }

    /// What is to be reached 目标.
    async fn goals(&self) -> Option<&str> {
        self.row.goals.as_deref()
    }

    /// Who approved it 批准人.
    async fn approver(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row.approver_id).await)
    }

    /// The institution for which it was approved; null where the community did.
    async fn approved_for(&self, ctx: &Context<'_>) -> Reply<Institution> {
        institution(ctx, self.row.approved_for_id)
    }

    /// When it was approved 批准时间.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.row.approved_at
    }

    /// When the expert came 报到时间.
    async fn checked_in_at(&self) -> Option<DateTime<Utc>> {
        self.row.checked_in_at
    }

    /// The last day that the expert was there.
    async fn ended_on(&self) -> Option<Date> {
        self.row.ended_on.map(Date::from)
    }

    /// When it ended, however it did.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.row.ended_at
    }

    /// Why it was declined, cancelled or recalled.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// What was logged 工作日志, by the half-day, the latest first.
    async fn logs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<DispatchLog>> {
        let args = PageArgs::forward(first, after);
        reply(ctx, self.logged(ctx, &args).await.map(Some))
    }

    /// What was logged, added up.
    async fn totals(&self, ctx: &Context<'_>) -> async_graphql::Result<DispatchTotals> {
        let sum = self.sum(ctx).await;
        sum.map(DispatchTotals)
            .map_err(|error| refusal(ctx, &error))
    }

    /// How many referrals of patients who are kept in house 内诊 and treated by the expert are still open. Whoever reads the host's referrals finds them
    /// by `referrals(filter: { dispatch })`, and the sessions that are still held for somebody by `slots(filter: { dispatch, held: true })`.
    async fn open_referrals(&self, ctx: &Context<'_>) -> async_graphql::Result<i64> {
        let found = async {
            let found = logs(ctx)?.load_one(OpenOf(self.row.id)).await;
            found.map_err(|error| unshare(&error))
        };
        let found = found.await.map_err(|error| refusal(ctx, &error))?;
        Ok(found.unwrap_or_default())
    }

    /// How well the expert did 考核.
    async fn appraisal(&self) -> Option<Appraisal> {
        let (score, appraised_at) = self.row.score.zip(self.row.appraised_at)?;
        Some(Appraisal {
            score,
            comment: self.row.comment.clone(),
            appraised_at,
        })
    }

    /// The verbs that lead out of the present status for the caller's side.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        self.actions(ctx).unwrap_or_default()
    }

    /// When it was recorded.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}
