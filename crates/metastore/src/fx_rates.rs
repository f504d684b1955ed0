//! Exchange rates to the organisation's reporting currency, by day.

use authz::OrgContext;
use jiff::civil::Date;
use types::Currency;
use types::money::FxRate;

use crate::database::{Row, sql};
use crate::{Error, Metastore, Result};

impl Metastore {
    /// Writes rates, replacing those of the same day and currency; all or none.
    pub async fn put_fx_rates(&self, context: &OrgContext, rates: &[(Date, Currency, FxRate)]) -> Result<()> {
        let mut transaction = self.database.write().await?;
        for (day, currency, rate) in rates {
            let statement = sql(
                "fx_rates",
                "INSERT INTO fx_rates (organization_id, day, currency, rate_billionths) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (organization_id, day, currency) DO UPDATE SET rate_billionths = excluded.rate_billionths",
            )
            .bind(context.organization_id())
            .bind(*day)
            .bind(currency.as_str())
            .bind(rate.billionths);
            transaction.execute(statement).await?;
        }
        transaction.commit().await
    }

    /// All rates by day, then currency.
    pub async fn fx_rates(&self, context: &OrgContext) -> Result<Vec<(Date, Currency, FxRate)>> {
        let statement = sql(
            "fx_rates",
            "SELECT day, currency, rate_billionths FROM fx_rates WHERE organization_id = $1 ORDER BY day, currency",
        )
        .bind(context.organization_id());
        self.database.rows(statement).await?.iter().map(parse).collect()
    }
}

fn parse(row: &Row) -> Result<(Date, Currency, FxRate)> {
    let billionths = row.integer("rate_billionths")?;
    if billionths <= 0 {
        let problem = format!("holds {billionths}, a rate is positive");
        return Err(Error::Stored {
            table: "fx_rates",
            column: "rate_billionths".to_owned(),
            row: row.text("day")?,
            problem,
        });
    }
    Ok((
        row.parse("day", "a day", |text| text.parse().ok())?,
        row.parse("currency", "a currency", |text| Currency::parse(text).ok())?,
        FxRate { billionths },
    ))
}
