"""The guest: two NUMA nodes of two CPUs each, a NIC behind a bridge of each node, made by QEMU.

with Guest(archive, kernel) as guest:
    done = guest.run('weir-topo', '--json')     # done.status, done.out, done.err

Everything that it needs on the host hangs on file descriptors of this process, and QEMU dies with it.
"""
import base64
import collections
import ctypes
import os
import secrets
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time

from . import nets

QEMU = 'qemu-system-x86_64'
VIRTIO = 'virtio-net-pci,disable-legacy=on,iommu_platform=on,ats=on,romfile='
NICS = {'virtio': VIRTIO + ',rss=on', 'virtio-no-rss': VIRTIO,
        'e1000e': 'e1000e,romfile='}
MODULES = ['virtio_pci', 'virtio_console', 'virtio_net', 'vfio_iommu_type1', 'vfio_pci']
PR_SET_PDEATHSIG = 1

Done = collections.namedtuple('Done', 'status out err')
Settings = collections.namedtuple('Settings', 'memory_mb hugepages nic kvm shell boot_limit gigabytes',
                                  defaults=(2048, (256, 256), 'virtio', False, False, 90, (0, 0)))


class GuestError(Exception):
    """The guest did not do its part; the text ends with what its console said last."""


class NoBootError(GuestError):
    """The guest gave no sign of life within Settings.boot_limit seconds."""


def _kernel_arguments(settings):
    pages, gigabytes = (','.join('{}:{}'.format(*each) for each in enumerate(counts))
                        for counts in (settings.hugepages, settings.gigabytes))
    if any(settings.gigabytes):
        pages += ' hugepagesz=1G hugepages=' + gigabytes
    # Zeroing every hugepage at boot costs seconds; a panic ends QEMU (-no-reboot). On a busy host the
    # kernel's check of the timer fails and panics. Its tests of ciphers take time and were seen to spin
    # for ever while the other CPUs waited for theirs. Put where chance has it, the kernel at times left node 0
    # no gigabyte in one piece, and node 1 gave two.
    return ('console=ttyS0 quiet loglevel=4 panic=-1 tsc=reliable no_timer_check mitigations=off '
            'init_on_alloc=0 nokaslr cryptomgr.notests=1 intel_iommu=on hugepagesz=2M hugepages=' + pages)


def _machine(settings):
    half = settings.memory_mb // 2
    args = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot',
            '-M', 'q35,kernel-irqchip=split', '-m', str(half * 2),
            '-smp', '4,sockets=2,cores=2,threads=1',
            '-device', 'intel-iommu,intremap=on,caching-mode=on']
    args += ['-accel', 'kvm', '-cpu', 'host'] if settings.kvm else \
        ['-accel', 'tcg,thread=multi', '-cpu', 'max']
    for node in (0, 1):
        args += ['-object', 'memory-backend-ram,id=m{},size={}M'.format(node, half),
                 '-numa', 'node,nodeid={0},cpus={1}-{2},memdev=m{0}'.format(
                     node, node * 2, node * 2 + 1)]
    return args + ['-numa', 'dist,src=0,dst=1,val=21']


def _nics(settings, taps):
    args = []
    for node in (0, 1):
        # Both buses are far from 0, where the host bridge counts its own.
        args += ['-device', 'pxb-pcie,id=px{0},bus=pcie.0,numa_node={0},bus_nr={1}'.format(
                     node, 64 + 64 * node),
                 '-device', 'pcie-root-port,id=rp{0},bus=px{0},chassis={1},slot={1}'.format(
                     node, node + 1)]
        nic = '{},bus=rp{},mac=02:00:00:00:00:0{}'.format(NICS[settings.nic], node, node)
        if taps:
            args += ['-netdev', 'tap,id=net{},fds={}'.format(node, ':'.join(map(str, taps[node])))]
            nic += ',netdev=net{}'.format(node)
            if settings.nic != 'e1000e':
                nic += ',mq=on,vectors={}'.format(2 * len(taps[node]) + 2)
        args += ['-device', nic]
    return args


def _begun(data, end):
    """How many of the last octets of data could be the beginning of `end`."""
    return max(n for n in range(len(end)) if data.endswith(end[:n]))


class Guest:
    PORTS = ('agent', 'out', 'err')

    def __init__(self, archive, kernel, settings=Settings(), taps=(), console=None):
        """taps: for the NIC of each node the descriptors of its tap; console: where to copy the console to."""
        self._archive, self._kernel, self._settings = archive, kernel, settings
        self._taps, self._copy = list(taps), console
        self._begin()

    def _begin(self):
        self._said = b''
        self._got = dict.fromkeys(self.PORTS, b'')
        self._links = {}
        self._selector = selectors.DefaultSelector()
        self.qemu = None

    def __enter__(self):
        """A kernel under TCG hangs now and then while it boots: it is then booted once more."""
        try:
            try:
                self.start()
            except NoBootError as error:
                print('numa-vm: the guest hung at its boot, it is booted once more; it said:', error,
                      sep='\n', file=sys.stderr)
                self.kill()
                self._begin()
                for fd in sum(self._taps, []):
                    nets.attach(fd)
                self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        image = os.memfd_create('initramfs')
        with open(image, 'wb', closefd=False) as out:
            self._archive.write(out)
        theirs = [image, *sum(self._taps, [])]
        args = [QEMU, *_machine(self._settings), *_nics(self._settings, self._taps),
                '-kernel', str(self._kernel.image), '-initrd', '/proc/self/fd/{}'.format(image),
                '-append', _kernel_arguments(self._settings),
                '-device', 'virtio-serial-pci,bus=pcie.0,disable-legacy=on']
        for name in self.PORTS:
            ours, other = socket.socketpair()
            self._links[name] = ours
            self._selector.register(ours, selectors.EVENT_READ, name)
            theirs.append(other.detach())
            args += ['-chardev', 'socket,id={},fd={}'.format(name, theirs[-1]),
                     '-device', 'virtserialport,chardev={0},name={0}'.format(name)]
        try:
            self._spawn(args, theirs)
        finally:
            for fd in theirs:
                if not any(fd in taps for taps in self._taps):
                    os.close(fd)
        if not self._settings.shell:
            self._await('agent', b'ready\n', self._settings.boot_limit, NoBootError)

    def _spawn(self, args, fds):
        parent = os.getpid()

        def die_with_parent():
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        if self._settings.shell:
            args += ['-chardev', 'stdio,id=con,signal=off', '-serial', 'chardev:con']
            self.qemu = subprocess.Popen(args, pass_fds=fds, preexec_fn=die_with_parent)
            return
        args += ['-serial', 'stdio']
        self.qemu = subprocess.Popen(args, pass_fds=fds, preexec_fn=die_with_parent,
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT)
        self._selector.register(self.qemu.stdout, selectors.EVENT_READ, 'console')

    def run(self, *command, limit=120, sinks=(None, None)):
        """Runs a command: its words, or one string for the shell. sinks: files that get what it
        prints as it comes, instead of .out and .err."""
        text = command[0] if len(command) == 1 else shlex.join(command)
        mark = secrets.token_hex(16)
        line = '{} {}\n'.format(mark, base64.b64encode(text.encode()).decode())
        self._links['agent'].sendall(line.encode())
        until = time.monotonic() + limit
        end = mark.encode() + b'\n'
        streams = {}
        while len(streams) < 2:
            for name, sink in zip(('out', 'err'), sinks):
                if name not in streams and self._got[name].endswith(end):
                    streams[name] = self._take(name)[:-len(end)]
                    self._hand(sink, streams[name])
                elif name not in streams and sink is not None:
                    self._hand(sink, self._take(name, keep=_begun(self._got[name], end)))
            if len(streams) < 2:
                self._pump(until, text)
        status = self._await('agent', b'\n', until - time.monotonic()).split()
        if status[0] != mark.encode():
            raise self._error('the guest answered out of turn')
        return Done(int(status[1]), streams['out'].decode(errors='replace'),
                    streams['err'].decode(errors='replace'))

    def shell(self):
        """Waits for the end of the shell on the console (Settings.shell); its status."""
        while self._pump(None, 'the shell'):
            pass
        found = self._got['agent'].split()
        if self.qemu.wait() != 0 or len(found) != 2 or found[0] != b'shell':
            raise self._error('the guest ended before its shell')
        return int(found[1])

    def has_crashed(self):
        """Whether QEMU itself was ended by a signal that we did not send."""
        try:
            return self.qemu.wait(10) < 0
        except subprocess.TimeoutExpired:
            return False

    def kill(self):
        if self.qemu is not None:
            self.qemu.kill()
            self.qemu.wait()
            if self.qemu.stdout is not None:
                self.qemu.stdout.close()
        for link in self._links.values():
            link.close()
        self._links = {}
        self._selector.close()

    def _take(self, name, keep=0):
        data = self._got[name]
        cut = max(len(data) - keep, 0)
        self._got[name] = data[cut:]
        return data[:cut]

    @staticmethod
    def _hand(sink, data):
        if sink is not None and data:
            sink.write(data)
            sink.flush()

    def _await(self, name, end, limit, late=GuestError):
        until = time.monotonic() + limit
        while end not in self._got[name]:
            self._pump(until, 'a sign of life', late)
        line, _, self._got[name] = self._got[name].partition(end)
        return line

    def _pump(self, until, what, late=GuestError):
        """Takes in what the guest says; False when it has ended (an error where more is wanted). late:
        the error when it is past `until`."""
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise self._error('no end in time: {}'.format(what), late)
        for key, _ in self._selector.select(left):
            data = os.read(key.fd, 65536)
            if not data:
                self._selector.unregister(key.fileobj)
                if key.data == 'agent' or not self._selector.get_map():
                    if until is None:
                        return False
                    raise self._error('the guest ended during: {}'.format(what))
            elif key.data == 'console':
                self._said = (self._said + data)[-65536:]
                self._hand(self._copy, data)
            else:
                self._got[key.data] += data
        return True

    def _error(self, sentence, kind=GuestError):
        said = self._said.decode(errors='replace').strip().splitlines()[-40:]
        return kind('\n'.join([sentence, *said]))


def has_qemu():
    return shutil.which(QEMU) is not None
