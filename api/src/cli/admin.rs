//! `liandong admin`: the first administrators, who open every other account through the API.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use entity::enums::Role;

use crate::{
    app::App,
    auth::{
        Actor, Scope,
        account::{NewAccount, create_account},
        grant::NewGrant,
        list::holders,
    },
    error::{Error, ProblemCode, Result},
    policy::ADMINISTRATORS,
};

/// Where a password may stand in the environment.
const PASSWORD: &str = "LIANDONG_ADMIN_PASSWORD";

/// What to do with administrators.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Open the account of an administrator: system, security or audit 三员.
    ///
    /// The password comes from `--password-file`, else from `LIANDONG_ADMIN_PASSWORD`; else one is made, printed once and has to be
    /// changed at the first sign-in. There is no default password. The second factor is set up at the first sign-in.
    Create(Create),
    /// List the administrators.
    List,
}

/// An administrator to be.
#[derive(Args, Debug)]
pub struct Create {
    /// User name.
    #[arg(long)]
    username: String,
    /// Name of the person; the user name where none is given.
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// `SYSTEM_ADMIN`, `SECURITY_ADMIN` or `AUDITOR`; one account is never two of them.
    #[arg(long, value_parser = administrator)]
    role: Role,
    /// File with the password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Does it, as the system's actor.
pub async fn run(app: &App, what: Admin) -> Result<()> {
    match what {
        Admin::Create(create) => create_administrator(app, create).await,
        Admin::List => list(app).await,
    }
}

async fn create_administrator(app: &App, create: Create) -> Result<()> {
    let password = password(create.password_file.as_deref()).await?;
    let new = NewAccount {
        display_name: create
            .display_name
            .unwrap_or_else(|| create.username.clone()),
        username: create.username,
        practitioner: None,
        must_change_password: password.is_none(),
        password,
        grants: vec![NewGrant::new(create.role, &Scope::Installation)],
    };
    let actor = Actor::system("admin create");
    let opened = create_account(app, &actor.at("createAccount"), &new).await?;
    println!("username  {}", opened.object.held.account.name);
    println!("role      {}", create.role.code());
    if let Some(secret) = opened.object.secret {
        println!("password  {secret}");
        println!("It is shown this once; change it at the first sign-in.");
    }
    Ok(())
}

async fn list(app: &App) -> Result<()> {
    for held in holders(app, ADMINISTRATORS).await? {
        let roles: Vec<_> = held
            .grants
            .iter()
            .filter(|grant| grant.revoked_at.is_none())
            .map(|grant| grant.role.code())
            .collect();
        let account = held.account;
        println!(
            "{}\t{}\t{}\t{}",
            account.name,
            roles.join(","),
            if account.active { "active" } else { "disabled" },
            if account.totp_confirmed {
                "second factor"
            } else {
                "no second factor yet"
            },
        );
    }
    Ok(())
}

async fn password(file: Option<&Path>) -> Result<Option<String>> {
    let Some(file) = file else {
        return Ok(std::env::var(PASSWORD).ok().filter(|text| !text.is_empty()));
    };
    let text = tokio::fs::read_to_string(file).await.map_err(|fault| {
        Error::invalid(
            "--password-file",
            ProblemCode::Format,
            format!("The file cannot be read: {}.", fault.kind()),
        )
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn administrator(text: &str) -> Result<Role, String> {
    Role::from_code(&text.to_uppercase())
        .filter(|role| ADMINISTRATORS.contains(role))
        .ok_or_else(|| "SYSTEM_ADMIN, SECURITY_ADMIN or AUDITOR".into())
}
