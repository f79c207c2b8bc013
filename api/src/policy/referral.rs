//! Who sees what of a referral, on which side an actor stands, and which way referrals go.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Basis, ReferralStatus, Role, Side, Tier, Urgency},
    referral, referral_party,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
    referral::state::is_open,
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

/// How long what has expired stays open to the receiver: a patient may still come.
const AFTER_EXPIRY: Duration = Duration::days(14);

/// When the clinical content closes to the receiver.
fn closes_at(row: &referral::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if row.status == ReferralStatus::Expired {
        return Some(row.status_since + AFTER_EXPIRY);
    }
    closes_to_receiver(row.status).then_some(now)
}

/// How much an actor with these roles sees by this relation.
#[must_use]
pub fn view(roles: &BTreeSet<Role>, basis: Basis, treating: bool, content_open: bool) -> View {
    let cares = [Role::Clinician, Role::Coordinator, Role::Integration]
        .iter()
        .any(|role| roles.contains(role));
    if !cares || !content_open || matches!(basis, Basis::Community | Basis::Path) {
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
    // Its own institution first: a health centre that sends to its own station is the sender.
    if sender == id {
        return Some(Side::Sender);
    }
    if receiver == Some(id) {
        return Some(Side::Receiver);
    }
    if acts_for(actor, directory, sender) {
        return Some(Side::Sender);
    }
    receiver
        .filter(|receiver| acts_for(actor, directory, *receiver))
        .map(|_| Side::Receiver)
}

/// Whether an actor acts for that institution. A health centre's hospital system acts for its stations too.
#[must_use]
pub fn acts_for(actor: &Actor, directory: &Directory, institution: Uuid) -> bool {
    actor.institution().is_some_and(|id| {
        institution == id
            || (actor.has(Role::Integration) && directory.managing(institution) == Some(id))
    })
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

/// How an actor takes part in the life of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// On which side.
    pub side: Side,
    /// Whether for a partner that has no account.
    pub second_hand: bool,
    /// Whether as the manager of a community, in place of a receiver who does not answer.
    pub rescuing: bool,
}

impl Acting {
    /// Taking part on that side, of one's own accord.
    #[must_use]
    pub const fn on(side: Side) -> Self {
        Self {
            side,
            second_hand: false,
            rescuing: false,
        }
    }

    /// The institution whose verbs it performs.
    #[must_use]
    pub const fn institution(self, row: &referral::Model) -> Option<Uuid> {
        match self.side {
            _ if self.rescuing => None,
            Side::Sender => Some(row.sender_id),
            Side::Receiver => row.receiver_id,
            Side::FamilyTeam => row.family_centre_id,
        }
    }
}

/// How an actor takes part in the life of a referral of its own accord.
#[must_use]
pub fn takes_part(actor: &Actor, directory: &Directory, row: &referral::Model) -> Option<Acting> {
    if let Scope::Community(id) = actor.scope {
        let near = [row.sender_community_id, row.receiver_community_id].contains(&Some(id));
        return (near && actor.has(Role::CommunityManager)).then_some(Acting {
            rescuing: true,
            ..Acting::on(Side::Receiver)
        });
    }
    if let Scope::Team { id, .. } = actor.scope {
        return (row.family_team_id == Some(id)).then_some(Acting::on(Side::FamilyTeam));
    }
    let side = side(actor, directory, row.sender_id, row.receiver_id)?;
    if !is_in_house(row) {
        return Some(Acting::on(side));
    }
    [Side::Sender, Side::Receiver]
        .into_iter()
        .find(|side| stands_on(actor, row, *side))
        .map(Acting::on)
}

/// Whether sender and receiver are the same institution 内诊.
#[must_use]
pub fn is_in_house(row: &referral::Model) -> bool {
    row.receiver_id == Some(row.sender_id)
}

/// Whether somebody of the one institution of an in-house referral stands on that side of it. The institution is both, and answers itself:
/// whoever acts for the whole of it acts on either side, a department on the side that names it.
fn stands_on(actor: &Actor, row: &referral::Model, side: Side) -> bool {
    let Some(own) = actor.scope.department() else {
        return side != Side::FamilyTeam;
    };
    let (from, to) = (row.sender_department_id, row.receiver_department_id);
    match side {
        Side::Sender => from.is_none_or(|from| from == own),
        // One of those that see it and did not write it: that it was sent to, or the emergency department.
        Side::Receiver => from != Some(own) || to.is_none_or(|to| to == own),
        Side::FamilyTeam => false,
    }
}

/// On which side somebody closes a referral: as a member of the patient's team of family doctors, or as its sender.
#[must_use]
pub const fn closing_side(actor: &Actor) -> Side {
    match actor.scope {
        Scope::Team { .. } => Side::FamilyTeam,
        _ => Side::Sender,
    }
}

/// How an actor may perform the verbs of that side.
#[must_use]
pub fn acts_as(
    actor: &Actor,
    directory: &Directory,
    row: &referral::Model,
    wanted: Side,
) -> Option<Acting> {
    let own = takes_part(actor, directory, row)?;
    if own.side == wanted {
        return Some(own);
    }
    if own.rescuing || own.side == Side::FamilyTeam {
        return None;
    }
    if is_in_house(row) {
        return stands_on(actor, row, wanted).then_some(Acting::on(wanted));
    }
    let other = match wanted {
        Side::Sender => Some(row.sender_id),
        Side::Receiver => row.receiver_id,
        Side::FamilyTeam => None,
    };
    other
        .filter(|other| is_absent(directory, *other))
        .map(|_| Acting {
            second_hand: true,
            ..Acting::on(wanted)
        })
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
            content_until: closes_at(row, now).filter(|_| receiving),
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
    // The emergency department takes what is urgent, and what is sent to no department.
    let unsorted = row.urgency == Some(Urgency::Emergency) || row.receiver_department_id.is_none();
    if let Some(receiver) = receiver.filter(|_| unsorted) {
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
    parties.extend(family_party(row, now));
    parties
}

/// The team of family doctors that the patient has a contract with sees what is posted and open, as long as the contract runs. It is shown a
/// sensitive diagnosis where its health centre is a side of the referral.
#[must_use]
pub fn family_party(row: &referral::Model, now: DateTime<Utc>) -> Option<referral_party::Model> {
    let (team, until) = (row.family_team_id?, row.family_until?);
    let posted = row.submitted_at.is_some() && is_open(row.status);
    let centre = row.family_centre_id;
    let takes_part = centre == Some(row.sender_id) || centre == row.receiver_id;
    (posted && now < until).then(|| referral_party::Model {
        scope_id: team,
        referral_id: row.id,
        patient_id: row.patient_id,
        basis: Basis::FamilyTeam,
        since: now,
        content_until: Some(until),
        treating: takes_part && is_treating(row.status),
        status: row.status,
        listed_at: row.submitted_at.unwrap_or(row.created_at),
        updated_at: row.updated_at,
        answer_due_at: row.answer_due_at,
        planned_at: row.planned_at,
    })
}

/// What is left to a scope that was a party and is none any more, say a receiver who sent the patient on: the header.
#[must_use]
pub fn ended(party: &referral_party::Model, row: &referral::Model) -> referral_party::Model {
    referral_party::Model {
        basis: match party.basis {
            Basis::Receiver => Basis::Path,
            basis => basis,
        },
        // A team of family doctors saw it until its contract ended; now it is over before.
        content_until: party
            .content_until
            .filter(|_| party.basis != Basis::FamilyTeam)
            .or(Some(row.updated_at)),
        treating: false,
        status: row.status,
        updated_at: row.updated_at,
        answer_due_at: None,
        planned_at: row.planned_at,
        ..party.clone()
    }
}

/// Whether holders of these roles read more than headers.
#[must_use]
pub fn reads_content(roles: &BTreeSet<Role>) -> bool {
    [Role::Clinician, Role::Coordinator, Role::Integration]
        .iter()
        .any(|role| roles.contains(role))
}
