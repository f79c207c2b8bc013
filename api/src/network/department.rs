//! Registering and changing departments.

use entity::{
    department::{self, Model},
    enums::Action,
    institution,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    check::Check,
    draft::DepartmentDraft,
    institution::INPUT,
    service::{
        announce, before, bump, note, of_institution, overwrite, require_version, settle, tidy,
        unread,
    },
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Result},
    policy,
    record::replay::{self, Changed},
};

/// Registers a department of an institution.
///
/// # Errors
/// [`Error::NotFound`] where there is no such institution, [`Error::Forbidden`] for whoever does not keep its registry.
pub async fn create(
    app: &App,
    call: &Call<'_>,
    institution: Uuid,
    draft: DepartmentDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreateDepartment)?;
    let id = app.new_id();
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(find(&txn, known).await?));
            }
            let mut home = super::service::institution(&txn, institution).await?;
            policy::require_keeper(call.actor, Action::CreateDepartment, &home)?;
            let row = shape(blank(app, id, institution), &draft);
            examine(&txn, &row, &draft.unread).await?;
            department::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            bump(&txn, app, &mut home).await?;
            let detail = json!({ "department": row.id, "code": row.code, "name": row.name });
            let happened = of_institution(Action::CreateDepartment, &home, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes a department; what the draft leaves out stays.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: DepartmentDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdateDepartment)?;
    let changed = app
        .db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let old = find(&txn, id).await?;
            let mut home: institution::Model =
                super::service::institution(&txn, old.institution_id).await?;
            policy::require_keeper(call.actor, Action::UpdateDepartment, &home)?;
            if known.is_some() {
                return Ok(Changed::before(old));
            }
            require_version(old.version, version)?;
            let mut row = shape(old.clone(), &draft);
            examine(&txn, &row, &draft.unread).await?;
            let detail = json!({ "department": id, "before": before(&old, &row) });
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            bump(&txn, app, &mut home).await?;
            let happened = of_institution(Action::UpdateDepartment, &home, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = department::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// A department of which nothing is known but where it belongs.
pub(super) fn blank(app: &App, id: Uuid, institution: Uuid) -> Model {
    let now = app.now();
    Model {
        id,
        institution_id: institution,
        code: String::new(),
        name: String::new(),
        specialty: String::new(),
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Applies a draft.
pub(super) fn shape(mut row: Model, draft: &DepartmentDraft) -> Model {
    let wanted = draft.clone();
    wanted.code.apply_to(&mut row.code);
    wanted.name.apply_to(&mut row.name);
    wanted.specialty.apply_to(&mut row.specialty);
    wanted.active.apply_to(&mut row.active);
    for text in [&mut row.code, &mut row.name, &mut row.specialty] {
        tidy(text);
    }
    row
}

async fn examine(txn: &Txn, row: &Model, unreadable: &[Problem]) -> Result<()> {
    let mut problems = unread(unreadable);
    let mut check = Check {
        place: &INPUT,
        problems: &mut problems,
    };
    check.department(row);
    let twins = department::Entity::find()
        .filter(department::Column::InstitutionId.eq(row.institution_id))
        .filter(department::Column::Code.eq(&row.code))
        .filter(department::Column::Id.ne(row.id))
        .count(&**txn)
        .await?;
    let message = "Another department of the institution has this code.";
    check.hold(twins == 0, "code", ProblemCode::Taken, message);
    settle(problems)
}

/// Writes the changed row over the version that was read.
pub(super) async fn replace(txn: &Txn, version: i32, row: &Model) -> Result<()> {
    overwrite(txn, row, department::Column::Version.eq(version)).await
}
