//! Alliances, agreements and studios.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What an alliance 医联体 is for.
    AllianceKind {
        /// City hospital group 城市医疗集团.
        CityGroup = "CITY_GROUP",
        /// Alliance of one specialty 专科联盟.
        Specialty = "SPECIALTY",
        /// Telemedicine network 远程协作网.
        Telemedicine = "TELEMEDICINE",
    }

    /// What an institution is in an alliance.
    AllianceRole {
        /// It leads 牵头单位; one at a time.
        Lead = "LEAD",
        /// It takes part 成员单位.
        Member = "MEMBER",
    }

    /// What an agreement 合作协约 is.
    AgreementKind {
        /// Cooperation 合作.
        Cooperation = "COOPERATION",
        /// Paired support 对口支援: one side supports the other.
        PairedSupport = "PAIRED_SUPPORT",
    }

    /// What a studio is.
    StudioKind {
        /// Studio of a named doctor 名医工作室.
        DoctorStudio = "DOCTOR_STUDIO",
        /// Treatment base 治疗基地.
        TreatmentBase = "TREATMENT_BASE",
    }

    /// A day of the week.
    Weekday {
        /// 星期一.
        Monday = "MONDAY",
        /// 星期二.
        Tuesday = "TUESDAY",
        /// 星期三.
        Wednesday = "WEDNESDAY",
        /// 星期四.
        Thursday = "THURSDAY",
        /// 星期五.
        Friday = "FRIDAY",
        /// 星期六.
        Saturday = "SATURDAY",
        /// 星期日.
        Sunday = "SUNDAY",
    }

    /// A half of a working day, or all of it.
    HalfDay {
        /// Morning 上午.
        Am = "AM",
        /// Afternoon 下午.
        Pm = "PM",
        /// The whole day 全天.
        Day = "DAY",
    }
}
