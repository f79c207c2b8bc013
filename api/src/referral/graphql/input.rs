//! What the verbs take: parsed here, every malformed field named at once.

use async_graphql::{ID, InputObject, OneofObject};
use entity::enums::{
    CareSetting, GreenChannelGround, PaymentKind, ReferralReason, Transport, Urgency, VisitType,
};
use uuid::Uuid;

use super::{
    super::{
        seen::Key,
        service::{self, EXTERNAL_ID, On},
        writing::Writing,
    },
    content::{ClinicalInput, ConsentInput, DiagnosisInput, HandoverInput, InsuranceFilingInput},
};
use crate::{
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    moment::Moment,
    number,
    order::graphql::OrderKey,
    patient::graphql::PatientRefInput,
    scalar::Date,
    text,
};

/// How a referral is named: by id, by number, or by the external id of the institution that posted it.
#[derive(Clone, OneofObject)]
pub enum ReferralKey {
    /// Its id, `ref_…`.
    Id(ID),
    /// Its number 转诊单号.
    Number(String),
    /// The id that the posting institution gave it.
    External(ExternalKey),
}

/// An id that an institution's own system gave.
#[derive(Clone, InputObject)]
pub struct ExternalKey {
    /// The institution, `inst_…`.
    pub institution: ID,
    /// Its own id.
    pub id: String,
}

impl ReferralKey {
    /// Reads the key; problems name the fields below `path`.
    pub fn parse(&self, path: &str) -> Result<Key> {
        match self {
            Self::Id(id) => Ok(Key::Id(id::decode(
                Kind::Referral,
                id,
                &format!("{path}.id"),
            )?)),
            Self::Number(text) if number::is_valid(number::REFERRAL, text) => {
                Ok(Key::Number(text.clone()))
            }
            Self::Number(_) => Err(Error::invalid(
                format!("{path}.number"),
                ProblemCode::CheckDigit,
                "Not a referral number.",
            )),
            Self::External(key) => {
                let institution = id::decode(
                    Kind::Institution,
                    &key.institution,
                    &format!("{path}.external.institution"),
                )?;
                let (id, mut problems) = (format!("{path}.external.id"), Problems::default());
                text::required(Some(&key.id), EXTERNAL_ID, &id, &mut problems);
                problems.finish()?;
                Ok(Key::External {
                    institution,
                    id: key.id.clone(),
                })
            }
        }
    }
}

/// Reads ids and moments, and keeps what is wrong with them.
pub struct Parser<'a> {
    /// Where the fields stand.
    pub path: &'a str,
    /// What is wrong so far.
    pub problems: Problems,
}

impl<'a> Parser<'a> {
    /// A parser of the fields below `path`.
    #[must_use]
    pub fn new(path: &'a str) -> Self {
        Self {
            path,
            problems: Problems::default(),
        }
    }

    /// The path of a field.
    #[must_use]
    pub fn at(&self, field: &str) -> String {
        format!("{}.{field}", self.path)
    }

    /// The id in a field.
    pub fn id(&mut self, kind: Kind, field: &str, text: Option<&ID>) -> Option<Uuid> {
        let path = self.at(field);
        let read = id::decode(kind, text?, &path);
        self.keep(read)
    }

    /// The ids in a field.
    pub fn ids(&mut self, kind: Kind, field: &str, texts: Option<Vec<ID>>) -> Option<Vec<Uuid>> {
        let texts = texts?;
        Some(
            texts
                .iter()
                .enumerate()
                .filter_map(|(place, text)| self.id(kind, &format!("{field}[{place}]"), Some(text)))
                .collect(),
        )
    }

    /// The moment in a field.
    pub fn moment(
        &mut self,
        field: &str,
        moment: Option<Moment>,
    ) -> Option<chrono::DateTime<chrono::Utc>> {
        let path = self.at(field);
        moment.and_then(|moment| moment.at(&path, &mut self.problems))
    }

    /// The day in a field.
    pub fn day(&mut self, field: &str, day: Option<Date>) -> Option<chrono::NaiveDate> {
        let path = self.at(field);
        day.and_then(|day| day.day(&path, &mut self.problems))
    }

    pub(super) fn key(&mut self, field: &str, key: Option<&ReferralKey>) -> Option<Key> {
        let path = self.at(field);
        let read = key?.parse(&path);
        self.keep(read)
    }

    /// What was read, or its problems noted.
    pub fn keep<T>(&mut self, read: Result<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.extend(error.problems().iter().cloned());
                None
            }
        }
    }

    pub(super) fn on(
        &mut self,
        field: &str,
        referral: &ReferralKey,
        version: Option<i32>,
        occurred_at: Option<Moment>,
    ) -> Option<On> {
        let path = self.at(field);
        let key = self.keep(referral.parse(&path));
        let occurred_at = self.moment("occurredAt", occurred_at);
        key.map(|referral| On {
            referral,
            version,
            occurred_at,
        })
    }

    /// What was read, or everything that is wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T> {
        self.problems.finish()?;
        value.ok_or_else(|| Error::Internal("an input lost a value without a problem".into()))
    }
}

/// A referral as it is written. A draft may leave out all but the patient; what a post needs is one table (see the README).
#[derive(InputObject)]
pub struct ReferralInput {
    /// The poster's own id 外部单号: the same one is the same referral.
    pub external_id: Option<String>,
    /// The patient: known, or registered by this call.
    pub patient: PatientRefInput,
    /// The sending institution; the caller's own where left out. A health centre's system may name one of its stations.
    pub sender: Option<ID>,
    /// When it was written, for whoever works offline: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The sender's own REJECTED or EXPIRED referral of the same patient whose content is copied; what is given here goes over it. How long it is
    /// valid is not copied.
    pub based_on: Option<ReferralKey>,
    /// The follow-up of the same patient whose findings suggested it 由随访建议.
    pub follow_up: Option<ID>,
    /// What is written.
    #[graphql(flatten)]
    pub content: ReferralContentInput,
}

/// What is added to or changed in a referral on record; what is left out stays.
#[derive(InputObject)]
pub struct ReferralContentInput {
    /// The sending department.
    pub sender_department: Option<ID>,
    /// The sending practitioner.
    pub sender_practitioner: Option<ID>,
    /// Phone for questions about this patient.
    pub sender_phone: Option<String>,
    /// The receiving institution.
    pub receiver: Option<ID>,
    /// The receiving department.
    pub receiver_department: Option<ID>,
    /// The receiving practitioner.
    pub receiver_practitioner: Option<ID>,
    /// How urgent it is.
    pub urgency: Option<Urgency>,
    /// Visit at the sender.
    pub visit_type: Option<VisitType>,
    /// Care that is asked for.
    pub care_setting: Option<CareSetting>,
    /// Why.
    pub reason: Option<ReferralReason>,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// Diagnoses, exactly one of them principal; at most 20. They replace those on record.
    pub diagnoses: Option<Vec<DiagnosisInput>>,
    /// Clinical text.
    pub clinical: Option<ClinicalInput>,
    /// Whether an infection is suspected.
    pub suspected_infection: Option<bool>,
    /// Ground of the green channel.
    pub green_channel: Option<GreenChannelGround>,
    /// How the patient agreed.
    pub consent: Option<ConsentInput>,
    /// How the patient travels.
    pub transport: Option<Transport>,
    /// How it is paid.
    pub payment: Option<PaymentKind>,
    /// The insurer's filing.
    pub insurance: Option<InsuranceFilingInput>,
    /// The senior doctor (title 231 or 232) who assessed a referral out of the district.
    pub assessor: Option<ID>,
    /// First day on which it is valid.
    pub valid_from: Option<Date>,
    /// Last day on which it is valid, until 24:00 in Shanghai.
    pub valid_to: Option<Date>,
    /// What goes with a referral downward.
    pub handover: Option<HandoverInput>,
    /// The remote consultation 远程会诊 by which a patient who is kept in house 内诊 is treated: an order of the same patient that the same
    /// institution has placed, open or answered. Required where sender and receiver are the same institution, unless a dispatch is named, and named there alone.
    pub consultation: Option<OrderKey>,
    /// The orders 申请 of the same patient that it follows from, at most 20; they replace those on record. Whoever receives the referral reads them.
    pub cited_orders: Option<Vec<OrderKey>>,
    /// The critical value 危急值 of the same patient that it follows from, `crv_…`. Whoever receives the referral reads it.
    pub critical_value: Option<ID>,
    /// The dispatch 专家下派 of the expert by whom such a patient is treated instead: one that is ACTIVE at the institution. Exactly one of the two is named.
    pub dispatch: Option<ID>,
}

impl ReferralContentInput {
    pub(super) fn parse(self, parser: &mut Parser<'_>) -> Writing {
        Writing {
            sender_department: parser.id(
                Kind::Department,
                "senderDepartment",
                self.sender_department.as_ref(),
            ),
            sender_practitioner: parser.id(
                Kind::Practitioner,
                "senderPractitioner",
                self.sender_practitioner.as_ref(),
            ),
            sender_phone: self.sender_phone,
            receiver: parser.id(Kind::Institution, "receiver", self.receiver.as_ref()),
            receiver_department: parser.id(
                Kind::Department,
                "receiverDepartment",
                self.receiver_department.as_ref(),
            ),
            receiver_practitioner: parser.id(
                Kind::Practitioner,
                "receiverPractitioner",
                self.receiver_practitioner.as_ref(),
            ),
            urgency: self.urgency,
            visit_type: self.visit_type,
            care_setting: self.care_setting,
            reason: self.reason,
            reason_text: self.reason_text,
            diagnoses: self
                .diagnoses
                .map(|diagnoses| diagnoses.into_iter().map(DiagnosisInput::parse).collect()),
            clinical: self.clinical.map(ClinicalInput::parse),
            suspected_infection: self.suspected_infection,
            green_channel: self.green_channel,
            consent: self.consent.map(|consent| consent.parse(parser)),
            transport: self.transport,
            payment: self.payment,
            insurance: self.insurance.map(InsuranceFilingInput::parse),
            assessor: parser.id(Kind::Practitioner, "assessor", self.assessor.as_ref()),
            valid_from: parser.day("validFrom", self.valid_from),
            valid_to: parser.day("validTo", self.valid_to),
            handover: self.handover.map(HandoverInput::parse),
            consultation: self.consultation.and_then(|key| {
                let path = parser.at("consultation");
                parser.keep(key.parse(&path))
            }),
            cited_orders: self.cited_orders.map(|keys| {
                let keys = keys.iter().enumerate().filter_map(|(place, key)| {
                    let path = parser.at(&format!("citedOrders[{place}]"));
                    parser.keep(key.parse(&path))
                });
                keys.collect()
            }),
            critical_value: parser.id(
                Kind::CriticalValue,
                "criticalValue",
                self.critical_value.as_ref(),
            ),
            dispatch: parser.id(Kind::Dispatch, "dispatch", self.dispatch.as_ref()),
        }
    }
}

impl ReferralInput {
    /// Reads the input; problems name the fields below `path`.
    pub fn parse(self, path: &str) -> Result<service::Post> {
        let mut parser = Parser::new(path);
        let patient = self
            .patient
            .parse(&parser.at("patient"), &mut parser.problems)?;
        let sender = parser.id(Kind::Institution, "sender", self.sender.as_ref());
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        let writing = self.content.parse(&mut parser);
        let based_on = parser.key("basedOn", self.based_on.as_ref());
        let follow_up = parser.id(Kind::FollowUp, "followUp", self.follow_up.as_ref());
        let post = patient.map(|patient| service::Post {
            external_id: self.external_id,
            patient: Some(patient),
            sender,
            writing,
            occurred_at,
            planned_at: None,
            arrived_at: None,
            based_on,
            follow_up,
        });
        parser.finish(post)
    }
}

/// A referral to be posted: a new one, or a draft with what was missing.
#[derive(InputObject)]
pub struct SubmitReferralInput {
    /// The draft, where one is posted.
    pub draft: Option<ReferralKey>,
    /// The version of the draft that the caller saw.
    pub version: Option<i32>,
    /// The poster's own id 外部单号: the same one is the same referral.
    pub external_id: Option<String>,
    /// The patient, known or registered by this call; required of a new referral unless it is based on another, fixed in a draft.
    pub patient: Option<PatientRefInput>,
    /// The sending institution; the caller's own where left out. A health centre's system may name one of its stations. A receiver names
    /// the institution in whose stead it enters the referral (补录); such an entry needs only `urgency` and `diagnoses` besides.
    pub sender: Option<ID>,
    /// When it was posted, for whoever works offline: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// When the patient is expected: for a receiver that enters what a partner without account sent. The referral begins as ACCEPTED.
    pub planned_at: Option<Moment>,
    /// When the patient came: for a receiver that enters a patient who came before the sender posted (先到后补单). The referral begins as
    /// ARRIVED; the sender's first post of the same patient within 7 days of the arrival joins it.
    pub arrived_at: Option<Moment>,
    /// The sender's own REJECTED or EXPIRED referral of the same patient whose content is copied; what is given here goes over it. How long it is
    /// valid is not copied.
    pub based_on: Option<ReferralKey>,
    /// The follow-up of the same patient whose findings suggested it 由随访建议.
    pub follow_up: Option<ID>,
    /// What is written.
    #[graphql(flatten)]
    pub content: ReferralContentInput,
}

impl SubmitReferralInput {
    pub(super) fn parse(self) -> Result<service::Submit> {
        let Some(draft) = self.draft else {
            return self.parse_new();
        };
        let mut parser = Parser::new("input");
        for (given, field) in [
            (self.patient.is_some(), "patient"),
            (self.sender.is_some(), "sender"),
            (self.external_id.is_some(), "externalId"),
            (self.planned_at.is_some(), "plannedAt"),
            (self.arrived_at.is_some(), "arrivedAt"),
            (self.based_on.is_some(), "basedOn"),
            (self.follow_up.is_some(), "followUp"),
        ] {
            let path = parser.at(field);
            parser.problems.check(
                !given,
                path,
                ProblemCode::NotAllowed,
                "Not of a draft on record.",
            );
        }
        let on = parser.on("draft", &draft, self.version, self.occurred_at);
        let writing = self.content.parse(&mut parser);
        parser.finish(on.map(|on| service::Submit::Draft {
            on,
            writing: Box::new(writing),
        }))
    }

    fn parse_new(self) -> Result<service::Submit> {
        let mut parser = Parser::new("input");
        let patient = match self.patient {
            Some(patient) => patient.parse(&parser.at("patient"), &mut parser.problems)?,
            None => None,
        };
        // A patient who was named but could not be read is named as that.
        if patient.is_none() && self.based_on.is_none() && parser.problems.is_empty() {
            let message = "A new referral names its patient.";
            parser
                .problems
                .add("input.patient", ProblemCode::Required, message);
        }
        let based_on = parser.key("basedOn", self.based_on.as_ref());
        let follow_up = parser.id(Kind::FollowUp, "followUp", self.follow_up.as_ref());
        let planned_at = parser.moment("plannedAt", self.planned_at);
        let arrived_at = parser.moment("arrivedAt", self.arrived_at);
        let sender = parser.id(Kind::Institution, "sender", self.sender.as_ref());
        let occurred_at = parser.moment("occurredAt", self.occurred_at);
        let writing = self.content.parse(&mut parser);
        let post = service::Post {
            external_id: self.external_id,
            patient,
            sender,
            writing,
            occurred_at,
            planned_at,
            arrived_at,
            based_on,
            follow_up,
        };
        parser.finish(Some(service::Submit::New(Box::new(post))))
    }
}

/// A returned referral to be posted again.
#[derive(InputObject)]
pub struct ResubmitReferralInput {
    /// Which.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What is added or changed.
    pub content: Option<ReferralContentInput>,
}

impl ResubmitReferralInput {
    pub(super) fn parse(self) -> Result<service::Resubmit> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let mut below = Parser::new("input.content");
        let writing = self
            .content
            .map(|content| content.parse(&mut below))
            .unwrap_or_default();
        parser.problems.extend(below.problems.into_vec());
        parser.finish(on.map(|on| service::Resubmit { on, writing }))
    }
}
