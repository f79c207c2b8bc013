//! What happened to referrals, as it stands in the tables now, and what of it an institution is credited with.
//!
//! Four kinds of facts, each of one institution and one moment: a leg at its receiver, an arrival at its sender and at its receiver, and a
//! posting at its sender. What is stored and what is counted live differ only in what is asked for: both read [`facts`] and count them by
//! [`Fact::count`].

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{CareSetting, GreenChannelGround, LegAnswer, ReferralDirection, ReferralStatus},
    indicator_counts::Measure,
    referral_content::{Closure, Rejection},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::figures::{Clock, Figures};
use crate::{
    clock::{end_of_day, shanghai_day},
    error::Result,
};

mod statement;

/// An institution, and a stretch of time.
pub type Range = (Uuid, DateTime<Utc>, DateTime<Utc>);

/// How many ranges are asked for in one statement: databases limit the number of parameters.
const RANGES: usize = 100;
/// Within how many days of its report a loop is closed in time, a report is read, and a patient who came down goes up again.
pub const LOOP: Duration = Duration::days(30);
/// Within how many days of coming down a patient is followed up in time; they end at 24:00.
pub const FOLLOW_UP: Duration = Duration::days(7);

/// A leg at its receiver, by the day that it got the referral.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Leg {
    institution_id: Uuid,
    at: DateTime<Utc>,
    patient_id: Uuid,
    principal_category: Option<String>,
    sensitive: bool,
    due_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    answer: Option<LegAnswer>,
    number: i32,
    last: i32,
    status: ReferralStatus,
    arrived_at: Option<DateTime<Utc>>,
    green_channel: Option<GreenChannelGround>,
    rejection: Option<Rejection>,
    closure: Option<Closure>,
    holds_over: i64,
    holds_used: i64,
}

/// An arrival, by its day, at its sender or its receiver.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Arrival {
    institution_id: Uuid,
    at: DateTime<Utc>,
    patient_id: Uuid,
    principal_category: Option<String>,
    sensitive: bool,
    direction: Option<ReferralDirection>,
    care_setting: Option<CareSetting>,
    walk_in: bool,
    status: ReferralStatus,
    submitted_at: Option<DateTime<Utc>>,
    reported_at: Option<DateTime<Utc>>,
    /// Of a closed one: when it was closed, unless the clock did that.
    occurred_at: DateTime<Utc>,
    closure: Option<Closure>,
    /// When the patient who came down was first followed up.
    followed_at: Option<DateTime<Utc>>,
    /// When the patient who came down next went up for the same illness.
    again_at: Option<DateTime<Utc>>,
}

/// A posting upward, by its day, at its sender.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Posting {
    institution_id: Uuid,
    at: DateTime<Utc>,
    patient_id: Uuid,
    principal_category: Option<String>,
    sensitive: bool,
    within_origin_capability: bool,
}

/// What an institution is credited with.
#[derive(Clone, Debug)]
pub enum Fact {
    /// It got a referral.
    Leg(Leg),
    /// A patient whom it sent arrived.
    Sent(Arrival),
    /// A patient arrived there.
    Received(Arrival),
    /// It posted a referral upward.
    Posted(Posting),
}

/// Everything that is counted in these ranges.
pub async fn facts(connection: &impl ConnectionTrait, ranges: &[Range]) -> Result<Vec<Fact>> {
    let mut all = Vec::new();
    for ranges in ranges.chunks(RANGES) {
        for row in read(connection, statement::legs(ranges)).await? {
            all.push(Fact::Leg(Leg::from_query_result(&row, "")?));
        }
        for row in read(connection, statement::sent(ranges)).await? {
            all.push(Fact::Sent(Arrival::from_query_result(&row, "")?));
        }
        for row in read(connection, statement::received(ranges)).await? {
            all.push(Fact::Received(Arrival::from_query_result(&row, "")?));
        }
        for row in read(connection, statement::posted(ranges)).await? {
            all.push(Fact::Posted(Posting::from_query_result(&row, "")?));
        }
    }
    Ok(all)
}

async fn read(
    connection: &impl ConnectionTrait,
    (sql, values): (String, Vec<sea_orm::Value>),
) -> Result<Vec<sea_orm::QueryResult>> {
    let backend = connection.get_database_backend();
    let statement = sea_orm::Statement::from_sql_and_values(backend, sql, values);
    Ok(connection.query_all_raw(statement).await?)
}

impl Fact {
    /// The institution that is credited, and the moment that counts.
    #[must_use]
    pub const fn place(&self) -> (Uuid, DateTime<Utc>) {
        match self {
            Self::Leg(leg) => (leg.institution_id, leg.at),
            Self::Sent(one) | Self::Received(one) => (one.institution_id, one.at),
            Self::Posted(one) => (one.institution_id, one.at),
        }
    }

    /// The patient.
    #[must_use]
    pub const fn patient(&self) -> Uuid {
        match self {
            Self::Leg(leg) => leg.patient_id,
            Self::Sent(one) | Self::Received(one) => one.patient_id,
            Self::Posted(one) => one.patient_id,
        }
    }

    /// The category of the principal diagnosis; none where there is none, or it is withheld outside treatment, which the flag says.
    #[must_use]
    pub fn category(&self) -> (Option<&str>, bool) {
        let (category, sensitive) = match self {
            Self::Leg(leg) => (&leg.principal_category, leg.sensitive),
            Self::Sent(one) | Self::Received(one) => (&one.principal_category, one.sensitive),
            Self::Posted(one) => (&one.principal_category, one.sensitive),
        };
        let told = category.as_deref().filter(|_| !sensitive);
        (told, sensitive)
    }

    /// Counts it, as of that moment.
    pub fn count(&self, now: DateTime<Utc>, figures: &mut Figures) {
        match self {
            Self::Leg(leg) => leg.count(now, figures),
            Self::Sent(one) => one.count_sent(now, figures),
            Self::Received(one) => one.count_received(now, figures),
            Self::Posted(one) => {
                figures.add(Measure::PostedUp);
                figures.add_if(Measure::WithinCapability, one.within_origin_capability);
            }
        }
    }
}

impl Leg {
    fn count(&self, now: DateTime<Utc>, figures: &mut Figures) {
        figures.add_some(Measure::HoldOver, self.holds_over);
        figures.add_some(Measure::HoldUsed, self.holds_used);
        // Nothing is due of a partner without account, nor of what was answered before it was written down.
        let Some(due) = self.due_at else { return };
        self.count_in_time(due, now, figures);
        let (Some(answer), Some(answered)) = (self.answer, self.answered_at) else {
            return;
        };
        figures.add(Measure::Answered);
        figures.time(Clock::Answer, minutes(answered - self.at));
        match answer {
            LegAnswer::Rejected => {
                figures.add(Measure::Refused);
                let reason = self.rejection.as_ref().map(|rejection| rejection.reason);
                if let Some(reason) = reason {
                    figures.add_part(Measure::Refused, reason.code());
                }
            }
            LegAnswer::Accepted | LegAnswer::Arrived => {
                figures.add(Measure::Accepted);
                self.count_expected(figures);
            }
            LegAnswer::Returned | LegAnswer::Redirected => {}
        }
    }

    /// A receiver that was not left its whole time, because somebody else ended the leg, is neither in time nor late.
    fn count_in_time(&self, due: DateTime<Utc>, now: DateTime<Utc>, figures: &mut Figures) {
        let taken_away = self.answered_at.is_none() && self.ended_at.is_some_and(|end| end < due);
        if taken_away || !figures.is_over(due, now) {
            return;
        }
        let in_time = self.answered_at.is_some_and(|answered| answered <= due);
        figures.add(Measure::AnswerDue);
        figures.add_if(Measure::AnsweredInTime, in_time);
        if self.green_channel.is_some() {
            figures.add(Measure::GreenDue);
            figures.add_if(Measure::GreenInTime, in_time);
        }
    }

    /// What became of a patient who was accepted; one who was sent on from there was not waited for.
    fn count_expected(&self, figures: &mut Figures) {
        use ReferralStatus::{Accepted, CancellationRequested, InTransit};
        let waiting = matches!(self.status, Accepted | InTransit | CancellationRequested);
        if self.number != self.last || (waiting && self.arrived_at.is_none()) {
            return;
        }
        let contacted = self
            .closure
            .as_ref()
            .is_some_and(|closure| closure.contact.is_some());
        let missing = self.status == ReferralStatus::NoShow || contacted;
        figures.add(Measure::ExpectedOver);
        figures.add_if(Measure::ExpectedCame, self.arrived_at.is_some());
        figures.add_if(Measure::NoShow, missing && self.arrived_at.is_none());
    }
}

impl Arrival {
    fn count_sent(&self, now: DateTime<Utc>, figures: &mut Figures) {
        let measure = match self.direction {
            Some(ReferralDirection::Up) => Measure::SentUp,
            Some(ReferralDirection::Down) => Measure::SentDown,
            Some(ReferralDirection::Lateral) => Measure::SentLateral,
            Some(ReferralDirection::Outward) => Measure::SentOutward,
            Some(ReferralDirection::InHouse) => Measure::InHouse,
            None => return,
        };
        figures.add(measure);
        figures.add_part(measure, self.setting());
        figures.add_if(Measure::WentOut, measure != Measure::InHouse);
        self.count_read(now, figures);
        self.count_loop(now, figures);
        if measure == Measure::SentDown && figures.is_over(self.at + LOOP, now) {
            let again = self.again_at.is_some_and(|again| again <= self.at + LOOP);
            figures.add(Measure::AgainDue);
            figures.add_if(Measure::Again, again);
        }
    }

    fn count_read(&self, now: DateTime<Utc>, figures: &mut Figures) {
        let Some(reported) = self.reported_at else {
            return;
        };
        if figures.is_over(reported + LOOP, now) {
            figures.add(Measure::ReadDue);
            figures.add_if(Measure::Read, self.closed_at().is_some());
        }
    }

    /// What was never reported back is not closed, and counts as soon as it would have had to be.
    fn count_loop(&self, now: DateTime<Utc>, figures: &mut Figures) {
        let end = self.reported_at.unwrap_or(self.at) + LOOP;
        if figures.is_over(end, now) {
            let in_time = self.closed_at().is_some_and(|closed| closed <= end);
            figures.add(Measure::LoopDue);
            figures.add_if(Measure::LoopClosed, self.reported_at.is_some() && in_time);
        }
    }

    /// When somebody closed it; not where only the clock did.
    fn closed_at(&self) -> Option<DateTime<Utc>> {
        let unread = self.closure.as_ref().is_some_and(|closure| closure.unread);
        (self.status == ReferralStatus::Closed && !unread).then_some(self.occurred_at)
    }

    fn count_received(&self, now: DateTime<Utc>, figures: &mut Figures) {
        let Some(direction) = self.direction else {
            return;
        };
        figures.add(Measure::Arrived);
        figures.add_if(Measure::Reported, self.reported_at.is_some());
        match direction {
            ReferralDirection::Up => {
                figures.add(Measure::ReceivedUp);
                figures.add_part(Measure::ReceivedUp, self.setting());
            }
            ReferralDirection::Down => {
                figures.add(Measure::ReceivedDown);
                figures.add_part(Measure::ReceivedDown, self.setting());
                self.count_followed(now, figures);
            }
            _ => {}
        }
        figures.add_if(Measure::CameIn, direction != ReferralDirection::InHouse);
        if let Some(posted) = self
            .submitted_at
            .filter(|posted| !self.walk_in && *posted <= self.at)
        {
            figures.time(Clock::Arrival, minutes(self.at - posted));
        }
        let marks = self
            .closure
            .as_ref()
            .and_then(|closure| closure.satisfaction);
        if let Some(marks) = marks {
            figures.add_some(Measure::SatisfactionSum, marks.into());
            figures.add(Measure::Satisfaction);
        }
    }

    fn count_followed(&self, now: DateTime<Utc>, figures: &mut Figures) {
        let end = end_of_day(shanghai_day(self.at)) + FOLLOW_UP;
        if figures.is_over(end, now) {
            figures.add(Measure::FollowDue);
            figures.add_if(
                Measure::Followed,
                self.followed_at.is_some_and(|at| at < end),
            );
        }
    }

    fn setting(&self) -> &'static str {
        self.care_setting.map_or("UNSTATED", CareSetting::code)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a thousand years are exact"
)]
fn minutes(time: Duration) -> f64 {
    time.num_milliseconds() as f64 / 60_000.0
}
