//! Referrals in every stage, with everything in them that can be, between parties of every kind.

use chrono::Duration;
use entity::{enums::Role, institution};
use serde_json::{Value, json};

use super::view::{Party, Stage};
use crate::{
    harness::{World, canary::Patient},
    referral::{
        letter::{self, with},
        story::{Story, Told},
    },
};

/// What only the clinical text says: it is searched for wherever it must not appear.
pub const SECRETS: [&str; 3] = ["左侧肢体麻木三日", "静脉溶栓", "感觉障碍待查"];
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
    /// Whether its diagnosis is a sensitive one.
    pub sensitive: bool,
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
                "insuranceKind": "URBAN_RURAL_RESIDENT",
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
    let d = w.district();
    let story = Story::of(w);
    let hill = w.client(Role::Clinician, &d.hill).await;
    let county = w.client(Role::Clinician, &d.county).await;
    let station = w.client(Role::Clinician, &d.lake_station).await;
    let (from_hill, to_county) = (party(&d.hill), party(&d.county));
    let directed = Party {
        department: Some(d.neurology.id),
        ..to_county
    };
    let mut tales = Vec::new();
    let mut tell = |name, told, (sender, receiver), stage, patient, sensitive| {
        tales.push(Tale {
            name,
            told,
            sender,
            receiver,
            stage,
            patient,
            sensitive,
        });
    };
    let up = |patient: &Patient| {
        let to = json!({ "receiverDepartment": letter::department(d.neurology.id), "greenChannel": "STROKE" });
        with(rich(w, letter::up(w, patient)), to)
    };
    let sides = (from_hill, directed);

    let patient = story.patient();
    let told = story.draft(&hill, up(&patient)).await;
    tell("a draft", told, sides, Stage::Draft, patient, false);

    let patient = story.patient();
    let told = story
        .submit(&hill, with(up(&patient), json!({ "externalId": "HIS-1" })))
        .await;
    tell("one posted", told, sides, Stage::Open, patient, false);

    let patient = story.patient();
    let told = story.submit(&hill, up(&patient)).await;
    let told = story.send_back(&county, &told, json!({})).await;
    tell("one sent back", told, sides, Stage::Open, patient, false);

    let patient = story.patient();
    let told = story.submit(&hill, up(&patient)).await;
    let said = json!({ "reason": "OTHER", "text": "本周无床" });
    let told = story.reject(&county, &told, said).await;
    tell("one rejected", told, sides, Stage::Off, patient, false);

    let patient = story.patient();
    let told = story.submit(&hill, up(&patient)).await;
    let told = story.withdraw(&hill, &told, json!({})).await;
    tell("one withdrawn", told, sides, Stage::Off, patient, false);

    let patient = story.patient();
    let told = story.submit(&hill, up(&patient)).await;
    let told = through(w, &story, &told).await;
    tell("one closed", told, sides, Stage::Closed, patient, false);

    let patient = story.patient();
    let emergency = with(
        rich(w, letter::emergency(w, &patient)),
        json!({ "greenChannel": "STROKE" }),
    );
    let told = story.submit(&station, emergency).await;
    let at_emergency = Party {
        emergency: Some(d.emergency.id),
        ..to_county
    };
    let from_station = (party(&d.lake_station), at_emergency);
    tell(
        "an emergency",
        told,
        from_station,
        Stage::Open,
        patient,
        false,
    );

    let patient = story.patient();
    let told = story
        .submit(&county, rich(w, letter::down(w, &patient)))
        .await;
    tell(
        "one downward",
        told,
        (to_county, from_hill),
        Stage::Open,
        patient,
        false,
    );

    let patient = story.patient();
    let told = story
        .submit(&county, rich(w, letter::outward(w, &patient)))
        .await;
    tell(
        "one outward",
        told,
        (to_county, party(&d.city)),
        Stage::Open,
        patient,
        false,
    );

    for (name, stage) in [
        ("a sensitive one posted", Stage::Open),
        ("a sensitive one closed", Stage::Closed),
    ] {
        let patient = story.patient();
        let told = story.submit(&hill, with(up(&patient), sensitive())).await;
        let told = match stage {
            Stage::Closed => through(w, &story, &told).await,
            _ => told,
        };
        tell(name, told, sides, stage, patient, true);
    }
    tales
}

/// The diagnoses of somebody who is to be protected from being known by them.
pub fn sensitive() -> Value {
    json!({ "diagnoses": [{ "code": "F20.900", "text": "精神分裂症", "principal": true }] })
}

/// From posted to closed.
async fn through(w: &World, story: &Story, posted: &Told) -> Told {
    let d = w.district();
    let hill = w.client(Role::Clinician, &d.hill).await;
    let county = w.client(Role::Clinician, &d.county).await;
    let doctor = json!({ "department": letter::department(d.neurology.id), "practitioner": letter::practitioner(d.neurologist.id), "note": "请携带既往影像资料" });
    let told = story.accept(&county, posted, doctor).await;
    let told = story.depart(&hill, &told, json!({})).await;
    w.wait(Duration::minutes(30));
    let told = story.arrive(&county, &told, json!({})).await;
    let told = story.treat(&county, &told, json!({})).await;
    let discharged = json!({ "dischargedOn": letter::day(w, 0), "practitioner": letter::practitioner(d.neurologist.id) });
    let told = story.report(&county, &told, discharged).await;
    let last = json!({ "note": "已联系家属", "satisfaction": 5 });
    story.close(&hill, &told, last).await
}
