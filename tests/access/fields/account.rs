//! Who signs in and what they did, and what belongs to no domain.

use super::{
    Line,
    Shown::{Always, OfViewer},
};

pub const FIELDS: &[Line] = &[
    (
        "Code",
        Always,
        "code name nameZh description standard standardCode",
    ),
    ("Node", Always, "id"),
    // Shown by operations that only its keeper may call, or that tell the caller about the caller.
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
    (
        "Change",
        Always,
        "id kind action version status institution occurredAt recordedAt",
    ),
    ("Change", OfViewer, "subject"),
];
