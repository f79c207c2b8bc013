//! The demo: a district that does not exist, at work for some weeks, to be tried without any other set-up.
//!
//! A seed and a [`Scale`] make a `district`, its people (`person`) with their illnesses (`illness`), and a `plan` of
//! referrals: who is sent where, why, and how far it has come by now. The plan is played (`play`) in the order of time through the same
//! services as real referrals, on a clock that is set from step to step, by the `cast`: accounts of people and hospital systems; some of the patients
//! who are accepted get a bed or a place in a session (`ward`), some go home again to be followed up (`homeward`). What is not ordinary (`exception`)
//! comes last. Before all that lie some referrals of the year before, the `year` of family doctors, experts and reports, and that of the shared
//! `centre`s. So nothing is in the demo that could not have come about by itself, timelines and audit trail included.
//!
//! The [folder] holds the database, the master secret and the [book] of everybody who can sign in. The same seed makes the same
//! district again, but for ids, secrets and the times, which are counted back from now.

pub mod book;
mod cast;
mod centre;
mod dice;
mod district;
mod exception;
pub mod folder;
mod homeward;
mod illness;
mod letter;
mod name;
mod one_core;
mod paper;
mod person;
mod plan;
mod play;
mod ward;
mod year;

use chrono::{DateTime, Duration, Utc};

use self::{book::Book, cast::Cast, centre::Centres, folder::Folder, ward::Wards};
use crate::{
    app::App,
    auth::Actor,
    clock::{Clock, shanghai_day},
    config::Settings,
    db::Db,
    error::{Error, Result},
    network::registry::register_all,
    referral::service::clock,
};

/// The seed of the demo.
pub const SEED: u64 = 20_261_121;

/// How far back the oldest referrals lie: the year before a year that has just ended.
pub const PAST: Duration = Duration::days(2 * 366);

/// How large a district is, and how busy.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Health centres; at least three.
    pub health_centres: usize,
    /// Stations.
    pub stations: usize,
    /// People who may fall ill.
    pub people: usize,
    /// Referrals.
    pub referrals: usize,
    /// Days over which they were written.
    pub days: i64,
    /// Referrals of the [`PAST`] before, which have all ended: what the present is compared with.
    pub past: usize,
    /// Requests to shared centres; sterile supply goes round beside them.
    pub requests: usize,
    /// Days over which these were written; not fewer than those of referrals.
    pub year: i64,
}

impl Scale {
    /// A county.
    pub const COUNTY: Self = Self {
        health_centres: 19,
        stations: 218,
        people: 2_400,
        referrals: 2_000,
        days: 42,
        past: 150,
        requests: 800,
        year: 365,
    };

    /// The health centre that manages a station, by number.
    #[must_use]
    pub const fn manager(&self, station: usize) -> usize {
        station % self.health_centres
    }
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The folder cannot be used.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    /// The service refused.
    #[error(transparent)]
    Refused(#[from] Error),
}

/// Opens the demo in a folder: the one that is there, or a new one, which holds up this thread until it is made.
///
/// # Errors
/// Where the folder or its database cannot be used.
pub async fn open(
    folder: &Folder,
    settings: Settings,
    scale: &Scale,
) -> Result<(App, Book), Fault> {
    let book = match folder.book() {
        Some(book) => book,
        None => one_core::run(|| make(folder, &settings, scale))??,
    };
    let db = Db::open(&settings.database, folder.path()).await?;
    db.migrate().await?;
    let app = App::start(settings, db, folder.keys()?, Clock::system()).await?;
    Ok((app, book))
}

/// Makes the database of a new demo, in memory: a demo that was cut short is made anew, so that only the end counts.
async fn make(folder: &Folder, settings: &Settings, scale: &Scale) -> Result<Book, Fault> {
    let db = Db::in_memory().await?;
    db.migrate().await?;
    let now = Clock::system().now();
    let app = App::start(
        settings.clone(),
        db.clone(),
        folder.keys()?,
        Clock::fixed(now),
    )
    .await?;
    let book = fill(&app, SEED, scale).await?;
    db.save(folder.path()).await?;
    db.close().await?;
    folder.settle(&book)?;
    Ok(book)
}

/// Fills an empty database: the district, its accounts, and its referrals up to now. The clock must be one that can be set.
///
/// # Errors
/// Where a service refuses something: then the generator is wrong, or the database was not empty.
pub async fn fill(app: &App, seed: u64, scale: &Scale) -> Result<Book> {
    let now = app.now();
    let began = founded(now, scale);
    app.clock.set(began);
    let registry = district::registry(seed, scale, shanghai_day(now));
    register_all(app, &Actor::system("demo"), &registry).await?;
    let centres = Centres::open(app).await?;
    let (cast, accounts, clients) = Cast::open(app, &centres, scale).await?;
    let plan = plan::draw(app, seed, scale, now)?;
    play::perform(app, &cast, &plan, &plan.past, &mut Wards::none(seed), seed).await?;
    year::perform(app, &cast, &plan, scale, (seed, now)).await?;
    centre::perform(app, (&cast, &centres), &plan, scale, (seed, now)).await?;
    app.clock.set(now - Duration::days(scale.days + 1));
    let mut wards = Wards::open(app, seed, scale).await?;
    let rows = play::perform(app, &cast, &plan, &plan.cases, &mut wards, seed).await?;
    homeward::perform(app, &cast, &rows, seed, now).await?;
    exception::perform(app, &cast, &plan, (seed, now)).await?;
    app.clock.set(now);
    while clock::strike_once(app).await? {}
    paper::attach(app, &cast, seed).await?;
    Ok(Book {
        url: String::new(),
        accounts,
        clients,
    })
}

/// When the district began to work with the software: the day before its first referral, or its first request to a shared centre.
fn founded(now: DateTime<Utc>, scale: &Scale) -> DateTime<Utc> {
    now - PAST.max(Duration::days(scale.year.max(scale.days))) - Duration::days(1)
}
