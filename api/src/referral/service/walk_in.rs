//! A patient who came before the paper: the sender's first post joins what the receiver entered; a draft that is posted ends with it.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side},
    referral,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::{Value, json};

use super::turn::Turn;
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Result},
    id::{self, Kind},
    patient::service::{self as patients, PatientRef},
    record::replay::Changed,
    referral::seen::Seen,
};

/// How far a post and the arrival that it belongs to lie apart.
const APART: Duration = Duration::days(7);

/// The walk-in that a new post joins: of the same patient, merges followed, from the same sender to the same receiver, within seven days of the
/// arrival, neither joined nor closed; the earliest, where there are several.
pub async fn awaiting(
    txn: &Txn,
    app: &App,
    posted: &referral::Model,
    at: DateTime<Utc>,
) -> Result<Option<referral::Model>> {
    use referral::Column;
    let Some(receiver) = posted.receiver_id else {
        return Ok(None);
    };
    let waiting = referral::Entity::find()
        .filter(Column::WalkIn.eq(true))
        .filter(Column::ReceiverId.eq(receiver))
        .filter(Column::SenderId.eq(posted.sender_id))
        .filter(Column::ArrivedAt.between(at - APART, at + APART))
        .filter(Column::JoinedAt.is_null())
        .filter(Column::Status.ne(ReferralStatus::Closed))
        .order_by_asc(Column::ArrivedAt)
        .order_by_asc(Column::Id)
        .all(&**txn)
        .await?;
    let patient = PatientRef::Id(posted.patient_id);
    for walk_in in waiting {
        if patients::is_same(txn, app, &patient, walk_in.patient_id).await? {
            return Ok(Some(walk_in));
        }
    }
    Ok(None)
}

/// Joins the post to the walk-in: fills in content and external id, and keeps the status. Of two posts at once, one is overtaken.
pub async fn join(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    mut walk_in: referral::Model,
    posted: &referral::Model,
    input: &impl Serialize,
) -> Result<Changed<Seen>> {
    let before = json!({ "content": walk_in.content, "urgency": walk_in.urgency });
    fill_in(&mut walk_in, posted);
    walk_in.joined_at = Some(app.now());
    let turn = Turn::joining(app, walk_in, posted.occurred_at, input)?;
    let detail: Value = json!({ "before": before });
    turn.finish(txn, app, call, detail).await
}

/// Joins a draft, as its sender posts it, to the walk-in; the draft is withdrawn and gives up its external id.
pub async fn join_draft(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    walk_in: referral::Model,
    posted: &referral::Model,
    input: &impl Serialize,
) -> Result<Changed<Seen>> {
    let (action, at) = (Action::WithdrawReferral, posted.occurred_at);
    let withdrawal = Turn::following(txn, app, posted.id, action, Side::Sender, at).await?;
    let mut withdrawal = withdrawal.ok_or(Error::Overtaken)?;
    withdrawal.row.external_id = None;
    let joined = json!({ "joined": id::encode(Kind::Referral, walk_in.id) });
    withdrawal.finish(txn, app, call, joined).await?;
    join(txn, app, call, walk_in, posted, input).await
}

/// What the sender writes goes over what the receiver had entered, but for who treats the patient there.
fn fill_in(walk_in: &mut referral::Model, posted: &referral::Model) {
    let posted = posted.clone();
    walk_in.external_id = posted.external_id;
    walk_in
        .posted_category
        .clone_from(&posted.principal_category);
    walk_in.based_on_id = posted.based_on_id;
    walk_in.sender_department_id = posted.sender_department_id;
    walk_in.sender_practitioner_id = posted.sender_practitioner_id;
    walk_in.sender_phone = posted.sender_phone.or(walk_in.sender_phone.take());
    walk_in.receiver_department_id = walk_in
        .receiver_department_id
        .or(posted.receiver_department_id);
    walk_in.urgency = posted.urgency;
    walk_in.visit_type = posted.visit_type.or(walk_in.visit_type);
    walk_in.care_setting = posted.care_setting.or(walk_in.care_setting);
    walk_in.reason = posted.reason.or(walk_in.reason);
    walk_in.principal_category = posted.principal_category;
    walk_in.principal_code = posted.principal_code;
    walk_in.sensitive = posted.sensitive;
    walk_in.suspected_infection = posted.suspected_infection.or(walk_in.suspected_infection);
    walk_in.green_channel = posted.green_channel.or(walk_in.green_channel);
    walk_in.assessor_id = posted.assessor_id;
    walk_in.valid_from = posted.valid_from;
    walk_in.valid_to = posted.valid_to;
    walk_in.content = posted.content;
}
