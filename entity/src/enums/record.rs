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
