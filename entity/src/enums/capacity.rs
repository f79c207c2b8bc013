//! What can be held for a patient.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What kind of bed 床位类型.
    BedKind {
        /// General ward 普通病床.
        General = "GENERAL",
        /// Intensive care 重症监护床位.
        Icu = "ICU",
        /// Chronic care 慢病床位.
        Chronic = "CHRONIC",
        /// Rehabilitation 康复床位.
        Rehabilitation = "REHABILITATION",
        /// Ward of a specialty 专科病床.
        SpecialtyWard = "SPECIALTY_WARD",
        /// Bed at the patient's home 家庭病床.
        HomeBed = "HOME_BED",
        /// Hospice care 安宁疗护床位.
        Hospice = "HOSPICE",
    }

    /// What became of a hold.
    HoldState {
        /// It is kept for the patient 预留.
        Held = "HELD",
        /// The patient came and has it 已使用.
        Consumed = "CONSUMED",
        /// It was given back 已释放.
        Released = "RELEASED",
    }
}
