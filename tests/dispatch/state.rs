//! The life of a dispatch: everything that may follow, and nothing else.

use api::dispatch::state::{self, Blocked, Facts, STROKES, Side, VERBS};
use entity::enums::{Action, DispatchStatus};

/// The life as the domain tells it. `when` is what must hold beside; where it does not, the verb waits or comes too late.
const LIFE: &str = "
| verb             | from                               | to        | by        | unsent    | when           |
| PLAN_DISPATCH    | REQUESTED                          | PLANNED   | SENDER    |           | not-over       |
| DECLINE_DISPATCH | REQUESTED                          | DECLINED  | SENDER    |           |                |
| APPROVE_DISPATCH | PLANNED                            | APPROVED  | SENDER    | no        | not-over       |
| APPROVE_DISPATCH | PLANNED                            | APPROVED  | COMMUNITY | yes       | not-over       |
| CONFIRM_DISPATCH | APPROVED                           | CONFIRMED | HOST      |           | not-over       |
| CHECK_IN_DISPATCH | CONFIRMED                         | ACTIVE    | HOST      |           | not-over begun not-late |
| PUBLISH_DISPATCH_SESSIONS | CONFIRMED ACTIVE          | same      | HOST      |           | not-over       |
| LOG_DISPATCH     | ACTIVE COMPLETED RECALLED APPRAISED | same     | HOST EXPERT |         | not-closed     |
| EXTEND_DISPATCH  | CONFIRMED ACTIVE                   | same      | SENDER    |           | not-over       |
| RECALL_DISPATCH  | ACTIVE                             | RECALLED  | SENDER    |           |                |
| COMPLETE_DISPATCH | ACTIVE                            | COMPLETED | HOST      |           |                |
| APPRAISE_DISPATCH | COMPLETED                         | APPRAISED | HOST      |           |                |
| CANCEL_DISPATCH  | REQUESTED PLANNED APPROVED CONFIRMED | CANCELLED | HOST    |           |                |
| CANCEL_DISPATCH  | PLANNED APPROVED CONFIRMED         | CANCELLED | SENDER    |           |                |
| END_DISPATCH     | ACTIVE                             | COMPLETED | CLOCK     |           | over           |
| LAPSE_DISPATCH   | CONFIRMED                          | CANCELLED | CLOCK     |           | late           |
";

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "as the table of states takes them"
)]
fn told(facts: &Facts, side: Side, verb: Action) -> Result<DispatchStatus, &'static str> {
    let has = |cell: &str, word: &str| cell.split_whitespace().any(|other| other == word);
    let side = match side {
        Side::Sender => "SENDER",
        Side::Host => "HOST",
        Side::Community => "COMMUNITY",
        Side::Expert => "EXPERT",
        Side::Clock => "CLOCK",
    };
    for line in LIFE.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, from, to, by, unsent, when] = cells[..] else {
            panic!("a row of six: {line}");
        };
        let applies = name == verb.code()
            && has(from, facts.status.code())
            && has(by, side)
            && (unsent.is_empty() || (unsent == "yes") == facts.unsent);
        if !applies {
            continue;
        }
        let holds = when.split_whitespace().all(|word| match word {
            "begun" => facts.begun,
            "over" => facts.over,
            "not-over" => !facts.over,
            "late" => facts.late,
            "not-late" => !facts.late,
            "not-closed" => !facts.closed,
            other => panic!("{other} is no condition"),
        });
        if !holds {
            return Err("wait");
        }
        return Ok(match to {
            "same" => facts.status,
            code => DispatchStatus::from_code(code).expect("a status"),
        });
    }
    Err("never")
}

/// Every status with every answer to every question.
fn everything() -> impl Iterator<Item = Facts> {
    let statuses = DispatchStatus::ALL.iter().copied();
    statuses.flat_map(|status| {
        (0..32).map(move |bits| Facts {
            status,
            unsent: bits & 1 != 0,
            begun: bits & 2 != 0,
            late: bits & 4 != 0,
            over: bits & 8 != 0,
            closed: bits & 16 != 0,
        })
    })
}

#[test]
fn the_table_is_the_life_as_it_is_told() {
    let mut ways = 0;
    for facts in everything() {
        for verb in Action::ALL.iter().copied() {
            for side in Side::ALL {
                let is = state::next(&facts, side, verb).map_err(|blocked| match blocked {
                    Blocked::Never => "never",
                    Blocked::Now(_) => "wait",
                });
                assert_eq!(
                    is,
                    told(&facts, side, verb),
                    "{verb:?} by {side:?}: {facts:?}"
                );
                ways += usize::from(is.is_ok());
            }
        }
    }
    assert!(ways > 0);
}

#[test]
fn what_is_offered_is_what_may_follow() {
    for facts in everything() {
        for side in Side::ALL {
            let offered: Vec<_> = state::following(&facts, side).collect();
            for verb in VERBS {
                let expected = match state::next(&facts, side, verb) {
                    Ok(_) => Some(None),
                    Err(Blocked::Now(reason)) => Some(Some(reason)),
                    Err(Blocked::Never) => None,
                };
                let found = offered.iter().find(|(action, _)| *action == verb);
                assert_eq!(found.map(|(_, blocked)| *blocked), expected, "{verb:?}");
            }
        }
    }
}

#[test]
fn nothing_leads_out_of_an_end() {
    use DispatchStatus::{Appraised, Cancelled, Declined, Recalled};
    for facts in everything() {
        if ![Appraised, Cancelled, Declined, Recalled].contains(&facts.status) {
            continue;
        }
        for verb in VERBS.into_iter().chain(STROKES) {
            for side in Side::ALL {
                let to = state::next(&facts, side, verb);
                let stays = to == Ok(facts.status) && verb == Action::LogDispatch;
                assert!(to.is_err() || stays, "{verb:?} of {facts:?}");
            }
        }
    }
}
