//! The way home: some of those who were treated are referred back, and whoever has come down is followed up, in time or late.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{
        CareSetting, ConsentKind, ConsentRelation, FollowUpResult, FollowUpTemplate, FollowUpWay,
        ReferralDirection, ReferralReason, ReferralStatus, TreatmentOutcome, Urgency,
    },
    follow_up::Readings,
    referral,
    referral_content::{Consent, Handover},
};
use uuid::Uuid;

use super::{cast::Cast, dice::Dice};
use crate::{
    app::App,
    auth::Actor,
    clock::shanghai_day,
    error::{Error, Result},
    follow_up::service::{self as follow_ups, NewPlan, Plan, Recording},
    referral::{
        seen::Key,
        service::{self, Arrive, Findings, On, ReferBack},
        writing::Writing,
    },
};

/// Most patients who are followed up.
const FOLLOWED: usize = 40;
/// Most patients who are referred back.
const BACK: usize = 12;

/// Plays the way home for referrals as the plan left them, up to `now`.
///
/// # Errors
/// [`Error::Internal`] where a service refuses a step.
pub async fn perform(
    app: &App,
    players: &Cast,
    rows: &[referral::Model],
    seed: u64,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut way = Way {
        app,
        players,
        now,
        dice: Dice::apart(seed, 9),
    };
    let come_down = rows.iter().filter(|row| {
        row.direction == Some(ReferralDirection::Down)
            && matches!(
                row.status,
                ReferralStatus::Arrived | ReferralStatus::InTreatment
            )
    });
    for (place, row) in come_down.take(FOLLOWED).enumerate() {
        way.follow(row, place).await?;
    }
    let treated = rows.iter().filter(|row| {
        row.direction == Some(ReferralDirection::Up)
            && row.status == ReferralStatus::InTreatment
            && row.urgency != Some(Urgency::Emergency)
            && row.care_setting.is_some()
    });
    // One at least stays where it is.
    for (place, row) in treated.skip(1).take(BACK).enumerate() {
        way.back(row, place).await?;
    }
    Ok(())
}

struct Way<'a> {
    app: &'a App,
    players: &'a Cast,
    now: DateTime<Utc>,
    dice: Dice,
}

impl Way<'_> {
    fn actor(&mut self, institution: Option<Uuid>) -> Option<Actor> {
        self.players.actor(institution?, true, &mut self.dice)
    }

    /// Plans on the day of arrival; every other patient is visited two days later, and the rest wait, some for too long.
    async fn follow(&mut self, row: &referral::Model, place: usize) -> Result<()> {
        let Some(actor) = self.actor(row.receiver_id) else {
            return Ok(());
        };
        let planned_at = row.occurred_at + Duration::minutes(20);
        if planned_at > self.now {
            return Ok(());
        }
        self.app.clock.set(planned_at);
        let call = actor.at("demo");
        let plan = NewPlan {
            referral: Key::Id(row.id),
            occurred_at: None,
            plan: Plan {
                template: template(row),
                days: None,
                from: None,
                institution: None,
                team: None,
            },
        };
        let planned = follow_ups::plan(self.app, &call, plan).await;
        let planned = planned.map_err(|error| blame("plan", &error))?;
        let visited_at = planned_at + Duration::days(2);
        if place.is_multiple_of(2) || visited_at > self.now {
            return Ok(());
        }
        self.app.clock.set(visited_at);
        let pressure = i32::try_from(self.dice.between(118, 186)).unwrap_or(130);
        let is_low = pressure < 150;
        let recording = Recording {
            on: follow_ups::On {
                follow_up: planned.object.row.id,
                version: Some(planned.object.row.version),
                occurred_at: None,
            },
            way: if place % 4 == 1 {
                FollowUpWay::Home
            } else {
                FollowUpWay::Clinic
            },
            result: if is_low {
                FollowUpResult::Controlled
            } else {
                FollowUpResult::Uncontrolled
            },
            note: if is_low {
                "病情平稳，按时服药。".into()
            } else {
                "血压偏高，已调整用药。".into()
            },
            advice: Some("低盐饮食，适量活动，按时复诊。".into()),
            signs: Vec::new(),
            readings: Some(Readings {
                systolic: Some(pressure),
                diastolic: Some(pressure * 5 / 8),
                ..Readings::default()
            }),
            practitioner: None,
        };
        let recorded = follow_ups::record(self.app, &call, recording).await;
        recorded.map_err(|error| blame("record", &error))?;
        Ok(())
    }

    /// Refers back in the last hours; some are home already.
    async fn back(&mut self, row: &referral::Model, place: usize) -> Result<()> {
        let left = Duration::minutes(i64::try_from(place).unwrap_or(0) * 5);
        let at = self.now - Duration::minutes(90) + left;
        let (Some(ward), Some(home)) =
            (self.actor(row.receiver_id), self.actor(Some(row.sender_id)))
        else {
            return Ok(());
        };
        if row.occurred_at > at {
            return Ok(());
        }
        self.app.clock.set(at);
        let input = self.letter(row, at);
        let call = ward.at("demo");
        let down = match service::refer_back(self.app, &call, input).await {
            // The patient is on the way down for the same illness already, or their village has nobody to take them in.
            Err(Error::Duplicate { .. } | Error::RouteNotAllowed(_)) => return Ok(()),
            down => {
                down.map_err(|error| blame("refer back", &error))?
                    .object
                    .row
            }
        };
        if place.is_multiple_of(3) {
            return Ok(());
        }
        let call = home.at("demo");
        let directory = self.app.directory.now();
        let departments = directory.departments_of.get(&row.sender_id);
        let accept = service::Accept {
            department: departments.and_then(|all| all.first().copied()),
            planned_at: Some(at + Duration::minutes(10)),
            on: on(&down),
            practitioner: None,
            bed_pool: None,
            slot: None,
            note: None,
        };
        let accepted = service::accept(self.app, &call, accept).await;
        let accepted = accepted.map_err(|error| blame("accept", &error))?;
        self.app.clock.set(at + Duration::minutes(12));
        let arrive = Arrive {
            on: on(&accepted.object.row),
            note: None,
        };
        let arrived = service::record_arrival(self.app, &call, arrive).await;
        let arrived = arrived.map_err(|error| blame("arrive", &error))?;
        let plan = NewPlan {
            referral: Key::Id(arrived.object.row.id),
            occurred_at: None,
            plan: Plan {
                template: FollowUpTemplate::General,
                days: None,
                from: None,
                institution: None,
                team: None,
            },
        };
        let planned = follow_ups::plan(self.app, &call, plan).await;
        planned.map_err(|error| blame("plan", &error))?;
        Ok(())
    }

    fn letter(&mut self, row: &referral::Model, at: DateTime<Utc>) -> ReferBack {
        let illness = row.content.diagnoses.first();
        let illness = illness.map_or_else(String::new, |one| one.text.clone());
        let doctors: Vec<_> = row
            .receiver_id
            .into_iter()
            .flat_map(|id| self.players.doctors(id))
            .collect();
        let doctor = (!doctors.is_empty()).then(|| self.dice.pick(&doctors).id);
        let admitted = row.care_setting == Some(CareSetting::Inpatient);
        ReferBack {
            on: on(row),
            external_id: None,
            report: Some(Findings {
                diagnosis: illness.clone(),
                treatment: "规范治疗后症状缓解。".into(),
                outcome: TreatmentOutcome::Improved,
                advice: "回当地继续康复，按时服药。".into(),
                discharge_summary: admitted.then(|| format!("因{illness}入院，治疗后平稳出院。")),
                discharged_on: admitted.then(|| shanghai_day(at)),
                practitioner: doctor,
            }),
            writing: Writing {
                sender_practitioner: doctor,
                sender_phone: Some("0571-86000000".into()),
                care_setting: Some(CareSetting::Outpatient),
                reason: Some(ReferralReason::Stable),
                consent: Some(Consent {
                    kind: ConsentKind::Verbal,
                    signer: Some("本人".into()),
                    relation: Some(ConsentRelation::Patient),
                    at: Some(at - Duration::minutes(30)),
                    override_reason: None,
                }),
                valid_to: Some(shanghai_day(at + Duration::days(7))),
                handover: Some(Handover {
                    main_results: Some("复查指标较前好转。".into()),
                    medication: Some("出院带药两周，见处方。".into()),
                    follow_up: Some("七日内首次随访。".into()),
                    inpatient_number: row.visit_number.clone(),
                    ..Handover::default()
                }),
                ..Writing::default()
            },
        }
    }
}

fn on(row: &referral::Model) -> On {
    On {
        referral: Key::Id(row.id),
        version: Some(row.version),
        occurred_at: None,
    }
}

/// What a patient is followed up for.
fn template(row: &referral::Model) -> FollowUpTemplate {
    match row.principal_category.as_deref() {
        Some("I60" | "I61" | "I63" | "I64" | "I69") => FollowUpTemplate::Stroke,
        Some("I10" | "I11") => FollowUpTemplate::Hypertension,
        Some("E10" | "E11" | "E14") => FollowUpTemplate::Diabetes,
        _ => FollowUpTemplate::General,
    }
}

fn blame(step: &str, error: &Error) -> Error {
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let code = error.code().name();
    Error::Internal(format!(
        "demo: {step} on the way home is {code} {problems:?}"
    ))
}
