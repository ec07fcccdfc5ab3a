# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Queries at a constant rate over one flow, each for a name of its own, and what became of each."""
import select
import socket
import struct
import threading
import time

import dns.message
import dns.rcode

import lab

PORT = 53
HEADER = struct.Struct('!HHHHHH')
RECURSE, ONE = 0x0100, (1, 0, 0, 0)
QTYPE_A, CLASS_IN = 1, 1
FLYING = 100  # of the last second: fewer than the server's socket holds when it does not get its turn


class Query:
    """One that was asked; `wire` is its answer, or None."""

    def __init__(self, owner):
        self.owner, self.at, self.wire = owner, time.monotonic(), None

    def said(self):
        """The addresses of the answer, or its code where there are none, or None."""
        if self.wire is None:
            return None
        message = dns.message.from_wire(self.wire)
        found = [str(item) for rrset in message.answer for item in rrset]
        return found[0] if found else dns.rcode.to_text(message.rcode())


class Stream:
    """Asks n.OWNER.names.test with n from 0 while it is entered, the owners in turn."""

    def __init__(self, space, server, owners, rate):
        self.owners, self.pause = owners, 1 / rate
        self.asked = []  # by n; this thread's and, once that has ended, everybody's
        self.answered = 0  # written by the thread alone
        self.tails = {owner: b''.join(bytes([len(label)]) + label.encode()
                                      for label in (owner, 'names', 'test')) + b'\0' for owner in owners}
        self.socket = space.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.socket.setblocking(False)
        self.server = (server, PORT)
        self.is_ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _ask(self):
        n, owner = len(self.asked), self.owners[len(self.asked) % len(self.owners)]
        label = str(n).encode()
        wire = HEADER.pack(n & 0xffff, RECURSE, *ONE) + bytes([len(label)]) + label + self.tails[owner] + \
            struct.pack('!HH', QTYPE_A, CLASS_IN)
        self.asked.append(Query(owner))
        try:
            self.socket.sendto(wire, self.server)
        except OSError:
            pass  # a link is away: a query that gets no answer

    def _receive(self, seconds):
        """What comes within so many seconds. An answer that we did not ask for is none."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return
        try:
            wire = self.socket.recv(4096)
        except OSError:
            return  # what ICMP said of a link that is away
        n = int(wire[13:13 + wire[12]])
        if self.asked[n].wire is None and HEADER.unpack(wire[:12])[0] == n & 0xffff:
            self.asked[n].wire = wire
            self.answered += 1

    def _is_full(self):
        recent = self.asked[-FLYING:]
        return len(recent) == FLYING and time.monotonic() - recent[0].at < 1 and \
            all(query.wire is None for query in recent)

    def _run(self):
        due = time.monotonic()
        while not self.is_ending.is_set():
            self._receive(max(0.001, due - time.monotonic()))
            now = time.monotonic()
            if now < due or self._is_full():
                continue
            self._ask()
            # A thread that did not get its turn does not make up for it in a burst.
            due = max(due + self.pause, now - self.pause)
        end = time.monotonic() + lab.LIMIT
        while time.monotonic() < end and any(query.wire is None for query in self.asked[-FLYING:]):
            self._receive(0.1)

    def go_on(self, answers):
        """Until so many answers more have come."""
        before = self.answered
        lab.wait_for(lambda: self.answered >= before + answers, 'answers to a stream of queries')

    def lost(self, owner):
        """The numbers, among those of an owner, of queries that got no answer."""
        mine = [query for query in self.asked if query.owner == owner]
        return [n for n, query in enumerate(mine) if query.wire is None]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_ending.set()
        self.thread.join()
        self.socket.close()
