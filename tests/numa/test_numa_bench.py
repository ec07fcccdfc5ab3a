# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""scripts/bench numa: that it misplaces what it says, and says what the figures of a guest are worth.
Never how fast: that is no test's to judge."""
import re

import pytest

from conftest import BUILD


@pytest.fixture(scope='module')
def machine(boot):
    return boot(added=['{}:/usr/bin/bench_numa'.format(BUILD / 'tests/numa/bench_numa')])


@pytest.mark.parametrize('args, status', [('--names 0', 2), ('--nonsense', 2), ('more', 2),
                                          ('--names 10 --latency /none', 1), ('--help', 0)])
def test_usage(machine, args, status):
    assert machine.run('bench_numa ' + args).status == status


def test_a_node_without_hugepages_is_named(machine):
    pages = '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages'
    machine.run('echo 0 >' + pages)
    done = machine.run('bench_numa --names 1000')
    machine.run('echo 256 >' + pages)
    assert done.status == 69
    assert re.search(r'node 1 needs \d+ MB in hugepages and has 0 MB free', done.err)


def test_each_table_is_looked_up_from_each_node(machine):
    done = machine.run('weir-topo --measure --chase 16M --seconds 0.05 -o /tmp/latency >/dev/null && '
                       'bench_numa --names 20000 --queries 4096 --latency /tmp/latency', limit=120)
    assert (done.status, done.err) == (0, ''), done
    print(done.out)
    placed = re.search(r'by the kernel, (\d+) of (\d+) pages looked at lie where they were asked for', done.out)
    assert placed[1] == placed[2] != '0'
    assert 'emulated: all nodes are the same memory' in done.out
    rows = [line.split() for line in done.out.splitlines() if re.match(r' +\d', line)]
    assert [row[:3] for row in rows] == [['0', '0', '10'], ['0', '1', '21'], ['1', '0', '21'],
                                         ['1', '1', '10']]
    for row in rows:
        assert len(row) == 8 and all(float(word) > 0 for word in row[3:]), row
        if row[0] == row[1]:
            assert (row[4], row[7]) == ('1.00', '1.00')
