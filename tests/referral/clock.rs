//! The clock: each stroke at its minute and not before, once, whoever else is at work.

use api::{
    app::App,
    db::Db,
    referral::service::clock::{due, strike, strike_once},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Role},
    event, referral, referral_leg, referral_party,
};
use futures::future::{join, join_all};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QueryTrait as _,
};
use serde_json::json;

use super::{
    cast::Cast,
    letter::{self, with},
    story::{Story, Told, on},
};
use crate::harness::{World, both, client::Client};

/// Lets the clock do what is due now, until nothing is.
pub async fn tick(w: &World) {
    while strike_once(&w.app).await.expect("the clock works") {}
}

/// Lets time pass to that moment, and the clock do what is due until then.
pub async fn run_to(w: &World, at: DateTime<Utc>) {
    w.app.clock.set(at);
    tick(w).await;
}

/// The row of a referral.
pub async fn row(w: &World, told: &Told) -> referral::Model {
    let row = referral::Entity::find_by_id(told.row_id()).one(w.app.db.reader());
    row.await.expect("it can be read").expect("it is there")
}

/// What happened to a referral by the clock.
pub async fn strokes(w: &World, told: &Told) -> Vec<event::Model> {
    event::Entity::find()
        .filter(event::Column::SubjectId.eq(told.row_id()))
        .filter(event::Column::Action.is_in([
            Action::ExpireReferral,
            Action::CancelUnanswered,
            Action::CloseUnread,
            Action::MarkOverdue,
            Action::EscalateOverdue,
        ]))
        .order_by_asc(event::Column::OccurredAt)
        .all(w.app.db.reader())
        .await
        .expect("events can be read")
}

fn actions(events: &[event::Model]) -> Vec<Action> {
    events.iter().map(|event| event.action).collect()
}

#[test]
fn each_status_ends_at_its_minute_and_not_before() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let ms = Duration::milliseconds(1);
        for (from, to, action) in [
            ("SUBMITTED", "EXPIRED", Action::ExpireReferral),
            ("RETURNED", "EXPIRED", Action::ExpireReferral),
            ("ACCEPTED", "EXPIRED", Action::ExpireReferral),
            ("IN_TRANSIT", "EXPIRED", Action::ExpireReferral),
            ("REPORTED_BACK", "CLOSED", Action::CloseUnread),
        ] {
            let told = cast.bring(from).await;
            let before = row(&w, &told).await;
            let ends = match from {
                "IN_TRANSIT" => w.now() + Duration::hours(24),
                "REPORTED_BACK" => w.now() + Duration::days(30),
                _ => before.valid_to.expect("a letter is valid for a time"),
            };
            run_to(&w, ends - ms).await;
            assert_eq!(
                row(&w, &told).await.version,
                before.version,
                "{from}: too soon"
            );
            run_to(&w, ends).await;
            let after = row(&w, &told).await;
            assert_eq!(after.status.code(), to, "{from}");
            assert_eq!(after.version, before.version + 1, "{from}");
            assert_eq!(
                (after.clock_at, after.answer_due_at),
                (None, None),
                "{from}"
            );
            assert_eq!(after.status_since, ends, "{from}");
            assert_eq!(
                after.occurred_at, before.occurred_at,
                "{from}: nothing happened"
            );
            let last = strokes(&w, &told).await.pop().expect("an event");
            assert_eq!((last.action, last.occurred_at), (action, ends));
            assert!(last.account_id.is_nil() && last.institution_id.is_none());
            assert_eq!(last.version, after.version);
            // Nothing more comes of it.
            run_to(&w, ends + Duration::days(60)).await;
            assert_eq!(row(&w, &told).await, after, "{from}");
        }
    });
}

#[test]
fn what_is_at_an_end_has_no_clock_and_what_is_open_has_its_own() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for status in super::cast::REACHABLE {
            let told = cast.bring(status).await;
            let row = row(&w, &told).await;
            let expected = match status {
                "SUBMITTED" => row.answer_due_at,
                "RETURNED" | "ACCEPTED" => row.valid_to,
                "IN_TRANSIT" | "CANCELLATION_REQUESTED" => {
                    Some(row.status_since + Duration::hours(24))
                }
                "REPORTED_BACK" => Some(row.status_since + Duration::days(30)),
                _ => None,
            };
            assert_eq!(row.clock_at, expected, "{status}");
        }
        w.assert_index_serves(&due(&w.app).build(w.app.db.backend()))
            .await;
    });
}

#[test]
fn what_is_overdue_is_marked_once_and_told_the_community_at_twice_the_time() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "URGENT" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let start = w.now();
        let general = w.district().general.id;
        let told_community = |event: &event::Model| event.scopes.0.contains(&general);

        run_to(
            &w,
            start + Duration::minutes(120) - Duration::milliseconds(1),
        )
        .await;
        assert_eq!(strokes(&w, &posted).await, []);
        run_to(&w, start + Duration::minutes(120)).await;
        let marked = strokes(&w, &posted).await;
        assert_eq!(actions(&marked), [Action::MarkOverdue]);
        assert!(!told_community(&marked[0]));
        assert!(marked[0].scopes.0.contains(&w.district().county.id));
        run_to(
            &w,
            start + Duration::minutes(240) - Duration::milliseconds(1),
        )
        .await;
        assert_eq!(strokes(&w, &posted).await.len(), 1);
        run_to(&w, start + Duration::minutes(240)).await;
        let escalated = strokes(&w, &posted).await;
        assert_eq!(
            actions(&escalated),
            [Action::MarkOverdue, Action::EscalateOverdue]
        );
        assert!(told_community(&escalated[1]));
        run_to(&w, start + Duration::days(2)).await;
        assert_eq!(strokes(&w, &posted).await.len(), 2);

        // The marks are no versions: whoever looked before them still answers, and every event is told.
        assert!(escalated.iter().all(|event| event.version == 1));
        let later = letter::moment(&w, Duration::days(1));
        cast.story
            .accept(&cast.county, &posted, json!({ "plannedAt": later }))
            .await;
        let document = "query Told($by: ReferralKey!, $after: String) { referral(by: $by) { overdue timeline(first: 2, after: $after) { totalCount pageInfo { endCursor } edges { node { action version } } } } }";
        let by = json!({ "id": posted.id });
        let first = cast.hill.call(document, json!({ "by": by })).await.ok();
        let after = first.text_at("referral.timeline.pageInfo.endCursor");
        let second = cast
            .hill
            .call(document, json!({ "by": by, "after": after }))
            .await
            .ok();
        assert_eq!(first.number_at("referral.timeline.totalCount"), 4);
        let told: Vec<String> = [&first, &second]
            .into_iter()
            .filter_map(|page| page.data("referral.timeline.edges").as_array().cloned())
            .flatten()
            .map(|edge| {
                edge["node"]["action"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        assert_eq!(
            told,
            [
                "SUBMIT_REFERRAL",
                "MARK_OVERDUE",
                "ESCALATE_OVERDUE",
                "ACCEPT_REFERRAL"
            ]
        );
        assert_eq!(*second.data("referral.overdue"), json!(false));
        // An answered leg has no clock.
        let leg = referral_leg::Entity::find().one(w.app.db.reader()).await;
        let leg = leg.expect("legs can be read").expect("there is one");
        assert!(leg.overdue_at.is_some() && leg.escalated_at.is_some() && leg.ended_at.is_some());
    });
}

#[test]
fn a_retried_verb_is_known_behind_a_mark() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let system = w.client(Role::Integration, &w.district().county).await;
        let posted = cast.story.submit(&cast.hill, cast.story.emergency()).await;
        let left = json!({ "referral": { "id": posted.id }, "transport": "ESCORTED" });
        cast.story
            .tell(&cast.system, "recordDeparture", left.clone())
            .await;
        run_to(&w, w.now() + Duration::minutes(31)).await;
        assert_eq!(actions(&strokes(&w, &posted).await), [Action::MarkOverdue]);
        let again = cast.story.tell(&cast.system, "recordDeparture", left).await;
        assert!(again.replayed);
        let there = cast.story.look(&system, &posted).await;
        assert_eq!(there.expect("seen").status, "IN_TRANSIT");
    });
}

#[test]
fn an_emergency_on_the_road_is_marked_and_does_not_expire() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.story.submit(&cast.hill, cast.story.emergency()).await;
        let taken = cast.story.accept(&cast.county, &posted, json!({})).await;
        let away = cast.story.depart(&cast.hill, &taken, json!({})).await;
        let left = w.now();
        run_to(&w, left + Duration::hours(24) - Duration::milliseconds(1)).await;
        assert_eq!(strokes(&w, &posted).await, []);
        run_to(&w, left + Duration::hours(24)).await;
        run_to(&w, left + Duration::days(9)).await;
        assert_eq!(actions(&strokes(&w, &posted).await), [Action::MarkOverdue]);
        let now = row(&w, &posted).await;
        assert_eq!(
            (now.status.code(), i64::from(now.version)),
            ("IN_TRANSIT", away.version)
        );
        assert_eq!(now.clock_at, None);
        // A verb does not set the mark back.
        let there = cast.story.arrive(&cast.county, &away, json!({})).await;
        assert_eq!(there.status, "ARRIVED");
        assert!(row(&w, &posted).await.overdue_at.is_some());
    });
}

#[test]
fn no_answer_clock_runs_against_a_partner_without_account_but_it_expires() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let away = json!({ "receiver": letter::institution(w.district().province.id) });
        let letter = with(cast.story.outward(), away);
        let posted = cast.story.submit(&cast.county, letter).await;
        let valid_to = row(&w, &posted)
            .await
            .valid_to
            .expect("a letter is valid for a time");
        run_to(&w, valid_to - Duration::seconds(1)).await;
        assert_eq!(strokes(&w, &posted).await, []);
        run_to(&w, valid_to).await;
        assert_eq!(
            actions(&strokes(&w, &posted).await),
            [Action::ExpireReferral]
        );
    });
}

#[test]
fn after_a_long_silence_everything_comes_in_its_order() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        run_to(&w, w.now() + Duration::days(40)).await;
        let happened = strokes(&w, &posted).await;
        assert_eq!(
            actions(&happened),
            [
                Action::MarkOverdue,
                Action::EscalateOverdue,
                Action::ExpireReferral
            ]
        );
        let legs = referral_leg::Entity::find().all(w.app.db.reader()).await;
        let leg = &legs.expect("legs can be read")[0];
        assert!(
            leg.ended_at.is_some() && leg.answered_at.is_none(),
            "it ended unanswered"
        );
    });
}

#[test]
fn what_expired_closes_to_the_receiver_after_fourteen_days() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let told = cast.bring("ACCEPTED").await;
        let ends = row(&w, &told).await.valid_to.expect("valid for a time");
        run_to(&w, ends).await;
        let headers_only = async |by: &Client| {
            let document = "query See($by: ReferralKey!) { referral(by: $by) { headerOnly } }";
            let answer = by.call(document, json!({ "by": { "id": told.id } })).await;
            answer.ok().data("referral.headerOnly").clone()
        };
        let later = Duration::days(14);
        w.app.clock.set(ends + later - Duration::milliseconds(1));
        assert_eq!(headers_only(&cast.county).await, false);
        w.app.clock.set(ends + later);
        assert_eq!(headers_only(&cast.county).await, true);
        assert_eq!(headers_only(&cast.hill).await, false);
        let party = referral_party::Entity::find()
            .filter(referral_party::Column::ScopeId.eq(w.district().county.id))
            .one(w.app.db.reader())
            .await;
        let party = party.expect("parties can be read").expect("the receiver");
        assert_eq!(party.content_until, Some(ends + later));
    });
}

/// A further process on the same database.
async fn process(w: &World) -> App {
    let settings = w.app.settings.clone();
    let db = Db::open(&settings.database, &settings.data_dir)
        .await
        .expect("the database takes a further process");
    App::start(settings, db, w.app.keys.clone(), w.app.clock.clone())
        .await
        .expect("a further process starts")
}

#[test]
fn two_processes_do_nothing_twice() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut all = Vec::new();
        for _ in 0..12 {
            all.push(cast.bring("ACCEPTED").await);
        }
        let urgent = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        all.push(cast.story.submit(&cast.hill, urgent).await);
        let other = process(&w).await;
        w.app.clock.set(w.now() + Duration::days(30));
        // Under the lease one of them works; without it they get in each other's way, and still nothing is done twice.
        let leased = join(strike_once(&w.app), strike_once(&other)).await;
        assert!(leased.0.is_ok() && leased.1.is_ok());
        for _ in 0..3 {
            let both = all.iter().flat_map(|told| [(&w.app, told), (&other, told)]);
            let struck = join_all(both.map(async |(app, told)| {
                let id = told.row_id();
                app.db
                    .write(async |txn| Box::pin(strike(&txn, app, id)).await)
                    .await
            }));
            assert!(struck.await.iter().all(Result::is_ok));
        }
        let marks = all.pop().expect("the emergency");
        for told in &all {
            assert_eq!(actions(&strokes(&w, told).await), [Action::ExpireReferral]);
            assert_eq!(row(&w, told).await.version, 3);
        }
        let expected = [
            Action::MarkOverdue,
            Action::EscalateOverdue,
            Action::ExpireReferral,
        ];
        assert_eq!(actions(&strokes(&w, &marks).await), expected);
    });
}

#[test]
fn of_a_verb_and_the_clock_one_is_first() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let story = Story::of(&w);
        for round in 0..12 {
            let patient = crate::harness::canary::Patient::nth(100 + round);
            let told = cast
                .bring_letter("ACCEPTED", letter::up(&w, &patient))
                .await;
            let ends = row(&w, &told).await.valid_to.expect("valid for a time");
            w.app.clock.set(ends);
            let left = with(on(&told), json!({ "transport": "SELF" }));
            let (answer, struck) = join(
                story.ask(&cast.hill, "recordDeparture", left),
                strike_once(&w.app),
            )
            .await;
            struck.expect("the clock works");
            let now = row(&w, &told).await;
            assert_eq!(now.version, 3, "round {round}");
            if answer.errors().is_empty() {
                assert_eq!(now.status.code(), "IN_TRANSIT");
                assert_eq!(strokes(&w, &told).await, []);
            } else {
                let code = answer.code("recordDeparture");
                assert!(
                    ["CONFLICT", "INVALID_TRANSITION"].contains(&code),
                    "{}",
                    answer.text
                );
                assert_eq!(now.status.code(), "EXPIRED");
            }
        }
    });
}
