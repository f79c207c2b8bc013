//! Where the audit cannot be written, what it covers is refused; everything else goes on.

use api::{
    auth::Actor,
    error::Error,
    record::audit::{self as trail, Entry},
};
use entity::{audit, enums::Action, institution};
use futures::future::join_all;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _};
use uuid::Uuid;

use crate::harness::{World, both, both_empty, database::Kind};

async fn entries(w: &World) -> u64 {
    let count = audit::Entity::find().count(w.app.db.reader()).await;
    count.expect("a count")
}

fn entry(note: &str) -> Entry {
    Entry {
        note: Some(note.to_owned()),
        ..Entry::done(Action::ReadPatient, None)
    }
}

#[test]
fn an_answer_waits_for_its_entry_and_is_refused_without() {
    both(async |w| {
        let (actor, db) = (Actor::system("test"), w.database.connect().await);
        let run = async |sql: &str| {
            db.execute_unprepared(sql)
                .await
                .expect("the table can be renamed");
        };
        run("ALTER TABLE audit RENAME TO audit_away").await;
        let refused = w.app.audit.write(&w.app, &actor, entry("a")).await;
        assert!(matches!(refused, Err(Error::Unavailable)));
        let directory = institution::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(directory.expect("the directory goes on"), 11);

        run("ALTER TABLE audit_away RENAME TO audit").await;
        let written = w.app.audit.write(&w.app, &actor, entry("b")).await;
        written.expect("it recovers without a hand");
        assert_eq!(entries(&w).await, 1);
    });
}

#[test]
fn an_entry_that_the_database_refuses_does_not_take_the_others_with_it() {
    both_empty(async |w| {
        let db = w.database.connect().await;
        let refuse = match w.kind() {
            Kind::Sqlite => {
                "CREATE TRIGGER refuse BEFORE INSERT ON audit WHEN NEW.note = 'bad' \
                 BEGIN SELECT RAISE(ABORT, 'no'); END"
            }
            Kind::Postgres => "ALTER TABLE audit ADD CHECK (note <> 'bad')",
        };
        db.execute_unprepared(refuse)
            .await
            .expect("a rule can be added");
        let outcomes = join_all((0..40).map(|number| {
            let w = w.clone();
            let note = if number % 10 == 3 { "bad" } else { "good" };
            async move {
                let actor = Actor::system("test");
                w.app.audit.write(&w.app, &actor, entry(note)).await
            }
        }))
        .await;
        for (number, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.is_err(), number % 10 == 3, "entry {number}");
        }
        assert_eq!(entries(&w).await, 36);
    });
}

#[test]
fn a_change_and_its_entry_are_one() {
    both_empty(async |w| {
        let actor = Actor::system("test");
        let refused: Result<(), _> = w
            .app
            .db
            .write(async |txn| {
                trail::record(&txn, &w.app, &actor, entry("a")).await?;
                Err(Error::Forbidden)
            })
            .await;
        assert!(refused.is_err());
        assert_eq!(entries(&w).await, 0);
    });
}

#[test]
fn the_longest_page_of_patients_and_doubles_among_them() {
    both_empty(async |w| {
        let actor = Actor::system("test");
        let patients: Vec<_> = (0..20_000)
            .map(|number| Uuid::from_u128(number / 2))
            .collect();
        let entry = Entry::done(Action::ReadPatient, None).of(patients);
        w.app
            .audit
            .write(&w.app, &actor, entry)
            .await
            .expect("it is written");
        let listed = entity::audit_patient::Entity::find()
            .count(w.app.db.reader())
            .await;
        assert_eq!(listed.expect("a count"), 10_000);
    });
}
