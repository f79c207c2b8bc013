//! Which way referrals go: direction and reach are derived, never sent, and not every way is open. Pure.

use entity::{
    enums::{
        CareSetting, Facility, FunctionalClass, InstitutionStatus, ReferralDirection,
        ReferralReach, Tier, Urgency,
    },
    institution,
};

use crate::{
    error::{Problem, ProblemCode},
    network::directory::Directory,
};

/// Titles that may assess an outward referral: 231 主任医师, 232 副主任医师 (GB/T 8561).
pub const SENIOR_TITLES: [&str; 2] = ["231", "232"];

/// What the route depends on beside the two institutions.
#[derive(Clone, Copy, Debug)]
pub struct Journey {
    /// How urgent it is.
    pub urgency: Option<Urgency>,
    /// What is asked for.
    pub care_setting: Option<CareSetting>,
    /// Whether it goes by a green channel.
    pub green_channel: bool,
    /// Whether an infection is suspected.
    pub suspected_infection: bool,
    /// Whether a senior doctor has assessed it.
    pub assessed: bool,
}

/// Direction, in the order of the rule: same institution, partners, sub-centre, tier.
#[must_use]
pub fn direction(
    directory: &Directory,
    sender: &institution::Model,
    receiver: &institution::Model,
) -> ReferralDirection {
    if sender.id == receiver.id {
        return ReferralDirection::InHouse;
    }
    if receiver.tier == Tier::Partner {
        return ReferralDirection::Outward;
    }
    if sender.tier == Tier::Partner || directory.radiates(sender.id, receiver.id) {
        return ReferralDirection::Down;
    }
    if directory.radiates(receiver.id, sender.id) {
        return ReferralDirection::Up;
    }
    match rank(sender.tier).cmp(&rank(receiver.tier)) {
        std::cmp::Ordering::Less => ReferralDirection::Up,
        std::cmp::Ordering::Greater => ReferralDirection::Down,
        std::cmp::Ordering::Equal => ReferralDirection::Lateral,
    }
}

const fn rank(tier: Tier) -> u8 {
    match tier {
        Tier::Station => 1,
        Tier::HealthCentre => 2,
        Tier::Hospital => 3,
        Tier::Partner => 4,
    }
}

/// Reach: within the community, between communities, or out of the network.
#[must_use]
pub fn reach(sender: &institution::Model, receiver: &institution::Model) -> ReferralReach {
    if sender.tier == Tier::Partner || receiver.tier == Tier::Partner {
        return ReferralReach::OutOfNetwork;
    }
    match (sender.community_id, receiver.community_id) {
        _ if sender.id == receiver.id => ReferralReach::IntraCommunity,
        (Some(one), Some(other)) if one == other => ReferralReach::IntraCommunity,
        _ => ReferralReach::InterCommunity,
    }
}

/// Everything that keeps a referral from going this way; `path` names the receiver's field.
#[must_use]
pub fn obstacles(
    directory: &Directory,
    sender: &institution::Model,
    receiver: &institution::Model,
    journey: Journey,
    path: &str,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut obstacle = |code, text: &str| found.push(Problem::new(path, code, text));
    if sender.status != InstitutionStatus::Operating {
        obstacle(
            ProblemCode::NotOperating,
            "The sender does not operate at present.",
        );
    }
    if receiver.status != InstitutionStatus::Operating {
        obstacle(
            ProblemCode::NotOperating,
            "The receiver does not operate at present.",
        );
    }
    let direction = direction(directory, sender, receiver);
    let emergency = journey.urgency == Some(Urgency::Emergency);
    if emergency && matches!(receiver.tier, Tier::Hospital | Tier::Partner) {
        return found;
    }
    if let Err(text) = allowed(directory, sender, receiver, direction, journey) {
        obstacle(ProblemCode::Route, text);
    }
    if journey.care_setting == Some(CareSetting::Inpatient) && has_no_beds(receiver) {
        obstacle(
            ProblemCode::Route,
            "Stations and class III health centres have no inpatients.",
        );
    }
    if journey.suspected_infection && !emergency && !takes_infections(receiver) {
        obstacle(
            ProblemCode::Route,
            "A suspected infection goes to a receiver with a fever clinic or a fever sentinel clinic.",
        );
    }
    found
}

/// Whether a suspected infection may go there.
#[must_use]
pub fn takes_infections(receiver: &institution::Model) -> bool {
    let fever = [Facility::FeverClinic, Facility::FeverSentinelClinic];
    let facilities = &receiver.facilities.0;
    fever.iter().any(|facility| facilities.contains(facility))
}

/// Whether a senior doctor assesses the patient before they go there.
#[must_use]
pub fn needs_assessor(receiver: &institution::Model) -> bool {
    receiver.tier == Tier::Partner && receiver.outside_district
}

fn has_no_beds(receiver: &institution::Model) -> bool {
    receiver.tier == Tier::Station || receiver.functional_class == Some(FunctionalClass::III)
}

fn allowed(
    directory: &Directory,
    sender: &institution::Model,
    receiver: &institution::Model,
    direction: ReferralDirection,
    journey: Journey,
) -> Result<(), &'static str> {
    match direction {
        ReferralDirection::Outward if receiver.outside_district => outward(sender, journey),
        ReferralDirection::Lateral if sender.tier == Tier::Station => {
            Err("Stations do not refer to one another.")
        }
        ReferralDirection::Down => down(sender, receiver),
        ReferralDirection::Up if sender.tier == Tier::Station => {
            up_from_station(directory, sender, receiver, journey)
        }
        // To a local partner; between hospitals or health centres; from a health centre to a hospital, or to the sub-centre that radiates
        // to it (the only other way to be UP). A patient who is kept in house goes nowhere: what that needs is who treats them there.
        ReferralDirection::Outward
        | ReferralDirection::Lateral
        | ReferralDirection::Up
        | ReferralDirection::InHouse => Ok(()),
    }
}

fn outward(sender: &institution::Model, journey: Journey) -> Result<(), &'static str> {
    if sender.tier != Tier::Hospital {
        return Err("Only a hospital refers out of the district.");
    }
    if journey.assessed {
        Ok(())
    } else {
        Err("A referral out of the district needs an assessor of title 231 or 232.")
    }
}

fn down(sender: &institution::Model, receiver: &institution::Model) -> Result<(), &'static str> {
    match receiver.tier {
        Tier::HealthCentre | Tier::Station => Ok(()),
        Tier::Hospital if sender.tier == Tier::Partner => Ok(()),
        _ => Err("Downward a patient goes to a health centre or a station."),
    }
}

fn up_from_station(
    directory: &Directory,
    sender: &institution::Model,
    receiver: &institution::Model,
    journey: Journey,
) -> Result<(), &'static str> {
    let same_community =
        sender.community_id.is_some() && sender.community_id == receiver.community_id;
    if receiver.tier == Tier::Hospital {
        return if journey.green_channel && same_community {
            Ok(())
        } else {
            Err(
                "A station refers to a hospital of its community by green channel only, or to any in an emergency.",
            )
        };
    }
    if sender.managed_by == Some(receiver.id) {
        return Ok(());
    }
    let manager_works = sender
        .managed_by
        .and_then(|id| directory.institution(id))
        .is_some_and(|centre| centre.status == InstitutionStatus::Operating);
    if !manager_works && same_community {
        return Ok(());
    }
    Err("A station refers to the health centre that manages it.")
}
