"""Runs one statement of one engine in a process of its own, so that memory and caches of one never help or hurt another.

    python engines.py  < {"engine": "duckdb", "sql": "…", "repeat": 5, "threads": 2, "fetch": true}
                       > {"seconds": […], "rows": […], "peak_rss_bytes": …, "version": "…"}
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path


def run(engine, sql, repeat, threads, fetch):
    """Called by the comparisons: starts the child and reads its answer."""
    job = {"engine": engine, "sql": sql, "repeat": repeat, "threads": threads, "fetch": fetch}
    child = subprocess.run([sys.executable, __file__], input=json.dumps(job), capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise RuntimeError(f"{engine} failed:\n{child.stderr.strip()[-2000:]}")
    return json.loads(child.stdout)


def duckdb_statement(threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'; SET preserve_insertion_order = false")

    def statement(sql, fetch):
        answer = connection.execute(sql)
        if fetch == "rows":
            return answer.fetchall()
        if fetch == "arrow":
            return answer.to_arrow_table().num_rows
        return None

    return statement, f"DuckDB {duckdb.__version__}"


def chdb_statement(threads):
    from chdb import session

    chdb_session = session.Session()
    # Without nullable columns ClickHouse takes its fast paths; no column that the statements read holds a null where it matters.
    chdb_session.query(f"SET max_threads = {threads}, schema_inference_make_columns_nullable = 0")
    version = str(chdb_session.query("SELECT version()")).strip().strip('"')

    def statement(sql, fetch):
        if fetch == "rows":
            return json.loads(str(chdb_session.query(sql, "JSONCompact")))["data"]
        if fetch == "arrow":
            return len(chdb_session.query(sql, "Arrow").bytes())
        chdb_session.query(sql, "Null")
        return None

    return statement, f"chDB (ClickHouse {version})"


def main():
    job = json.load(sys.stdin)
    statement, version = {"duckdb": duckdb_statement, "chdb": chdb_statement}[job["engine"]](job["threads"])
    seconds, rows = [], None
    for _ in range(job["repeat"]):
        started = time.perf_counter()
        rows = statement(job["sql"], job["fetch"])
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    json.dump({"seconds": seconds, "rows": rows, "peak_rss_bytes": peak, "version": version}, sys.stdout, default=str)


def variants(engine, question):
    """The statements that an engine may answer a question with, by name."""
    folder = Path(__file__).parent / "sql" / engine
    return {path.stem: path.read_text() for path in sorted(folder.glob(f"{question}*.sql"))}


if __name__ == "__main__":
    main()
