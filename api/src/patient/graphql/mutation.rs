//! Changing patients.

use async_graphql::{Context, Object, SimpleObject};
use entity::{enums::Action, patient};

use super::{
    super::service::{self, EndTag, Identify, Merge, NewTag, Open, Resolve, Review, Unmerge},
    BreakGlassEvent, BreakGlassPayload, EndPatientTagInput, IdentifyPatientInput,
    MergePatientsInput, OpenPatientInput, Patient, RegisterPatientInput,
    ResolvePatientConflictInput, ReviewBreakGlassInput, TagPatientInput, UnmergePatientsInput,
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
    /// answered and completed, never overwritten; another name or birth date is CONFLICT (`PATIENT_MISMATCH`) and waits in
    /// `patientConflicts` for a decision.
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

    /// Say who an unidentified patient or a newborn is 补充身份. Where there is a record of that person already, the patient is merged into it if
    /// the input says so; otherwise that is DUPLICATE, naming the record to those who see it. A record that disagrees is CONFLICT
    /// (`PATIENT_MISMATCH`) and waits in `patientConflicts`.
    pub async fn identify_patient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient and who it is.")] input: IdentifyPatientInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::IdentifyPatient, |app, call| async move {
            let input = Identify::try_from(input)?;
            let changed = service::identify_patient(app, &call, &input).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// Decide about a registration that disagrees with the record 处理身份冲突; answers the record, or the separate patient.
    pub async fn resolve_patient_conflict(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conflict and the decision.")] input: ResolvePatientConflictInput,
    ) -> Reply<PatientPayload> {
        operate(
            ctx,
            Action::ResolvePatientConflict,
            |app, call| async move {
                let input = Resolve::try_from(input)?;
                let changed = service::resolve_patient_conflict(app, &call, &input).await?;
                payload(app, &call, changed).await
            },
        )
        .await
    }

    /// Say that two records are one patient 合并患者; answers the record that stays. Whatever names the other goes on naming it and is answered
    /// with the record; `unmergePatients` undoes it.
    pub async fn merge_patients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two records.")] input: MergePatientsInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::MergePatients, |app, call| async move {
            let input = Merge::try_from(input)?;
            let changed = service::merge_patients(app, &call, &input).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// Undo a merge 撤销合并: everything is as it was before; answers the record that is one of its own again.
    pub async fn unmerge_patients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The record that was merged.")] input: UnmergePatientsInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::UnmergePatients, |app, call| async move {
            let input = Unmerge::try_from(input)?;
            let changed = service::unmerge_patients(app, &call, &input).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// Open a patient to whom there is no relation, in need 应急调阅 (break-glass): by an exact key, with a reason, for three hours, to the caller's account
    /// in this scope alone and for reading alone. It is audited, told to the security administrator and reviewed; a few an hour, then
    /// RATE_LIMITED.
    pub async fn open_patient(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The patient and the reason.")] input: OpenPatientInput,
    ) -> Reply<PatientPayload> {
        operate(ctx, Action::OpenPatient, |app, call| async move {
            let changed = service::open_patient(app, &call, &Open::try_from(input)?).await?;
            payload(app, &call, changed).await
        })
        .await
    }

    /// Say whether there was need for a break-glass 审查应急调阅.
    pub async fn review_break_glass(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The opening and the verdict.")] input: ReviewBreakGlassInput,
    ) -> Reply<BreakGlassPayload> {
        operate(ctx, Action::ReviewBreakGlass, |app, call| async move {
            let input = Review::try_from(input)?;
            let changed = service::review_break_glass(app, &call, &input).await?;
            Ok(BreakGlassPayload {
                event: BreakGlassEvent::new(changed.object),
                replayed: changed.replayed,
            })
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
    let seen = service::changed(app, call.actor, changed.object.id).await?;
    Ok(PatientPayload {
        patient: Patient::new(seen),
        replayed: changed.replayed,
    })
}
