//! What must be true of a shared centre and of what can be ordered there, whoever registers it.

use entity::{
    catalogue_item,
    enums::{CentreKind, InstitutionStatus, Tier},
    institution, shared_centre,
};

use crate::{
    draft::Place,
    error::{ProblemCode, Problems},
    text,
};

/// Longest name of a centre or an item.
const NAME: usize = 100;
/// Longest opening hours.
const HOURS: usize = 200;
/// Longest group of items.
const GROUP: usize = 50;
/// Longest code of an item.
const CODE: usize = 50;
/// Most centres of a hospital.
pub const MOST_CENTRES: usize = 50;
/// Most institutions that a centre serves.
pub const MOST_SERVED: usize = 500;
/// Most items that are set at once.
pub const MOST_ITEMS: usize = 100;
/// Longest recognition window: a year.
const RECOGNITION: i32 = 365;
/// Longest target: 30 days.
const TARGET: i32 = 30 * 24 * 60;

/// Collects the problems of one draft under the paths of its place.
pub(super) struct Check<'a> {
    /// Where the draft came from.
    pub place: &'a Place,
    /// Where in it, with a dot at its end.
    pub within: &'a str,
    /// What was found.
    pub problems: &'a mut Problems,
}

impl Check<'_> {
    /// The path of a field.
    pub(super) fn path(&self, field: &str) -> String {
        self.place.field(&format!("{}{field}", self.within))
    }

    /// Notes a problem with a field unless `good`.
    pub(super) fn hold(&mut self, good: bool, field: &str, code: ProblemCode, message: &str) {
        let path = self.path(field);
        self.problems.check(good, path, code, message);
    }

    fn required(&mut self, field: &str, value: &str, longest: usize) {
        let path = self.path(field);
        text::required(Some(value), longest, &path, self.problems);
        text::one_line(value, &path, self.problems);
    }

    fn between(&mut self, field: &str, value: i32, least: i32, most: i32) {
        let message = format!("At least {least}.");
        self.hold(value >= least, field, ProblemCode::TooSmall, &message);
        let message = format!("At most {most}.");
        self.hold(value <= most, field, ProblemCode::TooLarge, &message);
    }

    /// The hospital that is to run a new centre.
    pub(super) fn host(&mut self, host: &institution::Model) {
        let message = "A hospital runs shared centres.";
        let hospital = host.tier == Tier::Hospital;
        self.hold(hospital, "host", ProblemCode::NotAllowed, message);
        let message = "The hospital does not operate.";
        let operates = host.status == InstitutionStatus::Operating;
        self.hold(operates, "host", ProblemCode::NotOperating, message);
    }

    /// A centre among the others of its host, and how many institutions it serves.
    pub(super) fn centre(
        &mut self,
        row: &shared_centre::Model,
        others: &[shared_centre::Model],
        served: usize,
    ) {
        self.required("name", &row.name, NAME);
        if let Some(hours) = &row.hours {
            let path = self.path("hours");
            text::optional(Some(hours), HOURS, &path, self.problems);
            text::one_line(hours, &path, self.problems);
        }
        let message = format!("At most {MOST_SERVED} institutions.");
        let few = served <= MOST_SERVED;
        self.hold(few, "served", ProblemCode::TooLarge, &message);
        let mut others = others.iter().filter(|other| other.id != row.id);
        let message = format!("A hospital runs at most {MOST_CENTRES} shared centres.");
        let room = others.clone().count() < MOST_CENTRES;
        self.hold(room, "host", ProblemCode::TooLarge, &message);
        let free = others.all(|other| other.name != row.name);
        let message = "The hospital has a centre of this name.";
        self.hold(free, "name", ProblemCode::Taken, message);
    }

    /// An item of a centre of that kind.
    pub(super) fn item(&mut self, row: &catalogue_item::Model, kind: CentreKind) {
        self.required("code", &row.code, CODE);
        let message = "Letters, digits and - . _ only.";
        let good = is_item_code(&row.code);
        self.hold(good, "code", ProblemCode::Characters, message);
        self.required("name", &row.name, NAME);
        self.required("group", &row.item_group, GROUP);
        self.made(row, kind);
        self.between("recognitionDays", row.recognition_days, 0, RECOGNITION);
        let recognised = is_recognised(kind) || row.recognition_days <= 0;
        let message = "Only results of examinations and of specimens are recognised.";
        self.hold(
            recognised,
            "recognitionDays",
            ProblemCode::NotAllowed,
            message,
        );
        for (field, minutes) in [
            ("emergencyMinutes", row.emergency_minutes),
            ("urgentMinutes", row.urgent_minutes),
            ("routineMinutes", row.routine_minutes),
        ] {
            self.between(field, minutes, 1, TARGET);
        }
        for (sooner, later, field) in [
            (row.emergency_minutes, row.urgent_minutes, "urgentMinutes"),
            (row.urgent_minutes, row.routine_minutes, "routineMinutes"),
        ] {
            let message = "Not shorter than what is more urgent.";
            self.hold(sooner <= later, field, ProblemCode::Inconsistent, message);
        }
    }

    /// How the examination is made and what is drawn for it.
    fn made(&mut self, row: &catalogue_item::Model, kind: CentreKind) {
        for (field, wanted, given) in [
            ("modality", examines(kind), row.modality.is_some()),
            ("specimen", takes_specimens(kind), row.specimen.is_some()),
        ] {
            let message = "Items of this kind of centre need one.";
            self.hold(given || !wanted, field, ProblemCode::Required, message);
            let message = "Items of this kind of centre have none.";
            self.hold(wanted || !given, field, ProblemCode::NotAllowed, message);
        }
    }
}

/// Whether the centre reads examinations, which have a modality.
#[must_use]
pub const fn examines(kind: CentreKind) -> bool {
    matches!(
        kind,
        CentreKind::Imaging | CentreKind::Ecg | CentreKind::Ultrasound
    )
}

/// Whether the centre examines specimens.
#[must_use]
pub const fn takes_specimens(kind: CentreKind) -> bool {
    matches!(kind, CentreKind::Laboratory | CentreKind::Pathology)
}

/// Whether a result of such a centre can be recognised elsewhere.
const fn is_recognised(kind: CentreKind) -> bool {
    examines(kind) || takes_specimens(kind)
}

/// Whether the text has the form of an item's code 项目编码.
fn is_item_code(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}
