//! Lines of registry files, read into drafts.

use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, InstitutionStatus, Qualification, Tier},
    json::Rating,
};

use crate::{
    error::ProblemCode,
    network::draft::{CommunityDraft, DepartmentDraft, InstitutionDraft, Named, PractitionerDraft},
    sheet::{Cells, UNKNOWN},
};

/// The problem of a rating that is none.
const RATING: (ProblemCode, &str) = (ProblemCode::Format, "A rating is scheme:grade:year.");

/// A line as a community.
pub(super) fn community(cells: Cells) -> CommunityDraft {
    CommunityDraft {
        name: cells.text("name"),
        region: cells.text("region"),
        tight_knit: cells.flag("tight_knit"),
        pilot_level: cells.text("pilot_level"),
        lead_hospitals: cells.names("lead_hospitals"),
        unread: cells.unread(),
    }
}

/// A line as an institution.
pub(super) fn institution(cells: Cells) -> InstitutionDraft {
    InstitutionDraft {
        code: cells.text("code"),
        name: cells.text("name"),
        tier: cells.value("tier", Tier::from_code),
        type_code: cells.text("type_code"),
        status: cells.value("status", InstitutionStatus::from_code),
        status_since: cells.day("status_since"),
        community: cells.text("community").map(Named::Code),
        managed_by: cells.text("managed_by").map(Named::Code),
        credit_code: cells.text("credit_code"),
        region: cells.text("region"),
        address: cells.text("address"),
        latitude: cells.read("latitude", degrees, "Degrees with a decimal point."),
        longitude: cells.read("longitude", degrees, "Degrees with a decimal point."),
        phone: cells.text("phone"),
        level: cells.number("level"),
        grade: cells.coded("grade", HospitalGrade::from_code),
        functional_class: cells.coded("functional_class", FunctionalClass::from_code),
        sub_centre: cells.flag("sub_centre"),
        radiates_to: cells.names("radiates_to"),
        outside_district: cells.flag("outside_district"),
        insurer_designated: cells.flag("insurer_designated"),
        surgery_ceiling: cells.number("surgery_ceiling"),
        facilities: cells.each("facilities", facility, UNKNOWN),
        equipment: cells.list("equipment"),
        ratings: cells.each("ratings", rating, RATING),
        capabilities: cells.list("capabilities"),
        unread: cells.unread(),
    }
}

/// A line as a department.
pub(super) fn department(cells: Cells) -> DepartmentDraft {
    DepartmentDraft {
        institution: cells.name_of("institution"),
        code: cells.text("code"),
        name: cells.text("name"),
        specialty: cells.text("specialty"),
        active: cells.flag_or("active", true),
        unread: cells.unread(),
    }
}

/// A line as a practitioner.
pub(super) fn practitioner(cells: Cells) -> PractitionerDraft {
    PractitionerDraft {
        institution: cells.name_of("institution"),
        department: cells.text("department").map(Named::Code),
        code: cells.text("code"),
        name: cells.text("name"),
        qualification: cells.value("qualification", Qualification::from_code),
        title: cells.text("title"),
        specialties: cells.list("specialties"),
        licence_number: cells.text("licence_number"),
        licence_until: cells.day("licence_until"),
        active: cells.flag_or("active", true),
        unread: cells.unread(),
    }
}

fn facility(text: &str) -> Option<Facility> {
    Facility::from_code(&text.to_ascii_uppercase())
}

fn degrees(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|degrees: &f64| degrees.is_finite())
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
