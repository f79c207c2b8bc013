//! What is on record: actions, subjects, outcomes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

super::coded! {
    /// What happened, or is asked for. The same word names the GraphQL operation, the permission, the event and the audit entry.
    Action {
        /// Sign in with a password or a client secret.
        SignIn = "SIGN_IN",
        /// Refresh a session.
        RefreshSession = "REFRESH_SESSION",
        /// Act in another scope of one's own.
        SwitchScope = "SWITCH_SCOPE",
        /// End a session.
        SignOut = "SIGN_OUT",
        /// Change one's own password.
        ChangePassword = "CHANGE_PASSWORD",
        /// Set up or confirm one's own second factor.
        EnrolSecondFactor = "ENROL_SECOND_FACTOR",
        /// Create an account.
        CreateAccount = "CREATE_ACCOUNT",
        /// Enable or disable an account.
        SetAccountStatus = "SET_ACCOUNT_STATUS",
        /// Set a new password, unlock, or drop the second factor of an account.
        ResetCredentials = "RESET_CREDENTIALS",
        /// Create an API client.
        CreateApiClient = "CREATE_API_CLIENT",
        /// Give an API client a new secret.
        RotateApiClientSecret = "ROTATE_API_CLIENT_SECRET",
        /// Grant a role.
        GrantRole = "GRANT_ROLE",
        /// Revoke a grant.
        RevokeGrant = "REVOKE_GRANT",
        /// Make a new signing key.
        RotateSigningKey = "ROTATE_SIGNING_KEY",
        /// List accounts and their grants.
        ReadAccounts = "READ_ACCOUNTS",
        /// Read the audit trail.
        ReadAudit = "READ_AUDIT",
        /// Read the directory of institutions, departments and practitioners.
        ReadDirectory = "READ_DIRECTORY",
        /// Create a community.
        CreateCommunity = "CREATE_COMMUNITY",
        /// Change a community.
        UpdateCommunity = "UPDATE_COMMUNITY",
        /// Create an institution.
        CreateInstitution = "CREATE_INSTITUTION",
        /// Change an institution.
        UpdateInstitution = "UPDATE_INSTITUTION",
        /// Change whether an institution operates.
        SetInstitutionStatus = "SET_INSTITUTION_STATUS",
        /// Set what an institution can treat.
        SetCapabilities = "SET_CAPABILITIES",
        /// Create a department.
        CreateDepartment = "CREATE_DEPARTMENT",
        /// Change a department.
        UpdateDepartment = "UPDATE_DEPARTMENT",
        /// Register a practitioner.
        CreatePractitioner = "CREATE_PRACTITIONER",
        /// Change a practitioner.
        UpdatePractitioner = "UPDATE_PRACTITIONER",
        /// Import registry files.
        ImportRegistry = "IMPORT_REGISTRY",
        /// Register a patient.
        RegisterPatient = "REGISTER_PATIENT",
        /// Read patients.
        ReadPatient = "READ_PATIENT",
        /// Read a patient's full identity.
        ReadIdentity = "READ_IDENTITY",
        /// Add or end a patient's tag.
        TagPatient = "TAG_PATIENT",
        /// Read referrals.
        ReadReferral = "READ_REFERRAL",
        /// Write a draft.
        DraftReferral = "DRAFT_REFERRAL",
        /// Post a referral.
        SubmitReferral = "SUBMIT_REFERRAL",
        /// Send a referral back for missing items.
        ReturnReferral = "RETURN_REFERRAL",
        /// Post a returned referral again.
        ResubmitReferral = "RESUBMIT_REFERRAL",
        /// Take the patient.
        AcceptReferral = "ACCEPT_REFERRAL",
        /// Not take the patient.
        RejectReferral = "REJECT_REFERRAL",
        /// Take the referral back.
        WithdrawReferral = "WITHDRAW_REFERRAL",
        /// The patient has left.
        RecordDeparture = "RECORD_DEPARTURE",
        /// The patient has come.
        RecordArrival = "RECORD_ARRIVAL",
        /// The patient has not come.
        RecordNoShow = "RECORD_NO_SHOW",
        /// Treatment has begun.
        StartTreatment = "START_TREATMENT",
        /// Tell the sender what was found and done.
        ReportBack = "REPORT_BACK",
        /// Close the loop.
        CloseReferral = "CLOSE_REFERRAL",
        /// Add to a referral on record, or make it more urgent.
        AmendReferral = "AMEND_REFERRAL",
        /// Send the patient on to another receiver.
        RedirectReferral = "REDIRECT_REFERRAL",
        /// Expect the patient at another time.
        RescheduleReferral = "RESCHEDULE_REFERRAL",
        /// Take back an acceptance.
        RevokeReferralAcceptance = "REVOKE_REFERRAL_ACCEPTANCE",
        /// Ask the receiver to cancel what it has accepted.
        RequestReferralCancellation = "REQUEST_REFERRAL_CANCELLATION",
        /// Agree to a cancellation.
        ConfirmReferralCancellation = "CONFIRM_REFERRAL_CANCELLATION",
        /// Not agree to a cancellation.
        DeclineReferralCancellation = "DECLINE_REFERRAL_CANCELLATION",
        /// Send the patient back down with the report.
        ReferBack = "REFER_BACK",
        /// Attach a file to a referral.
        AttachToReferral = "ATTACH_TO_REFERRAL",
        /// The clock: the time of a referral has run out.
        ExpireReferral = "EXPIRE_REFERRAL",
        /// The clock: a request to cancel stayed unanswered, so it takes effect.
        CancelUnanswered = "CANCEL_UNANSWERED",
        /// The clock: a report stayed unread, so the loop closes without a reader.
        CloseUnread = "CLOSE_UNREAD",
        /// The clock: the receiver's time to answer has passed.
        MarkOverdue = "MARK_OVERDUE",
        /// The clock: twice the time to answer has passed; the community's manager is told.
        EscalateOverdue = "ESCALATE_OVERDUE",
        /// Set how long a community's receivers may take to answer.
        SetReferralLimits = "SET_REFERRAL_LIMITS",
        /// Ask which receivers would suit a patient.
        SuggestDestinations = "SUGGEST_DESTINATIONS",
        /// Create a bed pool.
        CreateBedPool = "CREATE_BED_POOL",
        /// Change a bed pool.
        UpdateBedPool = "UPDATE_BED_POOL",
        /// Report how many beds are occupied.
        ReportOccupancy = "REPORT_OCCUPANCY",
        /// Offer a slot.
        CreateSlot = "CREATE_SLOT",
        /// Change or withdraw a slot.
        UpdateSlot = "UPDATE_SLOT",
        /// Read follow-ups.
        ReadFollowUp = "READ_FOLLOW_UP",
        /// Plan follow-ups.
        PlanFollowUp = "PLAN_FOLLOW_UP",
        /// Record a follow-up.
        RecordFollowUp = "RECORD_FOLLOW_UP",
        /// Hand a follow-up to another institution.
        ReassignFollowUp = "REASSIGN_FOLLOW_UP",
        /// End a follow-up plan.
        EndFollowUp = "END_FOLLOW_UP",
        /// Say who an unidentified patient is.
        IdentifyPatient = "IDENTIFY_PATIENT",
        /// Read the queue of registrations that disagree with the record.
        ReadConflicts = "READ_CONFLICTS",
        /// Decide about a registration that disagrees with the record.
        ResolvePatientConflict = "RESOLVE_PATIENT_CONFLICT",
        /// Say that two records are one patient.
        MergePatients = "MERGE_PATIENTS",
        /// Undo a merge.
        UnmergePatients = "UNMERGE_PATIENTS",
        /// Open a patient without a relation, in need (break-glass).
        OpenPatient = "OPEN_PATIENT",
        /// List what was opened by break-glass.
        ReadBreakGlass = "READ_BREAK_GLASS",
        /// Say whether a break-glass was justified.
        ReviewBreakGlass = "REVIEW_BREAK_GLASS",
        /// Register a shared centre.
        CreateCentre = "CREATE_CENTRE",
        /// Change a shared centre, or whom it serves.
        UpdateCentre = "UPDATE_CENTRE",
        /// List what can be ordered from a shared centre.
        SetCatalogueItem = "SET_CATALOGUE_ITEM",
        /// Import files of shared centres and their catalogues.
        ImportCatalogue = "IMPORT_CATALOGUE",
        /// Read orders to shared centres.
        ReadOrder = "READ_ORDER",
        /// Place an order.
        PlaceOrder = "PLACE_ORDER",
        /// Recognise an earlier result in place of a new examination.
        RecogniseResult = "RECOGNISE_RESULT",
        /// The examination was made.
        RecordExamination = "RECORD_EXAMINATION",
        /// The specimen was drawn.
        CollectSpecimen = "COLLECT_SPECIMEN",
        /// The specimen is on its way.
        SendSpecimen = "SEND_SPECIMEN",
        /// The centre has the specimen, or the used packs.
        ReceiveOrder = "RECEIVE_ORDER",
        /// The packs were sterilised.
        ProcessOrder = "PROCESS_ORDER",
        /// The sterile packs were delivered.
        DeliverOrder = "DELIVER_ORDER",
        /// Take an order to work on it.
        ClaimOrder = "CLAIM_ORDER",
        /// Put an order back for somebody else.
        ReleaseOrder = "RELEASE_ORDER",
        /// Report what was found.
        ReportOrder = "REPORT_ORDER",
        /// Review a report, or confirm an opinion.
        ReviewOrder = "REVIEW_ORDER",
        /// Amend a report.
        AmendReport = "AMEND_REPORT",
        /// Send an order back.
        ReturnOrder = "RETURN_ORDER",
        /// Place a returned order again.
        ResubmitOrder = "RESUBMIT_ORDER",
        /// Cancel an order.
        CancelOrder = "CANCEL_ORDER",
        /// Attach a file to an order.
        AttachToOrder = "ATTACH_TO_ORDER",
        /// Recall a sterile batch.
        RecallBatch = "RECALL_BATCH",
        /// Confirm what became of the packs of a recalled batch.
        ConfirmBatchReturn = "CONFIRM_BATCH_RETURN",
        /// Raise a critical value.
        RaiseCriticalValue = "RAISE_CRITICAL_VALUE",
        /// Confirm that a critical value is known.
        AcknowledgeCriticalValue = "ACKNOWLEDGE_CRITICAL_VALUE",
        /// Say what was done about a critical value.
        ResolveCriticalValue = "RESOLVE_CRITICAL_VALUE",
        /// Read critical values.
        ReadCriticalValue = "READ_CRITICAL_VALUE",
        /// Offer, change or call off a training session.
        SetTrainingSession = "SET_TRAINING_SESSION",
        /// Enrol somebody in a training session.
        EnrolInTraining = "ENROL_IN_TRAINING",
        /// Say who came to a training session, and how well they did.
        RecordTraining = "RECORD_TRAINING",
        /// Found an alliance.
        CreateAlliance = "CREATE_ALLIANCE",
        /// Change an alliance, or who belongs to it.
        UpdateAlliance = "UPDATE_ALLIANCE",
        /// End an alliance before its time.
        EndAlliance = "END_ALLIANCE",
        /// Register an agreement of two institutions.
        CreateAgreement = "CREATE_AGREEMENT",
        /// Change an agreement.
        UpdateAgreement = "UPDATE_AGREEMENT",
        /// End an agreement before its time.
        EndAgreement = "END_AGREEMENT",
        /// Register a studio of a named doctor.
        CreateStudio = "CREATE_STUDIO",
        /// Change a studio.
        UpdateStudio = "UPDATE_STUDIO",
        /// End a studio before its time.
        EndStudio = "END_STUDIO",
        /// Read supervision visits.
        ReadSupervision = "READ_SUPERVISION",
        /// Record a supervision visit.
        RecordSupervision = "RECORD_SUPERVISION",
        /// Correct what is on record of a supervision visit.
        CorrectSupervision = "CORRECT_SUPERVISION",
        /// Read what institutions report of their months.
        ReadVolumes = "READ_VOLUMES",
        /// Report what an institution did in a month.
        ReportVolumes = "REPORT_VOLUMES",
        /// Correct what was reported of a month.
        CorrectVolumes = "CORRECT_VOLUMES",
        /// Read dispatches of experts.
        ReadDispatch = "READ_DISPATCH",
        /// Ask for an expert.
        RequestDispatch = "REQUEST_DISPATCH",
        /// Send nobody.
        DeclineDispatch = "DECLINE_DISPATCH",
        /// Name who is sent.
        PlanDispatch = "PLAN_DISPATCH",
        /// Approve a dispatch.
        ApproveDispatch = "APPROVE_DISPATCH",
        /// Take the expert.
        ConfirmDispatch = "CONFIRM_DISPATCH",
        /// The expert has come.
        CheckInDispatch = "CHECK_IN_DISPATCH",
        /// Offer an expert's sessions as slots.
        PublishDispatchSessions = "PUBLISH_DISPATCH_SESSIONS",
        /// Say what an expert did.
        LogDispatch = "LOG_DISPATCH",
        /// Let an expert stay longer.
        ExtendDispatch = "EXTEND_DISPATCH",
        /// Call an expert back.
        RecallDispatch = "RECALL_DISPATCH",
        /// End a dispatch.
        CompleteDispatch = "COMPLETE_DISPATCH",
        /// Say how well an expert did.
        AppraiseDispatch = "APPRAISE_DISPATCH",
        /// Not send an expert after all.
        CancelDispatch = "CANCEL_DISPATCH",
        /// The clock: the last day of a dispatch is over.
        EndDispatch = "END_DISPATCH",
        /// The clock: the expert did not come in time.
        LapseDispatch = "LAPSE_DISPATCH",
        /// Read figures of dispatches.
        ReadDispatchStatistics = "READ_DISPATCH_STATISTICS",
        /// Read throughput of shared centres.
        ReadThroughput = "READ_THROUGHPUT",
        /// Read the bureau's indicators.
        ReadIndicators = "READ_INDICATORS",
        /// Take a sheet of indicators away as a file.
        ExportIndicators = "EXPORT_INDICATORS",
        /// Read who saw a patient.
        ReadAccesses = "READ_ACCESSES",
        /// Store a file.
        UploadFile = "UPLOAD_FILE",
        /// Read a file.
        ReadFile = "READ_FILE",
        /// Set up a team of family doctors.
        CreateFamilyDoctorTeam = "CREATE_FAMILY_DOCTOR_TEAM",
        /// Change a team of family doctors, or who belongs to it.
        UpdateFamilyDoctorTeam = "UPDATE_FAMILY_DOCTOR_TEAM",
        /// Offer a service package of family doctors.
        CreateFamilyDoctorPackage = "CREATE_FAMILY_DOCTOR_PACKAGE",
        /// Change a service package of family doctors.
        UpdateFamilyDoctorPackage = "UPDATE_FAMILY_DOCTOR_PACKAGE",
        /// Sign a patient with a team of family doctors.
        SignFamilyDoctorContract = "SIGN_FAMILY_DOCTOR_CONTRACT",
        /// Let a family-doctor contract run longer.
        RenewFamilyDoctorContract = "RENEW_FAMILY_DOCTOR_CONTRACT",
        /// Move a family-doctor contract to another team.
        MoveFamilyDoctorContract = "MOVE_FAMILY_DOCTOR_CONTRACT",
        /// End a family-doctor contract.
        EndFamilyDoctorContract = "END_FAMILY_DOCTOR_CONTRACT",
        /// The clock: the last day of a family-doctor contract has passed.
        ExpireFamilyDoctorContract = "EXPIRE_FAMILY_DOCTOR_CONTRACT",
        /// Read family-doctor contracts.
        ReadFamilyDoctorContract = "READ_FAMILY_DOCTOR_CONTRACT",
        /// Follow what changes.
        ReadChanges = "READ_CHANGES",
    }

    /// What an event or an audit entry is about.
    SubjectKind {
        /// An account.
        Account = "ACCOUNT",
        /// A community.
        Community = "COMMUNITY",
        /// An institution, with its departments and capabilities.
        Institution = "INSTITUTION",
        /// A practitioner.
        Practitioner = "PRACTITIONER",
        /// A patient.
        Patient = "PATIENT",
        /// A referral.
        Referral = "REFERRAL",
        /// A signing key.
        SigningKey = "SIGNING_KEY",
        /// A bed pool.
        BedPool = "BED_POOL",
        /// A slot.
        Slot = "SLOT",
        /// A follow-up.
        FollowUp = "FOLLOW_UP",
        /// A file.
        File = "FILE",
        /// A shared centre, with its catalogue.
        SharedCentre = "SHARED_CENTRE",
        /// An order to a shared centre.
        Order = "ORDER",
        /// A critical value.
        CriticalValue = "CRITICAL_VALUE",
        /// A sterile batch.
        Batch = "BATCH",
        /// A training session.
        TrainingSession = "TRAINING_SESSION",
        /// An alliance, with its members.
        Alliance = "ALLIANCE",
        /// An agreement of two institutions.
        Agreement = "AGREEMENT",
        /// A studio of a named doctor.
        Studio = "STUDIO",
        /// A supervision visit.
        SupervisionVisit = "SUPERVISION_VISIT",
        /// What an institution reports of a month.
        VolumeReport = "VOLUME_REPORT",
        /// A team of family doctors.
        FamilyDoctorTeam = "FAMILY_DOCTOR_TEAM",
        /// A service package of family doctors.
        FamilyDoctorPackage = "FAMILY_DOCTOR_PACKAGE",
        /// A contract with family doctors.
        FamilyDoctorContract = "FAMILY_DOCTOR_CONTRACT",
        /// A dispatch of an expert.
        Dispatch = "DISPATCH",
    }

    /// How an audited operation ended.
    AuditOutcome {
        /// It was done, or the answer was given.
        Done = "DONE",
        /// It was refused.
        Denied = "DENIED",
        /// It had been done before; the same answer was given again.
        Replayed = "REPLAYED",
    }
}
