//! Patients.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
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

    /// Kind of insurance by CV02.01.204.
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
        /// Anything else 其他; a note is required.
        Other = "OTHER",
    }

    /// What a registration and the record of the same certificate disagree on.
    PatientField {
        /// Name 姓名.
        Name = "NAME",
        /// Birth date 出生日期.
        BirthDate = "BIRTH_DATE",
        /// Certificate 证件.
        Certificate = "CERTIFICATE",
        /// Health-record number 健康档案号.
        HealthRecordNumber = "HEALTH_RECORD_NUMBER",
    }

    /// How a registration that disagrees with the record is settled 身份冲突处理.
    ConflictDecision {
        /// The record is right 以在册信息为准; a provisional patient is merged into it.
        KeepRecord = "KEEP_RECORD",
        /// What was given is right 以新信息为准; the record is changed and its old values are kept in the event.
        CorrectRecord = "CORRECT_RECORD",
        /// Two people, one of them under the wrong certificate 非同一人; a provisional patient stays, without the certificate.
        Separate = "SEPARATE",
    }

    /// Why a clinician opens a patient without a relation 应急调阅原因.
    BreakGlassReason {
        /// The patient is in danger 急诊抢救.
        Emergency = "EMERGENCY",
        /// The patient is here, treated elsewhere before 接续诊疗.
        ContinuityOfCare = "CONTINUITY_OF_CARE",
        /// Another clinician asks for advice 会诊.
        Consultation = "CONSULTATION",
        /// A danger to the health of others 突发公共卫生事件.
        PublicHealth = "PUBLIC_HEALTH",
        /// Anything else, told in the text 其他.
        Other = "OTHER",
    }

    /// What the review of a break-glass found 审查结论.
    BreakGlassVerdict {
        /// There was need 合理.
        Justified = "JUSTIFIED",
        /// There was none 不合理.
        Unjustified = "UNJUSTIFIED",
    }
}
