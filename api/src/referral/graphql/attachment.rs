//! Files that are attached to referrals and orders, and attaching to referrals.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::{
    enums::{Action, AttachmentKind, FileKind},
    file,
};

use super::{super::service, Referral, ReferralKey, input::Parser};
use crate::{
    error::Result,
    graphql::{Reply, app, operate, reply},
    id::{self, Kind},
    moment::Moment,
    network::graphql::Institution,
    order::graphql::Order,
};

/// A file that is attached to a referral or an order 附件. Its bytes are at `url`, for whoever may read them at that moment.
pub struct Attachment(pub file::Model);

/// A file that is attached to a referral or an order 附件. Its bytes are at `url`, for whoever may read them at that moment.
#[Object]
impl Attachment {
    /// Id of the file, `fil_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::File, self.0.id).into()
    }

    /// What it is attached as.
    async fn kind(&self) -> AttachmentKind {
        self.0.attachment_kind.unwrap_or(AttachmentKind::Other)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        self.0.title.as_deref().unwrap_or_default()
    }

    /// The name that the file came with.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What its content is, by its bytes.
    async fn file_kind(&self) -> FileKind {
        self.0.kind
    }

    /// Bytes.
    async fn size(&self) -> i32 {
        i32::try_from(self.0.size).unwrap_or(i32::MAX)
    }

    /// SHA-256 of its content, in hexadecimal digits.
    async fn sha256(&self) -> String {
        HEXLOWER.encode(&self.0.sha256)
    }

    /// Where it is read, with the same bearer token: `/files/fil_…` of this service.
    async fn url(&self) -> String {
        format!("/files/{}", id::encode(Kind::File, self.0.id))
    }

    /// The institution that attached it.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let by = self.0.attached_by;
        let found = directory.map(|directory| by.and_then(|id| Institution::find(&directory, id)));
        reply(ctx, found)
    }

    /// When it was attached.
    async fn attached_at(&self) -> DateTime<Utc> {
        self.0.attached_at.unwrap_or(self.0.created_at)
    }
}

/// A file to be attached.
#[derive(InputObject)]
pub struct AttachToReferralInput {
    /// To which referral.
    pub referral: ReferralKey,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now: at most 30 days back.
    pub occurred_at: Option<Moment>,
    /// The file, `fil_…`, that the same account has stored (`POST /files`) within the last 24 hours.
    pub file: ID,
    /// What it is attached as.
    pub kind: AttachmentKind,
    /// What it is called, 1 to 200 characters.
    pub title: String,
}

impl AttachToReferralInput {
    fn parse(self) -> Result<service::Attach> {
        let mut parser = Parser::new("input");
        let on = parser.on("referral", &self.referral, self.version, self.occurred_at);
        let file = parser.id(Kind::File, "file", Some(&self.file));
        let attach = on.zip(file).map(|(on, file)| service::Attach {
            on,
            file,
            kind: self.kind,
            title: self.title,
        });
        parser.finish(attach)
    }
}

/// What attaching answers.
#[derive(SimpleObject)]
pub struct AttachmentPayload {
    /// The file as it is attached.
    pub attachment: Attachment,
    /// The referral as it is now; null where it was attached to an order.
    pub referral: Option<Referral>,
    /// The order as it is now; null where it was attached to a referral.
    pub order: Option<Order>,
    /// Whether nothing was changed because the same had been done before.
    pub replayed: bool,
}

/// Attaching files.
#[derive(Default)]
pub struct AttachmentMutation;

/// Attaching files.
#[Object]
impl AttachmentMutation {
    /// Attach a file to a referral that is open, by either side: the sender at any time, the receiver once it has it. At most 20 files.
    async fn attach_to_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file, to which referral, as what.")] input: AttachToReferralInput,
    ) -> Reply<AttachmentPayload> {
        operate(ctx, Action::AttachToReferral, |app, call| async move {
            let (changed, row) = service::attach(app, &call, input.parse()?).await?;
            Ok(AttachmentPayload {
                attachment: Attachment(row),
                referral: Some(Referral::new(ctx, changed.object)?),
                order: None,
                replayed: changed.replayed,
            })
        })
        .await
    }
}
