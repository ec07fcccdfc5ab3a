#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Writes in.pcap and the expected verdicts of the cases named, or of all; run by hand, octets the same each time.

What is expected is told here, frame by frame, and never taken from what Weir says. INI, lists and
README.md of a case are written by hand.
"""
import sys

import cases_dns
import cases_groups
import cases_link
import cases_policy
import cases_schedule
from case import Case

CASES = {make.__name__.replace('_', '-'): make
         for make in cases_dns.CASES + cases_link.CASES + cases_policy.CASES + cases_groups.CASES +
         cases_schedule.CASES}


def main(names):
    for name in names or CASES:
        case = Case(name)
        CASES[name](case)
        case.write()
        if CASES[name] in cases_policy.AFTER:
            cases_policy.AFTER[CASES[name]](case)


if __name__ == '__main__':
    main(sys.argv[1:])
