# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Runs weir replay and holds what it prints and writes against the laws of every replay."""
import os
import pathlib
import re
import subprocess
import typing

from scapy.utils import RawPcapReader

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build'))
WEIR = os.environ.get('WEIR', BUILD / 'app/weir/weir')
HEADER = 'frame src sport dst dport transport id qr qname qtype action list rule reason'.split()


class Replay(typing.NamedTuple):
    """What came of a replay. reasons: {reason: packets}; lines: a dictionary each; out: frames."""
    reasons: dict
    lines: list
    out: list


def run(*args, cwd=None):
    return subprocess.run([WEIR, 'replay', *map(str, args)], cwd=cwd, capture_output=True, text=True,
                          timeout=300, check=False)


def frames(path):
    """The octets of each frame of a capture, whatever its form."""
    reader = RawPcapReader(str(path))
    try:
        return [bytes(octets) for octets, _ in reader]
    finally:
        reader.close()


def reasons(printed):
    """{reason: packets}; received = sum of the reasons = passed + answered + dropped, and so on."""
    text = printed.split('packets by reason:\n')[1].split('verdicts by list')[0].splitlines()
    found = {line.split()[1]: int(line.split()[0]) for line in text[:-1]}
    received, passed, answered, dropped, sent, refused = map(int, re.findall(r'\d+', text[-1]))
    assert sum(found.values()) == received == passed + answered + dropped
    assert passed + answered == sent and refused == 0
    return found, (passed, answered, dropped)


def lines(path):
    """Verdict lines; no field is empty."""
    rows = [line.split('\t') for line in path.read_text().splitlines()]
    assert rows[0] == HEADER
    assert all(len(row) == len(HEADER) and all(row) for row in rows)
    return [dict(zip(HEADER, row)) for row in rows[1:]]


def fate(line):
    """What became of a message's packet: 'passed', 'answered' or 'dropped'."""
    reason = line['reason']
    if reason.startswith('answered'):
        return 'answered'
    # What would have been dropped, and passed_shadow says so, has the action too.
    unread = reason.startswith('dns_') and line['action'] == 'drop'
    return 'dropped' if unread or reason.startswith('dropped') else 'passed'


def answered(frames_in, found):
    """(line, query, answer) of each packet that was answered, of a replay whose frames are in order."""
    fates, out = {int(line['frame']): line for line in found.lines}, iter(found.out)
    for number, frame in enumerate(frames_in, 1):
        what = fate(fates[number]) if number in fates else 'passed'
        left = frame if what == 'dropped' else next(out)
        if what == 'answered':
            yield fates[number], frame, left


def assert_passes_are_untouched(frames_in, replay, totals):
    """What is passed leaves octet for octet, in its place; what is dropped does not leave. A response whose TTLs
    were lowered is as long as it was: test_capped.py looks at the rest of it."""
    fates = {int(line['frame']): fate(line) for line in replay.lines}
    capped = {int(line['frame']) for line in replay.lines if line['reason'] == 'passed_capped'}
    out, seen = iter(replay.out), {'passed': 0, 'answered': 0, 'dropped': 0}
    for number, frame in enumerate(frames_in, 1):
        what = fates.get(number, 'passed')
        seen[what] += 1
        if what != 'dropped':
            left = next(out)
            assert (left == frame) == (what == 'passed' and number not in capped), f'frame {number}'
            assert len(left) == len(frame) or number not in capped, f'frame {number}'
    assert next(out, None) is None
    assert tuple(seen.values()) == totals


def has_expressions():
    """Whether the program was built with Hyperscan."""
    return 'expressions:' in subprocess.run([WEIR, '--version'], capture_output=True, text=True, check=True,
                                            timeout=60).stdout


def replay(capture, folder, *args, cwd=None):
    """A replay that must succeed, held against the laws; its files go to folder."""
    out, verdicts = folder / 'out.pcap', folder / 'verdicts.tsv'
    done = run(*args, capture.resolve(), '-o', out, '--verdicts', verdicts, cwd=cwd)
    said = [line for line in done.stderr.splitlines() if not line.startswith('warning: ')]
    assert (done.returncode, said) == (0, []), done.stdout
    found, totals = reasons(done.stdout)
    result = Replay(found, lines(verdicts), frames(out))
    assert [int(line['frame']) for line in result.lines] == sorted(
        int(line['frame']) for line in result.lines)
    assert_passes_are_untouched(frames(capture), result, totals)
    return result
