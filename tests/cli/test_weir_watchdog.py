# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The watchdog of weir run: one thread of it is stopped by ptrace, and what then happens is measured."""
import glob
import os
import re
import select
import signal
import subprocess
import time

import captures
import pytest
import stall

WEIR = os.environ['WEIR']
OK, FAILURE = 0, 1
PREFIX = 'weir_cli_dog_%d' % os.getpid()
LIMIT_S = 2
LATE_S = 20  # what a machine that is used by others may add
WORKER = '[lcore 1]\nports = lan, wan\n'
PIPELINE = '''[lcore 1]
role = rx
ports = lan, wan
feeds = 2-3
[lcore 2]
role = classify
feeds = 4
[lcore 3]
role = classify
feeds = 4
[lcore 4]
role = tx
ports = lan, wan
'''


class Run:
    """weir run on a capture that comes over and over; what it says comes in lines."""

    def __init__(self, path, lcores, weir='', watchdog='%dms' % (LIMIT_S * 1000)):
        cpus = sorted(os.sched_getaffinity(0))
        where = ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(5))
        frames = [captures.query('ok.test', src=f'192.0.2.{i % 200 + 1}') for i in range(400)]
        (path / 'in.pcap').write_bytes(captures.pcap(frames))
        (path / 'weir.ini').write_text(
            f'[weir]\nnuma = ignore\nstate_dir =\nidle = adaptive\nwatchdog = {watchdog}\n{weir}'
            f'[eal]\nhugepages = no\nfile_prefix = {PREFIX}\nlcores = {where}\n'
            '[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,infinite_rx=1\nside = clients\n'
            f'[port wan]\ndevice = net_null0,no-rx=1\nside = servers\n{lcores}')
        self.out = open(path / 'out', 'w+', encoding='utf-8')
        self.process = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1'], cwd=path,
                                        stdout=self.out, stderr=subprocess.PIPE, bufsize=0)
        self.said = ''
        self.stalls = []
        self.heard = 0
        self.wait_for(lambda: re.search(r'^ +[1-9]\d*  received', self.read(), flags=re.M))

    def read(self):
        self.out.seek(0)
        return self.out.read()

    def wait_for(self, condition, seconds=60):
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit and self.process.poll() is None, self.said + self.read()
            time.sleep(0.05)

    def hear(self, words):
        """The next line on standard error that has these words in it, and how long it took to come."""
        begin = time.monotonic()
        while time.monotonic() - begin < LIMIT_S + LATE_S:
            for line in self.unheard():
                if words in line:
                    return line, time.monotonic() - begin
            if select.select([self.process.stderr], [], [], 0.1)[0]:
                more = os.read(self.process.stderr.fileno(), 65536).decode()
                assert more, self.said
                self.said += more
        raise AssertionError(self.said)

    def unheard(self):
        while '\n' in self.said[self.heard:]:
            begin, self.heard = self.heard, self.said.index('\n', self.heard) + 1
            yield self.said[begin:self.heard]

    def end(self):
        """Ends it in good order: the last counters."""
        self.process.send_signal(signal.SIGTERM)
        self.said += self.process.communicate(timeout=60)[1].decode()
        assert self.process.returncode == OK, self.said
        return self.read().rpartition('packets by reason:')[2]

    def stall(self, lcore):
        self.stalls.append(stall.Stall(self.process.pid, lcore))
        return self.stalls[-1]

    def close(self):
        self.process.kill()
        for one in self.stalls:
            one.reap()
        self.process.wait()
        self.out.close()


@pytest.fixture
def start(tmp_path):
    runs = []

    def make(*args, **kwargs):
        runs.append(Run(tmp_path, *args, **kwargs))
        return runs[-1]
    yield make
    for one in runs:
        one.close()
    assert not glob.glob('/run/dpdk/' + PREFIX)


def test_a_stalled_classify_lcore_is_gone_round_until_it_is_back(start):
    run = start(PIPELINE)
    stopped = run.stall(2)
    line, late = run.hear('lcore 2 (classify) has had no turn for ')
    assert re.search(r'for [\d.]+ s: stage: [a-z ]+; its packets pass unclassified until it is back$', line)

    # Packets go round it: its ring takes none, and tx sends on.
    def numbers():
        table = re.findall(r'^after .*?\n\n', run.read(), flags=re.M | re.S)[-1]
        return [int(re.search(rf'^ +(\d+)  {word} ', table, flags=re.M).group(1))
                for word in ('sent', 'bypassed unclassified')]
    seen = run.read().count('\nafter ')
    run.wait_for(lambda: run.read().count('\nafter ') >= seen + 2)
    before = numbers()
    run.wait_for(lambda: numbers()[0] > before[0] and numbers()[1] > before[1])
    assert re.search(r'^ +2 classify STALLED', run.read(), flags=re.M)
    stopped.end()
    line, _ = run.hear('lcore 2 (classify) is back after ')
    passed_by = int(re.search(r'meanwhile: (\d+)$', line).group(1))
    assert passed_by > 0
    print(f'reported {late:.3f} s after the stop, watchdog = {LIMIT_S} s; passed unclassified: {passed_by}')
    counters = run.end()
    received, sent = map(int, re.search(r'(\d+)  received.*; sent (\d+), refused by a device 0',
                                        counters).groups())
    bypassed, before, behind, *left = map(int, re.search(
        r'(\d+)  bypassed.*classification (\d+), behind it (\d+); left.* (\d+) and (\d+)', counters).groups())
    assert left == [0, 0]
    assert received == sent + before + behind and bypassed >= passed_by


@pytest.mark.parametrize('lcores, lcore, role', [
    (WORKER, 1, 'worker'), (PIPELINE, 1, 'rx'), (PIPELINE, 4, 'tx')])
def test_a_stalled_lcore_is_reported_and_accounts_for_all_when_it_is_back(start, lcores, lcore, role):
    run = start(lcores)
    stopped = run.stall(lcore)
    line, late = run.hear(f'lcore {lcore} ({role}) has had no turn for ')
    assert line.endswith('; its queues and rings wait until it is back\n')
    stopped.end()
    run.hear(f'lcore {lcore} ({role}) is back after ')
    print(f'{role}: reported {late:.3f} s after the stop, watchdog = {LIMIT_S} s')
    run.end()


def unaccounted(table):
    """Of the last counters, packets that were received and have no fate, and packets to be sent of which nobody
    says what became: what an lcore that did not end has in hand."""
    total = re.search(r'^ *(\d+)  received.* = passed (\d+) \+ answered (\d+) \+ dropped \d+; sent (\d+), '
                      r'refused by a device (\d+)$', table, flags=re.M)
    received, passed, answered, sent, refused = map(int, total.groups())
    reasons = sum(int(n) for n in re.findall(r'^ *(\d+)  \w+ +', table[:total.start()], flags=re.M))
    rings = re.search(r'^ *(\d+)  bypassed.* before classification (\d+), behind it (\d+); left in them at the end '
                      r'(\d+) and (\d+)$', table, flags=re.M)
    bypassed, before, behind, left_in, left_out = map(int, rings.groups()) if rings else [0] * 5
    return (received - reasons - bypassed - before - left_in,
            passed + answered + bypassed - sent - refused - behind - left_out), left_in


def assert_all_but_a_burst(table, burst=32):
    missing, left_in = unaccounted(table)
    print('not accounted for: before classification %d, behind it %d' % missing)
    assert -burst <= missing[0] <= burst and -burst <= missing[1] <= burst, table
    return left_in


def test_a_stop_without_a_lcore_accounts_for_all_that_it_has_not_in_hand(start):
    run = start(PIPELINE, weir='drain_limit = 1s\n')
    stopped = run.stall(2)
    run.hear('lcore 2 (classify) has had no turn for ')
    run.process.send_signal(signal.SIGTERM)
    line, _ = run.hear('weir run: lcore 2 did not end within')
    assert line.endswith(' ms: what it has in hand, 32 packets at most, is not accounted for\n')
    stopped.reap()
    assert run.process.wait(60) == FAILURE
    left_in = assert_all_but_a_burst(run.read().rpartition('packets by reason:')[2])
    assert left_in > 32  # its ring was full


@pytest.mark.parametrize('lcores, lcore, role', [(WORKER, 1, 'worker'), (PIPELINE, 4, 'tx')])
def test_the_watchdog_ends_the_run_where_it_is_told_to(start, lcores, lcore, role):
    run = start(lcores, weir='watchdog_action = exit\n')
    begin = time.monotonic()
    stopped = run.stall(lcore)
    line, late = run.hear(f'lcore {lcore} ({role}) has had no turn for ')
    assert line.endswith('; [weir] watchdog_action = exit ends the run\n')
    # It waits for the others, and for this one a moment: then it goes without it.
    run.hear(f'weir run: lcore {lcore} did not end within')
    stopped.reap()
    assert run.process.wait(60) == FAILURE
    print(f'{role}: reported after {late:.3f} s, ended {time.monotonic() - begin:.3f} s after the stop')
    assert_all_but_a_burst(run.read().rpartition('packets by reason:')[2])


def test_a_stall_that_is_over_while_the_run_ends_is_the_reason_all_the_same(start):
    run = start(WORKER, weir='watchdog_action = exit\n')
    stopped = run.stall(1)
    run.hear('lcore 1 (worker) has had no turn for ')
    stopped.end()
    out = run.said + run.process.communicate(timeout=60)[1].decode()
    assert run.process.returncode == FAILURE
    assert 'weir run: ended by the watchdog: lcore 1 had stalled\n' in out


def test_without_a_watchdog_nothing_is_said(start):
    run = start(WORKER, watchdog='0')
    stopped = run.stall(1)
    seen = run.read().count('\nafter ')
    run.wait_for(lambda: run.read().count('\nafter ') >= seen + 2)  # two seconds, four times the limit
    stopped.end()
    run.end()
    assert 'has had no turn' not in run.said
