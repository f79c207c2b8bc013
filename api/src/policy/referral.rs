//! Who sees what of a referral, on which side an actor stands, and which way referrals go.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Basis, ReferralStatus, Role, Side, Tier, Urgency},
    referral, referral_party,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

/// How much of a row the actor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Number, parties, department, direction, status, urgency, care setting, times.
    Header,
    /// Everything but sensitive diagnoses, with the patient masked.
    Masked,
    /// Everything.
    Treating,
}

/// Whether the sender may be shown what it wrote, whatever its sensitivity: nobody else has seen it yet, or it is to be mended.
#[must_use]
pub const fn is_own_writing(basis: Basis, status: ReferralStatus) -> bool {
    matches!(basis, Basis::Sender)
        && matches!(status, ReferralStatus::Draft | ReferralStatus::Returned)
}

/// Whether a referral in this status makes its two sides treat the patient.
#[must_use]
pub const fn is_treating(status: ReferralStatus) -> bool {
    matches!(
        status,
        ReferralStatus::Submitted
            | ReferralStatus::Returned
            | ReferralStatus::Accepted
            | ReferralStatus::InTransit
            | ReferralStatus::CancellationRequested
            | ReferralStatus::Arrived
            | ReferralStatus::NoShow
            | ReferralStatus::InTreatment
            | ReferralStatus::ReportedBack
    )
}

/// Whether the status closes the clinical content to the receiver at once; what is left is the header.
#[must_use]
pub const fn closes_to_receiver(status: ReferralStatus) -> bool {
    matches!(
        status,
        ReferralStatus::Rejected | ReferralStatus::Withdrawn | ReferralStatus::Cancelled
    )
}

/// How much an actor with these roles sees by this relation.
#[must_use]
pub fn view(roles: &BTreeSet<Role>, basis: Basis, treating: bool, content_open: bool) -> View {
    let cares = [Role::Clinician, Role::Coordinator, Role::Integration]
        .iter()
        .any(|role| roles.contains(role));
    if !cares || !content_open || basis == Basis::Community {
        return View::Header;
    }
    if treating {
        View::Treating
    } else {
        View::Masked
    }
}

/// On which side of a referral between these two an actor stands. A health centre's hospital system acts for its stations too.
#[must_use]
pub fn side(
    actor: &Actor,
    directory: &Directory,
    sender: Uuid,
    receiver: Option<Uuid>,
) -> Option<Side> {
    let Scope::Institution { id, .. } = actor.scope else {
        return None;
    };
    let acts_for = |institution: Uuid| {
        institution == id
            || (actor.has(Role::Integration) && directory.managing(institution) == Some(id))
    };
    // Its own institution first: a health centre that sends to its own station is the sender.
    if sender == id {
        return Some(Side::Sender);
    }
    if receiver == Some(id) {
        return Some(Side::Receiver);
    }
    if acts_for(sender) {
        return Some(Side::Sender);
    }
    receiver
        .filter(|receiver| acts_for(*receiver))
        .map(|_| Side::Receiver)
}

/// Specialty code of emergency medicine 急诊医学科 in the national list of clinical subjects 诊疗科目.
const EMERGENCY_MEDICINE: &str = "20";

/// Whether a partner has nobody here who could act for it, so that the other side performs its verbs.
#[must_use]
pub fn is_absent(directory: &Directory, institution: Uuid) -> bool {
    directory
        .institution(institution)
        .is_some_and(|found| found.tier == Tier::Partner)
        && !directory.with_account.contains(&institution)
}

/// The side for which an actor may perform the verbs of `wanted`, and whether it does so for a partner that has no account.
#[must_use]
pub fn acts_as(
    actor: &Actor,
    directory: &Directory,
    row: &referral::Model,
    wanted: Side,
) -> Option<(Side, bool)> {
    let own = side(actor, directory, row.sender_id, row.receiver_id)?;
    if own == wanted {
        return Some((wanted, false));
    }
    let other = match wanted {
        Side::Sender => Some(row.sender_id),
        Side::Receiver => row.receiver_id,
        Side::FamilyTeam => None,
    };
    other
        .filter(|other| is_absent(directory, *other))
        .map(|_| (wanted, true))
}

/// Whether a verb must name the version that its caller saw: people look at a screen that may be old, a hospital system retries.
#[must_use]
pub fn must_name_version(actor: &Actor) -> bool {
    !actor.has(Role::Integration) && !actor.is_system()
}

/// Which scopes see a referral, and why. The strongest relation of a scope counts.
#[must_use]
pub fn parties(
    directory: &Directory,
    row: &referral::Model,
    now: DateTime<Utc>,
) -> Vec<referral_party::Model> {
    let mut parties: Vec<referral_party::Model> = Vec::new();
    let mut admit = |scope: Option<Uuid>, basis: Basis, receiving: bool| {
        let Some(scope_id) = scope else { return };
        if parties.iter().any(|party| party.scope_id == scope_id) {
            return;
        }
        parties.push(referral_party::Model {
            scope_id,
            referral_id: row.id,
            patient_id: row.patient_id,
            basis,
            since: now,
            content_until: (receiving && closes_to_receiver(row.status)).then_some(now),
            treating: matches!(basis, Basis::Sender | Basis::Receiver) && is_treating(row.status),
            status: row.status,
            listed_at: row.submitted_at.unwrap_or(row.created_at),
            updated_at: row.updated_at,
            answer_due_at: row.answer_due_at,
            planned_at: row.planned_at,
        });
    };
    admit(Some(row.sender_id), Basis::Sender, false);
    let posted = row.submitted_at.is_some();
    let receiver = row.receiver_id.filter(|_| posted);
    admit(receiver, Basis::Receiver, true);
    admit(row.sender_department_id, Basis::Sender, false);
    if posted {
        admit(row.receiver_department_id, Basis::Receiver, true);
    }
    if let Some(receiver) = receiver.filter(|_| row.urgency == Some(Urgency::Emergency)) {
        for department in directory
            .departments_of
            .get(&receiver)
            .into_iter()
            .flatten()
        {
            let is_emergency = directory
                .departments
                .get(department)
                .is_some_and(|found| found.active && found.specialty == EMERGENCY_MEDICINE);
            admit(is_emergency.then_some(*department), Basis::Receiver, true);
        }
    }
    admit(
        directory.managing(row.sender_id),
        Basis::ManagingHealthCentre,
        false,
    );
    admit(
        receiver.and_then(|receiver| directory.managing(receiver)),
        Basis::ManagingHealthCentre,
        true,
    );
    if posted {
        admit(row.sender_community_id, Basis::Community, false);
        admit(row.receiver_community_id, Basis::Community, false);
    }
    parties
}

/// Whether holders of these roles read more than headers.
#[must_use]
pub fn reads_content(roles: &BTreeSet<Role>) -> bool {
    [Role::Clinician, Role::Coordinator, Role::Integration]
        .iter()
        .any(|role| roles.contains(role))
}
