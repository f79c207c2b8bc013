//! What can be done with files: store, read, and what referrals do with theirs.

use std::pin::Pin;

use chrono::Duration;
use entity::{
    enums::{Action, AttachmentKind, SubjectKind},
    file,
};
use futures::{Stream, TryStreamExt as _};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, Select,
    sea_query::{Expr, IntoCondition as _},
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
    order::seen as orders,
    policy,
    record::audit::{self, Entry},
    referral::seen as referrals,
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
    let institution_id = actor.scope.home().ok_or(Error::Forbidden)?;
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
        order_id: None,
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

/// Opens a file for whoever may read it now: what is attached for those who read the clinical content of its referral or the report of its
/// order, what is not for the account that stored it. The reading is on record when this returns.
pub async fn open(app: &App, actor: &Actor, id: Uuid) -> Result<(file::Model, Stored)> {
    policy::require(actor, Action::ReadFile)?;
    let reader = app.db.reader();
    let found = file::Entity::find_by_id(id).one(reader).await?;
    let row = found.ok_or(Error::NotFound)?;
    let entry = Entry::done(Action::ReadFile, Some((SubjectKind::File, id)));
    let entry = match Holder::of(&row) {
        Some(Holder::Referral(id)) => {
            let seen = referrals::require(reader, actor, &referrals::Key::Id(id)).await?;
            if !seen.opens_clinical(actor, app.now()) {
                return Err(Error::NotFound);
            }
            Entry {
                basis: Some(seen.party.basis.code().to_owned()),
                ..entry.of([seen.row.patient_id])
            }
        }
        Some(Holder::Order(id)) => {
            // A role that reads no orders does not learn that there is one.
            policy::require(actor, Action::ReadOrder).map_err(|_| Error::NotFound)?;
            let seen = orders::require(reader, app, actor, &orders::Key::Id(id)).await?;
            Entry {
                basis: Some(seen.party.basis.code().to_owned()),
                ..entry.of(seen.row.patient_id)
            }
        }
        None if row.account_id == actor.account
            && actor.scope.home() == Some(row.institution_id) =>
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

/// What a file is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A referral.
    Referral(Uuid),
    /// An order to a shared centre.
    Order(Uuid),
}

impl Holder {
    /// What the file is attached to; nothing yet, where it was only stored.
    #[must_use]
    pub fn of(row: &file::Model) -> Option<Self> {
        let referral = row.referral_id.map(Self::Referral);
        referral.or(row.order_id.map(Self::Order))
    }

    const fn referral(self) -> Option<Uuid> {
        match self {
            Self::Referral(id) => Some(id),
            Self::Order(_) => None,
        }
    }

    const fn order(self) -> Option<Uuid> {
        match self {
            Self::Referral(_) => None,
            Self::Order(id) => Some(id),
        }
    }

    /// The rows of the files that are attached to it.
    fn files(self) -> Condition {
        let which = match self {
            Self::Referral(id) => file::Column::ReferralId.eq(id),
            Self::Order(id) => file::Column::OrderId.eq(id),
        };
        which.into_condition()
    }
}

/// The rows of the files that are attached to nothing.
#[must_use]
pub fn loose() -> Condition {
    Condition::all()
        .add(file::Column::ReferralId.is_null())
        .add(file::Column::OrderId.is_null())
}

/// What a file becomes when it is attached.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// To what.
    pub to: Holder,
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
    let free = Holder::of(&row).is_none();
    problems.check(free, path, ProblemCode::Taken, message);
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
        referral_id: attachment.to.referral(),
        order_id: attachment.to.order(),
        attachment_kind: Some(attachment.kind),
        title: Some(attachment.title),
        attached_by: attachment.by,
        attached_at: Some(app.now()),
        ..row
    };
    let changed = file::Entity::update_many()
        .col_expr(file::Column::ReferralId, Expr::val(row.referral_id))
        .col_expr(file::Column::OrderId, Expr::val(row.order_id))
        .col_expr(
            file::Column::AttachmentKind,
            Expr::val(attachment.kind.code()),
        )
        .col_expr(file::Column::Title, Expr::val(row.title.clone()))
        .col_expr(file::Column::AttachedBy, Expr::val(row.attached_by))
        .col_expr(file::Column::AttachedAt, Expr::val(row.attached_at))
        .filter(file::Column::Id.eq(row.id))
        .filter(loose())
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(row)
}

/// The file of that id that is attached to the referral or order.
pub async fn attached(txn: &Txn, to: Holder, id: Uuid) -> Result<Option<file::Model>> {
    let row = file::Entity::find_by_id(id)
        .filter(to.files())
        .one(&**txn)
        .await?;
    Ok(row)
}

/// How many files are attached to a referral or an order.
pub async fn count(txn: &Txn, to: Holder) -> Result<u64> {
    let rows = file::Entity::find().filter(to.files());
    Ok(rows.count(&**txn).await?)
}

/// The files attached to these referrals and orders, in one statement for each kind, the first stored first.
pub async fn of_each(app: &App, holders: &[Holder]) -> Result<Vec<file::Model>> {
    let referrals: Vec<Uuid> = holders.iter().filter_map(|it| it.referral()).collect();
    let orders: Vec<Uuid> = holders.iter().filter_map(|it| it.order()).collect();
    let mut found = Vec::new();
    if !referrals.is_empty() {
        found.extend(attachments(&referrals).all(app.db.reader()).await?);
    }
    if !orders.is_empty() {
        found.extend(attachments_of_orders(&orders).all(app.db.reader()).await?);
    }
    Ok(found)
}

/// The statement that reads those of referrals.
#[must_use]
pub fn attachments(referrals: &[Uuid]) -> Select<file::Entity> {
    file::Entity::find()
        .filter(file::Column::ReferralId.is_in(referrals.iter().copied()))
        .order_by_asc(file::Column::ReferralId)
        .order_by_asc(file::Column::CreatedAt)
}

/// The statement that reads those of orders.
#[must_use]
pub fn attachments_of_orders(orders: &[Uuid]) -> Select<file::Entity> {
    file::Entity::find()
        .filter(file::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(file::Column::OrderId)
        .order_by_asc(file::Column::CreatedAt)
}
