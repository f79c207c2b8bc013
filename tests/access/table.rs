//! The table: who may call which operation, and which view of an object shows which of its fields.
//!
//! It restates domain.md, section 2. Where it and the policy disagree, one of them is wrong; neither is derived from the other.

use entity::enums::Role::{
    self, Auditor, Clinician, CommunityManager, Coordinator, InstitutionAdmin, Integration,
    SecurityAdmin, SystemAdmin,
};

use super::schema::Schema;

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
    ("accounts", KEEPERS),
    ("patient", CARE),
    ("patients", CARE),
    ("referral", READERS),
    ("referrals", READERS),
    ("auditEntries", Only(&[Auditor])),
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
    ("createInstitution", FOUNDERS),
    ("updateInstitution", REGISTRARS),
    ("setInstitutionStatus", REGISTRARS),
    ("setCapabilities", REGISTRARS),
    ("createDepartment", REGISTRARS),
    ("updateDepartment", REGISTRARS),
    ("createPractitioner", REGISTRARS),
    ("updatePractitioner", REGISTRARS),
    ("registerPatient", CARE),
    ("tagPatient", CARE),
    ("endPatientTag", CARE),
    ("draftReferral", CARE),
    ("submitReferral", CARE),
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
    ("closeReferral", CARE),
];

/// Where a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// To whoever sees the object at all.
    Always,
    /// To whoever sees the object; it says what the viewer may see and do, so that it differs between viewers.
    OfViewer,
    /// To whoever sees more than the header.
    Content,
    /// To whoever sees more than the header; of a sensitive diagnosis, only inside the treating relation.
    Clinical,
    /// To whoever sees the patient, masked outside the treating relation.
    Masked,
    /// Inside the treating relation.
    Plain,
}

use Shown::{Always, Clinical, Content, Masked, OfViewer, Plain};

/// Every field of every object: name of the object, where it shows, fields.
pub const FIELDS: &[(&str, Shown, &str)] = &[
    (
        "Referral",
        Always,
        "id number version status direction reach urgency secondHand careSetting",
    ),
    (
        "Referral",
        Always,
        "sender senderDepartment receiver receiverDepartment",
    ),
    (
        "Referral",
        Always,
        "validFrom validTo plannedAt answerDueAt overdue",
    ),
    (
        "Referral",
        Always,
        "departedAt arrivedAt reportedAt submittedAt createdAt updatedAt",
    ),
    ("Referral", OfViewer, "headerOnly availableActions timeline"),
    (
        "Referral",
        Content,
        "externalId patient senderPractitioner senderPhone receiverPractitioner assessor",
    ),
    (
        "Referral",
        Content,
        "visitType diagnoses consent transport payment insurance rejection closure",
    ),
    (
        "Referral",
        Clinical,
        "reason reasonText clinical suspectedInfection greenChannel handover missingItems report",
    ),
    (
        "ReferralEvent",
        Always,
        "id action status version institution secondHand occurredAt recordedAt",
    ),
    ("ReferralEvent", Clinical, "note"),
    ("Diagnosis", Content, "system principal withheld"),
    ("Diagnosis", Clinical, "code text"),
    (
        "ClinicalSummary",
        Clinical,
        "presentIllness pastHistory treatment examinations cautions",
    ),
    (
        "Handover",
        Clinical,
        "dischargeDiagnosis mainResults treatment plan medication followUp inpatientNumber dischargeSummary",
    ),
    (
        "ReferralReport",
        Clinical,
        "reportedAt visitNumber diagnosis treatment outcome advice dischargeSummary dischargedOn practitioner",
    ),
    ("Rejection", Content, "reason text"),
    ("Closure", Content, "noFollowUp contact note satisfaction"),
    ("Consent", Content, "kind signer relation at overrideReason"),
    ("InsuranceFiling", Content, "status number"),
    (
        "AvailableAction",
        OfViewer,
        "action allowed blockedBy reason requires",
    ),
    (
        "Patient",
        Always,
        "id sex age certificateKind idNumber insuranceKind identified provisional tags version createdAt updatedAt",
    ),
    ("Patient", Masked, "name phone address"),
    ("Patient", Plain, "birthDate healthRecordNumber identity"),
    ("Patient", OfViewer, "masked referrals"),
    (
        "PatientIdentity",
        Plain,
        "name certificateKind idNumber birthDate phone address",
    ),
    ("PatientTag", Always, "id tag startsOn endsOn"),
    ("Node", Always, "id"),
    (
        "Institution",
        Always,
        "id code name tier typeCode status statusSince community creditCode region address location phone",
    ),
    (
        "Institution",
        Always,
        "facilities equipment ratings surgeryCeiling insurerDesignated departments capabilities version createdAt updatedAt",
    ),
    ("Hospital", Always, "level grade"),
    (
        "HealthCentre",
        Always,
        "functionalClass subCentre radiatesTo stations",
    ),
    ("Station", Always, "healthCentre"),
    ("Partner", Always, "level grade outsideDistrict hasAccount"),
    ("Location", Always, "latitude longitude"),
    ("Rating", Always, "scheme grade year"),
    ("Capability", Always, "category"),
    (
        "Community",
        Always,
        "id name region tightKnit pilotLevel leadHospitals members version createdAt updatedAt",
    ),
    (
        "Department",
        Always,
        "id code name specialty active institution version createdAt updatedAt",
    ),
    (
        "Practitioner",
        Always,
        "id code name qualification title specialties licenceNumber licenceUntil institution department",
    ),
    ("Practitioner", Always, "active version createdAt updatedAt"),
    // What follows is shown by operations that only its keeper may call, or tells the caller about the caller.
    (
        "AuditEntry",
        Always,
        "id at accountId roles scopeKind scopeId region action subjectKind subjectId basis purpose note outcome code",
    ),
    ("AuditEntry", Always, "patients requestId address"),
    (
        "Account",
        Always,
        "id version kind name displayName practitioner active lockedUntil mustChangePassword secondFactor grants",
    ),
    ("Account", Always, "createdAt updatedAt"),
    (
        "Grant",
        Always,
        "id role scope validFrom validTo revokedAt createdAt",
    ),
    (
        "Scope",
        Always,
        "kind institution department community region",
    ),
    (
        "Viewer",
        OfViewer,
        "account scope institution roles grants permittedActions",
    ),
    (
        "Session",
        OfViewer,
        "accessToken refreshToken expiresAt mustChangePassword mustEnrolSecondFactor viewer",
    ),
    ("SecondFactorEnrolment", OfViewer, "secret uri"),
    (
        "AccountPayload",
        Always,
        "account temporaryPassword replayed",
    ),
    (
        "ApiClientPayload",
        Always,
        "account clientId clientSecret replayed",
    ),
    ("GrantPayload", Always, "grant account replayed"),
    ("CommunityPayload", Always, "community replayed"),
    (
        "InstitutionPayload",
        Always,
        "institution warnings replayed",
    ),
    (
        "InstitutionStatusPayload",
        Always,
        "institution openReferrals openReferralNumbers replayed",
    ),
    ("DepartmentPayload", Always, "department replayed"),
    ("PractitionerPayload", Always, "practitioner replayed"),
    ("PatientPayload", Always, "patient replayed"),
    ("ReferralPayload", Always, "referral replayed"),
];

/// Who may call an operation; none where it has no line.
pub fn who(operation: &str) -> Option<Who> {
    let line = OPERATIONS.iter().find(|(name, _)| *name == operation);
    line.map(|(_, who)| *who)
}

/// Where a field is shown, by the object's own line or that of an interface; none where it has no line.
pub fn shown(schema: &Schema, object: &str, field: &str) -> Option<Shown> {
    let own = |object: &str| {
        let line = FIELDS.iter().find(|(name, _, fields)| {
            *name == object && fields.split_whitespace().any(|name| name == field)
        });
        line.map(|(_, shown, _)| *shown)
    };
    let interfaces = schema.objects.get(object).map(|object| &object.interfaces);
    own(object).or_else(|| {
        let mut interfaces = interfaces.into_iter().flatten();
        interfaces.find_map(|interface| own(interface))
    })
}
