//! The life of a referral, drawn: the table of [`super::state`] as the documentation shows it.

use entity::enums::{Action, ReferralStatus, Side};

use super::state::{Facts, VERBS, by_clock, next};

/// Who is asked for what they may do: a name, a side, and whether they only rescue.
const WHO: [(&str, Side, bool); 3] = [
    ("SENDER", Side::Sender, false),
    ("RECEIVER", Side::Receiver, false),
    ("COMMUNITY_MANAGER, overdue", Side::Receiver, true),
];

/// The life as a Mermaid diagram.
#[must_use]
pub fn life() -> String {
    let mut lines = vec![
        "stateDiagram-v2".to_owned(),
        "    [*] --> DRAFT: DRAFT_REFERRAL (SENDER)".into(),
        "    [*] --> SUBMITTED: SUBMIT_REFERRAL (SENDER)".into(),
    ];
    for status in ReferralStatus::ALL {
        for action in VERBS {
            lines.extend(ways(*status, action));
        }
        lines.extend(strokes(*status));
    }
    lines.join("\n") + "\n"
}

/// The ways that a verb leads out of a status.
fn ways(status: ReferralStatus, action: Action) -> Vec<String> {
    let mut found = Vec::new();
    for before in [ReferralStatus::Accepted, ReferralStatus::InTransit] {
        for (who, side, rescuing) in WHO {
            let to = |emergency| {
                let facts = Facts {
                    status,
                    before,
                    emergency,
                    accepted: false,
                    expected_passed: true,
                    ended_recently: true,
                    overdue: true,
                    sent_on_enough: false,
                    rescuing,
                    goes_down: false,
                    in_house: false,
                };
                next(&facts, side, action)
            };
            let (to, note) = match (to(false), to(true)) {
                (Ok(to), Ok(_)) => (to, ""),
                (Ok(to), Err(_)) => (to, ", not EMERGENCY"),
                (Err(_), Ok(to)) => (to, ", EMERGENCY"),
                (Err(_), Err(_)) => continue,
            };
            let (from, to, verb) = (status.code(), to.code(), action.code());
            let way = format!("    {from} --> {to}: {verb} ({who}{note})");
            if !found.contains(&way) {
                found.push(way);
            }
        }
    }
    found
}

/// What the clock makes of a status.
fn strokes(status: ReferralStatus) -> Vec<String> {
    let (plain, urgent) = (by_clock(status, false), by_clock(status, true));
    let (plain_note, urgent_note) = if plain == urgent {
        ("", None)
    } else {
        (", not EMERGENCY", Some(", EMERGENCY"))
    };
    let strokes = [
        plain.map(|stroke| (stroke, plain_note)),
        urgent.zip(urgent_note),
    ];
    let drawn = strokes.into_iter().flatten().map(|((action, to), note)| {
        let (from, to, verb) = (status.code(), to.code(), action.code());
        format!("    {from} --> {to}: {verb} (clock{note})")
    });
    drawn.collect()
}
