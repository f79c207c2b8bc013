//! The table's second half: which view of an object shows which of its fields, by domain.md, section 2.

use super::schema::Schema;

/// Where a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// To whoever sees the object at all.
    Always,
    /// To whoever sees the object; it says what the viewer may see and do, so that it differs between viewers.
    OfViewer,
    /// As far as the viewer has a relation to what it leads to; nothing with the header.
    Related,
    /// To whoever sees more than the header.
    Content,
    /// To whoever sees more than the header; of a sensitive diagnosis, only inside the treating relation.
    Clinical,
    /// To whoever sees the patient, masked outside the treating relation.
    Masked,
    /// Inside the treating relation.
    Plain,
}

use Shown::{Always, Clinical, Content, Masked, OfViewer, Plain, Related};

/// Every field of every object: name of the object, where it shows, fields.
pub const FIELDS: &[(&str, Shown, &str)] = &[
    (
        "Referral",
        Always,
        "id number version status direction reach urgency secondHand walkIn careSetting",
    ),
    (
        "Referral",
        Always,
        "sender senderDepartment receiver receiverDepartment",
    ),
    (
        "Referral",
        Always,
        "validFrom validTo plannedAt answerDueAt overdue legs",
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
        "visitType diagnoses consent transport payment insurance rejection closure satisfaction",
    ),
    (
        "Referral",
        Clinical,
        "reason reasonText clinical suspectedInfection greenChannel handover missingItems report",
    ),
    ("Referral", Clinical, "attachments warnings"),
    (
        "Attachment",
        Clinical,
        "id kind title name fileKind size sha256 url institution attachedAt",
    ),
    ("ReferralWarning", Clinical, "code message path existing"),
    (
        "DestinationSuggestion",
        Always,
        "institution direction reach score parts kilometres",
    ),
    (
        "DestinationScorePart",
        Always,
        "aspect value weight explanation",
    ),
    (
        "Code",
        Always,
        "code name nameZh description standard standardCode",
    ),
    ("Referral", Content, "hold"),
    (
        "Referral",
        Related,
        "previous next episode followUps basedOn orders consultation criticalValue citedOrders dispatch",
    ),
    (
        "ReferralEvent",
        Always,
        "id action status version institution secondHand occurredAt recordedAt",
    ),
    ("ReferralEvent", Clinical, "note"),
    (
        "ReferralLeg",
        Always,
        "receiver urgency startedAt dueAt answeredAt answer endedAt",
    ),
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
    ("Rejection", Content, "reason patientInformed"),
    ("Rejection", Clinical, "text"),
    ("Closure", Content, "noFollowUp contact satisfaction unread"),
    ("Closure", Clinical, "note"),
    ("Consent", Content, "kind signer relation at"),
    ("Consent", Clinical, "overrideReason"),
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
    (
        "Patient",
        OfViewer,
        "masked referrals orders accesses episodes familyDoctor",
    ),
    ("Episode", Always, "id patient"),
    ("Episode", Related, "beganAt referrals followUps"),
    (
        "FollowUp",
        Always,
        "id version status template number institution team patient episode dueAt overdue doneAt asks asksSigns createdAt updatedAt",
    ),
    ("FollowUp", OfViewer, "availableActions"),
    ("FollowUp", Related, "plan referral"),
    (
        "FollowUp",
        Clinical,
        "way result note advice readings alerts signs suggestion practitioner ending",
    ),
    (
        "FollowUpReadings",
        Clinical,
        "systolic diastolic glucose glucoseKind heartRate temperature",
    ),
    (
        "FollowUpSuggestion",
        Clinical,
        "urgency alerts reason checkBy",
    ),
    ("FollowUpSuggestion", Related, "referral"),
    ("FollowUpEnding", Clinical, "reason note"),
    ("FollowUpPayload", Always, "followUp replayed"),
    (
        "Order",
        Always,
        "id number requisition externalId version status priority centre item requestedBy requester claimedBy plannedAt",
    ),
    (
        "Order",
        Always,
        "question quantity specimens report reports recognisedFrom overrideReason returned cancellation rating",
    ),
    (
        "Order",
        Always,
        "patient dueAt overdue createdAt updatedAt hold attachments",
    ),
    ("Order", OfViewer, "availableActions timeline"),
    ("Order", Related, "referral"),
    (
        "OrderEvent",
        Always,
        "id action status version institution note occurredAt recordedAt",
    ),
    ("OrderReturn", Always, "reason text"),
    (
        "Specimen",
        Always,
        "id barcode kind collectedAt fixedAt sentAt transport receivedAt rejected",
    ),
    (
        "Report",
        Always,
        "version preliminary findings conclusion positive observations links reason reporter reviewer reportedAt reviewedAt",
    ),
    (
        "Observation",
        Always,
        "code name value text unit range flag at",
    ),
    ("ReportLink", Always, "kind uid address"),
    ("Recognition", Always, "order institution at marked file"),
    ("OrderPayload", Always, "order replayed"),
    ("OrdersPayload", Always, "orders replayed"),
    ("PlacedOrder", Always, "index order replayed"),
    (
        "CriticalValue",
        Always,
        "id version status centre raisedBy raisedAt dueAt overdue acknowledgedBy acknowledgedFor acknowledgedAt channel resolvedAt createdAt updatedAt",
    ),
    ("CriticalValue", OfViewer, "availableActions"),
    ("CriticalValue", Related, "order"),
    (
        "CriticalValue",
        Content,
        "patient finding code readBack resolution",
    ),
    ("CriticalValuePayload", Always, "criticalValue replayed"),
    ("Order", Related, "criticalValues"),
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
    ("Node", Always, "id"),
    (
        "Institution",
        Always,
        "id code name tier typeCode status statusSince community creditCode region address location phone",
    ),
    (
        "Institution",
        Always,
        "facilities equipment ratings surgeryCeiling insurerDesignated departments capabilities alliances agreements version createdAt updatedAt",
    ),
    ("Hospital", Always, "level grade sharedCentres"),
    (
        "HealthCentre",
        Always,
        "functionalClass subCentre radiatesTo stations",
    ),
    ("HealthCentre", OfViewer, "supervision"),
    ("SupervisionYear", Always, "year visits norm met"),
    ("Station", Always, "healthCentre"),
    ("Partner", Always, "level grade outsideDistrict hasAccount"),
    ("Location", Always, "latitude longitude"),
    ("Rating", Always, "scheme grade year"),
    ("Capability", Always, "category"),
    (
        "Community",
        Always,
        "id name region tightKnit pilotLevel leadHospitals members referralLimits version createdAt updatedAt",
    ),
    (
        "ReferralLimits",
        Always,
        "emergencyMinutes urgentMinutes routineMinutes",
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
    ("Hold", Content, "bedPool slot state since"),
    (
        "BedPool",
        Always,
        "id institution department kind total held occupied free occupiedAsOf version createdAt updatedAt",
    ),
    (
        "Slot",
        Always,
        "id institution department practitioner startsAt endsAt capacity held used free withdrawn",
    ),
    ("Slot", Always, "version createdAt updatedAt"),
    (
        "SharedCentre",
        Always,
        "id kind name host served items hours active version createdAt updatedAt",
    ),
    (
        "CatalogueItem",
        Always,
        "id code name group modality specimen recognitionDays review emergencyMinutes urgentMinutes routineMinutes",
    ),
    ("CatalogueItem", Always, "active centre createdAt updatedAt"),
    ("Order", Always, "batches recalled"),
    (
        "Batch",
        Always,
        "id number version centre steriliser processedAt expiresOn recalledAt reason createdAt updatedAt",
    ),
    ("Batch", Related, "orders"),
    (
        "TrainingSession",
        Always,
        "id version centre course trainer startsAt endsAt seats enrolled cancelled createdAt updatedAt",
    ),
    ("TrainingSession", Related, "enrolments"),
    (
        "Alliance",
        Always,
        "id version kind name startsOn endsOn endReason inForce lead members createdAt updatedAt",
    ),
    ("AllianceMember", Always, "institution role since until"),
    (
        "Agreement",
        Always,
        "id version kind institution counterpart purpose round validFrom validTo endReason inForce createdAt updatedAt",
    ),
    (
        "Studio",
        Always,
        "id version kind name practitioner home host sessions startsOn endsOn endReason inForce createdAt updatedAt",
    ),
    ("WeeklySession", Always, "weekday half"),
    (
        "SupervisionVisit",
        Always,
        "id version visitor visited visitedOn topic visitors findings advice struck revisions createdAt updatedAt",
    ),
    (
        "SupervisionRevision",
        Always,
        "version visitedOn topic visitors findings advice struck reason editor writtenAt",
    ),
    (
        "VolumeReport",
        Always,
        "id version institution month counts revisions createdAt updatedAt",
    ),
    (
        "VolumeRevision",
        Always,
        "version counts reason editor writtenAt",
    ),
    (
        "VolumeCounts",
        Always,
        "visits discharges tcmVisits residents residentsByTag firstContactsOutside outsideVisits outsideReferred",
    ),
    ("TagResidents", Always, "tag residents"),
    (
        "Enrolment",
        Always,
        "practitioner institution attendedAt score passed createdAt",
    ),
    (
        "Dispatch",
        Always,
        "id version kind status practitioner sender host specialty startsOn endsOn sessions studio agreement goals",
    ),
    (
        "Dispatch",
        Always,
        "approver approvedFor approvedAt checkedInAt endedOn endedAt reason appraisal",
    ),
    (
        "Dispatch",
        Always,
        "logs totals openReferrals createdAt updatedAt",
    ),
    ("Dispatch", OfViewer, "availableActions"),
    ("Appraisal", Always, "score comment appraisedAt"),
    (
        "DispatchTotals",
        Always,
        "halfDays serviceDays patientsServed outpatients wardRounds operations consultations teachingHours teachingHeads",
    ),
    (
        "DispatchLog",
        Always,
        "id date half outpatients wardRounds operations consultations teachingHours teachingHeads",
    ),
    (
        "DispatchLog",
        Always,
        "note byExpert revision createdAt replacedAt earlier",
    ),
    ("DispatchPayload", Always, "dispatch replayed"),
    (
        "DispatchStatistics",
        Always,
        "from to experts personTimes totals byKind healthCentres healthCentresCovered coverage belowNorm",
    ),
    (
        "DispatchStatistics",
        Always,
        "centresBelowNorm appraised meanScore",
    ),
    ("DispatchKindFigures", Always, "kind experts personTimes"),
    ("Hospital", Related, "dispatchesOut"),
    ("HealthCentre", Related, "dispatchesIn"),
    ("Slot", Related, "dispatch"),
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
        "kind institution department centre team community region",
    ),
    (
        "Viewer",
        OfViewer,
        "account scope institution roles grants permittedActions rateLimit",
    ),
    ("RateLimit", OfViewer, "limit remaining resetAt cost"),
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
        "institution openReferrals openReferralNumbers openFollowUps replayed",
    ),
    ("DepartmentPayload", Always, "department replayed"),
    ("PractitionerPayload", Always, "practitioner replayed"),
    ("BedPoolPayload", Always, "bedPool replayed"),
    ("SlotPayload", Always, "slot replayed"),
    ("SlotsPayload", Always, "slots replayed"),
    ("SharedCentrePayload", Always, "centre replayed"),
    ("CatalogueItemsPayload", Always, "centre items replayed"),
    ("BatchPayload", Always, "batch replayed"),
    ("TrainingSessionPayload", Always, "session replayed"),
    ("AlliancePayload", Always, "alliance replayed"),
    ("AgreementPayload", Always, "agreement replayed"),
    ("StudioPayload", Always, "studio replayed"),
    ("SupervisionVisitPayload", Always, "visit replayed"),
    ("VolumeReportPayload", Always, "report replayed"),
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
    ("ReferralPayload", Always, "referral replayed warnings"),
    (
        "AttachmentPayload",
        Always,
        "attachment referral order replayed",
    ),
    (
        "SubmittedReferral",
        Always,
        "index referral replayed warnings",
    ),
    (
        "RefusedInput",
        Always,
        "index externalId code message problems existing retryable",
    ),
    ("Problem", Always, "path code message"),
    (
        "Change",
        Always,
        "id kind action version status institution occurredAt recordedAt",
    ),
    ("Change", OfViewer, "subject"),
    // Counts: nothing of a patient is in them.
    (
        "Throughput",
        Always,
        "startsAt endsAt centre kind institution tier itemGroup priority diagnostician",
    ),
    (
        "Throughput",
        Always,
        "requested received reported reviewed returned recognised cancelled backlog patientVisits activeShare",
    ),
    (
        "Throughput",
        Always,
        "fromRequest fromStart returnedBy critical suppressed",
    ),
    (
        "Turnaround",
        Always,
        "count medianMinutes p90Minutes onTimeShare",
    ),
    ("ReasonCount", Always, "reason count"),
    // As the operation `throughput`.
    ("SharedCentre", OfViewer, "throughput backlog"),
    ("Backlog", Always, "asOf total overdue byStatus byAge"),
    ("BacklogStatus", Always, "status count oldest"),
    ("BacklogAge", Always, "fromMinutes toMinutes count"),
    (
        "CriticalThroughput",
        Always,
        "raised acknowledged acknowledgedInTime medianMinutes",
    ),
    (
        "Indicator",
        Always,
        "code name nameZh unit value numerator denominator suppressed basis side numeratorText denominatorText breakdown",
    ),
    (
        "IndicatorPart",
        Always,
        "key nameZh institution month value numerator denominator suppressed",
    ),
];

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
