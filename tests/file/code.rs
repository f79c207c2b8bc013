//! The coded sets as data.

use std::collections::BTreeSet;

use entity::enums::Role;
use serde_json::json;

use crate::harness::{both, people::Place};

#[test]
fn a_set_is_read_by_whoever_has_signed_in() {
    both(async |w| {
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        let document = "{ codes(set: CERTIFICATE_KIND) { code name nameZh description standard standardCode } }";
        let answer = monitor.ask(document).await.ok();
        assert_eq!(
            *answer.data("codes.0"),
            json!({
                "code": "RESIDENT_ID_CARD", "name": "Resident id card", "nameZh": "居民身份证",
                "description": "居民身份证; checked by GB 11643.", "standard": "CV02.01.101", "standardCode": "01",
            })
        );
        let nobody = w.anonymous().ask(document).await;
        assert_eq!(nobody.code("codes"), "UNAUTHENTICATED");
        let unknown = monitor.ask("{ codes(set: NOTHING) { code } }").await;
        assert!(
            unknown.text.contains("GRAPHQL_VALIDATION_FAILED"),
            "{}",
            unknown.text
        );
    });
}

#[test]
fn a_set_names_all_of_its_values_in_chinese_or_none() {
    for set in entity::enums::sets() {
        let codes = api::code::codes(set);
        let named = codes.iter().filter(|code| code.name_zh.is_some()).count();
        let technical = named * 2 < codes.len();
        assert!(technical || named == codes.len(), "{}: {codes:?}", set.name);
    }
}

#[test]
fn every_coded_set_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../entity/src/enums");
    let listed: BTreeSet<&str> = entity::enums::sets().map(|set| set.name).collect();
    let mut written = BTreeSet::new();
    for entry in std::fs::read_dir(folder)
        .expect("the folder is there")
        .flatten()
    {
        let text = std::fs::read_to_string(entry.path()).expect("a file of text");
        if entry.file_name() != "mod.rs" {
            let heads = text.lines().filter_map(|line| line.strip_prefix("    "));
            let names = heads.filter_map(|line| line.strip_suffix(" {"));
            let names = names.filter(|name| name.chars().all(char::is_alphanumeric));
            written.extend(names.map(str::to_owned));
        }
    }
    assert!(written.len() > 30, "{written:?}");
    for name in &written {
        assert!(
            listed.contains(name.as_str()),
            "{name} is in no list of sets"
        );
    }
}
