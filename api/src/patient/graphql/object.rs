//! A patient as shown.

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, CertificateKind, InsuranceKind, Purpose, Sex, TagKind},
    patient_tag,
};

use super::super::{
    Seen,
    loader::TagLoader,
    service::{self, AccessRequest, Identity, IdentityRequest, PatientKey},
};
use crate::{
    clock::shanghai_day,
    episode::{self, graphql::Episode},
    error::{Error, Result},
    family_doctor::{self, graphql::FamilyDoctorContract},
    graphql::{Connection, Reply, app, operate, refusal, reply},
    id::{self, Kind},
    named,
    order::{self, graphql::Order},
    page::PageArgs,
    policy,
    record::graphql::AuditEntry,
    referral::graphql::{Referral, of_patient},
    scalar::Date,
};

/// A patient 患者, one for the whole region. Who does not treat the patient now sees name, phone and address masked, and the age in place of
/// the birth date.
#[derive(Clone)]
pub struct Patient {
    seen: Seen,
}

named!(Patient => "Patient");

impl Patient {
    /// A patient as a scope sees it. Whoever shows one notes it with [`Seen::disclose`].
    #[must_use]
    pub const fn new(seen: Seen) -> Self {
        Self { seen }
    }

    const fn plain(&self) -> bool {
        policy::shows_plain(self.seen.treating, self.seen.opened)
    }

    /// A text that is shown plain to whoever treats the patient.
    fn shown(&self, text: &str, masked: impl Fn(&str) -> String) -> String {
        if self.plain() {
            text.to_owned()
        } else {
            masked(text)
        }
    }
}

/// A patient 患者, one for the whole region. Who does not treat the patient now sees name, phone and address masked, and the age in place of
/// the birth date.
#[Object]
impl Patient {
    /// Its id, `pat_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Patient, self.seen.row.id).into()
    }

    /// Name 姓名; masked: 张*.
    pub async fn name(&self) -> String {
        self.shown(&self.seen.row.name, policy::masked_name)
    }

    /// Sex 性别.
    pub async fn sex(&self) -> Sex {
        self.seen.row.sex
    }

    /// Birth date 出生日期; masked: null.
    pub async fn birth_date(&self) -> Option<Date> {
        let birth_date = self.seen.row.birth_date.filter(|_| self.plain());
        birth_date.map(Date::from)
    }

    /// Age in whole years 年龄, today in Shanghai.
    pub async fn age(&self, ctx: &Context<'_>) -> Option<i32> {
        let today = shanghai_day(app(ctx).ok()?.now());
        policy::age(self.seen.row.birth_date?, today)
    }

    /// Kind of the certificate 证件类型.
    pub async fn certificate_kind(&self) -> Option<CertificateKind> {
        self.seen.row.certificate_kind
    }

    /// Number of the certificate 证件号码, always masked: first four, last four. `identity` shows all of it.
    pub async fn id_number(&self) -> Option<&str> {
        self.seen.row.certificate_mask.as_deref()
    }

    /// Phone 联系电话; masked: first three, last four.
    pub async fn phone(&self, ctx: &Context<'_>) -> Reply<String> {
        let opened = app(ctx).and_then(|app| service::phone(app, &self.seen.row));
        match opened {
            Ok(phone) => phone.map(|phone| Ok(self.shown(&phone, policy::masked_phone))),
            Err(error) => Some(Err(refusal(ctx, &error))),
        }
    }

    /// Address 住址; masked: down to the town 乡镇/街道.
    pub async fn address(&self) -> Option<String> {
        let address = self.seen.row.address.as_deref();
        address.map(|address| self.shown(address, policy::masked_address))
    }

    /// Health-record number 健康档案号; masked: null.
    pub async fn health_record_number(&self) -> Option<&str> {
        let number = self.seen.row.health_record_number.as_deref();
        number.filter(|_| self.plain())
    }

    /// Insurance 医保类型.
    pub async fn insurance_kind(&self) -> Option<InsuranceKind> {
        self.seen.row.insurance_kind
    }

    /// Whether name, phone and address are masked because the caller does not treat the patient now.
    pub async fn masked(&self) -> bool {
        !self.plain()
    }

    /// The patient's referrals that the caller sees by relations of their own, the latest first; every posted one while the patient is open
    /// by break-glass.
    pub async fn referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Referral>> {
        let which = (self.seen.row.id, self.seen.opened);
        of_patient(ctx, which, PageArgs::forward(first, after)).await
    }

    /// The patient's orders 申请 to shared centres that the caller sees by relations of their own, the latest first; every one while the patient
    /// is open by break-glass.
    pub async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Order>> {
        let args = PageArgs::forward(first, after);
        let which = (self.seen.row.id, self.seen.opened);
        let page = order::graphql::of_patient(ctx, which, args).await;
        reply(ctx, page.map(Some))
    }

    /// The patient's episodes 诊疗过程, as far as the caller sees rows of them by relations of their own, the latest first.
    pub async fn episodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows of the page, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<Episode>> {
        episode::graphql::of_patient(ctx, self.seen.row.id, PageArgs::forward(first, after)).await
    }

    /// Whether it is known who this is; false for an unidentified patient 身份不明.
    pub async fn identified(&self) -> bool {
        self.seen.row.identified
    }

    /// Whether it stands in, since an emergency, for a patient whose record disagrees.
    pub async fn provisional(&self) -> bool {
        self.seen.row.provisional
    }

    /// The full identity 完整身份信息, for a purpose, to whoever treats the patient now or registered it. Each call is audited with its purpose.
    pub async fn identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is needed for 用途.")] purpose: Purpose,
        #[graphql(
            desc = "What the purpose is; required where it is OTHER, at most 500 characters."
        )]
        note: Option<String>,
    ) -> Reply<PatientIdentity> {
        let patient = self.seen.row.id;
        operate(ctx, Action::ReadIdentity, |app, call| async move {
            let request = IdentityRequest { purpose, note };
            let identity = service::read_identity(app, call.actor, patient, &request).await?;
            Ok(PatientIdentity(identity))
        })
        .await
    }

    /// Who wrote or saw the patient's detail 调阅记录, the latest first: for AUDITOR, and for INSTITUTION_ADMIN where the patient asks (PATIENT_REQUEST). Reading it is audited
    /// too. `patientAccesses` answers the same to whoever reads no patients.
    pub async fn accesses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is needed for 用途.")] purpose: Purpose,
        #[graphql(
            desc = "What the purpose is; required where it is OTHER, at most 500 characters."
        )]
        note: Option<String>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
    ) -> Reply<Connection<AuditEntry>> {
        let key = PatientKey::Id(self.seen.row.id);
        let request = AccessRequest { purpose, note };
        let args = PageArgs::forward(first, after);
        super::access::list(ctx, |_| Ok(key), request, args).await
    }

    /// The running contract with family doctors 家庭医生签约: who looks after the patient at home. Null where there is none.
    pub async fn family_doctor(&self, ctx: &Context<'_>) -> Reply<FamilyDoctorContract> {
        // A record without any relation shows nothing beside itself.
        if !self.seen.related() && !self.seen.opened {
            return None;
        }
        family_doctor::graphql::of_patient(ctx, self.seen.row.id).await
    }

    /// Population groups 人群标签, past ones included, in the order of their first days.
    pub async fn tags(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PatientTag>> {
        let tags = read_tags(ctx, self.seen.row.id).await;
        let tags = tags.map_err(|error| refusal(ctx, &error))?;
        Ok(tags.into_iter().map(PatientTag).collect())
    }

    /// Grows by one with each change of the record.
    pub async fn version(&self) -> i32 {
        self.seen.row.version
    }

    /// When the patient was registered.
    pub async fn created_at(&self) -> DateTime<Utc> {
        self.seen.row.created_at
    }

    /// When the record was last changed.
    pub async fn updated_at(&self) -> DateTime<Utc> {
        self.seen.row.updated_at
    }
}

async fn read_tags(ctx: &Context<'_>, patient: uuid::Uuid) -> Result<Vec<patient_tag::Model>> {
    let loader = ctx
        .data_opt::<DataLoader<TagLoader>>()
        .ok_or_else(|| Error::Internal("the request carries no loader of tags".into()))?;
    let tags = loader.load_one(patient).await;
    tags.map(Option::unwrap_or_default)
        .map_err(|fault| Error::Internal(fault.to_string()))
}

/// A patient's full identity 完整身份信息.
pub struct PatientIdentity(Identity);

/// A patient's full identity 完整身份信息.
#[Object]
impl PatientIdentity {
    /// Name 姓名.
    pub async fn name(&self) -> &str {
        &self.0.name
    }

    /// Kind of the certificate 证件类型.
    pub async fn certificate_kind(&self) -> Option<CertificateKind> {
        self.0.certificate_kind
    }

    /// Number of the certificate 证件号码.
    pub async fn id_number(&self) -> Option<&str> {
        self.0.id_number.as_deref()
    }

    /// Birth date 出生日期.
    pub async fn birth_date(&self) -> Option<Date> {
        self.0.birth_date.map(Date::from)
    }

    /// Phone 联系电话.
    pub async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Address 住址.
    pub async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }
}

/// A population group that the patient belongs to for a time 人群标签.
#[derive(Clone)]
pub struct PatientTag(patient_tag::Model);

/// A population group that the patient belongs to for a time 人群标签.
#[Object]
impl PatientTag {
    /// Its id, `tag_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::PatientTag, self.0.id).into()
    }

    /// The group.
    pub async fn tag(&self) -> TagKind {
        self.0.tag
    }

    /// First day.
    pub async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Last day, if it is known.
    pub async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }
}
