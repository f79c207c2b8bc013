//! Training: sessions, who is enrolled in them, who came and how well they did.

mod enrol;
mod journey;
mod list;
mod record;
mod session;

use chrono::Duration;
use entity::{enums::Role, institution};
use serde_json::{Value, json};

use crate::{
    centre::fixture::Centres,
    harness::{
        World,
        client::{Answer, Client},
    },
    referral::{
        census::census,
        letter::{self, with},
    },
};

/// What a verb answers.
const SESSION: &str = "session { id version course trainer { id } startsAt endsAt seats enrolled cancelled centre { id } enrolments(first: 100) { totalCount edges { node { practitioner { id } institution { id } attendedAt score passed } } } }";

/// The skills-training centre of `county`, and who keeps it.
pub struct School {
    w: World,
    /// The centres.
    pub centres: Centres,
    /// Administrator of `county`.
    pub admin: Client,
}

impl School {
    /// The centre.
    pub async fn of(w: &World) -> Self {
        Self::at(w, Centres::of(w).await)
    }

    /// The same of centres that there are.
    pub fn at(w: &World, centres: Centres) -> Self {
        Self {
            admin: centres.admin.clone(),
            centres,
            w: w.clone(),
        }
    }

    /// A session of four hours that begins in a week, as a complete input.
    pub fn session(&self, seats: i32) -> Value {
        json!({
            "centre": self.centres.centre("SKILLS_TRAINING"),
            "course": "心肺复苏",
            "trainer": letter::practitioner(self.w.district().emergency_doctor.id),
            "startsAt": letter::moment(&self.w, Duration::days(7)),
            "endsAt": letter::moment(&self.w, Duration::days(7) + Duration::hours(4)),
            "seats": seats,
        })
    }

    /// Offers a session with so many seats; its id.
    pub async fn offered(&self, seats: i32) -> String {
        let answer = tell(&self.admin, "createTrainingSession", self.session(seats)).await;
        answer
            .text_at("createTrainingSession.session.id")
            .to_owned()
    }

    /// Who sends people of an institution.
    pub async fn office(&self, place: &institution::Model) -> Client {
        self.w.client(Role::Coordinator, place).await
    }

    /// Registers so many nurses at an institution; their ids.
    pub async fn nurses(&self, place: &institution::Model, many: usize) -> Vec<String> {
        let admin = self.w.client(Role::InstitutionAdmin, place).await;
        let mut ids = Vec::new();
        for at in 0..many {
            let document = "mutation($input: CreatePractitionerInput!) { createPractitioner(input: $input) { practitioner { id } } }";
            let input = json!({
                "institution": letter::institution(place.id),
                "code": format!("N{at:03}"),
                "name": format!("护士{at}"),
                "qualification": "NURSE",
            });
            let answer = admin.call(document, json!({ "input": input })).await.ok();
            ids.push(
                answer
                    .text_at("createPractitioner.practitioner.id")
                    .to_owned(),
            );
        }
        ids
    }

    /// Enrols these; it succeeds.
    pub async fn enrol(&self, by: &Client, session: &str, people: &[String]) -> Answer {
        tell(by, "enrolInTraining", people_of(session, people)).await
    }
}

/// People of a session, as its verbs name them.
pub fn people_of(session: &str, people: &[String]) -> Value {
    json!({ "session": session, "practitioners": people })
}

/// Calls a verb of training with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation Training($input: {kind}!) {{ {verb}(input: $input) {{ replayed {SESSION} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb of training with that input; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Answer {
    ask(by, verb, input).await.ok()
}

/// The verb is refused with that code, and nothing is written but to the audit trail.
async fn refuses(w: &World, by: &Client, verb: &str, input: Value, code: &str) -> Answer {
    let before = census(w).await;
    let answer = ask(by, verb, input).await;
    assert_eq!(answer.code(verb), code, "{verb}: {}", answer.text);
    let mut changed = census(w).await.changed_since(&before);
    // Whoever has waited long signs in again.
    changed.retain(|(table, _)| !table.starts_with("audit") && table != "session");
    assert_eq!(changed, [], "{verb} refused with {code}");
    answer
}

/// The input is refused for each of these fields, and nothing is written.
async fn refuses_each(
    w: &World,
    by: &Client,
    verb: &str,
    good: &Value,
    faults: &[(Value, &str, &str)],
) {
    for (fault, path, code) in faults {
        let input = with(good.clone(), fault.clone());
        let answer = refuses(w, by, verb, input, "INVALID_INPUT").await;
        assert!(
            answer.problems().contains(&(path, code)),
            "no {code} at {path}: {:?}",
            answer.problems()
        );
    }
}

/// The verb is refused to whoever does not keep `county`.
async fn refuses_others(w: &World, verb: &str, input: &Value) {
    let d = w.district();
    for client in [
        w.client(Role::Clinician, &d.county).await,
        w.client(Role::Coordinator, &d.county).await,
        w.client(Role::Technician, &d.county).await,
        w.client(Role::InstitutionAdmin, &d.hill).await,
        w.client(Role::InstitutionAdmin, &d.herbs).await,
        w.client(Role::InstitutionAdmin, &d.neurology).await,
        w.client(Role::CommunityManager, &d.general).await,
    ] {
        refuses(w, &client, verb, input.clone(), "FORBIDDEN").await;
    }
    let answer = ask(&w.anonymous(), verb, input.clone()).await;
    let code = &answer.errors()[0]["extensions"]["code"];
    assert_eq!(code, "UNAUTHENTICATED", "{}", answer.text);
}
