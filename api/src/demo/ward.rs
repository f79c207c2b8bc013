//! The beds and sessions of the district: registered before its first patient, reported on every week, and held for some who are accepted.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Datelike as _, Duration, Utc, Weekday};
use entity::enums::{BedKind, CareSetting, FunctionalClass, Tier};
use uuid::Uuid;

use super::{Scale, dice::Dice};
use crate::{
    app::App,
    auth::Actor,
    capacity::{
        bed_pool::{self, NewBedPool, Occupancy},
        slot::{self, MOST_SLOTS, NewSlot, NewSlots},
    },
    clock::{shanghai_day, shanghai_midnight},
    error::Result,
    network::directory::Directory,
};

/// How often occupancy is reported.
const ROUND: Duration = Duration::days(7);
/// How far ahead of now sessions are offered.
const AHEAD: i64 = 14;
/// The hospital departments that hold clinics.
const CLINICS: [&str; 5] = ["0301", "0302", "0303", "0304", "0404"];
/// General practice of a health centre.
const PRACTICE: &str = "0200";

/// The beds and sessions of the district.
#[derive(Debug)]
pub struct Wards {
    pools: Vec<Pool>,
    sessions: HashMap<(Uuid, Uuid), Vec<Session>>,
    dice: Dice,
    next_round: DateTime<Utc>,
}

#[derive(Debug)]
struct Pool {
    id: Uuid,
    institution: Uuid,
    department: Option<Uuid>,
    kind: BedKind,
    total: i32,
}

#[derive(Clone, Copy, Debug)]
struct Session {
    id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// What is held for a patient.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    /// A bed of this pool.
    pub bed_pool: Option<Uuid>,
    /// A place in this session.
    pub slot: Option<Uuid>,
}

impl Wards {
    /// Registers beds and offers sessions, at the hospitals and at the health centres that have inpatients.
    pub async fn open(app: &App, seed: u64, scale: &Scale) -> Result<Self> {
        let mut wards = Self {
            next_round: app.now(),
            ..Self::none(seed)
        };
        let directory = app.directory.now();
        let mut places: Vec<_> = directory.institutions.values().collect();
        places.sort_by(|one, other| one.code.cmp(&other.code));
        for place in places {
            let hospital = place.tier == Tier::Hospital;
            let inpatients = matches!(
                place.functional_class,
                Some(FunctionalClass::I | FunctionalClass::II)
            );
            if hospital {
                wards.hospital(app, &directory, place.id).await?;
            } else if inpatients {
                for kind in [BedKind::General, BedKind::Rehabilitation] {
                    wards.pool(app, place.id, None, kind, 12, 30).await?;
                }
            }
            if hospital || inpatients {
                wards.clinics(app, &directory, place.id, scale).await?;
            }
        }
        Ok(wards)
    }

    /// Of the time before anybody registered them.
    pub fn none(seed: u64) -> Self {
        Self {
            pools: Vec::new(),
            sessions: HashMap::new(),
            dice: Dice::apart(seed, 5),
            next_round: DateTime::<Utc>::MAX_UTC,
        }
    }

    async fn hospital(&mut self, app: &App, directory: &Directory, place: Uuid) -> Result<()> {
        for department in departments(directory, place) {
            let of = Some(department.id);
            self.pool(app, place, of, BedKind::General, 24, 60).await?;
        }
        self.pool(app, place, None, BedKind::Icu, 8, 16).await
    }

    async fn pool(
        &mut self,
        app: &App,
        institution: Uuid,
        department: Option<Uuid>,
        kind: BedKind,
        least: i64,
        most: i64,
    ) -> Result<()> {
        let total = i32::try_from(self.dice.between(least, most)).unwrap_or(20);
        let input = NewBedPool {
            institution,
            department,
            kind,
            total,
        };
        let made = bed_pool::create(app, &Actor::system("demo").at("demo"), &input).await?;
        self.pools.push(Pool {
            id: made.object.id,
            institution,
            department,
            kind,
            total,
        });
        Ok(())
    }

    /// Offers a session each working day in every clinic of a hospital, and twice a week at a health centre.
    async fn clinics(
        &mut self,
        app: &App,
        directory: &Directory,
        place: Uuid,
        scale: &Scale,
    ) -> Result<()> {
        let today = shanghai_day(app.now());
        let mut slots = Vec::new();
        for department in departments(directory, place) {
            let practice = department.code == PRACTICE;
            if !practice && !CLINICS.contains(&department.code.as_str()) {
                continue;
            }
            for day in (1..=scale.days + AHEAD).map(|days| today + Duration::days(days)) {
                let held = match day.weekday() {
                    Weekday::Sat | Weekday::Sun => false,
                    Weekday::Mon | Weekday::Thu => true,
                    _ => !practice,
                };
                if held {
                    let starts_at = shanghai_midnight(day) + Duration::hours(8);
                    slots.push(NewSlot {
                        department: Some(department.id),
                        practitioner: None,
                        starts_at,
                        ends_at: starts_at + Duration::hours(9),
                        capacity: i32::try_from(self.dice.between(4, 12)).unwrap_or(8),
                    });
                }
            }
        }
        for slots in slots.chunks(MOST_SLOTS) {
            let input = NewSlots {
                institution: place,
                slots: slots.to_vec(),
            };
            let made = slot::create(app, &Actor::system("demo").at("demo"), &input).await?;
            for row in made.object {
                let Some(department) = row.department_id else {
                    continue;
                };
                self.sessions
                    .entry((place, department))
                    .or_default()
                    .push(Session {
                        id: row.id,
                        starts_at: row.starts_at,
                        ends_at: row.ends_at,
                    });
            }
        }
        Ok(())
    }

    /// Reports the occupancy of every week that has begun by then.
    pub async fn report_until(&mut self, app: &App, at: DateTime<Utc>) -> Result<()> {
        while self.next_round <= at {
            app.clock.set(self.next_round);
            self.next_round += ROUND;
            self.report(app).await?;
        }
        Ok(())
    }

    /// Reports how many beds are occupied now: most of them, here and there more than there are.
    pub async fn report(&mut self, app: &App) -> Result<()> {
        for pool in &self.pools {
            let share = self.dice.between(55, 102);
            let occupied = i64::from(pool.total) * share / 100;
            let input = Occupancy {
                bed_pool: pool.id,
                occupied: i32::try_from(occupied).unwrap_or(0),
                as_of: None,
            };
            let system = Actor::system("demo");
            bed_pool::report_occupancy(app, &system.at("demo"), &input).await?;
        }
        Ok(())
    }

    /// What could be held for a patient who is taken there, for that care and at that time.
    pub fn kept(
        &self,
        institution: Uuid,
        department: Option<Uuid>,
        care: CareSetting,
        planned_at: DateTime<Utc>,
    ) -> Kept {
        let wanted = match care {
            CareSetting::Outpatient => {
                let place = department.map(|department| (institution, department));
                let sessions = place.and_then(|place| self.sessions.get(&place));
                let fits = |one: &&Session| one.starts_at <= planned_at && planned_at < one.ends_at;
                return Kept {
                    bed_pool: None,
                    slot: sessions
                        .and_then(|all| all.iter().find(fits))
                        .map(|one| one.id),
                };
            }
            CareSetting::Rehabilitation => BedKind::Rehabilitation,
            CareSetting::HomeBed => BedKind::HomeBed,
            CareSetting::Hospice => BedKind::Hospice,
            CareSetting::Inpatient | CareSetting::EmergencyRoom => BedKind::General,
        };
        let fits = |pool: &&Pool| {
            pool.institution == institution
                && pool.kind == wanted
                && (pool.department.is_none() || pool.department == department)
        };
        Kept {
            bed_pool: self.pools.iter().find(fits).map(|pool| pool.id),
            slot: None,
        }
    }
}

/// The departments of an institution, by code.
fn departments(directory: &Directory, place: Uuid) -> Vec<Arc<entity::department::Model>> {
    let ids = directory.departments_of.get(&place).into_iter().flatten();
    let mut found: Vec<_> = ids
        .filter_map(|id| directory.departments.get(id).cloned())
        .collect();
    found.sort_by(|one, other| one.code.cmp(&other.code));
    found
}
