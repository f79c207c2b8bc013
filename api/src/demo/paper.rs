//! Papers: a few files that stand beside open letters, stored and attached as real ones are.

use entity::{
    enums::{AttachmentKind, ReferralStatus},
    referral,
};
use futures::stream;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{cast::Cast, dice::Dice};
use crate::{
    app::App,
    error::Result,
    file::service::{self as files, Declared},
    referral::{
        seen::Key,
        service::{self, Attach, On},
    },
};

/// How many letters have papers.
const LETTERS: u64 = 12;
/// What stands on a paper, as what it is attached, and under which title.
const PAPERS: [(AttachmentKind, &str, &str); 3] = [
    (
        AttachmentKind::Report,
        "心电图报告",
        "窦性心律，心率 76 次/分，大致正常心电图。",
    ),
    (
        AttachmentKind::LabResult,
        "血常规",
        "白细胞 6.8×10⁹/L，血红蛋白 132 g/L，血小板 210×10⁹/L。",
    ),
    (
        AttachmentKind::Consent,
        "转诊知情同意书",
        "已告知转诊目的、风险与费用，患者同意转诊。",
    ),
];

/// Has the senders of the latest open letters attach what they have.
pub async fn attach(app: &App, players: &Cast, seed: u64) -> Result<()> {
    let open = [ReferralStatus::Submitted, ReferralStatus::Accepted];
    let letters = referral::Entity::find()
        .filter(referral::Column::Status.is_in(open))
        .order_by_desc(referral::Column::UpdatedAt)
        .order_by_desc(referral::Column::Id)
        .limit(LETTERS)
        .all(app.db.reader())
        .await?;
    let mut dice = Dice::apart(seed, 900);
    for letter in letters {
        let Some(actor) = players.actor(letter.sender_id, false, &mut dice) else {
            continue;
        };
        let (kind, title, text) = *dice.pick(&PAPERS);
        let declared = Declared {
            media_type: Some("text/plain; charset=utf-8".into()),
            name: Some(format!("{title}.txt")),
        };
        let body = std::pin::pin!(stream::iter([Ok(text)]));
        let file = files::store(app, &actor, declared, body).await?;
        let input = Attach {
            on: On {
                referral: Key::Id(letter.id),
                version: Some(letter.version),
                occurred_at: None,
            },
            file: file.id,
            kind,
            title: title.into(),
        };
        service::attach(app, &actor.at("demo"), input).await?;
    }
    Ok(())
}
