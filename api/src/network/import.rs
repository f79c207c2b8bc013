//! Registry files: comma-separated lists of communities, institutions, departments and practitioners, as a spreadsheet saves them.
//!
//! The first line names the columns, in any order, in English or Chinese; a column that is not known is refused, so that a misspelt
//! one is not lost. What a file lists is told by its columns:
//!
//! | File | Columns (**required of new ones**) |
//! |---|---|
//! | communities 医共体 | **`name`** 名称, **`region`** 行政区划, `tight_knit` 紧密型, `pilot_level` 试点级别, `lead_hospitals` 牵头医院 (codes) |
//! | institutions 机构 | **`code`** 机构编码, **`name`** 机构名称, **`tier`** 层级, **`type_code`** 机构类别, **`community`** 医共体 (its name), `managed_by` 管理机构 (code), `status` 状态, `status_since` 状态日期, `credit_code` 统一社会信用代码, `region` 行政区划, `address` 地址, `latitude` 纬度, `longitude` 经度, `phone` 电话, `level` 级, `grade` 等, `functional_class` 功能分类, `sub_centre` 次中心, `radiates_to` 辐射机构 (codes), `outside_district` 区外, `insurer_designated` 医保定点, `surgery_ceiling` 手术分级, `facilities` 设施, `equipment` 设备, `ratings` 等级评定, `capabilities` 诊疗病种 |
//! | departments 科室 | **`institution`** 机构 (code), **`code`** 科室编码, **`name`** 科室名称, **`specialty`** 诊疗科目, `active` 在用 |
//! | practitioners 医务人员 | **`institution`** 机构 (code), **`code`** 工号, **`name`** 姓名, **`qualification`** 执业类别, `department` 科室 (code), `title` 职称, `specialties` 诊疗科目, `licence_number` 执业证书编号, `licence_until` 执业证书有效期, `active` 在用 |
//!
//! Coded values are those of the API (`HEALTH_CENTRE`, `PHYSICIAN` …), days are `2026-11-21`, yes and no are `true`/`false`, `1`/`0` or
//! 是/否, lists are separated by semicolons, a rating is `scheme:grade:year`. An empty cell empties the field; a column that is
//! not there leaves it alone. The same code is the same institution (a community is known by its name), so a file can be imported
//! again; the status of a registered institution is not changed by files.
//!
//! Files are UTF-8, with or without byte-order mark, or GB18030. They are read together: a station may come before its health
//! centre, and in another file. Every problem is named by file and line; as long as there is one, nothing is written.

mod cell;
mod column;

use std::fmt;

use super::{
    draft::Place,
    registry::{Entry, Registered, Registry, register_all, rehearse},
};
pub use crate::sheet::{File, FileReport};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Problems, Result},
    sheet,
};
use column::Kind;

/// What an import found and did.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// What was read, file by file.
    pub files: Vec<FileReport>,
    /// What became of it.
    pub registered: Registered,
    /// Whether it was only tried.
    pub dry_run: bool,
}

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(out, "{file}")?;
        }
        let Registered {
            communities,
            institutions,
            departments,
            practitioners,
            warnings,
        } = &self.registered;
        writeln!(out, "communities:   {communities}")?;
        writeln!(out, "institutions:  {institutions}")?;
        writeln!(out, "departments:   {departments}")?;
        writeln!(out, "practitioners: {practitioners}")?;
        for warning in warnings {
            writeln!(out, "warning: {warning}")?;
        }
        out.write_str(if self.dry_run {
            "Dry run: nothing was written."
        } else {
            "Everything was written."
        })
    }
}

/// Imports registry files, all or nothing; a dry run tells what would be done.
///
/// # Errors
/// [`Error::InvalidInput`] naming every problem; its paths are `file:line:column`.
pub async fn import(
    app: &App,
    actor: &Actor,
    files: &[File],
    dry_run: bool,
) -> Result<ImportReport> {
    let mut problems = Problems::default();
    let mut registry = Registry::default();
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        read.extend(read_file(file, &mut registry, &mut problems));
    }
    let outcome = if dry_run || !problems.is_empty() {
        rehearse(app, actor, &registry).await
    } else {
        register_all(app, actor, &registry).await
    };
    // What a file could not be read for comes first; the rest is named as well.
    let registered = match outcome {
        Err(Error::InvalidInput(found)) => {
            problems.extend(found);
            None
        }
        other => Some(other?),
    };
    problems.finish()?;
    Ok(ImportReport {
        files: read,
        registered: registered.unwrap_or_default(),
        dry_run,
    })
}

/// Reads a file into the registry; none where it could not be read at all.
fn read_file(file: &File, registry: &mut Registry, problems: &mut Problems) -> Option<FileReport> {
    sheet::read(file, problems, |kind, place, cells| match kind {
        Kind::Communities => registry
            .communities
            .push(entry(place, cell::community(cells))),
        Kind::Institutions => registry
            .institutions
            .push(entry(place, cell::institution(cells))),
        Kind::Departments => registry
            .departments
            .push(entry(place, cell::department(cells))),
        Kind::Practitioners => registry
            .practitioners
            .push(entry(place, cell::practitioner(cells))),
    })
}

fn entry<T>(place: &Place, draft: T) -> Entry<T> {
    Entry {
        place: place.clone(),
        draft,
    }
}
