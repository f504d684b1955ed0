//! Loads a world of `tests/worlds` and looks at what was derived from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use authz::OrgContext;
use engine::{Engine, KnownCurrencies, Limits};
use jiff::Timestamp;
use jiff::civil::Date;
use lake::{Catalogue, Lake, Lakes, SpendScope};
use metastore::{Metastore, NewOrganization, NewSettings};
use semantic::{Cell, Plan};
use types::money::FxRate;
use types::{
    AssetId, CampaignId, Clock, Currency, CustomerId, Identifier, IdentifierKind, InteractionType, ManualClock, Money, OrganizationId, RecordKind,
    SourceCategory, UnifiedRow, digest, identifier,
};

use crate::stitch::{Stitched, stitch};
use crate::{Report, Result, run};

pub(super) struct World {
    _folder: tempfile::TempDir,
    pub(super) context: OrgContext,
    pub(super) metastore: Metastore,
    pub(super) lake: Lake,
    pub(super) engine: Engine,
    pub(super) clock: Arc<ManualClock>,
}

impl World {
    /// An organisation that reports in euros and has no rows yet.
    pub(super) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new("2024-07-01T00:00:00Z".parse().unwrap()));
        let metastore = Metastore::open_sqlite(&folder.path().join("metastore.sqlite")).await.unwrap();
        let new = NewOrganization {
            name: "World".to_owned(),
            currency: Currency::EUR,
            zone: "Europe/Berlin".to_owned(),
        };
        let organization = metastore.create_organization(clock.as_ref(), new).await.unwrap().id;
        let lakes = Lakes::new(folder.path(), Catalogue::Sqlite);
        let lake = lakes.open(&organization, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let currencies = Arc::new(KnownCurrencies(HashMap::from([(organization, Currency::EUR)])));
        let engine = Engine::new(
            lakes,
            currencies,
            Limits {
                threads: 2,
                ..Limits::default()
            },
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        Self {
            _folder: folder,
            context: OrgContext::system(organization),
            metastore,
            lake,
            engine,
            clock,
        }
    }

    /// The same organisation with a lake that is empty yet.
    pub(super) async fn beside(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lakes = Lakes::new(folder.path(), Catalogue::Sqlite);
        let clock = Arc::clone(&self.clock);
        let lake = lakes.open(&self.organization(), Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let currencies = Arc::new(KnownCurrencies(HashMap::from([(self.organization(), Currency::EUR)])));
        let engine = Engine::new(lakes, currencies, Limits::default(), Arc::clone(&clock) as Arc<dyn Clock>);
        Self {
            _folder: folder,
            context: self.context,
            metastore: self.metastore.clone(),
            lake,
            engine,
            clock,
        }
    }

    /// The world of that name with all its imports.
    pub(super) async fn load(name: &str) -> Self {
        let world = Self::empty().await;
        for rows in world.imports(name).into_values() {
            world.import(rows).await;
        }
        world
    }

    pub(super) fn organization(&self) -> OrganizationId {
        self.context.organization_id()
    }

    /// Rows of a world by import.
    pub(super) fn imports(&self, name: &str) -> BTreeMap<u32, Vec<UnifiedRow>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/worlds")
            .join(name)
            .join("rows.csv");
        let mut imports: BTreeMap<u32, Vec<UnifiedRow>> = BTreeMap::new();
        for record in csv::Reader::from_path(path).unwrap().deserialize::<BTreeMap<String, String>>() {
            let record = record.unwrap();
            imports
                .entry(record["import"].parse().unwrap())
                .or_default()
                .push(row(self.organization(), &record));
        }
        imports
    }

    /// One import, as `ingest` would commit it: spend replaces what was reported for its days.
    pub(super) async fn import(&self, rows: Vec<UnifiedRow>) {
        let mut scopes: BTreeMap<(String, Option<String>), BTreeSet<Date>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.record_kind == RecordKind::Spend) {
            let key = (row.data_source.to_string(), row.level.as_ref().map(ToString::to_string));
            scopes.entry(key).or_default().insert(row.civil_date.unwrap());
        }
        let mut transaction = self.lake.transaction();
        for ((data_source, level), days) in scopes {
            transaction.replace_spend(SpendScope {
                data_source,
                account_id: None,
                level,
                days,
            });
        }
        transaction.append_rows(rows).await.unwrap();
        transaction.commit("import").await.unwrap();
    }

    pub(super) async fn stitch(&self) -> Stitched {
        stitch(&self.context, &self.lake).await.unwrap()
    }

    pub(super) async fn run(&self) -> Result<Report> {
        run(&self.context, &self.metastore, &self.lake, &self.engine, self.clock.as_ref()).await
    }

    /// Saves settings for all history; gives their version.
    pub(super) async fn save_settings(&self, json: &str) -> i64 {
        let new = NewSettings {
            json,
            ..NewSettings::default()
        };
        let now = self.clock.now();
        self.metastore.save_attribution_settings(&self.context, new, now).await.unwrap()
    }

    /// Answer of one SELECT, a line a row.
    pub(super) async fn select(&self, sql: &str) -> String {
        use semantic::QueryEngine;
        let plan = Plan {
            sql: sql.to_owned(),
            ..Plan::default()
        };
        let answer = self.engine.query(&self.context, &plan).await.unwrap();
        let show = |cell: &Cell| match cell {
            Cell::Null => "-".to_owned(),
            Cell::Text(text) => text.to_string(),
            Cell::Decimal(decimal) => decimal.to_string(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Bool(flag) => flag.to_string(),
        };
        answer
            .rows
            .iter()
            .map(|row| row.iter().map(show).collect::<Vec<_>>().join(" | ") + "\n")
            .collect()
    }

    /// Credit of some models: entry, order, model, position, channel, amount.
    pub(super) async fn credits(&self, models: &[&str]) -> String {
        let models = models.iter().map(|model| format!("'{model}'")).collect::<Vec<_>>().join(", ");
        self.select(&format!(
            "SELECT entry, order_id, attribution_model, touchpoint_sequence, channel, CAST(CAST(revenue_amount AS DECIMAL(18,2)) AS VARCHAR)
             FROM revenue_attribution WHERE attribution_model IN ({models})
             ORDER BY attribution_model, transaction_date, order_id, touchpoint_sequence"
        ))
        .await
    }

    /// Journeys: customer, first touch's channel, touches, acquisition cost, lifetime value, stage.
    pub(super) async fn journeys(&self) -> String {
        let rows = self
            .select(
                "SELECT journey_data, first_touch_source, total_touchpoints, CAST(acquisition_cost AS VARCHAR), CAST(lifetime_value AS VARCHAR), current_stage
                 FROM customer_journey_tracking",
            )
            .await;
        let mut lines: Vec<String> = rows.lines().map(|line| format!("{}\n", customer_first(line))).collect();
        lines.sort();
        lines.concat()
    }
}

/// What the customer is known by, as `ingest` would say it; only worlds about identity have the column.
fn identify(row: &mut UnifiedRow, record: &BTreeMap<String, String>) {
    let Some(known_by) = record.get("known_by").filter(|text| !text.is_empty()) else {
        return;
    };
    let mut identifiers: Vec<Identifier> = known_by
        .split(' ')
        .map(|text| {
            let (kind, value) = text.split_once(':').unwrap();
            let kind = IdentifierKind::ALL
                .iter()
                .copied()
                .find(|known| known.as_str().starts_with(kind))
                .unwrap();
            Identifier::new(kind, value).unwrap()
        })
        .collect();
    identifiers.extend(row.customer_key.iter().map(|key| Identifier::new(IdentifierKind::Customer, key).unwrap()));
    row.identifiers = identifier::to_column(&mut identifiers).map(Into::into);
    row.customer_id = Some(identifiers[0].home(row.organization_id));
}

/// A line that begins with the journey's JSON, beginning with the customer's key instead.
fn customer_first(line: &str) -> String {
    let (json, rest) = line.split_once(" | ").unwrap();
    let data: journeys::JourneyData = serde_json::from_str(json).unwrap();
    format!("{} | {rest}", data.customer_key.unwrap_or_default())
}

fn row(organization: OrganizationId, record: &BTreeMap<String, String>) -> UnifiedRow {
    let text = |name: &str| Some(record[name].as_str()).filter(|text| !text.is_empty());
    let kind = RecordKind::parse(&record["kind"]).unwrap();
    let day: Option<Date> = text("day").map(|day| day.parse().unwrap());
    let at: Timestamp = match (text("at"), day) {
        (Some(at), _) => at.parse().unwrap(),
        (None, Some(day)) => day.to_zoned(types::date_range::parse_zone(&record["zone"]).unwrap()).unwrap().timestamp(),
        (None, None) => panic!("a row has an instant or a day"),
    };
    let category = if kind == RecordKind::Touch || kind == RecordKind::Spend {
        SourceCategory::PlatformNative
    } else {
        SourceCategory::ExternalRevenue
    };
    let source = record["source"].as_str();
    let mut row = UnifiedRow::new(
        organization,
        source.into(),
        category,
        kind,
        record["key"].as_str().into(),
        at,
        "2024-07-01T00:00:00Z".parse().unwrap(),
    );
    row.customer_id = text("customer").map(|key| CustomerId::derive(organization, key));
    row.customer_key = text("customer").map(Into::into);
    identify(&mut row, record);
    row.campaign_id = text("campaign").map(|key| CampaignId::derive(organization, source, key));
    row.campaign_key = text("campaign").map(Into::into);
    row.campaign_name = text("campaign").map(Into::into);
    row.asset_id = text("campaign").map(|key| AssetId::derive(organization, key));
    row.channel = text("channel").map(Into::into);
    row.interaction_type = text("interaction").map(|name| InteractionType::parse(name).unwrap());
    row.conversion_type = text("type").map(Into::into);
    row.order_id = text("order").map(Into::into);
    row.civil_date = day;
    row.account_zone = text("zone").map(Into::into);
    row.level = text("level").map(Into::into);
    if let Some(amount) = text("amount") {
        let money = Money::parse(amount, Currency::parse(&record["currency"]).unwrap()).unwrap();
        let rate = FxRate::parse(&record["rate"]).unwrap();
        row.currency = Some(money.currency);
        row.fx_rate = Some(rate);
        let reporting = || Some(money.convert(rate, Currency::EUR).unwrap().micros);
        match kind {
            RecordKind::Spend => {
                (row.spend, row.spend_reporting) = (Some(money.micros), Some(money.convert_to_micros(rate, Currency::EUR).unwrap().micros))
            }
            RecordKind::Refund => (row.refund, row.refund_reporting) = (Some(money.micros), reporting()),
            _ => (row.revenue, row.revenue_reporting) = (Some(money.micros), reporting()),
        }
    }
    row.sequence = digest::sequence(kind, None, &row);
    row
}
