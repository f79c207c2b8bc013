//! What the people of the district fall ill with, and what is written about it.

use entity::{
    enums::{DiagnosisSystem, GreenChannelGround},
    referral_content::{Clinical, Diagnosis},
};

use super::dice::Dice;

/// An illness, with the words of the doctors who see it.
#[derive(Debug)]
pub struct Illness {
    /// ICD-10 code, as hospital systems send it.
    pub code: &'static str,
    /// Diagnosis.
    pub text: &'static str,
    /// Code of the hospital department that treats it.
    pub department: &'static str,
    /// Whether it cannot wait.
    pub acute: bool,
    /// Ground of a green channel, where it opens one.
    pub ground: Option<GreenChannelGround>,
    /// What the patient complains of.
    complaint: &'static str,
    /// What was found.
    findings: &'static str,
    /// What was done and is to be done.
    pub treatment: &'static str,
}

const fn chronic(
    code: &'static str,
    text: &'static str,
    department: &'static str,
    complaint: &'static str,
    findings: &'static str,
    treatment: &'static str,
) -> Illness {
    Illness {
        code,
        text,
        department,
        acute: false,
        ground: None,
        complaint,
        findings,
        treatment,
    }
}

const fn acute(
    ground: Option<GreenChannelGround>,
    code: &'static str,
    text: &'static str,
    department: &'static str,
    complaint: &'static str,
    findings: &'static str,
    treatment: &'static str,
) -> Illness {
    Illness {
        code,
        text,
        department,
        acute: true,
        ground,
        complaint,
        findings,
        treatment,
    }
}

use GreenChannelGround::{ChestPain, Maternal, Stroke, Trauma};

/// How often an illness is seen, and which.
pub const ILLNESSES: &[(usize, Illness)] = &[
    (
        9,
        chronic(
            "I10.x00x002",
            "高血压病",
            "0302",
            "反复头晕三年，加重一周",
            "血压 178/102 mmHg，心电图示左室高电压",
            "氨氯地平联合缬沙坦降压",
        ),
    ),
    (
        8,
        chronic(
            "E11.900x001",
            "2型糖尿病",
            "0306",
            "多饮多尿半年，体重下降",
            "空腹血糖 13.2 mmol/L，糖化血红蛋白 9.8%",
            "二甲双胍联合基础胰岛素",
        ),
    ),
    (
        6,
        chronic(
            "J44.100",
            "慢性阻塞性肺疾病急性加重",
            "0301",
            "咳嗽咳痰十年，气促加重三天",
            "血氧饱和度 89%，双肺可闻及哮鸣音",
            "氧疗、雾化吸入及抗感染",
        ),
    ),
    (
        5,
        chronic(
            "I25.103",
            "冠状动脉粥样硬化性心脏病",
            "0302",
            "活动后胸闷两月",
            "心电图 ST-T 改变",
            "抗血小板、调脂及扩冠治疗",
        ),
    ),
    (
        5,
        chronic(
            "M51.202",
            "腰椎间盘突出",
            "0404",
            "腰痛伴左下肢麻木一月",
            "直腿抬高试验阳性，CT 示 L4/5 突出",
            "牵引、理疗及消炎镇痛",
        ),
    ),
    (
        4,
        chronic(
            "K80.200x003",
            "胆囊结石",
            "0401",
            "右上腹隐痛反复发作",
            "超声示胆囊多发结石",
            "腹腔镜胆囊切除术",
        ),
    ),
    (
        4,
        chronic(
            "J18.900",
            "肺炎",
            "0301",
            "发热咳嗽五天",
            "胸片示右下肺斑片影，白细胞 14.2×10⁹/L",
            "静脉抗感染治疗",
        ),
    ),
    (
        4,
        chronic(
            "I69.300",
            "脑梗死后遗症",
            "0303",
            "右侧肢体无力半年",
            "右侧肌力 4 级，言语欠清",
            "康复训练及二级预防",
        ),
    ),
    (
        3,
        chronic(
            "N18.500",
            "慢性肾脏病5期",
            "0307",
            "双下肢浮肿、乏力三月",
            "血肌酐 712 μmol/L",
            "血液透析评估",
        ),
    ),
    (
        3,
        chronic(
            "C34.900",
            "肺占位性病变待查",
            "0301",
            "痰中带血两周",
            "CT 示左上肺结节 2.3 cm",
            "支气管镜活检及分期检查",
        ),
    ),
    (
        3,
        chronic(
            "M17.900",
            "膝骨关节病",
            "0404",
            "双膝疼痛三年，上下楼加重",
            "膝关节间隙变窄，骨赘形成",
            "关节腔注射及康复训练",
        ),
    ),
    (
        3,
        chronic(
            "H25.900",
            "老年性白内障",
            "1000",
            "双眼视物模糊一年",
            "晶状体混浊，右眼视力 0.1",
            "白内障超声乳化术",
        ),
    ),
    (
        2,
        chronic(
            "D50.900",
            "缺铁性贫血",
            "0300",
            "乏力头晕一月",
            "血红蛋白 71 g/L",
            "补铁并查找失血原因",
        ),
    ),
    (
        2,
        chronic(
            "F32.900",
            "抑郁发作",
            "1500",
            "情绪低落、早醒三月",
            "抑郁自评量表 68 分",
            "抗抑郁药物及心理治疗",
        ),
    ),
    (
        1,
        chronic(
            "F20.900",
            "精神分裂症",
            "1500",
            "自语、多疑半年",
            "幻听，自知力缺失",
            "抗精神病药物治疗",
        ),
    ),
    (
        1,
        chronic(
            "A53.900",
            "梅毒",
            "1200",
            "体检发现梅毒抗体阳性",
            "RPR 1:16",
            "长效青霉素治疗",
        ),
    ),
    (
        1,
        chronic(
            "Z21.x00",
            "无症状HIV感染状态",
            "0300",
            "术前筛查抗体阳性",
            "初筛阳性，待确证",
            "确证试验并转介随访",
        ),
    ),
    (
        4,
        acute(
            Some(Stroke),
            "I63.900",
            "急性脑梗死",
            "0303",
            "突发右侧肢体无力、口角歪斜一小时",
            "NIHSS 9 分，头颅 CT 未见出血",
            "静脉溶栓评估",
        ),
    ),
    (
        3,
        acute(
            Some(ChestPain),
            "I21.900",
            "急性心肌梗死",
            "0302",
            "持续胸痛两小时，大汗",
            "心电图示 V1–V4 ST 段抬高",
            "抗栓，拟急诊介入",
        ),
    ),
    (
        3,
        acute(
            Some(Trauma),
            "S72.000",
            "股骨颈骨折",
            "0404",
            "跌倒后右髋疼痛、不能站立",
            "右下肢外旋短缩，X 线示股骨颈骨折",
            "制动镇痛，拟手术",
        ),
    ),
    (
        2,
        acute(
            Some(Trauma),
            "S06.900",
            "颅脑损伤",
            "0403",
            "车祸后头痛呕吐",
            "GCS 12 分，头皮裂伤",
            "止血固定，监测意识",
        ),
    ),
    (
        2,
        acute(
            Some(Maternal),
            "O14.100",
            "重度子痫前期",
            "0502",
            "孕 34 周，头痛视物模糊",
            "血压 168/112 mmHg，尿蛋白 +++",
            "硫酸镁解痉、降压",
        ),
    ),
    (
        3,
        acute(
            None,
            "K35.900",
            "急性阑尾炎",
            "0401",
            "转移性右下腹痛十小时",
            "右下腹压痛反跳痛，白细胞 16.8×10⁹/L",
            "禁食补液，拟手术",
        ),
    ),
    (
        2,
        acute(
            None,
            "K92.200",
            "上消化道出血",
            "0304",
            "黑便两天，呕血一次",
            "血红蛋白 82 g/L，血压 95/60 mmHg",
            "抑酸补液，备血",
        ),
    ),
    (
        1,
        acute(
            None,
            "T60.000",
            "有机磷农药中毒",
            "2000",
            "误服农药一小时",
            "瞳孔缩小，流涎，胆碱酯酶降低",
            "洗胃，阿托品及解磷定",
        ),
    ),
];

impl Illness {
    /// The ICD-10 category.
    #[must_use]
    pub fn category(&self) -> &'static str {
        &self.code[..3]
    }

    /// Whether it befalls such people.
    #[must_use]
    pub fn befalls(&self, man: bool, age: i32) -> bool {
        match self.category() {
            "O14" => !man && (18..=45).contains(&age),
            "J18" | "K35" | "S06" | "D50" => true,
            "F32" | "F20" | "A53" | "Z21" | "T60" => age >= 16,
            _ => age >= 40,
        }
    }

    /// The diagnoses; a hospital of traditional medicine adds its own words.
    #[must_use]
    pub fn diagnoses(&self, traditional: bool) -> Vec<Diagnosis> {
        let diagnosis = |system, code: &str, text: &str, principal| Diagnosis {
            system,
            code: Some(code.to_owned()),
            text: text.to_owned(),
            principal,
        };
        let mut all = vec![diagnosis(
            DiagnosisSystem::Icd10,
            self.code,
            self.text,
            true,
        )];
        if traditional && let Some((disease, name, pattern, words)) = self.tradition() {
            all.push(diagnosis(DiagnosisSystem::TcmDisease, disease, name, false));
            all.push(diagnosis(
                DiagnosisSystem::TcmPattern,
                pattern,
                words,
                false,
            ));
        }
        all
    }

    fn tradition(&self) -> Option<(&'static str, &'static str, &'static str, &'static str)> {
        Some(match self.category() {
            "I10" => ("A17.07", "眩晕病", "B04.03.02.03.02", "肝阳上亢证"),
            "I63" | "I69" => ("A07.01.01", "中风病", "B02.06.02.02", "气虚血瘀证"),
            "M51" | "M17" => ("A08.01.03", "痹证类病", "B02.04.02.01", "寒湿痹阻证"),
            "E11" => ("A06.09", "消渴病", "B03.02.01.01", "气阴两虚证"),
            "J44" | "J18" => ("A04.05", "肺胀病", "B04.02.04.01", "痰热壅肺证"),
            _ => return None,
        })
    }

    /// What the sender writes.
    #[must_use]
    pub fn clinical(&self, dice: &mut Dice, sex: &str, age: i32) -> Clinical {
        const PAST: &[&str] = &[
            "既往体健，否认药物过敏史",
            "高血压病史十年，规律服药",
            "糖尿病史五年，口服降糖药",
            "五年前行阑尾切除术",
            "青霉素过敏",
        ];
        Clinical {
            present_illness: Some(format!("患者{sex}，{age}岁，{}。", self.complaint)),
            past_history: Some(format!("{}。", dice.pick(PAST))),
            treatment: Some(format!("已予对症处理；建议{}。", self.treatment)),
            examinations: Some(format!("{}。", self.findings)),
            cautions: self
                .acute
                .then(|| "途中监测生命体征，保持静脉通路。".to_owned()),
        }
    }
}
