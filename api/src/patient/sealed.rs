//! What of a patient is encrypted at rest, and the keyed hashes by which it is found again.

use entity::patient::Model;
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

fn seal(keys: &Keys, patient: Uuid, plain: Option<&str>) -> Result<Option<Vec<u8>>> {
    plain
        .map(|plain| keys.seal(Use::Identity, patient.as_bytes(), plain.as_bytes()))
        .transpose()
}

fn open(keys: &Keys, patient: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = keys.open(Use::Identity, patient.as_bytes(), sealed)?;
    String::from_utf8(plain)
        .map(Some)
        .map_err(|_| Error::Internal("an encrypted value is no text".into()))
}
