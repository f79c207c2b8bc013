//! A sheet to take away: the same figures, by the same rights, and on record.

use std::io::Read as _;

use entity::{
    audit, community,
    enums::{
        Action, AuditOutcome, LegAnswer::Accepted, ReferralDirection::Up, Role, Sex, SubjectKind,
    },
};
use reqwest::{Method, StatusCode};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
};

use super::history::History;
use crate::harness::{
    World, both,
    client::{Answer, Client},
};

const FEBRUARY: &str = "from=2026-02-01&to=2026-02-28";

async fn table(by: &Client, parameters: &str) -> Answer {
    let path = format!("/indicators.csv?{parameters}");
    by.send(by.request(Method::GET, &path)).await
}

/// A patient of `hill` who came in February, in a community with the name of a formula.
async fn write(w: &World) {
    let d = w.district();
    let history = History::begin(w).await;
    let patient = history.patient(Sex::Male, None).await;
    let case = history
        .letter(Up, (&d.hill, &d.county), patient, "2026-02-02 09:00")
        .answered(Accepted, "2026-02-02 10:00")
        .arrived("2026-02-03 09:00");
    history.tell(&case).await;
    let written = w.app.db.write(async |txn| {
        let row = community::ActiveModel {
            id: Set(d.general.id),
            name: Set("=cmd|' /C calc'!A0, 医共体".to_owned()),
            ..Default::default()
        };
        row.update(&*txn).await?;
        Ok(())
    });
    written.await.expect("a community can be renamed");
    let known = w.app.directory.refresh(&w.app.db).await;
    known.expect("the directory can be read");
}

#[test]
fn a_sheet_has_chinese_headings_and_no_formulas() {
    both(async |w| {
        write(&w).await;
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        let answer = table(
            &manager,
            &format!("{FEBRUARY}&by=INSTITUTION&codes=REFERRED_UP,NO_SHOW_RATE"),
        )
        .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.header("content-type").starts_with("text/csv"));
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        let text = answer
            .text
            .strip_prefix('\u{FEFF}')
            .expect("the mark that spreadsheets look for");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], api::indicator::sheet::HEADINGS.join(","));
        let name = "\"'=cmd|' /C calc'!A0, 医共体\",2026-02-01,2026-02-28";
        assert!(
            lines[1].starts_with(&format!(
                "{name},REFERRED_UP,上转人次,Patients referred up,合计,合计,人次,1,1,,否,"
            )),
            "{}",
            lines[1]
        );
        let hill = crate::referral::letter::institution(w.district().hill.id);
        assert!(
            lines[2].contains(&format!(",{hill},青山卫生院,人次,1,1,,否,")),
            "{}",
            lines[2]
        );
        // Nobody was waited for in vain: 0 of 1, told as such.
        assert!(
            lines[3].contains(",NO_SHOW_RATE,未到诊率,No-show rate,合计,合计,比例,0,0,1,否,"),
            "{}",
            lines[3]
        );
        assert_eq!(
            lines.len(),
            6,
            "a heading, two indicators with a part each, and an end: {text}"
        );
        // What is null is an empty cell.
        let empty = table(&manager, "from=2024-02-01&to=2024-02-29&codes=NO_SHOW_RATE").await;
        assert!(empty.text.contains(",比例,,0,0,否,"), "{}", empty.text);
    });
}

#[test]
fn a_workbook_holds_the_same() {
    both(async |w| {
        write(&w).await;
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        let path = format!("/indicators.xlsx?{FEBRUARY}&codes=REFERRED_UP");
        let response = manager.request(Method::GET, &path).send().await;
        let response = response.expect("the service answers");
        assert_eq!(response.status(), StatusCode::OK);
        let media = response.headers()["content-type"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        assert!(media.contains("spreadsheetml.sheet"), "{media}");
        let bytes = response.bytes().await.expect("a body");
        let parts = unzipped(&bytes);
        let page = &parts["xl/worksheets/sheet1.xml"];
        assert!(!page.contains("<f>"), "no formula: {page}");
        let texts = &parts["xl/sharedStrings.xml"];
        for text in ["指标名称", "上转人次", "=cmd|"] {
            assert!(texts.contains(text), "{text}: {texts}");
        }
        // Row 2: value and numerator are the number 1, the denominator is empty.
        assert!(
            page.contains("r=\"J2\"") && page.contains("r=\"K2\"") && !page.contains("r=\"L2\""),
            "{page}"
        );
        assert!(parts["xl/workbook.xml"].contains("监测指标"));
    });
}

/// The texts of a ZIP archive, by their names.
fn unzipped(bytes: &[u8]) -> std::collections::BTreeMap<String, String> {
    let number = |at: usize, length: usize| {
        let bytes = &bytes[at..at + length];
        bytes
            .iter()
            .rev()
            .fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut parts = std::collections::BTreeMap::new();
    // The directory at the end says where each part begins.
    let end = (0..bytes.len() - 4)
        .rev()
        .find(|at| &bytes[*at..*at + 4] == b"PK\x05\x06");
    let end = end.expect("a directory");
    let mut at = number(end + 16, 4);
    for _ in 0..number(end + 10, 2) {
        let (packed, name, extra, comment) = (
            number(at + 20, 4),
            number(at + 28, 2),
            number(at + 30, 2),
            number(at + 32, 2),
        );
        let (method, begins) = (number(at + 10, 2), number(at + 42, 4));
        let title = String::from_utf8_lossy(&bytes[at + 46..at + 46 + name]).into_owned();
        let content = begins + 30 + number(begins + 26, 2) + number(begins + 28, 2);
        let content = &bytes[content..content + packed];
        let mut text = String::new();
        if method == 8 {
            let mut unpacked = flate2::read::DeflateDecoder::new(content);
            unpacked.read_to_string(&mut text).expect("a text");
        } else {
            text = String::from_utf8_lossy(content).into_owned();
        }
        parts.insert(title, text);
        at += 46 + name + extra + comment;
    }
    parts
}

#[test]
fn a_sheet_that_is_taken_away_is_on_record() {
    both(async |w| {
        write(&w).await;
        let d = w.district();
        let manager = w.client(Role::CommunityManager, &d.general).await;
        table(&manager, FEBRUARY).await;
        let clinician = w.client(Role::Clinician, &d.county).await;
        table(&clinician, FEBRUARY).await;
        let entries = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::ExportIndicators))
            .all(w.app.db.reader())
            .await
            .expect("the audit can be read");
        let of = |account| {
            let found = entries
                .iter()
                .filter(|entry| entry.account_id == Some(account));
            found.collect::<Vec<_>>()
        };
        let [done] = of(manager.account)[..] else {
            panic!("one entry")
        };
        assert_eq!(done.outcome, AuditOutcome::Done);
        assert_eq!(
            (done.subject_kind, done.subject_id),
            (Some(SubjectKind::Community), Some(d.general.id))
        );
        assert_eq!(done.note.as_deref(), Some("2026-02-01 – 2026-02-28"));
        let [denied] = of(clinician.account)[..] else {
            panic!("one entry")
        };
        assert_eq!(denied.outcome, AuditOutcome::Denied);
    });
}

#[test]
fn a_sheet_is_refused_like_the_query() {
    both(async |w| {
        let d = w.district();
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let hill = crate::referral::letter::institution(d.hill.id);
        for (parameters, path, code) in [
            ("", "from", "REQUIRED"),
            ("from=2026-02-01", "to", "REQUIRED"),
            ("from=x&to=2026-02-28", "from", "FORMAT"),
            ("from=2026-02-01&to=2026-02-27", "to", "NOT_ALLOWED"),
            ("from=2026-02-01&to=2026-01-31", "to", "ORDER"),
            (&format!("{FEBRUARY}&by=PATIENT"), "by", "UNKNOWN_VALUE"),
            (&format!("{FEBRUARY}&by=SEX&by=AGE"), "by", "REQUIRED"),
            (
                &format!("{FEBRUARY}&codes=NOTHING"),
                "codes",
                "UNKNOWN_VALUE",
            ),
            (
                &format!("{FEBRUARY}&institution=x"),
                "institution",
                "FORMAT",
            ),
            (&format!("{FEBRUARY}&region=x"), "region", "FORMAT"),
            (
                &format!("{FEBRUARY}&region=33&institution={hill}"),
                "institution",
                "INCONSISTENT",
            ),
            (&format!("{FEBRUARY}&patient=x"), "patient", "NOT_ALLOWED"),
        ] {
            let answer = table(&manager, parameters).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{parameters}: {}",
                answer.text
            );
            assert_eq!(answer.body["code"], "INVALID_INPUT", "{parameters}");
            let problems = answer.body["problems"].as_array().expect("problems");
            let named = problems
                .iter()
                .any(|problem| problem["path"] == path && problem["code"] == code);
            assert!(named, "{parameters}: {}", answer.text);
        }
        let lake = crate::referral::letter::institution(d.lake.id);
        let answer = table(&manager, &format!("{FEBRUARY}&institution={lake}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
        let answer = table(&w.client(Role::Clinician, &d.county).await, FEBRUARY).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            table(&w.anonymous(), FEBRUARY).await.status,
            StatusCode::UNAUTHORIZED
        );
        for path in ["/indicators.csv", "/indicators.xlsx"] {
            let posted = manager.send(manager.request(Method::POST, path)).await;
            assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    });
}
