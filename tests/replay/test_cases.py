# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Every folder beside this file that holds a weir.ini is a case: in.pcap is replayed, its verdicts are those
of expect.tsv, its answers those that the INI asks for.

A case is also replayed with [weir] malformed = drop and other = drop, where expect-malformed.tsv and
expect-other.tsv tell what changes; a file `variants` names further settings, NAME<TAB>SECTION.KEY=VALUE,
whose verdicts are in expect-NAME.tsv.
"""
import importlib
import pathlib
import shutil

import answers
import dns.exception
import frames
import pytest
import replay

HERE = pathlib.Path(__file__).parent
CASES = sorted(ini.parent for ini in HERE.glob('*/weir.ini'))
BOTH = [('malformed', 'weir.malformed=drop'), ('other', 'weir.other=drop')]
# For tshark, which knows nothing of [dns] ports.
PORTS = (5300, 65535)


def variants():
    """(folder, name or None, setting)"""
    for case in CASES:
        yield case, None, None
        further = case / 'variants'
        lines = further.read_text().splitlines() if further.exists() else []
        for name, setting in BOTH + [tuple(line.split('\t')) for line in lines]:
            yield case, name, setting


def expected(case, name):
    """The setting changes nothing where no file says what."""
    path = case / f'expect-{name}.tsv'
    return path if path.exists() else case / 'expect.tsv'


@pytest.fixture(name='answered', scope='module')
def fixture_answered():
    """The answers of all replays so far: (case, frame)."""
    return []


@pytest.mark.parametrize('case, name, setting', variants(),
                         ids=[f'{case.name}-{name or "as-is"}' for case, name, _ in variants()])
def test_case(case, name, setting, answered, tmp_path):
    if 'regex' in (case / 'weir.ini').read_text() and not replay.has_expressions():
        pytest.skip('build: without Hyperscan')
    args = ['--set', setting] if setting else []
    found = replay.replay(case / 'in.pcap', tmp_path, '-c', case / 'weir.ini', *args,
                          '--expect', expected(case, name))
    assert found.lines == replay.lines(expected(case, name))
    policy = answers.Policy(case / 'weir.ini')
    if setting:
        policy.set(setting)
    seen = answers.check_answers(replay.frames(case / 'in.pcap'), found, policy)
    answered += [(case.name, frame) for frame in seen]


def test_tshark_finds_no_fault(answered, tmp_path):
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    frames.write_capture(tmp_path / 'answers.pcap', [frame for _, frame in answered])
    faults = answers.tshark_faults(tmp_path / 'answers.pcap', PORTS).splitlines()
    assert not [(answered[int(fault.split()[0]) - 1][0], fault) for fault in faults]


def flips(reply):
    """The frame with each bit of its DNS message changed in turn, and the checksum made good again."""
    whole = answers.read_datagram(reply)
    at = len(reply) - len(whole.payload)
    for bit in range(8 * len(whole.payload)):
        payload = bytearray(whole.payload)
        payload[bit // 8] ^= 1 << bit % 8
        made = frames.udp_sum(whole.addresses, whole.ports, bytes(payload))
        yield bit, reply[:at - 2] + made.to_bytes(2, 'big') + bytes(payload)


def is_taken(query, reply, row, policy):
    try:
        answers.check_answer(query, reply, row, policy)
    except (AssertionError, ValueError, dns.exception.DNSException):
        return False
    return True


@pytest.mark.parametrize('reason', ['answered_nxdomain', 'answered_refused', 'answered_sinkhole', 'answered_cname',
                                    'answered_truncate'])
def test_no_bit_of_an_answer_could_be_another(reason, tmp_path):
    """What is asserted of answers leaves nothing open."""
    case = HERE / 'actions'
    found = replay.replay(case / 'in.pcap', tmp_path, '-c', case / 'weir.ini')
    policy = answers.Policy(case / 'weir.ini')
    row, query, reply = [this for this in replay.answered(replay.frames(case / 'in.pcap'), found)
                         if this[0]['reason'] == reason][1]
    assert is_taken(query, reply, row, policy)
    assert [bit for bit, changed in flips(reply) if is_taken(query, changed, row, policy)] == []


def test_every_folder_is_whole_and_made_by_the_script(tmp_path, monkeypatch):
    make = importlib.import_module('make')
    assert sorted(make.CASES) == [case.name for case in CASES]
    for case in CASES:
        names = {path.name for path in case.iterdir()}
        assert {'README.md', 'in.pcap', 'expect.tsv'} <= names, case.name
        assert {name for name in names if name.startswith('expect-')} <= {
            f'expect-{name}.tsv' for folder, name, _ in variants() if folder == case}
        (tmp_path / case.name).mkdir()
    monkeypatch.setattr('case.HERE', tmp_path)
    make.main([])
    for path in tmp_path.glob('*/*'):
        assert path.read_bytes() == (HERE / path.relative_to(tmp_path)).read_bytes(), path.parent.name
