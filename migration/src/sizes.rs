//! What SQLite is told of its tables: how large they grow, and how many rows share a value.
//!
//! PostgreSQL counts for itself. SQLite knows nothing unless it is told, and then takes an index that tells the institution of a row to be as good
//! as one that tells the patient: it looked through all that a hospital ever had to do with in search of one person. Figures counted from a young database
//! would mislead it later, and differ from place to place; these are those of a large county after some years, the same everywhere, so that every
//! database is read in the ways that the tests have seen (<https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_sqlite_stat_tables>).

use std::collections::BTreeMap;

use sea_orm_migration::sea_orm::{
    ConnectionTrait as _, DatabaseBackend, DatabaseConnection, DbErr, Statement,
    TransactionTrait as _,
};

/// Rows of a table.
const ROWS: u64 = 1_000_000;
/// Rows of an index of those rows alone that something is still expected of.
const OPEN: u64 = 10_000;
/// Rows that share a value of a column that is not named in [`SHARED`]: a patient's, an order's.
const FEW: u64 = 10;

/// Columns of which a value is shared by many rows, and how many values there are.
const SHARED: [(&str, u64); 24] = [
    ("account_id", 2_000),
    ("centre_id", 20),
    ("community_id", 10),
    ("counterpart_id", 300),
    ("day", 1_000),
    ("entered_by_id", 300),
    ("host_id", 300),
    ("institution_id", 300),
    ("is_final", 2),
    ("item_code", 1_000),
    ("managed_by", 300),
    ("month", 100),
    ("open", 2),
    ("poster_id", 300),
    ("practitioner_id", 5_000),
    ("receiver_id", 300),
    ("registered_by", 300),
    ("requested_by_id", 300),
    ("scope_id", 300),
    ("sender_id", 300),
    ("status", 2),
    ("team_id", 100),
    ("visited_id", 300),
    ("visitor_id", 300),
];

/// An index as SQLite knows it.
#[derive(Default)]
struct Known {
    table: String,
    unique: bool,
    partial: bool,
    columns: Vec<String>,
}

/// Tells SQLite; nothing where the database is another.
///
/// # Errors
/// Where the database refuses.
pub async fn tell(connection: &DatabaseConnection) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(());
    }
    let rows: Vec<String> = indexes(connection)
        .await?
        .iter()
        .map(|(name, index)| format!("('{}', '{name}', '{}')", index.table, index.figures()))
        .collect();
    let txn = connection.begin().await?;
    // The first makes the table where there is none, the last has it read.
    for statement in [
        "ANALYZE sqlite_schema",
        "DELETE FROM sqlite_stat1",
        &format!(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES {}",
            rows.join(", ")
        ),
        "ANALYZE sqlite_schema",
    ] {
        txn.execute_unprepared(statement).await?;
    }
    txn.commit().await
}

async fn indexes(connection: &DatabaseConnection) -> Result<BTreeMap<String, Known>, DbErr> {
    let every = "
        SELECT entry.name AS owner, list.name AS name, list.\"unique\" AS is_unique, list.partial AS is_partial, info.name AS field
        FROM sqlite_schema AS entry, pragma_index_list(entry.name) AS list, pragma_index_info(list.name) AS info
        WHERE entry.type = 'table' ORDER BY list.name, info.seqno";
    let statement = Statement::from_string(DatabaseBackend::Sqlite, every);
    let mut indexes: BTreeMap<String, Known> = BTreeMap::new();
    for row in connection.query_all_raw(statement).await? {
        let index = indexes.entry(row.try_get("", "name")?).or_default();
        index.table = row.try_get("", "owner")?;
        index.unique = row.try_get("", "is_unique")?;
        index.partial = row.try_get("", "is_partial")?;
        index.columns.push(row.try_get("", "field")?);
    }
    Ok(indexes)
}

impl Known {
    /// The number of rows, then how many of them share the first column, the first two, and so on.
    fn figures(&self) -> String {
        let all = if self.partial { OPEN } else { ROWS };
        let mut figures = vec![all];
        let mut left = all;
        for (place, column) in self.columns.iter().enumerate() {
            let shared = SHARED.iter().find(|(name, _)| name == column);
            left = match shared {
                Some((_, values)) => (left / values).max(1),
                None => left.min(FEW),
            };
            let is_last = place + 1 == self.columns.len();
            figures.push(if is_last && self.unique { 1 } else { left });
        }
        let figures: Vec<String> = figures.iter().map(u64::to_string).collect();
        figures.join(" ")
    }
}
