//! Who treats the patient of an in-house referral 内诊, kept where they are: a remote consultation, or an expert who is dispatched there. Pure.
//!
//! The referral names exactly one of them, and this is the one place where that is said.

use entity::{
    dispatch,
    enums::{CentreKind, DispatchStatus, OrderStatus, ReferralDirection},
    order, referral,
};

use crate::error::{ProblemCode, Problems};

/// The fields by which a referral names who treats the patient where they are, each with whether it does.
fn named(row: &referral::Model) -> [(&'static str, bool); 2] {
    [
        ("consultation", row.consultation_id.is_some()),
        ("dispatch", row.dispatch_id.is_some()),
    ]
}

/// How many ways of being treated the referral names; in house it is to be one.
#[must_use]
pub fn ways(row: &referral::Model) -> usize {
    named(row).iter().filter(|(_, is)| *is).count()
}

/// Notes what is named of a referral that leaves the house, and more than one way of being treated. That there is one is in the table of
/// [what is required](super::required).
pub fn check(row: &referral::Model, path: &str, problems: &mut Problems) {
    let Some(direction) = row.direction else {
        return;
    };
    let in_house = direction == ReferralDirection::InHouse;
    let several = ways(row) > 1;
    for (field, _) in named(row).into_iter().filter(|(_, is)| *is) {
        let at = format!("{path}.{field}");
        let message = "Named by a referral that stays in the house alone.";
        problems.check(in_house, at.as_str(), ProblemCode::NotAllowed, message);
        let message = "In house the patient is treated in one way: name one.";
        problems.check(
            !in_house || !several,
            at,
            ProblemCode::Inconsistent,
            message,
        );
    }
}

/// Notes why that order is not a remote consultation by which the patient of the referral can be treated: it is one, asked for by the same
/// institution, open or answered.
pub fn check_consultation(
    row: &referral::Model,
    order: &order::Model,
    path: &str,
    problems: &mut Problems,
) {
    let (kind, by, status) = (order.kind, order.requested_by_id, order.status);
    let off = matches!(status, OrderStatus::Cancelled | OrderStatus::Recognised);
    for (good, message) in [
        (
            kind == CentreKind::RemoteConsultation,
            "Not an order of a remote consultation.",
        ),
        (by == row.sender_id, "Another institution has asked for it."),
        (!off, "It was cancelled."),
    ] {
        problems.check(good, path, ProblemCode::NotAllowed, message);
    }
}

/// Notes why the patient of the referral cannot be treated by that expert: they are not at the institution, or not now.
pub fn check_dispatch(
    row: &referral::Model,
    dispatch: &dispatch::Model,
    path: &str,
    problems: &mut Problems,
) {
    for (good, message) in [
        (
            dispatch.host_id == row.sender_id,
            "The expert is sent to another institution.",
        ),
        (
            dispatch.status == DispatchStatus::Active,
            "The expert is not there at present.",
        ),
    ] {
        problems.check(good, path, ProblemCode::NotAllowed, message);
    }
}
