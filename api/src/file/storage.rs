//! Where the bytes of files lie: below the data folder, encrypted, each under its id.
//!
//! Bytes are written to a temporary name, made safe on disk, and renamed: under its final name a file is whole or not there. Several
//! processes on one database share the folder.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures::{Stream, stream};
use sha2::{Digest as _, Sha256};
use tokio::{
    fs,
    io::{AsyncReadExt as _, AsyncWriteExt as _},
};
use uuid::Uuid;

use crate::{
    crypto::{Keys, SEAL_BYTES, Use},
    error::{Error, Result},
};

/// Plain bytes that are sealed together, so that nothing is held whole in memory.
const CHUNK: usize = 64 * 1024;

/// The bytes of files.
#[derive(Clone, Debug)]
pub struct Storage {
    folder: PathBuf,
}

impl Storage {
    /// The storage below that data folder.
    #[must_use]
    pub fn below(data_dir: &Path) -> Self {
        Self {
            folder: data_dir.join("files"),
        }
    }

    /// Where the bytes of a file lie. The end of an id is random, so that the folders fill evenly.
    fn place(&self, id: Uuid) -> PathBuf {
        let name = id.simple().to_string();
        self.folder.join(&name[30..]).join(name)
    }

    fn arriving(&self) -> PathBuf {
        self.folder.join("arriving")
    }

    /// Begins to write a file.
    pub async fn begin(&self, id: Uuid) -> Result<Arriving> {
        let folder = self.arriving();
        fs::create_dir_all(&folder).await.map_err(refused)?;
        let path = folder.join(id.simple().to_string());
        let file = fs::File::create_new(&path).await.map_err(refused)?;
        Ok(Arriving {
            id,
            place: self.place(id),
            path: Some(path),
            file,
            waiting: Vec::new(),
            chunks: 0,
            size: 0,
            hasher: Sha256::new(),
        })
    }

    /// Opens a file of that size.
    pub async fn open(&self, id: Uuid, size: u64) -> Result<Stored> {
        let file = fs::File::open(self.place(id)).await.map_err(|fault| {
            tracing::error!(kind = %fault.kind(), file = %id, "a file cannot be opened");
            Error::Unavailable
        })?;
        Ok(Stored {
            id,
            file,
            left: size,
            chunks: 0,
        })
    }

    /// Removes a file, finished or not; one that is not there is no fault.
    pub async fn remove(&self, id: Uuid) -> Result<()> {
        let arriving = self.arriving().join(id.simple().to_string());
        for path in [arriving, self.place(id)] {
            match fs::remove_file(path).await {
                Err(fault) if fault.kind() != io::ErrorKind::NotFound => {
                    return Err(refused(fault));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The files that began to arrive and never had a row, say because the process was killed: whatever lies there by an id.
    pub async fn unfinished(&self) -> Result<Vec<Uuid>> {
        let mut found = Vec::new();
        let mut entries = match fs::read_dir(self.arriving()).await {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(found),
            entries => entries.map_err(refused)?,
        };
        while let Some(entry) = entries.next_entry().await.map_err(refused)? {
            let name = entry.file_name();
            found.extend(name.to_str().and_then(|name| Uuid::try_parse(name).ok()));
        }
        Ok(found)
    }
}

/// A file that is being written; dropped before it is kept, it is gone.
#[derive(Debug)]
pub struct Arriving {
    id: Uuid,
    place: PathBuf,
    path: Option<PathBuf>,
    file: fs::File,
    waiting: Vec<u8>,
    chunks: u64,
    size: u64,
    hasher: Sha256,
}

/// What has arrived.
#[derive(Clone, Copy, Debug)]
pub struct Content {
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: [u8; 32],
}

impl Arriving {
    /// How many bytes have come so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Writes the next bytes.
    pub async fn write(&mut self, keys: &Keys, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        self.hasher.update(bytes);
        self.waiting.extend_from_slice(bytes);
        // The last chunk is marked as the last, so one always waits.
        while self.waiting.len() > CHUNK {
            let rest = self.waiting.split_off(CHUNK);
            let chunk = std::mem::replace(&mut self.waiting, rest);
            self.seal(keys, &chunk, false).await?;
        }
        Ok(())
    }

    /// Writes what waits and has the disk keep it, still under its temporary name.
    pub async fn finish(&mut self, keys: &Keys) -> Result<Content> {
        let chunk = std::mem::take(&mut self.waiting);
        self.seal(keys, &chunk, true).await?;
        self.file.flush().await.map_err(refused)?;
        self.file.sync_all().await.map_err(refused)?;
        Ok(Content {
            size: self.size,
            sha256: self.hasher.clone().finalize().into(),
        })
    }

    /// Gives the file its final name.
    pub async fn keep(mut self) -> Result<()> {
        let folder = self.place.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).await.map_err(refused)?;
        if let Some(path) = &self.path {
            fs::rename(path, &self.place).await.map_err(refused)?;
        }
        self.path = None;
        let folder = fs::File::open(folder).await.map_err(refused)?;
        folder.sync_all().await.map_err(refused)
    }

    async fn seal(&mut self, keys: &Keys, chunk: &[u8], last: bool) -> Result<()> {
        let sealed = keys.seal(Use::File, &context(self.id, self.chunks, last), chunk)?;
        self.chunks += 1;
        self.file.write_all(&sealed).await.map_err(refused)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A file to be read.
#[derive(Debug)]
pub struct Stored {
    id: Uuid,
    file: fs::File,
    left: u64,
    chunks: u64,
}

impl Stored {
    /// Its bytes, a chunk at a time; ends with a fault where they are not those that were written.
    pub fn read(self, keys: Keys) -> impl Stream<Item = Result<Vec<u8>>> + Send + 'static {
        let keys = Arc::new(keys);
        stream::try_unfold(self, move |mut stored| {
            let keys = keys.clone();
            async move {
                let chunk = stored.next(&keys).await?;
                Ok(chunk.map(|chunk| (chunk, stored)))
            }
        })
    }

    async fn next(&mut self, keys: &Keys) -> Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let length = usize::try_from(self.left).map_or(CHUNK, |left| left.min(CHUNK));
        let last = length as u64 == self.left;
        let mut sealed = vec![0; length + SEAL_BYTES];
        let fault = |_| Error::Internal("a stored file is shorter than it was".into());
        self.file.read_exact(&mut sealed).await.map_err(fault)?;
        let chunk = keys.open(Use::File, &context(self.id, self.chunks, last), &sealed)?;
        self.chunks += 1;
        self.left -= length as u64;
        Ok(Some(chunk))
    }
}

/// What a chunk is bound to: its file, its place in it, and whether another follows.
fn context(id: Uuid, chunk: u64, last: bool) -> Vec<u8> {
    let mut context = id.as_bytes().to_vec();
    context.extend(chunk.to_be_bytes());
    context.push(u8::from(last));
    context
}

/// A disk that refuses, say because it is full: later it may work.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is given to map_err, which hands faults over"
)]
fn refused(fault: io::Error) -> Error {
    tracing::error!(kind = %fault.kind(), "the disk refuses a file");
    Error::Unavailable
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt as _;

    use super::*;

    async fn there_and_back(content: &[u8]) -> Vec<u8> {
        let folder =
            std::env::temp_dir().join(Uuid::from_bytes(crate::crypto::random()).to_string());
        let keys = Keys::new(vec![7; 32]).expect("32 bytes are enough");
        let storage = Storage::below(&folder);
        let id = Uuid::from_bytes(crate::crypto::random());
        let mut arriving = storage.begin(id).await.expect("a temporary folder");
        for part in content.chunks(50_000) {
            arriving.write(&keys, part).await.expect("it is written");
        }
        let written = arriving.finish(&keys).await.expect("it is synced");
        assert_eq!(storage.unfinished().await.expect("it is read"), [id]);
        arriving.keep().await.expect("it is renamed");
        assert!(storage.unfinished().await.expect("it is read").is_empty());
        let on_disk = std::fs::read(storage.place(id)).expect("it is there");
        assert!(
            !on_disk
                .windows(16)
                .any(|window| content.starts_with(window))
        );
        let stored = storage.open(id, written.size).await.expect("it is there");
        let chunks: Vec<Vec<u8>> = stored.read(keys).try_collect().await.expect("it opens");
        storage.remove(id).await.expect("it is removed");
        assert!(storage.open(id, written.size).await.is_err());
        std::fs::remove_dir_all(folder).expect("the folder is ours");
        chunks.concat()
    }

    #[tokio::test]
    async fn what_is_written_can_be_read() {
        for size in [17, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let content: Vec<u8> = (0_u8..251).cycle().take(size).collect();
            assert!(there_and_back(&content).await == content, "{size}");
        }
    }
}
