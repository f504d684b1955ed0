//! Passwords: Argon2id at OWASP's minimum (19 MiB, two passes), computed by at most as many threads as there are processors, so that a
//! flood of sign-ins cannot take all memory.

use std::sync::{Arc, LazyLock};

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

/// What an unknown person's password is compared with, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<PasswordHash> = LazyLock::new(|| hash_password("nobody has this password"));

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
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let is_right = Phc::new(&hash.0).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
            drop(slot);
            is_known && is_right
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }
}
