//! A plain scan that turns out to read whole files, taken apart so that its rows can come as codes.
//!
//! Filters that the catalogue's statistics prove are gone once a plan is made (`proof`); what is left of most questions about months of
//! spend is a scan of whole files. Whoever only compares ids and texts asks here for the codes in the files' dictionaries instead.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::datasource::physical_plan::{FileGroup, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::union::UnionExec;

use crate::coded_scan::{self, CodedScan, Customers};
use crate::read::FileReaders;
use crate::writer::hardly_repeats;

/// The files of a scan of a lake's table, in the groups that are read beside each other, and what is made of their columns.
#[derive(Debug)]
pub struct WholeFiles {
    groups: Vec<Vec<FileReaders>>,
    schema: SchemaRef,
    projection: ProjectionExprs,
}

impl WholeFiles {
    /// None where `plan` is not a scan of a lake's files, or one that may leave out rows.
    pub fn of(plan: &dyn ExecutionPlan) -> Option<Self> {
        let (scan, _) = plan.downcast_ref::<DataSourceExec>()?.downcast_to_file_source::<ParquetSource>()?;
        if scan.limit.is_some() || scan.file_source().filter().is_some() {
            return None;
        }
        let schema = Arc::clone(scan.file_source().table_schema().table_schema());
        let projection = scan.file_source().projection().cloned();
        let all = || ProjectionExprs::from_indices(&(0..schema.fields().len()).collect::<Vec<_>>(), &schema);
        Some(Self {
            groups: scan.file_groups.iter().map(readers).collect::<Option<_>>()?,
            projection: projection.unwrap_or_else(all),
            schema,
        })
    }

    /// What the scan makes of the table's columns.
    pub fn projection(&self) -> &ProjectionExprs {
        &self.projection
    }

    /// The table's columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The files' rows with these columns of the table, a partition a group. Ids and texts that repeat come as `Dictionary(UInt32, …)`.
    pub fn coded(&self, columns: &[usize]) -> Result<Arc<dyn ExecutionPlan>> {
        let fields = columns.iter().map(|at| coded(self.schema.field(*at)));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let scan = |files: &Vec<FileReaders>| {
            let scan = CodedScan::new(files.clone(), Arc::clone(&schema), None, Customers::All);
            // A query that was given up stops between two batches.
            Arc::new(CooperativeExec::new(Arc::new(scan))) as Arc<dyn ExecutionPlan>
        };
        UnionExec::try_new(self.groups.iter().map(scan).collect())
    }
}

/// The files of a group, or the parts into which the planner cut them. None where one is not ours.
fn readers(group: &FileGroup) -> Option<Vec<FileReaders>> {
    let readers = group.iter().map(|file| {
        let readers = file.extension::<FileReaders>()?.clone();
        let place = |byte: i64| u64::try_from(byte).unwrap_or(0);
        Some(match &file.range {
            None => readers,
            Some(range) => readers.within(place(range.start)..place(range.end)),
        })
    });
    readers.collect()
}

fn coded(field: &Field) -> Field {
    let is_coded = matches!(field.data_type(), DataType::Utf8 | DataType::FixedSizeBinary(16)) && !hardly_repeats(field.name());
    if !is_coded {
        return field.clone();
    }
    field.clone().with_data_type(coded_scan::coded(field.data_type().clone()))
}
