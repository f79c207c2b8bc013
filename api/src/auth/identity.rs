//! From an access token to an [`Actor`].

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use entity::{
    account, account_grant,
    enums::{AccountKind, Role, ScopeKind},
    session,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait, FromQueryResult, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, RelationDef, Select,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Request, Scope},
    error::{Error, Result},
    id::{self, Kind},
    policy,
};

/// Who the bearer of this access token is, and which roles are granted to it now in the scope that the token names. Where the operator has
/// named an issuer outside, its tokens are taken beside ours.
///
/// # Errors
/// [`Error::Unauthenticated`] where the token is not one of these or not current, its session has ended, the account is disabled, or
/// nothing is granted there any more.
pub async fn actor(app: &App, token: &str, request: Arc<Request>) -> Result<Actor> {
    if let Some(issuer) = app
        .issuer
        .as_ref()
        .filter(|issuer| issuer.is_named_by(token))
    {
        return issuer.actor(app, token, request).await;
    }
    let claims = app.sessions.claims(app, token).await?;
    let known = app.sessions.session(app, claims.sid).await?;
    known
        .filter(|known| Ok(known.account) == claims.account().map_err(drop))
        .and_then(|known| known.actor(claims.gid, app.now(), request))
        .ok_or(Error::Unauthenticated)
}

/// Whether the actor is an API client. Known from when its token was recognised, so that it costs no statement.
pub async fn is_machine(app: &App, actor: &Actor) -> Result<bool> {
    let Some(session) = actor.session else {
        return Ok(false);
    };
    let known = app.sessions.session(app, session).await?;
    Ok(known.is_some_and(|known| known.kind == AccountKind::Client))
}

/// An account with all its grants, in a session where it has one, as read at one moment.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// When it was read.
    pub(super) read_at: Instant,
    /// The account.
    pub(super) account: Uuid,
    kind: AccountKind,
    practitioner: Option<Uuid>,
    session: Option<Uuid>,
    /// Whether the account may sign in and the session was not ended.
    open: bool,
    expires_at: Option<DateTime<Utc>>,
    must_change_password: bool,
    has_second_factor: bool,
    grants: Vec<Grant>,
}

/// A grant as far as it matters to who somebody is.
#[derive(Clone, Debug)]
struct Grant {
    id: Uuid,
    role: Role,
    scope: Scope,
    valid_from: DateTime<Utc>,
    valid_to: Option<DateTime<Utc>>,
    revoked: bool,
}

impl Known {
    /// Reads a session, its account and the account's grants in one statement.
    pub(super) async fn read(app: &App, session: Uuid) -> Result<Option<Self>> {
        let read_at = Instant::now();
        let to_account: RelationDef = session::Entity::belongs_to(account::Entity)
            .from(session::Column::AccountId)
            .to(account::Column::Id)
            .into();
        let to_grants: RelationDef = session::Entity::belongs_to(account_grant::Entity)
            .from(session::Column::AccountId)
            .to(account_grant::Column::AccountId)
            .into();
        let rows = session::Entity::find()
            .select_only()
            .columns([session::Column::ExpiresAt, session::Column::RevokedAt]);
        let rows = with_grants(rows)
            .join(JoinType::InnerJoin, to_account)
            .join(JoinType::InnerJoin, to_grants)
            .filter(session::Column::Id.eq(session))
            .order_by_asc(account_grant::Column::Id)
            .into_model::<SessionRow>()
            .all(app.db.reader())
            .await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let (expires_at, is_over) = (first.expires_at, first.revoked_at.is_some());
        let rows = rows.into_iter().map(|row| row.row).collect();
        Ok(Self::of(rows, read_at).map(|known| Self {
            session: Some(session),
            open: known.open && !is_over,
            expires_at: Some(expires_at),
            ..known
        }))
    }

    /// Reads a person's account by its user name, and the account's grants, in one statement.
    pub(super) async fn read_account(app: &App, name: &str) -> Result<Option<Self>> {
        let read_at = Instant::now();
        let to_grants: RelationDef = account::Entity::belongs_to(account_grant::Entity)
            .from(account::Column::Id)
            .to(account_grant::Column::AccountId)
            .into();
        let rows = with_grants(account::Entity::find().select_only())
            .join(JoinType::InnerJoin, to_grants)
            .filter(account::Column::Name.eq(name))
            .filter(account::Column::Kind.eq(AccountKind::Person))
            .order_by_asc(account_grant::Column::Id)
            .into_model::<Row>()
            .all(app.db.reader())
            .await?;
        Ok(Self::of(rows, read_at))
    }

    /// What the rows of one account say.
    fn of(rows: Vec<Row>, read_at: Instant) -> Option<Self> {
        let first = rows.first()?;
        Some(Self {
            read_at,
            account: first.account_id,
            kind: first.kind,
            practitioner: first.practitioner_id,
            session: None,
            open: first.active,
            expires_at: None,
            must_change_password: first.must_change_password,
            has_second_factor: first.totp_confirmed,
            grants: rows.into_iter().filter_map(Row::grant).collect(),
        })
    }

    /// The account in the scope of that grant, with the roles granted there now; none where it may not act.
    fn actor(&self, grant: Uuid, now: DateTime<Utc>, request: Arc<Request>) -> Option<Actor> {
        if !self.open || self.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        let scope = &self.grants.iter().find(|found| found.id == grant)?.scope;
        let now_granted = || self.grants.iter().filter(|found| found.is_valid(now));
        let roles: BTreeSet<_> = now_granted()
            .filter(|found| found.scope == *scope)
            .map(|found| found.role)
            .collect();
        if roles.is_empty() {
            return None;
        }
        let everywhere = now_granted().map(|found| found.role).collect();
        let unfinished = self.must_change_password
            || (policy::needs_second_factor(&everywhere) && !self.has_second_factor);
        Some(Actor {
            account: self.account,
            practitioner: self.practitioner,
            session: self.session,
            scope: scope.clone(),
            roles: if unfinished { BTreeSet::new() } else { roles },
            request,
        })
    }
}

impl Known {
    /// Whoever signed in elsewhere, in the scope of the first grant that is named by its id, its institution's, its centre's or its team's; of the
    /// oldest, where none is named. The password here does not count, nor does the second factor where another was shown there.
    pub(super) fn actor_by_grant(
        &self,
        named: &[&str],
        proved: bool,
        now: DateTime<Utc>,
        request: Arc<Request>,
    ) -> Option<Actor> {
        let mut valid = self.grants.iter().filter(|grant| grant.is_valid(now));
        let grant = if named.is_empty() {
            valid.next()?
        } else {
            let named: Vec<_> = named
                .iter()
                .filter_map(|text| id::decode_any(text))
                .collect();
            valid.find(|grant| {
                named.iter().any(|named| match *named {
                    (Kind::Grant, id) => grant.id == id,
                    (Kind::Institution, id) => grant.scope.institution() == Some(id),
                    (Kind::SharedCentre, id) => grant.scope.centre() == Some(id),
                    (Kind::FamilyDoctorTeam, id) => grant.scope.team() == Some(id),
                    _ => false,
                })
            })?
        };
        let known = Self {
            must_change_password: false,
            has_second_factor: self.has_second_factor || proved,
            ..self.clone()
        };
        known.actor(grant.id, now, request)
    }
}

impl Grant {
    fn is_valid(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.valid_from <= now && self.valid_to.is_none_or(|end| now < end)
    }
}

/// Adds the columns of an account and its grants.
fn with_grants<E: EntityTrait>(rows: Select<E>) -> Select<E> {
    rows.column_as(account::Column::Id, "account_id")
        .columns([
            account::Column::Kind,
            account::Column::PractitionerId,
            account::Column::Active,
            account::Column::MustChangePassword,
            account::Column::TotpConfirmed,
        ])
        .column_as(account_grant::Column::Id, "grant_id")
        .column_as(account_grant::Column::RevokedAt, "grant_revoked_at")
        .columns([
            account_grant::Column::Role,
            account_grant::Column::ScopeKind,
            account_grant::Column::InstitutionId,
            account_grant::Column::DepartmentId,
            account_grant::Column::CentreId,
            account_grant::Column::TeamId,
            account_grant::Column::CommunityId,
            account_grant::Column::Region,
            account_grant::Column::ValidFrom,
            account_grant::Column::ValidTo,
        ])
}

#[derive(FromQueryResult)]
struct SessionRow {
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    #[sea_orm(nested)]
    row: Row,
}

#[derive(FromQueryResult)]
struct Row {
    account_id: Uuid,
    kind: AccountKind,
    practitioner_id: Option<Uuid>,
    active: bool,
    must_change_password: bool,
    totp_confirmed: bool,
    grant_id: Uuid,
    grant_revoked_at: Option<DateTime<Utc>>,
    role: Role,
    scope_kind: ScopeKind,
    institution_id: Option<Uuid>,
    department_id: Option<Uuid>,
    centre_id: Option<Uuid>,
    team_id: Option<Uuid>,
    community_id: Option<Uuid>,
    region: Option<String>,
    valid_from: DateTime<Utc>,
    valid_to: Option<DateTime<Utc>>,
}

impl Row {
    fn grant(self) -> Option<Grant> {
        Some(Grant {
            id: self.grant_id,
            role: self.role,
            scope: Scope::read(
                self.scope_kind,
                self.institution_id,
                self.department_id,
                (self.centre_id, self.team_id),
                self.community_id,
                self.region,
            )?,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            revoked: self.grant_revoked_at.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    const HOSPITAL: Uuid = Uuid::from_u128(1);

    fn grant(id: u128, role: Role, scope: Scope) -> Grant {
        Grant {
            id: Uuid::from_u128(id),
            role,
            scope,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
            revoked: false,
        }
    }

    fn at(department: Option<u128>) -> Scope {
        Scope::Institution {
            id: HOSPITAL,
            department: department.map(Uuid::from_u128),
        }
    }

    fn known(grants: Vec<Grant>) -> Known {
        Known {
            read_at: Instant::now(),
            account: Uuid::from_u128(9),
            kind: AccountKind::Person,
            practitioner: None,
            session: Some(Uuid::from_u128(8)),
            open: true,
            expires_at: Some(DateTime::UNIX_EPOCH + Duration::days(2)),
            must_change_password: false,
            has_second_factor: false,
            grants,
        }
    }

    fn roles(known: &Known, grant: u128, hours: i64) -> Option<Vec<Role>> {
        let now = DateTime::UNIX_EPOCH + Duration::hours(hours);
        let request = Arc::new(Request::internal("test"));
        known
            .actor(Uuid::from_u128(grant), now, request)
            .map(|actor| actor.roles.into_iter().collect())
    }

    #[test]
    fn the_roles_are_those_of_the_scope_and_the_moment() {
        let mut ending = grant(2, Role::Coordinator, at(None));
        ending.valid_to = Some(DateTime::UNIX_EPOCH + Duration::hours(5));
        let mut beginning = grant(3, Role::InstitutionAdmin, at(None));
        beginning.valid_from = DateTime::UNIX_EPOCH + Duration::hours(5);
        let mut revoked = grant(4, Role::Technician, at(None));
        revoked.revoked = true;
        let known = known(vec![
            grant(1, Role::Clinician, at(None)),
            ending,
            beginning,
            revoked,
            grant(5, Role::Diagnostician, at(Some(7))),
        ]);
        let early = Some(vec![Role::Clinician, Role::Coordinator]);
        let late = Some(vec![Role::Clinician, Role::InstitutionAdmin]);
        assert_eq!(roles(&known, 1, 1), early);
        assert_eq!(roles(&known, 1, 5), late);
        assert_eq!(roles(&known, 4, 1), early, "the token names the scope");
        assert_eq!(roles(&known, 5, 1), Some(vec![Role::Diagnostician]));
        assert_eq!(roles(&known, 6, 1), None, "no grant of this account");
    }

    #[test]
    fn who_may_not_act_is_nobody() {
        let good = known(vec![grant(1, Role::Clinician, at(None))]);
        assert_eq!(roles(&good, 1, 47), Some(vec![Role::Clinician]));
        assert_eq!(roles(&good, 1, 48), None, "the session has ended by itself");
        for spoil in [
            |known: &mut Known| known.open = false,
            |known: &mut Known| known.grants[0].revoked = true,
        ] {
            let mut bad = good.clone();
            spoil(&mut bad);
            assert_eq!(roles(&bad, 1, 1), None);
        }
    }

    #[test]
    fn who_has_something_to_finish_acts_without_roles() {
        let mut administrator = known(vec![
            grant(1, Role::Clinician, at(None)),
            grant(2, Role::Auditor, Scope::Installation),
        ]);
        assert_eq!(roles(&administrator, 1, 1), Some(vec![]), "in every scope");
        administrator.has_second_factor = true;
        assert_eq!(roles(&administrator, 2, 1), Some(vec![Role::Auditor]));
        administrator.must_change_password = true;
        assert_eq!(roles(&administrator, 2, 1), Some(vec![]));
    }
}
