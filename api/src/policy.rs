//! Who may: the only place that mentions roles, tiers and visibility. Pure: no connection, no clock.
//!
//! Three questions are asked here. May an actor with these roles do that at all ([`permits`])? On which side of a referral does it
//! stand ([`side`])? And what of a row does its relation open ([`view`])? The answers are enforced in services and in the SQL condition,
//! never in field guards, and printed into a reviewed snapshot (`tests/snapshots`).

use std::collections::BTreeSet;

use entity::enums::{Action, Role, ScopeKind, SubjectKind};

use crate::{
    auth::Actor,
    error::{Error, Result},
};

pub mod account;
mod alliance;
mod capacity;
mod centre;
mod critical_value;
mod dispatch;
mod family_doctor;
mod follow_up;
mod indicator;
mod network;
mod order;
mod oversight;
mod patient;
mod referral;
mod throughput;
mod training;

pub use alliance::*;
pub use capacity::*;
pub use centre::*;
pub use critical_value::*;
pub use dispatch::*;
pub use family_doctor::*;
pub use follow_up::*;
pub use indicator::*;
pub use network::*;
pub use order::*;
pub use oversight::*;
pub use patient::*;
pub use referral::*;
pub use throughput::*;
pub use training::*;

use Role::{
    Auditor, Clinician, CommunityManager, Coordinator, Diagnostician, DispatchOfficer,
    InstitutionAdmin, Integration, Monitor, Regulator, SecurityAdmin, SystemAdmin, Technician,
};

/// Everybody who has signed in.
const ANYBODY: &[Role] = Role::ALL;
/// Whoever works with patients at an institution, or is its hospital system.
const CARE: &[Role] = &[Clinician, Coordinator, Integration];
/// Whoever works on orders to shared centres, or asks for them.
const ORDERS: &[Role] = &[
    Clinician,
    Coordinator,
    Technician,
    Diagnostician,
    Integration,
];
/// Whoever examines and collects, at the requester or the centre; of systems only the centre's own.
const EXAMINES: &[Role] = &[Technician, Integration];
/// Whoever reads what was examined, at the centre.
const READS: &[Role] = &[Diagnostician, Integration];
/// Whoever keeps the registry.
const REGISTRARS: &[Role] = &[InstitutionAdmin, CommunityManager, SystemAdmin];
/// Whoever may found what belongs to no institution yet.
const FOUNDERS: &[Role] = &[CommunityManager, SystemAdmin];
/// Whoever looks after accounts: an institution's admin below admin, the security administrator everywhere.
const KEEPERS: &[Role] = &[InstitutionAdmin, SecurityAdmin];

/// Whoever plans dispatches at an institution; where there is no dispatch officer, the others are.
const DISPATCHES: &[Role] = &[DispatchOfficer, Coordinator, InstitutionAdmin, Integration];

/// The roles that an action asks for; one of them is enough.
#[expect(
    clippy::too_many_lines,
    reason = "one table, a line or a few for each action"
)]
#[must_use]
pub const fn roles(action: Action) -> &'static [Role] {
    match action {
        Action::SignIn
        | Action::RefreshSession
        | Action::SwitchScope
        | Action::SignOut
        | Action::ChangePassword
        | Action::EnrolSecondFactor
        | Action::ReadDirectory => ANYBODY,
        Action::CreateAccount
        | Action::SetAccountStatus
        | Action::ResetCredentials
        | Action::CreateApiClient
        | Action::RotateApiClientSecret
        | Action::GrantRole
        | Action::RevokeGrant
        | Action::ReadAccounts => KEEPERS,
        Action::RotateSigningKey => &[SecurityAdmin],
        Action::ReadAudit => &[Auditor],
        Action::CreateCommunity
        | Action::UpdateCommunity
        | Action::CreateInstitution
        | Action::CreateAlliance
        | Action::UpdateAlliance
        | Action::EndAlliance => FOUNDERS,
        Action::UpdateInstitution
        | Action::SetInstitutionStatus
        | Action::SetCapabilities
        | Action::CreateDepartment
        | Action::UpdateDepartment
        | Action::CreatePractitioner
        | Action::UpdatePractitioner
        | Action::CreateAgreement
        | Action::UpdateAgreement
        | Action::EndAgreement
        | Action::CreateStudio
        | Action::UpdateStudio
        | Action::EndStudio => REGISTRARS,
        // Whoever sends people down, and the system that keeps their diary.
        Action::RecordSupervision | Action::CorrectSupervision => {
            &[Coordinator, DispatchOfficer, InstitutionAdmin, Integration]
        }
        Action::ReadSupervision => &[
            Clinician,
            Coordinator,
            DispatchOfficer,
            InstitutionAdmin,
            Integration,
            CommunityManager,
            Regulator,
        ],
        Action::ReportVolumes | Action::CorrectVolumes => &[InstitutionAdmin, Integration],
        Action::ReadVolumes => &[InstitutionAdmin, Integration, CommunityManager, Regulator],
        Action::ImportRegistry | Action::ImportCatalogue => &[SystemAdmin],
        Action::RegisterPatient
        | Action::ReadPatient
        | Action::ReadIdentity
        | Action::TagPatient
        | Action::DraftReferral
        | Action::SubmitReferral
        | Action::ReturnReferral
        | Action::ResubmitReferral
        | Action::AcceptReferral
        | Action::RejectReferral
        | Action::WithdrawReferral
        | Action::RecordDeparture
        | Action::RecordArrival
        | Action::RecordNoShow
        | Action::CloseReferral
        | Action::AmendReferral
        | Action::RescheduleReferral
        | Action::RevokeReferralAcceptance
        | Action::RequestReferralCancellation
        | Action::ConfirmReferralCancellation
        | Action::DeclineReferralCancellation
        | Action::ReferBack
        | Action::AttachToReferral
        | Action::SuggestDestinations
        | Action::ReadFollowUp
        | Action::PlanFollowUp
        | Action::RecordFollowUp
        | Action::ReassignFollowUp
        | Action::EndFollowUp
        | Action::PlaceOrder
        | Action::RecogniseResult
        | Action::ResubmitOrder
        | Action::CancelOrder
        | Action::AcknowledgeCriticalValue
        | Action::ResolveCriticalValue => CARE,
        // A community's manager rescues what is overdue.
        Action::RedirectReferral => &[Clinician, Coordinator, Integration, CommunityManager],
        // Administrators see headers only: what is open, never whose it is.
        Action::ReadReferral => &[
            Clinician,
            Coordinator,
            Integration,
            InstitutionAdmin,
            CommunityManager,
        ],
        Action::ReadChanges => &[
            Clinician,
            Coordinator,
            Technician,
            Diagnostician,
            Integration,
            InstitutionAdmin,
            CommunityManager,
            DispatchOfficer,
        ],
        Action::StartTreatment | Action::ReportBack => &[Clinician, Integration],
        Action::CreateBedPool
        | Action::UpdateBedPool
        | Action::CreateSlot
        | Action::UpdateSlot
        | Action::CreateCentre
        | Action::UpdateCentre
        | Action::SetCatalogueItem
        | Action::SetTrainingSession
        | Action::RecordTraining => &[InstitutionAdmin],
        Action::ReportOccupancy
        | Action::IdentifyPatient
        | Action::ReadConflicts
        | Action::ResolvePatientConflict
        | Action::MergePatients
        | Action::UnmergePatients => &[Coordinator, InstitutionAdmin, Integration],
        Action::OpenPatient => &[Clinician],
        Action::ReadBreakGlass | Action::ReviewBreakGlass => &[SecurityAdmin, Auditor],
        Action::ReadAccesses => &[Auditor, InstitutionAdmin],
        Action::SetReferralLimits => &[CommunityManager, SystemAdmin],
        // A report is reviewed at the centre, an opinion confirmed by whoever asked for it.
        // Files go with referrals and with orders: what either shows is asked of the row.
        Action::ReadOrder
        | Action::AttachToOrder
        | Action::ReviewOrder
        | Action::UploadFile
        | Action::ReadFile => ORDERS,
        // A community's manager is told of what nobody acknowledges, without whose it is.
        Action::ReadCriticalValue => &[
            Clinician,
            Coordinator,
            Technician,
            Diagnostician,
            Integration,
            CommunityManager,
        ],
        Action::RecordExamination
        | Action::CollectSpecimen
        | Action::SendSpecimen
        | Action::ReceiveOrder
        | Action::ProcessOrder
        | Action::DeliverOrder
        | Action::RecallBatch => EXAMINES,
        Action::ClaimOrder
        | Action::ReleaseOrder
        | Action::ReportOrder
        | Action::AmendReport
        | Action::RaiseCriticalValue => READS,
        Action::ReturnOrder => &[Technician, Diagnostician, Integration],
        Action::ConfirmBatchReturn => &[Technician, Coordinator],
        Action::ReadThroughput => &[
            Monitor,
            Regulator,
            CommunityManager,
            InstitutionAdmin,
            Coordinator,
            Technician,
            Diagnostician,
        ],
        Action::EnrolInTraining
        | Action::CreateFamilyDoctorTeam
        | Action::UpdateFamilyDoctorTeam
        | Action::CreateFamilyDoctorPackage
        | Action::UpdateFamilyDoctorPackage => &[Coordinator, InstitutionAdmin],
        // A contract is signed at the desk as often as at the bedside, or comes from the health centre's own system.
        Action::SignFamilyDoctorContract
        | Action::RenewFamilyDoctorContract
        | Action::MoveFamilyDoctorContract
        | Action::EndFamilyDoctorContract
        | Action::ReadFamilyDoctorContract => {
            &[Clinician, Coordinator, InstitutionAdmin, Integration]
        }
        Action::RequestDispatch
        | Action::DeclineDispatch
        | Action::PlanDispatch
        | Action::ConfirmDispatch
        | Action::CheckInDispatch
        | Action::PublishDispatchSessions
        | Action::ExtendDispatch
        | Action::RecallDispatch
        | Action::CompleteDispatch
        | Action::AppraiseDispatch
        | Action::CancelDispatch => DISPATCHES,
        // A community's manager approves what no sender can.
        Action::ApproveDispatch => &[DispatchOfficer, CommunityManager],
        // Experts say themselves what they did.
        Action::LogDispatch => &[
            DispatchOfficer,
            Coordinator,
            InstitutionAdmin,
            Integration,
            Clinician,
            Technician,
            Diagnostician,
        ],
        Action::ReadDispatch => &[
            DispatchOfficer,
            Coordinator,
            InstitutionAdmin,
            Integration,
            Clinician,
            Technician,
            Diagnostician,
            CommunityManager,
        ],
        Action::ReadDispatchStatistics => &[
            DispatchOfficer,
            Coordinator,
            InstitutionAdmin,
            CommunityManager,
            Regulator,
        ],
        // Of whole institutions, communities and regions: for those who answer for them.
        Action::ReadIndicators | Action::ExportIndicators => {
            &[Regulator, CommunityManager, InstitutionAdmin, Coordinator]
        }
        // The clock's own.
        Action::ExpireFamilyDoctorContract
        | Action::ExpireReferral
        | Action::CancelUnanswered
        | Action::CloseUnread
        | Action::MarkOverdue
        | Action::EscalateOverdue
        | Action::EndDispatch
        | Action::LapseDispatch => &[],
    }
}

/// The roles that a kind of scope can be granted with.
#[must_use]
pub const fn scope_roles(scope: ScopeKind) -> &'static [Role] {
    match scope {
        ScopeKind::Institution => &[
            Clinician,
            Coordinator,
            Technician,
            Diagnostician,
            DispatchOfficer,
            InstitutionAdmin,
            Integration,
        ],
        ScopeKind::Community => &[CommunityManager, Monitor],
        ScopeKind::Region => &[Regulator, Monitor],
        ScopeKind::Installation => &[SystemAdmin, SecurityAdmin, Auditor, Monitor],
    }
}

/// The three administrators 三员: never two of them on one account, and each with a second factor.
pub const ADMINISTRATORS: &[Role] = &[SystemAdmin, SecurityAdmin, Auditor];

/// Whether a holder of these roles signs in with a second factor.
#[must_use]
pub fn needs_second_factor(roles: &BTreeSet<Role>) -> bool {
    ADMINISTRATORS.iter().any(|role| roles.contains(role))
}

/// Whether one of the roles permits the action.
#[must_use]
pub fn permits(held: &BTreeSet<Role>, action: Action) -> bool {
    roles(action).iter().any(|role| held.contains(role))
}

/// Refuses an actor whose roles do not permit the action, or whose scope has nothing to do with it. The service itself may do anything that a service function offers.
pub fn require(actor: &Actor, action: Action) -> Result<()> {
    let permitted = permits(&actor.roles, action) && is_open(actor, action);
    if actor.is_system() || permitted {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Whether holders of these roles may follow what happens to objects of that kind, wherever their scope sees them. Administrators learn
/// of referrals, whose headers they see, and of nobody as a patient.
#[must_use]
pub fn follows(held: &BTreeSet<Role>, kind: SubjectKind) -> bool {
    let read = match kind {
        SubjectKind::Referral => Action::ReadReferral,
        SubjectKind::Patient => Action::ReadPatient,
        SubjectKind::FollowUp => Action::ReadFollowUp,
        SubjectKind::Order | SubjectKind::Batch => Action::ReadOrder,
        SubjectKind::CriticalValue => Action::ReadCriticalValue,
        SubjectKind::SupervisionVisit => Action::ReadSupervision,
        SubjectKind::VolumeReport => Action::ReadVolumes,
        SubjectKind::Dispatch => Action::ReadDispatch,
        SubjectKind::Institution
        | SubjectKind::SharedCentre
        | SubjectKind::TrainingSession
        | SubjectKind::Practitioner
        | SubjectKind::Community
        | SubjectKind::Alliance
        | SubjectKind::Agreement
        | SubjectKind::Studio
        | SubjectKind::BedPool
        | SubjectKind::FamilyDoctorTeam
        | SubjectKind::Slot => Action::ReadDirectory,
        SubjectKind::FamilyDoctorContract => Action::ReadFamilyDoctorContract,
        SubjectKind::Account
        | SubjectKind::SigningKey
        | SubjectKind::File
        | SubjectKind::FamilyDoctorPackage => return false,
    };
    permits(held, Action::ReadChanges) && permits(held, read)
}
