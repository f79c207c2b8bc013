//! A day at a laboratory, figure by figure, and what the reading of it costs.

use api::{
    record::relay::relay_once,
    throughput::{
        fact::{self, statement},
        rollup::rollup_once,
        service::waiting,
    },
};
use chrono::Duration;
use entity::enums::{OrderReturnReason, OrderStatus, Role};
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::{ask, book::Book, rows, settle, span};
use crate::{
    harness::{World, both, client::Client, database::Kind, people::Place},
    referral::letter::with,
};

async fn monitor(w: &World) -> Client {
    w.client(Role::Monitor, Place::INSTALLATION).await
}

/// Three orders: one reported in time, one late, one sent back and then cancelled.
async fn day(book: &Book) {
    let d = book.w.district();
    let nine = book.w.now();
    let fast = book.order(&book.laboratory, &d.hill, nine);
    let fast = book.reported(fast, 40);
    book.place(&fast).await;
    let mut slow = book.order(&book.laboratory, &d.hill, nine + Duration::minutes(10));
    slow.requisition.clone_from(&fast.requisition);
    let slow = book.reported(slow, 100);
    book.place(&slow).await;
    let mut sent = book.order(&book.laboratory, &d.river, nine + Duration::minutes(20));
    book.place(&sent).await;
    let back = nine + Duration::minutes(30);
    book.send_back(&mut sent, OrderReturnReason::SpecimenClotted, back)
        .await;
    sent.status = OrderStatus::Cancelled;
    sent.cancelled_at = Some(nine + Duration::minutes(50));
    book.change(&mut sent).await;
    let mut value = book.raise(&slow, nine + Duration::minutes(60)).await;
    book.acknowledge(&mut value, nine + Duration::minutes(64))
        .await;
}

fn near(value: &Value, exact: f64) {
    let told = value.as_f64().unwrap_or(f64::NAN);
    assert!(
        (told - exact).abs() <= 0.01 * exact,
        "{told} is not {exact}"
    );
}

#[test]
fn a_day_at_a_laboratory() {
    both(async |w| {
        let book = Book::open(&w).await;
        day(&book).await;
        w.wait(Duration::hours(6));
        let monitor = monitor(&w).await;
        let midnight = w.now() - Duration::hours(15);
        let today = span(midnight, midnight + Duration::days(1), "DAY");
        // The same whether it was counted already or not.
        for settled in [false, true] {
            if settled {
                settle(&w).await;
            }
            let told = rows(&monitor, today.clone()).await;
            assert_eq!(told.len(), 1, "settled: {settled}");
            let row = &told[0];
            for (figure, count) in [
                ("requested", 3),
                ("received", 2),
                ("reported", 2),
                ("reviewed", 0),
                ("returned", 1),
                ("recognised", 0),
                ("cancelled", 1),
                // Both reports are preliminary.
                ("backlog", 2),
                // Both orders are of one requisition.
                ("patientVisits", 1),
            ] {
                assert_eq!(row[figure], count, "{figure}, settled: {settled}: {row}");
            }
            near(&row["fromRequest"]["medianMinutes"], 70.0);
            near(&row["fromStart"]["medianMinutes"], 40.0);
            near(&row["fromStart"]["p90Minutes"], 40.0);
            assert_eq!(row["fromStart"]["onTimeShare"], 0.5);
            assert_eq!(row["fromRequest"]["onTimeShare"], Value::Null);
            assert_eq!(
                row["returnedBy"],
                json!([{ "reason": "SPECIMEN_CLOTTED", "count": 1 }])
            );
            assert_eq!(row["critical"]["raised"], 1);
            assert_eq!(row["critical"]["acknowledgedInTime"], 1);
            near(&row["critical"]["medianMinutes"], 4.0);
            // Two of the four that are served, each by its centre.
            assert_eq!(row["activeShare"], 0.5);
            assert_eq!(row["suppressed"], false);

            let by = with(
                today.clone(),
                json!({ "by": ["INSTITUTION", "KIND", "DIAGNOSTICIAN"] }),
            );
            let mut told = rows(&monitor, by).await;
            told.sort_by_key(|row| row["institution"]["code"].to_string());
            let names: Vec<_> = told
                .iter()
                .map(|row| {
                    (
                        row["institution"]["code"].as_str(),
                        row["requested"].as_i64(),
                    )
                })
                .collect();
            assert_eq!(names, [(Some("C001"), Some(1)), (Some("C002"), Some(2))]);
            assert_eq!(told[0]["kind"], "LABORATORY");
            assert_eq!(told[1]["diagnostician"]["name"], "沈明远");
            assert_eq!(told[0]["diagnostician"], Value::Null);
        }
    });
}

#[test]
fn a_late_event_and_a_correction_move_what_was_counted() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        let monitor = monitor(&w).await;
        w.wait(Duration::days(20));
        let mut order = book.order(&book.laboratory, &d.hill, w.now());
        book.place(&order).await;
        settle(&w).await;
        w.wait(Duration::days(2));
        settle(&w).await;
        let midnight = w.now() - Duration::hours(9);
        let days = span(
            midnight - Duration::days(20),
            midnight + Duration::days(1),
            "DAY",
        );
        let seen = async |figure: &str| {
            let rows = rows(&monitor, days.clone()).await;
            let counts = rows
                .iter()
                .map(|row| row[figure].as_i64().expect("a count"));
            counts.collect::<Vec<_>>()
        };
        let one_at = |place: usize| {
            (0..21)
                .map(|day| i64::from(day == place))
                .collect::<Vec<_>>()
        };
        let since = |place: usize| {
            (0..21)
                .map(|day| i64::from(day >= place))
                .collect::<Vec<_>>()
        };
        assert_eq!(seen("requested").await, one_at(18));
        assert_eq!(seen("backlog").await, since(18));
        // It was placed ten days earlier after all.
        order.requested_at -= Duration::days(10);
        book.change(&mut order).await;
        for settled in [false, true] {
            if settled {
                settle(&w).await;
            }
            assert_eq!(seen("requested").await, one_at(8), "settled: {settled}");
            assert_eq!(seen("backlog").await, since(8), "settled: {settled}");
        }
    });
}

#[test]
fn what_waits_now_is_told_by_where_and_for_how_long() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        for hours in [0, 2, 100, 200] {
            let order = book.order(&book.laboratory, &d.hill, w.now() - Duration::hours(hours));
            book.place(&order).await;
        }
        let late = book.order(&book.laboratory, &d.river, w.now() - Duration::hours(3));
        let mut late = book.reported(late, 10);
        late.due_at = Some(w.now() - Duration::hours(1));
        book.place(&late).await;
        let done = book.order(&book.laboratory, &d.river, w.now() - Duration::hours(3));
        let mut done = book.reported(done, 10);
        done.review = entity::enums::ReviewRule::Optional;
        book.place(&done).await;
        let seen = async |role, place: &entity::institution::Model| {
            let actor = w.actor(role, place).await;
            api::throughput::service::backlog(&w.app, &actor, book.laboratory.id).await
        };
        let all = seen(Role::Technician, &d.county).await.expect("it is told");
        assert_eq!((all.total, all.overdue), (5, 1));
        let stand: Vec<_> = all
            .by_status
            .iter()
            .map(|(status, count, _)| (*status, *count))
            .collect();
        assert_eq!(
            stand,
            [(OrderStatus::Requested, 4), (OrderStatus::Reported, 1)]
        );
        assert_eq!(all.by_age, [1, 2, 0, 0, 1, 1]);
        let own = seen(Role::Coordinator, &d.river).await.expect("it is told");
        assert_eq!((own.total, own.overdue), (1, 1));
        assert!(
            seen(Role::Technician, &d.hill).await.is_err(),
            "who works elsewhere"
        );
        let statement = waiting(book.laboratory.id, w.now()).build(w.app.db.backend());
        let plan = w.explain(&statement).await.join("\n");
        assert!(plan.contains("ix_centre_order_open"), "{plan}");
    });
}

#[test]
fn an_hour_is_counted_anew_without_a_look_at_the_other_hours() {
    both(async |w| {
        let book = Book::open(&w).await;
        let hour = (book.laboratory.id, w.now(), w.now() + Duration::hours(1));
        // PostgreSQL chooses by what it knows of the rows, and knows nothing of a test's.
        if w.kind() == Kind::Postgres {
            return;
        }
        let builder = w.app.db.backend();
        let plan = w.explain(&builder.build(&statement(&[hour]))).await;
        // Each look at orders is by the centre and a moment, by a requisition, or by the order's own id.
        let looks = plan.iter().filter(|step| step.contains("centre_order"));
        for look in looks.filter(|step| step.contains("USING")) {
            let narrow = [">?", "ix_centre_order_requisition", "(id=?)"];
            assert!(narrow.iter().any(|index| look.contains(index)), "{look}");
        }
        let whole = plan.join("\n");
        assert!(whole.contains("ix_centre_order_requisition"), "{whole}");
    });
}

#[test]
fn what_is_counted_before_its_event_is_placed_is_counted_once() {
    both(async |w| {
        let (book, d) = (Book::open(&w).await, w.district());
        let nine = w.now();
        let first = book.order(&book.laboratory, &d.hill, nine);
        book.place(&first).await;
        relay_once(&w.app).await.expect("the relay works");
        let mut second = book.order(&book.laboratory, &d.hill, nine);
        book.place(&second).await;
        // The hour is counted because of the first order, and the second with it.
        rollup_once(&w.app).await.expect("the rollup works");
        relay_once(&w.app).await.expect("the relay works");
        second.requested_at = nine - Duration::hours(2);
        book.change(&mut second).await;
        let asked = span(
            nine - Duration::hours(3),
            nine + Duration::hours(1),
            "WHOLE",
        );
        let told = rows(&monitor(&w).await, asked.clone()).await;
        assert_eq!(told[0]["requested"], 2);
        settle(&w).await;
        let told = rows(&monitor(&w).await, asked).await;
        assert_eq!(told[0]["requested"], 2);
    });
}

#[test]
fn a_year_by_day_costs_four_statements_at_most() {
    both(async |w| {
        let book = Book::open(&w).await;
        w.wait(Duration::days(400));
        let d = w.district();
        for days in 1..20 {
            let order = book.order(
                &book.laboratory,
                &d.hill,
                w.now() - Duration::days(17 * days),
            );
            book.place(&book.reported(order, 30)).await;
        }
        settle(&w).await;
        let monitor = monitor(&w).await;
        let centre = api::id::encode(api::id::Kind::SharedCentre, book.laboratory.id);
        let year = span(w.now() - Duration::days(365), w.now(), "DAY");
        let year = with(year, json!({ "centres": [centre] }));
        let cost = async || {
            let document = super::document();
            let answer = monitor.measure(&document, json!({ "input": year })).await;
            let rows = answer.data("throughput").as_array().map(Vec::len);
            assert_eq!(rows, Some(366));
            answer.statements()
        };
        assert!(cost().await <= 3, "settled: {}", cost().await);
        for days in [0, 100, 200] {
            let order = book.order(&book.laboratory, &d.hill, w.now() - Duration::days(days));
            book.place(&book.reported(order, 30)).await;
        }
        assert!(cost().await <= 4, "with a tail: {}", cost().await);
    });
}

#[test]
fn an_index_serves_the_counting_of_an_hour() {
    both(async |w| {
        let book = Book::open(&w).await;
        let hour = api::throughput::calendar::hour_of(w.now());
        let range = (book.laboratory.id, hour, hour + Duration::hours(1));
        let statement = w.app.db.backend().build(&fact::statement(&[range]));
        w.assert_index_serves(&statement).await;
    });
}

#[test]
fn whoever_watches_sees_figures_and_no_patient() {
    both(async |w| {
        let book = Book::open(&w).await;
        day(&book).await;
        w.wait(Duration::hours(3));
        let midnight = w.now() - Duration::hours(12);
        let today = span(midnight, midnight + Duration::days(1), "HOUR");
        let all = [
            "CENTRE",
            "KIND",
            "INSTITUTION",
            "TIER",
            "ITEM_GROUP",
            "PRIORITY",
            "DIAGNOSTICIAN",
        ];
        let today = with(today, json!({ "by": all }));
        // Their answers are searched for patients by the client itself.
        let answer = ask(&monitor(&w).await, today).await.ok();
        assert!(
            !answer
                .data("throughput")
                .as_array()
                .expect("a list")
                .is_empty()
        );
        let patient = monitor(&w)
            .await
            .ask("{ patients(search: { name: \"龘\" }) { edges { node { id } } } }")
            .await;
        assert_eq!(patient.code("patients"), "FORBIDDEN");
    });
}
