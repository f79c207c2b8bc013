//! Studios of named doctors 名医工作室 and treatment bases 治疗基地: registering, changing and ending them.

use chrono::NaiveDate;
use entity::{
    enums::{Action, HalfDay, Qualification, StudioKind, Tier},
    json::{WeeklySession, WeeklySessions},
    practitioner,
    studio::{self, Model},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    pacts::of_studio,
    pair,
    shared::{Ending, NAME, Sides, check_side, is_done, record, replace, replayed},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    draft::Change,
    error::{ProblemCode, Problems, Result},
    network::service::{announce, before, hold, hold_practitioner, practitioner, tidy},
    policy,
    record::replay::{self, Changed},
    text,
};

/// Half-days of a week.
const SESSIONS: usize = 14;

/// A studio to be registered.
#[derive(Clone, Debug, Serialize)]
pub struct NewStudio {
    /// What it is.
    pub kind: StudioKind,
    /// Name.
    pub name: String,
    /// The named doctor, whose employer is the home hospital.
    pub practitioner: Uuid,
    /// The institution where it is.
    pub host: Uuid,
    /// When the doctor is there, each week.
    pub sessions: Vec<WeeklySession>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
}

/// What shall be different about a studio; what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct StudioChange {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw.
    pub version: i32,
    /// Name.
    pub name: Option<String>,
    /// When the doctor is there, each week; all of it.
    pub sessions: Option<Vec<WeeklySession>>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Change<NaiveDate>,
}

/// Registers a studio.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) for whoever keeps the registry neither of its host nor of the doctor's hospital,
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming all problems.
pub async fn create(app: &App, call: &Call<'_>, input: NewStudio) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CreateStudio;
    policy::require(call.actor, ACTION)?;
    let (now, id) = (app.now(), app.new_id());
    let changed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return replayed(&txn, app, call, ACTION, known).await;
            }
            let doctor = practitioner(&txn, input.practitioner).await?;
            let home = doctor.as_ref().map(|doctor| doctor.institution_id);
            let mut row = Model {
                id,
                version: 1,
                kind: input.kind,
                name: input.name.clone(),
                practitioner_id: input.practitioner,
                home_id: home.unwrap_or_default(),
                host_id: input.host,
                sessions: ordered(&input.sessions),
                starts_on: input.starts_on,
                ends_on: input.ends_on,
                end_reason: None,
                created_at: now,
                updated_at: now,
            };
            tidy(&mut row.name);
            hold(&txn, [row.host_id]).await?;
            let sides = pair::sides(&txn, &row).await?;
            policy::require_side(call.actor, ACTION, sides.values())?;
            let mut problems = Problems::default();
            check_doctor(&row, doctor.as_ref(), &sides, &mut problems);
            check_side(row.host_id, "input.host", &sides, &mut problems);
            examine(&txn, &row, &mut problems).await?;
            problems.finish()?;
            studio::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            let detail = json!({ "kind": row.kind, "name": row.name });
            let hash = replay::input_hash(&input)?;
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes a studio that is not over.
///
/// # Errors
/// [`Error::Conflict`](crate::error::Error::Conflict) where the version is not the present one.
pub async fn update(app: &App, call: &Call<'_>, change: StudioChange) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateStudio;
    policy::require(call.actor, ACTION)?;
    let hash = replay::input_hash(&change)?;
    let changed = app
        .db
        .write(async |txn| {
            let (old, sides) = pair::kept::<Model>(&txn, call, ACTION, change.id).await?;
            if is_done(&txn, app, call, (ACTION, hash), (&old, change.version)).await? {
                return replayed(&txn, app, call, ACTION, old.id).await;
            }
            hold(&txn, [old.host_id]).await?;
            let row = shape(app, old.clone(), &change);
            let mut problems = Problems::default();
            examine(&txn, &row, &mut problems).await?;
            problems.finish()?;
            replace(&txn, &old, &row).await?;
            let detail = json!({ "before": before(&old, &row) });
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Ends a studio before its time.
pub async fn end(app: &App, call: &Call<'_>, ending: Ending) -> Result<Changed<Model>> {
    pair::end(app, call, Action::EndStudio, ending).await
}

fn shape(app: &App, old: Model, change: &StudioChange) -> Model {
    let sessions = change.sessions.as_deref().map(ordered);
    let mut row = Model {
        version: old.version + 1,
        name: change.name.clone().unwrap_or(old.name),
        sessions: sessions.unwrap_or(old.sessions),
        starts_on: change.starts_on.unwrap_or(old.starts_on),
        updated_at: app.now(),
        ..old
    };
    change.ends_on.clone().apply(&mut row.ends_on);
    tidy(&mut row.name);
    row
}

/// Sessions in the order of the week.
fn ordered(sessions: &[WeeklySession]) -> WeeklySessions {
    let mut sessions = sessions.to_vec();
    sessions.sort_unstable();
    WeeklySessions(sessions)
}

/// Whether two sessions share a half-day.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as lists hand them out")]
fn clash(one: &WeeklySession, other: &WeeklySession) -> bool {
    let same = one.half == other.half || one.half == HalfDay::Day || other.half == HalfDay::Day;
    one.weekday == other.weekday && same
}

/// Notes a doctor after whom no studio is named.
fn check_doctor(
    row: &Model,
    doctor: Option<&practitioner::Model>,
    sides: &Sides,
    problems: &mut Problems,
) {
    let path = "input.practitioner";
    let Some(doctor) = doctor.filter(|doctor| doctor.active) else {
        let message = "No practitioner of the network.";
        problems.add(path, ProblemCode::UnknownId, message);
        return;
    };
    let tier = sides.get(&row.home_id).map(|home| home.tier);
    for (good, message) in [
        (
            doctor.qualification == Qualification::Physician,
            "Studios are named after physicians.",
        ),
        (
            matches!(tier, Some(Tier::Hospital | Tier::Partner)),
            "Studios are named after doctors of hospitals.",
        ),
        (row.home_id != row.host_id, "The doctor works there anyway."),
    ] {
        problems.check(good, path, ProblemCode::NotAllowed, message);
    }
}

/// Notes what is wrong with a studio among the others of its host and of its doctor.
async fn examine(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    let path = "input.name";
    text::required(Some(&row.name), NAME, path, problems);
    text::one_line(&row.name, path, problems);
    of_studio(row).check("input.startsOn", "input.endsOn", problems);
    let other = studio::Entity::find()
        .filter(studio::Column::HostId.eq(row.host_id))
        .filter(studio::Column::Name.eq(&row.name))
        .filter(studio::Column::Id.ne(row.id))
        .one(&**txn)
        .await?;
    let message = "The institution has a studio of this name.";
    problems.check(other.is_none(), path, ProblemCode::Taken, message);
    check_sessions(txn, row, problems).await
}

/// Notes sessions that clash with each other, or with those of the doctor's other studios.
async fn check_sessions(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    let (path, sessions) = ("input.sessions", &row.sessions.0);
    let message = format!("At most {SESSIONS}.");
    problems.check(
        sessions.len() <= SESSIONS,
        path,
        ProblemCode::TooLarge,
        message,
    );
    let twice =
        (1..sessions.len()).any(|at| sessions[..at].iter().any(|one| clash(one, &sessions[at])));
    let message = "The same half-day twice.";
    problems.check(!twice, path, ProblemCode::Taken, message);
    hold_practitioner(txn, row.practitioner_id).await?;
    let others = studio::Entity::find()
        .filter(studio::Column::PractitionerId.eq(row.practitioner_id))
        .filter(studio::Column::Id.ne(row.id))
        .all(&**txn)
        .await?;
    let mut others = others
        .iter()
        .filter(|other| of_studio(other).overlaps(of_studio(row)));
    let elsewhere = others.any(|other| {
        let mut theirs = other.sessions.0.iter();
        theirs.any(|one| sessions.iter().any(|own| clash(one, own)))
    });
    let message = "The doctor sits in another studio at that time.";
    problems.check(!elsewhere, path, ProblemCode::Inconsistent, message);
    Ok(())
}

#[cfg(test)]
mod tests {
    use entity::enums::Weekday;

    use super::*;

    #[test]
    fn a_whole_day_clashes_with_either_half() {
        let on = |weekday, half| WeeklySession { weekday, half };
        let (monday, tuesday) = (Weekday::Monday, Weekday::Tuesday);
        for (one, other, clashes) in [
            (on(monday, HalfDay::Am), on(monday, HalfDay::Pm), false),
            (on(monday, HalfDay::Am), on(monday, HalfDay::Am), true),
            (on(monday, HalfDay::Am), on(monday, HalfDay::Day), true),
            (on(monday, HalfDay::Day), on(monday, HalfDay::Pm), true),
            (on(monday, HalfDay::Day), on(tuesday, HalfDay::Day), false),
        ] {
            assert_eq!(clash(&one, &other), clashes, "{one:?} {other:?}");
        }
    }
}
