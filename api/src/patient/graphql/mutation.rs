//! Changing patients.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, patient};

use super::{
    super::service::{self, EndTag, NewTag},
    EndPatientTagInput, Patient, RegisterPatientInput, TagPatientInput,
};
use crate::{
    app::App,
    auth::Call,
    error::Result,
    graphql::{Reply, operate},
    record::replay::Changed,
};

/// A patient who was registered or changed.
#[derive(SimpleObject)]
pub struct PatientPayload {
    /// The patient as now on record.
    pub patient: Patient,
    /// Whether nothing was changed because it had been done before.
    pub replayed: bool,
}

/// Mutations of patients.
#[derive(Default)]
pub struct PatientMutation;

/// Mutations of patients.
#[Object]
impl PatientMutation {
    /// Register a patient 患者登记, or find who that is. Known by the same certificate or health-record number, the patient on record is
    /// answered and completed, never overwritten; another name or birth date is CONFLICT (`PATIENT_MISMATCH`).
    pub async fn register_patient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient.")] input: RegisterPatientInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::RegisterPatient, |app, call| async move {
            let changed = service::register_patient(app, &call, &input.into()).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// Tag a patient with a population group 添加人群标签; the same group twice for one day is DUPLICATE.
    pub async fn tag_patient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient and the tag.")] input: TagPatientInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::TagPatient, |app, call| async move {
            let changed = service::tag_patient(app, &call, &NewTag::try_from(input)?).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// End a patient's tag on a day 结束人群标签.
    pub async fn end_patient_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag and its last day.")] input: EndPatientTagInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::TagPatient, |app, call| async move {
            let changed = service::end_patient_tag(app, &call, &EndTag::try_from(input)?).await?;
            payload(app, &call, changed).await
        })
        .await
    }
}

async fn payload(
    app: &App,
    call: &Call<'_>,
    changed: Changed<patient::Model>,
) -> Result<PatientPayload> {
    let seen = service::read_patient(app, call.actor, changed.object.id).await?;
    Ok(PatientPayload {
        patient: Patient::new(seen),
        replayed: changed.replayed,
    })
}
