//! Teams, packages and contracts as the API shows them. Every field is opened by hand: a new column does not publish itself.

use std::collections::HashSet;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, ContractEnd, ContractStatus, Tier},
    family_contract, family_member, family_package, family_team,
};

use super::{
    super::{
        count::{TIERS, is_complete},
        loader::{Members, SignedWith},
        seen::Seen,
        turn::VERBS,
    },
    query,
};
use crate::{
    error::{ErrorCode, Result},
    graphql::{Reply, actor, app, load, refusal, reply},
    id::{self, Kind},
    named,
    network::{
        graphql::{Institution, Practitioner},
        loader::PractitionerLoader,
    },
    patient::{graphql::Patient, loader::PatientLoader},
    policy,
    referral::graphql::AvailableAction,
    scalar::Date,
};

/// A team of family doctors 家庭医生团队.
pub struct FamilyDoctorTeam(pub family_team::Model);

/// A member of a team of family doctors.
pub struct FamilyDoctorMember(family_member::Model);

/// A service package 服务包.
pub struct FamilyDoctorPackage(pub family_package::Model);

/// A family-doctor contract 签约, as one actor sees it.
pub struct FamilyDoctorContract {
    seen: Seen,
}

named!(
    FamilyDoctorTeam => "FamilyDoctorTeam",
    FamilyDoctorPackage => "FamilyDoctorPackage",
    FamilyDoctorContract => "FamilyDoctorContract"
);

impl FamilyDoctorTeam {
    async fn seen_members(&self, ctx: &Context<'_>) -> Result<Vec<family_member::Model>> {
        let found = load::<Members, _>(ctx, self.0.id).await?;
        Ok(found.unwrap_or_default())
    }

    async fn tiers(&self, ctx: &Context<'_>) -> async_graphql::Result<HashSet<Tier>> {
        let members = self.seen_members(ctx).await;
        let members = members.map_err(|error| refusal(ctx, &error))?;
        Ok(members.into_iter().map(|member| member.tier).collect())
    }

    async fn count_signed(&self, ctx: &Context<'_>) -> Result<i32> {
        let found = load::<SignedWith, _>(ctx, self.0.id).await?.unwrap_or(0);
        Ok(i32::try_from(found).unwrap_or(i32::MAX))
    }
}

/// A team of family doctors 家庭医生团队 of a health centre: a specialist of a hospital, a general practitioner of the health centre and a health
/// worker of a station (1+1+1).
#[Object]
impl FamilyDoctorTeam {
    /// Id, `fdt_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::FamilyDoctorTeam, self.0.id).into()
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The health centre 签约机构.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let id = self.0.institution_id;
        reply(
            ctx,
            directory.map(|directory| Institution::find(&directory, id)),
        )
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The phone under which its patients reach it.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Whether it takes patients; false once it was dissolved.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Who belongs to it now, the leader first, then from the hospital down; at most 20.
    async fn members(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FamilyDoctorMember>> {
        let members = self.seen_members(ctx).await;
        let members = members.map_err(|error| refusal(ctx, &error))?;
        Ok(members.into_iter().map(FamilyDoctorMember).collect())
    }

    /// Whether each tier has a member 1+1+1 完整.
    async fn complete(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        Ok(is_complete(&self.tiers(ctx).await?))
    }

    /// The tiers that have none.
    async fn missing_tiers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Tier>> {
        let tiers = self.tiers(ctx).await?;
        let missing = TIERS.into_iter().filter(|tier| !tiers.contains(tier));
        Ok(missing.collect())
    }

    /// How many patients have a running contract with it 签约人数.
    async fn signed(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let signed = self.count_signed(ctx).await;
        signed.map_err(|error| refusal(ctx, &error))
    }

    /// When it was set up.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// A member of a team of family doctors.
#[Object]
impl FamilyDoctorMember {
    /// Who.
    async fn practitioner(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        let found = load::<PractitionerLoader, _>(ctx, self.0.practitioner_id).await;
        reply(ctx, found.map(|found| found.map(Practitioner)))
    }

    /// Where they work.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let id = self.0.institution_id;
        reply(
            ctx,
            directory.map(|directory| Institution::find(&directory, id)),
        )
    }

    /// Which of the three they are.
    async fn tier(&self) -> Tier {
        self.0.tier
    }

    /// Whether they lead the team 队长.
    async fn leader(&self) -> bool {
        self.0.leader
    }

    /// Since when.
    async fn since(&self) -> DateTime<Utc> {
        self.0.since
    }
}

/// A service package 服务包 that family doctors sign with their patients.
#[Object]
impl FamilyDoctorPackage {
    /// Id, `fdp_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::FamilyDoctorPackage, self.0.id).into()
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The health centre that offers it.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let id = self.0.institution_id;
        reply(
            ctx,
            directory.map(|directory| Institution::find(&directory, id)),
        )
    }

    /// Its code, unique there.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it covers 服务内容.
    async fn content(&self) -> &str {
        &self.0.content
    }

    /// What it costs a year, in fen 分.
    async fn fee(&self) -> i32 {
        self.0.fee
    }

    /// Whether it can be signed.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// When it was first offered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

impl FamilyDoctorContract {
    /// What was seen.
    #[must_use]
    pub const fn new(seen: Seen) -> Self {
        Self { seen }
    }

    const fn row(&self) -> &family_contract::Model {
        &self.seen.row
    }

    async fn seen_patient(&self, ctx: &Context<'_>) -> Result<Option<Patient>> {
        let actor = actor(ctx)?;
        let reads = policy::require(actor, Action::ReadPatient).is_ok();
        let Some(scope) = actor.scope.id().filter(|_| reads) else {
            return Ok(None);
        };
        let seen = load::<PatientLoader, _>(ctx, (scope, self.row().patient_id)).await?;
        if let Some(seen) = &seen {
            seen.disclose(actor, Action::ReadFamilyDoctorContract);
        }
        Ok(seen.map(Patient::new))
    }

    fn actions(&self, ctx: &Context<'_>) -> Result<Vec<AvailableAction>> {
        let actor = actor(ctx)?;
        let running = self.row().status == ContractStatus::Running;
        let visible = self.seen.party.is_some() && running;
        let own = VERBS.into_iter().filter(|action| {
            visible && policy::contract_verb(actor, self.row(), *action).is_some()
        });
        let list = own.map(|action| {
            let allowed = policy::permits(&actor.roles, action);
            let requires: &[&str] = match action {
                Action::RenewFamilyDoctorContract => &["endsOn"],
                Action::MoveFamilyDoctorContract => &["team"],
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

/// A contract 签约 of a patient with a team of family doctors. While it runs the team treats the patient.
#[Object]
impl FamilyDoctorContract {
    /// Id, `fdc_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::FamilyDoctorContract, self.row().id).into()
    }

    /// Version; every verb takes the one that its caller saw, and makes it one more.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Where it stands 状态.
    async fn status(&self) -> ContractStatus {
        self.row().status
    }

    /// The team 家庭医生团队.
    async fn team(&self, ctx: &Context<'_>) -> Reply<FamilyDoctorTeam> {
        query::team(ctx, self.row().team_id).await
    }

    /// The patient; null where the caller sees nothing of the patient now.
    async fn patient(&self, ctx: &Context<'_>) -> Reply<Patient> {
        reply(ctx, self.seen_patient(ctx).await)
    }

    /// The service package 服务包.
    async fn package(&self, ctx: &Context<'_>) -> Reply<FamilyDoctorPackage> {
        query::package(ctx, self.row().package_id).await
    }

    /// The institution that signed it: the team's health centre, or a station that it manages.
    async fn signed_by(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let id = self.row().signed_by_id;
        reply(
            ctx,
            directory.map(|directory| Institution::find(&directory, id)),
        )
    }

    /// Its first day 签约日期.
    async fn starts_on(&self) -> Date {
        self.row().starts_on.into()
    }

    /// Its last day 到期日期.
    async fn ends_on(&self) -> Date {
        self.row().ends_on.into()
    }

    /// When it ended; null while it runs.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        let ended = self.row().status == ContractStatus::Ended;
        ended.then_some(self.row().until)
    }

    /// Why it ended 终止原因.
    async fn end_reason(&self) -> Option<ContractEnd> {
        self.row().end_reason
    }

    /// In words, to whoever has to do with the contract.
    async fn note(&self) -> Option<&str> {
        let note = self.row().note.as_deref();
        note.filter(|_| self.seen.party.is_some())
    }

    /// The contract with another team that it goes on from; null where the caller does not see that.
    async fn previous(&self, ctx: &Context<'_>) -> Reply<Self> {
        let id = self.row().previous_id?;
        query::contract(ctx, id).await
    }

    /// The verbs that lead out of the present status for the caller.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<AvailableAction> {
        self.actions(ctx).unwrap_or_default()
    }

    /// When it was signed.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row().created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row().updated_at
    }
}
