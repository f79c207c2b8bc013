//! What a regulator is not told, and what somebody makes of it who asks everything there is to ask.

use std::collections::BTreeMap;

use entity::enums::{
    LegAnswer::Accepted, ReferralDirection::Up, Role, Sex, Sex::Female, Sex::Male,
};
use serde_json::{Value, json};

use super::{ask, history::History, settle, span, told};
use crate::{
    harness::{World, both, client::Client, fixtures::REGION},
    referral::letter::{institution, with},
};

/// Writes so many patients whom a place sent up in a month of 2025.
async fn write(
    w: &World,
    history: &History,
    (from, to): (&entity::institution::Model, &entity::institution::Model),
    month: u32,
    (sex, count): (Sex, i64),
) {
    let patient = history.patient(sex, None).await;
    let (posted, arrives) = (
        format!("2025-{month:02}-03 09:00"),
        format!("2025-{month:02}-04 09:00"),
    );
    for _ in 0..count {
        let case = history
            .letter(Up, (from, to), patient, &posted)
            .answered(Accepted, &posted)
            .arrived(&arrives);
        history.tell(&case).await;
    }
    assert!(w.now() > super::history::at(&arrives));
}

/// How many of each sex were referred up, as somebody is told; none of a cell that is withheld.
async fn sexes(by: &Client, of: &Value, (from, to): (&str, &str)) -> BTreeMap<String, Option<i64>> {
    let asked = json!({ "by": "SEX", "codes": ["REFERRED_UP"] });
    let answer = told(by, with(with(span(from, to), asked), of.clone())).await;
    let parts = answer["REFERRED_UP"]["breakdown"]
        .as_array()
        .expect("parts");
    let cell = |part: &Value| {
        let value = part["value"].as_f64();
        assert_eq!(value.is_none(), part["suppressed"] == true, "{part}");
        assert_eq!(value.is_none(), part["numerator"].is_null(), "{part}");
        #[expect(clippy::cast_possible_truncation, reason = "a count")]
        let value = value.map(|value| value as i64);
        (part["key"].as_str().expect("a key").to_owned(), value)
    };
    parts.iter().map(cell).collect()
}

/// How many were referred up, which is told exactly.
async fn total(by: &Client, of: &Value, (from, to): (&str, &str)) -> i64 {
    let asked = json!({ "codes": ["REFERRED_UP"] });
    let answer = told(by, with(with(span(from, to), asked), of.clone())).await;
    #[expect(clippy::cast_possible_truncation, reason = "a count")]
    let count = answer["REFERRED_UP"]["value"].as_f64().expect("a count") as i64;
    count
}

#[test]
fn what_is_small_is_withheld_and_its_neighbour_with_it() {
    both(async |w| {
        let d = w.district();
        let history = History::begin(&w).await;
        let way = (&d.hill, &d.county);
        for (sex, count) in [(Male, 3), (Female, 8), (Sex::Unknown, 20)] {
            write(&w, &history, way, 1, (sex, count)).await;
        }
        let regulator = w.client(Role::Regulator, REGION).await;
        let january = ("2025-01-01", "2025-01-31");
        let all = json!({});
        for settled in [false, true] {
            if settled {
                settle(&w).await;
            }
            let told = sexes(&regulator, &all, january).await;
            assert_eq!(told["MALE"], None, "three");
            assert_eq!(told["FEMALE"], None, "the total would tell the three");
            assert_eq!(told["UNKNOWN"], Some(20));
            assert_eq!(total(&regulator, &all, january).await, 31);
        }
        // A manager counts what others did, likewise; the health centre counts its own patients.
        let manager = w.client(Role::CommunityManager, &d.general).await;
        assert_eq!(sexes(&manager, &all, january).await["MALE"], None);
        let hill = w.client(Role::Coordinator, &d.hill).await;
        assert_eq!(sexes(&hill, &all, january).await["MALE"], Some(3));
        // A lead hospital counts its members' patients like a stranger.
        let lead = w.client(Role::InstitutionAdmin, &d.county).await;
        let of = json!({ "institution": institution(d.hill.id) });
        assert_eq!(sexes(&lead, &of, january).await["MALE"], None);
    });
}

#[test]
fn a_sensitive_diagnosis_is_no_part_of_its_own() {
    both(async |w| {
        let d = w.district();
        let history = History::begin(&w).await;
        let patient = history.patient(Male, None).await;
        for (category, sensitive, count) in
            [("F20", true, 9), ("I63", false, 12), ("E11", false, 2)]
        {
            for _ in 0..count {
                let mut case = history
                    .letter(Up, (&d.hill, &d.county), patient, "2025-01-03 09:00")
                    .category(category)
                    .answered(Accepted, "2025-01-03 10:00")
                    .arrived("2025-01-04 09:00");
                case.row.sensitive = sensitive;
                history.tell(&case).await;
            }
        }
        let asked = json!({ "by": "DIAGNOSIS", "codes": ["REFERRED_UP"] });
        let input = with(span("2025-01-01", "2025-01-31"), asked);
        let regulator = w.client(Role::Regulator, REGION).await;
        let answer = ask(&regulator, input.clone()).await.ok();
        assert!(!answer.text.contains("F20"), "{}", answer.text);
        assert!(
            !answer.text.contains("E11"),
            "that it occurs at all is withheld: {}",
            answer.text
        );
        let row = &answer.data("indicators")[0];
        let parts = row["breakdown"].as_array().expect("parts").iter();
        let keys: Vec<_> = parts
            .map(|part| (part["key"].as_str(), part["value"].as_f64()))
            .collect();
        assert_eq!(keys, [(Some("I63"), Some(12.0))], "9 would tell the 2");
        assert_eq!(row["suppressed"], true);
        let own = w.client(Role::Coordinator, &d.hill).await;
        let answer = ask(&own, input).await.ok();
        assert!(!answer.text.contains("F20"), "{}", answer.text);
        assert!(answer.text.contains("SENSITIVE"), "{}", answer.text);
    });
}

/// Periods, each with those that it is the sum of.
const PERIODS: [(&str, &str, &[usize]); 17] = [
    ("2025-01-01", "2025-01-31", &[]),
    ("2025-02-01", "2025-02-28", &[]),
    ("2025-03-01", "2025-03-31", &[]),
    ("2025-04-01", "2025-04-30", &[]),
    ("2025-05-01", "2025-05-31", &[]),
    ("2025-06-01", "2025-06-30", &[]),
    ("2025-07-01", "2025-07-31", &[]),
    ("2025-08-01", "2025-08-31", &[]),
    ("2025-09-01", "2025-09-30", &[]),
    ("2025-10-01", "2025-10-31", &[]),
    ("2025-11-01", "2025-11-30", &[]),
    ("2025-12-01", "2025-12-31", &[]),
    ("2025-01-01", "2025-03-31", &[0, 1, 2]),
    ("2025-04-01", "2025-06-30", &[3, 4, 5]),
    ("2025-07-01", "2025-09-30", &[6, 7, 8]),
    ("2025-10-01", "2025-12-31", &[9, 10, 11]),
    ("2025-01-01", "2025-12-31", &[12, 13, 14, 15]),
];
const SEXES: [&str; 4] = ["MALE", "FEMALE", "UNKNOWN", "UNSTATED"];

/// What somebody knows of a cell: that it lies between these.
type Bounds = (i64, i64);

/// Narrows what is known of parts and their sum; says whether anything moved.
fn narrow(known: &mut [Bounds], parts: &[usize], sum: Bounds) -> (Bounds, bool) {
    let least: i64 = parts.iter().map(|part| known[*part].0).sum();
    let most: i64 = parts.iter().map(|part| known[*part].1).sum();
    let sum_now = (sum.0.max(least), sum.1.min(most));
    let mut moved = sum_now != sum;
    for part in parts {
        let own = known[*part];
        let now = (
            own.0.max(sum_now.0 - (most - own.1)),
            own.1.min(sum_now.1 - (least - own.0)),
        );
        moved |= now != own;
        known[*part] = now;
    }
    (sum_now, moved)
}

#[test]
#[expect(clippy::too_many_lines, reason = "whoever asks everything asks much")]
fn nobody_finds_a_small_cell_by_asking_everything() {
    both(async |w| {
        let d = w.district();
        let history = History::begin(&w).await;
        let (hill, river, lake) = (
            (&d.hill, &d.county),
            (&d.river, &d.county),
            (&d.lake, &d.herbs),
        );
        for (way, month, sex, count) in [
            // Two men alone in a month of one place; everything else is large.
            (hill, 1, Male, 2),
            (hill, 1, Female, 9),
            (hill, 2, Male, 11),
            (hill, 2, Female, 12),
            (river, 1, Male, 7),
            (river, 1, Female, 6),
            (river, 3, Male, 5),
            (lake, 1, Male, 6),
            (lake, 1, Female, 5),
            (lake, 2, Female, 8),
            // One woman in a place that otherwise sends men, and a month of three only.
            (lake, 5, Female, 1),
            (lake, 5, Male, 7),
            (lake, 6, Male, 3),
            (hill, 4, Female, 5),
            (hill, 5, Female, 6),
            (hill, 6, Female, 4),
        ] {
            write(&w, &history, way, month, (sex, count)).await;
        }
        settle(&w).await;
        let regulator = w.client(Role::Regulator, REGION).await;
        let community = |one: &entity::community::Model| json!({ "community": api::id::encode(api::id::Kind::Community, one.id) });
        let of = |one: &entity::institution::Model| json!({ "institution": institution(one.id) });
        // Who is asked about, each with whom it is the sum of; nobody else sent anybody.
        let areas: [(Value, &[usize]); 6] = [
            (of(&d.hill), &[]),
            (of(&d.river), &[]),
            (of(&d.lake), &[]),
            (community(&d.general), &[0, 1]),
            (community(&d.traditional), &[2]),
            (json!({ "region": REGION }), &[3, 4]),
        ];
        let place = |area: usize, period: usize, sex: usize| {
            (area * PERIODS.len() + period) * SEXES.len() + sex
        };
        let mut known: Vec<Bounds> = vec![(0, 0); areas.len() * PERIODS.len() * SEXES.len()];
        let mut totals = Vec::new();
        let (mut withheld, mut exact) = (Vec::new(), 0);
        for (area, (of, _)) in areas.iter().enumerate() {
            for (period, (from, to, _)) in PERIODS.iter().enumerate() {
                let all = total(&regulator, of, (from, to)).await;
                let cells = sexes(&regulator, of, (from, to)).await;
                totals.push(all);
                for (sex, name) in SEXES.iter().enumerate() {
                    let cell = cells.get(*name).copied().unwrap_or(Some(0));
                    let place = place(area, period, sex);
                    known[place] = cell.map_or((0, all), |count| (count, count));
                    match cell {
                        None => withheld.push(place),
                        Some(count) => {
                            assert!(count == 0 || count >= 5, "{of} {from} {name}: {count}");
                            exact += i32::from(count > 0);
                        }
                    }
                }
            }
        }
        assert!(exact >= 10, "not everything is withheld: {exact}");
        // Every sum that hangs together, again and again until nothing more follows.
        let mut moved = true;
        while moved {
            moved = false;
            for area in 0..areas.len() {
                for period in 0..PERIODS.len() {
                    let all = totals[area * PERIODS.len() + period];
                    let values: Vec<usize> = (0..SEXES.len())
                        .map(|sex| place(area, period, sex))
                        .collect();
                    moved |= narrow(&mut known, &values, (all, all)).1;
                    for sex in 0..SEXES.len() {
                        let whole = place(area, period, sex);
                        let by_area = areas[area].1.iter().map(|part| place(*part, period, sex));
                        let by_period =
                            PERIODS[period].2.iter().map(|part| place(area, *part, sex));
                        for parts in [by_area.collect::<Vec<_>>(), by_period.collect()] {
                            if !parts.is_empty() {
                                let before = known[whole];
                                let (sum, any) = narrow(&mut known, &parts, before);
                                known[whole] = sum;
                                moved |= any;
                            }
                        }
                    }
                }
            }
        }
        let found = withheld.iter().filter(|place| {
            let (least, most) = known[**place];
            least == most && least > 0 && least < 5
        });
        let found: Vec<_> = found.map(|place| (place, known[*place])).collect();
        assert!(found.is_empty(), "{found:?}");
        assert!(withheld.len() > 10);
    });
}
