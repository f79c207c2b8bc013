//! The network: institutions and the people in them.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
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
}
