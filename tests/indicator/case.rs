//! A referral of a history, from the letter to the end of its story.

use chrono::{DateTime, Duration, Utc};
use entity::{
    bed_pool,
    enums::{
        CareSetting, FollowUpStatus, FollowUpTemplate, GreenChannelGround, HoldState, LegAnswer,
        ReferralDirection, ReferralStatus, Urgency,
    },
    follow_up, hold, institution, referral,
    referral_content::{Closure, Content, Rejection},
    referral_leg,
};
use uuid::Uuid;

use super::history::at;
use crate::harness::World;

/// A referral, as it stands at the end of its story.
#[derive(Clone)]
pub struct Case {
    pub row: referral::Model,
    pub legs: Vec<referral_leg::Model>,
    pub holds: Vec<hold::Model>,
    pub follow_ups: Vec<follow_up::Model>,
}

/// A routine letter that waits for its answer.
pub fn letter(
    w: &World,
    direction: ReferralDirection,
    (from, to): (&institution::Model, &institution::Model),
    patient: Uuid,
    posted: DateTime<Utc>,
) -> Case {
    let id = w.app.new_id();
    let row = referral::Model {
        id,
        number: id.to_string(),
        poster_id: from.id,
        external_id: None,
        version: 1,
        status: ReferralStatus::Submitted,
        direction: Some(direction),
        reach: None,
        urgency: Some(Urgency::Routine),
        second_hand: false,
        patient_id: patient,
        sender_id: from.id,
        sender_department_id: None,
        sender_practitioner_id: None,
        sender_phone: None,
        receiver_id: Some(to.id),
        receiver_department_id: None,
        receiver_practitioner_id: None,
        posted_receiver_id: Some(to.id),
        posted_category: None,
        visit_type: None,
        care_setting: Some(CareSetting::Inpatient),
        reason: None,
        principal_category: Some("I63".to_owned()),
        principal_code: Some("I63.900".to_owned()),
        sensitive: false,
        suspected_infection: None,
        green_channel: None,
        assessor_id: None,
        valid_from: None,
        valid_to: None,
        planned_at: None,
        content: Content::default(),
        missing_items: None,
        rejection: None,
        report: None,
        closure: None,
        accepted: false,
        leg: 1,
        hops: 0,
        status_before: None,
        answer_due_at: None,
        visit_number: None,
        departed_at: None,
        arrived_at: None,
        reported_at: None,
        submitted_at: Some(posted),
        hold_id: None,
        previous_id: None,
        episode_id: None,
        occurred_at: posted,
        open_key: None,
        sender_community_id: from.community_id,
        receiver_community_id: to.community_id,
        warnings: None,
        within_origin_capability: false,
        created_by: Uuid::nil(),
        created_at: posted,
        updated_at: posted,
        status_since: posted,
        clock_at: None,
        overdue_at: None,
        marks: 0,
        walk_in: false,
        joined_at: None,
        entered_by_id: None,
        entry_external_id: None,
        based_on_id: None,
        consultation_id: None,
        dispatch_id: None,
        family_team_id: None,
        family_centre_id: None,
        family_until: None,
    };
    let first = leg(w, &row, to.id, posted, 24 * 60);
    Case {
        row,
        legs: vec![first],
        holds: Vec::new(),
        follow_ups: Vec::new(),
    }
}

fn leg(
    w: &World,
    row: &referral::Model,
    receiver: Uuid,
    started: DateTime<Utc>,
    minutes: i64,
) -> referral_leg::Model {
    referral_leg::Model {
        id: w.app.new_id(),
        referral_id: row.id,
        number: row.leg,
        receiver_id: receiver,
        urgency: Urgency::Routine,
        started_at: started,
        counts_from: started,
        due_at: Some(started + Duration::minutes(minutes)),
        answered_at: None,
        answer: None,
        ended_at: None,
        overdue_at: None,
        escalated_at: None,
    }
}

impl Case {
    fn present(&mut self) -> &mut referral_leg::Model {
        self.legs.last_mut().expect("a letter has a leg")
    }

    /// The receiver may take so many minutes to answer.
    pub fn due(mut self, minutes: i64) -> Self {
        let leg = self.present();
        leg.due_at = Some(leg.counts_from + Duration::minutes(minutes));
        self
    }

    /// No answer is due: a partner without account.
    pub fn never_due(mut self) -> Self {
        self.present().due_at = None;
        self
    }

    /// With a green channel.
    pub fn green(mut self) -> Self {
        self.row.green_channel = Some(GreenChannelGround::Stroke);
        self
    }

    /// For that illness.
    pub fn category(mut self, category: &str) -> Self {
        self.row.principal_category = Some(category.to_owned());
        self
    }

    /// For that care.
    pub fn setting(mut self, setting: CareSetting) -> Self {
        self.row.care_setting = Some(setting);
        self
    }

    /// Which the sender treats itself.
    pub fn within_capability(mut self) -> Self {
        self.row.within_origin_capability = true;
        self
    }

    /// The receiver answers.
    pub fn answered(mut self, answer: LegAnswer, when: &str) -> Self {
        let when = at(when);
        let leg = self.present();
        leg.answer = Some(answer);
        leg.answered_at = Some(when);
        leg.ended_at = Some(when);
        self.row.status = match answer {
            LegAnswer::Accepted => ReferralStatus::Accepted,
            LegAnswer::Rejected => ReferralStatus::Rejected,
            LegAnswer::Returned => ReferralStatus::Returned,
            LegAnswer::Arrived => ReferralStatus::Arrived,
            LegAnswer::Redirected => ReferralStatus::Submitted,
        };
        self.row.accepted = answer == LegAnswer::Accepted;
        self.row.occurred_at = when;
        self
    }

    /// It says why it does not take the patient.
    pub fn because(mut self, reason: entity::enums::RejectionReason) -> Self {
        self.row.rejection = Some(Rejection {
            reason,
            text: None,
            patient_informed: None,
        });
        self
    }

    /// The sender posts it again.
    pub fn again(mut self, w: &World, when: &str) -> Self {
        self.row.leg += 1;
        self.row.status = ReferralStatus::Submitted;
        let receiver = self.row.receiver_id.expect("a letter has a receiver");
        let next = leg(w, &self.row, receiver, at(when), 24 * 60);
        self.legs.push(next);
        self
    }

    /// The sender takes it back.
    pub fn withdrawn(mut self, when: &str) -> Self {
        self.row.status = ReferralStatus::Withdrawn;
        self.present().ended_at = Some(at(when));
        self
    }

    /// A bed is held.
    pub fn held(mut self, w: &World, beds: &bed_pool::Model, state: HoldState) -> Self {
        self.holds.push(hold::Model {
            id: w.app.new_id(),
            referral_id: Some(self.row.id),
            order_id: None,
            bed_pool_id: Some(beds.id),
            slot_id: None,
            state,
            since: self.row.occurred_at,
            created_at: self.row.occurred_at,
        });
        self
    }

    /// The patient comes.
    pub fn arrived(mut self, when: &str) -> Self {
        self.row.status = ReferralStatus::Arrived;
        self.row.arrived_at = Some(at(when));
        self.row.occurred_at = at(when);
        self
    }

    /// The patient does not come.
    pub fn missing(mut self) -> Self {
        self.row.status = ReferralStatus::NoShow;
        self
    }

    /// The receiver reports.
    pub fn reported(mut self, when: &str) -> Self {
        self.row.status = ReferralStatus::ReportedBack;
        self.row.reported_at = Some(at(when));
        self.row.occurred_at = at(when);
        self
    }

    /// The sender closes it, with a mark.
    pub fn closed(mut self, when: &str, satisfaction: Option<i32>) -> Self {
        self.row.status = ReferralStatus::Closed;
        self.row.occurred_at = at(when);
        self.row.closure = Some(Closure {
            satisfaction,
            ..Closure::default()
        });
        self
    }

    /// The clock closes it, unread.
    pub fn unread(mut self) -> Self {
        self.row.status = ReferralStatus::Closed;
        self.row.closure = Some(Closure {
            unread: true,
            ..Closure::default()
        });
        self
    }

    /// The patient is followed up.
    pub fn followed(mut self, w: &World, when: &str) -> Self {
        let (when, row) = (at(when), &self.row);
        let id = w.app.new_id();
        let receiver = row.receiver_id.expect("a letter has a receiver");
        self.follow_ups.push(follow_up::Model {
            id,
            version: 2,
            plan_id: id,
            number: 1,
            referral_id: row.id,
            episode_id: row.id,
            patient_id: row.patient_id,
            sensitive: false,
            planner_id: receiver,
            institution_id: receiver,
            team_id: None,
            led_to_id: None,
            template: FollowUpTemplate::General,
            due_at: when,
            status: FollowUpStatus::Done,
            record: None,
            ending: None,
            done_at: Some(when),
            occurred_at: when,
            open_key: None,
            created_by: Uuid::nil(),
            created_at: when,
            updated_at: when,
        });
        self
    }
}
