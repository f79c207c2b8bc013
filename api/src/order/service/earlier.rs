//! Earlier results 互认: what answers an order in place of a new examination, or keeps it from being placed without a reason.

use entity::{
    enums::{AttachmentKind, OrderStatus},
    file, order,
    order_content::{Content, OutsideResult, Recognition},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    blank::shown_as,
    place::{LINE, Place},
    recognition,
};
use crate::{
    app::App,
    auth::Actor,
    centre::ordering::Orderable,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    file::service::{self as files, Attachment, Holder},
    order::seen::Seen,
    text,
};

/// A result that stands in for a new examination.
#[derive(Clone, Debug, Serialize)]
pub enum Earlier {
    /// Of this network: the order that it answers.
    Order(Uuid),
    /// Of an institution outside it.
    Outside(OutsideResult),
}

/// Notes what is wrong with an earlier result; gives back the file that comes with it.
pub async fn check(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    earlier: &Earlier,
    wanted: Option<&Orderable>,
    problems: &mut Problems,
) -> Result<Option<file::Model>> {
    if let Some(wanted) = wanted {
        let days = wanted.item.recognition_days;
        let good = recognition::is_recognisable(wanted.centre.kind) && days > 0;
        let message = "Results of this item are not recognised.";
        problems.check(good, "input.item", ProblemCode::NotAllowed, message);
    }
    let Earlier::Outside(outside) = earlier else {
        return Ok(None);
    };
    let path = "input.result.outside.institution";
    text::required(Some(&outside.institution), LINE, path, problems);
    let window = wanted.map_or(0, |wanted| wanted.item.recognition_days);
    let now = app.now();
    let since = now - chrono::Duration::days(i64::from(window));
    let recent = outside.at <= now && outside.at > since;
    let message = "Not inside the window in which results of this item are recognised.";
    problems.check(
        recent,
        "input.result.outside.at",
        ProblemCode::Order,
        message,
    );
    let Some(id) = outside.file else {
        return Ok(None);
    };
    files::attachable(txn, app, actor, id, "input.result.outside.file", problems).await
}

/// Attaches the file of an outside result to the order that it answers.
pub async fn enclose(
    txn: &Txn,
    app: &App,
    seen: &Seen,
    outside: &OutsideResult,
    file: file::Model,
) -> Result<()> {
    let attachment = Attachment {
        to: Holder::Order(seen.row.id),
        kind: AttachmentKind::Report,
        title: outside.institution.clone(),
        by: Some(seen.row.requested_by_id),
    };
    files::attach(txn, app, file, attachment).await?;
    Ok(())
}

/// Answers the order with an earlier result; or, where there is one and nobody said why another examination is needed, refuses it.
pub async fn settle(
    txn: &Txn,
    app: &App,
    row: &mut order::Model,
    wanted: &Orderable,
    record: Uuid,
    input: &Place,
    earlier: Option<&Earlier>,
) -> Result<()> {
    let Orderable { centre, item, .. } = wanted;
    match earlier {
        Some(Earlier::Order(id)) => {
            let found = recognition::result(txn, app, record, item, centre, *id).await?;
            let message = "No result of this patient and item that can be recognised.";
            let found = found
                .ok_or_else(|| Error::invalid("input.result", ProblemCode::UnknownId, message))?;
            let scopes = shown_as(&app.directory.now(), row);
            recognition::keep_open(txn, app, &found, &scopes).await?;
            answer(
                row,
                Recognition {
                    order: Some(*id),
                    outside: None,
                },
            );
        }
        Some(Earlier::Outside(outside)) => {
            let outside = Some(outside.clone());
            answer(
                row,
                Recognition {
                    order: None,
                    outside,
                },
            );
        }
        None if !recognition::is_available(&**txn, app, record, item, centre).await? => {}
        None => {
            let Some(reason) = input.override_reason else {
                let message = "See recognisableResults, or give overrideReason.";
                let problem = Problem::new("input.item", ProblemCode::Taken, message);
                return Err(Error::RecognitionAvailable(vec![problem]));
            };
            row.content = Content {
                override_reason: Some(reason),
                override_text: input.override_text.clone(),
                ..row.content.clone()
            };
        }
    }
    Ok(())
}

fn answer(row: &mut order::Model, recognition: Recognition) {
    row.status = OrderStatus::Recognised;
    row.recognised_at = Some(row.requested_at);
    row.recognition = Some(recognition);
}
