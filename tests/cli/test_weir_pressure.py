# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run where something does not keep up: a device that takes no more, a pool that is empty. Frames come by a
FIFO, so that not one is there before the test wants it; they leave into a ring whose reader, another lcore, is
stopped by ptrace. What then happens is counted to the frame, and over when the reader goes on."""
import os
import re
import signal
import subprocess
import time

import captures
import dns.edns
import dns.message
import pytest
import stall

WEIR = os.environ['WEIR']
OK = 0
PREFIX = 'weir_cli_pressure_%d' % os.getpid()
RING = 1023  # what a ring of net_ring holds
POOL = 900  # mbufs: fewer than that
READER = 4
# The lcores that do the work; the reader has the ring's port, and no part in what is pressed.
MAPS = {
    'worker': f'[lcore 1]\nports = in\n[lcore {READER}]\nports = ring\n',
    'pipeline': '[lcore 1]\nrole = rx\nports = in\nfeeds = 2\n[lcore 2]\nrole = classify\nfeeds = 3\n'
                f'[lcore 3]\nrole = tx\nports = in, ring\n[lcore {READER}]\nports = ring\n',
}


class Run:
    """in -> ring -> (the reader) -> in, which is no further than its output file."""

    def __init__(self, path, lcores, pool, slots=128):
        cpus = sorted(os.sched_getaffinity(0))
        where = ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(READER + 1))
        os.mkfifo(path / 'in.fifo')
        # Both ends, so that the reader's open does not wait for this one's; the header is there at once.
        self.fifo = os.fdopen(os.open(path / 'in.fifo', os.O_RDWR), 'wb', buffering=0)
        self.fifo.write(captures.pcap([]))
        (path / 'ads.txt').write_text('ads.test\n')
        (path / 'weir.ini').write_text(
            '[weir]\nnuma = ignore\nidle = adaptive\nwatchdog = 0\nstate_dir =\nuntil_ready = wait\nlink_wait = 0\n'
            f'[eal]\nhugepages = no\nfile_prefix = {PREFIX}\nlcores = {where}\n{pool}'
            f'[ring]\nsize = {slots}\nburst = 1\n'  # a burst of several would wait for the last in the FIFO
            '[port in]\ndevice = net_pcap0,rx_pcap=in.fifo,tx_pcap=out0.pcap,tx_pcap=out1.pcap\n'
            'peer = ring\nside = clients\nrx_desc = 32\ntx_desc = 32\n'
            '[port ring]\ndevice = net_ring0\npeer = in\nside = servers\nrx_desc = 32\ntx_desc = 32\n'
            '[list ads]\npath = ads.txt\nformat = domains\n' + MAPS[lcores])
        self.path, self.said = path, b''
        self.out, self.err = open(path / 'out', 'w+b'), open(path / 'err', 'w+b')
        self.process = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1'], cwd=path,
                                        stdout=self.out, stderr=self.err)
        self.wait_for(lambda: '\nready\n' in self.read())
        self.stopped = stall.Stall(self.process.pid, READER)

    def read(self):
        return (self.path / 'out').read_text() + (self.path / 'err').read_text()

    def wait_for(self, condition, seconds=60):
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit and self.process.poll() is None, self.read()[-3000:]
            time.sleep(0.02)

    def feed(self, frames):
        """More than the FIFO holds waits here until it is read."""
        self.fifo.write(captures.pcap(frames)[24:])

    def feed_slowly(self, frames, times=1):
        """Not more at once than the rings between lcores hold; each is sent so many times."""
        for i in range(0, len(frames), 100):
            before = sum(self.look())
            self.feed(frames[i:i + 100])
            after = before + len(frames[i:i + 100]) * times
            self.wait_for(lambda after=after: sum(self.look()) == after)

    def look(self):
        """How many have been sent and refused by devices, now."""
        line = re.compile(r'; sent (\d+), refused by a device (\d+)$', flags=re.M)
        seen = len(line.findall(self.read()))
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for(lambda: len(line.findall(self.read())) > seen)
        return list(map(int, line.findall(self.read())[-1]))

    def table(self):
        """The last one of --stats that is whole: totals and reasons by word, ports by name."""
        found = re.findall(r'^after .*?\n\n', self.read(), flags=re.M | re.S)
        if not found:
            return {}, {}
        totals = {word: int(n) for n, word in re.findall(r'^ +(\d+)  (\S.*?)  +\S+/s$', found[-1], flags=re.M)}
        ports = {name: list(map(int, cells.split())) for name, cells in
                 re.findall(r'^(in|ring) +([\d ]+)$', found[-1], flags=re.M)}
        words = 'rx', 'tx', 'missed', 'errors', 'no_mbuf', 'tx_err', 'refused', 'mbufs', 'free'
        return totals, {name: dict(zip(words, cells)) for name, cells in ports.items()}

    def until(self, condition):
        """Waits for a table of which condition(totals, ports) is true; returns it."""
        self.wait_for(lambda: self.table()[0] and condition(*self.table()))
        return self.table()

    def end(self):
        """The last counters, which obey the law: else the program fails."""
        self.fifo.close()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == OK, self.read()[-3000:]
        text = self.read().rpartition('packets by reason:\n')[2]
        received, passed, answered, dropped, sent, refused = map(int, re.search(
            r'(\d+)  received.* = passed (\d+) \+ answered (\d+) \+ dropped (\d+); sent (\d+), refused by a '
            r'device (\d+)', text).groups())
        assert received == passed + answered + dropped and passed + answered == sent + refused, text
        ports = {row[0]: list(map(int, row[1:])) for row in
                 (line.split() for line in re.findall(r'^(?:in|ring) .*', text, flags=re.M))}
        assert [cells[-3:] for cells in ports.values()] == [[0, 0, 0], [refused, 0, 0]] and not re.search(r'bypassed [^u]', text)
        reasons = {word: int(n) for n, word in re.findall(r'^ +(\d+)  ([a-z_]+)  ', text, flags=re.M)}
        return received, sent, refused, ports, reasons

    def close(self):
        self.process.kill()
        self.stopped.reap()
        self.process.wait()
        for file in (self.fifo, self.out, self.err):
            file.close()


@pytest.fixture
def start(tmp_path):
    runs = []

    def make(*args, **kwargs):
        runs.append(Run(tmp_path, *args, **kwargs))
        return runs[-1]
    yield make
    for one in runs:
        one.close()
    assert not os.path.exists('/run/dpdk/' + PREFIX)


def queries(n, first=0, name='ok.test'):
    return [captures.query(name, ident=first + i, src=f'192.0.2.{i % 200 + 1}') for i in range(n)]


@pytest.mark.parametrize('lcores', MAPS)
def test_what_a_device_does_not_take_is_counted_and_the_rest_goes_on(start, lcores):
    run = start(lcores, '[pool]\nmbufs = 16384\n', slots=4096)
    run.feed(queries(3000))
    # The lcore that sends has not waited for the ring: all came, each was sent or counted.
    run.until(lambda totals, ports: totals.get('received') == 3000 and
              totals['sent'] + totals.get('refused by devices', 0) == 3000)
    totals, ports = run.table()
    assert totals['sent'] == RING and ports['ring']['refused'] == totals['refused by devices'] == 3000 - RING
    assert ports['in']['no_mbuf'] == 0
    run.stopped.end()
    run.until(lambda totals, ports: totals['received'] == 3000 + RING)  # and what the reader has read
    run.feed(queries(500))
    run.until(lambda totals, ports: totals['received'] == 3000 + RING + 1000)
    received, sent, refused, ports, reasons = run.end()
    assert (received, sent, refused) == (4000 + RING, 1000 + 2 * RING, 3000 - RING)
    assert reasons == {'passed': 3500, 'wrong_side': RING + 500}  # what the ring's port reads is no client's


@pytest.mark.parametrize('lcores', MAPS)
def test_an_empty_pool_is_counted_and_fills_again(start, lcores):
    run = start(lcores, f'[pool]\nmbufs = {POOL}\ncache = 0\n')
    run.feed_slowly(queries(POOL))
    run.feed(queries(100, POOL))
    totals, ports = run.until(lambda totals, ports: ports['in']['no_mbuf'] == 100)
    assert (ports['in']['free'], ports['in']['mbufs'], ports['in']['rx']) == (0, POOL, POOL)
    assert totals['received'] == POOL
    run.stopped.end()
    run.until(lambda totals, ports: ports['in']['free'] == POOL)
    run.feed_slowly(queries(300, 1000), times=2)
    totals, ports = run.until(lambda totals, ports: totals['received'] == 2 * (POOL + 300))
    assert ports['in']['free'] == POOL
    received, sent, refused, ports, _ = run.end()
    assert (received, sent, refused) == (2 * (POOL + 300), 2 * (POOL + 300), 0)
    assert ports['in'][4] == 100  # of what came, these alone were lost


def long_query(octets):
    message = dns.message.make_query('ads.test', 'A', payload=1232, pad=0,
                                     options=[dns.edns.GenericOption(65001, bytes(octets))])
    return captures.over(message.to_wire())


def test_an_answer_for_which_there_is_no_mbuf_has_a_reason(start):
    """The query fills the last two mbufs; its answer, in one piece, would want another."""
    run = start('worker', f'[pool]\nmbufs = {POOL}\ncache = 0\ndata_room = 1024\n')
    run.feed(queries(POOL - 2))
    run.until(lambda totals, ports: totals['received'] == POOL - 2)
    run.feed([long_query(1100)])
    totals, ports = run.until(lambda totals, ports: totals['received'] == POOL - 1)
    assert totals['dropped_no_mbuf'] == totals['dropped'] == 1
    assert (ports['in']['free'], ports['in']['no_mbuf']) == (2, 0)
    run.stopped.end()
    run.until(lambda totals, ports: ports['in']['free'] == POOL)
    run.feed([long_query(1100)])
    run.until(lambda totals, ports: totals.get('answered_nxdomain') == 1)
    assert run.end()[:3] == (2 * (POOL - 2) + 2, 2 * (POOL - 2) + 1, 0)
