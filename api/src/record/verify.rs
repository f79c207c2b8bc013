//! Walks the whole audit chain, page by page, and names whatever does not fit.
//!
//! The heads of the file and of the sealer's row are read first: a chain that grows meanwhile is not a fault, one that lacks what was
//! recorded before is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use entity::{audit, audit_link, audit_outbox, audit_patient, lease};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef,
    sea_query::{Asterisk, Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use super::{
    chain::{Link, Sealed, Walk},
    finding::{Finding, Findings, Witness},
    seal::{self, GENESIS, Head},
};
use crate::{
    app::App,
    error::{Error, Result},
};

/// How many links are held in memory.
const PAGE: usize = 500;
/// How long an entry may wait for its seal.
const GRACE: Duration = Duration::seconds(5);

/// Checks the whole trail.
pub async fn verify(app: &App) -> Result<Findings> {
    let mut findings = Findings::default();
    let mut witnesses = Vec::new();
    match seal::stored(&app.settings.data_dir).await {
        Ok(Some(head)) => {
            findings.head_file = true;
            witnesses.push((Witness::File, head));
        }
        Ok(None) => {}
        Err(fault) => findings.add(Finding::HeadFile(fault.to_string())),
    }
    witnesses.extend(sealer(app).await?.map(|head| (Witness::Database, head)));

    let mut walk = Walk::new(&app.keys, witnesses, findings);
    let mut after = i64::MIN;
    loop {
        let page = links(app, after).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        let unlisted = unlisted(app, &page).await?;
        walk.page(page);
        for finding in unlisted {
            walk.findings.add(finding);
        }
    }
    let mut findings = walk.end();
    unsealed(app, &mut findings).await?;
    Ok(findings)
}

/// The head as the sealer's row has it.
async fn sealer(app: &App) -> Result<Option<Head>> {
    let row = lease::Entity::find_by_id(seal::LEASE)
        .one(app.db.reader())
        .await?;
    Ok(row.filter(|row| row.position > 0).map(|row| Head {
        position: row.position,
        hash: row.head.unwrap_or_else(|| GENESIS.to_vec()),
        at: row.until,
    }))
}

/// The next links with their entries.
async fn links(app: &App, after: i64) -> Result<Vec<Link>> {
    let links = audit_link::Entity::find()
        .filter(audit_link::Column::Position.gt(after))
        .order_by_asc(audit_link::Column::Position)
        .limit(PAGE as u64)
        .all(app.db.reader())
        .await?;
    let mut entries = entries(app, &links).await?;
    Ok(links
        .into_iter()
        .map(|link| Link {
            position: link.position,
            entry: entries.remove(&link.audit_id).unwrap_or(Sealed::Gone),
            entry_id: link.audit_id,
            hash: link.hash,
            sealed_at: link.sealed_at,
        })
        .collect())
}

/// The entries of the links. Where one was made unreadable, they are read one by one.
async fn entries(app: &App, links: &[audit_link::Model]) -> Result<BTreeMap<Uuid, Sealed>> {
    let ids = || links.iter().map(|link| link.audit_id);
    let all = audit::Entity::find()
        .filter(audit::Column::Id.is_in(ids()))
        .all(app.db.reader())
        .await;
    let sealed = |entry: audit::Model| Sealed::Entry(Box::new(entry));
    if let Ok(all) = all {
        return Ok(all
            .into_iter()
            .map(|entry| (entry.id, sealed(entry)))
            .collect());
    }
    let mut found = BTreeMap::new();
    for id in ids() {
        let entry = audit::Entity::find_by_id(id).one(app.db.reader()).await;
        match entry.map_err(Error::from) {
            Ok(Some(entry)) => found.insert(id, sealed(entry)),
            Ok(None) => found.insert(id, Sealed::Gone),
            Err(error) if error.code().retryable() => return Err(error),
            Err(_) => found.insert(id, Sealed::Unreadable),
        };
    }
    Ok(found)
}

/// Patients that an entry names and whose access list does not lead to it.
async fn unlisted(app: &App, page: &[Link]) -> Result<Vec<Finding>> {
    let named: Vec<(Uuid, Uuid)> = page
        .iter()
        .filter_map(|link| link.entry.readable())
        .flat_map(|entry| entry.patients.0.iter().map(|patient| (*patient, entry.id)))
        .collect();
    let mut findings = Vec::new();
    for named in named.chunks(PAGE) {
        let pair = Expr::tuple([
            Expr::col(audit_patient::Column::PatientId),
            Expr::col(audit_patient::Column::AuditId),
        ]);
        let wanted = Query::select()
            .column(Asterisk)
            .from_values(named.iter().copied(), "wanted")
            .take();
        let listed: BTreeSet<(Uuid, Uuid)> = audit_patient::Entity::find()
            .filter(pair.in_subquery(wanted))
            .all(app.db.reader())
            .await?
            .into_iter()
            .map(|row| (row.patient_id, row.audit_id))
            .collect();
        findings.extend(named.iter().filter(|pair| !listed.contains(pair)).map(
            |(patient, entry)| Finding::Unlisted {
                entry: *entry,
                patient: *patient,
            },
        ));
    }
    Ok(findings)
}

/// Just the id of an entry.
#[derive(FromQueryResult)]
struct Entry {
    id: Uuid,
}

/// Entries that have no link though they are old enough, and queued ones that are gone.
async fn unsealed(app: &App, findings: &mut Findings) -> Result<()> {
    let link: RelationDef = audit::Entity::belongs_to(audit_link::Entity)
        .from(audit::Column::Id)
        .to(audit_link::Column::AuditId)
        .into();
    let due = app.now() - GRACE;
    let mut after = Uuid::nil();
    loop {
        let page = audit::Entity::find()
            .select_only()
            .column(audit::Column::Id)
            .join(JoinType::LeftJoin, link.clone())
            .filter(audit_link::Column::Position.is_null())
            .filter(audit::Column::At.lt(due))
            .filter(audit::Column::Id.gt(after))
            .order_by_asc(audit::Column::Id)
            .limit(PAGE as u64)
            .into_model::<Entry>()
            .all(app.db.reader())
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for entry in page {
            findings.add(Finding::Unsealed { entry: entry.id });
        }
    }
    let entry = audit_outbox::Entity::belongs_to(audit::Entity)
        .from(audit_outbox::Column::AuditId)
        .to(audit::Column::Id);
    let gone = audit_outbox::Entity::find()
        .join(JoinType::LeftJoin, entry.into())
        .filter(audit::Column::Id.is_null())
        .order_by_asc(audit_outbox::Column::AuditId)
        .limit(PAGE as u64)
        .all(app.db.reader())
        .await?;
    for row in gone {
        findings.add(Finding::RemovedUnsealed {
            entry: row.audit_id,
        });
    }
    Ok(())
}
