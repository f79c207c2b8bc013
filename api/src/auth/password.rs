//! Passwords of people: argon2id, one hash at a time for each core, and the same work for a name that does not exist.

use std::sync::OnceLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{
    crypto::random,
    error::{Error, ProblemCode, Problems, Result},
};

/// Fewest characters of a password.
const SHORTEST: usize = 12;
/// Most characters of a password.
const LONGEST: usize = 200;
/// Each hash takes 19 MiB and a core for a while: more at once would starve everything else.
static HASHING: Semaphore = Semaphore::const_new(4);

/// Checks a new password against the rules; its problems are noted at `path`.
pub fn check(problems: &mut Problems, path: &str, username: &str, password: &str) {
    let length = password.chars().count();
    problems.check(
        length >= SHORTEST,
        path,
        ProblemCode::TooSmall,
        "A password has at least 12 characters.",
    );
    problems.check(
        length <= LONGEST,
        path,
        ProblemCode::TooLong,
        "A password has at most 200 characters.",
    );
    problems.check(
        !password.chars().any(char::is_control),
        path,
        ProblemCode::Characters,
        "A password has no control characters.",
    );
    problems.check(
        password.to_lowercase() != username.to_lowercase(),
        path,
        ProblemCode::NotAllowed,
        "The user name is not a password.",
    );
}

/// The argon2id hash of a password, off the threads that serve requests.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    hashing(move || hash_now(&password)).await?
}

/// Whether the password fits the hash. Without a hash the answer is no, after the same work.
pub async fn verify(hash: Option<&str>, password: &str) -> Result<bool> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let (hash, password) = (hash.map(str::to_owned), password.to_owned());
    hashing(move || {
        // An account that was given no password yet has no hash that can be read.
        let kept = hash.and_then(|hash| PasswordHash::new(&hash).ok());
        let known = kept.is_some();
        let kept = match kept {
            Some(kept) => kept,
            None => PasswordHash::new(dummy()?)
                .map_err(|_| Error::Internal("a hash of ours is malformed".into()))?,
        };
        let fits = Argon2::default().verify_password(password.as_bytes(), &kept);
        Ok(known && fits.is_ok())
    })
    .await?
}

/// A password that nobody chose: 20 letters and digits in four groups, 100 bits.
#[must_use]
pub fn generate() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> = random::<20>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

fn hash_now(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &random::<16>())
        .map(|hash| hash.to_string())
        .map_err(|_| Error::Internal("a password cannot be hashed".into()))
}

/// The hash of a password that nobody has.
fn dummy() -> Result<&'static str> {
    static DUMMY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = DUMMY.get() {
        return Ok(hash);
    }
    let hash = hash_now(&generate())?;
    Ok(DUMMY.get_or_init(|| hash))
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = HASHING.acquire().await.map_err(|_| Error::Unavailable)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Internal("hashing a password was cut short".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(username: &str, password: &str) -> Vec<ProblemCode> {
        let mut problems = Problems::default();
        check(&mut problems, "input.password", username, password);
        problems
            .into_vec()
            .into_iter()
            .map(|found| found.code)
            .collect()
    }

    #[test]
    fn the_rules() {
        assert_eq!(codes("wang", "correct horse battery"), []);
        assert_eq!(codes("wang", "短密码"), [ProblemCode::TooSmall]);
        assert_eq!(codes("wang", &"x".repeat(201)), [ProblemCode::TooLong]);
        assert_eq!(
            codes("wang", "twelve\u{7}letters"),
            [ProblemCode::Characters]
        );
        assert_eq!(
            codes("longusername", "LongUserName"),
            [ProblemCode::NotAllowed]
        );
        assert_eq!(codes("wang", &generate()), []);
    }

    #[tokio::test]
    async fn only_the_right_password_fits() {
        let stored = hash("correct horse battery").await.expect("a hash");
        assert!(stored.starts_with("$argon2id$"));
        assert!(
            verify(Some(&stored), "correct horse battery")
                .await
                .expect("an answer")
        );
        assert!(
            !verify(Some(&stored), "correct horse batterz")
                .await
                .expect("an answer")
        );
        assert!(
            !verify(None, "correct horse battery")
                .await
                .expect("an answer")
        );
    }
}
