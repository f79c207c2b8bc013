//! Numbers of referrals (`R…`) and orders (`S…`): letter, day, region, random base32, check character. Never gapless, never from a sequence.

use chrono::NaiveDate;

use crate::crypto::random;

/// Crockford's alphabet: no I, L, O, U, which people misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters: 40 bits a day and region.
const RANDOM: usize = 8;

/// What numbers of referrals begin with.
pub const REFERRAL: char = 'R';
/// What numbers of orders to shared centres begin with.
pub const ORDER: char = 'S';

/// A new number for that day (Asia/Shanghai) and region (GB/T 2260).
#[must_use]
pub fn draw(letter: char, day: NaiveDate, region: &str) -> String {
    let mut number = format!("{letter}{}{region}", day.format("%Y%m%d"));
    for byte in random::<RANDOM>() {
        number.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    let check = check_character(&number);
    number.push(check);
    number
}

/// Whether the text is such a number with the right check character.
#[must_use]
pub fn is_valid(letter: char, number: &str) -> bool {
    let Some((last, _)) = number.char_indices().next_back() else {
        return false;
    };
    let (body, check) = number.split_at(last);
    (20..=30).contains(&number.len())
        && number.starts_with(letter)
        && number.bytes().all(|byte| ALPHABET.contains(&byte))
        && check.starts_with(check_character(body))
}

/// The sum of the characters' places, weighted by position, modulo 31 (a prime, so that each slip and each swap of neighbours shows).
fn check_character(body: &str) -> char {
    let sum: usize = body
        .bytes()
        .enumerate()
        .map(|(position, byte)| (position + 1) * place(byte))
        .sum();
    char::from(ALPHABET[sum % 31])
}

fn place(byte: u8) -> usize {
    ALPHABET
        .iter()
        .position(|letter| *letter == byte)
        .unwrap_or(usize::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_one_character_shows() {
        let number = draw(
            REFERRAL,
            NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day"),
            "330108",
        );
        assert!(is_valid(REFERRAL, &number), "{number}");
        for position in 1..number.len() {
            for letter in ALPHABET {
                let mut slipped = number.clone().into_bytes();
                if place(slipped[position]) % 31 == place(*letter) % 31 {
                    continue;
                }
                slipped[position] = *letter;
                let slipped = String::from_utf8(slipped).expect("ASCII");
                assert!(
                    (position + 1) % 31 == 0 || !is_valid(REFERRAL, &slipped),
                    "{slipped}"
                );
            }
        }
    }
}
