//! One small history, and every indicator of it worked out by hand.
//!
//! The first quarter of 2026 in the community `general` (the hospital `county`, the health centres `hill` and `river`, a station each), asked for on 1 June:
//!
//! | | Who to whom | What happened |
//! |---|---|---|
//! | 1 | hill ↑ county | accepted after 60 min, a bed had; came after 24 h; reported on 16 January, closed on the 20th, 5 marks |
//! | 2 | hill ↑ county | own capability; 120 min to answer, accepted after 180; came after 12 h; reported on 10 January, closed by the clock |
//! | 3 | river ↑ county | rejected after 30 min: no bed |
//! | 4 | river ↑ county | accepted after 120 min, the bed given back: did not come |
//! | 5 | county ↓ hill | the patient of 1; accepted after 10 min, came on 2 February after 24 h, followed up on the 5th, closed on the 6th, 3 marks |
//! | 6 | hill ↑ county | the same again: green channel, 15 min to answer, was there after 6 h, on 20 February |
//! | 7 | county ↓ river | accepted after 20 min, came after 24 h, not followed up |
//! | 8 | county → city | a partner without account; came |
//! | 9 | lake ↑ herbs | of the other community |
//! | 10 | county ↓ hill | a year before, in February |
//! | 11 | hill ↑ county | withdrawn after 30 min |
//! | 12 | county = herbs | accepted by the other community's hospital after 60 min, came |
//! | 13 | herbs = county | returned after 240 min, posted again, accepted after 30; came 48 h after it was first posted; reported, not read |

use entity::enums::{
    CareSetting::{EmergencyRoom, Outpatient, Rehabilitation},
    HoldState::{Consumed, Released},
    LegAnswer::{Accepted, Arrived, Rejected, Returned},
    ReferralDirection::{Down, Lateral, Outward, Up},
    RejectionReason, Sex,
};
use entity::{
    enums::TagKind,
    json::{Ids, TagCount, TagCounts},
    supervision_visit, volume_report,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{
    history::{History, at, day},
    settle, span,
    staff::{send, sign},
    told,
};
use crate::{
    harness::{World, both},
    referral::letter::with,
    throughput::book::Book,
};

/// Code, value, numerator and denominator, each worked out by hand.
pub type Line = (&'static str, Option<f64>, Option<f64>, Option<f64>);

const fn count(code: &'static str, count: f64) -> Line {
    (code, Some(count), Some(count), None)
}

const fn share(code: &'static str, part: f64, whole: f64) -> Line {
    (code, Some(part / whole), Some(part), Some(whole))
}

const fn time(code: &'static str, took: f64, cases: f64) -> Line {
    (code, Some(took), None, Some(cases))
}

const fn empty(code: &'static str) -> Line {
    (code, None, Some(0.0), Some(0.0))
}

const fn timeless(code: &'static str) -> Line {
    (code, None, None, Some(0.0))
}

/// What the quarter comes to.
pub const QUARTER: &[Line] = &[
    count("REFERRED_UP", 3.0),      // 1, 2, 6
    count("REFERRED_DOWN", 2.0),    // 5, 7
    count("REFERRED_LATERAL", 1.0), // 12; 13 is the other community's
    count("REFERRED_OUTWARD", 1.0), // 8
    count("TREATED_IN_HOUSE", 0.0),
    count("RECEIVED_UP", 3.0),              // 1, 2, 6
    count("RECEIVED_DOWN", 2.0),            // 5, 7
    share("DOWN_SHARE", 2.0, 8.0),          // 5, 7 of out 5, 7, 8, 12 and in 1, 2, 6, 13
    share("DOWN_GROWTH", 1.0, 1.0),         // 5, 7 less 10, by 10
    share("ACCEPTANCE_RATE", 7.0, 9.0),     // 1, 2, 4, 5, 6, 7, 13 of these, 3, and 13's first leg
    share("REFUSAL_RATE", 1.0, 9.0),        // 3
    time("FIRST_ANSWER_MEDIAN", 60.0, 9.0), // 10 20 30 30 60 120 180 240 360
    time("FIRST_ANSWER_P90", 240.0, 9.0),
    share("ANSWERED_ON_TIME", 7.0, 9.0), // all but 2 and 6; 11 was taken away
    share("GREEN_CHANNEL_ON_TIME", 0.0, 1.0), // 6
    time("SUBMIT_TO_ARRIVAL_MEDIAN", 24.0, 6.0), // 6 12 24 24 24 48
    time("SUBMIT_TO_ARRIVAL_P90", 24.0, 6.0),
    share("ARRIVAL_RATE", 6.0, 7.0), // 1, 2, 5, 6, 7, 13 of these and 4
    share("NO_SHOW_RATE", 1.0, 7.0), // 4
    share("REPORT_BACK_RATE", 4.0, 6.0), // 1, 2, 5, 13 of these, 6 and 7
    share("REPORTS_READ", 2.0, 3.0), // 1, 5 of these and 2
    share("CLOSED_LOOP_RATE", 2.0, 7.0), // 1, 5 of 1, 2, 5, 6, 7, 8, 12
    share("FOLLOW_UP_ON_TIME", 1.0, 2.0), // 5 of 5, 7
    share("UP_WITHIN_CAPABILITY", 1.0, 6.0), // 2 of 1, 2, 3, 4, 6, 11
    share("UP_AGAIN_30_DAYS", 1.0, 2.0), // 5 (by 6) of 5, 7
    share("HOLD_USE", 1.0, 2.0),     // 1 of 1, 4
    share("SATISFACTION_MEAN", 8.0, 2.0), // 5 and 3
    // Three orders to the laboratory: reported 30 and 90 minutes after they came, with 60 to do it in; one recognised.
    count("CENTRE_REQUESTED", 3.0),
    count("CENTRE_RECEIVED", 2.0),
    count("CENTRE_REPORTED", 2.0),
    count("CENTRE_REVIEWED", 0.0),
    count("CENTRE_RETURNED", 0.0),
    count("CENTRE_RECOGNISED", 1.0),
    count("CENTRE_CANCELLED", 0.0),
    count("CENTRE_BACKLOG", 2.0), // both reports are still to be reviewed
    count("CENTRE_VISITS", 2.0),
    time("CENTRE_REQUEST_TO_REPORT_MEDIAN", 60.0, 2.0), // 60 120
    time("CENTRE_REQUEST_TO_REPORT_P90", 60.0, 2.0),
    time("CENTRE_START_TO_REPORT_MEDIAN", 30.0, 2.0), // 30 90
    time("CENTRE_START_TO_REPORT_P90", 30.0, 2.0),
    share("CENTRE_ON_TIME", 1.0, 2.0),
    count("CRITICAL_RAISED", 0.0),
    empty("CRITICAL_ON_TIME"),
    timeless("CRITICAL_MEDIAN"),
    share("CENTRE_ACTIVE_SHARE", 2.0, 2.0), // hill and river
    share("RECOGNITION_SHARE", 1.0, 3.0),
    share("CENTRE_COVERAGE", 2.0, 2.0),
    share("STATIONS_WITH_ECG", 0.0, 2.0),
    // In January hill reported 400 visits, 100 of them to traditional medicine, 10 discharges, and 20 visits outside, 5 with a referral; county 600
    // visits, 150 of them first contacts, and 90 discharges.
    count("VISITS", 1_000.0),
    count("DISCHARGES", 100.0),
    share("PRIMARY_SHARE", 400.0, 1_000.0),
    share("INPATIENT_SHARE", 10.0, 100.0),
    share("TCM_SHARE", 100.0, 400.0),    // county does not count it
    share("BYPASS_SHARE", 150.0, 600.0), // hill does not
    share("ORDERLY_OUTSIDE_SHARE", 5.0, 20.0),
    // Two of the 1,000 residents that hill reports have signed with its only team, which is one doctor.
    share("SIGNING_RATE", 2.0, 1_000.0),
    share("TEAM_COMPLETENESS", 0.0, 1.0),
    // The neurologist is at hill from December to July, three days a week, with three half-days logged; the emergency doctor was at river for two months.
    count("DISPATCH_EXPERTS", 2.0),
    count("DISPATCH_PERSON_TIMES", 2.0),
    count("DISPATCH_SERVICE_DAYS", 1.5),
    count("DISPATCH_PATIENTS", 25.0),     // 10, 8 + 4, 2 + 1
    share("DISPATCH_COVERAGE", 1.0, 2.0), // hill
    count("DISPATCH_BELOW_NORM", 1.0),    // river
    share("DISPATCH_SCORE", 90.0, 1.0),
    // hill was visited in June, September and January, river in February.
    count("SUPERVISION_VISITS", 2.0),
    share("SUPERVISION_NORM", 1.0, 2.0),
];

/// Writes the history.
#[expect(clippy::too_many_lines, reason = "a history, one case a step")]
pub async fn write(w: &World) {
    let d = w.district();
    let history = History::begin(w).await;
    let first = history.patient(Sex::Male, None).await;
    let other = history.patient(Sex::Female, None).await;
    let beds = &history.beds;
    let cases = vec![
        history
            .letter(Up, (&d.hill, &d.county), first, "2026-01-05 09:00")
            .answered(Accepted, "2026-01-05 10:00")
            .held(w, beds, Consumed)
            .arrived("2026-01-06 09:00")
            .reported("2026-01-16 09:00")
            .closed("2026-01-20 09:00", Some(5)),
        history
            .letter(Up, (&d.hill, &d.county), other, "2026-01-07 09:00")
            .within_capability()
            .setting(EmergencyRoom)
            .due(120)
            .answered(Accepted, "2026-01-07 12:00")
            .arrived("2026-01-07 21:00")
            .reported("2026-01-10 09:00")
            .unread(),
        history
            .letter(Up, (&d.river, &d.county), other, "2026-01-10 09:00")
            .answered(Rejected, "2026-01-10 09:30")
            .because(RejectionReason::NoBed),
        history
            .letter(Up, (&d.river, &d.county), other, "2026-01-12 09:00")
            .answered(Accepted, "2026-01-12 11:00")
            .held(w, beds, Released)
            .missing(),
        history
            .letter(Down, (&d.county, &d.hill), first, "2026-02-01 09:00")
            .setting(Rehabilitation)
            .answered(Accepted, "2026-02-01 09:10")
            .arrived("2026-02-02 09:00")
            .followed(w, "2026-02-05 09:00")
            .reported("2026-02-05 09:00")
            .closed("2026-02-06 09:00", Some(3)),
        history
            .letter(Up, (&d.hill, &d.county), first, "2026-02-20 09:00")
            .setting(EmergencyRoom)
            .green()
            .due(15)
            .answered(Arrived, "2026-02-20 15:00")
            .arrived("2026-02-20 15:00"),
        history
            .letter(Down, (&d.county, &d.river), other, "2026-03-01 09:00")
            .setting(Outpatient)
            .answered(Accepted, "2026-03-01 09:20")
            .arrived("2026-03-02 09:00"),
        history
            .letter(Outward, (&d.county, &d.city), other, "2026-03-05 09:00")
            .never_due()
            .answered(Accepted, "2026-03-05 09:00")
            .arrived("2026-03-06 09:00"),
        history
            .letter(Up, (&d.lake, &d.herbs), other, "2026-01-15 09:00")
            .answered(Accepted, "2026-01-15 10:00")
            .arrived("2026-01-16 09:00"),
        history
            .letter(Down, (&d.county, &d.hill), other, "2025-02-09 09:00")
            .answered(Accepted, "2025-02-09 10:00")
            .arrived("2025-02-10 09:00"),
        history
            .letter(Up, (&d.hill, &d.county), other, "2026-01-25 09:00")
            .withdrawn("2026-01-25 09:30"),
        history
            .letter(Lateral, (&d.county, &d.herbs), other, "2026-03-10 09:00")
            .answered(Accepted, "2026-03-10 10:00")
            .arrived("2026-03-11 09:00"),
        history
            .letter(Lateral, (&d.herbs, &d.county), other, "2026-03-12 09:00")
            .answered(Returned, "2026-03-12 13:00")
            .again(w, "2026-03-13 09:00")
            .answered(Accepted, "2026-03-13 09:30")
            .arrived("2026-03-14 09:00")
            .reported("2026-03-20 09:00"),
    ];
    for case in &cases {
        history.tell(case).await;
    }
    let book = Book::open(w).await;
    let order = |by, when| book.order(&book.laboratory, by, at(when));
    book.place(&book.reported(order(&d.hill, "2026-01-08 09:00"), 30))
        .await;
    book.place(&book.reported(order(&d.river, "2026-02-08 09:00"), 90))
        .await;
    let mut recognised = order(&d.river, "2026-02-09 09:00");
    recognised.status = entity::enums::OrderStatus::Recognised;
    recognised.recognised_at = Some(recognised.requested_at);
    book.place(&recognised).await;
    let january = |of: &entity::institution::Model| volume_report::Model {
        id: w.app.new_id(),
        version: 1,
        institution_id: of.id,
        month: day("2026-01-01"),
        visits: None,
        discharges: None,
        tcm_visits: None,
        residents: None,
        residents_by_tag: TagCounts::default(),
        first_contacts_outside: None,
        outside_visits: None,
        outside_referred: None,
        created_at: w.now(),
        updated_at: w.now(),
    };
    let reports = [
        volume_report::Model {
            visits: Some(400),
            residents: Some(1_000),
            residents_by_tag: TagCounts(vec![TagCount {
                tag: TagKind::Aged65,
                residents: 200,
            }]),
            tcm_visits: Some(100),
            discharges: Some(10),
            outside_visits: Some(20),
            outside_referred: Some(5),
            ..january(&d.hill)
        },
        volume_report::Model {
            visits: Some(600),
            first_contacts_outside: Some(150),
            discharges: Some(90),
            ..january(&d.county)
        },
    ];
    let visits = [
        (&d.hill, "2025-06-10"),
        (&d.hill, "2025-09-01"),
        (&d.hill, "2026-01-15"),
        (&d.river, "2026-02-10"),
    ];
    let visits = visits.map(|(visited, on)| supervision_visit::Model {
        id: w.app.new_id(),
        version: 1,
        visitor_id: d.county.id,
        visited_id: visited.id,
        visited_on: day(on),
        topic: "慢病管理".to_owned(),
        visitors: Ids(Vec::new()),
        findings: None,
        advice: None,
        struck: false,
        created_at: w.now(),
        updated_at: w.now(),
    });
    let written = w.app.db.write(async |txn| {
        for row in &reports {
            let row = volume_report::Entity::insert(row.clone().into_active_model());
            row.exec_without_returning(&*txn).await?;
        }
        for row in &visits {
            let row = supervision_visit::Entity::insert(row.clone().into_active_model());
            row.exec_without_returning(&*txn).await?;
        }
        Ok(())
    });
    written.await.expect("reports and visits can be written");
    send(w).await;
    history.tag(first, TagKind::Aged65).await;
    sign(w, &[first, other]).await;
}

fn is(told: &Value, worked_out: Option<f64>) -> bool {
    match (told.as_f64(), worked_out) {
        (None, None) => true,
        // Times are told within 1 %.
        (Some(told), Some(worked_out)) => {
            (told - worked_out).abs() <= 0.01 * worked_out.abs() + 1e-9
        }
        _ => false,
    }
}

#[track_caller]
fn assert_lines(told: &std::collections::BTreeMap<String, Value>, lines: &[Line]) {
    for (code, value, numerator, denominator) in lines {
        let row = told
            .get(*code)
            .unwrap_or_else(|| panic!("{code} is not told"));
        let good = is(&row["value"], *value)
            && is(&row["numerator"], *numerator)
            && is(&row["denominator"], *denominator);
        assert!(
            good,
            "{code}: {value:?} = {numerator:?} / {denominator:?}, not {row}"
        );
    }
}

#[test]
fn every_indicator_is_what_was_worked_out_by_hand() {
    both(async |w| {
        w.app.clock.set(at("2026-06-01 09:00"));
        Box::pin(write(&w)).await;
        let manager = w
            .client(entity::enums::Role::CommunityManager, &w.district().general)
            .await;
        let quarter = span("2026-01-01", "2026-03-31");
        let live = told(&manager, quarter.clone()).await;
        assert_lines(&live, QUARTER);
        let worked_out = QUARTER.len();
        assert_eq!(live.len(), worked_out, "each has its line above");
        settle(&w).await;
        assert_eq!(
            told(&manager, quarter.clone()).await,
            live,
            "kept as counted"
        );

        // By month the counts add up to the quarter's; nothing is told of a month without cases but nought and null.
        let months = told(&manager, with(quarter.clone(), json!({ "by": "MONTH" }))).await;
        let by_month = |code: &str, field: &str| -> Vec<Value> {
            let parts = months[code]["breakdown"].as_array().expect("parts").iter();
            parts.map(|part| part[field].clone()).collect()
        };
        assert_eq!(
            by_month("REFERRED_UP", "key"),
            ["2026-01", "2026-02", "2026-03"]
        );
        assert_eq!(by_month("REFERRED_UP", "value"), [2.0, 1.0, 0.0]);
        assert_eq!(
            by_month("FOLLOW_UP_ON_TIME", "value"),
            [json!(null), json!(1.0), json!(0.0)]
        );
        assert_eq!(
            by_month("DOWN_GROWTH", "value"),
            [json!(null), json!(0.0), json!(null)]
        );
        assert_eq!(by_month("CENTRE_BACKLOG", "value"), [1.0, 2.0, 2.0]);

        // One of the 200 old people has signed: hill is told, the community is not.
        let by_tag = with(
            quarter.clone(),
            json!({ "by": "TAG", "codes": ["SIGNING_RATE"] }),
        );
        let aged = |told: std::collections::BTreeMap<String, Value>| {
            let parts = told["SIGNING_RATE"]["breakdown"]
                .as_array()
                .expect("parts")
                .clone();
            let part = parts.into_iter().find(|part| part["key"] == "AGED_65");
            let part = part.expect("each group is named");
            (part["value"].as_f64(), part["suppressed"] == true)
        };
        let hill = w
            .client(entity::enums::Role::Coordinator, &w.district().hill)
            .await;
        assert_eq!(
            aged(told(&hill, by_tag.clone()).await),
            (Some(1.0 / 200.0), false)
        );
        assert_eq!(aged(told(&manager, by_tag).await), (None, true));

        // Asked for alone, what is open is what was open at the end.
        let backlog = with(quarter.clone(), json!({ "codes": ["CENTRE_BACKLOG"] }));
        assert_eq!(
            told(&manager, backlog).await["CENTRE_BACKLOG"]["value"],
            2.0
        );

        // By institution, by care setting and by reason.
        let by = |by: &'static str| {
            let (manager, quarter) = (&manager, quarter.clone());
            async move { told(manager, with(quarter, json!({ "by": by }))).await }
        };
        let parts =
            |told: &std::collections::BTreeMap<String, Value>, code: &str| -> Vec<(String, f64)> {
                let parts = told[code]["breakdown"].as_array().expect("parts").iter();
                let name = |part: &Value| {
                    let code = part["institution"]["code"].as_str();
                    code.or(part["key"].as_str()).expect("a name").to_owned()
                };
                parts
                    .map(|part| (name(part), part["value"].as_f64().expect("a value")))
                    .collect()
            };
        let told_by = by("INSTITUTION").await;
        assert_eq!(parts(&told_by, "REFERRED_UP"), [("C002".to_owned(), 3.0)]);
        assert_eq!(
            parts(&told_by, "RECEIVED_DOWN"),
            [("C001".to_owned(), 1.0), ("C002".to_owned(), 1.0)]
        );
        let told_by = by("CARE_SETTING").await;
        assert_eq!(
            parts(&told_by, "REFERRED_UP"),
            [
                ("EMERGENCY_ROOM".to_owned(), 2.0),
                ("INPATIENT".to_owned(), 1.0)
            ]
        );
        let told_by = by("REASON").await;
        assert_eq!(
            parts(&told_by, "REFUSAL_RATE"),
            [("NO_BED".to_owned(), 1.0 / 9.0)]
        );
    });
}
