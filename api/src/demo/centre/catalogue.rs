//! The eight centres: who runs them, whom they serve, and what can be ordered there.

use std::collections::HashMap;

use entity::enums::{CentreKind, Modality, ReviewRule, SpecimenKind, Tier};

use super::{
    super::district::{COUNTY, HERBS},
    Centres,
};
use crate::{
    app::App,
    auth::Actor,
    centre::{
        catalogue::set_items,
        draft::{CentreDraft, ItemDraft},
        service::create,
    },
    draft::{Change, Named},
    error::Result,
};

/// Kind, host, name, and whether it serves stations too.
const CENTRES: [(CentreKind, &str, &str, bool); 8] = [
    (CentreKind::Imaging, COUNTY, "区域影像诊断中心", false),
    (CentreKind::Ecg, COUNTY, "区域心电诊断中心", true),
    (CentreKind::Ultrasound, HERBS, "区域超声诊断中心", false),
    (CentreKind::Laboratory, COUNTY, "区域医学检验中心", true),
    (CentreKind::Pathology, COUNTY, "区域病理诊断中心", false),
    (CentreKind::SterileSupply, COUNTY, "区域消毒供应中心", false),
    (
        CentreKind::RemoteConsultation,
        COUNTY,
        "区域远程会诊中心",
        false,
    ),
    (CentreKind::SkillsTraining, COUNTY, "区域技能实训中心", true),
];

/// Code, name, group, recognition window in days.
type Item = (&'static str, &'static str, &'static str, i32);

/// How an examination is made, and its items.
const EXAMINATIONS: &[(CentreKind, Modality, &[Item])] = &[
    (
        CentreKind::Imaging,
        Modality::Dx,
        &[
            ("DX-CHEST", "胸部正侧位片", "普通放射", 14),
            ("DX-LIMB", "四肢关节正侧位片", "普通放射", 14),
        ],
    ),
    (
        CentreKind::Imaging,
        Modality::Ct,
        &[
            ("CT-HEAD", "头颅CT平扫", "CT", 14),
            ("CT-CHEST", "胸部CT平扫", "CT", 30),
        ],
    ),
    (
        CentreKind::Imaging,
        Modality::Mr,
        &[("MR-SPINE", "腰椎磁共振平扫", "磁共振", 90)],
    ),
    (
        CentreKind::Ecg,
        Modality::Ecg,
        &[
            ("ECG-12", "常规十二导联心电图", "常规心电图", 1),
            ("ECG-24H", "24小时动态心电图", "动态心电图", 30),
        ],
    ),
    (
        CentreKind::Ultrasound,
        Modality::Us,
        &[
            ("US-ABD", "腹部超声", "腹部超声", 30),
            ("US-THY", "甲状腺超声", "浅表超声", 90),
        ],
    ),
];

/// What is drawn, and the items that are made of it.
const SPECIMENS: &[(CentreKind, SpecimenKind, &[Item])] = &[
    (
        CentreKind::Laboratory,
        SpecimenKind::Serum,
        &[
            ("GLU", "葡萄糖", "生化", 3),
            ("K", "钾", "生化", 3),
            ("CREA", "肌酐", "生化", 7),
            ("TG", "甘油三酯", "生化", 30),
        ],
    ),
    (
        CentreKind::Laboratory,
        SpecimenKind::Blood,
        &[
            ("CBC", "血常规", "临检", 3),
            ("HBA1C", "糖化血红蛋白", "生化", 60),
        ],
    ),
    (
        CentreKind::Pathology,
        SpecimenKind::Biopsy,
        &[("PATH-BX", "胃镜活检病理", "小活检", 180)],
    ),
    (
        CentreKind::Pathology,
        SpecimenKind::Cytology,
        &[("PATH-TCT", "宫颈液基细胞学检查", "细胞学", 365)],
    ),
];

/// What needs neither.
const OTHERS: &[(CentreKind, &[Item])] = &[
    (
        CentreKind::SterileSupply,
        &[
            ("PACK-DRESSING", "换药包", "器械包", 0),
            ("PACK-SUTURE", "清创缝合包", "器械包", 0),
        ],
    ),
    (
        CentreKind::RemoteConsultation,
        &[
            ("CONS-NEURO", "神经内科远程会诊", "内科会诊", 0),
            ("CONS-CARDIO", "心血管内科远程会诊", "内科会诊", 0),
        ],
    ),
];

/// Registers the centres and their catalogues, as their administrators would.
pub async fn register(app: &App) -> Result<Centres> {
    let system = Actor::system("demo");
    let mut open = Centres {
        centres: HashMap::new(),
        items: HashMap::new(),
    };
    for (kind, host, name, stations) in CENTRES {
        let served = served(app, host, stations);
        let draft = CentreDraft {
            kind: Some(kind),
            host: Some(host.into()),
            name: name.into(),
            hours: "周一至周日 08:00-17:30，急诊 24 小时".into(),
            served: served.into(),
            ..CentreDraft::default()
        };
        let centre = create(app, &system.at("demo"), draft).await?.object;
        let items = items(kind);
        if !items.is_empty() {
            let (id, version) = (centre.id, centre.version);
            let listed = set_items(app, &system.at("demo"), id, version, &items).await?;
            let listed = listed.object.1.into_iter();
            open.items
                .extend(listed.map(|item| (item.code.clone(), item)));
        }
        open.centres.insert(kind, centre);
    }
    Ok(open)
}

/// Whom a centre serves beside its host: the other hospital and the health centres, some their stations too.
fn served(app: &App, host: &str, stations: bool) -> Vec<Named> {
    let directory = app.directory.now();
    let mut all: Vec<_> = directory
        .institutions
        .values()
        .filter(|one| match one.tier {
            Tier::Hospital => one.code != host,
            Tier::HealthCentre => true,
            Tier::Station => stations,
            Tier::Partner => false,
        })
        .collect();
    all.sort_by(|one, other| one.code.cmp(&other.code));
    all.into_iter().map(|one| Named::Id(one.id)).collect()
}

fn items(kind: CentreKind) -> Vec<ItemDraft> {
    let mut all = Vec::new();
    for (_, modality, items) in EXAMINATIONS.iter().filter(|(of, ..)| *of == kind) {
        all.extend(items.iter().map(|item| ItemDraft {
            modality: (*modality).into(),
            ..draft(item)
        }));
    }
    for (_, specimen, items) in SPECIMENS.iter().filter(|(of, ..)| *of == kind) {
        all.extend(items.iter().map(|item| ItemDraft {
            specimen: (*specimen).into(),
            ..draft(item)
        }));
    }
    for (_, items) in OTHERS.iter().filter(|(of, _)| *of == kind) {
        all.extend(items.iter().map(draft));
    }
    if kind == CentreKind::Ultrasound {
        for item in &mut all {
            item.review = Some(ReviewRule::Optional);
        }
    }
    all
}

fn draft((code, name, group, days): &Item) -> ItemDraft {
    ItemDraft {
        code: (*code).into(),
        name: (*name).into(),
        group: (*group).into(),
        recognition_days: if *days > 0 {
            (*days).into()
        } else {
            Change::Keep
        },
        ..ItemDraft::default()
    }
}
