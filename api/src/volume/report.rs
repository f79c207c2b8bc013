//! Reporting what an institution did in a month, and correcting it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    enums::{Action, SubjectKind},
    institution,
    json::TagCounts,
    volume_report::{self, Model},
    volume_revision,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::counts::{Counts, CountsChange};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    correction,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network::service::{institution, is_replay, overwrite, replayed},
    policy,
    record::{
        event::Happened,
        replay::{self, Changed},
        version,
    },
};

/// What events call a report.
const KIND: SubjectKind = SubjectKind::VolumeReport;
/// Longest reason of a correction.
const REASON: usize = 500;

/// A month to be reported.
#[derive(Clone, Debug, Serialize)]
pub struct NewReport {
    /// The institution; the caller's own where left out.
    pub institution: Option<Uuid>,
    /// The first day of the month.
    pub month: NaiveDate,
    /// What was counted.
    pub counts: Counts,
}

/// What was wrong with a report.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// What is counted differently.
    pub counts: CountsChange,
    /// Why.
    pub reason: String,
}

/// Reports a month. The same again is answered with what is on record; anything else about that month is a correction.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not report for that institution, [`Error::Duplicate`] where the month is reported already,
/// [`Error::InvalidInput`] naming all problems.
pub async fn report(app: &App, call: &Call<'_>, input: NewReport) -> Result<Changed<Model>> {
    const ACTION: Action = Action::ReportVolumes;
    policy::require(call.actor, ACTION)?;
    let (now, id) = (app.now(), app.new_id());
    let institution_id = input.institution.or(call.actor.institution());
    let institution_id = institution_id.ok_or(Error::Forbidden)?;
    let counts = input.counts.clone().ordered();
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            let known = find(&txn, known).await?;
            return replayed(&txn, app, call, ACTION, (KIND, known.id), known).await;
        }
        let own = institution(&txn, institution_id).await?;
        policy::require_own(call.actor, ACTION, &own)?;
        let mut problems = Problems::default();
        let today = shanghai_day(now);
        correction::check_day(input.month, today, "input.month", &mut problems);
        counts.check("input.counts", &mut problems);
        problems.finish()?;
        if let Some(other) = of_month(&txn, institution_id, input.month).await? {
            let first = version(&txn, other.id, 1).await?;
            let same = first.is_some_and(|first| Counts::from(&first) == counts);
            if !same {
                return Err(duplicate(&other));
            }
            return replayed(&txn, app, call, ACTION, (KIND, other.id), other).await;
        }
        let mut row = blank(id, institution_id, input.month, now);
        counts.clone().write(&mut row);
        // Of two at once the unique key stops one, which then finds the other's.
        volume_report::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        let detail = json!({ "month": row.month, "counts": counts });
        let hash = replay::input_hash(&input)?;
        done(&txn, app, call, (ACTION, hash, detail, None), &row, &own).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Corrects what was reported of a month. What was on record before stays readable.
///
/// # Errors
/// [`Error::NotFound`] for whoever does not read it, [`Error::Forbidden`] for whoever does not report for that institution, [`Error::Conflict`] where
/// the version is not the present one.
pub async fn correct(app: &App, call: &Call<'_>, change: Correction) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CorrectVolumes;
    let hash = replay::input_hash(&change)?;
    let work = app.db.write(async |txn| {
        let old = find(&txn, change.id).await?;
        let own = institution(&txn, old.institution_id).await?;
        let seen = policy::oversees(call.actor, &app.directory.now(), &own);
        if !seen || policy::require(call.actor, Action::ReadVolumes).is_err() {
            return Err(Error::NotFound);
        }
        policy::require_own(call.actor, ACTION, &own)?;
        let verb = (ACTION, Some(own.id), hash);
        if is_replay(&txn, app, call, verb, old.id).await? {
            return replayed(&txn, app, call, ACTION, (KIND, old.id), old).await;
        }
        version::require(call.actor, change.version, old.version, "It", version::PATH)?;
        let before = Counts::from(&old);
        let counts = before.clone().with(&change.counts).ordered();
        let mut problems = Problems::default();
        let reason = correction::reason(&change.reason, REASON, &mut problems);
        counts.check("input.counts", &mut problems);
        correction::check_version(old.version, &mut problems);
        let message = "Nothing is different.";
        let differs = counts != before;
        problems.check(differs, "input.counts", ProblemCode::Inconsistent, message);
        problems.finish()?;
        let mut row = Model {
            version: old.version + 1,
            updated_at: app.now(),
            ..old.clone()
        };
        counts.write(&mut row);
        let read = volume_report::Column::Version.eq(old.version);
        overwrite(&txn, &row, read).await?;
        let detail = json!({ "month": row.month, "before": before, "reason": reason });
        let told = (ACTION, hash, detail, Some(reason));
        done(&txn, app, call, told, &row, &own).await?;
        Ok(Changed::now(row))
    });
    work.await
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = volume_report::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

async fn of_month(txn: &Txn, institution: Uuid, month: NaiveDate) -> Result<Option<Model>> {
    let found = volume_report::Entity::find()
        .filter(volume_report::Column::InstitutionId.eq(institution))
        .filter(volume_report::Column::Month.eq(month))
        .one(&**txn)
        .await?;
    Ok(found)
}

async fn version(txn: &Txn, id: Uuid, version: i32) -> Result<Option<volume_revision::Model>> {
    let found = volume_revision::Entity::find_by_id((id, version));
    Ok(found.one(&**txn).await?)
}

fn blank(
    id: Uuid,
    institution_id: Uuid,
    month: NaiveDate,
    now: chrono::DateTime<chrono::Utc>,
) -> Model {
    Model {
        id,
        version: 1,
        institution_id,
        month,
        visits: None,
        discharges: None,
        tcm_visits: None,
        residents: None,
        residents_by_tag: TagCounts::default(),
        first_contacts_outside: None,
        outside_visits: None,
        outside_referred: None,
        created_at: now,
        updated_at: now,
    }
}

fn duplicate(other: &Model) -> Error {
    Error::Duplicate {
        existing: Some(id::encode(Kind::VolumeReport, other.id)),
        problems: vec![Problem::new(
            "input.month",
            ProblemCode::Taken,
            "The month is reported; correct the report.",
        )],
    }
}

/// Writes the version, and records that it was written: for the institution, whoever manages it and its community.
async fn done(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, hash, detail, reason): (Action, [u8; 32], Value, Option<String>),
    row: &Model,
    own: &institution::Model,
) -> Result<()> {
    let revision = volume_revision::Model {
        report_id: row.id,
        version: row.version,
        visits: row.visits,
        discharges: row.discharges,
        tcm_visits: row.tcm_visits,
        residents: row.residents,
        residents_by_tag: row.residents_by_tag.clone(),
        first_contacts_outside: row.first_contacts_outside,
        outside_visits: row.outside_visits,
        outside_referred: row.outside_referred,
        reason,
        account_id: call.actor.account,
        created_at: row.updated_at,
    };
    let scopes = [Some(own.id), own.managed_by, own.community_id];
    let scopes: BTreeSet<Uuid> = scopes.into_iter().flatten().collect();
    let happened = Happened {
        institution: Some(own.id),
        input_hash: Some(hash),
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(action, (KIND, row.id), row.version).with_detail(detail)
    };
    correction::write(txn, app, call, revision.into_active_model(), happened).await
}
