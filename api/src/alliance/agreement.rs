//! Agreements 合作协约 of two institutions: registering, changing and ending them.

use chrono::NaiveDate;
use entity::{
    agreement::{self, Model},
    enums::{Action, AgreementKind, Tier},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    pacts::of_agreement,
    pair,
    shared::{Ending, NAME, Sides, check_side, is_done, record, replace, replayed},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    draft::Change,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network::service::{announce, before, hold, tidy},
    policy,
    record::replay::{self, Changed},
    text,
};

/// Most rounds.
const ROUNDS: i32 = 99;

/// An agreement to be registered.
#[derive(Clone, Debug, Serialize)]
pub struct NewAgreement {
    /// What it is.
    pub kind: AgreementKind,
    /// One side; of paired support the one that supports.
    pub institution: Uuid,
    /// The other side.
    pub counterpart: Uuid,
    /// What it is for.
    pub purpose: String,
    /// The round.
    pub round: i32,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// What shall be different about an agreement; what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct AgreementChange {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw.
    pub version: i32,
    /// What it is for.
    pub purpose: Option<String>,
    /// The round.
    pub round: Option<i32>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Change<NaiveDate>,
}

/// Registers an agreement.
///
/// # Errors
/// [`Error::Forbidden`] for whoever keeps the registry of neither side, [`Error::Duplicate`] where one side supports the other for that purpose
/// already, [`Error::InvalidInput`] naming all problems.
pub async fn create(app: &App, call: &Call<'_>, input: NewAgreement) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CreateAgreement;
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
                institution_id: input.institution,
                counterpart_id: input.counterpart,
                purpose: input.purpose.clone(),
                round: input.round,
                valid_from: input.valid_from,
                valid_to: input.valid_to,
                end_reason: None,
                created_at: now,
                updated_at: now,
            };
            tidy(&mut row.purpose);
            hold(&txn, [row.institution_id, row.counterpart_id]).await?;
            let sides = pair::sides(&txn, &row).await?;
            policy::require_side(call.actor, ACTION, sides.values())?;
            let mut problems = Problems::default();
            check_sides(&row, &sides, &mut problems);
            examine(&row, &mut problems);
            problems.finish()?;
            require_only(&txn, &row).await?;
            agreement::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            let detail = json!({ "kind": row.kind, "purpose": row.purpose, "round": row.round });
            let hash = replay::input_hash(&input)?;
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Changes an agreement that is not over.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(app: &App, call: &Call<'_>, change: AgreementChange) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateAgreement;
    policy::require(call.actor, ACTION)?;
    let hash = replay::input_hash(&change)?;
    let changed = app
        .db
        .write(async |txn| {
            let (old, sides) = pair::kept::<Model>(&txn, call, ACTION, change.id).await?;
            if is_done(&txn, app, call, (ACTION, hash), (&old, change.version)).await? {
                return replayed(&txn, app, call, ACTION, old.id).await;
            }
            let row = shape(app, old.clone(), &change);
            let mut problems = Problems::default();
            examine(&row, &mut problems);
            problems.finish()?;
            hold(&txn, [row.institution_id, row.counterpart_id]).await?;
            require_only(&txn, &row).await?;
            replace(&txn, &old, &row).await?;
            let detail = json!({ "before": before(&old, &row) });
            record(&txn, app, call, (ACTION, hash, detail), &row, &sides).await?;
            Ok(Changed::now(row))
        })
        .await?;
    announce(app).await;
    Ok(changed)
}

/// Ends an agreement before its time.
pub async fn end(app: &App, call: &Call<'_>, ending: Ending) -> Result<Changed<Model>> {
    pair::end(app, call, Action::EndAgreement, ending).await
}

fn shape(app: &App, old: Model, change: &AgreementChange) -> Model {
    let mut row = Model {
        version: old.version + 1,
        purpose: change.purpose.clone().unwrap_or(old.purpose),
        round: change.round.unwrap_or(old.round),
        valid_from: change.valid_from.unwrap_or(old.valid_from),
        updated_at: app.now(),
        ..old
    };
    change.valid_to.clone().apply(&mut row.valid_to);
    tidy(&mut row.purpose);
    row
}

/// Notes what is wrong with the two who agree.
fn check_sides(row: &Model, sides: &Sides, problems: &mut Problems) {
    check_side(row.institution_id, "input.institution", sides, problems);
    check_side(row.counterpart_id, "input.counterpart", sides, problems);
    problems.check(
        row.institution_id != row.counterpart_id,
        "input.counterpart",
        ProblemCode::Inconsistent,
        "Nobody agrees with themselves.",
    );
    let tier = sides.get(&row.institution_id).map(|side| side.tier);
    let supports = row.kind == AgreementKind::PairedSupport;
    problems.check(
        !(supports && tier == Some(Tier::Station)),
        "input.institution",
        ProblemCode::NotAllowed,
        "Stations support nobody.",
    );
}

/// Notes what is wrong with what they agree on.
fn examine(row: &Model, problems: &mut Problems) {
    let path = "input.purpose";
    text::required(Some(&row.purpose), NAME, path, problems);
    text::one_line(&row.purpose, path, problems);
    let path = "input.round";
    problems.check(
        row.round >= 1,
        path,
        ProblemCode::TooSmall,
        "Counted from 1.",
    );
    let message = format!("At most {ROUNDS}.");
    problems.check(row.round <= ROUNDS, path, ProblemCode::TooLarge, message);
    of_agreement(row).check("input.validFrom", "input.validTo", problems);
}

/// Refuses a second paired support of the same two for the same purpose at the same time, whichever of them supports.
async fn require_only(txn: &Txn, row: &Model) -> Result<()> {
    use agreement::Column::{CounterpartId, Id, InstitutionId, Kind as Which, Purpose};
    if row.kind != AgreementKind::PairedSupport {
        return Ok(());
    }
    let pair = [row.institution_id, row.counterpart_id];
    let others = agreement::Entity::find()
        .filter(InstitutionId.is_in(pair))
        .filter(CounterpartId.is_in(pair))
        .filter(Which.eq(AgreementKind::PairedSupport))
        .filter(Purpose.eq(&row.purpose))
        .filter(Id.ne(row.id))
        .all(&**txn)
        .await?;
    let same = |other: &&Model| of_agreement(other).overlaps(of_agreement(row));
    let Some(other) = others.iter().find(same) else {
        return Ok(());
    };
    Err(Error::Duplicate {
        existing: Some(id::encode(Kind::Agreement, other.id)),
        problems: vec![Problem::new(
            "input.purpose",
            ProblemCode::Taken,
            "The two have paired support for this purpose at that time.",
        )],
    })
}
