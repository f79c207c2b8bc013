//! Plays the requests: every step through the service that real ones go through, in the order of time.

use chrono::{DateTime, Days, Duration, Utc};
use entity::{
    critical_value,
    enums::{CentreKind, OrderStatus, RecognitionOverride, Role, SpecimenKind},
    order,
};
use uuid::Uuid;

use super::{
    super::{cast::Cast, dice::Dice, plan::Plan},
    Centres, finding,
    job::{Job, Step},
    recall,
};
use crate::{
    app::App,
    auth::{Actor, Scope},
    clock::{shanghai_day, shanghai_midnight},
    critical_value::service as alarms,
    error::{Error, Result},
    order::{
        seen::{Key, Seen},
        service::{self as orders, On},
    },
    patient::PatientRef,
    sterile::service::Cycle,
};

/// Orders and alarm of a request, as they stand.
#[derive(Default)]
pub(super) struct State {
    pub(super) orders: Vec<order::Model>,
    pub(super) alarm: Option<critical_value::Model>,
}

/// Plays every step of the requests, and recalls a batch at the end.
///
/// # Errors
/// [`Error::Internal`] naming request and step where a service refuses one.
pub async fn perform(
    app: &App,
    (cast, centres): (&Cast, &Centres),
    plan: &Plan,
    jobs: &[Job],
    (seed, now): (u64, DateTime<Utc>),
) -> Result<()> {
    let mut scenes: Vec<(DateTime<Utc>, usize, usize)> = Vec::new();
    for job in jobs {
        let steps = job.steps.iter().enumerate();
        scenes.extend(steps.map(|(place, (at, _))| (*at, job.number, place)));
    }
    scenes.sort_unstable();
    let mut states: Vec<State> = jobs.iter().map(|_| State::default()).collect();
    for (at, number, place) in scenes {
        app.clock.set(at);
        let job = &jobs[number];
        let step = job.steps[place].1;
        let earlier = job.again.and_then(|earlier| states[earlier].orders.first());
        let earlier = earlier.filter(|order| order.status == OrderStatus::Reviewed);
        let earlier = earlier.map(|order| order.id);
        let part = u64::try_from(number * 32 + place).unwrap_or(0);
        let mut scene = Scene {
            app,
            cast,
            centres,
            plan,
            job,
            at,
            earlier,
            dice: Dice::apart(seed, 1_000_000 + part),
            state: &mut states[number],
        };
        let played = scene.play(step).await;
        played.map_err(|error| blame(number, step, &error))?;
    }
    recall::perform(app, (cast, centres), &states, now).await
}

fn blame(number: usize, step: Step, error: &Error) -> Error {
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    let code = error.code().name();
    Error::Internal(format!(
        "demo: {step:?} of request {number} is {code} {problems:?}"
    ))
}

pub(super) struct Scene<'a> {
    pub(super) app: &'a App,
    pub(super) cast: &'a Cast,
    centres: &'a Centres,
    plan: &'a Plan,
    pub(super) job: &'a Job,
    at: DateTime<Utc>,
    earlier: Option<Uuid>,
    dice: Dice,
    pub(super) state: &'a mut State,
}

impl Scene<'_> {
    async fn play(&mut self, step: Step) -> Result<()> {
        if step != Step::Place && self.open().is_empty() {
            return Ok(());
        }
        match step {
            Step::Place => self.place().await,
            Step::Cancel => self.cancel().await,
            Step::Examine => self.examine().await,
            Step::Collect => self.collect().await,
            Step::Send => self.send().await,
            Step::Receive => self.receive().await,
            Step::SendBack(reason) => self.send_back(reason).await,
            Step::Claim => self.claim().await,
            Step::Report => self.report().await,
            Step::Review => self.review().await,
            Step::Process => self.process().await,
            Step::Deliver => self.deliver().await,
            Step::Raise => self.raise().await,
            Step::Overdue => alarms::clock::strike_once(self.app).await.map(|_| ()),
            Step::Acknowledge => self.acknowledge().await,
            Step::Resolve => self.resolve().await,
        }
    }

    /// The orders of the request that still go their way.
    fn open(&self) -> Vec<usize> {
        let open = |row: &order::Model| {
            !matches!(row.status, OrderStatus::Recognised | OrderStatus::Cancelled)
        };
        let orders = self.state.orders.iter().enumerate();
        orders
            .filter(|(_, row)| open(row))
            .map(|(place, _)| place)
            .collect()
    }

    fn on(&self) -> Vec<On> {
        let open = self.open().into_iter();
        open.map(|place| on(&self.state.orders[place])).collect()
    }

    fn keep(&mut self, seen: impl IntoIterator<Item = Seen>) {
        for seen in seen {
            let known = self.state.orders.iter_mut();
            match known.into_iter().find(|row| row.id == seen.row.id) {
                Some(row) => *row = seen.row,
                None => self.state.orders.push(seen.row),
            }
        }
    }

    /// Somebody who asks, or their hospital system.
    pub(super) fn asker(&mut self) -> Result<Actor> {
        let actor = self.cast.actor(self.job.from, false, &mut self.dice);
        actor.ok_or_else(|| lacking("nobody who asks"))
    }

    /// Whoever examines and draws blood where it is asked for.
    fn technician(&mut self) -> Result<Actor> {
        let scope = Scope::Institution {
            id: self.job.from,
            department: None,
        };
        let found = self.cast.worker(&scope, Role::Technician, 0);
        found.ok_or_else(|| lacking("no technician"))
    }

    /// Whoever works at the centre: the laboratory's own system, or people of the hospital.
    pub(super) fn worker(&self, role: Role, which: usize) -> Result<Actor> {
        let centre = self.centres.of(self.job.kind)?;
        let (id, host) = (centre.id, centre.host_id);
        let own = Scope::Centre { id, host };
        let hospital = Scope::Institution {
            id: host,
            department: None,
        };
        let found = self
            .cast
            .worker(&own, Role::Integration, 0)
            .or_else(|| self.cast.worker(&hospital, role, which));
        found.ok_or_else(|| lacking("nobody at a centre"))
    }

    /// The doctor whom a system names; a person speaks for themselves.
    pub(super) fn named(&self, actor: &Actor, which: usize) -> Result<Option<Uuid>> {
        if !actor.has(Role::Integration) {
            return Ok(None);
        }
        let host = self.centres.of(self.job.kind)?.host_id;
        let doctors = self.cast.doctors(host);
        Ok(doctors
            .skip(self.job.number % 20 + which)
            .map(|one| one.id)
            .next())
    }

    async fn place(&mut self) -> Result<()> {
        let actor = self.asker()?;
        let call = actor.at("demo");
        let patient = self.job.patient.map(|number| {
            let person = &self.plan.people[number];
            PatientRef::Register(Box::new(person.registration(shanghai_day(self.at))))
        });
        let doctors: Vec<_> = self.cast.doctors(self.job.from).collect();
        let requester = (!doctors.is_empty()).then(|| self.dice.pick(&doctors).id);
        let system = actor.has(Role::Integration);
        for (place, code) in self.job.items.iter().enumerate() {
            let number = self.job.number + 1;
            let input = orders::Place {
                external_id: system.then(|| format!("SQ-{number:06}-{place}")),
                requisition: Some(format!("SQ{number:08}")),
                patient: patient.clone(),
                requested_by: Some(self.job.from),
                requester,
                centre: None,
                item: self.centres.item(code)?.id,
                priority: Some(self.job.priority),
                referral: None,
                question: (self.job.kind != CentreKind::SterileSupply)
                    .then(|| "请协助诊断。".to_owned()),
                quantity: (self.job.kind == CentreKind::SterileSupply)
                    .then(|| i32::try_from(self.dice.between(10, 60)).unwrap_or(10)),
                override_reason: None,
                override_text: None,
                occurred_at: None,
            };
            let placed = match orders::place(self.app, &call, input.clone()).await {
                Err(Error::RecognitionAvailable(_)) => self.known(&actor, input).await?,
                placed => placed?.object,
            };
            self.keep([placed]);
        }
        Ok(())
    }

    /// There is a result already: it is recognised, or there is a reason to examine again.
    async fn known(&mut self, actor: &Actor, place: orders::Place) -> Result<Seen> {
        let call = actor.at("demo");
        if let Some(earlier) = self.earlier.filter(|_| self.dice.happens(65)) {
            let result = orders::Earlier::Order(earlier);
            let input = orders::Recognise { place, result };
            return Ok(orders::recognise(self.app, &call, input).await?.object);
        }
        let reason = if self.job.priority == entity::enums::Urgency::Emergency {
            RecognitionOverride::Emergency
        } else {
            RecognitionOverride::ChangedCondition
        };
        let input = orders::Place {
            override_reason: Some(reason),
            ..place
        };
        Ok(orders::place(self.app, &call, input).await?.object)
    }

    async fn cancel(&mut self) -> Result<()> {
        let actor = self.asker()?;
        for on in self.on() {
            let input = orders::Cancel {
                on,
                reason: "患者未到检。".into(),
            };
            let seen = orders::cancel(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }

    async fn examine(&mut self) -> Result<()> {
        let actor = self.technician()?;
        for on in self.on() {
            let input = orders::Examine {
                on,
                practitioner: None,
                note: None,
            };
            let seen = orders::record_examination(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }

    async fn collect(&mut self) -> Result<()> {
        let actor = self.technician()?;
        let kind = self.state.orders.first().and_then(|row| row.specimen_kind);
        let biopsy = kind == Some(SpecimenKind::Biopsy);
        let tube = self.state.orders.first().map_or(0, |row| row.version);
        let input = orders::Collect {
            orders: self.on(),
            barcode: format!("QL{:07}{tube:02}", self.job.number + 1),
            kind: kind.unwrap_or(SpecimenKind::Serum),
            collector: None,
            fixed_at: biopsy.then_some(self.at),
        };
        let seen = orders::collect_specimen(self.app, &actor.at("demo"), input).await?;
        self.keep(seen.object);
        Ok(())
    }

    async fn send(&mut self) -> Result<()> {
        let drawn_there = self.state.orders.first();
        if drawn_there.is_some_and(|row| row.requested_by_id == row.host_id) {
            return Ok(());
        }
        let actor = self.technician()?;
        let input = orders::Send {
            orders: self.on(),
            transport: Some("冷链物流专车".into()),
        };
        let seen = orders::send_specimen(self.app, &actor.at("demo"), input).await?;
        self.keep(seen.object);
        Ok(())
    }

    async fn receive(&mut self) -> Result<()> {
        let actor = self.worker(Role::Technician, 0)?;
        let input = orders::Receive { orders: self.on() };
        let seen = orders::receive(self.app, &actor.at("demo"), input).await?;
        self.keep(seen.object);
        Ok(())
    }

    async fn send_back(&mut self, reason: entity::enums::OrderReturnReason) -> Result<()> {
        let actor = self.worker(Role::Diagnostician, 0)?;
        for on in self.on() {
            let input = orders::SendBack {
                on,
                reason,
                text: None,
            };
            let seen = orders::return_order(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }

    async fn claim(&mut self) -> Result<()> {
        let actor = self.worker(Role::Diagnostician, 0)?;
        let practitioner = self.named(&actor, 0)?;
        let consultation = self.job.kind == CentreKind::RemoteConsultation;
        for on in self.on() {
            let input = orders::Claim {
                on,
                practitioner,
                planned_at: consultation.then(|| self.at + Duration::minutes(150)),
                slot: None,
            };
            let seen = orders::claim(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }

    async fn report(&mut self) -> Result<()> {
        let actor = self.worker(Role::Diagnostician, 0)?;
        let open = self.open().into_iter();
        let items: Vec<_> = open
            .map(|place| self.state.orders[place].item_code.clone())
            .collect();
        let input = orders::Report {
            orders: self.on(),
            findings: finding::report(self.job, &items, &mut self.dice),
            reporter: None,
        };
        let seen = orders::report(self.app, &actor.at("demo"), input).await?;
        self.keep(seen.object);
        Ok(())
    }

    async fn review(&mut self) -> Result<()> {
        let consultation = self.job.kind == CentreKind::RemoteConsultation;
        let actor = if consultation {
            self.asker()?
        } else {
            self.worker(Role::Diagnostician, 1)?
        };
        let Some(on) = self.on().into_iter().next() else {
            return Ok(());
        };
        let reviewer = match (consultation, actor.has(Role::Integration)) {
            (true, true) => self.cast.doctors(self.job.from).map(|one| one.id).next(),
            (true, false) => None,
            (false, _) => self.named(&actor, 1)?,
        };
        let input = orders::Review {
            on,
            reviewer,
            rating: (consultation && self.dice.happens(70))
                .then(|| i32::try_from(self.dice.between(3, 5)).unwrap_or(5)),
        };
        let seen = orders::review(self.app, &actor.at("demo"), input).await?;
        self.keep(seen.object);
        Ok(())
    }

    async fn process(&mut self) -> Result<()> {
        let actor = self.worker(Role::Technician, 0)?;
        let day = shanghai_day(self.at);
        for on in self.on() {
            let batches = vec![Cycle {
                number: format!("MJ{}-1", day.format("%Y%m%d")),
                steriliser: "1号高压蒸汽灭菌器".into(),
                processed_at: shanghai_midnight(day) + Duration::hours(15),
                expires_on: day.checked_add_days(Days::new(180)).unwrap_or(day),
            }];
            let input = orders::Process { on, batches };
            let seen = orders::process(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }

    async fn deliver(&mut self) -> Result<()> {
        let actor = self.worker(Role::Technician, 0)?;
        for on in self.on() {
            let input = orders::Deliver { on, note: None };
            let seen = orders::deliver(self.app, &actor.at("demo"), input).await?;
            self.keep([seen.object]);
        }
        Ok(())
    }
}

fn on(row: &order::Model) -> On {
    On {
        order: Key::Id(row.id),
        version: Some(row.version),
        occurred_at: None,
    }
}

pub(super) fn lacking(what: &str) -> Error {
    Error::Internal(format!("the demo has {what}"))
}
