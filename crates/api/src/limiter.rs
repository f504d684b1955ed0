//! How often somebody may try to sign in: five times a minute for one account from one address, twenty failures an hour for one account
//! from anywhere, thirty attempts a minute from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A bound on attempts within a window that starts with the first of them.
#[derive(Clone, Copy, Debug)]
struct Rule {
    attempts_max: u32,
    seconds: i64,
}

const ACCOUNT_FROM_ADDRESS: Rule = Rule {
    attempts_max: 5,
    seconds: 60,
};
const ACCOUNT: Rule = Rule {
    attempts_max: 20,
    seconds: 3_600,
};
const ADDRESS: Rule = Rule {
    attempts_max: 30,
    seconds: 60,
};

/// Windows kept at most; beyond that the ended ones are dropped, then the oldest. Bounds memory to some 10 MB.
const WINDOWS_MAX: usize = 100_000;

/// Digest of what is counted: addresses of people are not kept in memory as text.
type Key = [u8; 16];

#[derive(Clone, Copy, Debug)]
struct Window {
    ends_at_second: i64,
    attempts: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Limiter {
    windows: Mutex<HashMap<Key, Window>>,
}

impl Limiter {
    /// Counts an attempt, or says after how many seconds the next one is possible.
    pub(crate) fn attempt(&self, email: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut windows, now);
        for (key, rule) in counted(email, address) {
            if let Some(window) = windows
                .get(&key)
                .filter(|window| window.attempts >= rule.attempts_max && window.ends_at_second > now.as_second())
            {
                return Err(window.ends_at_second.abs_diff(now.as_second()));
            }
        }
        for (key, rule) in counted(email, address) {
            let fresh = Window {
                ends_at_second: now.as_second() + rule.seconds,
                attempts: 0,
            };
            let window = windows.entry(key).or_insert(fresh);
            if window.ends_at_second <= now.as_second() {
                *window = fresh;
            }
            window.attempts += 1;
        }
        Ok(())
    }

    /// A right password: the account's counts start anew. The address's count stays, or one account of one's own would lift it.
    pub(crate) fn succeed(&self, email: &str, address: Option<IpAddr>) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in &counted(email, address)[..2] {
            windows.remove(key);
        }
    }
}

fn counted(email: &str, address: Option<IpAddr>) -> [(Key, Rule); 3] {
    let email = email.trim().to_lowercase();
    let address = address.map(|address| address.to_string()).unwrap_or_default();
    [
        (key(&["both", &email, &address]), ACCOUNT_FROM_ADDRESS),
        (key(&["account", &email]), ACCOUNT),
        (key(&["address", &address]), ADDRESS),
    ]
}

fn key(parts: &[&str]) -> Key {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut key = [0; 16];
    key.copy_from_slice(&digest.finalize()[..16]);
    key
}

fn make_room(windows: &mut HashMap<Key, Window>, now: Timestamp) {
    if windows.len() + 3 <= WINDOWS_MAX {
        return;
    }
    windows.retain(|_, window| window.ends_at_second > now.as_second());
    if windows.len() + 3 > WINDOWS_MAX {
        let mut ends: Vec<i64> = windows.values().map(|window| window.ends_at_second).collect();
        let (_, middle, _) = ends.select_nth_unstable(WINDOWS_MAX / 2);
        let middle = *middle;
        windows.retain(|_, window| window.ends_at_second > middle);
    }
}

#[cfg(test)]
mod tests;
