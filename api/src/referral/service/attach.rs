//! Attaching a file, by either side.

use entity::{
    enums::{Action, AttachmentKind, Side},
    file,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    error::{Error, ProblemCode, Result},
    file::service::{self as files, Attachment, Holder},
    id::{self, Kind},
    record::replay::Changed,
    referral::seen::{self, Seen},
    text,
};

/// Most files that one referral holds.
pub const ATTACHMENTS: u64 = 20;
/// Longest title.
const TITLE: usize = 200;

/// A file to be attached.
#[derive(Clone, Debug, Serialize)]
pub struct Attach {
    /// To which referral.
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
        // Either side may, so it acts as whatever it is.
        let seen = seen::require(&*txn, call.actor, &input.on.referral).await?;
        let side = seen
            .acting(app, call.actor)
            .map_or(Side::Sender, |acting| acting.side);
        let action = Action::AttachToReferral;
        let mut turn = match Turn::begin(&txn, app, call, action, side, &input.on, &input).await? {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => {
                let row = files::attached(&txn, Holder::Referral(seen.row.id), input.file).await?;
                let row = row.ok_or(Error::NotFound)?;
                return Ok((Changed::before(*seen), row));
            }
        };
        let held = files::count(&txn, Holder::Referral(turn.row.id)).await?;
        let problems = &mut turn.problems;
        text::required(Some(&input.title), TITLE, "input.title", problems);
        problems.check(
            held < ATTACHMENTS,
            "input.file",
            ProblemCode::TooLarge,
            format!("A referral holds at most {ATTACHMENTS} files."),
        );
        let found =
            files::attachable(&txn, app, call.actor, input.file, "input.file", problems).await?;
        std::mem::take(problems).finish()?;
        let found = found.ok_or_else(|| Error::Internal("a file was lost".into()))?;
        let attachment = Attachment {
            to: Holder::Referral(turn.row.id),
            kind: input.kind,
            title: input.title.clone(),
            by: turn.institution(),
        };
        let row = files::attach(&txn, app, found, attachment).await?;
        let detail = json!({
            "note": input.title,
            "file": id::encode(Kind::File, row.id),
            "kind": input.kind,
        });
        Ok((turn.finish(&txn, app, call, detail).await?, row))
    });
    let (changed, row) = work.await?;
    Ok((covered(call, changed), row))
}
