//! What somebody sees of a referral, by domain.md, section 2: from the role and the relation, and from nothing else.

use entity::enums::Role;
use uuid::Uuid;

use super::cast::{At, Caller};

/// How somebody stands to a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The institution that sends, or the sending department.
    Sender,
    /// The institution that is to receive, its receiving department, in an emergency its emergency department.
    Receiver,
    /// The health centre that manages the sending station.
    SenderCentre,
    /// The health centre that manages the receiving station.
    ReceiverCentre,
    /// Who had it and sent it on.
    Former,
    /// The community of one of the two.
    Community,
    /// None.
    None,
}

/// What somebody gets to see, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Nobody is signed in.
    Unauthenticated,
    /// The role sees no referrals.
    Forbidden,
    /// There is nothing, for all that they can tell.
    Nothing,
    /// The header.
    Header,
    /// The content, with the patient masked.
    Masked,
    /// Everything.
    Treating,
}

/// Where a referral stands, as far as it matters to who sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody but the sender knows of it.
    Draft,
    /// Both sides are at it.
    Open,
    /// It was rejected, withdrawn or cancelled.
    Off,
    /// The loop is closed.
    Closed,
}

/// A party: institution, who manages it, its community.
#[derive(Clone, Copy, Debug, Default)]
pub struct Party {
    /// The institution.
    pub institution: Uuid,
    /// The health centre that manages it.
    pub centre: Option<Uuid>,
    /// Its community.
    pub community: Option<Uuid>,
    /// Its department that is named.
    pub department: Option<Uuid>,
    /// Its emergency department, where it is that one's: an emergency, or what is sent to no department.
    pub emergency: Option<Uuid>,
    /// Of a receiver: the institution from which it got the patient, and its department.
    pub former: Option<(Uuid, Uuid)>,
}

/// Who stands how to a referral between these two.
pub fn relation(at: At, sender: &Party, receiver: &Party) -> Relation {
    match at {
        At::Institution(id) if id == sender.institution => Relation::Sender,
        At::Institution(id) if id == receiver.institution => Relation::Receiver,
        At::Institution(id) if sender.centre == Some(id) => Relation::SenderCentre,
        At::Institution(id) if receiver.centre == Some(id) => Relation::ReceiverCentre,
        At::Department(_, id) if sender.department == Some(id) => Relation::Sender,
        At::Department(_, id) if [receiver.department, receiver.emergency].contains(&Some(id)) => {
            Relation::Receiver
        }
        At::Institution(id) if receiver.former.is_some_and(|(former, _)| former == id) => {
            Relation::Former
        }
        At::Department(_, id) if receiver.former.is_some_and(|(_, former)| former == id) => {
            Relation::Former
        }
        At::Community(id) if [sender.community, receiver.community].contains(&Some(id)) => {
            Relation::Community
        }
        _ => Relation::None,
    }
}

/// What somebody in that relation sees of a referral at that stage.
pub fn view(caller: &Caller, relation: Relation, stage: Stage) -> View {
    use Role::{Clinician, CommunityManager, Coordinator, InstitutionAdmin, Integration};
    let Some(role) = caller.role else {
        return View::Unauthenticated;
    };
    let cares = matches!(role, Clinician | Coordinator | Integration);
    if !cares && !matches!(role, CommunityManager | InstitutionAdmin) {
        return View::Forbidden;
    }
    let receives = matches!(relation, Relation::Receiver | Relation::ReceiverCentre);
    match (relation, stage) {
        (Relation::None, _) => View::Nothing,
        (Relation::Receiver | Relation::ReceiverCentre | Relation::Community, Stage::Draft) => {
            View::Nothing
        }
        _ if !cares => View::Header,
        (Relation::Former, _) => View::Header,
        (_, Stage::Off) if receives => View::Header,
        (Relation::Sender | Relation::Receiver, Stage::Open) => View::Treating,
        _ => View::Masked,
    }
}
