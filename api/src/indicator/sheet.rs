//! A sheet of indicators as a table for spreadsheets, as CSV and as XLSX, with Chinese headings.

use csv::{Terminator, WriterBuilder};
use entity::enums::{IndicatorUnit, Side};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use super::{
    catalogue::Value,
    service::{Of, Part, Row, Sheet},
};
use crate::{
    code,
    error::{Error, Result},
    throughput::csv::plain,
};

/// The headings, in the order of the columns.
pub const HEADINGS: [&str; 17] = [
    "统计对象",
    "起始日期",
    "截止日期",
    "指标代码",
    "指标名称",
    "英文名称",
    "分组",
    "分组名称",
    "单位",
    "指标值",
    "分子",
    "分母",
    "是否抑制",
    "分子说明",
    "分母说明",
    "统计日期口径",
    "归属方",
];
/// How wide the columns are, in characters.
const WIDTHS: [f64; 17] = [
    24.0, 11.0, 11.0, 28.0, 32.0, 36.0, 20.0, 24.0, 8.0, 12.0, 10.0, 10.0, 9.0, 60.0, 60.0, 40.0,
    10.0,
];

/// A cell of the table.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Text(String),
    Number(f64),
    Nothing,
}

/// The table as CSV: RFC 4180, UTF-8 with the mark by which spreadsheets know it.
pub fn csv(sheet: &Sheet) -> Result<Vec<u8>> {
    let fault = |fault: &dyn std::fmt::Display| Error::Internal(fault.to_string());
    let mut table = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    table
        .write_record(HEADINGS)
        .map_err(|error| fault(&error))?;
    for row in rows(sheet) {
        let cells = row.into_iter().map(|cell| match cell {
            Cell::Text(text) => plain(&text),
            Cell::Number(number) => format!("{}", rounded(number)),
            Cell::Nothing => String::new(),
        });
        table.write_record(cells).map_err(|error| fault(&error))?;
    }
    table.into_inner().map_err(|error| fault(&error))
}

/// The table as a workbook: texts are texts there, never formulas.
pub fn xlsx(sheet: &Sheet) -> Result<Vec<u8>> {
    workbook(sheet).map_err(|error| Error::Internal(error.to_string()))
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let heading = Format::new().set_bold().set_align(FormatAlign::Center);
    let page = book.add_worksheet().set_name("监测指标")?;
    page.set_freeze_panes(1, 0)?;
    for (column, (title, width)) in (0..).zip(HEADINGS.into_iter().zip(WIDTHS)) {
        page.write_string_with_format(0, column, title, &heading)?;
        page.set_column_width(column, width)?;
    }
    for (line, row) in (1..).zip(rows(sheet)) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => page.write_string(line, column, plain(&text))?,
                Cell::Number(number) => page.write_number(line, column, rounded(number))?,
                Cell::Nothing => continue,
            };
        }
    }
    book.save_to_buffer()
}

/// A ten-thousandth is enough for a sheet.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

fn rows(sheet: &Sheet) -> impl Iterator<Item = Vec<Cell>> + '_ {
    sheet.rows.iter().flat_map(move |row| {
        let whole = line(sheet, row, None, &row.value);
        let parts = row.parts.iter();
        let parts = parts.map(move |part| line(sheet, row, Some(part), &part.value));
        std::iter::once(whole).chain(parts)
    })
}

fn line(sheet: &Sheet, row: &Row, part: Option<&Part>, value: &Value) -> Vec<Cell> {
    let indicator = row.indicator;
    let text = |text: &str| Cell::Text(text.to_owned());
    let number = |number: Option<f64>| number.map_or(Cell::Nothing, Cell::Number);
    let (group, name) = match part.map(|part| &part.of) {
        None => (text("合计"), text("合计")),
        Some(Of::Month(day)) => {
            let month = day.format("%Y-%m").to_string();
            (text(&month), text(&month))
        }
        Some(Of::Institution(id, name)) => {
            let id = crate::id::encode(crate::id::Kind::Institution, *id);
            (Cell::Text(id), text(name))
        }
        Some(Of::Value(code, name)) => (text(code), text(name)),
    };
    let withheld = value.suppressed || (part.is_none() && row.suppressed);
    vec![
        text(&sheet.area_name),
        Cell::Text(sheet.period.from.to_string()),
        Cell::Text(sheet.period.last_day().to_string()),
        text(indicator.code),
        text(indicator.name_zh),
        text(indicator.name),
        group,
        name,
        Cell::Text(unit(indicator.unit)),
        number(value.value),
        number(value.numerator),
        number(value.denominator),
        text(if withheld { "是" } else { "否" }),
        text(indicator.numerator),
        text(indicator.denominator.unwrap_or_default()),
        text(indicator.basis.words()),
        text(indicator.side.map_or("", side)),
    ]
}

fn unit(unit: IndicatorUnit) -> String {
    code::term("IndicatorUnit", unit.code()).unwrap_or_default()
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Sender => "转出方",
        Side::Receiver => "转入方",
        Side::FamilyTeam => "家庭医生团队",
    }
}
