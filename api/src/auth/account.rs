//! Accounts of people and machines: how one is opened.

use std::collections::{BTreeSet, HashMap};

use entity::{
    account,
    enums::{AccountKind, Action},
    practitioner,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Actor, Call,
        grant::{self, NewGrant},
        held::{self, Held},
        membership,
        new_grant::{self, Checked},
        password, session,
    },
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy::{self, account::Kept},
    record::replay::{self, Changed},
    text,
};

/// Most characters of a name.
const NAME: usize = 100;
/// Most grants that one call gives.
const GRANTS: usize = 300;

/// A person's account, as the caller wrote it.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// User name.
    pub username: String,
    /// What colleagues call the person.
    pub display_name: String,
    /// Id of the practitioner that the person is.
    pub practitioner: Option<String>,
    /// First password; one is made where none is given.
    pub password: Option<String>,
    /// Whether the person has to choose another at once.
    pub must_change_password: bool,
    /// First grants.
    pub grants: Vec<NewGrant>,
}

/// An API client, as the caller wrote it.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// What the operator calls it.
    pub display_name: String,
    /// First grants.
    pub grants: Vec<NewGrant>,
}

/// An account that was opened or got a new secret.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The account.
    pub held: Held,
    /// The password or client secret that was made, shown this once; none where the caller chose it, or on a replay.
    pub secret: Option<String>,
}

/// Opens an account for a person.
pub async fn create_account(
    app: &App,
    call: &Call<'_>,
    new: &NewAccount,
) -> Result<Changed<Opened>> {
    policy::require(call.actor, Action::CreateAccount)?;
    let mut problems = Problems::default();
    let name = new.username.trim().to_lowercase();
    check_username(&mut problems, "input.username", &name);
    text::required(
        Some(&new.display_name),
        NAME,
        "input.displayName",
        &mut problems,
    );
    if let Some(password) = &new.password {
        password::check(&mut problems, "input.password", &name, password);
    }
    let practitioner = practitioner(&mut problems, app, call.actor, new).await?;
    let grants = grants(&mut problems, app, AccountKind::Person, &new.grants);
    problems.finish()?;
    let made = new.password.is_none().then(password::generate);
    let password = made.as_ref().or(new.password.as_ref());
    let secret_hash = password::hash(password.map_or("", String::as_str)).await?;
    let row = account::Model {
        practitioner_id: practitioner,
        must_change_password: new.must_change_password,
        ..blank(app, call.actor, AccountKind::Person, name, secret_hash)
    };
    let row = account::Model {
        display_name: new.display_name.trim().to_owned(),
        ..row
    };
    open(app, call, Action::CreateAccount, row, &grants, made).await
}

/// Opens an account for a machine; its secret is made here and kept as a hash only.
pub async fn create_api_client(
    app: &App,
    call: &Call<'_>,
    new: &NewClient,
) -> Result<Changed<Opened>> {
    policy::require(call.actor, Action::CreateApiClient)?;
    let mut problems = Problems::default();
    text::required(
        Some(&new.display_name),
        NAME,
        "input.displayName",
        &mut problems,
    );
    let grants = grants(&mut problems, app, AccountKind::Client, &new.grants);
    problems.finish()?;
    let secret = session::new_secret();
    let hash = session::secret_hash(&secret);
    let row = blank(app, call.actor, AccountKind::Client, String::new(), hash);
    let row = account::Model {
        name: id::encode(Kind::Account, row.id).replace("acc_", "client_"),
        display_name: new.display_name.trim().to_owned(),
        ..row
    };
    open(
        app,
        call,
        Action::CreateApiClient,
        row,
        &grants,
        Some(secret),
    )
    .await
}

async fn open(
    app: &App,
    call: &Call<'_>,
    action: Action,
    row: account::Model,
    grants: &[Checked],
    secret: Option<String>,
) -> Result<Changed<Opened>> {
    let actor = call.actor;
    for checked in grants {
        grant::require_grantable(app, actor, checked)?;
    }
    let opened = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(held::of(&txn, known).await?));
            }
            if is_taken(&txn, &row.name).await? {
                return Err(Error::Duplicate {
                    existing: None,
                    problems: vec![Problem::new(
                        "input.username",
                        ProblemCode::Taken,
                        "Somebody has this user name.",
                    )],
                });
            }
            account::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            let held = Held {
                account: row.clone(),
                grants: Vec::new(),
            };
            held.check_together(grants, "input.grants")?;
            // Grants are listed by their ids: in the order in which they were named.
            let mut ids: Vec<_> = grants.iter().map(|_| app.new_id()).collect();
            ids.sort_unstable();
            for (checked, id) in grants.iter().zip(ids) {
                grant::insert(&txn, app, actor, (row.id, id), checked).await?;
            }
            membership::of_account(&txn, app, actor, &row).await?;
            let detail = json!({ "kind": row.kind.code(), "grants": grants.len() });
            held::record(&txn, app, actor, (row.id, row.version), action, detail).await?;
            replay::remember(&txn, app, call, row.id).await?;
            Ok(Changed::now(held::of(&txn, row.id).await?))
        })
        .await?;
    if grants.iter().any(Checked::is_at_institution) {
        app.directory.refresh(&app.db).await?;
    }
    Ok(Changed {
        object: Opened {
            held: opened.object,
            secret: secret.filter(|_| !opened.replayed),
        },
        replayed: opened.replayed,
    })
}

/// An account that nobody has used yet.
fn blank(
    app: &App,
    actor: &Actor,
    kind: AccountKind,
    name: String,
    secret_hash: String,
) -> account::Model {
    let now = app.now();
    account::Model {
        id: app.new_id(),
        kind,
        display_name: name.clone(),
        name,
        practitioner_id: None,
        secret_hash,
        must_change_password: false,
        failed_attempts: 0,
        locked_until: None,
        totp_cipher: None,
        totp_confirmed: false,
        totp_step: 0,
        active: true,
        version: 1,
        created_by: (!actor.is_system()).then_some(actor.account),
        created_at: now,
        updated_at: now,
    }
}

async fn is_taken(txn: &Txn, name: &str) -> Result<bool> {
    let known = account::Entity::find()
        .filter(account::Column::Name.eq(name))
        .count(&**txn)
        .await?;
    Ok(known > 0)
}

/// The practitioner that the account names; an institution's administrator sees its own only.
async fn practitioner(
    problems: &mut Problems,
    app: &App,
    actor: &Actor,
    new: &NewAccount,
) -> Result<Option<Uuid>> {
    const PATH: &str = "input.practitioner";
    let Some(text) = &new.practitioner else {
        return Ok(None);
    };
    let Some(id) = problems.take(id::decode(Kind::Practitioner, text, PATH))? else {
        return Ok(None);
    };
    let found = practitioner::Entity::find_by_id(id)
        .one(app.db.reader())
        .await?;
    let kept = Kept::by(actor, &app.directory.now());
    let known = found.is_some_and(|found| match &kept {
        Kept::All => true,
        Kept::Of(institutions) => institutions.contains(&found.institution_id),
    });
    problems.check(
        known,
        PATH,
        ProblemCode::UnknownId,
        "There is no such practitioner at your institution.",
    );
    Ok(Some(id))
}

fn grants(problems: &mut Problems, app: &App, kind: AccountKind, new: &[NewGrant]) -> Vec<Checked> {
    problems.check(
        !new.is_empty(),
        "input.grants",
        ProblemCode::Required,
        "Say what the account may do; without a grant it cannot sign in.",
    );
    problems.check(
        new.len() <= GRANTS,
        "input.grants",
        ProblemCode::TooLarge,
        format!("At most {GRANTS} grants in one call."),
    );
    let mut grants: Vec<Checked> = Vec::new();
    for (place, new) in new.iter().take(GRANTS).enumerate() {
        let path = format!("input.grants[{place}]");
        let Some(checked) = new_grant::check(problems, app, Some(kind), &path, new) else {
            continue;
        };
        problems.check(
            !grants.iter().any(|other| other.is_like(&checked)),
            path,
            ProblemCode::Taken,
            "The same role in the same scope is named twice.",
        );
        grants.push(checked);
    }
    grants
}

/// What colleagues call whoever holds these accounts.
pub async fn names(app: &App, ids: &BTreeSet<Uuid>) -> Result<HashMap<Uuid, String>> {
    let rows = account::Entity::find()
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .all(app.db.reader())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, row.display_name))
        .collect())
}

fn check_username(problems: &mut Problems, path: &str, name: &str) {
    let length = name.chars().count();
    problems.check(
        !name.is_empty(),
        path,
        ProblemCode::Required,
        "A user name is needed.",
    );
    problems.check(
        name.is_empty() || length >= 2,
        path,
        ProblemCode::TooSmall,
        "A user name has at least 2 characters.",
    );
    problems.check(
        length <= NAME,
        path,
        ProblemCode::TooLong,
        "A user name has at most 100 characters.",
    );
    problems.check(
        name.chars()
            .all(|letter| letter.is_alphanumeric() || "._-@".contains(letter)),
        path,
        ProblemCode::Characters,
        "Letters, digits, dot, dash, underline and @.",
    );
}
