//! What is noticed of a referral when it is posted, and keeps nobody from posting it. Pure.
//!
//! In an emergency, rules about assessors, infections, duplicates and completeness only warn: paperwork never delays rescue.

use entity::{
    enums::{ReferralDirection, ReferralStatus, Urgency, WarningCode},
    institution, referral,
    referral_content::{First, Warning, Warnings},
};

use super::{required, route};
use crate::network::directory::Directory;

/// What a warning says.
#[must_use]
pub const fn message(code: WarningCode) -> &'static str {
    match code {
        WarningCode::WithinOriginCapability => {
            "The sender's own capability covers the principal diagnosis."
        }
        WarningCode::ReceiverCapability => {
            "The receiver's capability does not list the principal diagnosis."
        }
        WarningCode::Duplicate => {
            "The patient has an open referral to this receiver for the same illness."
        }
        WarningCode::Assessor => {
            "Out of the district without an assessor of title 231 or 232; taken because it is an emergency."
        }
        WarningCode::Infection => {
            "An infection is suspected, and the receiver has no fever clinic; taken because it is an emergency."
        }
        WarningCode::Missing => {
            "Not there yet; an emergency does not wait for it, but it is to follow."
        }
    }
}

fn warning(code: WarningCode, path: &str) -> Warning {
    Warning {
        code,
        path: path.to_owned(),
        first: None,
    }
}

/// Notes in the row what there is to notice between these two; a duplicate is added by whoever looks for it.
pub fn note(
    row: &mut referral::Model,
    directory: &Directory,
    receiver: &institution::Model,
    assessed: bool,
) {
    let mut found = Vec::new();
    if let Some(category) = &row.principal_category {
        let lists = |institution| {
            let listed = directory.capabilities.get(&institution);
            listed.map(|listed| listed.contains(category))
        };
        let within =
            row.direction == Some(ReferralDirection::Up) && lists(row.sender_id) == Some(true);
        row.within_origin_capability = within;
        if within {
            found.push(warning(WarningCode::WithinOriginCapability, "diagnoses"));
        }
        // An institution that lists nothing has told nothing.
        if lists(receiver.id) == Some(false) {
            found.push(warning(WarningCode::ReceiverCapability, "receiver"));
        }
    } else {
        row.within_origin_capability = false;
    }
    if row.urgency == Some(Urgency::Emergency) {
        if route::needs_assessor(receiver) && !assessed {
            found.push(warning(WarningCode::Assessor, "assessor"));
        }
        if row.suspected_infection == Some(true) && !route::takes_infections(receiver) {
            found.push(warning(WarningCode::Infection, "receiver"));
        }
        let missing = required::missing_unless_emergency(row);
        found.extend(missing.map(|field| warning(WarningCode::Missing, field)));
    }
    row.warnings = Some(Warnings(found));
}

/// Notes in the row, of a referral that was posted before and is amended now, what there is to notice; that it is a duplicate stays.
pub fn renew(row: &mut referral::Model, before: &referral::Model, directory: &Directory) {
    if matches!(
        before.status,
        ReferralStatus::Draft | ReferralStatus::Returned
    ) {
        return;
    }
    let Some(receiver) = row.receiver_id.and_then(|id| directory.institution(id)) else {
        return;
    };
    let had = before.warnings.iter().flat_map(|warnings| &warnings.0);
    let duplicates = had
        .clone()
        .filter(|warning| warning.code == WarningCode::Duplicate)
        .filter(|_| row.principal_category == before.principal_category);
    let duplicates: Vec<_> = duplicates.cloned().collect();
    // Who assesses is fixed once it is posted.
    let assessed = !had
        .clone()
        .any(|warning| warning.code == WarningCode::Assessor);
    note(row, directory, receiver, assessed);
    row.warnings.get_or_insert_default().0.extend(duplicates);
}

/// Notes in the row that there is an open referral of the same patient to the same receiver for the same illness.
pub fn note_duplicate(row: &mut referral::Model, first: &referral::Model) {
    let sides = [Some(first.sender_id), first.receiver_id];
    let warning = Warning {
        first: Some(First {
            id: first.id,
            sides: sides.into_iter().flatten().collect(),
        }),
        ..warning(WarningCode::Duplicate, "receiver")
    };
    row.warnings.get_or_insert_default().0.push(warning);
}
