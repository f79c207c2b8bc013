//! Everything that this process logs, so that a test can search it.

use std::{
    io,
    sync::{LazyLock, Mutex, Once, PoisonError},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::canary;

static LINES: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);
static LEAKS: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);

/// Begins to collect, once a run.
pub fn collect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::new(
                "info,api=trace,liandong=trace,sea_orm=debug,sqlx=debug",
            ))
            .with_writer(Collector)
            .init();
    });
}

/// How many lines have been logged so far, by every test of this run.
pub fn count() -> usize {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// What has been logged after so many lines, by every test of this run.
pub fn lines_after(count: usize) -> Vec<String> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)[count..].to_vec()
}

/// The last line that contains all of these.
pub fn last_with(parts: &[&str]) -> Option<String> {
    LINES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .rev()
        .find(|line| parts.iter().all(|part| line.contains(part)))
        .cloned()
}

/// Fails where anything logged so far told a patient's name, number or phone.
pub fn assert_tells_no_patient() {
    let leaks = LEAKS.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(
        leaks.is_empty(),
        "the log tells who a patient is: {leaks:#?}"
    );
}

struct Collector;

impl<'a> MakeWriter<'a> for Collector {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(Vec::new())
    }
}

/// One line, kept when it is complete.
struct Line(Vec<u8>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let line = String::from_utf8_lossy(&self.0).into_owned();
        if canary::sings(&line) {
            LEAKS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line.clone());
        }
        LINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}
