//! Referrals in every stage, with everything in them that can be, between parties of every kind.

use api::id::{self, Kind};
use chrono::Duration;
use entity::{enums::Role, institution, referral};
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::view::{Party, Stage};
use crate::{
    capacity::Ward,
    harness::{World, canary::Patient, client::Client},
    referral::{
        letter::{self, with},
        story::{Story, Told},
    },
};

/// What only the clinical text says: it is searched for wherever it must not appear.
pub const SECRETS: [&str; 5] = [
    "左侧肢体麻木三日",
    "静脉溶栓",
    "感觉障碍待查",
    "已联系家属",
    "本周无床",
];
/// Where the patients live, below the town.
pub const STREET: &str = "老街三十一号";

/// A referral, and who stands how to it.
pub struct Tale {
    /// What it is about, for messages.
    pub name: &'static str,
    /// The referral, as its last teller saw it.
    pub told: Told,
    /// Who sends.
    pub sender: Party,
    /// Who is to receive.
    pub receiver: Party,
    /// Where it stands.
    pub stage: Stage,
    /// The patient.
    pub patient: Patient,
    /// The patient's public id.
    pub patient_id: String,
    /// The pool of which the patients who are taken get a bed.
    pub pool: String,
    /// Whether its diagnosis is a sensitive one.
    pub sensitive: bool,
    /// Whether its principal diagnosis has a code.
    pub coded: bool,
    /// Whether it goes up, because a technique is lacking, by the green channel.
    pub up: bool,
}

/// A party.
fn party(place: &institution::Model) -> Party {
    Party {
        institution: place.id,
        centre: place.managed_by,
        community: place.community_id,
        ..Party::default()
    }
}

/// Fills in what a letter may leave out.
pub fn rich(w: &World, letter: Value) -> Value {
    with(
        letter,
        json!({
            "patient": { "register": {
                "address": format!("杭州市西湖区转塘街道{STREET}"),
                "insuranceKind": "RESIDENT",
                "tags": [{ "tag": "HYPERTENSION", "startsOn": "2020-01-01" }],
            } },
            "reasonText": "感觉障碍待查",
            "clinical": {
                "pastHistory": "高血压十年",
                "treatment": "静脉溶栓前准备",
                "examinations": "头颅 CT 未见出血",
                "cautions": "跌倒风险",
            },
            "suspectedInfection": false,
            "transport": "AMBULANCE_120",
            "payment": "INSURANCE",
            "insurance": { "status": "FILED", "number": "YB20260302" },
            "validFrom": letter::day(w, 0),
        }),
    )
}

/// Every tale, told to its stage.
pub async fn tales(w: &World) -> Vec<Tale> {
    let teller = Teller::of(w).await;
    let mut tales = teller.ordinary().await;
    tales.extend(teller.elsewhere().await);
    tales.extend(teller.sensitive().await);
    for tale in &mut tales {
        let row = referral::Entity::find_by_id(tale.told.row_id()).one(w.app.db.reader());
        let row = row.await.expect("referrals can be read");
        let row = row.expect("a referral that was told has a row");
        tale.patient_id = id::encode(Kind::Patient, row.patient_id);
    }
    tales
}

/// The diagnoses of somebody who is to be protected from being known by them.
pub fn sensitive() -> Value {
    json!({ "diagnoses": [{ "code": "F20.900", "text": "精神分裂症", "principal": true }] })
}

/// Tells tales.
struct Teller {
    w: World,
    story: Story,
    pool: String,
    hill: Client,
    county: Client,
}

impl Teller {
    async fn of(w: &World) -> Self {
        let d = w.district();
        let ward = Ward::of(w).await;
        ward.session(Duration::days(3), 4).await;
        Self {
            pool: ward.pool(10).await,
            story: Story::of(w),
            hill: w.client(Role::Clinician, &d.hill).await,
            county: w.client(Role::Clinician, &d.county).await,
            w: w.clone(),
        }
    }

    /// A letter from `hill` to the neurology of `county`.
    fn up(&self, patient: &Patient) -> Value {
        let neurology = letter::department(self.w.district().neurology.id);
        let to = json!({ "receiverDepartment": neurology, "greenChannel": "STROKE" });
        with(rich(&self.w, letter::up(&self.w, patient)), to)
    }

    /// The same, posted, with something else in it.
    async fn posted(&self, more: Value) -> (Told, Patient) {
        let patient = self.story.patient();
        let letter = with(self.up(&patient), more);
        let posted = self.story.submit(&self.hill, letter).await;
        let paper = self.story.upload(&self.hill, "既往史：高血压十年").await;
        let title = json!({ "title": "静脉溶栓知情同意书" });
        let told = self.story.attach(&self.hill, &posted, &paper, title).await;
        (told, patient)
    }

    fn tale(&self, name: &'static str, stage: Stage, told: Told, patient: Patient) -> Tale {
        let d = self.w.district();
        Tale {
            name,
            told,
            sender: party(&d.hill),
            receiver: Party {
                department: Some(d.neurology.id),
                ..party(&d.county)
            },
            stage,
            patient_id: String::new(),
            pool: self.pool.clone(),
            patient,
            sensitive: false,
            coded: true,
            up: true,
        }
    }

    /// From `hill` to `county`, in every stage.
    async fn ordinary(&self) -> Vec<Tale> {
        let (story, hill, county) = (&self.story, &self.hill, &self.county);
        let patient = story.patient();
        let told = story.draft(hill, self.up(&patient)).await;
        let draft = self.tale("a draft", Stage::Draft, told, patient);

        let (told, patient) = self.posted(json!({ "externalId": "HIS-1" })).await;
        let posted = self.tale("one posted", Stage::Open, told, patient);

        let (told, patient) = self.posted(json!({})).await;
        let told = story.send_back(county, &told, json!({})).await;
        let back = self.tale("one sent back", Stage::Open, told, patient);

        let (told, patient) = self.posted(json!({})).await;
        let said = json!({ "reason": "OTHER", "text": "本周无床" });
        let told = story.reject(county, &told, said).await;
        let rejected = self.tale("one rejected", Stage::Off, told, patient);

        let (told, patient) = self.posted(json!({})).await;
        let told = story.withdraw(hill, &told, json!({})).await;
        let withdrawn = self.tale("one withdrawn", Stage::Off, told, patient);

        let (told, patient) = self.posted(json!({})).await;
        let told = self.to_the_end(&told).await;
        let closed = self.tale("one closed", Stage::Closed, told, patient);
        let mut tales = vec![draft, posted, back, rejected, withdrawn, closed];
        tales.extend(self.back_down().await);
        tales
    }

    /// From `hill` to `county` and back again, with a follow-up in between.
    async fn back_down(&self) -> [Tale; 2] {
        let (w, story, hill, county) = (&self.w, &self.story, &self.hill, &self.county);
        let (told, patient) = self.posted(json!({})).await;
        let department = json!({ "department": letter::department(w.district().neurology.id) });
        let told = story.accept(county, &told, department).await;
        let told = story.arrive(county, &told, json!({})).await;
        let told = story.treat(county, &told, json!({})).await;
        let down = story.refer_back(county, &told, json!({})).await;
        let told = story.look(hill, &told).await.expect("it is seen");
        let plan =
            "mutation($input: PlanFollowUpInput!) { planFollowUp(input: $input) { replayed } }";
        let input = json!({ "referral": { "id": told.id }, "template": "GENERAL" });
        let _ = hill.call(plan, json!({ "input": input })).await.ok();
        let up = self.tale("one referred back", Stage::Open, told, patient.clone());
        let tale = self.tale("the one back", Stage::Open, down, patient);
        let back = Tale {
            sender: tale.receiver,
            receiver: tale.sender,
            up: false,
            ..tale
        };
        [up, back]
    }

    /// Between other parties.
    async fn elsewhere(&self) -> Vec<Tale> {
        let (w, d) = (&self.w, self.w.district());
        let patient = self.story.patient();
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let letter = rich(w, letter::emergency(w, &patient));
        let told = self.story.submit(&station, letter).await;
        let emergency = Tale {
            sender: party(&d.lake_station),
            receiver: Party {
                emergency: Some(d.emergency.id),
                ..party(&d.county)
            },
            coded: false,
            up: false,
            ..self.tale("an emergency", Stage::Open, told, patient)
        };

        let patient = self.story.patient();
        let from = json!({ "senderDepartment": letter::department(d.neurology.id) });
        let letter = with(rich(w, letter::down(w, &patient)), from);
        let told = self.story.submit(&self.county, letter).await;
        let down = Tale {
            sender: Party {
                department: Some(d.neurology.id),
                ..party(&d.county)
            },
            receiver: party(&d.hill),
            up: false,
            ..self.tale("one downward", Stage::Open, told, patient)
        };

        let patient = self.story.patient();
        let letter = rich(w, letter::outward(w, &patient));
        let told = self.story.submit(&self.county, letter).await;
        let outward = Tale {
            sender: party(&d.county),
            receiver: party(&d.city),
            up: false,
            ..self.tale("one outward", Stage::Open, told, patient)
        };

        let (told, patient) = self.posted(json!({})).await;
        let told = self
            .story
            .redirect(&self.county, &told, d.herbs.id, json!({}))
            .await;
        let onward = Tale {
            receiver: Party {
                former: Some((d.county.id, d.neurology.id)),
                // Sent on, it is sent to no department.
                emergency: Some(d.herbs_emergency.id),
                ..party(&d.herbs)
            },
            ..self.tale("one sent on", Stage::Open, told, patient)
        };
        vec![emergency, down, outward, onward]
    }

    /// With a sensitive diagnosis, open and closed.
    async fn sensitive(&self) -> Vec<Tale> {
        let (told, patient) = self.posted(sensitive()).await;
        let open = self.tale("a sensitive one posted", Stage::Open, told, patient);
        let (told, patient) = self.posted(sensitive()).await;
        let told = self.to_the_end(&told).await;
        let closed = self.tale("a sensitive one closed", Stage::Closed, told, patient);
        let mut tales = vec![open, closed];
        for tale in &mut tales {
            tale.sensitive = true;
        }
        tales
    }

    /// From posted to closed.
    async fn to_the_end(&self, posted: &Told) -> Told {
        let (w, story, hill, county) = (&self.w, &self.story, &self.hill, &self.county);
        let d = w.district();
        let doctor = letter::practitioner(d.neurologist.id);
        let taken = json!({
            "department": letter::department(d.neurology.id),
            "practitioner": doctor,
            "bedPool": self.pool,
            "note": "请携带既往影像资料",
        });
        let told = story.accept(county, posted, taken).await;
        let told = story.depart(hill, &told, json!({})).await;
        w.wait(Duration::minutes(30));
        let told = story.arrive(county, &told, json!({})).await;
        let told = story.treat(county, &told, json!({})).await;
        let discharged = json!({ "dischargedOn": letter::day(w, 0), "practitioner": doctor });
        let told = story.report(county, &told, discharged).await;
        let last = json!({ "note": "已联系家属", "satisfaction": 5 });
        story.close(hill, &told, last).await
    }
}
