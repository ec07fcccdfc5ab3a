# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Bridges of several pairs of ports: what comes in at a port leaves at its peer and nowhere else."""
import contextlib
import os
import re
import time

import pytest
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

import lab
from bridge import DEVICES, FAR, MAPS, NEAR, PREFIX, WAYS, Weir
from servers import LEAF, WWW, addresses

PAIRS = {'a': 'b', 'c': 'd', 'e': 'e'}  # the last one is its own peer
PEERS = {**PAIRS, **{b: a for a, b in PAIRS.items()}}
MAC = bytes.fromhex('ffffffffffff')
SERVER = addresses(LEAF)[0]


def frame(name, serial):
    """A broadcast of a type that nobody knows."""
    return MAC + b'\x02\x00\x00\x00\x00' + name.encode() + b'\x88\xb5' + \
        '{} {}'.format(name, serial).encode().ljust(60, b'.')


@pytest.fixture(params=WAYS, ids='-'.join)
def weir(request, spaces, tmp_path):
    """Weir with five ports, each joined to a link of its own in the near space, or a tap there."""
    near, (kind, lcores) = spaces[0], request.param
    with contextlib.ExitStack() as stack:
        middle = lab.Space()
        stack.callback(middle.close)
        ports = ''
        for n, (name, peer) in enumerate(PEERS.items()):
            stack.callback(near.run, 'ip', 'link', 'del', 'far_' + name)
            if kind != 'tap':
                lab.join(near, 'far_' + name, middle, name)
            ports += '[port {}]\ndevice = {}\npeer = {}\nside = both\n'.format(
                name, DEVICES[kind].format(n=n, link=name), peer)
        made = Weir(tmp_path, middle, '{}{}_ports'.format(PREFIX, os.getpid()))
        stack.callback(made.close)
        made.configure(ports, lcores=lcores)
        made.start()
        made.until_ready()
        for name in PEERS if kind == 'tap' else ():
            middle.ip('link', 'set', 'dev', name, 'netns', near.path(), 'name', 'far_' + name)
            near.ip('link', 'set', 'far_' + name, 'addrgenmode', 'none', 'up')
        yield made, {name: lab.Tap(near, 'far_' + name) for name in PEERS}


def test_each_pair_is_a_bridge_of_its_own(weir):
    run, taps = weir
    for serial in range(3):
        for name, tap in taps.items():
            tap.send(frame(name, serial))
    seen = {name: taps[name].until(lambda got, peer=peer: got == frame(peer, 2))
            for name, peer in PEERS.items()}
    for name, peer in PEERS.items():
        ours = [got for got in seen[name] if got[12:14] == b'\x88\xb5']
        assert ours == [frame(peer, serial) for serial in range(3)]
    for tap in taps.values():
        tap.close()
    counters = run.end()
    assert counters['received'] == counters['sent'] + counters['refused'] and counters['sent'] >= 15


# Nobody sends: none has to be there for it.
WATCHERS = '[lcore 1]\nrole = rx\nports = {ports}\nfeeds = 2-3\n[lcore 2]\nrole = classify\n' \
           '[lcore 3]\nrole = classify\n'


@pytest.mark.parametrize('kind,lcores', WAYS + [(kind, 'watchers') for kind in DEVICES])
def test_a_tap_watches_and_sends_nothing(make_bridge, monkeypatch, kind, lcores):
    monkeypatch.setitem(MAPS, 'watchers', (3, WATCHERS))
    bridge = make_bridge(kind, lcores)
    (bridge.weir.folder / 'seen.txt').write_text('www.names.test\n')
    bridge.start(weir='mode = tap\nrun_dir = run\n',
                 extra='[list seen]\npath = seen.txt\nformat = domains\naction = log\n')
    near = lab.Tap(bridge.near, 'eth0')
    for name in ('ads.names.test', 'www.names.test'):
        near.send(bytes(Ether(src=NEAR[0], dst=FAR[0]) / IP(src='192.0.2.1', dst='192.0.2.2') /
                        UDP(sport=4000, dport=53) / DNS(qd=DNSQR(qname=name))))
    lab.wait_for(lambda: bridge.look().get('answered_nxdomain', 0) == 1, 'the verdict')
    lab.wait_for(lambda: re.search(r'^seen +0 +1$', bridge.weir.ctl('counters'), flags=re.M), 'what is logged')
    came = sum(space.counter('eth0', 'rx_packets') for space in bridge.links.values())
    counters = bridge.weir.end()
    assert counters['passed'] >= 1 and counters['answered'] == 1
    assert counters['sent'] == counters['refused'] == came == 0
    near.close()


@pytest.mark.parametrize('kind,lcores', WAYS)
def test_a_mac_on_both_sides_is_a_loop(make_bridge, kind, lcores):
    bridge = make_bridge(kind, lcores)
    bridge.start()
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    moved = MAC + b'\x02\x00\x00\x00\x00\x77\x88\xb5' + b'x' * 60

    def is_told():
        for tap in (near, far):
            for _ in range(32):
                tap.send(moved)
        return 'a loop? 02:00:00:00:00:77 sends at ' in bridge.weir.read('err')
    lab.wait_for(is_told, 'the warning')
    near.close()
    far.close()
    bridge.weir.end()
    assert bridge.weir.read('err').count('a loop?') == 1


@pytest.fixture
def second_way(spaces):
    """second_way(): joins both ends of a bridge by `round`, too, through br0 of the kernel's at each. A frame to
    all that is sent at br0 goes round both ways, by turns at both ports, until `round` is gone."""
    with contextlib.ExitStack() as stack:
        def make():
            lab.join(spaces[0], 'round', spaces[1], 'round')
            stack.callback(lambda: spaces[0].run('ip', 'link', 'del', 'round'))
            for space in spaces:
                space.ip('link', 'add', 'br0', 'type', 'bridge', 'stp_state', '0', 'mcast_snooping', '0')
                stack.callback(space.run, 'ip', 'link', 'del', 'br0')
                for link in ('eth0', 'round'):
                    space.ip('link', 'set', link, 'master', 'br0')
                space.ip('link', 'set', 'br0', 'addrgenmode', 'none', 'up')
        yield make


@pytest.mark.parametrize('lcores', MAPS)
def test_one_frame_that_goes_round_is_a_loop(make_bridge, second_way, lcores):
    bridge = make_bridge('af_packet', lcores)
    bridge.start()
    second_way()
    near, due = lab.Tap(bridge.near, 'br0'), time.monotonic()

    def is_told():
        nonlocal due
        if time.monotonic() >= due:  # another one: queues that are full may have lost it
            near.send(MAC + b'\x02\x00\x00\x00\x00\x78\x88\xb5' + b'x' * 60)
            due += 3
        return 'a loop? 02:00:00:00:00:78 sends at ' in bridge.weir.read('err')
    try:
        lab.wait_for(is_told, 'the warning')
    finally:
        bridge.near.ip('link', 'del', 'round')
        near.close()
    bridge.weir.end()


QUEUES = {'af_packet': 'net_af_packet{n},iface={link},qpairs=2', 'tap': 'net_tap{n},iface={link}'}


@pytest.mark.parametrize('kind, workers', [('af_packet', 2), ('tap', 2), ('af_packet', 1)])
def test_several_queues_lead_to_the_lcores(make_bridge, monkeypatch, kind, workers):
    """Two workers, laid out by themselves, each with a queue of its own of both ports; or one with all queues that
    the kernel fills."""
    monkeypatch.setitem(DEVICES, kind, QUEUES[kind])
    monkeypatch.setitem(MAPS, 'none', (2, ''))
    bridge = make_bridge(kind)
    bridge.weir.configure(bridge.ports(), lcores='none')
    ini = bridge.weir.folder / 'weir.ini'
    ini.write_text(ini.read_text().replace('hugepages = no\n', 'hugepages = no\nworkers = {}\n'.format(workers)))
    bridge.weir.start()
    bridge.weir.until_ready()
    if kind == 'tap':
        bridge.move_taps()
    assert re.search(r'^lan +1 +{} '.format(workers), bridge.weir.read('out'), flags=re.M)
    assert ('of its 2 queues: the kernel' in bridge.weir.read('err')) == (workers == 2)
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    sent = [bytes(Ether(src=NEAR[0], dst=FAR[0]) / IP(src='192.0.2.1', dst='192.0.2.2') /
                  UDP(sport=4000 + n, dport=9) / (b'%02d' % n * 20)) for n in range(40)]
    missing = set(sent)

    def all_came():
        for frame in missing:
            near.send(frame)
        try:
            far.until(lambda got: missing.discard(got) or not missing, 1)
        except AssertionError:
            pass
        return not missing
    lab.wait_for(all_came, 'a frame of each flow')
    near.send(bytes(Ether(src=NEAR[0], dst=FAR[0]) / IP(src='192.0.2.1', dst='192.0.2.2') /
                    UDP(sport=4000, dport=53) / DNS(qd=DNSQR(qname='ads.names.test'))))
    lab.wait_for(lambda: bridge.look().get('answered_nxdomain', 0) == 1, 'the verdict')
    near.close()
    far.close()
    bridge.weir.end()


@pytest.mark.parametrize('kind, joined', [('af_packet', True), ('af_xdp', False)])
def test_offloads_that_keep_tcp_from_passing_are_told(make_bridge, kind, joined):
    bridge = make_bridge(kind)

    def warnings():
        bridge.start()
        bridge.weir.end()
        return [line for line in bridge.weir.read('err').splitlines() if 'offloads of' in line]

    def switch(*args):
        done = bridge.middle.run('ethtool', '-K', 'lan', *args)
        assert done.returncode == 0, done.stdout
    assert warnings() == []
    switch('gro', 'on')
    told = 'weir run: warning: [port lan] offloads of lan keep {} from passing ({}): ethtool -K lan {}'
    assert warnings() == [told.format('TCP', 'packets come joined', 'gro off')] * joined
    switch('tx', 'on')
    why, mend = ('packets come joined, from a veth without checksums', 'gro off tx off') if joined else \
                ('from a veth without checksums', 'tx off')
    assert warnings() == [told.format('TCP and UDP, DNS with it,', why, mend + ', and tx off at its other end')]
    switch(*mend.split())
    assert warnings() == []


@pytest.mark.parametrize('kind, more', [('af_packet', ''), ('af_packet', ',qpairs=2'), ('af_xdp', '')])
def test_what_the_host_itself_sends_does_not_go_to_the_other_side(make_bridge, kind, more):
    bridge = make_bridge(kind)
    bridge.weir.configure(re.sub(r'(iface=\w+)', r'\1' + more, bridge.ports()))
    if more:
        ini = bridge.weir.folder / 'weir.ini'
        ini.write_text(ini.read_text().replace('ports = lan, wan', 'ports = lan:0, lan:1, wan:0, wan:1'))
    bridge.weir.start()
    bridge.weir.until_ready()
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    own, theirs = (b'\xff' * 6 + mac + b'\x88\xb5' + b'.' * 60 for mac in
                   (b'\x02\0\0\0\0\x07', b'\x02\0\0\0\0\x01'))
    with contextlib.closing(lab.Tap(bridge.middle, 'lan')) as host:
        for _ in range(20):
            host.send(own)
    near.until(lambda got: got == own)  # it does leave
    near.send(theirs)
    assert own not in far.until(lambda got: got == theirs)
    assert bridge.weir.end()['received'] >= 1


def test_queues_of_an_interface_that_nobody_polls_are_told(make_bridge):
    bridge = make_bridge('af_xdp')
    bridge.middle.ip('link', 'del', 'lan')
    four = ['numrxqueues', '4', 'numtxqueues', '4']
    bridge.middle.ip('link', 'add', 'lan', *four, 'type', 'veth', 'peer', 'name', 'eth0', *four, 'netns',
                     bridge.near.path())
    for space, link in ((bridge.middle, 'lan'), (bridge.near, 'eth0')):
        done = space.run('ethtool', '-K', link, 'tx', 'off')
        assert done.returncode == 0, done.stdout
        space.ip('link', 'set', link, 'addrgenmode', 'none', 'up')

    def warnings():
        bridge.start()
        bridge.weir.end()
        return [line for line in bridge.weir.read('err').splitlines() if 'queues to receive' in line]
    assert warnings() == ['weir run: warning: [port lan] lan has 4 queues to receive, of which 1 from number 0 on '
                          'are polled: what comes in by others is lost, uncounted: ethtool -L lan rx 1 (and as many '
                          'to send at a veth\'s other end), or queue_count=4']
    for space, args in ((bridge.middle, ('lan', 'rx', '1')), (bridge.near, ('eth0', 'tx', '1'))):
        done = space.run('ethtool', '-L', *args)
        assert done.returncode == 0, done.stdout
    assert warnings() == []


def answers_of(space, name, seconds):
    """Addresses or the code that dig got, or None."""
    done = space.run('dig', '@' + SERVER, '+tries=1', '+time={}'.format(seconds), name)
    status = re.search(r'status: (\w+)', done.stdout)
    return status and (re.findall(r'\tA\t(.*)$', done.stdout, flags=re.M) or status.group(1))


@pytest.mark.parametrize('kind', ['af_packet', 'af_xdp'])
def test_offloads_harm_what_passes_and_the_line_that_is_told_mends_it(make_bridge, servers, kind):
    """Checksums that the near side leaves out: what is answered here is answered, what passes is lost at the far
    side."""
    bridge = make_bridge(kind)
    for space, link in ((bridge.near, 'eth0'), (bridge.middle, 'lan')):
        space.run('ethtool', '-K', link, 'tx', 'on')
    bridge.start()
    assert ': ethtool -K lan tx off, and tx off at its other end\n' in bridge.weir.read('err')
    assert answers_of(bridge.near, 'ads.names.test', lab.LIMIT // 4) == 'NXDOMAIN'
    assert answers_of(bridge.near, 'www.names.test', 1) is None
    for space, link in ((bridge.near, 'eth0'), (bridge.middle, 'lan')):
        space.run('ethtool', '-K', link, 'tx', 'off')
    assert answers_of(bridge.near, 'www.names.test', lab.LIMIT // 4) == [WWW[0]]
    bridge.weir.end()


@pytest.mark.parametrize('kind,lcores', WAYS)
def test_an_mtu_that_changes_meanwhile_costs_no_more_than_what_is_longer(make_bridge, kind, lcores):
    """The kernel throws that away, or lets a tap write it; what is short enough passes, and all does again later."""
    bridge = make_bridge(kind, lcores)
    bridge.start()
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    links = [(bridge.far, 'eth0')] + [(bridge.middle, 'wan')] * (kind != 'tap')
    for serial, mtu in enumerate((1500, 1300, 3000, 1500)):
        for space, link in links:
            space.ip('link', 'set', link, 'mtu', str(mtu))
        short = frame('m', serial)
        longest = short.ljust(1514, b'-')
        near.send(longest)
        near.send(short)
        seen = far.until(lambda got, short=short: got == short)
        assert (longest in seen) == (mtu >= 1500 or kind == 'tap')
    near.close()
    far.close()
    bridge.weir.end()
