# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Reloads under load: no query is lost, each is answered by one policy or the other, and one that is
asked after a policy has come in force, by that."""
import os

import pytest

import lab
from bridge import WAYS
from servers import LEAF, WWW, addresses
from stream import Stream

SERVER = addresses(LEAF)[0]
BLOCKED, REAL, SUNK = 'NXDOMAIN', WWW[0], '192.0.2.253'
POLICIES = ({'www': REAL, 'ads': BLOCKED, 'trap': SUNK}, {'www': BLOCKED, 'ads': REAL, 'trap': SUNK})
RELOADS, RATE, BETWEEN = 20, 500, 10


def block(folder, owner):
    """The one name of the list, put in its place at once."""
    (folder / 'new').write_text(owner + '.names.test\n')
    os.replace(folder / 'new', folder / 'ads.txt')


def settle(stream):
    """The queries asked from now on until some have been answered, all of them."""
    first = len(stream.asked)
    stream.go_on(BETWEEN)
    last = len(stream.asked)
    lab.wait_for(lambda: all(query.wire for query in stream.asked[first:last]), 'answers')
    return stream.asked[first:last]


@pytest.mark.parametrize('kind,lcores', WAYS)
def test_a_reload_loses_nothing(make_bridge, servers, kind, lcores):
    bridge = make_bridge(kind, lcores)
    bridge.start()
    bridge.introduce()
    with Stream(bridge.near, SERVER, list(POLICIES[0]), RATE) as stream:
        settled = [(POLICIES[0], settle(stream))]
        for n in range(1, RELOADS + 1):
            block(bridge.weir.folder, 'www' if n % 2 else 'ads')
            bridge.weir.reload()
            settled.append((POLICIES[n % 2], settle(stream)))
    counters = bridge.weir.end()
    print('{}, {}: {} queries through {} reloads'.format(kind, lcores, len(stream.asked), RELOADS))
    assert [stream.lost(owner) for owner in POLICIES[0]] == [[], [], []]
    assert all(query.said() in [policy[query.owner] for policy in POLICIES] for query in stream.asked)
    for policy, queries in settled:
        assert all(query.said() == policy[query.owner] for query in queries)
    assert counters['refused'] == bridge.refused and counters['bypassed'] == 0, bridge.weir.read('out') + bridge.weir.read('err')
