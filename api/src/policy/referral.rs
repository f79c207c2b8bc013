//! Who sees what of a referral, on which side an actor stands, and which way referrals go.

use std::collections::BTreeSet;

use entity::enums::{Basis, ReferralStatus, Role, Side};
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
