//! What the bureau's indicators 监测指标 are counted in, and broken down by.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What the value of an indicator is counted in.
    IndicatorUnit {
        /// 人次: patients, each as often as they went.
        PersonTimes = "PERSON_TIMES",
        /// 件: orders, reports, values.
        Items = "ITEMS",
        /// 人.
        Persons = "PERSONS",
        /// 天.
        Days = "DAYS",
        /// 次.
        Times = "TIMES",
        /// 家: institutions.
        Institutions = "INSTITUTIONS",
        /// 比例: a part of a whole, from 0 to 1; a growth may lie outside.
        Share = "SHARE",
        /// 分钟.
        Minutes = "MINUTES",
        /// 小时.
        Hours = "HOURS",
        /// 分: a mean of marks.
        Score = "SCORE",
    }

    /// What statistics can be broken down by.
    StatisticsDimension {
        /// 按月.
        Month = "MONTH",
        /// 按机构: the institution that is credited.
        Institution = "INSTITUTION",
        /// 按就诊方式: the care that was asked for; of person-times.
        CareSetting = "CARE_SETTING",
        /// 按原因: why patients were refused, or orders sent back.
        Reason = "REASON",
        /// 按人群标签: the population groups that the patient belonged to on the day that counts. One patient may belong to several.
        Tag = "TAG",
        /// 按诊断: the ICD-10 category of the principal diagnosis; those that are withheld outside treatment are one.
        Diagnosis = "DIAGNOSIS",
        /// 按年龄组: how old the patient was on the day that counts.
        Age = "AGE",
        /// 按性别.
        Sex = "SEX",
    }
}
