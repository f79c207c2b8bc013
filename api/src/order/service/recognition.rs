//! Mutual recognition 结果互认: a final result of the same patient, item and kind inside the item's window stands in for a new examination.

use chrono::{DateTime, Duration, Utc};
use entity::{
    catalogue_item,
    enums::{Action, Basis, CentreKind},
    order, order_party, patient, shared_centre,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _, JoinType, Order,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _, Select, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    centre::ordering,
    db::Txn,
    error::{Error, Result},
    order::seen::Seen,
    page::{Slice, Window, counted},
    patient::service as patients,
    policy,
};

/// The sort that cursors name: the latest result first.
pub const RESULTS: &str = "REPORTED_AT_DESC";

/// Whether results of such a centre stand in for another examination. An opinion and a pack do not.
#[must_use]
pub const fn is_recognisable(kind: CentreKind) -> bool {
    matches!(
        kind,
        CentreKind::Imaging
            | CentreKind::Ecg
            | CentreKind::Ultrasound
            | CentreKind::Laboratory
            | CentreKind::Pathology
    )
}

/// The final results of the record's patient for that item, inside its window at that moment.
fn results(
    record: Uuid,
    item: &catalogue_item::Model,
    kind: CentreKind,
    now: DateTime<Utc>,
) -> Select<order::Entity> {
    let of_patient = order::Entity::belongs_to(patient::Entity)
        .from(order::Column::PatientId)
        .to(patient::Column::Id);
    let window = Duration::days(i64::from(item.recognition_days));
    order::Entity::find()
        .join(JoinType::InnerJoin, of_patient.into())
        .filter(patient::Column::RecordId.eq(record))
        .filter(order::Column::ItemCode.eq(&item.code))
        .filter(order::Column::Kind.eq(kind))
        .filter(order::Column::IsFinal.eq(true))
        .filter(order::Column::ReportedAt.gt(now - window))
}

/// Whether a result could be recognised.
pub async fn is_available(
    connection: &impl ConnectionTrait,
    app: &App,
    record: Uuid,
    item: &catalogue_item::Model,
    centre: &shared_centre::Model,
) -> Result<bool> {
    if !is_recognisable(centre.kind) || item.recognition_days == 0 {
        return Ok(false);
    }
    let found = results(record, item, centre.kind, app.now()).limit(1);
    Ok(found.count(connection).await? > 0)
}

/// The result of that order, if it can be recognised for the patient and item.
pub async fn result(
    txn: &Txn,
    app: &App,
    record: Uuid,
    item: &catalogue_item::Model,
    centre: &shared_centre::Model,
    order: Uuid,
) -> Result<Option<order::Model>> {
    let found = results(record, item, centre.kind, app.now())
        .filter(order::Column::Id.eq(order))
        .one(&**txn)
        .await?;
    Ok(found)
}

/// Lets whoever has recognised a result go on reading it.
pub async fn keep_open(txn: &Txn, app: &App, result: &order::Model, scopes: &[Uuid]) -> Result<()> {
    let rows = scopes
        .iter()
        .map(|scope| party(app, result, *scope).into_active_model());
    let known = OnConflict::columns([order_party::Column::ScopeId, order_party::Column::OrderId])
        .do_nothing()
        .to_owned();
    order_party::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

fn party(app: &App, result: &order::Model, scope: Uuid) -> order_party::Model {
    order_party::Model {
        scope_id: scope,
        order_id: result.id,
        patient_id: result.patient_id,
        referral_id: result.referral_id,
        basis: Basis::Recognition,
        since: app.now(),
        until: None,
        treating: false,
        status: result.status,
        listed_at: result.requested_at,
        updated_at: result.updated_at,
        due_at: None,
    }
}

/// What could be recognised: results of a patient for an item.
#[derive(Clone, Debug)]
pub struct Recognisable {
    record: Uuid,
    item: catalogue_item::Model,
    kind: CentreKind,
}

/// What somebody who may place that order could recognise instead.
///
/// # Errors
/// [`Error::NotFound`] where the actor does not see the patient, or no such item is offered to its institution.
pub async fn recognisable(
    app: &App,
    actor: &Actor,
    patient: Uuid,
    item: Uuid,
) -> Result<Recognisable> {
    policy::require(actor, Action::PlaceOrder)?;
    let institution = actor.institution().ok_or(Error::Forbidden)?;
    let seen = patients::read_patient(app, actor, patient).await?;
    let found = ordering::orderable(app.db.reader(), item, institution).await?;
    let found = found.filter(|found| found.served).ok_or(Error::NotFound)?;
    Ok(Recognisable {
        record: seen.row.record_id,
        kind: found.centre.kind,
        item: found.item,
    })
}

/// A page of them, the latest first.
pub async fn page(
    app: &App,
    actor: &Actor,
    of: &Recognisable,
    window: &Window,
) -> Result<Slice<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(window.slice(Vec::new()));
    };
    let query = results(of.record, &of.item, of.kind, app.now());
    let by = [order::Column::ReportedAt, order::Column::Id];
    let query = window.keyset(query, by, &Order::Desc, window.time());
    let rows = query.all(app.db.reader()).await?;
    let seen = rows.into_iter().map(|row| Seen {
        party: party(app, &row, scope),
        row,
    });
    Ok(window.slice(seen.collect()))
}

/// How many there are; none above 10,000.
pub async fn count(app: &App, of: &Recognisable) -> Result<Option<i32>> {
    let rows = results(of.record, &of.item, of.kind, app.now());
    counted(rows, app.db.reader()).await
}
