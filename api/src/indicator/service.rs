//! The use cases: asking for indicators, and taking a sheet of them away.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entity::{
    enums::{Action, StatisticsDimension, SubjectKind},
    indicator_counts::Measure,
};
use uuid::Uuid;

use super::{
    area::{self, Period},
    catalogue::{self, Indicator, Source, Value, is_of_patient},
    cell::{Cell, sum},
    figures::Figures,
    patient,
    source::cells,
    tree::{self, Areas, Periods, cubes},
};
use crate::{
    app::App,
    auth::Actor,
    clock::shanghai_day,
    code,
    error::{Error, ProblemCode, Problems, Result},
    policy::{self, IndicatorArea, IndicatorSight},
    record::audit::Entry,
};

/// What is asked for, as somebody wrote it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of whom; the actor's own area where none is named.
    pub area: Option<IndicatorArea>,
    /// The first day of the first month.
    pub from: NaiveDate,
    /// The last day of the last month.
    pub to: NaiveDate,
    /// Broken down by what.
    pub by: Option<StatisticsDimension>,
    /// Only indicators of these codes.
    pub codes: Option<Vec<String>>,
}

/// The indicators of an area and a period.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Of whom.
    pub area: IndicatorArea,
    /// Its name.
    pub area_name: String,
    /// The months.
    pub period: Period,
    /// The indicators.
    pub rows: Vec<Row>,
}

/// An indicator, with what it is broken down into.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub indicator: &'static Indicator,
    /// What it says.
    pub value: Value,
    /// The parts.
    pub parts: Vec<Part>,
    /// Whether something of its parts is withheld because it is small.
    pub suppressed: bool,
}

/// A part of what an indicator is broken down into.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which.
    pub of: Of,
    /// What it says.
    pub value: Value,
}

/// What a part is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A month, by its first day.
    Month(NaiveDate),
    /// An institution.
    Institution(Uuid, String),
    /// A coded value, and its Chinese name.
    Value(String, String),
}

/// The indicators that are asked for.
pub async fn indicators(app: &App, actor: &Actor, asked: Asked) -> Result<Sheet> {
    policy::require(actor, Action::ReadIndicators)?;
    sheet(app, actor, asked, "input.").await
}

/// A sheet to be taken away, asked for by the parameters of an address; that it was is on record before the first byte leaves.
pub async fn export(app: &App, actor: &Actor, asked: Asked) -> Result<Sheet> {
    const ACTION: Action = Action::ExportIndicators;
    policy::require(actor, ACTION)?;
    let sheet = sheet(app, actor, asked, "").await?;
    let subject = match &sheet.area {
        IndicatorArea::Institution(id) => Some((SubjectKind::Institution, *id)),
        IndicatorArea::Community(id) => Some((SubjectKind::Community, *id)),
        IndicatorArea::Region(_) => None,
    };
    let note = format!("{} – {}", sheet.period.from, sheet.period.last_day());
    let entry = Entry {
        note: Some(note),
        ..Entry::done(ACTION, subject)
    };
    app.audit.write(app, actor, entry).await?;
    Ok(sheet)
}

async fn sheet(app: &App, actor: &Actor, asked: Asked, input: &str) -> Result<Sheet> {
    let at = |field: &str| format!("{input}{field}");
    let mut problems = Problems::default();
    let period = Period::check(
        asked.from,
        asked.to,
        (&at("from"), &at("to")),
        &mut problems,
    );
    let chosen = chosen(asked.codes.as_deref(), "codes", &mut problems);
    problems.finish()?;
    let Some(period) = period else {
        return Err(Error::Internal("a period was not checked".into()));
    };
    let directory = app.directory.now();
    let area = asked.area.or_else(|| policy::indicator_home(actor));
    // A department or a shared centre has no area of its own.
    let area = area.ok_or(Error::NotFound)?;
    let sight = policy::indicator_sight(actor, &directory, &area);
    if sight == IndicatorSight::Nothing {
        return Err(Error::NotFound);
    }
    if let Some(by) = asked.by.filter(|by| is_of_patient(*by))
        && sight == IndicatorSight::Aggregate
    {
        require_calendar(app, &period, by, "by")?;
    }
    let institutions = area::institutions(&directory, &area);
    let sources: BTreeSet<Source> = chosen.iter().map(|one| one.source).collect();
    let cells = cells(app, &sources, &institutions, &period).await?;
    let total = sum(&cells)?;
    let mut rows: Vec<Row> = chosen
        .into_iter()
        .map(|indicator| Row {
            indicator,
            value: indicator.formula.value(&total),
            parts: Vec::new(),
            suppressed: false,
        })
        .collect();
    match asked.by {
        None => {}
        Some(by) if is_of_patient(by) => {
            let of = (&area, sight, &period, by);
            by_patient(app, actor, &mut rows, of).await?;
            by_signed(app, actor, &mut rows, of).await?;
        }
        Some(StatisticsDimension::Month) => by_month(&mut rows, &cells, &period)?,
        Some(StatisticsDimension::Institution) => {
            by_institution(app, &mut rows, &cells)?;
        }
        Some(by) => by_part(&mut rows, &total, by),
    }
    Ok(Sheet {
        area_name: area::name(&directory, &area),
        area,
        period,
        rows,
    })
}

fn chosen(
    codes: Option<&[String]>,
    path: &str,
    problems: &mut Problems,
) -> Vec<&'static Indicator> {
    let Some(codes) = codes else {
        return catalogue::all().collect();
    };
    let unknown = codes.iter().filter(|code| catalogue::find(code).is_none());
    problems.check(
        unknown.count() == 0,
        path,
        ProblemCode::UnknownValue,
        "Not the code of an indicator.",
    );
    catalogue::all()
        .filter(|one| codes.iter().any(|code| code == one.code))
        .collect()
}

/// Refuses a breakdown by something of the patient of anything but a calendar month, quarter or year that is over: what overlaps otherwise, or grows
/// from one day to the next, would tell by its difference who came.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as it is asked")]
fn require_calendar(app: &App, period: &Period, by: StatisticsDimension, path: &str) -> Result<()> {
    if period.is_calendar() && period.until <= shanghai_day(app.now()) {
        return Ok(());
    }
    let message = format!(
        "By {} of a calendar month, quarter or year that is over.",
        by.code()
    );
    Err(Error::invalid(path, ProblemCode::NotAllowed, message))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as it is asked")]
fn by_month(rows: &mut [Row], cells: &[Cell], period: &Period) -> Result<()> {
    let mut months = Vec::new();
    for (day, month) in period.first_days().into_iter().zip(period.months()) {
        let own = cells.iter().filter(|cell| cell.month == Some(month));
        months.push((Of::Month(day), sum(own)?));
    }
    for row in rows.iter_mut() {
        if row.indicator.breaks_down_by(StatisticsDimension::Month) {
            let value = |(of, figures): &(Of, Figures)| Part {
                of: of.clone(),
                value: row.indicator.formula.value(figures),
            };
            row.parts = months.iter().map(value).collect();
        }
    }
    Ok(())
}

/// By the institutions that have something to tell.
fn by_institution(app: &App, rows: &mut [Row], cells: &[Cell]) -> Result<()> {
    let directory = app.directory.now();
    let mut own: BTreeMap<Uuid, Vec<&Cell>> = BTreeMap::new();
    for cell in cells {
        own.entry(cell.institution).or_default().push(cell);
    }
    let mut institutions = Vec::new();
    for (id, cells) in own {
        let found = directory.institution(id);
        let name = found.map(|found| found.name.clone()).unwrap_or_default();
        let code = found.map(|found| found.code.clone()).unwrap_or_default();
        institutions.push((code, Of::Institution(id, name), sum(cells)?));
    }
    institutions.sort_by(|one, other| one.0.cmp(&other.0));
    for row in rows.iter_mut() {
        let formula = row.indicator.formula;
        let told = institutions.iter();
        let told = told.filter(|(_, _, figures)| formula.cases(figures) != (0, 0));
        let value = |(_, of, figures): &(String, Of, Figures)| Part {
            of: of.clone(),
            value: formula.value(figures),
        };
        row.parts = told.map(value).collect();
    }
    Ok(())
}

/// By the parts that were counted with it: care settings, or reasons.
fn by_part(rows: &mut [Row], total: &Figures, by: StatisticsDimension) {
    for row in rows.iter_mut() {
        let (indicator, formula) = (row.indicator, row.indicator.formula);
        let Some(measure) = formula.measure().filter(|_| indicator.breaks_down_by(by)) else {
            continue;
        };
        let parts = total.counts.parts.get(&measure).into_iter().flatten();
        let part = |(code, _): (&String, &i64)| {
            let set = match (by, indicator.source) {
                (StatisticsDimension::CareSetting, _) => "CareSetting",
                (_, Source::Centres) => "OrderReturnReason",
                _ => "RejectionReason",
            };
            let name = code::term(set, code).unwrap_or_else(|| "未填写".to_owned());
            let value = formula.part(total, code)?;
            Some(Part {
                of: Of::Value(code.clone(), name),
                value,
            })
        };
        row.parts = parts.filter_map(part).collect();
    }
}

/// By something of the patient: exactly of one's own, else without small cells, and without what would tell them.
async fn by_patient(
    app: &App,
    actor: &Actor,
    rows: &mut [Row],
    (area, sight, period, by): (&IndicatorArea, IndicatorSight, &Period, StatisticsDimension),
) -> Result<()> {
    let own =
        |row: &Row| row.indicator.source == Source::Referrals && row.indicator.breaks_down_by(by);
    let broken = rows.iter().any(own);
    if !broken {
        return Ok(());
    }
    let directory = app.directory.now();
    let root = match sight {
        IndicatorSight::Own => area.clone(),
        _ => root(actor, &directory, area),
    };
    let counting = match sight {
        IndicatorSight::Own => *period,
        _ => Periods::year(period.from),
    };
    let counted =
        patient::count(app, &area::institutions(&directory, &root), &counting, by).await?;
    let mut values = patient::fixed(by);
    if values.is_empty() {
        values = counted.values.keys().map(String::as_str).collect();
    }
    let asked = area::institutions(&directory, area);
    let within = |(id, month): &(Uuid, chrono::DateTime<chrono::Utc>)| {
        asked.contains(id) && period.starts_at() <= *month && *month < period.ends_at()
    };
    let mut sums = Vec::new();
    for value in &values {
        let mut sum = Figures::default();
        let own = counted.values.get(*value).into_iter().flatten();
        for (_, figures) in own.filter(|(key, _)| within(key)) {
            sum.merge(figures)?;
        }
        sums.push(sum);
    }
    let places: BTreeMap<&str, usize> = values.iter().copied().zip(0..).collect();
    let tree = (
        Areas::below(&directory, &root),
        Periods::of(period.from, app.now()),
    );
    for row in rows.iter_mut().filter(|row| own(row)) {
        let formula = row.indicator.formula;
        let hidden = if sight == IndicatorSight::Own {
            vec![false; values.len()]
        } else {
            let kind = (
                by != StatisticsDimension::Tag,
                by == StatisticsDimension::Diagnosis,
            );
            let cases = |figures: &Figures| formula.cases(figures);
            let (_, cube) = cubes((&tree.0, &tree.1), &places, kind, &counted, cases);
            let place = tree.0.all.iter().position(|one| one == area);
            let when = tree.1.all.iter().position(|one| one == period);
            let (Some(place), Some(when)) = (place, when) else {
                return Err(Error::Internal(
                    "an area or period is not in its own tree".into(),
                ));
            };
            let first = cube.cell(place, when, 0);
            cube.hidden[first..first + values.len()].to_vec()
        };
        for ((value, figures), hidden) in values.iter().zip(&sums).zip(hidden) {
            let occurs = formula.cases(figures) != (0, 0);
            row.suppressed |= hidden && occurs;
            // Of diagnoses it is withheld that they occur at all.
            let told = if by == StatisticsDimension::Diagnosis {
                occurs && !hidden
            } else {
                occurs || hidden
            };
            if told {
                row.parts.push(Part {
                    of: Of::Value((*value).to_owned(), patient::label(by, value)),
                    value: if hidden {
                        Value::withheld()
                    } else {
                        formula.value(figures)
                    },
                });
            }
        }
    }
    Ok(())
}

/// Who has signed, by population group: of the residents of that group.
async fn by_signed(
    app: &App,
    actor: &Actor,
    rows: &mut [Row],
    (area, sight, period, by): (&IndicatorArea, IndicatorSight, &Period, StatisticsDimension),
) -> Result<()> {
    let own =
        |row: &&mut Row| row.indicator.source == Source::Family && row.indicator.breaks_down_by(by);
    let Some(row) = rows.iter_mut().find(own) else {
        return Ok(());
    };
    let directory = app.directory.now();
    let root = match sight {
        IndicatorSight::Own => area.clone(),
        _ => root(actor, &directory, area),
    };
    let all = area::institutions(&directory, &root);
    let cells = cells(app, &BTreeSet::from([Source::Family]), &all, period).await?;
    let within = area::institutions(&directory, area);
    let total = sum(cells
        .iter()
        .filter(|cell| within.contains(&cell.institution)))?;
    let part = |figures: &Figures, measure, group: &str| {
        let parts = figures.counts.parts.get(&measure);
        parts
            .and_then(|parts| parts.get(group))
            .copied()
            .unwrap_or_default()
    };
    let groups = patient::fixed(by);
    let hidden = if matches!(sight, IndicatorSight::Own) {
        vec![false; groups.len()]
    } else {
        let signed = cells.iter().map(|cell| {
            let of = groups
                .iter()
                .map(|group| part(&cell.figures, Measure::Signed, group));
            (
                cell.institution,
                cell.figures.count(Measure::Signed),
                of.collect::<Vec<i64>>(),
            )
        });
        tree::groups(&Areas::below(&directory, &root), area, groups.len(), signed)
    };
    for (group, hidden) in groups.iter().zip(hidden) {
        let (signed, of) = (
            part(&total, Measure::Signed, group),
            part(&total, Measure::Residents, group),
        );
        row.suppressed |= hidden && signed > 0;
        row.parts.push(Part {
            of: Of::Value((*group).to_owned(), patient::label(by, group)),
            value: if hidden {
                Value::withheld()
            } else {
                catalogue::share(signed, of)
            },
        });
    }
    Ok(())
}

/// The largest area that the actor may ask about, of those that an area belongs to.
fn root(
    actor: &Actor,
    directory: &crate::network::directory::Directory,
    area: &IndicatorArea,
) -> IndicatorArea {
    let home = match (actor.institution(), area) {
        // A lead hospital's own community is not what it is asked as, but what it leads.
        (Some(_), IndicatorArea::Institution(id)) => directory
            .institution(*id)
            .and_then(|found| found.community_id)
            .map(IndicatorArea::Community),
        (Some(_), _) => Some(area.clone()),
        (None, _) => policy::indicator_home(actor),
    };
    home.unwrap_or_else(|| area.clone())
}
