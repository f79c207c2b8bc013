//! What callers write, and how it becomes what services take.

use async_graphql::{ID, InputObject, OneofObject};
use entity::enums::{
    BreakGlassReason, BreakGlassVerdict, CertificateKind, ConflictDecision, InsuranceKind, Sex,
    TagKind,
};

use super::super::{
    PatientRef, Registration, TagInput, certificate,
    service::{
        EndTag, Identify, Merge, NewTag, Open, PatientKey, Resolve, Review, Search, Unmerge,
    },
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

/// Who an unidentified patient 身份不明患者 or a newborn 新生儿 is.
#[derive(Clone, InputObject)]
pub struct IdentifyPatientInput {
    /// The patient of whom too little was known, `pat_…`.
    pub patient: ID,
    /// The version of the patient that was seen; required of people.
    pub version: Option<i32>,
    /// Who it is; checked as any registration.
    pub identity: RegisterPatientInput,
    /// Whether to merge the patient into the record of this person, where there is one. Otherwise that is DUPLICATE.
    #[graphql(default)]
    pub merge_if_known: bool,
}

/// Two records that are one patient 患者合并.
#[derive(Clone, InputObject)]
pub struct MergePatientsInput {
    /// The record that becomes part of the other, `pat_…`.
    pub patient: ID,
    /// The record that stays, `pat_…`: the one that is identified and has the certificate.
    pub into: ID,
    /// Why they are one, at most 500 characters.
    pub reason: String,
    /// The version of the former that was seen; required of people.
    pub version: Option<i32>,
}

/// A merge to be undone 撤销合并.
#[derive(Clone, InputObject)]
pub struct UnmergePatientsInput {
    /// The record that was merged into another, `pat_…`.
    pub patient: ID,
    /// Why they are two after all, at most 500 characters.
    pub reason: String,
    /// Its version; required of people.
    pub version: Option<i32>,
}

/// How a conflict is decided 身份冲突处理.
#[derive(Clone, InputObject)]
pub struct ResolvePatientConflictInput {
    /// The conflict, `cnf_…`.
    pub conflict: ID,
    /// The version of the conflict that was seen; required of people.
    pub version: Option<i32>,
    /// The decision.
    pub decision: ConflictDecision,
    /// A word to it, at most 500 characters.
    pub note: Option<String>,
}

/// What names exactly one patient.
#[derive(Clone, OneofObject)]
#[graphql(name = "PatientKey")]
pub enum PatientKeyInput {
    /// The id, `pat_…`.
    Id(ID),
    /// The certificate 证件.
    Certificate(CertificateInput),
    /// The health-record number 健康档案号.
    HealthRecordNumber(String),
}

/// A patient to be opened without a relation 应急调阅.
#[derive(Clone, InputObject)]
pub struct OpenPatientInput {
    /// The patient, by an exact key.
    pub patient: PatientKeyInput,
    /// Why 原因.
    pub reason: BreakGlassReason,
    /// Why, in words 说明, at most 1,000 characters.
    pub text: String,
}

/// What the review of a break-glass found 应急调阅审查.
#[derive(Clone, InputObject)]
pub struct ReviewBreakGlassInput {
    /// The opening, `bgl_…`.
    pub event: ID,
    /// The version of it that was seen.
    pub version: Option<i32>,
    /// Whether there was need.
    pub verdict: BreakGlassVerdict,
    /// A word to it, at most 1,000 characters; required where there was none.
    pub note: Option<String>,
}

impl PatientKeyInput {
    /// The key; its id's form is checked, the rest later.
    pub fn parse(self, path: &str) -> Result<PatientKey> {
        Ok(match self {
            Self::Id(text) => {
                PatientKey::Id(id::decode(Kind::Patient, &text, &format!("{path}.id"))?)
            }
            Self::Certificate(certificate) => PatientKey::Certificate(certificate.into()),
            Self::HealthRecordNumber(number) => PatientKey::HealthRecordNumber(number),
        })
    }
}

impl TryFrom<OpenPatientInput> for Open {
    type Error = Error;

    fn try_from(input: OpenPatientInput) -> Result<Self> {
        Ok(Self {
            patient: input.patient.parse("input.patient")?,
            reason: input.reason,
            text: input.text,
        })
    }
}

impl TryFrom<ReviewBreakGlassInput> for Review {
    type Error = Error;

    fn try_from(input: ReviewBreakGlassInput) -> Result<Self> {
        Ok(Self {
            event: id::decode(Kind::BreakGlass, &input.event, "input.event")?,
            version: input.version,
            verdict: input.verdict,
            note: input.note,
        })
    }
}

impl TryFrom<IdentifyPatientInput> for Identify {
    type Error = Error;

    fn try_from(input: IdentifyPatientInput) -> Result<Self> {
        Ok(Self {
            patient: id::decode(Kind::Patient, &input.patient, "input.patient")?,
            version: input.version,
            identity: input.identity.into(),
            merge_if_known: input.merge_if_known,
        })
    }
}

impl TryFrom<MergePatientsInput> for Merge {
    type Error = Error;

    fn try_from(input: MergePatientsInput) -> Result<Self> {
        let mut problems = Problems::default();
        let patient = id::decode(Kind::Patient, &input.patient, "input.patient");
        let into = id::decode(Kind::Patient, &input.into, "input.into");
        let (patient, into) = (problems.take(patient)?, problems.take(into)?);
        problems.finish()?;
        let (patient, into) = patient
            .zip(into)
            .ok_or_else(|| Error::Internal("a check named no problem".into()))?;
        Ok(Self {
            patient,
            into,
            reason: input.reason,
            version: input.version,
        })
    }
}

impl TryFrom<UnmergePatientsInput> for Unmerge {
    type Error = Error;

    fn try_from(input: UnmergePatientsInput) -> Result<Self> {
        Ok(Self {
            patient: id::decode(Kind::Patient, &input.patient, "input.patient")?,
            reason: input.reason,
            version: input.version,
        })
    }
}

impl TryFrom<ResolvePatientConflictInput> for Resolve {
    type Error = Error;

    fn try_from(input: ResolvePatientConflictInput) -> Result<Self> {
        Ok(Self {
            conflict: id::decode(Kind::PatientConflict, &input.conflict, "input.conflict")?,
            version: input.version,
            decision: input.decision,
            note: input.note,
        })
    }
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
