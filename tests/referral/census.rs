//! What a database holds, counted: nothing may have been written by what was refused.

use sea_orm::{ConnectionTrait as _, Statement};

use crate::harness::{World, database::Kind};

/// Rows by table, and the sum of all versions of referrals, patients and orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census(Vec<(String, i64)>);

/// Counts the rows of every table.
pub async fn census(w: &World) -> Census {
    let names = match w.kind() {
        Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Kind::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
        }
    };
    let mut names: Vec<String> = column(w, names, "name").await;
    names.sort_unstable();
    let mut counts: Vec<String> = names
        .iter()
        .map(|name| format!("SELECT '{name}' AS name, count(*) AS rows FROM \"{name}\""))
        .collect();
    for table in ["referral", "patient", "centre_order"] {
        counts.push(format!(
            "SELECT 'versions of {table}', coalesce(sum(version), 0) FROM {table}"
        ));
    }
    let db = w.app.db.reader();
    let counted = Statement::from_string(w.app.db.backend(), counts.join(" UNION ALL "));
    let rows = db
        .query_all_raw(counted)
        .await
        .expect("every table can be counted");
    let mut counts: Vec<(String, i64)> = rows
        .into_iter()
        .map(|row| {
            let name = row.try_get("", "name").expect("a name");
            (name, row.try_get("", "rows").expect("a count"))
        })
        .collect();
    counts.sort();
    assert!(counts.len() > 20, "the tables are found: {counts:?}");
    Census(counts)
}

async fn column(w: &World, query: &str, name: &str) -> Vec<String> {
    let db = w.app.db.reader();
    db.query_all_raw(Statement::from_string(w.app.db.backend(), query.to_owned()))
        .await
        .expect("the catalogue can be read")
        .into_iter()
        .map(|row| row.try_get("", name).expect("a name"))
        .collect()
}

impl Census {
    /// How many rows a table has more than it had before.
    pub fn since(&self, before: &Self, table: &str) -> i64 {
        let count = |census: &Self| {
            census
                .0
                .iter()
                .find(|row| row.0 == table)
                .map_or_else(|| panic!("no table {table}"), |row| row.1)
        };
        count(self) - count(before)
    }

    /// The tables whose number of rows has changed, with by how many.
    pub fn changed_since(&self, before: &Self) -> Vec<(String, i64)> {
        self.0
            .iter()
            .map(|(name, _)| (name.clone(), self.since(before, name)))
            .filter(|(_, change)| *change != 0)
            .collect()
    }
}
