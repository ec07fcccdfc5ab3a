# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run over rx, classify and tx lcores: the same as one worker does, in order, nothing uncounted."""
import collections
import glob
import os
import re
import signal
import subprocess
import time

import captures
import pytest

WEIR = os.environ['WEIR']
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OK, USAGE, CONFIG = 0, 2, 78
PREFIX = 'weir_cli_pipe_%d' % os.getpid()
CLIENTS, EACH = 60, 30
WORKER = '[lcore 1]\nports = lan, wan\n'
PIPELINE = '''[lcore 1]
role = rx
ports = lan, wan
feeds = 2-4
[lcore 2]
role = classify
feeds = 5, 6
[lcore 3]
role = classify
feeds = 5-6
[lcore 4]
role = classify
feeds = 6,5
[lcore 5]
role = tx
ports = lan
[lcore 6]
role = tx
ports = wan
'''


def client(number):
    return f'2001:db8::{number + 1:x}' if number % 3 == 0 else f'192.0.2.{number + 1}'


def server(number):
    return '2001:db8:53::53' if number % 3 == 0 else '198.51.100.53'


def traffic():
    """Clients by turns, each with queries whose numbers ascend, every fifth of them blocked."""
    return [captures.query('ads.test' if turn % 5 == 3 else 'ok.test', ident=turn, src=client(n),
                           dst=server(n), sport=40000 + n)
            for turn in range(EACH) for n in range(CLIENTS)]


def responses():
    return [captures.over(turn.to_bytes(2, 'big') + b'x' * 40, src=server(n), dst=client(n), sport=53,
                          dport=40000 + n)
            for turn in range(EACH) for n in range(CLIENTS)]


class Box:
    def __init__(self, path):
        self.path = path
        (path / 'ads.txt').write_text('ads.test\n')
        (path / 'in.pcap').write_bytes(captures.pcap(traffic()))
        (path / 'back.pcap').write_bytes(captures.pcap(responses()))

    def start(self, lcores, ring='size = 4096\n', infinite='', weir='', idle='adaptive'):
        (self.path / 'weir.ini').write_text(
            f'[weir]\nnuma = prefer\nstate_dir =\nidle = {idle}\n{weir}[eal]\nhugepages = no\nfile_prefix = {PREFIX}\n'
            f'lcores = {self.map()}\n'
            f'[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,{infinite or "tx_pcap=lan.pcap"}\nside = clients\n'
            f'[port wan]\ndevice = net_pcap1,rx_pcap=back.pcap,{infinite or "tx_pcap=wan.pcap"}\n'
            f'side = servers\n[ring]\n{ring}[list ads]\npath = ads.txt\nformat = domains\n'
            f'action = nxdomain\n{lcores}')
        return subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1', '--set', 'weir.until_ready=wait'],
                                cwd=self.path, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    @staticmethod
    def map():
        """The main lcore and six more, on the CPUs that there are in turn."""
        cpus = sorted(os.sched_getaffinity(0))
        return ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(7))

    def run(self, lcores, until, **kwargs):
        """What is printed at the end, once as many packets have come."""
        process = self.start(lcores, **kwargs)
        try:
            limit = time.monotonic() + 120
            for line in process.stdout:
                assert time.monotonic() < limit, line
                found = re.match(r' *(\d+)  received', line)
                if found and int(found.group(1)) >= until:
                    break
            else:
                raise AssertionError(process.stderr.read())
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
            process.wait()
        assert process.returncode == OK, err
        return out

    def refused(self, lcores, words):
        process = self.start(lcores)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (CONFIG, ''), err
        assert words in err


@pytest.fixture
def box(tmp_path):
    return Box(tmp_path)


def reasons(out):
    """The counters of the last table."""
    table = out[out.rindex('packets by reason:'):]
    return {found[2]: int(found[1]) for found in re.finditer(r'^ +(\d+)  ([a-z_]+) +\S', table, flags=re.M)
            if found[2] not in ('received', 'bypassed')}


def numbers(out, words):
    return [int(n) for n in re.search(words, out[out.rindex('packets by reason:'):]).groups()]


def flows(frames):
    """The frames of each flow and direction, by the addresses, in their order."""
    found = collections.defaultdict(list)
    for frame in frames:
        at = (22, 38) if frame[12:14] == b'\x86\xdd' else (26, 30)
        n = at[1] - at[0]
        found[frame[at[0]:at[0] + 2 * n]].append(frame)
    return found


def test_a_pipeline_does_what_one_worker_does(box):
    total = 2 * CLIENTS * EACH
    alone = box.run(WORKER, total)
    expected = {name: captures.read(box.path / name) for name in ('lan.pcap', 'wan.pcap')}
    out = box.run(PIPELINE, total)
    assert reasons(out) == reasons(alone)
    assert numbers(out, r'(\d+)  received.* dropped 0; sent (\d+), refused by a device 0') == [total, total]
    assert numbers(out, r'(\d+)  bypassed.*classification (\d+), behind it (\d+); left.* (\d+) and (\d+)') \
        == [0] * 5
    for name, frames in expected.items():
        mine = flows(captures.read(box.path / name))
        assert mine == flows(frames)
        assert sum(len(flow) for flow in mine.values()) == len(frames) > total / 3


@pytest.mark.parametrize('overload', ['pass', 'drop'])
def test_a_stop_under_load_counts_every_packet(box, overload):
    out = box.run(PIPELINE, 20000, ring='size = 64\n', infinite='infinite_rx=1', weir=f'overload = {overload}\n')
    received, sent = numbers(out, r'(\d+)  received.*; sent (\d+), refused by a device 0')
    bypassed, before, behind, *left = numbers(
        out, r'(\d+)  bypassed.*classification (\d+), behind it (\d+); left.* (\d+) and (\d+)')
    assert left == [0, 0]
    assert received == sent + before + behind
    assert received == sum(reasons(out).values()) + bypassed + before
    if overload == 'drop':
        assert bypassed == 0


ONE_OF_EACH = '''[lcore 1]
role = rx
ports = lan, wan
feeds = 2
[lcore 2]
role = classify
feeds = 3
[lcore 3]
role = tx
ports = lan, wan
'''


def test_a_worker_that_is_stopped_under_load_loses_nothing(box):
    out = box.run(WORKER, 20000, infinite='infinite_rx=1')
    received, sent = numbers(out, r'(\d+)  received.*; sent (\d+), refused by a device 0')
    assert received == sent == sum(reasons(out).values())


def test_what_remains_after_the_drain_limit_is_counted_as_that(box):
    """Without any time to drain, the rings still hold what came last."""
    for _ in range(10):
        out = box.run(PIPELINE, 20000, infinite='infinite_rx=1', weir='drain_limit = 0\n')
        received, sent = numbers(out, r'(\d+)  received.*; sent (\d+), refused by a device 0')
        bypassed, before, behind, left_in, left_out = numbers(
            out, r'(\d+)  bypassed.*classification (\d+), behind it (\d+); left.* (\d+) and (\d+)')
        assert received == sent + before + behind + left_in + left_out
        assert received == sum(reasons(out).values()) + bypassed + before + left_in
        if left_in + left_out > 0:
            break
    assert left_in + left_out > 0


@pytest.mark.parametrize('idle', ['spin', 'pause', 'adaptive'])
def test_lcores_that_share_a_cpu_make_progress(box, idle):
    """All on one CPU, in whatever mode: packets are classified and sent, by all three classify lcores."""
    cpu = min(os.sched_getaffinity(0))
    box.map = lambda: f'(0-6)@{cpu}'
    out = box.run(PIPELINE, 20000, infinite='infinite_rx=1', idle=idle)
    assert sum(reasons(out).values()) > 0
    assert numbers(out, r'sent (\d+), refused by a device 0')[0] > 10000


def test_a_capture_from_memory_leaves_mbufs_to_receive_with(box):
    # As many frames as mbufs = auto used to count: the device took them all, some 300 packets came
    # and lay in the caches of lcores from then on.
    (box.path / 'in.pcap').write_bytes(captures.pcap(traffic()[:1000] * 6))
    out = box.run(ONE_OF_EACH, 20000, ring='size = 1024\n', infinite='infinite_rx=1')
    assert numbers(out, r'\nlan +(\d+)')[0] > 5000


def test_the_ledger_holds_the_rings(box):
    process = subprocess.run([WEIR, 'plan', '-c', os.path.join(ROOT, 'config', 'pipeline.ini'), '--json'],
                             capture_output=True, text=True, timeout=60, check=False)
    if process.returncode == CONFIG:
        pytest.skip('cpus: config/pipeline.ini needs CPUs 0 and 1: ' + process.stderr)
    assert process.returncode == OK, process.stderr
    for pair in ('1 to 2', '1 to 3', '1 to 4', '2 to 4', '3 to 4'):
        assert f'"ring lcore {pair}"' in process.stdout


def test_nonsense_is_refused(box):
    box.refused(PIPELINE.replace('feeds = 2-4', 'feeds = 2-3'), '[lcore 4]: no lcore feeds it')
    box.refused(PIPELINE.replace('feeds = 5, 6', 'feeds = 5'), 'no way to port wan')
    box.refused(PIPELINE.replace('feeds = 5, 6', 'feeds = 5, 6, 7'), 'nobody would drain the ring to it')
    box.refused(PIPELINE.replace('ports = lan, wan\n', 'ports = lan\n', 1), '[port wan]: is polled by no lcore')
    box.refused(PIPELINE + '[lcore 9]\nrole = tx\nports = lan\n', '[lcore 9]: no lcore feeds it')


# weir replay --lcores

def replay(path, name, capture, *args):
    """What leaves and the verdict lines."""
    ini = os.path.join(ROOT, 'config', 'replay.ini')
    out, lines = path / (name + '.pcap'), path / (name + '.tsv')
    done = subprocess.run([WEIR, 'replay', '-c', ini, capture, '-o', out, '--verdicts', lines, *args],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == OK, done.stderr
    return captures.read(out), lines.read_bytes()


@pytest.mark.parametrize('capture', sorted(glob.glob(os.path.join(ROOT, 'pcap', '*.pcap'))), ids=os.path.basename)
def test_a_replay_does_not_depend_on_the_number_of_lcores(tmp_path, capture):
    alone = replay(tmp_path, 'alone', capture)
    assert len(alone[0]) > 0
    for lcores in '123':
        assert replay(tmp_path, 'more', capture, '--lcores', lcores) == alone


@pytest.mark.parametrize('more', [[], ['--lcores', '3']])
def test_a_replay_that_is_stopped_accounts_for_what_came(tmp_path, more):
    frames = [captures.query('ok.test', ident=i) for i in range(1000)] * 400
    (tmp_path / 'in.pcap').write_bytes(captures.pcap(frames))
    ini, out = os.path.join(ROOT, 'config', 'replay.ini'), tmp_path / 'out.pcap'
    process = subprocess.Popen([WEIR, 'replay', '-c', ini, 'in.pcap', '-o', out, *more], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # Once frames leave, but long before the last one does.
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None and \
            not any(part.stat().st_size > 10000 for part in tmp_path.glob('out.pcap*')):
        time.sleep(0.002)
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == 1, err
    found = re.search(r'ended by a signal behind (\d+) of 400000 frames; received (\d+): sent (\d+), all the '
                      r'others counted', err)
    assert found and int(found.group(1)) <= int(found.group(2)), err
    assert 0 < int(found.group(2)) < 400000
    assert found.group(2) == found.group(3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['in.pcap']


def test_dropped_frames_leave_no_gap_that_is_waited_for(tmp_path):
    capture = os.path.join(ROOT, 'pcap', 'load.pcap')
    drop = ['--set', 'list ads.action=drop', '--set', 'list malware.action=drop']
    alone = replay(tmp_path, 'alone', capture, *drop)
    for lcores in ('1', '4'):
        assert replay(tmp_path, 'more', capture, *drop, '--lcores', lcores, '--set', 'ring.burst=3') == alone


@pytest.mark.parametrize('lcores', ['0', '33', '-1', 'x', '', '1x'])
def test_a_wrong_number_of_lcores_is_refused(lcores):
    done = subprocess.run([WEIR, 'replay', '--lcores', lcores, 'in.pcap'], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert '--lcores' in done.stderr and 'allowed 1..32' in done.stderr
