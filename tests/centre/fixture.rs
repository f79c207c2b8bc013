//! The shared centres of the district: one of each kind, run by `county`, serving the health centres `hill`, `lake` and `river` and their
//! stations, each with what is ordered there most.
//!
//! | Centre | Items |
//! |---|---|
//! | `IMAGING` | `CHEST_DX`, `HEAD_CT`, `CHEST_CT`, `KNEE_MR`, `BREAST_MG` |
//! | `ECG` | `ECG12`, `HOLTER` |
//! | `ULTRASOUND` | `US_ABD`, `US_THYROID` |
//! | `LABORATORY` | `GLU`, `K`, `TNI`, `CBC`, `HBA1C`, `URINE` |
//! | `PATHOLOGY` | `GASTRIC_BX`, `TISSUE`, `CERVIX_CYTO` |
//! | `STERILE_SUPPLY` | `PACK_DRESSING`, `PACK_SUTURE` |
//! | `REMOTE_CONSULTATION` | `CONS_NEURO`, `CONS_CARDIO` |
//! | `SKILLS_TRAINING` | none: it has courses |

use std::collections::HashMap;

use api::id::Kind;
use entity::{enums::Role, shared_centre};
use serde_json::{Value, json};

use crate::{
    harness::{World, client::Client},
    referral::letter,
};

/// The centres of the district, and who keeps them.
#[derive(Clone)]
pub struct Centres {
    w: World,
    /// Administrator of `county`, which runs them.
    pub admin: Client,
    ids: HashMap<String, String>,
    items: HashMap<String, String>,
}

impl Centres {
    /// Registers the centres and their catalogues through the API.
    pub async fn of(w: &World) -> Self {
        let admin = w.client(Role::InstitutionAdmin, &w.district().county).await;
        let inputs: Vec<_> = KINDS
            .iter()
            .map(|(kind, name)| new_centre(w, kind, name))
            .collect();
        let made = call(&admin, "createSharedCentre", "centre { id kind }", inputs).await;
        let centres: HashMap<String, String> = made
            .iter()
            .map(|payload| {
                let text = |field: &str| payload["centre"][field].as_str().expect("a text");
                (text("kind").to_owned(), text("id").to_owned())
            })
            .collect();
        let inputs = CATALOGUES.iter().map(|(kind, _)| {
            let items = catalogue(kind);
            json!({ "centre": centres[*kind], "version": 1, "items": items })
        });
        let made = call(
            &admin,
            "setCatalogueItems",
            "items { id code }",
            inputs.collect(),
        )
        .await;
        let items = made
            .iter()
            .flat_map(|payload| payload["items"].as_array().into_iter().flatten())
            .map(|item| {
                let text = |field: &str| item[field].as_str().expect("a text");
                (text("code").to_owned(), text("id").to_owned())
            });
        Self {
            w: w.clone(),
            admin,
            items: items.collect(),
            ids: centres,
        }
    }

    /// The id of the centre of that kind (`IMAGING` …), `ctr_…`.
    pub fn centre(&self, kind: &str) -> &str {
        &self.ids[kind]
    }

    /// The id of the item of that code (`HEAD_CT` …), `itm_…`.
    pub fn item(&self, code: &str) -> &str {
        &self.items[code]
    }

    /// The row of the centre of that kind.
    pub fn row(&self, kind: &str) -> shared_centre::Model {
        let id = api::id::decode(Kind::SharedCentre, self.centre(kind), "id");
        let directory = self.w.app.directory.now();
        shared_centre::Model::clone(&directory.centres[&id.expect("the id of a centre")])
    }

    /// Somebody with a role at the centre of that kind, and at nothing else of its host.
    pub async fn client(&self, role: Role, kind: &str) -> Client {
        self.w.client(role, &self.row(kind)).await
    }
}

/// Every kind of centre and the name of the one that `county` runs.
pub const KINDS: [(&str, &str); 8] = [
    ("IMAGING", "区域影像诊断中心"),
    ("ECG", "区域心电诊断中心"),
    ("ULTRASOUND", "区域超声诊断中心"),
    ("LABORATORY", "区域医学检验中心"),
    ("PATHOLOGY", "区域病理诊断中心"),
    ("STERILE_SUPPLY", "区域消毒供应中心"),
    ("REMOTE_CONSULTATION", "区域远程会诊中心"),
    ("SKILLS_TRAINING", "区域技能实训中心"),
];

/// Code, name, group, modality or specimen, recognition window in days.
type Item = (&'static str, &'static str, &'static str, &'static str, i32);

/// What is ordered from each kind of centre.
const CATALOGUES: &[(&str, &[Item])] = &[
    (
        "IMAGING",
        &[
            ("CHEST_DX", "胸部正侧位片", "普通放射", "DX", 30),
            ("HEAD_CT", "头颅CT平扫", "CT", "CT", 14),
            ("CHEST_CT", "胸部CT平扫", "CT", "CT", 30),
            ("KNEE_MR", "膝关节磁共振平扫", "磁共振", "MR", 90),
            ("BREAST_MG", "双乳钼靶", "普通放射", "MG", 180),
        ],
    ),
    (
        "ECG",
        &[
            ("ECG12", "常规十二导联心电图", "心电图", "ECG", 1),
            ("HOLTER", "24小时动态心电图", "动态心电", "ECG", 30),
        ],
    ),
    (
        "ULTRASOUND",
        &[
            ("US_ABD", "腹部超声", "腹部", "US", 30),
            ("US_THYROID", "甲状腺超声", "浅表器官", "US", 90),
        ],
    ),
    (
        "LABORATORY",
        &[
            ("GLU", "葡萄糖", "生化", "SERUM", 7),
            ("K", "钾", "生化", "SERUM", 3),
            ("TNI", "肌钙蛋白I", "免疫", "PLASMA", 0),
            ("CBC", "血常规", "临检", "BLOOD", 3),
            ("HBA1C", "糖化血红蛋白", "生化", "BLOOD", 60),
            ("URINE", "尿常规", "临检", "URINE", 3),
        ],
    ),
    (
        "PATHOLOGY",
        &[
            ("GASTRIC_BX", "胃镜活检病理", "活检", "BIOPSY", 180),
            ("TISSUE", "手术标本病理", "手术标本", "TISSUE", 365),
            ("CERVIX_CYTO", "宫颈液基细胞学", "细胞学", "CYTOLOGY", 365),
        ],
    ),
    (
        "STERILE_SUPPLY",
        &[
            ("PACK_DRESSING", "换药包", "器械包", "", 0),
            ("PACK_SUTURE", "清创缝合包", "器械包", "", 0),
        ],
    ),
    (
        "REMOTE_CONSULTATION",
        &[
            ("CONS_NEURO", "神经内科会诊", "内科会诊", "", 0),
            ("CONS_CARDIO", "心血管内科会诊", "内科会诊", "", 0),
        ],
    ),
];

/// What is ordered from the kind of centre, as complete inputs.
pub fn catalogue(kind: &str) -> Vec<Value> {
    let found = CATALOGUES.iter().find(|(other, _)| *other == kind);
    let items = found.map_or(&[][..], |(_, items)| *items);
    let made = match kind {
        "IMAGING" | "ECG" | "ULTRASOUND" => "modality",
        _ => "specimen",
    };
    items
        .iter()
        .map(|(code, name, group, by, days)| {
            let mut item = json!({ "code": code, "name": name, "group": group });
            if !by.is_empty() {
                item[made] = json!(by);
                item["recognitionDays"] = json!(days);
            }
            item
        })
        .collect()
}

/// A centre of that kind run by `county`, as a complete input.
pub fn new_centre(w: &World, kind: &str, name: &str) -> Value {
    let d = w.district();
    let served = [
        &d.hill,
        &d.lake,
        &d.river,
        &d.hill_station,
        &d.lake_station,
        &d.river_station,
    ];
    json!({
        "host": letter::institution(d.county.id),
        "kind": kind,
        "name": name,
        "hours": "每日 8:00–20:00，急诊 24 小时",
        "served": served.map(|place| letter::institution(place.id)),
    })
}

/// Calls a verb once with each of the inputs, in one document; they succeed.
async fn call(by: &Client, verb: &str, selection: &str, inputs: Vec<Value>) -> Vec<Value> {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let each = |write: &dyn Fn(usize) -> String| {
        let all = (0..inputs.len()).map(write);
        all.collect::<Vec<_>>().join(" ")
    };
    let variables = each(&|at| format!("$i{at}: {kind}!"));
    let calls = each(&|at| format!("c{at}: {verb}(input: $i{at}) {{ {selection} }}"));
    let named = inputs.into_iter().enumerate();
    let named: serde_json::Map<_, _> = named.map(|(at, input)| (format!("i{at}"), input)).collect();
    let count = named.len();
    let document = format!("mutation Centres({variables}) {{ {calls} }}");
    let answer = by.call(&document, Value::Object(named)).await.ok();
    (0..count)
        .map(|at| answer.data(&format!("c{at}")).clone())
        .collect()
}
