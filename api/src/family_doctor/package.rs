//! Service packages 服务包: what family doctors sign with their patients.

use entity::{
    enums::{Action, SubjectKind},
    family_package::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::ExprTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::shared::{check_centre, note};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network, policy,
    record::{
        change::overwrite,
        replay::{self, Changed},
        version,
    },
    text,
};

/// Longest code.
const CODE: usize = 30;
/// Longest name.
const NAME: usize = 60;
/// Longest description.
const CONTENT: usize = 4_000;
/// Highest fee, in fen.
const FEE: i32 = 10_000_000;

/// A package to be offered.
#[derive(Clone, Debug)]
pub struct NewPackage {
    /// The health centre.
    pub institution: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it covers.
    pub content: String,
    /// What it costs a year, in fen.
    pub fee: i32,
}

/// What shall be different about a package; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct PackageChange {
    /// Its name.
    pub name: Option<String>,
    /// What it covers.
    pub content: Option<String>,
    /// What it costs a year, in fen.
    pub fee: Option<i32>,
    /// Whether it can be signed.
    pub active: Option<bool>,
}

/// Offers a package at a health centre.
///
/// # Errors
/// [`Error::Duplicate`] where the health centre has one of that code.
pub async fn create(app: &App, call: &Call<'_>, input: NewPackage) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CreateFamilyDoctorPackage;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            return Ok(Changed::before(find(&txn, known).await?));
        }
        let centre = network::service::institution(&txn, input.institution).await?;
        policy::require_team_keeper(call.actor, ACTION, centre.id)?;
        let row = blank(app, call, &input);
        let mut problems = Problems::default();
        check_centre(&centre, &mut problems);
        text::required(Some(&row.code), CODE, "input.code", &mut problems);
        text::one_line(&row.code, "input.code", &mut problems);
        check(&row, &mut problems);
        problems.finish()?;
        refuse_second(&txn, &row).await?;
        family_package::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        let subject = (SubjectKind::FamilyDoctorPackage, row.id, row.version);
        let done = (ACTION, json!({ "code": row.code }));
        note(&txn, app, call, subject, centre.id, done, &[]).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Changes a package, or offers it no longer; contracts that were signed for it go on.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    change: PackageChange,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateFamilyDoctorPackage;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, id).await?;
        policy::require_team_keeper(call.actor, ACTION, old.institution_id)?;
        if known.is_some() {
            return Ok(Changed::before(old));
        }
        if old.version != version {
            return Err(version::stale(old.version));
        }
        let row = shape(app, old.clone(), change.clone());
        let mut problems = Problems::default();
        check(&row, &mut problems);
        problems.finish()?;
        replace(&txn, &row, old.version).await?;
        let detail = json!({ "before": {
            "name": old.name, "content": old.content, "fee": old.fee, "active": old.active,
        } });
        let subject = (SubjectKind::FamilyDoctorPackage, id, row.version);
        let centre = row.institution_id;
        note(&txn, app, call, subject, centre, (ACTION, detail), &[]).await?;
        replay::remember(&txn, app, call, id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Notes a package that cannot be signed with a team of that health centre.
pub async fn check_offered(
    txn: &Txn,
    package: Uuid,
    centre: Uuid,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    let found = family_package::Entity::find_by_id(package)
        .one(&**txn)
        .await?;
    let Some(found) = found.filter(|found| found.institution_id == centre) else {
        let message = "No package of the team's health centre.";
        problems.add(path, ProblemCode::UnknownId, message);
        return Ok(());
    };
    let message = "It is offered no longer.";
    problems.check(found.active, path, ProblemCode::NotAllowed, message);
    Ok(())
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = family_package::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

async fn refuse_second(txn: &Txn, row: &Model) -> Result<()> {
    let first = family_package::Entity::find()
        .filter(family_package::Column::InstitutionId.eq(row.institution_id))
        .filter(family_package::Column::Code.eq(&row.code))
        .one(&**txn)
        .await?;
    let Some(first) = first else { return Ok(()) };
    let message = "The health centre has a package of this code.";
    Err(Error::Duplicate {
        existing: Some(id::encode(Kind::FamilyDoctorPackage, first.id)),
        problems: vec![Problem::new("input.code", ProblemCode::Taken, message)],
    })
}

fn blank(app: &App, call: &Call<'_>, input: &NewPackage) -> Model {
    let now = app.now();
    Model {
        id: app.new_id(),
        version: 1,
        institution_id: input.institution,
        code: input.code.trim().to_owned(),
        name: input.name.trim().to_owned(),
        content: input.content.clone(),
        fee: input.fee,
        active: true,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    }
}

fn shape(app: &App, old: Model, change: PackageChange) -> Model {
    Model {
        version: old.version + 1,
        name: change.name.map_or(old.name, |name| name.trim().to_owned()),
        content: change.content.unwrap_or(old.content),
        fee: change.fee.unwrap_or(old.fee),
        active: change.active.unwrap_or(old.active),
        updated_at: app.now(),
        ..old
    }
}

fn check(row: &Model, problems: &mut Problems) {
    text::required(Some(&row.name), NAME, "input.name", problems);
    text::one_line(&row.name, "input.name", problems);
    text::required(Some(&row.content), CONTENT, "input.content", problems);
    let message = "Not below nothing.";
    problems.check(row.fee >= 0, "input.fee", ProblemCode::TooSmall, message);
    let message = format!("At most {FEE} fen.");
    problems.check(row.fee <= FEE, "input.fee", ProblemCode::TooLarge, message);
}

async fn replace(txn: &Txn, row: &Model, version: i32) -> Result<()> {
    use family_package::Column;
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await
}
