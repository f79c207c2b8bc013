//! `audit verify` names whoever changes, removes, cuts off or reorders what was sealed.

use api::{
    auth::Actor,
    record::{
        audit::Entry,
        finding::{Finding, Findings, Witness},
        seal,
        verify::verify,
    },
};
use chrono::Duration;
use entity::{
    audit, audit_link, audit_outbox, audit_patient,
    enums::{Action, AuditOutcome},
    lease,
};
use futures::future::join_all;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::harness::{World, both_empty};

/// Somebody with the database in their hands, after twelve entries were sealed.
struct Intruder {
    w: World,
    db: DatabaseConnection,
    /// The links as they were.
    links: Vec<audit_link::Model>,
}

impl Intruder {
    async fn at(w: World) -> Self {
        write(&w, 12).await;
        assert_eq!(seal::seal_once(&w.app).await.expect("the sealer works"), 12);
        w.wait(Duration::seconds(10));
        let findings = verify(&w.app).await.expect("the trail can be read");
        assert!(findings.is_sound(), "{:?}", findings.listed);
        assert_eq!(
            (findings.checked, findings.last, findings.head_file),
            (12, 12, true)
        );
        let db = w.database.connect().await;
        let links = audit_link::Entity::find()
            .order_by_asc(audit_link::Column::Position)
            .all(&db)
            .await
            .expect("the links");
        Self { w, db, links }
    }

    fn entry(&self, position: usize) -> Uuid {
        self.links[position - 1].audit_id
    }

    async fn verify(&self) -> Findings {
        verify(&self.w.app).await.expect("the trail can be read")
    }

    async fn place(&self, from: i64, to: i64) {
        audit_link::Entity::update_many()
            .col_expr(audit_link::Column::Position, Expr::value(to))
            .filter(audit_link::Column::Position.eq(from))
            .exec(&self.db)
            .await
            .expect("a link can be moved");
    }

    async fn remove_links(&self, from: i64, to: i64) {
        audit_link::Entity::delete_many()
            .filter(audit_link::Column::Position.between(from, to))
            .exec(&self.db)
            .await
            .expect("links can be removed");
    }

    /// Makes the sealer's row fit a chain that ends there.
    async fn rewind(&self, position: i64) {
        let head = self.links[usize::try_from(position).unwrap_or(0) - 1]
            .hash
            .clone();
        lease::Entity::update_many()
            .col_expr(lease::Column::Position, Expr::value(position))
            .col_expr(lease::Column::Head, Expr::value(head))
            .filter(lease::Column::Name.eq("audit"))
            .exec(&self.db)
            .await
            .expect("the lease can be changed");
    }
}

/// Writes entries that name two patients each.
async fn write(w: &World, entries: u128) {
    let actor = Actor::system("test");
    let written = (0..entries).map(|number| {
        let entry = Entry::done(Action::ReadPatient, None)
            .of([Uuid::from_u128(number), Uuid::from_u128(1000)]);
        w.app.audit.write(&w.app, &actor, entry)
    });
    for outcome in join_all(written).await {
        outcome.expect("an entry");
    }
}

#[test]
fn a_changed_entry() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        audit::Entity::update_many()
            .col_expr(audit::Column::Outcome, Expr::value(AuditOutcome::Denied))
            .filter(audit::Column::Id.eq(intruder.entry(5)))
            .exec(&intruder.db)
            .await
            .expect("a row can be changed");
        let entry = intruder.entry(5);
        assert_eq!(
            intruder.verify().await.listed,
            [Finding::Changed { position: 5, entry }]
        );
    });
}

#[test]
fn an_entry_that_was_made_unreadable() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let entry = intruder.entry(5);
        for (column, value) in [
            (audit::Column::Action, Expr::value("NONSENSE")),
            (
                audit::Column::Patients,
                Expr::value(serde_json::json!({ "a": 1 })),
            ),
        ] {
            audit::Entity::update_many()
                .col_expr(column, value)
                .filter(audit::Column::Id.eq(entry))
                .exec(&intruder.db)
                .await
                .expect("a row can be changed");
            assert_eq!(
                intruder.verify().await.listed,
                [Finding::Changed { position: 5, entry }]
            );
        }
    });
}

#[test]
fn a_changed_time_or_hash_of_a_link() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let later = intruder.links[2].sealed_at + Duration::milliseconds(1);
        audit_link::Entity::update_many()
            .col_expr(audit_link::Column::SealedAt, Expr::value(later))
            .filter(audit_link::Column::Position.eq(3))
            .exec(&intruder.db)
            .await
            .expect("a link can be changed");
        audit_link::Entity::update_many()
            .col_expr(audit_link::Column::Hash, Expr::value(vec![7u8; 32]))
            .filter(audit_link::Column::Position.eq(8))
            .exec(&intruder.db)
            .await
            .expect("a link can be changed");
        let changed = |position: i64, entry| Finding::Changed { position, entry };
        assert_eq!(
            intruder.verify().await.listed,
            [changed(3, intruder.entry(3)), changed(8, intruder.entry(8))],
            "the links after them are as they were"
        );
    });
}

#[test]
fn a_removed_entry() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let entry = intruder.entry(5);
        audit::Entity::delete_by_id(entry)
            .exec(&intruder.db)
            .await
            .expect("a row can be removed");
        assert_eq!(
            intruder.verify().await.listed,
            [Finding::EntryRemoved { position: 5, entry }]
        );
        // With its link, and with what leads to it, the hole stays.
        intruder.remove_links(5, 5).await;
        assert_eq!(
            intruder.verify().await.listed,
            [Finding::LinksRemoved { from: 5, to: 5 }]
        );
        intruder.remove_links(1, 2).await;
        assert_eq!(
            intruder.verify().await.listed[0],
            Finding::LinksRemoved { from: 1, to: 2 }
        );
    });
}

#[test]
fn reordered_links() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        for (from, to) in [(4, -1), (6, 4), (-1, 6)] {
            intruder.place(from, to).await;
        }
        let moved = |entry, from, to| Finding::Moved { entry, from, to };
        assert_eq!(
            intruder.verify().await.listed,
            [
                moved(intruder.entry(6), 6, 4),
                moved(intruder.entry(4), 4, 6)
            ]
        );
    });
}

#[test]
fn entries_that_changed_places_under_their_links() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let spare = Uuid::from_u128(1);
        let (fourth, fifth) = (intruder.entry(4), intruder.entry(5));
        for (position, entry) in [(4, spare), (5, fourth), (4, fifth)] {
            audit_link::Entity::update_many()
                .col_expr(audit_link::Column::AuditId, Expr::value(entry))
                .filter(audit_link::Column::Position.eq(position))
                .exec(&intruder.db)
                .await
                .expect("a link can be changed");
        }
        let moved = |entry, from, to| Finding::Moved { entry, from, to };
        assert_eq!(
            intruder.verify().await.listed,
            [moved(fifth, 5, 4), moved(fourth, 4, 5)]
        );
    });
}

#[test]
fn a_chain_that_was_cut_off() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        intruder.remove_links(10, 12).await;
        audit::Entity::delete_many()
            .filter(audit::Column::Id.is_in((10..=12).map(|place| intruder.entry(place))))
            .exec(&intruder.db)
            .await
            .expect("rows can be removed");
        let cut = |witness| Finding::CutOff {
            last: 9,
            recorded: 12,
            witness,
        };
        assert_eq!(
            intruder.verify().await.listed,
            [cut(Witness::File), cut(Witness::Database)]
        );
        // Who also turns the sealer back is told by the file alone.
        intruder.rewind(9).await;
        assert_eq!(intruder.verify().await.listed, [cut(Witness::File)]);
        // Nor does it help that the chain grows again: the file stays as it was.
        write(&intruder.w, 5).await;
        seal::seal_once(&intruder.w.app)
            .await
            .expect("the sealer works");
        assert_eq!(
            intruder.verify().await.listed,
            [Finding::HeadDiffers {
                recorded: 12,
                witness: Witness::File
            }]
        );
    });
}

#[test]
fn entries_that_wait_too_long_for_their_seal() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        write(&intruder.w, 2).await;
        assert!(
            intruder.verify().await.is_sound(),
            "five seconds are granted"
        );
        intruder.w.wait(Duration::milliseconds(5001));
        let queued = audit_outbox::Entity::find()
            .order_by_asc(audit_outbox::Column::AuditId)
            .all(&intruder.db)
            .await
            .expect("the queue");
        let unsealed = |entry| Finding::Unsealed { entry };
        assert_eq!(
            intruder.verify().await.listed,
            [unsealed(queued[0].audit_id), unsealed(queued[1].audit_id)]
        );
        // Taken out of the queue it is still not sealed; taken out of the trail it is still in the queue.
        audit_outbox::Entity::delete_by_id(queued[0].audit_id)
            .exec(&intruder.db)
            .await
            .expect("a row can be removed");
        audit::Entity::delete_by_id(queued[1].audit_id)
            .exec(&intruder.db)
            .await
            .expect("a row can be removed");
        seal::seal_once(&intruder.w.app)
            .await
            .expect("the sealer works");
        assert_eq!(
            intruder.verify().await.listed,
            [
                unsealed(queued[0].audit_id),
                Finding::RemovedUnsealed {
                    entry: queued[1].audit_id
                }
            ]
        );
    });
}

#[test]
fn an_access_list_that_lacks_an_entry() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let (patient, entry) = (Uuid::from_u128(1000), intruder.entry(7));
        audit_patient::Entity::delete_by_id((patient, entry))
            .exec(&intruder.db)
            .await
            .expect("a row can be removed");
        assert_eq!(
            intruder.verify().await.listed,
            [Finding::Unlisted { entry, patient }]
        );
    });
}

#[test]
fn a_damaged_head_file() {
    both_empty(async |w| {
        let intruder = Intruder::at(w).await;
        let file = seal::file(&intruder.w.folder());
        std::fs::write(&file, "12 zz").expect("the file can be written");
        let findings = intruder.verify().await;
        assert!(
            matches!(findings.listed[..], [Finding::HeadFile(_)]),
            "{:?}",
            findings.listed
        );
        std::fs::remove_file(&file).expect("the file can be removed");
        let findings = intruder.verify().await;
        assert!(findings.is_sound() && !findings.head_file);
    });
}

#[test]
fn a_chain_of_several_pages() {
    both_empty(async |w| {
        write(&w, 1100).await;
        while seal::seal_once(&w.app).await.expect("the sealer works") > 0 {}
        let db = w.database.connect().await;
        let spoil = async |position: i64, hash: u8| {
            audit_link::Entity::update_many()
                .col_expr(audit_link::Column::Hash, Expr::value(vec![hash; 32]))
                .filter(audit_link::Column::Position.eq(position))
                .exec(&db)
                .await
                .expect("a link can be changed");
        };
        // The last of a page, so that the first of the next seems wrong too.
        spoil(500, 1).await;
        spoil(731, 2).await;
        let findings = verify(&w.app).await.expect("the trail can be read");
        let positions: Vec<_> = findings
            .listed
            .iter()
            .map(|finding| match finding {
                Finding::Changed { position, .. } => *position,
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!((findings.checked, positions), (1100, vec![500, 731]));
    });
}

#[test]
fn another_key_seals_another_chain() {
    both_empty(async |w| {
        write(&w, 3).await;
        seal::seal_once(&w.app).await.expect("the sealer works");
        let keys = api::crypto::Keys::new(vec![1; 32]).expect("32 bytes are enough");
        let db = api::db::Db::open(&w.app.settings.database, &w.folder())
            .await
            .expect("it opens");
        let stranger =
            api::app::App::start(w.app.settings.clone(), db, keys, w.app.clock.clone()).await;
        let findings = verify(&stranger.expect("it starts"))
            .await
            .expect("the trail can be read");
        assert_eq!(findings.listed.len(), 3);
    });
}

#[test]
fn several_sealers_make_one_chain() {
    both_empty(async |w| {
        let other = super::process(&w).await;
        for round in 0..10u32 {
            write(&w, 4).await;
            w.wait(Duration::seconds(4));
            let apps = if round % 2 == 0 {
                [&w.app, &other]
            } else {
                [&other, &w.app]
            };
            let (a, b) = tokio::join!(seal::seal_once(apps[0]), seal::seal_once(apps[1]));
            assert_eq!(
                a.expect("the sealer works") + b.expect("the sealer works"),
                4
            );
        }
        let findings = verify(&w.app).await.expect("the trail can be read");
        assert!(findings.is_sound(), "{:?}", findings.listed);
        assert_eq!(findings.checked, 40);
    });
}
