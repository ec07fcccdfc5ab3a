# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about lists, groups, actions, and what the answers carry."""
import frames
from case import BAD, PASSED, default, hit
from frames import AD, CD, COOKIE, COOKIE24, COOKIE8, DO, ECS, PADDING, RD, opt, option

ALL_TYPES = ('A', 'AAAA', 'HTTPS', 'SVCB', 'ANY', 'CNAME', 'TXT', 'MX', 'NS', 'SOA', 'PTR', 'SRV', 'DS', 'NULL',
             'CAA', 'OPT', 0, 65280, 65535)
TYPES = ('A', 'AAAA', 'HTTPS', 'ANY', 'CNAME', 'TXT')
ACTIONS = ('nxdomain', 'nodata', 'refused', 'servfail', 'drop', 'truncate', 'sinkhole')
LISTS = ('pass', *ACTIONS, 'cname', 'bare', 'log')


def listed(action):
    """The name action.example stands in the first line of action.domains."""
    if action == 'log':
        return PASSED
    return hit('cname' if action == 'bare' else action, 1, action, action + '.domains')


def ask_forms(case, text, verdict):
    """A name with every header and EDNS that an answer minds."""
    for flags in (0, RD, RD | CD, RD | AD, CD, AD, 0x0400 | 0x0200 | 0x0080 | 0x0040 | 0x000f):
        case.ask(text, verdict, flags=flags)
        case.ask6(text, verdict, flags=flags, qtype='AAAA', additional=[opt(option(COOKIE, COOKIE24), flags=DO)])
    for qtype in TYPES:
        case.ask(text, verdict, qtype=qtype)
        case.ask('www.' + text, verdict, qtype=qtype, additional=[opt(size=4096)])
        case.ask6('a.b.c.' + text.upper(), verdict, qtype=qtype, additional=[opt(option(COOKIE, COOKIE8), size=0)])


def actions(case):
    for action in LISTS:
        ask_forms(case, action + '.example', listed(action))
    ask_forms(case, 'nobody.example', PASSED)


def every_type(case):
    for qtype in ALL_TYPES:
        for action in ('nodata', 'sinkhole', 'cname'):
            case.ask(action + '.example', listed(action), qtype=qtype)
            case.ask6(action + '.example', listed(action), qtype=qtype, qclass=255, additional=[opt()])
        case.ask('good.example', PASSED, qtype=qtype)


def defaults(case):
    for text, verdict in (('good.example', hit('pass', 1, 'allow', 'allow.domains')), ('nobody.example', default())):
        ask_forms(case, text, verdict)
    case.ask('.', default())
    case.ask('com', default())


def write_defaults(case):
    """The same frames under every default action, each a variant."""
    for action in ACTIONS:
        case.expect(f'expect-{action}.tsv', lambda v, action=action: default(action) if v == default() else v)


def shadow(case):
    for action in LISTS:
        verdict = listed(action)
        if verdict[0] != 'pass':
            verdict = (*verdict[:3], 'passed_shadow', None)
        case.ask(action + '.example', verdict)
        case.ask6('www.' + action + '.example', verdict, qtype='AAAA', additional=[opt(flags=DO)])
    case.ask('drop.example', (*listed('drop')[:3], 'passed_shadow', None), additional=[frames.tsig()])
    case.ask('nxdomain.example', (*listed('nxdomain')[:3], 'passed_shadow', None), sport=0)


def signed_pass(case):
    for action in LISTS:
        verdict = listed(action)
        unread = verdict if verdict[0] == 'pass' else (*verdict[:3], 'passed_signed', None)
        case.ask(action + '.example', verdict)
        case.ask(action + '.example', verdict, additional=[opt(flags=0x7fff)])
        case.ask(action + '.example', unread, additional=[opt(flags=DO)])
        case.ask6('www.' + action + '.example', unread, additional=[opt(option(COOKIE, COOKIE8), flags=DO)])
    case.ask('nxdomain.example', (*listed('nxdomain')[:3], 'passed_signed', None), sport=0, additional=[opt(flags=DO)])


def nxdomain_exact(case):
    exact, below = hit('nodata', 2, path='block.wildcard'), hit('nxdomain', 3, path='block.wildcard')
    hosts = [hit('nodata', line, 'hosts', 'block.hosts') for line in (1, 2)]
    subtree = hit('nxdomain', 1, 'tree', 'tree.domains')
    case.ask('exact.example', exact)
    case.ask6('EXACT.example', exact, qtype='TXT', additional=[opt()])
    case.ask('www.exact.example', PASSED)
    case.ask('a.below.example', below)
    case.ask('a.b.below.example', below, additional=[opt()])
    case.ask('below.example', PASSED)
    for text, verdict in zip(('one.example', 'two.example'), hosts):
        case.ask(text, verdict)
    # What names a whole subtree denies its top as well.
    case.ask('tree.example', subtree)
    case.ask('www.tree.example', subtree)


def group_lists(case):
    """lists = *, -ads, -threats"""
    case.ask('ads.example', PASSED)
    case.ask('threats.example', PASSED)
    case.ask('both.example', hit('refused', 2, 'last', 'last.domains'))
    case.ask('trackers.example', hit('nodata', 1, 'trackers', 'trackers.domains'))
    case.ask('x.last.example', hit('refused', 1, 'last', 'last.domains'))
    case.ask('nobody.example', PASSED)


def adblock(case):
    def rule(action, line):
        return hit(action, line, 'filter', 'filter.adblock')
    asked = [('ads.example', 'A', 'nxdomain', 3), ('www.ads.example', 'A', 'nxdomain', 3),
             ('good.ads.example', 'A', 'pass', 4), ('x.good.ads.example', 'AAAA', 'pass', 4),
             ('evil.good.ads.example', 'A', 'nxdomain', 5), ('x.evil.good.ads.example', 'A', 'nxdomain', 5),
             ('best.evil.good.ads.example', 'A', 'pass', 6),
             ('longer.block.allowed.example', 'A', 'pass', 7), ('allowed.example', 'A', 'pass', 7),
             ('only4.example', 'A', 'nxdomain', 9), ('only4.example', 'AAAA', None, 0),
             ('only4.example', 'HTTPS', None, 0), ('not6.example', 'AAAA', None, 0),
             ('not6.example', 'A', 'nxdomain', 10), ('not6.example', 'HTTPS', 'nxdomain', 10),
             ('typed.example', 'AAAA', 'pass', 12), ('typed.example', 'A', 'nxdomain', 11),
             ('typed.example', 'TXT', 'nxdomain', 11), ('void.example', 'A', None, 0),
             ('exact.example', 'A', 'nxdomain', 15), ('www.exact.example', 'A', None, 0),
             ('below.example', 'A', None, 0), ('www.below.example', 'A', 'nxdomain', 16),
             ('plain.example', 'A', 'nxdomain', 17), ('www.plain.example', 'A', None, 0),
             ('path.example', 'A', None, 0)]
    for text, qtype, action, line in asked:
        case.ask(text, rule(action, line) if action else PASSED, qtype=qtype)
        case.ask6(text, rule(action, line) if action else PASSED, qtype=qtype, additional=[opt(flags=DO)])
    # An exception settles it: the weaker list gets no turn.
    case.ask('twice.example', rule('pass', 20))
    case.ask('later.example', hit('refused', 2, 'later', 'later.domains'))


def expressions(case):
    def rule(line, action='nxdomain'):
        return hit(action, line, 'filter', 'filter.regex')
    asked = [('ads.example', 2), ('ADS7.Example', 2), ('myads.example', 0), ('ads7_x.y', 2), ('ads', 0),
             ('tracker.example', 3), ('a.b.tracker.example', 3), ('mytracker.example', 0),
             ('my.BeacoN.example', 4), ('pixel.example', 5), ('x.pixel.example', 0), ('page.count', 6),
             ('count.example', 0), ('stat.example', 7), ('x.stat.example', 0), ('xa-track.example', 8),
             # Neighbours in a burst: what one begins the next does not end.
             ('a', 0), ('track.example', 0), ('xa', 0), ('btrack', 0),
             # A dot inside a label is no boundary.
             (r'ads1\.x.example', 0), (r'stat\.x.example', 0), ('.', 0)]
    for text, line in asked:
        case.ask(text, rule(line) if line else PASSED)
        case.ask6(text, rule(line) if line else PASSED, qtype='AAAA', additional=[opt(flags=DO)])
    for i in range(70):  # one expression for every name of a burst, whatever its size
        case.ask(f'ads{i}.example', rule(2))
    case.ask('good.ads.example', hit('pass', 1, 'allow', 'allow.domains'))   # stands above
    case.ask('ads.later.example', rule(2))                                   # stands below
    case.ask('later.example', hit('refused', 1, 'later', 'later.domains'))
    case.ask('watched.example', PASSED)                                      # counted, no more
    case.ask('watched.later.example', hit('refused', 1, 'later', 'later.domains'))


def allow_order(case):
    threats = ('threats', 'threats.domains')
    case.ask('threat.example', hit('nxdomain', 1, *threats))          # stands above the allow list
    case.ask('www.threat.example', hit('nxdomain', 1, *threats))
    case.ask('ads.example', hit('pass', 2, 'allow', 'allow.domains'))  # stands above the ads
    case.ask('www.ads.example', hit('pass', 2, 'allow', 'allow.domains'))
    case.ask('other-ads.example', hit('sinkhole', 2, 'ads', 'ads.domains'))
    case.ask('www.bank.example', hit('pass', 3, 'allow', 'allow.domains'))
    # The allow list's rule is the shorter one: lists go before length.
    case.ask('deep.www.bank.example', hit('pass', 3, 'allow', 'allow.domains'))
    case.ask('nobody.example', PASSED)


def longest_rule(case):
    asked = [('example.test', 1), ('a.example.test', 1), ('b.a.example.test', 1), ('www.example.test', 2),
             ('x.www.example.test', 1), ('x.y.deep.example.test', 3), ('deep.example.test', 1),
             ('y.deep.example.test', 4), ('z.y.deep.example.test', 3), ('exact.y.deep.example.test', 5)]
    for text, line in asked:
        case.ask(text, hit('nxdomain', line, 'filter', 'filter.adblock'))
        case.ask6(text.upper(), hit('nxdomain', line, 'filter', 'filter.adblock'), additional=[opt()])
    for text in ('notexample.test', 'example.test.evil.example', 'test', 'example', 'xexample.test', 'example.tes',
                 'www-example.test', '.', 'ww.w.example.testx'):
        case.ask(text, PASSED)


def log_list(case):
    case.ask('seen.example', PASSED)
    case.ask('bad.example', BAD)
    case.ask('www.bad.example', BAD)  # logged too, by the list above
    case.ask('nobody.example', PASSED)


def sizes(case):
    """Answers at the limits: 512, the client's size, max_udp, three times the query."""
    wall = hit('cname', 1, 'wall', 'wall.domains')
    label = 'x' * 63
    for text in ('w.example', 'www.w.example', label + '.w.example', '.'.join([label] * 3 + ['y' * 51, 'w.example'])):
        for qtype in ('A', 'AAAA', 'ANY', 'HTTPS'):
            case.ask(text, wall, qtype=qtype)
            for size in (0, 512, 700, 4096):
                case.ask6(text, wall, qtype=qtype, additional=[opt(size=size)])
                case.ask(text, wall, qtype=qtype,
                         additional=[opt(option(COOKIE, COOKIE24), option(PADDING, bytes(400)), size=size)])
    told = hit('nxdomain', 1, 'told', 'told.domains')  # with 255 octets of text
    for pad in range(0, 200, 10):
        case.ask('t.example', told, additional=[opt(option(PADDING, bytes(pad)))])
        case.ask6('t.example', told, additional=[opt(option(ECS, b'\0\1\0\0'), option(PADDING, bytes(pad)), flags=DO)])
    case.ask('t.example', told)
    case.ask('t.example', told, options=b'\1' * 40, additional=[opt()])


def amplify_one(case):
    """amplify = 1: no answer is longer than its query."""
    told = hit('nxdomain', 1, 'told', 'told.domains')
    sink = hit('sinkhole', 1, 'sink', 'sink.domains')
    for pad in (None, 0, 1, 10, 20, 50, 80, 100, 200, 400):
        additional = [] if pad is None else [opt(option(PADDING, bytes(pad)))]
        case.ask('t.example', told, additional=additional)
        case.ask6('t.example', told, additional=additional)
        case.ask('s.example', sink, additional=additional)
        case.ask6('s.example', sink, qtype='AAAA', additional=additional)
    case.ask('s.example', sink, options=b'\1' * 40)


def no_soa(case):
    for action in ('nxdomain', 'nodata', 'sinkhole', 'cname'):
        ask_forms(case, action + '.example', listed(action))


CASES = [actions, every_type, defaults, shadow, signed_pass, nxdomain_exact, group_lists, adblock, expressions, allow_order,
         longest_rule, log_list, sizes, amplify_one, no_soa]
AFTER = {defaults: write_defaults}
