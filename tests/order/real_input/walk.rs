//! Places and answers what the files hold, in the order of days: at the end of each the hospital's systems tell of it, with the times of the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use entity::enums::Role;
use serde_json::{Value, json};

use super::clinical::{Files, Report, Request, day_of};
use crate::{
    centre::fixture::Centres,
    harness::{World, client::Client, people::Person},
    referral::letter,
};

/// How many calls go in one document.
const AT_ONCE: usize = 20;
/// How many tubes are taken in at once.
const TUBES: usize = 50;

/// The files on their way.
pub struct Walk<'a> {
    w: &'a World,
    files: &'a Files,
    /// The centres.
    pub centres: Centres,
    /// The hospital's system.
    pub hospital: Person,
    /// The systems of the centres, one for each verb as they have them: laboratories draw and report with different machines.
    systems: HashMap<(&'static str, &'static str), Person>,
    items: HashMap<String, String>,
    patients: HashMap<String, String>,
    until: DateTime<Utc>,
}

impl<'a> Walk<'a> {
    /// Sets the clock to the day before the first, and founds the centres.
    pub async fn begin(w: &'a World, files: &'a Files) -> Self {
        let first = files.days()[0];
        w.app.clock.set(first - Duration::days(1));
        let centres = Centres::of(w).await;
        let mut systems = HashMap::new();
        for kind in KINDS {
            for verb in VERBS {
                let person = w.person(Role::Integration, &centres.row(kind)).await;
                systems.insert((kind, verb), person);
            }
        }
        let mut walk = Self {
            w,
            files,
            centres,
            hospital: w.person(Role::Integration, &w.district().county).await,
            systems,
            items: HashMap::new(),
            patients: HashMap::new(),
            until: first,
        };
        walk.list_items().await;
        walk
    }

    /// What the files ask for is in the catalogues; none of it is recognised, since the files know nothing of that.
    async fn list_items(&mut self) {
        for kind in KINDS {
            let requests = self.files.requests.iter().filter(|one| one.kind == kind);
            let items: BTreeMap<_, _> = requests.map(|one| (&one.item.0, &one.item.1)).collect();
            let items: Vec<_> = items
                .into_iter()
                .map(|(code, name)| item(kind, code, name))
                .collect();
            // A sample may ask nothing of a kind.
            if items.is_empty() {
                continue;
            }
            let document = "mutation($input: SetCatalogueItemsInput!) { setCatalogueItems(input: $input) { items { id code } } }";
            let input =
                json!({ "centre": self.centres.centre(kind), "version": 2, "items": items });
            let answer = self
                .centres
                .admin
                .call(document, json!({ "input": input }))
                .await
                .ok();
            let listed = answer.data("setCatalogueItems.items").as_array();
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let listed = listed.into_iter().flatten();
            let listed = listed.map(|one| (text(&one["code"]), text(&one["id"])));
            self.items.extend(listed);
        }
    }

    /// Registers whoever is new that day: some are not born before.
    async fn register(&mut self, day: DateTime<Utc>) {
        let requests = self.files.requests.iter();
        let of_day = requests.filter(|one| day_of(one.at) == day);
        let mut new: BTreeSet<&str> = of_day.map(|one| one.patient.as_str()).collect();
        new.retain(|id| !self.patients.contains_key(*id));
        let all = self.files.patients.iter();
        let people: Vec<_> = all.filter(|one| new.contains(one.id.as_str())).collect();
        assert_eq!(people.len(), new.len());
        let system = self.w.client_of(&self.hospital).await;
        for people in people.chunks(AT_ONCE) {
            let inputs = people.iter().map(|one| one.input.clone()).collect();
            let answers = call(&system, "registerPatient", "patient { id }", inputs).await;
            for (one, answer) in people.iter().zip(answers) {
                let id = answer["patient"]["id"].as_str().expect("an id");
                self.patients.insert(one.id.clone(), id.to_owned());
            }
        }
    }

    /// Tells of every day before that moment that has not been told of.
    pub async fn follow(&mut self, days: &[DateTime<Utc>], until: DateTime<Utc>) {
        let since = self.until;
        for day in days.iter().filter(|day| (since..until).contains(*day)) {
            self.w.app.clock.set(told_of(*day));
            self.tell(*day).await;
        }
        self.until = until;
    }

    async fn tell(&mut self, day: DateTime<Utc>) {
        self.register(day).await;
        self.place(day).await;
        let requests = &self.files.requests;
        for kind in KINDS {
            let own: Vec<&Request> = requests.iter().filter(|one| one.kind == kind).collect();
            let made = own.iter().filter(|one| {
                let made = one.made.as_ref();
                made.is_some_and(|made| day_of(made.1) == day)
            });
            self.make(kind, &made.copied().collect::<Vec<_>>()).await;
            let reports = self
                .files
                .reports
                .iter()
                .filter(|one| day_of(one.at) == day && requests[one.answers[0]].kind == kind);
            self.answer(kind, &reports.collect::<Vec<_>>()).await;
        }
        let revoked = requests
            .iter()
            .filter(|one| one.revoked && day_of(one.at) == day);
        let inputs = revoked.map(|one| json!({ "order": self.key(one), "reason": "revoked" }));
        let system = self.w.client_of(&self.hospital).await;
        call_each(&system, "cancelOrder", inputs.collect()).await;
    }

    /// Places the requests of a day, up to a hundred at once.
    async fn place(&self, day: DateTime<Utc>) {
        let requests = self.files.requests.iter();
        let requests: Vec<_> = requests.filter(|one| day_of(one.at) == day).collect();
        let document = "mutation($inputs: [PlaceOrderInput!]!) { placeOrders(inputs: $inputs) { __typename
            ... on PlacedOrder { replayed } ... on RefusedInput { code externalId problems { path code } } } }";
        let system = self.w.client_of(&self.hospital).await;
        for some in requests.chunks(100) {
            let inputs: Vec<_> = some.iter().map(|one| self.order(one)).collect();
            let answer = system
                .call(document, json!({ "inputs": inputs }))
                .await
                .ok();
            let told = answer.data("placeOrders").as_array().expect("a list");
            assert_eq!(told.len(), some.len());
            for one in told {
                assert_eq!(one["replayed"], false, "{one}");
            }
        }
    }

    fn order(&self, request: &Request) -> Value {
        json!({
            "externalId": request.id,
            "requisition": request.requisition,
            "patient": { "id": self.patients[&request.patient] },
            "item": self.items[&request.item.0],
            "priority": request.priority,
            "question": request.question,
            "occurredAt": written(request.at),
        })
    }

    /// Examines, or draws and takes in.
    async fn make(&self, kind: &'static str, requests: &[&Request]) {
        let (mut examined, mut drawn) = (Vec::new(), Vec::new());
        let mut received: BTreeMap<DateTime<Utc>, Vec<Value>> = BTreeMap::new();
        for request in requests {
            let (barcode, at) = request.made.as_ref().expect("it was made");
            let on = json!({ "order": self.key(request) });
            match barcode {
                None => examined.push(json!({ "order": on["order"], "occurredAt": written(*at) })),
                Some(barcode) => {
                    drawn.push(json!({
                        "orders": [on],
                        "barcode": barcode,
                        "kind": "BLOOD",
                        "occurredAt": written(*at),
                    }));
                    received.entry(*at).or_default().push(on);
                }
            }
        }
        let system = self.system(kind, "make").await;
        call_each(&system, "recordExamination", examined).await;
        call_each(&system, "collectSpecimen", drawn).await;
        let received = received.into_iter().flat_map(|(at, orders)| {
            let some = orders.chunks(TUBES).map(<[Value]>::to_vec);
            let some: Vec<_> = some.collect();
            some.into_iter()
                .map(move |orders| json!({ "orders": orders, "occurredAt": written(at) }))
        });
        let system = self.system(kind, "receive").await;
        call_each(&system, "receiveOrder", received.collect()).await;
    }

    /// Claims, reports, and has it reviewed by somebody else.
    async fn answer(&self, kind: &'static str, reports: &[&Report]) {
        let d = self.w.district();
        let [one, other] =
            [&d.neurologist, &d.emergency_doctor].map(|row| letter::practitioner(row.id));
        let requests = &self.files.requests;
        let (mut claims, mut written_up, mut reviews) = (Vec::new(), Vec::new(), Vec::new());
        for report in reports {
            let at = written(report.at);
            let keys = report.answers.iter();
            let keys: Vec<_> = keys.map(|place| self.key(&requests[*place])).collect();
            for key in &keys {
                claims.push(json!({ "order": key, "practitioner": one, "occurredAt": at }));
            }
            let orders: Vec<_> = keys.iter().map(|key| json!({ "order": key })).collect();
            let on = json!({ "orders": orders, "reporter": one, "occurredAt": at });
            written_up.push(letter::with(on, report.says.clone()));
            reviews.push(json!({ "order": keys[0], "reviewer": other }));
        }
        for (verb, inputs) in [
            ("claimOrder", claims),
            ("reportOrder", written_up),
            ("reviewOrder", reviews),
        ] {
            let system = self.system(kind, verb).await;
            call_each(&system, verb, inputs).await;
        }
    }

    fn key(&self, request: &Request) -> Value {
        let institution = letter::institution(self.w.district().county.id);
        json!({ "external": { "institution": institution, "id": request.id } })
    }

    async fn system(&self, kind: &'static str, verb: &'static str) -> Client {
        self.w.client_of(&self.systems[&(kind, verb)]).await
    }

    /// The hospital's system, as it is signed in now.
    pub async fn hospital(&self) -> Client {
        self.w.client_of(&self.hospital).await
    }
}

/// The kinds of centres that the files ask.
pub const KINDS: [&str; 4] = ["LABORATORY", "IMAGING", "ECG", "ULTRASOUND"];
const VERBS: [&str; 5] = [
    "make",
    "receive",
    "claimOrder",
    "reportOrder",
    "reviewOrder",
];

/// When systems tell of a day: a second before it is over.
fn told_of(day: DateTime<Utc>) -> DateTime<Utc> {
    day + Duration::days(1) - Duration::seconds(1)
}

/// How long each priority may take, in minutes.
pub const TARGETS: [(&str, i64); 3] = [("EMERGENCY", 45), ("URGENT", 120), ("ROUTINE", 240)];

fn item(kind: &str, code: &str, name: &str) -> Value {
    let [emergency, urgent, routine] = TARGETS.map(|(_, minutes)| minutes);
    let mut item = json!({
        "code": code, "name": name, "group": kind, "review": "REQUIRED",
        "emergencyMinutes": emergency, "urgentMinutes": urgent, "routineMinutes": routine,
    });
    match kind {
        "LABORATORY" => item["specimen"] = "BLOOD".into(),
        "IMAGING" if name.contains("ray") => item["modality"] = "DX".into(),
        "IMAGING" if name.contains("CT") => item["modality"] = "CT".into(),
        "IMAGING" if name.contains("MR") => item["modality"] = "MR".into(),
        "IMAGING" => item["modality"] = "OTHER".into(),
        _ => {}
    }
    item
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Calls a verb with each of the inputs; none of them was called before.
async fn call_each(by: &Client, verb: &str, inputs: Vec<Value>) {
    for some in inputs.chunks(AT_ONCE) {
        for answer in call(by, verb, "replayed", some.to_vec()).await {
            assert_eq!(answer["replayed"], false, "{verb}: {answer}");
        }
    }
}

/// Calls a verb once with each of the inputs, in one document; they succeed.
async fn call(by: &Client, verb: &str, selection: &str, inputs: Vec<Value>) -> Vec<Value> {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let each = |write: &dyn Fn(usize) -> String| {
        let all = (0..inputs.len()).map(write);
        all.collect::<Vec<_>>().join(" ")
    };
    let variables = each(&|at| format!("$i{at}: {kind}!"));
    let calls = each(&|at| format!("c{at}: {verb}(input: $i{at}) {{ {selection} }}"));
    let count = inputs.len();
    let named = inputs.into_iter().enumerate();
    let named: serde_json::Map<_, _> = named.map(|(at, input)| (format!("i{at}"), input)).collect();
    let document = format!("mutation Told({variables}) {{ {calls} }}");
    let answer = by.call(&document, Value::Object(named)).await.ok();
    (0..count)
        .map(|at| answer.data(&format!("c{at}")).clone())
        .collect()
}
