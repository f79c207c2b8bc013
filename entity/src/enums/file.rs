//! Files and what they are attached as.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What a file's content is, by its first bytes and not by what its sender calls it.
    FileKind {
        /// PDF 文档.
        Pdf = "PDF",
        /// JPEG 图片.
        Jpeg = "JPEG",
        /// PNG 图片.
        Png = "PNG",
        /// DICOM 医学影像.
        Dicom = "DICOM",
        /// Plain text in UTF-8 纯文本.
        Text = "TEXT",
    }

    /// What a file is attached as.
    AttachmentKind {
        /// Report of an examination 检查报告.
        Report = "REPORT",
        /// Image 影像.
        Image = "IMAGE",
        /// Discharge summary 出院小结.
        DischargeSummary = "DISCHARGE_SUMMARY",
        /// Signed consent 知情同意书.
        Consent = "CONSENT",
        /// Laboratory result 检验结果.
        LabResult = "LAB_RESULT",
        /// Anything else 其他.
        Other = "OTHER",
    }
}
