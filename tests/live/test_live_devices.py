# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Devices that lead from one process to another: a Weir with two of a kind between two others, each of
which has the other end of one of them and a link of the kernel's."""
import contextlib
import os
import signal

import pytest
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

import lab
from bridge import DEVICES, FAR, NEAR, PREFIX, Weir

# Of the middle, and of the ends: {n} the number of the wire, {dir} a folder of the test's.
KINDS = {
    'memif': ('net_memif{n},role=server,id={n},socket={dir}/m,socket-abstract=no',
              'net_memif{n},role=client,id={n},socket={dir}/m,socket-abstract=no'),
    'vhost': ('net_vhost{n},iface={dir}/v{n}', 'net_virtio_user{n},path={dir}/v{n},mac=02:00:00:00:01:0{n}'),
    'virtio_user': ('net_virtio_user{n},path={dir}/v{n},mac=02:00:00:00:01:0{n}', 'net_vhost{n},iface={dir}/v{n}'),
    # Its transmit queue holds many times the frames that the queues of the other port do.
    'virtio_user_long': ('net_virtio_user{n},path={dir}/v{n},mac=02:00:00:00:01:0{n},queue_size=1024',
                         'net_vhost{n},iface={dir}/v{n}'),
}
KEYS = {'virtio_user_long': {'lan': 'rx_desc = 64\ntx_desc = 64\n', 'wan': 'rx_desc = 64\n'}}
QUICK = 'link_wait = 0\n'
MTU = 9000
ROOM = '[pool]\ndata_room = 9216\n'


def ports(lan, wan, sides, kind=None, mtu=MTU):
    return ''.join('[port {}]\ndevice = {}\npeer = {}\nside = {}\nmtu = {}\n{}'.format(
        name, device, peer, side, mtu, KEYS.get(kind, {}).get(name, ''))
                   for name, device, peer, side in (('lan', lan, 'wan', sides[0]), ('wan', wan, 'lan', sides[1])))


@pytest.fixture(params=list(KINDS))
def chain(request, spaces, tmp_path):
    """near - end - middle - end - far; gives the three programs, near's end first, and a tap at each side."""
    near, far = spaces
    middle_device, end_device = KINDS[request.param]
    with contextlib.ExitStack() as stack:
        space = lab.Space()
        stack.callback(space.close)
        space.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6')
        runs = []
        for n, name in enumerate(('first', 'middle', 'last')):
            (tmp_path / name).mkdir()
            runs.append(Weir(tmp_path / name, space, '{}{}_{}'.format(PREFIX, os.getpid(), name)))
            stack.callback(runs[-1].close)
        taps = []
        for side, link in ((near, 'one'), (far, 'two')):
            lab.join(side, 'wire_' + link, space, link)
            side.ip('link', 'set', 'wire_' + link, 'mtu', str(MTU))
            space.ip('link', 'set', link, 'mtu', str(MTU))
            stack.callback(side.ip, 'link', 'del', 'wire_' + link)
            taps.append(lab.Tap(side, 'wire_' + link))
            stack.callback(taps[-1].close)
        devices = [[device.format(n=n, dir=tmp_path) for n in (0, 1)] for device in (middle_device, end_device)]
        runs[0].configure(ports('net_af_packet0,iface=one', devices[1][0], ('servers', 'servers')), weir=QUICK,
                          extra=ROOM)
        runs[1].configure(ports(*devices[0], ('clients', 'servers'), request.param), weir=QUICK,
                          extra=ROOM + 'cache = 0\n')
        runs[2].configure(ports(devices[1][1], 'net_af_packet0,iface=two', ('servers', 'servers')), weir=QUICK,
                          extra=ROOM)
        # A vhost is there before the virtio_user that looks for it.
        order = (0, 2, 1) if request.param.startswith('virtio_user') else (1, 0, 2)
        for n in order:
            runs[n].start()
            runs[n].until_ready()
        lab.wait_for(lambda: runs[1].read('err').count('link is up') >= 2, 'both links of the middle')
        yield runs, taps


def query(name):
    return bytes(Ether(src=NEAR[0], dst=FAR[0]) / IP(src='192.0.2.1', dst='192.0.2.2') /
                 UDP(sport=4000, dport=53) / DNS(id=7, qd=DNSQR(qname=name)))


def passes(sender, receiver, frame):
    """Sends until it arrives: the first ones may meet a link that is not up at both its ends yet."""
    def arrives():
        sender.send(frame)
        try:
            return receiver.until(lambda got: got == frame, 0.5)
        except AssertionError:
            return None
    lab.wait_for(arrives, 'a frame to pass')


def test_two_of_a_kind_lead_from_process_to_process(chain):
    runs, (near, far) = chain
    for n, length in enumerate((60, 400, 1514, 14 + MTU)):
        frame = bytes.fromhex('ffffffffffff02000000000188b5') + bytes([n]) * (length - 14)
        passes(near, far, frame)
        passes(far, near, frame[:6] + b'\x02\0\0\0\0\x02' + frame[12:])
    passes(near, far, query('www.names.test'))
    near.send(query('ads.names.test'))
    answer = near.until(lambda got: got[12:14] == b'\x08\x00' and got[23] == 17)[-1]
    assert DNS(answer[42:]).rcode == 3
    counters = [run.end() for run in runs]
    assert counters[1]['answered_nxdomain'] == 1
    assert all(c['refused'] == 0 or n != 1 for n, c in enumerate(counters))


def test_a_far_side_that_does_not_read_is_counted_and_harms_nobody_else(chain):
    """What the device does not take is counted, the lcore goes on: what comes the other way passes. When the far
    side reads again, so does what goes there."""
    runs, (near, far) = chain
    there, back = (bytes.fromhex(mac + '88b5') + b'.' * 86 for mac in
                   ('ffffffffffff020000000001', 'ffffffffffff020000000002'))
    passes(near, far, there)
    passes(far, near, back)
    runs[2].signal(signal.SIGSTOP)

    def is_refused():
        for _ in range(256):
            near.send(there)
        return runs[1].look()['refused'] > 0
    lab.wait_for(is_refused, 'the device to be full')
    lab.wait_for(lambda: runs[1].look()['received'] == runs[1].look()['received'], 'the last of them to come')
    sent = runs[1].look()['sent']
    near.send(query('ads.names.test'))  # is answered all the same: that leaves by the other port
    near.until(lambda got: got[12:14] == b'\x08\x00' and got[23] == 17)
    assert runs[1].look()['sent'] == sent + 1
    runs[2].signal(signal.SIGCONT)
    passes(near, far, query('www.names.test'))
    passes(far, near, back[:14] + b'-' * 86)
    counters = runs[1].end()
    assert counters['refused'] > 0 and counters['answered_nxdomain'] == 1
    for n in (0, 2):
        runs[n].end()


JUMBO = [bytes.fromhex('ffffffffffff02000000000188b5') + bytes(i & 255 for i in range(length - 14))
         for length in (60, 1514, 3000, 1500)]


@pytest.mark.parametrize('kind', ['af_packet', 'af_xdp'])
def test_a_frame_that_the_device_would_harm_is_refused(spaces, tmp_path, kind):
    """Of two mbufs, and longer than a slot: net_af_xdp would send what lies behind the first mbuf, net_af_packet
    throw it away and call it sent. What comes behind it arrives as it was."""
    far = spaces[1]
    wrpcap(str(tmp_path / 'in.pcap'), [Ether(frame) for frame in JUMBO])
    with contextlib.ExitStack() as stack:
        space = lab.Space()
        stack.callback(space.close)
        lab.join(far, 'wire', space, 'one')
        stack.callback(far.ip, 'link', 'del', 'wire')
        far.ip('link', 'set', 'wire', 'mtu', '3400')
        space.ip('link', 'set', 'one', 'mtu', '3400')
        tap = lab.Tap(far, 'wire')
        stack.callback(tap.close)
        run = Weir(tmp_path, space, '{}{}'.format(PREFIX, os.getpid()))
        stack.callback(run.close)
        run.configure(ports('net_pcap0,rx_pcap={}'.format(tmp_path / 'in.pcap'), DEVICES[kind].format(n=0, link='one'),
                            ('clients', 'servers'), mtu=1500), weir='until_ready = wait\n')
        run.start()
        seen = tap.until(lambda got: got == JUMBO[3])
        assert [got for got in seen if got[12:14] == b'\x88\xb5'] == [JUMBO[0], JUMBO[1], JUMBO[3]]
        counters = run.end()
        assert (counters['received'], counters['sent'], counters['refused']) == (4, 3, 1)
        assert ' 1  of those refused: longer than their device sends' in run.read('out')
        assert '[port wan] one has an MTU of 3400, and frames of more than {} octets do not pass whole: mtu = 3400 ' \
            'here, or ip link set one mtu 1500\n'.format({'af_packet': 2016, 'af_xdp': 2048}[kind]) in run.read('err')
