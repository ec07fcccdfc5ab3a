# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Policies and what they are asked: reads FILE.vectors.

    == title of a policy
    --- weir.ini            a file: its lines follow
    --- vectors             what is asked of it, a line each:
    [CLIENT] NAME TYPE -> ACTION RULE [| RECORD]...

RULE is `file:line` or `-` (the group's default). RECORD is `TYPE TTL RDATA` of the answer section, all of them,
or a word in capitals: the rcode, TC, or SOA for a negative answer's owner. A CLIENT is an IPv4 address. Where a
policy is asked over IPv6, each address stands for 2001:db8:4::a.b.c.d, in clients and in what is written
`@client(10.0.0.0/8)` and `@prefix(10.0.0.0/8)` in files: an owner's labels of a zone, and a prefix.
"""
import ipaddress
import pathlib
import re
import typing

HERE = pathlib.Path(__file__).parent
SIX = int(ipaddress.ip_address('2001:db8:4::'))
ASKED = re.compile(r'(?:(?P<client>[0-9.]+) )?(?P<name>\S+) (?P<qtype>\S+) -> (?P<action>\S+) (?P<rule>\S+)'
                   r'(?P<records>(?: \| .*)?)')


class Vector(typing.NamedTuple):
    client: typing.Optional[str]
    name: str
    qtype: str
    action: str
    rule: str
    records: typing.Optional[list]  # None: nothing is said of the answer
    line: int


class Policy(typing.NamedTuple):
    title: str
    files: dict
    vectors: list


def address(text, version):
    four = ipaddress.ip_address(text)
    return str(four) if version == 4 else str(ipaddress.ip_address(SIX + int(four)))


def prefix(text, version):
    net = ipaddress.ip_network(text)
    if version == 6:
        net = ipaddress.ip_network((SIX + int(net.network_address), 96 + net.prefixlen))
    return net


def labels(text, version):
    """The prefix as an RPZ owner spells it."""
    net = prefix(text, version)
    if version == 4:
        parts = str(net.network_address).split('.')
    else:
        parts = [word or 'zz' for word in net.network_address.compressed.replace('::', ':zz:').strip(':').split(':')]
    return '.'.join([str(net.prefixlen), *parts[::-1]])


def spell(text, version):
    """A file of a policy for one version of IP."""
    text = re.sub(r'@client\((.*?)\)', lambda m: labels(m[1], version) + '.rpz-client-ip', text)
    return re.sub(r'@prefix\((.*?)\)', lambda m: str(prefix(m[1], version)), text)


def read_vector(text, line):
    match = ASKED.fullmatch(text)
    assert match, f'line {line}: {text}'
    records = match['records'].split(' | ')[1:] or None
    return Vector(match['client'], match['name'], match['qtype'], match['action'], match['rule'], records, line)


def read(path):
    """The policies of a file."""
    found, lines = [], None
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if text.startswith('== '):
            found.append(Policy(text[3:], {}, []))
            lines = None
        elif text.startswith('--- '):
            lines = found[-1].files.setdefault(text[4:], [])
        elif lines is not None and lines is not found[-1].files.get('vectors'):
            lines.append(text)
        elif lines is not None and text and not text.startswith('#'):
            found[-1].vectors.append(read_vector(text, number))
    for policy in found:
        policy.files.pop('vectors', None)
    return found


def all_policies():
    return [(path.stem, policy) for path in sorted(HERE.glob('*.vectors')) for policy in read(path)]
