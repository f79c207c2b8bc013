//! Which way each transfer goes, so that every end of the life is reached, and when each step is taken.

use chrono::{DateTime, Duration, Utc};

use super::clinical::Encounter;

/// Who takes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The health centre's hospital system.
    Sender,
    /// The hospital's clinician.
    Receiver,
}

/// A step of a transfer's way.
#[derive(Clone, Debug)]
pub struct Step {
    /// When it is taken.
    pub at: DateTime<Utc>,
    /// Which encounter, by its place in the list.
    pub encounter: usize,
    /// Its place on the way, which settles ties.
    pub place: usize,
    /// Who takes it.
    pub by: By,
    /// The verb; the first is the post.
    pub verb: &'static str,
}

use By::{Receiver, Sender};

type Way = &'static [(By, &'static str)];

const POST: (By, &str) = (Sender, "submitReferral");
const DEPART: (By, &str) = (Sender, "recordDeparture");
const ACCEPT: (By, &str) = (Receiver, "acceptReferral");
const ARRIVE: (By, &str) = (Receiver, "recordArrival");
const TREAT: (By, &str) = (Receiver, "startTreatment");
const REPORT: (By, &str) = (Receiver, "reportBack");
const CLOSE: (By, &str) = (Sender, "closeReferral");
const MISS: (By, &str) = (Receiver, "recordNoShow");

/// The ways of an emergency, taken in turn.
const EMERGENCIES: [Way; 6] = [
    &[POST, DEPART, ARRIVE, ACCEPT, TREAT, REPORT, CLOSE],
    &[POST, ACCEPT, DEPART, ARRIVE, TREAT, REPORT, CLOSE],
    &[POST, ARRIVE, TREAT, REPORT, CLOSE],
    &[POST, DEPART, ACCEPT, ARRIVE, REPORT],
    &[POST, DEPART, ARRIVE, TREAT],
    &[POST, (Receiver, "rejectReferral")],
];

/// The ways of an admission, taken in turn.
const ADMISSIONS: [Way; 9] = [
    &[POST, ACCEPT, DEPART, ARRIVE, TREAT, REPORT, CLOSE],
    &[
        POST,
        (Receiver, "returnReferral"),
        (Sender, "resubmitReferral"),
        ACCEPT,
        ARRIVE,
        TREAT,
        REPORT,
        CLOSE,
    ],
    &[POST, (Receiver, "rejectReferral")],
    &[POST, (Sender, "withdrawReferral")],
    &[POST, ACCEPT, MISS, CLOSE],
    &[POST, ACCEPT, MISS, ARRIVE, TREAT, REPORT, CLOSE],
    &[POST, (Receiver, "returnReferral")],
    &[POST, ACCEPT, DEPART],
    &[POST],
];

/// The steps of all encounters in the order of time: each way is spread over its encounter's period.
pub fn steps(encounters: &[Encounter]) -> Vec<Step> {
    let mut taken = [0usize; 2];
    let mut steps = Vec::new();
    for (place_of_encounter, encounter) in encounters.iter().enumerate() {
        let turn = &mut taken[usize::from(encounter.emergency)];
        let way = match (
            encounter.emergency,
            comes_again(encounter, &encounters[place_of_encounter + 1..]),
        ) {
            (true, _) => EMERGENCIES[*turn % EMERGENCIES.len()],
            // A second referral for the same illness is refused while the first is open, so the first comes to its end.
            (false, true) => ADMISSIONS[0],
            (false, false) => ADMISSIONS[*turn % ADMISSIONS.len()],
        };
        *turn += 1;
        let pace =
            (encounter.end - encounter.start) / i32::try_from(way.len()).expect("ways are short");
        for (place, (by, verb)) in way.iter().enumerate() {
            let at = encounter.start + pace * i32::try_from(place).expect("ways are short");
            steps.push(Step {
                at: whole_millis(at),
                encounter: place_of_encounter,
                place,
                by: *by,
                verb,
            });
        }
    }
    steps.sort_by_key(|step| (step.at, step.encounter, step.place));
    steps
}

/// Whether the patient is admitted again for the same illness.
fn comes_again(encounter: &Encounter, later: &[Encounter]) -> bool {
    let category = |encounter: &Encounter| {
        encounter
            .diagnosis
            .0
            .as_ref()
            .map(|code| code.chars().take(3).collect::<String>())
    };
    later.iter().any(|later| {
        !later.emergency
            && later.patient == encounter.patient
            && category(later) == category(encounter)
    })
}

/// The service keeps milliseconds.
fn whole_millis(at: DateTime<Utc>) -> DateTime<Utc> {
    at - Duration::nanoseconds(i64::from(at.timestamp_subsec_nanos() % 1_000_000))
}
