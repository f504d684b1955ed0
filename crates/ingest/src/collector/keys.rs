//! Write keys: which organisation an event belongs to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use metastore::Metastore;
use sha2::{Digest, Sha256};
use types::{Clock, OrganizationId};

/// How every write key begins, so that a leaked one is recognised.
const PREFIX: &str = "trib_wk_";
/// How long a key is believed without asking the metastore: it outlives a metastore that is down, and a withdrawn key by no more.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long a wrong key is refused without asking again.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_secs(10);
/// Most keys remembered, right or wrong.
const REMEMBERED_MAX: usize = 10_000;

/// The digest under which the metastore keeps a write key (`trib_wk_…`).
pub fn hash_write_key(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// What is known of a key by its hash, and until when.
type Known = HashMap<[u8; 32], (Option<OrganizationId>, Timestamp)>;

#[derive(Debug)]
pub(super) struct Keys {
    metastore: Metastore,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

impl Keys {
    pub(super) fn new(metastore: Metastore, clock: Arc<dyn Clock>) -> Self {
        Self {
            metastore,
            clock,
            known: Mutex::default(),
        }
    }

    /// The organisation that the value of an `Authorization` header stands for; None if it is no key of ours.
    pub(super) async fn organization(&self, authorization: Option<&str>) -> metastore::Result<Option<OrganizationId>> {
        let key = authorization
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim());
        let Some(key) = key.filter(|key| key.starts_with(PREFIX) && key.len() <= 200) else {
            return Ok(None);
        };
        let hash = hash_write_key(key);
        let now = self.clock.now();
        if let Some((organization, until)) = self.known().get(&hash)
            && now < *until
        {
            return Ok(*organization);
        }
        let found = self.metastore.write_key_by_hash(hash).await?.map(|(organization, _)| organization);
        let until = now + if found.is_some() { KNOWN_FOR } else { UNKNOWN_FOR };
        let mut known = self.known();
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, (organization, until)| organization.is_some() && now < *until);
        }
        if known.len() < REMEMBERED_MAX {
            known.insert(hash, (found, until));
        }
        Ok(found)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
