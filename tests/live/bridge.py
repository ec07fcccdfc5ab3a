# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run between two namespaces, by one kind of device and one map of lcores."""
import contextlib
import glob
import itertools
import json
import os
import re
import shutil
import signal
import subprocess

import lab

WEIR = os.environ['WEIR']
RUNTIME = '/run/dpdk/'
PREFIX = 'weir_live_'  # the process that started it follows

POLICY = """
[list ads]
path   = ads.txt
format = domains
action = nxdomain
text   = blocked: ads

[list trap]
path   = trap.txt
format = domains
action = sinkhole

[group default]
lists         = *
sinkhole_a    = 192.0.2.253
sinkhole_aaaa = 2001:db8::253
"""

# Links of the middle: what Weir's devices are made of. A tap's link is made by its driver and moved.
DEVICES = {
    'af_packet': 'net_af_packet{n},iface={link}',
    'af_xdp': 'net_af_xdp{n},iface={link},force_copy=1',
    'tap': 'net_tap{n},iface={link}',
}
# How many lcores besides the main one, and what they do. All share the CPUs that there are.
MAPS = {
    'worker': (1, '[lcore 1]\nrole = worker\nports = {ports}\n'),
    'pipeline': (4, '[lcore 1]\nrole = rx\nports = {ports}\nfeeds = 2-3\n'
                    '[lcore 2]\nrole = classify\nfeeds = 4\n'
                    '[lcore 3]\nrole = classify\nfeeds = 4\n'
                    '[lcore 4]\nrole = tx\nports = {ports}\n'),
}
WAYS = list(itertools.product(DEVICES, MAPS))
NEAR = ('02:00:00:00:00:01', '192.0.2.1/24', '2001:db8::1/64', 'fe80::1/64')
FAR = ('02:00:00:00:00:02', '192.0.2.2/24', '2001:db8::2/64', 'fe80::2/64')


def cpus():
    """All CPUs that this process may use, as EAL wants them."""
    return ','.join(str(cpu) for cpu in sorted(os.sched_getaffinity(0)))


class Weir:
    """The program in a space of its own, its output in files."""

    def __init__(self, folder, space, prefix):
        self.folder, self.space, self.prefix = folder, space, prefix
        self.process = None
        (folder / 'ads.txt').write_text('ads.names.test\n')
        (folder / 'trap.txt').write_text('trap.names.test\n')

    def configure(self, ports, weir='', extra='', lcores='worker'):
        n, roles = MAPS[lcores]
        names = ', '.join(re.findall(r'^\[port (.*)\]', ports, flags=re.M))
        (self.folder / 'weir.ini').write_text(
            '[weir]\nstate_dir = state\nidle = adaptive\nwatchdog = 60s\n{}\n[eal]\nhugepages = no\nfile_prefix = {}\nlcores = (0-{})@({})\n'
            '{}\n{}\n{}\n{}'.format(weir, self.prefix, n, cpus(), ports, roles.format(ports=names), POLICY,
                                   extra))

    def start(self, *args):
        out, err = (open(self.folder / name, 'wb') for name in ('out', 'err'))
        with out, err:
            self.process = self.space.start(WEIR, 'run', '-c', str(self.folder / 'weir.ini'), *args,
                                            stdout=out, stderr=err)

    def read(self, name):
        return (self.folder / name).read_text()

    def until_ready(self):
        def is_ready():
            assert self.process.poll() is None, self.read('err')
            return '\nready\n' in self.read('out')
        lab.wait_for(is_ready, 'weir run to be ready')

    def reload(self):
        """Has INI and lists read again; they are in force."""
        def generations():
            assert self.process.poll() is None, self.read('err')
            return self.read('err').count(' is in force: ')
        before = generations()
        self.signal(signal.SIGHUP)
        lab.wait_for(lambda: generations() > before, 'another generation to be in force')

    def ctl(self, *args):
        """What weirctl prints; needs `run_dir`. Nothing where no Weir answers."""
        done = subprocess.run([os.environ['WEIRCTL'], '-c', str(self.folder / 'weir.ini'), *args], timeout=lab.LIMIT,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        return done.stdout

    def signal(self, number):
        self.process.send_signal(number)

    def status(self):
        return json.loads(self.ctl('--json', 'status'))

    def wait(self):
        """Exit status; the program has left nothing behind."""
        status = self.process.wait(timeout=lab.LIMIT)
        assert not glob.glob(RUNTIME + self.prefix), 'runtime files are left'
        return status

    def end(self):
        """Ends it in good order; returns its counters, which obey the law."""
        self.signal(signal.SIGTERM)
        assert self.wait() == 0, self.read('err')
        assert 'had not counted as sent' not in self.read('out')
        return self.counters()

    def look(self):
        """The counters as they stand."""
        seen = self.read('out').count('refused by a device')
        self.signal(signal.SIGUSR1)
        lab.wait_for(lambda: self.read('out').count('refused by a device') > seen, 'a table')
        return self.counters(ended=False)

    def counters(self, ended=True):
        """The last table of packets by reason, held against the law of accounting once all has ended:
        a table in mid traffic is read while the lcores count."""
        text = self.read('out').rpartition('packets by reason:\n')[2]
        total = re.search(r'^ *(\d+)  received(?:, of these classified)? = passed (\d+) \+ answered (\d+) '
                          r'\+ dropped (\d+); sent (\d+), refused by a device (\d+)$', text, flags=re.M)
        reasons = {word: int(n) for n, word in
                   re.findall(r'^ *(\d+)  (\w+) +', text[:total.start()], flags=re.M)}
        numbers = dict(zip(('received', 'passed', 'answered', 'dropped', 'sent', 'refused'),
                           map(int, total.groups())))
        watched = re.search(r'^ *(\d+)  would have been sent', text, flags=re.M)
        numbers['watched'] = int(watched.group(1)) if watched else 0
        rings = re.search(r'^ *(\d+)  bypassed.* before classification (\d+), behind it (\d+); left in them '
                          r'at the end (\d+) and (\d+)$', text, flags=re.M)
        numbers.update(zip(('bypassed', 'lost_before', 'lost_behind', 'left_before', 'left_behind'),
                           map(int, rings.groups()) if rings else [0] * 5))
        if ended:
            self.hold_law(sum(reasons.values()), numbers)
        return {**reasons, **numbers}

    @staticmethod
    def hold_law(classified, n):
        """What was received has a reason, or went by a ring; what leaves was sent, or is counted."""
        assert n['received'] == classified + n['bypassed'] + n['lost_before'] + n['left_before']
        assert classified == n['passed'] + n['answered'] + n['dropped']
        assert n['passed'] + n['answered'] + n['bypassed'] == \
            n['sent'] + n['refused'] + n['watched'] + n['lost_behind'] + n['left_behind']

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        # EAL of a killed process leaves its files to the next one of the same prefix.
        shutil.rmtree(RUNTIME + self.prefix, ignore_errors=True)


class Bridge:
    """Two spaces joined by Weir alone: `eth0` of the near and of the far one."""

    def __init__(self, folder, near, far, kind, lcores='worker'):
        self.near, self.far, self.kind, self.lcores = near, far, kind, lcores
        self.middle = lab.Space()
        self.weir = Weir(folder, self.middle, '{}{}_{}'.format(PREFIX, os.getpid(), kind))
        self.links = {'lan': near, 'wan': far}
        self.label = '{}-{}'.format(kind.replace('_', '-'), lcores)  # of a name that is asked
        self.refused = 0  # by a tap that was on its way from here to there
        # The middle says nothing of its own: what leaves it, Weir sent.
        self.middle.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6')
        # The kernel takes the links of the last bridge away when it finds time for its namespace.
        for space in self.links.values():
            lab.wait_for(lambda space=space: space.run('ip', 'link', 'show', 'eth0').returncode != 0,
                         'the last eth0 to be gone')
        if kind != 'tap':
            for name, space in self.links.items():
                lab.join(space, 'eth0', self.middle, name)
            self.dress()

    def devargs(self):
        return [DEVICES[self.kind].format(n=n, link=name) for n, name in enumerate(self.links)]

    def ports(self):
        lan, wan = self.devargs()
        return '[port lan]\ndevice = {}\npeer = wan\nside = clients\n' \
               '[port wan]\ndevice = {}\npeer = lan\nside = servers\n'.format(lan, wan)

    def dress(self):
        """Gives both ends their addresses; each link is all the way to the other."""
        for space, (mac, v4, *v6) in ((self.near, NEAR), (self.far, FAR)):
            space.ip('link', 'set', 'eth0', 'down')
            space.ip('link', 'set', 'eth0', 'address', mac, 'addrgenmode', 'none')
            space.ip('link', 'set', 'eth0', 'up')
            space.ip('address', 'add', v4, 'dev', 'eth0')
            for address in v6:
                space.ip('address', 'add', address, 'dev', 'eth0', 'nodad')
        for gateway in (FAR[1], FAR[2]):
            self.near.ip('route', 'add', 'default', 'via', gateway.partition('/')[0])

    def move_taps(self):
        """A tap whose program is up goes where its users are."""
        for name, space in self.links.items():
            self.middle.ip('link', 'set', name, 'netns', space.path(), 'name', 'eth0')
        self.dress()

    def introduce(self):
        """Each end knows the other's address for good: under load the kernel gives up on a neighbour
        that does not answer within seconds, and loses what is for it."""
        for space, (mac, v4, *v6) in ((self.near, FAR), (self.far, NEAR)):
            for address in (v4, *v6):
                space.ip('neigh', 'replace', address.partition('/')[0], 'lladdr', mac, 'dev', 'eth0', 'nud',
                         'permanent')

    def start(self, *args, **kwargs):
        self.weir.configure(self.ports(), lcores=self.lcores, **kwargs)
        self.weir.start(*args)
        self.weir.until_ready()
        if self.kind == 'tap':
            self.move_taps()
            self.refused = self.look()['refused']
        return self.weir

    def look(self):
        return self.weir.look()

    @contextlib.contextmanager
    def forwarder(self):
        """In Weir's place dpdk-testpmd: what comes in at one port leaves at the other, untouched."""
        prefix, log = self.weir.prefix + '_pmd', self.weir.folder / 'testpmd'
        # Buffers that fill a page each: net_af_xdp loses those that lie behind a gap.
        command = ['dpdk-testpmd', '--no-huge', '-m', '256', '-n', '1', '--no-pci', '--no-telemetry',
                   '--file-prefix', prefix, '--lcores', '(0,1)@({})'.format(cpus())]
        for device in self.devargs():
            command += ['--vdev', device]
        command += ['--', '--forward-mode=io', '--auto-start', '--stats-period=1', '--mbuf-size=3904',
                    '--total-num-mbufs=16384']
        with open(log, 'wb') as file:
            process = self.middle.start(*command, stdout=file, stderr=file)
        try:
            def is_ready():
                assert process.poll() is None, log.read_text(errors='replace')
                return 'io packet forwarding' in log.read_text(errors='replace')
            lab.wait_for(is_ready, 'dpdk-testpmd to forward')
            if self.kind == 'tap':
                self.move_taps()
            self.introduce()
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=lab.LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            shutil.rmtree(RUNTIME + prefix, ignore_errors=True)

    def close(self):
        self.weir.close()
        self.middle.close()
