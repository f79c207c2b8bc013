//! A request to a shared centre: all that is decided before it is written.

use chrono::{DateTime, Duration, Utc};
use entity::enums::{CentreKind, OrderReturnReason, Urgency};
use uuid::Uuid;

use super::{
    super::{Scale, dice::Dice, district, plan::Plan},
    Centres, rhythm,
};
use crate::{
    app::App,
    clock::{shanghai_day, shanghai_midnight},
    error::{Error, Result},
};

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is asked for.
    Place,
    /// The requester does not want it any more.
    Cancel,
    /// The patient is examined.
    Examine,
    /// The specimen is drawn.
    Collect,
    /// It goes to the centre.
    Send,
    /// The centre has it.
    Receive,
    /// The centre sends it back.
    SendBack(OrderReturnReason),
    /// Somebody takes it to report.
    Claim,
    /// Something is seen that nobody may wait with.
    Raise,
    /// Whoever asked knows it.
    Acknowledge,
    /// Its time is over, and nobody does.
    Overdue,
    /// Somebody has acted on it.
    Resolve,
    /// It is reported.
    Report,
    /// Somebody else has looked at the report.
    Review,
    /// The packs are sterilised.
    Process,
    /// They are back.
    Deliver,
}

/// A request.
#[derive(Debug)]
pub struct Job {
    /// Which, from 0.
    pub number: usize,
    /// What the centre does.
    pub kind: CentreKind,
    /// Who asks.
    pub from: Uuid,
    /// The patient, by number; none of sterile supply.
    pub patient: Option<usize>,
    /// What is asked for, by code.
    pub items: Vec<&'static str>,
    /// How urgent it is.
    pub priority: Urgency,
    /// Whether something is found.
    pub abnormal: bool,
    /// Whether what is found cannot wait.
    pub alarming: bool,
    /// An earlier request for the same of the same patient.
    pub again: Option<usize>,
    /// What happens, in order.
    pub steps: Vec<(DateTime<Utc>, Step)>,
}

/// How often each kind is asked for. Sterile supply goes round by itself.
const KINDS: &[(usize, CentreKind)] = &[
    (40, CentreKind::Laboratory),
    (24, CentreKind::Imaging),
    (22, CentreKind::Ecg),
    (8, CentreKind::Ultrasound),
    (4, CentreKind::Pathology),
    (2, CentreKind::RemoteConsultation),
];
const SERUM: [&str; 4] = ["GLU", "K", "CREA", "TG"];
const BLOOD: [&str; 2] = ["CBC", "HBA1C"];
/// How often each centre was asked for something within the last hours.
const WAITING: i64 = 4;
/// How many days lie between two rounds of sterile supply.
const ROUND: i64 = 28;

/// Draws the requests of the centres' year, so that none is later than now.
pub fn draw(
    app: &App,
    centres: &Centres,
    plan: &Plan,
    scale: &Scale,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<Vec<Job>> {
    let mut drawing = Drawing {
        dice: Dice::apart(seed, 8),
        places: Places::read(app, centres, scale)?,
        plan,
        scale,
        jobs: Vec::new(),
    };
    for at in rhythm::moments(&mut drawing.dice, scale.requests, scale.year, now) {
        drawing.request(at);
    }
    drawing.of_late(now);
    for number in 0..scale.health_centres {
        drawing.rounds(number, now);
    }
    let mut jobs = drawing.jobs;
    for job in &mut jobs {
        job.steps.retain(|(at, _)| *at <= now);
    }
    Ok(jobs)
}

/// Who asks.
struct Places {
    health_centres: Vec<Uuid>,
    stations: Vec<Uuid>,
    hospital: Uuid,
}

impl Places {
    fn read(app: &App, centres: &Centres, scale: &Scale) -> Result<Self> {
        let directory = app.directory.now();
        let at = |code: String| {
            let known = directory.by_code.get(&code).copied();
            known.ok_or_else(|| Error::Internal(format!("the demo has no institution {code}")))
        };
        let health_centres = (0..scale.health_centres).map(district::health_centre);
        let stations = (0..scale.stations).map(district::station);
        Ok(Self {
            health_centres: health_centres.map(at).collect::<Result<_>>()?,
            stations: stations.map(at).collect::<Result<_>>()?,
            hospital: centres.of(CentreKind::Imaging)?.host_id,
        })
    }
}

struct Drawing<'a> {
    dice: Dice,
    places: Places,
    plan: &'a Plan,
    scale: &'a Scale,
    jobs: Vec<Job>,
}

impl Drawing<'_> {
    fn request(&mut self, at: DateTime<Utc>) {
        // The first requests see to it that every kind occurs, however small the district, and a critical value with them.
        let number = self.jobs.len();
        let kind = KINDS.get(number).map(|(_, kind)| *kind);
        let kind = kind.unwrap_or_else(|| *self.dice.weighted(KINDS));
        self.request_of(kind, at);
    }

    /// Every centre has something to do now, at whatever hour the demo is made.
    fn of_late(&mut self, now: DateTime<Utc>) {
        for (_, kind) in KINDS {
            // The last so lately that nobody can have done anything about it.
            for turn in 0..WAITING {
                self.request_of(*kind, now - Duration::minutes(1 + turn * 30));
            }
        }
    }

    fn request_of(&mut self, kind: CentreKind, at: DateTime<Utc>) {
        let number = self.jobs.len();
        let again = self.earlier(kind, at);
        let earlier = again.map(|number| &self.jobs[number]);
        let (patient, items) = match earlier {
            Some(job) => (job.patient.unwrap_or(0), job.items.clone()),
            None if number == 0 => (0, vec!["K", "GLU"]),
            None => (
                self.dice.below(self.plan.people.len()),
                items(&mut self.dice, kind),
            ),
        };
        let priority = *self.dice.weighted(&[
            (80, Urgency::Routine),
            (14, Urgency::Urgent),
            (6, Urgency::Emergency),
        ]);
        let abnormal = self.dice.happens(28);
        let alarming = match kind {
            CentreKind::Laboratory => items.contains(&"K") && (number == 0 || self.dice.happens(8)),
            CentreKind::Ecg => priority == Urgency::Emergency && self.dice.happens(60),
            _ => false,
        };
        let mut job = Job {
            number,
            kind,
            from: self.asks(kind, patient),
            patient: Some(patient),
            items,
            priority,
            abnormal: abnormal || alarming,
            alarming,
            again,
            steps: Vec::new(),
        };
        Course {
            dice: &mut self.dice,
            job: &mut job,
            at,
        }
        .run();
        self.jobs.push(job);
    }

    /// Now and then somebody is sent for what was done last week.
    fn earlier(&mut self, kind: CentreKind, at: DateTime<Utc>) -> Option<usize> {
        if kind != CentreKind::Imaging || !self.dice.happens(8) {
            return None;
        }
        let (from, to) = (at - Duration::days(9), at - Duration::days(2));
        let fits = |job: &&Job| {
            let reviewed = job.steps.last();
            job.kind == kind
                && reviewed
                    .is_some_and(|(at, step)| *step == Step::Review && (from..to).contains(at))
        };
        let found: Vec<_> = self
            .jobs
            .iter()
            .filter(fits)
            .map(|job| job.number)
            .collect();
        (!found.is_empty()).then(|| *self.dice.pick(&found))
    }

    /// The health centre of the patient's village; for an electrocardiogram also its station; now and then the hospital.
    fn asks(&mut self, kind: CentreKind, patient: usize) -> Uuid {
        let home = self.plan.people[patient].home;
        let equipped = district::has_ecg(home);
        if kind == CentreKind::Ecg && equipped && self.dice.happens(70) {
            return self.places.stations[home];
        }
        let here = kind != CentreKind::RemoteConsultation && kind != CentreKind::Ultrasound;
        if here && self.dice.happens(10) {
            return self.places.hospital;
        }
        self.places.health_centres[self.scale.manager(home)]
    }

    /// Sterile supply of a health centre: its packs go round every four weeks.
    fn rounds(&mut self, number: usize, now: DateTime<Utc>) {
        let first = i64::try_from(number).unwrap_or(0) % ROUND;
        for back in (first..self.scale.year).step_by(28) {
            let morning = shanghai_midnight(shanghai_day(now) - Duration::days(back));
            let at = morning + Duration::minutes(8 * 60 + self.dice.between(0, 90));
            let mut job = Job {
                number: self.jobs.len(),
                kind: CentreKind::SterileSupply,
                from: self.places.health_centres[number],
                patient: None,
                items: vec![*self.dice.pick(&["PACK-DRESSING", "PACK-SUTURE"])],
                priority: Urgency::Routine,
                abnormal: false,
                alarming: false,
                again: None,
                steps: Vec::new(),
            };
            Course {
                dice: &mut self.dice,
                job: &mut job,
                at,
            }
            .supply();
            if at <= now {
                self.jobs.push(job);
            }
        }
    }
}

fn items(dice: &mut Dice, kind: CentreKind) -> Vec<&'static str> {
    let one: &[(usize, &str)] = match kind {
        CentreKind::Imaging => &[
            (40, "DX-CHEST"),
            (20, "DX-LIMB"),
            (18, "CT-HEAD"),
            (17, "CT-CHEST"),
            (5, "MR-SPINE"),
        ],
        CentreKind::Ecg => &[(9, "ECG-12"), (1, "ECG-24H")],
        CentreKind::Ultrasound => &[(7, "US-ABD"), (3, "US-THY")],
        CentreKind::Pathology => &[(3, "PATH-BX"), (2, "PATH-TCT")],
        CentreKind::RemoteConsultation => &[(1, "CONS-NEURO"), (1, "CONS-CARDIO")],
        _ => {
            let tube: &[&'static str] = if dice.happens(65) { &SERUM } else { &BLOOD };
            let many = 1 + dice.below(tube.len());
            let first = dice.below(tube.len());
            return (0..many)
                .map(|next| tube[(first + next) % tube.len()])
                .collect();
        }
    };
    vec![*dice.weighted(one)]
}

/// What happens to a request, and when.
struct Course<'a> {
    dice: &'a mut Dice,
    job: &'a mut Job,
    at: DateTime<Utc>,
}

impl Course<'_> {
    fn run(&mut self) {
        self.now(Step::Place);
        if self.job.number >= KINDS.len() && self.dice.happens(2) {
            return self.after(20, 200, Step::Cancel);
        }
        match self.job.kind {
            CentreKind::Laboratory | CentreKind::Pathology => self.specimen(),
            CentreKind::RemoteConsultation => self.consultation(),
            _ => self.examination(),
        }
    }

    fn examination(&mut self) {
        self.after(3, 25, Step::Examine);
        if self.dice.happens(3) {
            self.after(10, 60, Step::SendBack(OrderReturnReason::PoorImage));
            self.after(15, 120, Step::Examine);
        }
        let hurry = self.job.priority == Urgency::Emergency;
        let late = self.dice.happens(9);
        if self.job.kind == CentreKind::Imaging {
            let (least, most) = if hurry { (2, 9) } else { (8, 60) };
            self.after(least, if late { most * 4 } else { most }, Step::Claim);
            let (least, most) = if hurry { (5, 16) } else { (10, 55) };
            self.after(least, most, Step::Report);
        } else {
            self.after(1, if late { 25 } else { 5 }, Step::Claim);
            self.alarm();
            self.after(2, if hurry { 4 } else { 18 }, Step::Report);
        }
        // What may stay without a review often does.
        if self.job.kind == CentreKind::Imaging || self.dice.happens(30) {
            self.after(4, 45, Step::Review);
        }
    }

    fn specimen(&mut self) {
        let tissue = self.job.kind == CentreKind::Pathology;
        self.after(4, 20, Step::Collect);
        self.after(20, 120, Step::Send);
        self.after(25, 75, Step::Receive);
        if self.dice.happens(3) {
            let reason = if tissue {
                OrderReturnReason::SpecimenInsufficient
            } else {
                OrderReturnReason::SpecimenHaemolysed
            };
            self.after(5, 30, Step::SendBack(reason));
            self.after(60, 300, Step::Collect);
            self.after(20, 120, Step::Send);
            self.after(25, 75, Step::Receive);
        }
        if tissue {
            self.after(600, 1_300, Step::Claim);
            self.after(900, 3_500, Step::Report);
        } else {
            self.after(3, 25, Step::Claim);
            let (least, most) = if self.job.priority == Urgency::Emergency {
                (12, 40)
            } else {
                (40, 190)
            };
            self.after(least, most, Step::Report);
            self.alarm();
        }
        self.after(4, 40, Step::Review);
    }

    fn consultation(&mut self) {
        self.after(60, 900, Step::Claim);
        self.after(180, 900, Step::Report);
        self.after(20, 300, Step::Review);
    }

    fn supply(&mut self) {
        self.now(Step::Place);
        self.after(120, 300, Step::Receive);
        let day = shanghai_midnight(shanghai_day(self.at));
        self.at = day + Duration::hours(15);
        self.after(30, 150, Step::Process);
        self.at = day + Duration::hours(32);
        self.after(0, 120, Step::Deliver);
    }

    /// Something is told at once; mostly it is known within ten minutes.
    fn alarm(&mut self) {
        if !self.job.alarming {
            return;
        }
        self.after(1, 2, Step::Raise);
        let told = self.at;
        if self.dice.happens(15) {
            self.at = told + Duration::minutes(10);
            self.now(Step::Overdue);
            self.after(1, 9, Step::Acknowledge);
        } else {
            self.after(1, 9, Step::Acknowledge);
        }
        let known = self.at;
        self.after(30, 200, Step::Resolve);
        self.at = known;
    }

    fn now(&mut self, step: Step) {
        self.job.steps.push((self.at, step));
    }

    fn after(&mut self, least: i64, most: i64, step: Step) {
        self.at += Duration::seconds(self.dice.between(least * 60, most * 60));
        self.now(step);
    }
}
