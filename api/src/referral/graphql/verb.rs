//! What the verbs of a referral on record take.

use async_graphql::{ID, InputObject};
use entity::enums::{
    ContactOutcome, NoFollowUpReason, RejectionReason, Transport, TreatmentOutcome,
};

use super::{
    super::service,
    input::{Parser, ReferralContentInput, ReferralKey},
};
use crate::{
    error::Result, follow_up::graphql::FollowUpPlanInput, id::Kind, moment::Moment, scalar::Date,
};

/// A referral to be sent back for missing items.
#[derive(InputObject)]
pub struct ReturnReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What the sender is to add, 1 to 20 items.
    pub missing_items: Vec<String>,
}

impl ReturnReferralInput {
    pub(super) fn parse(self) -> Result<service::Return> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Return {
            on,
            missing_items: self.missing_items,
        }))
    }
}

/// A patient to be taken.
#[derive(InputObject)]
pub struct AcceptReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The department that takes the patient; required where the receiver has any, unless the sender named it.
    pub department: Option<ID>,
    /// The practitioner who takes the patient.
    pub practitioner: Option<ID>,
    /// When the patient is expected; required unless the patient is on the road or there.
    pub planned_at: Option<Moment>,
    /// Hold a bed of this pool 预留床位, one of the department or of no particular one; taken at once where the patient is there.
    pub bed_pool: Option<ID>,
    /// Hold a place in this session 预留号源 instead, one in which the planned time falls.
    pub slot: Option<ID>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl AcceptReferralInput {
    pub(super) fn parse(self) -> Result<service::Accept> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let department = parser.id(Kind::Department, "department", self.department.as_ref());
        let practitioner = parser.id(
            Kind::Practitioner,
            "practitioner",
            self.practitioner.as_ref(),
        );
        let planned_at = parser.moment("plannedAt", self.planned_at);
        let bed_pool = parser.id(Kind::BedPool, "bedPool", self.bed_pool.as_ref());
        let slot = parser.id(Kind::Slot, "slot", self.slot.as_ref());
        parser.finish(on.map(|on| service::Accept {
            on,
            department,
            practitioner,
            planned_at,
            bed_pool,
            slot,
            note: self.note,
        }))
    }
}

/// A patient not to be taken.
#[derive(InputObject)]
pub struct RejectReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: RejectionReason,
    /// Why, in words; required of OTHER.
    pub text: Option<String>,
}

impl RejectReferralInput {
    pub(super) fn parse(self) -> Result<service::Reject> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Reject {
            on,
            reason: self.reason,
            text: self.text,
        }))
    }
}

/// A referral to be taken back.
#[derive(InputObject)]
pub struct WithdrawReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Why.
    pub reason: String,
}

impl WithdrawReferralInput {
    pub(super) fn parse(self) -> Result<service::Withdraw> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Withdraw {
            on,
            reason: self.reason,
        }))
    }
}

/// A patient who has left.
#[derive(InputObject)]
pub struct RecordDepartureInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// How the patient travels.
    pub transport: Transport,
    /// A word to the receiver.
    pub note: Option<String>,
}

impl RecordDepartureInput {
    pub(super) fn parse(self) -> Result<service::Depart> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Depart {
            on,
            transport: self.transport,
            note: self.note,
        }))
    }
}

/// A patient who has come.
#[derive(InputObject)]
pub struct RecordArrivalInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl RecordArrivalInput {
    pub(super) fn parse(self) -> Result<service::Arrive> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Arrive {
            on,
            note: self.note,
        }))
    }
}

/// A patient who has not come in time.
#[derive(InputObject)]
pub struct RecordNoShowInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// A word to the sender.
    pub note: Option<String>,
}

impl RecordNoShowInput {
    pub(super) fn parse(self) -> Result<service::NoShow> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::NoShow {
            on,
            note: self.note,
        }))
    }
}

/// A patient whose treatment has begun.
#[derive(InputObject)]
pub struct StartTreatmentInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// Visit or admission number at the receiver 就诊号 / 住院号; required unless the referral goes down.
    pub visit_number: Option<String>,
}

impl StartTreatmentInput {
    pub(super) fn parse(self) -> Result<service::Treat> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        parser.finish(on.map(|on| service::Treat {
            on,
            visit_number: self.visit_number,
        }))
    }
}

/// What was found and done 回转反馈.
#[derive(InputObject)]
pub struct ReportBackInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// What is reported.
    #[graphql(flatten)]
    pub report: ReferralReportInput,
}

/// What was found and done.
#[derive(InputObject)]
pub struct ReferralReportInput {
    /// Diagnosis.
    pub diagnosis: String,
    /// Treatment.
    pub treatment: String,
    /// Outcome 转归.
    pub outcome: TreatmentOutcome,
    /// Advice to the sender 建议.
    pub advice: String,
    /// Discharge summary 出院小结; required where INPATIENT care was asked for.
    pub discharge_summary: Option<String>,
    /// Day of discharge, from arrival to today.
    pub discharged_on: Option<Date>,
    /// The practitioner who reports; the caller where left out.
    pub practitioner: Option<ID>,
}

impl ReferralReportInput {
    pub(super) fn parse(self, parser: &mut Parser<'_>) -> service::Findings {
        service::Findings {
            practitioner: parser.id(
                Kind::Practitioner,
                "practitioner",
                self.practitioner.as_ref(),
            ),
            discharged_on: parser.day("dischargedOn", self.discharged_on),
            diagnosis: self.diagnosis,
            treatment: self.treatment,
            outcome: self.outcome,
            advice: self.advice,
            discharge_summary: self.discharge_summary,
        }
    }
}

impl ReportBackInput {
    pub(super) fn parse(self) -> Result<service::ReportBack> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let findings = self.report.parse(&mut parser);
        parser.finish(on.map(|on| service::ReportBack { on, findings }))
    }
}

/// A patient to be sent back down 下转.
#[derive(InputObject)]
pub struct ReferBackInput {
    /// The referral that brought the patient.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The poster's own id of the DOWN referral 外部单号: the same one is the same referral.
    pub external_id: Option<String>,
    /// What was found and done; required unless it was reported back before.
    pub report: Option<ReferralReportInput>,
    /// What the DOWN referral says. Filled in where left out: receiver (the sender of this one), sender's department, practitioner and phone,
    /// ROUTINE urgency, visit, diagnoses, clinical text, payment; and of the handover discharge diagnosis, results, treatment, plan (the advice
    /// of the report), inpatient number and discharge summary.
    pub content: Option<ReferralContentInput>,
}

impl ReferBackInput {
    pub(super) fn parse(self) -> Result<service::ReferBack> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let mut below = Parser::new("input.report");
        let report = self.report.map(|report| report.parse(&mut below));
        parser.problems.extend(below.problems.into_vec());
        let mut below = Parser::new("input.content");
        let content = self.content.map(|content| content.parse(&mut below));
        parser.problems.extend(below.problems.into_vec());
        parser.finish(on.map(|on| service::ReferBack {
            on,
            external_id: self.external_id,
            report,
            writing: content.unwrap_or_default(),
        }))
    }
}

/// A loop to be closed 闭环.
#[derive(InputObject)]
pub struct CloseReferralInput {
    /// Which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The follow-ups that the report is followed by. Of a report that was read something follows, a plan or a DOWN referral, or `noFollowUp` says why
    /// nothing does; unless the referral goes down.
    pub follow_up: Option<FollowUpPlanInput>,
    /// Why nothing follows the report.
    pub no_follow_up: Option<NoFollowUpReason>,
    /// What came of contacting a patient who did not come; required then.
    pub contact: Option<ContactOutcome>,
    /// A note.
    pub note: Option<String>,
    /// Satisfaction 满意度, 1 to 5.
    pub satisfaction: Option<i32>,
}

impl CloseReferralInput {
    pub(super) fn parse(self) -> Result<service::Close> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let mut below = Parser::new("input.followUp");
        let follow_up = self.follow_up.map(|plan| plan.parse(&mut below));
        parser.problems.extend(below.problems.into_vec());
        parser.finish(on.map(|on| service::Close {
            on,
            follow_up,
            no_follow_up: self.no_follow_up,
            contact: self.contact,
            note: self.note,
            satisfaction: self.satisfaction,
        }))
    }
}
