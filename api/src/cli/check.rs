//! `liandong serve --check`: whether the service would start, and what would keep it from doing so.

use std::net::SocketAddr;

use crate::{
    config::{AdminAddress, Listed, SecretOptions, Settings, Unusable},
    db::{Db, Standing},
    http::serve::Tls,
};

use super::Failure;

/// Tests settings and database and prints what it finds, one finding a line.
pub(super) async fn check(
    settings: &Settings,
    secrets: &SecretOptions,
    listed: Result<Listed, Unusable>,
) -> Result<(), Failure> {
    let findings = [
        ("master secret", secret(secrets)),
        ("listen", listen(settings.listen).await),
        ("admin address", admin(settings).await),
        ("certificate", certificate(settings)),
        ("documents", documents(listed)),
        ("database", database(settings).await),
    ];
    let mut faults = 0;
    for (subject, finding) in findings {
        match finding {
            Ok(text) => println!("ok     {subject}: {text}"),
            Err(text) => {
                faults += 1;
                println!("fault  {subject}: {text}");
            }
        }
    }
    if faults == 0 {
        Ok(())
    } else {
        Err(Failure::Found(format!(
            "{faults} of the findings above would keep the service from starting."
        )))
    }
}

fn secret(secrets: &SecretOptions) -> Result<String, String> {
    match secrets.keys() {
        Ok(_) => Ok("present and long enough".into()),
        Err(fault) => Err(fault.to_string()),
    }
}

fn documents(listed: Result<Listed, Unusable>) -> Result<String, String> {
    let listed = listed.map_err(|fault| fault.to_string())?;
    Ok(format!("{} listed", listed.list.count()))
}

async fn listen(address: SocketAddr) -> Result<String, String> {
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => Ok(format!("{address} is free")),
        Err(fault) => Err(format!("{address} cannot be had ({})", fault.kind())),
    }
}

async fn admin(settings: &Settings) -> Result<String, String> {
    match settings.serving.admin {
        AdminAddress::At(address) => listen(address).await,
        AdminAddress::None => Ok("none; monitors are not answered".into()),
    }
}

fn certificate(settings: &Settings) -> Result<String, String> {
    match Tls::of(&settings.serving) {
        Ok(Some(_)) => Ok("read, and its key fits".into()),
        Ok(None) => Ok("none; TLS is not spoken".into()),
        Err(fault) => Err(fault.to_string()),
    }
}

async fn database(settings: &Settings) -> Result<String, String> {
    let embedded = settings.database.url.is_none();
    if embedded && !settings.data_dir.join("liandong.sqlite").exists() {
        return Ok(format!(
            "none yet in {}; it is made at the first start",
            settings.data_dir.display()
        ));
    }
    let db = Db::open(&settings.database, &settings.data_dir)
        .await
        .map_err(|fault| fault.to_string())?;
    match db.standing().await.map_err(|fault| fault.to_string())? {
        Standing::Older if db.backend() == sea_orm::DatabaseBackend::Sqlite => {
            Ok("reached; its schema is older and brought up to date at start".into())
        }
        Standing::Present => Ok(format!("reached. {}", Standing::Present)),
        standing => Err(standing.to_string()),
    }
}
