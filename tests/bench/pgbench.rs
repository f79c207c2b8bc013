//! One hand-written statement, run by PostgreSQL's own benchmark.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    figure::Run,
    harness::postgres,
    seed::{COUNTY, Place, Seeded},
    server::Server,
};

/// pgbench and its scripts, one a place in the list.
pub struct Pgbench {
    program: PathBuf,
    folder: PathBuf,
    url: String,
    scripts: Vec<PathBuf>,
}

impl Pgbench {
    /// Writes the scripts; none where pgbench is not installed.
    pub fn of(seeded: &Seeded) -> Option<Self> {
        let program = program()?;
        let folder = seeded.database.folder.join("pgbench");
        fs::create_dir(&folder).expect("a folder can be made in that of this run");
        let scripts = seeded.places.iter().enumerate().map(|(number, place)| {
            let script = folder.join(format!("page{number}.sql"));
            fs::write(&script, statement(place)).expect("a script can be written");
            script
        });
        Some(Self {
            scripts: scripts.collect(),
            program,
            url: seeded.database.url(),
            folder,
        })
    }

    /// Runs the statement at random places.
    pub fn load(&self, server: &Server, clients: u64, time: Duration) -> Run {
        let (began, before) = (Instant::now(), server.used());
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.folder)
            .args([
                "-n",
                "-M",
                "prepared",
                "-j",
                "2",
                "--log",
                "--log-prefix=times",
            ])
            .args([
                "-c",
                &clients.to_string(),
                "-T",
                &time.as_secs().max(1).to_string(),
            ]);
        for script in &self.scripts {
            command.arg("-f").arg(script);
        }
        let ran = command
            .arg(&self.url)
            .output()
            .expect("pgbench can be started");
        assert!(
            ran.status.success(),
            "pgbench failed: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        let used = server.used().saturating_sub(before);
        let told = String::from_utf8_lossy(&ran.stdout);
        let rate = told
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        Run {
            rate: rate.unwrap_or_else(|| panic!("pgbench tells no rate: {told}")),
            ..Run::new(times(&self.folder), began.elapsed(), used)
        }
    }
}

/// It lies beside the server's programs, or on the path.
fn program() -> Option<PathBuf> {
    let server = postgres::programs()?.join("initdb").canonicalize().ok()?;
    let beside = server.with_file_name("pgbench");
    let path = env::var_os("PATH")?;
    let on_path = env::split_paths(&path).map(|folder| folder.join("pgbench"));
    [beside]
        .into_iter()
        .chain(on_path)
        .find(|program| program.is_file())
}

/// The statement for the page after a place.
pub fn statement(place: &Place) -> String {
    include_str!("page.sql")
        .replace("{scope}", &COUNTY.to_string())
        .replace("{listed_at}", &place.listed_at.to_rfc3339())
        .replace("{referral}", &place.referral.to_string())
}

/// Reads what it logged of each transaction (`client number microseconds …`), and removes it.
fn times(folder: &Path) -> Vec<Duration> {
    let logs = fs::read_dir(folder).into_iter().flatten().flatten();
    let logs = logs.filter(|entry| entry.file_name().to_string_lossy().starts_with("times."));
    let mut times = Vec::new();
    for log in logs {
        let text = fs::read_to_string(log.path()).unwrap_or_default();
        times.extend(text.lines().filter_map(|line| {
            let micros = line.split(' ').nth(2)?.parse().ok()?;
            Some(Duration::from_micros(micros))
        }));
        let _ = fs::remove_file(log.path());
    }
    times
}
