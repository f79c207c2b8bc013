//! Who plays in stories of follow-ups, and their verbs.

use entity::enums::Role;
use serde_json::{Value, json};

use crate::{
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{
        cast::Cast,
        census::census,
        letter::{self, with},
        story::Told,
    },
};

/// The people of a story: those of the referral from `hill` to `county`, and those around them.
pub struct Care {
    /// The referral's.
    pub cast: Cast,
    /// Clinician of the station that `hill` manages.
    pub village: Client,
    /// Clinician of another health centre.
    pub river: Client,
}

/// A follow-up as a caller saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its public id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub status: String,
    /// Whether nothing was changed.
    pub replayed: bool,
    /// All that was answered of it.
    pub all: Value,
}

/// What every verb's answer is asked for.
const SEEN: &str =
    "id version status template number dueAt overdue doneAt way result note advice alerts
    readings { systolic diastolic glucose glucoseKind } ending { reason note }
    institution { id } plan { id version status number dueAt institution { id } }
    availableActions { action allowed requires }";

impl Care {
    /// Brings everybody on.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        Self {
            cast: Cast::of(w).await,
            village: w.client(Role::Clinician, &d.hill_station).await,
            river: w.client(Role::Clinician, &d.river).await,
        }
    }

    /// The world.
    pub fn w(&self) -> &World {
        &self.cast.w
    }

    /// Calls a verb, whatever comes of it.
    pub async fn ask(&self, by: &Client, verb: &str, input: Value) -> Answer {
        let (first, rest) = verb.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let document = format!(
            "mutation Care($input: {kind}!) {{ {verb}(input: $input) {{ replayed followUp {{ {SEEN} }} }} }}"
        );
        by.call(&document, json!({ "input": input })).await
    }

    /// Calls a verb; it succeeds.
    pub async fn tell(&self, by: &Client, verb: &str, input: Value) -> Seen {
        let answer = self.ask(by, verb, input).await.ok();
        let replayed = answer.data(&format!("{verb}.replayed")) == true;
        read(answer.data(&format!("{verb}.followUp")), replayed)
    }

    /// Plans follow-ups after that referral.
    pub async fn plan(&self, by: &Client, referral: &Told, said: Value) -> Seen {
        let input = planned(referral);
        self.tell(by, "planFollowUp", with(input, said)).await
    }

    /// Records what a follow-up found.
    pub async fn record(&self, by: &Client, seen: &Seen, said: Value) -> Seen {
        let input = with(on(seen), recorded());
        self.tell(by, "recordFollowUp", with(input, said)).await
    }

    /// Another looks at it.
    pub async fn look(&self, by: &Client, seen: &Seen) -> Option<Seen> {
        let document =
            format!("query Look($id: ID!) {{ node(id: $id) {{ ... on FollowUp {{ {SEEN} }} }} }}");
        let answer = by.call(&document, json!({ "id": seen.id })).await.ok();
        let found = answer.data("node");
        (!found.is_null()).then(|| read(found, false))
    }

    /// A patient who has come down to `hill`, in rehabilitation.
    pub async fn home(&self) -> Told {
        let s = &self.cast.story;
        let posted = s.submit(&self.cast.county, s.down()).await;
        let accepted = s.accept(&self.cast.hill, &posted, json!({})).await;
        s.arrive(&self.cast.hill, &accepted, json!({})).await
    }

    /// The input is refused for that field, with that code, and nothing is written.
    pub async fn refuses(&self, by: &Client, verb: &str, input: Value, path: &str, code: &str) {
        let before = census(self.w()).await;
        let answer = self.ask(by, verb, input).await;
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
        let changed = census(self.w()).await.changed_since(&before);
        assert_eq!(changed, [], "{verb} refused for {path}");
    }

    /// The verb is refused to each of them in these words, and nothing but the audit trail grows.
    pub async fn refuses_others(
        &self,
        verb: &str,
        input: &Value,
        others: &[(&str, &Client, &str)],
    ) {
        for (who, client, code) in others {
            let before = census(self.w()).await;
            let answer = self.ask(client, verb, input.clone()).await;
            assert_eq!(answer.code(verb), *code, "{verb} by {who}");
            let changed = census(self.w()).await.changed_since(&before);
            let expected = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
            assert_eq!(changed, expected, "{verb} by {who}");
        }
        let answer = self.ask(&self.w().anonymous(), verb, input.clone()).await;
        assert_eq!(answer.code(verb), "UNAUTHENTICATED");
    }
}

/// Reads a follow-up.
pub fn read(found: &Value, replayed: bool) -> Seen {
    let text = |field: &str| found[field].as_str().expect("a text").to_owned();
    Seen {
        id: text("id"),
        version: found["version"].as_i64().expect("a version"),
        status: text("status"),
        replayed,
        all: found.clone(),
    }
}

/// What a plan says.
pub fn planned(referral: &Told) -> Value {
    json!({ "referral": { "id": referral.id }, "template": "GENERAL" })
}

/// What a verb names.
pub fn on(seen: &Seen) -> Value {
    json!({ "followUp": seen.id, "version": seen.version })
}

/// A complete record.
pub fn recorded() -> Value {
    json!({ "way": "HOME", "result": "CONTROLLED", "note": "肌力四级，可独立行走", "advice": "继续康复训练" })
}

/// The public id of an institution that many tests name.
pub fn station(w: &World) -> String {
    letter::institution(w.district().hill_station.id)
}
