# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about hours: a frame's own time says which lists are on, and how long an answer may be kept."""
import datetime
import zoneinfo

from case import PASSED, hit
from frames import TAG

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


CASES = [schedules]
