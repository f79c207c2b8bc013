//! Indicators in the API: parse, call one service function, wrap.

pub mod input;
pub mod object;
pub mod query;

pub use object::{Indicator, IndicatorPart};
pub use query::IndicatorQuery;
