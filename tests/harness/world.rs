//! What a test is given: the service on a fresh database, at nine o'clock on a Monday.

use std::{
    future::pending,
    net::{Ipv4Addr, SocketAddr},
    ops::Deref,
    path::PathBuf,
    sync::Arc,
};

use api::{
    app::App,
    clock::Clock,
    config::{Rates, Settings},
    crypto::Keys,
    db::Db,
};
use chrono::{DateTime, Duration, TimeZone as _, Utc};
use entity::practitioner;

use super::{
    client::Client,
    database::{Database, Kind},
    fixtures::District,
    log,
};

/// How long a connection is kept for another request.
const IDLE: std::time::Duration = std::time::Duration::from_secs(3);

/// The service on a fresh database; cheap to clone.
#[derive(Clone)]
pub struct World(Arc<Parts>);

/// The parts of a [`World`].
pub struct Parts {
    /// The service.
    pub app: App,
    /// Its database, seen from outside.
    pub database: Arc<Database>,
    /// The practitioners of the district, where there is one.
    pub practitioners: Vec<practitioner::Model>,
    http: reqwest::Client,
    address: SocketAddr,
    district: Option<District>,
    logged_before: usize,
}

impl Deref for World {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Monday, 2 March 2026, 9:00 in Shanghai.
pub fn monday_morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0)
        .single()
        .expect("UTC has every hour")
}

impl World {
    /// Starts the service on the database, with the district or with nothing.
    pub async fn start(database: Arc<Database>, with_district: bool) -> Self {
        let logged_before = log::count();
        let settings = Settings {
            data_dir: database.folder.clone(),
            database: database.settings(),
            // Small, so that a test of the limit need not send much.
            max_file: 200_000,
            rates: Rates {
                // What is measured is not held back.
                points: if cfg!(test) {
                    Rates::default().points
                } else {
                    0
                },
                ..Rates::default()
            },
            ..Settings::default()
        };
        let db = Db::open(&settings.database, &settings.data_dir)
            .await
            .expect("the fresh database can be opened");
        let keys = Keys::new(Keys::random_master().to_vec()).expect("32 bytes are enough");
        let app = App::start(settings, db, keys, Clock::fixed(monday_morning()))
            .await
            .expect("the service starts on a migrated database");
        let district = if with_district {
            let district = District::found(&app).await;
            Some(district.expect("the district can be written"))
        } else {
            None
        };
        Self(Arc::new(Parts {
            practitioners: district
                .iter()
                .flat_map(District::practitioners)
                .cloned()
                .collect(),
            address: serve(&app).await,
            http: reqwest::Client::builder()
                // Before the service hangs up.
                .pool_idle_timeout(IDLE)
                .build()
                .expect("a client can be built"),
            app,
            database,
            district,
            logged_before,
        }))
    }

    /// Which database it runs on.
    pub fn kind(&self) -> Kind {
        self.database.kind
    }

    /// The district.
    pub fn district(&self) -> &District {
        self.district
            .as_ref()
            .expect("only a test that asks for no district has none")
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(self.http.clone(), format!("http://{}", self.address))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> PathBuf {
        self.database.folder.clone()
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.app.clock.advance(time);
    }

    /// What has been logged since it began, by this test and those that run beside it.
    pub fn logs(&self) -> Vec<String> {
        log::lines_after(self.logged_before)
    }
}

/// Answers HTTP on a free loopback port until the test's runtime ends.
async fn serve(app: &App) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a loopback port is free");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    tokio::spawn(api::http::serve(app.clone(), listener.into(), pending()));
    address
}
