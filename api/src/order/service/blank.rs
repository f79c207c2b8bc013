//! The row of a new order.

use entity::{
    enums::{OrderStatus, Urgency},
    order,
    order_content::Content,
};
use uuid::Uuid;

use super::place::Place;
use crate::{
    app::App, auth::Actor, centre::ordering::Orderable, clock::shanghai_day,
    network::directory::Directory, number,
};

/// The region in the number of a requester that has none on record.
const NOWHERE: &str = "000000";

/// The row of a new order, but for its patient.
pub(super) fn blank(
    app: &App,
    actor: &Actor,
    requester: Uuid,
    wanted: &Orderable,
    input: &Place,
) -> order::Model {
    let directory = app.directory.now();
    let (now, Orderable { centre, item, .. }) = (app.now(), wanted);
    let at = input.occurred_at.unwrap_or(now);
    let institution = directory.institution(requester);
    let region = institution.and_then(|found| found.region.as_deref());
    let number = number::draw(number::ORDER, shanghai_day(now), region.unwrap_or(NOWHERE));
    let priority = input.priority.unwrap_or(Urgency::Routine);
    order::Model {
        id: app.new_id(),
        requisition: input.requisition.clone().unwrap_or_else(|| number.clone()),
        number,
        external_id: input.external_id.clone(),
        version: 1,
        status: OrderStatus::Requested,
        status_before: None,
        priority,
        centre_id: centre.id,
        kind: centre.kind,
        host_id: centre.host_id,
        item_id: item.id,
        item_code: item.code.clone(),
        item_group: item.item_group.clone(),
        specimen_kind: item.specimen,
        review: item.review,
        target_minutes: match priority {
            Urgency::Emergency => item.emergency_minutes,
            Urgency::Urgent => item.urgent_minutes,
            Urgency::Routine => item.routine_minutes,
        },
        patient_id: None,
        requested_by_id: requester,
        // What is asked for in another institution's name is no department's.
        department_id: actor
            .scope
            .department()
            .filter(|_| actor.institution() == Some(requester)),
        requester_id: input.requester.or(actor.practitioner),
        referral_id: None,
        content: Content {
            question: input.question.clone(),
            quantity: input.quantity,
            ..Content::default()
        },
        specimen_id: None,
        claimed_by_id: None,
        claimed_account_id: None,
        planned_at: None,
        hold_id: None,
        started_at: None,
        paused_at: None,
        paused_ms: 0,
        due_at: None,
        requested_at: at,
        examined_at: None,
        collected_at: None,
        received_at: None,
        processed_at: None,
        delivered_at: None,
        reported_at: None,
        reviewed_at: None,
        recognised_at: None,
        cancelled_at: None,
        report_id: None,
        is_final: false,
        recognition: None,
        returned: None,
        recalled: false,
        community_id: institution.and_then(|found| found.community_id),
        occurred_at: at,
        created_by: actor.account,
        created_at: now,
        updated_at: now,
    }
}

/// The scopes that see what is done for whoever asks for an order.
pub(super) fn shown_as(directory: &Directory, row: &order::Model) -> Vec<Uuid> {
    let managing = directory.managing(row.requested_by_id);
    std::iter::once(row.requested_by_id)
        .chain(row.department_id)
        .chain(managing)
        .collect()
}
