//! All indicators of one community for a year, in a small and a large database: `cargo run --release -p tests --bin indicators -- --referrals 1000000`.
//!
//! Options: `--referrals 1000000` in the large database and `--few 10000` in the small one, both of three years in ten communities; `--rounds 40` readings of
//! each, by turns. They go to SQLite, or where `DATABASE_URL` begins with `postgres` to a server of its own. Referrals are written straight into the
//! tables, and counted by the rollup. Then twenty more come by the feed and are not counted yet, so that a reading has a tail: what that costs is printed
//! beside. It fails where a large reading takes three times as long as a small one.

#![expect(
    dead_code,
    unused_imports,
    reason = "it takes from the suite's harness what it needs"
)]

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration as Time, Instant},
};

use api::{clock::shanghai_day, indicator::rollup};
use case::Case;
use chrono::{DateTime, Duration, Months, TimeZone as _, Utc};
use entity::{
    community, community_lead,
    enums::{
        HoldState, LegAnswer, ReferralDirection, ReferralStatus, RejectionReason, Role, Sex, Tier,
    },
    follow_up, hold, institution, patient, referral, referral_leg,
};
use harness::{
    World,
    client::Client,
    database::{Database, Kind},
};
use history::History;
use serde_json::{Value, json};
use uuid::Uuid;

#[path = "../indicator/case.rs"]
mod case;
#[path = "../bench/figure.rs"]
mod figure;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../indicator/history.rs"]
mod history;
#[path = "../bench/pair.rs"]
mod pair;

use pair::{ROWS, insert, option};

/// How many communities share the referrals.
const COMMUNITIES: usize = 10;
/// Health centres of a community, and stations of a health centre.
const CENTRES: usize = 8;
const STATIONS: usize = 2;
/// How many days the referrals are spread over.
const DAYS: i64 = 3 * 365;
/// Referrals a patient has on average.
const REFERRALS_A_PATIENT: u32 = 10;
/// What is asked for.
const YEAR: &str = "query Year($input: StatisticsInput!) { indicators(input: $input) { code value numerator denominator } }";

fn main() -> ExitCode {
    let (few, many) = (option("--few", 10_000), option("--referrals", 1_000_000));
    let rounds = option("--rounds", 40);
    pair::run(async |kind| compare(kind, few, many, rounds).await)
}

async fn compare(kind: Kind, few: u32, many: u32, rounds: u32) -> bool {
    let small = Seeded::new(kind, few).await;
    let large = Seeded::new(kind, many).await;
    let (little, much) = race(&small, &large, rounds).await;
    let ratio = much / little;
    println!(
        "{kind}: all indicators of one community for a year, {few} referrals: {little:.1} ms; {many} referrals: {much:.1} ms; {ratio:.2} times as long"
    );
    for seeded in [&small, &large] {
        seeded.tail().await;
    }
    let (little, much) = race(&small, &large, rounds).await;
    println!(
        "{kind}: the same with twenty referrals that are not counted yet: {little:.1} ms; {much:.1} ms; {:.2} times as long",
        much / little
    );
    ratio <= 3.0
}

/// The medians of readings by turns, in milliseconds.
async fn race(small: &Seeded, large: &Seeded, rounds: u32) -> (f64, f64) {
    for seeded in [small, large] {
        seeded.read().await;
    }
    let (mut little, mut much) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        little.push(figure::millis(small.read().await));
        much.push(figure::millis(large.read().await));
    }
    (figure::median(little), figure::median(much))
}

/// A community: its hospital, its health centres, and their stations.
struct Home {
    community: community::Model,
    hospital: institution::Model,
    centres: Vec<(institution::Model, Vec<institution::Model>)>,
}

/// A database with its referrals, and who reads it.
struct Seeded {
    history: History,
    homes: Vec<Home>,
    patients: Vec<Uuid>,
    manager: Client,
    input: Value,
}

impl Seeded {
    async fn new(kind: Kind, referrals: u32) -> Self {
        let began = Instant::now();
        let database = Arc::new(Database::create(kind).await);
        let w = World::start(database, true).await;
        // The month is nearly over: the longest tail there is.
        let now = Utc.with_ymd_and_hms(2026, 2, 26, 2, 0, 0).single();
        w.app.clock.set(now.expect("UTC has every hour"));
        let history = History::begin(&w).await;
        let homes = found(&w).await;
        let mut patients = Vec::new();
        let mut people = Vec::new();
        for n in 0..(referrals / REFERRALS_A_PATIENT).max(1) {
            let sex = if n % 2 == 0 { Sex::Male } else { Sex::Female };
            let person = history::person(&w, sex, None);
            patients.push(person.id);
            people.push(person);
        }
        insert::<patient::Entity, _>(&w, people).await;
        let mut seeded = Self {
            manager: w.client(Role::CommunityManager, &homes[0].community).await,
            history,
            homes,
            patients,
            input: json!({ "from": "2025-03-01", "to": "2026-02-28" }),
        };
        seeded.write(referrals).await;
        let written = began.elapsed().as_secs_f64();
        pair::analyse(&w).await;
        for month in 0..38 {
            let counted = rollup::rebuild(&w.app, w.now() - Months::new(month)).await;
            counted.expect("a month can be counted");
        }
        println!(
            "{kind}: {referrals} referrals, written in {written:.0} s, counted after {:.0} s",
            began.elapsed().as_secs_f64()
        );
        seeded
    }

    async fn write(&mut self, referrals: u32) {
        let w = &self.history.w;
        let mut cases = Vec::with_capacity(ROWS);
        for n in 0..referrals {
            cases.push(self.nth(n.into()));
            if cases.len() == ROWS || n + 1 == referrals {
                let cases = std::mem::take(&mut cases);
                let rows = cases.iter().map(|case| case.row.clone()).collect();
                insert::<referral::Entity, _>(w, rows).await;
                let rows = cases.iter().flat_map(|case| case.legs.clone()).collect();
                insert::<referral_leg::Entity, _>(w, rows).await;
                let rows = cases.iter().flat_map(|case| case.holds.clone()).collect();
                insert::<hold::Entity, _>(w, rows).await;
                let rows = cases
                    .iter()
                    .flat_map(|case| case.follow_ups.clone())
                    .collect();
                insert::<follow_up::Entity, _>(w, rows).await;
            }
        }
    }

    /// Twenty letters from a health centre, posted this hour.
    async fn tail(&self) {
        let home = &self.homes[0];
        for n in 0..20 {
            let from = &home.centres[0].0;
            let at = self.history.w.now() - Duration::minutes(n);
            let patient = self.patients[0];
            let way = (from, &home.hospital);
            let case = case::letter(&self.history.w, ReferralDirection::Up, way, patient, at);
            self.history.tell(&case).await;
        }
    }

    /// The n-th referral: everything follows from the number.
    fn nth(&self, n: u64) -> Case {
        let w = &self.history.w;
        let draw = |salt: u64, below: u64| {
            let mut z = n
                .wrapping_mul(31)
                .wrapping_add(salt)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % below
        };
        let place = |salt: u64, below: usize| {
            let below = u64::try_from(below).unwrap_or(1);
            usize::try_from(draw(salt, below)).unwrap_or_default()
        };
        let minutes = |salt: u64, below: u64| {
            Duration::minutes(i64::try_from(draw(salt, below)).unwrap_or_default())
        };
        let home = &self.homes[place(1, COMMUNITIES)];
        let (centre, stations) = &home.centres[place(2, CENTRES)];
        let station = &stations[place(3, STATIONS)];
        let (direction, way) = match draw(4, 10) {
            0..=2 => (ReferralDirection::Up, (station, centre)),
            3..=5 => (ReferralDirection::Up, (centre, &home.hospital)),
            6..=8 => (ReferralDirection::Down, (&home.hospital, centre)),
            _ => (ReferralDirection::Down, (centre, station)),
        };
        let days = u64::try_from(DAYS).unwrap_or_default();
        let posted = w.now() - minutes(5, days * 24 * 60) - Duration::hours(1);
        let patient = self.patients[place(6, self.patients.len())];
        let mut case = case::letter(w, direction, way, patient, posted);
        let answered = posted + Duration::minutes(1) + minutes(7, 40) * 40;
        let (row, leg) = (&mut case.row, &mut case.legs[0]);
        row.principal_category = Some(["I63", "J18", "E11", "I10"][place(8, 4)].to_owned());
        row.within_origin_capability = draw(9, 10) == 0;
        leg.answered_at = Some(answered);
        leg.ended_at = Some(answered);
        leg.answer = Some(LegAnswer::Accepted);
        row.accepted = true;
        row.status = ReferralStatus::NoShow;
        match draw(10, 20) {
            0 => {
                leg.answer = Some(LegAnswer::Rejected);
                row.status = ReferralStatus::Rejected;
                row.accepted = false;
                return case.because(RejectionReason::ALL[place(11, 9)]);
            }
            1 => return case,
            _ => {}
        }
        let arrival = answered + Duration::hours(2) + minutes(12, 3 * 24 * 60);
        row.status = ReferralStatus::Arrived;
        row.arrived_at = Some(arrival);
        row.occurred_at = arrival;
        if direction == ReferralDirection::Down && draw(13, 3) > 0 {
            let followed = (arrival + minutes(14, 10 * 24 * 60)).format("%Y-%m-%d %H:%M");
            case = case.followed(w, &followed.to_string());
        }
        if draw(15, 10) > 0 {
            let reported = arrival + Duration::days(1) + minutes(16, 14 * 24 * 60);
            case.row.reported_at = Some(reported);
            case.row.status = ReferralStatus::Closed;
            case.row.occurred_at = reported + minutes(17, 40 * 24 * 60);
        }
        if draw(18, 3) == 0 && case.row.receiver_id == Some(home.hospital.id) {
            let state = HoldState::ALL[place(19, 3)];
            case = case.held(w, &self.history.beds, state);
        }
        case
    }

    async fn read(&self) -> Time {
        let began = Instant::now();
        let answer = self.manager.call(YEAR, json!({ "input": self.input }));
        let answer = answer.await.ok();
        let took = began.elapsed();
        let rows = answer.data("indicators").as_array().map(Vec::len);
        assert_eq!(rows, Some(api::indicator::catalogue::all().count()));
        took
    }
}

/// Founds the communities.
async fn found(w: &World) -> Vec<Home> {
    let d = w.district();
    let mut homes = Vec::new();
    for n in 0..COMMUNITIES {
        let community = community::Model {
            id: w.app.new_id(),
            name: format!("第{n}医共体"),
            ..d.general.clone()
        };
        let place =
            |like: &institution::Model, code: String, manager: Option<Uuid>| institution::Model {
                id: w.app.new_id(),
                name: code.clone(),
                code,
                community_id: Some(community.id),
                managed_by: manager,
                ..like.clone()
            };
        let centre = |m: usize| {
            let centre = place(&d.hill, format!("C{n}-{m}"), None);
            let stations = 0..STATIONS;
            let station = |k| place(&d.hill_station, format!("S{n}-{m}-{k}"), Some(centre.id));
            let stations = stations.map(station).collect();
            (centre, stations)
        };
        homes.push(Home {
            hospital: place(&d.county, format!("H{n}"), None),
            centres: (0..CENTRES).map(centre).collect(),
            community,
        });
    }
    let all = |homes: &[Home]| homes.iter().map(|home| home.community.clone()).collect();
    insert::<community::Entity, _>(w, all(&homes)).await;
    let hospitals = homes.iter().map(|home| home.hospital.clone()).collect();
    insert::<institution::Entity, _>(w, hospitals).await;
    let centres = homes
        .iter()
        .flat_map(|home| home.centres.iter().map(|(centre, _)| centre.clone()));
    insert::<institution::Entity, _>(w, centres.collect()).await;
    let stations = homes.iter().flat_map(|home| {
        home.centres
            .iter()
            .flat_map(|(_, stations)| stations.clone())
    });
    insert::<institution::Entity, _>(w, stations.collect()).await;
    let leads = homes.iter().map(|home| community_lead::Model {
        community_id: home.community.id,
        hospital_id: home.hospital.id,
    });
    insert::<community_lead::Entity, _>(w, leads.collect()).await;
    let known = w.app.directory.refresh(&w.app.db).await;
    known.expect("the directory can be read");
    homes
}
