//! What the verbs and lists of family doctors take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::enums::{ContractEnd, ContractStatus};
use uuid::Uuid;

use super::super::{
    list::{Filter, TeamQuery},
    package::{NewPackage, PackageChange},
    service::{End, Move, Renew, Sign},
    team::{NewMember, NewTeam, TeamChange},
    turn::On,
};
use crate::{
    draft::Change, error::Result, id::Kind, patient::graphql::PatientRefInput,
    referral::graphql::Parser, scalar::Date,
};

/// Somebody who is to belong to a team of family doctors.
#[derive(InputObject)]
pub struct FamilyDoctorMemberInput {
    /// Who: a specialist of a hospital 专科医师, a practitioner of the health centre 家庭医生, or of a station that it manages 村医.
    pub practitioner: ID,
    /// Whether they lead the team 队长; one does at most.
    #[graphql(default)]
    pub leader: bool,
}

fn members(
    parser: &mut Parser<'_>,
    given: Option<Vec<FamilyDoctorMemberInput>>,
) -> Option<Vec<NewMember>> {
    let members = given?.into_iter().enumerate().filter_map(|(place, given)| {
        let field = format!("members[{place}].practitioner");
        let id = parser.id(Kind::Practitioner, &field, Some(&given.practitioner));
        id.map(|practitioner| NewMember {
            practitioner,
            leader: given.leader,
        })
    });
    Some(members.collect())
}

/// A team of family doctors 家庭医生团队 to be set up.
#[derive(InputObject)]
pub struct CreateFamilyDoctorTeamInput {
    /// The health centre.
    pub institution: ID,
    /// Its name, in at most 60 characters.
    pub name: String,
    /// The phone under which its patients reach it.
    pub phone: Option<String>,
    /// Who belongs to it, at most 20. Their accounts act for the team from now on, in a scope of its own.
    pub members: Vec<FamilyDoctorMemberInput>,
}

impl CreateFamilyDoctorTeamInput {
    pub(super) fn parse(self) -> Result<NewTeam> {
        let mut parser = Parser::new("input");
        let institution = parser.id(Kind::Institution, "institution", Some(&self.institution));
        let members = members(&mut parser, Some(self.members)).unwrap_or_default();
        parser.finish(institution.map(|institution| NewTeam {
            institution,
            name: self.name,
            phone: self.phone,
            members,
        }))
    }
}

/// What shall be different about a team of family doctors: what is left out stays.
#[derive(InputObject)]
pub struct UpdateFamilyDoctorTeamInput {
    /// The team.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Its name.
    pub name: Option<String>,
    /// Its phone; null for none.
    pub phone: MaybeUndefined<String>,
    /// Who belongs to it from now on, all of them. Whoever is not named leaves, and acts for the team no longer.
    pub members: Option<Vec<FamilyDoctorMemberInput>>,
    /// Whether it is dissolved 撤销, for good; not while a patient has a contract with it.
    #[graphql(default)]
    pub dissolved: bool,
}

impl UpdateFamilyDoctorTeamInput {
    pub(super) fn parse(self) -> Result<(Uuid, i32, TeamChange)> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::FamilyDoctorTeam, "id", Some(&self.id));
        let change = TeamChange {
            name: self.name,
            phone: match self.phone {
                MaybeUndefined::Undefined => Change::Keep,
                MaybeUndefined::Null => Change::Clear,
                MaybeUndefined::Value(phone) => Change::Set(phone),
            },
            members: members(&mut parser, self.members),
            dissolved: self.dissolved,
        };
        parser.finish(id.map(|id| (id, self.version, change)))
    }
}

/// A service package 服务包 to be offered.
#[derive(InputObject)]
pub struct CreateFamilyDoctorPackageInput {
    /// The health centre.
    pub institution: ID,
    /// Its code, unique there, in at most 30 characters.
    pub code: String,
    /// Its name, in at most 60 characters.
    pub name: String,
    /// What it covers 服务内容, in at most 4,000 characters.
    pub content: String,
    /// What it costs a year, in fen 分; 0 for the basic package 基本服务包.
    #[graphql(default)]
    pub fee: i32,
}

impl CreateFamilyDoctorPackageInput {
    pub(super) fn parse(self) -> Result<NewPackage> {
        let mut parser = Parser::new("input");
        let institution = parser.id(Kind::Institution, "institution", Some(&self.institution));
        parser.finish(institution.map(|institution| NewPackage {
            institution,
            code: self.code,
            name: self.name,
            content: self.content,
            fee: self.fee,
        }))
    }
}

/// What shall be different about a service package: what is left out stays.
#[derive(InputObject)]
pub struct UpdateFamilyDoctorPackageInput {
    /// The package.
    pub id: ID,
    /// The version that the change is based on.
    pub version: i32,
    /// Its name.
    pub name: Option<String>,
    /// What it covers 服务内容.
    pub content: Option<String>,
    /// What it costs a year, in fen 分.
    pub fee: Option<i32>,
    /// Whether it can be signed; contracts that were signed for it go on.
    pub active: Option<bool>,
}

impl UpdateFamilyDoctorPackageInput {
    pub(super) fn parse(self) -> Result<(Uuid, i32, PackageChange)> {
        let mut parser = Parser::new("input");
        let id = parser.id(Kind::FamilyDoctorPackage, "id", Some(&self.id));
        let change = PackageChange {
            name: self.name,
            content: self.content,
            fee: self.fee,
            active: self.active,
        };
        parser.finish(id.map(|id| (id, self.version, change)))
    }
}

/// A family-doctor contract 签约 to be signed.
#[derive(InputObject)]
pub struct SignFamilyDoctorContractInput {
    /// The patient, known or registered by this call.
    pub patient: PatientRefInput,
    /// The team.
    pub team: ID,
    /// One of the service packages of the team's health centre.
    pub package: ID,
    /// The first day, at most a year back and 92 days ahead; today where left out.
    pub starts_on: Option<Date>,
    /// The last day, at most 5 years after the first; a year where left out.
    pub ends_on: Option<Date>,
    /// In words.
    pub note: Option<String>,
}

impl SignFamilyDoctorContractInput {
    pub(super) fn parse(self) -> Result<Sign> {
        let mut parser = Parser::new("input");
        let patient = self
            .patient
            .parse(&parser.at("patient"), &mut parser.problems)?;
        let team = parser.id(Kind::FamilyDoctorTeam, "team", Some(&self.team));
        let package = parser.id(Kind::FamilyDoctorPackage, "package", Some(&self.package));
        let starts_on = parser.day("startsOn", self.starts_on);
        let ends_on = parser.day("endsOn", self.ends_on);
        let read = patient.zip(team.zip(package));
        parser.finish(read.map(|(patient, (team, package))| Sign {
            patient,
            team,
            package,
            starts_on,
            ends_on,
            note: self.note,
        }))
    }
}

fn on(parser: &mut Parser<'_>, contract: &ID, version: Option<i32>) -> Option<On> {
    let id = parser.id(Kind::FamilyDoctorContract, "contract", Some(contract));
    id.map(|contract| On { contract, version })
}

/// A family-doctor contract that runs longer 续签.
#[derive(InputObject)]
pub struct RenewFamilyDoctorContractInput {
    /// Which, `fdc_…`.
    pub contract: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// The new last day: later than the old one, at most 5 years ahead.
    pub ends_on: Date,
    /// Another service package of the health centre.
    pub package: Option<ID>,
    /// In words.
    pub note: Option<String>,
}

impl RenewFamilyDoctorContractInput {
    pub(super) fn parse(self) -> Result<Renew> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.contract, self.version);
        let ends_on = parser.day("endsOn", Some(self.ends_on));
        let package = parser.id(Kind::FamilyDoctorPackage, "package", self.package.as_ref());
        parser.finish(on.zip(ends_on).map(|(on, ends_on)| Renew {
            on,
            ends_on,
            package,
            note: self.note,
        }))
    }
}

/// A family-doctor contract that another team takes over 转签.
#[derive(InputObject)]
pub struct MoveFamilyDoctorContractInput {
    /// Which, `fdc_…`.
    pub contract: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// The team, of the same health centre or of another.
    pub team: ID,
    /// A service package of that team's health centre; the same as before where left out, if it is one.
    pub package: Option<ID>,
    /// Why.
    pub note: Option<String>,
}

impl MoveFamilyDoctorContractInput {
    pub(super) fn parse(self) -> Result<Move> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.contract, self.version);
        let team = parser.id(Kind::FamilyDoctorTeam, "team", Some(&self.team));
        let package = parser.id(Kind::FamilyDoctorPackage, "package", self.package.as_ref());
        parser.finish(on.zip(team).map(|(on, team)| Move {
            on,
            team,
            package,
            note: self.note,
        }))
    }
}

/// A family-doctor contract that ends before its last day 解约.
#[derive(InputObject)]
pub struct EndFamilyDoctorContractInput {
    /// Which, `fdc_…`.
    pub contract: ID,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// Why: PATIENT_REQUEST, MOVED_AWAY, DIED, or OTHER with a note.
    pub reason: ContractEnd,
    /// In words.
    pub note: Option<String>,
}

impl EndFamilyDoctorContractInput {
    pub(super) fn parse(self) -> Result<End> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.contract, self.version);
        parser.finish(on.map(|on| End {
            on,
            reason: self.reason,
            note: self.note,
        }))
    }
}

/// Which teams of family doctors to list; what is left out does not narrow.
#[derive(Default, InputObject)]
pub struct FamilyDoctorTeamFilter {
    /// Of these health centres.
    pub institution: Option<Vec<ID>>,
    /// To which this practitioner belongs now.
    pub member: Option<ID>,
    /// Whether they take patients, or were dissolved.
    pub active: Option<bool>,
}

impl FamilyDoctorTeamFilter {
    pub(super) fn parse(self) -> Result<TeamQuery> {
        let mut parser = Parser::new("filter");
        let query = TeamQuery {
            institution: parser.ids(Kind::Institution, "institution", self.institution),
            member: parser.id(Kind::Practitioner, "member", self.member.as_ref()),
            active: self.active,
        };
        parser.finish(Some(query))
    }
}

/// What a list of family-doctor contracts is narrowed to; what is given must hold all at once.
#[derive(Default, InputObject)]
pub struct FamilyDoctorContractFilter {
    /// In one of these statuses.
    pub status: Option<Vec<ContractStatus>>,
    /// With one of these teams.
    pub team: Option<Vec<ID>>,
    /// For one of these service packages.
    pub package: Option<Vec<ID>>,
    /// Of this patient.
    pub patient: Option<ID>,
    /// Whose last day is this or earlier: with RUNNING, what is to be renewed 待续签.
    pub ends_by: Option<Date>,
}

impl FamilyDoctorContractFilter {
    pub(super) fn parse(self) -> Result<Filter> {
        let mut parser = Parser::new("filter");
        let filter = Filter {
            status: self.status,
            team: parser.ids(Kind::FamilyDoctorTeam, "team", self.team),
            package: parser.ids(Kind::FamilyDoctorPackage, "package", self.package),
            patient: parser.id(Kind::Patient, "patient", self.patient.as_ref()),
            ends_by: parser.day("endsBy", self.ends_by),
        };
        parser.finish(Some(filter))
    }
}
