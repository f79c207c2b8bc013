//! A referral as the API shows it. Every field is opened by hand: a new column does not publish itself.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{
        Action, CareSetting, GreenChannelGround, PaymentKind, ReferralDirection, ReferralReach,
        ReferralReason, ReferralStatus, Transport, Urgency, VisitType,
    },
    referral,
};

use super::{
    super::seen::Seen,
    action::{AvailableAction, available_actions},
    below::{department, practitioner},
    detail::{
        ClinicalSummary, Closure, Consent, Diagnosis, Handover, InsuranceFiling, ReferralReport,
        Rejection,
    },
    enclosed::Enclosed,
    event::ReferralEvent,
    related::Related,
};
use crate::{
    error::{Error, Result},
    graphql::{Connection, Reply, actor, app, refusal, reply},
    id::{self, Kind},
    named,
    network::graphql::{Department, Institution, Practitioner},
    page::PageArgs,
    patient::graphql::Patient,
    policy::View,
};

/// A referral as one actor sees it.
pub struct Referral {
    pub(super) seen: Seen,
    pub(super) view: View,
    pub(super) withheld: bool,
}

named!(Referral => "Referral");

impl Referral {
    /// The referral as the actor of the request sees it.
    pub fn new(ctx: &Context<'_>, seen: Seen) -> Result<Self> {
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let now = app.now();
        Ok(Self {
            view: seen.view(actor, now),
            withheld: seen.withholds(actor, now),
            seen,
        })
    }

    /// What was seen.
    #[must_use]
    pub const fn seen(&self) -> &Seen {
        &self.seen
    }

    pub(super) const fn row(&self) -> &referral::Model {
        &self.seen.row
    }

    /// A value that is part of the content, not of the header.
    pub(super) fn content<T>(
        &self,
        ctx: &Context<'_>,
        value: impl FnOnce(&referral::Model) -> Option<T>,
    ) -> Option<T> {
        if self.view == View::Header {
            return None;
        }
        let shown = value(self.row())?;
        // Whatever says something of the illness is detail, with or without the patient beside it.
        if let Ok(actor) = actor(ctx) {
            actor.request.disclose(
                self.row().patient_id,
                Action::ReadReferral,
                Some(self.seen.party.basis),
            );
        }
        Some(shown)
    }

    /// A value that a sensitive diagnosis withholds with it.
    pub(super) fn clinical<T>(
        &self,
        ctx: &Context<'_>,
        value: impl FnOnce(&referral::Model) -> Option<T>,
    ) -> Option<T> {
        if self.withheld {
            None
        } else {
            self.content(ctx, value)
        }
    }
}

/// A referral 双向转诊: a patient sent from one institution to another, with its answer, journey and report.
///
/// Null is, in a DRAFT, what is not filled in yet, and, where only the header is visible (`headerOnly`), everything but number,
/// parties, department, direction, status, urgency, care setting and times.
#[Object]
impl Referral {
    /// What stands beside it.
    #[graphql(flatten)]
    async fn related(&self) -> Related<'_> {
        Related(self)
    }

    /// What goes with it.
    #[graphql(flatten)]
    async fn enclosed(&self) -> Enclosed<'_> {
        Enclosed(self)
    }

    /// Id, `ref_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Referral, self.row().id).into()
    }

    /// Number for people 转诊单号: `R`, day, region, random characters and a check character.
    async fn number(&self) -> Option<&str> {
        Some(&self.row().number)
    }

    /// The id that the posting institution gave it: the sender, or the receiver as long as only that has entered it.
    async fn external_id(&self, ctx: &Context<'_>) -> Option<String> {
        self.content(ctx, |row| {
            let own = row.external_id.clone();
            own.or_else(|| row.entry_external_id.clone())
        })
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Where it stands 状态.
    async fn status(&self) -> ReferralStatus {
        self.row().status
    }

    /// Which way it goes 转诊方向; derived.
    async fn direction(&self) -> Option<ReferralDirection> {
        self.row().direction
    }

    /// How far it goes; derived.
    async fn reach(&self) -> Option<ReferralReach> {
        self.row().reach
    }

    /// How urgent it is 紧急程度.
    async fn urgency(&self) -> Option<Urgency> {
        self.row().urgency
    }

    /// Whether only the header is visible to the caller.
    async fn header_only(&self) -> bool {
        self.view == View::Header
    }

    /// Whether the receiver entered it in the sender's stead: for a partner without account, or because the patient came first.
    async fn second_hand(&self) -> bool {
        self.row().second_hand
    }

    /// Whether the patient came before the sender posted 先到后补单.
    async fn walk_in(&self) -> bool {
        self.row().walk_in
    }

    /// The patient 患者.
    async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, self.seen_patient(ctx).await)
    }

    /// The sending institution 转出机构.
    async fn sender(&self, ctx: &Context<'_>) -> async_graphql::Result<Institution> {
        let directory = app(ctx)
            .map_err(|error| refusal(ctx, &error))?
            .directory
            .now();
        Institution::find(&directory, self.row().sender_id).ok_or_else(|| {
            refusal(
                ctx,
                &Error::Internal("a sender is not in the directory".into()),
            )
        })
    }

    /// The sending department 转出科室.
    async fn sender_department(&self, ctx: &Context<'_>) -> Reply<Department> {
        reply(ctx, department(ctx, self.row().sender_department_id))
    }

    /// The receiving institution 转入机构.
    async fn receiver(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        reply(
            ctx,
            directory.map(|directory| {
                self.row()
                    .receiver_id
                    .and_then(|id| Institution::find(&directory, id))
            }),
        )
    }

    /// The sending practitioner 转诊医生.
    async fn sender_practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(
            ctx,
            practitioner(
                ctx,
                self.row()
                    .sender_practitioner_id
                    .filter(|_| self.view != View::Header),
            )
            .await,
        )
    }

    /// The sender's phone for questions about this patient.
    async fn sender_phone(&self, ctx: &Context<'_>) -> Option<String> {
        self.content(ctx, |row| row.sender_phone.clone())
    }

    /// The receiving department 转入科室.
    async fn receiver_department(&self, ctx: &Context<'_>) -> Reply<Department> {
        reply(ctx, department(ctx, self.row().receiver_department_id))
    }

    /// The receiving practitioner 接诊医生.
    async fn receiver_practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(
            ctx,
            practitioner(
                ctx,
                self.row()
                    .receiver_practitioner_id
                    .filter(|_| self.view != View::Header),
            )
            .await,
        )
    }

    /// Visit at the sender 就诊类型.
    async fn visit_type(&self, ctx: &Context<'_>) -> Option<VisitType> {
        self.content(ctx, |row| row.visit_type)
    }

    /// Care that is asked for.
    async fn care_setting(&self) -> Option<CareSetting> {
        self.row().care_setting
    }

    /// Why 转诊原因.
    async fn reason(&self, ctx: &Context<'_>) -> Option<ReferralReason> {
        self.clinical(ctx, |row| row.reason)
    }

    /// Why, in words.
    async fn reason_text(&self, ctx: &Context<'_>) -> Option<String> {
        self.clinical(ctx, |row| row.content.reason_text.clone())
    }

    /// Diagnoses 诊断, one of them principal. A sensitive one is withheld outside treatment, and says so.
    async fn diagnoses(&self, ctx: &Context<'_>) -> Option<Vec<Diagnosis>> {
        let withheld = self.withheld;
        self.content(ctx, |row| {
            Some(
                row.content
                    .diagnoses
                    .iter()
                    .map(|diagnosis| Diagnosis::of(diagnosis, withheld))
                    .collect(),
            )
        })
    }

    /// Clinical text 病情摘要.
    #[graphql(name = "clinical")]
    async fn clinical_text(&self, ctx: &Context<'_>) -> Option<ClinicalSummary> {
        self.clinical(ctx, |row| Some(ClinicalSummary::of(&row.content.clinical)))
    }

    /// Whether an infection is suspected.
    async fn suspected_infection(&self, ctx: &Context<'_>) -> Option<bool> {
        self.clinical(ctx, |row| row.suspected_infection)
    }

    /// Ground of the green channel 绿色通道.
    async fn green_channel(&self, ctx: &Context<'_>) -> Option<GreenChannelGround> {
        self.clinical(ctx, |row| row.green_channel)
    }

    /// How the patient agreed 知情同意.
    async fn consent(&self, ctx: &Context<'_>) -> Option<Consent> {
        let withheld = self.withheld;
        self.content(ctx, |row| {
            let consent = row.content.consent.as_ref();
            consent.map(|consent| Consent::of(consent, withheld))
        })
    }

    /// How the patient travels 转运方式.
    async fn transport(&self, ctx: &Context<'_>) -> Option<Transport> {
        self.content(ctx, |row| row.content.transport)
    }

    /// How it is paid 付费方式.
    async fn payment(&self, ctx: &Context<'_>) -> Option<PaymentKind> {
        self.content(ctx, |row| row.content.payment)
    }

    /// The insurer's filing 医保备案.
    async fn insurance(&self, ctx: &Context<'_>) -> Option<InsuranceFiling> {
        self.content(ctx, |row| {
            row.content.insurance.as_ref().map(InsuranceFiling::of)
        })
    }

    /// The senior doctor who assessed an outward referral.
    async fn assessor(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(
            ctx,
            practitioner(
                ctx,
                self.row().assessor_id.filter(|_| self.view != View::Header),
            )
            .await,
        )
    }

    /// What goes with a referral downward 下转资料.
    async fn handover(&self, ctx: &Context<'_>) -> Option<Handover> {
        self.clinical(ctx, |row| row.content.handover.as_ref().map(Handover::of))
    }

    /// From when it is valid.
    async fn valid_from(&self) -> Option<DateTime<Utc>> {
        self.row().valid_from
    }

    /// Until when it is valid; days end at 24:00 in Shanghai.
    async fn valid_to(&self) -> Option<DateTime<Utc>> {
        self.row().valid_to
    }

    /// When the patient is expected 预约时间.
    async fn planned_at(&self) -> Option<DateTime<Utc>> {
        self.row().planned_at
    }

    /// Why it was rejected 拒收原因.
    async fn rejection(&self, ctx: &Context<'_>) -> Option<Rejection> {
        let withheld = self.withheld;
        self.content(ctx, |row| {
            let rejection = row.rejection.as_ref();
            rejection.map(|rejection| Rejection::of(rejection, withheld))
        })
    }

    /// What a returned referral lacks 需补充资料.
    async fn missing_items(&self, ctx: &Context<'_>) -> Option<Vec<String>> {
        self.clinical(ctx, |row| {
            row.missing_items.as_ref().map(|items| items.0.clone())
        })
    }

    /// Until when the receiver is to answer; null once it has.
    async fn answer_due_at(&self) -> Option<DateTime<Utc>> {
        self.row().answer_due_at
    }

    /// Whether the time to answer has passed 超时未答复.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        app(ctx).is_ok_and(|app| self.row().answer_due_at.is_some_and(|due| due <= app.now()))
    }

    /// What the receiver reported back 回转反馈.
    async fn report(&self, ctx: &Context<'_>) -> Option<ReferralReport> {
        self.clinical(ctx, |row| {
            let report = row.report.as_ref();
            report.map(|report| ReferralReport::of(report, row.reported_at))
        })
    }

    /// How the loop was closed 闭环.
    async fn closure(&self, ctx: &Context<'_>) -> Option<Closure> {
        let withheld = self.withheld;
        self.content(ctx, |row| {
            let closure = row.closure.as_ref();
            closure.map(|closure| Closure::of(closure, withheld))
        })
    }

    /// What happened to it, the first first.
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<ReferralEvent>> {
        reply(
            ctx,
            self.timeline_page(ctx, PageArgs::forward(first, after))
                .await
                .map(Some),
        )
    }

    /// The verbs that lead out of the present status for the caller's side.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        available_actions(ctx, &self.seen).unwrap_or_default()
    }

    /// When the patient left the sender.
    async fn departed_at(&self) -> Option<DateTime<Utc>> {
        self.row().departed_at
    }

    /// When the patient arrived.
    async fn arrived_at(&self) -> Option<DateTime<Utc>> {
        self.row().arrived_at
    }

    /// When the receiver reported back.
    async fn reported_at(&self) -> Option<DateTime<Utc>> {
        self.row().reported_at
    }

    /// When it was posted.
    async fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.row().submitted_at
    }

    /// When it was first written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row().created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row().updated_at
    }
}
