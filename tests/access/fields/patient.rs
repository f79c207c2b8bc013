//! Patients, and the family doctors with whom they sign.

use super::{
    Line,
    Shown::{Always, Masked, OfViewer, Plain},
};

pub const FIELDS: &[Line] = &[
    (
        "Patient",
        Always,
        "id sex age certificateKind idNumber insuranceKind identified provisional tags version createdAt updatedAt",
    ),
    ("Patient", Masked, "name phone address"),
    ("Patient", Plain, "birthDate healthRecordNumber identity"),
    (
        "Patient",
        OfViewer,
        "masked referrals orders accesses episodes familyDoctor",
    ),
    (
        "PatientIdentity",
        Plain,
        "name certificateKind idNumber birthDate phone address",
    ),
    ("PatientTag", Always, "id tag startsOn endsOn"),
    (
        "PatientConflict",
        Always,
        "id patientId provisionalId differs given recorded institution keeper decision note decidedAt version createdAt",
    ),
    (
        "BreakGlassEvent",
        Always,
        "id accountId accountName institution patientId reason text openedAt until verdict reviewNote reviewerId reviewedAt version",
    ),
    ("BreakGlassPayload", Always, "event replayed"),
    (
        "PatientVersion",
        Always,
        "name sex birthDate certificateKind idNumber phone address",
    ),
    (
        "FamilyDoctorTeam",
        Always,
        "id version institution name phone active members complete missingTiers signed createdAt updatedAt",
    ),
    (
        "FamilyDoctorMember",
        Always,
        "practitioner institution tier leader since",
    ),
    (
        "FamilyDoctorPackage",
        Always,
        "id version institution code name content fee active createdAt updatedAt",
    ),
    (
        "FamilyDoctorContract",
        Always,
        "id version status team package signedBy startsOn endsOn endedAt endReason createdAt updatedAt",
    ),
    // Seen in a story of its own: tests/family_doctor/sight.rs.
    (
        "FamilyDoctorContract",
        OfViewer,
        "patient note previous availableActions",
    ),
    ("FamilyDoctorTeamPayload", Always, "team replayed"),
    ("FamilyDoctorPackagePayload", Always, "package replayed"),
    ("FamilyDoctorContractPayload", Always, "contract replayed"),
    ("PatientPayload", Always, "patient replayed"),
];
