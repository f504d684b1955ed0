//! The two migration folders make the same tables.

use super::{postgres, sqlite};
use crate::Metastore;
use crate::database::{Database, sql};

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let (metastore, _directory) = sqlite().await;
    let on_sqlite = columns(&metastore).await;
    assert!(on_sqlite.contains(&"sessions.token_hash bytes not null key".to_owned()), "{on_sqlite:#?}");
    let Some(server) = postgres::Server::start() else { return };
    let metastore = server.metastore().await;
    assert_eq!(columns(&metastore).await, on_sqlite);
}

#[test]
fn both_folders_have_the_same_numbers_and_names() {
    let names = |folder: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = path
            .read_dir()
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

/// `table.column type null key` of every table, then `table references parent (columns)` and unique columns.
async fn columns(metastore: &Metastore) -> Vec<String> {
    let statement = match &metastore.database {
        Database::Sqlite { .. } => sql(
            "",
            "SELECT t.name || '.' || c.name || ' ' || CASE c.type WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' WHEN 'INTEGER' THEN 'integer'
                    WHEN 'BIGINT' THEN 'integer' ELSE c.type END
                    || CASE c.\"notnull\" WHEN 1 THEN ' not null' ELSE '' END || CASE c.pk WHEN 0 THEN '' ELSE ' key' END AS line
             FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
             UNION
             SELECT t.name || '.' || f.\"from\" || ' refers to ' || f.\"table\" || '.' || COALESCE(f.\"to\", f.\"from\") || ' on delete ' || lower(f.on_delete)
             FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
             UNION
             SELECT t.name || '.' || c.name || ' unique'
             FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c WHERE t.type = 'table' AND i.origin = 'u'
             ORDER BY line",
        ),
        Database::Postgres(_) => sql(
            "",
            "SELECT c.table_name || '.' || c.column_name || ' ' || CASE c.data_type WHEN 'text' THEN 'text' WHEN 'bytea' THEN 'bytes' WHEN 'bigint' THEN 'integer'
                    ELSE c.data_type END
                    || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
                    || CASE WHEN EXISTS (SELECT 1 FROM information_schema.key_column_usage k
                                         JOIN information_schema.table_constraints p USING (constraint_name, table_name)
                                         WHERE p.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND k.column_name = c.column_name)
                            THEN ' key' ELSE '' END AS line
             FROM information_schema.columns c WHERE c.table_schema = 'public'
             UNION
             SELECT f.conrelid::regclass || '.' || child.attname || ' refers to ' || f.confrelid::regclass || '.' || parent.attname
                    || ' on delete ' || CASE f.confdeltype WHEN 'c' THEN 'cascade' ELSE 'no action' END
             FROM pg_constraint f
             CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS pair (child, parent)
             JOIN pg_attribute child ON child.attrelid = f.conrelid AND child.attnum = pair.child
             JOIN pg_attribute parent ON parent.attrelid = f.confrelid AND parent.attnum = pair.parent
             WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace
             UNION
             SELECT u.conrelid::regclass || '.' || a.attname || ' unique'
             FROM pg_constraint u CROSS JOIN LATERAL unnest(u.conkey) AS k (attnum) JOIN pg_attribute a ON a.attrelid = u.conrelid AND a.attnum = k.attnum
             WHERE u.contype = 'u' AND u.connamespace = 'public'::regnamespace",
        ),
    };
    let mut lines: Vec<String> = metastore
        .database
        .rows(statement)
        .await
        .unwrap()
        .iter()
        .map(|row| row.text("line").unwrap())
        .collect();
    lines.sort();
    lines
}
