//! Reading the audit trail, which is itself audited.

use std::fmt;

use chrono::SecondsFormat;
use entity::{
    audit, audit_patient,
    enums::{Action, AuditOutcome, SubjectKind},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, Order, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select,
    sea_query::{ExprTrait as _, Query},
};
use uuid::Uuid;

use super::audit::Entry;
use crate::{
    app::App,
    auth::Actor,
    error::Result,
    moment::Stretch,
    page::{Cursor, Slice, Window, counted},
    policy,
};

/// Name of the only sort: newest first.
pub const SORT: &str = "AT_DESC";

/// Which entries; what is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Written in that stretch of time.
    pub at: Stretch,
    /// By that account.
    pub account: Option<Uuid>,
    /// Of that action.
    pub action: Option<Action>,
    /// That ended so.
    pub outcome: Option<AuditOutcome>,
    /// In which that patient's detail was written or shown.
    pub patient: Option<Uuid>,
    /// Or that of one of these, which are the same patient.
    pub merged: Vec<Uuid>,
    /// About that object.
    pub subject: Option<Uuid>,
}

/// A page of the trail, newest first.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) to anybody but an auditor, and
/// [`Error::Unavailable`](crate::error::Error::Unavailable) where the reading cannot be audited.
pub async fn read(
    app: &App,
    actor: &Actor,
    filter: &Filter,
    window: &Window,
) -> Result<Slice<audit::Model>> {
    policy::require(actor, Action::ReadAudit)?;
    let rows = page(filter, window).all(app.db.reader()).await?;
    app.audit.write(app, actor, reading(filter)).await?;
    Ok(window.slice(rows))
}

/// How many entries the filter finds; none above 10,000. For whoever has just read a page of them.
pub async fn count(app: &App, actor: &Actor, filter: &Filter) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadAudit)?;
    count_found(app, filter).await
}

/// The same for whoever may read them on another ground.
pub async fn count_found(app: &App, filter: &Filter) -> Result<Option<i32>> {
    let rows = found(filter).select_only().column(audit::Column::Id);
    counted(rows, app.db.reader()).await
}

/// Where an entry stands in the list.
#[must_use]
pub fn cursor(entry: &audit::Model) -> Cursor {
    Cursor::time(SORT, entry.at, entry.id)
}

/// The statement for a page.
#[must_use]
pub fn page(filter: &Filter, window: &Window) -> Select<audit::Entity> {
    let query = found(filter);
    // An id begins with its time: the patient's own index is in the order of the list already.
    let by_id = match (filter.patient, filter.merged.is_empty()) {
        (None, _) => None,
        (Some(_), true) => Some(audit_patient::Column::AuditId.into_expr()),
        (Some(_), false) => Some(audit::Column::Id.into_expr()),
    };
    if let Some(id) = by_id {
        return query
            .apply_if(window.cursor.as_ref(), |query, cursor| {
                query.filter(id.clone().lt(cursor.id))
            })
            .order_by(id, Order::Desc)
            .limit(window.limit());
    }
    let by = [audit::Column::At, audit::Column::Id];
    window.keyset(query, by, &Order::Desc, window.time())
}

fn found(filter: &Filter) -> Select<audit::Entity> {
    let mut query = audit::Entity::find();
    if let Some(patient) = filter.patient
        && filter.merged.is_empty()
    {
        let listed = audit::Entity::belongs_to(audit_patient::Entity)
            .from(audit::Column::Id)
            .to(audit_patient::Column::AuditId);
        query = query
            .join(JoinType::InnerJoin, listed.into())
            .filter(audit_patient::Column::PatientId.eq(patient));
    } else if let Some(patient) = filter.patient {
        // An entry that names several of them is listed once.
        let patients = filter.merged.iter().copied().chain([patient]);
        let listed = Query::select()
            .column(audit_patient::Column::AuditId)
            .from(audit_patient::Entity)
            .and_where(audit_patient::Column::PatientId.is_in(patients))
            .to_owned();
        query = query.filter(audit::Column::Id.in_subquery(listed));
    }
    query
        .apply_if(filter.at.from, |query, from| {
            query.filter(audit::Column::At.gte(from))
        })
        .apply_if(filter.at.until, |query, until| {
            query.filter(audit::Column::At.lt(until))
        })
        .apply_if(filter.account, |query, account| {
            query.filter(audit::Column::AccountId.eq(account))
        })
        .apply_if(filter.subject, |query, subject| {
            query.filter(audit::Column::SubjectId.eq(subject))
        })
        .apply_if(filter.action, |query, action| {
            query.filter(audit::Column::Action.eq(action))
        })
        .apply_if(filter.outcome, |query, outcome| {
            query.filter(audit::Column::Outcome.eq(outcome))
        })
}

/// The entry about the reading: what was looked for, and in whose list.
fn reading(filter: &Filter) -> Entry {
    let subject = filter
        .patient
        .map(|patient| (SubjectKind::Patient, patient))
        .or(filter
            .account
            .map(|account| (SubjectKind::Account, account)));
    let mut entry = Entry::done(Action::ReadAudit, subject).of(filter.patient);
    entry.note = Some(filter.to_string()).filter(|note| !note.is_empty());
    entry
}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time =
            |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let said = [
            ("from", self.at.from.map(time)),
            ("until", self.at.until.map(time)),
            ("account", self.account.map(|id| id.to_string())),
            ("action", self.action.map(|action| action.code().to_owned())),
            (
                "outcome",
                self.outcome.map(|outcome| outcome.code().to_owned()),
            ),
            ("patient", self.patient.map(|id| id.to_string())),
            ("subject", self.subject.map(|id| id.to_string())),
        ];
        let mut gap = "";
        for (name, value) in said {
            if let Some(value) = value {
                write!(out, "{gap}{name} {value}")?;
                gap = ", ";
            }
        }
        Ok(())
    }
}
