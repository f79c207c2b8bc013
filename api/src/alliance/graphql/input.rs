//! What the verbs and lists of alliances and agreements take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::enums::{AgreementKind, AllianceKind, AllianceRole};

use super::super::{
    agreement::{AgreementChange, NewAgreement},
    found::{AllianceChange, Ending, NewAlliance, Seat},
    list::{AgreementQuery, AllianceQuery},
};
use crate::{
    draft::Change, error::Result, id::Kind, network::graphql::short, referral::graphql::Parser,
    scalar::Date,
};

/// A place in an alliance 成员单位.
#[derive(InputObject)]
pub struct AllianceMemberInput {
    /// Who.
    pub institution: ID,
    /// What it is there; a hospital leads, one at a time.
    #[graphql(default_with = "AllianceRole::Member")]
    pub role: AllianceRole,
    /// First day 加入日期; that of the alliance where left out.
    pub since: Option<Date>,
    /// Last day 退出日期.
    pub until: Option<Date>,
}

fn seats(members: Vec<AllianceMemberInput>, parser: &mut Parser<'_>) -> Vec<Seat> {
    let each = members.into_iter().enumerate();
    let seats = each.filter_map(|(place, member)| {
        let at = |field: &str| format!("members[{place}].{field}");
        let institution = parser.id(
            Kind::Institution,
            &at("institution"),
            Some(&member.institution),
        );
        let since = parser.day(&at("since"), member.since);
        let until = parser.day(&at("until"), member.until);
        institution.map(|institution| Seat {
            institution,
            role: member.role,
            since,
            until,
        })
    });
    seats.collect()
}

/// A day that may be left alone, cleared or set.
pub(super) fn day(
    field: &str,
    day: MaybeUndefined<Date>,
    parser: &mut Parser<'_>,
) -> Change<NaiveDate> {
    match day {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(day) => Change::given(parser.day(field, Some(day))),
    }
}

/// An alliance 医联体 to be founded.
#[derive(InputObject)]
pub struct CreateAllianceInput {
    /// What it is for; this stays.
    pub kind: AllianceKind,
    /// Name 名称, unique, in at most 100 characters.
    pub name: String,
    /// First day.
    pub starts_on: Date,
    /// Last day, where one is set.
    pub ends_on: Option<Date>,
    /// Who belongs to it 成员单位: at least two institutions, one of which leads; at most 500.
    pub members: Vec<AllianceMemberInput>,
}

impl CreateAllianceInput {
    pub(super) fn parse(self) -> Result<NewAlliance> {
        let mut parser = Parser::new("input");
        let starts_on = parser.day("startsOn", Some(self.starts_on));
        let ends_on = parser.day("endsOn", self.ends_on);
        let members = seats(self.members, &mut parser);
        parser.finish(starts_on.map(|starts_on| NewAlliance {
            kind: self.kind,
            name: self.name,
            starts_on,
            ends_on,
            members,
        }))
    }
}

/// What shall be different about an alliance: what is left out stays.
#[derive(InputObject)]
pub struct UpdateAllianceInput {
    /// The alliance.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Name 名称.
    pub name: Option<String>,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day; null for none.
    pub ends_on: MaybeUndefined<Date>,
    /// Who belongs, belonged and will belong to it 成员单位, all of them with their days; whoever leaves stays in the list with a last day.
    pub members: Option<Vec<AllianceMemberInput>>,
}

impl UpdateAllianceInput {
    pub(super) fn parse(self) -> Result<AllianceChange> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::Alliance, "id", Some(&self.id));
        let starts_on = parser.day("startsOn", self.starts_on);
        let ends_on = day("endsOn", self.ends_on, &mut parser);
        let members = self.members.map(|members| seats(members, &mut parser));
        parser.finish(id.map(|id| AllianceChange {
            id,
            version: self.version,
            name: self.name,
            starts_on,
            ends_on,
            members,
        }))
    }
}

macro_rules! ending {
    ($(#[$doc:meta])* $name:ident, $kind:ident) => {
        $(#[$doc])*
        #[derive(InputObject)]
        pub struct $name {
            /// Which.
            pub id: ID,
            /// The version that the change is based on.
            pub version: i32,
            /// Its last day 终止日期: not before it begins, and before its end.
            pub on: Date,
            /// Why 终止原因, in at most 500 characters.
            pub reason: String,
        }

        impl $name {
            pub(super) fn parse(self) -> Result<Ending> {
                let mut parser = Parser::new("input");
                let id = parser.id(Kind::$kind, "id", Some(&self.id));
                let on = parser.day("on", Some(self.on));
                parser.finish(id.zip(on).map(|(id, on)| Ending {
                    id,
                    version: self.version,
                    on,
                    reason: self.reason,
                }))
            }
        }
    };
}

ending! {
    /// The end of an alliance 医联体 before its time; whoever belongs to it belongs to it no longer than that.
    EndAllianceInput, Alliance
}
ending! {
    /// The end of an agreement 合作协约 before its time.
    EndAgreementInput, Agreement
}
ending! {
    /// The end of a studio 名医工作室 before its time.
    EndStudioInput, Studio
}

/// An agreement 合作协约 to be registered.
#[derive(InputObject)]
pub struct CreateAgreementInput {
    /// What it is; this stays.
    pub kind: AgreementKind,
    /// One side 甲方; of paired support the one that supports 支援方. This stays.
    pub institution: ID,
    /// The other side 乙方; of paired support the one that is supported 受援方. This stays.
    pub counterpart: ID,
    /// What it is for 合作内容, in at most 100 characters.
    pub purpose: String,
    /// The round, 1 to 99: 2 is 第二轮合作.
    #[graphql(default = 1)]
    pub round: i32,
    /// First day.
    pub valid_from: Date,
    /// Last day, where one is set.
    pub valid_to: Option<Date>,
}

impl CreateAgreementInput {
    pub(super) fn parse(self) -> Result<NewAgreement> {
        let mut parser = Parser::new("input");
        let institution = parser.id(Kind::Institution, "institution", Some(&self.institution));
        let counterpart = parser.id(Kind::Institution, "counterpart", Some(&self.counterpart));
        let valid_from = parser.day("validFrom", Some(self.valid_from));
        let valid_to = parser.day("validTo", self.valid_to);
        let read = institution.zip(counterpart).zip(valid_from);
        parser.finish(
            read.map(|((institution, counterpart), valid_from)| NewAgreement {
                kind: self.kind,
                institution,
                counterpart,
                purpose: self.purpose,
                round: self.round,
                valid_from,
                valid_to,
            }),
        )
    }
}

/// What shall be different about an agreement: what is left out stays.
#[derive(InputObject)]
pub struct UpdateAgreementInput {
    /// The agreement.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// What it is for 合作内容.
    pub purpose: Option<String>,
    /// The round, 1 to 99.
    pub round: Option<i32>,
    /// First day.
    pub valid_from: Option<Date>,
    /// Last day; null for none.
    pub valid_to: MaybeUndefined<Date>,
}

impl UpdateAgreementInput {
    pub(super) fn parse(self) -> Result<AgreementChange> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::Agreement, "id", Some(&self.id));
        let valid_from = parser.day("validFrom", self.valid_from);
        let valid_to = day("validTo", self.valid_to, &mut parser);
        parser.finish(id.map(|id| AgreementChange {
            id,
            version: self.version,
            purpose: self.purpose,
            round: self.round,
            valid_from,
            valid_to,
        }))
    }
}

/// Which alliances to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct AllianceFilter {
    /// One of these kinds.
    pub kind: Option<Vec<AllianceKind>>,
    /// An institution that belongs to it: on the day, where one is given, else at any time.
    pub institution: Option<ID>,
    /// Part of the name 名称.
    pub name: Option<String>,
    /// In force on that day.
    pub on: Option<Date>,
}

impl AllianceFilter {
    pub(super) fn query(self) -> Result<AllianceQuery> {
        let mut parser = Parser::new("filter");
        let who = self.institution.as_ref();
        let institution = parser.id(Kind::Institution, "institution", who);
        let on = parser.day("on", self.on);
        short(self.name.as_deref(), "filter.name", &mut parser.problems);
        parser.finish(Some(AllianceQuery {
            kind: self.kind,
            institution,
            name: self.name,
            on,
        }))
    }
}

/// Which agreements to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct AgreementFilter {
    /// One of these kinds.
    pub kind: Option<Vec<AgreementKind>>,
    /// An institution on either side.
    pub institution: Option<ID>,
    /// In force on that day.
    pub on: Option<Date>,
}

impl AgreementFilter {
    pub(super) fn query(self) -> Result<AgreementQuery> {
        let mut parser = Parser::new("filter");
        let who = self.institution.as_ref();
        let institution = parser.id(Kind::Institution, "institution", who);
        let on = parser.day("on", self.on);
        parser.finish(Some(AgreementQuery {
            kind: self.kind,
            institution,
            on,
        }))
    }
}
