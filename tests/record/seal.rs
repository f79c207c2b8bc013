//! What a seal covers: every column, the same bytes on every database.

use std::collections::BTreeSet;

use api::record::canonical;
use chrono::{DateTime, Duration, Utc};
use entity::{
    audit,
    enums::{Action, AuditOutcome, Purpose, ScopeKind, SubjectKind},
    json::Ids,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::harness::{World, both_empty};

/// With milliseconds that a database might drop.
fn moment() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_772_413_200_120).expect("a time")
}

/// An entry with a value in every column.
fn full() -> audit::Model {
    let id = |number| Uuid::from_u128(number);
    audit::Model {
        id: id(1),
        at: moment(),
        account_id: Some(id(2)),
        role: Some("CLINICIAN,COORDINATOR".into()),
        scope_kind: Some(ScopeKind::Institution),
        scope_id: Some(id(3)),
        region: Some("330109".into()),
        action: Action::ReadIdentity,
        subject_kind: Some(SubjectKind::Patient),
        subject_id: Some(id(4)),
        basis: Some("SENDER".into()),
        purpose: Some(Purpose::Insurance),
        note: Some("医保 \"核对\" 𠮷\n".into()),
        outcome: AuditOutcome::Done,
        code: Some("FORBIDDEN".into()),
        patients: Ids(vec![id(9), id(5)]),
        request_id: id(6),
        address: Some("2001:db8::1".into()),
    }
}

async fn through(w: &World, row: &audit::Model) -> audit::Model {
    let insert = w.app.db.write(async |txn| {
        audit::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        Ok(())
    });
    insert.await.expect("the entry can be written");
    let read = audit::Entity::find_by_id(row.id)
        .one(w.app.db.reader())
        .await;
    read.expect("the table can be read")
        .expect("the entry is there")
}

#[test]
fn the_bytes_are_the_same_on_every_database() {
    both_empty(async |w| {
        let row = full();
        assert_eq!(
            canonical::bytes(&through(&w, &row).await),
            canonical::bytes(&row)
        );
        let bare = audit::Model {
            id: Uuid::from_u128(7),
            at: moment() - Duration::milliseconds(120),
            account_id: None,
            role: None,
            scope_kind: None,
            scope_id: None,
            region: None,
            subject_kind: None,
            subject_id: None,
            basis: None,
            purpose: None,
            note: None,
            code: None,
            patients: Ids::default(),
            address: None,
            ..row
        };
        assert_eq!(
            canonical::bytes(&through(&w, &bare).await),
            canonical::bytes(&bare)
        );
    });
}

#[test]
fn every_column_counts() {
    let id = Uuid::from_u128(99);
    let row = full();
    let changes: Vec<fn(&mut audit::Model, Uuid)> = vec![
        |row, id| row.id = id,
        |row, _| row.at += Duration::milliseconds(1),
        |row, id| row.account_id = Some(id),
        |row, _| row.role = Some("CLINICIAN".into()),
        |row, _| row.scope_kind = Some(ScopeKind::Community),
        |row, id| row.scope_id = Some(id),
        |row, _| row.region = None,
        |row, _| row.region = Some(String::new()),
        |row, _| row.action = Action::ReadPatient,
        |row, _| row.subject_kind = None,
        |row, id| row.subject_id = Some(id),
        |row, _| row.basis = Some("RECEIVER".into()),
        |row, _| row.purpose = Some(Purpose::Treatment),
        |row, _| row.note = None,
        |row, _| row.outcome = AuditOutcome::Replayed,
        |row, _| row.code = None,
        |row, _| row.patients.0.reverse(),
        |row, id| row.patients.0.push(id),
        |row, id| row.request_id = id,
        |row, _| row.address = None,
    ];
    let mut forms: BTreeSet<_> = changes
        .iter()
        .map(|change| {
            let mut other = row.clone();
            change(&mut other, id);
            canonical::bytes(&other)
        })
        .collect();
    forms.insert(canonical::bytes(&row));
    assert_eq!(forms.len(), changes.len() + 1);
}
