//! Filters: what was written, checked, and as a condition on the columns of a fact.

use uuid::Uuid;

use super::family::source_sql;
use super::statement::Statement;
use crate::catalogue::{Dimension, DimensionColumn, DimensionKind, Fact};
use crate::engine::Param;
use crate::problem::{Problem, ProblemCode};
use crate::query::{Filter, FilterOperator};

/// Texts to search for are alternatives of one condition; many would nest deeply.
const SEARCHES_MAX: usize = 50;

/// A filter whose dimension exists and whose values fit its operator.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedFilter {
    /// Position in the question.
    pub(crate) at: usize,
    pub(crate) dimension: &'static Dimension,
    pub(crate) operator: FilterOperator,
    pub(crate) values: Vec<String>,
}

pub(super) fn resolve(dimension: &'static Dimension, filter: &Filter, at: usize) -> Result<ResolvedFilter, Problem> {
    let refuse = |message: String| Err(Problem::new(format!("/filters/{at}/values"), ProblemCode::InvalidFilter, message));
    let given = filter.values.len();
    match filter.operator {
        FilterOperator::IsNull | FilterOperator::IsNotNull if given > 0 => return refuse("this operator compares with no values".to_owned()),
        FilterOperator::Is | FilterOperator::IsNot | FilterOperator::Contains | FilterOperator::NotContains if given == 0 => {
            return refuse("give at least one value to compare with".to_owned());
        }
        FilterOperator::Contains | FilterOperator::NotContains if given > SEARCHES_MAX => {
            return refuse(format!("search for at most {SEARCHES_MAX} texts, not {given}"));
        }
        FilterOperator::Contains | FilterOperator::NotContains if filter.values.iter().any(String::is_empty) => {
            return refuse("an empty text is part of every text: give at least one letter".to_owned());
        }
        _ => {}
    }
    Ok(ResolvedFilter {
        at,
        dimension,
        operator: filter.operator,
        values: filter.values.clone(),
    })
}

impl ResolvedFilter {
    /// Columns that the condition reads.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static DimensionColumn> {
        self.dimension.shown()
    }

    /// The condition on rows of `fact`. A dimension with key and name is compared with either.
    pub(crate) fn on(&self, fact: Fact, statement: &mut Statement) -> String {
        self.condition(statement, |column| source_sql(fact, column.source).to_owned())
    }

    /// The condition over columns as `named` calls them.
    pub(crate) fn condition(&self, statement: &mut Statement, named: impl Fn(&DimensionColumn) -> String) -> String {
        let key = self.columns().next().expect("a dimension shows a column");
        match self.operator {
            FilterOperator::IsNull => format!("{} IS NULL", named(key)),
            FilterOperator::IsNotNull => format!("{} IS NOT NULL", named(key)),
            FilterOperator::Is => self.equals(statement, &named).join(" OR "),
            FilterOperator::IsNot => {
                let equals = self.equals(statement, &named);
                equals
                    .iter()
                    .map(|equal| format!("COALESCE(NOT ({equal}), TRUE)"))
                    .collect::<Vec<_>>()
                    .join(" AND ")
            }
            FilterOperator::Contains => self
                .searches(statement, &named)
                .map(|found| format!("{found} > 0"))
                .collect::<Vec<_>>()
                .join(" OR "),
            FilterOperator::NotContains => self
                .searches(statement, &named)
                .map(|found| format!("COALESCE({found} = 0, TRUE)"))
                .collect::<Vec<_>>()
                .join(" AND "),
        }
    }

    /// One equality for each column that may hold one of the values. Ids are compared with those values that are ids.
    fn equals(&self, statement: &mut Statement, named: impl Fn(&DimensionColumn) -> String) -> Vec<String> {
        let mut conditions = Vec::new();
        for column in self.columns() {
            let values: Vec<Param> = match column.kind {
                DimensionKind::Text => self.values.iter().map(|value| Param::Text(value.clone())).collect(),
                DimensionKind::Uuid => self
                    .values
                    .iter()
                    .filter_map(|value| Uuid::parse_str(value).ok())
                    .map(Param::Uuid)
                    .collect(),
            };
            match values.len() {
                0 => {}
                1 => conditions.push(format!("{} = {}", named(column), statement.bind_list(values))),
                _ => conditions.push(format!("{} IN ({})", named(column), statement.bind_list(values))),
            }
        }
        conditions
    }

    /// Position of each text in the shown text, ignoring case; 0 where it is not there.
    fn searches<'a>(&'a self, statement: &'a mut Statement, named: impl Fn(&DimensionColumn) -> String) -> impl Iterator<Item = String> + 'a {
        let column = self
            .columns()
            .filter(|column| column.kind == DimensionKind::Text)
            .last()
            .expect("a dimension shows a text");
        let haystack = named(column);
        self.values
            .iter()
            .map(move |value| format!("strpos(lower({haystack}), {})", statement.bind_text(&value.to_lowercase())))
    }
}
