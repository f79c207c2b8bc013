//! Orders, reports, specimens and critical values, field by field, for whoever stands in some relation to them and for everybody else: by
//! domain.md, section 2, and not by the policy.

use chrono::Duration;
use entity::enums::Role::{self, Clinician, Coordinator, Diagnostician, Integration, Technician};
use serde_json::{Value, json};

use super::{cast::At, schema::SCHEMA};
use crate::{
    harness::{
        World, both,
        canary::{self, Patient},
        client::Client,
    },
    order::cast::{Cast, Told, ask, findings},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

/// How many objects deep everything is asked for.
const DEPTH: u32 = 2;
/// Who works with orders at all.
const ROLES: [Role; 5] = [
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
];
/// What only an order, its report, its specimen or its critical value says.
const SECRETS: [&str; 6] = [
    "咯血两周，低热盗汗",
    "右上肺空洞影",
    "考虑继发性肺结核",
    "X0007",
    "6.93",
    "前壁ST段抬高",
];

/// What somebody gets to see, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum View {
    /// Nobody is signed in.
    Unauthenticated,
    /// The role works with no orders.
    Forbidden,
    /// There is nothing, for all that they can tell.
    Nothing,
    /// The order, with the patient masked.
    Masked,
    /// Everything.
    Treating,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    At(At),
    /// At a shared centre of `county`, and at nothing else of its host.
    Centre(&'static str),
}

struct Caller {
    label: String,
    role: Option<Role>,
    spot: Spot,
    client: Client,
}

/// An order, and how everybody with a relation sees it.
struct Tale {
    name: &'static str,
    told: Told,
    /// Everybody else sees nothing.
    seen: Vec<(Spot, View)>,
}

impl Tale {
    fn view(&self, caller: &Caller) -> View {
        let Some(role) = caller.role else {
            return View::Unauthenticated;
        };
        if !ROLES.contains(&role) {
            return View::Forbidden;
        }
        let own = self.seen.iter().find(|(spot, _)| *spot == caller.spot);
        own.map_or(View::Nothing, |(_, view)| *view)
    }
}

async fn everybody(w: &World, cast: &Cast) -> Vec<Caller> {
    let mut all = Vec::new();
    for caller in super::cast::cast(w).await {
        all.push(Caller {
            label: caller.label,
            role: caller.role,
            spot: Spot::At(caller.at),
            client: caller.client,
        });
    }
    for kind in ["IMAGING", "LABORATORY", "ECG"] {
        for role in [Technician, Diagnostician, Integration] {
            all.push(Caller {
                label: format!("{} at the centre for {kind}", role.code()),
                role: Some(role),
                spot: Spot::Centre(kind),
                client: cast.centres.client(role, kind).await,
            });
        }
    }
    all
}

/// Tells tales.
struct Teller<'a> {
    w: &'a World,
    cast: &'a Cast,
}

impl Teller<'_> {
    /// What an order says that nobody else is to know.
    fn order(&self, item: &str, patient: u32) -> Value {
        let said = json!({ "question": SECRETS[0] });
        with(self.cast.order(item, patient), said)
    }

    /// Read and reported, not reviewed: a chest X-ray of a village station.
    async fn open(&self) -> Tale {
        let (d, cast) = (self.w.district(), self.cast);
        let village = self.w.client(Clinician, &d.lake_station).await;
        let below = self.w.client(Technician, &d.lake_station).await;
        let placed = cast.place_like(&village, self.order("CHEST_DX", 301)).await;
        let taken = cast
            .tell(&below, "recordExamination", &placed, json!({}))
            .await;
        Tale {
            name: "an open one of a station",
            told: self.reported(&taken, json!({})).await,
            seen: vec![
                (institution(d.lake_station.id), View::Treating),
                (institution(d.lake.id), View::Masked),
                (institution(d.county.id), View::Treating),
                (Spot::Centre("IMAGING"), View::Treating),
            ],
        }
    }

    /// Reviewed, of a patient on an open referral from `lake` to `herbs`: potassium.
    async fn of_referral(&self) -> Tale {
        let (w, d, cast) = (self.w, self.w.district(), self.cast);
        let lake = w.client(Clinician, &d.lake).await;
        let below = w.client(Technician, &d.lake).await;
        let story = Story::of(w);
        let to = json!({
            "senderPractitioner": letter::practitioner(d.lake_doctor.id),
            "receiver": letter::institution(d.herbs.id),
        });
        let posted = with(letter::up(w, &Patient::nth(302)), to);
        let posted = story.submit(&lake, posted).await;
        let said = json!({ "referral": { "id": posted.id } });
        let placed = with(self.order("K", 302), said);
        let placed = cast.place_like(&lake, placed).await;
        let tube = json!({ "barcode": SECRETS[3], "kind": "SERUM" });
        let drawn = cast.tell(&below, "collectSpecimen", &placed, tube).await;
        let sent = cast.tell(&below, "sendSpecimen", &drawn, json!({})).await;
        let got = cast
            .tell(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        let values = json!([{ "code": "2823-3", "name": "钾", "value": 6.93, "unit": "mmol/L", "flag": "HIGH" }]);
        let told = self.reported(&got, json!({ "observations": values })).await;
        Tale {
            name: "a reviewed one of a referral",
            told: cast
                .tell(&cast.second, "reviewOrder", &told, json!({}))
                .await,
            seen: vec![
                (institution(d.lake.id), View::Treating),
                (institution(d.herbs.id), View::Treating),
                // What is sent to no department is the emergency department's too.
                (department(&d.herbs_emergency), View::Treating),
                (institution(d.county.id), View::Masked),
                (Spot::Centre("LABORATORY"), View::Masked),
            ],
        }
    }

    /// Reviewed, and recognised by `river`: a CT that `hill` asked for.
    async fn recognised(&self) -> Tale {
        let (d, cast) = (self.w.district(), self.cast);
        let placed = cast
            .place_like(&cast.hill, self.order("CHEST_CT", 303))
            .await;
        let taken = cast
            .tell(&cast.technician, "recordExamination", &placed, json!({}))
            .await;
        let told = self.reported(&taken, json!({})).await;
        let told = cast
            .tell(&cast.second, "reviewOrder", &told, json!({}))
            .await;
        let river = self.w.client(Clinician, &d.river).await;
        let said = json!({ "result": { "order": told.id } });
        let input = with(cast.order("CHEST_CT", 303), said);
        let _ = ask(&river, "recogniseResult", input).await.ok();
        Tale {
            name: "a recognised one",
            told,
            seen: vec![
                (institution(d.hill.id), View::Masked),
                (institution(d.river.id), View::Masked),
                (institution(d.county.id), View::Masked),
                (Spot::Centre("IMAGING"), View::Masked),
            ],
        }
    }

    /// An ECG of a village station with something that has to be known at once.
    async fn alarming(&self) -> (Tale, String) {
        let (d, cast) = (self.w.district(), self.cast);
        let village = self.w.client(Clinician, &d.hill_station).await;
        let below = self.w.client(Technician, &d.hill_station).await;
        let placed = cast.place_like(&village, self.order("ECG12", 304)).await;
        let taken = cast
            .tell(&below, "recordExamination", &placed, json!({}))
            .await;
        let document = "mutation($input: RaiseCriticalValueInput!) { raiseCriticalValue(input: $input) { criticalValue { id } } }";
        let input =
            json!({ "order": { "id": taken.id }, "version": taken.version, "finding": SECRETS[5] });
        let raised = cast.reader.call(document, json!({ "input": input })).await;
        let raised = raised
            .ok()
            .text_at("raiseCriticalValue.criticalValue.id")
            .to_owned();
        let tale = Tale {
            name: "an alarming one",
            told: taken,
            seen: vec![
                (institution(d.hill_station.id), View::Treating),
                // Addressed to it too, since the order is of its station.
                (institution(d.hill.id), View::Treating),
                (institution(d.county.id), View::Treating),
                (Spot::Centre("ECG"), View::Treating),
            ],
        };
        (tale, raised)
    }

    async fn reported(&self, order: &Told, more: Value) -> Told {
        let cast = self.cast;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", order, json!({}))
            .await;
        let said = json!({ "findings": SECRETS[1], "conclusion": SECRETS[2], "positive": true });
        let said = with(with(findings(), said), more);
        cast.tell(&cast.reader, "reportOrder", &claimed, said).await
    }
}

const fn institution(id: uuid::Uuid) -> Spot {
    Spot::At(At::Institution(id))
}

const fn department(row: &entity::department::Model) -> Spot {
    Spot::At(At::Department(row.institution_id, row.id))
}

#[test]
fn nobody_sees_more_of_an_order_than_their_relation_opens() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let teller = Teller { w: &w, cast: &cast };
        let (alarming, raised) = teller.alarming().await;
        let tales = [
            teller.open().await,
            teller.of_referral().await,
            teller.recognised().await,
            alarming,
        ];
        let callers = everybody(&w, &cast).await;
        let mut seen = 0;
        for caller in &callers {
            for tale in &tales {
                seen += u32::from(assert_sees(caller, tale).await);
            }
            let view = tales[3].view(caller);
            assert_is_told(caller, &raised, view, false).await;
        }
        // Every relation was somebody's, in each of the roles that institutions and centres hold.
        assert!(seen >= 60, "{seen}");
        // Twenty minutes later the community learns that there is something, and of nobody.
        w.wait(Duration::minutes(21));
        while api::critical_value::service::clock::strike_once(&w.app)
            .await
            .expect("the clock works")
        {}
        for caller in &callers {
            let own = Spot::At(At::Community(w.district().general.id));
            let told = caller.role == Some(Role::CommunityManager) && caller.spot == own;
            assert_is_told(caller, &raised, tales[3].view(caller), told).await;
        }
    });
}

/// Asks for everything of an order, by key and by the lists; whether there was something to see.
async fn assert_sees(caller: &Caller, tale: &Tale) -> bool {
    let view = tale.view(caller);
    let all = SCHEMA.selection("Order", DEPTH);
    let label = |text: &str| format!("{} by {}, {view:?}: {text}", tale.name, caller.label);
    let document = format!("query($id: ID!) {{ order(by: {{ id: $id }}) {all} }}");
    let answer = caller
        .client
        .call(&document, json!({ "id": tale.told.id }))
        .await;
    let codes: Vec<_> = answer
        .errors()
        .iter()
        .filter(|error| !is_of_figures(error))
        .map(|error| &error["extensions"]["code"])
        .collect();
    let expected = match view {
        View::Unauthenticated => &["UNAUTHENTICATED"][..],
        View::Forbidden => &["FORBIDDEN"],
        _ => &[],
    };
    assert_eq!(codes, expected, "{}", label(&answer.text));
    let order = &answer.body["data"]["order"];
    if view >= View::Masked {
        assert_eq!(order["id"], json!(tale.told.id), "{}", label(&answer.text));
        assert_eq!(order["question"], SECRETS[0]);
        let masked = view == View::Masked;
        assert_eq!(
            order["patient"]["masked"],
            masked,
            "{}",
            label(&answer.text)
        );
        assert_eq!(
            !canary::sings(&answer.text),
            masked,
            "{}",
            label(&answer.text)
        );
        assert_eq!(order["status"], tale.told.status);
        for (field, own) in [
            ("report", &tale.told.all["report"]),
            ("specimens", &tale.told.all["specimens"]),
        ] {
            let empty = |value: &Value| value.is_null() || *value == json!([]);
            assert_eq!(
                empty(&order[field]),
                empty(own),
                "{field} {}",
                label(&answer.text)
            );
        }
    } else {
        assert!(order.is_null(), "{}", label(&answer.text));
        assert_tells_nothing(&answer.text, &label(&answer.text));
    }
    // How much there is beside it is told as far as they see that, and to no role is it a fault of the service.
    let beside = "query($id: ID!) { order(by: { id: $id }) { patient { referrals { totalCount } episodes { totalCount } orders { totalCount } } } }";
    let counted = caller
        .client
        .call(beside, json!({ "id": tale.told.id }))
        .await;
    if view >= View::Masked {
        let counted = counted.ok();
        let referrals = counted.number_at("order.patient.referrals.totalCount");
        let cares = matches!(caller.role, Some(Clinician | Coordinator | Integration));
        assert!(cares || referrals == 0, "{}", label(&counted.text));
        assert!(counted.number_at("order.patient.orders.totalCount") > 0);
    }
    // No easier to get at by another door.
    let other = format!(
        "query($id: ID!) {{ node(id: $id) {{ id ... on Order {all} }} nodes(ids: [$id]) {{ id }} }}"
    );
    let answer = caller
        .client
        .call(&other, json!({ "id": tale.told.id }))
        .await;
    let found =
        answer.text.contains("\"question\"") || answer.body["data"]["nodes"][0]["id"].is_string();
    assert_eq!(found, view >= View::Masked, "{}", label(&answer.text));
    let list = "{ orders(first: 100) { edges { node { id question } } } }";
    let listed = caller.client.ask(list).await;
    assert_eq!(
        listed.text.contains(&tale.told.id),
        view >= View::Masked,
        "{}",
        label(&listed.text)
    );
    if view < View::Masked {
        assert_tells_nothing(&answer.text, &label(&answer.text));
    }
    view >= View::Masked
}

/// Whether it refuses the figures of a centre, which are for others than whoever sees an order there.
fn is_of_figures(error: &Value) -> bool {
    let path = error["path"].as_array();
    let last = path.and_then(|path| path.last());
    last.is_some_and(|last| last == "backlog" || last == "throughput")
}

/// Asks for everything of a critical value.
async fn assert_is_told(caller: &Caller, id: &str, view: View, header: bool) {
    let all = SCHEMA.selection("CriticalValue", 1);
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ id ... on CriticalValue {all} }} criticalValues {{ edges {{ node {all} }} }} }}"
    );
    let answer = caller.client.call(&document, json!({ "id": id })).await;
    let label = format!("{} of {}: {}", caller.label, id, answer.text);
    let own = &answer.body["data"]["node"];
    let listed = &answer.body["data"]["criticalValues"]["edges"][0]["node"];
    if view >= View::Masked {
        for found in [own, listed] {
            assert_eq!(found["finding"], SECRETS[5], "{label}");
            assert_eq!(found["patient"]["masked"], false, "{label}");
        }
        return;
    }
    assert_tells_nothing(&answer.text, &label);
    for found in [own, listed] {
        assert_eq!(found["id"].is_string(), header, "{label}");
        for field in [
            "finding",
            "code",
            "readBack",
            "resolution",
            "patient",
            "order",
        ] {
            assert!(found[field].is_null(), "{field} {label}");
        }
    }
}

#[track_caller]
fn assert_tells_nothing(text: &str, label: &str) {
    assert!(!canary::sings(text), "{label}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret}: {label}");
    }
}
