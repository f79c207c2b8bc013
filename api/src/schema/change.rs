//! The feed in the API: parse, call one service function, wrap.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::enums::{Action, SubjectKind};

use super::Node;
use crate::{
    alliance::graphql::{Agreement, Alliance, Studio},
    capacity,
    centre::graphql::SharedCentre,
    critical_value, dispatch,
    error::{Error, Problems, Result},
    family_doctor::{self, graphql::FamilyDoctorTeam, loader::Teams},
    follow_up::{self, graphql::FollowUp},
    graphql::{Connection, Count, Reply, actor, app, ask, reply, unshare},
    named,
    network::{
        graphql::{Community, Institution, Practitioner},
        loader::PractitionerLoader,
    },
    order,
    page::{DEFAULT_ROWS, PageArgs, Window},
    patient::{graphql::Patient, loader::PatientLoader},
    policy,
    record::changes,
    referral::{graphql::Referral, loader::ById},
    sterile, supervision, training, volume,
};

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChangeKind {
    /// A referral 转诊.
    Referral,
    /// A patient 患者.
    Patient,
    /// A follow-up 随访.
    FollowUp,
    /// An institution, with its departments and what it can treat.
    Institution,
    /// A practitioner.
    Practitioner,
    /// A community 医共体.
    Community,
    /// A bed pool 床位池.
    BedPool,
    /// A slot 号源.
    Slot,
    /// A shared centre 资源共享中心, with its catalogue.
    SharedCentre,
    /// An order 申请 to a shared centre.
    Order,
    /// A critical value 危急值.
    CriticalValue,
    /// A sterile batch 灭菌批次.
    Batch,
    /// A training session 实训课程.
    TrainingSession,
    /// An alliance 医联体, with its members.
    Alliance,
    /// An agreement 合作协约.
    Agreement,
    /// A studio of a named doctor 名医工作室.
    Studio,
    /// A supervision visit 业务指导.
    SupervisionVisit,
    /// An institution's report of a month 月度业务量.
    VolumeReport,
    /// A team of family doctors 家庭医生团队.
    FamilyDoctorTeam,
    /// A contract 签约 with family doctors.
    FamilyDoctorContract,
    /// A dispatch of an expert 专家下派.
    Dispatch,
}

impl ChangeKind {
    const fn subject(self) -> SubjectKind {
        match self {
            Self::Referral => SubjectKind::Referral,
            Self::Patient => SubjectKind::Patient,
            Self::FollowUp => SubjectKind::FollowUp,
            Self::Institution => SubjectKind::Institution,
            Self::Practitioner => SubjectKind::Practitioner,
            Self::Community => SubjectKind::Community,
            Self::BedPool => SubjectKind::BedPool,
            Self::Slot => SubjectKind::Slot,
            Self::SharedCentre => SubjectKind::SharedCentre,
            Self::Order => SubjectKind::Order,
            Self::CriticalValue => SubjectKind::CriticalValue,
            Self::Batch => SubjectKind::Batch,
            Self::TrainingSession => SubjectKind::TrainingSession,
            Self::Alliance => SubjectKind::Alliance,
            Self::Agreement => SubjectKind::Agreement,
            Self::Studio => SubjectKind::Studio,
            Self::SupervisionVisit => SubjectKind::SupervisionVisit,
            Self::VolumeReport => SubjectKind::VolumeReport,
            Self::FamilyDoctorTeam => SubjectKind::FamilyDoctorTeam,
            Self::FamilyDoctorContract => SubjectKind::FamilyDoctorContract,
            Self::Dispatch => SubjectKind::Dispatch,
        }
    }

    /// The kind of a change; none of one that nobody follows.
    const fn of(subject: SubjectKind) -> Option<Self> {
        Some(match subject {
            SubjectKind::Referral => Self::Referral,
            SubjectKind::Patient => Self::Patient,
            SubjectKind::FollowUp => Self::FollowUp,
            SubjectKind::Institution => Self::Institution,
            SubjectKind::Practitioner => Self::Practitioner,
            SubjectKind::Community => Self::Community,
            SubjectKind::BedPool => Self::BedPool,
            SubjectKind::Slot => Self::Slot,
            SubjectKind::SharedCentre => Self::SharedCentre,
            SubjectKind::Order => Self::Order,
            SubjectKind::CriticalValue => Self::CriticalValue,
            SubjectKind::Batch => Self::Batch,
            SubjectKind::TrainingSession => Self::TrainingSession,
            SubjectKind::Alliance => Self::Alliance,
            SubjectKind::Agreement => Self::Agreement,
            SubjectKind::Studio => Self::Studio,
            SubjectKind::SupervisionVisit => Self::SupervisionVisit,
            SubjectKind::VolumeReport => Self::VolumeReport,
            SubjectKind::FamilyDoctorTeam => Self::FamilyDoctorTeam,
            SubjectKind::FamilyDoctorContract => Self::FamilyDoctorContract,
            SubjectKind::Dispatch => Self::Dispatch,
            SubjectKind::Account
            | SubjectKind::SigningKey
            | SubjectKind::File
            | SubjectKind::FamilyDoctorPackage => return None,
        })
    }
}

/// The feed.
#[derive(Default)]
pub struct ChangeQuery;

/// The feed.
#[Object]
impl ChangeQuery {
    /// What happened to whatever the caller's scope could see when it happened, in the order that everybody sees: each change once and
    /// without gaps. This is how a system synchronises: keep the id of the last change, ask for what came after it, read again what it is
    /// about. Referrals go to their sides, to the managing health centres and communities and to whoever keeps the header; patients to who
    /// registered them; an institution, with what belongs to it, to itself, its managing health centre and its community (read the rest of
    /// the directory whole). The subscription `changes` tells the same as it happens.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this change, an id of one; at the oldest kept where left out."
        )]
        after: Option<String>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Only of these kinds.")] kinds: Option<Vec<ChangeKind>>,
    ) -> Reply<Connection<Change>> {
        ask(ctx, Action::ReadChanges, |app, call| async move {
            let mut problems = Problems::default();
            let window = Window::parse(&PageArgs::forward(first, None), "FEED");
            let window = problems.take(window)?;
            let after = problems.take(changes::place(after.as_deref()))?;
            problems.finish()?;
            let kinds: Option<Vec<_>> = kinds.map(|kinds| {
                kinds
                    .into_iter()
                    .map(ChangeKind::subject)
                    .collect::<Vec<_>>()
            });
            let rows = window.map_or(DEFAULT_ROWS, |window| window.rows);
            let after = after.unwrap_or_default();
            let found = changes::read(app, call.actor, kinds.as_deref(), after, rows).await?;
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: Count = Arc::new(move || {
                let (app, actor, kinds) = (app.clone(), actor.clone(), kinds.clone());
                Box::pin(async move { changes::count(&app, &actor, kinds.as_deref()).await })
            });
            let rows = found.map(|change| (change.id(), Change(Arc::new(change))));
            Ok(Connection::new(rows, count))
        })
        .await
    }
}

named!(Change => "Change");

/// Something that happened.
pub struct Change(pub(super) Arc<changes::Change>);

/// Something that happened: what, to what, and where that stood after it. Read the subject for what it is like now.
#[Object]
impl Change {
    /// Its id and its cursor: give it as `after` to go on from here.
    async fn id(&self) -> ID {
        self.0.id().into()
    }

    /// What it is about.
    async fn kind(&self) -> async_graphql::Result<ChangeKind> {
        ChangeKind::of(self.0.subject_kind).ok_or_else(|| "a change that nobody follows".into())
    }

    /// What happened.
    async fn action(&self) -> Action {
        self.0.action
    }

    /// The subject's version after it.
    async fn version(&self) -> Option<i32> {
        Some(self.0.version)
    }

    /// The subject's status after it, where it has one.
    async fn status(&self) -> Option<&str> {
        self.0.status.as_deref()
    }

    /// What it happened to, as it is now; null where the caller does not see it any more.
    async fn subject(&self, ctx: &Context<'_>) -> Reply<Node> {
        reply(ctx, self.read_subject(ctx).await)
    }

    /// The institution that did it.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        reply(
            ctx,
            directory.map(|directory| {
                let id = self.0.institution_id?;
                Institution::find(&directory, id)
            }),
        )
    }

    /// When it happened.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.0.occurred_at
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

impl Change {
    /// Subjects of a page are read together, as the caller sees them.
    async fn read_subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        let (app, actor) = (app(ctx)?, actor(ctx)?);
        let id = self.0.subject_id;
        let directory = app.directory.now();
        Ok(match self.0.subject_kind {
            SubjectKind::Referral => {
                let loader = loader::<ById>(ctx)?;
                let seen = loader.load_one(id).await.map_err(|fault| unshare(&fault))?;
                let found = seen.map(|seen| Referral::new(ctx, seen)).transpose()?;
                found.map(Node::Referral)
            }
            SubjectKind::Patient => {
                let Some(scope) = actor.scope.id() else {
                    return Ok(None);
                };
                policy::require(actor, Action::ReadPatient)?;
                let loader = loader::<PatientLoader>(ctx)?;
                let seen = loader.load_one((scope, id)).await;
                let seen = seen.map_err(|fault| unshare(&fault))?;
                if let Some(seen) = &seen {
                    seen.disclose(actor, Action::ReadPatient);
                }
                seen.map(|seen| Node::Patient(Patient::new(seen)))
            }
            SubjectKind::Institution => Institution::find(&directory, id).map(Node::from),
            SubjectKind::Community => Community::find(&directory, id).map(Node::Community),
            SubjectKind::Practitioner => {
                let loader = loader::<PractitionerLoader>(ctx)?;
                let found = loader.load_one(id).await.map_err(|fault| unshare(&fault))?;
                found.map(|row| Node::Practitioner(Practitioner(row)))
            }
            SubjectKind::BedPool => capacity::graphql::bed_pool(ctx, id)
                .await?
                .map(Node::BedPool),
            SubjectKind::Slot => capacity::graphql::slot(ctx, id).await?.map(Node::Slot),
            SubjectKind::FollowUp => {
                let call = actor.at("");
                match follow_up::service::follow_up(app, &call, id).await {
                    Ok(found) => Some(Node::FollowUp(FollowUp::new(found))),
                    Err(Error::NotFound) => None,
                    Err(error) => return Err(error),
                }
            }
            SubjectKind::Order => order::graphql::one(ctx, id).await?.map(Node::Order),
            SubjectKind::SharedCentre => SharedCentre::find(&directory, id).map(Node::SharedCentre),
            SubjectKind::CriticalValue => critical_value::graphql::one(ctx, id)
                .await?
                .map(Node::CriticalValue),
            SubjectKind::Batch => sterile::graphql::one(ctx, id).await?.map(Node::Batch),
            SubjectKind::TrainingSession => training::graphql::session(ctx, id)
                .await?
                .map(Node::TrainingSession),
            SubjectKind::Alliance => Alliance::find(&directory, id).map(Node::Alliance),
            SubjectKind::Agreement => Agreement::find(&directory, id).map(Node::Agreement),
            SubjectKind::Studio => Studio::find(&directory, id).map(Node::Studio),
            SubjectKind::SupervisionVisit => supervision::graphql::one(ctx, id)
                .await?
                .map(Node::SupervisionVisit),
            SubjectKind::VolumeReport => {
                volume::graphql::one(ctx, id).await?.map(Node::VolumeReport)
            }
            SubjectKind::FamilyDoctorTeam => {
                let loader = loader::<Teams>(ctx)?;
                let found = loader.load_one(id).await.map_err(|fault| unshare(&fault))?;
                found.map(|row| Node::FamilyDoctorTeam(FamilyDoctorTeam(row)))
            }
            SubjectKind::FamilyDoctorContract => family_doctor::graphql::one(ctx, id)
                .await?
                .map(Node::FamilyDoctorContract),
            SubjectKind::Dispatch => dispatch::graphql::one(ctx, id).await?.map(Node::Dispatch),
            SubjectKind::Account
            | SubjectKind::SigningKey
            | SubjectKind::File
            | SubjectKind::FamilyDoctorPackage => None,
        })
    }
}

fn loader<'c, L: Send + Sync + 'static>(ctx: &Context<'c>) -> Result<&'c DataLoader<L>> {
    ctx.data_opt::<DataLoader<L>>()
        .ok_or_else(|| Error::Internal("the request carries no such loader".into()))
}
