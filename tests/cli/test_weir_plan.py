# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir plan: lcore maps, nodes and edges on made-up machines, and its bytes against a ledger."""
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'machines'))
import machines  # noqa: E402

WEIR = os.environ['WEIR']
ROOT = pathlib.Path(__file__).parents[2]
CAPTURE = ROOT / 'pcap' / 'browse.pcap'
OK, FAILURE, USAGE, UNAVAILABLE, CONFIG = 0, 1, 2, 69, 78


def run(*args):
    return subprocess.run([WEIR, *args], capture_output=True, text=True, timeout=60)


class Planner:
    """An INI and a made-up machine in a folder of their own"""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, machine, text, *args):
        ini = self.folder / 'a.ini'
        ini.write_text(text)
        root = self.folder / machine
        if not root.exists():
            machines.build(machine, str(self.folder))
        done = run('plan', '-c', str(ini), '--root', str(root), *args)
        done.stderr = done.stderr.replace(f'{self.folder}/', '')
        return done

    def read(self, machine, text, *args, status=OK):
        done = self(machine, text, '--json', *args)
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    def refused(self, machine, text, status, *words):
        """Refused with one line that has all the words"""
        done = self(machine, text)
        assert done.returncode == status, done.stderr
        lines = [line for line in done.stderr.splitlines() if ': warning: ' not in line]
        assert any(all(word in line for word in words) for line in lines), done.stderr
        return done


@pytest.fixture
def plan(tmp_path):
    return Planner(tmp_path)


LAN = '[port lan]\ndevice = 0000:18:00.0\n'           # node 0 of machine `two'
WAN = '[port wan]\ndevice = 0000:18:00.1\n'           # node 0
FAR = '[port far]\ndevice = 0000:af:00.0\n'           # node 1
NO_HUGE = '[eal]\nhugepages = no\n'
VDEV = '[port v]\ndevice = net_null0\n'


def eal(lcores, more=''):
    return f'[eal]\nlcores = {lcores}\n{more}'


# Interfaces

MISSING = "a.ini:2: [port a] the machine has no network interface `{}': the port cannot be opened without it"


@pytest.mark.parametrize('device, status, said', [
    ('net_afpacket0,iface=lo', 69, 'no driver of that name: allowed are net_af_packet, net_af_xdp, net_pcap, '),
    ('net_af_packet0', 78, 'wants an interface of the kernel: net_af_packet0,iface=NAME'),
    ('net_af_xdp0,ifcae=lo', 78, 'wants an interface of the kernel: net_af_xdp0,iface=NAME')])
def test_a_device_that_cannot_be_made_is_refused(tmp_path, device, status, said):
    ini = tmp_path / 'a.ini'
    ini.write_text(f'[port lan]\ndevice = {device}\npeer = lan\n')
    done = subprocess.run([WEIR, 'plan', '-c', str(ini)], capture_output=True, text=True, timeout=60)
    assert done.returncode == status and f'[port lan] device = {device}' in done.stderr, done.stderr
    assert said in done.stderr


def test_an_interface_that_is_not_there_is_warned_of(plan, tmp_path):
    """On this machine, and on a recorded one."""
    text = '[port a]\ndevice = net_af_packet0,iface={}\n' + NO_HUGE
    ini = tmp_path / 'a.ini'
    for name, is_missing in (('lo', False), ('weir-none', True)):
        ini.write_text(text.format(name))
        done = run('plan', '-c', str(ini), '--set', 'weir.numa=prefer', '--json')
        assert done.returncode == OK, done.stderr
        assert (MISSING.format(name) in done.stderr) == is_missing, done.stderr
        told = [warning for warning in json.loads(done.stdout)['warnings'] if 'network interface' in str(warning)]
        assert len(told) == is_missing
    assert MISSING.format('ens') in plan('two', text.format('ens')).stderr
    assert 'network interface' not in plan('two', text.format('ens1f0')).stderr


# The command line

@pytest.mark.parametrize('args, said', [
    (['--nonsense'], "weir plan: unrecognized option '--nonsense'\n"),
    (['a.ini'], "weir plan: takes no argument `a.ini': the INI is named by -c\n"),
    (['--root', ''], 'weir plan: --root wants a folder\n'),
    (['--root'], "weir plan: option '--root' requires an argument\n"),
])
def test_wrong_usage(args, said):
    done = run('plan', *args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert done.stderr == said


def test_help():
    done = run('plan', '--help')
    assert (done.returncode, done.stderr) == (OK, '')
    assert done.stdout.startswith('usage: weir plan [-c FILE]')
    assert '\n  plan  ' in run('--help').stdout


def test_ini_with_an_error_is_no_plan(plan):
    done = plan('two', LAN + '[ring]\nburst = 4096\n')
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert done.stderr.startswith('a.ini:4: [ring] burst = 4096')


def test_missing_list_is_no_plan(plan):
    plan.refused('two', LAN + '[list a]\npath = none.txt\n', CONFIG, 'a.ini:4', 'none.txt')


def test_no_machine_is_no_plan(tmp_path):
    ini = tmp_path / 'a.ini'
    ini.write_text(LAN)
    done = run('plan', '-c', str(ini), '--root', str(tmp_path))
    assert (done.returncode, done.stdout) == (FAILURE, '')
    assert str(tmp_path) in done.stderr


# The map of lcores

@pytest.mark.parametrize('lcores, words', [
    ('0@0,1', 'lcore 1 is put on CPU 1'),  # machine `caged' has CPUs 0-1, the cgroup below 0 alone
    ('0@0,1@', "at `1@': a number is missing"),
    ('0@0,', "at `': a number is missing"),
    ('(0@0', "a `)' is missing"),
    ('0@0;1', "after a number or a `)' comes `@', a comma or the end"),
    ('0@0,0@1', "at `0@1': lcore 0 is there twice"),
    ('(0-3)@0,2@1', 'lcore 2 is there twice'),
    ('0@0,128@1', 'lcores are numbered 0..127'),
    ('0@0,1@1024', 'CPUs are numbered 0..1023'),
    ('0@0', 'one lcore is too few'),
])
def test_map_that_makes_no_sense(plan, lcores, words):
    root = pathlib.Path(machines.build('caged', str(plan.folder)))
    for path in ('proc/self/status', 'sys/fs/cgroup/system.slice/cpuset.cpus.effective'):
        text = (root / path).read_text()
        (root / path).write_text(text.replace('0-1', '0'))
    done = plan.refused('caged', VDEV + eal(lcores), CONFIG, 'a.ini:4: [eal] lcores = ', words)
    assert done.stdout == ''


@pytest.mark.parametrize('machine, lcores, words', [
    ('gaps', '0@0,1@2', 'lcore 1 is put on CPU 2: the machine has no such CPU'),
    ('gaps', '0@0,1@13', 'lcore 1 is put on CPU 13: it is offline; allowed are the CPUs'),
    ('gaps', '0@0,1@900', 'allowed are the CPUs 0-1,4,8-9,12'),
    ('caged', '0@0,1@2', 'outside the cpuset of this process\'s cgroup; allowed are the CPUs 0-1'),
    ('two', '0@0,1@(2,4)', 'the CPUs of lcore 1 are on several nodes'),
    ('memless', '0@0,1@2', 'lcore 1 is put on CPU 2 of node 1, which has no memory'),
])
def test_cpu_that_cannot_be_had(plan, machine, lcores, words):
    plan.refused(machine, VDEV + eal(lcores), CONFIG, 'a.ini:4: [eal] lcores = ', words)


def test_lcore_that_is_not_in_the_map(plan):
    plan.refused('two', LAN + '[lcore 5]\nports = lan\n' + eal('0@0,1@2'), CONFIG,
                 'a.ini:3: [lcore 5]: there is no such lcore: [eal] lcores has 0@0,1@2')


def test_no_lcore_left_for_main(plan):
    plan.refused('two', LAN + '[lcore 1]\nports = lan\n' + eal('1@2'), CONFIG,
                 'every lcore is a worker')


@pytest.mark.parametrize('ports, words', [
    ('[lcore 1]\nports = lan:0\n[lcore 2]\nports = lan:0\n', 'is polled twice'),
    ('[lcore 1]\nports = lan:1\n', 'queue lan:0 is polled by no lcore'),
])
def test_queue_twice_or_never(plan, ports, words):
    plan.refused('two', LAN + ports, CONFIG, words)


def test_map_in_eal_grammar(plan):
    found = plan.read('two', LAN + '[lcore 2]\nports = lan\n' + eal(' 0@0, 1@1 ,(2-3)@2 '))
    assert found['eal']['lcores'] == '0@0,1@1,2@2,3@2'
    assert found['eal']['main_lcore'] == 0
    assert [(lcore['lcore'], lcore['role']) for lcore in found['lcores']] == [
        (0, 'main'), (1, 'idle'), (2, 'worker'), (3, 'idle')]
    assert any('lcores 2 and 3 share CPU 2' in text for text in found['warnings'])


def test_warnings_name_siblings_and_cpus_that_are_not_isolated(plan):
    found = plan.read('two', LAN + WAN + '[lcore 1]\nports = lan\n[lcore 2]\nports = wan\n'
                      + eal('0@0,1@1,2@9'))
    assert any('lcores 1 and 2 are threads of one core' in text for text in found['warnings'])
    assert any('CPU 1,9 of the workers' in text for text in found['warnings'])
    assert found['lcores'][1]['siblings'] == '9'
    found = plan.read('two', LAN + eal('0@0,1@2'))
    assert found['warnings'] == []
    assert found['lcores'][1]['isolated'] == 'yes'


def test_auto_puts_workers_on_the_node_of_their_ports(plan):
    found = plan.read('two', LAN + FAR.replace('far', 'wan') + '[lcore 1]\nports = lan\n'
                      '[lcore 2]\nports = wan\n[weir]\nnuma = ignore\n')
    assert {lcore['lcore']: lcore['node'] for lcore in found['lcores']} == {0: 0, 1: 0, 2: 1}
    found = plan.read('eight', '[port a]\ndevice = 0000:81:00.0\n' + NO_HUGE)
    assert [(lcore['node'], lcore['cpus']) for lcore in found['lcores']] == [
        (5, '20'), (5, '21'), (5, '22'), (5, '23')]
    found = plan.read('four', '[port a]\ndevice = 0000:41:00.0\n' + NO_HUGE)
    assert {lcore['node'] for lcore in found['lcores']} == {2}


def test_every_machine_has_a_plan(plan):
    for name in machines.names():
        found = plan.read(name, VDEV + NO_HUGE)
        assert [lcore['role'] for lcore in found['lcores']] == ['main', 'worker']
        done = plan(name, VDEV + NO_HUGE)
        assert max(len(line) for line in done.stdout.splitlines()) <= 100


# The map that is laid out by itself

@pytest.mark.parametrize('machine, ports, extra, lcores', [
    ('two', LAN + WAN, '', '0@0,1@2,2@3'),                          # isolated, a core each
    ('two', LAN + WAN, 'workers = 4\n', '0@0,1@2,2@3,3@1,4@10'),     # then another core, then a sibling
    ('two', LAN + FAR, '', '0@0,1@2,2@3,3@4,4@5,5@6,6@7'),          # on each card's node
    ('four', '[port a]\ndevice = 0000:41:00.0\n', 'hugepages = no\n', '0@16,1@17,2@18,3@19,4@20,5@21,6@22,7@23'),
    ('snc', '[port a]\ndevice = 0000:3b:00.0\n', '', '0@4,1@5,2@6,3@7'),
    ('gaps', '[port a]\ndevice = 0000:5e:00.0\n', 'hugepages = no\n', '0@8,1@9'),
    ('four', '[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n', 'workers = 5\n',
     '0@0,1@1,2@2,3@3,4@4,5@5'),                                    # one queue: a pipeline
])
def test_auto_prints_a_map_that_gives_the_same_plan(plan, machine, ports, extra, lcores):
    found = plan.read(machine, ports + '[eal]\n' + extra)
    assert found['eal']['lcores'] == lcores
    shown = plan(machine, ports + '[eal]\n' + extra).stdout
    assert 'this map as an INI\n' + found['ini'] in shown
    rest = extra if 'hugepages' in extra else ''
    pasted = plan.read(machine, ports + found['ini'].replace('[eal]\n', '[eal]\n' + rest))
    for key in ('lcores', 'rings', 'ports', 'objects', 'nodes', 'edges', 'eal', 'ini', 'refused'):
        assert pasted[key] == found[key], key


def test_the_appliance_has_a_plan_on_two_nodes(plan):
    ini = str(ROOT / 'config' / 'appliance.ini')
    assert run('check', '-c', ini).returncode == OK
    for machine, sets in (('two', ()), ('guest', (
            'port lan.device=0000:11:00.0', 'port wan.device=0000:21:00.0', 'lcore 1.ports=lan', 'lcore 2.ports=wan'))):
        root = machines.build(machine, str(plan.folder))
        done = run('plan', '-c', ini, '--root', root, *(word for each in sets for word in ('--set', each)))
        assert done.returncode == OK, done.stderr
        assert ('none: every lcore is on the node' in done.stdout) == (machine == 'two')


def test_auto_without_a_cpu_beside_the_port(plan):
    found = plan.read('memless', '[port a]\ndevice = 0000:af:00.0\n[weir]\nnuma = ignore\n')
    assert {lcore['node'] for lcore in found['lcores']} == {0}


def test_workers_have_no_say_where_lcores_are_named(plan):
    found = plan('two', LAN + '[lcore 1]\nports = lan\n[eal]\nworkers = 2\n')
    assert 'a.ini:6: [eal] workers = 2: has no effect' in found.stderr


# Edges that cross nodes

ONE = '[lcore 1]\nports = lan\n'
CROSS = LAN + ONE + eal('0@0,1@4')  # CPU 4 is on node 1


def test_strict_refuses_and_says_what_to_write(plan):
    done = plan.refused('two', CROSS, CONFIG, 'numa = strict', 'lcore 1 on node 1 polls lan:0',
                        'port lan is on node 0', '[eal] lcores = 0@0,1@2')
    assert 'edges that cross nodes\nlcore 1 on node 1 polls lan:0' in done.stdout
    found = plan.read('two', CROSS, status=CONFIG)
    assert len(found['refused']) == 1
    edge = found['edges'][0]
    assert (edge['kind'], edge['lcore_node'], edge['port_node']) == ('poll', 1, 0)
    # What it says is what mends it.
    mended = LAN + ONE + edge['fix'].replace(' lcores', '\nlcores')
    assert plan.read('two', mended)['edges'] == []


def test_prefer_warns_and_ignore_says_nothing(plan):
    found = plan.read('two', CROSS + '[weir]\nnuma = prefer\n')
    assert found['refused'] == []
    assert any('lcore 1 on node 1 polls lan:0' in text for text in found['warnings'])
    found = plan.read('two', CROSS + '[weir]\nnuma = ignore\n')
    assert len(found['edges']) == 1
    assert not any('polls lan:0' in text for text in found['refused'] + found['warnings'])


def test_bridge_between_nodes(plan):
    """A worker on each card's node still sends by the other: no INI mends that, strict starts"""
    found = plan.read('two', LAN + FAR + '[lcore 1]\nports = lan\n[lcore 2]\nports = far\n')
    assert found['refused'] == []
    assert sum('sends by port' in text for text in found['warnings']) == 2
    assert [(e['kind'], e['lcore'], e['port']) for e in found['edges']] == [
        ('send', 1, 'far'), ('send', 2, 'lan')]
    assert all('put both cards on one node' in edge['fix'] for edge in found['edges'])


def test_one_worker_for_ports_of_two_nodes(plan):
    found = plan.read('two', LAN + FAR + '[lcore 1]\nports = lan, far\n', status=CONFIG)
    assert [(e['kind'], e['port']) for e in found['edges']] == [('poll', 'far')]
    assert re.search(r'give far:0 to an lcore of node 1: \[lcore 2\] ports = far:0, with 2@\d+',
                     found['edges'][0]['fix'])


def test_node_of_a_virtual_device(plan):
    ini = VDEV + 'node = 1\n' + eal('0@0,1@2')
    found = plan.read('two', ini, status=CONFIG)
    assert found['ports'][0]['node_from'] == 'INI'
    assert found['edges'][0]['fix'] == '[port v] node = 0'
    assert plan.read('two', ini.replace('node = 1', 'node = 0'))['edges'] == []
    found = plan.read('two', VDEV + eal('0@0,1@4'))
    assert (found['ports'][0]['node'], found['ports'][0]['node_from']) == (1, 'lcore')
    plan.refused('two', VDEV + 'node = 7\n', CONFIG, '[port v] node = 7', 'no such node')


def test_device_that_is_not_there(plan):
    plan.refused('two', '[port a]\ndevice = 0000:99:00.0\n', UNAVAILABLE,
                 'a.ini:2: [port a] device', 'no PCI network device 0000:99:00.0',
                 '0000:18:00.0, 0000:18:00.1, 0000:af:00.0')


def test_latency_says_what_an_edge_costs(plan, tmp_path):
    path = tmp_path / 'latency.json'
    path.write_text(json.dumps({
        'format': 'weir-latency-1', 'chased_bytes': 1 << 28, 'page_bytes': 4096,
        'llc_bytes': 1 << 25, 'pages_checked': 100, 'cpu_nodes': [0, 1], 'memory_nodes': [0, 1],
        'latency_ns': [[80, 140], [150, 82]], 'bytes_per_s': [[1e10, 5e9], [5e9, 1e10]]}))
    done = plan('two', CROSS, '--latency', str(path))
    assert done.returncode == CONFIG
    assert '150 ns instead of 82 ns for each line' in done.stdout
    assert '136 ms of stall a second' in done.stdout  # 68 ns, two lines, a million packets
    edge = plan.read('two', CROSS, '--latency', str(path), status=CONFIG)['edges'][0]
    assert (edge['local_ns'], edge['remote_ns']) == (82, 150)
    assert 'not measured' in plan('two', CROSS).stdout
    done = plan('two', CROSS, '--latency', str(tmp_path / 'absent'))
    assert (done.returncode, done.stdout) == (FAILURE, '')


# Memory

def test_hugepages_of_the_node(plan):
    found = plan.read('two', LAN + eal('0@0,1@2', 'hugepages = yes\n'))
    assert found['eal']['hugepages'] and found['eal']['page_bytes'] == 2 << 20
    ask = found['nodes'][0]['ask_mb']
    assert found['eal']['memory'] == f'--socket-mem={ask}'
    assert ask % 2 == 0 and ask << 20 > found['nodes'][0]['object_bytes']
    found = plan.read('two', FAR + eal('0@0,1@4'))
    assert [n['node'] for n in found['nodes']] == [0, 1]
    assert found['eal']['memory'] == '--socket-mem=%d,%d' % tuple(
        n['ask_mb'] for n in found['nodes'])
    assert sum(o['bytes'] for o in found['objects'] if o['node'] == 1) == (
        found['nodes'][1]['object_bytes'])


def test_too_few_hugepages_come_with_the_line_that_reserves_them(plan):
    ini = '[port a]\ndevice = 0000:3b:00.0\n[eal]\nlcores = 0@4,1@5\n'
    done = plan.refused('snc', ini + 'hugepages = yes\n', UNAVAILABLE, 'node 1 needs', '0 MB free')
    pages = int(re.search(r'echo (\d+) > /sys/devices/system/node/node1/hugepages/'
                          r'hugepages-2048kB/nr_hugepages', done.stderr).group(1))
    found = plan.read('snc', ini + 'hugepages = yes\n', status=UNAVAILABLE)
    assert pages * 2 == found['nodes'][0]['ask_mb']
    huge = plan.folder / 'snc/sys/devices/system/node/node1/hugepages/hugepages-2048kB'
    for name in ('nr', 'free'):
        (huge / f'{name}_hugepages').write_text(f'{pages}\n')
    assert plan.read('snc', ini + 'hugepages = yes\n')['refused'] == []


def test_auto_does_without_hugepages_where_there_are_none(plan):
    found = plan.read('snc', '[port a]\ndevice = 0000:3b:00.0\n[eal]\nlcores = 0@4,1@5\n')
    assert not found['eal']['hugepages']
    assert found['eal']['memory'] == '-m%d' % found['nodes'][0]['ask_mb']


def test_one_heap_for_two_nodes_is_refused(plan):
    ini = '[port a]\ndevice = 0000:3b:00.0\n[eal]\nlcores = 0@0,1@5\nhugepages = no\n'
    plan.refused('snc', ini, CONFIG, 'numa = strict', 'without hugepages DPDK chooses none')
    assert plan('snc', ini + '[weir]\nnuma = prefer\n').returncode == OK


def test_socket_mem_that_does_not_suffice(plan):
    ini = LAN + eal('0@0,1@2', 'socket_mem = 8\n')
    plan.refused('two', ini, CONFIG, '[eal] socket_mem = 8: node 0 has 8 MB of it and needs')
    found = plan.read('two', ini.replace('= 8', '= 512,64'))
    assert found['eal']['memory'] == '--socket-mem=512'


def test_more_memory_than_there_is(plan):
    done = plan('two', VDEV + '[pool]\nmbufs = 60M\n' + NO_HUGE)
    assert done.returncode == UNAVAILABLE
    assert re.search(r'\d+ MB are needed, the machine has \d+ MB of memory', done.stderr)


def test_a_pool_that_the_queues_alone_would_empty(plan):
    ini = '[port v]\ndevice = net_null0\nrx_desc = 512\ntx_desc = 256\n[pool]\ncache = 32\nmbufs = '
    needed = 512 + 256 + 2 * 32 + 32 * 3 // 2 + 1
    plan.refused('two', f'{ini}{needed - 1}\n{NO_HUGE}', CONFIG,
                 f'a.ini:7: [pool] mbufs = {needed - 1}: ', '[port v]', f'up to {needed}: ')
    assert plan('two', f'{ini}{needed}\n{NO_HUGE}').returncode == OK
    replayed = ini.split('[pool]')[1]
    assert plan('two', f'[pool]{replayed}512\n').returncode == OK


def test_a_pool_holds_what_its_peer_has_not_sent(plan):
    ini = ('[port v]\ndevice = net_null0\nrx_desc = 64\ntx_desc = 128\n'
           '[port w]\ndevice = net_null1\nrx_desc = 256\ntx_desc = 2048\n[pool]\ncache = 0\nmbufs = ')
    bursts = 2 * 32 + 1
    needed = {'v': 64 + 128 + 2048 + bursts, 'w': 256 + 2048 + 128 + bursts}
    for port, enough in needed.items():
        plan.refused('two', f'{ini}{enough - 1}\n{NO_HUGE}', CONFIG, f'[port {port}]', f'up to {enough}: ')
    assert plan('two', f'{ini}{needed["w"]}\n{NO_HUGE}').returncode == OK


def test_replicas(plan):
    (plan.folder / 'l.txt').write_text('a.example\nb.example\n')
    ini = (LAN + '[lcore 1]\nports = lan:0\n[lcore 2]\nports = lan:1\n[list l]\npath = l.txt\n'
           + eal('0@0,1@2,2@3') + '[domains]\nreplicas = ')

    def tables(word):
        return [(o['name'], o['for']) for o in plan.read('two', ini + word + '\n')['objects']
                if o['name'].endswith(' table')]
    assert tables('lcore') == [('dtab lcore 1 table', 'lcore 1'), ('dtab lcore 2 table', 'lcore 2')]
    assert tables('node') == [('dtab node 0 table', 'node 0')]


# The estimate against what was allocated

def ledger(text):
    """{name: (bytes, node wanted, call)} as a replay prints it"""
    rows = re.findall(r'^ *(\d+) +(\d+) +\S+  (?:process|(?:port|lcore|node) \d+) +(\S+) +(.+)$',
                      text, re.M)
    return {name.strip(): (int(octets), int(node), call) for octets, node, call, name in rows}


def two_lists(folder):
    for name, n in (('one', 1000), ('two', 60000)):
        (folder / f'{name}.txt').write_text(
            ''.join(f'{name}{i}.{i % 97}.example\n' for i in range(n)))
    ini = folder / 'two.ini'
    ini.write_text('[list one]\npath = one.txt\naction = drop\n[list two]\npath = two.txt\n'
                   'action = nodata\n[pool]\ncache = 128\n[domains]\nreplicas = node\n'
                   'filter_bits = 16\n[group kids]\n[clients kids]\nvlans = 5\nmacs = 02:00:00:00:0a:01\n'
                   'prefixes = 10.0.0.0/8, 10.0.0.0/25@7, 10.1.0.0/16, 2001:db8::/48, 2001:db8::1\n')
    return ini


def a_zone(folder):
    """Clients that a zone names: whole addresses of both families, and prefixes"""
    if 'zones: ldns' not in run('--version').stdout:
        pytest.skip('build: without libldns')
    owners = [f'32.{i % 250}.{i // 250}.0.10' for i in range(5000)]
    owners += [f'24.0.{i}.1.172' for i in range(200)] + [f'128.{i:x}.zz.db8.2001' for i in range(1, 900)]
    owners += [f'48.zz.{i:x}.db8.2001' for i in range(1, 300)]
    (folder / 'z.rpz').write_text(''.join(f'{owner}.rpz-client-ip CNAME .\n' for owner in owners))
    ini = folder / 'zone.ini'
    ini.write_text('[list z]\npath = z.rpz\n')
    return ini


def address_lists(folder):
    (folder / 'feed.txt').write_text(''.join(f'10.{i % 250}.{i // 250}.7\n' for i in range(20000)) +
                                     ''.join(f'172.16.{i}.0/24\n2001:db8:{i:x}::/48\n' for i in range(200)))
    ini = folder / 'feed.ini'
    ini.write_text('[list feed]\npath = feed.txt\nformat = prefixes\n')
    return ini


INIS = {'replay.ini': lambda folder: ROOT / 'config/replay.ini', 'two lists': two_lists, 'a zone': a_zone,
        'address lists': address_lists}


def compare(path, output):
    """The plan of an INI, and the ledger that a run of it printed"""
    planned = run('plan', '-c', str(path), '--json')
    assert planned.returncode == OK, planned.stderr
    planned = {o['name']: (o['bytes'], o['node'], o['call'])
               for o in json.loads(planned.stdout)['objects']}
    found = ledger(output)
    assert set(planned) == set(found)
    for name, (octets, node, call) in found.items():
        assert planned[name][1:] == (node, call), name
        assert abs(planned[name][0] - octets) <= octets * 0.05, (name, planned[name], octets)
    return found


@pytest.mark.parametrize('ini', INIS)
def test_estimate_is_what_the_ledger_says(tmp_path, ini):
    path = INIS[ini](tmp_path)
    done = run('replay', '-c', str(path), str(CAPTURE))
    assert done.returncode == OK, done.stderr
    compare(path, done.stdout)


def test_the_plan_of_the_pipeline_is_the_ledger_of_its_run(tmp_path):
    ini = ROOT / 'config/pipeline.ini'
    if not {0, 1} <= os.sched_getaffinity(0):
        pytest.skip('cpus: config/pipeline.ini needs CPUs 0 and 1')
    sets = [f'--set=eal.file_prefix=weir_cli_plan_{os.getpid()}', f'--set=weir.state_dir={tmp_path}']
    process = subprocess.Popen([WEIR, 'run', '-c', str(ini), '--placement', *sets], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        seen = ''
        for line in process.stdout:
            seen += line
            if line == 'ready\n':
                break
        process.terminate()
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == OK and seen.endswith('ready\n'), seen
    assert sum(name.startswith('ring lcore ') for name in compare(ini, seen)) == 5


def test_every_example_is_held_against_its_ledger():
    """config/appliance.ini wants two cards and hugepages: tests/numa/test_numa_run.py gives it both;
    config/veth.ini wants two interfaces, which tests/live/test_live_doc.py makes."""
    assert {path.name for path in (ROOT / 'config').glob('*.ini')} == \
        {'appliance.ini', 'pipeline.ini', 'replay.ini', 'veth.ini'}
    assert "'config/appliance.ini'" in (ROOT / 'tests/numa/test_numa_run.py').read_text()
    assert 'build/live/veth.ini' in (ROOT / 'tests/live/test_live_doc.py').read_text()
