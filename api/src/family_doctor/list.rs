//! Lists of teams, packages and contracts.

use chrono::NaiveDate;
use entity::{
    enums::{Action, ContractStatus},
    family_contract, family_contract_party, family_member, family_package, family_team,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, Order, QueryFilter as _, QuerySelect as _,
    Select, SelectTwo, sea_query::Query,
};
use uuid::Uuid;

use super::seen::{Seen, shown};
use crate::{
    app::App,
    auth::Actor,
    error::Result,
    page::{Cursor, Slice, Window, counted},
    patient::service as patients,
    policy,
};

/// Sort of teams, and of packages: by name.
pub const NAME: &str = "NAME";
/// Sort of contracts: the latest signed first.
pub const SIGNED: &str = "SIGNED_AT_DESC";

/// Which teams to list; what is left out does not narrow.
#[derive(Clone, Debug, Default)]
pub struct TeamQuery {
    /// Health centres.
    pub institution: Option<Vec<Uuid>>,
    /// A practitioner who belongs to it now.
    pub member: Option<Uuid>,
    /// Whether it takes patients.
    pub active: Option<bool>,
}

impl TeamQuery {
    fn condition(&self) -> Condition {
        use family_team::Column::{Active, Id, InstitutionId};
        let of_member = |practitioner: Uuid| {
            let held = Query::select()
                .column(family_member::Column::TeamId)
                .from(family_member::Entity)
                .and_where(family_member::Column::PractitionerId.eq(practitioner))
                .and_where(family_member::Column::Until.is_null())
                .to_owned();
            Id.in_subquery(held)
        };
        Condition::all()
            .add_option(self.institution.clone().map(|ids| InstitutionId.is_in(ids)))
            .add_option(self.member.map(of_member))
            .add_option(self.active.map(|active| Active.eq(active)))
    }

    /// The statement of a page, by name.
    #[must_use]
    pub fn page(&self, window: &Window) -> Select<family_team::Entity> {
        use family_team::Column::{Id, Name};
        let query = family_team::Entity::find().filter(self.condition());
        window.keyset(query, [Name, Id], &Order::Asc, window.text())
    }

    /// A page, each row with its cursor.
    pub async fn list(
        &self,
        app: &App,
        window: &Window,
    ) -> Result<Slice<(String, family_team::Model)>> {
        let rows = self.page(window).all(app.db.reader()).await?;
        Ok(window.slice(rows).map(|row| {
            let cursor = Cursor::text(NAME, &row.name, row.id);
            (cursor.encode(), row)
        }))
    }

    /// How many there are, up to the number above which nobody is told.
    pub async fn count(&self, app: &App) -> Result<Option<i32>> {
        let rows = family_team::Entity::find().filter(self.condition());
        counted(rows, app.db.reader()).await
    }
}

/// A page of the packages of these health centres, or of all, by code.
pub async fn packages(
    app: &App,
    institution: Option<Uuid>,
    active: Option<bool>,
    window: &Window,
) -> Result<Slice<(String, family_package::Model)>> {
    use family_package::Column::{Code, Id};
    let query = family_package::Entity::find().filter(offered(institution, active));
    let query = window.keyset(query, [Code, Id], &Order::Asc, window.text());
    let rows = query.all(app.db.reader()).await?;
    Ok(window.slice(rows).map(|row| {
        let cursor = Cursor::text(NAME, &row.code, row.id);
        (cursor.encode(), row)
    }))
}

fn offered(institution: Option<Uuid>, active: Option<bool>) -> Condition {
    use family_package::Column::{Active, InstitutionId};
    Condition::all()
        .add_option(institution.map(|id| InstitutionId.eq(id)))
        .add_option(active.map(|active| Active.eq(active)))
}

/// How many packages the list has; none above 10,000.
pub async fn count_packages(
    app: &App,
    institution: Option<Uuid>,
    active: Option<bool>,
) -> Result<Option<i32>> {
    let rows = family_package::Entity::find().filter(offered(institution, active));
    counted(rows, app.db.reader()).await
}

/// What a list of contracts is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Statuses.
    pub status: Option<Vec<ContractStatus>>,
    /// Teams.
    pub team: Option<Vec<Uuid>>,
    /// Packages.
    pub package: Option<Vec<Uuid>>,
    /// The patient.
    pub patient: Option<Uuid>,
    /// Whose last day is that or earlier.
    pub ends_by: Option<NaiveDate>,
}

/// One page of the contracts that the actor's scope sees, the latest signed first.
pub async fn contracts(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Result<Slice<(String, Seen)>> {
    policy::require(actor, Action::ReadFamilyDoctorContract)?;
    let Some(query) = page(app, actor, filter, window) else {
        return Ok(window.slice(Vec::new()));
    };
    let rows = query.all(app.db.reader()).await?;
    let rows: Vec<_> = rows
        .into_iter()
        .filter_map(|(party, row)| {
            let cursor = Cursor::time(SIGNED, party.signed_at, party.contract_id);
            let party = Some(party);
            row.map(|row| (cursor.encode(), Seen { row, party }))
        })
        .collect();
    Ok(window.slice(rows))
}

/// How many contracts the list has; none above 10,000.
pub async fn count_contracts(app: &App, actor: &Actor, filter: &Filter) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadFamilyDoctorContract)?;
    let Some(condition) = visible(app, actor, filter) else {
        return Ok(Some(0));
    };
    let listed: Select<family_contract_party::Entity> = family_contract_party::Entity::find()
        .select_only()
        .column(family_contract_party::Column::ContractId)
        .left_join(family_contract::Entity)
        .filter(condition);
    counted(listed, app.db.reader()).await
}

/// The statement of a page. None where the actor's scope has no rows at all.
#[must_use]
pub fn page(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Option<SelectTwo<family_contract_party::Entity, family_contract::Entity>> {
    use family_contract_party::Column::{ContractId, SignedAt};
    let query = family_contract_party::Entity::find()
        .find_also_related(family_contract::Entity)
        .filter(visible(app, actor, filter)?);
    let by = [SignedAt, ContractId];
    Some(window.keyset(query, by, &Order::Desc, window.time()))
}

fn visible(app: &App, actor: &Actor, filter: &Filter) -> Option<Condition> {
    use family_contract::Column as Row;
    use family_contract_party::Column as Party;
    let of_patient = |id: Uuid| Party::PatientId.in_subquery(patients::ids_of([id]));
    let condition = shown(actor, app.now())?
        .add_option(filter.status.clone().map(|all| Party::Status.is_in(all)))
        .add_option(filter.team.clone().map(|ids| Row::TeamId.is_in(ids)))
        .add_option(filter.package.clone().map(|ids| Row::PackageId.is_in(ids)))
        .add_option(filter.patient.map(of_patient))
        .add_option(filter.ends_by.map(|day| Party::EndsOn.lte(day)));
    Some(condition)
}
