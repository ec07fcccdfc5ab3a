# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir-topo: what it prints, its errors and its exit codes, on this machine and on made-up ones."""
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'machines'))
import machines  # noqa: E402

WEIR_TOPO = os.environ['WEIR_TOPO']


def run(*args, **kwargs):
    return subprocess.run([WEIR_TOPO, *args], capture_output=True, text=True, timeout=60, **kwargs)


@pytest.fixture
def build(tmp_path):
    return lambda name: machines.build(name, tmp_path)


def read(root):
    done = run('--json', '--root', root)
    assert (done.returncode, done.stderr) == (0, '')
    return json.loads(done.stdout)


def advice(found, kind):
    return [a for a in found['advice'] if a['kind'] == kind]


# Wrong usage

@pytest.mark.parametrize('args', [
    ['--nonsense'], ['-x'], ['argument'], ['--root'], ['--root', ''], ['--output', 'file'],
    ['--chase', '1M'], ['--seconds', '1'], ['--lookups', '5'], ['--json=yes'],
    ['--measure', '--root', '/'], ['--measure', '-o', ''],
    ['--measure', '--chase', '0'], ['--measure', '--chase', '-1'], ['--measure', '--chase', '1T'],
    ['--measure', '--chase', '1MB'], ['--measure', '--chase', '99999999999999999999'],
    ['--measure', '--chase', '18446744073709551615k'], ['--measure', '--chase', ''],
    ['--measure', '--seconds', '0'], ['--measure', '--seconds', '61'],
    ['--measure', '--seconds', 'nan'], ['--measure', '--seconds', '1s'],
    ['--measure', '--lookups', '0'], ['--measure', '--lookups', 'inf'],
    ['--measure', '--lookups', '']])
def test_wrong_usage_is_refused(args):
    done = run(*args)
    assert done.returncode == 2
    assert done.stdout == ''
    assert 'weir-topo --help' in done.stderr


def test_help_and_version():
    done = run('--help')
    assert (done.returncode, done.stderr) == (0, '')
    for option in '--json --root --measure --output --chase --seconds --lookups'.split():
        assert option in done.stdout
    done = run('--version')
    assert (done.returncode, done.stderr) == (0, '')
    assert re.fullmatch(r'weir-topo \d+\.\d+\.\d+\n', done.stdout)


# What is missing

def test_nothing_to_tell_is_a_failure(tmp_path):
    for root in (str(tmp_path), str(tmp_path / 'absent')):
        done = run('--root', root)
        assert (done.returncode, done.stdout) == (1, '')
        assert done.stderr.count('\n') == 1 and root in done.stderr


@pytest.mark.parametrize('path', [
    'sys/devices/system/cpu/present', 'sys/devices/system/cpu/online', 'proc/self/status',
    'proc/meminfo', 'sys/devices/system/cpu/cpu1/topology/core_id',
    'sys/devices/system/node/online', 'sys/devices/system/node/node1/distance',
    'sys/devices/system/node/node1/meminfo', 'sys/devices/system/node/node0/cpulist',
    'sys/devices/system/node/node1/hugepages/hugepages-2048kB/free_hugepages'])
def test_each_missing_file_is_one_warning(build, path):
    root = build('two')
    os.unlink(os.path.join(root, path))
    for args in ([], ['--json']):
        done = run('--root', root, *args)
        assert done.returncode == 0
        assert done.stderr == f'weir-topo: warning: {root}/{path}: No such file or directory\n'
    assert json.loads(done.stdout)['warnings'] == [f'{root}/{path}: No such file or directory']


@pytest.mark.parametrize('path, text', [
    ('sys/devices/system/cpu/online', '0-'), ('sys/devices/system/cpu/online', '0-8192'),
    ('sys/devices/system/node/online', '0,1024'), ('sys/devices/system/node/node1/cpulist', 'x'),
    ('sys/devices/system/node/node0/distance', '10'),
    ('sys/devices/system/node/node0/distance', '10 21 21'),
    ('sys/devices/system/node/node0/meminfo', 'Node 0 MemFree: 12 kB'),
    ('sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages', '-3'),
    ('sys/devices/system/cpu/cpu0/topology/core_id', '99999999999'),
    ('sys/devices/system/cpu/cpu0/topology/thread_siblings_list', '0-0-0'),
    ('sys/bus/pci/devices/0000:18:00.0/class', 'ethernet'),
    ('sys/bus/pci/devices/0000:18:00.0/numa_node', '1024'),
    ('proc/self/status', 'Name: x')])
def test_each_senseless_file_is_one_warning(build, path, text):
    root = build('two')
    with open(os.path.join(root, path), 'w') as file:
        file.write(text + '\n')
    done = run('--root', root)
    assert done.returncode == 0
    assert done.stderr.startswith(f'weir-topo: warning: {root}/{path}: ')
    assert done.stderr.count('\n') == 1


def test_unreadable_file_is_a_warning(build):
    root = build('one')
    path = f'{root}/sys/devices/system/node/node0/distance'
    os.unlink(path)
    os.mkdir(path)
    done = run('--root', root)
    assert done.returncode == 0
    assert done.stderr == f'weir-topo: warning: {path}: Is a directory\n'


def test_octets_that_are_no_text_do_not_break_json(build, tmp_path):
    root = os.fsencode(build('one'))
    os.rename(root, root + b'\xff')
    os.unlink(root + b'\xff/proc/meminfo')
    done = subprocess.run([WEIR_TOPO, '--json', '--root', root + b'\xff'], capture_output=True,
                          timeout=60)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)['warnings']) == 1


def test_full_disk_is_a_failure(build):
    with open('/dev/full', 'w') as full:
        done = subprocess.run([WEIR_TOPO, '--root', build('two')], stdout=full, timeout=60,
                              stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert 'cannot print' in done.stderr


# Machines

def test_every_machine_is_shown_without_warning(build):
    for name in machines.names():
        root = build(name)
        assert read(root)['nodes']
        done = run('--root', root)
        assert (done.returncode, done.stderr) == (0, '')
        assert done.stdout.startswith('node 0\n') and '\nadvice\n' in done.stdout


def test_two_sockets(build):
    found = read(build('two'))
    assert [n['id'] for n in found['nodes']] == [0, 1]
    assert found['nodes'][0] == {
        'id': 0, 'online_cpus': 8, 'memory_bytes': 16 << 30, 'memory_free_bytes': 12 << 30,
        'memory_allowed': True, 'hugepages': [
            {'page_bytes': 2 << 20, 'total': 1024, 'free': 1000, 'surplus': 0},
            {'page_bytes': 1 << 30, 'total': 0, 'free': 0, 'surplus': 0}]}
    assert found['nodes'][1]['hugepages'][1] == {
        'page_bytes': 1 << 30, 'total': 4, 'free': 4, 'surplus': 1}
    assert found['distances'] == [[10, 21], [21, 10]]
    assert found['cpus'][13] == {
        'id': 13, 'node': 1, 'socket': 1, 'core': 5, 'siblings': [5], 'online': True,
        'isolated': False, 'in_cgroup': True, 'in_affinity': True, 'llc_bytes': 32 << 20}
    assert [c['id'] for c in found['cpus'] if c['isolated']] == [2, 3, 10, 11]
    assert [(n['pci'], n['driver'], n['interface'], n['node'], n['link'], n['speed_mbps'])
            for n in found['nics']] == [
        ('0000:18:00.0', 'ice', 'ens1f0', 0, 'up', 100000),
        ('0000:18:00.1', 'vfio-pci', None, 0, None, None),
        ('0000:af:00.0', 'mlx5_core', 'ens3np0', 1, 'down', None),
        (None, None, 'lo', None, None, None)]
    assert found['nics'][0]['id'] == '8086:1592' and found['nics'][0]['class'] == '020000'


def test_nodes_are_not_sockets(build):
    found = read(build('snc'))
    assert {c['socket'] for c in found['cpus']} == {0}
    assert [c['node'] for c in found['cpus']] == [0] * 4 + [1] * 4
    found = read(build('eight'))
    assert [c['node'] for c in found['cpus']] == [cpu // 4 for cpu in range(32)]
    assert [c['socket'] for c in found['cpus']] == [cpu // 16 for cpu in range(32)]
    assert found['distances'][0] == [10, 12, 12, 12, 32, 32, 32, 32]
    assert len(read(build('four'))['nodes']) == 4


def test_gaps_and_offline_cpus(build):
    found = read(build('gaps'))
    assert [n['id'] for n in found['nodes']] == [0, 2]
    assert [n['online_cpus'] for n in found['nodes']] == [3, 3]
    assert [c['id'] for c in found['cpus']] == [0, 1, 4, 5, 8, 9, 12, 13]
    assert [c['id'] for c in found['cpus'] if not c['online']] == [5, 13]
    assert {c['id']: c['node'] for c in found['cpus']}[13] == 2
    assert found['cpus'][3]['core'] is None


def test_nodes_without_memory_and_without_cpus(build):
    found = read(build('memless'))
    assert [n['memory_bytes'] for n in found['nodes']] == [32 << 30, 0]
    assert any('no memory' in a['why'] and a['node'] == 1 for a in advice(found, 'note'))
    assert [a['node'] for a in advice(found, 'hugepages')] == [0]
    found = read(build('cpuless'))
    assert [n['online_cpus'] for n in found['nodes']] == [4, 0]
    assert any('no CPU' in a['why'] and a['node'] == 1 for a in advice(found, 'note'))
    assert [a['node'] for a in advice(found, 'hugepages')] == [0]
    assert '--socket-mem=1024 ' in advice(found, 'eal')[0]['text']


def test_cgroup_bounds_what_is_advised(build):
    found = read(build('caged'))
    assert [c['id'] for c in found['cpus'] if c['in_cgroup']] == [0, 1]
    assert [n['memory_allowed'] for n in found['nodes']] == [True, False]
    assert advice(found, 'eal')[0]['text'].startswith('--lcores=0@0,1@1 ')
    assert [a['text'] for a in advice(found, 'cores')] == ['1']


def test_affinity_is_not_the_cgroup(build):
    root = build('two')
    path = f'{root}/proc/self/status'
    text = open(path).read()
    with open(path, 'w') as file:
        file.write(re.sub(r'Cpus_allowed_list:.*', 'Cpus_allowed_list:\t3', text))
    found = read(root)
    assert [c['id'] for c in found['cpus'] if c['in_affinity']] == [3]
    assert all(c['in_cgroup'] for c in found['cpus'])
    shutil.rmtree(f'{root}/sys/fs/cgroup')
    assert [c['id'] for c in read(root)['cpus'] if c['in_cgroup']] == [3]


# Advice

def test_cores_of_the_nic_node_one_thread_each(build):
    found = read(build('two'))
    assert [(a['node'], a['text']) for a in advice(found, 'cores')] == [(0, '2-3'), (1, '4-7')]
    found = read(build('eight'))
    assert [(a['node'], a['text']) for a in advice(found, 'cores')] == [(5, '20-23')]
    assert advice(found, 'eal')[0]['text'] == (
        '--lcores=0@0,1@20,2@21,3@22,4@23 --main-lcore=0 --socket-mem=1024,0,0,0,0,1024 '
        '-a 0000:81:00.0')


def test_hugepages_are_reserved_only_where_they_are_missing(build):
    found = read(build('two'))
    assert advice(found, 'hugepages') == []  # 2000 MiB on node 0, 4 GiB on node 1
    found = read(build('snc'))
    assert [(a['node'], a['text']) for a in advice(found, 'hugepages')] == [
        (n, f'echo 512 > /sys/devices/system/node/node{n}/hugepages/hugepages-2048kB/nr_hugepages')
        for n in (0, 1)]


def test_hugepages_in_use_stay_in_the_count(build):
    root = build('snc')
    pages = f'{root}/sys/devices/system/node/node1/hugepages/hugepages-2048kB'
    for name, count in (('nr', 700), ('free', 100), ('surplus', 50)):
        with open(f'{pages}/{name}_hugepages', 'w') as file:
            file.write(f'{count}\n')
    commands = advice(read(root), 'hugepages')
    assert commands[1]['text'].startswith('echo 1062 > ')  # 650 of its own, 412 more


def test_little_memory_is_not_all_taken(build):
    root = build('one')
    for path in ('proc/meminfo', 'sys/devices/system/node/node0/meminfo'):
        with open(f'{root}/{path}', 'w') as file:
            file.write('MemTotal: 1048576 kB\nMemFree: 524288 kB\nHugepagesize: 2048 kB\n')
    found = read(root)
    assert advice(found, 'hugepages')[0]['text'].startswith('echo 128 > ')
    assert '--socket-mem=256' in advice(found, 'eal')[0]['text']


def test_drivers(build):
    found = read(build('two'))
    assert [a['text'] for a in advice(found, 'driver')] == [
        'dpdk-devbind.py --bind=vfio-pci 0000:18:00.0']
    assert '-a 0000:18:00.1 -a 0000:af:00.0' in advice(found, 'eal')[0]['text']
    assert '0000:18:00.0' not in advice(found, 'eal')[0]['text']


def test_ports_on_two_nodes_are_noted(build):
    assert any('0000:18:00.0' in a['why'] and '0000:af:00.0' in a['why']
               for a in advice(read(build('two')), 'note'))


def test_nic_of_no_node(build):
    assert advice(read(build('one')), 'note') == []  # one node: there is no other
    root = build('snc')
    with open(f'{root}/sys/bus/pci/devices/0000:3b:00.0/numa_node', 'w') as file:
        file.write('-1\n')
    found = read(root)
    assert any('firmware' in a['why'] for a in advice(found, 'note'))
    assert [a['node'] for a in advice(found, 'cores')] == [0, 1]


def test_kernel_without_numa(build):
    root = build('one')
    os.makedirs(f'{root}/sys/kernel/mm')
    shutil.move(f'{root}/sys/devices/system/node/node0/hugepages', f'{root}/sys/kernel/mm/')
    shutil.rmtree(f'{root}/sys/devices/system/node')
    found = json.loads(run('--json', '--root', root).stdout)
    assert found['warnings'] == [
        f'{root}/sys/devices/system/node/online: No such file or directory']
    assert found['nodes'][0]['memory_bytes'] == 16 << 30
    assert found['nodes'][0]['online_cpus'] == 4
    assert advice(found, 'hugepages')[0]['text'] == (
        'echo 512 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages')


# Measuring this machine

SMALL = ['--measure', '--chase', '8M', '--seconds', '0.02']


def test_measure(tmp_path):
    path = tmp_path / 'latency.json'
    done = run(*SMALL, '--json', '-o', str(path))
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)['measured']
    saved = json.loads(path.read_text())
    assert saved['format'] == 'weir-latency-1'
    assert saved['chased_bytes'] == 8 << 20
    for key in saved:
        assert measured[key] == saved[key]
    for row, stalls in zip(saved['latency_ns'], measured['stall_ms_per_s']):
        assert len(row) == len(saved['memory_nodes']) == len(stalls)
        assert all(0.3 < ns for ns in row)  # how much more depends on who else runs
    assert all(b > 0 for row in saved['bytes_per_s'] for b in row)
    assert os.listdir(tmp_path) == ['latency.json']


def test_measure_says_what_it_is_worth():
    done = run(*SMALL, '--lookups', '2e6')
    assert done.returncode == 0, done.stderr
    assert 'measured: 8 MiB a node' in done.stdout
    matrix = done.stdout.split('latency in ns')[1]
    nodes = len(json.loads(run('--json').stdout)['nodes'])
    if nodes == 1:
        ns = float(matrix.splitlines()[2].split()[1])
        ms = float(re.search(r'one node: the matrix is 1 x 1.* ([\d.]+) ms a second',
                             done.stdout).group(1))
        assert abs(ms - 2 * ns) < 0.2
    else:
        assert 'ms of stall a second that 2000000 lookups/s' in done.stdout


def test_measure_that_cannot_be_saved(tmp_path):
    done = run(*SMALL, '-o', str(tmp_path / 'absent' / 'file'))
    assert done.returncode == 1
    assert 'cannot be written: No such file or directory' in done.stderr
    # Told before the minutes that a measurement takes.
    done = run('--measure', '--seconds', '60', '-o', str(tmp_path / 'absent' / 'file'))
    assert done.returncode == 1
    assert 'cannot be written: No such file or directory' in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_measure_of_more_memory_than_there_is():
    done = run('--measure', '--chase', '1000000G')
    assert done.returncode == 69
    assert re.search(r'node \d+: \d+ MiB to chase, \d+ MiB free', done.stderr)
    assert done.stdout.startswith('node ')  # what could be told is told
