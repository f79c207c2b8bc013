//! How a database would run a statement.

use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};

use super::{World, database::Kind};

impl World {
    /// The plan of a statement, a step a line, on the test's database.
    ///
    /// The tables of a test are small, where PostgreSQL would rather read and sort them whole: it is told to do so only
    /// where there is no other way.
    pub async fn explain(&self, statement: &Statement) -> Vec<String> {
        let connection = self.database.connect().await;
        let (backend, explain, column) = match self.kind() {
            Kind::Sqlite => (DatabaseBackend::Sqlite, "EXPLAIN QUERY PLAN", "detail"),
            Kind::Postgres => {
                connection
                    .execute_unprepared(
                        "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
                    )
                    .await
                    .expect("a session can be told how to plan");
                (
                    DatabaseBackend::Postgres,
                    "EXPLAIN (COSTS OFF)",
                    "QUERY PLAN",
                )
            }
        };
        let explained = Statement {
            sql: format!("{explain} {}", statement.sql),
            values: statement.values.clone(),
            db_backend: backend,
        };
        let rows = connection
            .query_all_raw(explained)
            .await
            .unwrap_or_else(|fault| panic!("{}: {fault}", statement.sql));
        rows.iter()
            .map(|row| row.try_get("", column).expect("a plan is text"))
            .collect()
    }

    /// Fails where the statement would read a table whole or sort what it found.
    pub async fn assert_index_serves(&self, statement: &Statement) {
        let sorts = if self.kind() == Kind::Sqlite {
            "TEMP B-TREE"
        } else {
            "Sort"
        };
        self.assert_no(statement, |step| step.contains(sorts)).await;
        self.assert_index_finds(statement).await;
    }

    /// Fails where the statement would read a table whole; what it found it may sort.
    pub async fn assert_index_finds(&self, statement: &Statement) {
        let kind = self.kind();
        let whole = |step: &str| match kind {
            Kind::Sqlite => step.starts_with("SCAN") && step != "SCAN CONSTANT ROW",
            Kind::Postgres => step.contains("Seq Scan"),
        };
        self.assert_no(statement, whole).await;
    }

    /// Fails where SQLite would look something up in the table by anything but that column. PostgreSQL is only asked whether an index
    /// finds it: which, it decides by what is in the table.
    pub async fn assert_finds_by(&self, statement: &Statement, (table, column): (&str, &str)) {
        let table = format!("SEARCH {table} ");
        let kind = self.kind();
        let other = |step: &str| {
            let key = step.split_once('(').map_or("", |(_, key)| key);
            kind == Kind::Sqlite && step.starts_with(&table) && !key.contains(column)
        };
        self.assert_no(statement, other).await;
        self.assert_index_finds(statement).await;
    }

    async fn assert_no(&self, statement: &Statement, bad: impl Fn(&str) -> bool) {
        let plan = self.explain(statement).await;
        let bad = plan.iter().find(|step| bad(step));
        assert!(
            bad.is_none(),
            "no index serves the statement on {}: {bad:?}\n{}\n{}",
            self.kind(),
            plan.join("\n"),
            statement.sql
        );
    }
}
