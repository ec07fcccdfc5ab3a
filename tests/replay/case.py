# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A case in the making: frames, each with the verdict that is expected of it."""
import pathlib
import struct

import frames
from frames import CLIENT6, SERVER6, TYPES, Packet

HERE = pathlib.Path(__file__).parent
HEADER = 'frame src sport dst dport transport id qr qname qtype action list rule reason'.split()
NOT_READ = ('-', 0)


def hit(action, line, name='block', path='block.domains', reason=None):
    """A rule decides: line of the list `name`."""
    if reason is None:
        reason = {'pass': 'passed_list', 'drop': 'dropped'}.get(action, 'answered_' + action)
    return action, name, f'{path}:{line}', reason, None


def default(action='pass', reason=None):
    """No rule names it."""
    return action, '-', '-', reason or {'pass': 'passed', 'drop': 'dropped'}.get(action, 'answered_' + action), None


def malformed(reason):
    return 'pass', '-', '-', 'dns_' + reason, 'malformed'


def other(reason):
    return 'pass', '-', '-', 'dns_' + reason, 'other'


PASSED = default()
RESPONSE = default(reason='dns_response')
NOT_TO_DNS = default(reason='not_to_dns')
BAD = hit('nxdomain', 2)  # bad.example in line 2 of block.domains
NO_WAY = hit('nxdomain', 2, reason='dropped_source')


class Case:
    """verdicts: of the INI as it is; variants: name -> {what is expected: what instead}."""

    def __init__(self, name):
        self.folder = HERE / name
        self.frames = []
        self.rows = []
        self.times = {}  # frame -> us since 1970, where it matters
        self.ttls = {}   # frame -> TTL of its answer, where it is not the list's

    def frame(self, octets):
        """A frame that is passed unread and has no line."""
        self.frames.append(octets.frame() if isinstance(octets, Packet) else octets)

    def send(self, payload, verdict, seen=NOT_READ, **packet):
        """A DNS message, whatever it is, and what of its question is seen."""
        packet.setdefault('sport', 40000 + len(self.frames))
        packet = Packet(payload, **packet)
        self.frames.append(packet.frame())
        number, flags = struct.unpack('>HH', payload[:4]) if len(payload) >= 12 else (0, 0)
        self.rows.append([len(self.frames), packet.src, packet.sport, packet.dst, packet.dport, 'udp',
                          f'0x{number:04x}', flags >> 15, *seen, *verdict])

    def ask(self, text, verdict, qtype='A', qclass=1, **how):
        """A query for a name in presentation form."""
        how.setdefault('questions', [frames.question(text, qtype, qclass)])
        how.setdefault('seen', (text, TYPES.get(qtype, qtype)))
        self.tell(verdict, **how)

    def tell(self, verdict, questions=(), answers=(), authority=(), additional=(), flags=frames.RD,
             counts=None, cut=None, tail=b'', seen=NOT_READ, **packet):
        """A message of these parts; `cut` octets are left of it, `tail` comes behind it."""
        payload = frames.message(0x1000 + len(self.frames), (questions, answers, authority, additional),
                                 flags, counts)
        self.send(payload[:cut] + tail, verdict, seen, **packet)

    def ask6(self, text, verdict, **how):
        """The same over IPv6."""
        self.ask(text, verdict, **{'src': CLIENT6, 'dst': SERVER6, **how})

    def expect(self, name, change):
        """Writes a file of verdicts, each as change(verdict) gives it."""
        rows = [row[:10] + list(change(tuple(row[10:])))[:4] for row in self.rows]
        lines = ['\t'.join(map(str, row)) for row in [HEADER, *rows]]
        (self.folder / name).write_text('\n'.join(lines) + '\n')

    def write(self):
        frames.write_capture(self.folder / 'in.pcap', self.frames, self.times)
        if self.ttls:
            (self.folder / 'ttls').write_text(''.join(f'{frame}\t{ttl}\n' for frame, ttl in self.ttls.items()))
        self.expect('expect.tsv', lambda verdict: verdict)
        for setting in ('malformed', 'other'):
            if any(row[14] == setting for row in self.rows):
                self.expect(f'expect-{setting}.tsv',
                            lambda v, setting=setting: ('drop', *v[1:]) if v[4] == setting else v)
