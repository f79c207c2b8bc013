//! What can be done with files: store, read, and what referrals do with theirs.

use std::pin::Pin;

use chrono::Duration;
use entity::{
    enums::{Action, AttachmentKind, SubjectKind},
    file,
};
use futures::{Stream, TryStreamExt as _};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    kind::{Sniffer, agrees},
    storage::{Storage, Stored},
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    policy,
    record::audit::{self, Entry},
    referral::seen::{self, Key},
    text,
};

/// How long a file waits to be attached.
pub const ATTACHABLE: Duration = Duration::hours(24);
/// Longest name of a file.
const NAME: usize = 200;

/// What is said of a file that arrives.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Its media type.
    pub media_type: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// Stores a file as it arrives; nothing of it is kept unless all of it is.
///
/// # Errors
/// [`Error::InvalidInput`] names `body` where it is empty, too large, or nothing that is taken here, and `Content-Type` where that says
/// something else than the bytes.
pub async fn store<B: AsRef<[u8]>>(
    app: &App,
    actor: &Actor,
    declared: Declared,
    mut body: Pin<&mut impl Stream<Item = Result<B>>>,
) -> Result<file::Model> {
    policy::require(actor, Action::UploadFile)?;
    let institution_id = actor.institution().ok_or(Error::Forbidden)?;
    check_name(declared.name.as_deref())?;
    let id = app.new_id();
    let storage = Storage::below(&app.settings.data_dir);
    let (mut arriving, mut sniffer) = (storage.begin(id).await?, Sniffer::default());
    while let Some(bytes) = body.try_next().await? {
        let bytes = bytes.as_ref();
        if arriving.size() + bytes.len() as u64 > app.settings.max_file {
            return Err(too_large(app));
        }
        sniffer.look(bytes);
        arriving.write(&app.keys, bytes).await?;
    }
    if arriving.size() == 0 {
        return Err(refused("body", ProblemCode::Required, "The file is empty."));
    }
    let kind = sniffer.kind().ok_or_else(|| {
        let message = "What is taken: PDF, JPEG, PNG, DICOM, and plain text in UTF-8.";
        refused("body", ProblemCode::UnknownValue, message)
    })?;
    let honest = declared.media_type.as_deref();
    if !honest.is_none_or(|declared| agrees(declared, kind)) {
        let message = "The content is of another type than its Content-Type says.";
        return Err(refused("Content-Type", ProblemCode::Inconsistent, message));
    }
    let content = arriving.finish(&app.keys).await?;
    let row = file::Model {
        id,
        account_id: actor.account,
        institution_id,
        kind,
        size: i64::try_from(content.size).map_err(|_| too_large(app))?,
        sha256: content.sha256.to_vec(),
        name: declared.name,
        created_at: app.now(),
        referral_id: None,
        attachment_kind: None,
        title: None,
        attached_by: None,
        attached_at: None,
    };
    app.db
        .write(async |txn| {
            file::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            let entry = Entry::done(Action::UploadFile, Some((SubjectKind::File, id)));
            audit::record(&txn, app, actor, entry).await
        })
        .await?;
    arriving.keep().await?;
    Ok(row)
}

/// The refusal of what is longer than the operator allows.
#[must_use]
pub fn too_large(app: &App) -> Error {
    let most = app.settings.max_file;
    let message = format!("A file has at most {most} bytes.");
    refused("body", ProblemCode::TooLarge, &message)
}

fn refused(path: &str, code: ProblemCode, message: &str) -> Error {
    Error::invalid(path, code, message)
}

/// A name is for people and never part of a path; one that looks like a path is refused all the same.
fn check_name(name: Option<&str>) -> Result<()> {
    let mut problems = Problems::default();
    text::optional(name, NAME, "name", &mut problems);
    let is_path = |name: &str| name.contains(['/', '\\', '\n', '\r', '\t']);
    problems.check(
        !name.is_some_and(is_path),
        "name",
        ProblemCode::Characters,
        "A name, not a path.",
    );
    problems.finish()
}

/// Opens a file for whoever may read it now: what is attached for those who read the clinical content of its referral, what is not for
/// the account that stored it. The reading is on record when this returns.
pub async fn open(app: &App, actor: &Actor, id: Uuid) -> Result<(file::Model, Stored)> {
    policy::require(actor, Action::ReadFile)?;
    let reader = app.db.reader();
    let found = file::Entity::find_by_id(id).one(reader).await?;
    let row = found.ok_or(Error::NotFound)?;
    let entry = Entry::done(Action::ReadFile, Some((SubjectKind::File, id)));
    let entry = match row.referral_id {
        Some(referral) => {
            let seen = seen::require(reader, actor, &Key::Id(referral)).await?;
            if !seen.opens_clinical(actor, app.now()) {
                return Err(Error::NotFound);
            }
            Entry {
                basis: Some(seen.party.basis.code().to_owned()),
                ..entry.of([seen.row.patient_id])
            }
        }
        None if row.account_id == actor.account
            && actor.institution() == Some(row.institution_id) =>
        {
            entry
        }
        None => return Err(Error::NotFound),
    };
    let size = u64::try_from(row.size).unwrap_or_default();
    let storage = Storage::below(&app.settings.data_dir);
    let stored = storage.open(id, size).await?;
    app.audit.write(app, actor, entry).await?;
    Ok((row, stored))
}

/// What a file becomes when it is attached.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The referral.
    pub referral: Uuid,
    /// As what.
    pub kind: AttachmentKind,
    /// What it is called there.
    pub title: String,
    /// The institution that attaches it.
    pub by: Option<Uuid>,
}

/// The file of that id, if the actor may attach it; what speaks against it is noted.
pub async fn attachable(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    id: Uuid,
    path: &str,
    problems: &mut Problems,
) -> Result<Option<file::Model>> {
    let own = file::Entity::find_by_id(id)
        .filter(file::Column::AccountId.eq(actor.account))
        .one(&**txn)
        .await?;
    let Some(row) = own else {
        let message = "No file that this account has stored.";
        problems.add(path, ProblemCode::UnknownId, message);
        return Ok(None);
    };
    let message = "Attached already; store it again to attach it again.";
    problems.check(row.referral_id.is_none(), path, ProblemCode::Taken, message);
    let message = "Stored more than 24 hours ago; store it again.";
    problems.check(
        app.now() < row.created_at + ATTACHABLE,
        path,
        ProblemCode::Order,
        message,
    );
    Ok(Some(row))
}

/// Attaches a file, unless another call has been faster.
pub async fn attach(
    txn: &Txn,
    app: &App,
    row: file::Model,
    attachment: Attachment,
) -> Result<file::Model> {
    let row = file::Model {
        referral_id: Some(attachment.referral),
        attachment_kind: Some(attachment.kind),
        title: Some(attachment.title),
        attached_by: attachment.by,
        attached_at: Some(app.now()),
        ..row
    };
    let changed = file::Entity::update_many()
        .col_expr(file::Column::ReferralId, Expr::val(row.referral_id))
        .col_expr(
            file::Column::AttachmentKind,
            Expr::val(attachment.kind.code()),
        )
        .col_expr(file::Column::Title, Expr::val(row.title.clone()))
        .col_expr(file::Column::AttachedBy, Expr::val(row.attached_by))
        .col_expr(file::Column::AttachedAt, Expr::val(row.attached_at))
        .filter(file::Column::Id.eq(row.id))
        .filter(file::Column::ReferralId.is_null())
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(row)
}

/// The file of that id that is attached to the referral.
pub async fn attached(txn: &Txn, referral: Uuid, id: Uuid) -> Result<Option<file::Model>> {
    let row = file::Entity::find_by_id(id)
        .filter(file::Column::ReferralId.eq(referral))
        .one(&**txn)
        .await?;
    Ok(row)
}

/// How many files are attached to a referral.
pub async fn count(txn: &Txn, referral: Uuid) -> Result<u64> {
    let rows = file::Entity::find().filter(file::Column::ReferralId.eq(referral));
    Ok(rows.count(&**txn).await?)
}

/// The files attached to these referrals, in one statement, the first stored first.
pub async fn of_referrals(app: &App, referrals: &[Uuid]) -> Result<Vec<file::Model>> {
    Ok(attachments(referrals).all(app.db.reader()).await?)
}

/// The statement that reads them.
#[must_use]
pub fn attachments(referrals: &[Uuid]) -> Select<file::Entity> {
    file::Entity::find()
        .filter(file::Column::ReferralId.is_in(referrals.iter().copied()))
        .order_by_asc(file::Column::ReferralId)
        .order_by_asc(file::Column::CreatedAt)
}
