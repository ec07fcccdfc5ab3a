# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Responses whose TTLs are lowered: a reader of its own finds the TTLs, and nothing else has changed but the
checksum that they need. Of a case, and of our captures with hours that end within the hour.
"""
import pathlib
import shutil
import struct

import answers
import frames
import pytest
import replay

HERE = pathlib.Path(__file__).parent
CAPTURES = sorted((replay.ROOT / 'pcap').glob('*.pcap*'))
OPT = frames.TYPES['OPT']


def places(wire):
    """Where the TTLs of a message stand."""
    def behind_name(at):
        while 0 < wire[at] < 0xc0:
            at += 1 + wire[at]
        return at + (2 if wire[at] else 1)
    questions, *counts = struct.unpack_from('>4H', wire, 4)
    at, found = 12, []
    for _ in range(questions):
        at = behind_name(at) + 4
    for _ in range(sum(counts)):
        at = behind_name(at)
        kind, _, _, length = struct.unpack_from('>HHIH', wire, at)
        if kind != OPT:
            found.append(at + 4)
        at += 10 + length
    assert at == len(wire)
    return found


def lowered(frame, limit):
    """The frame as it is to leave."""
    whole = answers.read_datagram(frame)
    payload = bytearray(whole.payload)
    for place in places(payload):
        ttl, = struct.unpack_from('>I', payload, place)
        if limit < ttl < 1 << 31:
            struct.pack_into('>I', payload, place, limit)
    start = frame.index(whole.payload, len(frame) - len(whole.rest) - whole.ip_len)
    made = frames.udp_sum(whole.addresses, whole.ports, bytes(payload)) if whole.udp_sum else 0
    return frame[:start - 2] + made.to_bytes(2, 'big') + bytes(payload) + frame[start + len(payload):]


def capped(capture, found):
    """(frame number, as it came, as it left) of each response whose TTLs were lowered; nothing may be dropped."""
    reasons = {int(line['frame']): line['reason'] for line in found.lines}
    for number, (frame, left) in enumerate(zip(replay.frames(capture), found.out), 1):
        if reasons.get(number) == 'passed_capped':
            yield number, frame, left


def test_a_case_to_the_last_octet(tmp_path):
    case = HERE / 'capped-responses'
    found = replay.replay(case / 'in.pcap', tmp_path, '-c', case / 'weir.ini')
    limits = dict(line.split('\t') for line in (case / 'ttls').read_text().splitlines())
    seen = list(capped(case / 'in.pcap', found))
    assert [str(number) for number, _, _ in seen] == list(limits)
    for number, frame, left in seen:
        assert left == lowered(frame, int(limits[str(number)])), number


def schedule():
    """A list that is on every other hour: whatever the time of a capture, no hour is without its end."""
    return ' | '.join(f'Mon-Sun {hour:02}:00-{hour + 1:02}:00 [none]' for hour in range(0, 24, 2))


@pytest.mark.parametrize('capture', CAPTURES, ids=lambda path: path.name)
def test_captures_to_the_last_octet(capture, tmp_path):
    (tmp_path / 'none.domains').write_text('none.invalid\n')
    (tmp_path / 'weir.ini').write_text('[list none]\npath = none.domains\nformat = domains\n[group default]\n'
                                       f'lists = none\ncap_ttl = yes\nschedule = {schedule()}\n')
    found = replay.replay(capture, tmp_path, '-c', tmp_path / 'weir.ini')
    limits = set()
    for number, frame, left in capped(capture, found):
        whole = answers.read_datagram(left).payload
        ttls = [struct.unpack_from('>I', whole, place)[0] for place in places(whole)]
        assert max(ttls) <= 3600 and left == lowered(frame, max(ttls)), number
        limits.add(max(ttls))
    if limits and shutil.which('tshark') is not None:
        before = answers.tshark_faults(capture).splitlines()
        assert len(answers.tshark_faults(tmp_path / 'out.pcap').splitlines()) == len(before)


def test_captures_have_what_is_lowered(tmp_path):
    """At least one of them: else the test above tests nothing."""
    (tmp_path / 'none.domains').write_text('none.invalid\n')
    (tmp_path / 'weir.ini').write_text('[list none]\npath = none.domains\nformat = domains\n[group default]\n'
                                       f'lists = none\ncap_ttl = yes\nschedule = {schedule()}\n')
    reasons = [replay.reasons(replay.run('-c', tmp_path / 'weir.ini', capture).stdout)[0] for capture in CAPTURES]
    assert sum(found.get('passed_capped', 0) for found in reasons) > 10
