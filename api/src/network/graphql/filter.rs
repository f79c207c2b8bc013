//! Filters of the network's lists.

use async_graphql::{ID, InputObject};
use entity::enums::{Facility, InstitutionStatus, Qualification, Tier};
use uuid::Uuid;

use super::convert::identity;
use crate::{
    error::{ProblemCode, Problems, Result},
    id::Kind,
    network::{
        check::MOST_CATEGORIES,
        code,
        list::{InstitutionQuery, PractitionerQuery},
    },
};

/// Which institutions to list; what is left out does not narrow.
#[derive(Clone, Default, InputObject)]
pub struct InstitutionFilter {
    /// One of these tiers 层级.
    pub tier: Option<Vec<Tier>>,
    /// Home community 所属医共体.
    pub community: Option<ID>,
    /// One of these statuses.
    pub status: Option<Vec<InstitutionStatus>>,
    /// All of these special facilities.
    pub facility: Option<Vec<Facility>>,
    /// Part of the name 名称.
    pub name: Option<String>,
    /// The health centre that manages it 乡村一体化管理.
    pub managed_by: Option<ID>,
    /// What it can treat 诊疗病种: an ICD-10 code or category, of which the first three characters count.
    pub treats: Option<String>,
    /// Beginning of its region 行政区划, two to six digits of GB/T 2260.
    pub region: Option<String>,
}

impl InstitutionFilter {
    /// What it asks for, or all its problems.
    pub(super) fn query(self) -> Result<InstitutionQuery> {
        let mut problems = Problems::default();
        let community = self
            .community
            .and_then(|text| identity(Kind::Community, &text, "filter.community", &mut problems));
        let managed_by = self
            .managed_by
            .and_then(|text| identity(Kind::Institution, &text, "filter.managedBy", &mut problems));
        let category = |text: String| text.chars().take(3).collect::<String>();
        let treats = self.treats.map(category);
        problems.check(
            treats.as_deref().is_none_or(code::is_category),
            "filter.treats",
            ProblemCode::Format,
            "An ICD-10 code or category.",
        );
        problems.check(
            self.region.as_deref().is_none_or(code::is_region_prefix),
            "filter.region",
            ProblemCode::Format,
            "Two to six digits of GB/T 2260.",
        );
        short(self.name.as_deref(), "filter.name", &mut problems);
        problems.finish()?;
        Ok(InstitutionQuery {
            tier: self.tier,
            community,
            status: self.status,
            facility: self.facility,
            name: self.name,
            managed_by,
            treats,
            region: self.region,
        })
    }
}

/// Which practitioners to list; what is left out does not narrow.
#[derive(Clone, Default, InputObject)]
pub struct PractitionerFilter {
    /// One of these employers 所在机构.
    pub institution: Option<Vec<ID>>,
    /// The department 所在科室.
    pub department: Option<ID>,
    /// One of these qualifications 执业类别.
    pub qualification: Option<Vec<Qualification>>,
    /// One of these titles 专业技术职称, GB/T 8561 health codes.
    pub title: Option<Vec<String>>,
    /// Part of the name 姓名.
    pub name: Option<String>,
    /// Staff number 工号.
    pub code: Option<String>,
    /// Whether they still work there.
    pub active: Option<bool>,
}

impl PractitionerFilter {
    /// What it asks for, or all its problems.
    pub(super) fn query(self) -> Result<PractitionerQuery> {
        let mut problems = Problems::default();
        let institution = self.institution.map(|texts| {
            problems.check(
                texts.len() <= MOST_CATEGORIES,
                "filter.institution",
                ProblemCode::TooLarge,
                "Too many entries.",
            );
            let each = texts.iter().take(MOST_CATEGORIES).enumerate();
            let ids = each.filter_map(|(place, text)| {
                let path = format!("filter.institution[{place}]");
                identity(Kind::Institution, text, &path, &mut problems)
            });
            ids.collect::<Vec<Uuid>>()
        });
        let department = self
            .department
            .and_then(|text| identity(Kind::Department, &text, "filter.department", &mut problems));
        let titles = self.title.as_deref().unwrap_or_default();
        problems.check(
            titles.iter().all(|title| code::is_title(title)),
            "filter.title",
            ProblemCode::UnknownValue,
            "Health titles of GB/T 8561.",
        );
        short(self.name.as_deref(), "filter.name", &mut problems);
        short(self.code.as_deref(), "filter.code", &mut problems);
        problems.finish()?;
        Ok(PractitionerQuery {
            institution,
            department,
            qualification: self.qualification,
            title: self.title,
            name: self.name,
            code: self.code,
            active: self.active,
        })
    }
}

/// Databases do not take every text: no control characters, and no more than a name has.
pub(crate) fn short(text: Option<&str>, path: &str, problems: &mut Problems) {
    let text = text.unwrap_or_default();
    problems.check(
        text.chars().count() <= 100,
        path,
        ProblemCode::TooLong,
        "At most 100 characters.",
    );
    problems.check(
        !text.chars().any(char::is_control),
        path,
        ProblemCode::Characters,
        "No control characters.",
    );
}
