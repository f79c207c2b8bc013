//! List what can be ordered from a shared centre.

use api::id::{self, Kind};
use serde_json::{Value, json};

use super::{
    admin, ask,
    fixture::{Centres, KINDS, catalogue},
    refuses_each, refuses_others, registered, tell,
};
use crate::{
    harness::both,
    referral::{census::census, letter::with},
};

const VERB: &str = "setCatalogueItems";

/// A change of one item.
fn one(centre: &str, version: i32, item: &Value) -> Value {
    json!({ "centre": centre, "version": version, "items": [item] })
}

#[test]
fn an_administrator_lists_items_and_what_is_left_out_is_usual() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let document =
            "query($id: ID!) { node(id: $id) { ... on CatalogueItem { code modality specimen recognitionDays
            review emergencyMinutes urgentMinutes routineMinutes active centre { kind } } } }";
        for (code, kind, review, minutes) in [
            ("CHEST_DX", "IMAGING", "REQUIRED", [30, 60, 120]),
            ("HEAD_CT", "IMAGING", "REQUIRED", [60, 120, 240]),
            ("ECG12", "ECG", "OPTIONAL", [10, 15, 30]),
            ("US_ABD", "ULTRASOUND", "REQUIRED", [10, 15, 30]),
            ("GLU", "LABORATORY", "REQUIRED", [45, 120, 240]),
            ("GASTRIC_BX", "PATHOLOGY", "REQUIRED", [4_320, 4_320, 4_320]),
            ("TISSUE", "PATHOLOGY", "REQUIRED", [7_200, 7_200, 7_200]),
            (
                "PACK_SUTURE",
                "STERILE_SUPPLY",
                "OPTIONAL",
                [240, 720, 1_440],
            ),
            (
                "CONS_NEURO",
                "REMOTE_CONSULTATION",
                "REQUIRED",
                [60, 720, 1_440],
            ),
        ] {
            let id = json!({ "id": centres.item(code) });
            let answer = centres.admin.call(document, id).await.ok();
            let item = answer.data("node");
            let all = [
                &item["emergencyMinutes"],
                &item["urgentMinutes"],
                &item["routineMinutes"],
            ];
            assert_eq!(
                all,
                minutes.map(|minutes| json!(minutes)).each_ref(),
                "{code}"
            );
            assert_eq!(
                (&item["review"], &item["centre"]["kind"]),
                (&json!(review), &json!(kind))
            );
            assert_eq!(
                (&item["code"], &item["active"]),
                (&json!(code), &json!(true))
            );
        }
    });
}

#[test]
fn what_is_listed_is_changed_and_the_rest_stays() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        let laboratory = centres.centre("LABORATORY");
        let before = census(&w).await;
        let items = json!([
            { "code": "GLU", "recognitionDays": 1, "urgentMinutes": 90, "active": false },
            { "code": "NA", "name": "钠", "group": "生化", "specimen": "SERUM", "review": "OPTIONAL",
              "emergencyMinutes": 1, "urgentMinutes": 1, "routineMinutes": 43_200, "recognitionDays": 365 },
        ]);
        let input = json!({ "centre": laboratory, "version": 2, "items": items });
        let answer = tell(&centres.admin, VERB, input).await;
        assert_eq!(answer.number_at("setCatalogueItems.centre.version"), 3);
        let items = answer.data("setCatalogueItems.items");
        assert_eq!(items[0]["id"], centres.item("GLU"));
        assert_eq!(
            [
                &items[0]["name"],
                &items[0]["active"],
                &items[0]["urgentMinutes"],
                &items[0]["routineMinutes"]
            ],
            [&json!("葡萄糖"), &json!(false), &json!(90), &json!(240)]
        );
        assert_eq!(items[1]["routineMinutes"], 43_200);
        let after = census(&w).await;
        for table in ["catalogue_item", "event", "outbox", "audit"] {
            assert_eq!(after.since(&before, table), 1, "{table}");
        }
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "ECG").await;
        let input = json!({ "centre": id, "version": 1, "items": catalogue("ECG") });
        refuses_others(&w, VERB, &input).await;
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "one list, and nothing else")]
fn bad_input() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "IMAGING").await;
        let item = json!({ "code": "HEAD_CT", "name": "头颅CT", "group": "CT", "modality": "CT" });
        let good = one(&id, 1, &item);
        let item = |change: Value| json!({ "items": [with(item.clone(), change)] });
        let at = |field: &str| format!("input.items[0].{field}");
        let faults = [
            (
                json!({ "centre": "?" }),
                "input.centre".to_owned(),
                "FORMAT",
            ),
            (
                json!({ "items": [] }),
                "input.items".to_owned(),
                "TOO_SMALL",
            ),
            (item(json!({ "code": "" })), at("code"), "REQUIRED"),
            (
                item(json!({ "code": "C".repeat(51) })),
                at("code"),
                "TOO_LONG",
            ),
            (item(json!({ "code": "CT/1" })), at("code"), "CHARACTERS"),
            (item(json!({ "code": "头颅" })), at("code"), "CHARACTERS"),
            (item(json!({ "name": null })), at("name"), "REQUIRED"),
            (
                item(json!({ "name": "头".repeat(101) })),
                at("name"),
                "TOO_LONG",
            ),
            (item(json!({ "name": "头\n颅" })), at("name"), "CHARACTERS"),
            (item(json!({ "group": " " })), at("group"), "REQUIRED"),
            (
                item(json!({ "group": "组".repeat(51) })),
                at("group"),
                "TOO_LONG",
            ),
            (
                item(json!({ "modality": null })),
                at("modality"),
                "REQUIRED",
            ),
            (
                item(json!({ "specimen": "BLOOD" })),
                at("specimen"),
                "NOT_ALLOWED",
            ),
            (
                item(json!({ "recognitionDays": -1 })),
                at("recognitionDays"),
                "TOO_SMALL",
            ),
            (
                item(json!({ "recognitionDays": 366 })),
                at("recognitionDays"),
                "TOO_LARGE",
            ),
            (
                item(json!({ "emergencyMinutes": 0 })),
                at("emergencyMinutes"),
                "TOO_SMALL",
            ),
            (
                item(json!({ "emergencyMinutes": 43_201 })),
                at("emergencyMinutes"),
                "TOO_LARGE",
            ),
            (
                item(json!({ "urgentMinutes": 0 })),
                at("urgentMinutes"),
                "TOO_SMALL",
            ),
            (
                item(json!({ "routineMinutes": 43_201 })),
                at("routineMinutes"),
                "TOO_LARGE",
            ),
            (
                item(json!({ "emergencyMinutes": 60, "urgentMinutes": 30 })),
                at("urgentMinutes"),
                "INCONSISTENT",
            ),
            (
                item(json!({ "urgentMinutes": 60, "routineMinutes": 30 })),
                at("routineMinutes"),
                "INCONSISTENT",
            ),
        ];
        let faults: Vec<_> = faults
            .iter()
            .map(|(fault, path, code)| (fault.clone(), path.as_str(), *code))
            .collect();
        refuses_each(&w, &admin, VERB, &good, &faults).await;
        let many: Vec<_> = (0..101)
            .map(|at| json!({ "code": format!("C{at}") }))
            .collect();
        let twice = json!([good["items"][0], good["items"][0]]);
        let faults = [
            (json!({ "items": many }), "input.items", "TOO_LARGE"),
            (json!({ "items": twice }), "input.items[1].code", "TAKEN"),
        ];
        refuses_each(&w, &admin, VERB, &good, &faults).await;
        let answer = ask(&admin, VERB, with(good.clone(), json!({ "version": 2 }))).await;
        assert_eq!(answer.code(VERB), "CONFLICT");
        let nothing = id::encode(Kind::SharedCentre, w.app.new_id());
        let answer = ask(&admin, VERB, with(good, json!({ "centre": nothing }))).await;
        assert_eq!(answer.code(VERB), "NOT_FOUND");
    });
}

#[test]
fn each_kind_has_what_belongs_to_it() {
    both(async |w| {
        let centres = Centres::of(&w).await;
        for (kind, _) in KINDS {
            let (modality, specimen, recognised) = match kind {
                "IMAGING" | "ECG" | "ULTRASOUND" => (true, false, true),
                "LABORATORY" | "PATHOLOGY" => (false, true, true),
                _ => (false, false, false),
            };
            let item = json!({ "code": "NEW", "name": "新", "group": "组", "recognitionDays": 1, "modality": "OTHER", "specimen": "OTHER" });
            let version = if kind == "SKILLS_TRAINING" { 1 } else { 2 };
            let answer = ask(
                &centres.admin,
                VERB,
                one(centres.centre(kind), version, &item),
            )
            .await;
            let problems = answer.problems();
            for (good, field) in [
                (modality, "modality"),
                (specimen, "specimen"),
                (recognised, "recognitionDays"),
            ] {
                let path = format!("input.items[0].{field}");
                let refused = problems.contains(&(path.as_str(), "NOT_ALLOWED"));
                assert_eq!(refused, !good, "{kind}: {problems:?}");
            }
            let courses = problems.contains(&("input.centre", "NOT_ALLOWED"));
            assert_eq!(courses, kind == "SKILLS_TRAINING");
        }
        let item = json!({ "code": "NEW", "name": "新", "group": "组" });
        for (kind, field) in [
            ("LABORATORY", "specimen"),
            ("PATHOLOGY", "specimen"),
            ("IMAGING", "modality"),
        ] {
            let answer = ask(&centres.admin, VERB, one(centres.centre(kind), 2, &item)).await;
            let path = format!("input.items[0].{field}");
            assert_eq!(answer.problems(), [(path.as_str(), "REQUIRED")], "{kind}");
        }
        for (kind, modality) in [("ECG", "ECG"), ("ULTRASOUND", "US")] {
            let answer = tell(&centres.admin, VERB, one(centres.centre(kind), 2, &item)).await;
            assert_eq!(
                answer.text_at("setCatalogueItems.items.0.modality"),
                modality
            );
        }
    });
}

#[test]
fn all_of_them_or_none() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "LABORATORY").await;
        let mut items = catalogue("LABORATORY");
        items[5]["specimen"] = Value::Null;
        let before = census(&w).await;
        let input = json!({ "centre": id, "version": 1, "items": items });
        let answer = ask(&admin, VERB, input).await;
        assert_eq!(answer.problems(), [("input.items[5].specimen", "REQUIRED")]);
        assert_eq!(census(&w).await.changed_since(&before), []);
    });
}

#[test]
fn the_same_key_lists_them_once() {
    both(async |w| {
        let admin = admin(&w).await;
        let id = registered(&w, &admin, "ECG").await;
        let admin = admin.with_key("items-1");
        let input = json!({ "centre": id, "version": 1, "items": catalogue("ECG") });
        let first = tell(&admin, VERB, input.clone()).await;
        let before = census(&w).await;
        let again = tell(&admin, VERB, input).await;
        assert_eq!(*again.data("setCatalogueItems.replayed"), json!(true));
        assert_eq!(
            first.data("setCatalogueItems.items"),
            again.data("setCatalogueItems.items")
        );
        for table in ["catalogue_item", "event"] {
            assert_eq!(census(&w).await.since(&before, table), 0, "{table}");
        }
    });
}
