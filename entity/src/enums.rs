//! The coded values that the database stores and the API shows: one Rust enum serves both.
//!
//! A value is stored, serialised and shown under the same upper-case name, so that what an operator sees in a table, a
//! hospital system in an answer and a developer in the code is one word.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! coded {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum,
            async_graphql::Enum, Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$doc])* #[sea_orm(string_value = $code)] #[serde(rename = $code)] #[graphql(name = $code)] $variant),+
        }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name under which the value is stored and shown.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of that name, if there is one.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    )+};
}

coded! {
    /// Where an institution stands in the network.
    Tier {
        /// County or district hospital 县/区级医院.
        Hospital = "HOSPITAL",
        /// Township or community health centre 乡镇卫生院 / 社区卫生服务中心.
        HealthCentre = "HEALTH_CENTRE",
        /// Village or community health station 村卫生室 / 社区卫生服务站.
        Station = "STATION",
        /// An outside institution 外部机构, usually without an account here.
        Partner = "PARTNER",
    }

    /// Whether an institution works; only an operating one takes part in new referrals.
    InstitutionStatus {
        /// Not open yet 筹建.
        Planned = "PLANNED",
        /// Open 运营.
        Operating = "OPERATING",
        /// Closed for rebuilding for a time 改造.
        Renovating = "RENOVATING",
        /// Stopped by an administrator 停业; its open work goes on.
        Suspended = "SUSPENDED",
        /// Gone for good 注销.
        Closed = "CLOSED",
    }

    /// A hospital's grade within its level 等次.
    HospitalGrade {
        /// 特等.
        Special = "SPECIAL",
        /// 甲等.
        A = "A",
        /// 乙等.
        B = "B",
        /// 丙等.
        C = "C",
        /// 未评.
        Unrated = "UNRATED",
    }

    /// What a health centre is built for.
    FunctionalClass {
        /// Class I 中心: can rescue, has inpatients.
        I = "I",
        /// Class II 远: has inpatients.
        II = "II",
        /// Class III 近: outpatients and emergencies only.
        III = "III",
    }

    /// Special facilities that routes and destinations ask for.
    Facility {
        /// 发热门诊.
        FeverClinic = "FEVER_CLINIC",
        /// 哨点诊室.
        FeverSentinelClinic = "FEVER_SENTINEL_CLINIC",
        /// 中医馆.
        TcmHall = "TCM_HALL",
        /// 胸痛中心.
        ChestPainCentre = "CHEST_PAIN_CENTRE",
        /// 卒中中心.
        StrokeCentre = "STROKE_CENTRE",
        /// 创伤中心.
        TraumaCentre = "TRAUMA_CENTRE",
        /// 危重孕产妇救治中心.
        MaternalCentre = "MATERNAL_CENTRE",
        /// 危重新生儿救治中心.
        NeonatalCentre = "NEONATAL_CENTRE",
    }

    /// What a practitioner is qualified as 执业类别.
    Qualification {
        /// 执业医师.
        Physician = "PHYSICIAN",
        /// 执业助理医师.
        AssistantPhysician = "ASSISTANT_PHYSICIAN",
        /// 乡村医生.
        VillageDoctor = "VILLAGE_DOCTOR",
        /// 护士.
        Nurse = "NURSE",
        /// 技师.
        Technician = "TECHNICIAN",
        /// 药师.
        Pharmacist = "PHARMACIST",
        /// 其他.
        Other = "OTHER",
    }

    /// What an account may be trusted with; a grant joins a role to a scope.
    Role {
        /// 医生: writes referrals, answers those addressed there, follows up.
        Clinician = "CLINICIAN",
        /// 转诊办: runs the referral office.
        Coordinator = "COORDINATOR",
        /// 技师 / 采样: examines, collects and receives specimens.
        Technician = "TECHNICIAN",
        /// 诊断医师: claims, reports and reviews at a shared centre.
        Diagnostician = "DIAGNOSTICIAN",
        /// 医务科: plans and confirms expert dispatches.
        DispatchOfficer = "DISPATCH_OFFICER",
        /// 机构管理员: the institution's registry and accounts; a health centre's covers its stations.
        InstitutionAdmin = "INSTITUTION_ADMIN",
        /// 医共体管理中心: the community's registry and statistics; headers of referrals only.
        CommunityManager = "COMMUNITY_MANAGER",
        /// 卫健委/局: aggregates, no patient.
        Regulator = "REGULATOR",
        /// 系统管理员: settings and registry.
        SystemAdmin = "SYSTEM_ADMIN",
        /// 安全管理员: accounts, grants, keys.
        SecurityAdmin = "SECURITY_ADMIN",
        /// 审计管理员: the audit trail.
        Auditor = "AUDITOR",
        /// A hospital system (HIS): posts and answers for its institution.
        Integration = "INTEGRATION",
        /// A monitoring tool: throughput, backlog and health, never a patient.
        Monitor = "MONITOR",
    }

    /// What kind of place a grant covers.
    ScopeKind {
        /// One institution, or one of its departments.
        Institution = "INSTITUTION",
        /// One community 医共体.
        Community = "COMMUNITY",
        /// A region by its GB/T 2260 prefix.
        Region = "REGION",
        /// The whole installation.
        Installation = "INSTALLATION",
    }

    /// Whether an account is a person or a machine.
    AccountKind {
        /// A person who signs in with a password.
        Person = "PERSON",
        /// An API client that fetches tokens with its secret.
        Client = "CLIENT",
    }

    /// Sex by GB/T 2261.1.
    Sex {
        /// 0 未知的性别.
        Unknown = "UNKNOWN",
        /// 1 男性.
        Male = "MALE",
        /// 2 女性.
        Female = "FEMALE",
        /// 9 未说明的性别.
        Unstated = "UNSTATED",
    }

    /// Kind of certificate by CV02.01.101.
    CertificateKind {
        /// 01 居民身份证; checked by GB 11643.
        ResidentIdCard = "RESIDENT_ID_CARD",
        /// 02 居民户口簿.
        HouseholdRegister = "HOUSEHOLD_REGISTER",
        /// 03 护照.
        Passport = "PASSPORT",
        /// 04 军官证.
        MilitaryId = "MILITARY_ID",
        /// 05 驾驶证.
        DrivingLicence = "DRIVING_LICENCE",
        /// 06 港澳居民来往内地通行证.
        HongKongMacaoPermit = "HONG_KONG_MACAO_PERMIT",
        /// 07 台湾居民来往内地通行证.
        TaiwanPermit = "TAIWAN_PERMIT",
        /// 99 其他.
        Other = "OTHER",
    }

    /// Kind of insurance.
    InsuranceKind {
        /// 01 城镇职工基本医疗保险.
        Employee = "EMPLOYEE",
        /// 02 城乡居民基本医疗保险.
        Resident = "RESIDENT",
        /// 03 新型农村合作医疗.
        RuralCooperative = "RURAL_COOPERATIVE",
        /// 04 医疗救助.
        Assistance = "ASSISTANCE",
        /// 05 商业医疗保险.
        Commercial = "COMMERCIAL",
        /// 06 全公费.
        PublicFunded = "PUBLIC_FUNDED",
        /// 07 全自费.
        SelfPaid = "SELF_PAID",
        /// 08 其他社会保险.
        OtherSocial = "OTHER_SOCIAL",
        /// 99 其他.
        Other = "OTHER",
    }

    /// Population group that basic public health services follow.
    TagKind {
        /// 0–6 岁儿童.
        Child06 = "CHILD_0_6",
        /// 孕产妇.
        Pregnant = "PREGNANT",
        /// 65 岁以上老年人.
        Aged65 = "AGED_65",
        /// 高血压.
        Hypertension = "HYPERTENSION",
        /// 糖尿病.
        Diabetes = "DIABETES",
        /// 严重精神障碍.
        SevereMentalDisorder = "SEVERE_MENTAL_DISORDER",
        /// 肺结核.
        Tuberculosis = "TUBERCULOSIS",
        /// 建档立卡 / 低收入.
        LowIncome = "LOW_INCOME",
        /// 残疾人.
        Disabled = "DISABLED",
        /// 计生特殊家庭.
        FamilyPlanningSpecial = "FAMILY_PLANNING_SPECIAL",
        /// 脑卒中.
        Stroke = "STROKE",
    }

    /// Why somebody asks for a patient's full identity; recorded in the audit trail.
    Purpose {
        /// 诊疗.
        Treatment = "TREATMENT",
        /// 联系患者.
        Contact = "CONTACT",
        /// 核对身份.
        IdentityCheck = "IDENTITY_CHECK",
        /// 医保.
        Insurance = "INSURANCE",
        /// 患者本人要求.
        PatientRequest = "PATIENT_REQUEST",
        /// 质量审查.
        QualityReview = "QUALITY_REVIEW",
        /// Anything else; a note is required.
        Other = "OTHER",
    }

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
        /// Being written; only the sender sees it.
        Draft = "DRAFT",
        /// Posted; the receiver is to answer.
        Submitted = "SUBMITTED",
        /// Sent back for missing items; the sender is to complete it.
        Returned = "RETURNED",
        /// The receiver takes the patient.
        Accepted = "ACCEPTED",
        /// The receiver does not take the patient. Final.
        Rejected = "REJECTED",
        /// Taken back by the sender before an answer. Final.
        Withdrawn = "WITHDRAWN",
        /// Nothing happened in its time.
        Expired = "EXPIRED",
        /// The patient is on the road.
        InTransit = "IN_TRANSIT",
        /// The patient is there.
        Arrived = "ARRIVED",
        /// The patient did not come.
        NoShow = "NO_SHOW",
        /// The patient is being treated.
        InTreatment = "IN_TREATMENT",
        /// The receiver told the sender what was found and done.
        ReportedBack = "REPORTED_BACK",
        /// The loop is closed. Final.
        Closed = "CLOSED",
        /// The sender asks to cancel; the receiver is to confirm.
        CancellationRequested = "CANCELLATION_REQUESTED",
        /// Cancelled by agreement. Final.
        Cancelled = "CANCELLED",
    }

    /// How urgent a referral is; it sets the time to answer.
    Urgency {
        /// Answer within 30 minutes; goes from anywhere to any hospital.
        Emergency = "EMERGENCY",
        /// Answer within 120 minutes.
        Urgent = "URGENT",
        /// Answer within 24 hours.
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
        /// ICD-10 with the extensions of Chinese systems.
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
        /// Anything else; a text is required.
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

    /// By which relation a scope sees a referral.
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
    }

    /// What happened, or is asked for. The same word names the GraphQL operation, the permission, the event and the audit entry.
    Action {
        /// Sign in with a password or a client secret.
        SignIn = "SIGN_IN",
        /// Refresh a session.
        RefreshSession = "REFRESH_SESSION",
        /// Act in another scope of one's own.
        SwitchScope = "SWITCH_SCOPE",
        /// End a session.
        SignOut = "SIGN_OUT",
        /// Change one's own password.
        ChangePassword = "CHANGE_PASSWORD",
        /// Set up or confirm one's own second factor.
        EnrolSecondFactor = "ENROL_SECOND_FACTOR",
        /// Create an account.
        CreateAccount = "CREATE_ACCOUNT",
        /// Enable or disable an account.
        SetAccountStatus = "SET_ACCOUNT_STATUS",
        /// Set a new password, unlock, or drop the second factor of an account.
        ResetCredentials = "RESET_CREDENTIALS",
        /// Create an API client.
        CreateApiClient = "CREATE_API_CLIENT",
        /// Give an API client a new secret.
        RotateApiClientSecret = "ROTATE_API_CLIENT_SECRET",
        /// Grant a role.
        GrantRole = "GRANT_ROLE",
        /// Revoke a grant.
        RevokeGrant = "REVOKE_GRANT",
        /// Make a new signing key.
        RotateSigningKey = "ROTATE_SIGNING_KEY",
        /// List accounts and their grants.
        ReadAccounts = "READ_ACCOUNTS",
        /// Read the audit trail.
        ReadAudit = "READ_AUDIT",
        /// Read the directory of institutions, departments and practitioners.
        ReadDirectory = "READ_DIRECTORY",
        /// Create a community.
        CreateCommunity = "CREATE_COMMUNITY",
        /// Change a community.
        UpdateCommunity = "UPDATE_COMMUNITY",
        /// Create an institution.
        CreateInstitution = "CREATE_INSTITUTION",
        /// Change an institution.
        UpdateInstitution = "UPDATE_INSTITUTION",
        /// Change whether an institution operates.
        SetInstitutionStatus = "SET_INSTITUTION_STATUS",
        /// Set what an institution can treat.
        SetCapabilities = "SET_CAPABILITIES",
        /// Create a department.
        CreateDepartment = "CREATE_DEPARTMENT",
        /// Change a department.
        UpdateDepartment = "UPDATE_DEPARTMENT",
        /// Register a practitioner.
        CreatePractitioner = "CREATE_PRACTITIONER",
        /// Change a practitioner.
        UpdatePractitioner = "UPDATE_PRACTITIONER",
        /// Import registry files.
        ImportRegistry = "IMPORT_REGISTRY",
        /// Register a patient.
        RegisterPatient = "REGISTER_PATIENT",
        /// Read patients.
        ReadPatient = "READ_PATIENT",
        /// Read a patient's full identity.
        ReadIdentity = "READ_IDENTITY",
        /// Add or end a patient's tag.
        TagPatient = "TAG_PATIENT",
        /// Read referrals.
        ReadReferral = "READ_REFERRAL",
        /// Write a draft.
        DraftReferral = "DRAFT_REFERRAL",
        /// Post a referral.
        SubmitReferral = "SUBMIT_REFERRAL",
        /// Send a referral back for missing items.
        ReturnReferral = "RETURN_REFERRAL",
        /// Post a returned referral again.
        ResubmitReferral = "RESUBMIT_REFERRAL",
        /// Take the patient.
        AcceptReferral = "ACCEPT_REFERRAL",
        /// Not take the patient.
        RejectReferral = "REJECT_REFERRAL",
        /// Take the referral back.
        WithdrawReferral = "WITHDRAW_REFERRAL",
        /// The patient has left.
        RecordDeparture = "RECORD_DEPARTURE",
        /// The patient has come.
        RecordArrival = "RECORD_ARRIVAL",
        /// The patient has not come.
        RecordNoShow = "RECORD_NO_SHOW",
        /// Treatment has begun.
        StartTreatment = "START_TREATMENT",
        /// Tell the sender what was found and done.
        ReportBack = "REPORT_BACK",
        /// Close the loop.
        CloseReferral = "CLOSE_REFERRAL",
    }

    /// What an event or an audit entry is about.
    SubjectKind {
        /// An account.
        Account = "ACCOUNT",
        /// A community.
        Community = "COMMUNITY",
        /// An institution, with its departments and capabilities.
        Institution = "INSTITUTION",
        /// A practitioner.
        Practitioner = "PRACTITIONER",
        /// A patient.
        Patient = "PATIENT",
        /// A referral.
        Referral = "REFERRAL",
        /// A signing key.
        SigningKey = "SIGNING_KEY",
    }

    /// How an audited operation ended.
    AuditOutcome {
        /// It was done, or the answer was given.
        Done = "DONE",
        /// It was refused.
        Denied = "DENIED",
        /// It had been done before; the same answer was given again.
        Replayed = "REPLAYED",
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
