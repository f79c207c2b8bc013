//! Follow-ups.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What a follow-up plan is made after; each has days of its own, which may be changed.
    FollowUpTemplate {
        /// 一般随访: once, within 7 days.
        General = "GENERAL",
        /// 脑卒中随访.
        Stroke = "STROKE",
        /// 高血压随访.
        Hypertension = "HYPERTENSION",
        /// 糖尿病随访.
        Diabetes = "DIABETES",
    }

    /// Where a follow-up stands.
    FollowUpStatus {
        /// It is still to be done 待随访.
        Planned = "PLANNED",
        /// The patient was followed up 已随访. Final.
        Done = "DONE",
        /// It will not be done, because the plan has ended 已终止. Final.
        Ended = "ENDED",
    }

    /// How a patient is followed up 随访方式.
    FollowUpWay {
        /// 门诊.
        Clinic = "CLINIC",
        /// 家庭 (上门).
        Home = "HOME",
        /// 电话.
        Phone = "PHONE",
    }

    /// What a follow-up found, as the national standards class it 此次随访分类.
    FollowUpResult {
        /// 控制满意.
        Controlled = "CONTROLLED",
        /// 控制不满意.
        Uncontrolled = "UNCONTROLLED",
        /// 不良反应.
        AdverseReaction = "ADVERSE_REACTION",
        /// 并发症.
        Complication = "COMPLICATION",
    }

    /// Why a follow-up plan ends before its last day.
    FollowUpEnd {
        /// It has done what it was for 完成.
        Done = "DONE",
        /// 死亡.
        Died = "DIED",
        /// 迁出.
        Moved = "MOVED",
        /// 失访.
        Lost = "LOST",
        /// 拒访.
        Refused = "REFUSED",
    }

    /// When blood glucose was measured.
    GlucoseKind {
        /// 空腹.
        Fasting = "FASTING",
        /// 餐后.
        AfterMeal = "AFTER_MEAL",
        /// 随机.
        Random = "RANDOM",
    }

    /// What in the readings of a follow-up suggests a referral 建议转诊.
    FollowUpAlert {
        /// Blood pressure of 180/110 mmHg or more 血压过高.
        BloodPressureHigh = "BLOOD_PRESSURE_HIGH",
        /// Blood glucose of 16.7 mmol/L or more 血糖过高.
        GlucoseHigh = "GLUCOSE_HIGH",
        /// Blood glucose of 3.9 mmol/L or less 低血糖.
        GlucoseLow = "GLUCOSE_LOW",
        /// A heart rate above 100 in a diabetic 持续性心动过速.
        HeartRateHigh = "HEART_RATE_HIGH",
        /// A temperature above 39 °C in a diabetic 体温过高.
        Fever = "FEVER",
        /// Signs of danger 危急体征.
        DangerSign = "DANGER_SIGN",
        /// Signs of another stroke 疑似卒中再发.
        StrokeSign = "STROKE_SIGN",
        /// Not under control, or with adverse reactions, twice in a row 连续两次控制不满意.
        UncontrolledTwice = "UNCONTROLLED_TWICE",
        /// A new complication, or an old one that is worse 出现并发症.
        NewComplication = "NEW_COMPLICATION",
    }

    /// A sign of danger that a follow-up asks for 危急体征.
    FollowUpSign {
        /// 意识或行为改变.
        Consciousness = "CONSCIOUSNESS",
        /// 剧烈头痛或头晕.
        SevereHeadache = "SEVERE_HEADACHE",
        /// 恶心呕吐.
        Vomiting = "VOMITING",
        /// 视力模糊, 眼痛或视力骤降.
        BlurredVision = "BLURRED_VISION",
        /// 心悸, 胸闷.
        ChestTightness = "CHEST_TIGHTNESS",
        /// 喘憋不能平卧.
        Dyspnoea = "DYSPNOEA",
        /// 呼气有烂苹果样丙酮味.
        AcetoneBreath = "ACETONE_BREATH",
        /// 深大呼吸.
        DeepBreathing = "DEEP_BREATHING",
        /// 腹痛.
        AbdominalPain = "ABDOMINAL_PAIN",
        /// 心慌出汗.
        Sweating = "SWEATING",
        /// 一侧肢体无力或麻木.
        LimbWeakness = "LIMB_WEAKNESS",
        /// 口角歪斜.
        FaceDroop = "FACE_DROOP",
        /// 言语不清.
        SlurredSpeech = "SLURRED_SPEECH",
        /// 妊娠期或哺乳期.
        PregnantOrNursing = "PREGNANT_OR_NURSING",
    }
}
