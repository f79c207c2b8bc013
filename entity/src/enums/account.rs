//! Accounts: roles and their scopes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
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
        /// 医院信息系统 (HIS): posts and answers for its institution.
        Integration = "INTEGRATION",
        /// 监测工具: throughput, backlog and health, never a patient.
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
}
