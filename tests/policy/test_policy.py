#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Every vector of this folder, asked over IPv4 and IPv6: plain, in QinQ, in mixed case, with EDNS. The verdict is
the same each time, and what dnspython reads in the answer is what the vector says."""
import os
import pathlib
import subprocess
import sys

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

import vectors

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests/replay'))
import frames  # what makes the frames of replays

BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build'))
WEIR = os.environ.get('WEIR', BUILD / 'app/weir/weir')
DEFAULT_CLIENT = '198.18.0.1'
SERVER = '198.51.100.53'
QINQ = ((frames.TAG_AD, 100), (frames.TAG, 12))
FORMS = ('plain', 'qinq', 'case', 'edns')


def has_zones():
    done = subprocess.run([WEIR, '--version'], capture_output=True, text=True, check=True, timeout=60)
    return 'zones: none' not in done.stdout


def mixed(text):
    return ''.join(c.upper() if i % 2 else c for i, c in enumerate(text))


def frame_of(vector, form, version, number):
    name = mixed(vector.name) if form == 'case' else vector.name
    qtype = dns.rdatatype.from_text(vector.qtype)
    additional = [frames.opt(frames.option(frames.COOKIE, frames.COOKIE24), size=4096)] if form == 'edns' else []
    payload = frames.message(number, ([frames.question(name, int(qtype))], (), (), additional))
    packet = frames.Packet(payload, src=vectors.address(vector.client or DEFAULT_CLIENT, version),
                           dst=vectors.address(SERVER, version), tags=QINQ if form == 'qinq' else ())
    return packet.frame()


def payload_of(frame):
    """DNS in a frame of ours: tags, IP without options, UDP."""
    at = 12
    while frame[at:at + 2] in (b'\x81\x00', b'\x88\xa8'):
        at += 4
    return frame[at + 2 + (20 if frame[at + 2] >> 4 == 4 else 40) + 8:]


def read_pcap(path):
    data, at, out = path.read_bytes(), 24, []
    while at < len(data):
        length = int.from_bytes(data[at + 8:at + 12], 'little')
        out.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return out


def replay(policy, version, folder):
    """[(vector, form, verdict line as a dictionary, answer or None)]"""
    for name, lines in policy.files.items():
        (folder / name).write_text(vectors.spell('\n'.join(lines) + '\n', version))
    asked = [(vector, form) for vector in policy.vectors for form in FORMS]
    made = [frame_of(vector, form, version, number) for number, (vector, form) in enumerate(asked)]
    frames.write_capture(folder / 'in.pcap', made)
    done = subprocess.run([WEIR, 'replay', '-c', 'weir.ini', 'in.pcap', '-o', 'out.pcap', '--verdicts', 'out.tsv'],
                          cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    rows = [line.split('\t') for line in (folder / 'out.tsv').read_text().splitlines()]
    rows = [dict(zip(rows[0], row)) for row in rows[1:]]
    out = iter(read_pcap(folder / 'out.pcap'))
    found = []
    for (vector, form), row in zip(asked, rows):
        left = None if row['reason'].startswith('dropped') else next(out)
        found.append((vector, form, row, left if row['reason'].startswith('answered') else None))
    assert next(out, None) is None and len(rows) == len(asked)
    return found


def spelled(answer):
    """What a vector says of an answer."""
    if answer.flags & dns.flags.TC:
        return ['TC']
    said = [f'{dns.rdatatype.to_text(rrset.rdtype)} {rrset.ttl} {rdata}'
            for rrset in answer.answer for rdata in rrset]
    if answer.rcode() != dns.rcode.NOERROR:
        said.append(dns.rcode.to_text(answer.rcode()))
    return said + [f'SOA {rrset.name}' for rrset in answer.authority]


def check(vector, form, row, frame):
    where = f'line {vector.line}, {form}'
    assert (row['action'], row['rule']) == (vector.action, vector.rule), where
    if frame is None:
        assert vector.records is None, where
        return
    answer = dns.message.from_wire(payload_of(frame))
    asked = mixed(vector.name) if form == 'case' else vector.name
    assert answer.question[0].name.to_text(omit_final_dot=True) == asked, where
    assert (answer.edns == 0) == (form == 'edns'), where
    for rrset in answer.answer:
        assert rrset.name == answer.question[0].name, where
    if vector.records is not None:
        assert sorted(line.lower() for line in spelled(answer)) == sorted(
            line.lower() for line in vector.records), where


POLICIES = vectors.all_policies()


@pytest.mark.parametrize('version', [4, 6])
@pytest.mark.parametrize('policy', [policy for _, policy in POLICIES],
                         ids=[f'{stem}-{policy.title.replace(" ", "-")}' for stem, policy in POLICIES])
def test_vectors(policy, version, tmp_path):
    if not has_zones() and any(name.endswith('.rpz') for name in policy.files):
        pytest.skip('build: without libldns')
    for vector, form, row, frame in replay(policy, version, tmp_path):
        check(vector, form, row, frame)


def test_there_are_two_hundred():
    assert sum(len(policy.vectors) for _, policy in POLICIES) >= 200
