//! An order as the API shows it. Every field is opened by hand: a new column does not publish itself.

use async_graphql::{Context, ID, Object, SimpleObject, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    enums::{
        Action, OrderReturnReason, OrderSide, OrderStatus, RecognitionOverride, SubjectKind,
        Urgency,
    },
    order,
};
use uuid::Uuid;

use super::{
    attachment::attached,
    event::OrderEvent,
    report::{Recognition, Report},
    specimen::Specimen,
};
use crate::{
    capacity::{graphql::Hold, loader::Holds},
    centre::graphql::{CatalogueItem, SharedCentre},
    critical_value::graphql::CriticalValue,
    error::{Error, ErrorCode, Result},
    graphql::{Connection, Reply, actor, app, refusal, reply, unshare},
    id::{self, Kind},
    named,
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
    order::{
        loader::{Orders, Reports, Specimens},
        seen::Seen,
        state::{self, Facts},
        turnaround,
    },
    page::PageArgs,
    patient::{graphql::Patient, loader::PatientLoader},
    policy,
    record::timeline::{TimelinePage, Timelines},
    referral::graphql::{Attachment, AvailableAction, Referral},
    sterile::graphql::Batch,
};

/// An order to a shared centre, as one actor sees it.
#[derive(Clone)]
pub struct Order {
    seen: Seen,
}

named!(Order => "Order");

impl Order {
    /// What was seen.
    #[must_use]
    pub const fn new(seen: Seen) -> Self {
        Self { seen }
    }

    /// What was seen.
    #[must_use]
    pub const fn seen(&self) -> &Seen {
        &self.seen
    }

    const fn row(&self) -> &order::Model {
        &self.seen.row
    }

    /// Notes that something of the illness is about to be shown; the audit entry is written before the answer leaves.
    fn disclose(&self, ctx: &Context<'_>) {
        if let (Ok(actor), Some(patient)) = (actor(ctx), self.row().patient_id) {
            let basis = Some(self.seen.party.basis);
            actor.request.disclose(patient, Action::ReadOrder, basis);
        }
    }

    async fn seen_patient(&self, ctx: &Context<'_>) -> Result<Option<Patient>> {
        let actor = actor(ctx)?;
        let (Some(scope), Some(patient)) = (actor.scope.id(), self.row().patient_id) else {
            return Ok(None);
        };
        let loader = loader::<PatientLoader>(ctx)?;
        let seen = loader.load_one((scope, patient)).await;
        let seen = seen.map_err(|error| unshare(&error))?;
        if let Some(seen) = &seen {
            let basis = Some(self.seen.party.basis);
            let request = &actor.request;
            request.disclose(seen.row.id, Action::ReadOrder, basis);
        }
        Ok(seen.map(Patient::new))
    }

    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<Report>> {
        let Some(id) = self.row().report_id else {
            return Ok(Vec::new());
        };
        self.disclose(ctx);
        let found = loader::<Reports>(ctx)?.load_one(id).await;
        let found = found.map_err(|error| unshare(&error))?;
        let all = found.unwrap_or_default().into_iter();
        Ok(all.map(Report).collect())
    }

    async fn drawn(&self, ctx: &Context<'_>) -> Result<Vec<Specimen>> {
        if self.row().specimen_kind.is_none() {
            return Ok(Vec::new());
        }
        let found = loader::<Specimens>(ctx)?.load_one(self.row().id).await;
        let found = found.map_err(|error| unshare(&error))?;
        let all = found.unwrap_or_default().into_iter();
        Ok(all.map(Specimen).collect())
    }

    fn actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        if self.seen.only_looks() {
            return Ok(Vec::new());
        }
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let directory = app.directory.now();
        let facts = Facts::of(self.row());
        let own = state::VERBS.into_iter().filter_map(|action| {
            let side = policy::order_side(actor, &directory, self.row(), action)?;
            let blocked = match state::next(&facts, side, action) {
                Ok(_) => None,
                Err(state::Blocked::Now(reason)) => Some(reason),
                Err(state::Blocked::Never) => return None,
            };
            Some((action, side, blocked))
        });
        Ok(own
            .map(|(action, side, blocked)| available(actor, action, side, blocked))
            .collect())
    }

    async fn timeline_page(
        &self,
        ctx: &Context<'_>,
        args: PageArgs,
    ) -> Result<Connection<OrderEvent>> {
        let key = TimelinePage::parse(SubjectKind::Order, self.row().id, &args)?;
        let empty = key.empty();
        let slice = loader::<Timelines>(ctx)?.load_one(key).await;
        let slice = slice.map_err(|error| unshare(&error))?.unwrap_or(empty);
        let slice = slice.map(|row| (TimelinePage::cursor(&row), OrderEvent(row)));
        // Each event is one version.
        let events = usize::try_from(self.row().version).unwrap_or(0);
        Ok(Connection::new(
            slice,
            Connection::<OrderEvent>::known(events),
        ))
    }
}

fn available(
    actor: &crate::auth::Actor,
    action: Action,
    side: OrderSide,
    blocked: Option<&'static str>,
) -> AvailableAction {
    let permitted = policy::permits(&actor.roles, action)
        && (action != Action::ReviewOrder || policy::reviews(actor, side));
    let (blocked_by, reason) = match (permitted, blocked) {
        (false, _) => (
            Some(ErrorCode::Forbidden),
            Some("Your roles here do not allow this.".to_owned()),
        ),
        (true, Some(reason)) => (Some(ErrorCode::InvalidTransition), Some(reason.to_owned())),
        (true, None) => (None, None),
    };
    let requires: &[&str] = match action {
        Action::CollectSpecimen => &["barcode", "kind"],
        Action::ReportOrder => &["conclusion"],
        Action::AmendReport => &["conclusion", "reason"],
        Action::ProcessOrder => &["batches"],
        Action::ReturnOrder | Action::CancelOrder => &["reason"],
        Action::RaiseCriticalValue => &["finding"],
        _ => &[],
    };
    AvailableAction {
        action,
        allowed: blocked_by.is_none(),
        blocked_by,
        reason,
        requires: requires.iter().map(|field| (*field).to_owned()).collect(),
    }
}

/// An order to a shared centre 申请: one examination, test or opinion for a patient, or sterile packs for an institution.
#[Object]
impl Order {
    /// Id, `ord_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Order, self.row().id).into()
    }

    /// Number shown to people.
    async fn number(&self) -> &str {
        &self.row().number
    }

    /// Requisition 申请单号: orders of one draw or one visit share it.
    async fn requisition(&self) -> Option<&str> {
        Some(&self.row().requisition)
    }

    /// The requester's own id 外部单号.
    async fn external_id(&self) -> Option<&str> {
        self.row().external_id.as_deref()
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// The centre 中心.
    async fn centre(&self, ctx: &Context<'_>) -> async_graphql::Result<SharedCentre> {
        let found = app(ctx).and_then(|app| {
            let found = SharedCentre::find(&app.directory.now(), self.row().centre_id);
            found.ok_or_else(|| Error::Internal("an order to no centre".into()))
        });
        found.map_err(|error| refusal(ctx, &error))
    }

    /// What is ordered 项目.
    async fn item(&self, ctx: &Context<'_>) -> async_graphql::Result<CatalogueItem> {
        let found = crate::centre::graphql::item(ctx, self.row().item_id).await;
        let found = found
            .and_then(|found| found.ok_or_else(|| Error::Internal("an order of no item".into())));
        found.map_err(|error| refusal(ctx, &error))
    }

    /// Where it stands 状态.
    async fn status(&self) -> OrderStatus {
        self.row().status
    }

    /// How urgent it is.
    async fn priority(&self) -> Urgency {
        self.row().priority
    }

    /// The patient 患者; null of sterile supply.
    async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, self.seen_patient(ctx).await)
    }

    /// The institution that asks for it 申请机构.
    async fn requested_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Institution> {
        let found = app(ctx).and_then(|app| {
            let found = Institution::find(&app.directory.now(), self.row().requested_by_id);
            found.ok_or_else(|| Error::Internal("an order of no institution".into()))
        });
        found.map_err(|error| refusal(ctx, &error))
    }

    /// The practitioner who asks for it 申请医师.
    async fn requester(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row().requester_id).await)
    }

    /// The referral that it belongs to; null where there is none, or the caller does not see it.
    async fn referral(&self, ctx: &Context<'_>) -> Reply<Referral> {
        let found = match self.row().referral_id {
            Some(id) => crate::referral::graphql::one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// What is to be answered, with what is known 临床诊断与检查目的.
    async fn question(&self, ctx: &Context<'_>) -> Option<&str> {
        let question = self.row().content.question.as_deref()?;
        self.disclose(ctx);
        Some(question)
    }

    /// How many packs 包数, of sterile supply.
    async fn quantity(&self) -> Option<i32> {
        self.row().content.quantity
    }

    /// Its specimens 标本, the latest first; at most 20.
    async fn specimens(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Specimen>> {
        self.drawn(ctx).await.map_err(|error| refusal(ctx, &error))
    }

    /// The sterile batches 灭菌批次 of its packs, by number; at most 20.
    async fn batches(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Batch>> {
        let found = match self.row().processed_at {
            Some(_) => crate::sterile::graphql::of_order(ctx, self.row().id).await,
            None => Ok(Vec::new()),
        };
        found.map_err(|error| refusal(ctx, &error))
    }

    /// Whether one of its batches is recalled 召回, until its packs are confirmed returned or used.
    async fn recalled(&self) -> bool {
        self.row().recalled
    }

    /// Who works on it, or has reported it.
    async fn claimed_by(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.row().claimed_by_id).await)
    }

    /// The agreed time of a consultation.
    async fn planned_at(&self) -> Option<DateTime<Utc>> {
        self.row().planned_at
    }

    /// The place in a session of the expert that is held for a consultation 会诊号源: kept, taken when the opinion was reported, or given back; null
    /// where none was named.
    async fn hold(&self, ctx: &Context<'_>) -> Reply<Hold> {
        let found = match self.row().hold_id {
            Some(id) => loader::<Holds>(ctx).map(|loader| (loader, id)),
            None => return None,
        };
        let found = match found {
            Ok((loader, id)) => loader.load_one(id).await.map_err(|error| unshare(&error)),
            Err(error) => Err(error),
        };
        reply(ctx, found.map(|row| row.map(Hold)))
    }

    /// The files attached to it 附件, the first first; at most 20.
    async fn attachments(&self, ctx: &Context<'_>) -> Reply<Vec<Attachment>> {
        let rows = attached(ctx, self.row().id).await;
        if rows.as_ref().is_ok_and(|rows| !rows.is_empty()) {
            self.disclose(ctx);
        }
        reply(
            ctx,
            rows.map(|rows| Some(rows.into_iter().map(Attachment).collect())),
        )
    }

    /// The latest version of the report that answers it.
    async fn report(&self, ctx: &Context<'_>) -> Reply<Report> {
        let found = self.versions(ctx).await;
        reply(ctx, found.map(|all| all.into_iter().next()))
    }

    /// Every version of the report, the latest first; at most 50.
    async fn reports(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Report>> {
        self.versions(ctx)
            .await
            .map_err(|error| refusal(ctx, &error))
    }

    /// The earlier result that was recognised 互认.
    async fn recognised_from(&self, ctx: &Context<'_>) -> Option<Recognition> {
        let recognition = self.row().recognition.clone()?;
        self.disclose(ctx);
        Some(Recognition {
            of: self.row().id,
            from: recognition,
        })
    }

    /// Why it was ordered although a result could have been recognised 不予互认理由.
    async fn override_reason(&self) -> Option<RecognitionOverride> {
        self.row().content.override_reason
    }

    /// Why it was sent back, as long as it is.
    async fn returned(&self) -> Option<OrderReturn> {
        let returned = self.row().returned.as_ref()?;
        Some(OrderReturn {
            reason: returned.reason,
            text: returned.text.clone(),
        })
    }

    /// Why it was cancelled.
    async fn cancellation(&self) -> Option<&str> {
        self.row().content.cancellation.as_deref()
    }

    /// How the requester rates a consultation, 1 to 5.
    async fn rating(&self) -> Option<i32> {
        self.row().content.rating
    }

    /// Its critical values 危急值, the latest first; at most 20.
    async fn critical_values(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<CriticalValue>> {
        let found = crate::critical_value::graphql::of_order(ctx, self.row().id).await;
        found.map_err(|error| refusal(ctx, &error))
    }

    /// Until when the report is due 报告时限; null as long as its clock has not begun, or stands still.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        self.row().due_at
    }

    /// Whether the report is late.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        app(ctx).is_ok_and(|app| turnaround::is_overdue(self.row(), app.now()))
    }

    /// The verbs that lead out of the present status for the caller's side.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        self.actions(ctx).unwrap_or_default()
    }

    /// What happened to it, the first first.
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<OrderEvent>> {
        let page = self
            .timeline_page(ctx, PageArgs::forward(first, after))
            .await;
        reply(ctx, page.map(Some))
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

/// Why an order was sent back 退回原因.
#[derive(SimpleObject)]
pub struct OrderReturn {
    /// The coded reason.
    pub reason: OrderReturnReason,
    /// The same in words.
    pub text: Option<String>,
}

/// The order of that id, read together with the others of the page; none where the caller does not see it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<Order>> {
    let found = loader::<Orders>(ctx)?.load_one(id).await;
    let found = found.map_err(|error| unshare(&error))?;
    Ok(found.map(Order::new))
}

/// The orders of these ids that the caller sees, in that order, read together with the others of the page.
pub async fn each(ctx: &Context<'_>, ids: Vec<Uuid>) -> Result<Vec<Order>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = loader::<Orders>(ctx)?.load_many(ids.iter().copied()).await;
    let mut found = found.map_err(|error| unshare(&error))?;
    let seen = ids.iter().filter_map(|id| found.remove(id));
    Ok(seen.map(Order::new).collect())
}

/// A practitioner, read together with the others of the page.
pub async fn practitioner(ctx: &Context<'_>, id: Option<Uuid>) -> Result<Option<Practitioner>> {
    let Some(id) = id else { return Ok(None) };
    let found = loader::<PractitionerLoader>(ctx)?.load_one(id).await;
    let found = found.map_err(|error| unshare(&error))?;
    Ok(found.map(Practitioner))
}

fn loader<'c, L: Send + Sync + 'static>(ctx: &Context<'c>) -> Result<&'c DataLoader<L>> {
    ctx.data_opt::<DataLoader<L>>()
        .ok_or(Error::Unauthenticated)
}
