//! Attaching a file to an order, by either side.

use entity::{
    enums::{Action, AttachmentKind},
    file,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    place::LINE,
    turn::{Begun, On, begin, covered},
};
use crate::{
    app::App,
    auth::Call,
    error::{Error, ProblemCode, Result},
    file::service::{self as files, Attachment, Holder},
    id::{self, Kind},
    order::seen::Seen,
    record::replay::Changed,
    text,
};

/// Most files that one order holds.
pub const ATTACHMENTS: u64 = 20;

/// A file to be attached.
#[derive(Clone, Debug, Serialize)]
pub struct Attach {
    /// To which order.
    pub on: On,
    /// Which file.
    pub file: Uuid,
    /// As what.
    pub kind: AttachmentKind,
    /// What it is called there.
    pub title: String,
}

/// Attaches a file that the actor's account has stored within the last day.
pub async fn attach(
    app: &App,
    call: &Call<'_>,
    input: Attach,
) -> Result<(Changed<Seen>, file::Model)> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::AttachToOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => {
                let row = files::attached(&txn, Holder::Order(seen.row.id), input.file).await?;
                return Ok((Changed::before(*seen), row.ok_or(Error::NotFound)?));
            }
        };
        let to = Holder::Order(turn.row.id);
        let held = files::count(&txn, to).await?;
        let problems = &mut turn.problems;
        text::required(Some(&input.title), LINE, "input.title", problems);
        let message = format!("An order holds at most {ATTACHMENTS} files.");
        problems.check(
            held < ATTACHMENTS,
            "input.file",
            ProblemCode::TooLarge,
            message,
        );
        let path = "input.file";
        let found = files::attachable(&txn, app, call.actor, input.file, path, problems).await?;
        turn.check()?;
        let found = found.ok_or_else(|| Error::Internal("a file was lost".into()))?;
        let attachment = Attachment {
            to,
            kind: input.kind,
            title: input.title.clone(),
            by: Some(turn.institution()),
        };
        let row = files::attach(&txn, app, found, attachment).await?;
        let detail = json!({
            "note": input.title,
            "file": id::encode(Kind::File, row.id),
            "kind": input.kind,
        });
        Ok((turn.end(&txn, app, call, detail).await?, row))
    });
    let (changed, row) = work.await?;
    Ok((covered(call, changed), row))
}
