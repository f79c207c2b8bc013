//! What must be true of who belongs to an alliance. Pure.

use std::collections::HashSet;

use entity::{
    alliance, alliance_member,
    enums::{AllianceRole, Tier},
};
use uuid::Uuid;

use super::{
    pacts::{of_alliance, of_member},
    shared::{Sides, check_side},
    term::Term,
};
use crate::error::{ProblemCode, Problems};

/// Most stretches of membership in an alliance, past ones among them.
pub const MOST_MEMBERS: usize = 500;

/// Notes what is wrong with the members of an alliance, by their places in the list. Whoever belonged to it before may be closed by now.
pub fn members(
    row: &alliance::Model,
    members: &[alliance_member::Model],
    before: &[alliance_member::Model],
    sides: &Sides,
    problems: &mut Problems,
) {
    let message = format!("At most {MOST_MEMBERS}.");
    let few = members.len() <= MOST_MEMBERS;
    problems.check(few, "input.members", ProblemCode::TooLarge, message);
    let whole = of_alliance(row);
    let known: HashSet<Uuid> = before.iter().map(|old| old.institution_id).collect();
    for (place, one) in members.iter().enumerate().take(MOST_MEMBERS) {
        let at = |field: &str| format!("input.members[{place}].{field}");
        if !(known.contains(&one.institution_id) && sides.contains_key(&one.institution_id)) {
            check_side(one.institution_id, &at("institution"), sides, problems);
        }
        let term = of_member(one);
        term.check(&at("since"), &at("until"), problems);
        within(term, whole, (&at("since"), &at("until")), problems);
        let twice = members[..place].iter().any(|other| {
            other.institution_id == one.institution_id && of_member(other).overlaps(term)
        });
        let message = "It belongs to the alliance at that time already.";
        problems.check(!twice, at("institution"), ProblemCode::Taken, message);
        if one.role == AllianceRole::Lead {
            lead(one, members, place, sides, &at("role"), problems);
        }
    }
    let distinct: HashSet<Uuid> = members.iter().map(|one| one.institution_id).collect();
    for (good, code, message) in [
        (
            distinct.len() >= 2,
            ProblemCode::TooSmall,
            "At least two institutions.",
        ),
        (
            members.iter().any(|one| one.role == AllianceRole::Lead),
            ProblemCode::Required,
            "One of them leads.",
        ),
    ] {
        problems.check(good, "input.members", code, message);
    }
}

/// Nobody belongs to an alliance that there is not.
fn within(term: Term, whole: Term, paths: (&str, &str), problems: &mut Problems) {
    for (good, path, message) in [
        (
            whole.from <= term.from,
            paths.0,
            "Not before the alliance begins.",
        ),
        (
            whole.to.is_none_or(|last| term.from <= last),
            paths.0,
            "Not after the alliance has ended.",
        ),
        (
            whole.to.zip(term.to).is_none_or(|(last, to)| to <= last),
            paths.1,
            "Not after the alliance has ended.",
        ),
    ] {
        problems.check(good, path, ProblemCode::Order, message);
    }
}

/// One leads at a time, and it is a hospital.
fn lead(
    one: &alliance_member::Model,
    members: &[alliance_member::Model],
    place: usize,
    sides: &Sides,
    path: &str,
    problems: &mut Problems,
) {
    let leads = |other: &&alliance_member::Model| other.role == AllianceRole::Lead;
    let mut others = members[..place].iter().filter(leads);
    let alone = !others.any(|other| of_member(other).overlaps(of_member(one)));
    problems.check(
        alone,
        path,
        ProblemCode::Taken,
        "Another leads at that time.",
    );
    let tier = sides.get(&one.institution_id).map(|row| row.tier);
    let able = tier.is_none_or(|tier| matches!(tier, Tier::Hospital | Tier::Partner));
    problems.check(
        able,
        path,
        ProblemCode::NotAllowed,
        "A hospital leads an alliance.",
    );
}
