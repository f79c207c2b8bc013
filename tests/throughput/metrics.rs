//! What Prometheus is told of each shared centre, against what the books say.

use api::throughput::{metrics, sketch::ERROR};
use chrono::Duration;
use entity::{
    enums::{OrderReturnReason, OrderStatus},
    order,
};
use reqwest::Method;
use sea_orm::QueryTrait as _;

use super::{book::Book, recount::Everything, settle};
use crate::harness::{World, both, canary, figures::Figures};

/// Bounds of the histogram, in minutes.
const MINUTES: [u32; 12] = [5, 10, 15, 30, 45, 60, 120, 240, 480, 1_440, 4_320, 7_200];

/// A year of work at two centres, some of it sent back, some of it never answered.
async fn year(book: &Book) {
    let (w, d) = (&book.w, book.w.district());
    for n in 0..30 {
        let (centre, by) = if n % 3 == 0 {
            (&book.imaging, &d.lake)
        } else {
            (&book.laboratory, &d.hill)
        };
        let at = w.now() - Duration::days(12 * n) - Duration::minutes(7 * n);
        let order = book.order(centre, by, at);
        if n % 5 == 4 {
            let mut order = order;
            book.place(&order).await;
            let back = at + Duration::hours(1);
            book.send_back(&mut order, OrderReturnReason::PoorImage, back)
                .await;
        } else if n % 7 == 6 {
            book.place(&order).await;
        } else {
            book.place(&book.reported(order, 9 * n + 4)).await;
        }
    }
}

/// What the figures should be, counted from the tables.
async fn assert_are_of_books(w: &World, book: &Book, figures: &Figures, label: &str) {
    let everything = Everything::read(w).await;
    for centre in [&book.laboratory, &book.imaging] {
        let id = api::id::encode(api::id::Kind::SharedCentre, centre.id);
        let labels = format!("centre=\"{id}\",kind=\"{}\"", centre.kind.code());
        let own: Vec<&order::Model> = everything.orders_of(centre.id).collect();
        let is = |figure: &str, count: usize| {
            let told = figures.at(&format!("liandong_centre_{figure}{{{labels}}}"));
            let count = f64::from(u32::try_from(count).expect("few"));
            assert!(
                (told - count).abs() < 0.5,
                "{figure} {label}: {told} {count}"
            );
        };
        is("requested_total", own.len());
        let reported = own.iter().filter(|order| order.reported_at.is_some());
        is("reported_total", reported.count());
        is("returned_total", everything.returns_of(centre.id));
        is(
            "critical_values_overdue",
            everything.overdue_of(centre.id, w.now()),
        );
        for status in [
            OrderStatus::Requested,
            OrderStatus::Received,
            OrderStatus::Returned,
            OrderStatus::Reported,
        ] {
            let told = figures.at(&format!(
                "liandong_centre_backlog{{{labels},state=\"{}\"}}",
                status.code()
            ));
            let waits = own.iter().filter(|order| order.status == status).count();
            let waits = f64::from(u32::try_from(waits).expect("few"));
            assert!((told - waits).abs() < 0.5, "{status:?} {label}: {told}");
        }
        let took: Vec<f64> = own.iter().filter_map(|order| minutes(order)).collect();
        let told = |part: &str, more: &str| {
            figures.at(&format!(
                "liandong_centre_turnaround_seconds_{part}{{{labels}{more}}}"
            ))
        };
        let count = f64::from(u32::try_from(took.len()).expect("few"));
        assert!((told("count", "") - count).abs() < 0.5, "{label}");
        let sum = took.iter().sum::<f64>() * 60.0;
        assert!((told("sum", "") - sum).abs() < 1.0, "{label}");
        for bound in MINUTES {
            let bound = f64::from(bound);
            let within = |bound: f64| {
                let within = took.iter().filter(|took| **took <= bound).count();
                f64::from(u32::try_from(within).expect("few"))
            };
            let told = told("bucket", &format!(",le=\"{}\"", bound * 60.0));
            let (least, most) = (within(bound * (1.0 - ERROR)), within(bound * (1.0 + ERROR)));
            assert!((least..=most).contains(&told), "{bound} {label}: {told}");
        }
    }
}

fn minutes(order: &order::Model) -> Option<f64> {
    let took = order.reported_at? - order.started_at?;
    let took = i32::try_from(took.num_milliseconds() - order.paused_ms).ok()?;
    Some(f64::from(took) / 60_000.0)
}

#[test]
fn prometheus_is_told_of_every_centre_and_of_no_patient() {
    both(async |w| {
        let book = Book::open(&w).await;
        year(&book).await;
        let order = book.order(
            &book.laboratory,
            &w.district().hill,
            w.now() - Duration::days(1),
        );
        book.place(&order).await;
        // One that nobody has acknowledged for an hour, one that somebody has, and one that is fresh.
        book.raise(&order, w.now() - Duration::hours(1)).await;
        let mut known = book.raise(&order, w.now() - Duration::hours(2)).await;
        known.status = entity::enums::CriticalStatus::Acknowledged;
        book.acknowledge(&mut known, w.now()).await;
        book.raise(&order, w.now() - Duration::minutes(5)).await;
        // The same before anything was added up, and after. Each process reads the database for itself.
        for settled in [false, true] {
            if settled {
                settle(&w).await;
            }
            let beside = w.beside(|_| {}).await;
            let figures = Figures::of(&beside).await;
            let label = format!("settled: {settled}");
            assert_are_of_books(&w, &book, &figures, &label).await;
            let id = api::id::encode(api::id::Kind::SharedCentre, book.training.id);
            let training = |name: &str| {
                format!("liandong_centre_{name}{{centre=\"{id}\",kind=\"SKILLS_TRAINING\"}}")
            };
            assert!(figures.at(&training("requested_total")) < 0.5);
            assert!(!figures.has(&training("critical_values_overdue")));
            let monitor = beside.monitor();
            let answer = monitor.send(monitor.request(Method::GET, "/metrics")).await;
            assert!(!canary::sings(&answer.text), "{}", answer.text);
            for name in [&w.district().county.name, &w.district().hill.name] {
                assert!(!answer.text.contains(name.as_str()));
            }
        }
    });
}

#[test]
fn what_prometheus_is_told_costs_no_more_with_more_orders() {
    both(async |w| {
        let book = Book::open(&w).await;
        let cost = async || {
            // A process that has not been asked yet.
            let beside = w.beside(|_| {}).await;
            let before = w.app.db.statements().0;
            let told = api::metrics::text(&beside.app).await;
            assert!(told.expect("it is told").contains("liandong_database_up 1"));
            w.app.db.statements().0 - before
        };
        year(&book).await;
        settle(&w).await;
        let few = cost().await;
        year(&book).await;
        year(&book).await;
        let tail = cost().await;
        settle(&w).await;
        assert_eq!(cost().await, few, "with three times as many orders");
        assert!(few <= 9 && tail <= 11, "{few}, with a tail {tail}");

        let statement = api::critical_value::figure::statement(w.now());
        let plan = w
            .explain(&statement.build(w.app.db.backend()))
            .await
            .join("\n");
        assert!(plan.contains("ix_critical_value_notified"), "{plan}");
        let plan = w
            .explain(&metrics::open().build(w.app.db.backend()))
            .await
            .join("\n");
        assert!(plan.contains("ix_centre_order_open"), "{plan}");
    });
}
