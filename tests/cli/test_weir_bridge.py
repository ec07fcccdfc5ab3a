# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run as a bridge: whatever is not for it leaves the other side octet for octet, by one worker and by a
pipeline; devices of every kind that needs no root are opened two at a time."""
import os
import signal
import subprocess

import captures
import pytest
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPerror, UDPerror
from scapy.layers.inet6 import ICMPv6ND_NS, ICMPv6PacketTooBig, IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import ARP, LLC, STP, Dot1AD, Dot1Q, Dot3, Ether
from scapy.layers.vrrp import VRRPv3
from scapy.packet import Raw

WEIR = os.environ['WEIR']
OK = 0
PREFIX = 'weir_cli_bridge_%d' % os.getpid()
MAC = {'src': '02:00:00:00:00:01', 'dst': '02:00:00:00:00:02'}
MTU = 9000
PIPELINE = '''[lcore 1]
role = rx
ports = lan, wan
feeds = 2-4
[lcore 2]
role = classify
feeds = 5-6
[lcore 3]
role = classify
feeds = 5-6
[lcore 4]
role = classify
feeds = 5-6
[lcore 5]
role = tx
ports = lan
[lcore 6]
role = tx
ports = wan
'''
MAPS = {'worker': '[lcore 1]\nports = lan, wan\n', 'pipeline': PIPELINE}


def raw(n, seed=0):
    return Raw(bytes((i * 7 + seed) & 0xff for i in range(n)))


def query():
    return DNS(id=1, qd=DNSQR(qname='ads.test'))


def frames():
    """name: a frame that passes, whatever the policy says of ads.test."""
    ip, ip6 = IP(src='192.0.2.1', dst='198.51.100.1'), IPv6(src='2001:db8::1', dst='2001:db8:1::1')
    v2 = Ether(**MAC)
    return {
        'broadcast ARP': Ether(src=MAC['src'], dst='ff:ff:ff:ff:ff:ff') / ARP(psrc='192.0.2.1', pdst='192.0.2.2'),
        'LLDP': Ether(src=MAC['src'], dst='01:80:c2:00:00:0e', type=0x88cc) / raw(50),
        'spanning tree': Dot3(src=MAC['src'], dst='01:80:c2:00:00:00') / LLC(dsap=0x42, ssap=0x42, ctrl=3) / STP(),
        'pause': Ether(src=MAC['src'], dst='01:80:c2:00:00:01', type=0x8808) / raw(46),
        'EAPOL': Ether(src=MAC['src'], dst='01:80:c2:00:00:03', type=0x888e) / raw(46),
        'VRRP': Ether(src='00:00:5e:00:01:07', dst='01:00:5e:00:00:12')
        / IP(src='192.0.2.3', dst='224.0.0.18', ttl=255, proto=112) / VRRPv3(vrid=7, addrlist=['192.0.2.9']),
        'ICMP error about a blocked query': v2 / IP(src='198.51.100.1', dst='192.0.2.1')
        / ICMP(type=3, code=3) / IPerror(src='192.0.2.1', dst='198.51.100.1') / UDPerror(sport=4000, dport=53)
        / Raw(bytes(query())),
        'packet too big': v2 / ip6 / ICMPv6PacketTooBig(mtu=1280) / raw(1200),
        'neighbour discovery': Ether(src=MAC['src'], dst='33:33:ff:00:00:01')
        / IPv6(src='fe80::1', dst='ff02::1:ff00:1') / ICMPv6ND_NS(tgt='fe80::2'),
        'TCP to port 53': v2 / ip / TCP(sport=4000, dport=53, flags='S'),
        'a tail behind the IP packet': v2 / ip / UDP(sport=1, dport=2) / raw(4) / Raw(b'\xaa' * 18),
        'a wrong IPv4 checksum': v2 / IP(src='192.0.2.1', dst='198.51.100.1', chksum=1) / UDP(dport=9) / raw(20),
        'IPv4 options': v2 / IP(src='192.0.2.1', dst='198.51.100.1', options=[b'\x94\x04\0\0']) / UDP(dport=9),
        'a later fragment': v2 / IP(src='192.0.2.1', dst='198.51.100.1', frag=100, proto=17) / raw(200),
        'an IPv6 fragment': v2 / ip6 / IPv6ExtHdrFragment(offset=9, nh=17) / raw(200),
        'another protocol': v2 / IP(src='192.0.2.1', dst='198.51.100.1', proto=89) / raw(60),
        'a type that nobody knows': Ether(type=0x88b5, **MAC) / raw(60),
        'a VLAN': v2 / Dot1Q(vlan=12) / ip / UDP(dport=9) / raw(60),
        'a priority tag': v2 / Dot1Q(vlan=0, prio=5) / ip / UDP(dport=9) / raw(60),
        '802.1ad': v2 / Dot1AD(vlan=100) / Dot1Q(vlan=12) / ip / UDP(dport=9) / raw(60),
        'three tags': v2 / Dot1AD(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / ip / UDP(dport=9) / raw(60),
        'PPPoE': Ether(type=0x8864, **MAC) / raw(60),
        'MPLS': Ether(type=0x8847, **MAC) / raw(60),
        'a header alone': Ether(type=0x0800, **MAC),
        'as long as the MTU': v2 / ip / UDP(sport=4000, dport=9) / raw(MTU - 28),
        'as long, with two tags': v2 / Dot1AD(vlan=1) / Dot1Q(vlan=2) / ip / UDP(dport=9) / raw(MTU - 28, 3),
        'a chain of two': v2 / ip6 / UDP(sport=4000, dport=9) / raw(2500, 5),
        'a query in a chain, for another name': v2 / ip / UDP(sport=4000, dport=53)
        / DNS(id=2, qd=DNSQR(qname='ok.test')) / raw(4000, 9),
    }


def responses():
    """A direction whose queries were never seen here."""
    return [bytes(Ether(**MAC) / IP(src='198.51.100.1', dst='192.0.2.1') / UDP(sport=53, dport=4000 + n)
                  / DNS(id=n, qr=1, qd=DNSQR(qname='ads.test'), an=DNSRR(rrname='ads.test', rdata='192.0.2.9')))
            for n in range(40)]


class Bridge:
    def __init__(self, path):
        self.path = path
        (path / 'ads.txt').write_text('ads.test\n')

    def run(self, lcores, lan, wan, ring=''):
        """The frames that left by lan and by wan."""
        cpus = sorted(os.sched_getaffinity(0))
        for name, sent in (('in', lan), ('back', wan)):
            (self.path / f'{name}.pcap').write_bytes(captures.pcap(sent))
        (self.path / 'weir.ini').write_text(
            f'[weir]\nnuma = prefer\nstate_dir =\nidle = adaptive\n[eal]\nhugepages = no\nfile_prefix = {PREFIX}\n'
            f'lcores = {",".join(f"{i}@{cpus[i % len(cpus)]}" for i in range(7))}\n[ring]\nsize = 4096\n{ring}'
            f'[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,tx_pcap=lan.pcap\nside = clients\nmtu = {MTU}\n'
            f'[port wan]\ndevice = net_pcap1,rx_pcap=back.pcap,tx_pcap=wan.pcap\nside = servers\nmtu = {MTU}\n'
            f'[list ads]\npath = ads.txt\nformat = domains\naction = nxdomain\n{lcores}')
        self.drive(len(lan) + len(wan))
        return captures.read(self.path / 'lan.pcap'), captures.read(self.path / 'wan.pcap')

    def drive(self, total):
        process = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini'], cwd=self.path, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            for line in process.stdout:
                if line == 'ready\n':
                    break
            # A drain takes all that the captures hold.
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
            process.wait()
        assert process.returncode == OK, err
        if total is not None:
            assert f'{total}  received' in out, out
        return out


@pytest.fixture
def bridge(tmp_path):
    return Bridge(tmp_path)


def differences(wanted, found):
    """Names of the frames that did not come as they went."""
    left = list(found)
    missing = []
    for name, frame in wanted.items():
        if frame in left:
            left.remove(frame)
        else:
            missing.append(name)
    return missing, [frame.hex() for frame in left]


@pytest.mark.parametrize('lcores', list(MAPS))
def test_what_is_not_for_us_leaves_octet_for_octet(bridge, lcores):
    sent = {name: bytes(frame) for name, frame in frames().items()}
    lan, wan = bridge.run(MAPS[lcores], list(sent.values()), list(sent.values()))
    assert differences(sent, wan) == ([], [])
    assert differences(sent, lan) == ([], [])


@pytest.mark.parametrize('lcores', list(MAPS))
def test_one_direction_alone_passes(bridge, lcores):
    sent = responses()
    lan, wan = bridge.run(MAPS[lcores], [], sent)
    assert (sorted(lan), wan) == (sorted(sent), [])


def by_flow(frames_):
    """The numbers that the frames bear, by source port."""
    found = {}
    for frame in frames_:
        found.setdefault(frame[34:36], []).append(int(frame[42:48]))
    return found


@pytest.mark.parametrize('hash_by', ['addresses', 'ports'])
def test_flows_of_one_pair_keep_their_order(bridge, hash_by):
    """All connections of one client and its server: by `ports` they go over several lcores."""
    sent = [bytes(Ether(**MAC) / IP(src='192.0.2.1', dst='198.51.100.1') / UDP(sport=5000 + n % 50, dport=9)
                  / Raw(b'%06d' % n)) for n in range(2000)]
    _, wan = bridge.run(PIPELINE, sent, [], ring=f'hash = {hash_by}\n')
    assert by_flow(wan) == by_flow(sent)
    if hash_by == 'addresses':
        assert wan == sent  # one lcore has them all


@pytest.mark.parametrize('devices', [
    ('net_null0,no-rx=1', 'net_null1,no-rx=1'),
    ('net_ring0', 'net_ring1'),
    ('net_memif0,role=server,id=0,socket={dir}/m.sock,socket-abstract=no',
     'net_memif1,role=server,id=1,socket={dir}/m.sock,socket-abstract=no'),
])
def test_two_of_a_kind_go_up_and_down(bridge, devices):
    (bridge.path / 'weir.ini').write_text(
        f'[weir]\nnuma = prefer\nstate_dir =\nlink_wait = 0\n[eal]\nhugepages = no\nfile_prefix = {PREFIX}\n'
        + ''.join('[port {}]\ndevice = {}\n'.format(name, device.format(dir=bridge.path))
                  for name, device in zip(('a', 'b'), devices)))
    for _ in range(2):
        bridge.drive(None)
