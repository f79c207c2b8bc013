//! The life of a referral: everything that may follow, and nothing else.

use api::referral::state::{self, Blocked, Facts, VERBS};
use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side, Urgency},
    referral, referral_content,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::harness::{snapshot, world::monday_morning};

/// The life as the domain tells it. A row is one way out of one or several statuses; `when` is what must hold beside, and `else`
/// what a caller is told where it does not: to wait, or that this never leads out of there.
pub const LIFE: &str = "
| verb             | from                                    | to           | by                  | when                     | else  |
| SUBMIT_REFERRAL   | DRAFT                                   | SUBMITTED     | SENDER              |                          |       |
| RESUBMIT_REFERRAL | RETURNED                                | SUBMITTED     | SENDER              |                          |       |
| WITHDRAW_REFERRAL | DRAFT SUBMITTED RETURNED                | WITHDRAWN     | SENDER              |                          |       |
| RETURN_REFERRAL   | SUBMITTED                               | RETURNED      | RECEIVER            | planned                  | wait  |
| ACCEPT_REFERRAL   | SUBMITTED                               | ACCEPTED      | RECEIVER            |                          |       |
| ACCEPT_REFERRAL   | IN_TRANSIT ARRIVED                      | same          | RECEIVER            | emergency not-accepted   | never |
| REJECT_REFERRAL   | SUBMITTED                               | REJECTED      | RECEIVER            |                          |       |
| RECORD_DEPARTURE  | ACCEPTED                                | IN_TRANSIT    | SENDER              |                          |       |
| RECORD_DEPARTURE  | SUBMITTED                               | IN_TRANSIT    | SENDER              | emergency                | never |
| RECORD_ARRIVAL    | ACCEPTED IN_TRANSIT CANCELLATION_REQUESTED | ARRIVED    | RECEIVER            |                          |       |
| RECORD_ARRIVAL    | SUBMITTED                               | ARRIVED       | RECEIVER            | emergency                | never |
| RECORD_ARRIVAL    | NO_SHOW EXPIRED                         | ARRIVED       | RECEIVER            | within-14-days           | wait  |
| RECORD_NO_SHOW    | ACCEPTED IN_TRANSIT                     | NO_SHOW       | RECEIVER            | expected-time-passed     | wait  |
| START_TREATMENT   | ARRIVED                                 | IN_TREATMENT  | RECEIVER            |                          |       |
| REPORT_BACK       | ARRIVED IN_TREATMENT                    | REPORTED_BACK | RECEIVER            |                          |       |
| CLOSE_REFERRAL    | REPORTED_BACK NO_SHOW                   | CLOSED        | SENDER FAMILY_TEAM  |                          |       |
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

/// Looks a verb up in the table.
pub fn told(facts: Facts, side: Side, action: Action) -> Told {
    for row in LIFE.lines().filter(|line| line.starts_with('|')).skip(1) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let &[_, verb, from, to, by, when, otherwise, _] = cells.as_slice() else {
            panic!("a row of another form: {row}");
        };
        let lists = |cell: &str, code: &str| cell.split_whitespace().any(|word| word == code);
        if verb != action.code() || !lists(from, facts.status.code()) || !lists(by, side.code()) {
            continue;
        }
        let holds = when.split_whitespace().all(|condition| match condition {
            "emergency" => facts.emergency,
            "planned" => !facts.emergency,
            "not-accepted" => !facts.accepted,
            "expected-time-passed" => facts.expected_passed,
            "within-14-days" => facts.ended_recently,
            unknown => panic!("no such condition: {unknown}"),
        });
        return match (holds, otherwise, to) {
            (true, _, "same") => Told::To(facts.status),
            (true, _, to) => Told::To(ReferralStatus::from_code(to).expect("a status")),
            (false, "wait", _) => Told::Wait,
            (false, _, _) => Told::Never,
        };
    }
    Told::Never
}

/// Every value of the facts.
fn every_fact() -> impl Iterator<Item = Facts> {
    ReferralStatus::ALL.iter().flat_map(|status| {
        (0..16u8).map(|bits| Facts {
            status: *status,
            emergency: bits & 1 != 0,
            accepted: bits & 2 != 0,
            expected_passed: bits & 4 != 0,
            ended_recently: bits & 8 != 0,
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
    for facts in every_fact() {
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
    let life = (any::<bool>(), proptest::collection::vec(step, 1..40));
    let config = Config {
        cases: lives,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&life, |(emergency, steps)| {
            let mut facts = Facts {
                status: ReferralStatus::Draft,
                emergency,
                accepted: false,
                expected_passed: false,
                ended_recently: false,
            };
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
                if to == ReferralStatus::Accepted {
                    prop_assert_eq!(side, Side::Receiver);
                }
                facts.accepted |= action == Action::AcceptReferral;
                facts.accepted &= to != ReferralStatus::Submitted;
                facts.status = to;
            }
            Ok(())
        })
        .expect("no life leaves the table");
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
            occurred_at: now - ago,
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
    let minutes = |urgency, green| state::time_to_answer(urgency, green).num_minutes();
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
    snapshot("referral_life", &state::diagram());
}

/// A row of no particular referral.
pub fn row(at: DateTime<Utc>) -> referral::Model {
    let id = uuid::Uuid::nil();
    referral::Model {
        id,
        number: String::new(),
        poster_id: id,
        external_id: None,
        version: 1,
        status: ReferralStatus::Draft,
        direction: None,
        reach: None,
        urgency: None,
        second_hand: false,
        patient_id: id,
        sender_id: id,
        sender_department_id: None,
        sender_practitioner_id: None,
        sender_phone: None,
        receiver_id: None,
        receiver_department_id: None,
        receiver_practitioner_id: None,
        posted_receiver_id: None,
        posted_category: None,
        visit_type: None,
        care_setting: None,
        reason: None,
        principal_category: None,
        principal_code: None,
        sensitive: false,
        suspected_infection: None,
        green_channel: None,
        assessor_id: None,
        valid_from: None,
        valid_to: None,
        planned_at: None,
        content: referral_content::Content::default(),
        missing_items: None,
        rejection: None,
        report: None,
        closure: None,
        accepted: false,
        answer_due_at: None,
        visit_number: None,
        departed_at: None,
        arrived_at: None,
        reported_at: None,
        submitted_at: None,
        occurred_at: at,
        open_key: None,
        sender_community_id: None,
        receiver_community_id: None,
        created_by: id,
        created_at: at,
        updated_at: at,
    }
}
