#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""unbound and Weir under the same zone, asked the same: rcode and answer section agree, or the difference is one
that docs/decisions/0006-rpz.md names."""
import json
import os
import pathlib
import shutil
import subprocess

import dns.message
import dns.rcode
import dns.rdatatype
import pytest

import test_policy
import vectors

HERE = pathlib.Path(__file__).parent
TITLES = ('every action of a zone', 'exact before wildcard, the longest wildcard first',
          'whose address a zone names')
PASSED = '203.0.113.1'
# (name, type), or with the client: why the two differ.
BELOW = 'a wildcard holds below a longer name too'
ANY = 'ANY is all records of the rule; unbound gives none'
TLD = 'no rule for a single label without allow_tld'
CLIENT_PASSES = 'a client that passes has passed, as in BIND; unbound goes on to the names'
CLIENT_CNAME = "a CNAME of a client trigger is answered as one of a name; unbound leaves it out"
DIFFERENT = {
    ('x.b.a.example', 'A'): BELOW,
    ('x.e.c.a.example', 'A'): BELOW,
    ('xa.example', 'A'): TLD,
    ('example', 'A'): TLD,
    ('self.example', 'A'): "a CNAME to the trigger itself is BIND's oldest passthru",
    ('a.example', 'ANY'): ANY,
    ('both.example', 'ANY'): ANY,
    ('odd.example', 'ANY'): ANY,
    ('named.example', 'A', '192.0.2.8'): CLIENT_PASSES,
    ('www.named.example', 'A', '192.0.2.8'): CLIENT_PASSES,
    ('any.example', 'A', '203.0.113.9'): CLIENT_CNAME,
    ('www.any.example', 'A', '203.0.113.10'): CLIENT_CNAME,
    ('star.example', 'CNAME'): 'the star is replaced for every type; unbound leaves it where CNAME is asked',
}


def needs():
    if os.geteuid() != 0:
        pytest.skip('root: namespaces')
    if shutil.which('unbound') is None:
        pytest.skip('unbound: not installed')
    if not test_policy.has_zones():
        pytest.skip('build: without libldns')


def ask_unbound(zone, asked, folder):
    (folder / 'zone.rpz').write_text('\n'.join(zone) + '\n')
    (folder / 'queries.json').write_text(json.dumps(asked))
    subprocess.run(['unshare', '--net', HERE / 'unbound_peer.py', folder], check=True, timeout=300)
    return json.loads((folder / 'answers.json').read_text())


def said_by_weir(row, frame):
    """In unbound_peer's terms; 'passed' where the query goes on."""
    if row['reason'].startswith('dropped'):
        return None
    if frame is None:
        return 'passed'
    answer = dns.message.from_wire(test_policy.payload_of(frame))
    records = [f'{dns.rdatatype.to_text(rrset.rdtype)} {rdata}' for rrset in answer.answer for rdata in rrset]
    return [dns.rcode.to_text(answer.rcode()), bool(answer.flags & 0x0200), records]


def is_same(ours, theirs, qtype):
    """unbound goes on behind a CNAME, which we leave to the client (policy-model, Settled points)."""
    if ours == 'passed':
        return theirs is not None and theirs[0] == 'NOERROR' and not theirs[1] and (
            theirs[2] == [f'A {PASSED}'] or qtype not in ('A', 'ANY') and theirs[2] == [])
    if ours is None or theirs is None:
        return ours is theirs
    if ours[2] and ours[2][0].startswith('CNAME'):
        return theirs[0] == 'NOERROR' and theirs[2][:1] == ours[2]
    return [ours[0], ours[1], sorted(ours[2])] == [theirs[0], theirs[1], sorted(theirs[2])]


def is_told(key):
    return key in DIFFERENT or key[:2] in DIFFERENT


@pytest.mark.parametrize('title', TITLES)
def test_unbound_says_the_same(title, tmp_path):
    needs()
    policy = [policy for _, policy in vectors.all_policies() if policy.title == title][0]
    for folder in ('weir', 'unbound'):
        (tmp_path / folder).mkdir()
    found = [(vector, said_by_weir(row, frame)) for vector, form, row, frame
             in test_policy.replay(policy, 4, tmp_path / 'weir') if form == 'plain']
    asked = [(vector.name, vector.qtype, vector.client or test_policy.DEFAULT_CLIENT) for vector, _ in found]
    zone = [vectors.spell(line, 4) for line in policy.files['z.rpz']]
    theirs = ask_unbound(zone, asked, tmp_path / 'unbound')
    differ = {key: (ours, other) for key, (vector, ours), other in zip(asked, found, theirs)
              if not is_same(ours, other, vector.qtype)}
    assert {key: pair for key, pair in differ.items() if not is_told(key)} == {}
    # A difference that is gone is to be struck off the list.
    assert {key for key in asked if is_told(key)} <= set(differ)
