//! Finding patients by what they carry with them, among those that one may see.

use entity::{
    enums::Action,
    patient::{Column, Entity},
    patient_party, referral_party,
};
use sea_orm::{
    ColumnTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::{Expr, Func, Query, UnionType},
};
use uuid::Uuid;

use super::super::{
    certificate::CertificateInput,
    loader,
    loader::{Seen, Sight},
    sealed, text,
};
use crate::{
    app::App,
    auth::Actor,
    clock::shanghai_day,
    error::{Error, ProblemCode, Problems, Result},
    page::{Cursor, PageArgs, Slice, Window, counted},
    policy,
};

/// What is searched for.
#[derive(Clone)]
pub enum Search {
    /// This certificate.
    Certificate(CertificateInput),
    /// This phone, however it is written.
    Phone(String),
    /// This health-record number.
    HealthRecordNumber(String),
    /// This name, or a name that begins so.
    Name(String),
}

/// The list has one sort: by id, which is by time of registration.
const SORT: &str = "REGISTERED_AT";

/// A page of the patients that are found and visible, oldest first, with their cursors.
pub async fn search_patients(
    app: &App,
    actor: &Actor,
    search: &Search,
    args: &PageArgs,
) -> Result<Slice<(String, Seen)>> {
    policy::require(actor, Action::ReadPatient)?;
    let sight = Sight::of(actor).ok_or(Error::Forbidden)?;
    let mut problems = Problems::default();
    let query = problems.take(found(app, sight, search))?;
    let window = problems.take(Window::parse(args, SORT))?;
    problems.finish()?;
    let (query, window) = query
        .zip(window)
        .ok_or_else(|| Error::Internal("a check named no problem".into()))?;

    let after = window.cursor.as_ref().map(|cursor| cursor.id);
    let query = match after {
        Some(id) => query.filter(Column::Id.gt(id)),
        None => query,
    };
    let query = query.order_by_asc(Column::Id).limit(window.limit());
    let rows = loader::read(app.db.reader(), query).await?;
    let slice = window.slice(rows);
    for seen in &slice.rows {
        seen.disclose(actor, Action::ReadPatient);
    }
    Ok(slice.map(|seen| (Cursor::text(SORT, "", seen.row.id).encode(), seen)))
}

/// How many patients are found and visible; none above 10,000.
pub async fn count_patients(app: &App, actor: &Actor, search: &Search) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadPatient)?;
    let sight = Sight::of(actor).ok_or(Error::Forbidden)?;
    let rows = found(app, sight, search)?.select_only().column(Column::Id);
    counted(rows, app.db.reader()).await
}

fn found(app: &App, sight: Sight, search: &Search) -> Result<Select<Entity>> {
    let now = app.now();
    let visible = loader::visible(sight, now);
    let mut problems = Problems::default();
    let required = |problems: &mut Problems, field: &str| {
        let message = "Nothing is searched for.";
        problems.add(format!("search.{field}"), ProblemCode::Required, message);
    };
    let condition = match search {
        Search::Certificate(input) => input
            .check(shanghai_day(now), "search.certificate", &mut problems)
            .map(|certificate| with(Column::CertificateHash.eq(certificate.hash(&app.keys)))),
        Search::Phone(phone) if phone.trim().is_empty() => {
            required(&mut problems, "phone");
            None
        }
        Search::Phone(phone) => text::phone(Some(phone), "search.phone", &mut problems)
            .map(|phone| with(Column::PhoneHash.eq(sealed::phone_hash(&app.keys, &phone)))),
        Search::HealthRecordNumber(number) => {
            let path = "search.healthRecordNumber";
            let number = text::code(Some(number), path, &mut problems);
            if number.is_none() && problems.is_empty() {
                required(&mut problems, "healthRecordNumber");
            }
            number.map(|number| with(Column::HealthRecordNumber.eq(number)))
        }
        Search::Name(name) => named(sight.scope(), name, &mut problems),
    };
    problems.finish()?;
    let condition = condition.ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    Ok(visible.filter(condition))
}

/// The records that have a row of which this is true: a number may be that of a row that was merged.
fn with(same: Expr) -> Expr {
    let records = Query::select()
        .column(Column::RecordId)
        .from(Entity)
        .and_where(same)
        .to_owned();
    Column::Id.in_subquery(records)
}

/// Names are not indexed: the scope's own patients are, and only those are compared.
fn named(scope: Uuid, name: &str, problems: &mut Problems) -> Option<Expr> {
    const SHORTEST: usize = 2;
    let path = "search.name";
    let found = text::name(Some(name), path, problems);
    let length = found.as_deref().map_or(0, |name| name.chars().count());
    if length < SHORTEST {
        if problems.is_empty() {
            let message = format!("At least {SHORTEST} characters of the name are needed.");
            problems.add(path, ProblemCode::TooSmall, message);
        }
        return None;
    }
    let own = Query::select()
        .column(patient_party::Column::PatientId)
        .from(patient_party::Entity)
        .and_where(patient_party::Column::ScopeId.eq(scope))
        .union(
            UnionType::Distinct,
            Query::select()
                .column(referral_party::Column::PatientId)
                .from(referral_party::Entity)
                .and_where(referral_party::Column::ScopeId.eq(scope))
                .to_owned(),
        )
        .to_owned();
    // LIKE would tell cases apart on one database and not on the other.
    let beginning = Func::cust("SUBSTR").args([
        Expr::col((Entity, Column::Name)),
        Expr::val(1),
        Expr::val(i32::try_from(length).ok()?),
    ]);
    Some(with(Column::Id.in_subquery(own)).and(Expr::from(beginning).eq(found)))
}
