//! A new referral written from an old one: the sender's own that was rejected or ran out.

use entity::{enums::ReferralStatus, referral};

use crate::{
    auth::Actor,
    db::Txn,
    error::{Error, Problem, ProblemCode, Result},
    referral::{
        seen::{self, Key},
        writing::Writing,
    },
};

const PATH: &str = "input.basedOn";

/// The referral that a new one is written from.
pub async fn find(
    txn: &Txn,
    actor: &Actor,
    key: &Key,
    sender: uuid::Uuid,
) -> Result<referral::Model> {
    let seen = seen::find(&**txn, actor, key).await?;
    let refused =
        |code, message: &str| Err(Error::InvalidInput(vec![Problem::new(PATH, code, message)]));
    let Some(base) = seen
        .map(|seen| seen.row)
        .filter(|row| row.sender_id == sender)
    else {
        return refused(ProblemCode::UnknownId, "The sender has no such referral.");
    };
    if matches!(
        base.status,
        ReferralStatus::Rejected | ReferralStatus::Expired
    ) {
        return Ok(base);
    }
    refused(
        ProblemCode::NotAllowed,
        "Only a rejected or expired referral is written anew.",
    )
}

/// Copies what the sender wrote; what is given besides goes over it. The time in which the old one was valid is over, and the department and
/// practitioner of another receiver are not this one's.
pub fn copy(base: &referral::Model, given: &Writing, row: &mut referral::Model) {
    row.based_on_id = Some(base.id);
    row.sender_department_id = base.sender_department_id;
    row.sender_practitioner_id = base.sender_practitioner_id;
    row.sender_phone.clone_from(&base.sender_phone);
    row.receiver_id = base.receiver_id;
    if given.receiver.is_none() || given.receiver == base.receiver_id {
        row.receiver_department_id = base.receiver_department_id;
        row.consultation_id = base.consultation_id;
        row.dispatch_id = base.dispatch_id;
    }
    row.urgency = base.urgency;
    row.visit_type = base.visit_type;
    row.care_setting = base.care_setting;
    row.reason = base.reason;
    row.principal_category.clone_from(&base.principal_category);
    row.principal_code.clone_from(&base.principal_code);
    row.sensitive = base.sensitive;
    row.suspected_infection = base.suspected_infection;
    row.green_channel = base.green_channel;
    row.assessor_id = base.assessor_id;
    row.content = base.content.clone();
}
