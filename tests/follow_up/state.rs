//! The life of a follow-up: everything that may follow, and nothing else.

use api::follow_up::state::{self, VERBS};
use entity::enums::{Action, FollowUpStatus};

#[test]
fn each_status_and_verb_is_as_the_domain_says() {
    use FollowUpStatus::{Done, Ended, Planned};
    for status in FollowUpStatus::ALL {
        for action in Action::ALL {
            let expected = match (*action, *status) {
                (Action::RecordFollowUp, Planned) => Some(Done),
                (Action::ReassignFollowUp, Planned) => Some(Planned),
                (Action::EndFollowUp, Planned) => Some(Ended),
                _ => None,
            };
            assert_eq!(
                state::next(*status, *action),
                expected,
                "{action:?} {status:?}"
            );
        }
        let offered: Vec<_> = state::following(*status).collect();
        let open = state::is_open(*status);
        assert_eq!(offered, if open { VERBS.to_vec() } else { Vec::new() });
    }
}
