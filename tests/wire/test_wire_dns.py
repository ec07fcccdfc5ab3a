# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The DNS messages that the rooms pkt and dns see, without DPDK, against tshark: frame by frame.

Every UDP message of port 53 that tshark sees must be seen with the same addresses, ports, id,
direction, name (octet for octet) and type, and no other, but for what explained() allows.
"""
import collections
import concurrent.futures
import csv
import pathlib
import re
import shutil
import subprocess
import typing

import oracle
import pytest

PROGRAM = oracle.BUILD / 'tests/wire/wire_dns'
INDEX = oracle.DATA / 'pcap/INDEX.tsv'
# One pass of tshark: TCP is not compared here.
SETTINGS = {'ORACLE_PORT53': '1', 'ORACLE_TCP': 'segment'}
PLACE = ('src', 'sport', 'dst', 'dport')
# What libpcap says of a pcapng whose interfaces differ: it stops there.
UNREADABLE = 'of the first interface'
# Single messages that tshark reads and we do not.
SINGLE = {
    ('dns-edns-ecs-bad.pcap', '4'): 'the IPv6 payload length reaches beyond the frame',
}


class Capture(typing.NamedTuple):
    """link and udp are what INDEX.tsv says: tshark's link type, and how many DNS messages it counts."""
    path: pathlib.Path
    link: str = 'EN10MB'
    udp: int = 1


def captures():
    """Ours, and those of others; None stands for theirs when they are not there."""
    found = [Capture(path) for path in sorted((oracle.ROOT / 'pcap').glob('*.pcap'))]
    if not INDEX.is_file():
        return found + [None]
    with open(INDEX, newline='', encoding='utf-8') as rows:
        return found + [Capture(INDEX.parent / row['file'], row['linktype'], int(row['dns_udp']))
                        for row in csv.DictReader(rows, delimiter='\t')]


def name_of(capture):
    return capture and capture.path.name


def read(path):
    return oracle.rows(path, **SETTINGS)


@pytest.fixture(name='readings', scope='module')
def fixture_readings(request):
    """tshark's reading of each capture that was asked for, two at a time: it is the slow part."""
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    if not oracle.SCRIPT.is_file():
        pytest.skip(f'data: no {oracle.SCRIPT}')
    wanted = {item.callspec.params['capture'] for item in request.session.items
              if item.path == request.path and hasattr(item, 'callspec')}
    paths = [capture.path for capture in wanted
             if capture and capture.link == 'EN10MB' and capture.udp > 0]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(paths, pool.map(read, paths)))


def ours(path):
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    names = lines[0].split('\t')
    return [dict(zip(names, line.split('\t'), strict=True)) for line in lines[1:]], done


def octets_of(name):
    """Octets on the wire of a name in presentation form."""
    return 1 if name == '.' else len(re.sub(r'\\(\d{3}|.)', 'x', name)) + 2


def explained(row, path):
    """Why a message that tshark sees is not ours to see, or None."""
    notes = row['notes'].split(',')
    layers = [layer for note in notes if note.startswith('encap:') for layer in note[6:].split('/')]
    if row['transport'] != 'udp':
        return row['transport']
    if 'icmp' in notes:
        return 'quoted in an ICMP error'
    if layers and (len(layers) > 2 or set(layers) - {'vlan', 'ieee8021ad'}):
        return 'in a tunnel'
    if 'frag' in notes:
        return 'put together from fragments'
    return SINGLE.get((path.name, row['frame']))


def same_question(got, want):
    """Where we print `-`, tshark's name is none either, or longer than RFC 1035 allows."""
    name = want['qname_wire']
    if got['qname'] == '-':
        return name in ('', '?') or octets_of(name) > 255
    return got['qname'] == name and got['qtype'] == (want['qtype'] or '-')


def match(got, rows):
    """The row of tshark's for one of ours; it is taken out of rows."""
    for row in rows:
        if row['transport'] == 'udp' and all(row[part] == got[part] for part in PLACE):
            assert (got['id'], got['qr']) == (row['id'], row['qr']), got
            assert same_question(got, row), (got, row)
            rows.remove(row)
            return
    # Fewer octets than a DNS header: tshark may find no DNS in them.
    assert got['id'] == '-', f'tshark does not see {got}'


def compare(path, seen):
    by_frame = collections.defaultdict(list)
    for row in seen:
        by_frame[row['frame']].append(row)
    lines, done = ours(path)
    for got in lines:
        match(got, by_frame[got['frame']])
    if done.returncode != 0:
        assert UNREADABLE in done.stderr
        return
    for row in (row for rows in by_frame.values() for row in rows):
        assert explained(row, path), f'not seen: {row}'


@pytest.mark.parametrize('capture', captures(), ids=name_of)
def test_captures(capture, readings):
    if capture is None:
        pytest.skip(f'data: no {INDEX}')
    if capture.link == 'EN10MB':
        compare(capture.path, readings.get(capture.path, []))
        return
    lines, done = ours(capture.path)  # never misread: refused before the first frame
    assert done.returncode == 1 and not lines
    assert 'not Ethernet' in done.stderr or UNREADABLE in done.stderr


def test_length_of_names():
    names = {'.': 1, 'com': 5, 'a.b': 5, r'a\.b': 5, r'\\.\000': 5, r'\046\046.x': 6}
    assert {name: octets_of(name) for name in names} == names
