# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run --stats: one table that fits 80 columns, on a terminal and elsewhere."""
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import captures
import pytest

WEIR = os.environ['WEIR']
OK = 0
PREFIX = 'weir_cli_stats_%d' % os.getpid()
LAN, WAN = 'a-port-with-a-name-of-32-octets-', 'the-other-port-has-one-as-long--'
# One rx, five classify and two tx lcores.
LCORES = '[lcore 1]\nrole = rx\nports = {0}, {1}\nfeeds = 2-6\n' + ''.join(
    f'[lcore {i}]\nrole = classify\nfeeds = 7-8\n' for i in range(2, 7)) + \
    '[lcore 7]\nrole = tx\nports = {0}\n[lcore 8]\nrole = tx\nports = {1}\n'


def configure(path, lan=LAN, wan=WAN, infinite=',infinite_rx=1'):
    cpus = sorted(os.sched_getaffinity(0))
    lcores = ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(9))
    frames = [captures.query('ads.test' if i % 5 == 3 else 'ok.test', src=f'192.0.2.{i % 200 + 1}')
              for i in range(500)]
    (path / 'in.pcap').write_bytes(captures.pcap(frames))
    (path / 'ads.txt').write_text('ads.test\n')
    (path / 'weir.ini').write_text(
        f'[weir]\nnuma = prefer\nstate_dir =\nidle = adaptive\nuntil_ready = wait\n[eal]\nhugepages = no\nfile_prefix = {PREFIX}\n'
        f'lcores = {lcores}\n[port {lan}]\ndevice = net_pcap0,rx_pcap=in.pcap{infinite}\nside = clients\n'
        f'[port {wan}]\ndevice = net_null0,no-rx=1\nside = servers\n'
        f'[list ads]\npath = ads.txt\nformat = domains\n{LCORES.format(lan, wan)}')


def run(path, is_over, *options, stdout=subprocess.PIPE, read=None):
    """What is printed until enough of it has come, and SIGTERM has ended the run."""
    process = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1', *options], cwd=path, stdout=stdout,
                               stderr=subprocess.PIPE)
    read = read or process.stdout.fileno()
    text, limit, asked = b'', time.monotonic() + 120, False
    try:
        while process.poll() is None and time.monotonic() < limit:
            if select.select([read], [], [], 0.1)[0]:
                text += os.read(read, 65536)
            if not asked and is_over(text.decode()):
                process.send_signal(signal.SIGTERM)
                asked = True
        assert asked and process.returncode == OK, (text[-3000:], process.stderr.read())
    finally:
        process.kill()
        process.wait()
    while select.select([read], [], [], 0)[0]:
        more = os.read(read, 65536)
        if not more:
            break
        text += more
    return text.decode()


def tables(text):
    """The lines of every table that was printed whole."""
    return [table.splitlines() for table in re.findall(r'^(after .*?\n)\n', text, flags=re.M | re.S)]


def test_tables_fit_80_columns(tmp_path):
    configure(tmp_path)
    text = run(tmp_path, lambda text: text.count('\nafter ') >= 3)
    found = tables(text)
    assert len(found) >= 2
    for table in found:
        assert max(map(len, table)) <= 80, table
    last = '\n'.join(found[-1])
    assert LAN + '\n' in last and WAN + '\n' in last
    assert re.search(r'^ +\d+  received +\d\S*/s$', last, flags=re.M)
    assert len(re.findall(r'^ +[2-6] classify +[\d.]+%', last, flags=re.M)) == 5
    # rx to classify, classify to tx, by-pass: none of them ever held more than it can.
    rings = [list(map(int, row[:5])) + [row[5]] for row in
             re.findall(r'^ +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +\S+  (\S+)$', last, flags=re.M)]
    assert len(rings) == 5 + 10 + 2 and sum(row[5] == 'by-pass' for row in rings) == 2
    assert all(now <= high <= size for _, _, size, now, high, _ in rings)
    assert all(high > 0 for start, end, _, _, high, _ in rings if start == 1 and end < 7)


def test_a_table_at_rest_accounts_for_every_packet(tmp_path):
    configure(tmp_path, infinite='')
    text = run(tmp_path, lambda text: len(re.findall(r'^ +500  received', text, flags=re.M)) >= 3)
    last = '\n'.join(tables(text)[-1])
    totals, reasons = re.search(r'(^ +500  received.*?  sent .*?/s\n)(.*?)^LCORE', last,
                                flags=re.M | re.S).groups()
    totals = {word: int(n) for n, word in re.findall(r'^ +(\d+)  (\w+) ', totals, flags=re.M)}
    reasons = {word: int(n) for n, word in re.findall(r'^ +(\d+)  (\w+) ', reasons, flags=re.M)}
    assert totals == {'received': 500, 'passed': 400, 'answered': 100, 'sent': 500}
    assert reasons == {'answered_nxdomain': 100, 'passed': 400}
    # The first burst of each lcore is timed.
    assert len(re.findall(r'^ +[2-6]  +[1-9][\d.]+ +[1-9]', last, flags=re.M)) == 5
    assert re.search(r'CYCLES: +decode +observe', last)


def test_xstats_come_with_the_table_and_at_the_end(tmp_path):
    configure(tmp_path, infinite='')

    def is_over(text):
        return len(re.findall(r'^ +500  received', text, flags=re.M)) >= 2
    assert 'XSTATS' not in run(tmp_path, is_over)
    text = run(tmp_path, is_over, '--xstats')
    last, end = tables(text)[-1], text.rpartition('packets by reason:')[2]
    assert max(map(len, last)) <= 80
    block = re.search(rf'^XSTATS of {LAN}\n((?:  .*\n)+)', '\n'.join(last) + '\n', flags=re.M).group(1)
    counted = dict(re.findall(r'^  (\S+) +(\d+) +\S+/s$', block, flags=re.M))
    assert counted['rx_good_packets'] == counted['rx_q0_packets'] == '500'
    assert '0' not in counted.values()
    assert re.search(rf'^{LAN} +rx_good_packets +500$', end, flags=re.M)
    assert 'rx_q0_packets' in end and 'xstats' not in end


@pytest.mark.parametrize('rows, columns', [(60, 80), (10, 40), (0, 0)])
def test_a_terminal_shows_one_table(tmp_path, rows, columns):
    configure(tmp_path, 'lan', 'wan')
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('4H', rows, columns, 0, 0))
    try:
        text = run(tmp_path, lambda text: text.count('\033[J') >= 2, stdout=terminal, read=main)
    finally:
        os.close(terminal)
        os.close(main)
    rows, columns = rows or 24, columns or 80  # what a serial console is taken for
    shown = re.findall(r'\033\[H(.*?)\033\[J', text, flags=re.S)
    assert len(shown) >= 2
    for table in shown:
        lines = table.replace('\033[K', '').split('\r\n')
        assert lines.pop() == ''  # for what is told until the next one
        assert len(lines) < rows and max(map(len, lines)) <= columns, lines
        assert lines[0].startswith('after ')
        assert ('(more: ' in lines[-1]) == (rows < 60)


def test_a_terminal_shows_the_last_lines_of_the_log_below_the_table(tmp_path):
    """The next table is not written over them."""
    configure(tmp_path, 'lan', 'wan')
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('4H', 60, 80, 0, 0))
    with subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1'], cwd=tmp_path, stdout=terminal,
                          stderr=terminal) as process:
        try:
            text, asked = '', 0
            while text.count('\033[J', asked) < 2 + (asked == 0):
                assert select.select([main], [], [], 60)[0]
                text += os.read(main, 65536).decode()
                if asked == 0 and '\033[J' in text:
                    (tmp_path / 'ads.txt').unlink()
                    process.send_signal(signal.SIGHUP)
                    asked = len(text)
        finally:
            process.kill()
            os.close(terminal)
            os.close(main)
    lines = text[:text.rindex('\033[J')].split('\033[H')[-1].replace('\033[K', '').split('\r\n')
    assert lines.pop() == '' and max(map(len, lines)) <= 80, lines
    assert re.search(r'at [0-9]+ s: weir run: list ads is stale.*ads.txt.*at [0-9]+ s: weir run: generation 2', ''.join(lines)), lines


@contextlib.contextmanager
def run_unread(path):
    """A run into a pipe of one page, read by nobody until it is full; and the end to read from."""
    configure(path, 'lan', 'wan')
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen([WEIR, 'run', '-c', 'weir.ini', '--stats', '1'], cwd=path, stdout=writer,
                               stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        assert select.select([reader], [], [], 120)[0]
        time.sleep(2.5)  # two tables that have no room
        yield process, reader
    finally:
        process.kill()
        process.wait()
        os.close(reader)


def test_tables_that_nobody_reads_hold_nothing_up(tmp_path):
    with run_unread(tmp_path) as (process, reader):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == OK
        assert os.read(reader, 65536).startswith(b'PORT ')  # the map, and no more


def test_lost_tables_are_told_and_the_end_is_whole(tmp_path):
    with run_unread(tmp_path) as (process, reader):
        text = os.read(reader, 65536)
        process.send_signal(signal.SIGTERM)
        while more := os.read(reader, 65536):
            text += more
            time.sleep(0.1)  # slower than it is written
        assert process.wait(timeout=60) == OK
    text = text.decode()
    assert re.search(r'^weir run: warning: lines that are lost here, for nobody read them: [1-9]', text, flags=re.M)
    assert re.search(r'^ *[0-9]+  received, of these ', text[text.index('policy: generation'):], flags=re.M), text[-2000:]
    assert text.endswith('\n')
