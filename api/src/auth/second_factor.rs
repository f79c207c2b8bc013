//! The second factor: a time-based code (TOTP, RFC 6238) of an authenticator application.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use entity::{
    account,
    enums::{Action, SubjectKind},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    crypto::{Use, random},
    error::{Error, ProblemCode, Result},
    record::{audit, event},
};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// A second factor that waits for its first code.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret in base32, for typing.
    pub secret: String,
    /// The same as an address that authenticator applications read from a QR code.
    pub uri: String,
}

/// Makes a secret for the actor's own account; shown this once. It counts from [`confirm`] on.
///
/// # Errors
/// [`Error::Conflict`] where the account has a confirmed second factor already: an administrator drops it first.
pub async fn enrol(app: &App, actor: &Actor) -> Result<Enrolment> {
    let secret: [u8; SECRET_BYTES] = random();
    let cipher = app
        .keys
        .seal(Use::Credential, actor.account.as_bytes(), &secret)?;
    let account = app
        .db
        .write(async |txn| {
            let account = account::Entity::find_by_id(actor.account)
                .one(&*txn)
                .await?
                .ok_or(Error::Unauthenticated)?;
            if account.totp_confirmed {
                return Err(Error::Conflict {
                    current_version: None,
                    problems: Vec::new(),
                });
            }
            let changed = account::Entity::update_many()
                .col_expr(account::Column::TotpCipher, Expr::value(cipher.clone()))
                .col_expr(account::Column::TotpStep, Expr::value(0_i64))
                .col_expr(account::Column::Version, Expr::value(account.version + 1))
                .col_expr(account::Column::UpdatedAt, Expr::value(app.now()))
                .filter(account::Column::Id.eq(account.id))
                .filter(account::Column::Version.eq(account.version))
                .exec(&*txn)
                .await?;
            if changed.rows_affected == 0 {
                return Err(Error::Overtaken);
            }
            record(&txn, app, actor, &account).await?;
            Ok(account)
        })
        .await?;
    let uri = totp(&secret, &account.name)?
        .to_url()
        .map_err(|_| Error::Internal("a second factor cannot be spelled".into()))?;
    Ok(Enrolment {
        secret: BASE32_NOPAD.encode(&secret),
        uri,
    })
}

/// Takes the first code of the actor's new second factor; from now on sign-in asks for one.
pub async fn confirm(app: &App, actor: &Actor, code: &str) -> Result<()> {
    app.db
        .write(async |txn| {
            let account = account::Entity::find_by_id(actor.account)
                .one(&*txn)
                .await?
                .ok_or(Error::Unauthenticated)?;
            let Some(step) = check(app, &account, code)? else {
                return Err(Error::invalid(
                    "code",
                    ProblemCode::Inconsistent,
                    "Not the code that the authenticator shows now.",
                ));
            };
            let changed = account::Entity::update_many()
                .col_expr(account::Column::TotpConfirmed, Expr::value(true))
                .col_expr(account::Column::TotpStep, Expr::value(step))
                .col_expr(account::Column::Version, Expr::value(account.version + 1))
                .col_expr(account::Column::UpdatedAt, Expr::value(app.now()))
                .filter(account::Column::Id.eq(account.id))
                .filter(account::Column::Version.eq(account.version))
                .exec(&*txn)
                .await?;
            if changed.rows_affected == 0 {
                return Err(Error::Overtaken);
            }
            record(&txn, app, actor, &account).await
        })
        .await?;
    app.sessions.forget();
    Ok(())
}

/// The time step of a code that fits the account's secret and was not used before; none where it does not fit.
pub(super) fn check(app: &App, account: &account::Model, code: &str) -> Result<Option<i64>> {
    let Some(cipher) = &account.totp_cipher else {
        return Ok(None);
    };
    let secret = app
        .keys
        .open(Use::Credential, account.id.as_bytes(), cipher)?;
    step(&secret, &account.name, code, app.now(), account.totp_step)
}

fn step(
    secret: &[u8],
    name: &str,
    code: &str,
    now: DateTime<Utc>,
    used: i64,
) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(totp(secret, name)?
        .check(code.trim(), seconds)
        .and_then(|step| i64::try_from(step).ok())
        .filter(|step| *step > used))
}

/// Six digits, 30 seconds, one step of tolerance: what every authenticator does.
fn totp(secret: &[u8], name: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some("Liandong"))
        .with_account_name(name)
        .build()
        .map_err(|_| Error::Internal("a second factor is malformed".into()))
}

async fn record(
    txn: &crate::db::Txn,
    app: &App,
    actor: &Actor,
    account: &account::Model,
) -> Result<()> {
    let subject: (SubjectKind, Uuid) = (SubjectKind::Account, account.id);
    let happened = event::Happened::plain(Action::EnrolSecondFactor, subject, account.version + 1);
    event::record(txn, app, actor, happened).await?;
    let entry = audit::Entry::done(Action::EnrolSecondFactor, Some(subject));
    audit::record(txn, app, actor, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_rfc_6238_and_serve_once() {
        // Appendix B, SHA-1: at 59 s the eight digits are 94287082.
        let secret = b"12345678901234567890";
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let step = |code, seconds, used| step(secret, "wang", code, at(seconds), used).expect("ok");
        assert_eq!(step("287082", 59, 0), Some(1));
        assert_eq!(step("287082", 59, 1), None, "used");
        assert_eq!(step("287082", 89, 0), Some(1), "one step late");
        assert_eq!(step("287082", 120, 0), None, "too late");
        assert_eq!(step("287083", 59, 0), None);
        assert_eq!(step("", 59, 0), None);
        assert_eq!(step("２８７０８２", 59, 0), None);
    }
}
