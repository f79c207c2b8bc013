//! Seals committed audit entries into a chain, so that one who changes the table is found out.
//!
//! A single sealer works on its own lease. Each link is an HMAC over the link before, its position and the entry, with a key that the database does not
//! have. The end of the chain also goes to the log and to the file `audit-head` in the data folder: who cuts the chain off in
//! the database does not reach those.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::{audit, audit_link, audit_outbox};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use tokio::{fs, io::AsyncWriteExt as _};

use super::{canonical, lease};
use crate::{
    app::App,
    crypto::{Keys, Use},
    db::Txn,
    error::{Error, Result},
};

/// Name of the lease.
pub(super) const LEASE: &str = "audit";
/// How many entries are sealed in one transaction.
pub(super) const BATCH: usize = 500;
/// What stands before the first link.
pub(super) const GENESIS: [u8; 32] = [0; 32];
/// Name of the file in the data folder.
const FILE: &str = "audit-head";

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last link.
    pub position: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// Seals what waits, at most one batch, and says how many entries that were; 0 too where another process has the lease.
pub async fn seal_once(app: &App) -> Result<usize> {
    if !waits(app).await? {
        return Ok(0);
    }
    let sealed = app.db.write(async |txn| seal(&txn, app).await).await?;
    let Some((count, head)) = sealed else {
        return Ok(0);
    };
    // Where more waits after a full batch, its end is not yet the end of the chain.
    if count < BATCH || !waits(app).await? {
        tracing::info!(
            target: "audit",
            position = head.position,
            hash = HEXLOWER.encode(&head.hash),
            "audit chain sealed"
        );
    }
    // The chain is committed. A file that lags behind is a weaker witness, no reason to stop.
    if let Err(error) = witness(app, &head).await {
        tracing::error!(%error, "the head of the audit chain cannot be stored");
    }
    Ok(count)
}

async fn waits(app: &App) -> Result<bool> {
    let entry = audit_outbox::Entity::find().one(app.db.reader()).await?;
    Ok(entry.is_some())
}

async fn seal(txn: &Txn, app: &App) -> Result<Option<(usize, Head)>> {
    let Some(lease) = lease::take(txn, app, LEASE).await? else {
        return Ok(None);
    };
    let rows = waiting(txn).await?;
    let mut head = Head {
        position: lease.position,
        hash: lease.head.unwrap_or_else(|| GENESIS.to_vec()),
        at: app.now(),
    };
    if rows.is_empty() {
        return Ok(None);
    }
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        head.position += 1;
        head.hash = link(&app.keys, &head.hash, head.position, head.at, row).to_vec();
        links.push(audit_link::ActiveModel {
            position: Set(head.position),
            audit_id: Set(row.id),
            hash: Set(head.hash.clone()),
            sealed_at: Set(head.at),
        });
    }
    audit_link::Entity::insert_many(links)
        .exec_without_returning(&**txn)
        .await?;
    audit_outbox::Entity::delete_many()
        .filter(audit_outbox::Column::AuditId.is_in(rows.iter().map(|row| row.id)))
        .exec(&**txn)
        .await?;
    lease::advance(txn, LEASE, head.position, Some(&head.hash)).await?;
    Ok(Some((rows.len(), head)))
}

/// The oldest entries that are not sealed. One that was removed before it could be sealed stays in the outbox, where [verify](super::verify)
/// finds it.
async fn waiting(txn: &Txn) -> Result<Vec<audit::Model>> {
    let queue = audit::Entity::belongs_to(audit_outbox::Entity)
        .from(audit::Column::Id)
        .to(audit_outbox::Column::AuditId);
    let rows = audit::Entity::find()
        .join(JoinType::InnerJoin, queue.into())
        .order_by_asc(audit_outbox::Column::RecordedAt)
        .order_by_asc(audit_outbox::Column::AuditId)
        .limit(BATCH as u64)
        .all(&**txn)
        .await?;
    Ok(rows)
}

/// The hash of a link.
#[must_use]
pub fn link(
    keys: &Keys,
    before: &[u8],
    position: i64,
    sealed_at: DateTime<Utc>,
    row: &audit::Model,
) -> [u8; 32] {
    keys.hash(
        Use::Audit,
        &[
            before,
            &position.to_be_bytes(),
            &sealed_at.timestamp_millis().to_be_bytes(),
            &canonical::bytes(row),
        ],
    )
}

/// Where the head is kept.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Stores the head in the file, unless the chain no longer has the link that the file tells of: then the file is evidence, and stays.
async fn witness(app: &App, head: &Head) -> Result<()> {
    let folder = &app.settings.data_dir;
    if let Some(old) = stored(folder).await? {
        let link = audit_link::Entity::find_by_id(old.position)
            .one(app.db.reader())
            .await?;
        if link.is_none_or(|link| link.hash != old.hash) {
            return Err(Error::Internal(format!(
                "the audit chain is not the one that {FILE} tells of (position {}); run `liandong audit verify`",
                old.position
            )));
        }
    }
    store(folder, head).await
}

/// Writes the head beside the old one, to the disk, and only then puts it in its place.
async fn store(folder: &Path, head: &Head) -> Result<()> {
    let fault = |error: std::io::Error| Error::Internal(format!("{FILE}: {error}"));
    let line = format!(
        "{} {} {}\n",
        head.position,
        HEXLOWER.encode(&head.hash),
        head.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    );
    let new = folder.join(format!("{FILE}.new"));
    let mut out = fs::File::create(&new).await.map_err(fault)?;
    out.write_all(line.as_bytes()).await.map_err(fault)?;
    out.sync_all().await.map_err(fault)?;
    drop(out);
    fs::rename(&new, file(folder)).await.map_err(fault)?;
    // The renaming itself is safe once the folder is on the disk.
    let folder = fs::File::open(folder).await.map_err(fault)?;
    folder.sync_all().await.map_err(fault)
}

/// The head as the file has it; none where there is no file.
///
/// # Errors
/// [`Error::Internal`] where there is one that cannot be read.
pub async fn stored(folder: &Path) -> Result<Option<Head>> {
    let text = match fs::read_to_string(file(folder)).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::Internal(format!("{FILE}: {error}"))),
    };
    parse(&text)
        .map(Some)
        .ok_or_else(|| Error::Internal(format!("{FILE} is damaged")))
}

fn parse(text: &str) -> Option<Head> {
    let mut words = text.split_whitespace();
    Some(Head {
        position: words.next()?.parse().ok()?,
        hash: HEXLOWER.decode(words.next()?.as_bytes()).ok()?,
        at: words.next()?.parse().ok()?,
    })
}
