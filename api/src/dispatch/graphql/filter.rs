//! What lists of dispatches are narrowed to and sorted by.

use async_graphql::{Enum, ID, InputObject};
use entity::enums::{DispatchKind, DispatchStatus};

use super::super::service::{ENDS, Filter, STARTS, Sort};
use crate::{error::Result, id::Kind, referral::graphql::Parser, scalar::Date};

/// What a list of dispatches is narrowed to; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct DispatchFilter {
    /// Only those in which the caller is the expert, whoever sends them and wherever they are.
    pub mine: Option<bool>,
    /// Sent or received by this institution.
    pub institution: Option<ID>,
    /// Sent by one of these.
    pub sender: Option<Vec<ID>>,
    /// Received by one of these.
    pub host: Option<Vec<ID>>,
    /// The expert.
    pub practitioner: Option<ID>,
    /// What they are sent for.
    pub kind: Option<Vec<DispatchKind>>,
    /// Where they stand.
    pub status: Option<Vec<DispatchStatus>>,
    /// A day that lies within the dispatch.
    pub on: Option<Date>,
}

impl DispatchFilter {
    pub(super) fn parse(self) -> Result<Filter> {
        let mut parser = Parser::new("filter");
        let filter = Filter {
            mine: self.mine.unwrap_or_default(),
            institution: parser.id(Kind::Institution, "institution", self.institution.as_ref()),
            sender: parser.ids(Kind::Institution, "sender", self.sender),
            host: parser.ids(Kind::Institution, "host", self.host),
            practitioner: parser.id(
                Kind::Practitioner,
                "practitioner",
                self.practitioner.as_ref(),
            ),
            kind: self.kind,
            status: self.status,
            on: parser.day("on", self.on),
        };
        parser.finish(Some(filter))
    }
}

/// By what a list of dispatches is sorted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Enum)]
pub enum DispatchSort {
    /// The latest to begin first.
    #[default]
    StartsOnDesc,
    /// The first to begin first.
    StartsOnAsc,
    /// The first to end first.
    EndsOnAsc,
}

impl From<DispatchSort> for Sort {
    fn from(sort: DispatchSort) -> Self {
        let [latest, first] = STARTS;
        match sort {
            DispatchSort::StartsOnDesc => latest,
            DispatchSort::StartsOnAsc => first,
            DispatchSort::EndsOnAsc => ENDS,
        }
    }
}
