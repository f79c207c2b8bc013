//! What the verbs of training take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use uuid::Uuid;

use super::super::{
    enrol::People,
    record::{Outcome, Record},
    session::{NewSession, SessionChange},
};
use crate::{
    draft::Change,
    error::{Problems, Result},
    id::Kind,
    moment::{DateTimeRange, Moment},
    referral::graphql::Parser,
};

/// A training session 实训课程 to be offered.
#[derive(InputObject)]
pub struct CreateTrainingSessionInput {
    /// The centre, of kind SKILLS_TRAINING.
    pub centre: ID,
    /// The course 课程, in at most 100 characters.
    pub course: String,
    /// Who teaches 讲师.
    pub trainer: Option<ID>,
    /// When it begins: in the future, at most a year ahead.
    pub starts_at: Moment,
    /// When it is over: at most 92 days later.
    pub ends_at: Moment,
    /// How many may come 名额, 1 to 1,000.
    pub seats: i32,
}

impl CreateTrainingSessionInput {
    pub(super) fn parse(self) -> Result<NewSession> {
        let mut parser = Parser::new("input");
        let centre = parser.id(Kind::SharedCentre, "centre", Some(&self.centre));
        let trainer = parser.id(Kind::Practitioner, "trainer", self.trainer.as_ref());
        let starts_at = parser.moment("startsAt", Some(self.starts_at));
        let ends_at = parser.moment("endsAt", Some(self.ends_at));
        let read = centre.zip(starts_at.zip(ends_at));
        parser.finish(read.map(|(centre, (starts_at, ends_at))| NewSession {
            centre,
            course: self.course,
            trainer,
            starts_at,
            ends_at,
            seats: self.seats,
        }))
    }
}

/// What shall be different about a training session: what is left out stays.
#[derive(InputObject)]
pub struct UpdateTrainingSessionInput {
    /// The session.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// The course 课程.
    pub course: Option<String>,
    /// Who teaches 讲师; null for nobody.
    pub trainer: MaybeUndefined<ID>,
    /// When it begins; not once it has begun.
    pub starts_at: Option<Moment>,
    /// When it is over.
    pub ends_at: Option<Moment>,
    /// How many may come 名额; at least as many as are enrolled.
    pub seats: Option<i32>,
    /// Whether it is called off 取消; not once it has begun. Whoever is enrolled stays so, and is told.
    pub cancelled: Option<bool>,
}

impl UpdateTrainingSessionInput {
    pub(super) fn parse(self) -> Result<(Uuid, i32, SessionChange)> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::TrainingSession, "id", Some(&self.id));
        let trainer = match self.trainer {
            MaybeUndefined::Undefined => Change::Keep,
            MaybeUndefined::Null => Change::Clear,
            MaybeUndefined::Value(id) => {
                Change::given(parser.id(Kind::Practitioner, "trainer", Some(&id)))
            }
        };
        let change = SessionChange {
            course: self.course,
            trainer,
            starts_at: parser.moment("startsAt", self.starts_at),
            ends_at: parser.moment("endsAt", self.ends_at),
            seats: self.seats,
            cancelled: self.cancelled,
        };
        parser.finish(id.map(|id| (id, self.version, change)))
    }
}

/// Who is to be enrolled 报名.
#[derive(InputObject)]
pub struct EnrolInTrainingInput {
    /// The session.
    pub session: ID,
    /// Practitioners of the caller's institution, or of a station that it manages; 1 to 200.
    pub practitioners: Vec<ID>,
}

/// Who does not come after all 退报.
#[derive(InputObject)]
pub struct WithdrawFromTrainingInput {
    /// The session.
    pub session: ID,
    /// Practitioners of the caller's institution, or of a station that it manages; 1 to 200.
    pub practitioners: Vec<ID>,
}

fn people(session: &ID, practitioners: Vec<ID>) -> Result<People> {
    let mut parser = Parser::new("input");
    let session = parser.id(Kind::TrainingSession, "session", Some(session));
    let practitioners = parser.ids(Kind::Practitioner, "practitioners", Some(practitioners));
    let read = session.zip(practitioners);
    parser.finish(read.map(|(session, practitioners)| People {
        session,
        practitioners,
    }))
}

impl EnrolInTrainingInput {
    pub(super) fn parse(self) -> Result<People> {
        people(&self.session, self.practitioners)
    }
}

impl WithdrawFromTrainingInput {
    pub(super) fn parse(self) -> Result<People> {
        people(&self.session, self.practitioners)
    }
}

/// What came of a training session 培训结果.
#[derive(InputObject)]
pub struct RecordTrainingInput {
    /// The session.
    pub session: ID,
    /// What came of it for whoever is named, 1 to 200; for others it stays as it is.
    pub results: Vec<TrainingResultInput>,
}

/// What came of a training session for one who was enrolled.
#[derive(InputObject)]
pub struct TrainingResultInput {
    /// Who.
    pub practitioner: ID,
    /// Whether they came 签到.
    pub attended: bool,
    /// Points 成绩, 0 to 100; of whoever came alone.
    pub score: Option<i32>,
    /// Whether they passed 合格; of whoever came alone.
    pub passed: Option<bool>,
}

impl RecordTrainingInput {
    pub(super) fn parse(self) -> Result<Record> {
        let mut parser = Parser::new("input");
        let session = parser.id(Kind::TrainingSession, "session", Some(&self.session));
        let results = self.results.into_iter().enumerate();
        let results = results.filter_map(|(place, result)| {
            let field = format!("results[{place}].practitioner");
            let who = parser.id(Kind::Practitioner, &field, Some(&result.practitioner));
            who.map(|practitioner| Outcome {
                practitioner,
                attended: result.attended,
                score: result.score,
                passed: result.passed,
            })
        });
        let results: Vec<_> = results.collect();
        parser.finish(session.map(|session| Record { session, results }))
    }
}

/// Which training sessions to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct TrainingSessionFilter {
    /// The centre.
    pub centre: Option<ID>,
    /// When they begin.
    pub starts_at: Option<DateTimeRange>,
    /// Somebody who is enrolled, as far as the caller sees who is.
    pub practitioner: Option<ID>,
}

/// The centre, the stretch of time and the practitioner of a filter.
pub(super) type Narrowed = (Option<Uuid>, crate::moment::Stretch, Option<Uuid>);

impl TrainingSessionFilter {
    pub(super) fn parse(self) -> Result<Narrowed> {
        let mut parser = Parser::new("filter");
        let centre = parser.id(Kind::SharedCentre, "centre", self.centre.as_ref());
        let who = self.practitioner.as_ref();
        let practitioner = parser.id(Kind::Practitioner, "practitioner", who);
        let mut problems = Problems::default();
        let starts_at = self
            .starts_at
            .map(|range| range.check("filter.startsAt", &mut problems));
        parser.problems.extend(problems.into_vec());
        parser.finish(Some((centre, starts_at.unwrap_or_default(), practitioner)))
    }
}
