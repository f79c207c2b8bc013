//! Shared centres: what is ordered from them, what has to be known at once, what they teach and how much they do.

use super::{
    Line,
    Shown::{Always, Content, OfViewer, Related},
};

pub const FIELDS: &[Line] = &[
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
    ("Order", Related, "criticalValues"),
    ("Order", Always, "batches recalled"),
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
    (
        "SharedCentre",
        Always,
        "id kind name host served items hours active version createdAt updatedAt",
    ),
    // As the operation `throughput`.
    ("SharedCentre", OfViewer, "throughput backlog"),
    (
        "CatalogueItem",
        Always,
        "id code name group modality specimen recognitionDays review emergencyMinutes urgentMinutes routineMinutes",
    ),
    ("CatalogueItem", Always, "active centre createdAt updatedAt"),
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
        "Enrolment",
        Always,
        "practitioner institution attendedAt score passed createdAt",
    ),
    ("SharedCentrePayload", Always, "centre replayed"),
    ("CatalogueItemsPayload", Always, "centre items replayed"),
    ("BatchPayload", Always, "batch replayed"),
    ("TrainingSessionPayload", Always, "session replayed"),
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
    ("Backlog", Always, "asOf total overdue byStatus byAge"),
    ("BacklogStatus", Always, "status count oldest"),
    ("BacklogAge", Always, "fromMinutes toMinutes count"),
    (
        "CriticalThroughput",
        Always,
        "raised acknowledged acknowledgedInTime medianMinutes",
    ),
];
