//! Shared centres and what is ordered from them.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What a shared centre 资源共享中心 does.
    CentreKind {
        /// 影像: images are taken below and read here.
        Imaging = "IMAGING",
        /// 心电: electrocardiograms are recorded below and read here.
        Ecg = "ECG",
        /// 超声.
        Ultrasound = "ULTRASOUND",
        /// 检验: specimens are drawn below and examined here.
        Laboratory = "LABORATORY",
        /// 病理.
        Pathology = "PATHOLOGY",
        /// 消毒供应: used packs come, sterile ones go.
        SterileSupply = "STERILE_SUPPLY",
        /// 远程会诊: experts give an opinion from afar.
        RemoteConsultation = "REMOTE_CONSULTATION",
        /// 实训: courses for the staff of the network.
        SkillsTraining = "SKILLS_TRAINING",
    }

    /// Where an order stands. Clients call verbs; nobody sends a status.
    OrderStatus {
        /// 已申请: placed.
        Requested = "REQUESTED",
        /// 已检查: examined; to be read.
        Examined = "EXAMINED",
        /// 已采样: the specimen is collected.
        Collected = "COLLECTED",
        /// 运送中: the specimen is on its way to the centre.
        InTransport = "IN_TRANSPORT",
        /// 已接收: the centre has the specimen, or the used packs.
        Received = "RECEIVED",
        /// 已处理: the packs are sterilised.
        Processed = "PROCESSED",
        /// 已认领: a diagnostician or an expert works on it.
        Claimed = "CLAIMED",
        /// 已报告: the report is released; preliminary where a review is to follow.
        Reported = "REPORTED",
        /// 已审核: the report is reviewed, or the opinion confirmed.
        Reviewed = "REVIEWED",
        /// 已发放: the sterile packs are delivered. Final.
        Delivered = "DELIVERED",
        /// 已互认: an earlier result was recognised instead. Final.
        Recognised = "RECOGNISED",
        /// 已退回: sent back for a reason; the requester is to mend it.
        Returned = "RETURNED",
        /// 已取消: cancelled by the requester. Final.
        Cancelled = "CANCELLED",
    }

    /// Which side of an order one stands on.
    OrderSide {
        /// The institution that asks for it 申请方.
        Requester = "REQUESTER",
        /// The shared centre and its hospital 中心.
        Centre = "CENTRE",
    }

    /// Whether a second person looks at a report before it is final.
    ReviewRule {
        /// A report is preliminary until somebody else has reviewed it 必须审核.
        Required = "REQUIRED",
        /// A report is final as it is; a review may follow 可不审核.
        Optional = "OPTIONAL",
    }

    /// How an examination is made.
    Modality {
        /// Computed radiography 计算机X线摄影.
        Cr = "CR",
        /// Digital radiography 数字X线摄影.
        Dx = "DX",
        /// Mammography 乳腺钼靶.
        Mg = "MG",
        /// Computed tomography 计算机断层扫描.
        Ct = "CT",
        /// Magnetic resonance 磁共振.
        Mr = "MR",
        /// Ultrasound 超声.
        Us = "US",
        /// Electrocardiography 心电.
        Ecg = "ECG",
        /// Endoscopy 内镜.
        Es = "ES",
        /// Any other 其他.
        Other = "OTHER",
    }

    /// What is drawn from the patient.
    SpecimenKind {
        /// Whole blood 全血.
        Blood = "BLOOD",
        /// Serum 血清.
        Serum = "SERUM",
        /// Plasma 血浆.
        Plasma = "PLASMA",
        /// Urine 尿液.
        Urine = "URINE",
        /// Stool 粪便.
        Stool = "STOOL",
        /// Sputum 痰液.
        Sputum = "SPUTUM",
        /// Cerebrospinal fluid 脑脊液.
        CerebrospinalFluid = "CEREBROSPINAL_FLUID",
        /// Swab 拭子.
        Swab = "SWAB",
        /// Small biopsy 小活检组织.
        Biopsy = "BIOPSY",
        /// Surgical specimen 手术标本.
        Tissue = "TISSUE",
        /// Cells 细胞学标本.
        Cytology = "CYTOLOGY",
        /// Any other 其他.
        Other = "OTHER",
    }

    /// Why a centre sends an order back.
    OrderReturnReason {
        /// 图像质量差.
        PoorImage = "POOR_IMAGE",
        /// 患者错误.
        WrongPatient = "WRONG_PATIENT",
        /// 标本溶血.
        SpecimenHaemolysed = "SPECIMEN_HAEMOLYSED",
        /// 标本量不足.
        SpecimenInsufficient = "SPECIMEN_INSUFFICIENT",
        /// 标本凝固.
        SpecimenClotted = "SPECIMEN_CLOTTED",
        /// 容器错误.
        WrongContainer = "WRONG_CONTAINER",
        /// 缺少固定.
        FixationMissing = "FIXATION_MISSING",
        /// 申请单不完整.
        IncompleteForm = "INCOMPLETE_FORM",
        /// 其他; a text is required.
        Other = "OTHER",
    }

    /// Why an examination is made again although a result could be recognised.
    RecognitionOverride {
        /// 病情变化.
        ChangedCondition = "CHANGED_CONDITION",
        /// 指标变化快.
        FastChanging = "FAST_CHANGING",
        /// 术前.
        BeforeSurgery = "BEFORE_SURGERY",
        /// 急救.
        Emergency = "EMERGENCY",
        /// 司法鉴定.
        Forensic = "FORENSIC",
        /// 其他; a text is required.
        Other = "OTHER",
    }

    /// How an observed value lies to its reference range.
    ObservationFlag {
        /// 正常.
        Normal = "NORMAL",
        /// 偏高.
        High = "HIGH",
        /// 偏低.
        Low = "LOW",
        /// 危急高值.
        CriticalHigh = "CRITICAL_HIGH",
        /// 危急低值.
        CriticalLow = "CRITICAL_LOW",
        /// 异常.
        Abnormal = "ABNORMAL",
    }

    /// What a report points to.
    ReportLinkKind {
        /// A study in an image archive, by its Study Instance UID 影像检查.
        DicomStudy = "DICOM_STUDY",
        /// A recorded waveform 波形.
        Waveform = "WAVEFORM",
        /// A document 文档.
        Document = "DOCUMENT",
    }

    /// Where a critical value 危急值 stands.
    CriticalStatus {
        /// 已通知: raised; somebody has to confirm that they know it.
        Notified = "NOTIFIED",
        /// 已确认: somebody has read it back.
        Acknowledged = "ACKNOWLEDGED",
        /// 已处置: somebody has acted. Final.
        Resolved = "RESOLVED",
    }

    /// By which way a critical value was told.
    CriticalChannel {
        /// In this system 系统.
        System = "SYSTEM",
        /// By telephone 电话.
        Phone = "PHONE",
        /// Face to face 当面.
        InPerson = "IN_PERSON",
        /// Any other 其他.
        Other = "OTHER",
    }

    /// What became of the packs of a recalled batch at whoever had them.
    PackOutcome {
        /// 已退回: they went back to the centre.
        Returned = "RETURNED",
        /// 已使用: they were used already.
        Used = "USED",
    }
}
