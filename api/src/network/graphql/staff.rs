//! Departments and practitioners.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entity::{department, enums::Qualification, practitioner};
use uuid::Uuid;

use super::Institution;
use crate::{
    error::Result,
    graphql::app,
    id::{self, Kind},
    named,
    network::directory::Directory,
    scalar::Date,
};

/// A department 科室 of an institution.
#[derive(Clone)]
pub struct Department(pub Arc<department::Model>);

named!(Department => "Department", Practitioner => "Practitioner");

impl Department {
    /// The department of that id.
    #[must_use]
    pub fn find(directory: &Directory, id: Uuid) -> Option<Self> {
        directory.departments.get(&id).cloned().map(Self)
    }
}

/// A department 科室 of an institution.
#[Object]
impl Department {
    /// Its id, `dep_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Department, self.0.id).into()
    }

    /// Code 科室编码, unique within the institution.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name 科室名称.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Specialty by the national list of clinical subjects 诊疗科目 (`03` internal medicine, `20` emergency medicine …).
    async fn specialty(&self) -> &str {
        &self.0.specialty
    }

    /// Whether it still exists.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The institution that it belongs to.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let directory = app(ctx)?.directory.now();
        Ok(Institution::find(&directory, self.0.institution_id))
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}

/// A member of medical staff 医务人员.
#[derive(Clone)]
pub struct Practitioner(pub Arc<practitioner::Model>);

impl From<practitioner::Model> for Practitioner {
    fn from(model: practitioner::Model) -> Self {
        Self(Arc::new(model))
    }
}

/// A member of medical staff 医务人员.
#[Object]
impl Practitioner {
    /// Their id, `prac_…`.
    pub async fn id(&self) -> ID {
        id::encode(Kind::Practitioner, self.0.id).into()
    }

    /// Staff number 工号, unique within the employer.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name 姓名.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they are qualified as 执业类别.
    async fn qualification(&self) -> Qualification {
        self.0.qualification
    }

    /// Professional title 专业技术职称, GB/T 8561 health code (231 主任医师, 232 副主任医师, 233 主治医师, 234 医师, 235 医士; 241–245 pharmacists,
    /// 251–255 nurses, 261–265 technicians).
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// Specialty codes 诊疗科目.
    async fn specialties(&self) -> &[String] {
        &self.0.specialties.0
    }

    /// Licence number 执业证书编号.
    async fn licence_number(&self) -> Option<&str> {
        self.0.licence_number.as_deref()
    }

    /// Last day of the licence 执业证书有效期.
    async fn licence_until(&self) -> Option<Date> {
        self.0.licence_until.map(Date::from)
    }

    /// The employer 所在机构.
    async fn institution(&self, ctx: &Context<'_>) -> Result<Option<Institution>> {
        let directory = app(ctx)?.directory.now();
        Ok(Institution::find(&directory, self.0.institution_id))
    }

    /// The department 所在科室, where there is one.
    async fn department(&self, ctx: &Context<'_>) -> Result<Option<Department>> {
        let directory = app(ctx)?.directory.now();
        let id = self.0.department_id;
        Ok(id.and_then(|id| Department::find(&directory, id)))
    }

    /// Whether they still work there.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When they were registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When they were last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
}
