"""Two network namespaces without names, each with a tap that is one end of a guest's NIC.

They live as long as the file descriptors here: nothing is left behind, however the program ends.
"""
import concurrent.futures
import ctypes
import errno
import fcntl
import os
import socket
import struct
import subprocess

CLONE_NEWNET = 0x40000000
TUNSETIFF, TUNSETQUEUE = 0x400454CA, 0x400454D9
IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE, IFF_ATTACH_QUEUE = 0x0002, 0x1000, 0x0100, 0x0200
QUEUES = 2  # of a tap: a NIC can then have as many for the two lcores that send by it


def _in_thread(function, *args):
    """Calls it in a thread that ends with it: namespaces are entered by a thread for itself."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args).result()


def _switch(call, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, call)(*args) != 0:
        raise OSError(ctypes.get_errno(), '{}: {}'.format(call, os.strerror(ctypes.get_errno())))


def attach(fd):
    """Switches a queue of a tap on again that a QEMU switched off and left so."""
    try:
        fcntl.ioctl(fd, TUNSETQUEUE, struct.pack('16sH22x', b'', IFF_ATTACH_QUEUE))
    except OSError as error:
        if error.errno != errno.EINVAL:  # it was on
            raise


class Namespace:
    """A namespace with the tap `tap0`, up, bearing the addresses given; `taps`: its queues."""

    def __init__(self, mac, addresses):
        self.fd = None
        self.taps = []
        try:
            _in_thread(self._make, mac, addresses)
        except Exception:
            self.close()
            raise

    def _make(self, mac, addresses):
        _switch('unshare', CLONE_NEWNET)
        self.fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        for _ in range(QUEUES):
            self.taps.append(os.open('/dev/net/tun', os.O_RDWR))
            # Without a header for offloads the kernel hands over whole frames, checksums and all.
            fcntl.ioctl(self.taps[-1], TUNSETIFF, struct.pack(
                '16sH22x', b'tap0', IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE))
        self._ip('link', 'set', 'lo', 'up')
        # No address of its own choosing, so nothing is sent that a test did not ask for.
        self._ip('link', 'set', 'tap0', 'address', mac, 'addrgenmode', 'none', 'up')
        for address in addresses:
            self._ip('address', 'add', address, 'dev', 'tap0', *['nodad'] * (':' in address))

    @staticmethod
    def _ip(*args):
        subprocess.run(['ip', *args], check=True, timeout=30)

    def command(self, *args):
        """How `args` is run inside: pass this to subprocess, with pass_fds=(self.fd,)."""
        return ['nsenter', '--net=/proc/self/fd/{}'.format(self.fd), '--', *args]

    def socket(self, family, kind):
        """A socket of the namespace, for any thread."""
        def make():
            _switch('setns', self.fd, CLONE_NEWNET)
            return socket.socket(family, kind)
        return _in_thread(make)

    def run(self, *args, **kwargs):
        return subprocess.run(self.command(*args), pass_fds=(self.fd,), **kwargs)

    def close(self):
        for fd in [self.fd, *self.taps]:
            if fd is not None:
                os.close(fd)
        self.fd, self.taps = None, []


CLIENTS = ('02:00:00:00:0c:01', ['192.0.2.1/24', '2001:db8::1/64'])
SERVERS = ('02:00:00:00:0c:02', ['192.0.2.2/24', '2001:db8::2/64'])


def make():
    """The clients' namespace, at the NIC of node 0, and the servers', at that of node 1."""
    clients = Namespace(*CLIENTS)
    try:
        return clients, Namespace(*SERVERS)
    except Exception:
        clients.close()
        raise
