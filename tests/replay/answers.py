# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The answers of a replay, read by dnspython and tshark: each is what the policy model asks for (The answer
that we write), neither more nor less than its limits allow.
"""
import configparser
import ipaddress
import pathlib
import re
import struct
import subprocess
import typing

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import frames
import replay

RCODES = {'nxdomain': dns.rcode.NXDOMAIN, 'refused': dns.rcode.REFUSED, 'servfail': dns.rcode.SERVFAIL}
EDE_BLOCKED, COOKIE, EDE = 15, 10, 15
SOA_LEN = 17 + 13 + 20  # octets of the SOA's data
TAGS = {frames.TAG, frames.TAG_AD, frames.TAG_OLD}


class Datagram(typing.NamedTuple):
    """A UDP datagram, and what stands around it."""
    link: bytes     # tags and Ethernet type, MAC addresses not
    macs: tuple     # destination, source
    ip: bytes       # the header, options and extension headers too
    addresses: tuple
    ports: tuple
    udp_sum: int
    payload: bytes
    ip_len: int     # octets of the IP packet
    rest: bytes     # behind it


def read_datagram(frame):
    at = 12
    while struct.unpack_from('>H', frame, at)[0] in TAGS:
        at += 4
    link, ip = frame[12:at + 2], at + 2
    if frame[ip] >> 4 == 4:
        ip_len = struct.unpack_from('>H', frame, ip + 2)[0]
        udp = ip + 4 * (frame[ip] & 15)
        addresses = frame[ip + 12:ip + 16], frame[ip + 16:ip + 20]
    else:
        # No length: to the frame's end, as Linux reads it.
        ip_len = 40 + struct.unpack_from('>H', frame, ip + 4)[0] if any(frame[ip + 4:ip + 6]) else len(frame) - ip
        udp, kind = ip + 40, frame[ip + 6]
        addresses = frame[ip + 8:ip + 24], frame[ip + 24:ip + 40]
        while kind != frames.UDP:
            length = {frames.FRAGMENT: 8, frames.AUTH: 4 * frame[udp + 1] + 8}.get(kind, 8 * frame[udp + 1] + 8)
            kind, udp = frame[udp], udp + length
    sport, dport, udp_len, udp_sum = struct.unpack_from('>HHHH', frame, udp)
    udp_len = udp_len or ip + ip_len - udp
    return Datagram(link, (frame[:6], frame[6:12]), frame[ip:udp], addresses, (sport, dport), udp_sum,
                    frame[udp + 8:udp + udp_len], ip_len, frame[ip + ip_len:])


class Policy:
    """What a case's INI says of the answers to its verdicts."""

    def __init__(self, ini):
        self.folder = pathlib.Path(ini).parent
        self.ini = configparser.ConfigParser(inline_comment_prefixes=(' ;',), interpolation=None)
        self.ini.read(ini, encoding='utf-8')
        self.rules = {}
        self.group = 'default'
        ttls = self.folder / 'ttls'  # frame<TAB>TTL of its answer, where hours shorten it
        self.ttls = dict(line.split('\t') for line in ttls.read_text().splitlines()) if ttls.exists() else {}

    def set(self, setting):
        """SECTION.KEY=VALUE, as --set takes it."""
        key, _, value = setting.partition('=')
        section, _, key = key.rpartition('.')
        if not self.ini.has_section(section):
            self.ini.add_section(section)
        self.ini.set(section, key, value)

    def get(self, section, key, otherwise):
        return self.ini.get(section, key, fallback=otherwise)

    def of_group(self, key, otherwise):
        return self.get(f'group {self.group}', key, otherwise)

    def of_list(self, row, key, otherwise):
        return self.get(f'list {row["list"]}', key, otherwise)

    def ede(self, row):
        code = self.of_list(row, 'ede', str(EDE_BLOCKED))
        return None if code == 'none' else int(code)

    def text(self, row):
        return self.of_group('text', '') or self.of_list(row, 'text', '')

    def ttl(self, row):
        return int(self.ttls.get(row['frame'], self.of_list(row, 'ttl', '60')))

    def addresses(self, row, family):
        """Of a sinkhole or of a CNAME's target."""
        if row['action'] == 'sinkhole':
            given = self.of_group('sinkhole_' + family.lower(), {'A': '192.0.2.53', 'AAAA': '2001:db8::53'}[family])
        else:
            given = self.of_list(row, 'target_' + family.lower(), '')
        return [address.strip() for address in given.split(',') if address.strip()]

    def clients(self, key):
        """What the sections name: (item, group)."""
        for section in self.ini.sections():
            if section.startswith('clients '):
                for item in self.get(section, key, '').split(','):
                    yield item.strip().lower().replace('-', ':'), section.split()[1]

    def ask(self, frame):
        """The group of who sent a frame is the one that is asked from now on."""
        tags, at = [], 12
        while struct.unpack_from('>H', frame, at)[0] in TAGS:
            tags.append(struct.unpack_from('>H', frame, at + 2)[0] & 0xfff)
            at += 4
        tags = [str(tag) for tag in tags if tag]
        named = {'macs': frame[6:12].hex(':'), 'qinq': '.'.join(tags[:2]), 'vlans': tags[0] if tags else None}
        found = [dict(self.clients(key)).get(item) for key, item in named.items()]
        found.insert(1, self.longest(read_datagram(frame).addresses[0], int(tags[0]) if tags else 0))
        self.group = next((group for group in found if group), 'default')

    def prefixes(self):
        yield from self.clients('prefixes')
        for path, group in self.clients('prefix_file'):
            if path:
                for line in (self.folder / path).read_text(encoding='utf-8').splitlines():
                    yield re.split('[#;]', line)[0].strip(), group

    def longest(self, source, vlan):
        """The group of the longest prefix that covers an address, one that is bound to the VLAN first."""
        covering = []
        for text, group in self.prefixes():
            prefix, _, bound = text.partition('@')
            if prefix and (not bound or int(bound) == vlan):
                net = ipaddress.ip_network(prefix)
                if ipaddress.ip_address(source) in net:
                    covering.append((net.prefixlen, bool(bound), group))
        return max(covering)[2] if covering else None

    def rule(self, row):
        """The name of the rule that decided, None where it names the question's own name alone."""
        if row['rule'] == '-':
            return None
        path, _, line = row['rule'].rpartition(':')
        if path not in self.rules:
            self.rules[path] = (self.folder / path).read_text(encoding='utf-8').split('\n')
        text = self.rules[path][int(line) - 1]
        if path.endswith('.regex'):  # a subtree in disguise; else it names what was asked
            names = re.fullmatch(r'\(\^\|\\\.\)([\w\\.-]+)\$', text)
            return names and dns.name.from_text(names[1].replace('\\', ''))
        if path.endswith('.hosts') or text.startswith('|') and not text.startswith('||'):
            return None
        whole = path.endswith(('.wildcard', '.adblock')) and not text.startswith(('||', '*.'))
        return None if whole else dns.name.from_text(text.lstrip('|*.').split('^')[0])


class Query(typing.NamedTuple):
    """What of a query its answer depends on; read by hand, since a library refuses some that are in order."""
    wire: bytes
    flags: int
    end: int        # of the question
    qname: dns.name.Name
    qtype: int
    edns: bool
    size: int       # the client's UDP size
    dnssec: bool    # DO
    cookie: bytes


def read_options(data):
    """The first COOKIE."""
    while data:
        code, size = struct.unpack_from('>HH', data)
        if code == COOKIE:
            return data[4:4 + size]
        data = data[4 + size:]
    return b''


def read_query(wire):
    qname, length = dns.name.from_wire(wire, 12)
    at = end = 12 + length + 4
    edns = False, 0, False, b''
    for _ in range(sum(struct.unpack_from('>HHH', wire, 6))):
        while 0 < wire[at] < 0xc0:
            at += 1 + wire[at]
        at += 2 if wire[at] >= 0xc0 else 1
        kind, size, ttl, length = struct.unpack_from('>HHIH', wire, at)
        at += 10 + length
        if kind == frames.TYPES['OPT']:
            edns = True, size, bool(ttl & frames.DO), read_options(wire[at - length:at])
    return Query(wire, struct.unpack_from('>H', wire, 2)[0], end, qname,
                 struct.unpack_from('>H', wire, end - 4)[0], *edns)


class Shape(typing.NamedTuple):
    """What an answer is to be made of. addresses: {type: texts}; ede: None, or the code."""
    truncated: bool
    target: typing.Optional[dns.name.Name] = None
    addresses: dict = {}
    soa: typing.Optional[dns.name.Name] = None
    ede: typing.Optional[int] = None
    text: str = ''


def record_size(owner, data):
    """Of a record whose owner was written before: a pointer, or the root's one octet."""
    return (1 if owner == dns.name.root else 2) + 10 + data


def shape_size(query, shape):
    size, owner = query.end, query.qname
    if shape.target is not None:
        size += record_size(owner, len(shape.target.to_wire()))
        owner = shape.target
    for family, found in shape.addresses.items():
        size += len(found) * record_size(owner, {'A': 4, 'AAAA': 16}[family])
    if shape.soa is not None:
        size += record_size(shape.soa, SOA_LEN)
    if query.edns:
        size += 11 + (4 + len(query.cookie) if query.cookie else 0)
        size += 6 + len(shape.text.encode()) if shape.ede is not None else 0
    return size


def whole_shape(query, row, policy):
    """Of an answer that nothing limits."""
    action, target, addresses, soa = row['action'], None, {}, None
    if action == 'truncate':
        return Shape(True)
    chosen = {1: ['A'], 28: ['AAAA'], 255: ['A', 'AAAA']}.get(query.qtype, [])
    if action == 'cname':
        target = dns.name.from_text(policy.of_list(row, 'action', '').split()[1])
        chosen = [] if query.qtype == 255 else chosen
    if action in ('cname', 'sinkhole'):
        addresses = {family: policy.addresses(row, family) for family in chosen}
        addresses = {family: found for family, found in addresses.items() if found}
    if action in ('nxdomain', 'nodata', 'sinkhole') and not addresses and \
            policy.of_group('soa', 'yes') == 'yes':
        rule = policy.rule(row)
        assert rule is None or query.qname.is_subdomain(rule)
        soa = query.qname if rule is None else rule
    ede = policy.ede(row) if query.edns else None
    return Shape(False, target, addresses, soa, ede, '' if ede is None else policy.text(row))


def shape_of(query, asked, row, policy):
    """What the limits leave: the text goes first, then the SOA, then all that is no question or cookie."""
    max_udp = int(policy.get('weir', 'max_udp', '1232'))
    amplified = int(policy.get('weir', 'amplify', '3')) * asked.ip_len - \
        (28 if len(asked.addresses[0]) == 4 else 48)
    most = min(amplified, max_udp, max(512, query.size))
    shape = whole_shape(query, row, policy)
    if shape_size(query, shape) > most:
        shape = shape._replace(text='')
    if shape_size(query, shape) > most:
        shape = shape._replace(soa=None)
    if shape_size(query, shape) > most:
        shape = Shape(True)
    return shape


def check_carrier(asked, answer):
    assert answer.macs == asked.macs[::-1]
    assert answer.link == asked.link
    assert answer.addresses == asked.addresses[::-1]
    assert answer.ports == asked.ports[::-1]
    assert answer.udp_sum == frames.udp_sum(answer.addresses, answer.ports, answer.payload)
    assert not answer.rest
    if len(answer.addresses[0]) == 4:
        # Not fragmented, TTL 64; neither DSCP nor options.
        assert answer.ip[:2] == b'\x45\0' and answer.ip[4:10] == b'\0\0\x40\0\x40\x11'
        assert len(answer.ip) == 20 and frames.sum16(answer.ip) == 0
        assert answer.ip_len == 28 + len(answer.payload)
    else:
        assert answer.ip[:4] == b'\x60\0\0\0' and answer.ip[6:8] == b'\x11\x40'
        assert len(answer.ip) == 40
        assert answer.ip_len == 48 + len(answer.payload)


def check_header(query, message, answer, row, shape):
    copied = dns.flags.RD | dns.flags.CD
    flags = dns.flags.QR | query.flags & copied | (dns.flags.RA if query.flags & dns.flags.RD else dns.flags.AA)
    assert answer[:2] == query.wire[:2]
    assert struct.unpack_from('>H', answer, 2)[0] == (
        flags | RCODES.get(row['action'], 0) | (dns.flags.TC if shape.truncated else 0))
    assert answer[12:query.end] == query.wire[12:query.end]  # the case is kept
    assert len(message.question) == 1 and not message.additional


def check_edns(query, message, policy, shape):
    if not query.edns:
        assert message.edns < 0
        return
    assert message.edns == 0 and message.ednsflags == (frames.DO if query.dnssec else 0)
    assert message.payload == int(policy.get('weir', 'max_udp', '1232'))
    options = [(option.otype, option.to_wire()) for option in message.options]
    wanted = [(COOKIE, query.cookie)] if query.cookie else []
    if shape.ede is not None:
        wanted.append((EDE, struct.pack('>H', shape.ede) + shape.text.encode()))
    assert options == wanted


def check_records(query, message, ttl, shape):
    """to_text(), since names compare without case."""
    answers, owner = list(message.answer), query.qname
    if shape.target is not None:
        first = answers.pop(0)
        assert first.to_text() == f'{owner} {ttl} IN CNAME {shape.target}'
        owner = shape.target
    assert [dns.rdatatype.to_text(rrset.rdtype) for rrset in answers] == list(shape.addresses)
    for rrset, (family, found) in zip(answers, shape.addresses.items()):
        lines = [f'{owner} {ttl} IN {family} {address}' for address in found]
        assert sorted(rrset.to_text().split('\n')) == sorted(lines)


def check_soa(query, message, ttl, owner):
    if owner is None:
        assert not message.authority
        return
    soa, = message.authority
    assert soa.to_text() == f'{dns.name.Name(query.qname.labels[-len(owner.labels):])} {ttl} IN SOA ' \
        f'ns.weir.invalid. hostmaster.weir.invalid. 1 3600 600 604800 {ttl}'


def check_answer(frame, reply, row, policy):
    """A frame that came in, what left in its place, and the verdict."""
    policy.ask(frame)
    asked, answer = read_datagram(frame), read_datagram(reply)
    check_carrier(asked, answer)
    query = read_query(asked.payload)
    shape = shape_of(query, asked, row, policy)
    message = dns.message.from_wire(answer.payload)  # raises on anything odd, octets behind it too
    check_header(query, message, answer.payload, row, shape)
    check_edns(query, message, policy, shape)
    check_records(query, message, policy.ttl(row), shape)
    check_soa(query, message, policy.ttl(row), shape.soa)
    assert len(answer.payload) == shape_size(query, shape)
    assert answer.ip_len <= int(policy.get('weir', 'amplify', '3')) * asked.ip_len


def check_answers(frames_in, found, policy):
    """Every answer of a replay; returns their frames."""
    seen = []
    for row, query, answer in replay.answered(frames_in, found):
        try:
            check_answer(query, answer, row, policy)
        except (AssertionError, dns.exception.DNSException) as wrong:
            raise AssertionError(f'frame {row["frame"]}: {wrong!r}: {row}') from wrong
        seen.append(answer)
    return seen


def tshark_faults(path, ports=()):
    """What tshark finds wrong with the answers in a capture; one is DNS if any of its ports is."""
    args = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']
    for port in ports:
        args += ['-d', f'udp.port=={port},dns']
    done = subprocess.run(
        ['tshark', '-n', '-r', path, *args, '-Y', 'not dns or _ws.malformed or ip.checksum.status == 0 or '
         'udp.checksum.status == 0 or _ws.expert.severity >= 0x400000'],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=300, check=True)
    return done.stdout
