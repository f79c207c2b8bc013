//! What must be true of an institution, a community, a department and a practitioner, whoever registers it.

use chrono::NaiveDate;
use entity::{
    community, department,
    enums::{HospitalGrade, Qualification, Tier},
    institution, practitioner,
};
use uuid::Uuid;

use super::{code, draft::Place, view::Network};
use crate::{
    error::{ProblemCode, Problems},
    text,
};

/// Longest name.
const NAME: usize = 100;
/// Longest code.
const CODE: usize = 50;
/// Longest phone.
const PHONE: usize = 30;
/// Longest address.
const ADDRESS: usize = 300;
/// Most lead hospitals of a community.
pub const MOST_LEADS: usize = 20;
/// Most institutions that a sub-centre radiates to.
pub const MOST_RADIATED: usize = 100;
/// Most entries of the lists that an institution or practitioner carries.
const MOST_ENTRIES: usize = 100;
/// Most ICD-10 categories; there are some 2,000.
pub const MOST_CATEGORIES: usize = 2_500;
/// First year of a rating.
const FIRST_RATING: i32 = 1949;

/// Collects the problems of one draft under the paths of its place.
pub struct Check<'a> {
    /// Where the draft came from.
    pub place: &'a Place,
    /// What was found.
    pub problems: &'a mut Problems,
}

impl Check<'_> {
    /// Notes a problem with a field unless `good`.
    pub fn hold(&mut self, good: bool, field: &str, code: ProblemCode, message: &str) {
        self.problems
            .check(good, self.place.field(field), code, message);
    }

    fn required(&mut self, field: &str, value: &str, longest: usize) {
        let path = self.place.field(field);
        text::required(Some(value), longest, &path, self.problems);
        text::one_line(value, &path, self.problems);
    }

    fn text(&mut self, field: &str, value: &str, longest: usize) {
        let path = self.place.field(field);
        text::optional(Some(value), longest, &path, self.problems);
        text::one_line(value, &path, self.problems);
    }

    fn optional(&mut self, field: &str, text: Option<&str>, longest: usize) {
        if let Some(text) = text {
            self.text(field, text, longest);
        }
    }

    fn form(&mut self, field: &str, text: &str, form: fn(&str) -> bool, message: &str) {
        // What is missing was named as such.
        self.hold(
            text.is_empty() || form(text),
            field,
            ProblemCode::Format,
            message,
        );
    }

    fn code(&mut self, text: &str) {
        self.required("code", text, CODE);
        let message = "Letters, digits and - _ . / only.";
        self.hold(
            code::is_code(text),
            "code",
            ProblemCode::Characters,
            message,
        );
    }

    fn only(&mut self, good: bool, field: &str, whose: &str) {
        let message = format!("Only {whose} has this.");
        self.hold(good, field, ProblemCode::NotAllowed, &message);
    }

    fn fits(&mut self, field: &str, entries: usize, most: usize) {
        self.hold(
            entries <= most,
            field,
            ProblemCode::TooLarge,
            &format!("At most {most} entries."),
        );
    }

    /// A community and its lead hospitals.
    pub fn community(&mut self, row: &community::Model, leads: &[Uuid], network: &Network) {
        self.required("name", &row.name, NAME);
        self.required("region", &row.region, 6);
        self.form(
            "region",
            &row.region,
            code::is_region,
            "Six digits of GB/T 2260.",
        );
        self.optional("pilotLevel", row.pilot_level.as_deref(), CODE);
        self.fits("leadHospitals", leads.len(), MOST_LEADS);
        let hospitals = leads.iter().filter_map(|id| network.institutions.get(id));
        let good = hospitals
            .into_iter()
            .all(|lead| lead.tier == Tier::Hospital);
        let message = "Only hospitals lead a community.";
        self.hold(good, "leadHospitals", ProblemCode::Inconsistent, message);
    }

    /// An institution, against the network that it is part of.
    pub fn institution(
        &mut self,
        row: &institution::Model,
        radiates_to: &[Uuid],
        network: &Network,
        today: NaiveDate,
    ) {
        self.code(&row.code);
        let taken = network
            .by_code
            .get(&row.code)
            .is_some_and(|id| *id != row.id);
        self.hold(
            !taken,
            "code",
            ProblemCode::Taken,
            "Another institution has this code.",
        );
        self.required("name", &row.name, NAME);
        self.required("typeCode", &row.type_code, CODE);
        self.form(
            "typeCode",
            &row.type_code,
            code::is_type_code,
            "A type of WS 218, say C220.",
        );
        if let Some(text) = row.credit_code.as_deref() {
            let form = code::is_credit_code_form(text);
            let message = "18 digits and capital letters without I, O, S, V and Z (GB 32100).";
            self.hold(form, "creditCode", ProblemCode::Format, message);
            let checks = !form || code::credit_code_checks(text);
            let message = "The check character does not fit (GB 32100).";
            self.hold(checks, "creditCode", ProblemCode::CheckDigit, message);
        }
        if let Some(region) = row.region.as_deref() {
            self.form(
                "region",
                region,
                code::is_region,
                "Six digits of GB/T 2260.",
            );
        }
        self.optional("address", row.address.as_deref(), ADDRESS);
        if let Some(phone) = row.phone.as_deref() {
            self.text("phone", phone, PHONE);
            self.form(
                "phone",
                phone,
                code::is_phone,
                "Digits with + - ( ) / or a space.",
            );
        }
        self.location(row);
        self.surgery(row);
        self.lists(row, today);
        self.tier(row);
        self.standing(row, network);
        self.radiation(row, radiates_to, network);
    }

    fn location(&mut self, row: &institution::Model) {
        let paired = row.latitude.is_some() == row.longitude.is_some();
        let message = "Latitude and longitude go together.";
        self.hold(paired, "location", ProblemCode::Inconsistent, message);
        let within =
            |degrees: Option<f64>, most: f64| degrees.is_none_or(|degrees| degrees.abs() <= most);
        let north = within(row.latitude, 90.0);
        self.hold(
            north,
            "location.latitude",
            ProblemCode::TooLarge,
            "From -90 to 90 degrees.",
        );
        let east = within(row.longitude, 180.0);
        self.hold(
            east,
            "location.longitude",
            ProblemCode::TooLarge,
            "From -180 to 180 degrees.",
        );
    }

    fn surgery(&mut self, row: &institution::Model) {
        let good = row
            .surgery_ceiling
            .is_none_or(|level| (0..=4).contains(&level));
        self.hold(
            good,
            "surgeryCeiling",
            ProblemCode::TooLarge,
            "A level from 0 to 4.",
        );
    }

    fn lists(&mut self, row: &institution::Model, today: NaiveDate) {
        use chrono::Datelike as _;
        self.fits("equipment", row.equipment.0.len(), MOST_ENTRIES);
        for (place, text) in row.equipment.0.iter().enumerate() {
            self.required(&format!("equipment[{place}]"), text, NAME);
        }
        self.fits("ratings", row.ratings.0.len(), MOST_ENTRIES);
        for (place, rating) in row.ratings.0.iter().enumerate() {
            self.required(&format!("ratings[{place}].scheme"), &rating.scheme, NAME);
            self.required(&format!("ratings[{place}].grade"), &rating.grade, CODE);
            let known = (FIRST_RATING..=today.year()).contains(&rating.year);
            let path = format!("ratings[{place}].year");
            self.hold(
                known,
                &path,
                ProblemCode::TooLarge,
                "A year up to the present one.",
            );
        }
    }

    /// What only one tier has.
    fn tier(&mut self, row: &institution::Model) {
        // A partner may be a hospital too: WS 218 says so.
        let outside = row.tier == Tier::Partner && row.type_code.starts_with('A');
        let hospital = row.tier == Tier::Hospital || outside;
        let centre = row.tier == Tier::HealthCentre;
        self.only(hospital || row.level.is_none(), "level", "a hospital");
        let level = row.level.is_none_or(|level| (1..=3).contains(&level));
        self.hold(
            level,
            "level",
            ProblemCode::TooLarge,
            "A level from 1 to 3.",
        );
        self.only(hospital || row.grade.is_none(), "grade", "a hospital");
        let special = row.grade != Some(HospitalGrade::Special) || row.level == Some(3);
        let message = "Only a hospital of level 3 is of special grade.";
        self.hold(special, "grade", ProblemCode::Inconsistent, message);
        self.only(
            centre || row.functional_class.is_none(),
            "functionalClass",
            "a health centre",
        );
        self.only(centre || !row.sub_centre, "subCentre", "a health centre");
        let partner = row.tier == Tier::Partner;
        self.only(
            partner || !row.outside_district,
            "outsideDistrict",
            "a partner",
        );
    }

    /// Where it stands: its community, and the health centre that manages a station.
    fn standing(&mut self, row: &institution::Model, network: &Network) {
        let home = row.community_id.is_some() || row.tier == Tier::Partner;
        let message = "Every institution but a partner has a home community.";
        self.hold(home, "community", ProblemCode::Required, message);
        let station = row.tier == Tier::Station;
        let message = "A station is managed by one health centre.";
        let managed = !station || row.managed_by.is_some();
        self.hold(managed, "managedBy", ProblemCode::Required, message);
        self.only(
            station || row.managed_by.is_none(),
            "managedBy",
            "a station",
        );
        if let Some(centre) = row.managed_by.and_then(|id| network.institutions.get(&id)) {
            let good = centre.tier == Tier::HealthCentre && centre.community_id == row.community_id;
            let message = "This must be a health centre of the same community.";
            self.hold(good, "managedBy", ProblemCode::Inconsistent, message);
        }
        let together = network
            .stations(row.id)
            .all(|kept| kept.community_id == row.community_id);
        let message = "Its stations belong to another community; move them along.";
        self.hold(together, "community", ProblemCode::Inconsistent, message);
    }

    fn radiation(&mut self, row: &institution::Model, served: &[Uuid], network: &Network) {
        let message = "Only a sub-centre radiates to others.";
        let allowed = row.sub_centre || served.is_empty();
        self.hold(allowed, "radiatesTo", ProblemCode::NotAllowed, message);
        self.fits("radiatesTo", served.len(), MOST_RADIATED);
        let below = served.iter().all(|id| {
            let served = network.institutions.get(id);
            *id != row.id
                && served.is_none_or(|one| matches!(one.tier, Tier::HealthCentre | Tier::Station))
        });
        let message = "Other health centres and stations only.";
        self.hold(below, "radiatesTo", ProblemCode::Inconsistent, message);
    }

    /// ICD-10 categories.
    pub fn categories(&mut self, field: &str, categories: &[String]) {
        self.fits(field, categories.len(), MOST_CATEGORIES);
        for (place, category) in categories.iter().enumerate() {
            let path = format!("{field}[{place}]");
            let message = "A letter and two digits, say I63.";
            self.hold(
                code::is_category(category),
                &path,
                ProblemCode::Format,
                message,
            );
        }
    }

    /// A department.
    pub fn department(&mut self, row: &department::Model) {
        self.code(&row.code);
        self.required("name", &row.name, NAME);
        self.required("specialty", &row.specialty, CODE);
        let message = "A clinical subject (诊疗科目), say 03 or 03.01.";
        self.form("specialty", &row.specialty, code::is_specialty, message);
    }

    /// A practitioner.
    pub fn practitioner(&mut self, row: &practitioner::Model) {
        self.code(&row.code);
        self.required("name", &row.name, NAME);
        if let Some(title) = row.title.as_deref() {
            let form = code::is_title(title);
            let message = "A health title of GB/T 8561: 231–235, 241–245, 251–255 or 261–265.";
            self.hold(form, "title", ProblemCode::UnknownValue, message);
            let fits = !form || belongs(title, row.qualification);
            let message = "The title does not belong to this qualification.";
            self.hold(fits, "title", ProblemCode::Inconsistent, message);
        }
        self.fits("specialties", row.specialties.0.len(), MOST_ENTRIES);
        for (place, specialty) in row.specialties.0.iter().enumerate() {
            let path = format!("specialties[{place}]");
            let message = "A clinical subject (诊疗科目), say 03 or 03.01.";
            self.hold(
                code::is_specialty(specialty),
                &path,
                ProblemCode::Format,
                message,
            );
        }
        self.optional("licenceNumber", row.licence_number.as_deref(), CODE);
    }
}

/// Whether holders of this qualification are given the title.
fn belongs(title: &str, qualification: Qualification) -> bool {
    let series = match qualification {
        Qualification::Physician
        | Qualification::AssistantPhysician
        | Qualification::VillageDoctor => "23",
        Qualification::Pharmacist => "24",
        Qualification::Nurse => "25",
        Qualification::Technician => "26",
        Qualification::Other => "2",
    };
    title.starts_with(series)
}
