//! Briefs as rows of `customer_journey_tracking`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Builder, FixedSizeBinaryBuilder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::SchemaRef;
use journeys::Brief;
use types::tables::customer_journey_tracking;
use types::{AssetId, CampaignId, CustomerId, OrganizationId};

use crate::{Error, Result};

/// The id of a customer's row that goes into a column, if there is one.
type IdOf<'a> = &'a dyn Fn(&(CustomerId, Brief)) -> Option<[u8; 16]>;

/// Name of the table that [`JourneyTable`] fills.
pub(crate) const TABLE: &str = customer_journey_tracking::TABLE.name;

/// Collects briefs and gives them out as batches.
#[derive(Debug)]
pub(crate) struct JourneyTable {
    schema: SchemaRef,
    organization: OrganizationId,
    briefs: Vec<(CustomerId, Brief)>,
}

impl JourneyTable {
    /// `schema` is that of `customer_journey_tracking` in the lake.
    pub(crate) const fn new(schema: SchemaRef, organization: OrganizationId) -> Self {
        Self {
            schema,
            organization,
            briefs: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, customer: CustomerId, brief: Brief) {
        self.briefs.push((customer, brief));
    }

    pub(crate) fn len(&self) -> usize {
        self.briefs.len()
    }

    /// The rows collected so far.
    pub(crate) fn take(&mut self) -> Result<RecordBatch> {
        let briefs = std::mem::take(&mut self.briefs);
        let ids = |get: IdOf<'_>| -> Result<ArrayRef> {
            let mut builder = FixedSizeBinaryBuilder::with_capacity(briefs.len(), 16);
            for brief in &briefs {
                match get(brief) {
                    Some(id) => builder.append_value(id)?,
                    None => builder.append_null(),
                }
            }
            Ok(Arc::new(builder.finish()))
        };
        let campaign = |id: Option<CampaignId>| id.map(|id| *id.as_bytes());
        let asset = |id: Option<AssetId>| id.map(|id| *id.as_bytes());
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for field in self.schema.fields() {
            columns.push(match field.name().as_str() {
                "id" | "customer_id" => ids(&|(customer, _)| Some(*customer.as_bytes()))?,
                "organization_id" => ids(&|_| Some(*self.organization.as_bytes()))?,
                "first_touch_campaign_id" => ids(&|(_, brief)| campaign(brief.first_touch.as_ref().and_then(|touch| touch.campaign_id)))?,
                "first_touch_asset_id" => ids(&|(_, brief)| asset(brief.first_touch.as_ref().and_then(|touch| touch.asset_id)))?,
                "last_touch_campaign_id" => ids(&|(_, brief)| campaign(brief.last_touch.as_ref().and_then(|touch| touch.campaign_id)))?,
                name => plain(name, &briefs)?,
            });
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

/// The columns that are not ids.
fn plain(name: &str, briefs: &[(CustomerId, Brief)]) -> Result<ArrayRef> {
    let briefs = briefs.iter().map(|(_, brief)| brief);
    let array: ArrayRef = match name {
        "journey_start_date" => {
            let mut builder = TimestampMicrosecondBuilder::new().with_timezone("UTC");
            briefs.for_each(|brief| builder.append_value(brief.journey_start.as_microsecond()));
            Arc::new(builder.finish())
        }
        "total_touchpoints" => {
            let mut builder = Int64Builder::new();
            briefs.for_each(|brief| builder.append_value(i64::try_from(brief.total_touchpoints).unwrap_or(i64::MAX)));
            Arc::new(builder.finish())
        }
        "acquisition_cost" => decimals(briefs.map(|brief| brief.acquisition_cost_micros))?,
        "lifetime_value" => decimals(briefs.map(|brief| Some(brief.lifetime_value_micros)))?,
        "first_touch_source" => texts(briefs.map(|brief| brief.first_touch.as_ref().and_then(|touch| touch.channel.clone()))),
        "current_stage" => texts(briefs.map(|brief| Some(brief.current_stage.clone()))),
        "journey_data" => texts(briefs.map(|brief| Some(brief.data.to_json()))),
        other => {
            return Err(Error::Column {
                relation: TABLE,
                column: other.to_owned(),
            });
        }
    };
    Ok(array)
}

fn decimals(micros: impl Iterator<Item = Option<i64>>) -> Result<ArrayRef> {
    let mut builder = Decimal128Builder::new().with_precision_and_scale(18, 6)?;
    micros.for_each(|micros| builder.append_option(micros.map(i128::from)));
    Ok(Arc::new(builder.finish()))
}

fn texts(texts: impl Iterator<Item = Option<String>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    texts.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}
