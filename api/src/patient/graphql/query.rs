//! Reading patients.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::enums::Action;

use super::{super::service, Patient, PatientSearch};
use crate::{
    graphql::{Connection, Reply, ask},
    id::{self, Kind},
    page::PageArgs,
};

/// Queries of patients.
#[derive(Default)]
pub struct PatientQuery;

/// Queries of patients.
#[Object]
impl PatientQuery {
    /// A patient by id; null where there is none, or none that is visible to the caller.
    pub async fn patient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient, `pat_…`.")] id: ID,
    ) -> Reply<Patient> {
        ask(ctx, Action::ReadPatient, |app, call| async move {
            let id = id::decode(Kind::Patient, &id, "id")?;
            let seen = service::read_patient(app, call.actor, id).await?;
            Ok(Patient::new(seen))
        })
        .await
    }

    /// Patients by what they carry with them, among those that are visible to the caller; in the order of registration.
    pub async fn patients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is searched by.")] search: PatientSearch,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Patient>> {
        ask(ctx, Action::ReadPatient, |app, call| async move {
            let search = service::Search::from(search);
            let args = PageArgs::forward(first, after);
            let slice = service::search_patients(app, call.actor, &search, &args).await?;
            let rows = slice.map(|(cursor, seen)| (cursor, Patient::new(seen)));
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: crate::graphql::Count = Arc::new(move || {
                let (app, actor, search) = (app.clone(), actor.clone(), search.clone());
                Box::pin(async move { service::count_patients(&app, &actor, &search).await })
            });
            Ok(Connection::new(rows, count))
        })
        .await
    }
}
