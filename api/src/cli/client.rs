//! `liandong client`: API clients for hospital systems and monitoring tools.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use entity::enums::Role;
use jsonwebtoken::jwk::Jwk;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Actor, Scope,
        account::{NewClient, create_api_client},
        assertion,
        credentials::rotate_api_client_secret,
        grant::NewGrant,
        list::holders,
    },
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
};

/// The roles that machines hold.
const MACHINES: &[Role] = &[Role::Integration, Role::Monitor];

/// What to do with API clients.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Create an API client; its id and secret are printed once.
    Create(Create),
    /// Give an API client a public key in place of its secret and of the keys it has; its tokens stop to work.
    Key(NewKey),
    /// List the API clients.
    List,
}

/// A client to be.
#[derive(Args, Debug)]
pub struct Create {
    /// What people call it.
    #[arg(long)]
    name: String,
    /// Code of the institution for which it posts and answers; several times for several. A monitoring tool needs none.
    #[arg(long = "institution", value_name = "CODE")]
    institutions: Vec<String>,
    /// Id of the shared centre, `ctr_…`, whose laboratory or imaging system it is and for nothing else of the hospital; several times for
    /// several.
    #[arg(long = "centre", value_name = "ID")]
    centres: Vec<String>,
    /// `INTEGRATION` for a hospital system, `MONITOR` for a monitoring tool of the whole installation.
    #[arg(long, default_value = "INTEGRATION", value_parser = machine)]
    role: Role,
    /// File of its public key, a JSON Web Key or PEM, by which it proves itself in place of a secret.
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
}

/// Another key of a client.
#[derive(Args, Debug)]
pub struct NewKey {
    /// Its client id.
    #[arg(long, value_name = "ID")]
    client: String,
    /// File of its public key, a JSON Web Key or PEM.
    #[arg(long, value_name = "FILE")]
    public_key: PathBuf,
}

/// Does it, as the system's actor.
pub async fn run(app: &App, what: Client) -> Result<()> {
    match what {
        Client::Create(create) => create_client(app, create).await,
        Client::Key(new) => replace_key(app, &new).await,
        Client::List => list(app).await,
    }
}

async fn create_client(app: &App, create: Create) -> Result<()> {
    let key = create.public_key.as_deref().map(read_key).transpose()?;
    let nowhere = create.institutions.is_empty() && create.centres.is_empty();
    let scopes = if create.role == Role::Monitor && nowhere {
        vec![Scope::Installation]
    } else {
        let institutions = institutions(app, &create.institutions)?.into_iter();
        let institutions = institutions.map(|id| Scope::Institution {
            id,
            department: None,
        });
        institutions.chain(centres(app, &create.centres)?).collect()
    };
    let new = NewClient {
        display_name: create.name,
        grants: scopes
            .iter()
            .map(|scope| NewGrant::new(create.role, scope))
            .collect(),
    };
    let actor = Actor::system("client create");
    let opened = create_api_client(app, &actor.at("createApiClient"), &new).await?;
    println!("client id      {}", opened.object.held.account.name);
    if let Some(key) = key {
        // The secret that was made is shown to nobody, so that the key alone serves.
        return assertion::keep(app, opened.object.held.account.id, &key).await;
    }
    if let Some(secret) = opened.object.secret {
        println!("client secret  {secret}");
        println!("The secret is shown this once.");
    }
    Ok(())
}

async fn replace_key(app: &App, new: &NewKey) -> Result<()> {
    let key = read_key(&new.public_key)?;
    let clients = holders(app, MACHINES).await?;
    let found = clients.iter().find(|held| held.account.name == new.client);
    let found = found.ok_or_else(|| {
        let message = "There is no API client of this id.";
        Error::invalid("--client", ProblemCode::UnknownId, message)
    })?;
    let actor = Actor::system("client key");
    let account = id::encode(Kind::Account, found.account.id);
    // Nobody learns the new secret: what it does is end the old one, the old keys and the tokens.
    let call = actor.at("rotateApiClientSecret");
    let version = Some(found.account.version);
    rotate_api_client_secret(app, &call, &account, version).await?;
    assertion::keep(app, found.account.id, &key).await
}

fn read_key(file: &Path) -> Result<Jwk> {
    let text = std::fs::read_to_string(file).map_err(|_| {
        let message = "The file cannot be read.";
        Error::invalid("--public-key", ProblemCode::Required, message)
    })?;
    assertion::public_key(&text, "--public-key")
}

async fn list(app: &App) -> Result<()> {
    let directory = app.directory.now();
    for held in holders(app, MACHINES).await? {
        let places: Vec<_> = held
            .grants
            .iter()
            .filter(|grant| grant.revoked_at.is_none())
            .map(|grant| {
                let place = grant
                    .institution_id
                    .and_then(|id| directory.institution(id))
                    .map_or(grant.scope_kind.code(), |found| found.code.as_str());
                let centre = grant.centre_id.and_then(|id| directory.centres.get(&id));
                let centre = centre.map(|found| format!("/{}", found.name));
                format!(
                    "{} {place}{}",
                    grant.role.code(),
                    centre.unwrap_or_default()
                )
            })
            .collect();
        let account = held.account;
        println!(
            "{}\t{}\t{}\t{}",
            account.name,
            account.display_name,
            if account.active { "active" } else { "disabled" },
            places.join(", "),
        );
    }
    Ok(())
}

/// The institutions of those codes; every unknown one is named.
fn institutions(app: &App, codes: &[String]) -> Result<Vec<Uuid>> {
    let directory = app.directory.now();
    let (known, unknown): (Vec<_>, Vec<_>) = codes
        .iter()
        .map(|code| directory.by_code.get(code).copied().ok_or(code))
        .partition(Result::is_ok);
    let problems: Vec<_> = unknown
        .into_iter()
        .filter_map(Result::err)
        .map(|code| {
            let message = format!("There is no institution with the code {code}.");
            Problem::new("--institution", ProblemCode::UnknownId, message)
        })
        .collect();
    if problems.is_empty() {
        Ok(known.into_iter().filter_map(Result::ok).collect())
    } else {
        Err(Error::InvalidInput(problems))
    }
}

/// The scopes of those centres; every one that cannot be is named.
fn centres(app: &App, ids: &[String]) -> Result<Vec<Scope>> {
    let directory = app.directory.now();
    let mut problems = Problems::default();
    let mut scopes = Vec::with_capacity(ids.len());
    for text in ids {
        let id = problems.take(id::decode(Kind::SharedCentre, text, "--centre"))?;
        let Some(id) = id else { continue };
        let Some(found) = directory.centres.get(&id) else {
            let message = format!("There is no shared centre {text}.");
            problems.add("--centre", ProblemCode::UnknownId, message);
            continue;
        };
        scopes.push(Scope::Centre {
            id,
            host: found.host_id,
        });
    }
    problems.finish()?;
    Ok(scopes)
}

fn machine(text: &str) -> Result<Role, String> {
    Role::from_code(&text.to_uppercase())
        .filter(|role| MACHINES.contains(role))
        .ok_or_else(|| "INTEGRATION or MONITOR".into())
}
