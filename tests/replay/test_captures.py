# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Our captures and those of others through weir replay: nothing is lost or changed, the messages are
those that tshark sees, and the answers to all of their queries are good DNS to others."""
import collections
import pathlib
import shutil
import subprocess
import sys

import dns.flags
import dns.message
import dns.rcode
import pytest
import replay

sys.path[:0] = [str(replay.ROOT / 'tests/wire'), str(replay.ROOT / 'tests/cli')]
import captures  # noqa: E402
import oracle  # noqa: E402
import test_wire_dns as wire  # noqa: E402

# No list: all that comes leaves. The second answers every query that may be answered.
PASS = '[weir]\nnuma = prefer\n'
BLOCK = PASS + '[group default]\ndefault = nxdomain\n'
# What refuses a capture that tshark calls Ethernet: libpcap reads no pcapng whose interfaces differ.
DIFFERING = {
    'GrePackets.pcap', 'dns_over_tcp.pcapng', 'gtp.pcap', 'ldap__gap-data-missing.pcapng',
    'ldap__modify-request.pcapng', 'many_interfaces-1.pcapng', 'too_many_interfaces.pcapng'}


def short(path):
    return path.name.rpartition('PacketExamples__')[2].rpartition('PcapExamples__')[2]


def readable():
    return [capture for capture in wire.captures() if capture is not None and
            capture.link == 'EN10MB' and short(capture.path) not in DIFFERING]


def refused():
    return [capture for capture in wire.captures() if capture is not None and
            (capture.link != 'EN10MB' or short(capture.path) in DIFFERING)]


def ini(folder, text):
    path = folder / 'weir.ini'
    path.write_text(text)
    return path


def test_the_captures_of_others_are_there():
    if not wire.INDEX.is_file():
        pytest.skip(f'data: no {wire.INDEX}')
    assert len(readable()) > 150 and len(refused()) > 20


@pytest.mark.parametrize('capture', refused(), ids=lambda c: c.path.name)
def test_what_is_no_ethernet_is_refused(capture, tmp_path):
    done = replay.run('-c', ini(tmp_path, PASS), capture.path, '-o', tmp_path / 'out.pcap')
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr.count('\n') == 1
    assert 'link type ' in done.stderr or wire.UNREADABLE in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ['weir.ini']


def assert_tshark_agrees(capture, found):
    """Frame by frame: each of our messages is one of tshark's, and the others are explained."""
    by_frame = collections.defaultdict(list)
    for row in wire.read(capture.path) if capture.udp > 0 else []:
        by_frame[row['frame']].append(row)
    for line in found.lines:
        got = dict(line, id='-') if line['reason'] == 'dns_short' else line
        wire.match(got, by_frame[got['frame']])
    for row in (row for rows in by_frame.values() for row in rows):
        assert wire.explained(row, capture.path), f'not seen: {row}'


@pytest.mark.parametrize('capture', readable(), ids=lambda c: c.path.name)
def test_a_capture_passes_untouched_and_is_read_as_by_tshark(capture, tmp_path):
    found = replay.replay(capture.path, tmp_path, '-c', ini(tmp_path, PASS))
    assert len(found.out) == sum(found.reasons.values())
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    if not oracle.SCRIPT.is_file():
        pytest.skip(f'data: no {oracle.SCRIPT}')
    assert_tshark_agrees(capture, found)


def payload(frame):
    """The UDP payload of one of our answers: no options, no extension headers, tags as they came."""
    at = 12
    while frame[at:at + 2] in (b'\x81\x00', b'\x88\xa8'):
        at += 4
    return frame[at + 2 + (20 if frame[at:at + 2] == b'\x08\x00' else 40) + 8:]


def assert_is_answer(line, frame):
    """dnspython reads it, and it answers what was asked."""
    message = dns.message.from_wire(payload(frame))
    assert f'0x{message.id:04x}' == line['id']
    assert message.flags & dns.flags.QR and message.rcode() == dns.rcode.NXDOMAIN
    assert str(int(message.question[0].rdtype)) == line['qtype']


def assert_tshark_is_content(path, frames):
    """No malformed message, no wrong checksum."""
    done = subprocess.run(
        ['tshark', '-n', '-r', path, '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE',
         '-Y', 'not dns or _ws.malformed or ip.checksum.status == 0 or udp.checksum.status == 0 or '
               '_ws.expert.severity >= 0x600000'],
        capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout == '', f'{frames} answers'


def test_answers_to_all_queries_are_good_dns(tmp_path):
    answers = []
    for capture in readable():
        found = replay.replay(capture.path, tmp_path, '-c', ini(tmp_path, BLOCK))
        fates = {int(line['frame']): line for line in found.lines}
        dropped = 0
        for number in range(1, sum(found.reasons.values()) + 1):
            what = replay.fate(fates[number]) if number in fates else 'passed'
            dropped += what == 'dropped'
            if what == 'answered':
                frame = found.out[number - 1 - dropped]
                assert_is_answer(fates[number], frame)
                answers.append(frame)
    assert len(answers) > 500
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    merged = pathlib.Path(tmp_path / 'answers.pcap')
    merged.write_bytes(captures.pcap(answers))
    assert_tshark_is_content(merged, len(answers))
