# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""pkt_decode() against tshark: every frame of every Ethernet capture, layer by layer.

What tshark read is put into the words of pkt_decode(), and both must agree on every frame: the
outer IP and transport layers, addresses, ports, tags, the octets of the payload. Where tshark reads
on and Weir stops by design (tunnels, fragments), reason_of() says so.
"""
import collections
import csv
import os
import pathlib
import struct
import subprocess

import pytest
from tshark import Tshark

ROOT = pathlib.Path(__file__).parents[2]
INDEX = pathlib.Path(os.environ.get('WEIR_DATA', ROOT / '../shared/data')) / 'pcap/INDEX.tsv'
SEEDS = ROOT / 'tests/fuzz/corpus/pkt_decode'
PROGRAM = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build')) / 'tests/wire/wire_decode'
COLUMNS = ['reason', 'tags', 'src', 'dst', 'fragment', 'transport', 'sport', 'dport', 'payload_len',
           'payload']
FIELDS = ['frame.number', 'frame.protocols', 'frame.cap_len', 'eth.type', 'eth.len', 'llc.type',
          'vlan.priority', 'vlan.dei', 'vlan.id', 'vlan.etype',
          'ieee8021ad.priority', 'ieee8021ad.dei', 'ieee8021ad.id',
          'ip.src', 'ip.dst', 'ip.len', 'ip.hdr_len', 'ip.flags.mf', 'ip.frag_offset',
          'ipv6.src', 'ipv6.dst', 'ipv6.plen', 'ipv6.nxt',
          'ipv6.fraghdr.more', 'ipv6.fraghdr.offset',
          'udp.srcport', 'udp.dstport', 'udp.length', 'udp.payload',
          'tcp.srcport', 'tcp.dstport', 'tcp.payload']
# What libpcap says of a pcapng whose interfaces differ: it stops there.
UNREADABLE = 'different from the snapshot length of the first interface'
HOP_BY_HOP, NO_NEXT = 0, 59
LENGTHLESS = 'payload length 0 before hop-by-hop options'
EXT = {'ipv6.hopopts', 'ipv6.routing', 'ipv6.dstopts', 'ipv6.fraghdr', 'ah'}


def captures():
    """Ours, and those of others; None stands for theirs when they are not there."""
    found = sorted((ROOT / 'pcap').glob('*.pcap'))
    if not INDEX.is_file():
        return [*found, None]
    with open(INDEX, newline='', encoding='utf-8') as rows:
        return found + [INDEX.parent / row['file'] for row in csv.DictReader(rows, delimiter='\t')
                        if row['linktype'] == 'EN10MB']


@pytest.fixture(name='tshark', scope='module')
def fixture_tshark(tmp_path_factory):
    if not Tshark.is_there():
        pytest.skip('tshark: not installed')
    return Tshark(tmp_path_factory.mktemp('tshark'))


def ours(path):
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    names = lines[0].split('\t')
    return [dict(zip(names, line.split('\t'), strict=True)) for line in lines[1:]], done


def number(seen, field):
    """The outermost value of a field; tshark prints truth as 1 or True."""
    value = seen[field][0]
    return {'True': 1, 'False': 0}.get(value) if value in ('True', 'False') else int(value, 0)


def tags_of(seen, layers):
    """Takes the tags off the front of layers: their TCIs, outer first."""
    tcis = []
    used = collections.Counter()
    while layers and layers[0] in ('vlan', 'ieee8021ad'):
        kind = layers.pop(0)
        nth = used[kind]
        priority, dei, vid = (seen[f'{kind}.{part}'][nth] for part in ('priority', 'dei', 'id'))
        used[kind] += 1
        tcis.append(int(priority) << 13 | (dei in ('1', 'True')) << 12 | int(vid))
    return tcis


def ip_of(seen, layers, want, l3_off):
    """Takes the IP layer off the front of layers; why it is read no further, or None."""
    version = layers.pop(0)
    want['src'], want['dst'] = seen[version + '.src'][0], seen[version + '.dst'][0]
    if version == 'ip':
        ip_len = number(seen, 'ip.len')
        more, offset = number(seen, 'ip.flags.mf'), number(seen, 'ip.frag_offset')
        fragmented = more or offset
    else:
        ip_len = number(seen, 'ipv6.plen') + 40
        fragmented = 'ipv6.fraghdr' in layers
        more = number(seen, 'ipv6.fraghdr.more') if fragmented else 0
        offset = number(seen, 'ipv6.fraghdr.offset') if fragmented else 0
    if version == 'ipv6' and ip_len == 40 and number(seen, 'ipv6.nxt') in (HOP_BY_HOP, NO_NEXT):
        return LENGTHLESS if number(seen, 'ipv6.nxt') == HOP_BY_HOP else 'no_next'
    if l3_off + ip_len > number(seen, 'frame.cap_len'):
        return 'cut'
    while layers and layers[0] in EXT and version == 'ipv6':
        layers.pop(0)
    if fragmented:
        want['fragment'] = 'later' if offset else 'first' if more else 'atomic'
        return f"{want['fragment']}_fragment" if offset or more else None
    return None


def reason_of(seen, want):
    """Why Weir reads the frame no further, in its words; fills what it knows by then."""
    layers = [layer for layer in seen['frame.protocols'][0].split(':')[1:] if layer != 'ethertype']
    tcis = tags_of(seen, layers)
    want['tags'] = '.'.join(str(tci) for tci in tcis[:2]) or '-'
    if layers[0] not in ('ip', 'ipv6'):
        return layers[0] if layers[0] in ('arp', 'llc') else 'other_ethertype'
    if not seen[layers[0] + '.src']:
        return 'bad_ip_version'
    reason = ip_of(seen, layers, want, 14 + 4 * len(tcis))
    if reason is not None:
        return reason
    if not layers or layers[0] not in ('udp', 'tcp'):
        return 'esp' if layers and layers[0] == 'esp' else 'not_udp_tcp'
    want['transport'] = layers[0]
    return 'ok'


def expected(seen):
    """A frame as tshark sees it, in the columns of wire_decode."""
    want = dict.fromkeys(COLUMNS, '-')
    want['reason'] = reason_of(seen, want)
    if want['reason'] == 'ok':
        transport = want['transport']
        want['sport'] = seen[transport + '.srcport'][0]
        want['dport'] = seen[transport + '.dstport'][0]
        payload = (seen[transport + '.payload'] or [''])[0]
        if transport == 'udp':  # tshark gives the surplus behind the UDP length as well
            length = number(seen, 'udp.length')
            payload = payload[:2 * (length - 8)] if length else payload
        want['payload_len'], want['payload'] = str(len(payload) // 2), payload or '-'
    return want


def compare(path, tshark):
    rows, done = ours(path)
    frames = list(tshark.frames(path, FIELDS))
    if done.returncode != 0:
        assert UNREADABLE in done.stderr
        frames = frames[:len(rows)]
    assert len(rows) == len(frames)
    for row, seen in zip(rows, frames):
        got = {column: row[column] for column in COLUMNS}
        want = expected(seen)
        if want['reason'] == LENGTHLESS:  # tshark stops there; Linux reads on to the frame's end
            assert got['reason'] in ('ok', 'jumbogram')
            got = want | {column: got[column] for column in ('tags', 'src', 'dst')}
        assert got == want, f"frame {row['frame']}: {seen['frame.protocols'][0]}"


@pytest.mark.parametrize('path', captures(), ids=lambda path: path and path.name)
def test_captures(path, tshark):
    if path is None:
        pytest.skip(f'data: no {INDEX}')
    compare(path, tshark)


def test_a_frame_of_every_kind(tmp_path, tshark):
    path = tmp_path / 'seeds.pcap'
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for seed in sorted(SEEDS.iterdir()):
            frame = seed.read_bytes()
            out.write(struct.pack('<IIII', 0, 0, len(frame), len(frame)) + frame)
    compare(path, tshark)
