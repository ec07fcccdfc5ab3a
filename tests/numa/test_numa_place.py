# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The ledger of room place against the guest's kernel: numa_place.c makes the objects."""
import collections

import pytest

import pages
from conftest import BUILD

Line = collections.namedtuple('Line', 'wanted actual nodes pages misplaced untouched')
KINDS = ['memory', 'zone', 'ring', 'pool', 'hash']


class Act:
    def __init__(self):
        self.ledger, self.extents, self.maps, self.totals = {}, collections.defaultdict(list), [], []


@pytest.fixture(scope='module')
def acts(boot):
    machine = boot(added=['{}:/usr/bin/numa_place'.format(BUILD / 'tests/numa/numa_place')])
    done = machine.run('numa_place --lcores 0@0,1@2 --socket-mem 64,64 --huge-unlink --no-pci '
                       '--no-telemetry --log-level error')
    assert (done.status, done.err) == (0, '')
    found = collections.defaultdict(Act)
    for line in done.out.splitlines():
        kind, act, *words = line.split('\t')
        if kind == 'ledger':
            found[act].ledger[words[0]] = Line(*(int(word, 0) for word in words[1:]))
        elif kind == 'extent':
            found[act].extents[words[0]].append((int(words[1]), int(words[2])))
        elif kind == 'maps':
            found[act].maps.append(words[0])
        else:
            found[act].totals.append([int(word) for word in words])
    return found


def wanted(name):
    """The node that the program asked for, from the name that it gave."""
    if name.startswith('dtab lcore '):
        return int(name.split()[2]) % 10
    return 0 if name in ('moved', 'wrong') else int(name.split()[1])


def test_every_kind_of_object_is_there(acts):
    names = set(acts['placed'].ledger)
    for node in (0, 1):
        for lcore in (0, 1):
            assert {'{} {} by {}'.format(kind, node, lcore) for kind in KINDS} <= names
            for part in ('details', 'filter', 'table'):
                assert 'dtab lcore {} {}'.format(lcore * 10 + node, part) in names
    assert len(names) == 4 * (len(KINDS) + 3)


@pytest.mark.parametrize('act', ['placed', 'moved', 'wrong'])
def test_the_ledger_says_what_the_kernel_says(acts, act):
    """Of every object each page, by numa_maps: as many as the ledger counts, on the nodes it names."""
    kernel = pages.Pages(acts[act].maps)
    for name, line in acts[act].ledger.items():
        nodes = list(kernel.nodes(acts[act].extents[name]).values())
        assert line.wanted == wanted(name)
        assert line.untouched == 0, name
        assert line.nodes == sum(1 << node for node in set(nodes)), name
        assert line.misplaced == sum(node != line.wanted for node in _asked(acts[act], kernel, name))
        assert line.actual == max(set(nodes), key=nodes.count), name


def _asked(act, kernel, name):
    """Nodes of an object's pages as the ledger counts them: a page in two extents counts twice."""
    return [node for extent in act.extents[name] for node in kernel.nodes([extent]).values()]


def test_asked_for_is_given(acts):
    for name, line in acts['placed'].ledger.items():
        assert (line.actual, line.misplaced) == (line.wanted, 0), name
        assert line.nodes == 1 << line.wanted, name


def test_a_page_that_moved_away_is_seen(acts):
    line = acts['moved'].ledger['moved']
    assert (line.wanted, line.actual, line.misplaced, line.nodes) == (0, 0, 1, 3)
    others = [name for name, line in acts['moved'].ledger.items() if line.misplaced and name != 'moved']
    assert others == []


def test_a_maker_that_mistakes_the_node_is_seen(acts):
    line = acts['wrong'].ledger['wrong']
    assert (line.wanted, line.actual, line.misplaced, line.nodes) == (0, 1, line.pages, 2)


def test_the_sums_of_the_nodes_are_the_objects(acts):
    """What the heap of a node gave away is what lies there, and a few entries of DPDK's lists."""
    assert [node for node, *_ in acts['placed'].totals] == [0, 1]
    for node, ledger, dpdk, eal in acts['placed'].totals:
        assert ledger + dpdk == eal
        assert dpdk < 1 << 20
        objects = sum(size for name, extents in acts['placed'].extents.items() if wanted(name) == node
                      for _, size in extents)
        assert 0 <= ledger - objects < 32 << 10
