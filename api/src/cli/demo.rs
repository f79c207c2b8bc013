//! `liandong demo`: a fictional district at work, on this machine only, without any other set-up.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use entity::enums::{Role, Tier};

use crate::{
    config::{AdminAddress, Serving, Settings, Unusable},
    demo::{self, Fault, Scale, book::Book, folder::Folder},
    http::{Listeners, background::Background},
};

use super::{
    Failure,
    serve::{stop, tell_admin},
};

/// What one asks first who works with patients.
const REFERRALS: &str = "{ referrals(first: 3) { edges { node { number status urgency direction receiver { name } } } } }";
/// What anybody can ask.
const VIEWER: &str = "{ viewer { roles permittedActions } }";

/// Options of `demo`.
#[derive(Args, Debug)]
pub(super) struct Demo {
    /// Folder of the demo: its database, its master secret, and `demo.json` with everybody who can sign in.
    #[arg(
        long,
        env = "LIANDONG_DATA_DIR",
        default_value = "liandong-demo",
        value_name = "FOLDER"
    )]
    data_dir: PathBuf,
    /// Loopback address and port to listen on; port 0 picks a free one.
    #[arg(
        long,
        env = "LIANDONG_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    listen: SocketAddr,
    /// Loopback address and port where monitors ask for figures (/metrics), or `none`; port 0 picks a free one.
    #[arg(
        long,
        env = "LIANDONG_ADMIN_ADDRESS",
        default_value = "127.0.0.1:0",
        value_name = "ADDRESS"
    )]
    admin_address: AdminAddress,
    /// Make the demo anew, whatever was done in it before.
    #[arg(long)]
    fresh: bool,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Folder(fault) => Self::Machine(fault),
            Fault::Refused(fault) => Self::Refused(fault),
        }
    }
}

impl Demo {
    /// Makes the demo where there is none yet, and serves it until SIGTERM or Ctrl-C.
    pub(super) async fn run(self) -> Result<(), Failure> {
        if !self.listen.ip().is_loopback() {
            return Err(Failure::Settings(Unusable(
                "--listen: the demo's passwords lie open in its folder, so it listens on a loopback address only, say \
                 127.0.0.1:8080."
                    .into(),
            )));
        }
        if matches!(self.admin_address, AdminAddress::At(address) if !address.ip().is_loopback()) {
            return Err(Failure::Settings(Unusable(
                "--admin-address: the demo is for this machine only, so it is a loopback address, or none.".into(),
            )));
        }
        let settings = Settings {
            listen: self.listen,
            data_dir: self.data_dir.clone(),
            anonymous_introspection: true,
            serving: Serving {
                admin: self.admin_address,
                ..Serving::default()
            },
            ..Settings::default()
        };
        let listeners = Listeners::bind(&settings).await?;
        let url = format!("http://{}", listeners.public.local_addr()?);
        let folder = Folder::take(&self.data_dir, self.fresh)?;
        if folder.book().is_none() {
            println!("Making a district in {} …", self.data_dir.display());
        }
        let (app, mut book) = demo::open(&folder, settings, &Scale::COUNTY).await?;
        book.renew(&app, url).await?;
        book.write(folder.path())?;
        let background = Background::start(&app);
        tell_admin(&listeners)?;
        tell(&book, folder.path());
        let db = app.db.clone();
        let served = crate::http::serve(app, listeners, stop()).await;
        background.finish().await;
        db.close().await?;
        Ok(served?)
    }
}

/// Prints the address, and a line to be pasted for everybody who can sign in; of the same role and tier, for the first.
fn tell(book: &Book, folder: &Path) {
    let url = &book.url;
    let mut told = HashSet::new();
    println!("\nOne account for each role and tier, with a line to try:");
    for one in &book.accounts {
        if !told.insert((one.role, one.tier)) {
            continue;
        }
        let place = place(one.institution_name.as_deref());
        print!(
            "\n{} {} {}  {} / {}",
            one.role.code(),
            tier(one.tier),
            place,
            one.username,
            one.password
        );
        if let Some(secret) = &one.totp_secret {
            print!("  TOTP {secret}");
        }
        println!("\n  {}", line(url, one.role, &one.access_token));
    }
    println!(
        "\nOne API client for each role and tier; its secret fetches tokens at {url}/oauth/token:"
    );
    for one in &book.clients {
        if !told.insert((one.role, one.tier)) {
            continue;
        }
        let place = place(one.institution_name.as_deref());
        println!(
            "\n{} {} {}  {} / {}",
            one.role.code(),
            tier(one.tier),
            place,
            one.client_id,
            one.client_secret
        );
        println!("  {}", line(url, one.role, &one.access_token));
    }
    println!(
        "\nAll of this, and more, is in {}.",
        folder.join(demo::book::FILE).display()
    );
    println!(
        "The folder is {}; --fresh makes it anew. Ctrl-C stops.",
        folder.display()
    );
    println!("The explorer at {url}/explorer/ takes any of these tokens.");
    println!("Liandong listens on {url}");
}

/// A line for the shell that asks what somebody of that role would ask first.
fn line(url: &str, role: Role, token: &str) -> String {
    let care = matches!(
        role,
        Role::Clinician | Role::Coordinator | Role::Integration
    );
    let query = if care { REFERRALS } else { VIEWER };
    format!(
        "curl -s {url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer {token}' -d '{{\"query\":\"{query}\"}}'"
    )
}

const fn tier(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(tier) => tier.code(),
        None => "-",
    }
}

fn place(name: Option<&str>) -> &str {
    name.unwrap_or("-")
}
