//! The life of an order: everything that may follow, and nothing else.

use api::order::state::{self, Blocked, Facts, VERBS, Workflow};
use entity::enums::{Action, OrderSide, OrderStatus, ReviewRule};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

/// The life as the domain tells it. A row is one way out of one or several statuses, on some of the four ways that orders go; `when` is what must
/// hold beside, and `else` what a caller is told where it does not: to wait, or that this never leads out of there.
const LIFE: &str = "
| verb               | way                                  | from                                                             | to        | by               | when          | else  |
| RECORD_EXAMINATION | EXAMINATION                          | REQUESTED RETURNED                                               | EXAMINED  | REQUESTER CENTRE |               |       |
| COLLECT_SPECIMEN   | SPECIMEN                             | REQUESTED RETURNED                                               | COLLECTED | REQUESTER CENTRE |               |       |
| SEND_SPECIMEN      | SPECIMEN                             | COLLECTED                                                        | IN_TRANSPORT | REQUESTER     | drawn-below   | wait  |
| RECEIVE_ORDER      | SPECIMEN                             | IN_TRANSPORT                                                     | RECEIVED  | CENTRE           |               |       |
| RECEIVE_ORDER      | SPECIMEN                             | COLLECTED                                                        | RECEIVED  | CENTRE           | drawn-at-host | wait  |
| RECEIVE_ORDER      | SUPPLY                               | REQUESTED                                                        | RECEIVED  | CENTRE           |               |       |
| PROCESS_ORDER      | SUPPLY                               | RECEIVED                                                         | PROCESSED | CENTRE           |               |       |
| PROCESS_ORDER      | SUPPLY                               | PROCESSED                                                        | same      | CENTRE           | recalled      | never |
| DELIVER_ORDER      | SUPPLY                               | PROCESSED                                                        | DELIVERED | CENTRE           | not-recalled  | wait  |
| CLAIM_ORDER        | EXAMINATION                          | EXAMINED                                                         | CLAIMED   | CENTRE           |               |       |
| CLAIM_ORDER        | SPECIMEN                             | RECEIVED                                                         | CLAIMED   | CENTRE           |               |       |
| CLAIM_ORDER        | CONSULTATION                         | REQUESTED                                                        | CLAIMED   | CENTRE           |               |       |
| RELEASE_ORDER      | EXAMINATION SPECIMEN CONSULTATION    | CLAIMED                                                          | before    | CENTRE           |               |       |
| REPORT_ORDER       | EXAMINATION SPECIMEN CONSULTATION    | CLAIMED                                                          | REPORTED  | CENTRE           |               |       |
| REVIEW_ORDER       | EXAMINATION SPECIMEN                 | REPORTED                                                         | REVIEWED  | CENTRE           |               |       |
| REVIEW_ORDER       | CONSULTATION                         | REPORTED                                                         | REVIEWED  | REQUESTER        |               |       |
| AMEND_REPORT       | EXAMINATION SPECIMEN CONSULTATION    | REPORTED REVIEWED                                                | REPORTED  | CENTRE           |               |       |
| RAISE_CRITICAL_VALUE | EXAMINATION SPECIMEN               | EXAMINED RECEIVED CLAIMED REPORTED REVIEWED                      | same      | CENTRE           |               |       |
| RETURN_ORDER       | EXAMINATION SPECIMEN CONSULTATION    | REQUESTED EXAMINED COLLECTED IN_TRANSPORT RECEIVED CLAIMED       | RETURNED  | CENTRE           |               |       |
| RETURN_ORDER       | SUPPLY                               | REQUESTED RECEIVED                                               | RETURNED  | CENTRE           |               |       |
| RESUBMIT_ORDER     | EXAMINATION SPECIMEN CONSULTATION SUPPLY | RETURNED                                                     | REQUESTED | REQUESTER        |               |       |
| CANCEL_ORDER       | EXAMINATION SPECIMEN CONSULTATION SUPPLY | REQUESTED EXAMINED COLLECTED IN_TRANSPORT RECEIVED RETURNED  | CANCELLED | REQUESTER        |               |       |
| CANCEL_ORDER       | CONSULTATION                         | CLAIMED                                                          | CANCELLED | REQUESTER        |               |       |
| ATTACH_TO_ORDER    | EXAMINATION SPECIMEN CONSULTATION SUPPLY | REQUESTED EXAMINED COLLECTED IN_TRANSPORT RECEIVED PROCESSED CLAIMED REPORTED REVIEWED DELIVERED RETURNED | same | REQUESTER CENTRE | | |
";

/// The statuses that orders of each way can come to.
fn stands(way: Workflow, status: OrderStatus) -> bool {
    use OrderStatus::{
        Cancelled, Claimed, Collected, Delivered, Examined, InTransport, Processed, Received,
        Recognised, Reported, Requested, Returned, Reviewed,
    };
    match way {
        Workflow::Examination => matches!(
            status,
            Requested
                | Examined
                | Claimed
                | Reported
                | Reviewed
                | Recognised
                | Returned
                | Cancelled
        ),
        Workflow::Specimen => matches!(
            status,
            Requested
                | Collected
                | InTransport
                | Received
                | Claimed
                | Reported
                | Reviewed
                | Recognised
                | Returned
                | Cancelled
        ),
        Workflow::Consultation => {
            matches!(
                status,
                Requested | Claimed | Reported | Reviewed | Returned | Cancelled
            )
        }
        Workflow::Supply => {
            matches!(
                status,
                Requested | Received | Processed | Delivered | Returned | Cancelled
            )
        }
    }
}

fn told(facts: Facts, side: OrderSide, verb: Action) -> Result<OrderStatus, &'static str> {
    let way = match facts.workflow {
        Workflow::Examination => "EXAMINATION",
        Workflow::Specimen => "SPECIMEN",
        Workflow::Consultation => "CONSULTATION",
        Workflow::Supply => "SUPPLY",
    };
    let has = |cell: &str, word: &str| cell.split_whitespace().any(|other| other == word);
    for line in LIFE.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, ways, from, to, by, when, otherwise] = cells[..] else {
            panic!("a row of seven: {line}");
        };
        let applies = name == verb.code()
            && has(ways, way)
            && has(from, facts.status.code())
            && has(by, side.code());
        if !applies {
            continue;
        }
        let holds = match when {
            "" => true,
            "drawn-below" => !facts.drawn_at_host,
            "drawn-at-host" => facts.drawn_at_host,
            "recalled" => facts.recalled,
            "not-recalled" => !facts.recalled,
            other => panic!("{other} is no condition"),
        };
        if !holds {
            return Err(if otherwise == "wait" { "wait" } else { "never" });
        }
        return Ok(match to {
            "same" => facts.status,
            "before" => facts.before,
            code => OrderStatus::from_code(code).expect("a status"),
        });
    }
    Err("never")
}

fn every_fact() -> impl Iterator<Item = Facts> {
    Workflow::ALL.into_iter().flat_map(|workflow| {
        let statuses = OrderStatus::ALL.iter().copied();
        statuses
            .filter(move |status| stands(workflow, *status))
            .flat_map(move |status| {
                (0..8).map(move |bits| Facts {
                    workflow,
                    status,
                    before: state::first_to_claim(workflow),
                    drawn_at_host: bits & 1 != 0,
                    review: if bits & 2 != 0 {
                        ReviewRule::Optional
                    } else {
                        ReviewRule::Required
                    },
                    recalled: bits & 4 != 0,
                })
            })
    })
}

#[test]
fn the_table_says_what_the_domain_says() {
    let mut asked = 0;
    for facts in every_fact() {
        for side in OrderSide::ALL.iter().copied() {
            for verb in VERBS {
                let said = match state::next(&facts, side, verb) {
                    Ok(to) => Ok(to),
                    Err(Blocked::Now(_)) => Err("wait"),
                    Err(Blocked::Never) => Err("never"),
                };
                assert_eq!(said, told(facts, side, verb), "{facts:?} {side:?} {verb:?}");
                asked += 1;
            }
        }
    }
    assert_eq!(asked, 30 * 8 * 2 * VERBS.len());
}

#[test]
fn no_order_leaves_its_way() {
    random_lives(2_000);
}

/// That many random sequences of verbs, none of which reaches a status that is not of the order's way, or leaves one that is final.
pub fn random_lives(lives: u32) {
    let calls = prop::collection::vec((0..VERBS.len(), any::<bool>()), 1..40);
    let lives_of = (0..Workflow::ALL.len(), any::<bool>(), any::<bool>(), calls);
    let mut runner = TestRunner::new(Config {
        cases: lives,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&lives_of, |(way, drawn_at_host, optional, calls)| {
        let workflow = Workflow::ALL[way];
        let review = if optional {
            ReviewRule::Optional
        } else {
            ReviewRule::Required
        };
        let mut facts = Facts {
            workflow,
            status: OrderStatus::Requested,
            before: state::first_to_claim(workflow),
            drawn_at_host,
            review,
            recalled: false,
        };
        for (verb, centre) in calls {
            let side = if centre {
                OrderSide::Centre
            } else {
                OrderSide::Requester
            };
            let before = facts.status;
            if let Ok(to) = state::next(&facts, side, VERBS[verb]) {
                prop_assert!(stands(workflow, to), "{workflow:?} {before:?} → {to:?}");
                let over = matches!(
                    before,
                    OrderStatus::Cancelled | OrderStatus::Recognised | OrderStatus::Delivered
                );
                prop_assert!(!over || to == before, "{before:?} is final");
                facts.status = to;
            }
        }
        Ok(())
    });
    outcome.expect("no life breaks the table");
}
