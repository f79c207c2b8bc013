//! What the centres find, in the words and numbers of those who report it.

use entity::{
    enums::{CentreKind, ObservationFlag},
    order_content::{Findings, Observation},
};

use super::{super::dice::Dice, job::Job};

/// A measured quantity: item, LOINC code, name, unit, how it is printed, lowest and highest of what is normal, in hundredths.
type Quantity = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    (i64, i64),
);

const QUANTITIES: &[Quantity] = &[
    ("GLU", "14749-6", "葡萄糖", "mmol/L", "3.9-6.1", (390, 610)),
    ("K", "2823-3", "钾", "mmol/L", "3.5-5.3", (350, 530)),
    ("CREA", "14682-9", "肌酐", "umol/L", "57-97", (5_700, 9_700)),
    ("TG", "14927-8", "甘油三酯", "mmol/L", "0.4-1.7", (40, 170)),
    (
        "CBC",
        "6690-2",
        "白细胞计数",
        "10*9/L",
        "3.5-9.5",
        (350, 950),
    ),
    (
        "HBA1C",
        "4548-4",
        "糖化血红蛋白",
        "%",
        "4.0-6.0",
        (400, 600),
    ),
];

/// What is seen where nothing is wrong, and where something is: item, seen, conclusion, seen, conclusion.
type Wording = (
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str),
);

const WORDINGS: &[Wording] = &[
    (
        "DX-CHEST",
        (
            "两肺纹理清晰，心影大小正常，膈面光整。",
            "胸部正侧位片未见明显异常。",
        ),
        (
            "右下肺见斑片状模糊影，边界不清。",
            "右下肺炎症，建议抗炎治疗后复查。",
        ),
    ),
    (
        "DX-LIMB",
        ("骨质结构完整，关节间隙正常。", "未见明确骨折征象。"),
        ("桡骨远端骨皮质不连续，断端轻度移位。", "桡骨远端骨折。"),
    ),
    (
        "CT-HEAD",
        ("脑实质密度均匀，中线结构居中。", "颅脑CT平扫未见明显异常。"),
        (
            "左侧基底节区见类圆形高密度影。",
            "左侧基底节区脑出血，建议立即上级医院处理。",
        ),
    ),
    (
        "CT-CHEST",
        ("两肺野清晰，未见实质性病变。", "胸部CT平扫未见明显异常。"),
        (
            "右上肺见磨玻璃结节，直径约8mm。",
            "右上肺磨玻璃结节，建议三个月后复查。",
        ),
    ),
    (
        "MR-SPINE",
        (
            "腰椎序列整齐，椎间盘信号正常。",
            "腰椎磁共振平扫未见明显异常。",
        ),
        ("L4/5椎间盘向后突出，硬膜囊受压。", "L4/5椎间盘突出。"),
    ),
    (
        "ECG-12",
        ("窦性心律，各导联未见ST-T异常改变。", "正常心电图。"),
        ("窦性心律，ST段水平型压低0.1mV。", "ST-T改变，结合临床。"),
    ),
    (
        "ECG-24H",
        ("全程窦性心律，偶发房性早搏。", "动态心电图大致正常。"),
        (
            "频发室性早搏，部分呈二联律。",
            "频发室性早搏，建议心内科就诊。",
        ),
    ),
    (
        "US-ABD",
        (
            "肝胆胰脾肾大小形态正常，回声均匀。",
            "腹部超声未见明显异常。",
        ),
        ("胆囊内见强回声团伴声影，大小约12mm。", "胆囊结石。"),
    ),
    (
        "US-THY",
        ("甲状腺大小形态正常，回声均匀。", "甲状腺超声未见明显异常。"),
        (
            "左叶见低回声结节，大小约9mm，边界清。",
            "甲状腺左叶结节，TI-RADS 3类。",
        ),
    ),
    (
        "PATH-BX",
        (
            "黏膜固有层少量淋巴细胞浸润。",
            "（胃窦）轻度慢性浅表性胃炎。",
        ),
        (
            "腺体排列紊乱，局灶肠上皮化生。",
            "（胃窦）慢性萎缩性胃炎伴肠上皮化生。",
        ),
    ),
    (
        "PATH-TCT",
        ("鳞状上皮细胞形态正常。", "未见上皮内病变细胞（NILM）。"),
        (
            "见非典型鳞状细胞，核轻度增大。",
            "非典型鳞状细胞，意义不明确（ASC-US）。",
        ),
    ),
    (
        "CONS-NEURO",
        (
            "已阅病史及影像。",
            "同意目前诊断，继续抗血小板及他汀治疗，门诊随访。",
        ),
        (
            "已阅病史及影像，症状进行性加重。",
            "建议尽快转上级医院神经内科住院治疗。",
        ),
    ),
    (
        "CONS-CARDIO",
        (
            "已阅病史及心电图。",
            "目前心功能稳定，维持原方案，一月后复查。",
        ),
        (
            "已阅病史及心电图，心衰控制不佳。",
            "建议调整利尿剂，必要时转上级医院。",
        ),
    ),
];

/// A value that nobody may wait with.
const ALARM: &str = "血钾 6.9 mmol/L";

/// What a report on the orders of a requisition says.
pub fn report(job: &Job, items: &[String], dice: &mut Dice) -> Findings {
    if job.kind == CentreKind::Laboratory {
        return measured(job, items, dice);
    }
    let item = items.first().map_or("", String::as_str);
    let wording = WORDINGS.iter().find(|(code, ..)| *code == item);
    let (seen, conclusion) = wording.map_or(("", "未见异常。"), |(_, normal, other)| {
        if job.abnormal { *other } else { *normal }
    });
    Findings {
        findings: Some(seen.to_owned()).filter(|seen| !seen.is_empty()),
        conclusion: conclusion.to_owned(),
        positive: Some(job.abnormal),
        ..Findings::default()
    }
}

/// What a critical value says.
pub fn alarm(job: &Job) -> &'static str {
    match job.kind {
        CentreKind::Laboratory => ALARM,
        CentreKind::Ecg => "急性下壁导联ST段抬高，考虑急性心肌梗死",
        _ => "左侧基底节区脑出血",
    }
}

fn measured(job: &Job, items: &[String], dice: &mut Dice) -> Findings {
    let observations: Vec<_> = QUANTITIES
        .iter()
        .filter(|(item, ..)| items.iter().any(|code| code == item))
        .map(|quantity| measure(quantity, job, dice))
        .collect();
    let off = observations
        .iter()
        .any(|one| one.flag != Some(ObservationFlag::Normal));
    Findings {
        conclusion: if off {
            "部分指标异常，请结合临床。"
        } else {
            "所检项目在参考范围内。"
        }
        .to_owned(),
        positive: Some(off),
        observations,
        ..Findings::default()
    }
}

fn measure(
    (item, code, name, unit, range, (low, high)): &Quantity,
    job: &Job,
    dice: &mut Dice,
) -> Observation {
    let alarming = job.alarming && *item == "K";
    let hundredths = match (alarming, job.abnormal) {
        (true, _) => 690,
        (false, true) => high + dice.between(1, (high - low) / 2),
        (false, false) => dice.between(*low, *high),
    };
    let flag = match (alarming, hundredths > *high) {
        (true, _) => ObservationFlag::CriticalHigh,
        (false, true) => ObservationFlag::High,
        (false, false) => ObservationFlag::Normal,
    };
    let hundredths = i32::try_from(hundredths).unwrap_or(0);
    Observation {
        code: (*code).to_owned(),
        name: (*name).to_owned(),
        value: Some(f64::from(hundredths) / 100.0),
        text: None,
        unit: Some((*unit).to_owned()),
        range: Some((*range).to_owned()),
        flag: Some(flag),
        at: None,
    }
}
