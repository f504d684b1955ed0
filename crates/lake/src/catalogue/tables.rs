//! The catalogue's tables: all 28 of DuckLake 1.0 (those that we do not write stay empty, DuckDB's reader may ask for them), then ours.

/// Definitions as PostgreSQL reads them.
pub(crate) const DEFINITIONS: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS ducklake_metadata(key VARCHAR NOT NULL, value VARCHAR NOT NULL, scope VARCHAR, scope_id BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_snapshot(snapshot_id BIGINT PRIMARY KEY, snapshot_time TIMESTAMPTZ, schema_version BIGINT, \
     next_catalog_id BIGINT, next_file_id BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_snapshot_changes(snapshot_id BIGINT PRIMARY KEY, changes_made VARCHAR, author VARCHAR, \
     commit_message VARCHAR, commit_extra_info VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_schema(schema_id BIGINT PRIMARY KEY, schema_uuid UUID, begin_snapshot BIGINT, end_snapshot BIGINT, \
     schema_name VARCHAR, path VARCHAR, path_is_relative BOOLEAN)",
    "CREATE TABLE IF NOT EXISTS ducklake_table(table_id BIGINT, table_uuid UUID, begin_snapshot BIGINT, end_snapshot BIGINT, schema_id BIGINT, \
     table_name VARCHAR, path VARCHAR, path_is_relative BOOLEAN)",
    "CREATE TABLE IF NOT EXISTS ducklake_view(view_id BIGINT, view_uuid UUID, begin_snapshot BIGINT, end_snapshot BIGINT, schema_id BIGINT, \
     view_name VARCHAR, dialect VARCHAR, sql VARCHAR, column_aliases VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_tag(object_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT, key VARCHAR, value VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_column_tag(table_id BIGINT, column_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT, key VARCHAR, \
     value VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_data_file(data_file_id BIGINT PRIMARY KEY, table_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT, \
     file_order BIGINT, path VARCHAR, path_is_relative BOOLEAN, file_format VARCHAR, record_count BIGINT, file_size_bytes BIGINT, \
     footer_size BIGINT, row_id_start BIGINT, partition_id BIGINT, encryption_key VARCHAR, mapping_id BIGINT, partial_max BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_file_column_stats(data_file_id BIGINT, table_id BIGINT, column_id BIGINT, column_size_bytes BIGINT, \
     value_count BIGINT, null_count BIGINT, min_value VARCHAR, max_value VARCHAR, contains_nan BOOLEAN, extra_stats VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_file_variant_stats(data_file_id BIGINT, table_id BIGINT, column_id BIGINT, variant_path VARCHAR, \
     shredded_type VARCHAR, column_size_bytes BIGINT, value_count BIGINT, null_count BIGINT, min_value VARCHAR, max_value VARCHAR, \
     contains_nan BOOLEAN, extra_stats VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_delete_file(delete_file_id BIGINT PRIMARY KEY, table_id BIGINT, begin_snapshot BIGINT, \
     end_snapshot BIGINT, data_file_id BIGINT, path VARCHAR, path_is_relative BOOLEAN, format VARCHAR, delete_count BIGINT, \
     file_size_bytes BIGINT, footer_size BIGINT, encryption_key VARCHAR, partial_max BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_column(column_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT, table_id BIGINT, \
     column_order BIGINT, column_name VARCHAR, column_type VARCHAR, initial_default VARCHAR, default_value VARCHAR, nulls_allowed BOOLEAN, \
     parent_column BIGINT, default_value_type VARCHAR, default_value_dialect VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_table_stats(table_id BIGINT, record_count BIGINT, next_row_id BIGINT, file_size_bytes BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_table_column_stats(table_id BIGINT, column_id BIGINT, contains_null BOOLEAN, contains_nan BOOLEAN, \
     min_value VARCHAR, max_value VARCHAR, extra_stats VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_partition_info(partition_id BIGINT, table_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_partition_column(partition_id BIGINT, table_id BIGINT, partition_key_index BIGINT, column_id BIGINT, \
     transform VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_file_partition_value(data_file_id BIGINT, table_id BIGINT, partition_key_index BIGINT, \
     partition_value VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_files_scheduled_for_deletion(data_file_id BIGINT, path VARCHAR, path_is_relative BOOLEAN, \
     schedule_start TIMESTAMPTZ)",
    "CREATE TABLE IF NOT EXISTS ducklake_inlined_data_tables(table_id BIGINT, table_name VARCHAR, schema_version BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_column_mapping(mapping_id BIGINT, table_id BIGINT, type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_name_mapping(mapping_id BIGINT, column_id BIGINT, source_name VARCHAR, target_field_id BIGINT, \
     parent_column BIGINT, is_partition BOOLEAN)",
    "CREATE TABLE IF NOT EXISTS ducklake_schema_versions(begin_snapshot BIGINT, schema_version BIGINT, table_id BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro(schema_id BIGINT, macro_id BIGINT, macro_name VARCHAR, begin_snapshot BIGINT, end_snapshot BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro_impl(macro_id BIGINT, impl_id BIGINT, dialect VARCHAR, sql VARCHAR, type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro_parameters(macro_id BIGINT, impl_id BIGINT, column_id BIGINT, parameter_name VARCHAR, \
     parameter_type VARCHAR, default_value VARCHAR, default_value_type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_sort_info(sort_id BIGINT, table_id BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_sort_expression(sort_id BIGINT, table_id BIGINT, sort_key_index BIGINT, expression VARCHAR, \
     dialect VARCHAR, sort_direction VARCHAR, null_order VARCHAR)",
    // How a file is laid out: `journey` files by customer range (range_bits leading bits, range_index), `fact` files by month
    // (range_index = year * 12 + month - 1), `table` files not at all.
    "CREATE TABLE IF NOT EXISTS tributary_file(data_file_id BIGINT PRIMARY KEY, layout VARCHAR NOT NULL, level BIGINT NOT NULL, \
     range_bits BIGINT, range_index BIGINT)",
    // Our kind of a column where DuckLake's type is coarser (`json` is a varchar there).
    "CREATE TABLE IF NOT EXISTS tributary_column(table_id BIGINT NOT NULL, column_id BIGINT NOT NULL, kind VARCHAR NOT NULL, \
     PRIMARY KEY (table_id, column_id))",
    "CREATE TABLE IF NOT EXISTS tributary_cursor(name VARCHAR PRIMARY KEY, position VARCHAR NOT NULL, snapshot_id BIGINT NOT NULL)",
    // Sorted runs of row keys. A live run has no ended_at; newest_snapshot is the last commit whose keys it holds.
    "CREATE TABLE IF NOT EXISTS tributary_key_run(run_id BIGINT PRIMARY KEY, path VARCHAR NOT NULL, key_count BIGINT NOT NULL, \
     newest_snapshot BIGINT NOT NULL, newest_at BIGINT NOT NULL, ended_at BIGINT)",
    // One row a process that has the lake open: it may read every snapshot from min_snapshot on, and write files named after it.
    "CREATE TABLE IF NOT EXISTS tributary_lease(process_id VARCHAR PRIMARY KEY, min_snapshot BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
    // The identity graph. Identifiers are `kind:value`, ids their text. A link has its earliest evidence; a member with is_moved has rows that
    // do not stay with the customer they come in with; of the decisions on a pair the newest counts.
    "CREATE TABLE IF NOT EXISTS tributary_identity_link(left_id VARCHAR NOT NULL, right_id VARCHAR NOT NULL, row_id VARCHAR NOT NULL, \
     data_source VARCHAR NOT NULL, recorded_at BIGINT NOT NULL, PRIMARY KEY (left_id, right_id))",
    "CREATE TABLE IF NOT EXISTS tributary_identity_member(identifier VARCHAR PRIMARY KEY, home_id VARCHAR NOT NULL, \
     customer_id VARCHAR NOT NULL, role VARCHAR NOT NULL, is_moved BOOLEAN NOT NULL)",
    "CREATE TABLE IF NOT EXISTS tributary_identity_decision(decision_id BIGINT PRIMARY KEY, left_id VARCHAR NOT NULL, \
     right_id VARCHAR NOT NULL, verdict VARCHAR NOT NULL, actor VARCHAR NOT NULL, decided_at BIGINT NOT NULL, reason VARCHAR NOT NULL)",
    "CREATE TABLE IF NOT EXISTS tributary_identity_rule(name VARCHAR PRIMARY KEY, value BIGINT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS tributary_identity_link_by_right ON tributary_identity_link(right_id)",
    "CREATE INDEX IF NOT EXISTS tributary_identity_member_by_home ON tributary_identity_member(home_id)",
    "CREATE INDEX IF NOT EXISTS tributary_identity_member_by_customer ON tributary_identity_member(customer_id)",
    "CREATE INDEX IF NOT EXISTS tributary_identity_member_moved ON tributary_identity_member(is_moved)",
    "CREATE INDEX IF NOT EXISTS tributary_data_file_by_table ON ducklake_data_file(table_id, end_snapshot)",
    "CREATE INDEX IF NOT EXISTS tributary_stats_by_file ON ducklake_file_column_stats(data_file_id)",
];
