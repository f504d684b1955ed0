//! Passes that look names and values up: what was written becomes what is meant.

use attribution::Model;
use types::suggest::nearest;
use types::{DateRange, TimeGrain, date_range};

use super::draft::{Asked, Draft, LeafUse, SortTarget, Span};
use super::filter;
use crate::catalogue::{Catalogue, Definition, Fact, Metric, NOT_ADDITIVE, OF_PIPELINE};
use crate::problem::{Problem, ProblemCode};

/// The model of an attributed metric that names none. Linear leaves no touch out, so it is the least surprising default.
pub(crate) const DEFAULT_MODEL: Model = Model::Linear;

/// Zone and range.
pub(super) fn span(draft: &mut Draft<'_>) {
    let zone = match date_range::parse_zone(&draft.zone) {
        Ok(zone) => Some(zone),
        Err(error) => {
            draft.problems.push(Problem::new("/zone", ProblemCode::InvalidZone, error.to_string()));
            None
        }
    };
    if draft.span.is_some() {
        return;
    }
    let query = draft.query;
    let mut day = |pointer: &str, text: &str| match text.parse() {
        Ok(day) => Some(day),
        Err(_) => {
            let error = date_range::Error::Day { text: text.to_owned() };
            draft.problems.push(Problem::new(pointer, ProblemCode::InvalidDate, error.to_string()));
            None
        }
    };
    if let (Some(first), Some(last), Some(zone)) = (day("/from", &query.from), day("/to", &query.to), zone) {
        match DateRange::inclusive(first, last, zone) {
            Ok(range) => draft.span = Some(Span::Days(range)),
            Err(error) => draft.problems.push(Problem::new("/to", ProblemCode::InvalidRange, error.to_string())),
        }
    }
}

/// Attribution settings that the question brings.
pub(super) fn settings(draft: &mut Draft<'_>) {
    let Some(asked) = &draft.query.attribution else { return };
    match asked.validate() {
        Ok(()) => {}
        Err(error) => {
            let field = match &error {
                attribution::Error::Setting { field, .. } => field.replace('.', "/"),
                attribution::Error::Duration { .. } | attribution::Error::Model { .. } | attribution::Error::Overflow { .. } => String::new(),
            };
            draft.problems.push(Problem::new(
                format!("/attribution/{field}"),
                ProblemCode::InvalidSettings,
                error.to_string(),
            ));
        }
    }
}

pub(super) fn metrics(draft: &mut Draft<'_>) {
    if draft.query.metrics.is_empty() {
        draft.problems.push(Problem::new(
            "/metrics",
            ProblemCode::Missing,
            "ask for at least one metric, such as `spend`",
        ));
    }
    for (at, written) in draft.query.metrics.iter().enumerate() {
        match metric(draft.catalogue, written, &format!("/metrics/{at}")) {
            Ok(asked) if draft.metrics.iter().any(|earlier| earlier.id == asked.id) => {
                draft.problems.push(Problem::new(
                    format!("/metrics/{at}"),
                    ProblemCode::Duplicate,
                    format!("`{written}` is asked for twice"),
                ));
            }
            Ok(asked) => draft.metrics.push(asked),
            Err(problem) => draft.problems.push(problem),
        }
    }
}

/// `key` or `key{model}`.
fn metric(catalogue: &'static Catalogue, written: &str, pointer: &str) -> Result<Asked, Problem> {
    let (name, parameter) = match written.split_once('{') {
        Some((name, rest)) => match rest.strip_suffix('}') {
            Some(model) => (name.trim(), Some(model.trim())),
            None => {
                return Err(Problem::new(
                    pointer,
                    ProblemCode::UnknownMetric,
                    format!("`{written}` has no closing brace: write `{name}{{linear}}`"),
                ));
            }
        },
        None => (written.trim(), None),
    };
    let Some((metric, model_of_alias)) = catalogue.metric(name) else {
        return Err(unknown_metric(catalogue, name, pointer));
    };
    let takes_model = catalogue.takes_model(metric);
    let model = match parameter {
        None if takes_model => Some(model_of_alias.unwrap_or(DEFAULT_MODEL)),
        None => None,
        Some(_) if !takes_model => {
            return Err(Problem::new(
                pointer,
                ProblemCode::ModelNotTaken,
                format!("`{name}` does not depend on an attribution model"),
            )
            .suggest(Some(metric.key.clone())));
        }
        Some(_) if model_of_alias.is_some() => {
            return Err(
                Problem::new(pointer, ProblemCode::ModelNotTaken, format!("`{name}` names its model already")).suggest(Some(metric.key.clone())),
            );
        }
        Some(text) => match Model::parse(text) {
            Some(model) => Some(model),
            None => {
                let names = Model::ALL.map(Model::as_str);
                let message = format!("`{text}` is not an attribution model: use one of {}", names.join(", "));
                let suggestion = nearest(text, names).map(|model| format!("{}{{{model}}}", metric.key));
                return Err(Problem::new(pointer, ProblemCode::UnknownModel, message).suggest(suggestion));
            }
        },
    };
    Ok(Asked {
        id: written.to_owned(),
        metric,
        model,
    })
}

fn unknown_metric(catalogue: &'static Catalogue, name: &str, pointer: &str) -> Problem {
    if NOT_ADDITIVE.contains(&name) {
        let message =
            format!("`{name}` counts people, who may be the same on two days, ads or platforms: it cannot be added up from the platforms' rows");
        return Problem::new(pointer, ProblemCode::NotAdditive, message).suggest(Some("touched_customers"));
    }
    if OF_PIPELINE.contains(&name) {
        let message = format!(
            "`{name}` follows leads through the stages of the pipeline, which no sum over rows does: ask the pipeline (GET /api/analytics/pipeline, \
             `tributary pipeline`)"
        );
        return Problem::new(pointer, ProblemCode::NotAdditive, message);
    }
    let message = format!("there is no metric `{name}`");
    Problem::new(pointer, ProblemCode::UnknownMetric, message).suggest(nearest(name, catalogue.metric_names()))
}

pub(super) fn dimensions(draft: &mut Draft<'_>) {
    for (at, key) in draft.query.dimensions.iter().enumerate() {
        let pointer = format!("/dimensions/{at}");
        match draft.catalogue.dimension(key) {
            Some(dimension) if draft.dimensions.contains(&dimension) => {
                draft
                    .problems
                    .push(Problem::new(pointer, ProblemCode::Duplicate, format!("`{key}` is asked for twice")));
            }
            Some(dimension) => draft.dimensions.push(dimension),
            None => draft.problems.push(unknown_dimension(draft.catalogue, key, pointer)),
        }
    }
}

fn unknown_dimension(catalogue: &'static Catalogue, key: &str, pointer: String) -> Problem {
    if key == "date" || TimeGrain::parse(key).is_some() {
        let message = format!("`{key}` is not a dimension: the date column comes with `grain`");
        return Problem::new(pointer, ProblemCode::UnknownDimension, message);
    }
    let keys = catalogue.dimensions.iter().map(|dimension| dimension.key);
    Problem::new(pointer, ProblemCode::UnknownDimension, format!("there is no dimension `{key}`")).suggest(nearest(key, keys))
}

pub(super) fn filters(draft: &mut Draft<'_>) {
    for (at, written) in draft.query.filters.iter().enumerate() {
        match draft.catalogue.dimension(&written.dimension) {
            Some(dimension) => match filter::resolve(dimension, written, at) {
                Ok(resolved) => draft.filters.push(resolved),
                Err(problem) => draft.problems.push(problem),
            },
            None => draft
                .problems
                .push(unknown_dimension(draft.catalogue, &written.dimension, format!("/filters/{at}/dimension"))),
        }
    }
}

pub(super) fn sort(draft: &mut Draft<'_>) {
    let shown = draft.shown();
    for (at, sort) in draft.query.sort.iter().enumerate() {
        let by = sort.by.as_str();
        let metric = || draft.metrics.iter().position(|asked| asked.id == by).map(SortTarget::Metric);
        let dimension = || shown.iter().position(|column| column.id == by).map(SortTarget::Dimension);
        let date = || (by == "date" && super::has_bucket(draft.query.grain)).then_some(SortTarget::Date);
        match date().or_else(metric).or_else(dimension) {
            Some(target) => draft.sort.push((target, sort.descending)),
            None => {
                let columns = draft
                    .metrics
                    .iter()
                    .map(|asked| asked.id.as_str())
                    .chain(shown.iter().map(|column| column.id));
                let suggestion = nearest(by, columns).map(ToOwned::to_owned);
                let message = format!("`{by}` is not a column of this question");
                draft
                    .problems
                    .push(Problem::new(format!("/sort/{at}/by"), ProblemCode::UnknownSort, message).suggest(suggestion));
            }
        }
    }
}

/// Metrics to leaves, each once.
pub(super) fn expand(draft: &mut Draft<'_>) {
    for at in 0..draft.metrics.len() {
        let (metric, model) = (draft.metrics[at].metric, draft.metrics[at].model);
        expand_one(draft, metric, model);
    }
}

fn expand_one(draft: &mut Draft<'_>, metric: &'static Metric, model: Option<Model>) {
    match &metric.definition {
        Definition::Leaf(leaf) => {
            let model = if leaf.fact == Fact::Credits { model } else { None };
            if !draft.leaves.iter().any(|used| used.is(metric, model)) {
                draft.leaves.push(LeafUse { metric, leaf, model });
            }
        }
        Definition::Formula(formula) => {
            for key in formula.inputs() {
                expand_one(draft, draft.catalogue.part(key), model);
            }
        }
    }
}
