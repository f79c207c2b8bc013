//! Experts sent to work below: planned, there, and gone again.

mod agree;
mod appraise;
mod check_in;
mod clock;
mod end;
mod expert;
mod extend;
mod in_house;
mod journey;
mod life;
mod list;
mod log;
mod plan;
mod publish;
mod race;
mod request;
mod state;
mod statistics;

use api::id::{self, Kind};
use chrono::Duration;
use entity::{account_grant, enums::Role, institution};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    harness::{
        World,
        client::{Answer, Client, Session},
        people::Person,
    },
    referral::{
        census::census,
        letter::{self, with},
        story::{Story, Told},
    },
};

/// What a verb answers.
const DISPATCH: &str = "dispatch { id version kind status practitioner { id } sender { id } host { id } specialty startsOn endsOn sessions { weekday half } goals
    approver { id } approvedFor { id } approvedAt checkedInAt endedOn endedAt reason appraisal { score comment }
    totals { halfDays serviceDays patientsServed outpatients wardRounds operations consultations teachingHours teachingHeads }
    logs(first: 100) { totalCount edges { node { date half outpatients revision byExpert earlier { outpatients revision replacedAt } } } }
    availableActions { action allowed blockedBy requires } }";

/// The hospital `county`, which sends its neurologist, and the health centre `hill`, which receives; each has a dispatch officer.
pub struct Post {
    /// The story's world.
    pub w: World,
    /// Dispatch officer of `county`.
    pub sender: Client,
    /// Dispatch officer of `hill`.
    pub host: Client,
    /// Manager of the community `general`.
    pub manager: Client,
    /// The account of the neurologist of `county`.
    pub expert: Person,
    /// The neurologist at home.
    pub home: Client,
}

/// A dispatch as an answer shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub status: String,
    /// The whole of it.
    pub all: Value,
    /// Whether it had been done before.
    pub replayed: bool,
}

impl Seen {
    fn read(answer: &Answer, verb: &str) -> Self {
        let all = answer.data(&format!("{verb}.dispatch")).clone();
        let text = |field: &str| all[field].as_str().expect("a text").to_owned();
        Self {
            id: text("id"),
            version: all["version"].as_i64().expect("a number"),
            status: text("status"),
            replayed: answer.data(&format!("{verb}.replayed")) == &json!(true),
            all,
        }
    }

    /// The id of its row.
    pub fn row_id(&self) -> Uuid {
        id::decode(Kind::Dispatch, &self.id, "id").expect("the id of a dispatch")
    }

    /// The verbs that are allowed.
    pub fn next(&self) -> Vec<&str> {
        let all = self.all["availableActions"].as_array().expect("a list");
        all.iter()
            .filter(|action| action["allowed"] == true)
            .map(|action| action["action"].as_str().expect("a name"))
            .collect()
    }
}

impl Post {
    /// Everybody.
    pub async fn of(w: &World) -> Self {
        let d = w.district();
        let expert = w.person(Role::Clinician, &d.county).await;
        Self {
            sender: w.client(Role::DispatchOfficer, &d.county).await,
            host: w.client(Role::DispatchOfficer, &d.hill).await,
            manager: w.client(Role::CommunityManager, &d.general).await,
            home: w.client_of(&expert).await,
            expert,
            w: w.clone(),
        }
    }

    /// The neurologist of `county` works at `hill` from today for 90 days, on Mondays, Tuesdays and Wednesday mornings; a complete input of a plan.
    pub fn plan(&self) -> Value {
        let d = self.w.district();
        json!({
            "host": letter::institution(d.hill.id),
            "practitioner": letter::practitioner(d.neurologist.id),
            "kind": "SECONDMENT",
            "specialty": "03.04",
            "startsOn": letter::day(&self.w, 0),
            "endsOn": letter::day(&self.w, 89),
            "sessions": [
                { "weekday": "MONDAY", "half": "DAY" },
                { "weekday": "TUESDAY", "half": "DAY" },
                { "weekday": "WEDNESDAY", "half": "AM" },
            ],
            "goals": "带教卒中筛查",
        })
    }

    /// `hill` asks `county` for somebody; a complete input.
    pub fn request(&self) -> Value {
        let d = self.w.district();
        json!({
            "sender": letter::institution(d.county.id),
            "kind": "VISITING_CLINIC",
            "startsOn": letter::day(&self.w, 7),
            "endsOn": letter::day(&self.w, 97),
            "sessions": [{ "weekday": "MONDAY", "half": "AM" }],
            "goals": "神经内科门诊",
        })
    }

    /// The plan with these changes; it succeeds.
    pub async fn planned(&self, changes: Value) -> Seen {
        tell(&self.sender, "planDispatch", with(self.plan(), changes)).await
    }

    /// The plan with these changes, approved and confirmed.
    pub async fn confirmed(&self, changes: Value) -> Seen {
        let planned = self.planned(changes).await;
        let approved = tell(&self.sender, "approveDispatch", on(&planned)).await;
        tell(&self.host, "confirmDispatch", on(&approved)).await
    }

    /// The same, and the expert has come.
    pub async fn active(&self, changes: Value) -> Seen {
        let confirmed = self.confirmed(changes).await;
        tell(&self.host, "checkInDispatch", on(&confirmed)).await
    }

    /// The dispatch of the plan, as far as it can be told in a moment.
    pub async fn bring(&self, status: &str) -> Seen {
        let none = json!({});
        match status {
            "REQUESTED" => tell(&self.host, "requestDispatch", self.request()).await,
            "PLANNED" => self.planned(none).await,
            "APPROVED" => {
                let planned = self.planned(none).await;
                tell(&self.sender, "approveDispatch", on(&planned)).await
            }
            "CONFIRMED" => self.confirmed(none).await,
            "ACTIVE" => self.active(none).await,
            "DECLINED" => {
                let asked = tell(&self.host, "requestDispatch", self.request()).await;
                tell(&self.sender, "declineDispatch", because(&asked)).await
            }
            "CANCELLED" => {
                let planned = self.planned(none).await;
                tell(&self.sender, "cancelDispatch", because(&planned)).await
            }
            "RECALLED" => {
                let active = self.active(none).await;
                tell(&self.sender, "recallDispatch", because(&active)).await
            }
            "COMPLETED" => {
                let active = self.active(none).await;
                tell(&self.host, "completeDispatch", on(&active)).await
            }
            "APPRAISED" => {
                let active = self.active(none).await;
                let completed = tell(&self.host, "completeDispatch", on(&active)).await;
                let said = with(on(&completed), json!({ "score": 90 }));
                tell(&self.host, "appraiseDispatch", said).await
            }
            other => panic!("no way to {other}"),
        }
    }

    /// The dispatch as that caller sees it; none where they do not.
    pub async fn look(&self, by: &Client, seen: &Seen) -> Option<Seen> {
        let document = format!(
            "query($id: ID!) {{ look: dispatch(id: $id) {{ {} }} }}",
            &DISPATCH["dispatch {".len()..DISPATCH.len() - 1]
        );
        let answer = by.call(&document, json!({ "id": seen.id })).await.ok();
        let all = answer.data("look").clone();
        (!all.is_null()).then(|| Seen {
            version: all["version"].as_i64().expect("a number"),
            status: all["status"].as_str().expect("a text").to_owned(),
            all,
            ..seen.clone()
        })
    }

    /// The grants at an institution that the expert's account was ever lent.
    pub async fn lent(&self, at: &institution::Model) -> Vec<account_grant::Model> {
        account_grant::Entity::find()
            .filter(account_grant::Column::AccountId.eq(self.expert.account.id))
            .filter(account_grant::Column::InstitutionId.eq(at.id))
            .order_by_asc(account_grant::Column::CreatedAt)
            .order_by_asc(account_grant::Column::Id)
            .all(self.w.app.db.reader())
            .await
            .expect("grants can be read")
    }

    /// The expert at an institution, by the latest grant there; the token stays as it is.
    pub async fn there(&self, at: &institution::Model) -> Client {
        let grant = self.lent(at).await.pop().expect("a grant there");
        let session = Session {
            app: self.w.app.clone(),
            account: self.expert.account.id,
            grant: grant.id,
            since: self.w.now(),
        };
        let client = self.w.anonymous().with_token(session.token().await);
        client.of_account(self.expert.account.id)
    }
}

/// The hospital `herbs` hands a patient to `hill`: neither the expert's home nor their host has written it.
pub async fn handed(post: &Post, story: &Story) -> (Told, Client) {
    let (w, d) = (&post.w, post.w.district());
    let herbs = w.client(Role::Clinician, &d.herbs).await;
    let from = json!({ "senderPractitioner": letter::practitioner(d.herbs_doctor.id), "validTo": letter::day(w, 30) });
    let posted = story.submit(&herbs, with(story.down(), from)).await;
    (posted, herbs)
}

/// A dispatch, as its verbs name it.
pub fn on(seen: &Seen) -> Value {
    json!({ "dispatch": seen.id, "version": seen.version })
}

/// The same with a reason.
pub fn because(seen: &Seen) -> Value {
    with(on(seen), json!({ "reason": "院内值班人手不足" }))
}

/// A half-day in which so many outpatients came; so many days from today.
pub fn half_day(w: &World, days: i64, half: &str, outpatients: i64) -> Value {
    json!({ "date": letter::day(w, days), "half": half, "outpatients": outpatients })
}

/// The half-days that are logged.
#[expect(clippy::needless_pass_by_value, reason = "written where it is called")]
pub fn logged(seen: &Seen, entries: Value) -> Value {
    with(on(seen), json!({ "entries": entries }))
}

/// Calls a verb of dispatches with that input, whatever comes of it.
pub async fn ask(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let document = format!(
        "mutation Dispatch($input: {kind}!) {{ {verb}(input: $input) {{ replayed {DISPATCH} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Calls a verb of dispatches with that input; it succeeds.
pub async fn tell(by: &Client, verb: &str, input: Value) -> Seen {
    Seen::read(&ask(by, verb, input).await.ok(), verb)
}

/// The verb is refused with that code, and nothing is written but to the audit trail.
pub async fn refuses(w: &World, by: &Client, verb: &str, input: Value, code: &str) -> Answer {
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

/// The verb is refused to whoever has the wrong role or stands at the wrong institution: those who see the dispatch may not, others see none.
async fn refuses_others(post: &Post, verb: &str, input: &Value, own: &[&Client]) {
    let (w, d) = (&post.w, post.w.district());
    let near = [
        w.client(Role::InstitutionAdmin, &d.county).await,
        w.client(Role::Coordinator, &d.hill).await,
        w.client(Role::Integration, &d.hill).await,
        w.client(Role::Technician, &d.hill).await,
    ];
    let own: Vec<_> = own.iter().map(|client| client.account).collect();
    let sides = [&post.sender, &post.host, &post.manager];
    let sides = sides
        .into_iter()
        .filter(|side| !own.contains(&side.account));
    for client in near.iter().chain(sides) {
        refuses(w, client, verb, input.clone(), "FORBIDDEN").await;
    }
    for client in [
        w.client(Role::DispatchOfficer, &d.herbs).await,
        w.client(Role::DispatchOfficer, &d.lake).await,
        w.client(Role::CommunityManager, &d.traditional).await,
        w.client(Role::Clinician, &d.emergency).await,
        w.client(Role::Monitor, &d.general).await,
    ] {
        refuses(w, &client, verb, input.clone(), "NOT_FOUND").await;
    }
    let answer = ask(&w.anonymous(), verb, input.clone()).await;
    let code = &answer.errors()[0]["extensions"]["code"];
    assert_eq!(code, "UNAUTHENTICATED", "{}", answer.text);
}

/// The same after midnight: the clock of the world, moved on by whole days.
fn wait_days(w: &World, days: i64) {
    w.wait(Duration::days(days));
}
