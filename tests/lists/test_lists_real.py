#!/usr/bin/python3
"""Every list of $WEIR_DATA/lists, read by the room lists and by a second, naive reading in Python:
the same rules, found under the format that the index of the data names and under `auto`.
"""
import csv
import functools
import gzip
import os
import pathlib
import re
import subprocess

import pytest

from naive import is_suffix, naive

ROOT = pathlib.Path(__file__).resolve().parents[2]
DUMP = pathlib.Path(os.environ.get("WEIR_BUILD", ROOT / "build")) / "tests/lists/lists_dump"
LISTS = pathlib.Path(os.environ.get("WEIR_DATA", ROOT / "../shared/data")) / "lists"

FORMATS = {"hosts": "hosts", "domains": "domains", "names": "domains", "wildcard": "wildcard",
           "adblock": "adblock", "rpz": "rpz"}


def index():
    if not (LISTS / "INDEX.tsv").exists():
        return []
    with open(LISTS / "INDEX.tsv", newline="") as file:
        return [(row["file"], row["format"]) for row in csv.DictReader(file, delimiter="\t")]


def read_text(name):
    data = (LISTS / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    return data.decode(errors="surrogateescape")


@functools.lru_cache(maxsize=2)
def run(form, path):
    return subprocess.run([DUMP, form, path], capture_output=True, text=True, timeout=120)


def dump(form, path):
    """(format it was read in, rules, the other lines by their first words)"""
    done = run(form, path)
    if "built without libldns" in done.stderr:
        pytest.skip("build: without libldns")
    assert done.returncode == 0, done.stderr
    rules, rest = [], {}
    for line in done.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "rule":
            rules.append((fields[2], fields[6] if len(fields) > 6 else fields[3], fields[5]))
        else:
            rest[fields[0], fields[1]] = fields[2:]
    form = [key[1] for key in rest if key[0] == "format"][0]
    return form, rules, rest


@pytest.fixture(autouse=True)
def needs():
    if not index():
        pytest.skip("data: no lists in {}".format(LISTS))
    if not DUMP.exists():
        pytest.skip("build: no {}".format(DUMP))


def assert_all_lines_told(rules, rest):
    """A line gives a rule, repeats one, or is skipped; none is lost."""
    skipped = sum(int(fields[0]) for key, fields in rest.items() if key[0] == "skip")
    rule_lines = [int(fields[0]) for key, fields in rest.items() if key[0] == "lines"][0]
    assert len(rules) + skipped + int(rest["warning", "duplicate"][0]) == rule_lines


@pytest.mark.parametrize("name,form", [(n, FORMATS[f]) for n, f in index() if f in FORMATS] or
                         [("none", "none")])
def test_the_same_rules_as_a_naive_reading(name, form):
    found_form, rules, rest = dump("auto", LISTS / name)
    text = read_text(name)
    if rest["skip", "idn_off"][0] != "0":
        text = "\n".join(line for line in text.splitlines() if line.isascii())
    expected = naive(text, form)
    if ("suffixes", "none") not in rest:
        expected = {rule for rule in expected if not is_suffix(rule[2])}
    assert found_form == form
    assert len(rules) == len(set(rules))
    assert sorted(set(rules) - expected)[:9] == []
    assert sorted(expected - set(rules))[:9] == []
    assert len(rules) > 100
    if form not in ("adblock", "hosts"):
        assert_all_lines_told(rules, rest)


@pytest.mark.parametrize("name", [n for n, f in index() if f == "regex"] or ["none"])
def test_every_line_of_an_expression_is_one(name):
    form, rules, rest = dump("auto", LISTS / name)
    lines = [line.strip() for line in read_text(name).splitlines()]
    wanted = [line.split(" #")[0].strip() for line in lines if line and line[0] != "#"]
    found = [key[1] for key in rest if key[0] == "expr"]
    names = [text for text in found if rest["expr", text][2] == "moved"]
    assert form == "regex"
    assert found == wanted
    assert all(re.fullmatch(r"\(\^\|\\\.\)[\w\\.-]+\$|\(\\\.\|\^\)[\w\\.-]+\$", text) for text in names)
    assert [rule[2] for rule in rules] == \
        [re.sub(r"^\(.*?\)|\\|\$$", "", text) for text in names]
    assert all(rule[:2] == ("subtree", "block") for rule in rules)


def test_gzip_and_plain_are_the_same(tmp_path):
    packed = [n for n, f in index() if n.endswith(".gz") and f in FORMATS]
    assert packed
    name = min(packed, key=lambda n: (LISTS / n).stat().st_size)
    plain = tmp_path / "plain"
    plain.write_bytes(gzip.decompress((LISTS / name).read_bytes()))
    assert run("auto", plain).stdout == run("domains", LISTS / name).stdout.replace(
        "format\tdomains\t", "format\tdomains\t200 of the first 200 rule lines are a name alone")
