//! A database with referrals of three years, and the places in the county hospital's list that pages are asked from.

use std::time::{Duration, Instant};

use api::{
    app::App, auth::session::issue_token, clock::Clock, config::Settings, crypto::Keys, db::Db,
    page::Cursor,
};
use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use sea_orm::{ConnectionTrait as _, DatabaseBackend, DatabaseConnection, Statement};
use uuid::{Uuid, uuid};

use crate::harness::database::{Database, Kind};

/// The county hospital, as `seed.sql` makes it.
pub const COUNTY: Uuid = uuid!("01900000-0000-7000-8000-000000000001");
const ACCOUNT: Uuid = uuid!("01900000-0000-7000-8000-a00000000001");
const GRANT: Uuid = uuid!("01900000-0000-7000-8000-b00000000001");
/// How long the token of a run is good.
const TOKEN_LIFE: Duration = Duration::from_hours(12);
/// Referrals a patient has on average.
const REFERRALS_A_PATIENT: u32 = 10;

/// A seeded database.
pub struct Seeded {
    /// How many referrals it has.
    pub referrals: u32,
    /// The database.
    pub database: Database,
    /// The secret from which the keys of its services come.
    pub master: String,
    /// The token of a coordinator of the county hospital.
    pub token: String,
    /// Places in the hospital's list: half on its first pages, half anywhere below.
    pub places: Vec<Place>,
}

/// A place in the list.
pub struct Place {
    /// When the referral was posted.
    pub listed_at: DateTime<Utc>,
    /// The referral.
    pub referral: Uuid,
}

impl Place {
    /// The cursor that the service takes.
    pub fn cursor(&self) -> String {
        Cursor::time("SUBMITTED_AT_DESC", self.listed_at, self.referral).encode()
    }
}

/// Makes and fills a database. The server of the harness does not wait for the disk while it loads.
pub async fn seed(referrals: u32) -> Seeded {
    let began = Instant::now();
    let database = Database::create(Kind::Postgres).await;
    let connection = database.connect().await;
    let patients = (referrals / REFERRALS_A_PATIENT).max(1);
    let script = include_str!("seed.sql")
        .replace("{referrals}", &referrals.to_string())
        .replace("{patients}", &patients.to_string());
    for statement in [script.as_str(), "VACUUM ANALYZE"] {
        run(&connection, statement).await;
    }
    let (master, token) = sign_in(&database).await;
    let places = places(&connection).await;
    let told = connection
        .query_one_raw(Statement::from_string(
            DatabaseBackend::Postgres,
            "SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM referral_party) AS parties,
                 (SELECT count(*) FROM referral_party WHERE scope_id = '01900000-0000-7000-8000-000000000001') AS county,
                 pg_size_pretty(pg_database_size(current_database())) AS size",
        ))
        .await
        .expect("the rows can be counted")
        .expect("a count is a row");
    let count = |name: &str| told.try_get::<i64>("", name).expect("a count is a number");
    println!(
        "seeded {referrals} referrals ({} seen by the county hospital) of {patients} patients, {} relations, {} events, {} in {:.0} s",
        count("county"),
        count("parties"),
        count("events"),
        told.try_get::<String>("", "size").expect("a size is text"),
        began.elapsed().as_secs_f64()
    );
    Seeded {
        referrals,
        database,
        master,
        token,
        places,
    }
}

/// Runs a statement beside the service.
pub async fn run(connection: &DatabaseConnection, statement: &str) {
    connection
        .execute_unprepared(statement)
        .await
        .unwrap_or_else(|fault| panic!("{}: {fault}", &statement[..statement.len().min(80)]));
}

async fn sign_in(database: &Database) -> (String, String) {
    let master = Keys::random_master().to_vec();
    let settings = Settings {
        data_dir: database.folder.clone(),
        database: database.settings(),
        ..Settings::default()
    };
    let db = Db::open(&settings.database, &settings.data_dir)
        .await
        .expect("the database can be opened");
    let text = BASE64.encode(&master);
    let keys = Keys::new(master).expect("32 bytes are enough");
    let app = App::start(settings, db, keys, Clock::system())
        .await
        .expect("the service starts on a migrated database");
    let token = issue_token(&app, ACCOUNT, GRANT, TOKEN_LIFE)
        .await
        .expect("an account with a grant gets a token");
    (text, token)
}

async fn places(connection: &DatabaseConnection) -> Vec<Place> {
    let statement = Statement::from_sql_and_values(
        DatabaseBackend::Postgres,
        "SELECT listed_at, referral_id FROM (
             SELECT listed_at, referral_id, row_number() OVER (ORDER BY listed_at DESC, referral_id DESC) AS place, count(*) OVER () AS length
             FROM referral_party WHERE scope_id = $1
         ) AS list
         WHERE place <= length - 40 AND ((place <= 640 AND place % 20 = 0) OR place % (length / 33) = 0)
         ORDER BY place",
        [COUNTY.into()],
    );
    let rows = connection
        .query_all_raw(statement)
        .await
        .expect("the list can be read");
    rows.iter()
        .map(|row| Place {
            listed_at: row.try_get("", "listed_at").expect("a time"),
            referral: row.try_get("", "referral_id").expect("an id"),
        })
        .collect()
}
