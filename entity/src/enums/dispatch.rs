//! Expert dispatch.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What an expert is sent for 下派类型.
    DispatchKind {
        /// 业务院长: runs the clinical side of the host; a host has one at a time.
        ClinicalDeputyDirector = "CLINICAL_DEPUTY_DIRECTOR",
        /// 驻点: works at the host.
        Secondment = "SECONDMENT",
        /// 巡诊坐诊: sits there at certain times.
        VisitingClinic = "VISITING_CLINIC",
        /// 教学查房.
        TeachingRound = "TEACHING_ROUND",
        /// 手术指导.
        SurgeryGuidance = "SURGERY_GUIDANCE",
        /// 名医工作室.
        StudioSession = "STUDIO_SESSION",
        /// 对口支援.
        PairedSupport = "PAIRED_SUPPORT",
        /// 返聘: retired, and employed again.
        Rehired = "REHIRED",
        /// 名医回乡: comes back as a volunteer, sent by nobody.
        VolunteerReturn = "VOLUNTEER_RETURN",
        /// 远程门诊.
        RemoteClinic = "REMOTE_CLINIC",
    }

    /// Where a dispatch stands 派驻状态.
    DispatchStatus {
        /// The host asks for somebody 已申请.
        Requested = "REQUESTED",
        /// The sender sends nobody 已谢绝. Final.
        Declined = "DECLINED",
        /// The sender has named who 已拟派.
        Planned = "PLANNED",
        /// 已批准.
        Approved = "APPROVED",
        /// The host takes them 已确认.
        Confirmed = "CONFIRMED",
        /// They are there 派驻中.
        Active = "ACTIVE",
        /// 已结束.
        Completed = "COMPLETED",
        /// 已考核. Final.
        Appraised = "APPRAISED",
        /// 已取消. Final.
        Cancelled = "CANCELLED",
        /// Called back before the end 已召回. Final.
        Recalled = "RECALLED",
    }
}
