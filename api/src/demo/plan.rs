//! What happened in the district: who was sent where, and how far it has come.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::enums::{CareSetting, GreenChannelGround, ReferralDirection, Urgency, VisitType};
use uuid::Uuid;

use super::{
    PAST, Scale,
    dice::Dice,
    district::{self, CITY, COUNTY, HERBS, NURSING, UNIVERSITY},
    illness::{ILLNESSES, Illness},
    person::Person,
    plan::{
        course::{Course, Timed},
        way::{Kind, WAYS},
    },
};
use crate::{
    app::App,
    clock::shanghai_day,
    error::{Error, Result},
    network::directory::Directory,
    referral::route,
};

pub mod course;
pub mod way;

/// A referral to be: all that is decided before it is written.
#[derive(Debug)]
pub struct Case {
    /// Which, from 0.
    pub number: usize,
    /// Sender.
    pub sender: Uuid,
    /// Receiver.
    pub receiver: Uuid,
    /// How it goes.
    pub kind: Kind,
    /// Whether that is down, so that it carries a handover.
    pub goes_down: bool,
    /// The patient, by number; none where nobody knows who it is.
    pub patient: Option<usize>,
    /// What the patient has.
    pub illness: &'static Illness,
    /// Urgency.
    pub urgency: Urgency,
    /// Visit at the sender.
    pub visit: VisitType,
    /// Care that is asked for.
    pub care: CareSetting,
    /// Ground of the green channel.
    pub ground: Option<GreenChannelGround>,
    /// What happens, in order.
    pub steps: Vec<Timed>,
}

/// Everything that happens.
#[derive(Debug)]
pub struct Plan {
    /// The people.
    pub people: Vec<Person>,
    /// The referrals.
    pub cases: Vec<Case>,
    /// Those of the years before, numbered on.
    pub past: Vec<Case>,
}

/// Draws the plan for a registered district, so that its last step was just before `now`.
pub fn draw(app: &App, seed: u64, scale: &Scale, now: DateTime<Utc>) -> Result<Plan> {
    let map = Map::read(app, scale)?;
    let mut drawing = Drawing {
        dice: Dice::apart(seed, 2),
        people: people(seed, scale, now),
        open: HashSet::new(),
        now,
        scale,
        map,
    };
    let cases = (0..scale.referrals)
        .map(|number| drawing.case(number))
        .collect();
    let numbers = scale.referrals..scale.referrals + scale.past;
    let past = numbers.map(|number| drawing.past(number)).collect();
    Ok(Plan {
        people: drawing.people,
        cases,
        past,
    })
}

fn people(seed: u64, scale: &Scale, now: DateTime<Utc>) -> Vec<Person> {
    let mut dice = Dice::apart(seed, 3);
    let mut numbers = HashSet::new();
    let today = shanghai_day(now);
    (0..scale.people)
        .map(|number| {
            let home = number % scale.stations;
            let village = district::village(home, scale);
            loop {
                let person = Person::new(&mut dice, number, home, &village, today);
                if numbers.insert(person.certificate_number()) {
                    return person;
                }
            }
        })
        .collect()
}

/// The institutions of the district by what they are in the plan.
struct Map {
    directory: Arc<Directory>,
    hospitals: [Uuid; 2],
    centres: Vec<Uuid>,
    stations: Vec<Uuid>,
    city: Uuid,
    university: Uuid,
    nursing: Uuid,
}

impl Map {
    fn read(app: &App, scale: &Scale) -> Result<Self> {
        let directory = app.directory.now();
        let at = |code: &str| {
            let known = directory.by_code.get(code).copied();
            known.ok_or_else(|| Error::Internal(format!("the demo has no institution {code}")))
        };
        let centres = (0..scale.health_centres).map(district::health_centre);
        let stations = (0..scale.stations).map(district::station);
        Ok(Self {
            hospitals: [at(COUNTY)?, at(HERBS)?],
            centres: centres.map(|code| at(&code)).collect::<Result<_>>()?,
            stations: stations.map(|code| at(&code)).collect::<Result<_>>()?,
            city: at(CITY)?,
            university: at(UNIVERSITY)?,
            nursing: at(NURSING)?,
            directory: directory.clone(),
        })
    }
}

struct Drawing<'a> {
    dice: Dice,
    people: Vec<Person>,
    /// Patients who were sent somewhere for something: nobody is sent there for the same twice.
    open: HashSet<(usize, Uuid, &'static str)>,
    now: DateTime<Utc>,
    scale: &'a Scale,
    map: Map,
}

impl Drawing<'_> {
    fn case(&mut self, number: usize) -> Case {
        let (course, kind) = self.course(number);
        let within = (self.now, Duration::days(self.scale.days));
        self.case_of(number, course, kind, within)
    }

    /// A referral that has long ended.
    fn past(&mut self, number: usize) -> Case {
        let (course, kind) = loop {
            let course = *self.dice.weighted(Course::ENDED);
            let kind = *self.dice.weighted(WAYS);
            if course.suits(kind) {
                break (course, kind);
            }
        };
        // Before the year that is played after them.
        let since = Duration::days(self.scale.year.max(self.scale.days));
        self.case_of(number, course, kind, (self.now - since, PAST - since))
    }

    /// A referral whose last step is before a moment, and whose first is within so long of it.
    fn case_of(
        &mut self,
        number: usize,
        course: Course,
        kind: Kind,
        within: (DateTime<Utc>, Duration),
    ) -> Case {
        let unknown = kind == Kind::Emergency && self.dice.happens(6);
        loop {
            let patient = self.dice.below(self.people.len());
            let illness = self.illness(patient, kind);
            let (sender, receiver) = self.ends(kind, patient);
            let born = self.people[patient].born < shanghai_day(within.0 - within.1);
            if born && self.open.insert((patient, receiver, illness.category())) {
                let patient = (!unknown).then_some(patient);
                let ends = (sender, receiver);
                return self.shaped(number, (course, within), kind, patient, illness, ends);
            }
        }
    }

    /// What becomes of it, and which way it goes. The first cases see to it that every course and every way occurs, however small the
    /// district.
    fn course(&mut self, number: usize) -> (Course, Kind) {
        let course = Course::ALL.get(number).copied();
        let way = number
            .checked_sub(Course::ALL.len())
            .and_then(|number| WAYS.get(number));
        loop {
            let course = course.unwrap_or_else(|| *self.dice.weighted(Course::WEIGHED));
            let kind = way.map_or_else(|| *self.dice.weighted(WAYS), |(_, kind)| *kind);
            if course.suits(kind) {
                return (course, kind);
            }
        }
    }

    fn illness(&mut self, patient: usize, kind: Kind) -> &'static Illness {
        let age = self.people[patient].age(shanghai_day(self.now));
        let man = self.people[patient].man;
        loop {
            let illness = self.dice.weighted(ILLNESSES);
            let wanted = match kind {
                Kind::Emergency => illness.acute,
                Kind::GreenChannel => illness.ground.is_some(),
                Kind::Nursing | Kind::Down | Kind::Home => !illness.acute,
                _ => true,
            };
            // People who have none of what is wanted at their age get what anybody may have.
            if wanted && (illness.befalls(man, age) || self.dice.happens(2)) {
                return illness;
            }
        }
    }

    /// Sender and receiver of a patient who goes that way.
    fn ends(&mut self, kind: Kind, patient: usize) -> (Uuid, Uuid) {
        let home = self.people[patient].home;
        let station = self.map.stations[home];
        let managing = self.scale.manager(home);
        let centre = self.map.centres[managing];
        let community = district::community(managing);
        let own = self.map.hospitals[community];
        let other = self.map.hospitals[1 - community];
        let either = if self.dice.happens(70) { own } else { other };
        match kind {
            Kind::StationUp => (station, centre),
            Kind::CentreUp => (centre, own),
            Kind::AcrossUp => (centre, other),
            Kind::GreenChannel => (station, own),
            Kind::Emergency if self.dice.happens(50) => (station, either),
            Kind::Emergency => (centre, either),
            Kind::Down => (either, centre),
            Kind::Home => (either, station),
            Kind::HospitalLateral => (own, other),
            Kind::CentreLateral => {
                let next = (managing + 2) % self.map.centres.len();
                (centre, self.map.centres[next])
            }
            Kind::SubCentre => {
                let served: Vec<_> = district::served(self.scale).collect();
                (
                    self.map.centres[*self.dice.pick(&served)],
                    self.map.centres[0],
                )
            }
            Kind::OutwardHere => (own, self.map.city),
            Kind::OutwardAway => (own, self.map.university),
            Kind::Nursing => (either, self.map.nursing),
            Kind::FromCity => (self.map.city, own),
        }
    }

    fn goes_down(&self, sender: Uuid, receiver: Uuid) -> bool {
        let directory = &self.map.directory;
        let ends = directory
            .institution(sender)
            .zip(directory.institution(receiver));
        ends.is_some_and(|(sender, receiver)| {
            route::direction(directory, sender, receiver) == ReferralDirection::Down
        })
    }

    fn shaped(
        &mut self,
        number: usize,
        (course, (last, window)): (Course, (DateTime<Utc>, Duration)),
        kind: Kind,
        patient: Option<usize>,
        illness: &'static Illness,
        (sender, receiver): (Uuid, Uuid),
    ) -> Case {
        let urgency = match kind {
            Kind::Emergency => Urgency::Emergency,
            Kind::GreenChannel => Urgency::Urgent,
            _ if illness.acute => Urgency::Urgent,
            _ if self.dice.happens(12) => Urgency::Urgent,
            _ => Urgency::Routine,
        };
        let (visit, care) = kind.setting(&mut self.dice);
        let ground = illness
            .ground
            .filter(|_| matches!(kind, Kind::GreenChannel | Kind::Emergency));
        Case {
            number,
            goes_down: self.goes_down(sender, receiver),
            sender,
            receiver,
            kind,
            patient,
            illness,
            urgency,
            visit,
            care,
            ground,
            steps: course.steps(&mut self.dice, urgency, last, window),
        }
    }
}

impl Case {
    /// Whether a senior doctor assesses it first.
    #[must_use]
    pub const fn is_assessed(&self) -> bool {
        matches!(self.kind, Kind::OutwardHere | Kind::OutwardAway)
    }
}
