//! Experts who are sent to the health centres: deputy directors for the greater part of a year, and specialists who sit there once a week.

use chrono::{Days, Duration, NaiveDate};
use entity::{
    dispatch,
    enums::{DispatchKind, HalfDay, Role, Weekday},
    json::WeeklySession,
};

use super::{
    super::{dice::Dice, district::COUNTY},
    Year,
};
use crate::{
    auth::{Actor, Scope},
    clock::{shanghai_day, shanghai_midnight},
    dispatch::service::{self as dispatches, Entry, On},
    error::{Error, Result},
};

const WEEK: usize = 7;

/// Sends an expert to every other health centre.
pub async fn perform(year: &Year<'_>) -> Result<()> {
    let mut dice = Dice::apart(year.seed, 11);
    let sender = scope(year.at(COUNTY)?);
    let officer = year.cast.worker(&sender, Role::DispatchOfficer, 0);
    let officer = officer.ok_or_else(|| lacking("no dispatch officer"))?;
    let experts: Vec<_> = year
        .cast
        .doctors(year.at(COUNTY)?)
        .map(|one| one.id)
        .collect();
    for number in (0..year.scale.health_centres).step_by(2) {
        let host = year.health_centre(number)?;
        let roles = [Role::Coordinator, Role::Integration];
        let desk = roles
            .iter()
            .find_map(|role| year.cast.worker(&scope(host), *role, 0));
        let desk = desk.ok_or_else(|| lacking("nobody at a host"))?;
        // The first third of them have come home; the others are there.
        let over = number.is_multiple_of(6);
        let (from, days) = if over {
            (year.scale.year - 14, year.scale.year / 2)
        } else {
            (year.scale.year * 6 / 10, year.scale.year * 9 / 10)
        };
        let starts_on = shanghai_day(year.now - Duration::days(from));
        let length = Days::new(u64::try_from(days).unwrap_or(30));
        let posting = Posting {
            year,
            officer: &officer,
            desk: &desk,
            expert: experts[number % experts.len()],
            starts_on,
            ends_on: starts_on.checked_add_days(length).unwrap_or(starts_on),
        };
        posting.play(number, &mut dice).await?;
    }
    Ok(())
}

fn scope(institution: uuid::Uuid) -> Scope {
    Scope::Institution {
        id: institution,
        department: None,
    }
}

fn lacking(what: &str) -> Error {
    Error::Internal(format!("the demo has {what}"))
}

struct Posting<'a> {
    year: &'a Year<'a>,
    officer: &'a Actor,
    desk: &'a Actor,
    expert: uuid::Uuid,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
}

impl Posting<'_> {
    async fn play(&self, number: usize, dice: &mut Dice) -> Result<()> {
        let app = self.year.app;
        app.clock
            .set(shanghai_midnight(self.starts_on) - Duration::days(5));
        let row = dispatches::plan(app, &self.officer.at("demo"), self.plan(number)).await?;
        let approve = dispatches::Approve {
            on: on(&row.object),
            approver: None,
        };
        let row = dispatches::approve(app, &self.officer.at("demo"), approve).await?;
        let confirm = dispatches::Confirm {
            on: on(&row.object),
        };
        let row = dispatches::confirm(app, &self.desk.at("demo"), confirm).await?;
        app.clock
            .set(shanghai_midnight(self.starts_on) + Duration::hours(8));
        let arrive = dispatches::CheckIn {
            on: on(&row.object),
        };
        let row = dispatches::check_in(app, &self.desk.at("demo"), arrive).await?;
        let row = self.work(row.object, dice).await?;
        let ended = shanghai_midnight(self.ends_on) + Duration::days(1);
        if ended > self.year.now {
            return Ok(());
        }
        app.clock.set(ended);
        while dispatches::clock::strike_once(app).await? {}
        let row = dispatches::dispatch(app, &self.desk.at("demo"), row.id).await?;
        app.clock.set(ended + Duration::hours(34));
        let appraise = dispatches::Appraise {
            on: on(&row),
            score: i32::try_from(dice.between(82, 98)).unwrap_or(90),
            comment: Some("带教扎实，门诊与查房规范。".into()),
        };
        dispatches::appraise(app, &self.desk.at("demo"), appraise).await?;
        Ok(())
    }

    fn plan(&self, number: usize) -> dispatches::Plan {
        let weekdays: &[Weekday] = if number.is_multiple_of(4) {
            &[Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday]
        } else {
            &[Weekday::Thursday]
        };
        let day = |weekday: &Weekday| WeeklySession {
            weekday: *weekday,
            half: HalfDay::Day,
        };
        dispatches::Plan {
            request: None,
            version: None,
            sender: self.officer.institution(),
            host: self.desk.institution(),
            wanted: dispatches::Wanted {
                practitioner: Some(self.expert),
                kind: Some(if number.is_multiple_of(4) {
                    DispatchKind::ClinicalDeputyDirector
                } else {
                    DispatchKind::VisitingClinic
                }),
                specialty: None,
                starts_on: Some(self.starts_on),
                ends_on: Some(self.ends_on),
                sessions: Some(weekdays.iter().map(day).collect()),
                studio: None,
                agreement: None,
                goals: Some("提升门诊、查房与慢病管理能力。".into()),
            },
            occurred_at: None,
        }
    }

    /// Says every fourth week what the expert did in its last.
    async fn work(&self, mut row: dispatch::Model, dice: &mut Dice) -> Result<dispatch::Model> {
        let last = self
            .ends_on
            .min(shanghai_day(self.year.now - Duration::days(1)));
        for first in self.starts_on.iter_days().step_by(WEEK * 4) {
            let Some(until) = first
                .checked_add_days(Days::new(6))
                .filter(|day| *day <= last)
            else {
                return Ok(row);
            };
            let days = first.iter_days().take(WEEK);
            let there =
                days.filter(|day| row.sessions.0.iter().any(|one| on_day(one.weekday, *day)));
            let entries: Vec<_> = there.map(|day| entry(day, dice)).collect();
            self.year
                .app
                .clock
                .set(shanghai_midnight(until) + Duration::hours(17));
            let input = dispatches::Log {
                on: on(&row),
                entries,
            };
            row = dispatches::log(self.year.app, &self.desk.at("demo"), input)
                .await?
                .object;
        }
        Ok(row)
    }
}

fn on_day(weekday: Weekday, day: NaiveDate) -> bool {
    use chrono::Datelike as _;
    let number = Weekday::ALL.iter().position(|one| *one == weekday);
    number == usize::try_from(day.weekday().num_days_from_monday()).ok()
}

fn entry(day: NaiveDate, dice: &mut Dice) -> Entry {
    let mut count = |least, most| i32::try_from(dice.between(least, most)).unwrap_or(0);
    Entry {
        day,
        half: HalfDay::Am,
        outpatients: count(8, 30),
        ward_rounds: count(0, 12),
        operations: 0,
        consultations: count(0, 3),
        teaching_hours: 1.0,
        teaching_heads: count(3, 9),
        note: None,
    }
}

fn on(row: &dispatch::Model) -> On {
    On {
        dispatch: row.id,
        version: Some(row.version),
        occurred_at: None,
    }
}
