//! Organisations: the tenants.

use authz::OrgContext;
use jiff::Timestamp;
use types::{Clock, Currency, OrganizationId};
use uuid::Uuid;

use crate::database::{Row, sql};
use crate::{Error, Metastore, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    /// The reporting currency: all money of reports is in it.
    pub currency: Currency,
    /// IANA zone in which days are cut unless a question says otherwise.
    pub zone: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct NewOrganization {
    pub name: String,
    pub currency: Currency,
    pub zone: String,
}

const NAME_LENGTH_MAX: usize = 200;

impl Metastore {
    /// Names are unique without regard to capitals and surrounding space.
    pub async fn create_organization(&self, clock: &dyn Clock, new: NewOrganization) -> Result<Organization> {
        let name = check_name("an organisation", &new.name)?;
        types::date_range::parse_zone(&new.zone)?;
        let now = clock.now();
        let statement = sql(
            "organizations",
            "INSERT INTO organizations (id, name, name_key, currency, zone, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name_key) DO NOTHING
             RETURNING id, name, currency, zone, created_at",
        )
        .bind(time_ordered_id(now))
        .bind(name.as_str())
        .bind(name_key(&name))
        .bind(new.currency.as_str())
        .bind(new.zone)
        .bind(now);
        let mut transaction = self.database.write().await?;
        let Some(row) = transaction.row(statement).await? else {
            return Err(Error::NameTaken { name });
        };
        let organization = parse(&row)?;
        transaction.commit().await?;
        Ok(organization)
    }

    pub async fn organization_by_name(&self, name: &str) -> Result<Option<Organization>> {
        let statement = sql(
            "organizations",
            "SELECT id, name, currency, zone, created_at FROM organizations WHERE name_key = $1",
        )
        .bind(name_key(name.trim()));
        self.database.row(statement).await?.as_ref().map(parse).transpose()
    }

    /// All organisations by name: for the command line and the server's own jobs.
    pub async fn organizations(&self) -> Result<Vec<Organization>> {
        let statement = sql(
            "organizations",
            "SELECT id, name, currency, zone, created_at FROM organizations ORDER BY name_key",
        );
        self.database.rows(statement).await?.iter().map(parse).collect()
    }

    pub async fn organization(&self, context: &OrgContext) -> Result<Organization> {
        let id = context.organization_id();
        let statement = sql(
            "organizations",
            "SELECT id, name, currency, zone, created_at FROM organizations WHERE id = $1",
        )
        .bind(id);
        match self.database.row(statement).await? {
            Some(row) => parse(&row),
            None => Err(Error::UnknownOrganization { id }),
        }
    }
}

fn parse(row: &Row) -> Result<Organization> {
    Ok(Organization {
        id: row.parse("id", "an id", |text| text.parse().ok())?,
        name: row.text("name")?,
        currency: row.parse("currency", "a currency", |text| Currency::parse(text).ok())?,
        zone: row.parse("zone", "a time zone", |text| {
            types::date_range::parse_zone(text).ok().map(|_| text.to_owned())
        })?,
        created_at: row.instant("created_at")?,
    })
}

/// A name without surrounding space: not empty, not overlong, nothing invisible in it.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<String> {
    let trimmed = name.trim();
    let refuse = |reason| {
        Err(Error::Name {
            what,
            name: trimmed.chars().take(NAME_LENGTH_MAX).collect(),
            reason,
        })
    };
    if trimmed.is_empty() {
        refuse("it is empty")
    } else if trimmed.chars().count() > NAME_LENGTH_MAX {
        refuse("it has more than 200 characters")
    } else if trimmed.chars().any(char::is_control) {
        refuse("it contains control characters")
    } else {
        Ok(trimmed.to_owned())
    }
}

fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// A random id whose leading bits are the time: rows lie in order of creation.
pub(crate) fn time_ordered_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(
        uuid::NoContext,
        seconds,
        now.subsec_nanosecond().unsigned_abs(),
    ))
}
