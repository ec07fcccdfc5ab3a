# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about what carries the DNS message: tags, IP, fragments, UDP, addresses."""
import struct

import frames
from case import BAD, NO_WAY, PASSED, malformed
from frames import (AUTH, CLIENT, CLIENT6, DSTOPTS, FRAGMENT, HOP_BY_HOP, ROUTING, SERVER, SERVER6, TAG, TAG_AD,
                    TAG_OLD, TCP, Packet, opt, question)

PAD6 = b'\0\1\4\0\0\0\0'  # of an extension header: length 0, PadN
OPTIONS = {'none': b'', 'nop': b'\1\1\1\1', 'end': b'\0\0\0\0', 'router alert': b'\x94\4\0\0',
           'record route': b'\7\7\4\0\0\0\0\0', 'time stamp': b'\x44\x08\5\0\0\0\0\0',
           'loose source route': b'\x83\7\4\xc0\0\2\1\0', 'nonsense': b'\xff\xff\xff\xff', 'most': b'\1' * 40}


def payload(text='bad.example', additional=()):
    return frames.message(0x3000, ([question(text)], [], [], list(additional)))


def packet6(**how):
    return Packet(payload(), src=CLIENT6, dst=SERVER6, **how)


def vlan_tags(case):
    stacks = [((TAG, 12),), ((TAG, 0),), ((TAG, 4095),), ((TAG, 7 << 13 | 1 << 12 | 100),), ((TAG_AD, 100),),
              ((TAG_OLD, 100),), ((TAG_AD, 100), (TAG, 12)), ((TAG, 100), (TAG, 12)), ((TAG_OLD, 100), (TAG, 12)),
              ((TAG_AD, 5 << 13 | 100), (TAG_AD, 3 << 13 | 12)), ((TAG_OLD, 1), (TAG_OLD, 2))]
    for tags in stacks:
        case.ask('bad.example', BAD, tags=tags)
        case.ask6('bad.example', BAD, tags=tags, additional=[opt()])
        case.ask('good.example', PASSED, tags=tags)
    # Linux takes off every tag of VLAN 0, and reads what is behind.
    for tags in (((TAG_AD, 1), (TAG, 2), (TAG, 3)), ((TAG, 0),) * 3, ((TAG, 0),) * 8):
        case.ask('bad.example', BAD, tags=tags)
        case.ask6('bad.example', BAD, tags=tags)
        case.ask('good.example', PASSED, tags=tags)
    whole = Packet(payload(), tags=((TAG_AD, 1), (TAG, 2))).frame()
    for length in (14, 17, 18, 21, 22, 41, 49):  # the frame ends inside tags and headers
        case.frame(whole[:length])
    for ethertype in (0x0806, 0x8847, 0x8864, 0x0026, 0xffff):  # ARP, MPLS, PPPoE, LLC, none
        case.frame(whole[:12] + struct.pack('>HHH', TAG, 9, ethertype) + whole[22:])
    case.frame(whole[:20] + b'\x86\xdd' + whole[22:])  # IPv4 that says it is IPv6
    case.frame(whole[:12])
    case.frame(b'\2')


def ipv6_extension_headers(case):
    routing = {left: bytes([0, kind, left]) + bytes(4) for kind, left in ((0, 0), (2, 1))}
    long_options = b'\2\1\x14' + bytes(20)  # 24 octets, one PadN
    chains = [[(HOP_BY_HOP, PAD6)], [(DSTOPTS, PAD6)], [(DSTOPTS, long_options)], [(ROUTING, routing[0])],
              [(FRAGMENT, bytes(7))], [(FRAGMENT, b'\0\0\6\1\2\3\4')], [(AUTH, b'\4' + bytes(22))],
              [(HOP_BY_HOP, PAD6), (DSTOPTS, PAD6), (ROUTING, routing[0]), (FRAGMENT, bytes(7)), (DSTOPTS, PAD6)],
              [(DSTOPTS, PAD6), (HOP_BY_HOP, PAD6)], [(DSTOPTS, PAD6)] * 64,
              [(HOP_BY_HOP, PAD6)] + [(DSTOPTS, PAD6)] * 150]
    for chain in chains:
        case.ask6('bad.example', BAD, extension=tuple(chain))
        case.ask6('bad.example', BAD, extension=tuple(chain), additional=[opt()], tags=((TAG, 12),))
        case.ask6('good.example', PASSED, extension=tuple(chain))
    # The destination is a waypoint: who would the answer be from?
    case.ask6('bad.example', NO_WAY, extension=((ROUTING, routing[1]),))
    case.ask6('good.example', PASSED, extension=((ROUTING, routing[1]),))
    case.frame(packet6(extension=((HOP_BY_HOP, b'\xff' + PAD6[1:]),)))  # longer than the datagram
    case.frame(packet6(extension=((HOP_BY_HOP, PAD6),), protocol=59))
    for protocol in (50, 59, 58, 135, 139, 140, 253, 132, 136):
        case.frame(packet6(protocol=protocol))
    case.frame(packet6(ip_len=0, extension=((HOP_BY_HOP, b'\0\xc2\4\0\0\1\0'),)))  # a jumbogram
    # Without that option Linux reads on to the frame's end.
    for options in (PAD6, b'\0\1\4\xc2\4\0\0'):
        case.ask6('bad.example', BAD, ip_len=0, extension=((HOP_BY_HOP, options), (DSTOPTS, PAD6)))
        case.ask6('bad.example', BAD, ip_len=0, extension=((HOP_BY_HOP, options),), trailer=bytes(20))
        case.ask6('good.example', PASSED, ip_len=0, extension=((HOP_BY_HOP, options),))
    case.frame(packet6(ip_len=0))
    case.frame(packet6(ip_len=7))
    case.frame(packet6(ip_len=1000))


def ipv4_options(case):
    for options in OPTIONS.values():
        case.ask('bad.example', BAD, options=options)
        case.ask('bad.example', BAD, options=options, additional=[opt()], tags=((TAG_AD, 1), (TAG, 2)))
        case.ask('good.example', PASSED, options=options)
    whole = bytearray(Packet(payload()).frame())
    for first in (0x44, 0x40, 0x4f, 0x55, 0x65, 0x05):  # header lengths that lie, other versions
        whole[14] = first
        frame = bytes(whole)
        case.frame(frame if first != 0x4f else frame[:14 + 40])
    for length in (0, 19, 20, 27, 2000):
        case.frame(Packet(payload(), ip_len=length))


def fragments(case):
    more, dont, evil = 0x2000, 0x4000, 0x8000
    for flags in (0, dont, evil, evil | dont):
        case.ask('bad.example', BAD, fragment=flags)
    # A first fragment that holds the whole query is passed unread, and so is what follows.
    for flags in (more, more | dont, more | 1, 1, 185, 0x1fff, dont | 1):
        case.frame(Packet(payload(), fragment=flags))
    for offset in (1, 8, 9, 0xfff8, 0xfff9):
        case.frame(packet6(extension=((FRAGMENT, struct.pack('>BHI', 0, offset, 7)),)))
        case.frame(packet6(extension=((HOP_BY_HOP, PAD6), (FRAGMENT, struct.pack('>BHI', 0, offset, 7)))))
    # Only pieces of one are fragments: an atomic one is a whole datagram (RFC 6946).
    case.ask6('bad.example', BAD, extension=((FRAGMENT, struct.pack('>BHI', 0, 0, 7)),))
    case.ask6('good.example', PASSED, extension=((FRAGMENT, struct.pack('>BHI', 0, 0, 7)),))
    case.ask6('bad.example', BAD, extension=((FRAGMENT, struct.pack('>BHI', 0, 6, 7)),))  # reserved bits


def ethernet_padding(case):
    for text, verdict in (('bad.example', BAD), ('good.example', PASSED), ('x', PASSED), ('.', PASSED)):
        for trailer in (bytes(18), b'\xff' * 18, bytes(4), b'\0', opt() + opt(), bytes(1000)):
            case.ask(text, verdict, trailer=trailer)
            case.ask6(text, verdict, trailer=trailer, tags=((TAG, 12),))
    # What the message lacks stands in the padding: it is no part of it.
    whole = payload(additional=[opt()])
    for length, reason, seen in ((39, 'record_short', ('bad.example', 1)), (27, 'question_short', ('bad.example', 0)),
                                 (20, 'name_short', ('-', 0)), (11, 'short', ('-', 0))):
        case.send(whole[:length], malformed(reason), seen, trailer=whole[length:])
    # A second question in the padding is none.
    case.ask('good.example', PASSED, trailer=question('bad.example'))


def no_way_back(case):
    sources = ['224.0.0.5', '239.255.255.250', '255.255.255.255', '0.0.0.0', '0.1.2.3', '127.0.0.1', SERVER]
    for src in sources:
        case.ask('bad.example', NO_WAY, src=src)
        case.ask('good.example', PASSED, src=src)
    for dst in ('224.0.0.251', '255.255.255.255', '127.0.0.53', '0.0.0.0'):
        case.ask('bad.example', NO_WAY, dst=dst)
    for src in ('ff02::1', '::', '::1', SERVER6):
        case.ask6('bad.example', NO_WAY, src=src)
        case.ask6('good.example', PASSED, src=src)
    for dst in ('ff02::fb', '::', '::1'):
        case.ask6('bad.example', NO_WAY, dst=dst)
    for mac in (b'\xff' * 6, bytes.fromhex('01005e0000fb'), bytes.fromhex('333300000001')):
        case.ask('bad.example', NO_WAY, dst_mac=mac)
        case.ask('bad.example', NO_WAY, src_mac=mac)
    case.ask('bad.example', NO_WAY, sport=0)
    case.ask6('bad.example', NO_WAY, sport=0)
    case.ask('good.example', PASSED, sport=0)
    for src in ('10.0.0.1', '169.254.1.1', '100.64.0.1', '223.255.255.255', '1.0.0.1'):
        case.ask('bad.example', BAD, src=src)
    for src in ('fe80::1', 'fd00::1', '::2', '2002:c000:20a::1'):
        case.ask6('bad.example', BAD, src=src)


def udp_lengths(case):
    whole = payload()
    for surplus in (b'\0', b'x' * 4, opt(), bytes(200)):
        case.ask('bad.example', BAD, surplus=surplus)
        case.ask6('bad.example', BAD, surplus=surplus)
        case.ask('good.example', PASSED, surplus=surplus)
    # The UDP length cuts the message.
    case.send(whole, malformed('name_short'), udp_len=8 + 20)
    case.send(whole[:8], malformed('short'), udp_len=8 + 8, surplus=whole[8:])
    case.send(b'', malformed('short'), udp_len=8, surplus=whole)
    case.send(b'', malformed('short'))
    for length in (0, 1, 7, len(whole) + 9, 65535):
        case.frame(Packet(whole, udp_len=length))
        if length > 0:
            case.frame(packet6(udp_len=length))
    # Linux takes a length of 0 for the rest of an IPv6 datagram.
    case.ask6('bad.example', BAD, udp_len=0)
    case.ask6('bad.example', BAD, udp_len=0, ip_len=0, extension=((HOP_BY_HOP, PAD6),))
    case.ask6('good.example', PASSED, udp_len=0)
    case.frame(Packet(whole, ip_len=27))
    # An answer bears a checksum, whatever the query's was.
    for checksum in (0, 1, 0xffff):
        case.ask('bad.example', BAD, udp_sum=checksum)
        case.ask6('bad.example', BAD, udp_sum=checksum)


def over_tcp(case):
    segment = struct.pack('>HHIIBBHHH', 40000, 53, 1, 1, 0x50, 0x18, 512, 0, 0)
    stream = struct.pack('>H', len(payload())) + payload()
    empty = Packet(b'', protocol=TCP, ip_len=20 + len(segment + stream)).frame()[:34]
    case.frame(empty + segment + stream)
    case.frame(empty + segment[:2] + b'\xd9\x03' + segment[4:] + stream)  # to port 55555
    case.frame(empty + segment[:12] + b'\xf0' + segment[13:] + stream[:10])  # a header that lies
    for protocol in (1, 2, 41, 47, 50, 132, 136, 255):
        case.frame(Packet(payload(), protocol=protocol))
    case.ask('bad.example', BAD, src=CLIENT, dst=SERVER)


CASES = [vlan_tags, ipv6_extension_headers, ipv4_options, fragments, ethernet_padding, no_way_back, udp_lengths,
         over_tcp]
