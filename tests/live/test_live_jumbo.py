# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The longest frames that each kind of device carries, byte for byte, and what is told of an MTU that does not fit."""
import itertools
import json
import re

import pytest
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

import lab
from bridge import FAR, MAPS, NEAR

# What is asked for and the room of an mbuf. AF_XDP has a page for a frame, and what goes with it; net_tap has
# a fixed limit.
LARGEST = {'af_packet': (9000, 9216), 'af_xdp': (3498, 3776), 'tap': (1500, 2048)}


def long_links(bridge, **mtus):
    """Gives both ends of links an MTU."""
    for name, mtu in mtus.items():
        bridge.middle.ip('link', 'set', name, 'mtu', str(mtu))
        bridge.links[name].ip('link', 'set', 'eth0', 'mtu', str(mtu))


def start(bridge, *args, lan=1500, wan=1500, room=2048):
    """With an MTU of either port."""
    ports = bridge.ports()
    bridge.ports = lambda: ports.replace('peer = wan', 'mtu = {}\npeer = wan'.format(lan)).replace(
        'peer = lan', 'mtu = {}\npeer = lan'.format(wan))
    bridge.start(*args, weir='run_dir = run', extra='[pool]\ndata_room = {}\n'.format(room))


def filled(packet, length):
    """With as much behind it as a frame of so many octets has room for, no two frames the same."""
    return bytes(packet / Raw(bytes(i * 7 & 255 for i in range(length - len(packet)))))


def frames(mtu, source, target, a, z, a6, z6):
    """One of each kind, as long as can be."""
    ether, four, six = Ether(src=source, dst=target), IP(src=a, dst=z), IPv6(src=a6, dst=z6)
    answer = DNS(id=7, qr=1, qd=DNSQR(qname='www.names.test', qtype='TXT'), an=[
        DNSRR(rrname='www.names.test', type='TXT', ttl=60, rdata='.' * 250) for _ in range((mtu - 200) // 280)])
    full = mtu + 14
    return {
        'a type that nobody knows': filled(Ether(src=source, dst='ff:ff:ff:ff:ff:ff', type=0x88b5), full),
        'UDP over IPv4': filled(ether / four / UDP(sport=4000, dport=9), full),
        'UDP over IPv6': filled(ether / six / UDP(sport=4000, dport=9), full),
        'TCP': filled(ether / four / TCP(sport=4000, dport=443, flags='A'), full),
        'with a tag': filled(ether / Dot1Q(vlan=7) / four / UDP(sport=4001, dport=9), full + 4),
        'no DNS to port 53': filled(ether / four / UDP(sport=4000, dport=53), full),
        'a response': bytes(ether / four / UDP(sport=53, dport=4000) / answer),
    }


@pytest.mark.parametrize('kind, lcores', list(itertools.product(LARGEST, MAPS)))
def test_the_longest_frames_leave_byte_for_byte(make_bridge, kind, lcores):
    mtu, room = LARGEST[kind]
    bridge = make_bridge(kind, lcores)
    if kind != 'tap':
        long_links(bridge, lan=mtu, wan=mtu)
    start(bridge, lan=mtu, wan=mtu, room=room)
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    ends = [[end[0]] + [address.partition('/')[0] for address in end[1:3]] for end in (NEAR, FAR)]
    for sender, receiver, (mac, four, six), (mac2, four2, six2) in ((near, far, *ends), (far, near, *ends[::-1])):
        for what, frame in frames(mtu, mac, mac2, four, four2, six, six2).items():
            sender.send(frame)
            assert receiver.until(lambda got, frame=frame: got == frame), what
    near.close()
    far.close()
    before = bridge.refused
    assert bridge.weir.end()['refused'] == before
    assert 'MTU' not in bridge.weir.read('err')


def test_an_mtu_that_does_not_fit_is_told_with_what_mends_it(make_bridge):
    bridge = make_bridge('af_packet')
    long_links(bridge, lan=9000)
    start(bridge, lan=9000, room=9216)
    bridge.weir.end()
    told = [line for line in bridge.weir.read('err').splitlines() if 'MTU' in line]
    assert told == ['weir run: warning: [port wan] packets of up to 9000 octets may leave by wan, whose MTU is 1500: what '
                    'is longer gets lost there, uncounted: ip link set wan mtu 9000']


def test_what_a_tap_cannot_send_is_refused_and_keeps_nothing_else(make_bridge):
    """Its driver stops at a longer frame, and at what lies behind it. That is told wherever a port's counters are."""
    bridge = make_bridge('af_packet')
    long_links(bridge, lan=9000)
    lan, wan = bridge.devargs()
    bridge.devargs = lambda: [lan, 'net_tap0,iface=tap']
    start(bridge, '--stats', '1', lan=9000, room=9216)
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.middle, 'tap')
    ether = Ether(src=NEAR[0], dst='ff:ff:ff:ff:ff:ff', type=0x88b5)
    for length in (9014, 1514, 1523, 1522):
        near.send(filled(ether, length))
    seen = far.until(lambda got: len(got) == 1522)
    assert [got for got in seen if got[12:14] == b'\x88\xb5'] == [filled(ether, length) for length in (1514, 1522)]
    near.close()
    far.close()
    lab.wait_for(lambda: '\n         2 of those refused: too long for it, or in too many mbufs\n' in bridge.weir.read('out'),
                 'a table that tells it')
    counters = json.loads(bridge.weir.ctl('--json', 'counters'))
    assert (counters['totals']['refused'], counters['totals']['unfit']) == (2, 2)
    assert [(port['name'], port['tx_refused'], port['tx_unfit']) for port in counters['ports']] == \
        [('lan', 0, 0), ('wan', 2, 2)]
    row = r'^wan +\d+ +\d+( +0){4} +2 +2 +0$'
    assert re.search(row, bridge.weir.ctl('counters'), flags=re.M)
    assert bridge.weir.end()['refused'] == 2
    assert re.search(row, bridge.weir.read('out'), flags=re.M)
    assert ' 2  of those refused: longer than their device sends' in bridge.weir.read('out')
    assert 'weir run: warning: [port wan] packets of up to 9000 octets may leave by it, and frames of more than 1522 ' \
        'are refused\n' in bridge.weir.read('err')


@pytest.mark.parametrize('kind, mtu, room, words', [
    ('af_packet', 9000, 2048, '[pool] data_room = 2048 is too small: it needs 9184'),
    ('af_xdp', 9000, 9216, 'mtu = 9000: device net_af_xdp0,iface=lan,force_copy=1 allows 68..3542'),
    ('af_xdp', 1500, 9216, '[pool] data_room = 9216: device net_af_xdp0,iface=lan,force_copy=1 has its buffers in pages '
                           'of the kernel\'s, which leave 3776 at most'),
    ('tap', 9000, 9216, 'mtu = 9000: device net_tap0,iface=lan allows 46..1500'),
])
def test_what_a_device_cannot_carry_is_refused(make_bridge, kind, mtu, room, words):
    bridge = make_bridge(kind)
    with pytest.raises(AssertionError):
        start(bridge, lan=mtu, wan=mtu, room=room)
    assert words in bridge.weir.read('err')


def test_an_interface_whose_mtu_keeps_af_xdp_out_is_told(make_bridge):
    bridge = make_bridge('af_xdp')
    long_links(bridge, lan=9000, wan=9000)
    with pytest.raises(AssertionError):
        start(bridge)
    assert 'lan has an MTU of 9000, with more than about 3500 it takes no XDP program: ip link set lan mtu 1500' in \
        bridge.weir.read('err')
