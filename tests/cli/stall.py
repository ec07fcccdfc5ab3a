# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Stops one thread of a program: SIGSTOP would stop all of it, ptrace(2) takes one."""
import ctypes
import glob
import os

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def thread_of(pid, lcore):
    """The thread that EAL has named after an lcore."""
    for path in glob.glob('/proc/%d/task/*/comm' % pid):
        with open(path, encoding='ascii') as file:
            if file.read().strip() in ('lcore-worker-%d' % lcore, 'rte-worker-%d' % lcore):
                return int(path.split('/')[4])
    raise AssertionError('no thread of lcore %d' % lcore)


def ptrace(request, tid):
    if libc.ptrace(request, tid, None, None) < 0:
        raise OSError(ctypes.get_errno(), 'ptrace %#x' % request)


class Stall:
    """A thread that stands still while this lives; one thread of the test has all to do with it."""

    def __init__(self, pid, lcore):
        self.tid = thread_of(pid, lcore)
        ptrace(SEIZE, self.tid)
        ptrace(INTERRUPT, self.tid)
        os.waitpid(self.tid, WALL)

    def end(self):
        ptrace(DETACH, self.tid)

    def reap(self):
        """Waits until the thread has died with its program: who traces it has to. Fine after end()."""
        try:
            os.waitpid(self.tid, WALL)
        except ChildProcessError:
            pass
