//! Referrals.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// Which way a referral goes; derived by the server from its two sides.
    ReferralDirection {
        /// 上转: to a higher tier.
        Up = "UP",
        /// 下转: to a lower tier, or from a partner.
        Down = "DOWN",
        /// 平转: between equals.
        Lateral = "LATERAL",
        /// 外转: to a partner.
        Outward = "OUTWARD",
        /// 内诊: kept at the origin, treated by an expert there or from afar.
        InHouse = "IN_HOUSE",
    }

    /// How far a referral goes; derived by the server.
    ReferralReach {
        /// Within one community 医共体内.
        IntraCommunity = "INTRA_COMMUNITY",
        /// Between communities of the network 跨医共体.
        InterCommunity = "INTER_COMMUNITY",
        /// One side is outside the network 网络外.
        OutOfNetwork = "OUT_OF_NETWORK",
    }

    /// Where a referral stands. Clients call verbs; nobody sends a status.
    ReferralStatus {
        /// 草稿: being written; only the sender sees it.
        Draft = "DRAFT",
        /// 待接收: posted; the receiver is to answer.
        Submitted = "SUBMITTED",
        /// 退回补充: sent back for missing items; the sender is to complete it.
        Returned = "RETURNED",
        /// 已接收: the receiver takes the patient.
        Accepted = "ACCEPTED",
        /// 已拒收: the receiver does not take the patient. Final.
        Rejected = "REJECTED",
        /// 已撤回: taken back by the sender before an answer. Final.
        Withdrawn = "WITHDRAWN",
        /// 已过期: nothing happened in its time.
        Expired = "EXPIRED",
        /// 转运中: the patient is on the road.
        InTransit = "IN_TRANSIT",
        /// 已到达: the patient is there.
        Arrived = "ARRIVED",
        /// 未到诊: the patient did not come.
        NoShow = "NO_SHOW",
        /// 诊治中: the patient is being treated.
        InTreatment = "IN_TREATMENT",
        /// 已反馈: the receiver told the sender what was found and done.
        ReportedBack = "REPORTED_BACK",
        /// 已闭环: the loop is closed. Final.
        Closed = "CLOSED",
        /// 申请取消: the sender asks to cancel; the receiver is to confirm.
        CancellationRequested = "CANCELLATION_REQUESTED",
        /// 已取消: cancelled by agreement. Final.
        Cancelled = "CANCELLED",
    }

    /// How urgent a referral is; it sets the time to answer.
    Urgency {
        /// 急危重: answer within 30 minutes; goes from anywhere to any hospital.
        Emergency = "EMERGENCY",
        /// 紧急: answer within 120 minutes.
        Urgent = "URGENT",
        /// 普通: answer within 24 hours.
        Routine = "ROUTINE",
    }

    /// Which side of a referral one stands on.
    Side {
        /// The institution that sends the patient 转出方.
        Sender = "SENDER",
        /// The institution that receives the patient 转入方.
        Receiver = "RECEIVER",
        /// The family-doctor team that holds the patient afterwards 家庭医生团队.
        FamilyTeam = "FAMILY_TEAM",
    }

    /// What kind of visit the patient has at the sender.
    VisitType {
        /// 门诊.
        Outpatient = "OUTPATIENT",
        /// 急诊.
        Emergency = "EMERGENCY",
        /// 住院.
        Inpatient = "INPATIENT",
        /// 其他.
        Other = "OTHER",
    }

    /// What the sender asks the receiver for.
    CareSetting {
        /// 住院.
        Inpatient = "INPATIENT",
        /// 门诊.
        Outpatient = "OUTPATIENT",
        /// 急诊室.
        EmergencyRoom = "EMERGENCY_ROOM",
        /// 家庭病床.
        HomeBed = "HOME_BED",
        /// 安宁疗护.
        Hospice = "HOSPICE",
        /// 康复.
        Rehabilitation = "REHABILITATION",
    }

    /// Why the patient is referred. The first eight belong to UP, LATERAL and OUTWARD, the next five to DOWN, OTHER to all.
    ReferralReason {
        /// 病情危重.
        Critical = "CRITICAL",
        /// 疑难复杂.
        Complex = "COMPLEX",
        /// 突发公共事件.
        MassIncident = "MASS_INCIDENT",
        /// 技术设备限制.
        NoTechnique = "NO_TECHNIQUE",
        /// 超出诊疗科目.
        OutOfScope = "OUT_OF_SCOPE",
        /// 需进一步检查.
        FurtherExamination = "FURTHER_EXAMINATION",
        /// 筛查阳性.
        ScreenPositive = "SCREEN_POSITIVE",
        /// 病情稳定.
        Stable = "STABLE",
        /// 慢病管理.
        ChronicCare = "CHRONIC_CARE",
        /// 康复治疗.
        Rehabilitation = "REHABILITATION",
        /// 长期护理.
        LongNursing = "LONG_NURSING",
        /// 患者要求.
        PatientRequest = "PATIENT_REQUEST",
        /// 其他.
        Other = "OTHER",
    }

    /// Which classification a diagnosis code comes from.
    DiagnosisSystem {
        /// ICD-10 with the extensions of Chinese systems 国际疾病分类.
        Icd10 = "ICD10",
        /// Disease names of traditional Chinese medicine 中医病名.
        TcmDisease = "TCM_DISEASE",
        /// Patterns of traditional Chinese medicine 中医证候.
        TcmPattern = "TCM_PATTERN",
    }

    /// Ground of a green channel 绿色通道.
    GreenChannelGround {
        /// 胸痛.
        ChestPain = "CHEST_PAIN",
        /// 卒中.
        Stroke = "STROKE",
        /// 创伤.
        Trauma = "TRAUMA",
        /// 危重孕产妇.
        Maternal = "MATERNAL",
        /// 危重新生儿.
        Neonatal = "NEONATAL",
        /// 低收入人口大病.
        LowIncomeSeriousIllness = "LOW_INCOME_SERIOUS_ILLNESS",
    }

    /// How the patient agreed.
    ConsentKind {
        /// 书面.
        Written = "WRITTEN",
        /// 口头.
        Verbal = "VERBAL",
        /// Nobody could be asked in time 紧急情况; a reason is required.
        EmergencyOverride = "EMERGENCY_OVERRIDE",
    }

    /// Who signed for the patient.
    ConsentRelation {
        /// 本人.
        Patient = "PATIENT",
        /// 配偶.
        Spouse = "SPOUSE",
        /// 父母.
        Parent = "PARENT",
        /// 子女.
        Child = "CHILD",
        /// 监护人.
        Guardian = "GUARDIAN",
        /// 其他.
        Other = "OTHER",
    }

    /// How the treatment is paid.
    PaymentKind {
        /// Basic medical insurance 基本医保.
        Insurance = "INSURANCE",
        /// 商业保险.
        Commercial = "COMMERCIAL",
        /// 公费.
        PublicFunded = "PUBLIC_FUNDED",
        /// 自费.
        SelfPaid = "SELF_PAID",
        /// 医疗救助.
        Assistance = "ASSISTANCE",
        /// 其他.
        Other = "OTHER",
    }

    /// State of the insurer's filing 医保备案.
    InsuranceFilingStatus {
        /// 无需备案.
        NotNeeded = "NOT_NEEDED",
        /// 待备案.
        ToFile = "TO_FILE",
        /// 已备案.
        Filed = "FILED",
        /// 已撤销.
        Revoked = "REVOKED",
    }

    /// Why a receiver does not take a patient.
    RejectionReason {
        /// 无床位.
        NoBed = "NO_BED",
        /// 无相应专科.
        NoSpecialty = "NO_SPECIALTY",
        /// 无转诊指征.
        NotIndicated = "NOT_INDICATED",
        /// 属转出机构诊疗能力范围.
        WithinOriginCapability = "WITHIN_ORIGIN_CAPABILITY",
        /// 资料不全.
        InfoInsufficient = "INFO_INSUFFICIENT",
        /// 院感防控.
        InfectionControl = "INFECTION_CONTROL",
        /// 患者拒绝.
        PatientDeclined = "PATIENT_DECLINED",
        /// 重复转诊.
        Duplicate = "DUPLICATE",
        /// Anything else 其他; a text is required.
        Other = "OTHER",
    }

    /// What came of the treatment.
    TreatmentOutcome {
        /// 治愈.
        Cured = "CURED",
        /// 好转.
        Improved = "IMPROVED",
        /// 未愈.
        Unchanged = "UNCHANGED",
        /// 死亡.
        Died = "DIED",
        /// 转院.
        Transferred = "TRANSFERRED",
    }

    /// Why nothing follows a report.
    NoFollowUpReason {
        /// 治愈.
        Cured = "CURED",
        /// 死亡.
        Died = "DIED",
        /// 转往他处.
        Transferred = "TRANSFERRED",
        /// 无需随访.
        NotNeeded = "NOT_NEEDED",
        /// 患者拒绝.
        PatientDeclined = "PATIENT_DECLINED",
    }

    /// What came of contacting a patient who did not come.
    ContactOutcome {
        /// The patient will come later 改期就诊.
        WillCome = "WILL_COME",
        /// The patient went somewhere else 已去他处.
        WentElsewhere = "WENT_ELSEWHERE",
        /// The patient recovered 已好转.
        Recovered = "RECOVERED",
        /// The patient declined 拒绝.
        Declined = "DECLINED",
        /// The patient died 死亡.
        Died = "DIED",
        /// Nobody could be reached 无法联系.
        Unreachable = "UNREACHABLE",
    }

    /// What is noticed of a referral when it is posted, without keeping anybody from posting it.
    WarningCode {
        /// The sender's own capability covers the diagnosis 属转出机构诊疗能力范围; counted.
        WithinOriginCapability = "WITHIN_ORIGIN_CAPABILITY",
        /// The receiver's capability does not list the diagnosis 超出转入机构诊疗能力范围.
        ReceiverCapability = "RECEIVER_CAPABILITY",
        /// The patient has an open referral to this receiver for the same illness 重复转诊.
        Duplicate = "DUPLICATE",
        /// An emergency out of the district that no senior doctor has assessed 未经副高以上医师评估.
        Assessor = "ASSESSOR",
        /// A suspected infection in an emergency, and the receiver has no fever clinic 转入机构无发热门诊.
        Infection = "INFECTION",
        /// An emergency may leave this out, but it is to follow 待补充资料.
        Missing = "MISSING",
    }

    /// What a receiver answered to the referral it got.
    LegAnswer {
        /// It takes the patient 接收.
        Accepted = "ACCEPTED",
        /// It does not take the patient 拒收.
        Rejected = "REJECTED",
        /// It sent the referral back for missing items 退回补充.
        Returned = "RETURNED",
        /// It sent the patient on to another receiver 改转.
        Redirected = "REDIRECTED",
        /// The patient was there before any other answer 患者已到.
        Arrived = "ARRIVED",
    }

    /// What is asked of a receiver when receivers are suggested.
    DestinationAspect {
        /// Whether its capability lists the diagnosis 诊疗能力.
        Capability = "CAPABILITY",
        /// Whether it has the centre that the ground of the green channel asks for 救治中心.
        FacilityForGround = "FACILITY",
        /// Whether it has a fever clinic, where an infection is suspected 发热门诊.
        FeverClinic = "FEVER_CLINIC",
        /// Whether a bed is free, or a place in a session of the next seven days 床位与号源.
        Capacity = "CAPACITY",
        /// How often it took the patient, in the last 90 days 接收率.
        Acceptance = "ACCEPTANCE",
        /// How often it answered in time, in the last 90 days 及时答复率.
        Punctuality = "PUNCTUALITY",
        /// How far it is from the sender 距离.
        Distance = "DISTANCE",
        /// Whether it belongs to the same community 同一医共体.
        Network = "NETWORK",
    }

    /// By which relation a scope sees a referral or an order.
    Basis {
        /// It sent the patient.
        Sender = "SENDER",
        /// It receives the patient.
        Receiver = "RECEIVER",
        /// It held the referral for a time.
        Path = "PATH",
        /// It manages the station on one side 乡村一体化管理.
        ManagingHealthCentre = "MANAGING_HEALTH_CENTRE",
        /// One side belongs to it; it sees the header.
        Community = "COMMUNITY",
        /// It follows the patient up 随访.
        FollowUp = "FOLLOW_UP",
        /// It asked a shared centre for something.
        Requester = "REQUESTER",
        /// It is the shared centre, or its hospital.
        Centre = "CENTRE",
        /// It is a party of the referral that an order belongs to.
        Referral = "REFERRAL",
        /// It recognised the result.
        Recognition = "RECOGNITION",
        /// It is the patient's team of family doctors 家庭医生团队.
        FamilyTeam = "FAMILY_TEAM",
        /// Its team of family doctors has a contract with the patient, or it signed one 签约机构.
        Contract = "CONTRACT",
        /// None: a clinician opened the patient in need 应急调阅.
        BreakGlass = "BREAK_GLASS",
    }
}

/// How the patient travels. It lives in documents only: `DeriveActiveEnum` cannot spell `SELF`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Transport {
    /// With medical escort 医护护送.
    Escorted,
    /// On their own 自行前往.
    #[serde(rename = "SELF")]
    #[graphql(name = "SELF")]
    OnTheirOwn,
    /// Ambulance of the emergency centre 120 急救车.
    #[serde(rename = "AMBULANCE_120")]
    #[graphql(name = "AMBULANCE_120")]
    Ambulance120,
}

/// The same as a set of codes.
pub(super) const TRANSPORT: super::CodedSet = super::CodedSet {
    name: "Transport",
    about: "How the patient travels.",
    values: &[
        super::Coded {
            code: "ESCORTED",
            about: "With medical escort 医护护送.",
        },
        super::Coded {
            code: "SELF",
            about: "On their own 自行前往.",
        },
        super::Coded {
            code: "AMBULANCE_120",
            about: "Ambulance of the emergency centre 120 急救车.",
        },
    ],
};
