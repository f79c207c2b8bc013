//! The folder of a demo: what belongs to it, how it is recognised, and how it is emptied.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use data_encoding::BASE64;

use super::book::{self, Book};
use crate::{crypto::Keys, error::Error};

/// The file by which a folder is recognised as a demo's. Whoever runs the demo holds its lock.
const MARK: &str = "liandong-demo";
/// The file with the master secret, as `liandong key` prints one.
const MASTER_KEY: &str = "master-key";
/// Whatever else a demo leaves in its folder.
const REST: &[&str] = &[
    book::FILE,
    "demo.json.new",
    "liandong.sqlite",
    "liandong.sqlite-wal",
    "liandong.sqlite-shm",
    "audit-head",
    MASTER_KEY,
];

/// A folder that holds a demo, or will.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    // Held until the demo ends: two on one database would each take the other's work.
    _mark: File,
}

impl Folder {
    /// Takes a folder for a demo: a new one, an empty one, or one that held a demo before. `fresh` empties it first; so does a demo
    /// that was never made to its end.
    ///
    /// # Errors
    /// Where the folder holds something else, or another process runs the demo that it holds.
    pub fn take(path: &Path, fresh: bool) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let mark = path.join(MARK);
        if !mark.exists() && fs::read_dir(path)?.next().is_some() {
            return Err(io::Error::other(format!(
                "{} holds something that is not a demo; name another folder with --data-dir.",
                path.display()
            )));
        }
        let held = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&mark)?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::other(format!(
                    "The demo in {} is running already.",
                    path.display()
                )));
            }
            Err(TryLockError::Error(fault)) => return Err(fault),
        }
        let folder = Self {
            path: path.to_owned(),
            _mark: held,
        };
        if fresh || folder.book().is_none() {
            folder.empty()?;
            let secret = BASE64.encode(&Keys::random_master());
            private(&path.join(MASTER_KEY))?.write_all(secret.as_bytes())?;
        }
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The demo's accounts; none where it was not made to its end.
    #[must_use]
    pub fn book(&self) -> Option<Book> {
        Book::read(&self.path)
    }

    /// The keys of the demo.
    ///
    /// # Errors
    /// Where the file of the master secret is gone or was changed.
    pub fn keys(&self) -> io::Result<Keys> {
        let text = fs::read_to_string(self.path.join(MASTER_KEY))?;
        let master = BASE64
            .decode(text.trim().as_bytes())
            .map_err(io::Error::other)?;
        Keys::new(master).map_err(|fault: Error| io::Error::other(fault))
    }

    /// Says that the demo is made: first the database is on the disk, then the book.
    pub(super) fn settle(&self, book: &Book) -> io::Result<()> {
        File::open(self.path.join("liandong.sqlite"))?.sync_all()?;
        book.write(&self.path)
    }

    /// Removes what a demo leaves, and nothing else.
    fn empty(&self) -> io::Result<()> {
        for name in REST {
            match fs::remove_file(self.path.join(name)) {
                Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A new file that only its owner can read.
pub(super) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
