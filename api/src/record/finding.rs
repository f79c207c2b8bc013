//! What is wrong with the audit trail, in words that tell an operator where to look.

use std::fmt;

use uuid::Uuid;

use crate::id::{self, Kind};

/// How many findings are listed one by one; the others are counted.
const LISTED: usize = 200;

/// One thing that is wrong with the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Links are missing inside the chain.
    LinksRemoved {
        /// First missing position.
        from: i64,
        /// Last missing position.
        to: i64,
    },
    /// A sealed entry is missing.
    EntryRemoved {
        /// Its position.
        position: i64,
        /// Its id.
        entry: Uuid,
    },
    /// A sealed entry or its link is not what was sealed.
    Changed {
        /// Its position.
        position: i64,
        /// Its id.
        entry: Uuid,
    },
    /// A sealed entry stands at another position than it was sealed at.
    Moved {
        /// Its id.
        entry: Uuid,
        /// Where it was sealed.
        from: i64,
        /// Where it stands.
        to: i64,
    },
    /// The chain ends before a head that was recorded.
    CutOff {
        /// Its last position.
        last: i64,
        /// The position that was recorded.
        recorded: i64,
        /// Where.
        witness: Witness,
    },
    /// At a recorded head the chain has another hash.
    HeadDiffers {
        /// The position that was recorded.
        recorded: i64,
        /// Where.
        witness: Witness,
    },
    /// An entry is not sealed, though it is old enough.
    Unsealed {
        /// Its id.
        entry: Uuid,
    },
    /// An entry was removed before it was sealed.
    RemovedUnsealed {
        /// Its id.
        entry: Uuid,
    },
    /// A patient's access list does not lead to a sealed entry that names the patient.
    Unlisted {
        /// The entry.
        entry: Uuid,
        /// The patient.
        patient: Uuid,
    },
    /// The file with the head cannot be read.
    HeadFile(String),
}

/// Who recorded a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The file in the data folder.
    File,
    /// The sealer's own row in the database.
    Database,
}

impl fmt::Display for Witness {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::File => "the file audit-head",
            Self::Database => "the sealer's row in the database",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let public = |entry: &Uuid| id::encode(Kind::Audit, *entry);
        match self {
            Self::LinksRemoved { from, to } if from == to => {
                write!(
                    out,
                    "removed: the link at position {from}; the entry after it cannot be checked"
                )
            }
            Self::LinksRemoved { from, to } => write!(
                out,
                "removed: the links at positions {from} to {to}; the entry after them cannot be checked"
            ),
            Self::EntryRemoved { position, entry } => {
                write!(
                    out,
                    "removed: entry {} at position {position}",
                    public(entry)
                )
            }
            Self::Changed { position, entry } => {
                write!(
                    out,
                    "changed: entry {} at position {position}",
                    public(entry)
                )
            }
            Self::Moved { entry, from, to } => write!(
                out,
                "reordered: entry {} was sealed at position {from} and stands at {to}",
                public(entry)
            ),
            Self::CutOff {
                last,
                recorded,
                witness,
            } => write!(
                out,
                "cut off: the chain ends at position {last}, but {witness} has {recorded}"
            ),
            Self::HeadDiffers { recorded, witness } => write!(
                out,
                "replaced: at position {recorded} the chain is not the one that {witness} has"
            ),
            Self::Unsealed { entry } => {
                write!(out, "unsealed: entry {} has waited too long", public(entry))
            }
            Self::RemovedUnsealed { entry } => write!(
                out,
                "removed: entry {} before it could be sealed",
                public(entry)
            ),
            Self::Unlisted { entry, patient } => write!(
                out,
                "unlisted: the access list of {} lacks entry {}",
                id::encode(Kind::Patient, *patient),
                public(entry)
            ),
            Self::HeadFile(fault) => write!(out, "head file: {fault}"),
        }
    }
}

/// What [verify](super::verify::verify) found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How many links were checked.
    pub checked: u64,
    /// Position of the last link.
    pub last: i64,
    /// Whether there was a file with a head to compare with.
    pub head_file: bool,
    /// What is wrong, the first of it.
    pub listed: Vec<Finding>,
    /// How many more things are wrong.
    pub more: u64,
}

impl Findings {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.listed.is_empty()
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if self.listed.len() < LISTED {
            self.listed.push(finding);
        } else {
            self.more += 1;
        }
    }
}
