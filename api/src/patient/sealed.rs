//! What of a patient is encrypted at rest, and the keyed hashes by which it is found again.

use chrono::NaiveDate;
use entity::{enums::Sex, patient::Model};
use uuid::Uuid;

use super::{certificate::Certificate, text::phone_digits};
use crate::{
    crypto::{Keys, Use},
    error::{Error, Result},
};

/// The encrypted number of a certificate.
pub fn certificate(
    keys: &Keys,
    patient: Uuid,
    certificate: Option<&Certificate>,
) -> Result<Option<Vec<u8>>> {
    seal(
        keys,
        patient,
        certificate.map(|known| known.number.as_str()),
    )
}

/// The encrypted phone.
pub fn phone(keys: &Keys, patient: Uuid, phone: Option<&str>) -> Result<Option<Vec<u8>>> {
    seal(keys, patient, phone)
}

/// The keyed hash by which a phone is found, however it is written.
pub fn phone_hash(keys: &Keys, phone: &str) -> Vec<u8> {
    let digits = phone_digits(phone);
    keys.hash(Use::Search, &[b"phone", digits.as_bytes()])
        .to_vec()
}

/// The number of the patient's certificate.
pub fn open_certificate(keys: &Keys, row: &Model) -> Result<Option<String>> {
    open(keys, row.id, row.certificate_cipher.as_deref())
}

/// The patient's phone.
pub fn open_phone(keys: &Keys, row: &Model) -> Result<Option<String>> {
    open(keys, row.id, row.phone_cipher.as_deref())
}

/// A text about a patient, encrypted for the row of that id.
pub fn seal_text(keys: &Keys, row: Uuid, plain: &str) -> Result<Vec<u8>> {
    keys.seal(Use::Identity, row.as_bytes(), plain.as_bytes())
}

/// What [`seal_text`] encrypted.
pub fn open_text(keys: &Keys, row: Uuid, sealed: &[u8]) -> Result<String> {
    String::from_utf8(keys.open(Use::Identity, row.as_bytes(), sealed)?)
        .map_err(|_| Error::Internal("an encrypted value is no text".into()))
}

/// The keyed hash of what somebody without any number was registered with, by which it is known again.
pub fn known_as(keys: &Keys, name: &str, sex: Sex, birth_date: Option<NaiveDate>) -> Vec<u8> {
    let born = birth_date.map(|day| day.to_string()).unwrap_or_default();
    let parts: [&[u8]; 4] = [
        b"known as",
        name.as_bytes(),
        sex.code().as_bytes(),
        born.as_bytes(),
    ];
    keys.hash(Use::Search, &parts).to_vec()
}

fn seal(keys: &Keys, patient: Uuid, plain: Option<&str>) -> Result<Option<Vec<u8>>> {
    plain
        .map(|plain| seal_text(keys, patient, plain))
        .transpose()
}

fn open(keys: &Keys, patient: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    sealed
        .map(|sealed| open_text(keys, patient, sealed))
        .transpose()
}
