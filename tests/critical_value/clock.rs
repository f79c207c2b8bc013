//! The clock: 10 minutes, then 20, each once, and nothing once somebody knows.

use api::{
    app::App,
    critical_value::service::clock::{due, strike, strike_once},
    db::Db,
    id::{self, Kind},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    critical_value,
    enums::{Action, Role},
    event,
};
use futures::future::join_all;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QueryTrait as _,
};
use serde_json::json;
use uuid::Uuid;

use super::alarm::{Alarm, Seen};
use crate::harness::{World, both};

async fn run_to(w: &World, at: DateTime<Utc>) {
    w.app.clock.set(at);
    while strike_once(&w.app).await.expect("the clock works") {}
}

fn row_id(seen: &Seen) -> Uuid {
    id::decode(Kind::CriticalValue, &seen.id, "id").expect("the id of a critical value")
}

async fn strokes(w: &World, seen: &Seen) -> Vec<event::Model> {
    event::Entity::find()
        .filter(event::Column::SubjectId.eq(row_id(seen)))
        .filter(event::Column::Action.is_in([Action::MarkOverdue, Action::EscalateOverdue]))
        .order_by_asc(event::Column::OccurredAt)
        .all(w.app.db.reader())
        .await
        .expect("events can be read")
}

fn actions(events: &[event::Model]) -> Vec<Action> {
    events.iter().map(|event| event.action).collect()
}

#[test]
fn the_health_centre_is_told_after_ten_minutes_and_the_community_after_twenty() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let (start, ms) = (w.now(), Duration::milliseconds(1));
        run_to(&w, start + Duration::minutes(10) - ms).await;
        assert_eq!(strokes(&w, &raised).await, []);
        let seen = a.look(&a.village, &raised).await.expect("it is seen");
        assert_eq!(seen.all["overdue"], false);

        run_to(&w, start + Duration::minutes(10)).await;
        let marked = strokes(&w, &raised).await;
        assert_eq!(actions(&marked), [Action::MarkOverdue]);
        assert!(marked[0].scopes.0.contains(&d.river.id));
        assert!(!marked[0].scopes.0.contains(&d.general.id));
        let seen = a.look(&a.river, &raised).await.expect("it is seen");
        assert_eq!(seen.all["overdue"], true);
        assert!(a.look(&a.manager, &raised).await.is_none());

        run_to(&w, start + Duration::minutes(20) - ms).await;
        assert_eq!(strokes(&w, &raised).await.len(), 1);
        run_to(&w, start + Duration::minutes(20)).await;
        let told = strokes(&w, &raised).await;
        assert_eq!(
            actions(&told),
            [Action::MarkOverdue, Action::EscalateOverdue]
        );
        assert!(told[1].scopes.0.contains(&d.general.id));
        assert_eq!(told[1].occurred_at, start + Duration::minutes(20));
        run_to(&w, start + Duration::days(1)).await;
        assert_eq!(strokes(&w, &raised).await.len(), 2);

        // A mark is no version: who has it on the screen still acknowledges, and a repeated call is known behind the marks.
        let again = a.ask(
            &a.reader,
            "raiseCriticalValue",
            a.infarction(&seen_order(&raised)),
        );
        let again = again.await.ok();
        assert_eq!(*again.data("raiseCriticalValue.replayed"), true);
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        assert_eq!(known.all["overdue"], false);
        w.assert_index_serves(&due(&w.app).build(w.app.db.backend()))
            .await;
    });
}

/// The order of a critical value.
fn seen_order(raised: &Seen) -> Seen {
    let id = raised.all["order"]["id"].as_str().expect("an id");
    Seen {
        id: id.to_owned(),
        ..raised.clone()
    }
}

#[test]
fn the_community_sees_the_header_and_nothing_of_whose_it_is() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let manager = a.manager.clone().that_sees_no_patient();
        let raised = a
            .raise(&a.examined(1).await, json!({ "code": "STEMI" }))
            .await;
        let patient = raised.all["patient"]["id"].clone();
        run_to(&w, w.now() + Duration::minutes(10)).await;
        run_to(&w, w.now() + Duration::minutes(10)).await;
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        a.resolve(&a.village, &known, json!({})).await;
        let seen = a.look(&manager, &raised).await.expect("it is seen");
        assert_eq!(seen.status, "RESOLVED");
        for field in [
            "patient",
            "order",
            "finding",
            "code",
            "readBack",
            "resolution",
        ] {
            assert!(seen.all[field].is_null(), "{field}");
        }
        assert_eq!(seen.all["centre"]["id"], a.centres.centre("ECG"));
        assert_eq!(seen.all["availableActions"], json!([]));
        // No filter tells what the header does not.
        let document = "query List($filter: CriticalValueFilter) { criticalValues(filter: $filter) { totalCount } }";
        for (filter, found) in [
            (json!({}), 1),
            (json!({ "status": ["RESOLVED"] }), 1),
            (json!({ "patient": patient }), 0),
            (json!({ "order": raised.all["order"]["id"] }), 0),
        ] {
            let page = manager.call(document, json!({ "filter": filter })).await;
            let page = page.ok();
            assert_eq!(*page.data("criticalValues.totalCount"), found, "{filter}");
        }
        let other = w
            .client(Role::CommunityManager, &w.district().traditional)
            .await;
        assert!(a.look(&other, &raised).await.is_none());
    });
}

#[test]
fn acknowledged_in_time_there_is_nothing_to_tell() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        w.wait(Duration::minutes(10) - Duration::milliseconds(1));
        a.acknowledge(&a.village, &raised, json!({})).await;
        run_to(&w, w.now() + Duration::days(1)).await;
        assert_eq!(strokes(&w, &raised).await, []);
        // Between the two strokes as well.
        let raised = a.raise(&a.examined(2).await, json!({})).await;
        run_to(&w, w.now() + Duration::minutes(10)).await;
        a.acknowledge(&a.river, &raised, json!({})).await;
        run_to(&w, w.now() + Duration::days(1)).await;
        assert_eq!(actions(&strokes(&w, &raised).await), [Action::MarkOverdue]);
        let row = critical_value::Entity::find_by_id(row_id(&raised));
        let row = row.one(w.app.db.reader()).await.expect("it can be read");
        assert_eq!(row.expect("it is there").clock_at, None);
    });
}

#[test]
fn two_processes_tell_nobody_twice() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let mut all = Vec::new();
        for n in 1..=6 {
            all.push(a.raise(&a.examined(n).await, json!({})).await);
        }
        let settings = w.app.settings.clone();
        let db = Db::open(&settings.database, &settings.data_dir).await;
        let db = db.expect("the database takes a further process");
        let other = App::start(settings, db, w.app.keys.clone(), w.app.clock.clone()).await;
        let other = other.expect("a further process starts");
        w.wait(Duration::hours(1));
        // Under the lease one of them works; without it they get in each other's way, and still nothing is told twice.
        let leased = futures::future::join(strike_once(&w.app), strike_once(&other)).await;
        assert!(leased.0.is_ok() && leased.1.is_ok());
        for _ in 0..3 {
            let both = all.iter().flat_map(|seen| [(&w.app, seen), (&other, seen)]);
            let struck = join_all(both.map(async |(app, seen)| {
                let id = row_id(seen);
                app.db
                    .write(async |txn| Box::pin(strike(&txn, app, id)).await)
                    .await
            }));
            struck.await;
        }
        for seen in &all {
            assert_eq!(
                actions(&strokes(&w, seen).await),
                [Action::MarkOverdue, Action::EscalateOverdue]
            );
        }
    });
}
