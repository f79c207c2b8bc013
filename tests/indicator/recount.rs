//! What is kept, with what was touched since, is what a full count gives: after every change, and as time goes on.

use chrono::Duration;
use entity::{
    enums::{
        CareSetting, HoldState, LegAnswer,
        ReferralDirection::{Down, Lateral, Up},
        RejectionReason, Role, Sex, SubjectKind,
    },
    event, indicator_month, lease,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::{Value, json};

use api::indicator::rollup;

use super::{case::Case, history::History, settle, span, told};
use crate::{
    harness::{World, both, client::Client, fixtures::REGION},
    referral::letter::with,
};

/// Everything, by institution, as a regulator reads it.
async fn all(regulator: &Client) -> Value {
    let year = with(
        span("2026-01-01", "2026-12-31"),
        json!({ "by": "INSTITUTION" }),
    );
    json!(told(regulator, year).await)
}

/// Forgets what is kept, so that everything is counted.
async fn forget(w: &World) {
    let forgotten = w.app.db.write(async |txn| {
        indicator_month::Entity::delete_many().exec(&*txn).await?;
        lease::Entity::update_many()
            .col_expr(lease::Column::Position, Expr::value(0))
            .filter(lease::Column::Name.eq(rollup::LEASE))
            .exec(&*txn)
            .await?;
        Ok(())
    });
    forgotten.await.expect("what is kept can be forgotten");
}

#[test]
fn what_is_kept_and_what_was_touched_is_a_full_count() {
    both(async |w| {
        let d = w.district();
        let regulator = w.client(Role::Regulator, REGION).await;
        let history = History::begin(&w).await;
        let patients = [
            history.patient(Sex::Male, None).await,
            history.patient(Sex::Female, None).await,
        ];
        let mut cases: Vec<Case> = Vec::new();
        for n in 0..40_usize {
            let (direction, way) = [
                (Up, (&d.hill, &d.county)),
                (Down, (&d.county, &d.river)),
                (Up, (&d.lake, &d.herbs)),
                (Lateral, (&d.county, &d.herbs)),
                (Down, (&d.county, &d.hill)),
            ][n % 5];
            let posted = format!("2026-0{}-{:02} 09:00", 1 + n % 2, 1 + n * 7 % 27);
            let case = history
                .letter(direction, way, patients[n % 2], &posted)
                .setting(CareSetting::ALL[n % CareSetting::ALL.len()])
                .due(i64::try_from(60 * (1 + n % 30)).expect("a number"));
            let mut case = match n % 4 {
                0 => case
                    .answered(LegAnswer::Rejected, &posted)
                    .because(RejectionReason::ALL[n % 9]),
                _ => case.answered(LegAnswer::Accepted, &posted),
            };
            if n % 4 != 0 {
                case = case.held(&w, &history.beds, HoldState::ALL[n % 3]);
            }
            cases.push(case);
        }
        for case in &cases {
            history.tell(case).await;
        }
        settle(&w).await;
        let none_arrived = all(&regulator).await;
        // Patients come, some are followed up; half of it is kept when it is read.
        for (n, case) in cases.iter_mut().enumerate().filter(|(n, _)| n % 4 != 0) {
            let came = case.row.submitted_at.expect("it is posted") + Duration::hours(30);
            case.row.arrived_at = Some(came);
            case.row.occurred_at = came;
            case.row.status = entity::enums::ReferralStatus::Arrived;
            if n % 3 == 0 {
                case.row.reported_at = Some(came + Duration::days(2));
                case.row.status = entity::enums::ReferralStatus::Closed;
                case.row.occurred_at = came + Duration::days(3);
            }
            history.change(case).await;
            if n == 20 {
                settle(&w).await;
            }
        }
        let tail = all(&regulator).await;
        assert_ne!(tail, none_arrived);
        forget(&w).await;
        assert_eq!(all(&regulator).await, tail, "a full count");
        settle(&w).await;
        assert_eq!(all(&regulator).await, tail, "kept");
        // Windows end while nothing happens: what is kept knows.
        for days in [7, 20, 40] {
            w.wait(Duration::days(days));
            let regulator = w.client(Role::Regulator, REGION).await;
            let stale = all(&regulator).await;
            settle(&w).await;
            assert_eq!(all(&regulator).await, stale, "kept, {days} days later");
            forget(&w).await;
            assert_eq!(
                all(&regulator).await,
                stale,
                "a full count, {days} days later"
            );
            settle(&w).await;
        }
        let kept = indicator_month::Entity::find()
            .filter(indicator_month::Column::StaleAt.lte(w.now()))
            .count(w.app.db.reader())
            .await;
        assert_eq!(
            kept.expect("the table can be read"),
            0,
            "every window is counted"
        );
    });
}

#[test]
fn a_patient_going_up_again_touches_what_went_down_a_month_before() {
    both(async |w| {
        let d = w.district();
        w.wait(Duration::days(60));
        let history = History::begin(&w).await;
        let patient = history.patient(Sex::Male, None).await;
        let down = history
            .letter(Down, (&d.county, &d.hill), patient, "2026-01-10 09:00")
            .answered(LegAnswer::Accepted, "2026-01-10 09:00")
            .arrived("2026-01-11 09:00");
        history.tell(&down).await;
        settle(&w).await;
        let lead = w.client(Role::Coordinator, &d.county).await;
        let share = async || {
            let told = told(&lead, span("2026-01-01", "2026-01-31")).await;
            told["UP_AGAIN_30_DAYS"]["value"].as_f64()
        };
        assert_eq!(share().await, Some(0.0));
        let up = history
            .letter(Up, (&d.hill, &d.county), patient, "2026-02-10 08:00")
            .answered(LegAnswer::Arrived, "2026-02-10 09:00")
            .arrived("2026-02-10 09:00");
        history.tell(&up).await;
        assert_eq!(share().await, Some(1.0), "counted");
        settle(&w).await;
        assert_eq!(share().await, Some(1.0), "kept");
        // Half a minute later would be too late; so would another illness.
        let events =
            event::Entity::find().filter(event::Column::SubjectKind.eq(SubjectKind::Referral));
        assert_eq!(events.count(w.app.db.reader()).await.expect("events"), 2);
        let mut late = up.clone();
        late.row.arrived_at = up.row.arrived_at.map(|at| at + Duration::seconds(30));
        history.change(&mut late).await;
        assert_eq!(share().await, Some(0.0), "later than thirty days");
        late.row.arrived_at = up.row.arrived_at;
        late.row.principal_category = Some("I10".to_owned());
        history.change(&mut late).await;
        settle(&w).await;
        assert_eq!(share().await, Some(0.0), "for another illness");
    });
}
