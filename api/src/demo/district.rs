//! A district that does not exist: its communities, institutions, departments and staff.

use chrono::{Days, NaiveDate};
use entity::{
    enums::{Facility, FunctionalClass, HospitalGrade, Qualification, Tier},
    json::Rating,
};

use super::{Scale, dice::Dice, name};
use crate::network::{
    draft::{
        Change, CommunityDraft, DepartmentDraft, InstitutionDraft, Named, Place, PractitionerDraft,
    },
    registry::{Entry, Registry},
};

/// The region; nothing lies there.
pub const REGION: &str = "330199";
/// The general hospital, which leads one community.
pub const COUNTY: &str = "QL-H01";
/// The hospital of traditional medicine, which leads the other.
pub const HERBS: &str = "QL-H02";
/// A city hospital outside the district that works here.
pub const CITY: &str = "LZ-P01";
/// A university hospital outside the district that does not.
pub const UNIVERSITY: &str = "LZ-P02";
/// A nursing home in the district that does not.
pub const NURSING: &str = "QL-P03";
/// The two communities.
pub const COMMUNITIES: [&str; 2] = ["青澜县总医院医共体", "青澜县中医医院医共体"];
/// The departments of the hospitals: code, name, clinical subject.
const DEPARTMENTS: &[(&str, &str, &str)] = &[
    ("0300", "普通内科", "03"),
    ("0301", "呼吸内科", "03.01"),
    ("0302", "心血管内科", "03.04"),
    ("0303", "神经内科", "03.03"),
    ("0304", "消化内科", "03.02"),
    ("0306", "内分泌科", "03.06"),
    ("0307", "肾内科", "03.07"),
    ("0401", "普外科", "04.01"),
    ("0403", "神经外科", "04.02"),
    ("0404", "骨科", "04.03"),
    ("0502", "产科", "05.02"),
    ("1000", "眼科", "10"),
    ("1200", "皮肤科", "12"),
    ("1500", "精神心理科", "15"),
    ("2000", "急诊科", "20"),
];
/// The departments of a health centre.
const WARDS: &[(&str, &str, &str)] = &[
    ("0200", "全科医疗科", "02"),
    ("0300", "内科", "03"),
    ("5000", "中医科", "50"),
];
/// What every health centre treats; one of class III only the first thirty.
const COMMON: &[&str] = &[
    "A09", "B02", "B34", "B35", "D50", "E03", "E11", "E78", "G43", "G44", "G47", "H10", "H66",
    "I10", "I25", "I83", "J00", "J02", "J03", "J06", "J20", "J30", "J40", "J42", "K02", "K21",
    "K29", "K30", "K52", "K59", "L20", "L23", "L30", "L50", "M10", "M13", "M17", "M19", "M25",
    "M47", "M54", "M79", "N30", "N39", "N40", "R05", "R10", "R42", "R50", "R51", "S60", "S80",
];

/// What is registered: the same for the same seed and scale.
#[must_use]
pub fn registry(seed: u64, scale: &Scale, today: NaiveDate) -> Registry {
    let mut draft = Drafting {
        dice: Dice::apart(seed, 1),
        today,
        registry: Registry::default(),
    };
    draft.hospitals();
    draft.partners();
    for number in 0..scale.health_centres {
        draft.health_centre(number, scale);
    }
    for number in 0..scale.stations {
        draft.station(number, scale);
    }
    draft.communities();
    draft.registry
}

/// Code of the health centre of that number.
#[must_use]
pub fn health_centre(number: usize) -> String {
    format!("QL-C{:02}", number + 1)
}

/// Code of the station of that number.
#[must_use]
pub fn station(number: usize) -> String {
    format!("QL-S{:03}", number + 1)
}

/// Whether a station has an electrocardiograph whose curves are read at the county.
#[must_use]
pub const fn has_ecg(station: usize) -> bool {
    station.is_multiple_of(6)
}

/// The community of a health centre: the general hospital's is the larger.
#[must_use]
pub const fn community(health_centre: usize) -> usize {
    if health_centre % 5 < 3 { 0 } else { 1 }
}

/// The health centres that the sub-centre, which is the first, radiates to: those of its community nearby.
pub fn served(scale: &Scale) -> impl Iterator<Item = usize> + use<> {
    (1..scale.health_centres.min(8)).filter(|other| community(*other) == 0)
}

/// The village of a station, with its township.
#[must_use]
pub fn village(number: usize, scale: &Scale) -> String {
    let township = name::TOWNSHIPS[scale.manager(number) % name::TOWNSHIPS.len()];
    format!("{township}{}", name::village(number))
}

struct Drafting {
    dice: Dice,
    today: NaiveDate,
    registry: Registry,
}

impl Drafting {
    fn communities(&mut self) {
        for (name, lead) in COMMUNITIES.into_iter().zip([COUNTY, HERBS]) {
            self.registry.communities.push(entry(CommunityDraft {
                name: name.into(),
                region: REGION.into(),
                tight_knit: true.into(),
                pilot_level: "省级".into(),
                lead_hospitals: vec![Named::from(lead)].into(),
                ..CommunityDraft::default()
            }));
        }
    }

    fn hospitals(&mut self) {
        use Facility::{
            ChestPainCentre, FeverClinic, MaternalCentre, NeonatalCentre, StrokeCentre, TcmHall,
            TraumaCentre,
        };
        let county = InstitutionDraft {
            type_code: "A100".into(),
            level: 3.into(),
            grade: HospitalGrade::B.into(),
            surgery_ceiling: 4.into(),
            facilities: vec![
                ChestPainCentre,
                StrokeCentre,
                TraumaCentre,
                MaternalCentre,
                NeonatalCentre,
                FeverClinic,
            ]
            .into(),
            equipment: texts(&["1.5T 磁共振", "64排CT", "数字减影血管造影机"]),
            ..self.institution(COUNTY, "青澜县人民医院", Tier::Hospital, 0)
        };
        let herbs = InstitutionDraft {
            type_code: "A210".into(),
            level: 2.into(),
            grade: HospitalGrade::A.into(),
            surgery_ceiling: 3.into(),
            facilities: vec![StrokeCentre, FeverClinic, TcmHall].into(),
            equipment: texts(&["32排CT", "数字化X线摄影系统"]),
            ..self.institution(HERBS, "青澜县中医医院", Tier::Hospital, 0)
        };
        for (community, hospital) in [county, herbs].into_iter().enumerate() {
            let code = text(&hospital.code);
            self.registry.institutions.push(entry(InstitutionDraft {
                community: Named::from(COMMUNITIES[community]).into(),
                ..hospital
            }));
            for (at, department) in DEPARTMENTS.iter().enumerate() {
                self.department(&code, department);
                for (rank, title) in ["231", "232", "233"].into_iter().enumerate() {
                    let staff = format!("{:04}", 1001 + at * 10 + rank);
                    self.doctor(
                        &code,
                        &staff,
                        Qualification::Physician,
                        Some(title),
                        Some(department.0),
                    );
                }
            }
        }
    }

    fn partners(&mut self) {
        let partners = [
            (CITY, "澜州市第一人民医院", "A100", true),
            (UNIVERSITY, "澜州大学附属医院", "A100", true),
            (NURSING, "青澜县康宁护理院", "A700", false),
        ];
        for (code, name, type_code, outside) in partners {
            let partner = InstitutionDraft {
                type_code: type_code.into(),
                outside_district: outside.into(),
                ..self.institution(code, name, Tier::Partner, 0)
            };
            self.registry.institutions.push(entry(partner));
        }
        for department in DEPARTMENTS {
            self.department(CITY, department);
        }
        for (at, department) in ["0302", "0303", "0404"].into_iter().enumerate() {
            let staff = format!("{:04}", 8001 + at);
            self.doctor(
                CITY,
                &staff,
                Qualification::Physician,
                Some("231"),
                Some(department),
            );
        }
    }

    fn health_centre(&mut self, number: usize, scale: &Scale) {
        let township = name::TOWNSHIPS[number % name::TOWNSHIPS.len()];
        let (class, listed) = match number % 5 {
            0 => (FunctionalClass::I, COMMON.len()),
            1 | 3 => (FunctionalClass::II, 50),
            _ => (FunctionalClass::III, 30),
        };
        let sub_centre = number == 0;
        let code = health_centre(number);
        let name = if class == FunctionalClass::I {
            format!("{township}中心卫生院")
        } else {
            format!("{township}卫生院")
        };
        let mut facilities = vec![Facility::TcmHall];
        if class == FunctionalClass::I {
            facilities.push(Facility::FeverSentinelClinic);
        }
        let draft = InstitutionDraft {
            type_code: if class == FunctionalClass::I {
                "C210"
            } else {
                "C220"
            }
            .into(),
            functional_class: class.into(),
            sub_centre: sub_centre.into(),
            radiates_to: if sub_centre {
                served(scale)
                    .map(|other| Named::Code(health_centre(other)))
                    .collect::<Vec<_>>()
                    .into()
            } else {
                Change::Keep
            },
            surgery_ceiling: i32::from(class == FunctionalClass::I).into(),
            facilities: facilities.into(),
            capabilities: COMMON[..listed]
                .iter()
                .map(|one| (*one).to_owned())
                .collect::<Vec<_>>()
                .into(),
            ratings: vec![Rating {
                scheme: "优质服务基层行".into(),
                grade: "推荐标准".into(),
                year: 2024,
            }]
            .into(),
            community: Named::from(COMMUNITIES[community(number)]).into(),
            ..self.institution(&code, &name, Tier::HealthCentre, number + 1)
        };
        self.registry.institutions.push(entry(draft));
        for department in WARDS {
            self.department(&code, department);
        }
        let staff = [
            ("233", Qualification::Physician, "0200"),
            ("234", Qualification::Physician, "0300"),
            ("235", Qualification::AssistantPhysician, "0200"),
            ("234", Qualification::Physician, "5000"),
            ("253", Qualification::Nurse, "0300"),
        ];
        for (at, (title, qualification, department)) in staff.into_iter().enumerate() {
            let number = format!("{:04}", 3001 + at);
            self.doctor(&code, &number, qualification, Some(title), Some(department));
        }
    }

    fn station(&mut self, number: usize, scale: &Scale) {
        let manager = scale.manager(number);
        let code = station(number);
        let name = format!("{}卫生室", village(number, scale));
        let draft = InstitutionDraft {
            type_code: "D600".into(),
            community: Named::from(COMMUNITIES[community(manager)]).into(),
            managed_by: Named::Code(health_centre(manager)).into(),
            ..self.institution(&code, &name, Tier::Station, manager + 1)
        };
        self.registry.institutions.push(entry(draft));
        self.doctor(&code, "6001", Qualification::VillageDoctor, None, None);
        if number.is_multiple_of(4) {
            self.doctor(&code, "6002", Qualification::Nurse, Some("255"), None);
        }
    }

    /// An institution somewhere around the place of that number, on a ring around the county town.
    fn institution(
        &mut self,
        code: &str,
        name: &str,
        tier: Tier,
        place: usize,
    ) -> InstitutionDraft {
        let metres =
            |dice: &mut Dice| f64::from(i32::try_from(dice.between(-900, 900)).unwrap_or(0)) / 1e5;
        let angle = f64::from(u32::try_from(place).unwrap_or(0)) * 2.4;
        let radius = if place == 0 {
            0.0
        } else {
            0.06 + angle / 500.0
        };
        let phone = format!("0500-88{:05}", self.registry.institutions.len() + 1);
        InstitutionDraft {
            code: code.into(),
            name: name.into(),
            tier: Some(tier),
            region: REGION.into(),
            address: format!("{}旁", name.replace("卫生室", "文化礼堂")).into(),
            latitude: round(29.6 + radius * angle.sin() + metres(&mut self.dice)).into(),
            longitude: round(119.2 + radius * angle.cos() + metres(&mut self.dice)).into(),
            phone: phone.into(),
            insurer_designated: true.into(),
            ..InstitutionDraft::default()
        }
    }

    fn department(&mut self, institution: &str, (code, name, specialty): &(&str, &str, &str)) {
        self.registry.departments.push(entry(DepartmentDraft {
            institution: Some(institution.into()),
            code: (*code).into(),
            name: (*name).into(),
            specialty: (*specialty).into(),
            ..DepartmentDraft::default()
        }));
    }

    fn doctor(
        &mut self,
        institution: &str,
        code: &str,
        qualification: Qualification,
        title: Option<&str>,
        department: Option<&str>,
    ) {
        let man = self.dice.happens(50);
        let days = u64::try_from(self.dice.between(200, 1_500)).unwrap_or(200);
        let until = self.today.checked_add_days(Days::new(days));
        let number = self.registry.practitioners.len();
        self.registry.practitioners.push(entry(PractitionerDraft {
            institution: Some(institution.into()),
            department: department.map_or(Change::Keep, |code| Named::from(code).into()),
            code: code.into(),
            name: name::person(&mut self.dice, man).into(),
            qualification: Some(qualification),
            title: title.map_or(Change::Keep, Into::into),
            licence_number: format!("1103301{number:08}").into(),
            licence_until: until.map_or(Change::Keep, Change::Set),
            ..PractitionerDraft::default()
        }));
    }
}

fn round(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

fn texts(all: &[&str]) -> Change<Vec<String>> {
    Change::Set(all.iter().map(|one| (*one).to_owned()).collect())
}

fn text(change: &Change<String>) -> String {
    match change {
        Change::Set(text) => text.clone(),
        Change::Keep | Change::Clear => String::new(),
    }
}

fn entry<T>(draft: T) -> Entry<T> {
    Entry {
        place: Place::Argument("demo"),
        draft,
    }
}
