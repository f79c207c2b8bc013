//! The statements by which facts are read: one look into an index for each range.

use sea_orm::Value;

use super::Range;

/// What is to be known of the referral's patient.
const PATIENT: &str = "referral.patient_id, referral.principal_category, referral.sensitive";

/// What became of what was held for the patient at the receiver, of its last leg: a hold belongs to one acceptance.
const HOLD: &str = "
    CASE WHEN leg.number < (SELECT MAX(later.number) FROM referral_leg AS later
            WHERE later.referral_id = leg.referral_id AND later.receiver_id = leg.receiver_id) THEN 0
        ELSE (SELECT COUNT(*) FROM hold LEFT JOIN bed_pool ON bed_pool.id = hold.bed_pool_id LEFT JOIN slot ON slot.id = hold.slot_id
            WHERE hold.referral_id = leg.referral_id AND COALESCE(bed_pool.institution_id, slot.institution_id) = leg.receiver_id";

/// When the patient of what came down was first followed up, and next went up for the same illness, merges of records followed.
const AFTER: &str = "
    CASE WHEN referral.direction = 'DOWN' THEN (SELECT MIN(follow_up.done_at) FROM follow_up
        WHERE follow_up.referral_id = referral.id AND follow_up.status = 'DONE') END AS followed_at,
    CASE WHEN referral.direction = 'DOWN' THEN (SELECT MIN(up.arrived_at) FROM patient AS own
        JOIN patient AS same ON same.record_id = own.record_id JOIN referral AS up ON up.patient_id = same.id
        WHERE own.id = referral.patient_id AND up.direction = 'UP' AND up.principal_category = referral.principal_category
            AND up.arrived_at > referral.arrived_at) END AS again_at";

/// Legs of receivers.
pub fn legs(ranges: &[Range]) -> (String, Vec<Value>) {
    let select = format!(
        "SELECT leg.receiver_id AS institution_id, leg.started_at AS at, {PATIENT}, leg.due_at, leg.answered_at, leg.ended_at, leg.answer,
            leg.number, referral.leg AS last, referral.status, referral.arrived_at, referral.green_channel, referral.rejection, referral.closure,
            {HOLD} AND hold.state <> 'HELD') END AS holds_over, {HOLD} AND hold.state = 'CONSUMED') END AS holds_used
         FROM referral_leg AS leg JOIN referral ON referral.id = leg.referral_id"
    );
    within(select, ("leg.receiver_id", "leg.started_at"), ranges)
}

/// Arrivals of patients whom senders sent.
pub fn sent(ranges: &[Range]) -> (String, Vec<Value>) {
    arrivals("sender_id", ranges)
}

/// Arrivals of patients at receivers.
pub fn received(ranges: &[Range]) -> (String, Vec<Value>) {
    arrivals("receiver_id", ranges)
}

fn arrivals(side: &str, ranges: &[Range]) -> (String, Vec<Value>) {
    let select = format!(
        "SELECT referral.{side} AS institution_id, referral.arrived_at AS at, {PATIENT}, referral.direction, referral.care_setting,
            referral.walk_in, referral.status, referral.submitted_at, referral.reported_at, referral.occurred_at, referral.closure, {AFTER}
         FROM referral"
    );
    let side = format!("referral.{side}");
    within(select, (&side, "referral.arrived_at"), ranges)
}

/// What senders posted upward.
pub fn posted(ranges: &[Range]) -> (String, Vec<Value>) {
    let select = format!(
        "SELECT referral.sender_id AS institution_id, referral.submitted_at AS at, {PATIENT}, referral.within_origin_capability
         FROM referral"
    );
    let (sql, values) = within(
        select,
        ("referral.sender_id", "referral.submitted_at"),
        ranges,
    );
    (format!("{sql} AND referral.direction = 'UP'"), values)
}

fn within(select: String, (side, at): (&str, &str), ranges: &[Range]) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let mut any = Vec::new();
    for (institution, from, until) in ranges {
        let place = values.len();
        any.push(format!(
            "({side} = ${} AND {at} >= ${} AND {at} < ${})",
            place + 1,
            place + 2,
            place + 3
        ));
        values.extend([Value::from(*institution), (*from).into(), (*until).into()]);
    }
    (select + " WHERE (" + &any.join(" OR ") + ")", values)
}
