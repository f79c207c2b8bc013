//! The table's first half: who may call which operation.
//!
//! It restates domain.md, section 2. Where it and the policy disagree, one of them is wrong; neither is derived from the other.

use entity::enums::Role::{
    self, Auditor, Clinician, CommunityManager, Coordinator, Diagnostician, DispatchOfficer,
    InstitutionAdmin, Integration, Monitor, Regulator, SecurityAdmin, SystemAdmin, Technician,
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
/// They are told what changes of whatever they see.
const FOLLOWERS: Who = Only(&[
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
    InstitutionAdmin,
    CommunityManager,
    DispatchOfficer,
]);
/// They ask shared centres for something, or work there.
const ORDERS: Who = Only(&[
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
]);
/// They are told of critical values: whoever works on orders or asks for them, and communities of what nobody acknowledged, as headers.
const TOLD: Who = Only(&[
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
    CommunityManager,
]);
/// They examine, draw and receive.
const TECHNICIANS: Who = Only(&[Technician, Integration]);
/// They read and report.
const DIAGNOSTICIANS: Who = Only(&[Diagnostician, Integration]);
const REGISTRARS: Who = Only(&[InstitutionAdmin, CommunityManager, SystemAdmin]);
const FOUNDERS: Who = Only(&[CommunityManager, SystemAdmin]);
/// They say who is who.
const OFFICE: Who = Only(&[Coordinator, InstitutionAdmin, Integration]);
/// They review what was opened in need.
const REVIEWERS: Who = Only(&[SecurityAdmin, Auditor]);
/// They watch centres, run them, work there, or keep the office of who asks for something.
const WATCHERS: Who = Only(&[
    Monitor,
    Regulator,
    CommunityManager,
    InstitutionAdmin,
    Coordinator,
    Technician,
    Diagnostician,
]);
/// They send people down to supervise, or keep the diary of it.
const SUPERVISORS: Who = Only(&[Coordinator, DispatchOfficer, InstitutionAdmin, Integration]);
/// They read how health centres are supervised.
const SUPERVISED: Who = Only(&[
    Clinician,
    Coordinator,
    DispatchOfficer,
    InstitutionAdmin,
    Integration,
    CommunityManager,
    Regulator,
]);
/// They sign patients with family doctors.
const SIGNERS: Who = Only(&[Clinician, Coordinator, InstitutionAdmin, Integration]);
/// They send experts, receive them, or keep the office where nobody else does.
const POSTS: Who = Only(&[DispatchOfficer, Coordinator, InstitutionAdmin, Integration]);
/// They work where experts are sent from or to, or manage the community.
const COLLEAGUES: Who = Only(&[
    DispatchOfficer,
    Coordinator,
    InstitutionAdmin,
    Integration,
    Clinician,
    Technician,
    Diagnostician,
    CommunityManager,
]);
/// They answer for institutions, communities and regions.
const ACCOUNTABLE: Who = Only(&[Regulator, CommunityManager, InstitutionAdmin, Coordinator]);
const KEEPERS: Who = Only(&[InstitutionAdmin, SecurityAdmin]);

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
    ("batch", ORDERS),
    ("trainingSessions", SignedIn),
    ("alliances", SignedIn),
    ("agreements", SignedIn),
    ("studios", SignedIn),
    ("supervisionVisits", SUPERVISED),
    (
        "volumeReports",
        Only(&[InstitutionAdmin, Integration, CommunityManager, Regulator]),
    ),
    ("familyDoctorTeams", SignedIn),
    ("familyDoctorPackages", SignedIn),
    ("familyDoctorContracts", SIGNERS),
    ("dispatch", COLLEAGUES),
    ("dispatches", COLLEAGUES),
    (
        "dispatchStatistics",
        Only(&[
            DispatchOfficer,
            Coordinator,
            InstitutionAdmin,
            CommunityManager,
            Regulator,
        ]),
    ),
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
    ("changes", FOLLOWERS),
    ("order", ORDERS),
    ("orders", ORDERS),
    ("recognisableResults", CARE),
    ("orderChanged", ORDERS),
    ("referralChanged", READERS),
    ("criticalValues", TOLD),
    ("criticalValueRaised", TOLD),
    ("throughput", WATCHERS),
    ("throughputChanged", WATCHERS),
    ("indicators", ACCOUNTABLE),
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
    ("processOrder", TECHNICIANS),
    ("deliverOrder", TECHNICIANS),
    ("recallBatch", TECHNICIANS),
    ("confirmBatchReturn", Only(&[Technician, Coordinator])),
    ("createTrainingSession", Only(&[InstitutionAdmin])),
    ("updateTrainingSession", Only(&[InstitutionAdmin])),
    ("enrolInTraining", Only(&[Coordinator, InstitutionAdmin])),
    (
        "withdrawFromTraining",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    ("recordTraining", Only(&[InstitutionAdmin])),
    ("createAlliance", FOUNDERS),
    ("updateAlliance", FOUNDERS),
    ("endAlliance", FOUNDERS),
    ("createAgreement", REGISTRARS),
    ("updateAgreement", REGISTRARS),
    ("endAgreement", REGISTRARS),
    ("createStudio", REGISTRARS),
    ("updateStudio", REGISTRARS),
    ("endStudio", REGISTRARS),
    ("recordSupervisionVisit", SUPERVISORS),
    ("correctSupervisionVisit", SUPERVISORS),
    ("reportVolumes", Only(&[InstitutionAdmin, Integration])),
    ("correctVolumes", Only(&[InstitutionAdmin, Integration])),
    (
        "createFamilyDoctorTeam",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    (
        "updateFamilyDoctorTeam",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    (
        "createFamilyDoctorPackage",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    (
        "updateFamilyDoctorPackage",
        Only(&[Coordinator, InstitutionAdmin]),
    ),
    ("signFamilyDoctorContract", SIGNERS),
    ("renewFamilyDoctorContract", SIGNERS),
    ("moveFamilyDoctorContract", SIGNERS),
    ("endFamilyDoctorContract", SIGNERS),
    ("requestDispatch", POSTS),
    ("declineDispatch", POSTS),
    ("planDispatch", POSTS),
    (
        "approveDispatch",
        Only(&[DispatchOfficer, CommunityManager]),
    ),
    ("confirmDispatch", POSTS),
    ("checkInDispatch", POSTS),
    ("publishDispatchSessions", POSTS),
    (
        "logDispatch",
        Only(&[
            DispatchOfficer,
            Coordinator,
            InstitutionAdmin,
            Integration,
            Clinician,
            Technician,
            Diagnostician,
        ]),
    ),
    ("extendDispatch", POSTS),
    ("recallDispatch", POSTS),
    ("completeDispatch", POSTS),
    ("appraiseDispatch", POSTS),
    ("cancelDispatch", POSTS),
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
    ("attachToOrder", ORDERS),
    ("planFollowUp", CARE),
    ("recordFollowUp", CARE),
    ("reassignFollowUp", CARE),
    ("endFollowUp", CARE),
    ("placeOrder", CARE),
    ("placeOrders", CARE),
    ("recogniseResult", CARE),
    ("recordExamination", TECHNICIANS),
    ("collectSpecimen", TECHNICIANS),
    ("sendSpecimen", TECHNICIANS),
    ("receiveOrder", TECHNICIANS),
    ("claimOrder", DIAGNOSTICIANS),
    ("releaseOrder", DIAGNOSTICIANS),
    ("reportOrder", DIAGNOSTICIANS),
    ("reviewOrder", DIAGNOSTICIANS),
    ("amendReport", DIAGNOSTICIANS),
    (
        "returnOrder",
        Only(&[Technician, Diagnostician, Integration]),
    ),
    ("resubmitOrder", CARE),
    ("cancelOrder", CARE),
    ("raiseCriticalValue", DIAGNOSTICIANS),
    ("acknowledgeCriticalValue", CARE),
    ("resolveCriticalValue", CARE),
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
