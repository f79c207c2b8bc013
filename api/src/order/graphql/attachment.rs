//! Files that are attached to orders.

use async_graphql::{Context, ID, InputObject, Object, dataloader::DataLoader};
use entity::{
    enums::{Action, AttachmentKind},
    file,
};
use uuid::Uuid;

use super::{
    super::service,
    Order,
    input::{OrderKey, on},
};
use crate::{
    error::{Error, Result},
    file::{loader::Attachments, service::Holder},
    graphql::{Reply, operate, unshare},
    id::Kind,
    moment::Moment,
    referral::graphql::{Attachment, AttachmentPayload, Parser},
};

/// A file to be attached.
#[derive(InputObject)]
pub struct AttachToOrderInput {
    /// To which order.
    pub order: OrderKey,
    /// The version that the caller saw; systems may leave it out.
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

impl AttachToOrderInput {
    fn parse(self) -> Result<service::Attach> {
        let mut parser = Parser::new("input");
        let on = on(&mut parser, &self.order, self.version, self.occurred_at);
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

/// Attaching files to orders.
#[derive(Default)]
pub struct OrderAttachmentMutation;

/// Attaching files to orders.
#[Object]
impl OrderAttachmentMutation {
    /// Attach a file to an order, by whoever asked for it or by the centre: an image, a tracing, a scanned report. At most 20 files.
    async fn attach_to_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which file, to which order, as what.")] input: AttachToOrderInput,
    ) -> Reply<AttachmentPayload> {
        operate(ctx, Action::AttachToOrder, |app, call| async move {
            let (changed, row) = service::attach(app, &call, input.parse()?).await?;
            Ok(AttachmentPayload {
                attachment: Attachment(row),
                referral: None,
                order: Some(Order::new(changed.object)),
                replayed: changed.replayed,
            })
        })
        .await
    }
}

/// The files attached to an order, read together with those of the others of the page.
pub(super) async fn attached(ctx: &Context<'_>, order: Uuid) -> Result<Vec<file::Model>> {
    let loader = ctx
        .data_opt::<DataLoader<Attachments>>()
        .ok_or(Error::Unauthenticated)?;
    let rows = loader.load_one(Holder::Order(order)).await;
    Ok(rows.map_err(|error| unshare(&error))?.unwrap_or_default())
}
