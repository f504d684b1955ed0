//! Passwords: Argon2id at OWASP's minimum (19 MiB, two passes), computed by at most as many threads as there are processors, so that a
//! flood of sign-ins cannot take all memory.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash as Phc, PasswordHasher, PasswordVerifier, SaltString};
use metastore::PasswordHash;
use rand::TryRngCore;
use tokio::sync::Semaphore;

/// Shortest password that may be set (NIST SP 800-63B: length, no composition rules).
pub(crate) const LENGTH_MIN: usize = 8;
/// Longest password that is looked at.
pub(crate) const LENGTH_MAX: usize = 1024;

/// The salted hash of a password, as a PHC string. Takes some 20 ms of a processor on purpose.
pub fn hash_password(password: &str) -> PasswordHash {
    let mut salt = [0; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut salt).expect("the operating system has randomness");
    let salt = SaltString::encode_b64(&salt).expect("16 bytes are a valid salt");
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .expect("the default parameters are valid");
    PasswordHash(hash.to_string())
}

/// What an unknown person's password is compared with, so that the answer takes as long as for a known one. Of a password that nobody has,
/// with the parameters that [`hash_password`] uses.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$nmIbKMx+4cq48RsA92brag$sWfd82EPMlNu5ZEtvpyWOIdGK12LZPYTPP53K7zsSCo";

/// Verifies passwords on blocking threads.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    slots: Arc<Semaphore>,
}

impl Verifier {
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            slots: Arc::new(Semaphore::new(processors)),
        }
    }

    /// True if `password` is the one that was hashed. Without a hash (nobody has that address) the same work is done, and the answer is no.
    pub(crate) async fn verify(&self, password: String, hash: Option<PasswordHash>) -> bool {
        let Ok(slot) = Arc::clone(&self.slots).acquire_owned().await else {
            return false;
        };
        let work = move || {
            let is_known = hash.is_some();
            let hash = hash.map_or_else(|| NOBODY.to_owned(), |hash| hash.0);
            let is_right = Phc::new(&hash).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
            drop(slot);
            is_known && is_right
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_person_costs_as_much_work_as_a_known_one() {
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).unwrap().to_owned();
        assert_eq!(parameters(NOBODY), parameters(&hash_password("some password").0));
        assert_eq!(parameters(NOBODY), "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(NOBODY.len(), hash_password("some password").0.len());
    }

    #[test]
    fn equal_passwords_have_different_hashes() {
        assert_ne!(hash_password("some password"), hash_password("some password"));
    }
}
