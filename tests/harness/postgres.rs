//! The private PostgreSQL server of this run, started from the programs that the machine has.

use std::{
    env, fs,
    io::Write as _,
    net::{Ipv4Addr, TcpListener},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use super::scratch;

/// Set to 1 where a run without PostgreSQL is a failure.
const REQUIRED: &str = "LIANDONG_REQUIRE_POSTGRES";
/// Where Debian and its kin keep the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How often a port that was free a moment ago may turn out to be taken.
const TRIES: u32 = 5;

/// A running server.
pub struct Server {
    port: u16,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    let Some(programs) = programs() else {
        // Not by eprintln!: the test harness would keep that to itself.
        let _ = std::io::stderr().write_all(
            b"\nSKIPPED: PostgreSQL's initdb was not found, so every test runs on SQLite only. \
              Install PostgreSQL to run the other half.\n\n",
        );
        return None;
    };
    Some(Server::start(&programs))
});

/// The server of this run; none where PostgreSQL is not installed, which is said once, or fails where it is required.
pub fn server() -> Option<&'static Server> {
    let server = SERVER.as_ref();
    assert!(
        server.is_some() || !is_required(),
        "{REQUIRED}=1, but PostgreSQL's initdb was not found"
    );
    server
}

/// Whether a run without PostgreSQL is a failure.
pub fn is_required() -> bool {
    env::var(REQUIRED).is_ok_and(|value| value == "1")
}

impl Server {
    /// The address of a database on the server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn start(programs: &Path) -> Self {
        let user = User::of_server();
        let cluster = scratch::folder().join("postgres");
        fs::create_dir(&cluster).expect("the cluster's folder can be made");
        fs::set_permissions(&cluster, fs::Permissions::from_mode(0o700))
            .expect("the folder's permissions can be set");
        user.give(&cluster);
        user.run(
            Command::new(programs.join("initdb"))
                .args([
                    "--auth=trust",
                    "--username=postgres",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                ])
                .arg("-D")
                .arg(&cluster),
        )
        .unwrap_or_else(|said| panic!("initdb failed: {said}"));
        let mut failures = String::new();
        for _ in 0..TRIES {
            let port = free_port();
            configure(&cluster, port);
            let started = user.run(
                Command::new(programs.join("pg_ctl"))
                    .args(["start", "-w", "-s", "-t", "60", "-D"])
                    .arg(&cluster)
                    .arg("-l")
                    .arg(cluster.join("server.log")),
            );
            match started {
                Ok(()) => return Self { port },
                Err(said) => failures.push_str(&said),
            }
        }
        let log = fs::read_to_string(cluster.join("server.log")).unwrap_or_default();
        panic!("PostgreSQL did not start: {failures}\n{log}");
    }
}

/// The folder with PostgreSQL's programs: on the path, else the newest of Debian's.
pub fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH")
        .into_iter()
        .flat_map(|path| env::split_paths(&path).collect::<Vec<_>>());
    let mut of_debian: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    of_debian.sort_unstable();
    on_path
        .chain(of_debian.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// Quick rather than safe: nothing here has to outlive a power cut.
fn configure(cluster: &Path, port: u16) {
    // A socket's path is at most 107 bytes long; without one the server still listens on the loopback port.
    let socket = cluster
        .to_str()
        .filter(|path| path.len() < 80)
        .unwrap_or("");
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\nmax_connections = 300\n\
         fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nwal_level = minimal\nmax_wal_senders = 0\n\
         autovacuum = off\njit = off\ntimezone = 'UTC'\n"
    );
    fs::write(cluster.join("postgresql.auto.conf"), settings)
        .expect("the server's settings can be written");
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a loopback port is free")
        .port()
}

/// Under whom the server runs: PostgreSQL refuses to run as root.
struct User(Option<(u32, u32)>);

impl User {
    fn of_server() -> Self {
        let me = fs::metadata(scratch::folder())
            .expect("the folder of this run exists")
            .uid();
        if me != 0 {
            return Self(None);
        }
        let other = ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some((number("-u", name)?, number("-g", name)?)));
        assert!(
            other.is_some(),
            "run as root, there must be a user postgres or nobody"
        );
        Self(other)
    }

    fn give(&self, folder: &Path) {
        if let Some((user, group)) = self.0 {
            chown(folder, Some(user), Some(group)).expect("root may give a folder away");
        }
    }

    /// Runs the command to its end; a failure tells what it said.
    fn run(&self, command: &mut Command) -> Result<(), String> {
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        // The server inherits what its starter has: it must not hold on to this run's own output.
        let said = scratch::folder().join("said");
        let out = fs::File::create(&said).expect("a file can be made in the folder of this run");
        let err = out.try_clone().expect("a file handle can be cloned");
        let status = command
            .current_dir(scratch::folder())
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .status()
            .map_err(|fault| fault.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(fs::read_to_string(&said).unwrap_or_default())
        }
    }
}

fn number(flag: &str, user: &str) -> Option<u32> {
    let told = Command::new("id").args([flag, user]).output().ok()?;
    String::from_utf8(told.stdout).ok()?.trim().parse().ok()
}
