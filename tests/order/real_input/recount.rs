//! The figures of the period, counted from the files alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::{
    clinical::{Files, Request, date_of, day_of},
    walk::{KINDS, TARGETS, Walk},
};
use crate::{
    harness::client::Client,
    throughput::{rows, span},
};

/// What happened on one day at one centre, or with one priority.
#[derive(Clone, Debug, Default)]
struct Counted {
    figures: BTreeMap<&'static str, i64>,
    from_request: Vec<f64>,
    from_start: Vec<f64>,
    on_time: i64,
    asked: bool,
}

impl Counted {
    fn add(&mut self, figure: &'static str) {
        *self.figures.entry(figure).or_default() += 1;
    }

    fn of(&self, figure: &str) -> i64 {
        self.figures.get(figure).copied().unwrap_or_default()
    }
}

/// The figures of every day and centre.
pub struct Recount {
    days: BTreeMap<(DateTime<Utc>, String), Counted>,
    priorities: BTreeMap<String, Counted>,
    answered: usize,
}

/// The figures that a row tells as a number.
const FIGURES: [&str; 8] = [
    "requested",
    "received",
    "reported",
    "reviewed",
    "returned",
    "recognised",
    "cancelled",
    "patientVisits",
];

impl Recount {
    /// Counts.
    pub fn of(files: &Files) -> Self {
        let mut recount = Self {
            days: BTreeMap::new(),
            priorities: BTreeMap::new(),
            answered: files.reports.len(),
        };
        let mut first: HashMap<(&str, &str), DateTime<Utc>> = HashMap::new();
        for request in &files.requests {
            recount.add(files, request);
            if let Some(report) = request.report {
                let at = files.reports[report].at;
                let first = first
                    .entry((request.kind, &request.requisition))
                    .or_insert(at);
                *first = at.min(*first);
            }
        }
        for ((kind, _), at) in first {
            let day = recount.days.entry((day_of(at), kind.to_owned()));
            day.or_default().add("patientVisits");
        }
        recount
    }

    fn add(&mut self, files: &Files, request: &Request) {
        let report = request.report.map(|place| &files.reports[place]);
        let mut at = |at: DateTime<Utc>, work: &dyn Fn(&mut Counted)| {
            let day = (day_of(at), request.kind.to_owned());
            work(self.days.entry(day).or_default());
            work(
                self.priorities
                    .entry(priority(request).to_owned())
                    .or_default(),
            );
        };
        at(request.at, &|counted| {
            counted.add("requested");
            counted.asked = true;
        });
        if let Some((Some(_), drawn)) = &request.made {
            at(*drawn, &|counted| counted.add("received"));
        }
        if let Some(report) = report {
            let made = request.made.as_ref().expect("a result is of something");
            at(report.at, &|counted| {
                let took = report.at - made.1;
                counted.add("reported");
                counted.add("reviewed");
                counted.from_request.push(minutes(report.at - request.at));
                counted.from_start.push(minutes(took));
                counted.on_time += i64::from(took <= Duration::minutes(target(request)));
            });
        }
        if request.revoked {
            at(request.at, &|counted| counted.add("cancelled"));
        }
    }

    /// Asks for the period by day and centre, and by priority, and compares.
    pub async fn assert_told(
        &self,
        by: &Client,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        walk: &Walk<'_>,
    ) {
        let centres: Vec<_> = KINDS.iter().map(|kind| walk.centres.centre(kind)).collect();
        let asked = |bucket: &str, by: &str| {
            let mut input = span(from, to, bucket);
            input["by"] = json!([by]);
            input["centres"] = json!(centres);
            input
        };
        let told = rows(by, asked("DAY", "KIND")).await;
        let mut seen = BTreeSet::new();
        let mut open: BTreeMap<String, i64> = BTreeMap::new();
        let mut told: Vec<_> = told.iter().collect();
        told.sort_by_key(|row| (row["startsAt"].to_string(), row["kind"].to_string()));
        for row in told {
            let starts = row["startsAt"].as_str().expect("a time");
            let day = DateTime::parse_from_rfc3339(starts)
                .expect("a time")
                .to_utc();
            let kind = row["kind"].as_str().expect("a kind").to_owned();
            let label = format!("{} {kind}", date_of(day));
            let place = (day, kind.clone());
            let counted = self.days.get(&place).cloned().unwrap_or_default();
            counted.assert_is(row, &label);
            let open = open.entry(kind).or_default();
            *open += counted.of("requested") - counted.of("reviewed") - counted.of("cancelled");
            assert_eq!(row["backlog"], *open, "backlog {label}");
            seen.insert(place);
        }
        for place in self.days.keys() {
            assert!(seen.contains(place), "not told: {place:?}");
        }
        let told = rows(by, asked("WHOLE", "PRIORITY")).await;
        for row in &told {
            let priority = row["priority"].as_str().expect("a priority");
            let mut counted = self.priorities[priority].clone();
            // A requisition is one of several priorities; it was counted by day above.
            let visits = row["patientVisits"].as_i64().expect("a number");
            counted.figures.insert("patientVisits", visits);
            counted.assert_is(row, priority);
        }
        assert_eq!(told.len(), self.priorities.len());
    }

    /// What there was, in words.
    pub fn summary(&self) -> String {
        let sum = |figure: &str| self.days.values().map(|day| day.of(figure)).sum::<i64>();
        format!(
            "{} orders, {} received, {} reviewed in {} reports, {} cancelled, {} visits",
            sum("requested"),
            sum("received"),
            sum("reviewed"),
            self.answered,
            sum("cancelled"),
            sum("patientVisits"),
        )
    }
}

impl Counted {
    fn assert_is(&self, row: &Value, label: &str) {
        for figure in FIGURES {
            assert_eq!(row[figure], self.of(figure), "{figure} {label}");
        }
        for (told, all) in [
            (&row["fromRequest"], &self.from_request),
            (&row["fromStart"], &self.from_start),
        ] {
            assert_eq!(told["count"], all.len(), "{label}: {row}");
            assert_near(&told["medianMinutes"], all, 0.5, label);
            assert_near(&told["p90Minutes"], all, 0.9, label);
        }
        let share = row["fromStart"]["onTimeShare"].as_f64();
        let of = i32::try_from(self.from_start.len()).expect("few");
        let on_time = i32::try_from(self.on_time).expect("few");
        let own = (of > 0).then(|| f64::from(on_time) / f64::from(of));
        let same = match (share, own) {
            (Some(told), Some(own)) => (told - own).abs() < 1e-9,
            (told, own) => told == own,
        };
        assert!(same, "on time {label}: {share:?} {own:?}");
    }
}

fn priority(request: &Request) -> &'static str {
    request.priority.unwrap_or("ROUTINE")
}

fn target(request: &Request) -> i64 {
    let found = TARGETS.iter().find(|(name, _)| *name == priority(request));
    found.expect("each has a target").1
}

fn minutes(time: Duration) -> f64 {
    let milliseconds = i32::try_from(time.num_milliseconds()).expect("a few weeks at most");
    f64::from(milliseconds) / 60_000.0
}

/// Whether it lies within the error of the sketch.
fn assert_near(told: &Value, all: &[f64], part: f64, label: &str) {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    let Some(last) = all.len().checked_sub(1) else {
        assert!(told.is_null(), "{told} of nothing: {label}");
        return;
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank"
    )]
    let exact = all[(part * last as f64) as usize];
    let told = told.as_f64().expect("a number");
    assert!(
        (told - exact).abs() <= api::throughput::sketch::ERROR * exact + 0.02,
        "{told} is not within the error of {exact}: {label}"
    );
}
