//! People who sign in. One person has one account and may belong to several organisations.

use std::fmt;

use types::{Clock, UserId};

use crate::database::{Row, sql};
use crate::organizations::{check_name, time_ordered_id};
use crate::{Error, Metastore, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub password_hash: PasswordHash,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub password_hash: PasswordHash,
}

/// A PHC string such as `$argon2id$…`; how it is made and checked is the API's business. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Longest address of RFC 5321.
const EMAIL_LENGTH_MAX: usize = 254;

impl Metastore {
    /// Addresses are unique without regard to capitals.
    pub async fn create_user(&self, clock: &dyn Clock, new: NewUser) -> Result<User> {
        let email = new.email.trim().to_owned();
        if !is_email(&email) {
            return Err(Error::Email { email });
        }
        let name = check_name("a person", &new.name)?;
        let now = clock.now();
        let statement = sql(
            "users",
            "INSERT INTO users (id, email, email_key, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (email_key) DO NOTHING
             RETURNING id, email, name, password_hash",
        )
        .bind(time_ordered_id(now))
        .bind(email.as_str())
        .bind(email_key(&email))
        .bind(name)
        .bind(new.password_hash.0)
        .bind(now);
        let mut transaction = self.database.write().await?;
        let Some(row) = transaction.row(statement).await? else {
            return Err(Error::EmailTaken { email });
        };
        let user = parse(&row)?;
        transaction.commit().await?;
        Ok(user)
    }

    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let statement = sql("users", "SELECT id, email, name, password_hash FROM users WHERE email_key = $1").bind(email_key(email.trim()));
        self.database.row(statement).await?.as_ref().map(parse).transpose()
    }

    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        let statement = sql("users", "SELECT id, email, name, password_hash FROM users WHERE id = $1").bind(id);
        self.database.row(statement).await?.as_ref().map(parse).transpose()
    }
}

fn parse(row: &Row) -> Result<User> {
    Ok(User {
        id: row.parse("id", "an id", |text| text.parse().ok())?,
        email: row.text("email")?,
        name: row.text("name")?,
        password_hash: PasswordHash(row.text("password_hash")?),
    })
}

fn email_key(email: &str) -> String {
    email.to_lowercase()
}

/// One @ with something on both sides and no space: whether mail arrives is not known before it is sent.
fn is_email(text: &str) -> bool {
    let is_plain = text.len() <= EMAIL_LENGTH_MAX && !text.chars().any(|character| character.is_whitespace() || character.is_control());
    is_plain
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}
