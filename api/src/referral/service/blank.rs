//! The row of a new referral, before anything is written in it.

use chrono::{DateTime, Utc};
use entity::{enums::ReferralStatus, referral};
use uuid::Uuid;

use crate::{app::App, auth::Actor, clock::shanghai_day, network::directory::Directory, number};

/// The region in the number of a sender that has none on record.
const NOWHERE: &str = "000000";

/// A row with nothing written in it yet.
pub(super) fn blank(
    app: &App,
    actor: &Actor,
    directory: &Directory,
    external_id: Option<String>,
    sender_id: Uuid,
    at: DateTime<Utc>,
) -> referral::Model {
    let sender = directory.institution(sender_id);
    let community = sender
        .and_then(|sender| sender.community_id)
        .and_then(|id| directory.communities.get(&id));
    let region = sender
        .and_then(|sender| sender.region.as_ref())
        .or(community.map(|found| &found.region))
        .map_or(NOWHERE, String::as_str);
    let now = app.now();
    referral::Model {
        id: app.new_id(),
        number: number::draw(number::REFERRAL, shanghai_day(now), region),
        poster_id: sender_id,
        external_id,
        version: 1,
        status: ReferralStatus::Draft,
        direction: None,
        reach: None,
        urgency: None,
        second_hand: false,
        patient_id: Uuid::nil(),
        sender_id,
        sender_department_id: actor
            .scope
            .department()
            .filter(|_| actor.institution() == Some(sender_id)),
        sender_practitioner_id: None,
        sender_phone: None,
        receiver_id: None,
        receiver_department_id: None,
        receiver_practitioner_id: None,
        posted_receiver_id: None,
        posted_category: None,
        previous_id: None,
        episode_id: None,
        visit_type: None,
        care_setting: None,
        reason: None,
        principal_category: None,
        principal_code: None,
        sensitive: false,
        suspected_infection: None,
        green_channel: None,
        assessor_id: None,
        valid_from: None,
        valid_to: None,
        planned_at: None,
        content: entity::referral_content::Content::default(),
        missing_items: None,
        rejection: None,
        report: None,
        closure: None,
        accepted: false,
        leg: 0,
        hops: 0,
        status_before: None,
        answer_due_at: None,
        visit_number: None,
        departed_at: None,
        arrived_at: None,
        reported_at: None,
        submitted_at: None,
        hold_id: None,
        occurred_at: at,
        open_key: None,
        sender_community_id: None,
        receiver_community_id: None,
        warnings: None,
        within_origin_capability: false,
        created_by: actor.account,
        created_at: now,
        updated_at: now,
        status_since: now,
        clock_at: None,
        overdue_at: None,
        marks: 0,
        walk_in: false,
        joined_at: None,
        entered_by_id: None,
        entry_external_id: None,
        based_on_id: None,
        consultation_id: None,
        family_team_id: None,
        family_centre_id: None,
        family_until: None,
        dispatch_id: None,
    }
}
