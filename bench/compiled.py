#!/usr/bin/python3
"""A list as text beside the same policy compiled, each to its table and one verdict: compiled.py WEIR [NAMES]...

`weir explain` reads, builds the table under a key of its own and asks for a name. The runs are
interleaved and the best of each is taken; an empty list shows what a start costs by itself.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from packet import name_of

ROUNDS = 5


def run(*command):
    """Seconds: wall, and of CPU."""
    before, start = os.times(), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - start, os.times()
    if done.returncode != 0:
        sys.exit("{}: {}".format(" ".join(command), done.stderr))
    return wall, sum(after[2:4]) - sum(before[2:4])


def ini(folder, label, names):
    (folder / (label + ".domains")).write_text(names)
    path = folder / (label + ".ini")
    path.write_text("[list names]\npath = {}.domains\nformat = domains\n".format(label))
    return str(path)


def measure(program, folder, names):
    """{row: (wall, CPU, octets read)}"""
    text, empty = ini(folder, "names", "".join(name_of(i) + "\n" for i in range(names))), ini(folder, "none", "")
    db = str(folder / "policy.weirdb")
    rows = {"start-up alone": ([program, "explain", "-c", empty, "a.test"], folder / "none.domains"),
            "from text": ([program, "explain", "-c", text, "a.test"], folder / "names.domains"),
            "weir compile": ([program, "compile", "-c", text, "-o", db], folder / "names.domains"),
            "from .weirdb": ([program, "explain", "-c", text, "--policy", db, "a.test"], pathlib.Path(db))}
    best = {}
    for _ in range(ROUNDS):
        for row, (command, source) in rows.items():
            found = run(*command)
            best[row] = tuple(map(min, found, best.get(row, found)))
    return {row: (*best[row], rows[row][1].stat().st_size) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weir")
    parser.add_argument("names", type=int, nargs="*", default=[1_000_000])
    args = parser.parse_args()
    print("a list to its table and one verdict, best of {}; beside: of the wall time from text".format(ROUNDS))
    for names in args.names:
        with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
            rows = measure(args.weir, pathlib.Path(folder), names)
        print("{:<24}{:>9}{:>9}{:>9}{:>10}".format("{} names".format(names), "wall s", "CPU s", "beside", "read MB"))
        for row, (wall, cpu, size) in rows.items():
            print("{:<24}{:>9.2f}{:>9.2f}{:>9.2f}{:>10.1f}".format(
                row, wall, cpu, wall / rows["from text"][0], size / 1e6))


if __name__ == "__main__":
    main()
