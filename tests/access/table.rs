//! The table's first half: who may call which operation.
//!
//! It restates domain.md, section 2. Where it and the policy disagree, one of them is wrong; neither is derived from the other.

use entity::enums::Role::{
    self, Auditor, Clinician, CommunityManager, Coordinator, Diagnostician, InstitutionAdmin,
    Integration, SecurityAdmin, SystemAdmin, Technician,
};

/// Who may call an operation at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever reaches the service.
    Everybody,
    /// Whoever has signed in.
    SignedIn,
    /// Whoever has signed in, for themselves; it ends or renews what they hold.
    Themselves,
    /// Whoever has one of these roles.
    Only(&'static [Role]),
}

use Who::{Everybody, Only, SignedIn, Themselves};

/// They work with patients, or are their hospital's system.
const CARE: Who = Only(&[Clinician, Coordinator, Integration]);
/// They send patients on: receivers, and communities what is late.
const RESCUERS: Who = Only(&[Clinician, Coordinator, Integration, CommunityManager]);
/// They treat.
const DOCTORS: Who = Only(&[Clinician, Integration]);
/// They see referrals, be it as headers only: institutions must know what is open before they close a door, communities what is late.
const READERS: Who = Only(&[
    Clinician,
    Coordinator,
    Integration,
    InstitutionAdmin,
    CommunityManager,
]);
const REGISTRARS: Who = Only(&[InstitutionAdmin, CommunityManager, SystemAdmin]);
const FOUNDERS: Who = Only(&[CommunityManager, SystemAdmin]);
/// They say who is who.
const OFFICE: Who = Only(&[Coordinator, InstitutionAdmin, Integration]);
/// They review what was opened in need.
const REVIEWERS: Who = Only(&[SecurityAdmin, Auditor]);
const KEEPERS: Who = Only(&[InstitutionAdmin, SecurityAdmin]);

/// They ask for what shared centres do, or do it.
const SUPPLIED: Who = Only(&[
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
]);
/// They pack, or are their centre's system.
const PACKERS: Who = Only(&[Technician, Integration]);

/// Every operation of the API.
pub const OPERATIONS: &[(&str, Who)] = &[
    ("viewer", SignedIn),
    ("node", SignedIn),
    ("nodes", SignedIn),
    ("community", SignedIn),
    ("communities", SignedIn),
    ("institution", SignedIn),
    ("institutions", SignedIn),
    ("practitioners", SignedIn),
    ("bedPools", SignedIn),
    ("slots", SignedIn),
    ("sharedCentre", SignedIn),
    ("sharedCentres", SignedIn),
    ("batch", SUPPLIED),
    ("trainingSessions", SignedIn),
    ("accounts", KEEPERS),
    ("patient", CARE),
    ("patients", CARE),
    ("patientConflicts", OFFICE),
    ("patientAccesses", Only(&[Auditor, InstitutionAdmin])),
    ("breakGlassEvents", REVIEWERS),
    ("episode", READERS),
    ("followUps", CARE),
    ("referral", READERS),
    ("referrals", READERS),
    ("changes", READERS),
    ("referralChanged", READERS),
    ("auditEntries", Only(&[Auditor])),
    ("codes", SignedIn),
    ("suggestDestinations", CARE),
    ("signIn", Everybody),
    ("refreshSession", Everybody),
    ("switchScope", Themselves),
    ("signOut", Themselves),
    ("changePassword", Themselves),
    ("enrolSecondFactor", Themselves),
    ("confirmSecondFactor", Themselves),
    ("createAccount", KEEPERS),
    ("setAccountStatus", KEEPERS),
    ("resetCredentials", KEEPERS),
    ("createApiClient", KEEPERS),
    ("rotateApiClientSecret", KEEPERS),
    ("grantRole", KEEPERS),
    ("revokeGrant", KEEPERS),
    ("rotateSigningKey", Only(&[SecurityAdmin])),
    ("createCommunity", FOUNDERS),
    ("updateCommunity", FOUNDERS),
    ("setReferralLimits", FOUNDERS),
    ("createInstitution", FOUNDERS),
    ("updateInstitution", REGISTRARS),
    ("setInstitutionStatus", REGISTRARS),
    ("setCapabilities", REGISTRARS),
    ("createDepartment", REGISTRARS),
    ("updateDepartment", REGISTRARS),
    ("createPractitioner", REGISTRARS),
    ("updatePractitioner", REGISTRARS),
    ("createBedPool", Only(&[InstitutionAdmin])),
    ("updateBedPool", Only(&[InstitutionAdmin])),
    (
        "reportOccupancy",
        Only(&[Coordinator, InstitutionAdmin, Integration]),
    ),
    ("createSlots", Only(&[InstitutionAdmin])),
    ("updateSlot", Only(&[InstitutionAdmin])),
    ("createSharedCentre", Only(&[InstitutionAdmin])),
    ("updateSharedCentre", Only(&[InstitutionAdmin])),
    ("setCatalogueItems", Only(&[InstitutionAdmin])),
    ("processOrder", PACKERS),
    ("deliverOrder", PACKERS),
    ("recallBatch", PACKERS),
    ("confirmBatchReturn", Only(&[Technician, Coordinator])),
    ("createTrainingSession", Only(&[InstitutionAdmin])),
    ("updateTrainingSession", Only(&[InstitutionAdmin])),
    ("enrolInTraining", Only(&[Coordinator, InstitutionAdmin])),
    (
        "withdrawFromTraining",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    ("recordTraining", Only(&[InstitutionAdmin])),
    ("registerPatient", CARE),
    ("openPatient", Only(&[Clinician])),
    ("reviewBreakGlass", REVIEWERS),
    ("identifyPatient", OFFICE),
    ("resolvePatientConflict", OFFICE),
    ("mergePatients", OFFICE),
    ("unmergePatients", OFFICE),
    ("tagPatient", CARE),
    ("endPatientTag", CARE),
    ("draftReferral", CARE),
    ("submitReferral", CARE),
    ("submitReferrals", CARE),
    ("returnReferral", CARE),
    ("resubmitReferral", CARE),
    ("acceptReferral", CARE),
    ("rejectReferral", CARE),
    ("withdrawReferral", CARE),
    ("recordDeparture", CARE),
    ("recordArrival", CARE),
    ("recordNoShow", CARE),
    ("startTreatment", DOCTORS),
    ("reportBack", DOCTORS),
    ("referBack", CARE),
    ("closeReferral", CARE),
    ("attachToReferral", CARE),
    ("planFollowUp", CARE),
    ("recordFollowUp", CARE),
    ("reassignFollowUp", CARE),
    ("endFollowUp", CARE),
    ("amendReferral", CARE),
    ("redirectReferral", RESCUERS),
    ("rescheduleReferral", CARE),
    ("revokeReferralAcceptance", CARE),
    ("requestReferralCancellation", CARE),
    ("confirmReferralCancellation", CARE),
    ("declineReferralCancellation", CARE),
];

/// Who may call an operation; none where it has no line.
pub fn who(operation: &str) -> Option<Who> {
    let line = OPERATIONS.iter().find(|(name, _)| *name == operation);
    line.map(|(_, who)| *who)
}
