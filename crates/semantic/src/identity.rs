//! Whether a campaign or an asset is known, and what it is called.

use jiff::Timestamp;
use serde::Serialize;
use types::{AssetId, CampaignId};
use uuid::Uuid;

use crate::engine::{Param, Plan, RawTable};
use crate::row::Reader;

/// A campaign or an asset, from all its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Of several names, the last in alphabetical order.
    pub name: Option<String>,
    pub channel: Option<String>,
    pub data_source: Option<String>,
    pub first_seen_at: Timestamp,
    pub last_seen_at: Timestamp,
}

pub fn campaign_plan(campaign: CampaignId) -> Plan {
    plan("campaign_id", "campaign_name", campaign.0)
}

pub fn asset_plan(asset: AssetId) -> Plan {
    plan("asset_id", "asset_name", asset.0)
}

fn plan(id_column: &str, name_column: &str, id: Uuid) -> Plan {
    let sql = format!(
        "SELECT MAX({name_column}), MAX(channel), MAX(data_source), MIN(recorded_at), MAX(recorded_at)\n\
         FROM unified_marketing_data\nWHERE {id_column} = $1"
    );
    Plan {
        sql,
        params: vec![Param::Uuid(id)],
        ..Plan::default()
    }
}

/// None where no row names the id.
pub fn finish(raw: &RawTable) -> Option<Identity> {
    let mut row = Reader::new(raw.rows.first()?);
    let (name, channel, data_source) = (row.text(), row.text(), row.text());
    Some(Identity {
        name,
        channel,
        data_source,
        first_seen_at: row.instant()?,
        last_seen_at: row.instant()?,
    })
}

#[cfg(test)]
mod tests;
