//! Which columns a file has, and what it therefore lists.

use csv::StringRecord;

use crate::sheet::{Column, Lists};

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Communities.
    Communities,
    /// Institutions.
    Institutions,
    /// Departments.
    Departments,
    /// Practitioners.
    Practitioners,
}

impl Lists for Kind {
    const NAMED: &'static str = "communities, institutions, departments or practitioners";

    fn name(self) -> &'static str {
        match self {
            Self::Communities => "communities",
            Self::Institutions => "institutions",
            Self::Departments => "departments",
            Self::Practitioners => "practitioners",
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Communities => &[
                ("name", &["名称", "医共体名称"]),
                ("region", &["行政区划"]),
                ("tight_knit", &["紧密型"]),
                ("pilot_level", &["试点级别"]),
                ("lead_hospitals", &["牵头医院"]),
            ],
            Self::Institutions => &[
                ("code", &["机构编码"]),
                ("name", &["机构名称", "名称"]),
                ("tier", &["层级"]),
                ("type_code", &["机构类别"]),
                ("status", &["状态"]),
                ("status_since", &["状态日期"]),
                ("community", &["医共体"]),
                ("managed_by", &["管理机构"]),
                ("credit_code", &["统一社会信用代码"]),
                ("region", &["行政区划"]),
                ("address", &["地址"]),
                ("latitude", &["纬度"]),
                ("longitude", &["经度"]),
                ("phone", &["电话"]),
                ("level", &["级"]),
                ("grade", &["等"]),
                ("functional_class", &["功能分类"]),
                ("sub_centre", &["次中心"]),
                ("radiates_to", &["辐射机构"]),
                ("outside_district", &["区外"]),
                ("insurer_designated", &["医保定点"]),
                ("surgery_ceiling", &["手术分级"]),
                ("facilities", &["设施"]),
                ("equipment", &["设备"]),
                ("ratings", &["等级评定"]),
                ("capabilities", &["诊疗病种"]),
            ],
            Self::Departments => &[
                ("institution", &["机构", "机构编码"]),
                ("code", &["科室编码"]),
                ("name", &["科室名称", "名称"]),
                ("specialty", &["诊疗科目"]),
                ("active", &["在用"]),
            ],
            Self::Practitioners => &[
                ("institution", &["机构", "机构编码"]),
                ("code", &["工号"]),
                ("name", &["姓名"]),
                ("qualification", &["执业类别"]),
                ("department", &["科室", "科室编码"]),
                ("title", &["职称"]),
                ("specialties", &["诊疗科目"]),
                ("licence_number", &["执业证书编号"]),
                ("licence_until", &["执业证书有效期"]),
                ("active", &["在用"]),
            ],
        }
    }

    /// Tells by its headings what a file lists, from the most telling ones on.
    fn of(headings: &StringRecord) -> Option<Self> {
        let any = |names: &[&str]| headings.iter().any(|heading| names.contains(&heading));
        if any(&[
            "qualification",
            "执业类别",
            "工号",
            "title",
            "职称",
            "licence_number",
            "执业证书编号",
        ]) {
            Some(Self::Practitioners)
        } else if any(&["institution", "机构", "科室编码", "科室名称"]) {
            Some(Self::Departments)
        } else if any(&["code", "机构编码"]) {
            Some(Self::Institutions)
        } else if any(&["name", "名称", "医共体名称"]) {
            Some(Self::Communities)
        } else {
            None
        }
    }
}
