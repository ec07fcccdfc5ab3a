# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Load, and ends in the middle of it: what is lost, what is counted, what is left behind."""
import os
import re
import shutil
import signal
import subprocess

import pytest

import lab
from bridge import DEVICES, WAYS
from servers import LEAF, addresses

SERVER = addresses(LEAF)[0]
OWNERS = ('www', 'ads', 'trap')  # the last two are blocked
ROUNDS = 2  # of Weir and of the plain forwarder, in turn
SECONDS = float(os.environ.get('WEIR_LOAD_SECONDS', '2')) / ROUNDS
# What a run that is well may say.
NEWS = tuple('weir run: ' + word for word in ('warning: ', 'port ', 'list ', 'generation ')) + ('libxdp: ',)
# Queries on their way: fewer than any queue or socket holds, so that what waits for a CPU is late, not
# lost. One that is later than PATIENCE is.
FLYING, PATIENCE = 100, 30


@pytest.fixture(scope='session')
def queries(tmp_path_factory):
    if shutil.which('dnsperf') is None:
        pytest.skip('packages: dnsperf is not installed')
    path = tmp_path_factory.mktemp('load') / 'queries'
    path.write_text(''.join('{}.{}.names.test {}\n'.format(n, owner, kind) for n in range(500)
                            for owner in OWNERS for kind in ('A', 'AAAA')))
    return path


def load(space, queries, seconds):
    """As fast as the answers come."""
    return space.start('dnsperf', '-s', SERVER, '-d', str(queries), '-l', str(seconds), '-c', '4',
                       '-q', str(FLYING), '-t', str(PATIENCE), '-b', '512', stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)


def lost(space, queries):
    """(asked, unanswered) of a load."""
    text = load(space, queries, SECONDS).communicate(timeout=SECONDS + 2 * lab.LIMIT)[0]
    asked, unanswered = (int(re.search(r'Queries {}: +(\d+)'.format(word), text).group(1))
                         for word in ('sent', 'lost'))
    assert asked > FLYING, text
    return asked, unanswered


def blocked(asked):
    """How many of the first so many queries are for names that are blocked."""
    each = 2 * len(OWNERS)
    return asked // each * (each - 2) + max(0, asked % each - 2)


def assert_rings_took_all(counters):
    assert [counters[word] for word in ('bypassed', 'lost_before', 'lost_behind', 'left_before',
                                        'left_behind')] == [0] * 5


@pytest.mark.parametrize('kind,lcores', WAYS)
def test_no_query_is_lost_that_a_plain_forwarder_keeps(make_bridge, servers, queries, kind, lcores):
    bridge = make_bridge(kind, lcores)
    ours, theirs, asked = 0, 0, 0
    for _ in range(ROUNDS):
        bridge.start()
        bridge.introduce()
        n, unanswered = lost(bridge.near, queries)
        counters = bridge.weir.end()
        assert blocked(n) - unanswered <= counters['answered'] <= blocked(n)
        assert counters['refused'] == bridge.refused, bridge.weir.read('out') + bridge.weir.read('err')
        assert_rings_took_all(counters)
        ours, asked = ours + unanswered, asked + n
        with bridge.forwarder():
            theirs += lost(bridge.near, queries)[1]
    print('{}, {}: {} asked, {} lost; by dpdk-testpmd {}'.format(kind, lcores, asked, ours, theirs))
    assert ours <= theirs


def started_load(bridge, queries):
    """A load of which a part has passed."""
    process = load(bridge.near, queries, 3 * lab.LIMIT)
    before = bridge.near.counter('eth0', 'rx_packets')
    lab.wait_for(lambda: bridge.near.counter('eth0', 'rx_packets') > before + 2 * FLYING, 'the load')
    return process


def end_load(process):
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=2 * lab.LIMIT)


@pytest.mark.parametrize('kind,lcores', WAYS)
@pytest.mark.parametrize('signals', [1, 2])
def test_an_end_in_the_middle_of_a_load_accounts_for_all(make_bridge, servers, queries, kind, lcores,
                                                         signals):
    """It ends without waiting for queues that a load keeps full: the drain's limit is beyond ours."""
    bridge = make_bridge(kind, lcores)
    bridge.start(weir='drain_limit = 600s')
    bridge.introduce()
    process = started_load(bridge, queries)
    for _ in range(signals):
        bridge.weir.signal(signal.SIGTERM)
    assert bridge.weir.wait() == 0, bridge.weir.read('err')
    counters = bridge.weir.counters()
    end_load(process)
    assert counters['received'] > 2 * FLYING and counters['answered'] > FLYING
    assert counters['refused'] == bridge.refused
    if signals == 1:
        assert_rings_took_all(counters)
    if kind != 'tap':  # whose links went with it
        assert counters['sent'] == sum(bridge.middle.counter(link, 'tx_packets') for link in bridge.links)


@pytest.mark.parametrize('kind', DEVICES)
def test_a_killed_run_does_not_keep_the_next_from_starting(make_bridge, servers, kind):
    bridge = make_bridge(kind)
    bridge.start()
    bridge.weir.signal(signal.SIGKILL)
    bridge.weir.process.wait()
    bridge.start()
    assert bridge.near.run('dig', '@' + SERVER, '+tries=3', '+time=2', 'www.names.test').returncode == 0
    bridge.weir.end()


def flags(space):
    """Of each link its name, its flags (whether anybody listens to it left aside), an XDP program."""
    rows = re.findall(r'^\d+: ([^:]+): <(.*?)> (.*)', space.ip('-o', 'link'), flags=re.M)
    return {name: (set(words.split(',')) - {'NO-CARRIER', 'LOWER_UP'}, 'xdp' in rest)
            for name, words, rest in rows}


@pytest.mark.parametrize('kind', DEVICES)
def test_a_start_that_fails_leaves_nothing(make_bridge, kind):
    bridge = make_bridge(kind)
    links = flags(bridge.middle)
    bridge.weir.configure(bridge.ports() + '[port no]\ndevice = net_pcap9,rx_pcap=none\npeer = lan\n')
    bridge.weir.start()
    assert bridge.weir.wait() == 69
    assert bridge.weir.read('out') == ''
    assert flags(bridge.middle) == links


@pytest.mark.parametrize('kind', DEVICES)
def test_an_end_leaves_links_as_they_were(make_bridge, kind):
    bridge = make_bridge(kind)
    links = flags(bridge.middle)
    bridge.start()
    assert kind == 'tap' or flags(bridge.middle) != links
    bridge.weir.end()
    assert flags(bridge.middle) == links
    told = [line for line in bridge.weir.read('err').splitlines() if not line.startswith(NEWS)]
    assert told == []


def test_af_packet_warns_of_what_it_changes(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.start()
    bridge.weir.end()
    assert bridge.weir.read('err').count('AF_PACKET rewrites 802.1ad tags as 802.1Q') == 2
