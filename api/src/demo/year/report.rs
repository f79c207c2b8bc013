//! What is reported to the bureau: supervision visits, and the volumes of every month.

use chrono::{Datelike as _, Duration, Months, NaiveDate};
use entity::{enums::TagKind, json::TagCount};

use super::{
    super::{
        dice::Dice,
        district::{COUNTY, HERBS, community},
    },
    Year,
};
use crate::{
    auth::Actor,
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    supervision::visit,
    volume::{counts::Counts, report},
};

/// What supervision is about, in turn.
const TOPICS: [&str; 4] = ["医疗质量与安全", "合理用药", "院感管理", "慢病规范管理"];

/// Reports the visits and the months of the year, as far as they are over.
pub async fn perform(year: &Year<'_>) -> Result<()> {
    let mut dice = Dice::apart(year.seed, 12);
    for number in 0..year.scale.health_centres {
        visits(year, number, &mut dice).await?;
    }
    let first = shanghai_day(year.now - Duration::days(year.scale.year));
    let mut month = first.with_day(1).unwrap_or(first);
    loop {
        let next = month + Months::new(1);
        let told = shanghai_midnight(next) + Duration::hours(33);
        if told > year.now {
            return Ok(());
        }
        year.app.clock.set(told);
        volumes(year, month, &mut dice).await?;
        month = next;
    }
}

/// Three a year are the norm; one in five health centres has had two.
async fn visits(year: &Year<'_>, number: usize, dice: &mut Dice) -> Result<()> {
    let system = Actor::system("demo");
    let hospital = year.at([COUNTY, HERBS][community(number)])?;
    let many = if number % 5 == 4 { 2 } else { 3 };
    let staff: Vec<_> = year.cast.doctors(hospital).map(|one| one.id).collect();
    for turn in 0..many {
        let back = (year.scale.year - 15) * (many - turn) / (many + 1) - dice.between(0, 4);
        let day = shanghai_day(year.now - Duration::days(back));
        year.app
            .clock
            .set(shanghai_midnight(day) + Duration::hours(17));
        let topic = TOPICS[usize::try_from(turn).unwrap_or(0) % TOPICS.len()];
        let input = visit::NewVisit {
            visitor: Some(hospital),
            visited: year.health_centre(number)?,
            visited_on: day,
            topic: topic.to_owned(),
            visitors: vec![*dice.pick(&staff)],
            findings: Some("制度落实总体良好，病历书写待规范。".into()),
            advice: Some("一个月内整改并反馈。".into()),
        };
        visit::record(year.app, &system.at("demo"), input).await?;
    }
    Ok(())
}

async fn volumes(year: &Year<'_>, month: NaiveDate, dice: &mut Dice) -> Result<()> {
    for code in [COUNTY, HERBS] {
        let visits = number(dice, 3_800, 5_200);
        let counts = Counts {
            visits: Some(visits),
            discharges: Some(number(dice, 300, 420)),
            tcm_visits: Some(visits * if code == HERBS { 6 } else { 1 } / 10),
            ..Counts::default()
        };
        report(year, code, month, counts).await?;
    }
    for place in 0..year.scale.health_centres {
        let people = year.plan.people.iter();
        let own = people.filter(|one| year.scale.manager(one.home) == place);
        // One in three of those who live there has ever been seen.
        let residents = i32::try_from(own.count() * 3).unwrap_or(0);
        let outside = number(dice, 6, 14);
        let groups = [
            (TagKind::Aged65, 5),
            (TagKind::Hypertension, 6),
            (TagKind::Diabetes, 14),
        ];
        let group = |(tag, share): (TagKind, i32)| TagCount {
            tag,
            residents: residents / share,
        };
        let visits = number(dice, 320, 560);
        let counts = Counts {
            visits: Some(visits),
            discharges: Some(number(dice, 8, 30)),
            tcm_visits: Some(visits * 4 / 10),
            residents: Some(residents),
            residents_by_tag: groups.map(group).to_vec(),
            first_contacts_outside: Some(number(dice, 40, 90)),
            outside_visits: Some(outside),
            outside_referred: Some(outside * 6 / 10),
        };
        let code = super::district::health_centre(place);
        report(year, &code, month, counts).await?;
    }
    Ok(())
}

async fn report(year: &Year<'_>, code: &str, month: NaiveDate, counts: Counts) -> Result<()> {
    let input = report::NewReport {
        institution: Some(year.at(code)?),
        month,
        counts,
    };
    report::report(year.app, &Actor::system("demo").at("demo"), input).await?;
    Ok(())
}

fn number(dice: &mut Dice, least: i64, most: i64) -> i32 {
    i32::try_from(dice.between(least, most)).unwrap_or(0)
}
