//! Sign-in sessions: an opaque random token in a cookie, its SHA-256 in the database, twelve hours idle and seven days at most.

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use metastore::{Metastore, NewSession, Session};
use rand::TryRngCore;
use sha2::{Digest, Sha256};
use types::{OrganizationId, UserId};

use crate::problem::Problem;

pub(crate) const COOKIE: &str = "tributary_session";
const IDLE: SignedDuration = SignedDuration::from_hours(12);
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A session in use is extended at most this often: not every request writes to the database.
const EXTEND_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A session token as the browser holds it: 256 random bits in hexadecimal.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).expect("the operating system has randomness");
        Self(hex::encode(bytes))
    }

    /// The token in the request's cookies, if there is one.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| Self(value.to_owned()))
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// `Set-Cookie` for this token. Over plain HTTP a browser keeps it only for this machine itself; anywhere else it needs HTTPS.
    pub(crate) fn cookie(&self, headers: &HeaderMap) -> HeaderValue {
        set_cookie(&self.0, LIFETIME.as_secs(), headers)
    }
}

/// `Set-Cookie` that removes the token.
pub(crate) fn removal_cookie(headers: &HeaderMap) -> HeaderValue {
    set_cookie("", 0, headers)
}

fn set_cookie(value: &str, seconds: i64, headers: &HeaderMap) -> HeaderValue {
    let secure = if is_loopback(headers) { "" } else { "; Secure" };
    let text = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("a token is hexadecimal")
}

/// Whether the browser speaks to this very machine, where plain HTTP is no risk.
fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Starts a session and returns its token: always a new one, so that a token known before sign-in is worth nothing after it.
pub(crate) async fn start(metastore: &Metastore, organization_id: OrganizationId, user_id: UserId, now: Timestamp) -> Result<Token, Problem> {
    let token = Token::random();
    let session = NewSession {
        token_hash: token.hash(),
        organization_id,
        user_id,
        created_at: now,
        idle_expires_at: now + IDLE,
        expires_at: now + LIFETIME,
    };
    metastore.create_session(session).await?;
    metastore.delete_expired_sessions(now).await?;
    Ok(token)
}

/// The live session of a token; it lives on from now.
pub(crate) async fn resume(metastore: &Metastore, token: &Token, now: Timestamp) -> Result<Option<Session>, Problem> {
    let Some(session) = metastore.session_by_token_hash(token.hash(), now).await? else {
        return Ok(None);
    };
    let idle_expires_at = now + IDLE;
    if idle_expires_at.duration_since(session.idle_expires_at) >= EXTEND_EVERY {
        metastore.extend_session(token.hash(), idle_expires_at).await?;
    }
    Ok(Some(session))
}
