//! The table of credit: rules first, then what was learned from paths.

use semantic::Cell;
use semantic::attribution_table::AttributionTable;
use semantic::data_driven::{DataDriven, ModelCredit, StepCredit};
use serde::Serialize;
use utoipa::ToSchema;

use super::paths::ByPath;
use super::rules::ByRule;
use crate::attribution_body::UsedSettingsBody;
use crate::problem::{Code, Problem};
use crate::table::{CellBody, ColumnBody, GrainBody, MetaBody, RoleBody, UnitBody};

/// One row for every model and value of the dimensions: `model`, the dimensions' columns, `is_unattributed`, `revenue` and `conversions`; with
/// intervals `revenue_low`, `revenue_high`, `conversions_low` and `conversions_high`; with models that learn `removal_effect`. For every
/// model the rows add up to the totals, which are the same for all rules; models that learn from paths deduct refunds from their order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttributionTable)]
pub(crate) struct AttributionTableBody {
    columns: Vec<ColumnBody>,
    rows: Vec<Vec<CellBody>>,
    totals: Vec<CellBody>,
    meta: MetaBody,
    settings: UsedSettingsBody,
}

impl AttributionTableBody {
    /// Of rules alone, without intervals.
    pub(crate) fn new(table: AttributionTable, settings: UsedSettingsBody) -> Result<Self, Problem> {
        let by_rule = ByRule { table, intervals: None };
        Self::together(Some(by_rule), None, false, settings)
    }

    pub(super) fn together(by_rule: Option<ByRule>, by_path: Option<ByPath>, intervals: bool, settings: UsedSettingsBody) -> Result<Self, Problem> {
        let layout = Layout {
            intervals,
            learned: by_path.is_some(),
        };
        let (mut dimensions, mut rows, mut total, mut meta) = (Vec::new(), Vec::new(), None, None);
        if let Some(by_rule) = by_rule {
            let ByRule { table, intervals } = by_rule;
            for (at, row) in table.rows.into_iter().enumerate() {
                let mut cells = vec![CellBody::Text(row.model.as_str().to_owned())];
                cells.extend(row.dimensions.into_iter().map(CellBody::from));
                cells.extend([
                    CellBody::Bool(row.is_unattributed),
                    CellBody::Text(row.revenue),
                    Cell::Number(row.conversions).into(),
                ]);
                let interval = intervals.as_ref().and_then(|intervals| intervals.get(at).cloned().flatten());
                let interval = interval.map(|interval| (interval.revenue, interval.conversions));
                layout.push_rest(&mut cells, interval, None);
                rows.push(cells);
            }
            total = table.totals.into_iter().next().map(|total| (total.revenue, total.conversions));
            dimensions = table.dimensions.into_iter().map(ColumnBody::from).collect();
            meta = Some(MetaBody::from(table.meta));
        }
        if let Some(ByPath { answer, step, zone, days }) = by_path {
            if dimensions.is_empty() {
                dimensions.push(column(step, step_label(step), RoleBody::Dimension, UnitBody::Text));
            }
            total.get_or_insert_with(|| (answer.revenue.clone(), answer.conversions as f64));
            let of_path = meta_of(&answer, zone, days);
            meta = Some(match meta {
                Some(meta) => MetaBody {
                    is_truncated: meta.is_truncated || of_path.is_truncated,
                    warnings: meta.warnings.into_iter().chain(of_path.warnings).collect(),
                    ..meta
                },
                None => of_path,
            });
            // The step is the last of the dimension's columns: its name, behind its key.
            let before = dimensions.len() - 1;
            rows.extend(answer.models.into_iter().flat_map(|model| layout.learned_rows(model, before)));
        }
        let (Some(mut meta), Some((revenue, conversions))) = (meta, total) else {
            return Err(Problem::new(Code::Internal, "The calculation gave neither a total nor a table."));
        };
        meta.rows = rows.len();
        let money = UnitBody::Money {
            currency: meta.currency.clone(),
        };
        let width = dimensions.len();
        let mut columns = vec![column("model", "Model", RoleBody::Dimension, UnitBody::Text)];
        columns.extend(dimensions);
        columns.push(column("is_unattributed", "Unattributed", RoleBody::Dimension, UnitBody::Text));
        columns.push(column("revenue", "Attributed revenue", RoleBody::Metric, money.clone()));
        columns.push(column("conversions", "Attributed conversions", RoleBody::Metric, UnitBody::Count));
        layout.push_columns(&mut columns, &money);
        let mut totals: Vec<CellBody> = std::iter::repeat_with(|| CellBody::Null).take(width + 2).collect();
        totals.extend([CellBody::Text(revenue), Cell::Number(conversions).into()]);
        totals.resize_with(columns.len(), || CellBody::Null);
        Ok(Self {
            columns,
            rows,
            totals,
            meta,
            settings,
        })
    }
}

/// Which columns the table has beyond the ones it always has.
#[derive(Clone, Copy, Debug)]
struct Layout {
    intervals: bool,
    learned: bool,
}

type Bounds = ([String; 2], [f64; 2]);

impl Layout {
    fn push_columns(self, columns: &mut Vec<ColumnBody>, money: &UnitBody) {
        if self.intervals {
            columns.push(column("revenue_low", "Attributed revenue, from", RoleBody::Metric, money.clone()));
            columns.push(column("revenue_high", "Attributed revenue, to", RoleBody::Metric, money.clone()));
            columns.push(column(
                "conversions_low",
                "Attributed conversions, from",
                RoleBody::Metric,
                UnitBody::Count,
            ));
            columns.push(column(
                "conversions_high",
                "Attributed conversions, to",
                RoleBody::Metric,
                UnitBody::Count,
            ));
        }
        if self.learned {
            columns.push(column("removal_effect", "Removal effect", RoleBody::Metric, UnitBody::Ratio));
        }
    }

    fn push_rest(self, cells: &mut Vec<CellBody>, bounds: Option<Bounds>, removal_effect: Option<f64>) {
        if self.intervals {
            match bounds {
                Some(([revenue_low, revenue_high], [low, high])) => cells.extend([
                    CellBody::Text(revenue_low),
                    CellBody::Text(revenue_high),
                    Cell::Number(low).into(),
                    Cell::Number(high).into(),
                ]),
                None => cells.extend(std::iter::repeat_with(|| CellBody::Null).take(4)),
            }
        }
        if self.learned {
            cells.push(removal_effect.map_or(CellBody::Null, |effect| Cell::Number(effect).into()));
        }
    }

    /// A learned model's rows, with what is unattributed last.
    fn learned_rows(self, model: ModelCredit, before: usize) -> Vec<Vec<CellBody>> {
        let name = model.model;
        let row = |step: Option<String>, revenue: String, conversions: f64, bounds: Option<Bounds>, effect: Option<f64>| {
            let mut cells = vec![CellBody::Text(name.to_owned())];
            cells.extend(std::iter::repeat_with(|| CellBody::Null).take(before));
            let is_unattributed = step.is_none();
            cells.push(step.map_or(CellBody::Null, CellBody::Text));
            cells.extend([CellBody::Bool(is_unattributed), CellBody::Text(revenue), Cell::Number(conversions).into()]);
            self.push_rest(&mut cells, bounds, effect);
            cells
        };
        let mut rows: Vec<Vec<CellBody>> = model
            .rows
            .into_iter()
            .map(|credit| {
                let StepCredit {
                    step,
                    position,
                    conversions,
                    revenue,
                    removal_effect,
                    conversions_interval,
                    revenue_interval,
                    ..
                } = credit;
                let step = position.map_or_else(|| step.clone(), |position| format!("{step} ({position})"));
                let bounds = revenue_interval
                    .zip(conversions_interval)
                    .map(|(revenue, conversions)| ([revenue.low, revenue.high], [conversions.low, conversions.high]));
                row(Some(step), revenue, conversions, bounds, removal_effect)
            })
            .collect();
        rows.push(row(None, model.unattributed_revenue, model.unattributed_conversions, None, None));
        rows
    }
}

fn meta_of(answer: &DataDriven, zone: String, [from, to]: [String; 2]) -> MetaBody {
    let mut warnings = Vec::new();
    for model in &answer.models {
        if let Some(order) = model.order {
            warnings.push(format!("The chain of `{}` has order {order}.", model.model));
        }
    }
    warnings.push(
        "Models that learn from paths deduct a refund from its order, whenever it came; rules count it on its own day. So their totals may \
         differ where days are asked for."
            .to_owned(),
    );
    if answer.is_truncated {
        warnings.push("Rare paths were cut off: their conversions are shared like those of the others.".to_owned());
    }
    MetaBody {
        from,
        to,
        zone,
        grain: GrainBody::Total,
        currency: answer.currency.as_str().to_owned(),
        data_version: answer.data_version,
        rows: 0,
        is_truncated: answer.is_truncated,
        warnings,
    }
}

fn step_label(step: &str) -> &'static str {
    match step {
        "campaign" => "Campaign",
        "data_source" => "Source",
        _ => "Channel",
    }
}

fn column(id: &str, label: &str, role: RoleBody, unit: UnitBody) -> ColumnBody {
    ColumnBody {
        id: id.to_owned(),
        label: label.to_owned(),
        role,
        unit,
    }
}
