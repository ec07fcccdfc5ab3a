#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Writes the seeds of fuzz_dns_name, fuzz_dns_question and fuzz_dns_answer: one of every kind.

Run by hand when a kind is added; what it writes is committed.
"""
import pathlib

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rdatatype
import dns.rrset

CORPUS = pathlib.Path(__file__).parent / 'corpus'
NAME = 'wWw.Example.com'
COOKIE = dns.edns.GenericOption(10, b'clientck' + b'server-cookie-16')
CLIENT_COOKIE = dns.edns.GenericOption(10, b'clientck')
QUESTION = b'\3wWw\7Example\3com\0' + bytes.fromhex('00010001')
LABEL = b'\x3f' + b'x' * 63
OPT = bytes.fromhex('00002904d0000000000000')


def query(rdtype='A', name=NAME, rdclass='IN', **edns):
    message = dns.message.make_query(name, rdtype, rdclass, **edns)
    message.id = 0x1234
    return message


def changed(message, **attributes):
    for key, value in attributes.items():
        setattr(message, key, value)
    return message


def header(qd=1, an=0, ns=0, ar=0):
    return b'\x12\x34\1\0' + b''.join(n.to_bytes(2, 'big') for n in (qd, an, ns, ar))


def with_additional(text, rdtype, rdata):
    message = query()
    message.additional.append(dns.rrset.from_text(text, 0, 'ANY', rdtype, rdata))
    return message


def opcode(number):
    message = query('SOA')
    message.set_opcode(number)
    return message


MESSAGES = {
    'plain': query().to_wire(),
    'root': query('NS', '.').to_wire(),
    'https': query('HTTPS').to_wire(),
    'any': query('ANY').to_wire(),
    'dot_in_label': query(name=r'a\.b\000c.example').to_wire(),
    'edns': query(use_edns=0, payload=1232).to_wire(),
    'edns_do_cookie': query('AAAA', use_edns=0, want_dnssec=True, options=[COOKIE]).to_wire(),
    'edns_client_cookie': query(use_edns=0, options=[CLIENT_COOKIE]).to_wire(),
    'edns_other_options': query(use_edns=0, options=[
        dns.edns.GenericOption(3, b''), dns.edns.ECSOption('192.0.2.0'), CLIENT_COOKIE,
        dns.edns.GenericOption(12, bytes(40))]).to_wire(),
    'edns_version': query(use_edns=1).to_wire(),
    'no_rd_cd': changed(query(), flags=dns.flags.CD).to_wire(),
    'axfr': query('AXFR').to_wire(),
    'ixfr': query('IXFR').to_wire(),
    'chaos': query('TXT', 'version.bind', 'CH').to_wire(),
    'notify': opcode(dns.opcode.NOTIFY).to_wire(),
    'update': opcode(dns.opcode.UPDATE).to_wire(),
    'sig0': with_additional('.', 'SIG', r'\# 20 0000050000000000' + '0' * 24).to_wire(),
    'response': dns.message.make_response(query()).to_wire(),
    'two_questions': header(qd=2) + QUESTION + QUESTION,
    'compressed': header() + b'\xc0\x0c' + QUESTION[-4:],
    'longest_name': header() + LABEL * 3 + b'\x3d' + b'x' * 61 + b'\0' + QUESTION[-4:],
    'long_name': header() + LABEL * 3 + b'\x3e' + b'x' * 62 + b'\0' + QUESTION[-4:],
    'two_opts': header(ar=2) + QUESTION + OPT + OPT,
    'opt_owner': header(ar=1) + QUESTION + b'\1a' + OPT,
    'opt_in_answer': header(an=1) + QUESTION + OPT,
    'opt_short': header(ar=1) + QUESTION + OPT[:-1] + b'\5\0\x0a\0\x08x',
    'cookie_in_broken_opt': header(ar=1) + QUESTION + OPT[:-1] + b'\x0e\0\x0a\0\x08clientck\0\3',
    'cookie_size': header(ar=1) + QUESTION + OPT[:-1] + b'\5\0\x0a\0\1x',
    'cookie_only': header(qd=0, ar=1) + OPT[:-1] + b'\x0c\0\x0a\0\x08clientck',
    'records': header(an=1, ns=1, ar=2) + QUESTION +
               b'\xc0\x0c\0\1\0\1\0\0\0\0\0\4\xc0\0\2\1' * 2 + OPT +
               b'\3key\0\0\xfa\0\xff\0\0\0\0\0\0',
    'half_header': b'\xae\xe7\xc0\0',
    'counts_lie': header(an=0xffff, ar=0xffff) + QUESTION,
}

NAMES = {
    'root': b'\0',
    'wire': b'\3wWw\7Example\3com\0',
    'wire_octets': b'\5a.\0\\\xff\1*\0',
    'wire_blocks': b'\x0e' + b'a' * 14 + b'\x0f' + b'b' * 15 + b'\x3f' + b'c' * 63 + b'\0',
    'wire_many': b'\1a' * 127 + b'\0',
    'wire_pointer': b'\3www\xc0\x0c',
    'text': b'wWw.Example.com.',
    'text_escapes': rb'a\.b.\000\255\\\"x.\*',
    'text_long': b'.'.join([b'x' * 63] * 3 + [b'y' * 61]),
    'text_empty_label': b'a..b',
}

# rcode and parts, EDE text, TTL, size, amplify, addresses, SOA labels, room
KNOBS = {
    'nxdomain': bytes([0x63, 20, 60, 255, 255, 0, 2, 200]),
    'shed': bytes([0x63, 200, 60, 255, 40, 0, 1, 200]),
    'refused': bytes([0x05, 0, 0, 255, 255, 0, 0, 8]),
    'sinkhole': bytes([0x60, 9, 60, 255, 255, 0x11, 9, 200]),
    'many_addresses': bytes([0x40, 0, 60, 40, 255, 0xf7, 0, 255]),
    'cname': bytes([0xa0, 9, 60, 255, 255, 0x22, 0, 200]),
    'truncate': bytes([0x10, 0, 0, 255, 255, 0, 0, 0]),
}
ASKED = ('plain', 'root', 'longest_name', 'any', 'https', 'edns_do_cookie', 'records')


def write(target, name, octets):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(octets)


def main():
    for name, octets in MESSAGES.items():
        write('dns_question', name, octets)
    for name, octets in NAMES.items():
        write('dns_name', name, octets)
    write('dns_answer', 'cookie_in_broken_opt',
          MESSAGES['cookie_in_broken_opt'] + KNOBS['nxdomain'])
    for kind, knobs in KNOBS.items():
        for name in ASKED:
            write('dns_answer', f'{kind}_{name}', MESSAGES[name] + knobs)


if __name__ == '__main__':
    main()
