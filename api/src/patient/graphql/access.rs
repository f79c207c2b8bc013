//! Who saw a patient, as shown.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::enums::{Action, Purpose};

use super::{
    super::service::{self, AccessRequest, PatientKey},
    PatientKeyInput,
};
use crate::{
    error::Result,
    graphql::{Connection, Count, Reply, ask},
    page::PageArgs,
    record::{graphql::AuditEntry, trail},
};

/// The access lists of patients.
#[derive(Default)]
pub struct AccessQuery;

/// The access lists of patients.
#[Object]
impl AccessQuery {
    /// Who wrote or saw a patient's detail 调阅记录, the latest first: for AUDITOR, and for INSTITUTION_ADMIN of an institution that the patient was registered by, sent from
    /// or sent to, where the patient asks (PATIENT_REQUEST). Neither reads the patient for that. Reading it is audited too.
    async fn patient_accesses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient, by an exact key.")] patient: PatientKeyInput,
        #[graphql(desc = "What it is needed for 用途.")] purpose: Purpose,
        #[graphql(
            desc = "What the purpose is; required where it is OTHER, at most 500 characters."
        )]
        note: Option<String>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<AuditEntry>> {
        let request = AccessRequest { purpose, note };
        let args = PageArgs::forward(first, after);
        list(ctx, |path| patient.parse(path), request, args).await
    }
}

/// A page of the access list of the patient of that key.
pub(super) async fn list(
    ctx: &Context<'_>,
    key: impl FnOnce(&str) -> Result<PatientKey> + Send,
    request: AccessRequest,
    args: PageArgs,
) -> Reply<Connection<AuditEntry>> {
    ask(ctx, Action::ReadAccesses, |app, call| async move {
        let key = key("patient")?;
        let (record, page) = service::accesses(app, call.actor, &key, &request, &args).await?;
        let (app, actor) = (app.clone(), call.actor.clone());
        let count: Count = Arc::new(move || {
            let (app, actor) = (app.clone(), actor.clone());
            Box::pin(async move { service::count_accesses(&app, &actor, record).await })
        });
        let rows = page.map(|entry| (trail::cursor(&entry).encode(), AuditEntry(entry)));
        Ok(Connection::new(rows, count))
    })
    .await
}
