//! The queue of registrations that disagree with the record, as shown.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, CertificateKind, ConflictDecision, PatientField, Sex},
    patient,
};

use super::super::{
    conflict::Given,
    service::{self, Waiting},
};
use crate::{
    app::App,
    error::Result,
    graphql::{Connection, Count, Reply, app, ask, reply},
    id::{self, Kind},
    named,
    network::graphql::Institution,
    page::PageArgs,
    policy,
    scalar::Date,
};

/// The queue of conflicts.
#[derive(Default)]
pub struct ConflictQuery;

/// The queue of conflicts.
#[Object]
impl ConflictQuery {
    /// Registrations that disagree with the record of the same certificate 身份冲突队列, which the caller's institution may decide, the oldest first: it
    /// gave the other data, or registered the record, or manages the station that did.
    pub async fn patient_conflicts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those that are decided instead of those that wait.")] decided: Option<
            bool,
        >,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<PatientConflict>> {
        ask(ctx, Action::ReadConflicts, |app, call| async move {
            let args = PageArgs::forward(first, after);
            let decided = decided.unwrap_or_default();
            let slice = service::conflicts(app, call.actor, decided, &args).await?;
            let rows = slice.map(|(cursor, waiting)| (cursor, PatientConflict(waiting)));
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: Count = Arc::new(move || {
                let (app, actor) = (app.clone(), actor.clone());
                Box::pin(async move { service::count_conflicts(&app, &actor, decided).await })
            });
            Ok(Connection::new(rows, count))
        })
        .await
    }
}

/// A registration that disagrees with the record of the same certificate or health-record number 身份冲突.
pub struct PatientConflict(Waiting);

named!(PatientConflict => "PatientConflict");

/// A registration that disagrees with the record of the same certificate or health-record number 身份冲突.
#[Object]
impl PatientConflict {
    /// Its id, `cnf_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::PatientConflict, self.0.row.id).into()
    }

    /// Id of the record, `pat_…`.
    async fn patient_id(&self) -> ID {
        id::encode(Kind::Patient, self.0.recorded.record_id).into()
    }

    /// Id of the patient who stands in until it is decided, `pat_…`: an emergency's provisional one, or the unidentified one.
    async fn provisional_id(&self) -> Option<ID> {
        let id = self.0.row.provisional_id?;
        Some(id::encode(Kind::Patient, id).into())
    }

    /// What they disagree on.
    async fn differs(&self) -> &[PatientField] {
        &self.0.row.differs.0
    }

    /// What was given; number, phone and address masked.
    async fn given(&self) -> PatientVersion {
        PatientVersion::given(&self.0.given)
    }

    /// What is on record; name and birth date too are masked for anybody but the institution that registered the record.
    async fn recorded(&self, ctx: &Context<'_>) -> Reply<PatientVersion> {
        let version =
            app(ctx).and_then(|app| PatientVersion::recorded(app, &self.0.recorded, self.0.plain));
        reply(ctx, version.map(Some))
    }

    /// The institution that gave the other data.
    async fn institution(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found =
            directory.map(|directory| Institution::find(&directory, self.0.row.institution_id));
        reply(ctx, found)
    }

    /// The institution that registered the record.
    async fn keeper(&self, ctx: &Context<'_>) -> Reply<Institution> {
        let directory = app(ctx).map(|app| app.directory.now());
        let found = directory.map(|directory| Institution::find(&directory, self.0.row.keeper_id));
        reply(ctx, found)
    }

    /// How it was decided; null while it waits.
    async fn decision(&self) -> Option<ConflictDecision> {
        self.0.row.decision
    }

    /// A word to the decision.
    async fn note(&self) -> Option<&str> {
        self.0.row.note.as_deref()
    }

    /// When it was decided.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.row.decided_at
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// When the other data were given first.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.row.created_at
    }
}

/// One version of who a patient is.
#[derive(SimpleObject)]
pub struct PatientVersion {
    /// Name 姓名.
    pub name: String,
    /// Sex 性别.
    pub sex: Sex,
    /// Birth date 出生日期; masked: null.
    pub birth_date: Option<Date>,
    /// Kind of the certificate 证件类型.
    pub certificate_kind: Option<CertificateKind>,
    /// Number of the certificate 证件号码, always masked: first four, last four.
    pub id_number: Option<String>,
    /// Phone 联系电话, always masked: first three, last four.
    pub phone: Option<String>,
    /// Address 住址, always masked: down to the town.
    pub address: Option<String>,
}

impl PatientVersion {
    fn given(given: &Given) -> Self {
        let certificate = given.certificate();
        Self {
            name: given.name.clone(),
            sex: given.sex,
            birth_date: given.birth_date.map(Date::from),
            certificate_kind: certificate.as_ref().map(|known| known.kind),
            id_number: certificate.map(|known| known.mask()),
            phone: given.phone.as_deref().map(policy::masked_phone),
            address: given.address.as_deref().map(policy::masked_address),
        }
    }

    fn recorded(app: &App, row: &patient::Model, plain: bool) -> Result<Self> {
        let phone = service::phone(app, row)?;
        Ok(Self {
            name: if plain {
                row.name.clone()
            } else {
                policy::masked_name(&row.name)
            },
            sex: row.sex,
            birth_date: row.birth_date.filter(|_| plain).map(Date::from),
            certificate_kind: row.certificate_kind,
            id_number: row.certificate_mask.clone(),
            phone: phone.as_deref().map(policy::masked_phone),
            address: row.address.as_deref().map(policy::masked_address),
        })
    }
}
