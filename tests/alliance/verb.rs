//! Calling verbs of the network, and seeing them refused.

use serde_json::{Value, json};

use crate::{
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{census::census, letter::with},
};

/// A verb, and what of its answer is read.
#[derive(Clone, Copy)]
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// What is read.
    pub fields: &'static str,
}

impl Verb {
    /// Calls it with that input, whatever comes of it.
    pub async fn ask(self, by: &Client, input: Value) -> Answer {
        let Self { name, fields } = self;
        let (first, rest) = name.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let document = format!(
            "mutation Network($input: {kind}!) {{ {name}(input: $input) {{ replayed {fields} }} }}"
        );
        by.call(&document, json!({ "input": input })).await
    }

    /// Calls it with that input; it succeeds, and this is its payload.
    pub async fn tell(self, by: &Client, input: Value) -> Value {
        let answer = self.ask(by, input).await.ok();
        answer.data(self.name).clone()
    }

    /// It is refused with that code, and nothing is written but to the audit trail.
    pub async fn refuses(self, w: &World, by: &Client, input: Value, code: &str) -> Answer {
        let before = census(w).await;
        let answer = self.ask(by, input).await;
        assert_eq!(
            answer.code(self.name),
            code,
            "{}: {}",
            self.name,
            answer.text
        );
        let mut changed = census(w).await.changed_since(&before);
        // Whoever has waited long signs in again.
        changed.retain(|(table, _)| !table.starts_with("audit") && table != "session");
        assert_eq!(changed, [], "{} refused with {code}", self.name);
        answer
    }

    /// The input is refused for each of these fields, and nothing is written.
    pub async fn refuses_each(
        self,
        w: &World,
        by: &Client,
        good: &Value,
        faults: &[(Value, &str, &str)],
    ) {
        for (fault, path, code) in faults {
            let input = with(good.clone(), fault.clone());
            let answer = self.refuses(w, by, input, "INVALID_INPUT").await;
            assert!(
                answer.problems().contains(&(path, code)),
                "no {code} at {path}: {:?}",
                answer.problems()
            );
        }
    }

    /// It is refused to each of these, and to whoever has not signed in.
    pub async fn refuses_others(self, w: &World, others: &[Client], input: &Value, code: &str) {
        for client in others {
            self.refuses(w, client, input.clone(), code).await;
        }
        let answer = self.ask(&w.anonymous(), input.clone()).await;
        let code = &answer.errors()[0]["extensions"]["code"];
        assert_eq!(code, "UNAUTHENTICATED", "{}", answer.text);
    }
}
