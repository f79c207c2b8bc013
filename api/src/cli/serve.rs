//! `liandong serve`: the API until it is told to stop.

use std::io;

use clap::Args;

use crate::{
    app::App,
    clock::Clock,
    config::{
        DatabaseOptions, DocumentOptions, Limits, Oidc, Rates, SecretOptions, ServiceOptions,
        Serving, Settings, Sockets,
    },
    http::{Listeners, background::Background},
};

use super::{Failure, bring_up_to_date, check, open};

/// Options of `serve`.
#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    database: DatabaseOptions,
    #[command(flatten)]
    secrets: SecretOptions,
    #[command(flatten)]
    service: ServiceOptions,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    rates: Rates,
    #[command(flatten)]
    documents: DocumentOptions,
    #[command(flatten)]
    serving: Serving,
    #[command(flatten)]
    sockets: Sockets,
    #[command(flatten)]
    oidc: Oidc,
    /// Test settings and database, print what is found, and end without serving.
    #[arg(long)]
    check: bool,
}

impl Serve {
    /// Serves until SIGTERM or Ctrl-C.
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = Settings {
            serving: self.serving,
            sockets: self.sockets,
            rates: self.rates,
            oidc: self.oidc,
            ..self.service.settings(&self.database, self.limits)?
        };
        let listed = self.documents.listed(self.limits);
        if self.check {
            return check::check(&settings, &self.secrets, listed).await;
        }
        let settings = Settings {
            listed: listed?,
            ..settings
        };
        let keys = self.secrets.keys()?;
        let db = open(&self.database).await?;
        bring_up_to_date(&db).await?;
        let listeners = Listeners::bind(&settings).await?;
        let is_secure = settings.serving.is_secure();
        let app = App::start(settings, db, keys, Clock::system()).await?;
        let background = Background::start(&app);
        // On standard output, because whoever asked for port 0 has to read it.
        let scheme = if is_secure { "https" } else { "http" };
        tell_admin(&listeners)?;
        let address = listeners.public.local_addr()?;
        println!("Liandong listens on {scheme}://{address}");
        let served = crate::http::serve(app, listeners, stop()).await;
        background.finish().await;
        Ok(served?)
    }
}

/// Says where monitors ask.
pub(super) fn tell_admin(listeners: &Listeners) -> io::Result<()> {
    if let Some(admin) = &listeners.admin {
        println!("Monitors ask http://{}/metrics", admin.local_addr()?);
    }
    Ok(())
}

/// Comes when the process is told to stop.
pub(super) async fn stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
