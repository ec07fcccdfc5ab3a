# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""What is not for us passes unharmed: echoes, transfers, neighbour discovery, frames of any kind."""
import hashlib
import os

import pytest
from scapy.layers.inet import IP, UDP, fragment
from scapy.layers.l2 import Ether
from scapy.packet import Raw

import lab
from bridge import FAR, NEAR

MB = 1 << 20
TRANSFER = 100 * MB


def ping(space, address, *args):
    """Three echoes, each waited for alone: of several ping waits for the last only as long as for the
    others, whatever -W says."""
    for _ in range(3):
        done = space.run('ping', '-c', '1', '-W', str(lab.LIMIT - 10), *args, address)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize('address', [FAR[1], FAR[2]])
@pytest.mark.parametrize('octets', [0, 56, 1400])
def test_an_echo_comes_back(bridge, address, octets):
    ping(bridge.near, address.partition('/')[0], '-s', str(octets))


def test_an_echo_as_long_as_the_mtu_comes_back(bridge):
    ping(bridge.near, FAR[1].partition('/')[0], '-s', '1472', '-M', 'do')
    ping(bridge.near, FAR[2].partition('/')[0], '-s', '1452', '-M', 'do')


def test_an_echo_in_fragments_comes_back(bridge):
    ping(bridge.near, FAR[2].partition('/')[0], '-s', '4000')
    if bridge.kind != 'af_packet':
        ping(bridge.near, FAR[1].partition('/')[0], '-s', '4000')


@pytest.mark.parametrize('port', [9, 53])
def test_ipv4_fragments_pass_as_they_are(bridge, port):
    """Over AF_PACKET they do not: docs/lcores.md."""
    if bridge.kind == 'af_packet':
        pytest.skip('af_packet: its driver has the kernel join IPv4 fragments')
    whole = Ether(src=NEAR[0], dst=FAR[0]) / IP(src='192.0.2.1', dst='192.0.2.2', id=port) / \
        UDP(sport=4000, dport=port) / Raw(bytes(range(250)) * 16)
    frames = [bytes(Ether(src=NEAR[0], dst=FAR[0]) / part) for part in fragment(whole[IP], 1400)]
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    # In order, from behind, and a later one alone.
    for sent in (frames, frames[::-1], frames[1:2]):
        for frame in sent:
            near.send(frame)
        for _ in sent:
            arrived = far.until(lambda got: got[12:14] == b'\x08\x00' and got[18:20] == frames[0][18:20])[-1]
            assert arrived in sent
            sent = [frame for frame in sent if frame != arrived]


def neighbour(space, address):
    """What the kernel knows of a neighbour on the link, asked for anew."""
    space.ip('neigh', 'flush', 'dev', 'eth0')
    ping(space, address)
    return space.ip('neigh', 'show', 'dev', 'eth0', address).split()


def test_arp_and_neighbour_discovery_find_the_other_side(bridge):
    for space, other in ((bridge.near, FAR), (bridge.far, NEAR)):
        for address in other[1:3]:
            words = neighbour(space, address.partition('/')[0])
            assert words[words.index('lladdr') + 1] == other[0], words


def test_an_address_of_the_other_side_is_found_to_be_taken(bridge):
    """Duplicate address detection: multicast goes out, the answer to all nodes comes back."""
    taken = FAR[2]
    bridge.near.ip('address', 'add', taken, 'dev', 'eth0')
    try:
        lab.wait_for(lambda: 'dadfailed' in bridge.near.ip('-6', 'address', 'show', 'dev', 'eth0'),
                     'the address to be found out')
    finally:
        bridge.near.ip('address', 'del', taken, 'dev', 'eth0')


@pytest.fixture(scope='session')
def web(spaces, tmp_path_factory):
    """A folder served on port 80 of the far side, with 100 MB that no compressor helps with."""
    folder = tmp_path_factory.mktemp('web')
    block, digest = os.urandom(MB), hashlib.sha256()
    with open(folder / 'large', 'wb') as file:
        for n in range(TRANSFER // MB):
            part = block[n:] + block[:n]
            file.write(part)
            digest.update(part)
    far = spaces[1]
    server = far.start('/usr/bin/python3', '-m', 'http.server', '80', '--directory', str(folder),
                       '--bind', '::', stdout=open(folder / 'log', 'wb'), stderr=-2)
    lab.wait_for(lambda: ':80' in far.run('ss', '-Hltn').stdout, 'the server')
    yield digest.hexdigest()
    server.kill()
    server.wait()
    (folder / 'large').unlink()


@pytest.mark.parametrize('host', [FAR[1].partition('/')[0], '[{}]'.format(FAR[2].partition('/')[0])])
def test_a_transfer_arrives_whole(bridge, web, host, tmp_path):
    done = bridge.near.run('curl', '-gsS', '--max-time', str(lab.LIMIT - 10), '-o', str(tmp_path / 'got'),
                           '-w', '%{size_download} %{speed_download}', 'http://{}/large'.format(host))
    assert done.returncode == 0, done.stdout
    with open(tmp_path / 'got', 'rb') as file:
        got = hashlib.sha256(file.read()).hexdigest()
    (tmp_path / 'got').unlink()
    print(bridge.kind, bridge.lcores, done.stdout, 'octets a second')
    assert got == web


MAC = bytes.fromhex('020000000002') + bytes.fromhex('020000000001')
PAYLOAD = bytes(range(200))
FRAMES = {
    # A bridge of the kernel's would keep these two.
    'lldp': bytes.fromhex('0180c200000e') + MAC[6:] + b'\x88\xcc' + PAYLOAD,
    'stp': bytes.fromhex('0180c2000000') + MAC[6:] + b'\x00\x26\x42\x42\x03' + PAYLOAD[:35],
    'vrrp': bytes.fromhex('01005e000012') + bytes.fromhex('00005e000101') + b'\x08\x00' +
            bytes.fromhex('45c00028000000 00ff70d5a2c0000201e0000012'.replace(' ', '')) + PAYLOAD[:20],
    'unknown': MAC + b'\x88\xb5' + PAYLOAD,
    'longest': MAC + b'\x88\xb5' + bytes(i & 0xff for i in range(1500)),
    'vlan': MAC + b'\x81\x00\x20\x64' + b'\x88\xb5' + PAYLOAD,
    'cut short': MAC + b'\x08\x00' + b'\x45\x00\x05\xdc' + PAYLOAD[:60],
}
# Tags as a provider writes them: outer 802.1ad, inner 802.1Q; a priority; a tag alone.
TAGGED = {
    'qinq': MAC + b'\x88\xa8\x00\x64\x81\x00\x00\x0c' + b'\x88\xb5' + PAYLOAD,
    'qinq with a priority': MAC + b'\x88\xa8\xe0\x64\x81\x00\x60\x0c' + b'\x88\xb5' + PAYLOAD,
    '802.1ad alone': MAC + b'\x88\xa8\x0f\xfe' + b'\x88\xb5' + PAYLOAD,
}


@pytest.fixture
def ends(bridge):
    taps = [lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')]
    yield taps
    for tap in taps:
        tap.close()


@pytest.mark.parametrize('name', FRAMES)
def test_a_frame_passes_octet_for_octet(ends, name):
    for source, sink in (ends, reversed(ends)):
        source.send(FRAMES[name])
        sink.until(lambda frame: frame == FRAMES[name])


@pytest.mark.parametrize('name', TAGGED)
def test_tags_of_a_provider_stay(bridge, ends, name):
    if bridge.kind == 'af_packet':
        pytest.skip('af_packet: its driver writes 802.1ad tags anew as 802.1Q')
    for source, sink in (ends, reversed(ends)):
        source.send(TAGGED[name])
        sink.until(lambda frame: frame == TAGGED[name])
