//! The queue of registrations that disagree with the record, and its decisions.

use std::collections::HashMap;

use data_encoding::BASE64;
use entity::{
    enums::{Action, AuditOutcome, ConflictDecision, PatientField, Sex, SubjectKind},
    patient, patient_conflict, patient_conflict_scope,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        conflict::{self, Given},
        member,
        resolve::{self, Found, Mismatch, PatientRef},
        sealed,
    },
    change, merge,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ErrorCode, ProblemCode, Problems, Result},
    id::{self, Kind},
    page::{Cursor, PageArgs, Slice, Window, counted},
    policy,
    record::{
        audit::{self, Entry},
        replay::{self, Changed},
    },
    text,
};

/// The queue has one sort: the oldest first.
const SORT: &str = "RECORDED_AT";
/// Longest note.
const NOTE: usize = 500;

/// Whether a refusal says that a registration disagrees with the record.
pub fn is_mismatch(error: &Error) -> bool {
    let mut problems = error.problems().iter();
    problems.any(|problem| problem.code == ProblemCode::PatientMismatch)
}

/// Puts the disagreement for which something was refused in the queue: outside the refused transaction, as a denial is audited. What was
/// done, or refused for anything else, is handed on as it is.
///
/// # Errors
/// The refusal itself, or why it could not be noted.
pub async fn queue_refused<T>(
    app: &App,
    actor: &Actor,
    (institution, action): (Uuid, Action),
    reference: &PatientRef,
    outcome: Result<T>,
) -> Result<T> {
    let PatientRef::Register(registration) = reference else {
        return outcome;
    };
    if !outcome.as_ref().is_err_and(is_mismatch) {
        return outcome;
    }
    let checked = registration.check(app.now(), "", &mut Problems::default());
    let Some(person) = checked else {
        return outcome;
    };
    app.db
        .write(async |txn| {
            let found = resolve::on_record(&txn, app, &person, "").await?;
            if let Found::Mismatch(mismatch) = found {
                let of = (institution, &mismatch);
                conflict::note(&txn, app, actor, of, &person, None).await?;
                audit_refused(&txn, app, actor, action, &mismatch).await?;
            }
            Ok(())
        })
        .await?;
    outcome
}

/// Says in the audit trail that something was refused because it disagrees with a record.
pub async fn audit_refused(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    mismatch: &Mismatch,
) -> Result<()> {
    let id = mismatch.row.id;
    let entry = Entry {
        outcome: AuditOutcome::Denied,
        code: Some(ErrorCode::Conflict.name()),
        ..Entry::done(action, Some((SubjectKind::Patient, id))).of([id])
    };
    audit::record(txn, app, actor, entry).await
}

/// A conflict with both versions.
#[derive(Clone)]
pub struct Waiting {
    /// The conflict.
    pub row: patient_conflict::Model,
    /// What was given.
    pub given: Given,
    /// The record.
    pub recorded: patient::Model,
    /// Whether the record's side is shown plain.
    pub plain: bool,
}

/// A page of the conflicts that the actor's institution may decide, or has been able to, the oldest first.
pub async fn conflicts(
    app: &App,
    actor: &Actor,
    decided: bool,
    args: &PageArgs,
) -> Result<Slice<(String, Waiting)>> {
    policy::require(actor, Action::ReadConflicts)?;
    let window = Window::parse(args, SORT)?;
    let Some(scope) = actor.scope.id() else {
        return Ok(window.slice(Vec::new()));
    };
    let rows = conflicts_page(scope, decided, &window)
        .all(app.db.reader())
        .await?;
    let slice = window.slice(rows);
    let ids = slice.rows.iter().map(|row| row.patient_id);
    let records: HashMap<Uuid, patient::Model> = patient::Entity::find()
        .filter(patient::Column::Id.is_in(ids))
        .all(app.db.reader())
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let directory = app.directory.now();
    let waiting: Result<Vec<_>> = slice
        .rows
        .into_iter()
        .map(|row| {
            let recorded = records.get(&row.patient_id).cloned();
            let recorded =
                recorded.ok_or_else(|| Error::Internal("a conflict without a record".into()))?;
            actor
                .request
                .disclose(recorded.id, Action::ReadConflicts, None);
            let waiting = Waiting {
                given: conflict::given(app, &row)?,
                plain: policy::shows_recorded(actor, &directory, &row),
                recorded,
                row,
            };
            Ok((Cursor::text(SORT, "", waiting.row.id).encode(), waiting))
        })
        .collect();
    Ok(Slice {
        rows: waiting?,
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    })
}

/// The statement for a page.
#[must_use]
pub fn conflicts_page(
    scope: Uuid,
    decided: bool,
    window: &Window,
) -> Select<patient_conflict::Entity> {
    use patient_conflict_scope::Column;
    let of_scope = patient_conflict::Entity::belongs_to(patient_conflict_scope::Entity)
        .from(patient_conflict::Column::Id)
        .to(Column::ConflictId);
    patient_conflict::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, of_scope.into())
        .filter(Column::ScopeId.eq(scope))
        .filter(Column::Open.eq(!decided))
        .apply_if(window.cursor.as_ref(), |query, cursor| {
            query.filter(Column::ConflictId.gt(cursor.id))
        })
        .order_by_asc(Column::ConflictId)
        .limit(window.limit())
}

/// How many conflicts there are; none above 10,000.
pub async fn count_conflicts(app: &App, actor: &Actor, decided: bool) -> Result<Option<i32>> {
    use patient_conflict_scope::Column;
    policy::require(actor, Action::ReadConflicts)?;
    let Some(scope) = actor.scope.id() else {
        return Ok(Some(0));
    };
    let rows = patient_conflict_scope::Entity::find()
        .filter(Column::ScopeId.eq(scope))
        .filter(Column::Open.eq(!decided));
    counted(rows, app.db.reader()).await
}

/// How a conflict is decided.
#[derive(Clone, Debug, Serialize)]
pub struct Resolve {
    /// The conflict.
    pub conflict: Uuid,
    /// Its version; required of people.
    pub version: Option<i32>,
    /// The decision.
    pub decision: ConflictDecision,
    /// A word to it.
    pub note: Option<String>,
}

const ACTION: Action = Action::ResolvePatientConflict;

/// Decides a conflict; answers the record, or the separate patient.
pub async fn resolve_patient_conflict(
    app: &App,
    call: &Call<'_>,
    input: &Resolve,
) -> Result<Changed<patient::Model>> {
    let actor = call.actor;
    policy::require(actor, ACTION)?;
    let mut problems = Problems::default();
    change::check_version(actor, input.version, &mut problems);
    text::optional(input.note.as_deref(), NOTE, "input.note", &mut problems);
    problems.finish()?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
                Some(changed) => changed,
                None => decide(&txn, app, actor, input).await?,
            };
            let entry = Entry {
                note: input.note.clone(),
                ..change::entry(ACTION, &changed)
            };
            change::close(&txn, app, call, entry, changed).await
        })
        .await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn decide(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &Resolve,
) -> Result<Changed<patient::Model>> {
    let input_hash = replay::input_hash(input)?;
    let row = concerned(txn, actor, input.conflict).await?;
    let record = required(txn, row.patient_id).await?;
    if row.decision.is_some() {
        let about = answered(&row).unwrap_or(record.id);
        if change::was_taken(txn, actor, about, ACTION, input_hash).await? {
            return Ok(Changed::before(required(txn, about).await?));
        }
        return Err(Error::InvalidTransition {
            from: row.decision.map_or("OPEN", ConflictDecision::code),
            action: ACTION,
            allowed: Vec::new(),
            reason: Some("This conflict is decided."),
        });
    }
    change::require_version(row.version, input.version)?;
    let row = conflict::write(
        txn,
        app,
        patient_conflict::Model {
            decision: Some(input.decision),
            note: input.note.clone(),
            decided_by: Some(actor.account),
            decided_at: Some(app.now()),
            ..row
        },
    )
    .await?;
    let stands_in = match row.provisional_id {
        Some(id) => member::find(&**txn, id)
            .await?
            .filter(|row| row.merged_into.is_none()),
        None => None,
    };
    let detail = json!({ "conflict": row.id, "decision": input.decision, "note": input.note });
    let said = (detail, Some(input_hash));
    let changed = match input.decision {
        ConflictDecision::KeepRecord => join(txn, app, actor, (stands_in, record), said).await?,
        ConflictDecision::CorrectRecord => {
            let given = conflict::given(app, &row)?;
            let (record, before) = correct(txn, app, record, &row, &given).await?;
            let (mut detail, input_hash) = said;
            detail["before"] = before;
            join(txn, app, actor, (stands_in, record), (detail, input_hash)).await?
        }
        ConflictDecision::Separate => separate(txn, app, actor, (stands_in, record), said).await?,
    };
    Ok(Changed::now(changed))
}

/// The patient that a decided conflict was answered with, where that is not the record.
fn answered(row: &patient_conflict::Model) -> Option<Uuid> {
    row.provisional_id
        .filter(|_| row.decision == Some(ConflictDecision::Separate))
}

/// The conflict, where the actor's institution may decide it.
async fn concerned(txn: &Txn, actor: &Actor, id: Uuid) -> Result<patient_conflict::Model> {
    let scope = actor.scope.id().ok_or(Error::NotFound)?;
    let found = patient_conflict_scope::Entity::find_by_id((scope, id))
        .find_also_related(patient_conflict::Entity)
        .one(&**txn)
        .await?;
    found.and_then(|(_, row)| row).ok_or(Error::NotFound)
}

async fn required(txn: &Txn, id: Uuid) -> Result<patient::Model> {
    let record = member::record(&**txn, id).await?;
    record.ok_or_else(|| Error::Internal("a conflict without a patient".into()))
}

type Said = (Value, Option<[u8; 32]>);

/// It is one person: whoever stood in becomes part of the record.
async fn join(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    (stands_in, record): (Option<patient::Model>, patient::Model),
    said: Said,
) -> Result<patient::Model> {
    let record = match stands_in.filter(|row| row.id != record.id) {
        Some(row) => {
            let detail = (json!({ "into": record.id }), None);
            let (detail, hash) = detail;
            merge::merge(txn, app, actor, (row, record), (ACTION, detail, hash)).await?
        }
        None => record,
    };
    change::record(txn, app, actor, ACTION, &record, said).await?;
    Ok(record)
}

/// Writes what was given over what the two disagree on; gives back the old values too, those that are encrypted still so.
async fn correct(
    txn: &Txn,
    app: &App,
    record: patient::Model,
    conflict: &patient_conflict::Model,
    given: &Given,
) -> Result<(patient::Model, Value)> {
    let keys = &app.keys;
    let cipher = record.certificate_cipher.as_deref();
    let before = json!({
        "name": record.name, "sex": record.sex, "birthDate": record.birth_date,
        "certificateKind": record.certificate_kind, "certificate": cipher.map(|cipher| BASE64.encode(cipher)),
        "healthRecordNumber": record.health_record_number,
    });
    let known_sex = !matches!(given.sex, Sex::Unknown | Sex::Unstated);
    let mut record = patient::Model {
        name: given.name.clone(),
        sex: if known_sex { given.sex } else { record.sex },
        birth_date: given.birth_date.or(record.birth_date),
        ..record
    };
    if conflict.differs.0.contains(&PatientField::Certificate)
        && let Some(certificate) = given.certificate()
    {
        record.certificate_kind = Some(certificate.kind);
        record.certificate_cipher = sealed::certificate(keys, record.id, Some(&certificate))?;
        record.certificate_hash = Some(certificate.hash(keys));
        record.certificate_mask = Some(certificate.mask());
        require_free(
            txn,
            &record,
            patient::Column::CertificateHash.eq(record.certificate_hash.clone()),
        )
        .await?;
    }
    if conflict
        .differs
        .0
        .contains(&PatientField::HealthRecordNumber)
    {
        record
            .health_record_number
            .clone_from(&given.health_record_number);
        require_free(
            txn,
            &record,
            patient::Column::HealthRecordNumber.eq(record.health_record_number.clone()),
        )
        .await?;
    }
    Ok((change::write(txn, app, record).await?, before))
}

/// Refuses a number that another row has: then the two are to be merged, or to be kept apart.
async fn require_free(
    txn: &Txn,
    record: &patient::Model,
    same: sea_orm::sea_query::SimpleExpr,
) -> Result<()> {
    let taken = patient::Entity::find()
        .filter(same)
        .filter(patient::Column::Id.ne(record.id))
        .one(&**txn)
        .await?;
    let Some(taken) = taken else { return Ok(()) };
    let mut problems = Problems::default();
    let message = "Another record has this number; merge the two, or keep the record.";
    problems.add("input.decision", ProblemCode::Taken, message);
    Err(Error::Duplicate {
        existing: Some(id::encode(Kind::Patient, taken.record_id)),
        problems: problems.into_vec(),
    })
}

/// They are two people: whoever stood in stays, without the certificate that is another's.
async fn separate(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    (stands_in, record): (Option<patient::Model>, patient::Model),
    (mut detail, input_hash): Said,
) -> Result<patient::Model> {
    let Some(row) = stands_in else {
        change::record(txn, app, actor, ACTION, &record, (detail, input_hash)).await?;
        return Ok(record);
    };
    let cipher = row.certificate_cipher.as_deref();
    detail["before"] = json!({
        "certificateKind": row.certificate_kind, "certificate": cipher.map(|cipher| BASE64.encode(cipher)),
    });
    let row = patient::Model {
        provisional: false,
        certificate_kind: None,
        certificate_cipher: None,
        certificate_hash: None,
        certificate_mask: None,
        ..row
    };
    let row = change::write(txn, app, row).await?;
    let of_record = json!({ "conflict": detail["conflict"], "decision": detail["decision"] });
    change::record(txn, app, actor, ACTION, &row, (detail, input_hash)).await?;
    change::record(txn, app, actor, ACTION, &record, (of_record, None)).await?;
    Ok(row)
}
