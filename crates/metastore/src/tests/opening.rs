use expect_test::expect;

use super::{organization, sqlite};
use crate::Metastore;
use crate::database::sql;

#[tokio::test]
async fn a_second_process_sees_what_the_first_one_wrote() {
    let (metastore, directory) = sqlite().await;
    let (created, _) = organization(&metastore, "Alder").await;
    let second = Metastore::open_url(&format!("sqlite:{}", directory.path().join("metastore.sqlite").display()))
        .await
        .unwrap();
    assert_eq!(second.organizations().await.unwrap(), [created]);
    second.ping().await.unwrap();
}

#[tokio::test]
async fn writers_of_two_processes_wait_for_each_other() {
    let (first, directory) = sqlite().await;
    let second = Metastore::open_sqlite(&directory.path().join("metastore.sqlite")).await.unwrap();
    let (_, context) = organization(&first, "Alder").await;
    let mut writes = tokio::task::JoinSet::new();
    for number in 0..40 {
        let metastore = if number % 2 == 0 { first.clone() } else { second.clone() };
        writes.spawn(async move {
            metastore
                .register_field(&context, &format!("f{number}"), types::tables::ColumnType::Text)
                .await
        });
    }
    for result in writes.join_all().await {
        result.unwrap();
    }
    assert_eq!(first.fields(&context).await.unwrap().len(), 40);
}

#[tokio::test]
async fn every_commit_is_synchronous_and_the_file_is_private() {
    let (metastore, directory) = sqlite().await;
    let mut transaction = metastore.database.write().await.unwrap();
    let setting = async |transaction: &mut crate::database::WriteTransaction, text| transaction.row(sql("", text)).await.unwrap().unwrap();
    assert_eq!(setting(&mut transaction, "PRAGMA synchronous").await.integer("synchronous").unwrap(), 2);
    assert_eq!(
        setting(&mut transaction, "PRAGMA journal_mode").await.text("journal_mode").unwrap(),
        "wal"
    );
    assert_eq!(setting(&mut transaction, "PRAGMA foreign_keys").await.integer("foreign_keys").unwrap(), 1);
    for file in directory.path().read_dir().unwrap() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.unwrap().metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let (metastore, directory) = sqlite().await;
    let path = directory.path().join("metastore.sqlite");
    metastore
        .database
        .write_one(sql("migrations", "INSERT INTO migrations (number, digest) VALUES (99, '')"))
        .await
        .unwrap();
    expect!["the metadata database has migration 99, this version knows only up to 3: use the newer version of Tributary that wrote it"]
        .assert_eq(&Metastore::open_sqlite(&path).await.unwrap_err().to_string());
    metastore
        .database
        .write_one(sql("migrations", "DELETE FROM migrations WHERE number = 99"))
        .await
        .unwrap();
    metastore
        .database
        .write_one(sql("migrations", "UPDATE migrations SET digest = 'x'"))
        .await
        .unwrap();
    expect!["migration 1 in the metadata database differs from the one of this version: restore a backup, or use the version that wrote it"]
        .assert_eq(&Metastore::open_sqlite(&path).await.unwrap_err().to_string());
}

#[tokio::test]
async fn a_folder_that_is_not_there_and_a_strange_url_are_named() {
    let error = Metastore::open_sqlite(std::path::Path::new("/nowhere/metastore.sqlite"))
        .await
        .unwrap_err();
    expect!["the metadata database cannot be created at /nowhere/metastore.sqlite: check that the folder exists and can be written"]
        .assert_eq(&error.to_string());
    expect!["a database URL starts with `sqlite:` or `postgres://`"].assert_eq(&Metastore::open_url("mysql://x").await.unwrap_err().to_string());
}

#[tokio::test]
async fn a_row_of_another_organisation_cannot_be_referred_to() {
    let (metastore, _directory) = sqlite().await;
    let (alder, _) = organization(&metastore, "Alder").await;
    let insert = sql(
        "sessions",
        "INSERT INTO sessions (token_hash, organization_id, user_id, created_at, idle_expires_at, expires_at) VALUES ($1, $2, 'somebody', 0, 0, 0)",
    );
    let error = metastore.database.write_one(insert.bind([1; 32]).bind(alder.id)).await.unwrap_err();
    assert!(matches!(error, crate::Error::Unavailable(sqlx::Error::Database(database)) if database.is_foreign_key_violation()));
}
