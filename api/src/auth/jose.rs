//! What all signed tokens have in common, whoever signed them: a header that brings no key of its own, and one algorithm a key.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::{Error, Result};

/// Longer texts are no tokens.
const LONGEST: usize = 8_000;
/// Bytes of an RSA modulus at least: 2,048 bits.
const LEAST_MODULUS: usize = 256;

/// Reads a token's header. One that brings or points to a key is refused: keys are known beforehand, and nothing in a token is followed.
pub(super) fn header(token: &str) -> Result<Header> {
    if token.len() > LONGEST {
        return Err(Error::Unauthenticated);
    }
    let header = decode_header(token).map_err(|_| Error::Unauthenticated)?;
    let foreign = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some()
        || header.x5t.is_some()
        || header.x5t_s256.is_some()
        || header.crit.is_some();
    if foreign {
        return Err(Error::Unauthenticated);
    }
    Ok(header)
}

/// A public key of somebody else, and the one algorithm that it verifies.
pub(super) struct Key {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Key {
    /// Takes a key for signatures by `EdDSA`, ES256, RS256 or PS256, and no other: above all no secret one, which anybody who knows it
    /// could sign with.
    pub(super) fn of(jwk: &Jwk) -> Option<Self> {
        let named = jwk.common.key_algorithm;
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                Algorithm::EdDSA
            }
            AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => {
                Algorithm::ES256
            }
            AlgorithmParameters::RSA(rsa) => {
                let modulus = BASE64URL_NOPAD.decode(rsa.n.as_bytes()).ok()?;
                let length = modulus.iter().skip_while(|byte| **byte == 0).count();
                match named {
                    _ if length < LEAST_MODULUS => return None,
                    Some(KeyAlgorithm::PS256) => Algorithm::PS256,
                    _ => Algorithm::RS256,
                }
            }
            _ => return None,
        };
        let fits = named.is_none_or(|named| named == KeyAlgorithm::from(algorithm));
        let signs =
            !matches!(&jwk.common.public_key_use, Some(other) if *other != PublicKeyUse::Signature);
        let operations = jwk.common.key_operations.as_ref();
        let verifies = operations.is_none_or(|known| known.contains(&KeyOperations::Verify));
        if !fits || !signs || !verifies {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self { algorithm, key })
    }

    /// What the token says, if this key signed it. Issuer, audience and times are for the caller to check, by our clock.
    pub(super) fn verify<T: DeserializeOwned>(&self, token: &str) -> Result<T> {
        let mut validation = Validation::new(self.algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        decode(token, &self.key, &validation)
            .map(|token| token.claims)
            .map_err(|_| Error::Unauthenticated)
    }
}

/// Whom a token is for.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    /// One.
    One(String),
    /// Any of them.
    Many(Vec<String>),
}

impl Audience {
    /// Whether that is one of them.
    pub(super) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(name) => name == wanted,
            Self::Many(names) => names.iter().any(|name| name == wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn is_taken(jwk: Value) -> bool {
        serde_json::from_value(jwk).is_ok_and(|jwk| Key::of(&jwk).is_some())
    }

    #[test]
    fn a_key_is_one_that_verifies_and_cannot_sign() {
        let x = BASE64URL_NOPAD.encode(&[7; 32]);
        let ed = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        assert!(is_taken(ed.clone()));
        for (name, value) in [
            ("use", "enc"),
            ("alg", "HS256"),
            ("alg", "RS256"),
            ("alg", "ES256"),
            ("crv", "P-256"),
        ] {
            let mut bad = ed.clone();
            bad[name] = value.into();
            assert!(!is_taken(bad), "{name} {value}");
        }
        let mut operates = ed.clone();
        operates["key_ops"] = json!(["verify"]);
        assert!(is_taken(operates));
        assert!(!is_taken(json!({ "kty": "oct", "k": x })));
        assert!(!is_taken(json!({ "kty": "oct", "k": x, "alg": "HS256" })));
        let rsa = |bytes: usize| {
            let n = BASE64URL_NOPAD.encode(&vec![0xFF; bytes]);
            json!({ "kty": "RSA", "n": n, "e": "AQAB" })
        };
        assert!(is_taken(rsa(256)));
        assert!(!is_taken(rsa(128)), "1,024 bits");
    }
}
