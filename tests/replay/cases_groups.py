# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about groups: who belongs to which, and what each says of its answers."""
from case import PASSED, default, hit
from frames import COOKIE, COOKIE8, DO, TAG, TAG_AD, opt, option

# Of [clients] in client-keys.
MAC, OTHER_MAC = bytes.fromhex('020000000b01'), bytes.fromhex('020000000b02')
PAIR = ((TAG_AD, 100), (TAG, 12))


def ask_all(case, action, **how):
    """A name that no list has: its verdict is the default of the group."""
    verdict = PASSED if action == 'pass' else default(action)
    case.ask('nobody.example', verdict, **how)
    case.ask6('NOBODY.example', verdict, qtype='AAAA', additional=[opt(option(COOKIE, COOKIE8))], **how)
    case.ask('known.example', hit('sinkhole', 1, 'known', 'known.domains'), **how)


def client_keys(case):
    """MAC before QinQ pair before VLAN before the default group."""
    ask_all(case, 'pass')
    ask_all(case, 'refused', src_mac=MAC)
    ask_all(case, 'refused', src_mac=bytes.fromhex('fedcba987654'))
    ask_all(case, 'pass', src_mac=OTHER_MAC)
    ask_all(case, 'pass', dst_mac=MAC)  # whom it goes to says nothing of whose it is
    ask_all(case, 'nodata', tags=PAIR)
    ask_all(case, 'refused', tags=PAIR, src_mac=MAC)
    ask_all(case, 'nodata', tags=((TAG, 4094), (TAG, 1)))
    ask_all(case, 'nodata', tags=((TAG_AD, 7 << 13 | 100), (TAG, 1 << 12 | 12)))  # priorities are no part of it
    ask_all(case, 'pass', tags=((TAG, 12), (TAG, 100)))
    ask_all(case, 'servfail', tags=((TAG, 300),))
    ask_all(case, 'servfail', tags=((TAG, 300), (TAG, 12)))  # no pair: the outer tag's VLAN
    ask_all(case, 'servfail', tags=((TAG_AD, 200), (TAG, 5)))
    ask_all(case, 'nodata', tags=((TAG_AD, 200), (TAG, 6)))  # the pair before the VLAN
    ask_all(case, 'refused', tags=((TAG_AD, 200), (TAG, 6)), src_mac=MAC)
    ask_all(case, 'pass', tags=((TAG, 5), (TAG, 300)))  # the inner tag alone is none
    ask_all(case, 'servfail', tags=((TAG, 0), (TAG, 300)))  # VLAN 0 bears a priority alone
    ask_all(case, 'servfail', tags=((TAG, 300), (TAG, 0)))
    ask_all(case, 'pass', tags=((TAG, 0),))
    ask_all(case, 'pass', tags=((TAG, 4095),))


def client_prefixes(case):
    """The longest prefix, one bound to the VLAN first where two are as long; MAC before, the rest behind it."""
    def ask(action, src, **how):
        verdict = PASSED if action == 'pass' else default(action)
        dst = {'dst': '2001:db8:53::53'} if ':' in src else {}
        case.ask('nobody.example', verdict, src=src, **dst, **how)
        case.ask('known.example', hit('sinkhole', 1, 'known', 'known.domains'), src=src, **dst, **how)
    ask('pass', '203.0.113.1')
    ask('refused', '10.9.9.9')                               # 10.0.0.0/8
    ask('nodata', '10.9.9.9', tags=((TAG, 12),))             # 10.0.0.0/8@12: another 10.9.9.9
    ask('refused', '10.9.9.9', tags=((TAG, 13),))
    ask('servfail', '10.1.9.9')                              # 10.1.0.0/16
    ask('servfail', '10.1.9.9', tags=((TAG, 12),))           # the longer one, bound or not
    ask('nodata', '10.1.2.9', tags=((TAG, 12),))             # 10.1.2.0/24@12
    ask('servfail', '10.1.2.9')
    ask('nxdomain', '10.1.2.3')                              # 10.1.2.3, of the file
    ask('nxdomain', '10.1.2.3', tags=((TAG, 12),))
    ask('nodata', '10.1.2.3', tags=((TAG, 14),))             # 10.1.2.3@14
    ask('nxdomain', '198.51.100.128')                        # 198.51.100.128/25, of the file
    ask('pass', '198.51.100.127')
    ask('refused', '10.1.2.3', src_mac=MAC)                  # the MAC goes before
    ask('nodata', '10.9.9.9', tags=((TAG_AD, 12), (TAG, 100)))  # the VLAN of the outer tag
    ask('refused', '10.9.9.9', tags=((TAG, 300),))           # a prefix before a VLAN
    ask('servfail', '203.0.113.1', tags=((TAG, 300),))
    ask('nodata', '203.0.113.1', tags=PAIR)
    ask('refused', '10.9.9.9', tags=PAIR)
    ask('pass', '2001:db9::1')
    ask('refused', '2001:db8::1')                            # 2001:db8::/32
    ask('servfail', '2001:db8:1:ff::1')                      # 2001:db8:1::/48
    ask('nxdomain', '2001:db8:1:2::9')                       # 2001:db8:1:2::/64, of the file
    ask('nodata', '2001:db8:1:2::9', tags=((TAG, 12),))      # 2001:db8:1:2::/64@12
    ask('refused', '2001:db8:1:2::1')                        # the address itself
    ask('nodata', 'fd00::1', tags=((TAG, 12),))              # fd00::/8@12
    ask('pass', 'fd00::1')


def group_answers(case):
    """One name, five groups, each with an answer of its own."""
    def ads(action='nxdomain', reason=None):
        return hit(action, 1, 'ads', 'ads.domains', reason)

    def wall(reason=None):
        return hit('sinkhole', 1, 'wall', 'wall.domains', reason)
    plain, edns = {}, {'additional': [opt()]}
    for how in (plain, edns):
        for vlan, (first, second, nobody) in {
                # default; garden: addresses, text and default of its own; bare: no SOA; shadow; no ads
                None: (ads(), wall(), PASSED),
                1: (ads(), wall(), default('sinkhole')),
                2: (ads(), wall(), default('nodata')),
                3: (ads(reason='passed_shadow'), wall('passed_shadow'), default('refused', 'passed_shadow')),
                4: (PASSED, wall(), PASSED),
                5: (ads(), wall(), PASSED)}.items():
            tags = {} if vlan is None else {'tags': ((TAG, vlan),)}
            for qtype in ('A', 'AAAA', 'HTTPS'):
                case.ask('www.ads.example', first, qtype=qtype, **how, **tags)
                case.ask6('wall.example', second, qtype=qtype, **how, **tags)
                case.ask('nobody.example', nobody, qtype=qtype, **how, **tags)
    signed = {'additional': [opt(flags=DO)]}
    case.ask('ads.example', ads(), **signed)
    case.ask('ads.example', ads(reason='passed_signed'), **signed, tags=((TAG, 5),))
    case.ask('nobody.example', default('nodata'), **signed, tags=((TAG, 2),))


CASES = [client_keys, client_prefixes, group_answers]
