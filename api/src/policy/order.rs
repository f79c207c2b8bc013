//! Who sees what of an order to a shared centre, and on which side an actor stands.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Basis, OrderSide, OrderStatus, ReviewRule, Role},
    order, order_party, referral,
};
use uuid::Uuid;

use super::{acts_for, open_beside, parties};
use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

/// Whether something is still expected of an order in this status; a report that needs no review is final.
#[must_use]
pub const fn is_order_open(status: OrderStatus, review: ReviewRule) -> bool {
    match status {
        OrderStatus::Requested
        | OrderStatus::Examined
        | OrderStatus::Collected
        | OrderStatus::InTransport
        | OrderStatus::Received
        | OrderStatus::Processed
        | OrderStatus::Claimed
        | OrderStatus::Returned => true,
        OrderStatus::Reported => matches!(review, ReviewRule::Required),
        OrderStatus::Reviewed
        | OrderStatus::Delivered
        | OrderStatus::Recognised
        | OrderStatus::Cancelled => false,
    }
}

/// Which scopes see an order, and why: whoever asks for it, be it one of their departments, the centre and its hospital, and the parties of the referral that it belongs to,
/// these until a time after its closure. The strongest relation of a scope counts.
#[must_use]
pub fn order_parties(
    directory: &Directory,
    row: &order::Model,
    referral: Option<&referral::Model>,
    now: DateTime<Utc>,
    kept: Duration,
) -> Vec<order_party::Model> {
    let open = is_order_open(row.status, row.review);
    let mut all: Vec<order_party::Model> = Vec::new();
    let mut admit = |scope_id: Uuid, basis: Basis, until: Option<DateTime<Utc>>| {
        if all.iter().any(|party| party.scope_id == scope_id) {
            return;
        }
        all.push(order_party::Model {
            scope_id,
            order_id: row.id,
            patient_id: row.patient_id,
            referral_id: row.referral_id,
            basis,
            since: now,
            until,
            treating: open && matches!(basis, Basis::Requester | Basis::Centre),
            status: row.status,
            listed_at: row.requested_at,
            updated_at: row.updated_at,
            due_at: row.due_at.filter(|_| open),
        });
    };
    admit(row.requested_by_id, Basis::Requester, None);
    if let Some(department) = row.department_id {
        admit(department, Basis::Requester, None);
    }
    admit(row.centre_id, Basis::Centre, None);
    admit(row.host_id, Basis::Centre, None);
    if let Some(managing) = directory.managing(row.requested_by_id) {
        admit(managing, Basis::ManagingHealthCentre, None);
    }
    if let Some(referral) = referral {
        let until = open_beside(referral, kept);
        for party in parties(directory, referral, now) {
            if matches!(party.basis, Basis::Sender | Basis::Receiver) {
                admit(party.scope_id, Basis::Referral, until);
            }
        }
    }
    all
}

/// On which side of an order an actor may do that. Whoever asked for it stands on the requester's side, for a station also the hospital system
/// of the health centre that manages it; the centre's hospital, or who is granted the centre alone, on the other. What both sides do (to
/// examine, to collect, to attach) the own side does first.
#[must_use]
pub fn order_side(
    actor: &Actor,
    directory: &Directory,
    row: &order::Model,
    action: Action,
) -> Option<OrderSide> {
    let at_centre = is_at_centre(actor, row.centre_id, row.host_id);
    let asks = acts_for(actor, directory, row.requested_by_id);
    let confirms =
        action == Action::ReviewOrder && row.kind == entity::enums::CentreKind::RemoteConsultation;
    // A hospital's own system posts for its clinicians; the laboratory's or archive's own system works at the centre.
    if actor.has(Role::Integration) && works_at_centre(action) && !confirms {
        let own = matches!(actor.scope, Scope::Centre { .. });
        return (own && at_centre).then_some(OrderSide::Centre);
    }
    let asked = asks.then_some(OrderSide::Requester);
    let done = at_centre.then_some(OrderSide::Centre);
    match action {
        _ if confirms => asked,
        Action::PlaceOrder
        | Action::RecogniseResult
        | Action::ResubmitOrder
        | Action::CancelOrder
        | Action::SendSpecimen
        | Action::ConfirmBatchReturn => asked,
        Action::RecordExamination
        | Action::CollectSpecimen
        | Action::AttachToOrder
        | Action::ReadOrder => asked.or(done),
        _ => done,
    }
}

/// Whether an actor works at that centre: granted it alone, or the whole of the hospital that runs it.
#[must_use]
pub fn is_at_centre(actor: &Actor, centre: Uuid, host: Uuid) -> bool {
    match actor.scope {
        Scope::Centre { id, .. } => id == centre,
        Scope::Institution {
            id,
            department: None,
        } => id == host,
        _ => false,
    }
}

/// Whether an actor may recall a batch of that centre: whoever works there, of systems only the centre's own.
#[must_use]
pub fn recalls(actor: &Actor, centre: Uuid, host: Uuid) -> bool {
    let own = matches!(actor.scope, Scope::Centre { .. }) || !actor.has(Role::Integration);
    own && is_at_centre(actor, centre, host)
}

/// Whether that is done with instruments and images, by technicians and diagnosticians.
const fn works_at_centre(action: Action) -> bool {
    matches!(
        action,
        Action::RecordExamination
            | Action::CollectSpecimen
            | Action::SendSpecimen
            | Action::ReceiveOrder
            | Action::ProcessOrder
            | Action::DeliverOrder
            | Action::ClaimOrder
            | Action::ReleaseOrder
            | Action::ReportOrder
            | Action::ReviewOrder
            | Action::AmendReport
            | Action::ReturnOrder
            | Action::RaiseCriticalValue
    )
}

/// Whether one of the actor's roles is for that, on that side: a report is reviewed by diagnosticians, an opinion confirmed by whoever asked for
/// it.
#[must_use]
pub fn reviews(actor: &Actor, side: OrderSide) -> bool {
    let wanted: &[Role] = match side {
        OrderSide::Requester => &[Role::Clinician, Role::Coordinator, Role::Integration],
        OrderSide::Centre => &[Role::Diagnostician, Role::Integration],
    };
    wanted.iter().any(|role| actor.has(*role))
}
