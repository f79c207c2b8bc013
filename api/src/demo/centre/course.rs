//! Courses of the training centre: one every other week, for people of the health centres.

use chrono::{DateTime, Duration, Utc};
use entity::enums::CentreKind;

use super::{
    super::{Scale, cast::Cast, dice::Dice, district},
    Centres,
};
use crate::{
    app::App,
    auth::Actor,
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    training::{enrol, record, session},
};

/// How many days lie between two courses.
const ROUND: usize = 14;
/// What is taught, in turn.
const COURSES: [&str; 6] = [
    "心肺复苏与除颤",
    "院前急救与转运",
    "胸痛识别与心电图采集",
    "卒中识别与溶栓前评估",
    "气道管理",
    "慢性病随访与健康教育",
];

/// Holds the courses of the year, and offers the next.
pub async fn perform(
    app: &App,
    (cast, centres): (&Cast, &Centres),
    scale: &Scale,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<()> {
    let centre = centres.of(CentreKind::SkillsTraining)?;
    let trainers: Vec<_> = cast.doctors(centre.host_id).collect();
    let mut dice = Dice::apart(seed, 9);
    let days = (0..scale.year - 7).rev().step_by(ROUND);
    for (turn, back) in days.enumerate() {
        let day = shanghai_day(now) - Duration::days(back);
        let starts_at = shanghai_midnight(day) + Duration::hours(13);
        let system = Actor::system("demo");
        app.clock.set(starts_at - Duration::days(6));
        let input = session::NewSession {
            centre: centre.id,
            course: COURSES[turn % COURSES.len()].to_owned(),
            trainer: (!trainers.is_empty()).then(|| dice.pick(&trainers).id),
            starts_at,
            ends_at: starts_at + Duration::hours(4),
            seats: 30,
        };
        let offered = session::create(app, &system.at("demo"), input)
            .await?
            .object;
        let mut people = Vec::new();
        for number in 0..scale.health_centres {
            let place = app
                .directory
                .now()
                .by_code
                .get(&district::health_centre(number))
                .copied();
            let staff: Vec<_> = place
                .map(|id| cast.doctors(id).collect())
                .unwrap_or_default();
            if !staff.is_empty() && dice.happens(55) {
                people.push(dice.pick(&staff).id);
            }
        }
        if people.is_empty() {
            continue;
        }
        app.clock.set(starts_at - Duration::days(2));
        let input = enrol::People {
            session: offered.id,
            practitioners: people.clone(),
        };
        enrol::enrol(app, &system.at("demo"), input).await?;
        if starts_at + Duration::hours(5) > now {
            continue;
        }
        app.clock.set(starts_at + Duration::hours(5));
        let results = people.iter().map(|who| {
            let attended = dice.happens(92);
            let score = i32::try_from(dice.between(52, 99)).unwrap_or(60);
            record::Outcome {
                practitioner: *who,
                attended,
                score: attended.then_some(score),
                passed: attended.then_some(score >= 60),
            }
        });
        let input = record::Record {
            session: offered.id,
            results: results.collect(),
        };
        record::record(app, &system.at("demo"), input).await?;
    }
    Ok(())
}
