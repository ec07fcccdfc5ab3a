# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Clients on the near side, servers on the far side: real answers for what passes, ours for the rest."""
import re

import dns.message
import dns.name
import pytest

import lab
from bridge import NEAR
from servers import LEAF, UNBOUND, WWW, addresses

COOKIE = 10  # RFC 7873
SINK = {'A': '192.0.2.253', 'AAAA': '2001:db8::253'}
REAL = {'A': [WWW[0]], 'AAAA': [WWW[1]], 'HTTPS': ['1 . alpn=h2']}
WAYS = [(tool, server) for tool in ('dig', 'kdig')
        for number in (UNBOUND, LEAF) for server in addresses(number)]


class Answer:
    """What dig or kdig print, taken apart."""

    def __init__(self, text):
        self.text = text
        found = re.search(r'status: (\w+)', text)
        self.status = found and found.group(1)
        self.flags = set(re.search(r'[Ff]lags: ([\w ]*);', text).group(1).split()) if found else set()
        self.rows = [line.split(None, 4) for line in text.splitlines() if line and line[0] != ';']
        self.data = [row[4].replace('"', '') for row in self.rows if row[3] not in ('SOA', 'CNAME')]
        self.ede = re.findall(r'EDE: (\d+)', text)


def ask(space, tool, server, *args, port=53):
    """One question, asked once."""
    seconds = lab.LIMIT // 4
    once = {'dig': ['+tries=1', '+time={}'.format(seconds)],
            'kdig': ['+retry=0', '+timeout={}'.format(seconds)]}[tool]
    done = space.run(tool, '@' + server, '-p', str(port), *once, *args)
    answer = Answer(done.stdout)
    assert done.returncode == 0 and answer.status, done.stdout
    return answer


@pytest.mark.parametrize('tool,server', WAYS)
def test_what_passes_gets_the_real_answer(bridge, servers, tool, server):
    for kind, data in REAL.items():
        answer = ask(bridge.near, tool, server, 'www.names.test', kind)
        assert (answer.status, answer.data) == ('NOERROR', data), answer.text
    assert ask(bridge.near, tool, server, 'nothing.names.test', 'A').status == 'NXDOMAIN'


@pytest.mark.parametrize('tool,server', WAYS)
def test_what_is_blocked_gets_ours(bridge, servers, tool, server):
    far = lab.Tap(bridge.far, 'eth0')
    for kind in REAL:
        answer = ask(bridge.near, tool, server, 'x.ads.names.test', kind)
        assert (answer.status, answer.data) == ('NXDOMAIN', []), answer.text
        assert [row[:1] + row[3:4] for row in answer.rows] == [['ads.names.test.', 'SOA']]
    for kind in REAL:
        answer = ask(bridge.near, tool, server, 'TRAP.names.test', kind)
        assert (answer.status, answer.data) == ('NOERROR', [SINK[kind]] if kind in SINK else [])
    ask(bridge.near, tool, server, 'www.names.test')
    crossed = b''.join(far.until(lambda frame: b'\x03www\x05names' in frame)).lower()
    assert b'\x03ads\x05names' not in crossed and b'\x04trap\x05names' not in crossed
    far.close()


@pytest.mark.parametrize('server', addresses(LEAF))
def test_edns_is_answered_in_kind(bridge, servers, server):
    plain = ask(bridge.near, 'dig', server, '+noedns', 'ads.names.test')
    assert plain.status == 'NXDOMAIN' and 'OPT' not in plain.text
    cookie = ask(bridge.near, 'dig', server, '+cookie=0102030405060708', 'ads.names.test')
    assert 'COOKIE: 0102030405060708 (echoed)' in cookie.text and cookie.ede == ['15']
    assert 'blocked: ads' in cookie.text
    real = ask(bridge.near, 'dig', server, '+cookie=0102030405060708', 'www.names.test')
    assert '(good)' in real.text
    dnssec = ask(bridge.near, 'dig', server, '+dnssec', '+bufsize=4096', 'ads.names.test')
    assert 'flags: do;' in dnssec.text and dnssec.status == 'NXDOMAIN'


def test_the_flags_are_those_of_a_resolver_or_of_a_server(bridge, servers):
    server = addresses(UNBOUND)[0]
    assert ask(bridge.near, 'dig', server, 'ads.names.test').flags == {'qr', 'rd', 'ra'}
    assert ask(bridge.near, 'dig', server, '+norecurse', 'ads.names.test').flags == {'qr', 'aa'}


@pytest.fixture
def back(bridge):
    """Another way between the two sides, of which Weir sees nothing: an address of the near side that is behind
    Weir for what comes from there alone, and one for what goes there alone."""
    there, here = '203.0.113.1', '203.0.113.2'
    lab.join(bridge.near, 'back', bridge.far, 'back')
    for space in (bridge.near, bridge.far):
        space.run('sh', '-c', 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done')
    for address in (there, here):
        bridge.near.ip('address', 'add', address + '/32', 'dev', 'lo')
    bridge.far.ip('route', 'add', there, 'dev', 'back')
    bridge.far.ip('route', 'add', here, 'dev', 'eth0')
    bridge.near.ip('rule', 'add', 'from', here, 'lookup', '100')
    bridge.near.ip('route', 'add', addresses(LEAF)[0], 'dev', 'back', 'table', '100')
    yield there, here
    bridge.near.ip('rule', 'del', 'from', here, 'lookup', '100')
    bridge.near.ip('link', 'del', 'back')
    for address in (there, here):
        bridge.near.ip('address', 'del', address + '/32', 'dev', 'lo')
    bridge.far.ip('route', 'del', here, 'dev', 'eth0')


def test_one_direction_is_enough(bridge, servers, back):
    """Where answers go another way, queries are decided as ever; where queries do, answers pass."""
    server, (there, here) = addresses(LEAF)[0], back
    before = bridge.look()
    assert ask(bridge.near, 'dig', server, '-b', there, 'www.names.test').data == REAL['A']
    assert ask(bridge.near, 'dig', server, '-b', there, 'ads.names.test').status == 'NXDOMAIN'
    between = bridge.look()
    assert between['answered'] == before['answered'] + 1
    for name in ('www.names.test', 'ads.names.test'):
        assert ask(bridge.near, 'dig', server, '-b', here, name).data == REAL['A']
    assert bridge.look()['answered'] == between['answered']
    assert bridge.near.counter('back', 'tx_packets') >= 2 <= bridge.near.counter('back', 'rx_packets')


@pytest.mark.parametrize('server', addresses(LEAF))
def test_tcp_passes(bridge, servers, server):
    for name in ('www.names.test', 'ads.names.test'):
        assert ask(bridge.near, 'dig', server, '+tcp', name, 'A').data == REAL['A']
    assert len(ask(bridge.near, 'kdig', server, 'big.names.test', 'TXT', '+bufsize=512').text) > 2800


@pytest.mark.parametrize('server', addresses(LEAF))
def test_an_answer_in_fragments_passes(bridge, servers, server):
    if bridge.kind == 'af_packet' and '.' in server:
        pytest.skip('af_packet: its driver has the kernel join IPv4 fragments, beyond what a frame holds')
    answer = ask(bridge.near, 'dig', server, '+bufsize=4096', '+ignore', '+notcp', 'big.names.test', 'TXT')
    assert 'tc' not in answer.flags and len(answer.data[0]) > 2800


def cookie_of(frame):
    """Octets of the COOKIE option of the query in a frame."""
    header = 14 + {b'\x08\x00': 20, b'\x86\xdd': 40}[frame[12:14]] + 8
    options = dns.message.from_wire(frame[header:]).options
    return b''.join(option.to_wire() for option in options if option.otype == COOKIE)


@pytest.mark.parametrize('resolver', ['named-iterates', 'named-forwards'])
def test_an_answer_to_a_primed_cookie_is_taken(bridge, servers, resolver):
    """BIND throws an answer without the server's cookie away, once it has seen one from there."""
    port, mine = servers.resolvers[resolver], bytes.fromhex(NEAR[0].replace(':', ''))
    primed = 0
    for n in range(8):
        name = '{}-{}.{{}}.names.test'.format(bridge.label, n)
        assert ask(bridge.near, 'dig', '127.0.0.1', name.format('www'), port=port).data == REAL['A']
        near = lab.Tap(bridge.near, 'eth0', outgoing=True)
        answer = ask(bridge.near, 'dig', '127.0.0.1', name.format('ads'), port=port)
        assert answer.status == 'NXDOMAIN', answer.text
        wire = dns.name.from_text(name.format('ads')).to_wire()
        query = near.until(lambda got, wire=wire: wire in got and got[6:12] == mine)[-1]
        near.close()
        primed += len(cookie_of(query)) >= 16
    assert primed > 0


@pytest.mark.parametrize('resolver', ['unbound-iterates', 'unbound-forwards', 'named-iterates',
                                      'named-forwards'])
def test_a_resolver_accepts_our_answers(bridge, servers, resolver):
    port, mine = servers.resolvers[resolver], bridge.label
    for owner, kind, status, data in (
            ('www', 'A', 'NOERROR', REAL['A']), ('www', 'AAAA', 'NOERROR', REAL['AAAA']),
            ('ads', 'A', 'NXDOMAIN', []), ('ads', 'AAAA', 'NXDOMAIN', []),
            ('trap', 'A', 'NOERROR', [SINK['A']]), ('trap', 'AAAA', 'NOERROR', [SINK['AAAA']]),
            ('trap', 'HTTPS', 'NOERROR', [])):
        answer = ask(bridge.near, 'dig', '127.0.0.1', '{}.{}.names.test'.format(mine, owner), kind,
                     port=port)
        assert (answer.status, answer.data) == (status, data), answer.text
    log = servers.logs[resolver].read_text()
    for word in ('lame', 'FORMERR', 'cookie', 'SERVFAIL', 'unexpected', 'capsforid'):
        assert word not in log, log
