//! A small and a large database, measured side by side.

use std::process::ExitCode;

use sea_orm::{EntityTrait, IntoActiveModel};

use crate::harness::{
    World,
    database::{self, Kind},
};

/// How many rows go in one insert: databases limit the number of parameters.
pub const ROWS: usize = 400;

/// Runs a comparison on SQLite, or where `DATABASE_URL` begins with `postgres` on a server of its own; a failure where it does not hold.
pub fn run(compare: impl AsyncFnOnce(Kind) -> bool) -> ExitCode {
    let kind = match std::env::var("DATABASE_URL") {
        Ok(url) if url.starts_with("postgres") => Kind::Postgres,
        _ => Kind::Sqlite,
    };
    database::prepare(kind);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(api::cli::STACK_BYTES)
        .enable_all()
        .build();
    let good = runtime
        .expect("a runtime can be built")
        .block_on(compare(kind));
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The number after an option of the command line.
pub fn option(name: &str, default: u32) -> u32 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map_or(default, |value| {
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} takes a number"))
    })
}

/// Writes rows straight into their table.
pub async fn insert<E, M>(w: &World, rows: Vec<M>)
where
    E: EntityTrait<Model = M>,
    M: IntoActiveModel<E::ActiveModel> + Clone + Send + Sync,
    E::ActiveModel: Send,
{
    for rows in rows.chunks(ROWS) {
        let rows: Vec<E::ActiveModel> = rows
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model)
            .collect();
        let written = w.app.db.write(async |txn| {
            let insert = E::insert_many(rows.clone()).exec_without_returning(&*txn);
            insert.await?;
            Ok(())
        });
        written.await.expect("rows can be written");
    }
}

/// Lets PostgreSQL count what was written.
pub async fn analyse(w: &World) {
    if w.kind() == Kind::Postgres {
        let connection = w.database.connect().await;
        let analysed = sea_orm::ConnectionTrait::execute_unprepared(&connection, "ANALYZE");
        analysed.await.expect("the tables can be analysed");
    }
}
