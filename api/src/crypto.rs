//! Encryption at rest and keyed hashes, all derived from one master secret that never enters the database.

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

const NONCE_BYTES: usize = 12;
/// How much longer a sealed value is than the plain one: nonce in front, tag behind.
pub const SEAL_BYTES: usize = NONCE_BYTES + 16;

/// The cryptography behind TLS, the only one of this process: whoever listens or calls out names it, for others may be in the build.
#[must_use]
pub fn tls_provider() -> rustls::crypto::CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// Makes it the one that libraries take where they are told of none. Whoever makes a client of `reqwest` calls this first.
pub fn install_tls_provider() {
    // A second call finds it installed.
    let _ = tls_provider().install_default();
}

/// What a derived key is for; a key serves one purpose only.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    /// Encrypting identity numbers and phones.
    Identity,
    /// Hashing identity numbers and phones so that they can be found.
    Search,
    /// Encrypting second factors and signing keys.
    Credential,
    /// Chaining the audit trail.
    Audit,
    /// Encrypting files.
    File,
}

impl Use {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Identity => b"liandong/identity/1",
            Self::Search => b"liandong/search/1",
            Self::Credential => b"liandong/credential/1",
            Self::Audit => b"liandong/audit/1",
            Self::File => b"liandong/file/1",
        }
    }
}

/// The keys of this installation.
#[derive(Clone)]
pub struct Keys {
    master: SecretSlice<u8>,
}

impl Keys {
    /// Derives all keys from a master secret of at least 32 bytes.
    pub fn new(master: Vec<u8>) -> Result<Self> {
        if master.len() < 32 {
            return Err(Error::Internal(
                "the master secret must have at least 32 bytes".into(),
            ));
        }
        Ok(Self {
            master: master.into(),
        })
    }

    /// A fresh random master secret.
    #[must_use]
    pub fn random_master() -> [u8; 32] {
        random()
    }

    fn key(&self, purpose: Use) -> [u8; 32] {
        mac(self.master.expose_secret(), &[purpose.label()])
    }

    /// Keyed hash (HMAC-SHA-256) of the parts.
    #[must_use]
    pub fn hash(&self, purpose: Use, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.key(purpose), parts)
    }

    /// Encrypts (AES-256-GCM, random nonce in front). `context` is bound to the text: a value moved to another row does not open.
    pub fn seal(&self, purpose: Use, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = random();
        let mut sealed = nonce.to_vec();
        let cipher = self.cipher(purpose)?.encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plain,
                aad: context,
            },
        );
        sealed.extend(cipher.map_err(|_| Error::Internal("encryption failed".into()))?);
        Ok(sealed)
    }

    /// Opens what [`Keys::seal`] encrypted.
    pub fn open(&self, purpose: Use, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let fault =
            || Error::Internal("a stored value does not open with this master secret".into());
        let (nonce, cipher) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or_else(fault)?;
        self.cipher(purpose)?
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: cipher,
                    aad: context,
                },
            )
            .map_err(|_| fault())
    }

    fn cipher(&self, purpose: Use) -> Result<Aes256Gcm> {
        Aes256Gcm::new_from_slice(&self.key(purpose))
            .map_err(|_| Error::Internal("a derived key has the wrong length".into()))
    }
}

/// SHA-256 of the parts, each preceded by its length, so that no two lists collide.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Random bytes from the operating system.
///
/// # Panics
/// Where the operating system has none to give: then nothing can be kept secret.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
