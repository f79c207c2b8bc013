//! What the verbs of beds and slots take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject};
use entity::enums::BedKind;
use uuid::Uuid;

use super::super::{
    bed_pool::{NewBedPool, Occupancy},
    slot::{MOST_SLOTS, NewSlot, NewSlots, SlotChange},
};
use crate::{
    error::{ProblemCode, Problems, Result},
    id::{self, Kind},
    moment::Moment,
};

/// The id that a text stands for, or a problem with the field at `path`.
pub(super) fn identity(kind: Kind, text: &ID, path: &str, problems: &mut Problems) -> Option<Uuid> {
    let read = id::decode(kind, text, path);
    read.map_err(|error| problems.extend(error.problems().iter().cloned()))
        .ok()
}

/// The same of one that may be left out.
pub(super) fn optional_identity(
    kind: Kind,
    text: Option<&ID>,
    path: &str,
    problems: &mut Problems,
) -> Option<Uuid> {
    text.and_then(|text| identity(kind, text, path, problems))
}

/// A bed pool 床位池 to be registered. An institution has one of each kind and department.
#[derive(InputObject)]
pub struct CreateBedPoolInput {
    /// The institution.
    pub institution: ID,
    /// The department 科室 whose beds these are; no particular one's where left out.
    pub department: Option<ID>,
    /// What kind of bed 床位类型.
    pub kind: BedKind,
    /// Beds that are set up 实际开放床位, 0 to 10,000.
    pub total: i32,
}

impl CreateBedPoolInput {
    pub(super) fn parse(self) -> Result<NewBedPool> {
        let mut problems = Problems::default();
        let institution = identity(
            Kind::Institution,
            &self.institution,
            "input.institution",
            &mut problems,
        );
        let department = optional_identity(
            Kind::Department,
            self.department.as_ref(),
            "input.department",
            &mut problems,
        );
        problems.finish()?;
        Ok(NewBedPool {
            institution: institution.unwrap_or_default(),
            department,
            kind: self.kind,
            total: self.total,
        })
    }
}

/// How many beds a pool is to have.
#[derive(InputObject)]
pub struct UpdateBedPoolInput {
    /// The bed pool.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Beds that are set up 实际开放床位, 0 to 10,000, and no fewer than are held.
    pub total: i32,
}

/// How many beds of a pool are occupied.
#[derive(InputObject)]
pub struct ReportOccupancyInput {
    /// The bed pool.
    pub bed_pool: ID,
    /// Beds that are occupied 占用床位, 0 to 10,000; may exceed the total 加床.
    pub occupied: i32,
    /// Of when the report is, where that is not now: at most 30 days back, and no earlier than the one on record.
    pub as_of: Option<Moment>,
}

impl ReportOccupancyInput {
    pub(super) fn parse(self) -> Result<Occupancy> {
        let mut problems = Problems::default();
        let bed_pool = identity(
            Kind::BedPool,
            &self.bed_pool,
            "input.bedPool",
            &mut problems,
        );
        let as_of = self
            .as_of
            .and_then(|moment| moment.at("input.asOf", &mut problems));
        problems.finish()?;
        Ok(Occupancy {
            bed_pool: bed_pool.unwrap_or_default(),
            occupied: self.occupied,
            as_of,
        })
    }
}

/// Sessions to be offered 放号.
#[derive(InputObject)]
pub struct CreateSlotsInput {
    /// The institution that offers them.
    pub institution: ID,
    /// The sessions, 1 to 200.
    pub slots: Vec<SlotInput>,
}

/// A session 号源, of a department, of a practitioner, or of both.
#[derive(InputObject)]
pub struct SlotInput {
    /// The department 科室.
    pub department: Option<ID>,
    /// The practitioner 出诊医生.
    pub practitioner: Option<ID>,
    /// When it begins: in the future, at most a year ahead.
    pub starts_at: Moment,
    /// When it is over: at most a day after it begins.
    pub ends_at: Moment,
    /// How many patients it takes 号源总数, 1 to 10,000.
    pub capacity: i32,
}

impl CreateSlotsInput {
    pub(super) fn parse(self) -> Result<NewSlots> {
        let mut problems = Problems::default();
        let institution = identity(
            Kind::Institution,
            &self.institution,
            "input.institution",
            &mut problems,
        );
        problems.check(
            self.slots.len() <= MOST_SLOTS,
            "input.slots",
            ProblemCode::TooLarge,
            format!("At most {MOST_SLOTS} sessions."),
        );
        let slots = self.slots.into_iter().take(MOST_SLOTS).enumerate();
        let slots: Vec<NewSlot> = slots
            .filter_map(|(place, slot)| slot.parse(place, &mut problems))
            .collect();
        problems.finish()?;
        Ok(NewSlots {
            institution: institution.unwrap_or_default(),
            slots,
        })
    }
}

impl SlotInput {
    fn parse(self, place: usize, problems: &mut Problems) -> Option<NewSlot> {
        let at = |field: &str| format!("input.slots[{place}].{field}");
        let department = optional_identity(
            Kind::Department,
            self.department.as_ref(),
            &at("department"),
            problems,
        );
        let practitioner = optional_identity(
            Kind::Practitioner,
            self.practitioner.as_ref(),
            &at("practitioner"),
            problems,
        );
        let starts_at = self.starts_at.at(&at("startsAt"), problems);
        let ends_at = self.ends_at.at(&at("endsAt"), problems);
        Some(NewSlot {
            department,
            practitioner,
            starts_at: starts_at?,
            ends_at: ends_at?,
            capacity: self.capacity,
        })
    }
}

/// What shall be different about a slot 号源: what is left out stays.
#[derive(InputObject)]
pub struct UpdateSlotInput {
    /// The slot.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// How many patients it takes 号源总数, 1 to 10,000, and no fewer than are held or came.
    pub capacity: Option<i32>,
    /// Whether it takes no further patient 停诊.
    pub withdrawn: Option<bool>,
    /// Withdraw it although places of it are held: these stay held until their referrals are rescheduled.
    pub despite_holds: Option<bool>,
}

impl UpdateSlotInput {
    pub(super) fn change(&self) -> SlotChange {
        SlotChange {
            capacity: self.capacity,
            withdrawn: self.withdrawn,
            despite_holds: self.despite_holds.unwrap_or_default(),
        }
    }
}
