# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Links that go down: told, and passed on to the peer where link_propagate says so."""
import json
import re
import signal
import time

import pytest

import lab


def flags(space, link='eth0'):
    return json.loads(space.ip('-j', 'link', 'show', link))[0]['flags']


def has_carrier(space, link='eth0'):
    return 'LOWER_UP' in flags(space, link)


def until_carrier(space, wanted):
    lab.wait_for(lambda: has_carrier(space) == wanted, 'the carrier to be {}'.format(wanted))


def until_told(bridge, words):
    lab.wait_for(lambda: words in bridge.weir.read('err'), words)


def until_links(bridge, lan, wan):
    """The API and weirctl say of both links what the log says."""
    def seen():
        return [port['link'] for port in bridge.weir.status()['ports']]
    words = {'held_down': 'held down', 'unknown': 'not known'}
    lab.wait_for(lambda: [link['state'] for link in seen()] == [lan, wan], 'links {} and {}'.format(lan, wan))
    for link in seen():
        assert link['up'] == {'up': True, 'unknown': None}.get(link['state'], False)
        assert link['mbps'] is None  # an interface of the kernel
    shown = bridge.weir.ctl('status')
    for name, state in ('lan', lan), ('wan', wan):
        assert re.search('^{} .* {} +net_'.format(name, words.get(state, state)), shown, re.M), shown


def until_it_bridges(bridge):
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    frame = b'\xff' * 6 + b'\x02\0\0\0\0\x01\x88\xb5' + b'after'.ljust(60, b'.')

    def arrives():
        near.send(frame)
        try:
            return far.until(lambda got: got == frame, 0.5)
        except AssertionError:
            return None
    lab.wait_for(arrives, 'a frame to pass')


@pytest.mark.parametrize('kind', ['af_packet', 'af_xdp'])
def test_a_link_goes_down_and_up_with_its_peers(make_bridge, kind):
    bridge = make_bridge(kind)
    bridge.start(weir='link_propagate = yes')
    until_told(bridge, 'port lan: link is up\n')
    until_links(bridge, 'up', 'up')
    bridge.near.ip('link', 'set', 'eth0', 'down')
    until_told(bridge, 'port wan: link taken down, as that of lan is\n')
    until_links(bridge, 'down', 'held_down')
    until_carrier(bridge.far, False)
    bridge.near.ip('link', 'set', 'eth0', 'up')
    until_told(bridge, 'port wan: link taken up, as that of lan is\n')
    until_carrier(bridge.far, True)
    bridge.far.ip('link', 'set', 'eth0', 'down')
    until_carrier(bridge.near, False)
    bridge.far.ip('link', 'set', 'eth0', 'up')
    until_carrier(bridge.near, True)
    until_it_bridges(bridge)
    bridge.weir.end()


GONE = 'port wan: the interface of {} is gone, and one that takes its name is another: nothing passes here until ' \
       'Weir is started again\n'


@pytest.mark.parametrize('kind', ['af_packet', 'af_xdp'])
def test_an_interface_that_comes_back_under_its_name_is_another(make_bridge, kind):
    """The device hangs on the one that is gone: the near side must not come to believe in a path."""
    bridge = make_bridge(kind)
    bridge.start(weir='link_propagate = yes')
    until_it_bridges(bridge)
    bridge.middle.ip('link', 'del', 'wan')
    until_told(bridge, GONE.format(bridge.devargs()[1]))
    until_told(bridge, 'port lan: link taken down, as that of wan is\n')
    until_links(bridge, 'held_down', 'gone')
    lab.join(bridge.far, 'eth0', bridge.middle, 'wan')
    time.sleep(1)  # some more looks
    assert not has_carrier(bridge.near)
    assert 'port wan: ' not in bridge.weir.read('err').split(GONE.format(bridge.devargs()[1]))[1]
    bridge.weir.end()
    until_carrier(bridge.near, True)
    bridge.start(weir='link_propagate = yes')
    until_it_bridges(bridge)
    bridge.weir.end()


def test_an_interface_with_another_name_is_the_same(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.start()
    bridge.middle.ip('link', 'set', 'wan', 'down')
    until_told(bridge, 'port wan: link is down\n')
    bridge.middle.ip('link', 'set', 'wan', 'name', 'other')
    bridge.middle.ip('link', 'set', 'other', 'up')
    until_it_bridges(bridge)
    assert ' is gone' not in bridge.weir.read('err')
    bridge.weir.end()


@pytest.mark.parametrize('lcores', ['worker', 'pipeline'])
@pytest.mark.parametrize('kind', ['af_packet', 'af_xdp'])
def test_nothing_is_kept_for_when_a_link_is_back(make_bridge, kind, lcores):
    """The kernel would keep some hundreds of frames, and send them whenever it is."""
    bridge = make_bridge(kind, lcores)
    bridge.start('--stats', '1', weir='run_dir = run')
    until_it_bridges(bridge)
    old, new = (b'\xff' * 6 + b'\x02\0\0\0\0\x01\x88\xb5' + word.ljust(60, b'.') for word in (b'old', b'new'))
    bridge.middle.ip('link', 'set', 'wan', 'down')
    until_told(bridge, 'port wan: link is down\n')
    near = lab.Tap(bridge.near, 'eth0')
    before = bridge.look()
    for _ in range(50):
        near.send(old)
    lab.wait_for(lambda: bridge.look()['received'] >= before['received'] + 50, 'the frames to come in')
    far = lab.Tap(bridge.far, 'eth0')
    bridge.middle.ip('link', 'set', 'wan', 'up')
    lab.wait_for(lambda: bridge.weir.read('err').count('port wan: link is up\n') == 2, 'the link to be up')
    near.send(new)
    assert old not in far.until(lambda got: got == new)
    lab.wait_for(lambda: ' of those refused: its link was down\n' in bridge.weir.read('out'), 'a table that tells it')
    counters = json.loads(bridge.weir.ctl('--json', 'counters'))
    assert counters['totals']['refused'] >= counters['totals']['down'] >= 50
    assert [port['tx_down'] for port in counters['ports']] == [0, counters['totals']['down']]
    assert bridge.weir.end()['refused'] >= 50
    assert re.search(r'^ *(\d+)  of those refused: the link that they would have left by was down$',
                     bridge.weir.read('out'), flags=re.M)


def test_a_link_that_is_down_at_the_start_gets_nothing(make_bridge):
    """Nor while the start waits for it."""
    bridge = make_bridge('af_packet')
    bridge.middle.ip('link', 'set', 'wan', 'down')
    bridge.weir.configure(bridge.ports(), weir='link_wait = 60s')
    bridge.weir.start()
    near, far = lab.Tap(bridge.near, 'eth0'), lab.Tap(bridge.far, 'eth0')
    old, new = (b'\xff' * 6 + b'\x02\0\0\0\0\x01\x88\xb5' + word.ljust(60, b'.') for word in (b'old', b'new'))
    end = time.monotonic() + 3
    while time.monotonic() < end:
        near.send(old)
        time.sleep(0.02)
    bridge.middle.ip('link', 'set', 'wan', 'up')
    bridge.weir.until_ready()
    near.send(new)
    seen = far.until(lambda got: got == new)
    assert seen.count(old) < 50, len(seen)
    bridge.weir.end()


def test_a_link_that_is_down_when_the_run_ends_comes_up_again(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.start(weir='link_propagate = yes')
    bridge.near.ip('link', 'set', 'eth0', 'down')
    until_carrier(bridge.far, False)
    bridge.weir.end()
    until_carrier(bridge.far, True)
    bridge.near.ip('link', 'set', 'eth0', 'up')


def test_a_killed_run_does_not_keep_the_next_one_down(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.start(weir='link_propagate = yes')
    bridge.near.ip('link', 'set', 'eth0', 'down')
    until_carrier(bridge.far, False)
    bridge.weir.process.kill()
    bridge.weir.process.wait()
    bridge.near.ip('link', 'set', 'eth0', 'up')
    assert not has_carrier(bridge.far)  # nobody has let go of it
    bridge.start(weir='link_propagate = yes')
    until_carrier(bridge.far, True)
    until_told(bridge, 'port wan: link is up\n')
    assert 'taken down' not in bridge.weir.read('err')
    assert has_carrier(bridge.near)
    bridge.weir.end()


def test_without_propagation_a_change_is_told_alone(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.start()
    bridge.near.ip('link', 'set', 'eth0', 'down')
    until_told(bridge, 'port lan: link is down\n')
    until_links(bridge, 'down', 'up')
    assert has_carrier(bridge.far)
    bridge.near.ip('link', 'set', 'eth0', 'up')
    until_told(bridge, 'port lan: link is up\n')
    assert 'taken' not in bridge.weir.read('err')
    bridge.weir.end()


def test_a_start_does_not_wait_for_ever(make_bridge):
    bridge = make_bridge('af_packet')
    bridge.far.ip('link', 'set', 'eth0', 'down')
    bridge.start(weir='link_wait = 200ms')
    assert 'port wan: link is down\n' in bridge.weir.read('err')
    bridge.weir.end()


@pytest.mark.parametrize('until_ready', ['wait', 'pass'])
@pytest.mark.parametrize('signo', [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_waits_for_links_is_ended(make_bridge, until_ready, signo):
    bridge = make_bridge('af_packet')
    bridge.far.ip('link', 'set', 'eth0', 'down')
    bridge.middle.ip('link', 'set', 'wan', 'down')
    bridge.weir.configure(bridge.ports(), weir='link_wait = 60s\nlink_propagate = yes\nuntil_ready = ' + until_ready)
    bridge.weir.start()
    # A start that propagates links takes them up before it waits.
    lab.wait_for(lambda: 'UP' in flags(bridge.middle, 'wan'), 'the program to wait for links')
    began = time.monotonic()
    bridge.weir.signal(signo)
    assert bridge.weir.wait() == 0, bridge.weir.read('err')
    assert time.monotonic() - began < 30
    bridge.weir.counters()
    assert 'ready\n' not in bridge.weir.read('out')


def test_a_tap_in_another_namespace_takes_nothing_down(make_bridge):
    bridge = make_bridge('tap')
    lab.join(bridge.far, 'eth0', bridge.middle, 'wan')
    bridge.weir.configure(bridge.ports().replace('net_tap1', 'net_af_packet1'), weir='link_propagate = yes')
    bridge.weir.start()
    bridge.weir.until_ready()
    bridge.middle.ip('link', 'set', 'lan', 'netns', bridge.near.path(), 'name', 'eth0')
    bridge.dress()
    told = 'port lan: it is in another namespace: its link is not known, link_propagate has no effect between it ' \
           'and wan\n'
    until_told(bridge, told)
    until_links(bridge, 'unknown', 'up')
    time.sleep(1)  # some more looks
    assert bridge.weir.read('err').count(told) == 1
    assert 'UP' in flags(bridge.middle, 'wan')
    until_it_bridges(bridge)
    bridge.weir.end()


def test_a_tap_that_comes_back_is_known_again(make_bridge):
    """Also by another index: its own is taken meanwhile."""
    bridge = make_bridge('tap')
    lab.join(bridge.far, 'eth0', bridge.middle, 'wan')
    bridge.weir.configure(bridge.ports().replace('net_tap1', 'net_af_packet1'), weir='link_propagate = yes')
    bridge.weir.start()
    bridge.weir.until_ready()
    index = json.loads(bridge.middle.ip('-j', 'link', 'show', 'lan'))[0]['ifindex']
    bridge.middle.ip('link', 'set', 'lan', 'netns', bridge.near.path())
    until_told(bridge, 'port lan: it is in another namespace')
    bridge.middle.ip('link', 'add', 'other', 'index', str(index), 'type', 'veth', 'peer', 'name', 'another')
    bridge.near.ip('link', 'set', 'lan', 'netns', bridge.middle.path())
    assert json.loads(bridge.middle.ip('-j', 'link', 'show', 'lan'))[0]['ifindex'] != index
    until_told(bridge, 'port wan: link taken down, as that of lan is\n')  # a move takes it down
    bridge.middle.ip('link', 'set', 'lan', 'up')
    until_told(bridge, 'port wan: link taken up, as that of lan is\n')
    bridge.weir.end()


@pytest.mark.parametrize('until_ready', ['wait', 'pass'])
def test_a_start_that_waits_for_links_answers(make_bridge, until_ready):
    """The API says what for; a reload that SIGHUP asks for is done."""
    bridge = make_bridge('af_packet')
    bridge.far.ip('link', 'set', 'eth0', 'down')
    bridge.weir.configure(bridge.ports(), weir='link_wait = 60s\nrun_dir = run\nuntil_ready = ' + until_ready)
    bridge.weir.start()

    def status():
        return json.loads(bridge.weir.ctl('--json', 'status') or '{}')
    lab.wait_for(lambda: status().get('waits_for_links') == ['wan'], 'the start to wait for a link')
    assert {port['name']: port['link']['up'] for port in status()['ports']} == {'lan': True, 'wan': False}
    assert '\nstarts: waits for the link of wan\n' in bridge.weir.ctl('status')
    (bridge.weir.folder / 'ads.txt').write_text('ads.names.test\nmore.names.test\n')
    bridge.weir.signal(signal.SIGHUP)
    until_told(bridge, 'generation 2 is in force')
    assert status()['policy']['generation'] == 2
    assert '\nready\n' not in bridge.weir.read('out') and 'link is' not in bridge.weir.read('err')
    bridge.far.ip('link', 'set', 'eth0', 'up')
    bridge.weir.until_ready()
    assert status()['waits_for_links'] == []
    assert 'port wan: link is up' in bridge.weir.read('err')
    bridge.weir.end()
