//! Founding alliances, changing them and who belongs to them, ending them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    alliance::{self, Model},
    alliance_member,
    enums::{Action, AllianceKind, AllianceRole},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub use super::shared::Ending;
use super::{
    bond::Bond as _,
    check,
    pacts::of_alliance,
    service::{find, members_of},
    shared::{NAME, Sides, is_done, record, replace, replayed},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    draft::Change,
    error::{ProblemCode, Problems, Result},
    network::service::{announce, before, institutions, tidy},
    policy,
    record::replay::{self, Changed},
    text,
};

/// A place in an alliance.
#[derive(Clone, Debug, Serialize)]
pub struct Seat {
    /// Whose.
    pub institution: Uuid,
    /// What it is there.
    pub role: AllianceRole,
    /// First day; that of the alliance where left out.
    pub since: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// An alliance to be founded.
#[derive(Clone, Debug, Serialize)]
pub struct NewAlliance {
    /// What it is for.
    pub kind: AllianceKind,
    /// Name.
    pub name: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// Who belongs to it.
    pub members: Vec<Seat>,
}

/// What shall be different about an alliance; what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct AllianceChange {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw.
    pub version: i32,
    /// Name.
    pub name: Option<String>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Change<NaiveDate>,
    /// Who belongs, belonged and will belong to it, all of them.
    pub members: Option<Vec<Seat>>,
}

/// Founds an alliance.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) for whoever keeps none of its members, [`Error::InvalidInput`](crate::error::Error::InvalidInput)
/// naming all problems.
pub async fn create(app: &App, call: &Call<'_>, input: NewAlliance) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CreateAlliance;
    policy::require(call.actor, ACTION)?;
    let (now, id) = (app.now(), app.new_id());
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return replayed(&txn, app, call, ACTION, known).await;
            }
            let mut row = Model {
                id,
                version: 1,
                kind: input.kind,
                name: input.name.clone(),
                starts_on: input.starts_on,
                ends_on: input.ends_on,
                end_reason: None,
                created_at: now,
                updated_at: now,
            };
            tidy(&mut row.name);
            let members = seats(&row, &input.members);
            let sides = sides(&txn, &[&members]).await?;
            policy::require_alliance_keeper(call.actor, ACTION, sides.values())?;
            let mut problems = Problems::default();
            examine(&txn, &row, &mut problems).await?;
            check::members(&row, &members, &[], &sides, &mut problems);
            problems.finish()?;
            alliance::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            write_members(&txn, id, &members).await?;
            let detail = json!({ "kind": row.kind, "name": row.name, "members": told(&members) });
            let hash = replay::input_hash(&input)?;
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes an alliance that is not over, or who belongs to it.
///
/// # Errors
/// [`Error::Conflict`](crate::error::Error::Conflict) where the version is not the present one.
pub async fn update(app: &App, call: &Call<'_>, change: AllianceChange) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateAlliance;
    policy::require(call.actor, ACTION)?;
    let hash = replay::input_hash(&change)?;
    let changed = app
        .db
        .write(async |txn| {
            let (old, seated) = kept(&txn, call, ACTION, change.id).await?;
            if is_done(&txn, app, call, (ACTION, hash), (&old, change.version)).await? {
                return replayed(&txn, app, call, ACTION, old.id).await;
            }
            let mut row = shape(app, old.clone(), &change);
            tidy(&mut row.name);
            let members = match &change.members {
                Some(members) => seats(&row, members),
                None => seated.clone(),
            };
            let sides = sides(&txn, &[&members, &seated]).await?;
            let mut problems = Problems::default();
            examine(&txn, &row, &mut problems).await?;
            check::members(&row, &members, &seated, &sides, &mut problems);
            problems.finish()?;
            replace(&txn, &old, &row).await?;
            let mut detail = json!({ "before": before(&old, &row) });
            if members != seated {
                detail["before"]["members"] = told(&seated);
                write_members(&txn, row.id, &members).await?;
            }
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Ends an alliance before its time; whoever belongs to it belongs to it no longer than that.
pub async fn end(app: &App, call: &Call<'_>, ending: Ending) -> Result<Changed<Model>> {
    const ACTION: Action = Action::EndAlliance;
    policy::require(call.actor, ACTION)?;
    let hash = replay::input_hash(&ending)?;
    let changed = app
        .db
        .write(async |txn| {
            let (old, seated) = kept(&txn, call, ACTION, ending.id).await?;
            if is_done(&txn, app, call, (ACTION, hash), (&old, ending.version)).await? {
                return replayed(&txn, app, call, ACTION, old.id).await;
            }
            let mut problems = Problems::default();
            let reason = ending.check(of_alliance(&old), &mut problems);
            problems.finish()?;
            let row = old.clone().ended(ending.on, reason, app.now());
            replace(&txn, &old, &row).await?;
            write_members(&txn, row.id, &until(&seated, ending.on)).await?;
            let sides = sides(&txn, &[&seated]).await?;
            let detail = json!({ "before": { "ends_on": old.ends_on, "members": told(&seated) } });
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// The alliance of that id with its members, for whoever keeps one of those who belong to it.
async fn kept(
    txn: &Txn,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<(Model, Vec<alliance_member::Model>)> {
    let row: Model = find(txn, id).await?;
    let seated = members_of(txn, id).await?;
    let sides = sides(txn, &[&seated]).await?;
    policy::require_alliance_keeper(call.actor, action, sides.values())?;
    Ok((row, seated))
}

fn shape(app: &App, old: Model, change: &AllianceChange) -> Model {
    let mut row = Model {
        version: old.version + 1,
        name: change.name.clone().unwrap_or(old.name),
        starts_on: change.starts_on.unwrap_or(old.starts_on),
        updated_at: app.now(),
        ..old
    };
    change.ends_on.clone().apply(&mut row.ends_on);
    row
}

/// Notes what is wrong with an alliance itself.
async fn examine(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    let path = "input.name";
    text::required(Some(&row.name), NAME, path, problems);
    text::one_line(&row.name, path, problems);
    of_alliance(row).check("input.startsOn", "input.endsOn", problems);
    let other = alliance::Entity::find()
        .filter(alliance::Column::Name.eq(&row.name))
        .filter(alliance::Column::Id.ne(row.id))
        .one(&**txn)
        .await?;
    let message = "There is an alliance of this name.";
    problems.check(other.is_none(), path, ProblemCode::Taken, message);
    Ok(())
}

fn seats(row: &Model, members: &[Seat]) -> Vec<alliance_member::Model> {
    let seat = |seat: &Seat| alliance_member::Model {
        alliance_id: row.id,
        institution_id: seat.institution,
        since: seat.since.unwrap_or(row.starts_on),
        until: seat.until,
        role: seat.role,
    };
    members.iter().map(seat).collect()
}

/// Memberships of an alliance that ends on that day.
fn until(members: &[alliance_member::Model], last: NaiveDate) -> Vec<alliance_member::Model> {
    let begun = members.iter().filter(|row| row.since <= last);
    let ended = begun.map(|row| alliance_member::Model {
        until: Some(row.until.map_or(last, |until| Ord::min(until, last))),
        ..row.clone()
    });
    ended.collect()
}

/// The institutions that these lists name.
async fn sides(txn: &Txn, lists: &[&[alliance_member::Model]]) -> Result<Sides> {
    let rows = lists.iter().flat_map(|rows| rows.iter());
    let ids: BTreeSet<Uuid> = rows.map(|row| row.institution_id).collect();
    institutions(txn, &Vec::from_iter(ids)).await
}

async fn write_members(txn: &Txn, id: Uuid, members: &[alliance_member::Model]) -> Result<()> {
    alliance_member::Entity::delete_many()
        .filter(alliance_member::Column::AllianceId.eq(id))
        .exec(&**txn)
        .await?;
    let rows = members.iter().cloned();
    let rows = rows.map(sea_orm::IntoActiveModel::into_active_model);
    alliance_member::Entity::insert_many::<alliance_member::ActiveModel, _>(rows)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Members as an event tells them.
fn told(members: &[alliance_member::Model]) -> Value {
    let one = |row: &alliance_member::Model| {
        json!({
            "institution": row.institution_id,
            "role": row.role,
            "since": row.since,
            "until": row.until,
        })
    };
    members.iter().map(one).collect()
}
