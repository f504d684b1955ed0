//! Accounts that are made on the command line, before anybody can sign in.

use authz::{OrgContext, Role};
use metastore::{Metastore, NewUser, User};
use types::Clock;

use crate::password::{LENGTH_MAX, LENGTH_MIN};

pub use crate::password::hash_password;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a password has at least {LENGTH_MIN} characters: choose a longer one")]
    TooShort,
    #[error("a password has at most {LENGTH_MAX} bytes: choose a shorter one")]
    TooLong,
    #[error(transparent)]
    Metastore(#[from] metastore::Error),
}

/// An account with all rights in one organisation. Somebody who has an account already (of another organisation) is refused.
pub async fn create_admin(metastore: &Metastore, clock: &dyn Clock, context: &OrgContext, email: &str, password: &str) -> Result<User, Error> {
    if password.chars().count() < LENGTH_MIN {
        return Err(Error::TooShort);
    }
    if password.len() > LENGTH_MAX {
        return Err(Error::TooLong);
    }
    let name = email.split('@').next().unwrap_or(email).to_owned();
    let user = metastore
        .create_user(
            clock,
            NewUser {
                email: email.to_owned(),
                name,
                password_hash: hash_password(password),
            },
        )
        .await?;
    metastore.add_membership(context, user.id, Role::OrganizationAdmin).await?;
    Ok(user)
}
