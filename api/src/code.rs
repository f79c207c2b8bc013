//! The coded sets of the API as data, for forms and for hospital systems that translate them: read from the documentation of the values
//! themselves, so that nothing is typed twice.

use std::{borrow::Cow, sync::LazyLock};

use async_graphql::{
    Context, InputType, InputValueError, InputValueResult, Object, SimpleObject, Value,
    indexmap::IndexMap,
    registry::{EnumBuilder, MetaEnumValue, MetaTypeId, Registry},
};
use entity::enums::{self, Action, Coded, CodedSet};

use crate::{
    graphql::{Reply, ask},
    policy,
};

/// A coded set by its name: `CERTIFICATE_KIND`.
#[derive(Clone, Copy, Debug)]
pub struct CodeSet(&'static CodedSet);

/// Every set under its name in the API.
static SETS: LazyLock<IndexMap<String, &'static CodedSet>> = LazyLock::new(|| {
    let sets = enums::sets().map(|set| (screaming(set.name), set));
    sets.collect()
});

impl InputType for CodeSet {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        "CodeSet".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            let values = SETS.iter().map(|(name, set)| {
                let mut value = MetaEnumValue::new(name);
                value.description = Some(set.about.trim().to_owned());
                (name.clone(), value)
            });
            EnumBuilder::new("CodeSet", values.collect())
                .description(Some("A coded set of the API.".to_owned()))
                .build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let found = match &value {
            Some(Value::Enum(name)) => SETS.get(name.as_str()),
            Some(Value::String(name)) => SETS.get(name),
            _ => None,
        };
        found
            .map(|set| Self(set))
            .ok_or_else(|| InputValueError::expected_type(value.unwrap_or_default()))
    }

    fn to_value(&self) -> Value {
        Value::Enum(async_graphql::Name::new(screaming(self.0.name)))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// A value of a coded set.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct Code {
    /// The value as the API sends and takes it.
    pub code: String,
    /// Its name in English.
    pub name: String,
    /// Its name in Chinese 中文名称; null where users do not know it by one.
    pub name_zh: Option<String>,
    /// What it means.
    pub description: String,
    /// The standard that the set follows: `GB/T 2261.1`, `CV02.01.101`.
    pub standard: Option<String>,
    /// The value's code in national data sets 值域代码, `01`.
    pub standard_code: Option<String>,
}

/// The coded sets.
#[derive(Default)]
pub struct CodeQuery;

/// The coded sets.
#[Object]
impl CodeQuery {
    /// The values of a coded set, in their order, with their Chinese terms 值域.
    async fn codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which set.")] set: CodeSet,
    ) -> Reply<Vec<Code>> {
        ask(ctx, Action::ReadDirectory, async |_, call| {
            policy::require(call.actor, Action::ReadDirectory)?;
            Ok(codes(set.0))
        })
        .await
    }
}

/// The values of a set.
#[must_use]
pub fn codes(set: &CodedSet) -> Vec<Code> {
    let standard = standard(set.about);
    // Where each value begins with digits, they are its code in national data sets.
    let numbered = set.values.iter().all(|value| number(value).is_some());
    let code = |value: &Coded| {
        let number = number(value).filter(|_| numbered);
        let about = value.about.trim();
        let description = number.map_or(about, |number| about[number.len()..].trim());
        Code {
            code: value.code.to_owned(),
            name: words(value.code),
            name_zh: chinese(description),
            description: description.to_owned(),
            standard: standard.map(str::to_owned),
            standard_code: number.map(str::to_owned),
        }
    };
    set.values.iter().map(code).collect()
}

/// The Chinese term of a value of the set of that name, if it has one.
#[must_use]
pub fn term(set: &str, code: &str) -> Option<String> {
    let set = entity::enums::sets().find(|known| known.name == set)?;
    codes(set)
        .into_iter()
        .find(|known| known.code == code)?
        .name_zh
}

/// The standard that the description of a set names: `Sex by GB/T 2261.1.`
fn standard(about: &str) -> Option<&str> {
    let (_, named) = about.trim().trim_end_matches('.').split_once(" by ")?;
    ["GB", "CV", "WS"]
        .iter()
        .any(|body| named.starts_with(body))
        .then_some(named)
}

/// The digits that a description begins with.
fn number(value: &Coded) -> Option<&'static str> {
    let (first, _) = value.about.trim().split_once(' ')?;
    first
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(first)
}

/// The Chinese term in a description, with a number that stands before it.
fn chinese(about: &str) -> Option<String> {
    let is_chinese = |character: char| matches!(character, '\u{4E00}'..='\u{9FFF}');
    let first = about.find(is_chinese)?;
    let before = about[..first].trim_end_matches(|character: char| {
        character.is_ascii_digit() || matches!(character, ' ' | '–')
    });
    let end = about[first..]
        .find(|character| !is_chinese(character) && !matches!(character, ' ' | '/' | '、' | '—'))
        .map_or(about.len(), |length| first + length);
    Some(about[before.len()..end].trim().to_owned())
}

/// `RESIDENT_ID_CARD` in words: `Resident id card`.
fn words(code: &str) -> String {
    let lower = code.replace('_', " ").to_lowercase();
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// `CertificateKind` as the API spells it: `CERTIFICATE_KIND`.
fn screaming(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len() + 4);
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            spelt.push('_');
        }
        spelt.push(letter.to_ascii_uppercase());
    }
    spelt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_in_descriptions() {
        for (about, term) in [
            ("上转: to a higher tier.", "上转"),
            ("居民身份证; checked by GB 11643.", "居民身份证"),
            ("0–6 岁儿童.", "0–6 岁儿童"),
            ("建档立卡 / 低收入.", "建档立卡 / 低收入"),
            (
                "Ambulance of the emergency centre 120 急救车.",
                "120 急救车",
            ),
            ("Class I 中心: can rescue.", "中心"),
        ] {
            assert_eq!(chinese(about).as_deref(), Some(term));
        }
        assert_eq!(chinese("Anything."), None);
    }

    #[test]
    fn names_are_spelt_as_in_the_api() {
        assert_eq!(screaming("CertificateKind"), "CERTIFICATE_KIND");
        assert_eq!(words("RESIDENT_ID_CARD"), "Resident id card");
        assert_eq!(standard(" Sex by GB/T 2261.1."), Some("GB/T 2261.1"));
        assert_eq!(standard(" By which relation."), None);
    }
}
