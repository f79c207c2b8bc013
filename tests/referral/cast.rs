//! Who plays in most stories: both sides of a letter up from `hill` to `county`, and those who have no business with it.

use api::referral::state::Facts;
use chrono::Duration;
use entity::enums::{Action, ReferralStatus, Role, Side};
use serde_json::{Value, json};

use super::{
    census::census,
    letter::with,
    state::{self, Told as Says},
    story::{Story, Told, on},
};
use crate::harness::{World, client::Client};

/// The statuses that verbs lead to.
pub const REACHABLE: [&str; 14] = [
    "DRAFT",
    "SUBMITTED",
    "RETURNED",
    "ACCEPTED",
    "REJECTED",
    "WITHDRAWN",
    "IN_TRANSIT",
    "ARRIVED",
    "NO_SHOW",
    "IN_TREATMENT",
    "REPORTED_BACK",
    "CLOSED",
    "CANCELLATION_REQUESTED",
    "CANCELLED",
];

/// The people of a story.
pub struct Cast {
    /// The world.
    pub w: World,
    /// Its verbs.
    pub story: Story,
    /// Clinician of the sender.
    pub hill: Client,
    /// Hospital system of the sender.
    pub system: Client,
    /// Clinician of the receiver.
    pub county: Client,
    /// Referral office of the receiver.
    pub office: Client,
    /// Technician of the receiver.
    pub technician: Client,
    /// Technician of the sender.
    pub hill_technician: Client,
    /// Clinician of a hospital that has nothing to do with it.
    pub stranger: Client,
    /// Manager of the community that both belong to.
    pub manager: Client,
}

/// Who else a verb is refused to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Clinicians, coordinators and hospital systems may.
    Care,
    /// Clinicians and hospital systems alone may.
    Clinicians,
}

impl Cast {
    /// Brings everybody on.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        Self {
            story: Story::of(w),
            hill: w.client(Role::Clinician, &d.hill).await,
            system: w.client(Role::Integration, &d.hill).await,
            county: w.client(Role::Clinician, &d.county).await,
            office: w.client(Role::Coordinator, &d.county).await,
            technician: w.client(Role::Technician, &d.county).await,
            hill_technician: w.client(Role::Technician, &d.hill).await,
            stranger: w.client(Role::Clinician, &d.herbs).await,
            manager: w.client(Role::CommunityManager, &d.general).await,
            w: w.clone(),
        }
    }

    /// A clinician of that side.
    pub fn of_side(&self, side: Side) -> &Client {
        match side {
            Side::Sender | Side::FamilyTeam => &self.hill,
            Side::Receiver => &self.county,
        }
    }

    /// Brings a new letter up to that status, each verb by the side that has it.
    pub async fn bring(&self, status: &str) -> Told {
        self.bring_letter(status, self.story.up()).await
    }

    /// Brings this letter from `hill` to `county` to that status.
    pub async fn bring_letter(&self, status: &str, letter: Value) -> Told {
        let (s, none) = (&self.story, || json!({}));
        if status == "DRAFT" {
            return s.draft(&self.hill, letter).await;
        }
        let posted = s.submit(&self.hill, letter).await;
        match status {
            "SUBMITTED" => return posted,
            "RETURNED" => return s.send_back(&self.county, &posted, none()).await,
            "REJECTED" => return s.reject(&self.county, &posted, none()).await,
            "WITHDRAWN" => return s.withdraw(&self.hill, &posted, none()).await,
            _ => {}
        }
        let soon = super::letter::moment(&self.w, Duration::minutes(1));
        let planned = json!({ "plannedAt": soon });
        let accepted = s.accept(&self.county, &posted, planned).await;
        match status {
            "ACCEPTED" => return accepted,
            "IN_TRANSIT" => return s.depart(&self.hill, &accepted, none()).await,
            "CANCELLATION_REQUESTED" => {
                return s.ask_to_cancel(&self.hill, &accepted, none()).await;
            }
            "CANCELLED" => {
                let asked = s.ask_to_cancel(&self.hill, &accepted, none()).await;
                return s.cancel(&self.county, &asked, none()).await;
            }
            "NO_SHOW" => {
                self.w.wait(Duration::minutes(2));
                return s.miss(&self.county, &accepted, none()).await;
            }
            _ => {}
        }
        let arrived = s.arrive(&self.county, &accepted, none()).await;
        if status == "ARRIVED" {
            return arrived;
        }
        let treated = s.treat(&self.county, &arrived, none()).await;
        if status == "IN_TREATMENT" {
            return treated;
        }
        let reported = s.report(&self.county, &treated, none()).await;
        if status == "REPORTED_BACK" {
            return reported;
        }
        assert_eq!(status, "CLOSED", "no verb leads to {status}");
        s.close(&self.hill, &reported, none()).await
    }

    /// The verb is refused to whoever is not that side's clinician (or office, or system), and nothing comes of it but an entry in the
    /// audit trail each.
    pub async fn refuses_others(
        &self,
        verb: &str,
        side: Side,
        only: Only,
        referral: &Told,
        said: Value,
    ) {
        let input = with(on(referral), said);
        let (other, technician) = match side {
            Side::Receiver => (&self.hill, &self.technician),
            Side::Sender | Side::FamilyTeam => (&self.county, &self.hill_technician),
        };
        let mut others = vec![
            ("the other side", other, "FORBIDDEN"),
            ("a technician there", technician, "NOT_FOUND"),
            (
                "the community manager",
                &self.manager,
                // Who may rescue what is overdue is told that this is not.
                if verb == "redirectReferral" {
                    "INVALID_TRANSITION"
                } else {
                    "FORBIDDEN"
                },
            ),
            ("a stranger", &self.stranger, "NOT_FOUND"),
        ];
        if only == Only::Clinicians {
            others.push(("the referral office", &self.office, "FORBIDDEN"));
        }
        for (who, client, code) in others {
            let before = census(&self.w).await;
            let answer = self.story.ask(client, verb, input.clone()).await;
            assert_eq!(answer.code(verb), code, "{verb} by {who}");
            assert!(answer.data(verb).is_null());
            let after = census(&self.w).await;
            let changed = after.changed_since(&before);
            let denial = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
            let expected = if code == "INVALID_TRANSITION" {
                &[][..]
            } else {
                &denial[..]
            };
            assert_eq!(changed, expected, "{verb} by {who}");
        }
        let nobody = self.w.anonymous();
        let answer = self.story.ask(&nobody, verb, input).await;
        assert_eq!(
            answer.errors()[0]["extensions"]["code"],
            "UNAUTHENTICATED",
            "{}",
            answer.text
        );
    }

    /// From each status that verbs lead to, the verb does what the table of the life says: it leads on, or is refused with what may be done
    /// instead, and nothing is written.
    pub async fn follows_the_table(&self, verb: &str, side: Side, said: impl Fn(&Told) -> Value) {
        let action = action(verb);
        let by = self.of_side(side);
        for status in REACHABLE {
            let referral = self.bring(status).await;
            let facts = Facts {
                status: ReferralStatus::from_code(status).expect("a status"),
                accepted: !matches!(
                    status,
                    "DRAFT" | "SUBMITTED" | "RETURNED" | "REJECTED" | "WITHDRAWN"
                ),
                expected_passed: status == "NO_SHOW",
                ended_recently: true,
                goes_down: referral.direction == "DOWN",
                ..state::DRAFT
            };
            let says = state::told(facts, side, action);
            let key = if verb == "submitReferral" {
                "draft"
            } else {
                "referral"
            };
            let input = json!({ key: { "id": referral.id }, "version": referral.version });
            let input = with(input, said(&referral));
            // What the sender of a draft shows to nobody else does not exist for them.
            let hidden = status == "DRAFT" && side == Side::Receiver;
            let before = census(&self.w).await;
            let answer = self.story.ask(by, verb, input).await;
            let Says::To(to) = says else {
                let expected = if hidden {
                    "NOT_FOUND"
                } else {
                    "INVALID_TRANSITION"
                };
                assert_eq!(
                    answer.code(verb),
                    expected,
                    "{verb} from {status}: {}",
                    answer.text
                );
                if !hidden {
                    Self::tells_what_may_follow(&answer, verb, status, side, facts);
                    let changed = census(&self.w).await.changed_since(&before);
                    assert_eq!(changed, [], "{verb} from {status}");
                }
                continue;
            };
            let path = format!("{verb}.referral");
            let answer = answer.ok();
            assert_eq!(answer.text_at(&format!("{path}.status")), to.code());
            assert_eq!(
                answer.number_at(&format!("{path}.version")),
                referral.version + 1
            );
            let after = census(&self.w).await;
            for (table, rows) in [("event", 1), ("outbox", 1), ("audit", 1), ("referral", 0)] {
                assert_eq!(
                    after.since(&before, table),
                    rows,
                    "{table} after {verb} from {status}"
                );
            }
        }
    }

    /// The input is refused for that field, with that code, and nothing is written.
    pub async fn refuses(&self, by: &Client, verb: &str, input: Value, path: &str, code: &str) {
        let before = census(&self.w).await;
        let answer = self.story.ask(by, verb, input).await;
        assert_eq!(
            answer.code(verb),
            "INVALID_INPUT",
            "{path}: {}",
            answer.text
        );
        assert!(
            answer.problems().contains(&(path, code)),
            "no {code} at {path}: {:?}",
            answer.problems()
        );
        let changed = census(&self.w).await.changed_since(&before);
        assert_eq!(changed, [], "{verb} refused for {path}");
    }

    /// The verb on that referral is refused for each of these fields.
    pub async fn refuses_each(
        &self,
        by: &Client,
        verb: &str,
        referral: &Told,
        good: Value,
        faults: &[(Value, &str, &str)],
    ) {
        for (fault, path, code) in faults {
            let input = with(with(on(referral), good.clone()), fault.clone());
            self.refuses(by, verb, input, path, code).await;
        }
    }

    fn tells_what_may_follow(
        answer: &crate::harness::client::Answer,
        verb: &str,
        status: &str,
        side: Side,
        facts: Facts,
    ) {
        let extensions = &answer.error(verb)["extensions"];
        assert_eq!(extensions["from"], status);
        assert_eq!(extensions["action"], action(verb).code());
        let allowed: Vec<&str> = api::referral::state::VERBS
            .into_iter()
            .filter(|action| matches!(state::told(facts, side, *action), Says::To(_)))
            .map(Action::code)
            .collect();
        assert_eq!(
            extensions["allowed"],
            json!(allowed),
            "{verb} from {status}"
        );
    }
}

/// The action that a verb is: `acceptReferral` is `ACCEPT_REFERRAL`.
pub fn action(verb: &str) -> Action {
    let mut code = String::new();
    for letter in verb.chars() {
        if letter.is_uppercase() {
            code.push('_');
        }
        code.extend(letter.to_uppercase());
    }
    Action::from_code(&code).unwrap_or_else(|| panic!("{verb} is no verb"))
}
