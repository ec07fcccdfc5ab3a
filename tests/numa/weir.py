# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""`weir run` in the guest: its INI, its start and end, what it prints of its placement."""
import collections
import contextlib
import re

LAN, WAN = '0000:41:00.0', '0000:81:00.0'   # NICs of node 0 and node 1
NODE_OF = {'lan': 0, 'wan': 1}
CPU_NODES = {0: 0, 1: 0, 2: 1, 3: 1}

# found: the nodes; wrong: (pages on another node than wanted, pages looked at, their nodes) or None
Object = collections.namedtuple('Object', 'bytes wanted found owner call name wrong')
Sum = collections.namedtuple('Sum', 'eal objects dpdk heap')


def ini(lcores, workers, numa='strict', peers=('wan', 'lan'), more=''):
    """lcores: EAL's map; workers: {lcore: its ports, or the lines of its section}; peers: of lan and wan, None: there is no such
    port."""
    text = ['[weir]', 'numa = ' + numa, 'state_dir =', '[eal]', 'lcores = ' + lcores]
    for name, device, peer, side in zip(('lan', 'wan'), (LAN, WAN), peers, ('clients', 'servers')):
        if peer is not None:
            text += ['[port {}]'.format(name), 'device = ' + device, 'peer = ' + peer,
                     'side = ' + side]
    for lcore, keys in workers.items():
        text += ['[lcore {}]'.format(lcore), keys if '=' in keys else 'ports = ' + keys]
    text += ['[list block]', 'path = /tmp/block.domains', 'action = nxdomain', '[group default]', more]
    return '\n'.join(text) + '\n'


def write(machine, path, text):
    done = machine.run("cat >{} <<'END'\n{}END".format(path, text))
    assert (done.status, done.err) == (0, '')


class Run:
    """A running weir."""

    def __init__(self, machine, pid):
        self._machine, self.pid = machine, pid

    def log(self):
        return self._machine.run('cat', '/tmp/run.log').out

    def stop(self):
        """Exit status and all that it printed."""
        done = self._machine.run('kill -TERM {}; until [ -s /tmp/run.status ]; do sleep 0.1; done; '
                                 'cat /tmp/run.status'.format(self.pid), limit=60)
        return int(done.out), self.log()


@contextlib.contextmanager
def running(machine, text, words='', environment=''):
    """weir run with that INI, once it is ready."""
    write(machine, '/tmp/run.ini', text)
    machine.run('rm -f /tmp/run.status; ({} weir run -c /tmp/run.ini --placement {} & echo $! '
                '>/tmp/run.pid; wait $!; echo $? >/tmp/run.status) >/tmp/run.log 2>&1 &'
                .format(environment, words))
    done = machine.run('until grep -qx ready /tmp/run.log || [ -s /tmp/run.status ]; do sleep 0.1; done; '
                       'cat /tmp/run.pid', limit=90)
    run = Run(machine, int(done.out))
    try:
        assert machine.run('test', '-s', '/tmp/run.status').status == 1, run.log()
        yield run
    finally:
        machine.run('kill -KILL {}; until [ -s /tmp/run.status ]; do sleep 0.1; done'.format(run.pid))


def refused(machine, text, environment='', sets=()):
    """Exit status and last line on standard error of a weir run that does not start."""
    write(machine, '/tmp/refused.ini', text)
    words = ''.join(" --set '{}'".format(each) for each in sets)
    done = machine.run('{} timeout 60 weir run -c /tmp/refused.ini{}'.format(environment, words), limit=90)
    assert 'ready' not in done.out
    # What EAL itself says of a card that is let go is not the refusal.
    said = [line for line in done.err.strip().splitlines() if not line.startswith('EAL:')]
    return done.status, said[-1]


def numbers(words):
    return {int(word) for word in words.split(',')} if words != '-' else set()


def placement(log):
    """The table of objects and the sums of the nodes, of weir's output."""
    objects, sums = [], {}
    for line in log.splitlines():
        found = re.fullmatch(r' *(\d+) +(\d+) +([\d,]+|-)  (process|(?:lcore|port|node) \d+) +(\S+) +(.*?)'
                             r'(?:  MISPLACED: (\d+) of (\d+) pages on node ([\d,]+))?', line)
        if found:
            wanted, nodes = int(found[2]), numbers(found[3])
            wrong = (int(found[7]), int(found[8]), numbers(found[9])) if found[7] else None
            objects.append(Object(int(found[1]), wanted, nodes, *found.group(4, 5, 6), wrong))
            assert (wrong[2] if wrong else set()) == nodes - {wanted}, line
            assert wrong is None or (wrong[0] < wrong[1]) == (wanted in nodes), line
        found = re.fullmatch(r'node (\d+): (\d+) bytes = objects (\d+) \+ DPDK itself (\d+); heap (\d+)',
                             line)
        if found:
            sums[int(found[1])] = Sum(*(int(word) for word in found.group(2, 3, 4, 5)))
    return objects, sums
