#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""100 000 names against lists of others: a plain dictionary walk over the list files, the data path and `weir
explain` say the same of every one."""
import gzip
import os
import pathlib
import random
import subprocess
import sys
import typing

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests' / folder) for folder in ('lists', 'replay')]
import frames  # what makes the frames of replays
import naive   # what reads lists

WEIR = os.environ['WEIR']
LISTS = pathlib.Path(os.environ.get('WEIR_DATA', ROOT / '../shared/data')).resolve() / 'lists'
NAMES = 100000
KNOWS_SUFFIXES = 'public suffixes: none' not in subprocess.run([WEIR, '--version'], capture_output=True, text=True,
                                                               check=True, timeout=60).stdout


class List(typing.NamedTuple):
    name: str
    file: str
    form: str
    action: str


# In the order of the INI: subtree, only-below, exact, subtree again.
POLICY = (List('allow', 'anudeepnd.allow.domains', 'domains', 'pass'),
          List('wild', 'ph00lt0.wildcard', 'wildcard', 'nodata'),
          List('hosts', 'lightswitch05.hosts', 'hosts', 'nxdomain'),
          List('many', 'shadowwhisperer.domains.gz', 'domains', 'refused'))


def read_rules(made):
    """{(kind, name): line}, the first line where two say the same."""
    data = (LISTS / made.file).read_bytes()
    text = (gzip.decompress(data) if made.file.endswith('.gz') else data).decode(errors='surrogateescape')
    rules = {}
    for number, line in enumerate(text.splitlines(), 1):
        for kind, _, name in naive.naive(line, made.form):
            if not (KNOWS_SUFFIXES and naive.is_suffix(name)):
                rules.setdefault((kind, name), number)
    return rules


def parents(name):
    """The name and everything above it, the longest first."""
    labels = name.split('.')
    return ['.'.join(labels[i:]) for i in range(len(labels))]


def hit(rules, name):
    """The line of the most specific rule for the name: exact, then the longest of subtree and only-below."""
    if ('exact', name) in rules:
        return rules['exact', name]
    for suffix in parents(name):
        lines = [rules[kind, suffix] for kind in ('subtree', 'below')
                 if (kind, suffix) in rules and (kind == 'subtree' or suffix != name)]
        if lines:
            return min(lines)
    return None


def expected(policy, name):
    """action, list, rule, lists that name it: as the columns of `weir explain --names` are spelled."""
    found = [(made, line) for made, line in ((made, hit(rules, name)) for made, rules in policy) if line]
    if not found:
        return 'pass', '-', '-', '-'
    made, line = found[0]
    return made.action, made.name, '{}:{}'.format(LISTS / made.file, line), ','.join(m.name for m, _ in found)


def random_names(policy, seed):
    """Names of rules, under and above them, beside them; names that people ask for; and nonsense."""
    rng = random.Random(seed)
    rules = [[name for _, name in rules] for _, rules in policy]
    asked = [line for file in ('opendns-top.names', 'opendns-random.names')
             for line in (LISTS / file).read_text().lower().split() if naive.is_name(line)]
    label = lambda: ''.join(rng.choices('abcdefghijklmnopqrstuvwxyz0123456789-_', k=rng.randint(1, 12)))
    names = {}
    while len(names) < NAMES:
        base = rng.choice(asked if rng.random() < 0.3 else rng.choice(rules))
        form = rng.randrange(7)
        if form == 1:
            base = label() + '.' + base
        elif form == 2:
            base = label() + '.' + label() + '.' + base
        elif form == 3 and base.count('.') > 1:
            base = base.partition('.')[2]
        elif form == 4:
            base = label() + base
        elif form == 5:
            base = label() + '.' + base.partition('.')[2]
        elif form == 6:
            base = base + '.' + label()
        if len(base) <= 253 and all(len(part) < 64 for part in base.split('.')):
            names[base] = None
    return list(names)


@pytest.fixture(scope='module')
def work(tmp_path_factory):
    if not (LISTS / 'INDEX.tsv').exists():
        pytest.skip('data: no lists in {}'.format(LISTS))
    folder = tmp_path_factory.mktemp('oracle')
    policy = [(made, read_rules(made)) for made in POLICY]
    names = random_names(policy, 4)
    (folder / 'names').write_text('\n'.join(names) + '\n')
    (folder / 'weir.ini').write_text('[weir]\namplify = 20\n' + ''.join(
        '[list {0.name}]\npath = {1}\nformat = {0.form}\naction = {0.action}\n'.format(made, LISTS / made.file)
        for made in POLICY))
    return folder, names, [expected(policy, name) for name in names]


def weir(folder, *args):
    done = subprocess.run([WEIR, *args], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def differences(names, said, wanted):
    assert len(said) == len(wanted) == len(names) == NAMES
    return [(name, was, should) for name, was, should in zip(names, said, wanted) if was != should]


def test_explain_says_what_the_walk_says(work):
    folder, names, wanted = work
    rows = [line.split('\t') for line in weir(folder, 'explain', '-c', 'weir.ini', '--names', 'names').splitlines()]
    assert rows[0] == ['qname', 'qtype', 'group', 'action', 'list', 'rule', 'named_by']
    assert [row[0] for row in rows[1:]] == names
    assert differences(names, [tuple(row[3:]) for row in rows[1:]], wanted)[:9] == []


def test_the_data_path_says_what_the_walk_says(work):
    folder, names, wanted = work
    made = (frames.Packet(frames.message(number & 0xffff, ([frames.question(name)], (), (), ()))).frame()
            for number, name in enumerate(names))
    frames.write_capture(folder / 'in.pcap', made)
    weir(folder, 'replay', '-c', 'weir.ini', 'in.pcap', '--verdicts', 'verdicts.tsv')
    rows = [line.split('\t') for line in (folder / 'verdicts.tsv').read_text().splitlines()]
    rows = [dict(zip(rows[0], row)) for row in rows[1:]]
    assert [row['qname'] for row in rows] == names
    said = [(row['action'], row['list'], row['rule']) for row in rows]
    assert differences(names, said, [w[:3] for w in wanted])[:9] == []


def test_every_list_has_its_turn(work):
    """The names are such that the three could differ: each list decides many, and many have more than one."""
    _, _, wanted = work
    for made in POLICY:
        assert sum(w[1] == made.name for w in wanted) > 500, made.name
    assert sum(',' in w[3] for w in wanted) > 1000
    assert sum(w[1] == '-' for w in wanted) > 10000
