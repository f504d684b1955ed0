"""Compares the product with DuckDB and chDB on the same Parquet files in one run. See README.md; usually started by `cargo xtask bench`.

    python bench/run.py --tributary target/release/tributary [--data-dir DIR] [--rows 20000000] [--repeat 5] [--threads 2] [--write docs/bench.md]
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import channel_attribution
import compare
import csv_file
import engines
import table
from product import Product

ORGANIZATION = "bench"
CSV_ROWS_MAX = 3_000_000
COLLECTOR_SECONDS = 8
# GPL data stay outside the repository.
PATHS_FILE = Path(__file__).resolve().parents[2] / "shared/data/channelattribution/Data.csv"
# (connections, events a request)
COLLECTOR_LOADS = [(64, 1), (64, 10), (32, 100)]


def main():
    options = arguments()
    # Everything that is started from here on has the same processors.
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))[: options.threads]
        os.sched_setaffinity(0, processors)
    work = Path(options.data_dir or tempfile.mkdtemp(prefix="tributary-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    product = Product(options.tributary, work / "data")
    measured = {"rows": options.rows, "threads": options.threads, "repeat": options.repeat}
    try:
        needs_lake = not options.only or set(options.only) != {"paths"}
        files = prepare(product, options, measured) if needs_lake else []
        for name, comparison in COMPARISONS.items():
            if not options.only or name in options.only:
                say(name)
                try:
                    comparison(product, options, measured, files, work)
                except (RuntimeError, AssertionError) as error:
                    measured.setdefault("failures", {})[name] = str(error)
                    say(f"  failed: {error}")
    finally:
        if not options.data_dir:
            shutil.rmtree(work, ignore_errors=True)
    text = table.render(measured)
    print(text)
    if options.write:
        Path(options.write).write_text(text, encoding="utf-8")
        say(f"wrote {options.write}")
    if measured.get("failures"):
        raise SystemExit(1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tributary", required=True, help="the release binary")
    parser.add_argument("--data-dir", help="kept between runs: data that is there is not generated again")
    parser.add_argument("--rows", type=int, default=20_000_000, help="touches (default 20 million)")
    parser.add_argument("--repeat", type=int, default=5, help="repetitions of each statement (default 5)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--paths-file", default=PATHS_FILE, type=Path, help="grouped paths of ChannelAttribution's demo")
    parser.add_argument("--channelattribution-python", help="a Python with the package ChannelAttribution; without it only our own figures")
    parser.add_argument("--only", action="append", choices=list(COMPARISONS), help="only this comparison; can be given again")
    parser.add_argument("--write", help="write the table to this file, too")
    return parser.parse_args()


def say(text):
    print(f"· {text}", file=sys.stderr, flush=True)


def prepare(product, options, measured):
    """The organisation with its generated journeys; those of an earlier run are kept when they are as many."""
    product.organization(ORGANIZATION)
    files = list_files(product)
    journey_rows = sum(file["rows"] for file in files if file["layout"] == "journey")
    if not options.rows <= journey_rows <= options.rows * 1.1:
        if journey_rows:
            raise SystemExit(f"{product.data_dir} holds {journey_rows} journey rows, not {options.rows}: choose another --data-dir")
        say(f"generating {options.rows} touches")
        measured["generated"], _ = product.command("bench", "generate", "--org", ORGANIZATION, "--touches", options.rows)
        files = list_files(product)
    measured["files"] = files
    return files


def list_files(product):
    return product.command("bench", "files", "--org", ORGANIZATION, "--table", "unified_marketing_data")[0]["files"]


def files_of(files, layout):
    return [file["path"] for file in files if file["layout"] == layout]


def source(engine, files):
    """The expression that reads the files: a list for DuckDB, a glob with alternatives for chDB."""
    if engine == "duckdb":
        return "[" + ", ".join(f"'{path}'" for path in files) + "]"
    folder = os.path.commonpath([os.path.dirname(file) for file in files])
    names = ",".join(os.path.relpath(path, folder) for path in files)
    return f"file('{folder}/{{{names}}}', Parquet)" if len(files) > 1 else f"file('{files[0]}', Parquet)"


def fastest(engine, question, fill, options, fetch):
    """Tries every variant twice, repeats the fastest; gives its measurement with the name of the variant."""
    trials = {}
    for name, sql in engines.variants(engine, question).items():
        try:
            trials[name] = engines.run(engine, fill(sql), 2, options.threads, fetch)
            say(f"  {engine} {name}: {min(trials[name]['seconds']):.2f} s")
        except RuntimeError as error:
            say(f"  {engine} {name} failed: {error}")
    if not trials:
        raise RuntimeError(f"no variant of {question} runs in {engine}")
    name = min(trials, key=lambda name: min(trials[name]["seconds"]))
    best = engines.run(engine, fill(engines.variants(engine, question)[name]), options.repeat, options.threads, fetch)
    best["seconds"] += trials[name]["seconds"]
    best["variant"] = name
    best["trials"] = {name: min(trial["seconds"]) for name, trial in trials.items()}
    return best


def sums(value):
    return ", ".join(f"sum({value.format(model)}) AS sum_{model}" for model in compare.MODELS)


def attribution(product, options, measured, files, _work):
    def fill(engine, value):
        return lambda sql: sql.replace("{files}", source(engine, files_of(files, "journey"))).replace("{sums}", sums(value))

    # Ours runs before and after the others, so that a change of the machine's speed in between shows.
    before, _ = product.command("bench", "attribution", "--org", ORGANIZATION, "--repeat", options.repeat)
    others = {engine: fastest(engine, "attribution", fill(engine, "revenue * {}"), options, "rows") for engine in ("duckdb", "chdb")}
    after, _ = product.command("bench", "attribution", "--org", ORGANIZATION, "--repeat", options.repeat)
    differences = {}
    for engine, other in others.items():
        cents = compare.check_revenue(before["result"], other["rows"])
        counted = engines.run(engine, fill(engine, "{}")(engines.variants(engine, "attribution")[other["variant"]]), 1, options.threads, "rows")
        differences[engine] = (compare.check_conversions(before["result"], counted["rows"]), cents)
        del other["rows"]
        say(f"  {other['version']} agrees: conversions within {differences[engine][0]:.1e}, a campaign's revenue within {cents:.0e}")
    ours = {"seconds": before["seconds"] + after["seconds"], "peak_rss_bytes": max(before["peak_rss_bytes"] or 0, after["peak_rss_bytes"] or 0)}
    measured["attribution"] = {"ours": ours, **others, "differences": differences}


def report(product, options, measured, files, _work):
    facts = files_of(files, "fact")
    before, _ = product.command("bench", "report", "--org", ORGANIZATION, "--repeat", options.repeat)
    others = {}
    for engine in ("duckdb", "chdb"):
        others[engine] = fastest(engine, "report", lambda sql, engine=engine: sql.replace("{files}", source(engine, facts)), options, "arrow")
    if others["duckdb"]["rows"] != before["rows"] + 1:
        raise AssertionError(f"the report has {before['rows']} rows here and {others['duckdb']['rows'] - 1} in DuckDB")
    after, _ = product.command("bench", "report", "--org", ORGANIZATION, "--repeat", options.repeat)
    measured["report"] = {"ours": {"seconds": before["seconds"] + after["seconds"]}, **others, "rows": before["rows"]}
    measured["fact_rows"] = sum(file["rows"] for file in files if file["layout"] == "fact")


def csv_import(product, options, measured, _files, work):
    rows = min(CSV_ROWS_MAX, options.rows // 4)
    path, mapping, parquet = work / f"events-{rows}.csv", work / "events.yaml", work / "events.parquet"
    if not path.exists():
        csv_file.write(path, rows)
    mapping.write_text(csv_file.MAPPING, encoding="utf-8")
    ours, summary = [], None
    for attempt in range(min(3, options.repeat)):
        # A new data directory each time: the second import of a file would only find duplicates.
        folder = work / f"import-{os.getpid()}-{attempt}"
        fresh = Product(options.tributary, folder)
        fresh.organization("csv")
        summary, seconds = fresh.command("import", "--org", "csv", "--source", "export", "--map", mapping, path)
        ours.append(seconds)
        shutil.rmtree(folder)
    if summary.get("accepted") != rows:
        raise AssertionError(f"the import accepted {summary.get('accepted')} of {rows} rows: {summary}")
    fill = lambda sql: sql.replace("{csv}", str(path)).replace("{parquet}", str(parquet))
    variants = engines.variants("duckdb", "import")
    plain, ordered = (engines.run("duckdb", fill(variants[name]), min(3, options.repeat), options.threads, "none") for name in ("import", "import_sorted"))
    parquet.unlink(missing_ok=True)
    measured["import"] = {"ours": {"seconds": ours}, "duckdb": plain, "duckdb_sorted": ordered, "rows": rows, "bytes": path.stat().st_size}


def derive(product, options, measured, _files, work):
    """Both derived tables whole, the larger one written by DuckDB, and what changes after late touches; the limits of the pass."""
    few = argparse.Namespace(**{**vars(options), "repeat": min(3, options.repeat)})
    whole, _ = product.command("bench", "derive", "--org", ORGANIZATION, "--whole", "--repeat", few.repeat)
    credits = product.command("bench", "files", "--org", ORGANIZATION, "--table", "revenue_attribution")[0]["files"]
    if sum(file["rows"] for file in credits) != whole["credits"]:
        raise AssertionError(f"{whole['credits']} credits were written, the files hold others: derive the whole again")
    parquet = work / "credits.parquet"
    fill = lambda sql: sql.replace("{files}", source("duckdb", files_of(credits, "table"))).replace("{parquet}", str(parquet))
    duckdb = fastest("duckdb", "write", fill, few, "none")
    count = engines.run("duckdb", f"SELECT count(*) FROM '{parquet}'", 1, options.threads, "rows")["rows"][0][0]
    parquet.unlink(missing_ok=True)
    if count != whole["credits"]:
        raise AssertionError(f"DuckDB wrote {count} rows, not {whole['credits']}")
    late = {}
    for days in (7, 365):
        runs = []
        for attempt in range(few.repeat):
            seed = int(time.time()) % 900_000 + attempt * 7 + days
            product.command("bench", "late", "--org", ORGANIZATION, "--touches", 10_000, "--days", days, "--seed", seed)
            runs.append(product.command("bench", "derive", "--org", ORGANIZATION)[0])
        late[days] = {**runs[0], "seconds": [run["seconds"][0] for run in runs]}
        say(f"  10,000 late touches of {days} days: {min(late[days]['seconds']):.3f} s")
    limits, _ = product.command("bench", "limits", "--org", ORGANIZATION, "--repeat", options.repeat)
    measured["derive"] = {"ours": whole, "duckdb": duckdb, "late": late, "limits": limits}


def collector(product, _options, measured, _files, _work):
    loads = []
    product.organization("events")
    for connections, batch in COLLECTOR_LOADS:
        seconds = COLLECTOR_SECONDS
        answer, _ = product.command(
            "bench", "collector", "--org", "events", "--connections", connections, "--batch", batch, "--seconds", seconds
        )
        loads.append(answer)
        say(f"  {connections} connections, {batch} events a request: {answer['events_per_second']:.0f} events/s")
    measured["collector"] = loads


def grouped_paths(product, options, measured, _files, _work):
    if not options.paths_file.exists():
        raise RuntimeError(f"{options.paths_file} is not here: name a file of grouped paths with --paths-file")
    ask = lambda: product.command("bench", "paths", "--file", options.paths_file, "--repeat", 4 * options.repeat)[0]
    # Ours runs before and after the other, so that a change of the machine's speed in between shows.
    before = ask()
    other = None
    if options.channelattribution_python:
        other = channel_attribution.run(options.channelattribution_python, options.paths_file, options.repeat)
        compare.check_paths(before["credits"], other["credits"])
    after = ask()
    ours = {name: before[name] + after[name] for name in ("read_seconds", "order_1_seconds", "order_3_seconds", "resample_seconds")}
    measured["paths"] = {"ours": ours, "distinct_paths": before["distinct_paths"], "journeys": before["journeys"], "credits": before["credits"], "channel_attribution": other}


COMPARISONS = {"attribution": attribution, "report": report, "derive": derive, "import": csv_import, "collector": collector, "paths": grouped_paths}


if __name__ == "__main__":
    main()
