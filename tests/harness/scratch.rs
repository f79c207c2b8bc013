//! The folder of this run, and the watchdog that removes it.

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

struct Scratch {
    folder: PathBuf,
    /// The watchdog waits on the other end of its standard input, which the system closes when this process ends.
    _watchdog: Child,
}

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| {
    let folder = tempfile::Builder::new()
        .prefix("liandong-tests-")
        .tempdir()
        .expect("a temporary folder can be made")
        .keep();
    // PostgreSQL's server may run as another user, who has to get in.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))
        .expect("the folder's permissions can be set");
    let watchdog = Command::new("sh")
        .args(["-c", include_str!("watchdog.sh"), "watchdog"])
        .arg(&folder)
        // In a group of its own it outlives a Ctrl-C at the terminal.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell can be started");
    Scratch {
        folder,
        _watchdog: watchdog,
    }
});

/// The folder of this run; it is gone soon after the run ends, be it by `kill -9`.
pub fn folder() -> &'static Path {
    &SCRATCH.folder
}
