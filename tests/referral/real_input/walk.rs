//! Posts and walks the transfers, each verb by the side that has it, the clock following the files.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, Utc};
use entity::{enums::Role, event, patient, referral};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{
    super::{letter, story::document},
    clinical::{Clinical, Encounter, Person as Patient},
    plan::{By, Step, steps},
};
use crate::harness::{
    World,
    client::{Answer, Client},
    people::Person,
};

/// The transfers of the files on their way.
pub struct Walk<'a> {
    w: &'a World,
    clinical: &'a Clinical,
    sender: Person,
    receiver: Person,
    manager: Person,
    patients: HashMap<&'a str, Value>,
    ids: HashMap<usize, String>,
}

const REGISTER: &str = "mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { replayed patient { id } } }";

impl<'a> Walk<'a> {
    /// Sets the clock to the first day of the files.
    pub async fn begin(w: &'a World, clinical: &'a Clinical) -> Self {
        let first = clinical
            .encounters
            .first()
            .expect("the files hold encounters")
            .start;
        w.app.clock.set(first - Duration::days(1));
        let d = w.district();
        Self {
            w,
            clinical,
            sender: w.person(Role::Integration, &d.hill).await,
            receiver: w.person(Role::Clinician, &d.county).await,
            manager: w.person(Role::CommunityManager, &d.general).await,
            patients: HashMap::new(),
            ids: HashMap::new(),
        }
    }

    /// A client whose token is good at the clock's time.
    async fn client(&self, by: By) -> Client {
        match by {
            By::Sender => self.w.client_of(&self.sender).await,
            By::Receiver => self.w.client_of(&self.receiver).await,
        }
    }

    /// Registers a patient, twice: the second time they are on record.
    async fn register(&mut self, person: &'a Patient) {
        if self.patients.contains_key(person.id.as_str()) {
            return;
        }
        let client = self.client(By::Sender).await;
        let first = client
            .call(REGISTER, json!({ "input": person.input }))
            .await
            .ok();
        let second = client
            .call(REGISTER, json!({ "input": person.input }))
            .await
            .ok();
        let id = first.data("registerPatient.patient.id").clone();
        assert_eq!(
            second.data("registerPatient.patient.id"),
            &id,
            "the same record number is the same patient"
        );
        assert_eq!(second.data("registerPatient.replayed"), true);
        self.patients.insert(&person.id, id);
    }

    /// Registers everybody whom no encounter has brought.
    pub async fn register_the_others(&mut self) -> usize {
        for person in &self.clinical.patients {
            self.register(person).await;
        }
        let known = patient::Entity::find()
            .count(self.w.app.db.reader())
            .await
            .expect("patients can be counted");
        assert_eq!(known, self.clinical.patients.len() as u64);
        self.patients.len()
    }

    /// Posts a transfer without its diagnosis: it is refused for that, and nothing is written.
    async fn post_without_diagnoses(&self, client: &Client, encounter: &Encounter) {
        let before = self.written().await;
        let bare = letter::with(self.letter(encounter), json!({ "diagnoses": null }));
        let refused = submit(client, bare).await;
        assert_eq!(refused.code("submitReferral"), "INVALID_INPUT");
        assert!(
            refused
                .problems()
                .contains(&("input.diagnoses", "REQUIRED")),
            "{:?}",
            refused.problems()
        );
        assert_eq!(self.written().await, before, "a refusal writes nothing");
    }

    async fn written(&self) -> [u64; 3] {
        let connection = self.w.app.db.reader();
        [
            referral::Entity::find()
                .count(connection)
                .await
                .expect("referrals can be counted"),
            event::Entity::find()
                .count(connection)
                .await
                .expect("events can be counted"),
            patient::Entity::find()
                .count(connection)
                .await
                .expect("patients can be counted"),
        ]
    }

    /// What the health centre's system posts of an encounter.
    fn letter(&self, encounter: &Encounter) -> Value {
        let patient = json!({ "id": self.patients[encounter.patient.as_str()] });
        letter_of(self.w, encounter, patient)
    }

    /// Takes every step in the order of time.
    pub async fn follow_the_files(&mut self) {
        for step in steps(&self.clinical.encounters) {
            self.w.app.clock.set(step.at);
            let client = self.client(step.by).await;
            if step.place == 0 {
                let clinical = self.clinical;
                let encounter = &clinical.encounters[step.encounter];
                let person = clinical
                    .patients
                    .iter()
                    .find(|person| person.id == encounter.patient);
                self.register(person.expect("encounters have patients"))
                    .await;
                self.post_without_diagnoses(&client, encounter).await;
            }
            let input = self.input(&step);
            let answer = client
                .call(&document(step.verb), json!({ "input": input }))
                .await
                .ok();
            let at = |field: &str| format!("{}.{field}", step.verb);
            assert_eq!(answer.data(&at("replayed")), false, "{step:?}");
            self.ids.insert(
                step.encounter,
                answer.text_at(&at("referral.id")).to_owned(),
            );
        }
    }

    fn input(&self, step: &Step) -> Value {
        let encounter = &self.clinical.encounters[step.encounter];
        if step.verb == "submitReferral" {
            return self.letter(encounter);
        }
        let d = self.w.district();
        let key = json!({ "external": { "institution": letter::institution(d.hill.id), "id": encounter.id } });
        // People name the version that they saw; it grows by one with each step.
        let on = match step.by {
            By::Sender => json!({ "referral": key }),
            By::Receiver => json!({ "referral": key, "version": step.place }),
        };
        let said = match step.verb {
            "acceptReferral" => {
                let department = if encounter.emergency {
                    &d.emergency
                } else {
                    &d.internal
                };
                let mut said = json!({ "department": letter::department(department.id) });
                let waits = step.place == 1 || !encounter.emergency;
                if waits {
                    said["plannedAt"] = text_of(step.at + Duration::minutes(1)).into();
                }
                said
            }
            "returnReferral" => json!({ "missingItems": ["examination results"] }),
            "resubmitReferral" => {
                json!({ "content": { "clinical": { "examinations": "see attachment" } } })
            }
            "rejectReferral" => json!({ "reason": "NO_BED" }),
            "withdrawReferral" => json!({ "reason": "patient improved" }),
            "recordDeparture" => {
                json!({ "transport": if encounter.emergency { "AMBULANCE_120" } else { "SELF" } })
            }
            "startTreatment" => json!({ "visitNumber": encounter.id }),
            "reportBack" => json!({
                "diagnosis": encounter.diagnosis.1,
                "treatment": "as documented in the encounter",
                "outcome": encounter.outcome,
                "advice": "see discharge summary",
                "dischargeSummary": encounter.diagnosis.1,
            }),
            "closeReferral" if self.is_missed(step) => json!({ "contact": "RECOVERED" }),
            "closeReferral" => json!({ "noFollowUp": "NOT_NEEDED", "satisfaction": 4 }),
            _ => json!({}),
        };
        letter::with(on, said)
    }

    /// Whether the close that a step takes follows a no-show.
    fn is_missed(&self, step: &Step) -> bool {
        step.place == 3 && !self.clinical.encounters[step.encounter].emergency
    }

    /// Posts every patient and transfer once more, after all of it: nothing new is made.
    pub async fn post_everything_again(&self) {
        let before = self.written().await;
        let client = self.client(By::Sender).await;
        for (place, encounter) in self.clinical.encounters.iter().enumerate() {
            let again = submit(&client, self.letter(encounter)).await.ok();
            assert_eq!(
                again.data("submitReferral.replayed"),
                true,
                "{}",
                encounter.id
            );
            assert_eq!(
                again.text_at("submitReferral.referral.id"),
                self.ids[&place]
            );
        }
        assert_eq!(
            self.written().await,
            before,
            "the second pass creates nothing"
        );
    }

    /// Counts how the transfers ended, as the community's manager sees it: every header, no patient.
    pub async fn read_as_a_third(&self) -> String {
        let client = self.w.client_of(&self.manager).await;
        let document = "query Ends($after: String) { referrals(first: 100, after: $after, sort: SUBMITTED_AT_ASC) {
            totalCount pageInfo { hasNextPage endCursor } edges { node { status headerOnly patient { id } } } } }";
        let (mut ends, mut after) = (BTreeMap::<String, usize>::new(), Value::Null);
        loop {
            let page = client.call(document, json!({ "after": after })).await.ok();
            assert_eq!(
                page.number_at("referrals.totalCount"),
                i64::try_from(self.ids.len()).expect("few")
            );
            for edge in page.data("referrals.edges").as_array().expect("a list") {
                assert!(edge["node"]["headerOnly"] == true && edge["node"]["patient"].is_null());
                *ends
                    .entry(
                        edge["node"]["status"]
                            .as_str()
                            .expect("a status")
                            .to_owned(),
                    )
                    .or_default() += 1;
            }
            if page.data("referrals.pageInfo.hasNextPage") == false {
                break;
            }
            after = page.data("referrals.pageInfo.endCursor").clone();
        }
        for end in [
            "CLOSED",
            "REJECTED",
            "WITHDRAWN",
            "RETURNED",
            "SUBMITTED",
            "IN_TRANSIT",
            "IN_TREATMENT",
            "REPORTED_BACK",
        ] {
            assert!(ends.contains_key(end), "no transfer ended {end}: {ends:?}");
        }
        assert_eq!(ends.values().sum::<usize>(), self.clinical.encounters.len());
        ends.iter()
            .map(|(end, count)| format!("{end} {count}"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// What a health centre's system posts of an encounter of that patient.
pub fn letter_of(w: &World, encounter: &Encounter, patient: Value) -> Value {
    let d = w.district();
    let (code, words) = &encounter.diagnosis;
    let mut letter = json!({
        "externalId": encounter.id,
        "receiver": letter::institution(d.county.id),
        "urgency": if encounter.emergency { "EMERGENCY" } else { "URGENT" },
        "senderPractitioner": letter::practitioner(d.hill_doctor.id),
        "senderPhone": "0571-88881234",
        "visitType": if encounter.emergency { "EMERGENCY" } else { "OUTPATIENT" },
        "careSetting": if encounter.emergency { "EMERGENCY_ROOM" } else { "INPATIENT" },
        "reason": "FURTHER_EXAMINATION",
        "diagnoses": [{ "code": code, "text": words, "principal": true }],
        "clinical": { "presentIllness": words },
        "consent": { "kind": "VERBAL", "signer": "patient", "relation": "PATIENT", "at": text_of(encounter.start) },
        "validTo": api::clock::shanghai_day(encounter.end + Duration::days(30)).to_string(),
    });
    letter["patient"] = patient;
    letter
}

async fn submit(client: &Client, letter: Value) -> Answer {
    client
        .call(&document("submitReferral"), json!({ "input": letter }))
        .await
}

fn text_of(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
