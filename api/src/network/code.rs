//! Coded texts of the registry: their forms and check characters.

/// The characters of a unified social credit code, each worth its place.
const CREDIT_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Whether the text has the form of a unified social credit code 统一社会信用代码.
#[must_use]
pub fn is_credit_code_form(text: &str) -> bool {
    text.len() == 18 && text.chars().all(|letter| CREDIT_ALPHABET.contains(letter))
}

/// Whether the last character of a unified social credit code fits the others (GB 32100: weights 3ⁿ mod 31).
#[must_use]
pub fn credit_code_checks(text: &str) -> bool {
    let values: Option<Vec<usize>> = text.chars().map(|c| CREDIT_ALPHABET.find(c)).collect();
    let Some((check, values)) = values.as_deref().and_then(<[usize]>::split_last) else {
        return false;
    };
    let weighted = values.iter().scan(1, |weight, value| {
        let term = *weight * value;
        *weight = *weight * 3 % 31;
        Some(term)
    });
    (31 - weighted.sum::<usize>() % 31) % 31 == *check
}

/// The first two digits of a GB/T 2260 region: the provinces.
const PROVINCES: &[&str] = &[
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82",
];

/// Whether the text is a region 行政区划 of six digits (GB/T 2260) in a province that exists.
#[must_use]
pub fn is_region(text: &str) -> bool {
    text.len() == 6 && is_region_prefix(text)
}

/// Whether the text begins a region: two to six digits.
#[must_use]
pub fn is_region_prefix(text: &str) -> bool {
    (2..=6).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && PROVINCES.contains(&&text[..2])
}

/// Whether the text has the form of a WS 218 type 机构类别: a letter and three digits.
#[must_use]
pub fn is_type_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 4
        && (b'A'..=b'P').contains(&bytes[0])
        && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// Whether the text is a clinical subject 诊疗科目: two digits, and two or four further ones for its parts (`03`, `03.01`).
#[must_use]
pub fn is_specialty(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let digits = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&parts.len()) && parts.iter().all(digits)
}

/// Whether the text is an ICD-10 category: a letter and two digits.
#[must_use]
pub fn is_category(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 3 && bytes[0].is_ascii_uppercase() && bytes[1..].iter().all(u8::is_ascii_digit)
}

/// Whether the text can be dialled: three (120) to twenty digits with the usual separators.
#[must_use]
pub fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '('))
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-() /转".contains(c))
}

/// Whether the text is a code that systems can exchange: letters, digits and a few marks.
#[must_use]
pub fn is_code(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// Whether the text is a health title of GB/T 8561: physicians 231–235, pharmacists 241–245, nurses 251–255, technicians 261–265.
#[must_use]
pub fn is_title(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 3
        && bytes[0] == b'2'
        && (b'3'..=b'6').contains(&bytes[1])
        && (b'1'..=b'5').contains(&bytes[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_gb_32100_checks() {
        assert!(is_credit_code_form("91350100M000100Y43"));
        assert!(credit_code_checks("91350100M000100Y43"));
    }

    #[test]
    fn every_single_mistake_in_a_credit_code_is_found() {
        let good: Vec<char> = "91350100M000100Y43".chars().collect();
        for place in 0..good.len() {
            for wrong in CREDIT_ALPHABET
                .chars()
                .filter(|wrong| *wrong != good[place])
            {
                let mut text = good.clone();
                text[place] = wrong;
                let text: String = text.into_iter().collect();
                assert!(!credit_code_checks(&text), "{text}");
            }
        }
        assert!(!credit_code_checks(""));
        assert!(!is_credit_code_form("9135010OM000100Y43"));
    }

    #[test]
    fn forms_are_told_apart() {
        for (good, bad, test) in [
            ("610402", "160402", is_region as fn(&str) -> bool),
            ("61", "6", is_region_prefix),
            ("C220", "c220", is_type_code),
            ("03.01", "3.1", is_specialty),
            ("I63", "I6X", is_category),
            ("029-8765 4321", "八七六五", is_phone),
            ("120", "12", is_phone),
            ("PDY-610.4/2", "机构1", is_code),
            ("232", "236", is_title),
            ("261", "221", is_title),
        ] {
            assert!(test(good), "{good}");
            assert!(!test(bad), "{bad}");
        }
    }
}
