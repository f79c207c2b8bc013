//! What the verbs and the list of supervision visits take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use uuid::Uuid;

use super::super::{
    list::VisitQuery,
    visit::{Correction, NewVisit},
};
use crate::{
    error::{ProblemCode, Result},
    id::Kind,
    network::graphql::convert::change,
    referral::graphql::Parser,
    scalar::Date,
};

/// A supervision visit 业务指导 to be recorded.
#[derive(InputObject)]
pub struct RecordSupervisionVisitInput {
    /// The hospital that came 指导单位; the caller's own where left out.
    pub visitor: Option<ID>,
    /// The health centre that it came to 受指导单位.
    pub visited: ID,
    /// The day 指导日期, not in the future.
    pub visited_on: Date,
    /// What it was about 指导内容, in at most 200 characters.
    pub topic: String,
    /// Who came 指导人员: practitioners of the visiting hospital, 1 to 20.
    pub visitors: Vec<ID>,
    /// What was found 发现问题, in at most 2,000 characters.
    pub findings: Option<String>,
    /// What is to be done about it 整改建议, in at most 2,000 characters.
    pub advice: Option<String>,
}

impl RecordSupervisionVisitInput {
    pub(super) fn parse(self) -> Result<NewVisit> {
        let mut parser = Parser::new("input");
        let visitor = parser.id(Kind::Institution, "visitor", self.visitor.as_ref());
        let visited = parser.id(Kind::Institution, "visited", Some(&self.visited));
        let visited_on = parser.day("visitedOn", Some(self.visited_on));
        let visitors = parser.ids(Kind::Practitioner, "visitors", Some(self.visitors));
        let read = visited.zip(visited_on).zip(visitors);
        parser.finish(read.map(|((visited, visited_on), visitors)| NewVisit {
            visitor,
            visited,
            visited_on,
            topic: self.topic,
            visitors,
            findings: self.findings,
            advice: self.advice,
        }))
    }
}

/// What shall be different about a supervision visit: what is left out stays, and what was on record before stays readable.
#[derive(InputObject)]
pub struct CorrectSupervisionVisitInput {
    /// The visit.
    pub id: ID,
    /// The version that the correction is based on; hospital systems may leave it out.
    pub version: Option<i32>,
    /// The day 指导日期.
    pub visited_on: Option<Date>,
    /// What it was about 指导内容.
    pub topic: Option<String>,
    /// Who came 指导人员.
    pub visitors: Option<Vec<ID>>,
    /// What was found 发现问题; null for nothing.
    pub findings: MaybeUndefined<String>,
    /// What is to be done about it 整改建议; null for nothing.
    pub advice: MaybeUndefined<String>,
    /// Whether it is struck out 作废, because it never was: it counts no more.
    pub struck: Option<bool>,
    /// Why 更正原因, in at most 2,000 characters.
    pub reason: String,
}

impl CorrectSupervisionVisitInput {
    pub(super) fn parse(self) -> Result<Correction> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::SupervisionVisit, "id", Some(&self.id));
        let visited_on = parser.day("visitedOn", self.visited_on);
        let visitors = parser.ids(Kind::Practitioner, "visitors", self.visitors);
        parser.finish(id.map(|id| Correction {
            id,
            version: self.version,
            visited_on,
            topic: self.topic,
            visitors,
            findings: change(self.findings),
            advice: change(self.advice),
            struck: self.struck,
            reason: self.reason,
        }))
    }
}

/// Which supervision visits to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct SupervisionVisitFilter {
    /// The hospital that came 指导单位.
    pub visitor: Option<ID>,
    /// The health centre that it came to 受指导单位.
    pub visited: Option<ID>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Whether they are struck out 作废.
    pub struck: Option<bool>,
}

impl SupervisionVisitFilter {
    pub(super) fn query(self, seen: Vec<Uuid>) -> Result<VisitQuery> {
        let mut parser = Parser::new("filter");
        let visitor = parser.id(Kind::Institution, "visitor", self.visitor.as_ref());
        let visited = parser.id(Kind::Institution, "visited", self.visited.as_ref());
        let from = parser.day("from", self.from);
        let to = parser.day("to", self.to);
        let ordered = from.zip(to).is_none_or(|(from, to)| from <= to);
        let message = "Not before the first day.";
        let problems = &mut parser.problems;
        problems.check(ordered, "filter.to", ProblemCode::Order, message);
        parser.finish(Some(VisitQuery {
            seen,
            visitor,
            visited,
            from,
            to,
            struck: self.struck,
        }))
    }
}
