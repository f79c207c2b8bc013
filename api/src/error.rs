//! Every way an operation can be refused: closed codes, problems that name the field, and nothing of the database.

mod database;

use entity::enums::Action;
use sea_orm::DbErr;

pub use database::DatabaseError;

/// What every service function returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal. Its text is for people, its [`ErrorCode`] for programs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No valid token.
    #[error("Sign in first: the request carries no valid access token.")]
    Unauthenticated,
    /// A sign-in was refused; which part was wrong is not told.
    #[error(
        "The user name, the password, the secret or the code is wrong, or the account is disabled or locked for a while."
    )]
    SignInRefused,
    /// The actor sees it but may not do this.
    #[error("The roles granted to you in this scope do not allow this.")]
    Forbidden,
    /// It does not exist, or the actor cannot see it.
    #[error("There is no such object, or it is not visible to you.")]
    NotFound,
    /// The input breaks a rule; all problems are named at once.
    #[error("The input was refused; every problem is named beside its field.")]
    InvalidInput(Vec<Problem>),
    /// The object's state does not allow the verb.
    #[error("{}", reason.unwrap_or("The present status does not allow this."))]
    InvalidTransition {
        /// Present status.
        from: &'static str,
        /// What was asked for.
        action: Action,
        /// What the actor's side may do instead.
        allowed: Vec<Action>,
        /// What it waits for, where it is only too early or too late.
        reason: Option<&'static str>,
    },
    /// Somebody else was faster, or the data disagree with what is on record.
    #[error("The object has changed, or the input disagrees with what is on record.")]
    Conflict {
        /// The version on record, where the version was what differed.
        current_version: Option<i32>,
        /// What disagrees.
        problems: Vec<Problem>,
    },
    /// Somebody else changed the row between reading and writing it; [`crate::db::Db::write`] runs the transaction again.
    #[error("Somebody else changed the object at the same moment.")]
    Overtaken,
    /// There is one already.
    #[error("There is such an object already.")]
    Duplicate {
        /// Its public id, for those who may see it.
        existing: Option<String>,
        /// What it duplicates.
        problems: Vec<Problem>,
    },
    /// Referrals do not go this way.
    #[error("A referral may not take this route.")]
    RouteNotAllowed(Vec<Problem>),
    /// No bed, slot or seat is free.
    #[error("What was to be held is no longer free.")]
    CapacityExhausted(Vec<Problem>),
    /// A result is on record that could be recognised in place of a new examination.
    #[error(
        "A result that can be recognised is on record; recognise it, or say why it is made again."
    )]
    RecognitionAvailable(Vec<Problem>),
    /// The same `Idempotency-Key` came with another document or other variables.
    #[error("This Idempotency-Key was used with another document or other variables.")]
    IdempotencyMismatch,
    /// Too much, too fast.
    #[error("Too many attempts; wait before the next.")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// It may work later.
    #[error("The service cannot do this at the moment; try again.")]
    Unavailable,
    /// A fault of ours. The text goes to the log, never to the caller.
    #[error("internal fault: {0}")]
    Internal(String),
    /// A fault of the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The closed list of codes that clients may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum ErrorCode {
    /// No valid token: sign in or refresh.
    Unauthenticated,
    /// Visible, but not allowed.
    Forbidden,
    /// Does not exist or is not visible.
    NotFound,
    /// The input breaks a rule.
    InvalidInput,
    /// The status does not allow the verb.
    InvalidTransition,
    /// The version is not the present one, or data disagree.
    Conflict,
    /// There is one already.
    Duplicate,
    /// Referrals do not go this way.
    RouteNotAllowed,
    /// No bed, slot or seat is free.
    CapacityExhausted,
    /// A result exists that may be recognised instead.
    RecognitionAvailable,
    /// The idempotency key was used for something else.
    IdempotencyMismatch,
    /// The document costs too much.
    CostLimit,
    /// Too many requests; see `retryAfter`.
    RateLimited,
    /// Try again later.
    Unavailable,
    /// A fault of the service; quote the request id.
    Internal,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// The persisted document is not known here.
    PersistedQueryNotFound,
}

impl ErrorCode {
    /// The name under which clients see the code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::InvalidInput => "INVALID_INPUT",
            Self::InvalidTransition => "INVALID_TRANSITION",
            Self::Conflict => "CONFLICT",
            Self::Duplicate => "DUPLICATE",
            Self::RouteNotAllowed => "ROUTE_NOT_ALLOWED",
            Self::CapacityExhausted => "CAPACITY_EXHAUSTED",
            Self::RecognitionAvailable => "RECOGNITION_AVAILABLE",
            Self::IdempotencyMismatch => "IDEMPOTENCY_MISMATCH",
            Self::CostLimit => "COST_LIMIT",
            Self::RateLimited => "RATE_LIMITED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
        }
    }

    /// Every code there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let items = <Self as async_graphql::resolver_utils::EnumType>::items();
        items.iter().map(|item| item.value)
    }

    /// The code that clients see under that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|code| code.name() == name)
    }

    /// Whether the same request may succeed later, unchanged.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable)
    }
}

impl Error {
    /// The code that the caller sees.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated | Self::SignInRefused => ErrorCode::Unauthenticated,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::NotFound => ErrorCode::NotFound,
            Self::InvalidInput(_) => ErrorCode::InvalidInput,
            Self::InvalidTransition { .. } => ErrorCode::InvalidTransition,
            Self::Conflict { .. } | Self::Overtaken => ErrorCode::Conflict,
            Self::Duplicate { .. } => ErrorCode::Duplicate,
            Self::RouteNotAllowed(_) => ErrorCode::RouteNotAllowed,
            Self::CapacityExhausted(_) => ErrorCode::CapacityExhausted,
            Self::RecognitionAvailable(_) => ErrorCode::RecognitionAvailable,
            Self::IdempotencyMismatch => ErrorCode::IdempotencyMismatch,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable => ErrorCode::Unavailable,
            Self::Database(fault) if fault.is_transient() => ErrorCode::Unavailable,
            Self::Internal(_) | Self::Database(_) => ErrorCode::Internal,
        }
    }

    /// One problem with one field.
    pub fn invalid(path: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self::InvalidInput(vec![Problem::new(path, code, message)])
    }

    /// Whether it keeps somebody from what is not theirs; such refusals are audited.
    #[must_use]
    pub fn is_denial(&self) -> bool {
        matches!(
            self,
            Self::Unauthenticated
                | Self::SignInRefused
                | Self::Forbidden
                | Self::NotFound
                | Self::RateLimited { .. }
        )
    }

    /// The problems it names.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::InvalidInput(problems)
            | Self::RouteNotAllowed(problems)
            | Self::CapacityExhausted(problems)
            | Self::RecognitionAvailable(problems)
            | Self::Conflict { problems, .. }
            | Self::Duplicate { problems, .. } => problems,
            _ => &[],
        }
    }
}

impl From<DbErr> for Error {
    fn from(fault: DbErr) -> Self {
        Self::Database(fault.into())
    }
}

/// What is wrong with one field of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, as the caller wrote it: `input.patient.register.name`, `input.diagnoses[0].code`.
    pub path: String,
    /// What is wrong, for programs.
    pub code: ProblemCode,
    /// What is wrong, for people. Never repeats the value.
    pub message: String,
}

impl Problem {
    /// A problem with the field at `path`.
    pub fn new(path: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            code,
            message: message.into(),
        }
    }
}

/// What can be wrong with a field: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// Missing or empty.
    Required,
    /// Longer than allowed.
    TooLong,
    /// Shorter, fewer or less than allowed.
    TooSmall,
    /// More or later than allowed.
    TooLarge,
    /// Not of the form the field has.
    Format,
    /// The check digit does not fit.
    CheckDigit,
    /// Control characters or others that the field does not take.
    Characters,
    /// Not one of the known values.
    UnknownValue,
    /// An id that names nothing, or nothing visible.
    UnknownId,
    /// An id of another type of object.
    WrongType,
    /// Disagrees with another field.
    Inconsistent,
    /// Not allowed here.
    NotAllowed,
    /// Comes before what it must follow, or too long after.
    Order,
    /// Already taken.
    Taken,
    /// A certificate on record has another name or birth date.
    PatientMismatch,
    /// The institution does not operate.
    NotOperating,
    /// Referrals do not go this way.
    Route,
    /// Not the present version.
    Version,
}

impl ProblemCode {
    /// The name under which clients see the code.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Required => "REQUIRED",
            Self::TooLong => "TOO_LONG",
            Self::TooSmall => "TOO_SMALL",
            Self::TooLarge => "TOO_LARGE",
            Self::Format => "FORMAT",
            Self::CheckDigit => "CHECK_DIGIT",
            Self::Characters => "CHARACTERS",
            Self::UnknownValue => "UNKNOWN_VALUE",
            Self::UnknownId => "UNKNOWN_ID",
            Self::WrongType => "WRONG_TYPE",
            Self::Inconsistent => "INCONSISTENT",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Order => "ORDER",
            Self::Taken => "TAKEN",
            Self::PatientMismatch => "PATIENT_MISMATCH",
            Self::NotOperating => "NOT_OPERATING",
            Self::Route => "ROUTE",
            Self::Version => "VERSION",
        }
    }
}

/// Collects the problems of an input, so that all are named at once.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, path: impl Into<String>, code: ProblemCode, message: impl Into<String>) {
        self.0.push(Problem::new(path, code, message));
    }

    /// Notes a problem unless `good`.
    pub fn check(
        &mut self,
        good: bool,
        path: impl Into<String>,
        code: ProblemCode,
        message: impl Into<String>,
    ) {
        if !good {
            self.add(path, code, message);
        }
    }

    /// Notes what another check found.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.0.extend(problems);
    }

    /// How many were noted.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether none was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the value of a check, or notes its problems and gives none.
    pub fn take<T>(&mut self, checked: Result<T>) -> Result<Option<T>> {
        match checked {
            Ok(value) => Ok(Some(value)),
            Err(Error::InvalidInput(problems)) => {
                self.extend(problems);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// The noted problems.
    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }

    /// Refuses the input if any problem was noted.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::InvalidInput(self.0))
        }
    }
}
