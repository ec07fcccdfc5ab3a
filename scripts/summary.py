#!/usr/bin/python3
"""The last part of scripts/test: reads the records in a folder and adds them up.

NAME.json is meson's testlog.json of a build, NAME.FOLDER_FILE.xml a JUnit file that pytest left in it,
FOLDER_FILE.xml one of pytest alone; `passed`, `failed` and `skipped`
name, one a line, steps that are neither, a skipped one with a tab and the reason behind it. A test that skips says why in its last line of output (meson, exit code
77) or in pytest's reason: `WORD: sentence`, where WORD is what the machine lacks (root, data, ...).
A skip whose WORD is in WEIR_REQUIRE, and a skip without a reason, count as failures.
Before that: the seconds that each suite of meson's took.
"""
import collections
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree

MESON_PASSED = {"OK", "EXPECTEDFAIL"}


def last_line(test):
    """What a skipped meson test said last, without a leading `skip:`."""
    for stream in ("stderr", "stdout"):
        lines = [line.strip() for line in test.get(stream, "").splitlines() if line.strip()]
        if lines:
            return re.sub(r"^skip(ped)?:\s*", "", lines[-1], flags=re.I)
    return ""


def cases_recorded(path, test):
    """Whether a meson test ran one file of pytest, whose cases stand in a record of their own."""
    last = pathlib.Path(test.get("command", [""])[-1])
    return (path.parent / "{}.{}_{}.xml".format(path.stem, last.parent.name, last.stem)).exists()


def read_meson(path):
    for line in path.read_text().splitlines():
        test = json.loads(line)
        if test["result"] in ("OK", "FAIL") and cases_recorded(path, test):
            continue
        result = test["result"]
        if result == "SKIP":
            yield test["name"], "skipped", last_line(test)
        else:
            yield test["name"], "passed" if result in MESON_PASSED else "failed", result.lower()


def read_junit(path):
    build = path.stem.rpartition(".")[0]
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        name = "{}.{}".format(case.get("classname"), case.get("name"))
        if build:
            name = "{} in build {}".format(name, build)
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield name, "failed", "pytest"
        elif skipped is not None and skipped.get("type") == "pytest.xfail":
            yield name, "passed", ""
        elif skipped is not None:
            yield name, "skipped", skipped.get("message", "")
        else:
            yield name, "passed", ""


def read_steps(folder):
    for outcome in ("passed", "failed", "skipped"):
        path = folder / outcome
        if path.exists():
            for line in path.read_text().splitlines():
                name, _, reason = line.partition("\t")
                yield name, outcome, reason if outcome == "skipped" else "step"


def read_all(folder):
    for path in sorted(folder.glob("*.json")):
        yield from read_meson(path)
    for path in sorted(folder.glob("*.xml")):
        yield from read_junit(path)
    yield from read_steps(folder)


def seconds_of(folder):
    """{(record, suite): seconds of its tests}; those that ran at the same time are added up."""
    found = collections.Counter()
    for path in folder.glob("*.json"):
        for line in path.read_text().splitlines():
            test = json.loads(line)
            suite = re.match(r"\w+:(\w+)", test["name"])
            if suite and "duration" in test:
                found[path.stem, suite.group(1)] += test["duration"]
    return found


def judge(outcome, reason, required):
    """A skip that may not be is a failure."""
    if outcome != "skipped":
        return outcome, reason
    if not reason:
        return "failed", "skipped without a reason"
    word = reason.split(":")[0].strip()
    if ":" in reason and word in required:
        return "failed", "skipped, though WEIR_REQUIRE names {}: {}".format(word, reason)
    return outcome, reason


def main():
    folder = pathlib.Path(sys.argv[1])
    for (record, suite), seconds in seconds_of(folder).most_common():
        print("{:6.0f} s  {}: {}".format(seconds, record, suite))
    required = set(filter(None, os.environ.get("WEIR_REQUIRE", "").replace(" ", "").split(",")))
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for name, outcome, reason in read_all(folder):
        outcome, reason = judge(outcome, reason, required)
        count[outcome] += 1
        if outcome != "passed":
            print("{}: {} ({})".format(outcome, name, reason))
    if sum(count.values()) == 0:
        count["failed"] = 1
        print("failed: no test ran")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**count))
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
