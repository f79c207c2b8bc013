//! Any object by its id.

use async_graphql::{Context, ID, Interface, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use crate::{
    alliance::graphql::{Agreement, Alliance, Studio},
    app::App,
    auth::Call,
    capacity::{
        self,
        graphql::{BedPool, Slot},
    },
    centre::{
        self,
        graphql::{CatalogueItem, SharedCentre},
    },
    critical_value::{self, graphql::CriticalValue},
    dispatch::{self, graphql::Dispatch},
    error::{Error, ProblemCode, Result},
    family_doctor::{
        self,
        graphql::{FamilyDoctorContract, FamilyDoctorPackage, FamilyDoctorTeam},
        loader::{Packages, Teams},
    },
    follow_up::{self, graphql::FollowUp},
    graphql::{Reply, ask, refusal, unshare},
    id::{self, Kind},
    network::{
        graphql::{
            Community, Department, HealthCentre, Hospital, Institution, Partner, Practitioner,
            Station,
        },
        loader::PractitionerLoader,
    },
    order::{self, graphql::Order},
    patient::{self, graphql::Patient},
    policy,
    referral::{self, graphql::Referral},
    sterile::{self, graphql::Batch},
    supervision::{self, graphql::SupervisionVisit},
    training::{self, graphql::TrainingSession},
    volume::{self, graphql::VolumeReport},
};

/// How many objects can be asked for at once.
const MOST: usize = 100;

/// Whatever has an id by which it can be read again.
#[derive(Interface)]
#[expect(
    clippy::large_enum_variant,
    reason = "a node lives as long as it takes to answer it"
)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Its id: a short prefix that names the type, and 26 further characters."
))]
pub enum Node {
    /// County or district hospital.
    Hospital(Hospital),
    /// Township or community health centre.
    HealthCentre(HealthCentre),
    /// Village or community station.
    Station(Station),
    /// Outside institution.
    Partner(Partner),
    /// Community 医共体.
    Community(Community),
    /// Department.
    Department(Department),
    /// Practitioner.
    Practitioner(Practitioner),
    /// Bed pool 床位池.
    BedPool(BedPool),
    /// Slot 号源.
    Slot(Slot),
    /// Shared centre 资源共享中心.
    SharedCentre(SharedCentre),
    /// Item of a shared centre's catalogue 项目.
    CatalogueItem(CatalogueItem),
    /// Patient 患者.
    Patient(Patient),
    /// Referral 转诊.
    Referral(Referral),
    /// Follow-up 随访.
    FollowUp(FollowUp),
    /// Order 申请 to a shared centre.
    Order(Order),
    /// Critical value 危急值.
    CriticalValue(CriticalValue),
    /// Sterile batch 灭菌批次.
    Batch(Batch),
    /// Training session 实训课程.
    TrainingSession(TrainingSession),
    /// Alliance 医联体.
    Alliance(Alliance),
    /// Agreement 合作协约.
    Agreement(Agreement),
    /// Studio of a named doctor 名医工作室.
    Studio(Studio),
    /// Supervision visit 业务指导.
    SupervisionVisit(SupervisionVisit),
    /// An institution's report of a month 月度业务量.
    VolumeReport(VolumeReport),
    /// Team of family doctors 家庭医生团队.
    FamilyDoctorTeam(FamilyDoctorTeam),
    /// Service package 服务包 of family doctors.
    FamilyDoctorPackage(FamilyDoctorPackage),
    /// Family-doctor contract 签约.
    FamilyDoctorContract(FamilyDoctorContract),
    /// Dispatch of an expert 专家下派.
    Dispatch(Dispatch),
}

impl From<Institution> for Node {
    fn from(institution: Institution) -> Self {
        match institution {
            Institution::Hospital(found) => Self::Hospital(found),
            Institution::HealthCentre(found) => Self::HealthCentre(found),
            Institution::Station(found) => Self::Station(found),
            Institution::Partner(found) => Self::Partner(found),
        }
    }
}

/// Any object by its id.
#[derive(Default)]
pub struct NodeQuery;

/// Any object by its id.
#[Object]
impl NodeQuery {
    /// The object of that id; null where there is none, or none that is visible to the caller.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The object's id.")] id: ID,
    ) -> Reply<Node> {
        find(ctx, &id, "id".into()).await
    }

    /// The objects of those ids, in their order; null for each that does not exist or is not visible to the caller.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The objects' ids, at most 100.")] ids: Vec<ID>,
    ) -> async_graphql::Result<Vec<Reply<Node>>> {
        if ids.len() > MOST {
            let message = "At most 100 objects can be asked for at once.";
            let error = Error::invalid("ids", ProblemCode::TooLarge, message);
            return Err(refusal(ctx, &error));
        }
        let found = ids
            .iter()
            .enumerate()
            .map(|(place, id)| find(ctx, id, format!("ids[{place}]")));
        Ok(futures::future::join_all(found).await)
    }
}

/// The object of that id, which stands at `path` of the arguments.
pub(super) async fn find(ctx: &Context<'_>, id: &ID, path: String) -> Reply<Node> {
    let decoded = id::decode_any(id);
    let action = match decoded {
        Some((Kind::Referral, _)) => {
            let found = referral::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::Referral));
        }
        Some((Kind::FollowUp, _)) => {
            let found = follow_up::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::FollowUp));
        }
        Some((Kind::Order, _)) => {
            let found = order::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::Order));
        }
        Some((Kind::CriticalValue, _)) => {
            let found = critical_value::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::CriticalValue));
        }
        Some((Kind::Batch, _)) => {
            let found = sterile::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::Batch));
        }
        Some((Kind::SupervisionVisit, _)) => {
            let found = supervision::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::SupervisionVisit));
        }
        Some((Kind::VolumeReport, _)) => {
            let found = volume::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::VolumeReport));
        }
        Some((Kind::FamilyDoctorContract, _)) => Action::ReadFamilyDoctorContract,
        Some((Kind::Dispatch, _)) => {
            let found = dispatch::graphql::node(ctx, id).await;
            return found.map(|found| found.map(Node::Dispatch));
        }
        Some((Kind::Patient, _)) => Action::ReadPatient,
        _ => Action::ReadDirectory,
    };
    ask(ctx, action, async |app, call| {
        policy::require(call.actor, action)?;
        let (kind, id) = decoded.ok_or_else(|| {
            Error::invalid(&path, ProblemCode::Format, "Not an id of this service.")
        })?;
        let found = look_up(ctx, app, &call, kind, id, &path).await?;
        found.ok_or(Error::NotFound)
    })
    .await
}

async fn look_up(
    ctx: &Context<'_>,
    app: &App,
    call: &Call<'_>,
    kind: Kind,
    id: Uuid,
    path: &str,
) -> Result<Option<Node>> {
    let directory = app.directory.now();
    Ok(match kind {
        Kind::Institution => Institution::find(&directory, id).map(Node::from),
        Kind::Community => Community::find(&directory, id).map(Node::Community),
        Kind::Department => Department::find(&directory, id).map(Node::Department),
        Kind::Practitioner => practitioner(ctx, id).await?.map(Node::Practitioner),
        Kind::BedPool => capacity::graphql::bed_pool(ctx, id)
            .await?
            .map(Node::BedPool),
        Kind::Slot => capacity::graphql::slot(ctx, id).await?.map(Node::Slot),
        Kind::SharedCentre => SharedCentre::find(&directory, id).map(Node::SharedCentre),
        Kind::CatalogueItem => centre::graphql::item(ctx, id)
            .await?
            .map(Node::CatalogueItem),
        Kind::TrainingSession => training::graphql::session(ctx, id)
            .await?
            .map(Node::TrainingSession),
        Kind::Alliance => Alliance::find(&directory, id).map(Node::Alliance),
        Kind::Agreement => Agreement::find(&directory, id).map(Node::Agreement),
        Kind::Studio => Studio::find(&directory, id).map(Node::Studio),
        Kind::FamilyDoctorTeam => {
            let loader = loader::<Teams>(ctx)?;
            let found = loader.load_one(id).await.map_err(|fault| unshare(&fault))?;
            found.map(|row| Node::FamilyDoctorTeam(FamilyDoctorTeam(row)))
        }
        Kind::FamilyDoctorPackage => {
            let loader = loader::<Packages>(ctx)?;
            let found = loader.load_one(id).await.map_err(|fault| unshare(&fault))?;
            found.map(|row| Node::FamilyDoctorPackage(FamilyDoctorPackage(row)))
        }
        Kind::FamilyDoctorContract => family_doctor::graphql::one(ctx, id)
            .await?
            .map(Node::FamilyDoctorContract),
        Kind::Patient => {
            let seen = patient::service::read_patient(app, call.actor, id).await?;
            Some(Node::Patient(Patient::new(seen)))
        }
        _ => {
            let message = "Objects of this type are not read by their id.";
            return Err(Error::invalid(path, ProblemCode::WrongType, message));
        }
    })
}

async fn practitioner(ctx: &Context<'_>, id: Uuid) -> Result<Option<Practitioner>> {
    let loader = ctx
        .data_opt::<DataLoader<PractitionerLoader>>()
        .ok_or_else(|| Error::Internal("the request carries no loader".into()))?;
    let found = loader
        .load_one(id)
        .await
        .map_err(|fault| Error::Internal(fault.to_string()))?;
    Ok(found.map(Practitioner))
}

fn loader<'c, L: Send + Sync + 'static>(ctx: &Context<'c>) -> Result<&'c DataLoader<L>> {
    ctx.data_opt::<DataLoader<L>>()
        .ok_or_else(|| Error::Internal("the request carries no such loader".into()))
}
