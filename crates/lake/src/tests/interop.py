"""Attaches a lake with a real DuckDB and compares, at each snapshot, what it reads through the catalogue with the files themselves."""
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

FILTERS = [
    "true",
    "civil_date >= DATE '2026-04-01'",
    "spend > 4 AND account_id = 'a'",
    "account_id > 'b'",
    "recorded_at < TIMESTAMPTZ '2026-06-01 00:03:00+00'",
    "customer_id < UUID '80000000-0000-0000-0000-000000000000'",
    "customer_id IS NULL",
    "record_kind = 'touch' AND is_final",
]


def one(sql):
    return db.execute(sql).fetchone()


agree = 0
for snapshot in given["snapshots"]:
    through = f"lake.unified_marketing_data AT (VERSION => {snapshot['version']})"
    files = "read_parquet([" + ", ".join(f"'{path}'" for path in snapshot["files"]) + "], union_by_name = true)"
    columns = [row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {through}").fetchall()]
    assert columns == snapshot["columns"], (columns, snapshot["columns"])
    types = db.execute(f"DESCRIBE SELECT * FROM {through}").fetchall()
    present = {row[0]: row[1] for row in db.execute(f"DESCRIBE SELECT * FROM {files}").fetchall()}
    for name, kind, *_ in types:
        assert present.get(name, kind) == kind, (name, kind, present[name])
    listed = ", ".join(f'"{name}"' for name in columns if name in present)
    for condition in FILTERS:
        figures = f"SELECT count(*), sum(hash({listed})) FROM {{}} WHERE {condition}"
        seen, expected = one(figures.format(through)), one(figures.format(files))
        assert seen == expected, (snapshot["version"], condition, seen, expected)
    # The figures that Tributary's own engine computed.
    ours = one(given["figures"].replace(" FROM t", f" FROM {through}"))
    assert list(ours) == snapshot["figures"], (snapshot["version"], ours, snapshot["figures"])
    agree += 1
print(f"{agree} snapshots agree")
