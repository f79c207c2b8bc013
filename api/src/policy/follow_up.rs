//! Who sees a follow-up, and who may do what with it.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Basis, ReferralStatus},
    follow_up, follow_up_party, referral,
};
use uuid::Uuid;

use super::parties;
use crate::{
    auth::{Actor, Scope},
    follow_up::state,
    network::directory::Directory,
};

/// How long a closed referral still opens what stands beside it: the follow-ups, which are rows of their own.
#[must_use]
pub fn open_beside(referral: &referral::Model, kept: Duration) -> Option<DateTime<Utc>> {
    (referral.status == ReferralStatus::Closed).then(|| referral.updated_at + kept)
}

/// Which scopes see a follow-up, and why: whoever is to do it (for a station also the health centre that manages it), and the parties of its
/// referral, these until a time after its closure. The team of family doctors that is to do it sees it too, and so does the one that the patient has
/// a contract with, as long as that runs.
#[must_use]
pub fn follow_up_parties(
    directory: &Directory,
    row: &follow_up::Model,
    referral: &referral::Model,
    now: DateTime<Utc>,
    kept: Duration,
) -> Vec<follow_up_party::Model> {
    let party = |scope_id, basis, until, treating| follow_up_party::Model {
        scope_id,
        follow_up_id: row.id,
        referral_id: row.referral_id,
        episode_id: row.episode_id,
        patient_id: row.patient_id,
        basis,
        since: now,
        until,
        treating,
        status: row.status,
        due_at: row.due_at,
    };
    let open = state::is_open(row.status);
    let mut all: Vec<_> = std::iter::once(row.institution_id)
        .chain(directory.managing(row.institution_id))
        .map(|scope| party(scope, Basis::FollowUp, None, open))
        .collect();
    let team = row.team_id;
    all.extend(team.map(|scope| party(scope, Basis::FollowUp, None, open)));
    let contract = referral.family_team_id.filter(|id| team != Some(*id));
    if let (Some(scope), Some(until)) = (contract, referral.family_until)
        && now < until
    {
        let centre = referral.family_centre_id;
        let takes_part = centre == Some(referral.sender_id) || centre == referral.receiver_id;
        let treating = open && takes_part;
        all.push(party(scope, Basis::FamilyTeam, Some(until), treating));
    }
    let until = open_beside(referral, kept);
    for of_referral in parties(directory, referral, now) {
        let scope = of_referral.scope_id;
        let known = all.iter().any(|party| party.scope_id == scope);
        if !known && !matches!(of_referral.basis, Basis::Community | Basis::FamilyTeam) {
            all.push(party(scope, of_referral.basis, until, of_referral.treating));
        }
    }
    all
}

/// The institution for which an actor may do that with a follow-up: the one that is to do it, for a station also as the health centre that manages
/// it, or as the team that is to do it; whoever planned it may hand it on and end it.
#[must_use]
pub fn follows_for(
    actor: &Actor,
    directory: &Directory,
    row: &follow_up::Model,
    action: Action,
) -> Option<Uuid> {
    if let Scope::Team { id, .. } = actor.scope {
        return (row.team_id == Some(id)).then_some(row.institution_id);
    }
    let own = actor.institution()?;
    if own == row.institution_id || directory.managing(row.institution_id) == Some(own) {
        return Some(row.institution_id);
    }
    let planned = own == row.planner_id && action != Action::RecordFollowUp;
    planned.then_some(own)
}
