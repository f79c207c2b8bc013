//! Referrals, what they are made of, and what follows them.

use super::{
    Line,
    Shown::{Always, Clinical, Content, OfViewer, Related},
};

pub const FIELDS: &[Line] = &[
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
    ("Referral", Content, "hold"),
    (
        "Referral",
        Related,
        "previous next episode followUps basedOn orders consultation criticalValue citedOrders dispatch",
    ),
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
    ("Hold", Content, "bedPool slot state since"),
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
];
