//! The cells of a line, read into a draft.

use std::cell::RefCell;

use csv::StringRecord;
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Qualification, Tier},
    json::Rating,
};

use crate::{
    error::{ProblemCode, Problems},
    network::draft::{
        Change, CommunityDraft, DepartmentDraft, InstitutionDraft, Named, Place, PractitionerDraft,
    },
    scalar::parse_day,
};

/// What separates the entries of a list.
const SEPARATORS: [char; 3] = [';', '；', '、'];

/// The cells of a line under their columns.
pub(super) struct Cells<'a> {
    columns: &'a [&'static str],
    record: &'a StringRecord,
    place: &'a Place,
    unread: RefCell<Problems>,
}

impl<'a> Cells<'a> {
    /// The cells of that line.
    pub(super) fn new(
        columns: &'a [&'static str],
        record: &'a StringRecord,
        place: &'a Place,
    ) -> Self {
        Self {
            columns,
            record,
            place,
            unread: RefCell::default(),
        }
    }

    /// As a community.
    pub(super) fn community(self) -> CommunityDraft {
        CommunityDraft {
            name: self.text("name"),
            region: self.text("region"),
            tight_knit: self.flag("tight_knit"),
            pilot_level: self.text("pilot_level"),
            lead_hospitals: self.list("lead_hospitals").map(named),
            unread: self.unread.into_inner().into_vec(),
        }
    }

    /// As an institution.
    pub(super) fn institution(self) -> InstitutionDraft {
        InstitutionDraft {
            code: self.text("code"),
            name: self.text("name"),
            tier: self.value("tier", Tier::from_code),
            type_code: self.text("type_code"),
            status: self.value("status", InstitutionStatus::from_code),
            status_since: self.read("status_since", parse_day, "A day like 2026-11-21."),
            community: self.text("community").map(Named::Code),
            managed_by: self.text("managed_by").map(Named::Code),
            credit_code: self.text("credit_code"),
            region: self.text("region"),
            address: self.text("address"),
            latitude: self.read("latitude", degrees, "Degrees with a decimal point."),
            longitude: self.read("longitude", degrees, "Degrees with a decimal point."),
            phone: self.text("phone"),
            level: self.read("level", number, "A whole number."),
            grade: self.coded("grade", HospitalGrade::from_code),
            functional_class: self.coded("functional_class", FunctionalClass::from_code),
            sub_centre: self.flag("sub_centre"),
            radiates_to: self.list("radiates_to").map(named),
            outside_district: self.flag("outside_district"),
            insurer_designated: self.flag("insurer_designated"),
            surgery_ceiling: self.read("surgery_ceiling", number, "A whole number."),
            facilities: self.facilities(),
            equipment: self.list("equipment"),
            ratings: self.ratings(),
            capabilities: self.list("capabilities"),
            unread: self.unread.into_inner().into_vec(),
        }
    }

    /// As a department.
    pub(super) fn department(self) -> DepartmentDraft {
        DepartmentDraft {
            institution: self.name_of("institution"),
            code: self.text("code"),
            name: self.text("name"),
            specialty: self.text("specialty"),
            active: self.flag_or("active", true),
            unread: self.unread.into_inner().into_vec(),
        }
    }

    /// As a practitioner.
    pub(super) fn practitioner(self) -> PractitionerDraft {
        PractitionerDraft {
            institution: self.name_of("institution"),
            department: self.text("department").map(Named::Code),
            code: self.text("code"),
            name: self.text("name"),
            qualification: self.value("qualification", Qualification::from_code),
            title: self.text("title"),
            specialties: self.list("specialties"),
            licence_number: self.text("licence_number"),
            licence_until: self.read("licence_until", parse_day, "A day like 2026-11-21."),
            active: self.flag_or("active", true),
            unread: self.unread.into_inner().into_vec(),
        }
    }

    /// The cell of a column; none where the file has no such column.
    fn cell(&self, column: &str) -> Option<&str> {
        let place = self.columns.iter().position(|name| *name == column)?;
        self.record.get(place)
    }

    fn refuse(&self, column: &str, code: ProblemCode, message: &str) {
        let path = self.place.field(column);
        self.unread.borrow_mut().add(path, code, message);
    }

    fn text(&self, column: &str) -> Change<String> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => text.into(),
        }
    }

    fn read<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        message: &str,
    ) -> Change<T> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => {
                let value = parse(text);
                if value.is_none() {
                    self.refuse(column, ProblemCode::Format, message);
                }
                Change::given(value)
            }
        }
    }

    fn coded<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Change<T> {
        match self.cell(column) {
            None => Change::Keep,
            Some("") => Change::Clear,
            Some(text) => {
                let value = parse(&text.to_ascii_uppercase());
                if value.is_none() {
                    self.refuse(
                        column,
                        ProblemCode::UnknownValue,
                        "Not one of the known values.",
                    );
                }
                Change::given(value)
            }
        }
    }

    /// A coded value of a field that is never empty: an empty cell leaves it alone.
    fn value<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match self.coded(column, parse) {
            Change::Set(value) => Some(value),
            Change::Keep | Change::Clear => None,
        }
    }

    fn name_of(&self, column: &str) -> Option<Named> {
        self.cell(column)
            .filter(|text| !text.is_empty())
            .map(Named::from)
    }

    fn flag(&self, column: &str) -> Change<bool> {
        self.read(column, yes_or_no, "true or false, 1 or 0, 是 or 否.")
    }

    fn flag_or(&self, column: &str, empty: bool) -> Change<bool> {
        match self.flag(column) {
            Change::Clear => Change::Set(empty),
            other => other,
        }
    }

    fn list(&self, column: &str) -> Change<Vec<String>> {
        self.text(column).map(|text| {
            let entries = text.split(SEPARATORS).map(str::trim);
            let entries = entries.filter(|entry| !entry.is_empty());
            entries.map(str::to_owned).collect()
        })
    }

    fn facilities(&self) -> Change<Vec<Facility>> {
        self.list("facilities").map(|texts| {
            let each = texts.iter().filter_map(|text| {
                let found = Facility::from_code(&text.to_ascii_uppercase());
                if found.is_none() {
                    let message = "Not one of the known values.";
                    self.refuse("facilities", ProblemCode::UnknownValue, message);
                }
                found
            });
            each.collect()
        })
    }

    fn ratings(&self) -> Change<Vec<Rating>> {
        self.list("ratings").map(|texts| {
            let each = texts.iter().filter_map(|text| {
                let found = rating(text);
                if found.is_none() {
                    let message = "A rating is scheme:grade:year.";
                    self.refuse("ratings", ProblemCode::Format, message);
                }
                found
            });
            each.collect()
        })
    }
}

fn named(codes: Vec<String>) -> Vec<Named> {
    codes.into_iter().map(Named::Code).collect()
}

fn degrees(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|degrees: &f64| degrees.is_finite())
}

fn number(text: &str) -> Option<i32> {
    text.parse().ok()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "是" => Some(true),
        "false" | "0" | "no" | "否" => Some(false),
        _ => None,
    }
}

fn rating(text: &str) -> Option<Rating> {
    let mut parts = text.split([':', '：']).map(str::trim);
    let (scheme, grade, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Rating {
        scheme: scheme.to_owned(),
        grade: grade.to_owned(),
        year: year.parse().ok().filter(|_| parts.next().is_none())?,
    })
}
