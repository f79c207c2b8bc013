//! Any number of processes may count, and be stopped in the middle of it.

use api::{
    auth::Actor,
    record::relay::relay_once,
    throughput::{
        query::Asked,
        rollup::{LEASE, rollup_once},
        service,
    },
};
use chrono::Duration;
use entity::{enums::Bucket, feed, lease, throughput_cell, throughput_total};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryOrder as _};

use super::{book::Book, history::process, recount::Everything};
use crate::harness::both;

const ORDERS: i64 = 60;

#[test]
fn three_processes_count_at_once_and_nothing_twice() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        let processes = [w.app.clone(), process(&w).await, process(&w).await];
        for n in 0..ORDERS {
            let order = book.order(
                &book.laboratory,
                &d.hill,
                w.now() - Duration::minutes(37 * n),
            );
            book.place(&book.reported(order, n)).await;
            relay_once(&w.app).await.expect("the relay works");
            // Each second time leases run out, so that another process may take over.
            if n % 2 == 0 {
                w.wait(Duration::seconds(4));
            }
            let all = processes.iter().map(|app| async { rollup_once(app).await });
            for counted in join_all(all).await {
                // One that comes too late every time tries again a second later.
                if let Err(error) = counted {
                    eprintln!("{error}");
                }
            }
        }
        w.wait(Duration::seconds(4));
        while rollup_once(&w.app).await.expect("the rollup works") {}
        let reached = lease::Entity::find_by_id(LEASE)
            .one(w.app.db.reader())
            .await;
        let last = feed::Entity::find()
            .order_by_desc(feed::Column::Position)
            .one(w.app.db.reader())
            .await;
        let (reached, last) = (reached.expect("a lease"), last.expect("a feed"));
        assert_eq!(
            reached.map(|lease| lease.position),
            last.map(|last| last.position)
        );
        let now = w.now();
        let asked = Asked {
            centres: None,
            kinds: None,
            requested_by: None,
            from: now - Duration::days(5),
            to: now + Duration::days(1),
            bucket: Bucket::Hour,
            by: Vec::new(),
        };
        let told = service::throughput(&w.app, &Actor::system("test"), asked.clone()).await;
        let told = told.expect("it is told");
        Everything::read(&w)
            .await
            .assert_tells(&asked, now, &told, "three processes");
    });
}

#[test]
fn to_count_again_changes_nothing() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        for n in 0..20 {
            let order = book.order(
                &book.laboratory,
                &d.hill,
                w.now() - Duration::minutes(200 * n),
            );
            book.place(&book.reported(order, 10 + n)).await;
        }
        super::settle(&w).await;
        let kept = async || {
            let cells = throughput_cell::Entity::find().all(w.app.db.reader()).await;
            let totals = throughput_total::Entity::find()
                .all(w.app.db.reader())
                .await;
            (cells.expect("cells"), totals.expect("totals"))
        };
        let before = kept().await;
        assert!(!before.0.is_empty() && !before.1.is_empty());
        // As after a restore of the lease alone: the whole feed is gone through again.
        lease::Entity::delete_by_id(LEASE)
            .exec(&w.database.connect().await)
            .await
            .expect("a lease can be lost");
        super::settle(&w).await;
        assert!(
            lease::Entity::find()
                .count(w.app.db.reader())
                .await
                .expect("a count")
                > 0
        );
        assert_eq!(kept().await, before);
    });
}
