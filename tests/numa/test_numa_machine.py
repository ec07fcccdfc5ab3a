# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""scripts/numa-vm: the machine that it makes, and what it hands to its caller."""
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import pytest

NUMA_VM = str(pathlib.Path(__file__).resolve().parents[2] / 'scripts/numa-vm')


def numa_vm(*args, **kwargs):
    return subprocess.run([NUMA_VM, *args], capture_output=True, text=True, timeout=300, **kwargs)


@pytest.fixture(scope='module')
def machine(boot, spaces):
    return boot(taps=[space.taps for space in spaces])


# What goes wrong

def test_a_guest_that_dies_is_no_success(linux):
    done = numa_vm('echo before; echo c >/proc/sysrq-trigger; sleep 60')
    assert done.returncode == 125
    assert done.stdout == 'before\n'
    # The end of its console follows; which of the panic's lines still came differs.
    assert 'the guest ended during: echo before' in done.stderr


def test_a_command_without_end_is_ended(linux):
    done = numa_vm('--limit', '2', 'sleep', '600')
    assert done.returncode == 125
    assert 'no end in time: sleep 600' in done.stderr


def test_missing_files_are_named(linux):
    done = numa_vm('--add', '/nonexistent/file', 'true')
    assert (done.returncode, done.stdout) == (125, '')
    assert '/nonexistent/file' in done.stderr


@pytest.mark.parametrize('option', [('--nic', 'ne2000'), ('--hugepages', '1'),
                                    ('--hugepages', '1,-1'), ('--nonsense',)])
def test_wrong_usage_is_refused(option):
    assert numa_vm(*option, 'true').returncode == 2


def test_without_qemu_it_says_so(tmp_path):
    done = subprocess.run(['/usr/bin/python3', NUMA_VM, 'true'], capture_output=True, text=True,
                          env=dict(os.environ, PATH=str(tmp_path)), timeout=60)
    assert done.returncode == 77
    assert done.stderr.startswith('skip: qemu: ')


def children(pid):
    return [int(word) for word in
            pathlib.Path('/proc/{0}/task/{0}/children'.format(pid)).read_text().split()]


def is_running(pid):
    try:
        return pathlib.Path('/proc/{}/stat'.format(pid)).read_text().rpartition(')')[2].split()[0] != 'Z'
    except OSError:
        return False


@pytest.mark.parametrize('number', [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_it(linux, number):
    runner = subprocess.Popen([NUMA_VM, '--verbose', 'echo up; sleep 600'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    watchdog = threading.Timer(120, runner.kill)
    watchdog.start()
    assert runner.stdout.readline() == b'up\n'
    watchdog.cancel()
    qemu, = children(runner.pid)
    assert is_running(qemu)
    runner.send_signal(number)
    assert runner.wait(timeout=30) in (-number, 128 + number)
    runner.stdout.close()
    until = time.monotonic() + 30
    while is_running(qemu):
        assert time.monotonic() < until, 'QEMU is left behind'
        time.sleep(0.05)


# What it hands on

def test_output_and_status_are_the_commands(linux):
    done = subprocess.run([NUMA_VM, 'sh', '-c', 'printf "%s\\n" "$@"; echo no >&2; '
                           'head -c 300000 /dev/zero; exit 3', 'sh', 'a  b', "c'd\n\"e"],
                          capture_output=True, timeout=300)
    assert done.returncode == 3
    assert done.stdout == b'a  b\nc\'d\n"e\n' + bytes(300000)
    assert done.stderr == b'no\n'


def test_it_tells_how_long_it_took_to_be_up(boot):
    """Seconds, where nothing else runs; the limit is the guest's own."""
    start = time.monotonic()
    boot()
    print('up after {:.1f} s'.format(time.monotonic() - start))


# The machine

def test_weir_topo_sees_two_nodes(machine):
    done = machine.run('weir-topo', '--json')
    assert (done.status, done.err) == (0, '')
    found = json.loads(done.out)
    assert [node['id'] for node in found['nodes']] == [0, 1]
    assert found['distances'] == [[10, 21], [21, 10]]
    assert [[cpu['id'] for cpu in found['cpus'] if cpu['node'] == node] for node in (0, 1)] == \
        [[0, 1], [2, 3]]
    for node in found['nodes']:
        assert 900 << 20 < node['memory_bytes'] <= 1024 << 20
        assert [(page['total'], page['free']) for page in node['hugepages']
                if page['page_bytes'] == 2 << 20] == [(256, 256)]
    assert [(nic['pci'], nic['node']) for nic in found['nics'] if nic['pci']] == \
        [('0000:41:00.0', 0), ('0000:81:00.0', 1)]


def test_what_a_command_leaves_the_next_one_finds(machine):
    assert machine.run('echo 7 >/tmp/left; (sleep 1; echo 8 >/tmp/left) >/dev/null 2>&1 &').status == 0
    assert machine.run('cat', '/tmp/left').out == '7\n'
    assert machine.run('until grep 8 /tmp/left; do sleep 0.1; done').out == '8\n'


def test_each_namespace_is_behind_the_nic_of_its_node(machine, spaces):
    """The guest has an address on the NIC of either node; each is met from one namespace alone."""
    for node in (0, 1):
        done = machine.run('for net in /sys/class/net/eth*; do '
                           'if [ "$(cat $net/device/../numa_node)" = {0} ]; then '
                           'ip address add 192.0.2.1{0}/32 dev ${{net##*/}}; '
                           'ip link set ${{net##*/}} up; '
                           'ip route add 192.0.2.{1}/32 dev ${{net##*/}}; fi; done'
                           .format(node, node + 1))
        assert (done.status, done.err) == (0, '')
    # An address is asked for only by the one who is to answer.
    machine.run('for all in /proc/sys/net/ipv4/conf/*/arp_ignore; do echo 1 >$all; done')
    for node, space in enumerate(spaces):
        for other, address in enumerate(('192.0.2.10', '192.0.2.11')):
            done = space.run('/usr/bin/busybox', 'ping', '-q', '-c', '2', '-W',
                             '5' if node == other else '1', address,
                             capture_output=True, text=True, timeout=60)
            assert (done.returncode == 0) == (node == other), done.stdout + done.stderr
