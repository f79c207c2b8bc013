//! Importing files of shared centres and their catalogues.

use api::{
    auth::Actor,
    centre::import::{File, ImportReport, import},
    error::{Error, Result},
};
use encoding_rs::GB18030;
use entity::{
    audit, catalogue_item,
    enums::{Modality, ReviewRule, Role},
    event, shared_centre,
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};

use crate::harness::{World, both, people::Place};

const CENTRES: &str = "主办医院,中心名称,中心类别,服务时间,启用,服务机构
H001,区域影像诊断中心,IMAGING,每日 8:00–20:00,是,C001；C002、C003
H001,区域医学检验中心,laboratory,,,C001
H002,中医影像中心,IMAGING,,是,
";
const IMAGES: &str = "主办医院,中心名称,项目编码,项目名称,项目分组,检查方式,互认天数,审核
H001,区域影像诊断中心,HEAD_CT,头颅CT平扫,CT,CT,14,
H001,区域影像诊断中心,CHEST_DX,胸部正侧位片,普通放射,dx,30,OPTIONAL
H002,中医影像中心,HEAD_CT,头颅CT平扫,CT,CT,14,REQUIRED
";
const TESTS: &str =
    "host,centre,code,name,group,specimen,emergency_minutes,urgent_minutes,routine_minutes,active
H001,区域医学检验中心,GLU,葡萄糖,生化,SERUM,30,,,
H001,区域医学检验中心,K,钾,生化,SERUM,,,,否
";

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File {
        name: name.into(),
        bytes: bytes.into(),
    }
}

/// The three files, those that need others first.
fn files() -> Vec<File> {
    vec![
        file("tests.csv", TESTS),
        file("images.csv", IMAGES),
        file("centres.csv", CENTRES),
    ]
}

async fn run(w: &World, files: &[File]) -> Result<ImportReport> {
    import(&w.app, &Actor::system("catalogue import"), files, false).await
}

/// How many events and audit entries there are.
async fn recorded(w: &World) -> (u64, u64) {
    let reader = w.app.db.reader();
    let events = event::Entity::find().count(reader).await;
    let entries = audit::Entity::find().count(reader).await;
    (events.expect("a count"), entries.expect("a count"))
}

/// Path and code of every problem that a refusal names.
fn problems<T>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    let Err(error) = outcome else {
        panic!("it was not refused");
    };
    let each = error.problems().iter();
    each.map(|problem| (problem.path.clone(), problem.code.name()))
        .collect()
}

async fn item(w: &World, code: &str) -> catalogue_item::Model {
    let rows = catalogue_item::Entity::find().all(w.app.db.reader()).await;
    let found = rows.expect("rows").into_iter().find(|row| row.code == code);
    found.expect("the item")
}

fn centre(w: &World, name: &str) -> shared_centre::Model {
    let directory = w.app.directory.now();
    let found = directory.centres.values().find(|row| row.name == name);
    shared_centre::Model::clone(found.expect("the centre"))
}

#[test]
fn files_in_any_order_make_centres_and_their_catalogues() {
    both(async |w| {
        let report = run(&w, &files()).await.expect("imported");
        let listed = report.listed;
        assert_eq!((listed.centres.created, listed.items.created), (3, 5));
        let d = w.district();
        let directory = w.app.directory.now();
        let images = centre(&w, "区域影像诊断中心");
        assert_eq!((images.host_id, images.version), (d.county.id, 1));
        assert_eq!(images.community_id, Some(d.general.id));
        assert_eq!(images.hours.as_deref(), Some("每日 8:00–20:00"));
        for (place, is) in [(&d.river, true), (&d.lake, true), (&d.hill_station, false)] {
            assert_eq!(directory.serves(images.id, place.id), is, "{}", place.name);
        }
        let laboratory = centre(&w, "区域医学检验中心");
        assert!(laboratory.active, "an empty cell says so");
        let dx = item(&w, "CHEST_DX").await;
        assert_eq!(
            (dx.modality, dx.review),
            (Some(Modality::Dx), ReviewRule::Optional)
        );
        assert_eq!((dx.recognition_days, dx.routine_minutes), (30, 120));
        let glu = item(&w, "GLU").await;
        assert_eq!(
            [
                glu.emergency_minutes,
                glu.urgent_minutes,
                glu.routine_minutes
            ],
            [30, 120, 240]
        );
        assert_eq!(glu.review, ReviewRule::Required);
        assert!(glu.active && !item(&w, "K").await.active);
        // Each of the three is registered and its catalogue listed; one audit entry for the whole.
        assert_eq!(recorded(&w).await, (6, 1));
    });
}

#[test]
fn a_second_time_changes_nothing_and_a_correction_only_what_it_says() {
    both(async |w| {
        run(&w, &files()).await.expect("imported");
        let (events, _) = recorded(&w).await;
        let again = run(&w, &files()).await.expect("imported").listed;
        assert_eq!((again.centres.unchanged, again.centres.changed), (3, 0));
        assert_eq!((again.items.unchanged, again.items.changed), (5, 0));
        assert_eq!(recorded(&w).await.0, events);
        let correction = "host,centre,code,recognition_days\nH001,区域影像诊断中心,HEAD_CT,7\nH001,区域影像诊断中心,CHEST_DX,30\n";
        let names = "host,name,served\nH001,区域影像诊断中心,C001;S001\n";
        let files = [file("days.csv", correction), file("served.csv", names)];
        let listed = run(&w, &files).await.expect("imported").listed;
        assert_eq!((listed.items.changed, listed.items.unchanged), (1, 1));
        assert_eq!((listed.centres.changed, listed.centres.unchanged), (1, 0));
        let images = centre(&w, "区域影像诊断中心");
        assert_eq!((images.version, images.hours.is_some()), (2, true));
        assert_eq!(w.app.directory.now().served[&images.id].len(), 2);
        assert_eq!(recorded(&w).await.0, events + 2);
        let emptied = "host,name,hours,served\nH001,区域影像诊断中心,,\n";
        run(&w, &[file("empty.csv", emptied)])
            .await
            .expect("imported");
        let images = centre(&w, "区域影像诊断中心");
        assert_eq!((images.version, images.hours), (3, None));
        assert!(!w.app.directory.now().served.contains_key(&images.id));
    });
}

#[test]
fn every_encoding_is_read() {
    both(async |w| {
        let marked = [b"\xef\xbb\xbf", CENTRES.as_bytes()].concat();
        let chinese = GB18030.encode(IMAGES).0.into_owned();
        let files = [file("centres.csv", marked), file("images.csv", chinese)];
        let report = run(&w, &files).await.expect("imported");
        let encodings: Vec<_> = report.files.iter().map(|file| file.encoding).collect();
        assert_eq!(encodings, ["UTF-8 with byte-order mark", "GB18030"]);
        assert_eq!(item(&w, "CHEST_DX").await.name, "胸部正侧位片");
        let bad = run(&w, &[file("x.csv", b"\xff\xfe\x61\x00".to_vec())]).await;
        assert_eq!(problems(bad), [("x.csv".to_owned(), "FORMAT")]);
    });
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    both(async |w| {
        let actor = Actor::system("catalogue import");
        let tried = import(&w.app, &actor, &files(), true).await.expect("tried");
        assert!(tried.dry_run);
        assert_eq!(recorded(&w).await, (0, 0));
        assert!(w.app.directory.now().centres.is_empty());
        let done = run(&w, &files()).await.expect("imported");
        assert_eq!(tried.listed, done.listed);
        let told = done.to_string();
        assert!(told.contains("tests.csv: 2 items (UTF-8)"), "{told}");
        assert!(
            told.contains("items:   5 new, 0 changed, 0 unchanged"),
            "{told}"
        );
    });
}

#[test]
fn every_problem_is_named_by_file_and_line_and_nothing_is_written() {
    both(async |w| {
        run(&w, &files()).await.expect("imported");
        let before = recorded(&w).await;
        let centres = "host,name,kind,active,served
H001,心电中心,ECG,,
H001,心电中心,ECG,,
C001,心电中心,ECG,,
H009,心电中心,ECG,,
,心电中心,ECG,,
H001,,ECG,,
H001,区域影像诊断中心,ECG,,
H001,超声中心,SONAR,maybe,P001
H001,病理中心,,,X1
H001,实训中心,SKILLS_TRAINING,,
H001,短
";
        let items = "host,centre,code,name,group,modality,specimen,recognition_days,review,emergency_minutes,routine_minutes
H001,没有的中心,A,甲,组,CT,,,,,
H001,区域影像诊断中心,B,乙,组,CT,,,,,
H001,区域影像诊断中心,B,乙,组,CT,,,,,
H001,区域影像诊断中心,,丙,组,CT,,,,,
H001,区域影像诊断中心,D/1,丁,组,CT,BLOOD,,,,
H001,区域影像诊断中心,E,,,XR,,400,MAYBE,0,x
H001,区域医学检验中心,F,己,组,,,,,,50000
H001,实训中心,G,庚,组,,,,,,
,,H,辛,组,,,,,,
";
        let odd = "host,name,kind,sort\n";
        let files = [
            file("a.csv", centres),
            file("b.csv", items),
            file("c.csv", odd),
            file("d.csv", "foo,bar\n"),
        ];
        let found = problems(run(&w, &files).await);
        let found: Vec<_> = found
            .iter()
            .map(|(path, code)| (path.as_str(), *code))
            .collect();
        for expected in [
            ("a.csv:3:name", "TAKEN"),
            ("a.csv:4:host", "NOT_ALLOWED"),
            ("a.csv:5:host", "UNKNOWN_ID"),
            ("a.csv:6:host", "REQUIRED"),
            ("a.csv:7:name", "REQUIRED"),
            ("a.csv:8:kind", "NOT_ALLOWED"),
            ("a.csv:9:kind", "UNKNOWN_VALUE"),
            ("a.csv:9:active", "FORMAT"),
            ("a.csv:9:served", "NOT_ALLOWED"),
            ("a.csv:10:kind", "REQUIRED"),
            ("a.csv:10:served", "UNKNOWN_ID"),
            ("a.csv:12", "FORMAT"),
            ("b.csv:2:centre", "UNKNOWN_ID"),
            ("b.csv:4:code", "TAKEN"),
            ("b.csv:5:code", "REQUIRED"),
            ("b.csv:6:code", "CHARACTERS"),
            ("b.csv:6:specimen", "NOT_ALLOWED"),
            ("b.csv:7:name", "REQUIRED"),
            ("b.csv:7:group", "REQUIRED"),
            ("b.csv:7:modality", "UNKNOWN_VALUE"),
            ("b.csv:7:recognition_days", "TOO_LARGE"),
            ("b.csv:7:review", "UNKNOWN_VALUE"),
            ("b.csv:7:emergency_minutes", "TOO_SMALL"),
            ("b.csv:7:routine_minutes", "FORMAT"),
            ("b.csv:8:specimen", "REQUIRED"),
            ("b.csv:8:routine_minutes", "TOO_LARGE"),
            ("b.csv:9:centre", "NOT_ALLOWED"),
            ("b.csv:10:host", "REQUIRED"),
            ("b.csv:10:centre", "REQUIRED"),
            ("c.csv:1:4", "UNKNOWN_VALUE"),
            ("d.csv:1", "FORMAT"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(recorded(&w).await, before);
        assert_eq!(w.app.directory.now().centres.len(), 3);
    });
}

#[test]
fn what_cannot_be_read_is_refused_by_its_line() {
    both(async |w| {
        run(&w, &files()).await.expect("imported");
        let before = recorded(&w).await;
        let heading = "host,centre,code,name,group,modality\n";
        let good = "H001,区域影像诊断中心,ANKLE,踝关节,普通放射,DX\n";
        let quoted = format!("{heading}{good}H001,区域影像诊断中心,\"WRIST,腕关节,普通放射,DX\n");
        let long =
            format!("{heading}{good}{good}H001,区域影像诊断中心,WRIST,腕关节,普通放射,DX,多\n");
        // Cut off in the middle of a character, in either encoding.
        let mut cut = GB18030
            .encode(&format!("{heading}{good}H001,区域"))
            .0
            .into_owned();
        cut.pop();
        for (name, bytes) in [
            ("quoted.csv", quoted.into_bytes()),
            ("long.csv", long.into_bytes()),
            ("cut.csv", cut),
            ("nothing.csv", Vec::new()),
        ] {
            let found = problems(run(&w, &[file(name, bytes)]).await);
            let named = found.iter().all(|(path, _)| path.starts_with(name));
            assert!(named && !found.is_empty(), "{name}: {found:?}");
            assert_eq!(recorded(&w).await, before, "{name}");
        }
        let wide = format!("{heading}{good}H001,区域影像诊断中心,WRIST,腕关节,普通放射,DX,多\n");
        let found = problems(run(&w, &[file("wide.csv", wide)]).await);
        let lines: Vec<_> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(lines, ["wide.csv:3"]);
    });
}

#[test]
fn one_bad_line_of_a_hundred_stops_all() {
    both(async |w| {
        run(&w, &[file("centres.csv", CENTRES)])
            .await
            .expect("imported");
        let mut text = String::from("host,centre,code,name,group,specimen\n");
        for number in 0..100 {
            let line = format!("H001,区域医学检验中心,T{number},项目,生化,SERUM\n");
            text.push_str(&line);
        }
        let bad = text.replace("T57,项目", "T57,");
        let outcome = run(&w, &[file("items.csv", bad)]).await;
        assert_eq!(
            problems(outcome),
            [("items.csv:59:name".to_owned(), "REQUIRED")]
        );
        let count = async || {
            catalogue_item::Entity::find()
                .count(w.app.db.reader())
                .await
        };
        assert_eq!(count().await.expect("a count"), 0);
        run(&w, &[file("items.csv", text)]).await.expect("imported");
        assert_eq!(count().await.expect("a count"), 100);
        assert_eq!(centre(&w, "区域医学检验中心").version, 2);
    });
}

#[test]
fn only_the_system_administrator_and_the_command_line_import() {
    both(async |w| {
        for actor in [
            w.actor(Role::InstitutionAdmin, &w.district().county).await,
            w.actor(Role::CommunityManager, &w.district().general).await,
            w.actor(Role::SecurityAdmin, Place::INSTALLATION).await,
        ] {
            for dry_run in [true, false] {
                let outcome = import(&w.app, &actor, &files(), dry_run).await;
                let forbidden = matches!(outcome, Err(Error::Forbidden));
                assert!(forbidden, "{:?}", actor.roles);
            }
        }
        let system = w.actor(Role::SystemAdmin, Place::INSTALLATION).await;
        import(&w.app, &system, &files(), false)
            .await
            .expect("imported");
    });
}
