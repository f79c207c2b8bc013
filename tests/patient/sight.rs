//! Who sees a patient is looked up by the patient: an institution has to do with more people every day.

use api::{
    config::Settings,
    db::Db,
    patient::loader::{Sight, visible},
};
use entity::{enums::Role, patient};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, QueryFilter as _, QueryTrait as _, Statement,
};

use crate::harness::{World, both, embedded};

/// Where it stands who has to do with a patient.
const TABLES: [&str; 6] = [
    "patient_party",
    "referral_party",
    "follow_up_party",
    "order_party",
    "critical_value_party",
    "family_contract_party",
];

/// The statement by which one patient is read.
async fn reading_one(w: &World) -> Statement {
    let actor = w.actor(Role::Clinician, &w.district().hill).await;
    let sight = Sight::of(&actor).expect("a clinician sees patients");
    let one = patient::Column::Id.eq(w.app.new_id());
    visible(sight, w.now())
        .filter(one)
        .build(w.app.db.backend())
}

#[test]
fn who_sees_a_patient_is_looked_up_by_the_patient() {
    both(async |w| {
        let statement = reading_one(&w).await;
        for table in TABLES {
            w.assert_finds_by(&statement, (table, "patient_id")).await;
        }
    });
}

/// SQLite is told what to expect before the first question, and every connection knows.
#[test]
fn so_it_is_from_the_first_start_on() {
    embedded(async |w| {
        let statement = reading_one(&w).await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let new = Db::open(&Settings::default().database, folder.path()).await;
        let new = new.expect("a database can be made");
        new.migrate().await.expect("it can be filled");
        let explained = Statement {
            sql: format!("EXPLAIN QUERY PLAN {}", statement.sql),
            ..statement
        };
        let steps = new.reader().query_all_raw(explained).await;
        for step in steps.expect("a statement can be explained") {
            let step: String = step.try_get("", "detail").expect("a plan is text");
            let of_party = TABLES
                .iter()
                .any(|table| step.contains(&format!("SEARCH {table} ")));
            assert!(!of_party || step.contains("patient_id"), "{step}");
        }
    });
}
