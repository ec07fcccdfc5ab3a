#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Machines for tests: trees like /sys and /proc for `weir-topo --root` and `weir plan --root`.

    machines.py build DIR [NAME...]   writes DIR/NAME/{sys,proc} (all machines without a name)
    machines.py list                  names and what each is for
    machines.py record                this machine as text, for recorded/NAME.txt

The build writes all of them to BUILD/tests/machines/tree; unit tests find that folder in the
environment variable WEIR_MACHINES, and so do those in tests/cli. In Python: `import machines`, then
`machines.build('two', folder)`. A tree made by `build` is the caller's own: take files away freely.

A recorded machine is a text: `path<TAB>content` or `path -> target of the link`, newlines as \\n.
"""
import glob
import os
import re
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GIB = 1 << 20  # in kB


def numbers(ids):
    """[0, 1, 2, 8] as the kernel writes it: 0-2,8"""
    out, ids = [], sorted(ids)
    while ids:
        n = 1
        while n < len(ids) and ids[n] == ids[0] + n:
            n += 1
        out.append(str(ids[0]) if n == 1 else f'{ids[0]}-{ids[n - 1]}')
        ids = ids[n:]
    return ','.join(out)


def node(cpus, mem=16 * GIB, free=None, huge=None):
    """CPU numbers, memory and free memory in kB, hugepages {size in kB: (total, free, surplus)}"""
    pages = {2048: (0, 0, 0), 1048576: (0, 0, 0)}
    pages.update(huge or {})
    return {'cpus': list(cpus), 'mem': mem, 'free': mem * 3 // 4 if free is None else free,
            'huge': pages}


def nic(address, driver, node_id, name=None, speed=None, virtio=None, ids=('0x8086', '0x1592')):
    """An Ethernet device; without a name none has an interface, without a speed the link is down"""
    return {'address': address, 'driver': driver, 'node': node_id, 'name': name, 'speed': speed,
            'virtio': virtio, 'ids': ids}


def slit(*rows):
    return [[int(n) for n in row.split()] for row in rows]


def distances(n, far=21):
    return [[10 if a == b else far for b in range(n)] for a in range(n)]


def machine(nodes, why, nics=(), distance=None, threads=None, package=None, offline=(),
            isolated=(), allowed=None, mems=None, llc='32768K'):
    """nodes {id: node()}; threads: lists of CPUs that share a core; package(cpu) its socket;
    allowed: CPUs of the process's cpuset, mems: the nodes of it"""
    return {'nodes': nodes, 'why': why, 'nics': nics, 'distance': distance or distances(len(nodes)),
            'threads': threads or [], 'package': package or (lambda cpu: 0),
            'offline': list(offline), 'isolated': list(isolated), 'allowed': allowed,
            'mems': mems, 'llc': llc}


def eight():
    far = [[10 if a == b else 12 if a // 4 == b // 4 else 32 for b in range(8)] for a in range(8)]
    nodes = {n: node(range(4 * n, 4 * n + 4), mem=32 * GIB) for n in range(8)}
    return machine(nodes, 'two sockets of four nodes each (NPS4)', distance=far,
                   package=lambda cpu: cpu // 16,
                   nics=[nic('0000:81:00.0', 'mlx5_core', 5, 'ens1f0np0', 100000,
                             ids=('0x15b3', '0x101d'))])


MACHINES = {
    'one': machine({0: node(range(4))}, 'one node, a NIC whose node the firmware does not say',
                   nics=[nic('0000:00:05.0', 'e1000e', -1, 'ens5', 1000)]),
    'two': machine({0: node([0, 1, 2, 3, 8, 9, 10, 11], huge={2048: (1024, 1000, 0)}),
                    1: node([4, 5, 6, 7, 12, 13, 14, 15], huge={1048576: (4, 4, 1)})},
                   'two sockets with SMT; NICs on both, bound to the kernel and to vfio-pci',
                   threads=[[n, n + 8] for n in range(8)], package=lambda cpu: cpu // 4 % 2,
                   isolated=[2, 3, 10, 11],
                   nics=[nic('0000:18:00.0', 'ice', 0, 'ens1f0', 100000),
                         nic('0000:18:00.1', 'vfio-pci', 0),
                         nic('0000:af:00.0', 'mlx5_core', 1, 'ens3np0', None,
                             ids=('0x15b3', '0x101d'))]),
    'four': machine({n: node(range(8 * n, 8 * n + 8)) for n in range(4)},
                    'one socket of four nodes (NPS4)', distance=distances(4, 12),
                    nics=[nic('0000:41:00.0', 'vfio-pci', 2)]),
    'eight': eight(),
    'snc': machine({0: node([0, 1, 2, 3]), 1: node([4, 5, 6, 7])},
                   'sub-NUMA clustering: two nodes in one socket', distance=distances(2, 11),
                   nics=[nic('0000:3b:00.0', 'vfio-pci', 1)]),
    'gaps': machine({0: node([0, 1, 4]), 2: node([8, 9, 12])},
                    'gaps in the numbers of CPUs and nodes, CPUs offline, one isolated',
                    offline=[5, 13], isolated=[9], package=lambda cpu: cpu // 8,
                    nics=[nic('0000:5e:00.0', 'vfio-pci', 2)]),
    'memless': machine({0: node([0, 1], mem=32 * GIB), 1: node([2, 3], mem=0)},
                       'a node without memory: its channels are not populated',
                       nics=[nic('0000:af:00.0', 'vfio-pci', 1)]),
    'cpuless': machine({0: node([0, 1, 2, 3]), 1: node([], mem=64 * GIB)},
                       'a node without a CPU: memory behind CXL',
                       distance=slit('10 24', '24 10'),
                       nics=[nic('0000:18:00.0', 'vfio-pci', 0)]),
    'caged': machine({0: node(range(4)), 1: node(range(4, 8))},
                     "a container: the process's cpuset has CPUs 0-1 and node 0 alone",
                     allowed=[0, 1], mems=[0], nics=[nic('0000:af:00.0', 'vfio-pci', 1)]),
}


def put(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as out:
        out.write(text + '\n')


def link(root, path, target):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)


def build_cpus(root, m, online):
    cpu_dir = 'sys/devices/system/cpu'
    put(root, f'{cpu_dir}/present', numbers(online + m['offline']))
    put(root, f'{cpu_dir}/online', numbers(online))
    put(root, f'{cpu_dir}/isolated', numbers(m['isolated']))
    for cpu in online:
        threads = next((t for t in m['threads'] if cpu in t), [cpu])
        at = f'{cpu_dir}/cpu{cpu}'
        put(root, f'{at}/topology/physical_package_id', str(m['package'](cpu)))
        put(root, f'{at}/topology/core_id', str(min(threads)))
        put(root, f'{at}/topology/thread_siblings_list', numbers(threads))
        for index, (level, size) in enumerate([(1, '32K'), (1, '32K'), (2, '1024K'), (3, m['llc'])]):
            put(root, f'{at}/cache/index{index}/level', str(level))
            put(root, f'{at}/cache/index{index}/size', size)
            shared = threads if level < 3 else next(
                set(n['cpus']) & set(online) for n in m['nodes'].values() if cpu in n['cpus'])
            put(root, f'{at}/cache/index{index}/shared_cpu_list', numbers(shared))
    for cpu in m['offline']:
        owner = max((n for n in m['nodes'] if min(m['nodes'][n]['cpus'], default=9999) <= cpu))
        os.makedirs(os.path.join(root, f'{cpu_dir}/cpu{cpu}'))
        link(root, f'{cpu_dir}/cpu{cpu}/node{owner}', f'../../node/node{owner}')


def build_nodes(root, m):
    node_dir = 'sys/devices/system/node'
    put(root, f'{node_dir}/online', numbers(m['nodes']))
    for row, (number, n) in enumerate(sorted(m['nodes'].items())):
        at = f'{node_dir}/node{number}'
        put(root, f'{at}/cpulist', numbers(n['cpus']))
        put(root, f'{at}/distance', ' '.join(str(d) for d in m['distance'][row]))
        put(root, f'{at}/meminfo', f'Node {number} MemTotal: {n["mem"]:12} kB\n'
            f'Node {number} MemFree: {n["free"]:13} kB\nNode {number} MemUsed: 0 kB')
        for size, (total, free, surplus) in n['huge'].items():
            huge = f'{at}/hugepages/hugepages-{size}kB'
            put(root, f'{huge}/nr_hugepages', str(total))
            put(root, f'{huge}/free_hugepages', str(free))
            put(root, f'{huge}/surplus_hugepages', str(surplus))


def build_interface(root, name, device, speed):
    """The interface's folder below its device, and the link to it in /sys/class/net"""
    at = f'{device}/net/{name}'
    put(root, f'{at}/operstate', 'unknown' if name == 'lo' else 'up' if speed else 'down')
    if speed:
        put(root, f'{at}/speed', str(speed))
    link(root, f'sys/class/net/{name}', '../../' + at.removeprefix('sys/'))


def build_nics(root, m):
    os.makedirs(os.path.join(root, 'sys/bus/pci/devices'))
    for n in m['nics']:
        at = f'sys/devices/pci{n["address"][:7]}/{n["address"]}'
        put(root, f'{at}/class', '0x020000')
        put(root, f'{at}/vendor', n['ids'][0])
        put(root, f'{at}/device', n['ids'][1])
        put(root, f'{at}/numa_node', str(n['node']))
        link(root, f'{at}/driver', f'../../../bus/pci/drivers/{n["driver"]}')
        link(root, f'sys/bus/pci/devices/{n["address"]}', '../../../' + at.removeprefix('sys/'))
        if n['name']:
            build_interface(root, n['name'], at, n['speed'])
    put(root, 'sys/devices/pci0000:00/0000:00:1f.0/class', '0x060100')
    link(root, 'sys/bus/pci/devices/0000:00:1f.0', '../../../devices/pci0000:00/0000:00:1f.0')
    build_interface(root, 'lo', 'sys/devices/virtual', None)


def build_process(root, m, online):
    allowed = numbers(online if m['allowed'] is None else m['allowed'])
    mems = numbers(m['nodes'] if m['mems'] is None else m['mems'])
    put(root, 'proc/self/status',
        f'Name:\tweir-topo\nCpus_allowed_list:\t{allowed}\nMems_allowed_list:\t{mems}\nThreads:\t1')
    put(root, 'proc/self/cgroup', '0::/system.slice/weir.service')
    put(root, 'sys/fs/cgroup/system.slice/cpuset.cpus.effective', allowed)
    total = sum(n['mem'] for n in m['nodes'].values())
    put(root, 'proc/meminfo', f'MemTotal: {total} kB\nMemFree: {total // 2} kB\n'
        'HugePages_Total: 0\nHugepagesize: 2048 kB')


def build_made_up(m, root):
    online = sorted(cpu for n in m['nodes'].values() for cpu in n['cpus'])
    build_cpus(root, m, online)
    build_nodes(root, m)
    build_nics(root, m)
    build_process(root, m, online)


def build_recorded(path, root):
    for line in open(path):
        line = line.rstrip('\n')
        if line.startswith('#') or not line:
            continue
        name, tab, text = line.partition('\t')
        if tab:
            put(root, name, text.replace('\\n', '\n'))
        else:
            link(root, *name.split(' -> '))


def recorded():
    return {os.path.basename(p)[:-4]: p for p in sorted(glob.glob(HERE + '/recorded/*.txt'))}


def names():
    return list(MACHINES) + list(recorded())


def build(name, folder):
    """Writes the machine to folder/name and returns that path"""
    root = os.path.join(folder, name)
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    if name in MACHINES:
        build_made_up(MACHINES[name], root)
    else:
        build_recorded(recorded()[name], root)
    return root


RECORD = '''
sys/devices/system/cpu/present sys/devices/system/cpu/online sys/devices/system/cpu/isolated
sys/devices/system/cpu/cpu*/topology/core_id
sys/devices/system/cpu/cpu*/topology/physical_package_id
sys/devices/system/cpu/cpu*/topology/thread_siblings_list
sys/devices/system/cpu/cpu*/cache/index*/level sys/devices/system/cpu/cpu*/cache/index*/size
sys/devices/system/cpu/cpu*/cache/index*/shared_cpu_list
sys/devices/system/cpu/cpu*/node*
sys/devices/system/node/online sys/devices/system/node/node*/cpulist
sys/devices/system/node/node*/distance
sys/devices/system/node/node*/hugepages/*/nr_hugepages
sys/devices/system/node/node*/hugepages/*/free_hugepages
sys/devices/system/node/node*/hugepages/*/surplus_hugepages
sys/fs/cgroup/cpuset.cpus.effective sys/fs/cgroup/cpuset/cpuset.effective_cpus
'''.split()
# Of these, the lines that say something of the machine and nothing of who runs on it.
RECORD_LINES = {
    'proc/self/status': r'(Cpus|Mems)_allowed_list:',
    'proc/meminfo': r'(MemTotal|MemFree|Hugepagesize):',
    'sys/devices/system/node/node*/meminfo': r'Node \d+ (MemTotal|MemFree):',
}
PCI_FILES = 'class vendor device numa_node driver'.split()
NET_FILES = 'operstate speed device'.split()


def record_one(path, lines='.*'):
    """A file or a link (a link in /sys is relative, and stays so)"""
    if os.path.islink('/' + path):
        print(f'{path} -> {os.readlink("/" + path)}')
    elif os.path.isfile('/' + path):
        try:
            with open('/' + path) as file:
                text = [line for line in file.read().splitlines() if re.match(lines, line)]
        except OSError:
            return  # `speed` of an interface that is down
        print(path + '\t' + '\\n'.join(text))


def record_device(entry, names):
    """What a link in /sys/class or /sys/bus names, with some of its files"""
    record_one(entry[1:])
    for name in names:
        record_one(os.path.realpath(entry)[1:] + '/' + name)


def record_cgroup():
    """A cpuset as the reader finds it from the root: the recording is of the machine's, not ours"""
    v1 = os.path.isdir('/sys/fs/cgroup/cpuset')
    print('proc/self/cgroup\t' + ('1:cpuset:/' if v1 else '0::/'))


def record():
    record_cgroup()
    for pattern, lines in RECORD_LINES.items():
        for path in sorted(glob.glob('/' + pattern)):
            record_one(path[1:], lines)
    for pattern in RECORD:
        for path in sorted(glob.glob('/' + pattern)):
            record_one(path[1:])
    for entry in sorted(glob.glob('/sys/bus/pci/devices/*')):
        with open(entry + '/class') as file:
            is_net = file.read().startswith('0x02')
        record_device(entry, PCI_FILES if is_net else ['class'])
    for entry in sorted(glob.glob('/sys/class/net/*')):
        record_device(entry, NET_FILES)


def main(args):
    if args[:1] == ['list'] and len(args) == 1:
        for name in names():
            print(f'{name}\t{MACHINES[name]["why"] if name in MACHINES else "recorded"}')
    elif args[:1] == ['record'] and len(args) == 1:
        record()
    elif args[:1] == ['build'] and len(args) > 1 and set(args[2:]) <= set(names()):
        for name in args[2:] or names():
            print(build(name, args[1]))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
