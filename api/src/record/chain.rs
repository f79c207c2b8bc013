//! The arithmetic of checking a chain: pages of links in, findings out. It holds one page and no connection.

use chrono::{DateTime, Utc};
use entity::audit;
use uuid::Uuid;

use super::{
    finding::{Finding, Findings, Witness},
    seal::{self, GENESIS, Head},
};
use crate::crypto::Keys;

/// A link and the entry it seals.
pub(super) struct Link {
    pub position: i64,
    pub entry_id: Uuid,
    pub entry: Sealed,
    pub hash: Vec<u8>,
    pub sealed_at: DateTime<Utc>,
}

/// What stands at a link.
pub(super) enum Sealed {
    /// An entry.
    Entry(Box<audit::Model>),
    /// Something that is not an entry of ours.
    Unreadable,
    /// Nothing.
    Gone,
}

impl Sealed {
    /// The entry, where it can be read.
    pub fn readable(&self) -> Option<&audit::Model> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Unreadable | Self::Gone => None,
        }
    }
}

/// A link whose hash is not the one that its entry, its position and the link before give.
struct Suspect {
    position: i64,
    entry: audit::Model,
    hash: Vec<u8>,
    sealed_at: DateTime<Utc>,
    before: Vec<u8>,
    computed: [u8; 32],
}

/// How many suspects of a page are compared with one another, to tell a changed entry from one that was moved.
const COMPARED: usize = 16;

/// Goes along the chain.
pub(super) struct Walk<'a> {
    keys: &'a Keys,
    witnesses: Vec<(Witness, Head)>,
    pub findings: Findings,
    last: i64,
    /// Hash of the last link; none after a gap.
    before: Option<Vec<u8>>,
    /// What the last link should have been, where it was a suspect.
    should: Option<[u8; 32]>,
}

impl<'a> Walk<'a> {
    pub fn new(keys: &'a Keys, witnesses: Vec<(Witness, Head)>, findings: Findings) -> Self {
        Self {
            keys,
            witnesses,
            findings,
            last: 0,
            before: Some(GENESIS.to_vec()),
            should: None,
        }
    }

    /// Checks the next links.
    pub fn page(&mut self, links: Vec<Link>) {
        let mut suspects = Vec::new();
        let carried = self.should;
        for link in links {
            self.findings.checked += 1;
            if link.position < 1 {
                self.findings.add(Finding::Changed {
                    position: link.position,
                    entry: link.entry_id,
                });
                continue;
            }
            if link.position != self.last + 1 {
                self.findings.add(Finding::LinksRemoved {
                    from: self.last + 1,
                    to: link.position - 1,
                });
                self.before = None;
            }
            self.last = link.position;
            self.compare_heads(&link);
            let before = self.before.replace(link.hash.clone());
            self.should = None;
            let (position, entry) = (link.position, link.entry_id);
            let entry = match link.entry {
                Sealed::Entry(entry) => *entry,
                Sealed::Unreadable => {
                    self.findings.add(Finding::Changed { position, entry });
                    continue;
                }
                Sealed::Gone => {
                    self.findings.add(Finding::EntryRemoved { position, entry });
                    continue;
                }
            };
            let Some(before) = before else { continue };
            let computed = seal::link(self.keys, &before, link.position, link.sealed_at, &entry);
            if computed[..] != link.hash[..] {
                self.should = Some(computed);
                suspects.push(Suspect {
                    position: link.position,
                    entry,
                    hash: link.hash,
                    sealed_at: link.sealed_at,
                    before,
                    computed,
                });
            }
        }
        self.judge(&suspects, carried);
    }

    /// What was found, once the last page was checked.
    pub fn end(mut self) -> Findings {
        for (witness, head) in &self.witnesses {
            if head.position > self.last {
                self.findings.add(Finding::CutOff {
                    last: self.last,
                    recorded: head.position,
                    witness: *witness,
                });
            }
        }
        self.findings.last = self.last;
        self.findings
    }

    fn compare_heads(&mut self, link: &Link) {
        for (witness, head) in &self.witnesses {
            if head.position == link.position && head.hash != link.hash {
                self.findings.add(Finding::HeadDiffers {
                    recorded: head.position,
                    witness: *witness,
                });
            }
        }
    }

    /// Says what is wrong with each suspect: moved, changed, or nothing but the link before it.
    fn judge(&mut self, suspects: &[Suspect], carried: Option<[u8; 32]>) {
        let compared = &suspects[..suspects.len().min(COMPARED)];
        let mut befores: Vec<&[u8]> = carried.iter().map(|hash| &hash[..]).collect();
        for suspect in compared {
            befores.extend([&suspect.before[..], &suspect.hash, &suspect.computed]);
        }
        for (number, suspect) in suspects.iter().enumerate() {
            let sealed_at = if number < COMPARED {
                self.place(suspect, compared, &befores)
            } else {
                None
            };
            let entry = suspect.entry.id;
            match sealed_at {
                // Only the link before it is at fault.
                Some(position) if position == suspect.position => {}
                Some(position) => self.findings.add(Finding::Moved {
                    entry,
                    from: position,
                    to: suspect.position,
                }),
                None => self.findings.add(Finding::Changed {
                    position: suspect.position,
                    entry,
                }),
            }
        }
    }

    /// The position at which the suspect was sealed, if that can be told.
    fn place(&self, suspect: &Suspect, others: &[Suspect], befores: &[&[u8]]) -> Option<i64> {
        let sealed = |position: i64, owner: &Suspect| {
            befores.iter().any(|before| {
                let hash = seal::link(self.keys, before, position, owner.sealed_at, &suspect.entry);
                hash[..] == owner.hash
            })
        };
        if sealed(suspect.position, suspect) {
            return Some(suspect.position);
        }
        // The whole link was moved, or the link of another position was sealed over this entry.
        others
            .iter()
            .find(|other| sealed(other.position, suspect) || sealed(other.position, other))
            .map(|other| other.position)
    }
}
