//! One suite on both catalogues, through the crate's front door.

mod compaction;
mod deletes;
mod faults;
mod interop;
mod keyed;
mod maintenance;
mod postgres;
mod reassign;
mod rows;
mod world;

use world::Place;

/// Runs every scenario on SQLite as a test of its own, and all of them on PostgreSQL in one test with one private server.
macro_rules! on_both_catalogues {
    ($($module:ident :: $scenario:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                $module::$scenario(&Place::sqlite()).await;
            }
        )+

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn postgres_passes_the_same_suite() {
            let Some(server) = postgres::Server::start() else {
                eprintln!("SKIPPED: PostgreSQL is not installed, so the PostgreSQL half of the lake's suite did not run (apt install postgresql)");
                return;
            };
            $(
                eprintln!("on PostgreSQL: {}", stringify!($scenario));
                $module::$scenario(&Place::postgres(server.url())).await;
            )+
        }
    };
}

on_both_catalogues!(
    rows::a_row_that_is_sent_twice_appears_once,
    rows::of_equal_spend_rows_in_one_commit_the_last_wins,
    rows::restated_spend_takes_the_place_of_the_old_and_the_old_can_still_be_read,
    rows::a_cursor_that_somebody_else_moved_refuses_the_whole_commit,
    rows::an_added_column_is_null_in_older_rows,
    rows::a_number_that_is_not_finite_is_refused,
    rows::a_derived_table_is_sorted_and_replaced_as_a_whole,
    deletes::removed_customers_are_gone_from_their_version_on,
    deletes::worn_files_are_written_anew_and_their_delete_files_collected,
    deletes::a_transaction_that_fails_leaves_no_delete_file,
    deletes::a_missing_delete_file_is_found_by_the_doctor_and_named_by_readers,
    rows::two_processes_lose_nothing_and_double_nothing,
    rows::a_filter_reads_only_the_files_that_can_match,
    compaction::journeys_come_in_order_before_and_after_compaction,
    compaction::appends_replacements_and_compactions_at_once_keep_every_row,
    reassign::rows_go_to_another_customer_and_only_their_files_change,
    reassign::what_is_committed_meanwhile_moves_too,
    reassign::the_identity_graph_commits_with_the_rows_or_not_at_all,
    reassign::a_file_without_identifiers_says_so,
    maintenance::expiry_keeps_what_is_being_read,
    maintenance::what_a_killed_import_left_is_collected,
    maintenance::the_doctor_finds_what_is_wrong_with_files,
    faults::a_full_disk_commits_nothing_and_reading_goes_on,
);
