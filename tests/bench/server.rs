//! The PostgreSQL server beside the service: its settings, its processor time, and what it logs of each statement.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use sea_orm::DatabaseConnection;

use crate::{
    processor,
    seed::{Seeded, run},
};

/// How long the server's processes take to hear of a setting.
const HEARD: Duration = Duration::from_millis(500);

/// The server of this run.
pub struct Server {
    folder: PathBuf,
    connection: DatabaseConnection,
}

/// What the server logged of one kind of statement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Logged {
    /// How often it ran.
    pub times: u32,
    /// Milliseconds that it took in all: parsing, planning, running and sending.
    pub millis: f64,
}

impl Server {
    /// The server that has this database.
    pub async fn of(seeded: &Seeded) -> Self {
        let folder = seeded.database.folder.parent();
        Self {
            folder: folder
                .expect("a database's folder is in that of the run")
                .join("postgres"),
            connection: seeded.database.connect().await,
        }
    }

    /// Changes settings that need no restart.
    pub async fn set(&self, settings: &[(&str, &str)]) {
        for (name, value) in settings {
            run(
                &self.connection,
                &format!("ALTER SYSTEM SET {name} = '{value}'"),
            )
            .await;
        }
        run(&self.connection, "SELECT pg_reload_conf()").await;
        tokio::time::sleep(HEARD).await;
    }

    /// Writes everything to disk, so that no run pays for what was loaded before.
    pub async fn settle(&self) {
        run(&self.connection, "CHECKPOINT").await;
    }

    /// What its processes have used so far.
    pub fn used(&self) -> Duration {
        let file = fs::read_to_string(self.folder.join("postmaster.pid")).unwrap_or_default();
        let pid = file
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        pid.map_or(Duration::ZERO, processor::used_by_family)
    }

    /// What it logs of each kind of statement while `work` runs.
    pub async fn logged<T>(&self, work: impl Future<Output = T>) -> (T, BTreeMap<String, Logged>) {
        self.set(&[
            ("log_parameter_max_length", "0"),
            ("log_min_duration_statement", "0"),
        ])
        .await;
        let file = self.folder.join("server.log");
        let before = fs::read(&file).map_or(0, |log| log.len());
        let outcome = work.await;
        let log = fs::read(&file).unwrap_or_default();
        self.set(&[("log_min_duration_statement", "-1")]).await;
        let text = String::from_utf8_lossy(&log[before..]);
        let mut kinds: BTreeMap<String, Logged> = BTreeMap::new();
        for (step, kind, millis) in text.lines().filter_map(parse) {
            let logged = kinds.entry(kind).or_default();
            logged.millis += millis;
            logged.times += u32::from(step != "parse" && step != "bind");
        }
        (outcome, kinds)
    }
}

/// `… duration: 0.123 ms  execute sqlx_s_1: SELECT "patient"."id" …`: the step, the statement's kind, and how long it took.
fn parse(line: &str) -> Option<(&str, String, f64)> {
    let (millis, rest) = line.split_once("duration: ")?.1.split_once(" ms")?;
    let (step, sql) = rest.trim_start().split_once(": ")?;
    let verb = sql.split_whitespace().next()?.trim_end_matches(';');
    let table = sql.split('"').nth(1).unwrap_or_default();
    Some((
        step.split_whitespace().next()?,
        format!("{verb} {table}").trim_end().to_owned(),
        millis.parse().ok()?,
    ))
}
