//! Plays the plan: every step through the service that real ones go through, in the order of time.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{CareSetting, ReferralStatus, RejectionReason, Role, Transport, Urgency},
    referral,
};

use super::{
    cast::Cast,
    dice::Dice,
    letter,
    plan::{
        Case, Plan,
        course::{Step, Timed},
    },
    ward::{Kept, Wards},
};
use crate::{
    app::App,
    auth::{Actor, Call},
    clock::shanghai_day,
    error::{Error, Result},
    record::replay::Changed,
    referral::{
        seen::{Key, Seen},
        service::{self, On},
        writing::Writing,
    },
};

/// Plays every step of these cases of the plan; gives back the referrals as it leaves them.
///
/// # Errors
/// [`Error::Internal`] naming case and step where a service refuses one: the plan asks for nothing that may be refused.
pub async fn perform(
    app: &App,
    players: &Cast,
    plan: &Plan,
    cases: &[Case],
    wards: &mut Wards,
    seed: u64,
) -> Result<Vec<referral::Model>> {
    let mut scenes: Vec<(&Timed, usize, usize)> = Vec::new();
    for (which, case) in cases.iter().enumerate() {
        let steps = case.steps.iter().enumerate();
        scenes.extend(steps.map(|(place, step)| (step, which, place)));
    }
    scenes.sort_by_key(|((at, _), which, place)| (*at, *which, *place));
    let mut rows: Vec<Option<referral::Model>> = vec![None; cases.len()];
    for ((at, step), which, place) in scenes {
        wards.report_until(app, *at).await?;
        app.clock.set(*at);
        let case = &cases[which];
        let part = u64::try_from(case.number * 32 + place).unwrap_or(0);
        let mut scene = Scene {
            app,
            players,
            plan,
            wards,
            case,
            at: *at,
            dice: Dice::apart(seed, 1_000 + part),
            row: rows[which].as_ref(),
            later: &case.steps[place + 1..],
        };
        let played = scene.play(*step).await;
        let played = played.map_err(|error| blame(case.number, *step, &error))?;
        rows[which] = Some(played.object.row);
    }
    wards.report(app).await?;
    Ok(rows.into_iter().flatten().collect())
}

fn blame(number: usize, step: Step, error: &Error) -> Error {
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let code = error.code().name();
    Error::Internal(format!(
        "demo: {step:?} of case {number} is {code} {problems:?}"
    ))
}

struct Scene<'a> {
    app: &'a App,
    players: &'a Cast,
    plan: &'a Plan,
    wards: &'a Wards,
    case: &'a Case,
    at: DateTime<Utc>,
    dice: Dice,
    row: Option<&'a referral::Model>,
    later: &'a [Timed],
}

impl Scene<'_> {
    async fn play(&mut self, step: Step) -> Result<Changed<Seen>> {
        let actor = self.actor(step)?;
        let call = actor.at("demo");
        match step {
            Step::Draft => self.draft(&call).await,
            Step::Submit => self.submit(&call).await,
            Step::Return => {
                let missing_items = letter::missing(&mut self.dice);
                let input = service::Return {
                    on: self.on()?,
                    missing_items,
                };
                service::return_for_completion(self.app, &call, input).await
            }
            Step::Resubmit => {
                let input = service::Resubmit {
                    on: self.on()?,
                    writing: completion(),
                };
                service::resubmit(self.app, &call, input).await
            }
            Step::Accept => self.accept(&call).await,
            Step::Reject => self.reject(&call).await,
            Step::Withdraw => {
                let input = service::Withdraw {
                    on: self.on()?,
                    reason: "患者改变就诊意愿。".into(),
                };
                service::withdraw(self.app, &call, input).await
            }
            Step::Depart => {
                let transport = if self.case.illness.acute {
                    Transport::Ambulance120
                } else {
                    Transport::OnTheirOwn
                };
                let input = service::Depart {
                    on: self.on()?,
                    transport,
                    note: None,
                };
                service::record_departure(self.app, &call, input).await
            }
            Step::Arrive => {
                let input = service::Arrive {
                    on: self.on()?,
                    note: None,
                };
                service::record_arrival(self.app, &call, input).await
            }
            Step::Miss => {
                let note = Some("电话未接通，患者未按时到院。".into());
                let input = service::NoShow {
                    on: self.on()?,
                    note,
                };
                service::record_no_show(self.app, &call, input).await
            }
            Step::AskToCancel => {
                let input = service::RequestCancellation {
                    on: self.on()?,
                    reason: "患者病情好转，家属要求取消转诊。".into(),
                };
                service::request_cancellation(self.app, &call, input).await
            }
            Step::Cancel => {
                let input = service::AnswerCancellation {
                    on: self.on()?,
                    note: None,
                };
                service::confirm_cancellation(self.app, &call, input).await
            }
            Step::Treat => {
                let visit_number = Some(format!("MZ{:07}", 1_000_000 + self.case.number));
                let input = service::Treat {
                    on: self.on()?,
                    visit_number,
                };
                service::start_treatment(self.app, &call, input).await
            }
            Step::Report => self.report(&call).await,
            Step::Close => self.close(&call).await,
        }
    }

    /// Who takes the step: somebody of the side whose it is; of the sender where the receiver has nobody here.
    fn actor(&mut self, step: Step) -> Result<Actor> {
        let receiving = matches!(
            step,
            Step::Return
                | Step::Accept
                | Step::Reject
                | Step::Arrive
                | Step::Miss
                | Step::Cancel
                | Step::Treat
                | Step::Report
        );
        let treats = matches!(step, Step::Treat | Step::Report);
        let own = if receiving {
            self.case.receiver
        } else {
            self.case.sender
        };
        self.players
            .actor(own, treats, &mut self.dice)
            .or_else(|| self.players.actor(self.case.sender, treats, &mut self.dice))
            .ok_or_else(|| Error::Internal("an institution of the demo has no account".into()))
    }

    fn row(&self) -> Result<&referral::Model> {
        self.row
            .ok_or_else(|| Error::Internal("a course of the demo begins in the middle".into()))
    }

    fn on(&self) -> Result<On> {
        let row = self.row()?;
        Ok(On {
            referral: Key::Id(row.id),
            version: Some(row.version),
            occurred_at: None,
        })
    }

    fn writing(&mut self) -> Writing {
        letter::writing(
            self.app,
            self.players,
            self.plan,
            self.case,
            &mut self.dice,
            self.at,
        )
    }

    fn post(&mut self, call: &Call<'_>, writing: Writing) -> service::Post {
        let from_system = call.actor.has(Role::Integration);
        service::Post {
            external_id: from_system.then(|| format!("HIS-{:06}", self.case.number + 1)),
            patient: Some(letter::patient(self.plan, self.case, self.at)),
            sender: Some(self.case.sender),
            writing,
            occurred_at: None,
            planned_at: None,
            arrived_at: None,
            based_on: None,
            follow_up: None,
        }
    }

    async fn draft(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        let mut writing = self.writing();
        // A draft is a draft: what takes long to write is not there yet.
        writing.clinical = None;
        writing.handover = None;
        writing.consent = None;
        let post = self.post(call, writing);
        service::draft(self.app, call, post).await
    }

    async fn submit(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        let writing = self.writing();
        let input = if self.row.is_some() {
            service::Submit::Draft {
                on: self.on()?,
                writing: Box::new(writing),
            }
        } else {
            service::Submit::New(Box::new(self.post(call, writing)))
        };
        service::submit(self.app, call, input).await
    }

    async fn accept(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        let directory = self.app.directory.now();
        let here: Vec<_> = self.players.doctors(self.case.receiver).collect();
        let doctor = (!here.is_empty()).then(|| self.dice.pick(&here).id);
        let department = letter::receiving_department(&directory, self.case);
        let planned_at = self.planned();
        let input = service::Accept {
            on: self.on()?,
            department,
            practitioner: doctor.filter(|_| self.dice.happens(40)),
            planned_at: Some(planned_at),
            bed_pool: None,
            slot: None,
            note: self
                .dice
                .happens(25)
                .then(|| "请携带既往检查资料及身份证、医保卡。".into()),
        };
        if self.dice.happens(60) {
            let (at, care) = (self.case.receiver, self.case.care);
            let Kept { bed_pool, slot } = self.wards.kept(at, department, care, planned_at);
            let kept = service::Accept {
                bed_pool,
                slot,
                ..input.clone()
            };
            // Where everything is taken the patient is accepted all the same.
            match service::accept(self.app, call, kept).await {
                Err(Error::CapacityExhausted(_)) => {}
                accepted => return accepted,
            }
        }
        service::accept(self.app, call, input).await
    }

    /// When the patient is expected: about when they will come, and well before it is said that they did not.
    fn planned(&mut self) -> DateTime<Utc> {
        let next = self
            .later
            .iter()
            .find(|(_, step)| matches!(step, Step::Arrive | Step::Miss));
        match next {
            Some((at, Step::Arrive)) => *at,
            Some(_) => self.at + Duration::minutes(self.dice.between(60, 1_200)),
            None if self.case.urgency == Urgency::Routine => {
                shanghai_midday(self.at) + Duration::days(self.dice.between(1, 3))
            }
            None => self.at + Duration::minutes(self.dice.between(40, 240)),
        }
    }

    async fn reject(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        const REASONS: &[(usize, (RejectionReason, &str))] = &[
            (
                5,
                (RejectionReason::NoBed, "科室床位已满，建议次日再联系。"),
            ),
            (2, (RejectionReason::NoSpecialty, "我院未开设该亚专科。")),
            (
                2,
                (
                    RejectionReason::NotIndicated,
                    "目前无转诊指征，建议门诊随诊。",
                ),
            ),
            (
                3,
                (
                    RejectionReason::WithinOriginCapability,
                    "可在基层规范治疗。",
                ),
            ),
            (
                1,
                (RejectionReason::PatientDeclined, "患者及家属暂不同意。"),
            ),
        ];
        let (reason, text) = *self.dice.weighted(REASONS);
        let input = service::Reject {
            on: self.on()?,
            reason,
            text: Some(text.to_owned()),
        };
        service::reject(self.app, call, input).await
    }

    async fn report(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        let illness = self.case.illness;
        let here: Vec<_> = self.players.doctors(self.case.receiver).collect();
        let admitted = self.case.care == CareSetting::Inpatient;
        let input = service::ReportBack {
            on: self.on()?,
            findings: service::Findings {
                diagnosis: illness.text.to_owned(),
                treatment: format!("{}。", illness.treatment),
                outcome: letter::outcome(&mut self.dice),
                advice: "按医嘱服药，两周后基层复诊，不适随诊。".into(),
                discharge_summary: admitted
                    .then(|| format!("因{}入院，治疗后病情平稳出院。", illness.text)),
                discharged_on: admitted.then(|| shanghai_day(self.at)),
                practitioner: (!here.is_empty()).then(|| self.dice.pick(&here).id),
            },
        };
        service::report_back(self.app, call, input).await
    }

    async fn close(&mut self, call: &Call<'_>) -> Result<Changed<Seen>> {
        let reported = self.row()?.status == ReferralStatus::ReportedBack;
        let outcome = self.row()?.report.as_ref().map(|report| report.outcome);
        let contact = letter::contact(&mut self.dice);
        let input = service::Close {
            on: self.on()?,
            follow_up: None,
            no_follow_up: outcome
                .filter(|_| reported && !self.case.goes_down)
                .map(letter::no_follow_up),
            contact: (!reported).then_some(contact),
            note: None,
            satisfaction: (reported && self.dice.happens(60))
                .then(|| i32::try_from(self.dice.between(3, 5)).unwrap_or(5)),
        };
        service::close(self.app, call, input).await
    }
}

/// Noon in Shanghai on the day of `at`.
fn shanghai_midday(at: DateTime<Utc>) -> DateTime<Utc> {
    crate::clock::shanghai_midnight(shanghai_day(at)) + Duration::hours(12)
}

/// What a sender adds to what was sent back.
fn completion() -> Writing {
    let clinical = entity::referral_content::Clinical {
        examinations: Some("补充：血常规、肝肾功能及影像报告见附页。".into()),
        ..Default::default()
    };
    Writing {
        clinical: Some(clinical),
        ..Writing::default()
    }
}
