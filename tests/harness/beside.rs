//! Another process on a world's database, with settings of its own, and the way it stops.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use api::{app::App, config::Settings, http::Listeners};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time};

use super::{World, client::Client};

/// Longer than a stop takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A process beside the world's own.
pub struct Beside {
    /// The process.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it listens for monitors.
    pub admin: SocketAddr,
    http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<io::Result<()>>,
}

impl World {
    /// Starts another process on the same database, with other settings.
    pub async fn beside(&self, change: impl FnOnce(&mut Settings)) -> Beside {
        let mut settings = self.app.settings.clone();
        change(&mut settings);
        let (db, keys, clock) = (
            self.app.db.clone(),
            self.app.keys.clone(),
            self.app.clock.clone(),
        );
        let app = App::start(settings, db, keys, clock)
            .await
            .expect("the service starts on a database that is in use");
        let (public, address) = listen().await;
        let (inside, admin) = listen().await;
        let listeners = Listeners {
            public,
            admin: Some(inside),
        };
        let (stop, told) = oneshot::channel();
        let until = async {
            let _ = told.await;
        };
        Beside {
            served: tokio::spawn(api::http::serve(app.clone(), listeners, until)),
            http: reqwest::Client::new(),
            stop: Some(stop),
            app,
            address,
            admin,
        }
    }
}

/// A free loopback port.
async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a loopback port is free");
    let address = listener.local_addr();
    (listener, address.expect("a bound socket has an address"))
}

impl Beside {
    /// The same with another HTTP client, as for one that trusts its certificate.
    #[must_use]
    pub fn through(mut self, http: reqwest::Client) -> Self {
        self.http = http;
        self
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Client {
        let scheme = if self.app.settings.serving.is_secure() {
            "https://localhost"
        } else {
            "http://127.0.0.1"
        };
        let base = format!("{scheme}:{}", self.address.port());
        Client::anonymous(self.http.clone(), base)
    }

    /// A monitor.
    pub fn monitor(&self) -> Client {
        Client::anonymous(self.http.clone(), format!("http://{}", self.admin))
            .that_sees_no_patient()
    }

    /// Somebody who has signed in to the world's own process.
    pub fn client(&self, client: &Client) -> Client {
        let token = client.token().expect("somebody who has signed in");
        self.anonymous()
            .with_token(token)
            .of_account(client.account)
    }

    /// Tells it to stop.
    pub fn tell_to_stop(&mut self) {
        let stop = self.stop.take().expect("it is told once");
        stop.send(()).expect("it is being served");
    }

    /// Waits until it has stopped.
    pub async fn stopped(self) {
        let ended = time::timeout(PATIENCE, self.served).await;
        let ended = ended.expect("it ends").expect("it does not panic");
        ended.expect("it ends well");
    }
}
