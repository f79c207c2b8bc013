//! Reports, what they measured, and earlier results as the API shows them.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    enums::{ObservationFlag, ReportLinkKind},
    order_content, report,
};
use uuid::Uuid;

use super::{
    attachment::attached,
    object::{Order, one, practitioner},
};
use crate::{
    graphql::{Reply, reply},
    network::graphql::Practitioner,
    referral::graphql::Attachment,
};

/// A version of a report 报告.
pub struct Report(pub report::Model);

/// A version of a report 报告: released as it is written, preliminary until somebody else has reviewed it where a review is required.
#[Object]
impl Report {
    /// Which version it is, from 1.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Whether a review is to follow 初步报告.
    async fn preliminary(&self) -> bool {
        self.0.preliminary
    }

    /// What is seen 所见.
    async fn findings(&self) -> Option<&str> {
        self.0.findings.findings.as_deref()
    }

    /// What it means 结论.
    async fn conclusion(&self) -> &str {
        &self.0.findings.conclusion
    }

    /// Whether something was found 阳性.
    async fn positive(&self) -> Option<bool> {
        self.0.findings.positive
    }

    /// What was measured, at most 500.
    async fn observations(&self) -> Vec<Observation> {
        let all = self.0.findings.observations.iter();
        all.cloned().map(Observation::from).collect()
    }

    /// Studies, waveforms and documents, at most 20.
    async fn links(&self) -> Vec<ReportLink> {
        let all = self.0.findings.links.iter();
        all.map(|link| ReportLink {
            kind: link.kind,
            uid: link.uid.clone(),
            address: link.address.clone(),
        })
        .collect()
    }

    /// Why it was amended 修订原因; null of the first version.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who reported 报告医师.
    async fn reporter(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.0.reporter_id).await)
    }

    /// Who reviewed 审核医师.
    async fn reviewer(&self, ctx: &Context<'_>) -> Reply<Practitioner> {
        reply(ctx, practitioner(ctx, self.0.reviewer_id).await)
    }

    /// When it was written.
    async fn reported_at(&self) -> DateTime<Utc> {
        self.0.reported_at
    }

    /// When it was reviewed.
    async fn reviewed_at(&self) -> Option<DateTime<Utc>> {
        self.0.reviewed_at
    }
}

/// A measured value.
#[derive(SimpleObject)]
pub struct Observation {
    /// LOINC or local code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The number, where it is one.
    pub value: Option<f64>,
    /// The value in words, where it is no number.
    pub text: Option<String>,
    /// Unit as UCUM writes it.
    pub unit: Option<String>,
    /// Reference range 参考范围.
    pub range: Option<String>,
    /// How the value lies to it.
    pub flag: Option<ObservationFlag>,
    /// When it was measured; null where nobody said.
    pub at: Option<DateTime<Utc>>,
}

impl From<order_content::Observation> for Observation {
    fn from(seen: order_content::Observation) -> Self {
        Self {
            code: seen.code,
            name: seen.name,
            value: seen.value,
            text: seen.text,
            unit: seen.unit,
            range: seen.range,
            flag: seen.flag,
            at: seen.at,
        }
    }
}

/// What a report points to.
#[derive(SimpleObject)]
pub struct ReportLink {
    /// What it is.
    pub kind: ReportLinkKind,
    /// DICOM Study Instance UID, or the document's own id.
    pub uid: String,
    /// Where it can be had.
    pub address: Option<String>,
}

/// The earlier result that was recognised in place of a new examination 互认.
pub struct Recognition {
    /// The order that it answers.
    pub of: Uuid,
    /// The result.
    pub from: order_content::Recognition,
}

/// The earlier result that was recognised in place of a new examination 互认: of this network, or from outside it.
#[Object]
impl Recognition {
    /// The order with the result, where it is of this network.
    async fn order(&self, ctx: &Context<'_>) -> Reply<Order> {
        let found = match self.from.order {
            Some(id) => one(ctx, id).await,
            None => Ok(None),
        };
        reply(ctx, found)
    }

    /// The institution outside the network that made it.
    async fn institution(&self) -> Option<&str> {
        let outside = self.from.outside.as_ref()?;
        Some(&outside.institution)
    }

    /// When it was made there.
    async fn at(&self) -> Option<DateTime<Utc>> {
        Some(self.from.outside.as_ref()?.at)
    }

    /// Whether it bears the mark of mutual recognition HR 互认标识.
    async fn marked(&self) -> Option<bool> {
        Some(self.from.outside.as_ref()?.marked)
    }

    /// The file with the result, where it came from outside the network: one of the order's attachments.
    async fn file(&self, ctx: &Context<'_>) -> Reply<Attachment> {
        let outside = self.from.outside.as_ref();
        let id = outside.and_then(|outside| outside.file)?;
        let rows = attached(ctx, self.of).await;
        let own = rows.map(|rows| rows.into_iter().find(|row| row.id == id));
        reply(ctx, own.map(|row| row.map(Attachment)))
    }
}
