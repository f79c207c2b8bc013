//! Family doctors 家庭医生签约.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// Where a family-doctor contract stands.
    ContractStatus {
        /// The team looks after the patient 履约中; a contract whose last day has passed ends by itself.
        Running = "RUNNING",
        /// It has ended 已终止. Final.
        Ended = "ENDED",
    }

    /// Why a family-doctor contract ended.
    ContractEnd {
        /// Its last day has passed 到期.
        Expired = "EXPIRED",
        /// Another team has taken the patient over 转签.
        Transferred = "TRANSFERRED",
        /// The patient ends it 居民解约.
        PatientRequest = "PATIENT_REQUEST",
        /// The patient lives elsewhere now 迁出.
        MovedAway = "MOVED_AWAY",
        /// 死亡.
        Died = "DIED",
        /// 其他.
        Other = "OTHER",
    }
}
