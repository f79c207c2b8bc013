//! Reading teams, packages and contracts.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    super::{
        list::{self, NAME, SIGNED},
        loader::{OfPatients, Packages, Teams},
        seen::{self, Seen},
    },
    FamilyDoctorContract, FamilyDoctorPackage, FamilyDoctorTeam,
    input::{FamilyDoctorContractFilter, FamilyDoctorTeamFilter},
};
use crate::{
    error::Result,
    graphql::{Connection, Count, Reply, actor, app, ask, load, reply},
    id::{self, Kind},
    page::{PageArgs, Window},
    policy,
};

/// Reading teams, packages and contracts.
#[derive(Default)]
pub struct FamilyDoctorQuery;

/// Reading teams, packages and contracts.
#[Object]
impl FamilyDoctorQuery {
    /// Teams of family doctors 家庭医生团队, by name.
    async fn family_doctor_teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<FamilyDoctorTeamFilter>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<FamilyDoctorTeam>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), NAME)?;
            let query = filter.unwrap_or_default().parse()?;
            let slice = query.list(app, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, FamilyDoctorTeam(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let (app, query) = (app.clone(), query.clone());
                Box::pin(async move { query.count(&app).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }

    /// Service packages 服务包 of family doctors, by code.
    async fn family_doctor_packages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this health centre.")] institution: Option<ID>,
        #[graphql(desc = "Whether they can be signed.")] active: Option<bool>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<FamilyDoctorPackage>> {
        ask(ctx, Action::ReadDirectory, async |app, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            let window = Window::parse(&PageArgs::forward(first, after), NAME)?;
            let institution = institution
                .map(|given| id::decode(Kind::Institution, &given, "institution"))
                .transpose()?;
            let slice = list::packages(app, institution, active, &window).await?;
            let slice = slice.map(|(cursor, row)| (cursor, FamilyDoctorPackage(row)));
            let app = app.clone();
            let count: Count = Arc::new(move || {
                let app = app.clone();
                Box::pin(async move { list::count_packages(&app, institution, active).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }

    /// The family-doctor contracts 签约 that the caller's scope sees, the latest signed first: a health centre those of its teams, a station those that
    /// it signed, ended ones included; a team its running ones.
    async fn family_doctor_contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<
            FamilyDoctorContractFilter,
        >,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<FamilyDoctorContract>> {
        ask(ctx, Action::ReadFamilyDoctorContract, async |app, call| {
            policy::require(call.actor, Action::ReadFamilyDoctorContract)?;
            let window = Window::parse(&PageArgs::forward(first, after), SIGNED)?;
            let filter = filter.unwrap_or_default().parse()?;
            let slice = list::contracts(app, call.actor, &filter, &window).await?;
            let slice = slice.map(|(cursor, seen)| (cursor, FamilyDoctorContract::new(seen)));
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: Count = Arc::new(move || {
                let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
                Box::pin(async move { list::count_contracts(&app, &actor, &filter).await })
            });
            Ok(Connection::new(slice, count))
        })
        .await
    }
}

/// The team of that id, read together with the others of the page.
pub async fn team(ctx: &Context<'_>, id: Uuid) -> Reply<FamilyDoctorTeam> {
    let found = async {
        let found = load::<Teams, _>(ctx, id).await?;
        Ok(found.map(FamilyDoctorTeam))
    };
    reply(ctx, found.await)
}

/// The package of that id, read together with the others of the page.
pub async fn package(ctx: &Context<'_>, id: Uuid) -> Reply<FamilyDoctorPackage> {
    let found = async {
        let found = load::<Packages, _>(ctx, id).await?;
        Ok(found.map(FamilyDoctorPackage))
    };
    reply(ctx, found.await)
}

/// The contract of that id; null where the caller does not see it.
pub async fn contract(ctx: &Context<'_>, id: Uuid) -> Reply<FamilyDoctorContract> {
    reply(ctx, one(ctx, id).await)
}

/// The contract of that id; none where the caller does not see it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<FamilyDoctorContract>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    if policy::require(actor, Action::ReadFamilyDoctorContract).is_err() {
        return Ok(None);
    }
    let found = seen::find(app.db.reader(), app, actor, id).await?;
    Ok(found.map(FamilyDoctorContract::new))
}

/// The running contract of the patient of that record, for whoever sees the patient.
pub async fn of_patient(ctx: &Context<'_>, record: Uuid) -> Reply<FamilyDoctorContract> {
    let found = async {
        let found = load::<OfPatients, _>(ctx, record).await?;
        let scope = actor(ctx)?.scope.id();
        Ok(found.map(|row| {
            let party = policy::contract_parties(&row)
                .into_iter()
                .find(|party| Some(party.scope_id) == scope);
            FamilyDoctorContract::new(Seen { row, party })
        }))
    };
    reply(ctx, found.await)
}
