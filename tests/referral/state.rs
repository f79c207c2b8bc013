//! The life of a referral: everything that may follow, and nothing else.

use std::sync::LazyLock;

use api::referral::{
    diagram,
    leg::MOST_HOPS,
    state::{self, Blocked, Facts, Limits, VERBS},
};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side, Urgency},
    referral,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::blank::row;
use crate::harness::{snapshot, world::monday_morning};

/// The life as the domain tells it. A row is one way out of one or several statuses; `when` is what must hold beside, and `else`
/// what a caller is told where it does not, condition by condition: to wait, or that this never leads out of there. A community's manager
/// does what is said to be rescued, and nothing else.
pub const LIFE: &str = "
| verb             | from                                    | to           | by                  | when                     | else  |
| SUBMIT_REFERRAL   | DRAFT                                   | SUBMITTED     | SENDER              |                          |       |
| RESUBMIT_REFERRAL | RETURNED                                | SUBMITTED     | SENDER              |                          |       |
| AMEND_REFERRAL    | DRAFT SUBMITTED RETURNED ACCEPTED IN_TRANSIT | same     | SENDER              |                          |       |
| WITHDRAW_REFERRAL | DRAFT SUBMITTED RETURNED                | WITHDRAWN     | SENDER              |                          |       |
| RETURN_REFERRAL   | SUBMITTED                               | RETURNED      | RECEIVER            | planned                  | wait  |
| ACCEPT_REFERRAL   | SUBMITTED                               | ACCEPTED      | RECEIVER            |                          |       |
| ACCEPT_REFERRAL   | IN_TRANSIT ARRIVED                      | same          | RECEIVER            | emergency not-accepted   | never never |
| REJECT_REFERRAL   | SUBMITTED                               | REJECTED      | RECEIVER            |                          |       |
| REDIRECT_REFERRAL | SUBMITTED ACCEPTED                      | SUBMITTED     | RECEIVER            | overdue-if-rescued once-more | wait wait |
| REDIRECT_REFERRAL | IN_TRANSIT                              | same          | RECEIVER            | emergency overdue-if-rescued once-more | never wait wait |
| RESCHEDULE_REFERRAL | ACCEPTED                              | same          | RECEIVER            |                          |       |
| REVOKE_REFERRAL_ACCEPTANCE | ACCEPTED                       | REJECTED      | RECEIVER            |                          |       |
| REQUEST_REFERRAL_CANCELLATION | ACCEPTED IN_TRANSIT         | CANCELLATION_REQUESTED | SENDER     |                          |       |
| CONFIRM_REFERRAL_CANCELLATION | CANCELLATION_REQUESTED      | CANCELLED     | RECEIVER            |                          |       |
| DECLINE_REFERRAL_CANCELLATION | CANCELLATION_REQUESTED      | before        | RECEIVER            |                          |       |
| RECORD_DEPARTURE  | ACCEPTED                                | IN_TRANSIT    | SENDER              | not-in-house             | never |
| RECORD_DEPARTURE  | SUBMITTED                               | IN_TRANSIT    | SENDER              | emergency not-in-house   | never never |
| RECORD_ARRIVAL    | ACCEPTED IN_TRANSIT CANCELLATION_REQUESTED | ARRIVED    | RECEIVER            |                          |       |
| RECORD_ARRIVAL    | SUBMITTED                               | ARRIVED       | RECEIVER            | emergency                | never |
| RECORD_ARRIVAL    | NO_SHOW EXPIRED                         | ARRIVED       | RECEIVER            | within-14-days           | wait  |
| RECORD_NO_SHOW    | ACCEPTED IN_TRANSIT                     | NO_SHOW       | RECEIVER            | expected-time-passed     | wait  |
| START_TREATMENT   | ARRIVED                                 | IN_TREATMENT  | RECEIVER            |                          |       |
| REPORT_BACK       | ARRIVED IN_TREATMENT                    | REPORTED_BACK | RECEIVER            |                          |       |
| REFER_BACK        | ARRIVED IN_TREATMENT REPORTED_BACK      | REPORTED_BACK | RECEIVER            | not-down not-in-house    | never never |
| CLOSE_REFERRAL    | REPORTED_BACK NO_SHOW                   | CLOSED        | SENDER FAMILY_TEAM  |                          |       |
| ATTACH_TO_REFERRAL | SUBMITTED ACCEPTED IN_TRANSIT ARRIVED NO_SHOW IN_TREATMENT REPORTED_BACK CANCELLATION_REQUESTED | same | SENDER RECEIVER | | |
| ATTACH_TO_REFERRAL | DRAFT RETURNED                         | same          | SENDER              |                          |       |
| EXPIRE_REFERRAL   | SUBMITTED RETURNED ACCEPTED             | EXPIRED       | CLOCK               |                          |       |
| EXPIRE_REFERRAL   | IN_TRANSIT                              | EXPIRED       | CLOCK               | planned                  | never |
| MARK_OVERDUE      | IN_TRANSIT                              | same          | CLOCK               | emergency                | never |
| CANCEL_UNANSWERED | CANCELLATION_REQUESTED                  | CANCELLED     | CLOCK               |                          |       |
| CLOSE_UNREAD      | REPORTED_BACK                           | CLOSED        | CLOCK               |                          |       |
";

/// What the table above says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It leads there.
    To(ReferralStatus),
    /// It would, later or for another one.
    Wait,
    /// It does not lead out of this status, or is not this side's.
    Never,
}

/// A row of the table, read.
struct Way {
    verb: &'static str,
    from: Vec<&'static str>,
    to: &'static str,
    by: Vec<&'static str>,
    when: Vec<(&'static str, &'static str)>,
}

static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let rows = LIFE.lines().filter(|line| line.starts_with('|')).skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let &[_, verb, from, to, by, when, otherwise, _] = cells.as_slice() else {
            panic!("a row of another form: {row}");
        };
        let words = |cell: &'static str| cell.split_whitespace().collect::<Vec<_>>();
        assert_eq!(words(when).len(), words(otherwise).len(), "{row}");
        Way {
            verb,
            from: words(from),
            to,
            by: words(by),
            when: words(when).into_iter().zip(words(otherwise)).collect(),
        }
    })
    .collect()
});

/// Looks a verb up in the table.
pub fn told(facts: Facts, side: Side, action: Action) -> Told {
    let way = WAYS.iter().find(|way| {
        way.verb == action.code()
            && way.from.contains(&facts.status.code())
            && way.by.contains(&side.code())
    });
    let Some(way) = way else { return Told::Never };
    let can_rescue = way
        .when
        .iter()
        .any(|(when, _)| *when == "overdue-if-rescued");
    if facts.rescuing && !can_rescue {
        return Told::Never;
    }
    let failing = way.when.iter().find(|(condition, _)| !match *condition {
        "emergency" => facts.emergency,
        "planned" => !facts.emergency,
        "not-accepted" => !facts.accepted,
        "expected-time-passed" => facts.expected_passed,
        "within-14-days" => facts.ended_recently,
        "not-down" => !facts.goes_down,
        "not-in-house" => !facts.in_house,
        "overdue-if-rescued" => facts.overdue || !facts.rescuing,
        "once-more" => !facts.sent_on_enough,
        unknown => panic!("no such condition: {unknown}"),
    });
    match (failing, way.to) {
        (Some((_, "wait")), _) => Told::Wait,
        (Some(_), _) => Told::Never,
        (None, "same") => Told::To(facts.status),
        (None, "before") => Told::To(facts.before),
        (None, to) => Told::To(ReferralStatus::from_code(to).expect("a status")),
    }
}

/// The facts of a new draft.
pub const DRAFT: Facts = Facts {
    status: ReferralStatus::Draft,
    before: ReferralStatus::Accepted,
    emergency: false,
    accepted: false,
    expected_passed: false,
    ended_recently: false,
    overdue: false,
    sent_on_enough: false,
    rescuing: false,
    goes_down: false,
    in_house: false,
};

/// Every value of the facts.
fn every_fact() -> impl Iterator<Item = Facts> {
    ReferralStatus::ALL.iter().flat_map(|status| {
        (0..1024_u16).map(|bits| Facts {
            status: *status,
            before: if bits & 128 == 0 {
                ReferralStatus::Accepted
            } else {
                ReferralStatus::InTransit
            },
            emergency: bits & 1 != 0,
            accepted: bits & 2 != 0,
            expected_passed: bits & 4 != 0,
            ended_recently: bits & 8 != 0,
            overdue: bits & 16 != 0,
            sent_on_enough: bits & 32 != 0,
            rescuing: bits & 64 != 0,
            goes_down: bits & 256 != 0,
            in_house: bits & 512 != 0,
        })
    })
}

#[test]
fn each_status_verb_side_and_fact_is_as_the_table_says() {
    let mut ways = 0;
    for facts in every_fact() {
        for side in Side::ALL {
            for action in Action::ALL {
                let answer = match state::next(&facts, *side, *action) {
                    Ok(to) => Told::To(to),
                    Err(Blocked::Now(reason)) => {
                        assert!(!reason.is_empty(), "a caller who must wait is told why");
                        Told::Wait
                    }
                    Err(Blocked::Never) => Told::Never,
                };
                let expected = told(facts, *side, *action);
                assert_eq!(
                    answer, expected,
                    "{action:?} of the {side:?} with {facts:?}"
                );
                ways += usize::from(matches!(answer, Told::To(_)));
            }
        }
    }
    assert!(ways > 200, "the table was read: {ways} ways");
}

#[test]
fn the_clock_does_what_the_table_says_and_nothing_else() {
    for facts in every_fact() {
        let clock = WAYS.iter().filter(|way| way.by.contains(&"CLOCK"));
        let way = clock.into_iter().find(|way| {
            let holds = way.when.iter().all(|(when, _)| match *when {
                "emergency" => facts.emergency,
                "planned" => !facts.emergency,
                unknown => panic!("not asked of the clock: {unknown}"),
            });
            way.from.contains(&facts.status.code()) && holds
        });
        let expected = way.map(|way| {
            let action = Action::from_code(way.verb).expect("an action");
            let to = match way.to {
                "same" => facts.status,
                to => ReferralStatus::from_code(to).expect("a status"),
            };
            (action, to)
        });
        assert_eq!(
            state::by_clock(facts.status, facts.emergency),
            expected,
            "{facts:?}"
        );
    }
}

#[test]
fn each_verb_of_the_table_is_offered_and_no_other() {
    for facts in every_fact() {
        for side in Side::ALL {
            let offered: Vec<_> = state::following(&facts, *side)
                .map(|(action, blocked)| (action, blocked.is_some()))
                .collect();
            let expected: Vec<_> = VERBS
                .into_iter()
                .filter_map(|action| match told(facts, *side, action) {
                    Told::To(_) => Some((action, false)),
                    Told::Wait => Some((action, true)),
                    Told::Never => None,
                })
                .collect();
            assert_eq!(offered, expected, "{side:?} {facts:?}");
            assert!(offered.len() <= 5, "about five at most: {offered:?}");
        }
    }
}

#[test]
fn whoever_is_awaited_can_do_something_and_nobody_else_is_awaited() {
    for facts in every_fact().filter(|facts| !facts.rescuing) {
        let can = |side| state::following(&facts, side).next().is_some();
        match state::awaiting(facts.status) {
            Some(side) => assert!(can(side), "{side:?} is awaited in {:?}", facts.status),
            // After 14 days the late arrival is blocked, but still named.
            None if facts.status == ReferralStatus::Expired => assert!(can(Side::Receiver)),
            None => assert!(
                Side::ALL.iter().all(|side| !can(*side)),
                "{:?} is an end",
                facts.status
            ),
        }
    }
}

#[test]
fn two_thousand_random_lives_stay_within_the_table() {
    random_lives(2_000);
}

/// Lives of up to 40 verbs, called at random by either side at random times: each step is one that the table allows, or none.
pub fn random_lives(lives: u32) {
    let step = (
        proptest::sample::select(VERBS.to_vec()),
        proptest::sample::select(Side::ALL.to_vec()),
        any::<(bool, bool)>(),
    );
    let life = (
        any::<(bool, bool, bool)>(),
        proptest::collection::vec(step, 1..40),
    );
    let config = Config {
        cases: lives,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&life, |((emergency, goes_down, in_house), steps)| {
            let facts = Facts {
                emergency,
                goes_down,
                in_house,
                ..DRAFT
            };
            let (mut facts, mut hops) = (facts, 0);
            for (action, side, (expected_passed, ended_recently)) in steps {
                facts = Facts {
                    expected_passed,
                    ended_recently,
                    ..facts
                };
                let Ok(to) = state::next(&facts, side, action) else {
                    continue;
                };
                prop_assert_eq!(Told::To(to), told(facts, side, action));
                prop_assert!(
                    !matches!(
                        facts.status,
                        ReferralStatus::Closed
                            | ReferralStatus::Rejected
                            | ReferralStatus::Withdrawn
                            | ReferralStatus::Cancelled
                    ),
                    "nothing follows the end"
                );
                // Nobody is treated who did not come, and nobody reports on whom nobody took in.
                if to == ReferralStatus::InTreatment {
                    prop_assert_eq!(facts.status, ReferralStatus::Arrived);
                }
                if to == ReferralStatus::Accepted && action != Action::AmendReferral {
                    prop_assert_eq!(side, Side::Receiver);
                }
                if to == ReferralStatus::Cancelled {
                    prop_assert_eq!(facts.status, ReferralStatus::CancellationRequested);
                }
                facts = after(facts, action, to, &mut hops);
            }
            Ok(())
        })
        .expect("no life leaves the table");
}

/// The facts after a verb that led there.
pub fn after(facts: Facts, action: Action, to: ReferralStatus, hops: &mut i32) -> Facts {
    let sent_on = action == Action::RedirectReferral;
    *hops += i32::from(sent_on);
    let accepted = facts.accepted || action == Action::AcceptReferral;
    Facts {
        status: to,
        before: if to == ReferralStatus::CancellationRequested {
            facts.status
        } else {
            ReferralStatus::Accepted
        },
        accepted: accepted && !sent_on && to != ReferralStatus::Submitted,
        sent_on_enough: *hops == MOST_HOPS,
        ..facts
    }
}

#[test]
fn times_are_compared_to_the_millisecond() {
    let now = monday_morning();
    let ms = Duration::milliseconds(1);
    let planned = |planned_at: Option<DateTime<Utc>>, departed_at: Option<DateTime<Utc>>| {
        let row = referral::Model {
            planned_at,
            departed_at,
            ..row(now)
        };
        Facts::at(&row, now).expected_passed
    };
    assert!(!planned(None, None), "nobody is expected at no time");
    assert!(!planned(Some(now), None), "the planned time itself is kept");
    assert!(planned(Some(now - ms), None));
    let day = Duration::hours(24);
    assert!(!planned(None, Some(now - day)));
    assert!(planned(None, Some(now - day - ms)));
    assert!(
        !planned(Some(now), Some(now - day * 3)),
        "where there is a planned time it alone counts"
    );

    let ended = |ago| {
        let row = referral::Model {
            status: ReferralStatus::NoShow,
            status_since: now - ago,
            ..row(now)
        };
        Facts::at(&row, now).ended_recently
    };
    assert!(ended(Duration::days(14)));
    assert!(!ended(Duration::days(14) + ms));
}

#[test]
fn an_emergency_is_one_by_its_urgency_alone() {
    for urgency in Urgency::ALL {
        let row = referral::Model {
            urgency: Some(*urgency),
            ..row(monday_morning())
        };
        assert_eq!(
            Facts::at(&row, monday_morning()).emergency,
            *urgency == Urgency::Emergency
        );
    }
}

#[test]
fn time_to_answer() {
    let minutes = |urgency, green| {
        Limits::default()
            .time_to_answer(urgency, green)
            .num_minutes()
    };
    let expected = [
        (Urgency::Emergency, 30),
        (Urgency::Urgent, 120),
        (Urgency::Routine, 1_440),
    ];
    for (urgency, plain) in expected {
        assert_eq!(minutes(urgency, false), plain);
        assert_eq!(minutes(urgency, true), plain / 2);
    }
}

#[test]
fn what_bars_another_is_what_the_domain_calls_open() {
    use ReferralStatus::{Accepted, CancellationRequested, InTransit, Returned, Submitted};
    for status in ReferralStatus::ALL {
        let open = [
            Submitted,
            Returned,
            Accepted,
            InTransit,
            CancellationRequested,
        ]
        .contains(status);
        assert_eq!(state::bars_another(*status), open, "{status:?}");
        assert!(!open || state::is_open(*status), "{status:?}");
    }
}

#[test]
fn the_life_is_drawn_as_it_is_reviewed() {
    snapshot("referral_life", &diagram::life());
}
