//! Public ids: a short prefix that names the type and 26 base32 characters of a UUIDv7 (the `TypeID` 0.3 format).

use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::error::{Error, ProblemCode, Result};

/// Crockford's alphabet in lower case, as `TypeID` has it.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The types of object that have a public id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An account.
    Account,
    /// A grant.
    Grant,
    /// A community.
    Community,
    /// An institution of any tier.
    Institution,
    /// A department.
    Department,
    /// A practitioner.
    Practitioner,
    /// A patient.
    Patient,
    /// A patient's tag.
    PatientTag,
    /// A referral.
    Referral,
    /// An event of a timeline.
    Event,
    /// An audit entry.
    Audit,
    /// A bed pool.
    BedPool,
    /// A slot.
    Slot,
    /// An episode of care.
    Episode,
    /// A follow-up task.
    FollowUp,
    /// A registration that disagrees with the record.
    PatientConflict,
    /// A patient opened by break-glass.
    BreakGlass,
    /// A merge of two records.
    Merge,
    /// A file.
    File,
    /// A shared centre.
    SharedCentre,
    /// An item of a shared centre's catalogue.
    CatalogueItem,
    /// An order to a shared centre.
    Order,
    /// A specimen.
    Specimen,
    /// A critical value.
    CriticalValue,
    /// A sterile batch.
    Batch,
    /// A training session.
    TrainingSession,
    /// An alliance.
    Alliance,
    /// An agreement of two institutions.
    Agreement,
    /// A studio of a named doctor.
    Studio,
    /// A supervision visit.
    SupervisionVisit,
    /// An institution's report of a month.
    VolumeReport,
    /// A team of family doctors.
    FamilyDoctorTeam,
    /// A service package of family doctors.
    FamilyDoctorPackage,
    /// A contract with family doctors.
    FamilyDoctorContract,
    /// A dispatch of an expert.
    Dispatch,
    /// What an expert did in half a day.
    DispatchLog,
    /// A place in the feed.
    Change,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 37] = [
        Self::Account,
        Self::Grant,
        Self::Community,
        Self::Institution,
        Self::Department,
        Self::Practitioner,
        Self::Patient,
        Self::PatientTag,
        Self::Referral,
        Self::Event,
        Self::Audit,
        Self::BedPool,
        Self::Slot,
        Self::Episode,
        Self::FollowUp,
        Self::PatientConflict,
        Self::BreakGlass,
        Self::Merge,
        Self::File,
        Self::SharedCentre,
        Self::CatalogueItem,
        Self::Order,
        Self::Specimen,
        Self::CriticalValue,
        Self::Batch,
        Self::TrainingSession,
        Self::Alliance,
        Self::Agreement,
        Self::Studio,
        Self::SupervisionVisit,
        Self::VolumeReport,
        Self::FamilyDoctorTeam,
        Self::FamilyDoctorPackage,
        Self::FamilyDoctorContract,
        Self::Dispatch,
        Self::DispatchLog,
        Self::Change,
    ];

    /// The prefix of its ids.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Account => "acc",
            Self::Grant => "grt",
            Self::Community => "com",
            Self::Institution => "inst",
            Self::Department => "dep",
            Self::Practitioner => "prac",
            Self::Patient => "pat",
            Self::PatientTag => "tag",
            Self::Referral => "ref",
            Self::Event => "evt",
            Self::Audit => "aud",
            Self::BedPool => "bed",
            Self::Slot => "slot",
            Self::Episode => "epi",
            Self::FollowUp => "fup",
            Self::PatientConflict => "cnf",
            Self::BreakGlass => "bgl",
            Self::Merge => "mrg",
            Self::File => "fil",
            Self::SharedCentre => "ctr",
            Self::CatalogueItem => "itm",
            Self::Order => "ord",
            Self::Specimen => "spc",
            Self::CriticalValue => "crv",
            Self::Batch => "bat",
            Self::TrainingSession => "trn",
            Self::Alliance => "alli",
            Self::Agreement => "agr",
            Self::Studio => "std",
            Self::SupervisionVisit => "svv",
            Self::VolumeReport => "vol",
            Self::FamilyDoctorTeam => "fdt",
            Self::FamilyDoctorPackage => "fdp",
            Self::FamilyDoctorContract => "fdc",
            Self::Dispatch => "dsp",
            Self::DispatchLog => "dlg",
            Self::Change => "chg",
        }
    }
}

/// A new UUIDv7 whose time is `at`, so that a test's clock orders ids too.
#[must_use]
pub fn new(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        seconds,
        at.timestamp_subsec_nanos(),
    ))
}

/// The public id of an object.
#[must_use]
pub fn encode(kind: Kind, id: Uuid) -> String {
    let value = id.as_u128();
    let mut text = String::with_capacity(32);
    text.push_str(kind.prefix());
    text.push('_');
    for place in (0..26).rev() {
        let digit = usize::try_from((value >> (5 * place)) & 31).unwrap_or(0);
        text.push(char::from(ALPHABET[digit]));
    }
    text
}

/// Reads the public id of an object of any kind; none where it is malformed.
#[must_use]
pub fn decode_any(text: &str) -> Option<(Kind, Uuid)> {
    let (prefix, digits) = text.rsplit_once('_')?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
    let digits = digits.as_bytes();
    // 26 × 5 bits are two more than 128: the first digit is at most 7.
    if digits.len() != 26 || digits[0] > b'7' {
        return None;
    }
    let mut value = 0u128;
    for digit in digits {
        let place = ALPHABET.iter().position(|letter| letter == digit)?;
        value = (value << 5) | u128::try_from(place).ok()?;
    }
    Some((kind, Uuid::from_u128(value)))
}

/// Reads the public id of an object of that kind; a refusal names the field at `path`.
pub fn decode(kind: Kind, text: &str, path: &str) -> Result<Uuid> {
    match decode_any(text) {
        Some((found, id)) if found == kind => Ok(id),
        Some(_) => Err(Error::invalid(
            path,
            ProblemCode::WrongType,
            format!("An id that starts with {}_ is wanted.", kind.prefix()),
        )),
        None => Err(Error::invalid(
            path,
            ProblemCode::Format,
            "Not an id of this service.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let id = new(DateTime::UNIX_EPOCH);
        for kind in Kind::ALL {
            let text = encode(kind, id);
            assert_eq!(decode_any(&text), Some((kind, id)), "{text}");
        }
    }

    #[test]
    fn the_example_of_the_typeid_specification() {
        let id = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").expect("a UUID");
        assert!(encode(Kind::Patient, id).ends_with("_01h455vb4pex5vsknk084sn02q"));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for text in [
            "",
            "pat",
            "pat_",
            "pat_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "pat_01h455vb4pex5vsknk084sn02",
            "pat_01H455VB4PEX5VSKNK084SN02Q",
            "xyz_01h455vb4pex5vsknk084sn02q",
            "pat_01h455vb4pex5vsknk084sn02é",
        ] {
            assert_eq!(decode_any(text), None, "{text}");
        }
    }
}
