//! Catalogue files: comma-separated lists of shared centres and of their items, as a spreadsheet saves them.
//!
//! They are read as [sheets](crate::sheet) are. What a file lists is told by its columns:
//!
//! | File | Columns (**required of new ones**) |
//! |---|---|
//! | centres 中心 | **`host`** 主办医院 (code), **`name`** 中心名称, **`kind`** 中心类别, `hours` 服务时间, `active` 启用, `served` 服务机构 (codes) |
//! | items 项目 | **`host`** 主办医院 (code), **`centre`** 中心名称, **`code`** 项目编码, **`name`** 项目名称, **`group`** 项目分组, `modality` 检查方式, `specimen` 标本, `recognition_days` 互认天数, `review` 审核, `emergency_minutes` 急诊时限, `urgent_minutes` 紧急时限, `routine_minutes` 常规时限, `active` 启用 |
//!
//! Coded values are those of the API (`IMAGING`, `CT`, `REQUIRED` …), yes and no are `true`/`false`, `1`/`0` or 是/否, lists are separated
//! by semicolons. An empty cell empties the field, or makes it what is [usual](super::turnaround); a column that is not there leaves it
//! alone. A centre is known by its host and name, an item by its centre and code, so a file can be imported again.
//!
//! Files are read together: items may come before their centre, and in another file. Every problem is named by file and line; as long as
//! there is one, nothing is written.

mod column;
mod plan;
mod write;

use std::fmt;

use entity::enums::Action;

use super::draft::{CentreDraft, ItemDraft};
pub use crate::sheet::{File, FileReport};
use crate::{
    app::App,
    auth::Actor,
    draft::{Entry, Named, Tally},
    error::{Error, Problems, Result},
    network::service::announce,
    policy, sheet,
};
use column::Kind;

/// What an import found and did.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// What was read, file by file.
    pub files: Vec<FileReport>,
    /// What became of it.
    pub listed: Listed,
    /// Whether it was only tried.
    pub dry_run: bool,
}

/// What became of centres and items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Of the centres.
    pub centres: Tally,
    /// Of their items.
    pub items: Tally,
}

impl fmt::Display for ImportReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            writeln!(out, "{file}")?;
        }
        let Listed { centres, items } = &self.listed;
        writeln!(out, "centres: {centres}")?;
        writeln!(out, "items:   {items}")?;
        out.write_str(if self.dry_run {
            "Dry run: nothing was written."
        } else {
            "Everything was written."
        })
    }
}

/// An item and the centre that it belongs to.
#[derive(Clone, Debug, Default)]
struct Line {
    /// The hospital that runs the centre.
    host: Option<Named>,
    /// The centre's name.
    centre: Option<String>,
    /// The item.
    item: ItemDraft,
}

/// What the files list.
#[derive(Clone, Debug, Default)]
struct Catalogue {
    centres: Vec<Entry<CentreDraft>>,
    items: Vec<Entry<Line>>,
}

/// Imports catalogue files, all or nothing; a dry run tells what would be done.
///
/// # Errors
/// [`Error::InvalidInput`] naming every problem; its paths are `file:line:column`.
pub async fn import(
    app: &App,
    actor: &Actor,
    files: &[File],
    dry_run: bool,
) -> Result<ImportReport> {
    policy::require(actor, Action::ImportCatalogue)?;
    let mut problems = Problems::default();
    let mut catalogue = Catalogue::default();
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        read.extend(read_file(file, &mut catalogue, &mut problems));
    }
    let tried = dry_run || !problems.is_empty();
    let outcome = app
        .db
        .write(async |txn| {
            let plan = plan::draw(&txn, app, &catalogue).await?;
            if !tried {
                write::carry_out(&txn, app, actor, &plan).await?;
            }
            Ok(plan.listed)
        })
        .await;
    // What a file could not be read for comes first; the rest is named as well.
    let listed = match outcome {
        Err(Error::InvalidInput(found)) => {
            problems.extend(found);
            None
        }
        other => Some(other?),
    };
    problems.finish()?;
    announce(app).await;
    Ok(ImportReport {
        files: read,
        listed: listed.unwrap_or_default(),
        dry_run,
    })
}

/// Reads a file into the catalogue; none where it could not be read at all.
fn read_file(
    file: &File,
    catalogue: &mut Catalogue,
    problems: &mut Problems,
) -> Option<FileReport> {
    sheet::read(file, problems, |kind, place, cells| {
        let place = place.clone();
        match kind {
            Kind::Centres => catalogue.centres.push(Entry {
                place,
                draft: column::centre(cells),
            }),
            Kind::Items => catalogue.items.push(Entry {
                place,
                draft: column::item(cells),
            }),
        }
    })
}
