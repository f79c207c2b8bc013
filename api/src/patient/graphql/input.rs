//! What callers write, and how it becomes what services take.

use async_graphql::{ID, InputObject, OneofObject};
use entity::enums::{CertificateKind, InsuranceKind, Sex, TagKind};

use super::super::{
    PatientRef, Registration, TagInput, certificate,
    service::{EndTag, NewTag, Search},
};
use crate::{
    error::{Error, Problems, Result},
    id::{self, Kind},
    scalar::Date,
};

/// A certificate 证件.
#[derive(Clone, InputObject)]
pub struct CertificateInput {
    /// Its kind 证件类型 (CV02.01.101).
    pub kind: CertificateKind,
    /// Its number 证件号码; a resident card's is checked by GB 11643.
    pub number: String,
}

/// A patient to be registered 患者登记. The same certificate or health-record number is the same patient, whoever registers it.
#[derive(Clone, InputObject)]
pub struct RegisterPatientInput {
    /// Name 姓名; of an unidentified patient a description, if anything.
    pub name: Option<String>,
    /// Sex 性别 (GB/T 2261.1); UNKNOWN and UNSTATED are told by a resident's number.
    pub sex: Sex,
    /// Birth date 出生日期; needed unless a resident's number tells it.
    pub birth_date: Option<Date>,
    /// Certificate 证件; left out for newborns and others who have none.
    pub certificate: Option<CertificateInput>,
    /// Phone 联系电话.
    pub phone: Option<String>,
    /// Address 住址.
    pub address: Option<String>,
    /// Health-record number 健康档案号.
    pub health_record_number: Option<String>,
    /// Insurance 医保类型.
    pub insurance_kind: Option<InsuranceKind>,
    /// Population groups 人群标签; taken when the patient is new.
    pub tags: Option<Vec<PatientTagInput>>,
    /// Whether nobody knows who this is 身份不明; such a patient has no certificate.
    #[graphql(default)]
    pub unidentified: bool,
}

/// A population group 人群标签 and the days of belonging to it.
#[derive(Clone, InputObject)]
pub struct PatientTagInput {
    /// The group.
    pub tag: TagKind,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it is known.
    pub ends_on: Option<Date>,
}

/// A patient who is registered already, or is registered by the same call.
#[derive(Clone, OneofObject)]
#[graphql(name = "PatientRef")]
pub enum PatientRefInput {
    /// Registered already and visible, `pat_…`.
    Id(ID),
    /// To be found by certificate or health-record number, else to be registered.
    Register(RegisterPatientInput),
}

/// What patients are searched by, among those that are visible to the caller.
#[derive(Clone, OneofObject)]
pub enum PatientSearch {
    /// This certificate 证件.
    Certificate(CertificateInput),
    /// This phone 电话, however it is written.
    Phone(String),
    /// This health-record number 健康档案号.
    HealthRecordNumber(String),
    /// This name 姓名, or one that begins with these two or more characters.
    Name(String),
}

/// A patient to be tagged.
#[derive(Clone, InputObject)]
pub struct TagPatientInput {
    /// The patient, `pat_…`.
    pub patient: ID,
    /// The group.
    pub tag: TagKind,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it is known.
    pub ends_on: Option<Date>,
    /// The version of the patient that was seen; required of people.
    pub version: Option<i32>,
}

/// A tag to be ended.
#[derive(Clone, InputObject)]
pub struct EndPatientTagInput {
    /// The tag, `tag_…`.
    pub tag: ID,
    /// Its last day.
    pub ends_on: Date,
    /// The version of the patient that was seen; required of people.
    pub version: Option<i32>,
}

impl From<CertificateInput> for certificate::CertificateInput {
    fn from(input: CertificateInput) -> Self {
        Self {
            kind: input.kind,
            number: input.number,
        }
    }
}

impl From<RegisterPatientInput> for Registration {
    fn from(input: RegisterPatientInput) -> Self {
        Self {
            name: input.name,
            sex: input.sex,
            birth_date: input.birth_date,
            certificate: input.certificate.map(Into::into),
            phone: input.phone,
            address: input.address,
            health_record_number: input.health_record_number,
            insurance_kind: input.insurance_kind,
            tags: input
                .tags
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            unidentified: input.unidentified,
        }
    }
}

impl From<PatientTagInput> for TagInput {
    fn from(input: PatientTagInput) -> Self {
        Self {
            tag: input.tag,
            starts_on: input.starts_on,
            ends_on: input.ends_on,
        }
    }
}

impl PatientRefInput {
    /// The reference, or none where its id is none; problems name fields below `path`.
    pub fn parse(self, path: &str, problems: &mut Problems) -> Result<Option<PatientRef>> {
        Ok(match self {
            Self::Id(text) => problems
                .take(id::decode(Kind::Patient, &text, &format!("{path}.id")))?
                .map(PatientRef::Id),
            Self::Register(input) => Some(PatientRef::Register(Box::new(input.into()))),
        })
    }
}

impl From<PatientSearch> for Search {
    fn from(input: PatientSearch) -> Self {
        match input {
            PatientSearch::Certificate(certificate) => Self::Certificate(certificate.into()),
            PatientSearch::Phone(phone) => Self::Phone(phone),
            PatientSearch::HealthRecordNumber(number) => Self::HealthRecordNumber(number),
            PatientSearch::Name(name) => Self::Name(name),
        }
    }
}

impl TryFrom<TagPatientInput> for NewTag {
    type Error = Error;

    fn try_from(input: TagPatientInput) -> Result<Self> {
        Ok(Self {
            patient: id::decode(Kind::Patient, &input.patient, "input.patient")?,
            tag: TagInput {
                tag: input.tag,
                starts_on: input.starts_on,
                ends_on: input.ends_on,
            },
            version: input.version,
        })
    }
}

impl TryFrom<EndPatientTagInput> for EndTag {
    type Error = Error;

    fn try_from(input: EndPatientTagInput) -> Result<Self> {
        Ok(Self {
            tag: id::decode(Kind::PatientTag, &input.tag, "input.tag")?,
            ends_on: input.ends_on,
            version: input.version,
        })
    }
}
