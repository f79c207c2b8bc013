//! Importing registry files.

use api::{
    auth::Actor,
    error::Result,
    network::import::{File, ImportReport, import},
};
use encoding_rs::GB18030;
use entity::{
    department,
    enums::{FunctionalClass, Role, Tier},
    practitioner,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::{is_forbidden, problems, recorded, stored};
use crate::harness::{World, both, both_empty, people::Place};

const COMMUNITIES: &str = "name,region,tight_knit,lead_hospitals
青溪县总医院医共体,330127,是,H1
";
/// The station comes before the health centre that manages it.
const INSTITUTIONS: &str = "机构编码,机构名称,层级,机构类别,医共体,管理机构,功能分类,电话,设施,等级评定,诊疗病种
S1,青溪村卫生室,STATION,D600,青溪县总医院医共体,C1,,,,,
C1,青溪镇中心卫生院,HEALTH_CENTRE,C210,青溪县总医院医共体,,I,0571-8888 0001,TCM_HALL；FEVER_SENTINEL_CLINIC,优质服务基层行:推荐标准:2023,I10;J18
H1,青溪县总医院,HOSPITAL,A100,青溪县总医院医共体,,,120,,,
";
const DEPARTMENTS: &str = "institution,code,name,specialty
H1,0300,内科,03
C1,0200,全科,02
";
const PRACTITIONERS: &str = "institution,code,name,qualification,department,title,licence_until
H1,1001,周明,PHYSICIAN,0300,232,2029-12-31
S1,1,王大山,VILLAGE_DOCTOR,,,
";

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File {
        name: name.into(),
        bytes: bytes.into(),
    }
}

/// The four files, those that need others first.
fn files() -> Vec<File> {
    vec![
        file("practitioners.csv", PRACTITIONERS),
        file("departments.csv", DEPARTMENTS),
        file("institutions.csv", INSTITUTIONS),
        file("communities.csv", COMMUNITIES),
    ]
}

async fn run(w: &World, files: &[File]) -> Result<ImportReport> {
    import(&w.app, &Actor::system("registry import"), files, false).await
}

#[test]
fn four_files_in_any_order_make_a_network() {
    both_empty(async |w| {
        let report = run(&w, &files()).await.expect("imported");
        let registered = &report.registered;
        let created = [
            registered.communities,
            registered.institutions,
            registered.departments,
            registered.practitioners,
        ];
        assert_eq!(created.map(|tally| tally.created), [1, 3, 2, 2]);
        assert_eq!(registered.warnings.len(), 1, "{:?}", registered.warnings);
        let directory = w.app.directory.now();
        let [station, centre, hospital] = ["S1", "C1", "H1"].map(|code| directory.by_code[code]);
        assert_eq!(directory.managing(station), Some(centre));
        let community = stored(&w, station).await.community_id.expect("a home");
        assert_eq!(directory.leads[&community], [hospital]);
        assert!(directory.communities[&community].tight_knit);
        let centre = stored(&w, centre).await;
        assert_eq!(centre.tier, Tier::HealthCentre);
        assert_eq!(centre.functional_class, Some(FunctionalClass::I));
        assert_eq!(centre.facilities.0.len(), 2);
        assert_eq!(centre.ratings.0[0].year, 2023);
        assert_eq!(directory.capabilities[&centre.id].len(), 2);
        let doctor = practitioner::Entity::find()
            .filter(practitioner::Column::InstitutionId.eq(hospital))
            .one(w.app.db.reader());
        let doctor = doctor.await.expect("a row").expect("the doctor");
        assert_eq!(
            directory.departments[&doctor.department_id.expect("one")].code,
            "0300"
        );
        // Six of them and the two communities' and institutions' events, one audit entry for the whole.
        assert_eq!(recorded(&w).await, (1 + 3 + 2, 1));
    });
}

#[test]
fn a_second_time_changes_nothing_and_a_correction_only_what_it_says() {
    both_empty(async |w| {
        run(&w, &files()).await.expect("imported");
        let (events, _) = recorded(&w).await;
        let again = run(&w, &files()).await.expect("imported").registered;
        assert_eq!(
            (again.institutions.unchanged, again.institutions.changed),
            (3, 0)
        );
        assert_eq!(
            (again.practitioners.unchanged, again.departments.unchanged),
            (2, 2)
        );
        assert_eq!(recorded(&w).await.0, events);
        let correction = "code,phone\nC1,0571-8888 0002\nS1,\n";
        let report = run(&w, &[file("phones.csv", correction)])
            .await
            .expect("imported");
        let tally = report.registered.institutions;
        assert_eq!((tally.changed, tally.unchanged), (1, 1));
        let centre = stored(&w, w.app.directory.now().by_code["C1"]).await;
        assert_eq!(centre.phone.as_deref(), Some("0571-8888 0002"));
        assert_eq!(
            (centre.name.as_str(), centre.version),
            ("青溪镇中心卫生院", 2)
        );
    });
}

#[test]
fn every_encoding_is_read() {
    both_empty(async |w| {
        let marked = [b"\xef\xbb\xbf", COMMUNITIES.as_bytes()].concat();
        let chinese = GB18030.encode(INSTITUTIONS).0.into_owned();
        let files = [
            file("communities.csv", marked),
            file("institutions.csv", chinese),
        ];
        let report = run(&w, &files).await.expect("imported");
        let encodings: Vec<_> = report.files.iter().map(|file| file.encoding).collect();
        assert_eq!(encodings, ["UTF-8 with byte-order mark", "GB18030"]);
        let directory = w.app.directory.now();
        let station = directory
            .institution(directory.by_code["S1"])
            .expect("it is there");
        assert_eq!(station.name, "青溪村卫生室");
        let bad = run(&w, &[file("x.csv", b"\xff\xfe\x61\x00".to_vec())]).await;
        assert_eq!(problems(bad), [("x.csv".to_owned(), "FORMAT")]);
    });
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    both_empty(async |w| {
        let actor = Actor::system("registry import");
        let tried = import(&w.app, &actor, &files(), true).await.expect("tried");
        assert!(tried.dry_run);
        assert_eq!(recorded(&w).await, (0, 0));
        let departments = department::Entity::find().count(w.app.db.reader()).await;
        assert_eq!(departments.expect("a count"), 0);
        let done = import(&w.app, &actor, &files(), false)
            .await
            .expect("imported");
        assert_eq!(tried.registered, done.registered);
        assert!(
            done.to_string()
                .contains("institutions:  3 new, 0 changed, 0 unchanged")
        );
    });
}

#[test]
fn every_problem_is_named_by_file_and_line_and_nothing_is_written() {
    both(async |w| {
        let before = recorded(&w).await;
        let institutions = "code,name,tier,type_code,community,managed_by,credit_code,sub_centre
C9,好,HEALTH_CENTRE,C220,滨江区总医院医共体,,,
C9,又,HEALTH_CENTRE,C220,滨江区总医院医共体,,,
H001,滨江区总医院,STATION,A100,滨江区总医院医共体,,,
S9,站,STATION,D600,没有的医共体,X1,91350100M000100Y44,maybe
S8,站,VILLAGE,D600,滨江区总医院医共体,C9,,
S7,站
";
        let staff = "institution,code,name,qualification,department\nC9,1,甲,NURSE,0300\nX2,2,乙,NURSE,\nH001,3,,,\n";
        let odd = "institution,code,name,speciality\n";
        let files = [
            file("a.csv", institutions),
            file("b.csv", staff),
            file("c.csv", odd),
            file("d.csv", "foo,bar\n"),
        ];
        let found = problems(run(&w, &files).await);
        let found: Vec<_> = found
            .iter()
            .map(|(path, code)| (path.as_str(), *code))
            .collect();
        for expected in [
            ("a.csv:3:code", "TAKEN"),
            ("a.csv:4:tier", "NOT_ALLOWED"),
            ("a.csv:5:community", "UNKNOWN_ID"),
            ("a.csv:5:managed_by", "UNKNOWN_ID"),
            ("a.csv:5:credit_code", "CHECK_DIGIT"),
            ("a.csv:5:sub_centre", "FORMAT"),
            ("a.csv:6:tier", "UNKNOWN_VALUE"),
            ("a.csv:7", "FORMAT"),
            ("b.csv:2:department", "UNKNOWN_ID"),
            ("b.csv:3:institution", "UNKNOWN_ID"),
            ("b.csv:4:name", "REQUIRED"),
            ("b.csv:4:qualification", "REQUIRED"),
            ("c.csv:1:4", "UNKNOWN_VALUE"),
            ("d.csv:1", "FORMAT"),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(recorded(&w).await, before);
        assert!(!w.app.directory.now().by_code.contains_key("C9"));
    });
}

#[test]
fn one_bad_line_of_a_hundred_stops_all() {
    both(async |w| {
        let mut text = String::from("code,name,tier,type_code,community,managed_by\n");
        for number in 0..100 {
            let line = format!("N{number},新村卫生室,STATION,D600,滨江区总医院医共体,C001\n");
            text.push_str(&line);
        }
        let bad = text.replace("N57,新村卫生室", "N57,");
        let outcome = run(&w, &[file("stations.csv", bad)]).await;
        assert_eq!(
            problems(outcome),
            [("stations.csv:59:name".to_owned(), "REQUIRED")]
        );
        assert!(!w.app.directory.now().by_code.contains_key("N1"));
        run(&w, &[file("stations.csv", text)])
            .await
            .expect("imported");
        let stations = w.app.directory.now().stations_of[&w.district().river.id].len();
        assert_eq!(stations, 101);
    });
}

#[test]
fn only_the_system_administrator_and_the_command_line_import() {
    both(async |w| {
        for actor in [
            w.actor(Role::CommunityManager, &w.district().general).await,
            w.actor(Role::InstitutionAdmin, &w.district().county).await,
            w.actor(Role::SecurityAdmin, Place::INSTALLATION).await,
        ] {
            for dry_run in [true, false] {
                let outcome = import(&w.app, &actor, &files(), dry_run).await;
                assert!(is_forbidden(&outcome), "{:?}", actor.roles);
            }
        }
    });
}
