//! The keys that sign access tokens: Ed25519, the private half encrypted at rest, the first made at first need.

use std::{collections::HashMap, sync::Arc, time::Instant};

use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::SigningKey;
use entity::{
    enums::{Action, SubjectKind},
    signing_key,
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    crypto::{Use, random},
    db::Txn,
    error::{Error, Result},
    policy,
    record::{audit, event},
};

/// No access token lives longer, so a retired key may be forgotten after this.
pub(super) const LONGEST_LIFE: Duration = Duration::hours(24);
/// What stands before the 32 bytes of an Ed25519 private key in PKCS#8 (RFC 8410).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The keys as last read.
pub(super) struct Ring {
    /// When they were read.
    pub(super) read_at: Instant,
    signing: Option<(String, EncodingKey)>,
    accepted: HashMap<String, Accepted>,
}

struct Accepted {
    public: Vec<u8>,
    key: DecodingKey,
    until: Option<DateTime<Utc>>,
}

impl Ring {
    /// The key of that id, while tokens signed with it are accepted.
    pub(super) fn accepted(&self, kid: &str, now: DateTime<Utc>) -> Option<&DecodingKey> {
        self.accepted
            .get(kid)
            .filter(|found| found.until.is_none_or(|until| now < until))
            .map(|found| &found.key)
    }

    /// The key that signs now, and its id.
    pub(super) fn signing(&self) -> Result<(&str, &EncodingKey)> {
        self.signing
            .as_ref()
            .map(|(kid, key)| (kid.as_str(), key))
            .ok_or_else(|| Error::Internal("there is no signing key".into()))
    }
}

/// Reads the keys; makes the first where there is none.
pub(super) async fn read(app: &App) -> Result<Ring> {
    let read_at = Instant::now();
    let mut rows = rows(app).await?;
    if !rows.iter().any(|row| row.active) {
        app.db
            .write(async |txn| match active(&txn).await? {
                Some(_) => Ok(()),
                None => insert(&txn, app).await.map(|_| ()),
            })
            .await?;
        rows = self::rows(app).await?;
    }
    let mut ring = Ring {
        read_at,
        signing: None,
        accepted: HashMap::new(),
    };
    for row in rows {
        let kid = row.id.to_string();
        // Two processes that start at once may each make a first key: the newest signs, both are accepted.
        if row.active {
            let private = app
                .keys
                .open(Use::Credential, row.id.as_bytes(), &row.private_cipher)?;
            ring.signing = Some((kid.clone(), EncodingKey::from_ed_der(&private)));
        }
        let accepted = Accepted {
            key: DecodingKey::from_ed_der(&row.public_key),
            public: row.public_key,
            until: row.expires_at,
        };
        ring.accepted.insert(kid, accepted);
    }
    Ok(ring)
}

/// Makes a new signing key; the ones before stay accepted until the last token signed with them has ended.
pub async fn rotate(app: &App, actor: &Actor) -> Result<()> {
    policy::require(actor, Action::RotateSigningKey)?;
    app.db
        .write(async |txn| {
            signing_key::Entity::update_many()
                .col_expr(signing_key::Column::Active, Expr::value(false))
                .col_expr(
                    signing_key::Column::ExpiresAt,
                    Expr::value(app.now() + LONGEST_LIFE),
                )
                .filter(signing_key::Column::Active.eq(true))
                .exec(&*txn)
                .await?;
            let subject = (SubjectKind::SigningKey, insert(&txn, app).await?);
            let happened = event::Happened::plain(Action::RotateSigningKey, subject, 1);
            event::record(&txn, app, actor, happened).await?;
            let entry = audit::Entry::done(Action::RotateSigningKey, Some(subject));
            audit::record(&txn, app, actor, entry).await
        })
        .await?;
    app.sessions.forget();
    Ok(())
}

/// The public keys that verify access tokens, as a JSON Web Key Set (RFC 7517, RFC 8037).
pub async fn jwks(app: &App) -> Result<Value> {
    let ring: Arc<Ring> = app.sessions.ring(app).await?;
    let now = app.now();
    let mut keys: Vec<_> = ring
        .accepted
        .iter()
        .filter(|(kid, _)| ring.accepted(kid, now).is_some())
        .collect();
    keys.sort_by(|one, other| other.0.cmp(one.0));
    let keys: Vec<_> = keys
        .into_iter()
        .map(|(kid, found)| {
            json!({
                "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                "kid": kid, "x": BASE64URL_NOPAD.encode(&found.public),
            })
        })
        .collect();
    Ok(json!({ "keys": keys }))
}

/// The keys that sign or are still accepted, oldest first.
async fn rows(app: &App) -> Result<Vec<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(
            Condition::any()
                .add(signing_key::Column::Active.eq(true))
                .add(signing_key::Column::ExpiresAt.gt(app.now())),
        )
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Id)
        .all(app.db.reader())
        .await?)
}

async fn active(txn: &Txn) -> Result<Option<signing_key::Model>> {
    Ok(signing_key::Entity::find()
        .filter(signing_key::Column::Active.eq(true))
        .one(&**txn)
        .await?)
}

async fn insert(txn: &Txn, app: &App) -> Result<Uuid> {
    let seed: [u8; 32] = random();
    let public = SigningKey::from_bytes(&seed).verifying_key();
    let id = app.new_id();
    let private = [PKCS8.as_slice(), &seed].concat();
    let row = signing_key::Model {
        id,
        private_cipher: app.keys.seal(Use::Credential, id.as_bytes(), &private)?,
        public_key: public.to_bytes().to_vec(),
        active: true,
        expires_at: None,
        created_at: app.now(),
    };
    signing_key::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(id)
}
