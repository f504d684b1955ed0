//! Numbered migrations, the same numbers for both databases. What was applied is recorded with a digest of its text: a database that a
//! newer or a different version wrote is refused instead of misread.

use sha2::{Digest, Sha256};

use crate::database::{Database, WriteTransaction, sql};
use crate::{Error, Result};

#[derive(Debug)]
struct Migration {
    number: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        sqlite: include_str!("../migrations/sqlite/0001_foundation.sql"),
        postgres: include_str!("../migrations/postgres/0001_foundation.sql"),
    },
    Migration {
        number: 2,
        sqlite: include_str!("../migrations/sqlite/0002_channel_rules.sql"),
        postgres: include_str!("../migrations/postgres/0002_channel_rules.sql"),
    },
    Migration {
        number: 3,
        sqlite: include_str!("../migrations/sqlite/0003_attribution_settings.sql"),
        postgres: include_str!("../migrations/postgres/0003_attribution_settings.sql"),
    },
];

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, digest TEXT NOT NULL)";

/// Brings the database up to this version, in one transaction.
pub(crate) async fn run(database: &Database) -> Result<()> {
    let mut transaction = database.write().await?;
    transaction.script(CREATE_LIST).await?;
    let applied = transaction
        .rows(sql("migrations", "SELECT number, digest FROM migrations ORDER BY number"))
        .await?;
    let mut numbers = Vec::new();
    for row in &applied {
        let number = row.integer("number")?;
        numbers.push(number);
        let Some(migration) = MIGRATIONS.iter().find(|migration| migration.number == number) else {
            return Err(Error::NewerDatabase {
                found: number,
                known: MIGRATIONS.last().map_or(0, |migration| migration.number),
            });
        };
        if row.text("digest")? != digest(migration.text(&transaction)) {
            return Err(Error::ChangedMigration { number });
        }
    }
    // By number: what came in between is made up for.
    for migration in MIGRATIONS.iter().filter(|migration| !numbers.contains(&migration.number)) {
        let text = migration.text(&transaction);
        transaction.script(text).await?;
        transaction
            .execute(
                sql("migrations", "INSERT INTO migrations (number, digest) VALUES ($1, $2)")
                    .bind(migration.number)
                    .bind(digest(text)),
            )
            .await?;
    }
    transaction.commit().await
}

impl Migration {
    const fn text(&self, transaction: &WriteTransaction) -> &'static str {
        match transaction {
            WriteTransaction::Sqlite(_) => self.sqlite,
            WriteTransaction::Postgres(_) => self.postgres,
        }
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
