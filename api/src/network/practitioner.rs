//! Registering and changing practitioners.

use entity::{
    department,
    enums::{Action, Qualification, SubjectKind},
    json::Texts,
    practitioner::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    check::Check,
    draft::{Change, Named, PractitionerDraft},
    institution::INPUT,
    service::{before, note, overwrite, require_version, settle, tidy, tidy_optional, unread},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Result},
    policy,
    record::{
        event::Happened,
        replay::{self, Changed},
    },
};

/// Registers a practitioner with an employer.
///
/// # Errors
/// [`Error::NotFound`] where there is no such institution, [`Error::Forbidden`] for whoever does not keep its registry.
pub async fn create(
    app: &App,
    call: &Call<'_>,
    institution: Uuid,
    draft: PractitionerDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreatePractitioner)?;
    let id = app.new_id();
    app.db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(find(&txn, known).await?));
            }
            let home = super::service::institution(&txn, institution).await?;
            policy::require_keeper(call.actor, Action::CreatePractitioner, &home)?;
            let row = shape(blank(app, id, institution, &draft), &draft);
            examine(&txn, &row, &draft.unread).await?;
            practitioner::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            let happened = of_practitioner(Action::CreatePractitioner, &row, Value::Null);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await
}

/// Changes a practitioner; what the draft leaves out stays.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    draft: PractitionerDraft,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdatePractitioner)?;
    app.db
        .write(async |txn| {
            let known = replay::known(&txn, app, call).await?;
            let old = find(&txn, id).await?;
            let home = super::service::institution(&txn, old.institution_id).await?;
            policy::require_keeper(call.actor, Action::UpdatePractitioner, &home)?;
            if known.is_some() {
                return Ok(Changed::before(old));
            }
            require_version(old.version, version)?;
            let mut row = shape(old.clone(), &draft);
            row.qualification = draft.qualification.unwrap_or(row.qualification);
            examine(&txn, &row, &draft.unread).await?;
            let detail = json!({ "before": before(&old, &row) });
            row.version += 1;
            row.updated_at = app.now();
            replace(&txn, old.version, &row).await?;
            let happened = of_practitioner(Action::UpdatePractitioner, &row, detail);
            note(&txn, app, call.actor, happened).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(row))
        })
        .await
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = super::service::practitioner(txn, id).await?;
    found.ok_or(Error::NotFound)
}

/// A practitioner of whom nothing is known but the employer.
pub(super) fn blank(app: &App, id: Uuid, institution: Uuid, draft: &PractitionerDraft) -> Model {
    let now = app.now();
    Model {
        id,
        institution_id: institution,
        department_id: None,
        code: String::new(),
        name: String::new(),
        qualification: draft.qualification.unwrap_or(Qualification::Other),
        title: None,
        specialties: Texts::default(),
        licence_number: None,
        licence_until: None,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Applies a draft. A department named by code was looked up before.
pub(super) fn shape(mut row: Model, draft: &PractitionerDraft) -> Model {
    let wanted = draft.clone();
    wanted.code.apply_to(&mut row.code);
    wanted.name.apply_to(&mut row.name);
    wanted.title.apply(&mut row.title);
    wanted.specialties.apply_to(&mut row.specialties.0);
    wanted.licence_number.apply(&mut row.licence_number);
    wanted.licence_until.apply(&mut row.licence_until);
    wanted.active.apply_to(&mut row.active);
    match wanted.department {
        Change::Set(Named::Id(id)) => row.department_id = Some(id),
        Change::Clear => row.department_id = None,
        Change::Set(Named::Code(_)) | Change::Keep => {}
    }
    tidy(&mut row.code);
    tidy(&mut row.name);
    tidy_optional(&mut row.title);
    tidy_optional(&mut row.licence_number);
    row.specialties.0.iter_mut().for_each(tidy);
    row
}

async fn examine(txn: &Txn, row: &Model, unreadable: &[Problem]) -> Result<()> {
    let mut problems = unread(unreadable);
    let mut check = Check {
        place: &INPUT,
        problems: &mut problems,
    };
    check.practitioner(row);
    let twins = practitioner::Entity::find()
        .filter(practitioner::Column::InstitutionId.eq(row.institution_id))
        .filter(practitioner::Column::Code.eq(&row.code))
        .filter(practitioner::Column::Id.ne(row.id))
        .count(&**txn)
        .await?;
    let message = "Another practitioner of the institution has this staff number.";
    check.hold(twins == 0, "code", ProblemCode::Taken, message);
    if let Some(id) = row.department_id {
        let found = department::Entity::find_by_id(id).one(&**txn).await?;
        let own = found.is_some_and(|found| found.institution_id == row.institution_id);
        let message = "The employer has no such department.";
        check.hold(own, "department", ProblemCode::UnknownId, message);
    }
    settle(problems)
}

/// Writes the changed row over the version that was read.
pub(super) async fn replace(txn: &Txn, version: i32, row: &Model) -> Result<()> {
    overwrite(txn, row, practitioner::Column::Version.eq(version)).await
}

/// An event about a practitioner.
pub(super) fn of_practitioner(action: Action, row: &Model, detail: Value) -> Happened {
    Happened {
        institution: Some(row.institution_id),
        scopes: vec![row.institution_id],
        ..Happened::plain(action, (SubjectKind::Practitioner, row.id), row.version)
            .with_detail(detail)
    }
}
