//! Complete referral letters 转诊单, one for each way that a patient goes: what a sender posts (`SubmitReferralInput`).

use api::id::{self, Kind};
use chrono::{Duration, SecondsFormat};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{World, canary::Patient};

/// Up: the health centre `hill` asks `county` to admit a patient with a cerebral infarction.
pub fn up(w: &World, patient: &Patient) -> Value {
    let d = w.district();
    let letter = json!({
        "senderPractitioner": practitioner(d.hill_doctor.id),
        "receiver": institution(d.county.id),
        "careSetting": "INPATIENT",
        "reason": "NO_TECHNIQUE",
    });
    with(planned(w, patient), letter)
}

/// Down: `county` hands a patient who can go home to the health centre `hill`.
pub fn down(w: &World, patient: &Patient) -> Value {
    let d = w.district();
    let letter = json!({
        "senderPractitioner": practitioner(d.neurologist.id),
        "receiver": institution(d.hill.id),
        "visitType": "INPATIENT",
        "careSetting": "REHABILITATION",
        "reason": "STABLE",
        "handover": {
            "dischargeDiagnosis": "脑梗死恢复期",
            "mainResults": "头颅磁共振：左侧基底节区梗死灶，较前吸收",
            "treatment": "静脉溶栓，抗血小板，调脂",
            "plan": "肢体功能锻炼，每周三次",
            "medication": "阿司匹林 100 mg 每日一次",
            "followUp": "七日内首次随访，测血压",
            "inpatientNumber": "ZY20260214007",
            "dischargeSummary": "住院十四日，肌力由二级恢复至四级",
        },
    });
    with(planned(w, patient), letter)
}

/// What is to be said of a patient who is referred back, and is not known already.
pub fn back(w: &World) -> Value {
    json!({
        "careSetting": "REHABILITATION",
        "reason": "REHABILITATION",
        "consent": { "kind": "VERBAL", "signer": "本人", "relation": "PATIENT", "at": moment(w, Duration::hours(-1)) },
        "validTo": day(w, 7),
        "handover": {
            "mainResults": "头颅磁共振：梗死灶较前吸收",
            "medication": "阿司匹林 100 mg 每日一次",
            "followUp": "七日内首次随访，测血压",
        },
    })
}

/// Outward: `county` sends a patient to the `city` hospital outside the district, assessed by its associate chief physician.
pub fn outward(w: &World, patient: &Patient) -> Value {
    let d = w.district();
    let letter = json!({
        "senderPractitioner": practitioner(d.neurologist.id),
        "assessor": practitioner(d.neurologist.id),
        "receiver": institution(d.city.id),
        "visitType": "INPATIENT",
        "careSetting": "INPATIENT",
        "reason": "COMPLEX",
    });
    with(planned(w, patient), letter)
}

/// Between equals: the hospital `county` asks the traditional-medicine hospital `herbs`.
pub fn lateral(w: &World, patient: &Patient) -> Value {
    let d = w.district();
    let letter = json!({
        "senderPractitioner": practitioner(d.neurologist.id),
        "receiver": institution(d.herbs.id),
        "careSetting": "REHABILITATION",
        "reason": "FURTHER_EXAMINATION",
    });
    with(planned(w, patient), letter)
}

/// Emergency: the station `lake_station` sends straight to `county`, the other community's stroke centre. Nothing is in it that an
/// emergency may leave out.
pub fn emergency(w: &World, patient: &Patient) -> Value {
    json!({
        "patient": { "register": patient.input() },
        "urgency": "EMERGENCY",
        "senderPhone": "0571-88881234",
        "receiver": institution(w.district().county.id),
        "diagnoses": [{ "text": "突发言语不清，右侧肢体无力", "principal": true }],
        "consent": { "kind": "EMERGENCY_OVERRIDE", "overrideReason": "患者失语，家属未到" },
    })
}

/// What every letter that is no emergency says.
fn planned(w: &World, patient: &Patient) -> Value {
    json!({
        "patient": { "register": patient.input() },
        "urgency": "ROUTINE",
        "senderPhone": "0571-88881234",
        "visitType": "OUTPATIENT",
        "diagnoses": [{ "code": "I63.900", "text": "脑梗死", "principal": true }],
        "clinical": { "presentIllness": "左侧肢体麻木三日，无头痛呕吐" },
        "consent": {
            "kind": "WRITTEN",
            "signer": "本人",
            "relation": "PATIENT",
            "at": moment(w, Duration::hours(-1)),
        },
        "validTo": day(w, 7),
    })
}

/// The same letter with other fields: objects are merged, null takes a field out, anything else is put in its place.
#[must_use]
pub fn with(mut letter: Value, changes: Value) -> Value {
    merge(&mut letter, changes);
    letter
}

fn merge(into: &mut Value, changes: Value) {
    match (into, changes) {
        (Value::Object(fields), Value::Object(changes)) => {
            for (name, change) in changes {
                if change.is_null() {
                    fields.remove(&name);
                } else {
                    merge(fields.entry(name).or_insert(Value::Null), change);
                }
            }
        }
        (into, change) => *into = change,
    }
}

/// The moment that is so long from now, as a caller writes it.
pub fn moment(w: &World, from_now: Duration) -> String {
    (w.now() + from_now).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The day in Shanghai that is so many days from today.
pub fn day(w: &World, from_today: i64) -> String {
    let day = api::clock::shanghai_day(w.now() + Duration::days(from_today));
    day.to_string()
}

/// The public id of an institution.
pub fn institution(id: Uuid) -> String {
    id::encode(Kind::Institution, id)
}

/// The public id of a department.
pub fn department(id: Uuid) -> String {
    id::encode(Kind::Department, id)
}

/// The public id of a practitioner.
pub fn practitioner(id: Uuid) -> String {
    id::encode(Kind::Practitioner, id)
}
