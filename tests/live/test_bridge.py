# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run as a bump in the wire: a client and a server in network namespaces of their own, the box
between them on two AF_PACKET ports."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build'))
WEIR = os.environ.get('WEIR', BUILD / 'app/weir/weir')
PEER = pathlib.Path(__file__).with_name('peer.py')
PREFIX = f'weir_live_{os.getpid()}'
INI = f'''[weir]
drain_limit = 2s
[eal]
hugepages = no
file_prefix = {PREFIX}
[port lan]
device = net_af_packet0,iface=left
peer = wan
side = clients
[port wan]
device = net_af_packet1,iface=right
peer = lan
side = servers
[list ads]
path = ads.txt
format = domains
action = nxdomain
'''
CLIENT = ('10.99.0.1/24', 'fd99::1/64')
SERVER = ('10.99.0.2/24', 'fd99::2/64')


def ip(*args):
    subprocess.run(['ip', *args], check=True, capture_output=True, text=True, timeout=20)


def inside(space, *command):
    return ['ip', 'netns', 'exec', space, *map(str, command)]


class Wire:
    """client -- left (box) right -- server"""

    def __init__(self):
        self.client, self.box, self.server = (f'{PREFIX}_{end}' for end in ('c', 'b', 's'))

    def up(self):
        for space in (self.client, self.box, self.server):
            ip('netns', 'add', space)
        for space, port, addresses in ((self.client, 'left', CLIENT), (self.server, 'right', SERVER)):
            ip('-n', self.box, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
            for name, where in ((port, self.box), ('eth0', space)):
                # veth leaves checksums to a device that is not there.
                subprocess.run(inside(where, 'ethtool', '-K', name, 'tx', 'off', 'rx', 'off', 'gro', 'off',
                                      'gso', 'off', 'tso', 'off'), check=True, capture_output=True)
                ip('-n', where, 'link', 'set', name, 'up')
            for address in addresses:
                ip('-n', space, 'addr', 'add', address, 'dev', 'eth0', *(['nodad'] if ':' in address else []))

    def down(self):
        for space in (self.client, self.box, self.server):
            subprocess.run(['ip', 'netns', 'del', space], capture_output=True, check=False)


def skip(reason):
    wanted = reason.partition(':')[0]
    if wanted in os.environ.get('WEIR_REQUIRE', '').split(','):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope='module')
def wire():
    if os.geteuid() != 0:
        skip('root: network namespaces need it')
    wire = Wire()
    try:
        wire.up()
    except (OSError, subprocess.CalledProcessError) as error:
        wire.down()
        skip(f'netns: {error}')
    yield wire
    wire.down()


def end(box):
    """The box ends in order, or a test that failed would leave its runtime folder behind."""
    box.terminate()
    try:
        box.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        box.kill()
        box.communicate()


@pytest.fixture
def run(wire, tmp_path):
    """Server and box, up; gives the log of the server, and the box."""
    (tmp_path / 'weir.ini').write_text(INI)
    (tmp_path / 'ads.txt').write_text('ads.test\n')
    log = tmp_path / 'asked'
    server = subprocess.Popen(
        inside(wire.server, PEER, 'serve', log, *(address.partition('/')[0] for address in SERVER)),
        stdout=subprocess.PIPE, text=True)
    box = subprocess.Popen(inside(wire.box, WEIR, 'run', '-c', tmp_path / 'weir.ini', '--placement'),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout.readline() == 'serving\n'
        seen = ''
        while 'ready\n' not in seen:
            line = box.stdout.readline()
            assert line, seen + box.stderr.read()
            seen += line
        yield log, box
    finally:
        end(box)
        server.kill()
        server.communicate()


def ask(wire, address, *names):
    done = subprocess.run(inside(wire.client, PEER, 'ask', address, *names), capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize('address', ['10.99.0.2', 'fd99::2'])
def test_blocked_names_are_answered_and_others_pass(wire, run, address):
    log, box = run
    assert ask(wire, address, 'ok.test', 'ads.test', 'x.ADS.test', 'nads.test') == [
        ['NOERROR', ['192.0.2.99'], []], ['NXDOMAIN', [], [15]], ['NXDOMAIN', [], [15]],
        ['NOERROR', ['192.0.2.99'], []]]
    assert log.read_text() == 'ok.test.\nnads.test.\n'
    box.send_signal(signal.SIGTERM)
    out, err = box.communicate(timeout=60)
    assert box.returncode == 0, err
    law = re.search(r'(\d+)  received = passed (\d+) \+ answered 2 \+ dropped 0; sent (\d+), refused', out)
    received, passed, sent = map(int, law.groups())
    assert received == passed + 2 == sent
    assert not os.path.exists(f'/run/dpdk/{PREFIX}')


def test_what_is_not_dns_passes(wire, run):
    done = subprocess.run(inside(wire.client, PEER, 'echo', '10.99.0.2', 300000), capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
