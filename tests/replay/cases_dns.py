# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Cases about the DNS message: what is a query, what is malformed, what is not ours."""
import struct

import frames
from case import BAD, NOT_READ, NOT_TO_DNS, PASSED, RESPONSE, hit, malformed, other
from frames import COOKIE, COOKIE24, COOKIE8, DO, ECS, NSID, PADDING, QR, RD, name, opt, option, question

LABEL = 'x' * 63
BAD_SEEN = ('bad.example', 1)


def second_question(case):
    bad, good = question('bad.example'), question('good.example')
    case.ask('bad.example', BAD)
    case.ask('good.example', PASSED)
    for questions in ([bad, good], [bad, bad], [bad, question('bad.example', 'AAAA')],
                      [bad, b'\xc0\x0c\0\1\0\1'], [bad] * 20):
        case.ask('bad.example', malformed('many_questions'), questions=questions)
    case.ask('good.example', malformed('many_questions'), questions=[good, bad])
    case.ask6('good.example', malformed('many_questions'), questions=[good, bad], additional=[opt()])
    # The header says more than there is, or nothing of what there is.
    for count in (2, 256, 65535):
        case.ask('bad.example', malformed('many_questions'), counts=(count, 0, 0, 0))
    case.tell(malformed('no_question'), questions=[bad], counts=(0, 0, 0, 0))
    case.tell(malformed('no_question'), additional=[opt()])
    case.tell(malformed('no_question'))
    case.tell(malformed('many_questions'), questions=[b'\xc0\x0c\0\1\0\1', bad])


def nul_in_label(case):
    case.ask('bad.example', BAD)
    for text in (r'bad\000.example', r'\000bad.example', r'ba\000d.example', r'\000.example',
                 r'bad.example\000', r'bad.\000', r'bad\000example'):
        case.ask(text, PASSED)
        case.ask6(text, PASSED, additional=[opt()])
    for text in (r'\000.bad.example', r'bad\000x.bad.example', r'good.example\000.bad.example',
                 r'\000\000\000\000.bad.example'):
        case.ask(text, BAD)
        case.ask6(text, BAD, additional=[opt()])
    case.ask(r'good.example.\000.bad.example', BAD, qtype='HTTPS')


def dot_in_label(case):
    case.ask('www.bad.example', BAD)
    for text in (r'www\.bad.example', r'bad\.example', r'www.bad\.example', r'www\.bad\.example',
                 r'bad\.example.good.example', r'bad.example\.', r'\..example'):
        case.ask(text, PASSED)
    for text in (r'good\.example.bad.example', r'\..bad.example', r'\.\.\..bad.example'):
        case.ask(text, BAD)
        case.ask6(text, BAD, qtype='AAAA')
    # Other octets that a host name has none of.
    for label in (r'\032', r'\255\254', r'\009', r'\@', r'\$', r'\(\)', r'\\', r'\"', r'\;', '_', '*', '-'):
        case.ask(label + '.bad.example', BAD)
        case.ask(label + 'bad.example', PASSED)


def mixed_case(case):
    for text in ('bad.example', 'BAD.EXAMPLE', 'bAd.ExAmPlE', 'wWw.BaD.eXaMpLe'):
        case.ask(text, BAD)
        case.ask6(text, BAD, additional=[opt()])
    # The list has it in upper case; only letters have a case, the octets between are others.
    case.ask('k_x.example', hit('nxdomain', 3))
    case.ask('K_X.EXAMPLE', hit('nxdomain', 3))
    case.ask('a-b0.example', hit('nxdomain', 4))
    for text in (r'k\127x.example', r'k?x.example', r'a\013b0.example', r'a-b\016.example',
                 r'\225-b0.example', r'\193-b0.example', r'A-Bp.example'):
        case.ask(text, PASSED)


def compressed_name(case):
    bad = name('bad.example')
    end = b'\0\1\0\1'
    for octets in (b'\xc0\x0c',                         # itself
                   b'\xc0\x00', b'\xc0\x04',            # the header
                   b'\xc0\x12' + end + bad,             # what comes behind
                   b'\x03bad\xc0\x0c',                  # a loop
                   b'\x03bad\xc0\x16' + end + name('example'),
                   b'\xff\xff', b'\xc0\xff', bad[:-1] + b'\xc0\x18'):
        case.tell(malformed('name_compressed'), questions=[octets + end])
    case.tell(malformed('name_compressed'), questions=[b'\xc0\x0c' + end], additional=[opt()],
              src=frames.CLIENT6, dst=frames.SERVER6)
    # Behind the question a pointer is no fault.
    case.ask('bad.example', BAD, authority=[frames.record(b'\xc0\x0c', 'SOA', b'\0\0' + bytes(20))])
    case.ask('bad.example', BAD, additional=[frames.record(b'\x01a\xc0\x0c', 'A', bytes(4)), opt()])


def long_name(case):
    tail = 'bad.example'  # 13 octets
    whole = '.'.join([LABEL] * 3 + ['y' * 49, tail])
    assert len(name(whole)) == 255
    for text in (whole, 'a.' * 121 + tail, LABEL + '.' + tail):
        case.ask(text, BAD)
        case.ask6(text, BAD, qtype='AAAA', additional=[opt(size=4096, flags=DO)])
    case.ask('.'.join([LABEL] * 3 + ['z' * 61]), PASSED)
    for text in ('.'.join([LABEL] * 3 + ['y' * 50, tail]), 'a.' * 122 + tail, 'b' + '.a' * 127,
                 '.'.join([LABEL] * 20 + [tail])):
        case.ask(text, malformed('name_long'), seen=NOT_READ)
    for octet in (0x40, 0x41, 0x7f, 0x80, 0xbf):
        case.tell(malformed('name_label'), questions=[bytes([octet]) + b'a' * 64 + question(tail)])
        case.tell(malformed('name_label'), questions=[b'\1a' + bytes([octet]) + question(tail)])


def bytes_missing(case):
    whole = frames.message(0x2000, ([question('bad.example')], [], [], []))
    for length in (0, 1, 2, 11):
        case.send(whole[:length], malformed('short'))
    for length in (12, 13, 16, 17, 24):
        case.send(whole[:length], malformed('name_short'))
    for length in range(25, 29):
        case.send(whole[:length], malformed('question_short'), seen=('bad.example', 0))
    for length in (1, 2, 5, 10):
        case.ask('bad.example', malformed('record_short'), additional=[opt()], cut=29 + length)
    case.ask('bad.example', malformed('record_short'), additional=[opt(option(COOKIE, COOKIE8))], cut=29 + 20)
    for counts in ((1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 0, 1), (1, 65535, 65535, 65535)):
        case.ask('bad.example', malformed('record_short'), counts=counts)
        case.ask6('good.example', malformed('record_short'), counts=counts)
    case.ask('bad.example', malformed('record_short'), additional=[opt()], counts=(1, 0, 0, 2))
    for octet in (0x40, 0x80):
        case.ask('bad.example', malformed('record_label'), additional=[opt(owner=bytes([octet]) + b'a\0')])
    # What stands behind the last record belongs to nobody.
    for tail in (b'\0', b'tail', opt(), question('good.example'), bytes(600)):
        case.ask('bad.example', BAD, tail=tail)
        case.ask('good.example', PASSED, tail=tail)


def edns(case):
    forms = [[opt(size=size)] for size in (0, 1, 511, 512, 1232, 4096, 65535)]
    forms += [[opt(flags=flags)] for flags in (DO, 0x7fff, 0xffff, 0x4000)]
    forms += [[opt(option(COOKIE, COOKIE24 + COOKIE24[:length - 24]) if length > 24 else
                   option(COOKIE, COOKIE24[:length]))] for length in (8, 16, 17, 23, 24, 32, 40)]
    forms += [[opt(*options, size=4096, flags=DO)] for options in (
        [option(ECS, b'\0\1\x18\0\xc0\0\2')], [option(NSID, b'')], [option(PADDING, bytes(468))],
        [option(11, b'')], [option(65001, b'any')], [option(0, b'')], [option(15, b'\0\x0fold')],
        [option(NSID, b''), option(ECS, b'\0\1\0\0'), option(COOKIE, COOKIE24), option(PADDING, bytes(64))],
        [option(COOKIE, COOKIE8), option(COOKIE, COOKIE24)],
        [option(COOKIE, COOKIE24), option(COOKIE, b'')])]
    forms += [[frames.record(name('a.example'), 'A', bytes(4)), opt(option(COOKIE, COOKIE8))],
              [opt(), frames.record(name('a.example'), 'TXT', b'\1a')]]
    case.ask('bad.example', BAD)
    case.ask('bad.example', BAD, flags=0)
    for additional in forms:
        case.ask('www.bad.example', BAD, additional=additional)
        case.ask6('bad.example', BAD, qtype='AAAA', additional=additional)
        case.ask('good.example', PASSED, additional=additional)


def edns_malformed(case):
    forms = [('opt_twice', [opt(), opt()]), ('opt_twice', [opt(), frames.record(b'\0', 'A', bytes(4)), opt()]),
             ('opt_owner', [opt(owner=name('a'))]), ('opt_owner', [opt(owner=b'\xc0\x18')]),
             ('opt_owner', [opt(owner=b'\xc0\x0c')])]
    forms += [('opt_short', [opt(octets)]) for octets in (b'\0', b'\0\x0a', b'\0\x0a\0', b'\0\x0a\0\1',
                                                          option(NSID, b'ab', 3), option(COOKIE, COOKIE8, 65535),
                                                          option(PADDING, b'') + b'\0\0\0')]
    forms += [('cookie_size', [opt(option(COOKIE, bytes(length)))])
              for length in (0, 1, 7, 9, 15, 41, 255, 256 + 8)]
    forms += [('cookie_size', [opt(option(COOKIE, b''), option(COOKIE, COOKIE8))]),
              ('record_short', [opt(option(NSID, b''), length=65535)]),
              ('record_short', [opt(length=1)])]
    for reason, additional in forms:
        for text in ('bad.example', 'good.example'):
            case.ask(text, malformed(reason), additional=additional)
    for part in ('answers', 'authority'):
        case.ask('bad.example', malformed('opt_section'), **{part: [opt()]})
        case.ask6('bad.example', malformed('opt_section'), additional=[opt()], **{part: [opt()]})
    # An OPT whose RDLENGTH leaves its last octets behind the message.
    case.ask('bad.example', BAD, additional=[opt(option(COOKIE, COOKIE8), length=0)])


def edns_version(case):
    for version in (1, 2, 255):
        for text in ('bad.example', 'good.example'):
            case.ask(text, other('edns_version'), additional=[opt(version=version)])
    case.ask6('bad.example', other('edns_version'), additional=[opt(option(COOKIE, b'x'), version=1)])
    case.ask('bad.example', other('edns_version'), additional=[opt(b'\0', version=1)])
    # What breaks an RFC goes before what is only not ours.
    case.ask('bad.example', malformed('opt_twice'), additional=[opt(version=1), opt()])
    case.ask('bad.example', malformed('opt_owner'), additional=[opt(version=1, owner=name('a'))])
    # An extended rcode is no version.
    case.ask('bad.example', BAD, additional=[frames.record(b'\0', 'OPT', b'', 1232, 0xff000000)])


def not_a_query(case):
    for opcode in (1, 2, 3, 4, 5, 6, 15):
        for text in ('bad.example', 'good.example'):
            case.ask(text, other('opcode'), flags=opcode << 11)
    case.ask('bad.example', other('opcode'), flags=5 << 11, qtype='SOA',
             authority=[frames.record(name('bad.example'), 'A', bytes(4))])
    case.tell(other('opcode'), flags=6 << 11)
    for qclass in (0, 2, 3, 4, 254, 256, 65535):
        case.ask('bad.example', other('class'), qclass=qclass)
        case.ask6('version.bind', other('class'), qclass=qclass, qtype='TXT')
    case.ask('bad.example', BAD, qclass=255)
    case.ask('good.example', PASSED, qclass=255)
    for qtype in ('AXFR', 'TKEY'):
        case.ask('bad.example', other(qtype.lower()), qtype=qtype)
    case.ask('bad.example', other('ixfr'), qtype='IXFR',
             authority=[frames.record(name('bad.example'), 'SOA', b'\0\0' + bytes(20))])
    for cookie in (COOKIE8, COOKIE24):
        case.tell(other('cookie_only'), additional=[opt(option(COOKIE, cookie))])
    case.tell(malformed('cookie_size'), additional=[opt(option(COOKIE, b'short'))])


def signed_query(case):
    unsigned = hit('nxdomain', 2, reason='dropped_signed')
    covered = frames.record(b'\0', 'SIG', struct.pack('>H', 1) + bytes(20))
    case.ask('bad.example', unsigned, additional=[frames.tsig()])
    case.ask('bad.example', unsigned, additional=[opt(), frames.tsig()])
    case.ask6('www.bad.example', unsigned, additional=[frames.tsig('hmac-md5.sig-alg.reg.int')])
    case.ask('bad.example', unsigned, additional=[frames.sig0()])
    case.ask('good.example', PASSED, additional=[frames.tsig()])
    case.ask('good.example', PASSED, additional=[opt(flags=DO), frames.sig0()])
    case.ask('gone.example', hit('drop', 1, 'gone', 'gone.domains'), additional=[frames.tsig()])
    case.ask('bad.example', BAD, additional=[covered])
    case.ask('bad.example', BAD, answers=[frames.tsig()])
    case.ask('bad.example', BAD, additional=[opt(flags=DO)])


def responses(case):
    back = {'src': frames.SERVER, 'dst': frames.CLIENT, 'sport': 53, 'dport': 41000}
    answer = frames.record(b'\xc0\x0c', 'A', bytes([192, 0, 2, 1]))
    case.ask('bad.example', RESPONSE, flags=QR | RD, answers=[answer], **back)
    case.ask('bad.example', RESPONSE, flags=QR | RD | 3, additional=[opt()], **back)
    case.ask('bad.example', RESPONSE, flags=QR, answers=[answer])  # out of a client, to port 53
    case.ask('bad.example', RESPONSE, flags=QR, sport=53)
    case.ask('bad.example', RESPONSE, flags=QR | 5 << 11, **back)
    case.ask('bad.example', RESPONSE, flags=QR, questions=[question('bad.example')] * 2, **back)
    case.tell(RESPONSE, flags=QR, questions=[b'\xc0\x0c\0\1\0\1'], **back)
    case.ask('bad.example', RESPONSE, flags=QR, counts=(1, 9, 9, 9), **back)
    case.tell(RESPONSE, flags=QR, **back)
    # No response, but it does not go to a server either.
    case.ask('bad.example', NOT_TO_DNS, **back)
    case.tell(NOT_TO_DNS, questions=[question('bad.example')] * 2, seen=BAD_SEEN, **back)
    case.send(b'\x12\x34', NOT_TO_DNS, **back)
    case.ask('bad.example', BAD, src=frames.SERVER, dst=frames.CLIENT, sport=53)


def other_ports(case):
    for port in (53, 5300, 65535):
        case.ask('bad.example', BAD, dport=port)
        case.ask6('bad.example', BAD, dport=port)
    case.ask('bad.example', NOT_TO_DNS, sport=5300, dport=54)
    case.ask('bad.example', BAD, sport=53, dport=5300)
    for port in (52, 54, 5353, 5301, 0):
        payload = frames.message(7, ([question('bad.example')], [], [], []))
        case.frame(frames.Packet(payload, dport=port))


CASES = [second_question, nul_in_label, dot_in_label, mixed_case, compressed_name, long_name, bytes_missing,
         edns, edns_malformed, edns_version, not_a_query, signed_query, responses, other_ports]
