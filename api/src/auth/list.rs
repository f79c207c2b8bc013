//! Lists of accounts, for those who look after them.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    account, account_grant,
    enums::{AccountKind, Action, Role},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, held::Held},
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    page::{Cursor, PageArgs, Slice, Window, counted},
    policy::{self, account::Kept},
    record::audit::Entry,
};

/// The sort of accounts: by name, which is unique.
const SORT: &str = "NAME";

/// Which accounts, as the caller wrote it.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Id of an institution where the account holds or held a grant.
    pub institution: Option<String>,
    /// A role that it holds or held.
    pub role: Option<Role>,
    /// People or machines.
    pub kind: Option<AccountKind>,
    /// Whether it may sign in.
    pub active: Option<bool>,
    /// User name or client id.
    pub name: Option<String>,
}

/// A page of accounts, each with its cursor.
pub struct Accounts {
    /// The rows.
    pub slice: Slice<(String, Held)>,
    /// What they are rows of.
    pub query: Select<account::Entity>,
}

/// How many accounts there are on all pages; none above 10,000.
pub async fn count(app: &App, query: Select<account::Entity>) -> Result<Option<i32>> {
    counted(query, app.db.reader()).await
}

/// The accounts that the actor looks after: two statements a page, and an audit entry.
pub async fn accounts(
    app: &App,
    actor: &Actor,
    filter: &AccountFilter,
    page: &PageArgs,
) -> Result<Accounts> {
    policy::require(actor, Action::ReadAccounts)?;
    let kept = Kept::by(actor, &app.directory.now());
    let mut problems = Problems::default();
    let window = problems.take(Window::parse(page, SORT))?;
    let query = query(&mut problems, &kept, filter)?;
    problems.finish()?;
    let window = window.ok_or(Error::NotFound)?;
    let rows = rows(app, &query, &window).await?;
    let slice = with_grants(app, &kept, window.slice(rows)).await?;
    app.audit
        .write(app, actor, Entry::done(Action::ReadAccounts, None))
        .await?;
    Ok(Accounts { slice, query })
}

/// The actor's own account with its grants that count now.
pub async fn own(app: &App, actor: &Actor) -> Result<Held> {
    let account = account::Entity::find_by_id(actor.account)
        .one(app.db.reader())
        .await?
        .ok_or(Error::Unauthenticated)?;
    let grants = super::session::grants(app.db.reader(), app, account.id).await?;
    Ok(Held { account, grants })
}

/// Every account with a role like one of these, by name, with all its grants: for the command line.
pub async fn holders(app: &App, roles: &[Role]) -> Result<Vec<Held>> {
    let query = account::Entity::find().filter(holds(|grants| {
        grants
            .filter(account_grant::Column::Role.is_in(roles.iter().copied()))
            .filter(account_grant::Column::RevokedAt.is_null())
    }));
    let rows = query
        .order_by_asc(account::Column::Name)
        .all(app.db.reader())
        .await?;
    let all = Slice {
        rows,
        has_previous: false,
        has_next: false,
    };
    let held = with_grants(app, &Kept::All, all).await?.rows;
    Ok(held.into_iter().map(|(_, held)| held).collect())
}

fn query(
    problems: &mut Problems,
    kept: &Kept,
    filter: &AccountFilter,
) -> Result<Select<account::Entity>> {
    let mut query = account::Entity::find();
    if let Kept::Of(institutions) = kept {
        query = query.filter(holds(|grants| {
            grants
                .filter(account_grant::Column::InstitutionId.is_in(institutions.iter().copied()))
                // A member of a team of family doctors may be somebody else's.
                .filter(account_grant::Column::TeamId.is_null())
        }));
    }
    if let Some(text) = &filter.institution {
        let id = problems.take(id::decode(Kind::Institution, text, "filter.institution"))?;
        query = query.filter(holds(|grants| {
            grants.filter(account_grant::Column::InstitutionId.eq(id))
        }));
    }
    if let Some(role) = filter.role {
        query = query.filter(holds(|grants| {
            grants.filter(account_grant::Column::Role.eq(role))
        }));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(account::Column::Kind.eq(kind));
    }
    if let Some(active) = filter.active {
        query = query.filter(account::Column::Active.eq(active));
    }
    if let Some(name) = &filter.name {
        problems.check(
            name.chars().count() <= 100,
            "filter.name",
            ProblemCode::TooLong,
            "At most 100 characters.",
        );
        query = query.filter(account::Column::Name.eq(name.trim().to_lowercase()));
    }
    Ok(query)
}

fn holds(
    which: impl FnOnce(Select<account_grant::Entity>) -> Select<account_grant::Entity>,
) -> sea_orm::sea_query::SimpleExpr {
    let grants = account_grant::Entity::find()
        .select_only()
        .column(account_grant::Column::AccountId);
    account::Column::Id.in_subquery(which(grants).into_query())
}

async fn rows(
    app: &App,
    query: &Select<account::Entity>,
    window: &Window,
) -> Result<Vec<account::Model>> {
    let mut query = query.clone().limit(window.limit());
    if let Some((name, _)) = window.text() {
        query = query.filter(if window.backward {
            account::Column::Name.lt(name)
        } else {
            account::Column::Name.gt(name)
        });
    }
    query = if window.backward {
        query.order_by_desc(account::Column::Name)
    } else {
        query.order_by_asc(account::Column::Name)
    };
    Ok(query.all(app.db.reader()).await?)
}

async fn with_grants(
    app: &App,
    kept: &Kept,
    slice: Slice<account::Model>,
) -> Result<Slice<(String, Held)>> {
    let ids: BTreeSet<Uuid> = slice.rows.iter().map(|account| account.id).collect();
    let mut grants: BTreeMap<Uuid, Vec<account_grant::Model>> = BTreeMap::new();
    if !ids.is_empty() {
        let found = account_grant::Entity::find()
            .filter(account_grant::Column::AccountId.is_in(ids))
            .order_by_asc(account_grant::Column::Id)
            .all(app.db.reader())
            .await?;
        for grant in found {
            grants.entry(grant.account_id).or_default().push(grant);
        }
    }
    Ok(slice.map(|account| {
        let cursor = Cursor::text(SORT, account.name.clone(), account.id).encode();
        let grants = grants.remove(&account.id).unwrap_or_default();
        (cursor, Held { account, grants }.shown_to(kept))
    }))
}
