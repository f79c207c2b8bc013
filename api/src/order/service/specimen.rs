//! Specimens 标本: drawn under a barcode for one or several orders, sent, received.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SpecimenKind},
    order_specimen, specimen,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    place::LINE,
    turn::{BegunEach, On, Turn, begin_each, covered_each, end_each},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::seen::Seen,
    record::replay::Changed,
    referral::service::check_practitioner,
    text,
};

/// Longest barcode.
pub const BARCODE: usize = 50;

/// A specimen that was drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Collect {
    /// For which orders.
    pub orders: Vec<On>,
    /// What is printed on it.
    pub barcode: String,
    /// What it is.
    pub kind: SpecimenKind,
    /// Who drew it.
    pub collector: Option<Uuid>,
    /// When it was put into fixative.
    pub fixed_at: Option<DateTime<Utc>>,
}

/// Specimens that are on their way.
#[derive(Clone, Debug, Serialize)]
pub struct Send {
    /// Of which orders.
    pub orders: Vec<On>,
    /// How they travel.
    pub transport: Option<String>,
}

/// Specimens or packs that the centre has got.
#[derive(Clone, Debug, Serialize)]
pub struct Receive {
    /// Of which orders.
    pub orders: Vec<On>,
}

/// Records that a specimen was drawn, for one or several orders of a patient to one centre.
pub async fn collect_specimen(
    app: &App,
    call: &Call<'_>,
    input: Collect,
) -> Result<Changed<Vec<Seen>>> {
    let action = Action::CollectSpecimen;
    let work = app.db.write(async |txn| {
        let begun = begin_each(&txn, app, call, action, &input.orders, &input).await?;
        let mut turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        let at = check_together(&mut turns)?;
        let specimen = draw(&txn, app, &turns, &input, at).await?;
        for turn in &mut turns {
            turn.row.specimen_id = Some(specimen.id);
            turn.row.returned = None;
        }
        let links = turns.iter().map(|turn| {
            order_specimen::Model {
                order_id: turn.row.id,
                specimen_id: specimen.id,
            }
            .into_active_model()
        });
        let known = OnConflict::columns([
            order_specimen::Column::OrderId,
            order_specimen::Column::SpecimenId,
        ])
        .do_nothing()
        .to_owned();
        order_specimen::Entity::insert_many(links)
            .on_conflict(known)
            .exec_without_returning(&*txn)
            .await?;
        end_each(
            turns,
            &txn,
            app,
            call,
            json!({ "barcode": specimen.barcode }),
        )
        .await
    });
    Ok(covered_each(call, work.await?))
}

/// Records that specimens are on their way to the centre.
pub async fn send_specimen(app: &App, call: &Call<'_>, input: Send) -> Result<Changed<Vec<Seen>>> {
    let action = Action::SendSpecimen;
    let work = app.db.write(async |txn| {
        let begun = begin_each(&txn, app, call, action, &input.orders, &input).await?;
        let turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        let mut problems = Problems::default();
        text::optional(
            input.transport.as_deref(),
            LINE,
            "input.transport",
            &mut problems,
        );
        problems.finish()?;
        let change = specimen::Entity::update_many()
            .col_expr(specimen::Column::SentAt, Expr::val(latest(&turns)))
            .col_expr(
                specimen::Column::Transport,
                Expr::val(input.transport.clone()),
            );
        change
            .filter(specimen::Column::Id.is_in(specimens(&turns)))
            .exec(&*txn)
            .await?;
        end_each(turns, &txn, app, call, Value::Null).await
    });
    Ok(covered_each(call, work.await?))
}

/// Records that the centre has the specimens, or the used packs.
pub async fn receive(app: &App, call: &Call<'_>, input: Receive) -> Result<Changed<Vec<Seen>>> {
    let action = Action::ReceiveOrder;
    let work = app.db.write(async |txn| {
        let begun = begin_each(&txn, app, call, action, &input.orders, &input).await?;
        let turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        specimen::Entity::update_many()
            .col_expr(specimen::Column::ReceivedAt, Expr::val(latest(&turns)))
            .filter(specimen::Column::Id.is_in(specimens(&turns)))
            .exec(&*txn)
            .await?;
        end_each(turns, &txn, app, call, Value::Null).await
    });
    Ok(covered_each(call, work.await?))
}

fn specimens(turns: &[Turn]) -> impl Iterator<Item = Uuid> {
    turns.iter().filter_map(|turn| turn.row.specimen_id)
}

/// When it happens to the last of them.
fn latest(turns: &[Turn]) -> Option<DateTime<Utc>> {
    turns.iter().map(|turn| turn.at).max()
}

/// Refuses orders that do not belong together; when it happens to all of them.
pub(super) fn check_together(turns: &mut [Turn]) -> Result<DateTime<Utc>> {
    let mut problems = Problems::default();
    for turn in turns.iter_mut() {
        problems.extend(std::mem::take(&mut turn.problems).into_vec());
    }
    let first = turns
        .first()
        .ok_or_else(|| Error::Internal("no order".into()))?;
    for (place, turn) in turns.iter().enumerate() {
        let path = format!("input.orders[{place}].order");
        let patient = turn.row.patient_id == first.row.patient_id;
        let message = "Another patient's than the first.";
        problems.check(patient, &path, ProblemCode::Inconsistent, message);
        let centre = turn.row.centre_id == first.row.centre_id;
        let message = "To another centre than the first.";
        problems.check(centre, &path, ProblemCode::Inconsistent, message);
    }
    problems.finish()?;
    Ok(first.at)
}

/// The specimen: new, or, for a further order, the same tube of the same patient.
async fn draw(
    txn: &Txn,
    app: &App,
    turns: &[Turn],
    input: &Collect,
    at: DateTime<Utc>,
) -> Result<specimen::Model> {
    let mut problems = Problems::default();
    let barcode = text::line(
        Some(&input.barcode),
        BARCODE,
        "input.barcode",
        &mut problems,
    );
    for (place, turn) in turns.iter().enumerate() {
        let wanted = turn.row.specimen_kind;
        problems.check(
            wanted.is_none_or(|wanted| wanted == input.kind),
            "input.kind",
            ProblemCode::Inconsistent,
            format!("Not the specimen that the item of orders[{place}] needs."),
        );
    }
    let first = &turns[0];
    let by = Some(first.institution());
    let path = "input.collector";
    check_practitioner(txn, input.collector, by, path, &mut problems).await?;
    let fixed = input
        .fixed_at
        .is_none_or(|fixed| fixed >= at && fixed <= app.now());
    let message = "Fixed after it was drawn, and not in the future.";
    problems.check(fixed, "input.fixedAt", ProblemCode::Order, message);
    let patient = first.row.patient_id.ok_or(Error::NotFound)?;
    let known = match &barcode {
        Some(barcode) => {
            specimen::Entity::find()
                .filter(specimen::Column::CentreId.eq(first.row.centre_id))
                .filter(specimen::Column::Barcode.eq(barcode))
                .one(&**txn)
                .await?
        }
        None => None,
    };
    if let Some(known) = &known {
        let same = known.patient_id == patient
            && known.kind == input.kind
            && known.rejected.is_none()
            && known.received_at.is_none();
        let message = "On another specimen already; a new specimen has a new barcode.";
        problems.check(same, "input.barcode", ProblemCode::Taken, message);
    }
    problems.finish()?;
    if let Some(known) = known {
        return Ok(known);
    }
    let row = specimen::Model {
        id: app.new_id(),
        centre_id: first.row.centre_id,
        barcode: barcode.ok_or_else(|| Error::Internal("a barcode was lost".into()))?,
        patient_id: patient,
        kind: input.kind,
        collected_at: at,
        collector_id: input.collector,
        fixed_at: input.fixed_at,
        sent_at: None,
        transport: None,
        received_at: None,
        rejected: None,
        created_at: app.now(),
    };
    specimen::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(row)
}
