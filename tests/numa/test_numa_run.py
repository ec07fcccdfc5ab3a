# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run on two nodes: every object where its reader is, and a refusal where it cannot be."""
import collections
import json
import re

import pytest

import weir
from conftest import BUILD, ROOT

LIST = ''.join('n{}.block.test\n'.format(n) for n in range(5000))
# Few: the guest compiles slowly. One of them no joined scan can serve.
EXPRS = '^ads[0-9]+[.-]\n(?-m)^track(er)?[0-9]\n'
# Each of the four tables of prefixes has some: hosts are in the hashes, the others in the tries.
PREFIXES = ''.join('10.{}.{}.7\n2001:db8:{:x}::7\n'.format(n % 251, n % 241, n) for n in range(2000)) + \
    ''.join('100.64.{}.0/24\n2001:db8:{:x}::/48\n'.format(n, 0x8000 + n) for n in range(200))
# Two ports, each its own peer: no packet crosses nodes.
APART = ('lan', 'wan')
SPLIT = weir.ini('0@0,1@1,2@2', {1: 'lan', 2: 'wan'}, peers=APART)


def appliance():
    """config/appliance.ini with the guest's two cards, which have a queue each."""
    text = (ROOT / 'config/appliance.ini').read_text()
    for old, new in (('0000:18:00.0', weir.LAN), ('0000:18:00.1', weir.WAN),
                     ('lan:0, wan:0', 'lan'), ('lan:1, wan:1', 'wan')):
        assert old in text
        text = text.replace(old, new)
    return text


MAPS = {
    # name: main lcore's CPU, {lcore: CPU}, INI
    'all on node 0': (0, {1: 1}, weir.ini('0@0,1@1', {1: 'lan'}, peers=('lan', None))),
    'all on node 1': (2, {1: 3}, weir.ini('0@2,1@3', {1: 'wan'}, peers=(None, 'wan'))),
    'main on node 0, worker on node 1': (
        0, {1: 3}, weir.ini('0@0,1@3', {1: 'wan'}, peers=(None, 'wan'))),
    'main on node 1, worker on node 0': (
        2, {1: 1}, weir.ini('0@2,1@1', {1: 'lan'}, peers=('lan', None))),
    'split': (0, {1: 1, 2: 2}, SPLIT),
    'split, a table a node': (3, {1: 1, 2: 2}, weir.ini(
        '0@3,1@1,2@2', {1: 'lan', 2: 'wan'}, peers=APART, more='[domains]\nreplicas = node\n')),
    'split, expressions': (3, {1: 1, 2: 2}, weir.ini(
        '0@3,1@1,2@2', {1: 'lan', 2: 'wan'}, peers=APART, more='[list re]\npath = /tmp/re.regex\n'
        'format = regex\n[patterns]\ncache_dir = /tmp/cache\n')),
    'split, clients': (3, {1: 1, 2: 2}, weir.ini(
        '0@3,1@1,2@2', {1: 'lan', 2: 'wan'}, peers=APART,
        more='[group kids]\n[clients kids]\nprefix_file = /tmp/kids.prefixes\n')),
    'a bridge across nodes': (0, {1: 1, 2: 2}, weir.ini(
        '0@0,1@1,2@2', {1: 'lan', 2: 'wan'})),
    'laid out by itself': (0, {1: 1, 2: 2}, re.sub(
        r'lcores = .*\n|\[lcore .*\nports = .*\n', '', weir.ini('0@0', {1: 'lan', 2: 'wan'}))),
    'the appliance': (0, {1: 1, 2: 2}, appliance()),
    'rx and tx on node 0, classify on node 1': (0, {1: 1, 2: 2, 3: 0}, weir.ini(
        '0@0,1@1,2@2,3@0', {1: 'role = rx\nports = lan\nfeeds = 2', 2: 'role = classify\nfeeds = 3',
                            3: 'role = tx\nports = lan'}, peers=('lan', None), numa='prefer')),
}


@pytest.fixture(scope='module')
def machine(boot, spaces):
    started = boot(added=['{}:/usr/bin/bind'.format(ROOT / 'scripts/bind'),
                          '{}:/usr/lib/numa_misplace.so'.format(
                              BUILD / 'tests/numa/libnuma_misplace.so')],
                   taps=[space.taps for space in spaces])
    weir.write(started, '/tmp/block.domains', LIST)
    weir.write(started, '/tmp/re.regex', EXPRS)
    weir.write(started, '/tmp/kids.prefixes', PREFIXES)
    assert started.run('mkdir -m 700 /tmp/cache').status == 0
    started.run('mkdir /tmp/lists')
    for path in (ROOT / 'config/lists').iterdir():
        if path.suffix != '.gz':
            weir.write(started, '/tmp/lists/' + path.name, path.read_text())
    done = started.run('bind', weir.LAN, weir.WAN)
    assert (done.status, done.err) == (0, '')
    return started


def node_of_owner(text, owner, cpus, main):
    """The node that the placement table gives to what is there for `owner`."""
    if owner == 'process':
        return weir.CPU_NODES[main]
    kind, number = owner.split()
    if kind == 'node':
        return int(number)
    if kind == 'lcore':
        return weir.CPU_NODES[cpus[int(number)]]
    return weir.NODE_OF[re.findall(r'\[port (\w+)\]', text)[int(number)]]


def shared(text, cpus):
    """What of the expressions lies once on each node that classifies."""
    return {'expressions node {}{}'.format(weir.CPU_NODES[cpu], part)
            for cpu in cpus.values() for part in ('', ' alone', ' lists')}


def prefix_tables(cpus):
    """What of the clients' prefixes lies once on each node that classifies."""
    return {'clients node {} {}'.format(weir.CPU_NODES[cpu], part): call for cpu in cpus.values()
            for part, call in (('head', 'rte_zmalloc_socket'), ('hash of IPv4', 'rte_hash_create'),
                               ('hash of IPv6', 'rte_hash_create'), ('IPv4', 'rte_fib_create'),
                               ('IPv6', 'rte_fib6_create'))}


def hugepages_by_node(machine, pid):
    found = collections.Counter()
    for line in machine.run('cat /proc/{}/numa_maps'.format(pid)).out.splitlines():
        if 'kernelpagesize_kB=2048' in line:
            for node, count in re.findall(r'\bN(\d+)=(\d+)', line):
                found[int(node)] += int(count)
    return found


# Refusals

def test_a_port_polled_from_the_other_node_is_refused(machine):
    status, line = weir.refused(machine, weir.ini('0@0,1@1,2@2', {1: 'wan'}, peers=(None, 'wan')))
    print(line)
    assert status == 78
    assert 'numa = strict: lcore 1 on node 0 polls wan:0, port wan is on node 1' in line
    assert 'to mend it: ' in line and '[eal] lcores = ' in line
    # What it says is what helps.
    fix = re.search(r'\[eal\] lcores = (\S+)', line)[1]
    with weir.running(machine, weir.ini(fix, {1: 'wan'}, peers=(None, 'wan'))) as run:
        assert run.stop()[0] == 0


def test_a_bridge_across_nodes_is_warned_of(machine):
    """What goes from one node's card to the other's crosses once, whatever the INI says."""
    with weir.running(machine, MAPS['a bridge across nodes'][2]) as run:
        status, log = run.stop()
    assert status == 0
    assert 'warning: lcore 1 on node 0 sends by port wan, which is on node 1' in log
    assert 'warning: lcore 2 on node 1 sends by port lan, which is on node 0' in log


def test_a_node_without_hugepages_is_refused(machine):
    pages = '/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages'
    machine.run('echo 0 >' + pages)
    status, line = weir.refused(machine, SPLIT)
    assert status == 69
    found = re.search(r'node 1 needs (\d+) MB in hugepages and has 0 MB free: `(.*?)\' reserves them',
                      line)
    assert found, line
    # What it says is what helps, and no page less.
    assert machine.run(found[2]).status == 0
    assert machine.run('cat', pages).out == '{}\n'.format(int(found[1]) // 2)
    with weir.running(machine, SPLIT) as run:
        assert run.stop()[0] == 0
    machine.run('echo {} >{}'.format(int(found[1]) // 2 - 1, pages))
    assert weir.refused(machine, SPLIT)[0] == 69
    machine.run('echo 256 >' + pages)
    assert machine.run('cat', pages).out == '256\n'


def test_an_object_on_the_wrong_node_is_refused_by_strict(machine):
    misplace = 'LD_PRELOAD=/usr/lib/numa_misplace.so WEIR_TEST_MISPLACE=weir_stats_2'
    status, line = weir.refused(machine, SPLIT, misplace)
    assert status == 69
    assert ('objects on another node than wanted: 1: weir_stats_2 (rte_memzone_reserve, for lcore 2) is '
            'wanted on node 1 and has 1 of 1 pages on node 0') in line
    assert '/tmp/refused.ini:2: [weir] numa = prefer runs all the same' in line
    prefer = SPLIT.replace('numa = strict', 'numa = prefer')
    with weir.running(machine, prefer, environment=misplace) as run:
        status, log = run.stop()
    assert status == 0
    assert 'warning: objects on another node than wanted: 1: weir_stats_2 ' in log
    assert re.search(r'misplaced: 1 of \d+ objects', log)
    assert [(each.name, each.wrong) for each in weir.placement(log)[0] if each.wrong] == \
        [('weir_stats_2', (1, 1, {0}))]


@pytest.mark.parametrize('zone, name, wanted', [('MP_weir_pool_0_0', 'mbuf pool of port lan', 0),
                                                ('RG_MP_weir_pool_1', 'mbuf pool of port wan', 1)])
def test_an_object_of_which_a_part_is_on_the_wrong_node_is_told_by_its_pages(machine, zone, name, wanted):
    """The chunk with all mbufs, its head and its ring staying; or the ring of free mbufs alone."""
    misplace = 'LD_PRELOAD=/usr/lib/numa_misplace.so WEIR_TEST_MISPLACE=' + zone
    status, line = weir.refused(machine, SPLIT, misplace)
    assert status == 69
    found = re.search(r'than wanted: 1: {} \(rte_pktmbuf_pool_create, for port {}\) is wanted on node {} and '
                      r'has (\d+) of (\d+) pages on node {} '.format(name, wanted, wanted, 1 - wanted), line)
    assert found and 0 < int(found[1]) < int(found[2]), line
    prefer = SPLIT.replace('numa = strict', 'numa = prefer')
    with weir.running(machine, prefer, environment=misplace) as run:
        api = machine.run('weirctl -c /tmp/run.ini placement --json')
        shown = machine.run('weirctl -c /tmp/run.ini placement').out
        _, log = run.stop()
    each, = [each for each in weir.placement(log)[0] if each.wrong]
    assert (each.name, each.wrong) == (name, (int(found[1]), int(found[2]), {1 - wanted}))
    assert each.found == {0, 1}
    # The same from the API.
    assert [each for each in weir.placement(shown)[0] if each.wrong] == [each]
    wrong, = [each for each in json.loads(api.out)['objects'] if each['misplaced']]
    assert (wrong['name'], wrong['found_on'], wrong['misplaced_pages'], wrong['pages']) == \
        (name, [0, 1], int(found[1]), int(found[2]))


def test_a_pattern_database_on_the_wrong_node_is_refused_by_strict(machine):
    """Workers on node 1, and a library whose allocator knows node 0 alone."""
    misplace = 'LD_PRELOAD=/usr/lib/numa_misplace.so WEIR_TEST_MISPLACE=expressions'
    status, line = weir.refused(machine, MAPS['split, expressions'][2], misplace)
    print(line)
    assert status == 69
    words = '2: expressions node 1 (hs_deserialize_database, for node 1) is wanted on node 1 and has'
    assert re.search('objects on another node than wanted: ' + re.escape(words) + r' (\d+) of \1 pages on node 0', line)
    assert '`{}'.format(words) in (ROOT / 'docs/numa.md').read_text()


MISPLACED = [
    # the hook's name of them, map, how many there are and the first that is told of, in the manual's words
    ('weir_stats_2', 'split', '1: weir_stats_2 (rte_memzone_reserve, for lcore 2) is wanted on node 1 and has'),
    ('no node', 'split', '8: recent queries lcore 2 (rte_zmalloc_socket, for lcore 2) is wanted on node 1 and has'),
    ('MP_weir_pool_1_0', 'split', '1: mbuf pool of port wan (rte_pktmbuf_pool_create, for port 1) is wanted on '
     'node 1 and has'),
    ('weir_hash_', 'split', '2: dtab lcore 1 table (rte_hash_create, for lcore 1) is wanted on node 0 and has'),
    ('RG_weir_ring_', 'rx and tx on node 0, classify on node 1',
     '3: ring lcore 1 to 2 (rte_ring_create, for lcore 2) is wanted on node 1 and has'),
]


@pytest.mark.parametrize('hook, name, words', MISPLACED)
def test_a_misplaced_object_is_named_as_the_manual_says(machine, hook, name, words):
    misplace = "LD_PRELOAD=/usr/lib/numa_misplace.so WEIR_TEST_MISPLACE='{}'".format(hook)
    with weir.running(machine, MAPS[name][2].replace('numa = strict', 'numa = prefer'), environment=misplace) as run:
        status, log = run.stop()
    assert status == 0
    print([line for line in log.splitlines() if 'objects on another node' in line])
    assert re.search(r'warning: objects on another node than wanted: {} \d+ of \d+ pages on node [01]'
                     .format(re.escape(words)), log), log
    assert words + ' ' in (ROOT / 'docs/numa.md').read_text()
    print([each for each in weir.placement(log)[0] if each.wrong])
    if 'strict' in MAPS[name][2]:
        status, line = weir.refused(machine, MAPS[name][2], misplace)
        assert status == 69 and words in line


MISTAKES = [
    # --set, exit status (what a --set alone makes wrong is wrong usage), words
    (['lcore 1.ports=wan', 'lcore 2.ports=lan'], 78,
     'numa = strict: lcore 1 on node 0 polls wan:0, port wan is on node 1'),
    (['port lan.device=net_null0', 'port lan.node=1'], 78,
     'numa = strict: lcore 1 on node 0 polls lan:0, port lan is on node 1; to mend it: [port lan] '
     'node = 0'),
    (['eal.hugepages=no'], 78,
     'memory is wanted on several nodes, and without hugepages DPDK chooses none'),
    (['eal.socket_mem=128,8'], 2, 'node 1 has 8 MB of it and needs'),
]


@pytest.mark.parametrize('sets, status, words', MISTAKES)
def test_a_mistake_is_named_as_the_manual_says(machine, sets, status, words):
    bridge = MAPS['a bridge across nodes'][2]
    found, line = weir.refused(machine, bridge, sets=sets)
    assert found == status and words in line
    assert '`{}'.format(words) in (ROOT / 'docs/numa.md').read_text()


def test_a_card_that_a_run_holds_is_not_given_back(machine):
    """The kernel would wait in the unbind, and whoever asked for it with it, until weir ends."""
    with weir.running(machine, SPLIT) as run:
        done = machine.run('timeout 20 bind --release ' + weir.WAN, limit=60)
        assert (done.status, done.out) == (1, '')
        assert done.err == 'bind: {}: process {} (weir) holds it: end that first\n'.format(weir.WAN, run.pid)
        assert run.stop()[0] == 0
    assert machine.run('bind --release ' + weir.WAN).status == 0
    assert machine.run('bind ' + weir.WAN).status == 0


# Placement

@pytest.mark.parametrize('name', MAPS)
def test_every_object_lies_where_its_reader_is(machine, name):
    main, cpus, text = MAPS[name]
    with weir.running(machine, text) as run:
        pages = hugepages_by_node(machine, run.pid)
        status, log = run.stop()
    assert status == 0, log
    objects, sums = weir.placement(log)
    print(log)
    for each in objects:
        node = node_of_owner(text, each.owner, cpus, main)
        assert (each.wanted, each.found) == (node, {node}), each
    # Of each kind as many as the table says.
    owners = collections.Counter(each.owner for each in objects)
    for lcore in cpus:
        assert 'weir_stats_{}'.format(lcore) in [each.name for each in objects]
        assert owners['lcore {}'.format(lcore)] >= 2
    ports = re.findall(r'\[port (\w+)\]', text)
    assert [each.name for each in objects if each.call == 'rte_pktmbuf_pool_create'] == \
        ['mbuf pool of port {}'.format(port) for port in ports]
    tables = [each for each in objects if re.fullmatch(r'dtab .* table', each.name)]
    assert all(each.call == 'rte_hash_create' for each in tables)
    roles = collections.Counter(re.findall('role = (rx|classify|tx)', text))
    assert len(tables) == (roles['classify'] or len(cpus))
    # From each rx to each classify and, as a by-pass, to each tx; from each classify to each tx.
    rings = roles['rx'] * (roles['classify'] + roles['tx']) + roles['classify'] * roles['tx']
    assert [each.call for each in objects].count('rte_ring_create') == rings
    assert {each.name for each in objects if each.name.startswith('expressions')} == \
        (shared(text, cpus) if 'regex' in text else set())
    assert ['hs_clone_scratch' in (each.call for each in objects if each.owner == 'lcore {}'.format(lcore))
            for lcore in cpus] == ['regex' in text] * len(cpus)
    assert {each.name: each.call for each in objects if each.name.startswith('clients')} == \
        (prefix_tables(cpus) if 'prefix_file = /' in text else {})
    # The kernel's own count of the pages, and nothing of one node in the sum of another.
    for node, each in sums.items():
        assert pages[node] * (2 << 20) == each.heap
        assert each.eal == each.objects + each.dpdk <= each.heap
        here = sum(each.bytes for each in objects if each.found == {node})
        assert abs(each.objects - here) < 16 << 10
    assert re.search(r'misplaced: 0 of {} objects, 0 of \d+ pages'.format(len(objects)), log)


@pytest.mark.parametrize('name', MAPS)
def test_the_plan_says_what_the_ledger_says(machine, name):
    _, _, text = MAPS[name]
    weir.write(machine, '/tmp/plan.ini', text)
    done = machine.run('weir plan -c /tmp/plan.ini --json')
    assert done.status == 0, done.err
    plan = json.loads(done.out)
    with weir.running(machine, text) as run:
        _, log = run.stop()
    objects, sums = weir.placement(log)
    assert sorted(each.name for each in objects) == sorted(each['name'] for each in plan['objects'])
    by_name = {each.name: each for each in objects}
    for planned in plan['objects']:
        found = by_name[planned['name']]
        assert (planned['call'], planned['node']) == (found.call, found.wanted)
        assert found.found == {found.wanted}
        # Entries of a few octets weigh much beside small objects.
        assert abs(planned['bytes'] - found.bytes) <= max(found.bytes * 0.05, 1024), planned['name']
    for node in plan['nodes']:
        assert sums[node['node']].heap == node['ask_mb'] << 20


# Reloads

def set_pages(machine, pages):
    for node, count in pages.items():
        path = '/sys/devices/system/node/node{}/hugepages/hugepages-2048kB/nr_hugepages'.format(node)
        assert machine.run('echo {} >{}; cat {}'.format(count, path, path)).out == '{}\n'.format(count)


def many(machine, letter):
    """100 000 names, so that two generations are most of what a node holds."""
    done = machine.run("seq 100000 | sed 's/.*/{}&.block.test/' >/tmp/many.new && "
                       "mv /tmp/many.new /tmp/many.domains".format(letter), limit=60)
    assert (done.status, done.err) == (0, '')


def test_the_planned_hugepages_hold_a_reload_and_a_tenth_less_is_refused(machine):
    text = SPLIT.replace('/tmp/block.domains', '/tmp/many.domains')
    many(machine, 'a')
    weir.write(machine, '/tmp/plan.ini', text)
    plan = json.loads(machine.run('weir plan -c /tmp/plan.ini --json', limit=120).out)
    pages = {node['node']: node['ask_mb'] // 2 for node in plan['nodes']}
    assert set(pages) == {0, 1}
    try:
        set_pages(machine, pages)
        with weir.running(machine, text) as run:
            many(machine, 'b')
            machine.run('kill -HUP {}; until grep -qE "is in force:|reload failed" /tmp/run.log; do '
                        'sleep 0.1; done'.format(run.pid), limit=120)
            status, log = run.stop()
        print(log[log.index('ready'):])
        assert status == 0, log
        assert 'list block: 100000 rules, 100000 added, 100000 removed' in log
        assert 'generation 2 is in force' in log
        for node, count in pages.items():
            set_pages(machine, {**pages, node: count * 9 // 10})
            status, line = weir.refused(machine, text)
            assert status == 69
            assert 'plan: node {} needs {} MB in hugepages and has {} MB free: `echo {} >'.format(
                node, count * 2, count * 9 // 10 * 2, count) in line
    finally:
        set_pages(machine, {0: 256, 1: 256})
