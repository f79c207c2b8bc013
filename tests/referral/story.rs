//! The verbs of a story: one call each, answered with where the referral stands.
//!
//! ```text
//! let story = Story::of(&w);
//! let hill = w.client(Role::Clinician, &w.district().hill).await;
//! let county = w.client(Role::Coordinator, &w.district().county).await;
//! let posted = story.submit(&hill, story.up()).await;
//! let accepted = story.accept(&county, &posted, json!({ "note": "请携带既往影像资料" })).await;
//! ```
//!
//! Each verb takes who calls it, the referral as that caller last saw it, and what is said beside (merged over a complete input; null
//! takes a field out). It must succeed; what is to be refused goes through [`Story::ask`].

use std::sync::atomic::{AtomicU32, Ordering};

use api::id;
use chrono::Duration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::letter::{self, with};
use crate::harness::{
    World,
    canary::Patient,
    client::{Answer, Client},
};

/// Tells what happens to referrals.
pub struct Story {
    w: World,
    patients: AtomicU32,
}

/// A referral as a caller saw it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its public id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its version.
    pub version: i64,
    /// Where it stands, `SUBMITTED`.
    pub status: String,
    /// Which way it goes, `UP`; empty in a draft without receiver.
    pub direction: String,
    /// The receiver's public id; empty in a draft without receiver.
    pub receiver: String,
    /// Whether nothing was changed, because the same had been done before.
    pub replayed: bool,
    /// The verbs that the caller may call next, `WITHDRAW_REFERRAL`.
    pub next: Vec<String>,
}

/// What every verb's answer is asked for.
const SEEN: &str = "id number version status direction receiver { id } availableActions { action allowed blockedBy requires }";

impl Told {
    /// Reads a referral at a path below `data`.
    pub fn read(answer: &Answer, path: &str, replayed: bool) -> Self {
        let at = |field: &str| format!("{path}.{field}");
        let optional = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let seen = answer.data(path);
        Self {
            id: answer.text_at(&at("id")).to_owned(),
            number: answer.text_at(&at("number")).to_owned(),
            version: answer.number_at(&at("version")),
            status: answer.text_at(&at("status")).to_owned(),
            direction: optional(&seen["direction"]),
            receiver: optional(&seen["receiver"]["id"]),
            replayed,
            next: allowed(&seen["availableActions"]),
        }
    }

    /// The id of its row.
    pub fn row_id(&self) -> Uuid {
        id::decode_any(&self.id)
            .expect("the service answers with ids that it reads itself")
            .1
    }
}

fn allowed(actions: &Value) -> Vec<String> {
    let actions = actions.as_array().map_or(&[][..], Vec::as_slice);
    actions
        .iter()
        .filter(|action| action["allowed"] == true)
        .filter_map(|action| action["action"].as_str().map(str::to_owned))
        .collect()
}

/// The document that calls a verb: `acceptReferral`.
pub fn document(verb: &str) -> String {
    let input = input_type(verb);
    format!(
        "mutation Story($input: {input}!) {{ {verb}(input: $input) {{ replayed referral {{ {SEEN} }} }} }}"
    )
}

/// The name of a verb's input type.
pub fn input_type(verb: &str) -> String {
    if verb == "draftReferral" {
        return "ReferralInput".to_owned();
    }
    let (first, rest) = verb.split_at(1);
    format!("{}{rest}Input", first.to_uppercase())
}

/// What a verb names: the referral, and the version that was seen.
pub fn on(referral: &Told) -> Value {
    json!({ "referral": { "id": referral.id }, "version": referral.version })
}

impl Story {
    /// A story in that world.
    pub fn of(w: &World) -> Self {
        Self {
            w: w.clone(),
            patients: AtomicU32::new(1),
        }
    }

    /// The world that it happens in.
    pub fn world(&self) -> &World {
        &self.w
    }

    /// The next patient, of whom nothing is on record yet.
    pub fn patient(&self) -> Patient {
        Patient::nth(self.patients.fetch_add(1, Ordering::Relaxed))
    }

    /// A complete letter up, from `hill` to `county`, for the next patient.
    pub fn up(&self) -> Value {
        letter::up(&self.w, &self.patient())
    }

    /// A complete letter down, from `county` to `hill`, for the next patient.
    pub fn down(&self) -> Value {
        letter::down(&self.w, &self.patient())
    }

    /// A complete letter out of the district, from `county` to `city`, for the next patient.
    pub fn outward(&self) -> Value {
        letter::outward(&self.w, &self.patient())
    }

    /// A complete letter between equals, from `county` to `herbs`, for the next patient.
    pub fn lateral(&self) -> Value {
        letter::lateral(&self.w, &self.patient())
    }

    /// What an emergency needs and nothing else, to `county` from wherever it is posted, for the next patient.
    pub fn emergency(&self) -> Value {
        letter::emergency(&self.w, &self.patient())
    }

    /// Calls a verb with that input, whatever comes of it.
    pub async fn ask(&self, by: &Client, verb: &str, input: Value) -> Answer {
        by.call(&document(verb), json!({ "input": input })).await
    }

    /// Calls a verb with that input; it succeeds.
    pub async fn tell(&self, by: &Client, verb: &str, input: Value) -> Told {
        let answer = self.ask(by, verb, input).await.ok();
        let replayed = answer.data(&format!("{verb}.replayed")) == true;
        Told::read(&answer, &format!("{verb}.referral"), replayed)
    }

    async fn turn(
        &self,
        by: &Client,
        verb: &str,
        referral: &Told,
        input: Value,
        said: Value,
    ) -> Told {
        let input = with(with(on(referral), input), said);
        self.tell(by, verb, input).await
    }

    /// The referral as that client sees it; none where it does not.
    pub async fn look(&self, by: &Client, referral: &Told) -> Option<Told> {
        let document =
            format!("query Look($by: ReferralKey!) {{ referral(by: $by) {{ {SEEN} }} }}");
        let answer = by
            .call(&document, json!({ "by": { "id": referral.id } }))
            .await
            .ok();
        let seen = !answer.data("referral").is_null();
        seen.then(|| Told::read(&answer, "referral", false))
    }

    /// Writes a draft.
    pub async fn draft(&self, by: &Client, letter: Value) -> Told {
        self.tell(by, "draftReferral", letter).await
    }

    /// Posts a letter.
    pub async fn submit(&self, by: &Client, letter: Value) -> Told {
        self.tell(by, "submitReferral", letter).await
    }

    /// Posts a draft, with what was missing.
    pub async fn submit_draft(&self, by: &Client, draft: &Told, added: Value) -> Told {
        let input = json!({ "draft": { "id": draft.id }, "version": draft.version });
        self.tell(by, "submitReferral", with(input, added)).await
    }

    /// Sends it back for what is missing.
    pub async fn send_back(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "missingItems": ["近三日血压记录"] });
        self.turn(by, "returnReferral", referral, input, said).await
    }

    /// Posts it again, with what was missing.
    pub async fn resubmit(&self, by: &Client, referral: &Told, content: Value) -> Told {
        let input = json!({ "content": content });
        self.turn(by, "resubmitReferral", referral, input, json!({}))
            .await
    }

    /// Takes the patient: in the first department of the receiver, tomorrow unless they are on the road or there.
    pub async fn accept(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = self.acceptance(referral);
        self.turn(by, "acceptReferral", referral, input, said).await
    }

    /// What is said of department and time when a patient is taken.
    pub fn acceptance(&self, referral: &Told) -> Value {
        let department = self
            .w
            .district()
            .departments()
            .into_iter()
            .find(|department| letter::institution(department.institution_id) == referral.receiver);
        let mut input = json!({});
        if let Some(department) = department {
            input["department"] = letter::department(department.id).into();
        }
        if referral.status == "SUBMITTED" {
            input["plannedAt"] = letter::moment(&self.w, Duration::days(1)).into();
        }
        input
    }

    /// Does not take the patient.
    pub async fn reject(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "reason": "NO_BED" });
        self.turn(by, "rejectReferral", referral, input, said).await
    }

    /// Takes it back.
    pub async fn withdraw(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "reason": "患者病情好转" });
        self.turn(by, "withdrawReferral", referral, input, said)
            .await
    }

    /// Changes what was written.
    pub async fn amend(&self, by: &Client, referral: &Told, content: Value) -> Told {
        let input = json!({ "content": content });
        self.turn(by, "amendReferral", referral, input, json!({}))
            .await
    }

    /// Sends the patient on to that institution.
    pub async fn redirect(&self, by: &Client, referral: &Told, to: Uuid, said: Value) -> Told {
        let input = json!({ "receiver": letter::institution(to), "reason": "本院无床" });
        self.turn(by, "redirectReferral", referral, input, said)
            .await
    }

    /// Expects the patient at another time: two days from now.
    pub async fn reschedule(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "plannedAt": letter::moment(&self.w, Duration::days(2)) });
        self.turn(by, "rescheduleReferral", referral, input, said)
            .await
    }

    /// Takes the acceptance back.
    pub async fn revoke(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "reason": "NO_BED", "patientInformed": true });
        self.turn(by, "revokeReferralAcceptance", referral, input, said)
            .await
    }

    /// Asks to cancel.
    pub async fn ask_to_cancel(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "reason": "患者决定在当地治疗" });
        self.turn(by, "requestReferralCancellation", referral, input, said)
            .await
    }

    /// Cancels, as was asked.
    pub async fn cancel(&self, by: &Client, referral: &Told, said: Value) -> Told {
        self.turn(by, "confirmReferralCancellation", referral, json!({}), said)
            .await
    }

    /// Does not cancel.
    pub async fn keep(&self, by: &Client, referral: &Told, said: Value) -> Told {
        self.turn(by, "declineReferralCancellation", referral, json!({}), said)
            .await
    }

    /// The patient leaves.
    pub async fn depart(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "transport": "ESCORTED" });
        self.turn(by, "recordDeparture", referral, input, said)
            .await
    }

    /// The patient arrives.
    pub async fn arrive(&self, by: &Client, referral: &Told, said: Value) -> Told {
        self.turn(by, "recordArrival", referral, json!({}), said)
            .await
    }

    /// The patient does not come.
    pub async fn miss(&self, by: &Client, referral: &Told, said: Value) -> Told {
        self.turn(by, "recordNoShow", referral, json!({}), said)
            .await
    }

    /// Treatment begins.
    pub async fn treat(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = json!({ "visitNumber": "ZY20260302001" });
        self.turn(by, "startTreatment", referral, input, said).await
    }

    /// Tells what was found and done.
    pub async fn report(&self, by: &Client, referral: &Told, said: Value) -> Told {
        self.turn(by, "reportBack", referral, report(), said).await
    }

    /// Stores a text as a file; its public id.
    pub async fn upload(&self, by: &Client, content: &str) -> String {
        let request = by.request(Method::POST, "/files").body(content.to_owned());
        let answer = by.send(request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.body["id"].as_str().expect("an id").to_owned()
    }

    /// Attaches a file as a report.
    pub async fn attach(&self, by: &Client, referral: &Told, file: &str, said: Value) -> Told {
        let input = json!({ "file": file, "kind": "REPORT", "title": "头颅 CT 报告" });
        self.turn(by, "attachToReferral", referral, input, said)
            .await
    }

    /// Sends the patient back down; what is answered is the DOWN referral.
    pub async fn refer_back(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let mut input = json!({ "content": letter::back(&self.w) });
        if referral.status != "REPORTED_BACK" {
            input["report"] = report();
        }
        self.turn(by, "referBack", referral, input, said).await
    }

    /// Closes the loop.
    pub async fn close(&self, by: &Client, referral: &Told, said: Value) -> Told {
        let input = match (referral.status.as_str(), referral.direction.as_str()) {
            ("NO_SHOW", _) => json!({ "contact": "WENT_ELSEWHERE" }),
            (_, "DOWN") => json!({}),
            _ => json!({ "noFollowUp": "NOT_NEEDED" }),
        };
        self.turn(by, "closeReferral", referral, input, said).await
    }
}

/// A complete report.
pub fn report() -> Value {
    json!({
        "diagnosis": "脑梗死",
        "treatment": "抗血小板，调脂，康复训练",
        "outcome": "IMPROVED",
        "advice": "按时服药，一月后复查血脂",
        "dischargeSummary": "住院七日，症状明显改善",
    })
}
