//! Signed-in sessions. Only the SHA-256 of a token is stored: whoever reads the database cannot sign in with what it holds.

use authz::Role;
use jiff::Timestamp;
use types::{OrganizationId, UserId};

use crate::database::{Row, sql};
use crate::{Metastore, Result};

#[derive(Clone, Debug)]
pub struct NewSession {
    pub token_hash: [u8; 32],
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub created_at: Timestamp,
    /// The session ends here unless it is used before; every use moves it.
    pub idle_expires_at: Timestamp,
    /// The session ends here however much it is used.
    pub expires_at: Timestamp,
}

/// A live session, with the role that the person has in the organisation now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub role: Role,
    pub created_at: Timestamp,
    pub idle_expires_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Metastore {
    pub async fn create_session(&self, new: NewSession) -> Result<()> {
        let statement = sql(
            "sessions",
            "INSERT INTO sessions (token_hash, organization_id, user_id, created_at, idle_expires_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.token_hash)
        .bind(new.organization_id)
        .bind(new.user_id)
        .bind(new.created_at)
        .bind(new.idle_expires_at)
        .bind(new.expires_at);
        self.database.write_one(statement).await.map(drop)
    }

    /// The session of a token, if it has not ended by `now` and the person still belongs to the organisation.
    pub async fn session_by_token_hash(&self, token_hash: [u8; 32], now: Timestamp) -> Result<Option<Session>> {
        let statement = sql(
            "sessions",
            "SELECT s.user_id, s.organization_id, m.role, s.created_at, s.idle_expires_at, s.expires_at
             FROM sessions s JOIN memberships m ON m.organization_id = s.organization_id AND m.user_id = s.user_id
             WHERE s.token_hash = $1 AND s.idle_expires_at > $2 AND s.expires_at > $2",
        )
        .bind(token_hash)
        .bind(now);
        self.database.row(statement).await?.as_ref().map(parse).transpose()
    }

    /// Notes that the session was used: it now ends at `idle_expires_at` unless it is used again.
    pub async fn extend_session(&self, token_hash: [u8; 32], idle_expires_at: Timestamp) -> Result<()> {
        let statement = sql("sessions", "UPDATE sessions SET idle_expires_at = $2 WHERE token_hash = $1")
            .bind(token_hash)
            .bind(idle_expires_at);
        self.database.write_one(statement).await.map(drop)
    }

    /// Signs out; true if there was a session.
    pub async fn delete_session(&self, token_hash: [u8; 32]) -> Result<bool> {
        Ok(self
            .database
            .write_one(sql("sessions", "DELETE FROM sessions WHERE token_hash = $1").bind(token_hash))
            .await?
            > 0)
    }

    /// Forgets sessions that have ended by `now`, and says how many.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64> {
        self.database
            .write_one(sql("sessions", "DELETE FROM sessions WHERE idle_expires_at <= $1 OR expires_at <= $1").bind(now))
            .await
    }
}

fn parse(row: &Row) -> Result<Session> {
    Ok(Session {
        organization_id: row.parse("organization_id", "an id", |text| text.parse().ok())?,
        user_id: row.parse("user_id", "an id", |text| text.parse().ok())?,
        role: row.parse("role", "a role", Role::parse)?,
        created_at: row.instant("created_at")?,
        idle_expires_at: row.instant("idle_expires_at")?,
        expires_at: row.instant("expires_at")?,
    })
}
