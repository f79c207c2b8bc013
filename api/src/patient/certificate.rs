//! Certificates: their numbers checked, normalised, hashed and masked.

use chrono::NaiveDate;
use entity::enums::{CertificateKind, Sex};
use serde::Serialize;

use crate::{
    crypto::{Keys, Use},
    error::{ProblemCode, Problems},
    text::line,
};

/// A certificate as the caller wrote it.
#[derive(Clone, Serialize)]
pub struct CertificateInput {
    /// Its kind.
    pub kind: CertificateKind,
    /// Its number.
    pub number: String,
}

/// A certificate whose number has the form that its kind asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its kind.
    pub kind: CertificateKind,
    /// Its number, in upper case and without surrounding space.
    pub number: String,
}

impl CertificateInput {
    /// Checks the number by the rules of its kind; problems name `{path}.number`.
    pub fn check(
        &self,
        today: NaiveDate,
        path: &str,
        problems: &mut Problems,
    ) -> Option<Certificate> {
        const LONGEST: usize = 50;
        let path = format!("{path}.number");
        if self.number.trim().is_empty() {
            problems.add(path, ProblemCode::Required, "A certificate has a number.");
            return None;
        }
        let number = line(Some(&self.number), LONGEST, &path, problems)?.to_ascii_uppercase();
        let found = match self.kind {
            CertificateKind::ResidentIdCard => resident(&number, today),
            kind => other(kind, &number),
        };
        match found {
            Ok(()) => Some(Certificate {
                kind: self.kind,
                number,
            }),
            Err((code, message)) => {
                problems.add(path, code, message);
                None
            }
        }
    }
}

impl Certificate {
    /// The keyed hash by which the certificate is found.
    #[must_use]
    pub fn hash(&self, keys: &Keys) -> Vec<u8> {
        let parts: [&[u8]; 3] = [
            b"certificate",
            self.kind.code().as_bytes(),
            self.number.as_bytes(),
        ];
        keys.hash(Use::Search, &parts).to_vec()
    }

    /// First four and last four characters; short numbers show nothing.
    #[must_use]
    pub fn mask(&self) -> String {
        const SHOWN: usize = 4;
        const SHORT: usize = 12;
        let signs: Vec<char> = self.number.chars().collect();
        if signs.len() < SHORT {
            return "*".repeat(signs.len());
        }
        let hidden = signs.len() - 2 * SHOWN;
        let shown = |part: &[char]| part.iter().collect::<String>();
        format!(
            "{}{}{}",
            shown(&signs[..SHOWN]),
            "*".repeat(hidden),
            shown(&signs[SHOWN + hidden..])
        )
    }

    /// The birth date that a resident's number holds.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        (self.kind == CertificateKind::ResidentIdCard)
            .then(|| resident_birth_date(&self.number))
            .flatten()
    }

    /// The sex that a resident's number holds.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        if self.kind != CertificateKind::ResidentIdCard {
            return None;
        }
        let digit = self.number.as_bytes().get(16)?;
        Some(if digit % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        })
    }
}

type Fault = (ProblemCode, &'static str);

/// GB 11643: six digits of place, eight of birth date, three of sequence (odd for men), one check character.
fn resident(number: &str, today: NaiveDate) -> Result<(), Fault> {
    let signs = number.as_bytes();
    let formed = signs.len() == 18
        && signs[0] != b'0'
        && signs[..17].iter().all(u8::is_ascii_digit)
        && (signs[17].is_ascii_digit() || signs[17] == b'X');
    if !formed {
        let message = "A resident's number has 17 digits and a check character (a digit or X).";
        return Err((ProblemCode::Format, message));
    }
    match resident_birth_date(number) {
        None => {
            let message = "The birth date in the number is no date.";
            return Err((ProblemCode::Format, message));
        }
        Some(birth) if birth > today => {
            let message = "The birth date in the number lies in the future.";
            return Err((ProblemCode::TooLarge, message));
        }
        Some(_) => {}
    }
    if check_character(&signs[..17]) == signs[17] {
        Ok(())
    } else {
        let message = "The check character does not fit the number (GB 11643).";
        Err((ProblemCode::CheckDigit, message))
    }
}

fn resident_birth_date(number: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(number.get(6..14)?, "%Y%m%d").ok()
}

/// ISO 7064 MOD 11-2 over the first seventeen digits.
fn check_character(digits: &[u8]) -> u8 {
    let mut rest = 0;
    for digit in digits {
        rest = (rest + u32::from(digit - b'0')) * 2 % 11;
    }
    match (12 - rest) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}

/// Other certificates: only their length and the signs they are written with.
fn other(kind: CertificateKind, number: &str) -> Result<(), Fault> {
    let shortest = match kind {
        CertificateKind::Passport | CertificateKind::DrivingLicence => 5,
        CertificateKind::HongKongMacaoPermit | CertificateKind::TaiwanPermit => 8,
        _ => 3,
    };
    let longest = match kind {
        CertificateKind::Passport
        | CertificateKind::HongKongMacaoPermit
        | CertificateKind::TaiwanPermit => 20,
        _ => 50,
    };
    let latin = matches!(
        kind,
        CertificateKind::Passport
            | CertificateKind::DrivingLicence
            | CertificateKind::HongKongMacaoPermit
            | CertificateKind::TaiwanPermit
    );
    let length = number.chars().count();
    if length < shortest {
        return Err((
            ProblemCode::TooSmall,
            "Numbers of this kind of certificate are longer.",
        ));
    }
    if length > longest {
        return Err((
            ProblemCode::TooLong,
            "Numbers of this kind of certificate are shorter.",
        ));
    }
    let written = |sign: char| {
        if latin {
            sign.is_ascii_alphanumeric() || "-()".contains(sign)
        } else {
            sign.is_alphanumeric() || "-/().（） ".contains(sign)
        }
    };
    if number.chars().all(written) {
        Ok(())
    } else {
        Err((
            ProblemCode::Characters,
            "Numbers of this kind of certificate have letters and digits.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(kind: CertificateKind, number: &str) -> Result<Certificate, ProblemCode> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
        let mut problems = Problems::default();
        let input = CertificateInput {
            kind,
            number: number.to_owned(),
        };
        input
            .check(today, "certificate", &mut problems)
            .ok_or_else(|| {
                problems
                    .into_vec()
                    .first()
                    .map(|problem| problem.code)
                    .expect("a problem")
            })
    }

    #[test]
    fn a_resident_number_is_checked_whole() {
        use ProblemCode::{CheckDigit, Format, Required, TooLarge};
        let of = |number| {
            checked(CertificateKind::ResidentIdCard, number).map(|certificate| certificate.number)
        };
        // The example of GB 11643, in both cases of its check character.
        assert_eq!(of("11010519491231002X"), Ok("11010519491231002X".into()));
        assert_eq!(of(" 11010519491231002x "), Ok("11010519491231002X".into()));
        assert_eq!(of("440524188001010014"), Ok("440524188001010014".into()));
        assert_eq!(of("110105194912310021"), Err(CheckDigit));
        assert_eq!(of("110105194913310023"), Err(Format));
        assert_eq!(of("11010519490231002X"), Err(Format));
        assert_eq!(of("110105491231002"), Err(Format));
        assert_eq!(of("1101051949123100XX"), Err(Format));
        assert_eq!(of("１１０１０５１９４９１２"), Err(Format));
        assert_eq!(of("110105209912310029"), Err(TooLarge));
        assert_eq!(of("  "), Err(Required));
    }

    #[test]
    fn a_resident_number_tells_birth_date_and_sex() {
        let woman =
            checked(CertificateKind::ResidentIdCard, "11010519491231002X").expect("a number");
        assert_eq!(woman.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31));
        assert_eq!(woman.sex(), Some(Sex::Female));
        assert_eq!(woman.mask(), "1101**********002X");
    }

    #[test]
    fn other_numbers_have_their_signs() {
        use ProblemCode::{Characters, TooLong, TooSmall};
        let of = |kind, number: &str| checked(kind, number).map(|certificate| certificate.mask());
        assert_eq!(
            of(CertificateKind::Passport, "e12345678"),
            Ok("*********".into())
        );
        assert_eq!(of(CertificateKind::Passport, "E1"), Err(TooSmall));
        assert_eq!(of(CertificateKind::Passport, "护照12345"), Err(Characters));
        assert_eq!(of(CertificateKind::Passport, &"E".repeat(21)), Err(TooLong));
        assert_eq!(
            of(CertificateKind::MilitaryId, "南字第01234567号"),
            Ok("南字第0****567号".into())
        );
    }
}
