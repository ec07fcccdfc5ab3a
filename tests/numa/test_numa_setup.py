# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""scripts/bind and scripts/hugepages, on a machine where they may do it."""
import re
import shutil
import subprocess

import pytest

import weir
from conftest import ROOT

COUNT = '/sys/devices/system/node/node{}/hugepages/hugepages-2048kB/{}_hugepages'
UNIT = '/etc/systemd/system/weir-hugepages.service'


@pytest.fixture(scope='module')
def machine(boot):
    started = boot(added=['{}:/usr/bin/{}'.format(ROOT / 'scripts' / name, name)
                          for name in ('bind', 'hugepages')], hugepages=(0, 0))
    weir.write(started, '/tmp/block.domains', 'block.test\n')
    weir.write(started, '/tmp/run.ini', weir.ini('0@0,1@1,2@2', {1: 'lan', 2: 'wan'}))
    return started


def pages(machine, what='nr'):
    return [int(machine.run('cat', COUNT.format(node, what)).out) for node in (0, 1)]


def devices(machine):
    """Address: (node, driver, interface) as scripts/bind lists them."""
    done = machine.run('bind')
    assert (done.status, done.err) == (0, '')
    rows = [line.split() for line in done.out.splitlines()[1:]]
    return {row[0]: (row[2], row[3], row[5]) for row in rows}


# scripts/bind: refusals first

@pytest.mark.parametrize('args, status, words', [
    ('--nonsense', 2, 'scripts/bind ADDRESS'), ('--release', 2, 'scripts/bind ADDRESS'),
    ('0000:ff:00.0', 1, '0000:ff:00.0: no such PCI device or interface'),
    ('lo', 1, 'lo: no such PCI device or interface'),
    ('0000:00:00.0', 1, 'not a network device (class 0x060000)'),
    (weir.LAN + ' nothing', 1, 'nothing: no such PCI device')])
def test_bind_refuses(machine, args, status, words):
    before = devices(machine)
    done = machine.run('bind ' + args)
    assert (done.status, done.out) == (status, '')
    assert words in done.err
    assert devices(machine) == before


@pytest.mark.parametrize('route', [
    'ip address add 192.0.2.10/24 dev {}; ip route add default via 192.0.2.1',
    'ip -6 address add 2001:db8::10/64 dev {}; ip -6 route add default via 2001:db8::1'])
def test_bind_refuses_the_way_out(machine, route):
    interface = devices(machine)[weir.LAN][2]
    machine.run('ip link set {} up'.format(interface))
    done = machine.run(route.format(interface))
    assert (done.status, done.err) == (0, '')
    for name in (interface, weir.LAN):
        done = machine.run('bind', weir.WAN, name)
        assert (done.status, done.out) == (1, '')
        assert '{}: {} carries a default route'.format(weir.LAN, interface) in done.err
    assert {driver for _, driver, _ in devices(machine).values()} == {'virtio-pci'}
    machine.run('ip route del default; ip -6 route del default; ip link set {} down'.format(interface))


def test_bind_gives_and_takes_back(machine):
    found = devices(machine)
    assert [(address, row[:2]) for address, row in found.items()] == [
        (weir.LAN, ('0', 'virtio-pci')), (weir.WAN, ('1', 'virtio-pci'))]
    done = machine.run('bind', weir.LAN, found[weir.WAN][2])
    assert (done.status, done.err) == (0, '')
    assert done.out == '{} vfio-pci\n{} vfio-pci\n'.format(weir.LAN, weir.WAN)
    assert [row[1:] for row in devices(machine).values()] == [('vfio-pci', '-')] * 2
    # Once more changes nothing.
    assert machine.run('bind', weir.LAN).status == 0
    done = machine.run('bind', '--release', weir.LAN)
    assert (done.status, done.out, done.err) == (0, weir.LAN + ' virtio-pci\n', '')
    assert [row[1] for row in devices(machine).values()] == ['virtio-pci', 'vfio-pci']
    assert machine.run('bind', weir.LAN).status == 0


def test_bind_puts_back_what_vfio_does_not_take(machine):
    """A probe that comes to nothing: the device has its driver again, and any driver may ask for it."""
    probe, override = '/sys/bus/pci/drivers_probe', '/sys/bus/pci/devices/{}/driver_override'.format(weir.LAN)
    assert machine.run('bind --release {}; mount --bind /dev/null {}'.format(weir.LAN, probe)).status == 0
    before, was = devices(machine), machine.run('cat', override).out
    done = machine.run('bind', weir.LAN)
    after, became = devices(machine), machine.run('cat', override).out
    assert machine.run('umount ' + probe).status == 0
    assert (done.status, done.out) == (1, '')
    assert '{}: vfio-pci does not take it (its driver is: virtio-pci)'.format(weir.LAN) in done.err
    assert after == before and before[weir.LAN][1] == 'virtio-pci'
    assert became == was == '(null)\n'
    assert machine.run('bind', weir.LAN).out == weir.LAN + ' vfio-pci\n'


# scripts/hugepages: refusals first

@pytest.mark.parametrize('args, status, words', [
    ('--nonsense', 2, 'scripts/hugepages [-c FILE]'), ('--size 4k', 2, 'scripts/hugepages [-c FILE]'),
    ('-c', 2, 'scripts/hugepages [-c FILE]'), ('-c /nonexistent.ini', 78, '/nonexistent.ini'),
    ('-c /tmp/run.ini --size 1G', 1, 'pages wanted, 0 to be had')])
def test_hugepages_refuses(machine, args, status, words):
    done = machine.run('hugepages ' + args)
    assert done.status == status, done
    assert words in done.err
    assert pages(machine) == [0, 0]


def test_hugepages_reserves_what_the_plan_asks_for(machine):
    """None of the pages are there; with those that it reserves weir runs, and nothing is left over."""
    done = machine.run('hugepages -c /tmp/run.ini --dry-run')
    assert done.status == 0, done
    wanted = [int(count) for count in re.findall(r'^echo (\d+) >', done.out, re.M)]
    assert len(wanted) == 2 and min(wanted) > 4
    assert pages(machine) == [0, 0]
    done = machine.run('hugepages -c /tmp/run.ini --persist')
    assert done.status == 0, done
    assert pages(machine) == wanted
    # Once more finds them free.
    assert machine.run('hugepages -c /tmp/run.ini').status == 0
    assert pages(machine) == wanted
    unit = machine.run('cat', UNIT).out
    starts = re.findall(r"^ExecStart=/bin/sh -c '(.*)'$", unit, re.M)
    assert len(starts) == 2 and '[Install]' in unit
    for node in (0, 1):
        machine.run('echo 0 >' + COUNT.format(node, 'nr'))
    for start in starts:
        assert machine.run(start).status == 0
    assert pages(machine) == wanted


def test_hugepages_that_a_node_does_not_give_leave_all_as_it_was(machine):
    before = pages(machine)
    weir.write(machine, '/tmp/much.ini', machine.run('cat /tmp/run.ini').out.replace(
        '[eal]\n', '[eal]\nsocket_mem = 64,990\n'))
    done = machine.run('hugepages -c /tmp/much.ini')
    print(done.err)
    assert done.status == 1
    assert re.search(r'node1/\S+: 495 pages wanted, \d+ to be had', done.err)
    assert 'what there was before is back' in done.err
    assert pages(machine) == before


def test_hugepages_in_use_are_warned_of_and_not_written_for_the_next_boot(machine):
    """As beside a weir that runs: a file of three pages on node 0."""
    unit = machine.run('cat', UNIT).out
    before = pages(machine)
    held = machine.run('echo {} >{}; fallocate -l 6M /dev/hugepages/held'.format(
        before[0] + 3, COUNT.format(0, 'nr')))
    assert held.status == 0, held
    used = [total - free for total, free in zip(pages(machine), pages(machine, 'free'))]
    assert sum(used) == 3
    done = machine.run('hugepages -c /tmp/run.ini --dry-run --persist')
    machine.run('rm /dev/hugepages/held; echo {} >{}'.format(before[0], COUNT.format(0, 'nr')))
    assert done.status == 0, done
    for node in (0, 1):
        words = 'node {}: warning: {} pages of 2048 kB are in use, {} more are asked for'.format(
            node, used[node], before[node])
        assert (words in done.err) == (used[node] > 0), done.err
    # The unit is shown, not written; what is in use is in the counts of now and not in its own.
    lines, _, shown = done.out.partition(UNIT + ':\n')
    assert [int(count) for count in re.findall(r'^echo (\d+) >', lines, re.M)] == \
        [max(count + used[node], before[node] + (3 if node == 0 else 0)) for node, count in enumerate(before)]
    assert machine.run('cat', UNIT).out == unit
    kept = [int(count) for count in re.findall(r"^ExecStart=/bin/sh -c 'echo (\d+) >", shown, re.M)]
    assert kept == [max(count, before[node] + (3 if node == 0 else 0) - used[node])
                    for node, count in enumerate(before)]


def test_hugepages_of_a_gigabyte(boot):
    """This kernel reserves them at boot alone; then they are found, counted and kept."""
    big = boot(added=['{}:/usr/bin/hugepages'.format(ROOT / 'scripts/hugepages')], memory_mb=8192,
               hugepages=(0, 0), gigabytes=(1, 1))
    weir.write(big, '/tmp/block.domains', 'block.test\n')
    weir.write(big, '/tmp/run.ini', weir.ini('0@0,1@1,2@2', {1: 'lan', 2: 'wan'}))
    paths = [COUNT.replace('2048kB', '1048576kB').format(node, 'nr') for node in (0, 1)]
    done = big.run('hugepages -c /tmp/run.ini --size 1G --persist')
    assert done.status == 0, done
    assert done.out.startswith(''.join(path + ': 1\n' for path in paths))
    assert [big.run('cat', path).out for path in paths] == ['1\n', '1\n']
    # Once more finds them free.
    done = big.run('hugepages -c /tmp/run.ini --size 1G --dry-run')
    assert done.out == ''.join('echo 1 >{}\n'.format(path) for path in paths)
    unit = big.run('cat', UNIT).out
    assert 'ConditionPathExists=/sys/kernel/mm/hugepages/hugepages-1048576kB\n' in unit
    big.kill()


def test_systemd_takes_the_unit(machine, tmp_path):
    analyze = shutil.which('systemd-analyze')
    if analyze is None:
        pytest.skip('systemd: systemd-analyze is not installed')
    done = machine.run('cat', UNIT)
    assert done.status == 0, 'written by the test of --persist'
    (tmp_path / 'weir-hugepages.service').write_text(done.out)
    done = subprocess.run([analyze, 'verify', '--man=no', str(tmp_path / 'weir-hugepages.service')],
                          capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
