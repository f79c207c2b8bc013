//! The verbs write what indicators count.

use chrono::Duration;
use entity::{
    audit,
    enums::{Action, Role},
};
use reqwest::Method;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{span, told};
use crate::{
    follow_up::care::Care,
    harness::{both, client::Client, fixtures::REGION},
};

async fn quarter(by: &Client) -> std::collections::BTreeMap<String, Value> {
    told(by, span("2026-01-01", "2026-06-30")).await
}

#[test]
fn a_patient_goes_up_comes_home_and_is_counted_at_every_step() {
    both(async |w| {
        let d = w.district();
        let care = Care::of(&w).await;
        let cast = &care.cast;
        let story = &cast.story;
        let up = story.submit(&cast.hill, story.up()).await;
        w.wait(Duration::hours(1));
        let up = story.accept(&cast.office, &up, json!({})).await;
        w.wait(Duration::hours(5));
        let up = story.arrive(&cast.office, &up, json!({})).await;
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        let county = w.client(Role::InstitutionAdmin, &d.county).await;
        let (below, above) = (quarter(&hill).await, quarter(&county).await);
        assert_eq!(below["REFERRED_UP"]["value"], 1.0);
        assert_eq!(above["RECEIVED_UP"]["value"], 1.0);
        assert_eq!(above["REFERRED_UP"]["value"], 0.0, "the sender is credited");
        assert_eq!(above["ACCEPTANCE_RATE"]["value"], 1.0);
        assert_eq!(above["ARRIVAL_RATE"]["value"], 1.0);
        assert_eq!(above["REPORT_BACK_RATE"]["value"], 0.0);
        let took = above["FIRST_ANSWER_MEDIAN"]["value"]
            .as_f64()
            .expect("a time");
        assert!((took - 60.0).abs() < 0.6, "{took}");
        let took = above["SUBMIT_TO_ARRIVAL_MEDIAN"]["value"]
            .as_f64()
            .expect("a time");
        assert!((took - 6.0).abs() < 0.06, "{took}");
        assert_eq!(
            above["ANSWERED_ON_TIME"]["value"],
            Value::Null,
            "it might still be answered in time"
        );

        // Down again with the report, and looked after at home.
        let up = story.treat(&cast.county, &up, json!({})).await;
        w.wait(Duration::days(3));
        let down = story.refer_back(&cast.county, &up, json!({})).await;
        let down = story.accept(&cast.hill, &down, json!({})).await;
        w.wait(Duration::hours(3));
        story.arrive(&cast.hill, &down, json!({})).await;
        let below = quarter(&hill).await;
        assert_eq!(below["RECEIVED_DOWN"]["value"], 1.0);
        let above = quarter(&county).await;
        assert_eq!(above["REFERRED_DOWN"]["value"], 1.0);
        assert_eq!(
            above["DOWN_SHARE"]["value"], 0.5,
            "one down of one in and one out"
        );
        assert_eq!(above["REPORT_BACK_RATE"]["value"], 1.0);
        w.wait(Duration::days(40));
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        let below = quarter(&hill).await;
        // The arrival of what came down closed what went up.
        assert_eq!(below["CLOSED_LOOP_RATE"]["value"], 1.0);
        assert_eq!(below["REPORTS_READ"]["value"], 1.0);
        assert_eq!(
            below["FOLLOW_UP_ON_TIME"]["value"], 0.0,
            "nobody looked after the patient"
        );
    });
}

#[test]
fn a_follow_up_in_time_counts() {
    both(async |w| {
        let d = w.district();
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        w.wait(Duration::days(2));
        care.record(&care.cast.hill, &planned, json!({})).await;
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        assert_eq!(
            quarter(&hill).await["FOLLOW_UP_ON_TIME"]["value"],
            Value::Null,
            "the week is not over"
        );
        w.wait(Duration::days(6));
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        assert_eq!(quarter(&hill).await["FOLLOW_UP_ON_TIME"]["value"], 1.0);
    });
}

#[test]
fn volumes_are_corrected_after_the_sheet_was_taken_away() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::InstitutionAdmin, &d.hill).await;
        let county = w.client(Role::InstitutionAdmin, &d.county).await;
        let regulator = w.client(Role::Regulator, REGION).await;
        let report = async |by: &Client, visits: i64| {
            let document = "mutation($input: ReportVolumesInput!) { reportVolumes(input: $input) { report { id version } } }";
            let input = json!({ "month": "2026-01", "counts": { "visits": visits } });
            let answer = by.call(document, json!({ "input": input })).await.ok();
            answer.data("reportVolumes.report").clone()
        };
        let reported = report(&hill, 250).await;
        report(&county, 750).await;
        let sheet = async || {
            let path = "/indicators.csv?from=2026-01-01&to=2026-01-31&codes=PRIMARY_SHARE";
            let answer = regulator.send(regulator.request(Method::GET, path)).await;
            let line = answer.text.lines().nth(1).expect("a line").to_owned();
            line.split(',')
                .skip(8)
                .take(4)
                .collect::<Vec<_>>()
                .join(",")
        };
        assert_eq!(sheet().await, "比例,0.25,250,1000");
        let document = "mutation($input: CorrectVolumesInput!) { correctVolumes(input: $input) { report { version } } }";
        let input = json!({
            "id": reported["id"], "version": reported["version"], "counts": { "visits": 500 }, "reason": "漏报急诊",
        });
        let corrected = hill.call(document, json!({ "input": input })).await.ok();
        assert_eq!(*corrected.data("correctVolumes.report.version"), 2);
        // The sheet of today says what is known today; both are on record as taken away.
        assert_eq!(sheet().await, "比例,0.4,500,1250");
        let taken = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::ExportIndicators))
            .count(w.app.db.reader())
            .await;
        assert_eq!(taken.expect("the audit can be read"), 2);
    });
}
