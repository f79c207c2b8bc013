//! The clients that front ends bring, and the conformance suites of the protocols, run against the service: each program beside this file is
//! a test, with an account that may read and post.
//!
//! They need Node and Python with what `package-lock.json` and `requirements.txt` name, installed beside them; `.ci/run` does that. Where
//! they are missing the tests pass without having run, which is said once.

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Once,
};

use entity::enums::Role;

use crate::{
    harness::{World, both, client::Client, embedded},
    live::live,
};

/// Set to 1 where a run without the clients is a failure.
const REQUIRED: &str = "LIANDONG_REQUIRE_CLIENTS";

/// What is said where they are missing.
const SKIPPED: &str = "\nSKIPPED: the clients of front ends are not installed, so none is run. \
     tests/clients/install does that.\n\n";

#[test]
fn graphql_over_http_passes_every_audit() {
    on_one(&npm("audits"));
}

#[test]
fn graphql_ws_conforms() {
    on_both(&npm("websocket"));
}

#[test]
fn graphql_sse_conforms() {
    on_both(&npm("sse"));
}

#[test]
fn apollo_client_reads_posts_and_follows() {
    on_one(&npm("apollo"));
}

#[test]
fn urql_reads_posts_and_follows() {
    on_one(&npm("urql"));
}

#[test]
fn graphql_request_reads_and_posts() {
    on_one(&npm("request"));
}

#[test]
fn a_typed_client_reads_and_posts() {
    on_one(&npm("typed"));
}

#[test]
fn a_python_client_reads_posts_and_follows() {
    on_both(&python("client.py"));
}

#[test]
fn whatever_is_asked_is_answered_as_the_schema_says() {
    let program = python("fuzz.py");
    if program.is_there() {
        both(async |w| {
            let _live = live(&w);
            let county = &w.district().county;
            let person = w.person(Role::Clinician, county).await;
            for role in [Role::Coordinator, Role::InstitutionAdmin] {
                w.grant(&person, role).await;
            }
            program.run(&w.client_of(&person).await).await;
        });
    }
}

#[track_caller]
fn on_both(program: &Program) {
    if program.is_there() {
        both(async |w| run(program, &w).await);
    }
}

/// For what is the same on each database.
#[track_caller]
fn on_one(program: &Program) {
    if program.is_there() {
        embedded(async |w| run(program, &w).await);
    }
}

/// Runs a program with the token of a clinician of a health centre.
async fn run(program: &Program, w: &World) {
    let _live = live(w);
    let clinician = w.client(Role::Clinician, &w.district().hill).await;
    program.run(&clinician).await;
}

/// A program beside this file.
struct Program {
    /// What runs it, where that is installed.
    runner: PathBuf,
    arguments: Vec<&'static str>,
    /// What is installed with its packages.
    packages: PathBuf,
}

fn npm(script: &'static str) -> Program {
    Program {
        runner: "npm".into(),
        arguments: vec!["run", "--silent", script],
        packages: folder().join("node_modules"),
    }
}

fn python(script: &'static str) -> Program {
    let packages = folder().join("venv");
    Program {
        runner: packages.join("bin/python"),
        arguments: vec![script],
        packages,
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

impl Program {
    /// Whether it can run; says so once where it cannot, and fails where it must.
    fn is_there(&self) -> bool {
        static SAID: Once = Once::new();
        let is_there = self.packages.is_dir() && self.starts();
        let is_required = env::var(REQUIRED).is_ok_and(|value| value == "1");
        assert!(
            is_there || !is_required,
            "{REQUIRED}=1, but {} is not installed",
            self.packages.display()
        );
        if !is_there {
            // Not by eprintln!: the test harness would keep that to itself.
            SAID.call_once(|| {
                let _ = std::io::stderr().write_all(SKIPPED.as_bytes());
            });
        }
        is_there
    }

    fn starts(&self) -> bool {
        let mut asked = Command::new(&self.runner);
        asked.arg("--version").stdout(Stdio::null());
        asked.status().is_ok_and(|status| status.success())
    }

    /// Runs it to its end; what it said is told where it failed.
    async fn run(&self, client: &Client) {
        let mut command = Command::new(&self.runner);
        command
            .args(&self.arguments)
            .current_dir(folder())
            .env("LIANDONG_URL", client.address())
            .env("LIANDONG_TOKEN", client.token().expect("it has signed in"))
            .stdin(Stdio::null());
        let ended = tokio::task::spawn_blocking(move || command.output()).await;
        let output = ended.expect("waiting does not panic");
        let output = output.expect("the program can be started");
        assert!(
            output.status.success(),
            "{:?} failed\n{}{}",
            self.arguments,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
