//! One suite, two databases: every case runs on SQLite as a test of its own, and all of them on a private PostgreSQL server in one test
//! (a server is started once; set TEST_POSTGRES_URL to use another).

mod imports;
mod opening;
mod organizations;
mod people;
mod postgres;
mod settings;
mod sources;
mod tables;

use authz::OrgContext;
use jiff::Timestamp;
use tempfile::TempDir;
use types::{Currency, ManualClock};

use crate::{Metastore, NewOrganization, NewUser, Organization, PasswordHash, User};

/// The list of cases, once: `suite!(run)` hands it to the macro `run`.
macro_rules! suite {
    ($run:ident) => {
        $run! {
            organizations::an_organisation_is_found_by_name_whatever_the_capitals,
            organizations::two_organisations_with_one_name_are_refused_with_a_remedy,
            organizations::a_name_without_letters_or_an_unknown_zone_is_refused,
            organizations::bad_stored_data_names_table_column_and_row,
            organizations::an_unknown_organisation_is_named,
            people::a_person_is_found_by_address_whatever_the_capitals,
            people::one_address_has_one_account,
            people::a_session_ends_when_idle_when_old_and_on_sign_out,
            people::a_changed_role_acts_in_open_sessions_and_a_removed_member_has_none,
            people::a_write_key_names_its_organisation,
            sources::a_source_is_registered_once_and_renamed,
            sources::organisations_do_not_see_each_others_sources,
            imports::an_import_is_counted_and_the_newest_of_each_source_found,
            imports::an_import_needs_its_organisations_source,
            imports::an_import_that_was_killed_is_marked_as_interrupted,
            imports::an_import_finishes_once,
            settings::channel_rules_are_saved_once_after_the_version_that_was_changed,
            settings::settings_are_versioned_and_concurrent_saves_get_versions_of_their_own,
            settings::rates_are_replaced_by_day_and_currency,
            settings::a_field_keeps_its_type,
            settings::a_dropped_transaction_leaves_nothing_behind,
        }
    };
}

macro_rules! test_on_sqlite {
    ($($module:ident::$case:ident),+ $(,)?) => {
        $(#[tokio::test]
        async fn $case() {
            let (metastore, _directory) = sqlite().await;
            $module::$case(metastore).await;
        })+
    };
}

suite!(test_on_sqlite);

#[tokio::test]
async fn the_whole_suite_holds_on_postgresql() {
    let Some(server) = postgres::Server::start() else { return };
    macro_rules! run {
        ($($module:ident::$case:ident),+ $(,)?) => {
            $(eprintln!("PostgreSQL: {}", stringify!($case));
            $module::$case(server.metastore().await).await;)+
        };
    }
    suite!(run);
}

async fn sqlite() -> (Metastore, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (
        Metastore::open_sqlite(&directory.path().join("metastore.sqlite")).await.unwrap(),
        directory,
    )
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn clock() -> ManualClock {
    ManualClock::new(instant("2026-11-20T08:00:00Z"))
}

async fn organization(metastore: &Metastore, name: &str) -> (Organization, OrgContext) {
    let new = NewOrganization {
        name: name.to_owned(),
        currency: Currency::EUR,
        zone: "Europe/Berlin".to_owned(),
    };
    let organization = metastore.create_organization(&clock(), new).await.unwrap();
    let context = OrgContext::system(organization.id);
    (organization, context)
}

async fn user(metastore: &Metastore, email: &str) -> User {
    let new = NewUser {
        email: email.to_owned(),
        name: "Mara Lind".to_owned(),
        password_hash: PasswordHash("$argon2id$…".to_owned()),
    };
    metastore.create_user(&clock(), new).await.unwrap()
}
