//! Changing the network.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{enums::Action, institution as institution_row};
use uuid::Uuid;

use super::{
    Community, CreateCommunityInput, CreateDepartmentInput, CreateInstitutionInput,
    CreatePractitionerInput, Department, Institution, Practitioner, SetCapabilitiesInput,
    SetInstitutionStatusInput, SetReferralLimitsInput, UpdateCommunityInput, UpdateDepartmentInput,
    UpdateInstitutionInput, UpdatePractitionerInput,
};
use crate::{
    app::App,
    error::{Problems, Result},
    graphql::{Reply, operate},
    id::{self, Kind},
    network::{capability, community, department, institution, limit, practitioner, status},
    record::replay::Changed,
};

/// A community after a change.
#[derive(SimpleObject)]
pub struct CommunityPayload {
    /// The community.
    pub community: Community,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// An institution after a change.
#[derive(SimpleObject)]
pub struct InstitutionPayload {
    /// The institution.
    pub institution: Institution,
    /// What is not as it should be, though it was not refused.
    pub warnings: Vec<String>,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// An institution in its new status, and the work that is open there.
#[derive(SimpleObject)]
pub struct InstitutionStatusPayload {
    /// The institution.
    pub institution: Institution,
    /// How many open referrals it is still a side of.
    pub open_referrals: i32,
    /// The numbers of those referrals, the oldest first; at most 100.
    pub open_referral_numbers: Vec<String>,
    /// How many follow-ups 随访 it is still to do.
    pub open_follow_ups: i32,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// A department after a change.
#[derive(SimpleObject)]
pub struct DepartmentPayload {
    /// The department.
    pub department: Department,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// A practitioner after a change.
#[derive(SimpleObject)]
pub struct PractitionerPayload {
    /// The practitioner.
    pub practitioner: Practitioner,
    /// Whether nothing was changed because the same call had been made before.
    pub replayed: bool,
}

/// Changing the network.
#[derive(Default)]
pub struct NetworkMutation;

/// Changing the network.
#[Object]
impl NetworkMutation {
    /// Registers a community 医共体. For `COMMUNITY_MANAGER` (in its own district) and `SYSTEM_ADMIN`.
    async fn create_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community.")] input: CreateCommunityInput,
    ) -> Reply<CommunityPayload> {
        operate(ctx, Action::CreateCommunity, async |app, call| {
            let changed = community::create(app, &call, input.draft()).await?;
            Ok(community_payload(changed))
        })
        .await
    }

    /// Changes a community 医共体. For its `COMMUNITY_MANAGER` and `SYSTEM_ADMIN`.
    async fn update_community(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateCommunityInput,
    ) -> Reply<CommunityPayload> {
        operate(ctx, Action::UpdateCommunity, async |app, call| {
            let id = read(Kind::Community, &input.id, "input.id")?;
            let version = input.version;
            let changed = community::update(app, &call, id, version, input.draft()).await?;
            Ok(community_payload(changed))
        })
        .await
    }

    /// Sets how long the receivers of a community 医共体 may take to answer a referral 答复时限; what is open keeps the time that it was given.
    /// For its `COMMUNITY_MANAGER` and `SYSTEM_ADMIN`.
    async fn set_referral_limits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: SetReferralLimitsInput,
    ) -> Reply<CommunityPayload> {
        operate(ctx, Action::SetReferralLimits, async |app, call| {
            let id = read(Kind::Community, &input.community, "input.community")?;
            let version = input.version;
            let changed = limit::set(app, &call, id, version, input.limits()).await?;
            Ok(community_payload(changed))
        })
        .await
    }

    /// Registers an institution 医疗机构. For the `COMMUNITY_MANAGER` of its community and `SYSTEM_ADMIN`.
    async fn create_institution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The institution.")] input: CreateInstitutionInput,
    ) -> Reply<InstitutionPayload> {
        operate(ctx, Action::CreateInstitution, async |app, call| {
            let changed = institution::create(app, &call, input.draft()).await?;
            Ok(institution_payload(app, changed))
        })
        .await
    }

    /// Changes an institution 医疗机构. For its `INSTITUTION_ADMIN` (a health centre's: its stations too), the `COMMUNITY_MANAGER` of its community
    /// and `SYSTEM_ADMIN`; code, community and managing health centre for the latter two.
    async fn update_institution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateInstitutionInput,
    ) -> Reply<InstitutionPayload> {
        operate(ctx, Action::UpdateInstitution, async |app, call| {
            let id = read(Kind::Institution, &input.id, "input.id")?;
            let version = input.version;
            let changed = institution::update(app, &call, id, version, input.draft()).await?;
            Ok(institution_payload(app, changed))
        })
        .await
    }

    /// Changes whether an institution operates. Only OPERATING ones take part in new referrals; verbs on open ones go on.
    async fn set_institution_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new status.")] input: SetInstitutionStatusInput,
    ) -> Reply<InstitutionStatusPayload> {
        operate(ctx, Action::SetInstitutionStatus, async |app, call| {
            let mut problems = Problems::default();
            let id = problems.take(read(Kind::Institution, &input.id, "input.id"))?;
            let since = input.since;
            let since = since.and_then(|day| day.day("input.since", &mut problems));
            problems.finish()?;
            let (id, version) = (id.unwrap_or_default(), input.version);
            let status = input.status;
            let changed = status::set_status(app, &call, id, version, status, since).await?;
            let standing = changed.object;
            Ok(InstitutionStatusPayload {
                institution: Arc::new(standing.institution).into(),
                open_referrals: i32::try_from(standing.open.referrals).unwrap_or(i32::MAX),
                open_referral_numbers: standing.open.numbers,
                open_follow_ups: i32::try_from(standing.open_follow_ups).unwrap_or(i32::MAX),
                replayed: changed.replayed,
            })
        })
        .await
    }

    /// Sets what an institution can treat 诊疗病种; the list replaces the former. Health centres of classes I and II are expected to list 50
    /// categories, of class III 30: fewer are warned about.
    async fn set_capabilities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The categories.")] input: SetCapabilitiesInput,
    ) -> Reply<InstitutionPayload> {
        operate(ctx, Action::SetCapabilities, async |app, call| {
            let id = read(Kind::Institution, &input.institution, "input.institution")?;
            let (version, categories) = (input.version, input.categories);
            let changed = capability::set_capabilities(app, &call, id, version, categories).await?;
            Ok(institution_payload(app, changed))
        })
        .await
    }

    /// Registers a department 科室 of an institution.
    async fn create_department(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The department.")] input: CreateDepartmentInput,
    ) -> Reply<DepartmentPayload> {
        operate(ctx, Action::CreateDepartment, async |app, call| {
            let home = read(Kind::Institution, &input.institution, "input.institution")?;
            let changed = department::create(app, &call, home, input.draft()).await?;
            Ok(department_payload(changed))
        })
        .await
    }

    /// Changes a department 科室.
    async fn update_department(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdateDepartmentInput,
    ) -> Reply<DepartmentPayload> {
        operate(ctx, Action::UpdateDepartment, async |app, call| {
            let id = read(Kind::Department, &input.id, "input.id")?;
            let version = input.version;
            let changed = department::update(app, &call, id, version, input.draft()).await?;
            Ok(department_payload(changed))
        })
        .await
    }

    /// Registers a practitioner 医务人员 of an institution.
    async fn create_practitioner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The practitioner.")] input: CreatePractitionerInput,
    ) -> Reply<PractitionerPayload> {
        operate(ctx, Action::CreatePractitioner, async |app, call| {
            let home = read(Kind::Institution, &input.institution, "input.institution")?;
            let changed = practitioner::create(app, &call, home, input.draft()).await?;
            Ok(practitioner_payload(changed))
        })
        .await
    }

    /// Changes a practitioner 医务人员.
    async fn update_practitioner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What shall be different.")] input: UpdatePractitionerInput,
    ) -> Reply<PractitionerPayload> {
        operate(ctx, Action::UpdatePractitioner, async |app, call| {
            let id = read(Kind::Practitioner, &input.id, "input.id")?;
            let version = input.version;
            let changed = practitioner::update(app, &call, id, version, input.draft()).await?;
            Ok(practitioner_payload(changed))
        })
        .await
    }
}

fn read(kind: Kind, text: &ID, path: &str) -> Result<Uuid> {
    id::decode(kind, text, path)
}

fn community_payload(changed: Changed<entity::community::Model>) -> CommunityPayload {
    CommunityPayload {
        community: Community(Arc::new(changed.object)),
        replayed: changed.replayed,
    }
}

fn institution_payload(app: &App, changed: Changed<institution_row::Model>) -> InstitutionPayload {
    let row = changed.object;
    let listed = app
        .directory
        .now()
        .capabilities
        .get(&row.id)
        .map_or(0, std::collections::HashSet::len);
    let few = capability::expected(&row, listed).map(|expected| {
        format!(
            "{listed} ICD-10 categories are listed; at least {expected} are expected of its class."
        )
    });
    InstitutionPayload {
        institution: Arc::new(row).into(),
        warnings: few.into_iter().collect(),
        replayed: changed.replayed,
    }
}

fn department_payload(changed: Changed<entity::department::Model>) -> DepartmentPayload {
    DepartmentPayload {
        department: Department(Arc::new(changed.object)),
        replayed: changed.replayed,
    }
}

fn practitioner_payload(changed: Changed<entity::practitioner::Model>) -> PractitionerPayload {
    PractitionerPayload {
        practitioner: Practitioner::from(changed.object),
        replayed: changed.replayed,
    }
}
