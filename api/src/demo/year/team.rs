//! Teams of family doctors: one a health centre, with people of its villages under contract.

use chrono::{Days, Duration};
use entity::enums::Role;

use super::{
    super::{
        dice::Dice,
        district::{COUNTY, HERBS, community, station},
    },
    Year,
};
use crate::{
    auth::{Actor, Scope},
    clock::shanghai_day,
    error::{Error, Result},
    family_doctor::{contract, package, team},
    patient::PatientRef,
};

/// One in so many people has a contract.
const SIGNED: usize = 5;

/// Sets up the teams, and signs people in the months after.
pub async fn perform(year: &Year<'_>) -> Result<()> {
    let mut dice = Dice::apart(year.seed, 10);
    for number in 0..year.scale.health_centres {
        one(year, number, &mut dice).await?;
    }
    Ok(())
}

async fn one(year: &Year<'_>, number: usize, dice: &mut Dice) -> Result<()> {
    let (app, system) = (year.app, Actor::system("demo"));
    let institution = year.health_centre(number)?;
    app.clock
        .set(year.now - Duration::days(year.scale.year - 12));
    let hospital = year.at([COUNTY, HERBS][community(number)])?;
    let village = (0..year.scale.stations).find(|place| year.scale.manager(*place) == number);
    let worker = village.map(|place| year.at(&station(place))).transpose()?;
    // Here and there the hospital has not named its specialist yet.
    let specialist = (number % 6 != 5).then_some(hospital);
    let places = [Some(institution), worker, specialist];
    let members = places.into_iter().flatten().filter_map(|place| {
        let mut doctors = year.cast.doctors(place);
        let which = if place == hospital { number } else { 0 };
        doctors.nth(which).map(|doctor| team::NewMember {
            practitioner: doctor.id,
            leader: place == institution,
        })
    });
    let input = team::NewTeam {
        institution,
        name: "家庭医生签约团队".to_owned(),
        phone: None,
        members: members.collect(),
    };
    let team = team::create(app, &system.at("demo"), input).await?.object;
    let input = package::NewPackage {
        institution,
        code: "JC".to_owned(),
        name: "基础服务包".to_owned(),
        content: "健康评估、慢病随访、用药指导、优先转诊".to_owned(),
        fee: 12_000,
    };
    let package = package::create(app, &system.at("demo"), input)
        .await?
        .object;
    let scope = Scope::Institution {
        id: institution,
        department: None,
    };
    let desk = year.cast.worker(&scope, Role::Integration, 0);
    let desk = desk.ok_or_else(|| Error::Internal("a health centre has no system".into()))?;
    let people = year.plan.people.iter();
    let own = people.filter(|one| year.scale.manager(one.home) == number);
    for person in own.step_by(SIGNED) {
        let at = year.now - Duration::days(dice.between(2, year.scale.year - 13));
        app.clock.set(at);
        let today = shanghai_day(at);
        let input = contract::Sign {
            patient: PatientRef::Register(Box::new(person.registration(today))),
            team: team.id,
            package: package.id,
            starts_on: Some(today),
            ends_on: today.checked_add_days(Days::new(3 * 365)),
            note: None,
        };
        contract::sign(app, &desk.at("demo"), input).await?;
    }
    Ok(())
}
