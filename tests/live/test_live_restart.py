# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A restart under load: what is lost is what was on its way, or asked while nobody was there."""
import time

import pytest

from bridge import WAYS
from servers import LEAF, WWW, addresses
from stream import Stream

SERVER = addresses(LEAF)[0]
SAID = {'www': WWW[0], 'ads': 'NXDOMAIN', 'trap': '192.0.2.253'}
RATE, ENOUGH = 500, 100


@pytest.mark.parametrize('kind,lcores', WAYS)
def test_a_restart_loses_only_what_is_asked_meanwhile(make_bridge, servers, kind, lcores):
    bridge = make_bridge(kind, lcores)
    bridge.start()
    bridge.introduce()
    with Stream(bridge.near, SERVER, list(SAID), RATE) as stream:
        stream.go_on(ENOUGH)
        begin = time.monotonic()
        before = bridge.weir.end()
        bridge.start()
        bridge.introduce()
        away = time.monotonic() - begin
        stream.go_on(ENOUGH)
    after = bridge.weir.end()
    lost = {owner: stream.lost(owner) for owner in SAID}
    print('{}, {}: {} of {} queries lost, {:.1f} s from the signal to ready'.format(
        kind, lcores, sum(map(len, lost.values())), len(stream.asked), away))
    for gone in lost.values():  # one gap: nothing is lost before it that a later one outlived, nor after
        assert not gone or gone == list(range(gone[0], gone[-1] + 1))
    for query in stream.asked:
        assert query.said() in (None, SAID[query.owner])
    assert before['answered'] + after['answered'] >= ENOUGH
