//! Which columns a file has, what it therefore lists, and its lines read into drafts.

use csv::StringRecord;
use entity::enums::{CentreKind, Modality, ReviewRule, SpecimenKind};

use super::Line;
use crate::{
    centre::draft::{CentreDraft, ItemDraft},
    draft::Change,
    sheet::{Cells, Column, Lists},
};

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Centres.
    Centres,
    /// Items.
    Items,
}

impl Lists for Kind {
    const NAMED: &'static str = "shared centres or of the items of their catalogues";

    fn name(self) -> &'static str {
        match self {
            Self::Centres => "centres",
            Self::Items => "items",
        }
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Centres => &[
                ("host", &["主办医院"]),
                ("name", &["中心名称", "名称"]),
                ("kind", &["中心类别", "类别"]),
                ("hours", &["服务时间"]),
                ("active", &["启用"]),
                ("served", &["服务机构"]),
            ],
            Self::Items => &[
                ("host", &["主办医院"]),
                ("centre", &["中心名称", "中心"]),
                ("code", &["项目编码", "编码"]),
                ("name", &["项目名称", "名称"]),
                ("group", &["项目分组", "分组"]),
                ("modality", &["检查方式"]),
                ("specimen", &["标本"]),
                ("recognition_days", &["互认天数"]),
                ("review", &["审核"]),
                ("emergency_minutes", &["急诊时限"]),
                ("urgent_minutes", &["紧急时限"]),
                ("routine_minutes", &["常规时限"]),
                ("active", &["启用"]),
            ],
        }
    }

    fn of(headings: &StringRecord) -> Option<Self> {
        let any = |names: &[&str]| headings.iter().any(|heading| names.contains(&heading));
        if any(&["code", "项目编码", "编码", "centre", "项目名称"]) {
            Some(Self::Items)
        } else if any(&["host", "主办医院", "kind", "中心类别", "served", "服务机构"]) {
            Some(Self::Centres)
        } else {
            None
        }
    }
}

/// A line as a centre.
pub(super) fn centre(cells: Cells) -> CentreDraft {
    CentreDraft {
        kind: cells.value("kind", CentreKind::from_code),
        host: cells.name_of("host"),
        name: cells.text("name"),
        hours: cells.text("hours"),
        active: cells.flag_or("active", true),
        served: cells.names("served"),
        unread: cells.unread(),
    }
}

/// A line as an item.
pub(super) fn item(cells: Cells) -> Line {
    Line {
        host: cells.name_of("host"),
        centre: match cells.text("centre") {
            Change::Set(name) => Some(name),
            Change::Keep | Change::Clear => None,
        },
        item: ItemDraft {
            code: cells.text("code"),
            name: cells.text("name"),
            group: cells.text("group"),
            modality: cells.coded("modality", Modality::from_code),
            specimen: cells.coded("specimen", SpecimenKind::from_code),
            recognition_days: cells.number("recognition_days"),
            review: cells.value("review", ReviewRule::from_code),
            emergency_minutes: cells.number("emergency_minutes"),
            urgent_minutes: cells.number("urgent_minutes"),
            routine_minutes: cells.number("routine_minutes"),
            active: cells.flag_or("active", true),
            unread: cells.unread(),
        },
    }
}
