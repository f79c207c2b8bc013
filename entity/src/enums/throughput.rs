//! By what the throughput of shared centres is counted.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// A stretch of time of which throughput is kept.
    ThroughputUnit {
        /// 小时.
        Hour = "HOUR",
        /// 日, in Asia/Shanghai.
        Day = "DAY",
        /// 月, in Asia/Shanghai.
        Month = "MONTH",
    }

    /// Into what stretches the time that is asked for is cut, in Asia/Shanghai.
    Bucket {
        /// 按小时.
        Hour = "HOUR",
        /// 按日.
        Day = "DAY",
        /// 按周: weeks begin on Monday.
        Week = "WEEK",
        /// 按月.
        Month = "MONTH",
        /// 合计: not at all.
        Whole = "WHOLE",
    }

    /// What throughput can be broken down by.
    ThroughputDimension {
        /// 按中心.
        Centre = "CENTRE",
        /// 按中心类别.
        Kind = "KIND",
        /// 按申请机构: the institution that asks.
        Institution = "INSTITUTION",
        /// 按机构层级: the tier of the institution that asks.
        Tier = "TIER",
        /// 按项目组.
        ItemGroup = "ITEM_GROUP",
        /// 按优先级.
        Priority = "PRIORITY",
        /// 按诊断医师: who works on the order, or has reported it.
        Diagnostician = "DIAGNOSTICIAN",
    }
}
