//! What of a patient is shown plain. Inside an open treating relation: name, birth date, phone, address. Elsewhere only as much of
//! each as tells two patients of one's own apart.

use chrono::{Datelike as _, Duration, NaiveDate};
use entity::{
    enums::{Action, Purpose, Role},
    patient_conflict,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

/// Whether the demographics are shown plain: to whoever treats the patient now, or has opened the patient by break-glass.
#[must_use]
pub const fn shows_plain(treating: bool, opened: bool) -> bool {
    treating || opened
}

/// Whether the full identity may be asked for: by whoever treats the patient now, registered or opened it.
#[must_use]
pub const fn opens_identity(treating: bool, registered: bool, opened: bool) -> bool {
    treating || registered || opened
}

/// How long a patient stays open to whoever broke the glass.
pub const BREAK_GLASS: Duration = Duration::hours(3);

/// Whether the actor is somebody who may have patients open by break-glass: a clinician at an institution. What is open is open to
/// that account in that scope, for reading, and to nobody else there.
#[must_use]
pub fn may_break_glass(actor: &Actor) -> bool {
    super::permits(&actor.roles, Action::OpenPatient)
        && matches!(actor.scope, Scope::Institution { .. })
}

/// The institutions that may decide a conflict: the one that gave the other data, the one that registered the record, and the health
/// centres that manage either.
#[must_use]
pub fn conflict_scopes(directory: &Directory, institution: Uuid, keeper: Uuid) -> Vec<Uuid> {
    let mut scopes = vec![institution, keeper];
    scopes.extend(directory.managing(institution));
    scopes.extend(directory.managing(keeper));
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Whether the record's side of a conflict is shown plain: to the institution that registered the record. To the other it would
/// tell whose certificate it has in its hands.
#[must_use]
pub fn shows_recorded(
    actor: &Actor,
    directory: &Directory,
    conflict: &patient_conflict::Model,
) -> bool {
    let own = actor.institution();
    own == Some(conflict.keeper_id)
        || own.is_some() && directory.managing(conflict.keeper_id) == own
}

/// Whether the actor reads the access list of a patient for that purpose: an auditor for any, an institution's administrator because the
/// patient asks.
#[must_use]
pub fn reads_accesses(actor: &Actor, purpose: Purpose) -> bool {
    actor.has(Role::Auditor)
        || actor.has(Role::InstitutionAdmin) && purpose == Purpose::PatientRequest
}

/// Whether the actor reads the access list of any patient, and not only of those that its institution has had to do with.
#[must_use]
pub fn reads_any_accesses(actor: &Actor) -> bool {
    actor.has(Role::Auditor)
}

/// 张*: the first character only, whatever the length.
#[must_use]
pub fn masked_name(name: &str) -> String {
    let first = name.chars().next();
    first.map(|first| format!("{first}*")).unwrap_or_default()
}

/// 138****5678: the first three and last four signs; short numbers show nothing.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    const SHORT: usize = 10;
    let signs: Vec<char> = phone.chars().collect();
    if signs.len() < SHORT {
        return HIDDEN.to_owned();
    }
    let shown = |part: &[char]| part.iter().collect::<String>();
    format!(
        "{}****{}",
        shown(&signs[..3]),
        shown(&signs[signs.len() - 4..])
    )
}

/// The address down to the town (街道, 镇, 乡); to the district where it names none; nothing where it is not written in that way.
#[must_use]
pub fn masked_address(address: &str) -> String {
    let district = end_of_district(address);
    let rest = &address[district..];
    // A town's name has at least one sign before its suffix.
    let town = ["街道", "镇", "乡", "苏木"]
        .iter()
        .filter_map(|suffix| {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let found = rest.get(first..)?.find(suffix)? + first;
            let plain = is_name(&rest[..found], &[]);
            plain.then_some(found + suffix.len())
        })
        .min();
    match (town, district) {
        (Some(town), _) => address[..district + town].to_owned(),
        (None, 0) => HIDDEN.to_owned(),
        (None, district) => address[..district].to_owned(),
    }
}

/// Whole years of age on a day.
#[must_use]
pub fn age(birth_date: NaiveDate, today: NaiveDate) -> Option<i32> {
    let years = today.year() - birth_date.year();
    let had_birthday = (today.month(), today.day()) >= (birth_date.month(), birth_date.day());
    let age = if had_birthday { years } else { years - 1 };
    (age >= 0).then_some(age)
}

const HIDDEN: &str = "****";
const LONGEST_NAME: usize = 12;

/// Whether the text may be the name of a place, without its suffix: short, and neither a road nor a number.
fn is_name(text: &str, excluded: &[char]) -> bool {
    text.chars().count() <= LONGEST_NAME
        && !text
            .chars()
            .any(|sign| sign.is_ascii_digit() || "路号".contains(sign) || excluded.contains(&sign))
}

/// Whether the text goes on past a town: 镇江市 and 桐乡市 are cities, in 横村镇阳山市场 the 市 is a market's.
fn reaches_into_town(text: &str) -> bool {
    const LONGEST_CITY: usize = 3;
    text.chars().count() > LONGEST_CITY && text.contains(['镇', '乡'])
}

/// Where province, city and district end: after the last 县, 区, 旗 or 市 of the leading chain of names.
fn end_of_district(address: &str) -> usize {
    let mut end = 0;
    for suffixes in [
        ["特别行政区", "自治区", "省"].as_slice(),
        ["自治州", "地区", "盟", "市"].as_slice(),
        ["自治县", "自治旗", "县", "区", "旗", "市"].as_slice(),
    ] {
        let rest = &address[end..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let nearest = suffixes
            .iter()
            .filter_map(|suffix| {
                let found = rest.get(first..)?.find(suffix)? + first;
                let near = is_name(&rest[..found], &['县', '区', '旗'])
                    && !reaches_into_town(&rest[..found]);
                near.then_some(found + suffix.len())
            })
            .min();
        end += nearest.unwrap_or(0);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_first_sign() {
        assert_eq!(masked_name("张秀英"), "张*");
        assert_eq!(masked_name("Watson Julie"), "W*");
        assert_eq!(masked_name("𠮷田"), "𠮷*");
        assert_eq!(masked_name(""), "");
    }

    #[test]
    fn phones_keep_both_ends() {
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone("86001234"), "****");
    }

    #[test]
    fn addresses_end_with_the_town() {
        for (address, shown) in [
            (
                "浙江省杭州市桐庐县横村镇阳山畈村12号",
                "浙江省杭州市桐庐县横村镇",
            ),
            ("桐庐县城南街道迎春南路88号", "桐庐县城南街道"),
            (
                "江苏省镇江市丹徒区辛丰镇龙泉路1号",
                "江苏省镇江市丹徒区辛丰镇",
            ),
            ("杭州市西湖区文三路90号", "杭州市西湖区"),
            ("莪山畲族乡中门村3号", "莪山畲族乡"),
            (
                "广西壮族自治区南宁市青秀区南湖街道1号",
                "广西壮族自治区南宁市青秀区南湖街道",
            ),
            ("北京市朝阳区幸福路镇东巷5号", "北京市朝阳区"),
            ("浙江省桐乡市崇福镇世纪大道1号", "浙江省桐乡市崇福镇"),
            ("桐庐县横村镇阳山市场", "桐庐县横村镇"),
            ("横村镇阳山市场", "横村镇"),
            ("309 School St, Apt 7, Lynn, MA", "****"),
            ("幸福路12号", "****"),
        ] {
            assert_eq!(masked_address(address), shown);
        }
    }

    #[test]
    fn age_counts_birthdays() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        assert_eq!(age(day(1949, 12, 31), day(2026, 12, 30)), Some(76));
        assert_eq!(age(day(1949, 12, 31), day(2026, 12, 31)), Some(77));
        assert_eq!(age(day(2024, 2, 29), day(2025, 2, 28)), Some(0));
        assert_eq!(age(day(2030, 1, 1), day(2026, 1, 1)), None);
    }
}
