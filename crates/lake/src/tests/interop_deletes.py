"""Attaches a lake with a real DuckDB and compares, at each snapshot, a table with the rows of its files that no delete file lists."""
import json
import os
import sys

import duckdb
import duckdb_extension_ducklake
import duckdb_extension_sqlite_scanner

given = json.loads(sys.argv[1])
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
for module, name in ((duckdb_extension_sqlite_scanner, "sqlite_scanner"), (duckdb_extension_ducklake, "ducklake")):
    folder = os.path.join(os.path.dirname(module.__file__), "extensions", "v" + duckdb.__version__)
    db.execute(f"LOAD '{os.path.join(folder, name + '.duckdb_extension')}'")
db.execute("SET TimeZone = 'UTC'")
db.execute(f"ATTACH 'ducklake:sqlite:{given['catalogue']}' AS lake (READ_ONLY)")


def one(sql):
    return db.execute(sql).fetchone()


agree = 0
for snapshot in given["snapshots"]:
    through = f"lake.{given['table']} AT (VERSION => {snapshot['version']})"
    columns = [row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {through}").fetchall()]
    listed = ", ".join(f'"{name}"' for name in columns)
    left = []
    for data, deletes in snapshot["files"]:
        gone = f" WHERE file_row_number NOT IN (SELECT pos FROM read_parquet('{deletes}'))" if deletes else ""
        left.append(f"SELECT {listed} FROM read_parquet('{data}', file_row_number = true){gone}")
    files = "(" + " UNION ALL ".join(left) + ")"
    for condition in ("true", "total_touchpoints > 5", "customer_id < UUID '80000000-0000-0000-0000-000000000000'"):
        figures = f"SELECT count(*), sum(hash({listed})) FROM {{}} WHERE {condition}"
        seen, expected = one(figures.format(through)), one(figures.format(files))
        assert seen == expected, (snapshot["version"], condition, seen, expected)
    ours = one(f"SELECT count(*), count(DISTINCT customer_id), sum(total_touchpoints) FROM {through}")
    assert list(ours) == snapshot["figures"], (snapshot["version"], ours, snapshot["figures"])
    assert one(f"SELECT count(*) FROM {through}")[0] == snapshot["figures"][0], snapshot["version"]
    agree += 1
print(f"{agree} snapshots agree")
