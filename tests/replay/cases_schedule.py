# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about hours: a frame's own time says which lists are on, and how long an answer may be kept."""
import datetime
import zoneinfo

from case import PASSED, RESPONSE, default, hit
from frames import CLIENT, CLIENT6, QR, RA, RD, SERVER, SERVER6, TAG, opt, record, sig0, tsig

BERLIN = zoneinfo.ZoneInfo('Europe/Berlin')


def at(text, fold=0):
    """Microseconds since 1970 of a time in Berlin; fold=1: the second one of a night that has two."""
    when = datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold)
    return int(when.timestamp()) * 1000000 + when.microsecond


def schedules(case):
    """Games are blocked Mon-Fri 08:00-18:00, social sites Sat 23:00-02:30; on VLAN 1 alone."""
    def ask(text, verdict, when, ttl=None, **how):
        case.ask(text, verdict, **how)
        case.times[len(case.frames)] = when
        if ttl is not None:
            case.ttls[len(case.frames)] = ttl

    def games(verdict, when, ttl=None):
        ask('www.games.example', verdict, when, ttl, tags=((TAG, 1),))

    def social(verdict, when, ttl=None):
        ask('social.example', verdict, when, ttl, tags=((TAG, 1),))
    blocked, sunk = hit('nxdomain', 1, 'games', 'games.domains'), hit('sinkhole', 1, 'social', 'social.domains')
    # A Monday in winter, and frames out of order: each goes by its own time.
    games(PASSED, at('2026-01-05T07:59:59.999999'))
    games(blocked, at('2026-01-05T08:00'))
    games(blocked, at('2026-01-05T17:58:20'), 100)
    games(blocked, at('2026-01-05T17:59:50.000001'), 9)  # whole seconds that are left
    games(blocked, at('2026-01-05T17:59:59.900000'), 1)
    games(PASSED, at('2026-01-05T18:00'))
    games(blocked, at('2026-01-05T12:00'))
    games(PASSED, at('2026-01-10T12:00'))  # a Saturday
    ask('www.games.example', blocked, at('2026-01-10T12:00'))  # of a group without hours: the list's TTL
    ask('www.games.example', blocked, at('2026-01-05T17:59:59.900000'))
    # In summer the same hours are an hour earlier by UTC.
    games(blocked, at('2026-07-06T08:00'))
    games(PASSED, at('2026-07-06T07:59:59'))
    games(blocked, at('2026-07-06T17:59:59'), 1)
    # The night without 02:30: the window is over when the clocks go from 02:00 to 03:00.
    social(PASSED, at('2026-03-28T22:59:59'))
    social(sunk, at('2026-03-28T23:00'), 10800)
    social(sunk, at('2026-03-29T01:59:00'), 60)
    social(PASSED, at('2026-03-29T03:00'))
    # The night with two of them: 02:00 to 02:30 is on twice.
    social(sunk, at('2026-10-25T02:29:00'), 60)
    social(PASSED, at('2026-10-25T02:30'))
    social(PASSED, at('2026-10-25T02:59:59'))
    social(sunk, at('2026-10-25T02:00', fold=1), 1800)
    social(PASSED, at('2026-10-25T02:30', fold=1))
    # The last second that a capture can tell, and the first.
    social(PASSED, 0xffffffff * 1000000)
    games(PASSED, 0)


def capped_responses(case):
    """Responses to VLAN 1 hold until 18:00, those to others as long as they say; a client's own are none."""
    back = {'src': SERVER, 'dst': CLIENT, 'sport': 53, 'dport': 41000}
    back6 = {**back, 'src': SERVER6, 'dst': CLIENT6}
    kids = {'tags': ((TAG, 1),)}
    when, limit = at('2026-01-05T17:55:00.500000'), 299
    owner, address = b'\xc0\x0c', bytes([192, 0, 2, 1])

    def answer(verdict, answers, when=when, limit=None, flags=QR | RD | RA, **how):
        case.ask('www.example', verdict, flags=flags, answers=answers, **{**back, **kids, **how})
        case.times[len(case.frames)] = when
        if limit is not None:
            case.ttls[len(case.frames)] = limit
    capped, signed, broken = (default(reason=reason) for reason in (
        'passed_capped', 'uncapped_signed', 'uncapped_malformed'))
    long, short = record(owner, 'A', address, ttl=86400), record(owner, 'A', address, ttl=299)
    text = record(owner, 'TXT', b'\2ab', ttl=3600)  # what follows stands at an odd place
    answer(capped, [long], limit=limit)
    answer(RESPONSE, [short])
    answer(capped, [short, text, long], limit=limit, additional=[opt(flags=0x8000, size=4096)])
    answer(capped, [text, long], limit=limit, udp_sum=0)
    answer(capped, [text, long], limit=limit, **back6)
    answer(capped, [text], limit=limit, surplus=b'xx', trailer=b'padding')
    answer(capped, [], limit=limit, flags=QR | RD | RA | 3, authority=[
        record(b'\0', 'SOA', b'\0\0' + bytes(16) + (86400).to_bytes(4, 'big'), ttl=86400)])
    answer(RESPONSE, [long], tags=())
    answer(RESPONSE, [long], sport=41000, dport=53)  # out of a client, to port 53
    answer(RESPONSE, [long], flags=QR | 5 << 11)     # to an UPDATE
    answer(signed, [long], additional=[tsig()])
    answer(signed, [long], additional=[sig0()])
    answer(broken, [long], tail=b'x')
    answer(broken, [long], counts=(1, 2, 0, 0))
    answer(broken, [record(b'\xc0\xff', 'A', address, ttl=86400)])
    answer(RESPONSE, [record(owner, 'A', address, ttl=0x80000001)])  # counts as 0
    answer(capped, [long], at('2026-01-05T17:59:59.999999'), 1)
    answer(capped, [long], at('2026-01-05T18:00'), 50400)  # the next change is at 08:00
    answer(RESPONSE, [record(owner, 'A', address, ttl=50400)], at('2026-01-05T18:00'))


CASES = [schedules, capped_responses]
