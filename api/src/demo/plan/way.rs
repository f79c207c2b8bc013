//! The ways that patients go.

use entity::enums::{CareSetting, VisitType};

use super::super::dice::Dice;

/// A way through the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From a station to the health centre that manages it.
    StationUp,
    /// From a health centre to the hospital of its community.
    CentreUp,
    /// From a health centre to the other community's hospital.
    AcrossUp,
    /// From a station straight to the hospital by green channel.
    GreenChannel,
    /// From anywhere below to any hospital.
    Emergency,
    /// From a hospital down to a health centre.
    Down,
    /// From a hospital down to a station.
    Home,
    /// Between the hospitals.
    HospitalLateral,
    /// Between health centres.
    CentreLateral,
    /// From a health centre to the sub-centre that radiates to it.
    SubCentre,
    /// From a hospital to the city hospital that works here.
    OutwardHere,
    /// From a hospital to the university hospital that does not.
    OutwardAway,
    /// From a hospital to the nursing home.
    Nursing,
    /// From the city hospital back to the district.
    FromCity,
}

/// Every way, and how often it is gone.
pub const WAYS: &[(usize, Kind)] = &[
    (22, Kind::StationUp),
    (30, Kind::CentreUp),
    (6, Kind::AcrossUp),
    (3, Kind::GreenChannel),
    (8, Kind::Emergency),
    (12, Kind::Down),
    (5, Kind::Home),
    (3, Kind::HospitalLateral),
    (2, Kind::CentreLateral),
    (2, Kind::SubCentre),
    (3, Kind::OutwardHere),
    (1, Kind::OutwardAway),
    (1, Kind::Nursing),
    (2, Kind::FromCity),
];

impl Kind {
    /// The visit at the sender, and the care that is asked for.
    #[must_use]
    pub fn setting(self, dice: &mut Dice) -> (VisitType, CareSetting) {
        let seen = if dice.happens(50) {
            CareSetting::Inpatient
        } else {
            CareSetting::Outpatient
        };
        match self {
            Self::StationUp | Self::CentreLateral => {
                (VisitType::Outpatient, CareSetting::Outpatient)
            }
            Self::CentreUp | Self::AcrossUp | Self::SubCentre => (VisitType::Outpatient, seen),
            Self::GreenChannel | Self::Emergency => {
                (VisitType::Emergency, CareSetting::EmergencyRoom)
            }
            Self::Down | Self::Nursing => (VisitType::Inpatient, CareSetting::Rehabilitation),
            Self::Home => (VisitType::Inpatient, CareSetting::HomeBed),
            Self::HospitalLateral | Self::OutwardHere | Self::OutwardAway | Self::FromCity => {
                (VisitType::Inpatient, CareSetting::Inpatient)
            }
        }
    }
}
