# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Network namespaces without names, and what runs in them.

A namespace lives as long as its file descriptor here and the processes in it, and each process is
killed when this one ends: nothing is left behind, however a test ends.
"""
import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING = 263, 8, 23
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 1 << 4, 1 << 6
LIBC = ctypes.CDLL(None, use_errno=True)
# Seconds for what takes well below one where the machine does nothing else.
LIMIT = 120


def wait_for(condition, what):
    """The first true value of condition(), within the limit."""
    end = time.monotonic() + LIMIT
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, 'waited {} s in vain for {}'.format(LIMIT, what)
        time.sleep(0.02)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Space:
    """A namespace with `lo` up."""

    def __init__(self):
        self.fd = None
        self.processes = []
        self.fd = self._in_thread(self._make)
        self.ip('link', 'set', 'lo', 'up')

    @staticmethod
    def _in_thread(function):
        """What function() returns. A namespace is entered by a thread, which ends with it."""
        result = {}

        def body():
            try:
                result['value'] = function()
            except OSError as error:
                result['error'] = error

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if 'error' in result:
            raise result['error']
        return result['value']

    @staticmethod
    def _make():
        if LIBC.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'no network namespace may be made')
        return os.open('/proc/thread-self/ns/net', os.O_RDONLY)

    def call(self, function):
        """What function() returns when it runs inside: a socket stays where it was made."""
        def body():
            if LIBC.setns(self.fd, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), 'the namespace cannot be entered')
            return function()
        return self._in_thread(body)

    def path(self):
        """For `ip link set … netns`."""
        return '/proc/{}/fd/{}'.format(os.getpid(), self.fd)

    def command(self, *args):
        return ['nsenter', '--net=/proc/self/fd/{}'.format(self.fd), '--', *args]

    def run(self, *args, timeout=LIMIT, **kwargs):
        """Runs inside; returns the finished process with its output as text. That goes to a file: where
        more threads poll than there are CPUs, one that writes into a pipe may wait for seconds."""
        with tempfile.TemporaryFile('w+') as file:
            done = subprocess.run(self.command(*args), pass_fds=(self.fd,), timeout=timeout, stdout=file,
                                  stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  preexec_fn=die_with_parent, check=False, **kwargs)
            file.seek(0)
            done.stdout = file.read()
        return done

    def ip(self, *args):
        done = self.run('ip', *args)
        assert done.returncode == 0, 'ip {}: {}'.format(' '.join(args), done.stdout)
        return done.stdout

    def start(self, *args, **kwargs):
        process = subprocess.Popen(self.command(*args), pass_fds=(self.fd,), text=True,
                                   stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, **kwargs)
        self.processes.append(process)
        return process

    def counter(self, link, name):
        """What the kernel counted at a link: rx_packets, tx_packets ..."""
        words = self.ip('-s', '-o', 'link', 'show', link).replace('\\', ' ').split()
        at = words.index({'rx': 'RX:', 'tx': 'TX:'}[name[:2]])
        columns = words[at + 1:]
        width = next(i for i, word in enumerate(columns) if word.isdigit())
        return int(columns[width + columns.index(name[3:])])

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.processes = []
        if self.fd is not None:
            os.close(self.fd)
        self.fd = None


def join(a, a_link, b, b_link):
    """A veth pair between two spaces, up, without offloads: packets then bear whole checksums. It has
    one queue, as an AF_XDP socket sees no other than its own."""
    one = ['numrxqueues', '1', 'numtxqueues', '1']
    a.ip('link', 'add', a_link, *one, 'type', 'veth', 'peer', 'name', b_link, *one, 'netns', b.path())
    for space, link in ((a, a_link), (b, b_link)):
        done = space.run('ethtool', '-K', link, 'tx', 'off', 'rx', 'off', 'gro', 'off', 'gso', 'off',
                         'tso', 'off', 'txvlan', 'off', 'rxvlan', 'off')
        assert done.returncode == 0, done.stdout
        space.ip('link', 'set', 'dev', link, 'addrgenmode', 'none', 'up')


class Tap:
    """Reads and writes whole frames at a link, tags as they were."""

    def __init__(self, space, link, outgoing=False):
        self.socket = space.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, int(not outgoing))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
        self.socket.bind((link, ETH_P_ALL))
        self.socket.settimeout(0.1)

    def send(self, frame):
        self.socket.send(frame)

    def _receive(self):
        frame, ancillary, _, _ = self.socket.recvmsg(65536, 256)
        for level, kind, data in ancillary:
            if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                continue
            status, _, _, _, _, tci, tpid = struct.unpack('=IIIHHHH', data[:20])
            if status & TP_STATUS_VLAN_VALID:
                if not status & TP_STATUS_VLAN_TPID_VALID:
                    tpid = 0x8100
                frame = frame[:12] + struct.pack('!HH', tpid, tci) + frame[12:]
        return frame

    def until(self, wanted, seconds=LIMIT):
        """The frames up to one for which wanted(frame) is true, that one last."""
        end = time.monotonic() + seconds
        seen = []
        while time.monotonic() < end:
            with contextlib.suppress(socket.timeout):
                seen.append(self._receive())
                if wanted(seen[-1]):
                    return seen
        raise AssertionError('the frame did not come; {} others did'.format(len(seen)))

    def close(self):
        self.socket.close()
