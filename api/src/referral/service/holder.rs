//! Who has a patient on the way between two institutions.

use entity::{enums::ReferralStatus, referral};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::{db::Txn, error::Result, patient::service as patients, policy};

/// How many open referrals of a patient are looked at.
const OPEN: u64 = 20;

/// Whoever has a patient who is being referred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The institution.
    pub institution: Uuid,
    /// Its department, where one is named.
    pub department: Option<Uuid>,
}

/// Whoever has the patient of an open referral; none where there is none. Of several the one that is named counts, else the one that changed
/// last after its patient had arrived, else the one that changed last.
pub async fn holder(txn: &Txn, patient: Uuid, named: Option<Uuid>) -> Result<Option<Holder>> {
    let open = ReferralStatus::ALL.iter().copied();
    let rows = referral::Entity::find()
        .filter(referral::Column::PatientId.in_subquery(patients::ids_of([patient])))
        .filter(referral::Column::Status.is_in(open.filter(|status| policy::is_treating(*status))))
        .order_by_desc(referral::Column::StatusSince)
        .order_by_desc(referral::Column::Id)
        .limit(OPEN)
        .all(&**txn)
        .await?;
    let found = rows
        .iter()
        .find(|row| Some(row.id) == named)
        .or_else(|| rows.iter().find(|row| is_there(row.status)))
        .or(rows.first());
    Ok(found.map(of))
}

/// Until the patient has arrived the sender has them, or knows who is with them on the road; after a report back they are the sender's again.
fn of(row: &referral::Model) -> Holder {
    match row.receiver_id.filter(|_| is_there(row.status)) {
        Some(institution) => Holder {
            institution,
            department: row.receiver_department_id,
        },
        None => Holder {
            institution: row.sender_id,
            department: row.sender_department_id,
        },
    }
}

/// Whether the patient is with the receiver.
const fn is_there(status: ReferralStatus) -> bool {
    matches!(
        status,
        ReferralStatus::Arrived | ReferralStatus::InTreatment
    )
}
