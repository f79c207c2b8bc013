//! The verbs of family doctors: parse, call one service function, wrap.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, family_package, family_team};

use super::{
    super::{package, seen::Seen, service, team},
    FamilyDoctorContract, FamilyDoctorPackage, FamilyDoctorTeam,
    input::{
        CreateFamilyDoctorPackageInput, CreateFamilyDoctorTeamInput, EndFamilyDoctorContractInput,
        MoveFamilyDoctorContractInput, RenewFamilyDoctorContractInput,
        SignFamilyDoctorContractInput, UpdateFamilyDoctorPackageInput, UpdateFamilyDoctorTeamInput,
    },
};
use crate::{
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// A team of family doctors after a change.
#[derive(SimpleObject)]
pub struct FamilyDoctorTeamPayload {
    /// The team as it is now.
    pub team: FamilyDoctorTeam,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<family_team::Model>> for FamilyDoctorTeamPayload {
    fn from(changed: Changed<family_team::Model>) -> Self {
        Self {
            team: FamilyDoctorTeam(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// A service package after a change.
#[derive(SimpleObject)]
pub struct FamilyDoctorPackagePayload {
    /// The package as it is now.
    pub package: FamilyDoctorPackage,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<family_package::Model>> for FamilyDoctorPackagePayload {
    fn from(changed: Changed<family_package::Model>) -> Self {
        Self {
            package: FamilyDoctorPackage(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// A family-doctor contract after a change.
#[derive(SimpleObject)]
pub struct FamilyDoctorContractPayload {
    /// The contract as it is now; of one that was moved, the contract with the team that took over.
    pub contract: FamilyDoctorContract,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

impl From<Changed<Seen>> for FamilyDoctorContractPayload {
    fn from(changed: Changed<Seen>) -> Self {
        Self {
            contract: FamilyDoctorContract::new(changed.object),
            replayed: changed.replayed,
        }
    }
}

/// The verbs of family doctors.
#[derive(Default)]
pub struct FamilyDoctorMutation;

/// The verbs of family doctors.
#[Object]
impl FamilyDoctorMutation {
    /// Set up a team of family doctors 家庭医生团队 (`COORDINATOR` and `INSTITUTION_ADMIN` of the health centre). Its members' accounts act for it from
    /// now on, in a scope of its own (`switchScope`).
    async fn create_family_doctor_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team.")] input: CreateFamilyDoctorTeamInput,
    ) -> Reply<FamilyDoctorTeamPayload> {
        operate(ctx, Action::CreateFamilyDoctorTeam, async |app, call| {
            Ok(team::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Change a team of family doctors, or who belongs to it; or dissolve it (`COORDINATOR` and `INSTITUTION_ADMIN` of the health centre). Whoever
    /// leaves sees nothing of its patients any more.
    async fn update_family_doctor_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateFamilyDoctorTeamInput,
    ) -> Reply<FamilyDoctorTeamPayload> {
        operate(ctx, Action::UpdateFamilyDoctorTeam, async |app, call| {
            let (id, version, change) = input.parse()?;
            let changed = team::update(app, &call, id, version, change).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Offer a service package 服务包 (`COORDINATOR` and `INSTITUTION_ADMIN` of the health centre).
    async fn create_family_doctor_package(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The package.")] input: CreateFamilyDoctorPackageInput,
    ) -> Reply<FamilyDoctorPackagePayload> {
        operate(ctx, Action::CreateFamilyDoctorPackage, async |app, call| {
            Ok(package::create(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Change a service package 服务包, or offer it no longer (`COORDINATOR` and `INSTITUTION_ADMIN` of the health centre).
    async fn update_family_doctor_package(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateFamilyDoctorPackageInput,
    ) -> Reply<FamilyDoctorPackagePayload> {
        operate(ctx, Action::UpdateFamilyDoctorPackage, async |app, call| {
            let (id, version, change) = input.parse()?;
            let changed = package::update(app, &call, id, version, change).await?;
            Ok(changed.into())
        })
        .await
    }

    /// Sign a patient with a team of family doctors 签约 (the team's health centre, or a station that it manages). One contract of a patient runs at a
    /// time: DUPLICATE names it to whoever sees it. From now on the team treats the patient: it sees the open referrals and the follow-ups.
    async fn sign_family_doctor_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, with whom, for what and how long.")]
        input: SignFamilyDoctorContractInput,
    ) -> Reply<FamilyDoctorContractPayload> {
        operate(ctx, Action::SignFamilyDoctorContract, async |app, call| {
            Ok(service::sign(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Let a family-doctor contract run longer 续签 (the team's health centre, or the station that signed it).
    async fn renew_family_doctor_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and until when.")] input: RenewFamilyDoctorContractInput,
    ) -> Reply<FamilyDoctorContractPayload> {
        operate(ctx, Action::RenewFamilyDoctorContract, async |app, call| {
            Ok(service::renew(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// Move a family-doctor contract to another team 转签 (the health centre of the team that has it). The contract ends as TRANSFERRED and another goes
    /// on from it, with which this answers. The team before sees nothing of the patient any more; what it was to follow up goes along.
    async fn move_family_doctor_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and to which team.")] input: MoveFamilyDoctorContractInput,
    ) -> Reply<FamilyDoctorContractPayload> {
        operate(ctx, Action::MoveFamilyDoctorContract, async |app, call| {
            Ok(service::move_to(app, &call, input.parse()?).await?.into())
        })
        .await
    }

    /// End a family-doctor contract before its last day 解约 (the team's health centre, or the station that signed it). The team sees nothing of the
    /// patient any more; what it was to follow up is left to the institution.
    async fn end_family_doctor_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: EndFamilyDoctorContractInput,
    ) -> Reply<FamilyDoctorContractPayload> {
        operate(ctx, Action::EndFamilyDoctorContract, async |app, call| {
            Ok(service::end(app, &call, input.parse()?).await?.into())
        })
        .await
    }
}
