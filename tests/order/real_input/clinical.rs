//! What the test takes of the simulator's files: requests, what was drawn and made for them, and the reports that answer them.
//!
//! Nothing is added to what the files say. A request without result stays where its data stops. Of a specimen they say when it was drawn, in the
//! house whose laboratory examines it, and not when the laboratory got it: it has it from then on. Nothing is said of when a report was
//! reviewed, or a request revoked: that is recorded when the system tells of it. A midnight `issued` is a date: such a report was written when the
//! latest of its values was known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Duration, NaiveDate, SubsecRound as _, Utc};
use serde_json::{Value, json};

use crate::referral::real_input::clinical::{Person, person, read, text};

/// Everything.
pub struct Files {
    /// Every patient, as registered.
    pub patients: Vec<Person>,
    /// Every request, the earliest first.
    pub requests: Vec<Request>,
    /// Every report that answers requests, and of results that no report names one for what was issued of a patient at one moment.
    pub reports: Vec<Report>,
}

/// A request, which becomes an order.
pub struct Request {
    /// Its id in the files, which becomes the external id.
    pub id: String,
    /// The patient's id in the files.
    pub patient: String,
    /// The kind of centre that answers such requests.
    pub kind: &'static str,
    /// Code and name of what is asked for.
    pub item: (String, String),
    /// How urgent, where it says so.
    pub priority: Option<&'static str>,
    /// Why it was asked for.
    pub question: Option<String>,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What was asked for in one encounter at one moment belongs together.
    pub requisition: String,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Barcode of its specimen, and when that was drawn; or nothing, and when it was examined.
    pub made: Option<(Option<String>, DateTime<Utc>)>,
    /// Place among the reports of the one that answers it.
    pub report: Option<usize>,
}

/// A report.
pub struct Report {
    /// Places among the requests of those that it answers.
    pub answers: Vec<usize>,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What it says, as far as a report of an order does.
    pub says: Value,
}

impl Files {
    /// The files, which are there; of every so many patients one.
    pub fn read(every: usize) -> Self {
        let mut shelf = Shelf::read();
        let patients = read("Patient").into_iter().step_by(every);
        let patients: Vec<Person> = patients.map(|one| person(&one)).collect();
        let known: BTreeSet<&str> = patients.iter().map(|one| one.id.as_str()).collect();
        let is_known = |one: &Value| known.contains(references(one, "subject")[0].as_str());
        shelf.requests.retain(is_known);
        shelf.reports.retain(is_known);
        let requests: Vec<Request> = shelf
            .requests
            .iter()
            .map(|one| shelf.request(one))
            .collect();
        let mut files = Self {
            patients,
            requests,
            reports: Vec::new(),
        };
        for resource in std::mem::take(&mut shelf.reports) {
            files.take(shelf.report(&resource, &files.requests));
        }
        files.answer_the_others(&shelf);
        files
    }

    /// The days on Shanghai's clocks on which anything happened, each by the moment at which it begins.
    pub fn days(&self) -> Vec<DateTime<Utc>> {
        let requests = self.requests.iter();
        let moments = requests.flat_map(|one| [Some(one.at), one.made.as_ref().map(|made| made.1)]);
        let moments = moments
            .flatten()
            .chain(self.reports.iter().map(|one| one.at));
        let days: BTreeSet<_> = moments.map(day_of).collect();
        days.into_iter().collect()
    }

    fn take(&mut self, report: Option<Report>) {
        let Some(report) = report else { return };
        for place in &report.answers {
            self.requests[*place].report = Some(self.reports.len());
        }
        self.reports.push(report);
    }

    /// What a laboratory issues of a patient at one moment is one report.
    #[expect(clippy::similar_names, reason = "a shelf is no self")]
    fn answer_the_others(&mut self, shelf: &Shelf) {
        let mut issued: BTreeMap<(String, DateTime<Utc>), Vec<usize>> = BTreeMap::new();
        for (place, request) in self.requests.iter().enumerate() {
            let last = shelf.results(&request.id).map(known_at).max();
            if let (None, Some(last)) = (request.report, last) {
                let group = issued.entry((request.patient.clone(), last));
                group.or_default().push(place);
            }
        }
        for ((_, at), answers) in issued {
            let results = answers
                .iter()
                .flat_map(|place| shelf.results(&self.requests[*place].id));
            let results: Vec<_> = results.collect();
            let conclusion: Vec<_> = results.iter().map(|one| in_words(one)).collect();
            let observations: Vec<_> = results.iter().map(|one| observation(one)).collect();
            let says = json!({ "conclusion": conclusion.join(", "), "observations": observations });
            self.take(Some(Report { answers, at, says }));
        }
    }
}

/// When the day of a moment begins on Shanghai's clocks.
pub fn day_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let day = (at + Duration::hours(8)).date_naive();
    day.and_time(chrono::NaiveTime::MIN).and_utc() - Duration::hours(8)
}

/// The resources, as far as they have to do with requests.
struct Shelf {
    requests: Vec<Value>,
    reports: Vec<Value>,
    specimens: HashMap<String, Value>,
    /// By the request that they are made for.
    studies: HashMap<String, Value>,
    observations: HashMap<String, Value>,
    /// Ids of observations by the request that they answer.
    results: HashMap<String, Vec<String>>,
    /// The specimens that reports name, by the request that they answer.
    named: HashMap<String, String>,
}

impl Shelf {
    fn read() -> Self {
        let by_id = |name: &str| -> HashMap<String, Value> {
            let all = read(name).into_iter();
            all.map(|one| (id(&one), one)).collect()
        };
        let mut requests = read("ServiceRequest");
        requests.sort_by_key(|one| (moment(one, "/authoredOn"), id(one)));
        let observations = by_id("Observation");
        let mut results: HashMap<String, Vec<String>> = HashMap::new();
        for (id, one) in &observations {
            for request in references(one, "basedOn") {
                results.entry(request).or_default().push(id.clone());
            }
        }
        for ids in results.values_mut() {
            ids.sort();
        }
        let reports = read("DiagnosticReport");
        let named = reports.iter().flat_map(|report| {
            let specimen = references(report, "specimen").into_iter().next();
            let requests = references(report, "basedOn").into_iter();
            requests.filter_map(move |request| Some((request, specimen.clone()?)))
        });
        Self {
            named: named.collect(),
            specimens: by_id("Specimen"),
            studies: read("ImagingStudy")
                .into_iter()
                .filter_map(|study| Some((references(&study, "basedOn").pop()?, study)))
                .collect(),
            requests,
            reports,
            observations,
            results,
        }
    }

    /// What was measured for a request.
    fn results<'a>(&'a self, request: &str) -> impl Iterator<Item = &'a Value> {
        let ids = self.results.get(request).into_iter().flatten();
        ids.map(|id| &self.observations[id])
    }

    fn request(&self, resource: &Value) -> Request {
        let id = id(resource);
        let at = moment(resource, "/authoredOn");
        let name = text(resource, "/code/text").expect("each says what it asks for");
        let code = text(resource, "/code/coding/0/code").unwrap_or(name);
        let encounter = references(resource, "encounter").remove(0);
        Request {
            patient: references(resource, "subject").remove(0),
            kind: kind(resource, name),
            item: (code.to_owned(), name.to_owned()),
            priority: text(resource, "/priority").map(|priority| match priority {
                "stat" => "EMERGENCY",
                "urgent" => "URGENT",
                "routine" => "ROUTINE",
                other => panic!("an unknown priority {other}"),
            }),
            question: text(resource, "/reasonCode/0/text").map(str::to_owned),
            at,
            requisition: format!("{encounter}-{}", at.format("%m%dT%H%M")),
            revoked: resource["status"] == "revoked",
            made: self.made(&id),
            report: None,
            id,
        }
    }

    /// What was drawn or examined for a request. Each value has a specimen of its own in the files; those of one request are one draw, and the
    /// first is its tube.
    fn made(&self, request: &str) -> Option<(Option<String>, DateTime<Utc>)> {
        if let Some(study) = self.studies.get(request) {
            return Some((None, moment(study, "/started")));
        }
        let drawn = self
            .results(request)
            .flat_map(|one| references(one, "specimen"));
        let drawn = drawn.chain(self.named.get(request).cloned());
        let specimen = &self.specimens[&drawn.min()?];
        let at = moment(specimen, "/collection/collectedDateTime");
        Some((Some(id(specimen)), at))
    }

    /// A report of the files; none where it answers no request.
    fn report(&self, resource: &Value, requests: &[Request]) -> Option<Report> {
        let based = references(resource, "basedOn");
        let mut answers: Vec<usize> = based
            .iter()
            .map(|id| {
                let found = requests.iter().position(|request| request.id == *id);
                found.expect("the files belong together")
            })
            .collect();
        answers.sort_unstable();
        let first = answers.first()?;
        let results = references(resource, "result");
        let results: Vec<_> = results.iter().map(|id| &self.observations[id]).collect();
        let issued = text(resource, "/issued").expect("each says when it was issued");
        let at = match results.iter().map(|one| known_at(one)).max() {
            Some(last) if issued.ends_with("T00:00:00Z") => last,
            _ => moment(resource, "/issued"),
        };
        let mut says = json!({
            "conclusion": resource["conclusion"],
            "observations": results.iter().map(|one| observation(one)).collect::<Vec<_>>(),
        });
        match text(resource, "/conclusionCode/0/coding/0/code") {
            Some("17621005") => says["positive"] = false.into(),
            Some("263654008") => says["positive"] = true.into(),
            _ => {}
        }
        if let Some(study) = self.studies.get(&requests[*first].id) {
            says["links"] = json!([{ "kind": "DICOM_STUDY", "uid": uid(study) }]);
        }
        Some(Report { answers, at, says })
    }
}

/// The kind of centre that answers such a request.
fn kind(resource: &Value, name: &str) -> &'static str {
    let name = name.to_lowercase();
    match text(resource, "/category/0/coding/0/code") {
        Some("108252007") => "LABORATORY",
        Some("363679005") if name.starts_with("ecg") => "ECG",
        Some("363679005")
            if name.contains("ultrasound") || name.starts_with("echo") || name == "tee" =>
        {
            "ULTRASOUND"
        }
        Some("363679005") => "IMAGING",
        other => panic!("an unknown category {other:?}"),
    }
}

/// The Study Instance UID.
fn uid(study: &Value) -> &str {
    let value = text(study, "/identifier/0/value").expect("a study has its UID");
    value.strip_prefix("urn:oid:").expect("written as a URN")
}

/// When a value was known: not before it was measured.
fn known_at(one: &Value) -> DateTime<Utc> {
    moment(one, "/issued").max(moment(one, "/effectiveDateTime"))
}

fn quantity(one: &Value) -> (f64, &str) {
    let value = one.pointer("/valueQuantity/value").and_then(Value::as_f64);
    let unit = text(one, "/valueQuantity/code").or_else(|| text(one, "/valueQuantity/unit"));
    (
        value.expect("results are numbers"),
        unit.expect("which have a unit"),
    )
}

fn in_words(one: &Value) -> String {
    let (value, unit) = quantity(one);
    format!(
        "{} {value} {unit}",
        text(one, "/code/text").unwrap_or_default()
    )
}

/// A result as a report of an order holds it.
fn observation(one: &Value) -> Value {
    let (value, unit) = quantity(one);
    let bound = |end: &str| one.pointer(&format!("/referenceRange/0/{end}/value"));
    let range = match (bound("low"), bound("high")) {
        (Some(low), Some(high)) => Some(format!("{low}-{high}")),
        (Some(low), None) => Some(format!(">={low}")),
        (None, Some(high)) => Some(format!("<={high}")),
        (None, None) => None,
    };
    let name = text(one, "/code/text").expect("a result has a name");
    json!({
        "code": text(one, "/code/coding/0/code").unwrap_or(name),
        "name": name,
        "value": value,
        "unit": unit,
        "range": range,
        "flag": text(one, "/interpretation/0/coding/0/code").map(|code| match code {
            "N" => "NORMAL",
            "H" => "HIGH",
            "L" => "LOW",
            "HH" => "CRITICAL_HIGH",
            other => panic!("an unknown interpretation {other}"),
        }),
        "at": moment(one, "/effectiveDateTime"),
    })
}

fn id(resource: &Value) -> String {
    text(resource, "/id")
        .expect("resources have ids")
        .to_owned()
}

/// The ids that a resource refers to.
fn references(resource: &Value, field: &str) -> Vec<String> {
    let one = &resource[field];
    let all = one
        .as_array()
        .map_or(std::slice::from_ref(one), Vec::as_slice);
    let all = all.iter().filter_map(|one| text(one, "/reference"));
    let ids = all.map(|reference| {
        let (_, id) = reference.split_once('/').expect("a kind and an id");
        id.to_owned()
    });
    ids.collect()
}

/// The service keeps milliseconds.
fn moment(resource: &Value, pointer: &str) -> DateTime<Utc> {
    let at = text(resource, pointer).unwrap_or_else(|| panic!("no {pointer} in {resource}"));
    let at = DateTime::parse_from_rfc3339(at).expect("FHIR writes RFC 3339");
    at.to_utc().trunc_subsecs(3)
}

/// The day of a moment on Shanghai's clocks, for messages.
pub fn date_of(at: DateTime<Utc>) -> NaiveDate {
    (at + Duration::hours(8)).date_naive()
}
