//! The audit trail in the API.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{
    audit,
    enums::{Action, AuditOutcome, Purpose, Role, ScopeKind, SubjectKind},
};
use uuid::Uuid;

use super::trail::{self, Filter};
use crate::{
    error::{Error, Problems, Result},
    graphql::{Connection, Count, Reply, app, ask},
    id::{self, Kind},
    moment::DateTimeRange,
    named,
    page::{PageArgs, Window},
};

/// Queries of the record.
#[derive(Default)]
pub struct RecordQuery;

#[Object]
impl RecordQuery {
    /// The audit trail, newest first: who did or saw what, and on what ground. For auditors; the reading is audited too.
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: AuditFilter,
        #[graphql(desc = "How many, from 1 to 100; 20 where none is given.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<AuditEntry>> {
        ask(ctx, Action::ReadAudit, async |app, call| {
            let (filter, window) = filter.check(&PageArgs::forward(first, after))?;
            let page = trail::read(app, call.actor, &filter, &window).await?;
            let (app, actor) = (app.clone(), call.actor.clone());
            let count: Count = Arc::new(move || {
                let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
                Box::pin(async move { trail::count(&app, &actor, &filter).await })
            });
            let rows = page.map(|entry| (trail::cursor(&entry).encode(), AuditEntry(entry)));
            Ok(Connection::new(rows, count))
        })
        .await
    }
}

/// Which entries of the audit trail; what is left out does not matter.
#[derive(Clone, InputObject)]
pub struct AuditFilter {
    /// Written in this stretch of time.
    pub at: Option<DateTimeRange>,
    /// By this account.
    pub account: Option<ID>,
    /// Of this action.
    pub action: Option<Action>,
    /// That ended so.
    pub outcome: Option<AuditOutcome>,
    /// In which this patient's detail was written or shown.
    pub patient: Option<ID>,
    /// About this object; the id of an account, community, institution, practitioner, patient or referral.
    pub subject: Option<ID>,
}

impl AuditFilter {
    /// All problems of the arguments at once.
    fn check(&self, args: &PageArgs) -> Result<(Filter, Window)> {
        let mut problems = Problems::default();
        let window = problems.take(Window::parse(args, trail::SORT))?;
        let at = self
            .at
            .unwrap_or_default()
            .check("filter.at", &mut problems);
        let account = known(
            &mut problems,
            Kind::Account,
            self.account.as_ref(),
            "filter.account",
        )?;
        let patient = known(
            &mut problems,
            Kind::Patient,
            self.patient.as_ref(),
            "filter.patient",
        )?;
        let subject = match &self.subject {
            Some(text) => problems.take(any(text, "filter.subject"))?,
            None => None,
        };
        problems.finish()?;
        let filter = Filter {
            at,
            account,
            action: self.action,
            outcome: self.outcome,
            patient,
            merged: Vec::new(),
            subject,
        };
        // A window is missing only where it had a problem.
        Ok((filter, window.ok_or(Error::NotFound)?))
    }
}

fn known(
    problems: &mut Problems,
    kind: Kind,
    text: Option<&ID>,
    path: &str,
) -> Result<Option<Uuid>> {
    match text {
        Some(text) => problems.take(id::decode(kind, text, path)),
        None => Ok(None),
    }
}

/// The id of an object of whatever kind it names.
fn any(text: &str, path: &str) -> Result<Uuid> {
    let kind = id::decode_any(text).map_or(Kind::Referral, |(kind, _)| kind);
    id::decode(kind, text, path)
}

/// One entry of the audit trail: who did or saw what, and on what ground.
pub struct AuditEntry(pub(crate) audit::Model);

named!(AuditEntry => "AuditEntry");

/// One entry of the audit trail: who did or saw what, and on what ground.
#[Object]
impl AuditEntry {
    /// Its id.
    async fn id(&self) -> ID {
        id::encode(Kind::Audit, self.0.id).into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// Id of the account; null for the service itself, and where nobody was signed in.
    async fn account_id(&self) -> Option<ID> {
        self.0
            .account_id
            .map(|id| id::encode(Kind::Account, id).into())
    }

    /// The roles that the account had there and then.
    async fn roles(&self) -> Vec<Role> {
        let names = self.0.role.as_deref().unwrap_or_default();
        names.split(',').filter_map(Role::from_code).collect()
    }

    /// Kind of the scope that the account acted in.
    async fn scope_kind(&self) -> Option<ScopeKind> {
        self.0.scope_kind
    }

    /// Id of the institution, department, shared centre, team of family doctors or community that the account acted in.
    async fn scope_id(&self, ctx: &Context<'_>) -> Option<ID> {
        let id = self.0.scope_id?;
        let directory = app(ctx).ok()?.directory.now();
        let kind = match self.0.scope_kind? {
            ScopeKind::Community => Kind::Community,
            _ if directory.departments.contains_key(&id) => Kind::Department,
            _ if directory.centres.contains_key(&id) => Kind::SharedCentre,
            _ if directory.institutions.contains_key(&id) => Kind::Institution,
            _ => Kind::FamilyDoctorTeam,
        };
        Some(id::encode(kind, id).into())
    }

    /// Region, where the scope was one.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// What.
    async fn action(&self) -> Action {
        self.0.action
    }

    /// Kind of the object.
    async fn subject_kind(&self) -> Option<SubjectKind> {
        self.0.subject_kind
    }

    /// Id of the object.
    async fn subject_id(&self) -> Option<ID> {
        let (kind, id) = (self.0.subject_kind?, self.0.subject_id?);
        Some(subject(kind, id).into())
    }

    /// By which relation the actor saw the patient: parties of the referral, separated by commas.
    async fn basis(&self) -> Option<&str> {
        self.0.basis.as_deref()
    }

    /// For which purpose the full identity was asked for.
    async fn purpose(&self) -> Option<Purpose> {
        self.0.purpose
    }

    /// Note to the purpose; of a reading of the audit trail, what was looked for.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// How it ended.
    async fn outcome(&self) -> AuditOutcome {
        self.0.outcome
    }

    /// Code of the refusal, where it was refused.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Ids of the patients whose detail was written or shown.
    async fn patients(&self) -> Vec<ID> {
        let patients = self.0.patients.0.iter();
        patients
            .map(|id| id::encode(Kind::Patient, *id).into())
            .collect()
    }

    /// Id of the request, as in the log and in refusals.
    async fn request_id(&self) -> ID {
        self.0.request_id.to_string().into()
    }

    /// Network address of the caller.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }
}

/// The public id of an object; a signing key has none but its own.
fn subject(kind: SubjectKind, id: Uuid) -> String {
    let kind = match kind {
        SubjectKind::Account => Kind::Account,
        SubjectKind::Community => Kind::Community,
        SubjectKind::Institution => Kind::Institution,
        SubjectKind::Practitioner => Kind::Practitioner,
        SubjectKind::Patient => Kind::Patient,
        SubjectKind::Referral => Kind::Referral,
        SubjectKind::SigningKey => return id.to_string(),
        SubjectKind::BedPool => Kind::BedPool,
        SubjectKind::Slot => Kind::Slot,
        SubjectKind::SharedCentre => Kind::SharedCentre,
        SubjectKind::Order => Kind::Order,
        SubjectKind::CriticalValue => Kind::CriticalValue,
        SubjectKind::Batch => Kind::Batch,
        SubjectKind::TrainingSession => Kind::TrainingSession,
        SubjectKind::Alliance => Kind::Alliance,
        SubjectKind::Agreement => Kind::Agreement,
        SubjectKind::Studio => Kind::Studio,
        SubjectKind::SupervisionVisit => Kind::SupervisionVisit,
        SubjectKind::VolumeReport => Kind::VolumeReport,
        SubjectKind::Dispatch => Kind::Dispatch,
        SubjectKind::FollowUp => Kind::FollowUp,
        SubjectKind::File => Kind::File,
        SubjectKind::FamilyDoctorTeam => Kind::FamilyDoctorTeam,
        SubjectKind::FamilyDoctorPackage => Kind::FamilyDoctorPackage,
        SubjectKind::FamilyDoctorContract => Kind::FamilyDoctorContract,
    };
    id::encode(kind, id)
}
