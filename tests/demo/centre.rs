//! What the shared centres of a demo did.

use std::collections::{BTreeMap, BTreeSet};

use api::policy;
use chrono::{Duration, Timelike as _};
use entity::{
    batch, critical_value, enrolment,
    enums::{CentreKind, CriticalStatus, OrderStatus, Role},
    order, report, training_session,
};
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::Made;
use crate::harness::people::Place;

/// What a monitor asks.
const WHOLE: &str = "query Whole($input: ThroughputInput!) { throughput(input: $input) { requested patientVisits critical { raised } } }";

pub async fn every_centre_is_at_work_and_some_of_it_is_not_done_yet(made: &Made) {
    let Made {
        w, orders: rows, ..
    } = made;
    let db = w.app.db.reader();
    let kinds: BTreeSet<_> = rows.iter().map(|row| row.kind.code()).collect();
    let all = CentreKind::ALL.iter().map(|kind| kind.code());
    let taught = CentreKind::SkillsTraining.code();
    assert_eq!(kinds, all.filter(|kind| *kind != taught).collect());
    let mut statuses: BTreeMap<_, usize> = BTreeMap::new();
    for row in rows {
        *statuses.entry(row.status.code()).or_default() += 1;
        assert!(row.requested_at <= w.now() && row.occurred_at <= w.now());
    }
    for status in [
        OrderStatus::Reviewed,
        OrderStatus::Delivered,
        OrderStatus::Reported,
    ] {
        assert!(statuses.contains_key(status.code()), "{statuses:?}");
    }
    let waits = |row: &&order::Model| policy::is_order_open(row.status, row.review);
    let waiting: BTreeSet<_> = rows
        .iter()
        .filter(waits)
        .map(|row| row.kind.code())
        .collect();
    let supply = CentreKind::SterileSupply.code();
    let idle = |kind: &&&str| **kind != supply && !waiting.contains(**kind);
    let idle: Vec<_> = kinds.iter().filter(idle).collect();
    assert!(idle.is_empty(), "{idle:?} has nothing to do");
    let final_ones = rows.iter().filter(|row| row.is_final).count();
    assert!(final_ones * 10 > rows.len() * 6, "{statuses:?}");
    let sessions = training_session::Entity::find().all(db).await;
    assert!(sessions.expect("sessions").len() > 2);
    let people = enrolment::Entity::find().all(db).await.expect("enrolments");
    assert!(people.iter().any(|one| one.passed == Some(true)));
}

pub async fn somebody_is_told_at_once_and_a_load_is_called_back(made: &Made) {
    let Made {
        w, orders: rows, ..
    } = made;
    let db = w.app.db.reader();
    let alarms = critical_value::Entity::find().all(db).await;
    let alarms = alarms.expect("critical values");
    assert!(
        alarms
            .iter()
            .any(|one| one.status == CriticalStatus::Resolved)
    );
    let batches = batch::Entity::find().all(db).await.expect("batches");
    let recalled = batches.iter().filter(|one| one.recalled_at.is_some());
    assert_eq!(recalled.count(), 1);
    assert!(rows.iter().any(|row| row.recalled));
    let reports = report::Entity::find().all(db).await.expect("reports");
    assert!(
        reports
            .iter()
            .all(|one| one.reviewer_id.is_none() || one.reviewer_id != one.reporter_id),
        "whoever reports does not review"
    );
}

pub fn mornings_and_working_days_are_the_busy_ones(made: &Made) {
    let local = made
        .orders
        .iter()
        .filter(|row| row.kind != CentreKind::SterileSupply);
    let local: Vec<_> = local
        .map(|row| row.requested_at + Duration::hours(8))
        .collect();
    let morning = local
        .iter()
        .filter(|at| (8..12).contains(&at.hour()))
        .count();
    let night = local.iter().filter(|at| at.hour() < 6).count();
    assert!(morning * 3 > local.len() && night * 10 < local.len());
    let weekend = |at: &&chrono::DateTime<chrono::Utc>| {
        use chrono::{
            Datelike as _,
            Weekday::{Sat, Sun},
        };
        matches!(at.weekday(), Sat | Sun)
    };
    let weekend = local.iter().filter(weekend).count();
    assert!(weekend * 5 < local.len(), "{weekend} of {}", local.len());
}

pub async fn a_monitor_reads_what_they_did(made: &Made) {
    let Made {
        w, orders: rows, ..
    } = made;
    let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
    let (from, to) = (w.now() - Duration::days(80), w.now() + Duration::days(1));
    let input = json!({ "from": from, "to": to, "bucket": "WHOLE" });
    let told = monitor.call(WHOLE, json!({ "input": input })).await.ok();
    let whole = &told.data("throughput")[0];
    assert_eq!(whole["requested"].as_u64(), u64::try_from(rows.len()).ok());
    let visits = whole["patientVisits"].as_u64().unwrap_or(0);
    assert!(visits > 0 && whole["critical"]["raised"].as_u64() > Some(0));
}
