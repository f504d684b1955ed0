"""Runs ChannelAttribution's Markov model in a process of its own, in the Python that has the package.

    python channel_attribution.py < {"file": "Data.csv", "repeat": 5}
                                  > {"read_seconds": […], "seconds": […], "credits": {channel: [conversions, value]}, "version": "…"}

`seconds` is the call of `markov_model` on a data frame in memory, at its default settings; `read_seconds` is pandas reading the file.
"""

import contextlib
import importlib.metadata
import io
import json
import subprocess
import sys
import time


def run(python, file, repeat):
    """Called by the comparison: starts the child and reads its answer."""
    job = {"file": str(file), "repeat": repeat}
    child = subprocess.run([python, __file__], input=json.dumps(job), capture_output=True, text=True, check=False)
    if child.returncode != 0:
        raise RuntimeError(f"ChannelAttribution failed:\n{child.stderr.strip()[-2000:]}")
    return json.loads(child.stdout.splitlines()[-1])


def main():
    job = json.loads(sys.stdin.read())
    # The package prints advertisements when it is imported and at every call.
    with contextlib.redirect_stdout(io.StringIO()):
        import pandas
        import ChannelAttribution

        read, seconds, answer = [], [], None
        for _ in range(job["repeat"]):
            started = time.perf_counter()
            data = pandas.read_csv(job["file"], sep=";")
            read.append(time.perf_counter() - started)
            started = time.perf_counter()
            answer = ChannelAttribution.markov_model(
                data, "path", "total_conversions", var_value="total_conversion_value", var_null="total_null"
            )
            seconds.append(time.perf_counter() - started)
    credits = {row["channel_name"]: [row["total_conversions"], row["total_conversion_value"]] for _, row in answer.iterrows()}
    version = "ChannelAttribution " + importlib.metadata.version("ChannelAttribution")
    print(json.dumps({"read_seconds": read, "seconds": seconds, "credits": credits, "version": version}))


if __name__ == "__main__":
    main()
