//! Indicators as the API shows them.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::enums::{IndicatorUnit, Side};

use super::super::service::{Of, Part, Row};
use crate::{error::Result, graphql::app, id, network::graphql::Institution, scalar::Date};

/// An indicator 监测指标 of an area and a period.
pub struct Indicator(pub Arc<Row>);

/// An indicator 监测指标 of an area and a period.
#[Object]
impl Indicator {
    /// Its code 指标代码; it never changes.
    async fn code(&self) -> &str {
        self.0.indicator.code
    }

    /// Its English name.
    async fn name(&self) -> &str {
        self.0.indicator.name
    }

    /// Its Chinese name 指标名称.
    async fn name_zh(&self) -> &str {
        self.0.indicator.name_zh
    }

    /// What the value is counted in 单位.
    async fn unit(&self) -> IndicatorUnit {
        self.0.indicator.unit
    }

    /// The value 指标值; null where the denominator is empty. Medians and P90 lie within 1 % of the true ones.
    async fn value(&self) -> Option<f64> {
        self.0.value.value
    }

    /// What was counted 分子; null of a median or P90.
    async fn numerator(&self) -> Option<f64> {
        self.0.value.numerator
    }

    /// Of how many 分母; null of a count.
    async fn denominator(&self) -> Option<f64> {
        self.0.value.denominator
    }

    /// Whether something of its breakdown is withheld because it is small 是否抑制.
    async fn suppressed(&self) -> bool {
        self.0.suppressed
    }

    /// Which date counts 统计日期口径.
    async fn basis(&self) -> &str {
        self.0.indicator.basis.words()
    }

    /// Which side is credited 归属方; null where it is not one of two sides.
    async fn side(&self) -> Option<Side> {
        self.0.indicator.side
    }

    /// What is counted, in words 分子说明.
    async fn numerator_text(&self) -> &str {
        self.0.indicator.numerator
    }

    /// Of what it is a part, in words 分母说明; null of a count.
    async fn denominator_text(&self) -> Option<&str> {
        self.0.indicator.denominator
    }

    /// What it is broken down into 分组, as asked for; empty where it cannot be broken down by that.
    async fn breakdown(&self) -> Vec<IndicatorPart> {
        let parts = self.0.parts.iter().cloned();
        parts.map(IndicatorPart).collect()
    }
}

/// A part of what an indicator is broken down into 分组.
pub struct IndicatorPart(Part);

/// A part of what an indicator is broken down into 分组.
#[Object]
impl IndicatorPart {
    /// Which part it is: the month as `2026-11`, the id of the institution, or the coded value.
    async fn key(&self) -> String {
        match &self.0.of {
            Of::Month(day) => day.format("%Y-%m").to_string(),
            Of::Institution(institution, _) => id::encode(id::Kind::Institution, *institution),
            Of::Value(code, _) => code.clone(),
        }
    }

    /// Its name in Chinese 分组名称.
    async fn name_zh(&self) -> String {
        match &self.0.of {
            Of::Month(day) => day.format("%Y年%-m月").to_string(),
            Of::Institution(_, name) | Of::Value(_, name) => name.clone(),
        }
    }

    /// The institution 机构, where broken down by that.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let Of::Institution(id, _) = &self.0.of else {
            return Ok(None);
        };
        Ok(Institution::find(&app(ctx)?.directory.now(), *id))
    }

    /// The first day of the month 月份, where broken down by that.
    async fn month(&self) -> Option<Date> {
        match &self.0.of {
            Of::Month(day) => Some(Date::from(*day)),
            _ => None,
        }
    }

    /// The value 指标值; null where the denominator is empty, or withheld.
    async fn value(&self) -> Option<f64> {
        self.0.value.value
    }

    /// What was counted 分子; null of a median or P90, or withheld.
    async fn numerator(&self) -> Option<f64> {
        self.0.value.numerator
    }

    /// Of how many 分母; null of a count, or withheld.
    async fn denominator(&self) -> Option<f64> {
        self.0.value.denominator
    }

    /// Whether it is withheld, because it is small or would tell what is 是否抑制.
    async fn suppressed(&self) -> bool {
        self.0.value.suppressed
    }
}
