//! Alliances, agreements, and a studio.

use chrono::{Days, Duration};
use entity::{
    enums::{AgreementKind, AllianceKind, AllianceRole, HalfDay, StudioKind, Weekday},
    json::WeeklySession,
};

use super::{
    super::district::{CITY, COUNTY, HERBS, UNIVERSITY, health_centre},
    Year,
};
use crate::{
    alliance::{agreement, found, studio},
    auth::Actor,
    clock::shanghai_day,
    error::Result,
};

/// Kind, name, who leads it, and who belongs to it.
const ALLIANCES: &[(AllianceKind, &str, &str, &[&str])] = &[
    (
        AllianceKind::CityGroup,
        "澜州市第一人民医院医疗集团",
        CITY,
        &[COUNTY, HERBS],
    ),
    (
        AllianceKind::Telemedicine,
        "澜州大学远程医疗协作网",
        UNIVERSITY,
        &[COUNTY],
    ),
    (
        AllianceKind::Specialty,
        "青澜县胸痛专科联盟",
        COUNTY,
        &[HERBS],
    ),
];

/// Concludes them, some days after the district began.
pub async fn perform(year: &Year<'_>) -> Result<()> {
    let began = year.now - Duration::days(year.scale.year - 10);
    let (first, system) = (shanghai_day(began), Actor::system("demo"));
    year.app.clock.set(began);
    for (kind, name, lead, members) in ALLIANCES {
        let seat = |code: &str, role| {
            year.at(code).map(|institution| found::Seat {
                institution,
                role,
                since: None,
                until: None,
            })
        };
        let mut seats = vec![seat(lead, AllianceRole::Lead)?];
        for code in *members {
            seats.push(seat(code, AllianceRole::Member)?);
        }
        let input = found::NewAlliance {
            kind: *kind,
            name: (*name).to_owned(),
            starts_on: first,
            ends_on: None,
            members: seats,
        };
        found::create(year.app, &system.at("demo"), input).await?;
    }
    for (kind, one, other, purpose) in [
        (
            AgreementKind::PairedSupport,
            CITY,
            COUNTY.to_owned(),
            "重点专科对口支援",
        ),
        (
            AgreementKind::Cooperation,
            COUNTY,
            health_centre(0),
            "县域医疗次中心能力建设",
        ),
    ] {
        let input = agreement::NewAgreement {
            kind,
            institution: year.at(one)?,
            counterpart: year.at(&other)?,
            purpose: purpose.to_owned(),
            round: 1,
            valid_from: first,
            valid_to: first.checked_add_days(Days::new(3 * 365)),
        };
        agreement::create(year.app, &system.at("demo"), input).await?;
    }
    let Some(doctor) = year.cast.doctors(year.at(CITY)?).next() else {
        return Ok(());
    };
    let input = studio::NewStudio {
        kind: StudioKind::DoctorStudio,
        name: "心血管名医工作室".to_owned(),
        practitioner: doctor.id,
        host: year.at(COUNTY)?,
        sessions: vec![WeeklySession {
            weekday: Weekday::Saturday,
            half: HalfDay::Am,
        }],
        starts_on: first,
        ends_on: None,
    };
    studio::create(year.app, &system.at("demo"), input).await?;
    Ok(())
}
