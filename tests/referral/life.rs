//! Random lives through the API: what an answer offers is what may be done next, and nothing else is.

use api::referral::state::{Facts, VERBS};
use chrono::Duration;
use entity::enums::{Action, ReferralStatus, Role, Side};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    letter::{self, with},
    state::{self, Told as Says},
    story::{Told, on, report},
};
use crate::harness::{World, both, client::Client};

/// How many lives the suite leads; the soak leads more.
const LIVES: u32 = 40;

/// A verb that somebody calls, and whether time passes before.
type Step = (Action, Side, bool);

#[test]
fn random_lives_keep_to_what_is_offered() {
    both(async |w| {
        random_lives(&w, LIVES).await;
    });
}

/// Leads lives of up to 14 steps; each step is taken by either side, fitting or not.
pub async fn random_lives(w: &World, lives: u32) {
    let step = (
        proptest::sample::select(single()),
        proptest::sample::select(vec![Side::Sender, Side::Receiver]),
        any::<bool>(),
    );
    let life = (any::<bool>(), proptest::collection::vec(step, 6..14));
    let config = Config::default();
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let mut cast = Cast::of(w).await;
    let onward = Onward::of(w).await;
    for number in 0..lives {
        // Tokens are good for a day of the test's clock.
        if number % 50 == 49 {
            let Cast { story, .. } = cast;
            cast = Cast {
                story,
                ..Cast::of(w).await
            };
        }
        let (emergency, steps) = life
            .new_tree(&mut runner)
            .expect("a life can be drawn")
            .current();
        lead(&cast, &onward, emergency, &steps).await;
    }
}

/// Who gets a patient that is sent on and on, after `county`: `river`, `herbs`, and `city` outside the district.
struct Onward([Client; 3]);

impl Onward {
    async fn of(w: &World) -> Self {
        let d = w.district();
        Self([
            w.client(Role::Clinician, &d.river).await,
            w.client(Role::Clinician, &d.herbs).await,
            w.client(Role::Clinician, &d.city).await,
        ])
    }

    /// Who stands on that side after so many hops.
    fn of_side<'c>(&'c self, cast: &'c Cast, side: Side, hops: i32) -> &'c Client {
        let held = usize::try_from(hops - 1)
            .ok()
            .and_then(|place| self.0.get(place));
        match (side, held) {
            (Side::Receiver, Some(holder)) => holder,
            _ => cast.of_side(side),
        }
    }
}

/// The verbs that change one referral and no other.
fn single() -> Vec<Action> {
    let verbs = VERBS.into_iter();
    verbs.filter(|verb| *verb != Action::ReferBack).collect()
}

async fn lead(cast: &Cast, onward: &Onward, emergency: bool, steps: &[Step]) {
    let urgency = if emergency { "EMERGENCY" } else { "ROUTINE" };
    let letter = with(cast.story.up(), json!({ "urgency": urgency }));
    let draft = cast.story.draft(&cast.hill, letter).await;
    let (mut facts, mut hops) = (
        Facts {
            emergency,
            ..state::DRAFT
        },
        0,
    );
    for (action, side, waits) in steps {
        if *waits {
            cast.w.wait(Duration::seconds(90));
        }
        // Either side takes what is offered every other time, else anything at all.
        let by = onward.of_side(cast, *side, hops);
        let Some(seen) = cast.story.look(by, &draft).await else {
            assert_eq!(*side, Side::Receiver, "the sender sees its own");
            continue;
        };
        // Referring back makes another referral; it has a story of its own.
        let mut offered = seen.next.iter().filter(|code| *code != "REFER_BACK");
        let offered = if *waits { offered.next() } else { None };
        let action = offered
            .and_then(|code| Action::from_code(code))
            .unwrap_or(*action);
        let before = (seen.version, seen.status.clone());
        facts = Facts {
            expected_passed: true,
            ended_recently: true,
            ..facts
        };
        assert_eq!(facts.status.code(), seen.status, "it is where it was led");
        let taken = take(cast, by, action, &seen, *side, &facts).await;
        let now = cast.story.look(by, &draft).await.expect("it is still seen");
        let Some(told) = taken else {
            assert_eq!(
                (now.version, now.status),
                before,
                "a refusal changes nothing"
            );
            continue;
        };
        assert_eq!(now.version, before.0 + 1, "each change is one version");
        assert_eq!(
            (&now.version, &now.status, &now.next),
            (&told.version, &told.status, &told.next),
            "what the answer says is so"
        );
        let to = ReferralStatus::from_code(&now.status).expect("a status");
        facts = state::after(facts, action, to, &mut hops);
    }
}

/// Calls the verb; it works if it was offered, to where the table says, and is refused otherwise.
async fn take(
    cast: &Cast,
    by: &Client,
    action: Action,
    seen: &Told,
    side: Side,
    facts: &Facts,
) -> Option<Told> {
    let (verb, input) = call(cast, action, seen);
    let answer = cast.story.ask(by, verb, input).await;
    let offered = seen.next.iter().any(|code| code == action.code());
    let says = state::told(*facts, side, action);
    if offered {
        let told = Told::read(&answer.ok(), &format!("{verb}.referral"), false);
        let to = ReferralStatus::from_code(&told.status).expect("a status");
        assert_eq!(Says::To(to), says, "{verb} from {}", seen.status);
        return Some(told);
    }
    let own = has(action, side);
    let expected = if own {
        "INVALID_TRANSITION"
    } else {
        "FORBIDDEN"
    };
    assert_eq!(
        answer.code(verb),
        expected,
        "{verb} of the {side:?} from {}: {}",
        seen.status,
        answer.text
    );
    // What waits for its time is told as such: it may follow when the facts allow all.
    assert!(
        !own || says == Says::Never
            || matches!(
                action,
                Action::RecordNoShow | Action::ReturnReferral | Action::RedirectReferral
            ),
        "{verb} from {} should be offered",
        seen.status
    );
    None
}

/// Whether the verb is ever that side's.
fn has(action: Action, side: Side) -> bool {
    state::LIFE.lines().any(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells.get(1) == Some(&action.code())
            && cells[4].split_whitespace().any(|by| by == side.code())
    })
}

/// The verb's field and a complete input.
fn call(cast: &Cast, action: Action, seen: &Told) -> (&'static str, Value) {
    let soon = json!({ "plannedAt": letter::moment(&cast.w, Duration::minutes(1)) });
    let (verb, said) = match action {
        Action::SubmitReferral => {
            return (
                "submitReferral",
                json!({ "draft": { "id": seen.id }, "version": seen.version }),
            );
        }
        Action::AmendReferral => (
            "amendReferral",
            json!({ "content": { "senderPhone": "0571-88885678" } }),
        ),
        Action::RedirectReferral => ("redirectReferral", onward(cast, seen)),
        Action::RescheduleReferral => ("rescheduleReferral", soon),
        Action::RevokeReferralAcceptance => (
            "revokeReferralAcceptance",
            json!({ "reason": "NO_BED", "patientInformed": true }),
        ),
        Action::RequestReferralCancellation => {
            ("requestReferralCancellation", json!({ "reason": "好转" }))
        }
        Action::ConfirmReferralCancellation => ("confirmReferralCancellation", json!({})),
        Action::DeclineReferralCancellation => ("declineReferralCancellation", json!({})),
        Action::WithdrawReferral => ("withdrawReferral", json!({ "reason": "好转" })),
        Action::ReturnReferral => ("returnReferral", json!({ "missingItems": ["血压"] })),
        Action::ResubmitReferral => ("resubmitReferral", json!({})),
        Action::AcceptReferral => {
            let said = cast.story.acceptance(seen);
            let planned = seen.status == "SUBMITTED";
            (
                "acceptReferral",
                if planned { with(said, soon) } else { said },
            )
        }
        Action::RejectReferral => ("rejectReferral", json!({ "reason": "NO_BED" })),
        Action::RecordDeparture => ("recordDeparture", json!({ "transport": "SELF" })),
        Action::RecordArrival => ("recordArrival", json!({})),
        Action::RecordNoShow => ("recordNoShow", json!({})),
        Action::StartTreatment => ("startTreatment", json!({ "visitNumber": "ZY-1" })),
        Action::ReportBack => ("reportBack", report()),
        Action::CloseReferral if seen.status == "NO_SHOW" => {
            ("closeReferral", json!({ "contact": "DECLINED" }))
        }
        Action::CloseReferral => ("closeReferral", json!({ "noFollowUp": "CURED" })),
        other => panic!("{other:?} is no verb of a referral's life"),
    };
    (verb, with(on(seen), said))
}

/// To whom a receiver sends the patient on.
fn onward(cast: &Cast, seen: &Told) -> Value {
    let d = cast.w.district();
    let to = |id| json!({ "receiver": letter::institution(id), "reason": "本院无床" });
    let from = |id| seen.receiver == letter::institution(id);
    if from(d.county.id) {
        to(d.river.id)
    } else if from(d.river.id) {
        to(d.herbs.id)
    } else {
        let assessed = json!({ "assessor": letter::practitioner(d.herbs_doctor.id) });
        with(to(d.city.id), assessed)
    }
}
