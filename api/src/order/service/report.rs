//! Reports 报告: released as they are written, reviewed by somebody else, amended by a further version.

use entity::{
    enums::{Action, OrderSide, ReviewRule, Role},
    order,
    order_content::Findings,
    report,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    findings,
    place::LONG,
    specimen::check_together,
    turn::{Begun, BegunEach, On, Turn, begin, begin_each, covered_each, end_each},
};
use crate::{
    app::App,
    auth::Call,
    critical_value::service::raise_again,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::seen::{self, Key, Seen},
    record::replay::Changed,
    referral::service::check_practitioner,
    text,
};

/// A report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which orders it answers.
    pub orders: Vec<On>,
    /// What it says.
    pub findings: Findings,
    /// Who reports; whoever claimed it where nobody is named.
    pub reporter: Option<Uuid>,
}

/// A report to be reviewed, or an opinion to be confirmed.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// An order that it answers; the others that it answers go with it.
    pub on: On,
    /// Who reviews; the caller where nobody is named.
    pub reviewer: Option<Uuid>,
    /// How the requester rates a consultation, 1 to 5.
    pub rating: Option<i32>,
}

/// A report to be amended.
#[derive(Clone, Debug, Serialize)]
pub struct Amend {
    /// An order that it answers; the others that it answers go with it.
    pub on: On,
    /// What it says now.
    pub findings: Findings,
    /// Why.
    pub reason: String,
    /// Who amends it; the caller where nobody is named.
    pub reporter: Option<Uuid>,
}

/// Reports what was found, for one or several orders of a patient that the caller has claimed.
pub async fn report(app: &App, call: &Call<'_>, input: Report) -> Result<Changed<Vec<Seen>>> {
    let action = Action::ReportOrder;
    let work = app.db.write(async |txn| {
        let begun = begin_each(&txn, app, call, action, &input.orders, &input).await?;
        let mut turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        check_claimer(call, &turns)?;
        let at = check_together(&mut turns)?;
        let mut problems = Problems::default();
        findings::check(&input.findings, app.now(), &mut problems);
        let first = &turns[0];
        let host = Some(first.row.host_id);
        check_practitioner(&txn, input.reporter, host, "input.reporter", &mut problems).await?;
        problems.finish()?;
        let row = report::Model {
            id: app.new_id(),
            version: 1,
            preliminary: is_preliminary(&turns),
            findings: input.findings.clone(),
            reason: None,
            reporter_id: input.reporter.or(first.row.claimed_by_id),
            reported_by: call.actor.account,
            reported_at: at,
            reviewer_id: None,
            reviewed_at: None,
            created_at: app.now(),
        };
        for turn in &mut turns {
            turn.row.report_id = Some(row.id);
        }
        let detail = json!({ "report": row.version });
        insert(&txn, row).await?;
        end_each(turns, &txn, app, call, detail).await
    });
    Ok(covered_each(call, work.await?))
}

/// Whoever has claimed an order reports it; a laboratory's or archive's own system for whomever it names.
fn check_claimer(call: &Call<'_>, turns: &[Turn]) -> Result<()> {
    let actor = call.actor;
    let other = |turn: &&Turn| turn.row.claimed_account_id != Some(actor.account);
    match turns.iter().find(other) {
        Some(turn) if !actor.has(Role::Integration) => Err(Error::InvalidTransition {
            from: turn.row.status.code(),
            action: Action::ReportOrder,
            allowed: vec![Action::ReleaseOrder],
            reason: Some("A colleague has claimed it; release it first."),
        }),
        _ => Ok(()),
    }
}

fn is_preliminary(turns: &[Turn]) -> bool {
    turns
        .iter()
        .any(|turn| turn.row.review == ReviewRule::Required)
}

async fn insert(txn: &Txn, row: report::Model) -> Result<()> {
    report::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Reviews a report, or confirms an opinion; the reviewer is not the reporter.
pub async fn review(app: &App, call: &Call<'_>, input: Review) -> Result<Changed<Vec<Seen>>> {
    let action = Action::ReviewOrder;
    let work = app.db.write(async |txn| {
        let begun = begin_report(&txn, app, call, action, &input.on, &input).await?;
        let mut turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        let latest = latest(&txn, turns[0].row.report_id).await?;
        let mut problems = Problems::default();
        let (side, by) = (turns[0].side, turns[0].institution());
        let reviewer = input.reviewer.or(call.actor.practitioner);
        check_practitioner(
            &txn,
            input.reviewer,
            Some(by),
            "input.reviewer",
            &mut problems,
        )
        .await?;
        let own = latest.reported_by == call.actor.account && !call.actor.has(Role::Integration);
        let same = own || (reviewer.is_some() && reviewer == latest.reporter_id);
        let message = "Whoever reports does not review.";
        problems.check(!same, "input.reviewer", ProblemCode::NotAllowed, message);
        let nobody = call.actor.has(Role::Integration) && reviewer.is_none();
        let message = "A system names who reviewed.";
        problems.check(!nobody, "input.reviewer", ProblemCode::Required, message);
        check_rating(&input, side, &mut problems);
        problems.finish()?;
        report::Entity::update_many()
            .col_expr(report::Column::Preliminary, Expr::val(false))
            .col_expr(report::Column::ReviewerId, Expr::val(reviewer))
            .col_expr(report::Column::ReviewedAt, Expr::val(turns[0].at))
            .filter(report::Column::Id.eq(latest.id))
            .filter(report::Column::Version.eq(latest.version))
            .exec(&*txn)
            .await?;
        for turn in &mut turns {
            turn.row.content.rating = input.rating.or(turn.row.content.rating);
        }
        end_each(turns, &txn, app, call, json!({ "report": latest.version })).await
    });
    Ok(covered_each(call, work.await?))
}

fn check_rating(input: &Review, side: OrderSide, problems: &mut Problems) {
    let Some(rating) = input.rating else { return };
    let path = "input.rating";
    let message = "The requester rates a consultation.";
    problems.check(
        side == OrderSide::Requester,
        path,
        ProblemCode::NotAllowed,
        message,
    );
    problems.check(
        (1..=5).contains(&rating),
        path,
        ProblemCode::TooLarge,
        "1 to 5.",
    );
}

/// Amends a report: a further version, preliminary until it is reviewed; whoever could read the one before is told. What was critical and is
/// changed is raised again.
pub async fn amend(app: &App, call: &Call<'_>, input: Amend) -> Result<Changed<Vec<Seen>>> {
    let action = Action::AmendReport;
    let work = app.db.write(async |txn| {
        let begun = begin_report(&txn, app, call, action, &input.on, &input).await?;
        let turns = match begun {
            BegunEach::Turns(turns) => turns,
            BegunEach::Before(seen) => return Ok(Changed::before(seen)),
        };
        let latest = latest(&txn, turns[0].row.report_id).await?;
        let mut problems = Problems::default();
        findings::check(&input.findings, app.now(), &mut problems);
        text::required(Some(&input.reason), LONG, "input.reason", &mut problems);
        let host = Some(turns[0].row.host_id);
        check_practitioner(&txn, input.reporter, host, "input.reporter", &mut problems).await?;
        problems.finish()?;
        let row = report::Model {
            id: latest.id,
            version: latest.version + 1,
            preliminary: is_preliminary(&turns),
            findings: input.findings.clone(),
            reason: Some(input.reason.clone()),
            reporter_id: input.reporter.or(call.actor.practitioner),
            reported_by: call.actor.account,
            reported_at: turns[0].at,
            reviewer_id: None,
            reviewed_at: None,
            created_at: app.now(),
        };
        let detail = json!({ "report": row.version, "note": input.reason });
        for turn in &turns {
            raise_again(&txn, app, call, &turn.row, &latest, &row).await?;
        }
        insert(&txn, row).await?;
        end_each(turns, &txn, app, call, detail).await
    });
    Ok(covered_each(call, work.await?))
}

/// Begins a verb at a report, named by an order that it answers: the others go with it.
async fn begin_report(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    on: &On,
    input: &impl Serialize,
) -> Result<BegunEach> {
    let turn = match begin(txn, app, call, action, on, input).await? {
        Begun::Turn(turn) => *turn,
        Begun::Before(seen) => return before(txn, app, call, *seen).await,
    };
    let rest = beside(txn, &turn.row).await?;
    let mut turns = vec![turn];
    for row in rest {
        let on = On {
            order: Key::Id(row.id),
            version: Some(row.version),
            ..on.clone()
        };
        let begun = Turn::begin(txn, app, call, action, &on, input, "input").await?;
        if let Begun::Turn(turn) = begun {
            turns.push(*turn);
        }
    }
    check_together(&mut turns)?;
    Ok(BegunEach::Turns(turns))
}

/// Answers with the orders of the report as they are.
async fn before(txn: &Txn, app: &App, call: &Call<'_>, seen: Seen) -> Result<BegunEach> {
    let rest = beside(txn, &seen.row).await?;
    let mut all = vec![seen];
    for row in rest {
        all.extend(seen::find(&**txn, app, call.actor, &Key::Id(row.id)).await?);
    }
    Ok(BegunEach::Before(all))
}

/// The other orders that the report of an order answers.
async fn beside(txn: &Txn, row: &order::Model) -> Result<Vec<order::Model>> {
    let Some(report) = row.report_id else {
        return Ok(Vec::new());
    };
    let rows = order::Entity::find()
        .filter(order::Column::ReportId.eq(report))
        .filter(order::Column::Id.ne(row.id))
        .order_by_asc(order::Column::Id)
        .all(&**txn)
        .await?;
    Ok(rows)
}

/// The latest version of the report of an order, where it has one.
pub async fn report_version(txn: &Txn, row: &order::Model) -> Result<Option<i32>> {
    if row.report_id.is_none() {
        return Ok(None);
    }
    Ok(Some(latest(txn, row.report_id).await?.version))
}

/// The latest version of a report.
async fn latest(txn: &Txn, report: Option<Uuid>) -> Result<report::Model> {
    let id = report.ok_or_else(|| Error::Internal("a reported order without report".into()))?;
    let found = report::Entity::find()
        .filter(report::Column::Id.eq(id))
        .order_by_desc(report::Column::Version)
        .one(&**txn)
        .await?;
    found.ok_or(Error::NotFound)
}
