#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Writes the seeds of fuzz_pkt_decode and fuzz_pkt_turn_round: one small frame of every kind.

Run by hand when a kind is added; what it writes is committed.
"""
import pathlib

from scapy.layers.inet import IP, TCP, UDP, ICMP, IPOption_RR
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, Jumbo)
from scapy.layers.ipsec import AH, ESP
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Dot3, Ether, LLC
from scapy.packet import Padding

CORPUS = pathlib.Path(__file__).parent / 'corpus'
ETH = Ether(dst='02:00:00:00:00:01', src='02:00:00:00:00:02')


def ip4(**fields):
    return ETH / IP(src='192.0.2.9', dst='192.0.2.53', **fields)


def ip6(**fields):
    return ETH / IPv6(src='2001:db8::9', dst='2001:db8::53', **fields)


IP4 = ip4().payload
IP6 = ip6().payload
UDP_ = UDP(sport=4242, dport=53)
TCP_ = TCP(sport=4242, dport=53, flags='PA')
QUERY = bytes.fromhex('1234010000010000000000000161047465737400' '00010001')

FRAMES = {
    'udp4': ETH / IP4 / UDP_ / QUERY,
    'udp4_padded': ETH / IP4 / UDP_ / b'x' / Padding(b'\0' * 17),
    'udp4_options': ip4(options=[IPOption_RR()]) / UDP_ / QUERY,
    'udp4_no_sum': ETH / IP4 / UDP(sport=4242, dport=53, chksum=0) / QUERY,
    'udp4_surplus': ETH / IP4 / UDP(sport=4242, dport=53, len=20) / QUERY,
    'udp4_vlan': ETH / Dot1Q(vlan=12) / IP4 / UDP_ / QUERY,
    'udp4_qinq': ETH / Dot1AD(vlan=100, type=0x8100) / Dot1Q(vlan=12) / IP4 / UDP_ / QUERY,
    'udp4_three_tags': ETH / Dot1Q(vlan=1) / Dot1Q(vlan=2) / Dot1Q(vlan=3) / IP4 / UDP_ / QUERY,
    'udp4_first_fragment': ip4(flags='MF') / UDP_ / QUERY,
    'udp4_later_fragment': ip4(frag=3, proto=17) / QUERY,
    'tcp4': ETH / IP4 / TCP_ / QUERY,
    'tcp4_options': ETH / IP4 / TCP(sport=4242, dport=53, options=[('MSS', 1460), ('NOP', None)]),
    'icmp4': ETH / IP4 / ICMP(),
    'esp4': ETH / IP4 / ESP(spi=1, seq=1, data=b'12345678'),
    'udp6': ETH / IP6 / UDP_ / QUERY,
    'udp6_hbh': ETH / IP6 / IPv6ExtHdrHopByHop() / UDP_ / QUERY,
    'udp6_chain': (ETH / IP6 / IPv6ExtHdrHopByHop() / IPv6ExtHdrRouting(addresses=['::1']) /
                   IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment() / UDP_ / QUERY),
    'udp6_ah': (ETH / IP6 / AH(spi=1, seq=1, icv=b'123456789012', nh=17, payloadlen=4) /
                bytes(UDP_ / QUERY)),
    'udp6_atomic': ETH / IP6 / IPv6ExtHdrFragment() / UDP_ / QUERY,
    'udp6_first_fragment': ETH / IP6 / IPv6ExtHdrFragment(m=1) / UDP_ / QUERY,
    'udp6_later_fragment': ETH / IP6 / IPv6ExtHdrFragment(offset=3) / QUERY,
    'udp6_jumbo': ip6(plen=0) / IPv6ExtHdrHopByHop() / UDP_,
    'udp6_jumbo_option': ip6(plen=0) / IPv6ExtHdrHopByHop(options=[Jumbo(jumboplen=65536)]) / UDP_,
    'udp6_no_length': ip6(plen=0) / IPv6ExtHdrHopByHop() / UDP_ / QUERY / Padding(b'\0' * 17),
    'udp6_udp_length_0': ETH / IP6 / UDP(sport=4242, dport=53, len=0) / QUERY,
    'tcp6': ETH / IP6 / TCP_ / QUERY,
    'no_next6': ip6(nh=59),
    'arp': ETH / ARP(),
    'llc': Dot3(dst='02:00:00:00:00:01', src='02:00:00:00:00:02') / LLC() / (b'\0' * 20),
}


def write(target, name, octets):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(octets)


def main():
    for name, frame in FRAMES.items():
        octets = bytes(frame)
        write('pkt_decode', name, octets)
        if name.startswith('udp') and 'fragment' not in name:
            write('pkt_turn_round', name, b'\0\x14\x40' + octets)
    write('pkt_turn_round', 'no_room', b'\x02\0\0' + bytes(FRAMES['udp6_chain']))


if __name__ == '__main__':
    main()
