# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir replay: frames in and out, verdict lines, errors and exit codes, nothing left behind."""
import glob
import os
import pathlib
import re
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time

import captures
import pytest

WEIR = os.environ['WEIR']
OK, FAILURE, USAGE, UNAVAILABLE, PERMISSION, CONFIG = 0, 1, 2, 69, 77, 78
INI = '[list ads]\npath = ads.txt\nformat = domains\naction = nxdomain\n'
HEADER = 'frame src sport dst dport transport id qr qname qtype action list rule reason'.split()
LONGEST = 65535 - 128


class Place:
    """A folder with an INI and a list, and what is in it before a run."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.write('weir.ini', INI)
        self.write('ads.txt', 'example.com\nads.test\n')

    def write(self, name, content):
        data = content.encode() if isinstance(content, str) else content
        (self.path / name).write_bytes(data)

    def capture(self, frames, **kwargs):
        self.write('in.pcap', captures.pcap(frames, **kwargs))

    def run(self, *args, command='replay', **kwargs):
        running = subprocess.Popen([WEIR, command, '-c', 'weir.ini', *args], cwd=self.path, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        try:
            out, err = running.communicate(timeout=120)
        finally:
            running.kill()
        assert not glob.glob('/run/dpdk/weir_replay_%d' % running.pid)
        return subprocess.CompletedProcess(running.args, running.returncode, out, err)

    def names(self):
        return sorted(path.name for path in self.path.iterdir())


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def assert_fails(place, status, words, *args, **kwargs):
    """One line, the exit status, and no file that was not there."""
    before = place.names()
    done = place.run(*args, **kwargs)
    assert (done.returncode, done.stdout) == (status, ''), done.stderr
    assert done.stderr.count('\n') == 1, done.stderr
    assert words in done.stderr
    assert place.names() == before


def reasons(done):
    """{reason: packets} of the summary, held against the law of accounting."""
    text = done.stdout.split('packets by reason:\n')[1].split('verdicts by list')[0].splitlines()
    found = {line.split()[1]: int(line.split()[0]) for line in text[:-1]}
    received, passed, answered, dropped, sent, refused = map(int, re.findall(r'\d+', text[-1]))
    assert sum(found.values()) == received == passed + answered + dropped
    assert passed + answered == sent + refused
    return found


def lines(path):
    text = path.read_text()
    assert text.endswith('\n')
    rows = [line.split('\t') for line in text[:-1].split('\n')]
    assert rows[0] == HEADER
    assert all(len(row) == len(HEADER) and all(row) for row in rows)
    return [dict(zip(HEADER, row)) for row in rows[1:]]


# Wrong usage

@pytest.mark.parametrize('args', [
    [], ['a.pcap', 'b.pcap'], ['--nonsense', 'in.pcap'], ['in.pcap', '-o'], ['in.pcap', '--verdicts'],
    ['in.pcap', '--expect'], ['--set', 'weir.amplify=0', 'in.pcap'], ['--set', 'nonsense', 'in.pcap']])
def test_wrong_usage_is_refused(place, args):
    place.capture([])
    done = place.run(*args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert done.stderr


def test_a_capture_is_not_written_over_while_it_is_read(place):
    place.capture([captures.query('passed.test')])
    before = (place.path / 'in.pcap').read_bytes()
    os.link(place.path / 'in.pcap', place.path / 'same.pcap')
    for option in ('-o', '--verdicts'):
        for name in ('in.pcap', './in.pcap', 'same.pcap'):
            assert_fails(place, USAGE, 'written over while it is read', 'in.pcap', option, name)
    assert (place.path / 'in.pcap').read_bytes() == before


def test_two_outputs_in_one_file_are_refused(place):
    place.capture([captures.query('passed.test')])
    os.mkdir(place.path / 'sub')
    os.symlink('.', place.path / 'link')
    for names in (('same', 'same'), ('same', './same'), ('link/same', f'{place.path}/same')):
        assert_fails(place, USAGE, '-o and --verdicts name one file', 'in.pcap', '-o', names[0],
                     '--verdicts', names[1])
    assert place.run('in.pcap', '-o', '/dev/null', '--verdicts', '/dev/null').returncode == OK
    assert place.run('in.pcap', '-o', 'same', '--verdicts', 'sub/same').returncode == OK
    assert len(captures.read(place.path / 'same')) == 1
    assert len(lines(place.path / 'sub/same')) == 1


# Captures that are refused

def refused_captures():
    whole = captures.pcap([captures.query('a.test'), captures.query('b.test')])
    return {
        'empty file': (b'', 'truncated dump file'),
        'text': (b'not a capture, but long enough to hold the header of one',
                 'unknown file format: a replay takes pcap and pcapng'),
        'header cut': (whole[:20], 'truncated dump file'),
        'frame cut': (whole[:-1], 'behind frame 1: truncated dump file'),
        'head of a frame cut': (whole[:24 + 7], 'truncated dump file'),
        'cooked': (captures.pcap([b'x' * 60], link=113), 'link type LINUX_SLL (Linux cooked v1)'),
        'raw': (captures.pcap([b'x' * 60], link=101), 'link type RAW (Raw IP)'),
        'unknown link type': (captures.pcap([b'x' * 60], link=147), 'link type'),
        'longest frame and one octet': (captures.pcap([bytes(LONGEST), bytes(LONGEST + 1)]),
                                        'frame 2 is 65408 octets long'),
        'a frame of a GB': (captures.pcap([(b'x' * 60, 60)])[:24] + struct.pack('<IIII', 0, 0, 1 << 30, 60),
                            'in.pcap: '),
        'compressed': (b'\x1f\x8b\x08\x00' + bytes(60), 'unknown file format'),
    }


@pytest.mark.parametrize('what', refused_captures())
def test_a_capture_that_cannot_be_replayed_is_refused(place, what):
    data, words = refused_captures()[what]
    place.write('in.pcap', data)
    assert_fails(place, FAILURE, words, 'in.pcap', '-o', 'out.pcap', '--verdicts', 'v.tsv')


def test_a_capture_that_is_no_file_is_refused(place):
    os.mkdir(place.path / 'folder')
    assert_fails(place, FAILURE, 'none.pcap: No such file', 'none.pcap')
    assert_fails(place, FAILURE, 'folder: is no regular file', 'folder')
    assert_fails(place, FAILURE, '/dev/null: is no regular file', '/dev/null')
    assert_fails(place, FAILURE, '-: No such file', '--', '-')


# Files that cannot be written, read, or be found

def test_output_that_cannot_be_written_is_told(place):
    place.capture([captures.query('example.com'), captures.query('passed.test')])
    for option in ('-o', '--verdicts'):
        assert_fails(place, FAILURE, 'none/out: cannot be written: No such file', 'in.pcap', option,
                     'none/out')
    assert_fails(place, FAILURE, 'none.tsv: No such file', 'in.pcap', '--expect', 'none.tsv')
    assert_fails(place, FAILURE, '/dev/full: cannot be written: No space left', 'in.pcap',
                 '--verdicts', '/dev/full')
    assert_fails(place, FAILURE, '/dev/full: cannot be written: No space left', 'in.pcap', '-o', '/dev/full')


def test_output_that_is_no_file_gets_what_a_file_would(place):
    place.capture([captures.query('passed.test'), captures.query('example.com')] * 1000)
    assert place.run('in.pcap', '-o', 'out.pcap', '--verdicts', 'v.tsv').returncode == OK
    os.mkfifo(place.path / 'pipe')
    for option, name in (('-o', 'out.pcap'), ('--verdicts', 'v.tsv')):
        with subprocess.Popen(['cp', '--copy-contents', 'pipe', 'got'], cwd=place.path):
            assert place.run('in.pcap', option, 'pipe').returncode == OK
        same = captures.read if name == 'out.pcap' else pathlib.Path.read_bytes
        assert same(place.path / 'got') == same(place.path / name)


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))


@pytest.mark.parametrize('option', ['-o', '--verdicts'])
def test_a_full_disk_is_told_and_leaves_nothing(place, option):
    place.capture([captures.query('passed.test', ident=i) for i in range(100)] * 10)
    assert_fails(place, FAILURE, 'could not be written whole' if option == '-o' else 'cannot be written',
                 'in.pcap', option, 'out', preexec_fn=limit_files)


def test_a_wrong_configuration_costs_nothing(place):
    place.capture([captures.query('example.com')])
    place.write('weir.ini', INI + 'nonsense = 1\n')
    assert_fails(place, CONFIG, 'weir.ini:5: [list ads]', 'in.pcap', '-o', 'out.pcap')
    place.write('weir.ini', INI.replace('ads.txt', 'none.txt'))
    assert_fails(place, CONFIG, 'none.txt', 'in.pcap', '-o', 'out.pcap')
    done = subprocess.run([WEIR, 'replay', '-c', 'none.ini', 'in.pcap'], cwd=place.path, text=True,
                          capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert 'none.ini' in done.stderr


@pytest.mark.parametrize('megabytes, words', [
    (150, 'weir.ini:2: [list ads] path: '), (400, 'MB are asked for)')])
def test_no_memory_for_the_lists_is_told(place, megabytes, words):
    place.capture([captures.query('example.com')])
    place.write('ads.txt', ''.join('n%d.example.test\n' % i for i in range(3000000)))
    limit = megabytes << 20
    assert_fails(place, UNAVAILABLE, words, 'in.pcap', '-o', 'out.pcap',
                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))


# Frames

def frames_of_all_sizes():
    """Passed frames: tiny, of one buffer, of several, and what is no IP at all."""
    sizes = [1, 2, 13, 14, 15, 33, 34, 41, 42, 59, 60, 61, 1513, 1514, 2047, 2048, 2049, 4096, 4097]
    frames = [bytes((size + i) & 0xff for i in range(size)) for size in sizes]
    frames += [captures.over(bytes(size)) for size in (0, 1, 11, 12, 1472, 2006, 2007, 9000)]
    return frames


@pytest.mark.parametrize('longest', [9000, 16128, 16129, 40000, LONGEST])
def test_frames_of_any_length_leave_octet_for_octet(place, longest):
    frames = frames_of_all_sizes() + [bytes(i * 7 & 0xff for i in range(longest)), b'last']
    place.capture(frames)
    done = place.run('in.pcap', '-o', 'out.pcap')
    assert (done.returncode, done.stderr) == (OK, '')
    assert captures.read(place.path / 'out.pcap') == frames
    assert sum(reasons(done).values()) == len(frames)


def test_a_long_query_in_a_chain_of_buffers_is_answered(place):
    frame = captures.query('ads.test') + bytes(6000)
    place.capture([frame, captures.query('passed.test')])
    done = place.run('in.pcap', '-o', 'out.pcap')
    assert (done.returncode, done.stderr) == (OK, '')
    answer, passed = captures.read(place.path / 'out.pcap')
    assert passed == captures.query('passed.test')
    assert reasons(done) == {'answered_nxdomain': 1, 'passed': 1}
    assert answer[42 + 3] & 0x0f == 3
    assert len(answer) < 400


def test_every_form_of_capture_gives_the_same(place):
    frames = [captures.query('example.com'), captures.query('passed.test'), b'runt']
    forms = {'little': captures.pcap(frames), 'big': captures.pcap(frames, order='>'),
             'nano': captures.pcap(frames, nano=True), 'ng': captures.pcapng(frames)}
    seen = set()
    for name, data in forms.items():
        place.write('in.pcap', data)
        done = place.run('in.pcap', '-o', 'out.pcap', '--verdicts', 'v.tsv')
        assert (done.returncode, done.stderr) == (OK, '')
        out = captures.read(place.path / 'out.pcap')
        assert out[1:] == frames[1:]
        seen.add(((place.path / 'v.tsv').read_text(), tuple(out)))
    assert len(seen) == 1


def test_a_frame_cut_by_the_capture_leaves_as_it_was_captured(place):
    whole = captures.query('example.com')
    place.capture([(whole[:50], len(whole)), whole])
    done = place.run('in.pcap', '-o', 'out.pcap')
    assert (done.returncode, done.stderr) == (OK, '')
    assert captures.read(place.path / 'out.pcap')[0] == whole[:50]
    assert reasons(done)['answered_nxdomain'] == 1


def test_what_passes_and_what_is_answered_leaves_in_the_order_it_came(place):
    frames = [captures.query('example.com' if i % 3 else 'n%d.test' % i, ident=i) for i in range(900)]
    place.capture(frames)
    done = place.run('in.pcap', '-o', 'out.pcap', '--verdicts', 'v.tsv')
    assert (done.returncode, done.stderr) == (OK, '')
    out = captures.read(place.path / 'out.pcap')
    assert [struct.unpack('!H', frame[42:44])[0] for frame in out] == list(range(900))
    assert [row['frame'] for row in lines(place.path / 'v.tsv')] == [str(i + 1) for i in range(900)]
    assert reasons(done) == {'answered_nxdomain': 600, 'passed': 300}


def test_a_capture_without_frames_is_replayed(place):
    place.capture([])
    done = place.run('in.pcap', '-o', 'out.pcap', '--verdicts', 'v.tsv')
    assert (done.returncode, done.stderr) == (OK, '')
    assert captures.read(place.path / 'out.pcap') == []
    assert lines(place.path / 'v.tsv') == []


def test_without_an_output_nothing_is_written(place):
    place.capture([captures.query('example.com')])
    before = place.names()
    assert place.run('in.pcap').returncode == OK
    assert place.names() == before


def test_names_with_commas_and_brackets_are_names(place):
    place.capture([captures.query('example.com')])
    os.rename(place.path / 'in.pcap', place.path / 'in,rx_pcap=[x].pcap')
    done = place.run('in,rx_pcap=[x].pcap', '-o', 'out,tx=1,[2].pcap')
    assert (done.returncode, done.stderr) == (OK, '')
    assert len(captures.read(place.path / 'out,tx=1,[2].pcap')) == 1


# Verdict lines

def test_a_line_says_all_of_a_message(place):
    odd = b'\x03wWw\x05a.b\x00"\x04test\x00'
    wire = struct.pack('!HHHHHH', 0xab01, 0x0100, 1, 0, 0, 0) + odd + struct.pack('!HH', 28, 1)
    place.write('ads.txt', '# first\nexample.com\n')
    place.capture([
        b'no IP at all, but a frame all the same',
        captures.query('WWW.Example.COM', ident=0xbeef),
        captures.query('.', 'NS', src='2001:db8::1', dst='2001:db8::53', sport=1),
        captures.over(wire),
        captures.over(bytes(5)),
        captures.over(struct.pack('!HHHHHH', 7, 0x8180, 0, 0, 0, 0), sport=53, dport=40000),
    ])
    done = place.run('in.pcap', '--verdicts', 'v.tsv')
    assert (done.returncode, done.stderr) == (OK, '')
    rows = lines(place.path / 'v.tsv')
    assert [row['frame'] for row in rows] == ['2', '3', '4', '5', '6']
    assert list(rows[0].values()) == [
        '2', '192.0.2.1', '40000', '198.51.100.53', '53', 'udp', '0xbeef', '0', 'WWW.Example.COM', '1',
        'nxdomain', 'ads', 'ads.txt:2', 'answered_nxdomain']
    assert list(rows[1].values()) == [
        '3', '2001:db8::1', '1', '2001:db8::53', '53', 'udp', '0x1234', '0', '.', '2', 'pass', '-', '-',
        'passed']
    assert rows[2]['qname'] == r'wWw.a\.b\000\".test'
    assert (rows[2]['qtype'], rows[2]['id']) == ('28', '0xab01')
    assert (rows[3]['qname'], rows[3]['list'], rows[3]['rule']) == ('-', '-', '-')
    assert (rows[4]['qname'], rows[4]['qr'], rows[4]['sport']) == ('-', '1', '53')


def test_expected_lines_are_held_against_ours(place):
    place.capture([captures.query('example.com', ident=i) for i in range(5)])
    assert place.run('in.pcap', '--verdicts', 'v.tsv').returncode == OK
    text = (place.path / 'v.tsv').read_text()
    rows = text.splitlines()
    done = place.run('in.pcap', '--expect', 'v.tsv')
    assert (done.returncode, done.stdout.splitlines()[-1]) == (OK, 'verdicts: the same as in v.tsv')
    cases = {
        'one differs': (text.replace('0x0002', '0x7777'), ['-' + rows[3].replace('0x0002', '0x7777'),
                                                            '+' + rows[3]]),
        'one is missing': (text.replace(rows[3] + '\n', ''), ['+' + rows[3]]),
        'one too many': (text + rows[5].replace('5\t', '9\t', 1) + '\n',
                         ['-' + rows[5].replace('5\t', '9\t', 1)]),
        'none': (rows[0] + '\n', ['+' + row for row in rows[1:]]),
        'octets': (text + '9\x1b[31m\x7f\n', ['-9?[31m?']),
    }
    for what, (expected, differing) in cases.items():
        place.write('e.tsv', expected)
        done = place.run('in.pcap', '--expect', 'e.tsv')
        assert done.returncode == FAILURE, what
        assert [line for line in done.stdout.splitlines() if line[:1] in '+-'] == differing, what
        assert 'verdicts differ from e.tsv' in done.stderr
    for expected in (text.split('\n', 1)[1], '', rows[0], '\x1b[31m\n' * 9, bytes(range(256)) * 99):
        place.write('e.tsv', expected)
        assert_fails(place, FAILURE, '--expect e.tsv: is no file that --verdicts wrote', 'in.pcap', '--expect',
                     'e.tsv', '--verdicts', 'w.tsv')


def test_a_rule_that_moved_in_its_list_is_no_other_verdict(place):
    place.write('weir.ini', '[list ads]\npath = ads.txt\n[list more]\npath = more.txt\n')
    place.write('ads.txt', 'ads.test\nexample.com\n')
    place.write('more.txt', 'example.com\n')
    place.capture([captures.query('example.com'), captures.query('example.net')])
    assert place.run('in.pcap', '--verdicts', 'v.tsv').returncode == OK
    then = (place.path / 'v.tsv').read_text()
    assert 'ads.txt:2\t' in then
    place.write('ads.txt', '# comments\n' * 20 + 'example.com\n')
    assert place.run('in.pcap', '--expect', 'v.tsv').returncode == OK
    for what, other in {'another list': ('ads\tads.txt:2', 'more\tmore.txt:2'), 'another file': ('ads.txt:2', 'ads:2'),
                        'another reason': ('ads.txt:2\tanswered_nxdomain', 'ads.txt:2\tanswered_nodata'),
                        'no line': ('ads.txt:2', 'ads.txt'), 'no rule': ('ads.txt:2', '-'),
                        'another message': ('192.0.2.1', '192.0.2.2')}.items():
        place.write('e.tsv', then.replace(*other))
        assert place.run('in.pcap', '--expect', 'e.tsv').returncode == FAILURE, what
    place.write('ads.txt', 'ads.test\n')
    done = place.run('in.pcap', '--expect', 'v.tsv')
    assert done.returncode == FAILURE
    assert [line[0] for line in done.stdout.splitlines() if 'example.com\t' in line] == ['-', '+']


# The machine

def test_the_ledger_is_printed_and_adds_up(place):
    place.capture([captures.query('example.com')])
    done = place.run('in.pcap')
    total = re.search(r'node 0: (\d+) bytes = objects (\d+) \+ DPDK itself (\d+)', done.stdout)
    eal, objects, dpdk = map(int, total.groups())
    assert eal == objects + dpdk
    table = done.stdout.split('placement (')[1].split('node 0:')[0].splitlines()[2:]
    assert sum(int(line.split()[0]) for line in table) == objects
    assert any('dtab lcore 1' in line for line in table)
    assert re.search(r'misplaced: 0 of \d+ objects', done.stdout)


def test_replays_run_side_by_side(place):
    place.capture([captures.query('example.com', ident=i) for i in range(100)] * 20)
    running = [subprocess.Popen([WEIR, 'replay', '-c', 'weir.ini', 'in.pcap', '-o', '%d.pcap' % i],
                                cwd=place.path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
               for i in range(4)]
    assert [(p.wait(120), p.stderr.read()) for p in running] == [(OK, b'')] * 4
    assert len({tuple(captures.read(place.path / ('%d.pcap' % i))) for i in range(4)}) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason='root: needed to become someone else')
def test_anyone_may_replay_without_a_runtime_folder():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(WEIR, folder + '/weir')
        place = Place(folder)
        place.capture([captures.query('example.com')])
        for path in [folder] + glob.glob(folder + '/*'):
            os.chown(path, 65534, 65534)
        done = subprocess.run(['./weir', 'replay', '-c', 'weir.ini', 'in.pcap', '-o', 'out.pcap'],
                              cwd=folder, text=True, capture_output=True, timeout=60, user=65534,
                              group=65534, extra_groups=[], env={'PATH': '/usr/bin:/bin'})
        assert (done.returncode, done.stderr) == (OK, '')
        assert len(captures.read(folder + '/out.pcap')) == 1
        assert not glob.glob('/tmp/dpdk/weir_replay_*')


@pytest.fixture
def stalled(place):
    """A replay that stands still because nobody reads its verdicts; calling it lets it go on."""
    place.capture([captures.query('example.com', ident=i) for i in range(200)] * 100)
    os.mkfifo(place.path / 'v.tsv')
    before = place.names()
    running = subprocess.Popen([WEIR, 'replay', '-c', 'weir.ini', 'in.pcap', '-o', 'out.pcap',
                                '--verdicts', 'v.tsv'], cwd=place.path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    reader = open(place.path / 'v.tsv', 'rb')
    assert reader.readline().startswith(b'frame\t')

    def go_on():
        while reader.read(1 << 20):
            pass
        out, err = running.communicate(timeout=60)
        assert (running.returncode, out) == (FAILURE, '')
        assert place.names() == before
        assert not glob.glob('/run/dpdk/weir_replay_%d' % running.pid)
        return err

    go_on.running = running
    yield go_on
    reader.close()
    running.kill()
    running.communicate()


def wait_for_packets(place):
    """Until frames have left: the replay is under way."""
    limit = time.monotonic() + 60
    while not [path for path in place.path.glob('out.pcap.*') if path.stat().st_size > 24]:
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_signal_ends_a_replay_and_leaves_nothing(place, stalled):
    wait_for_packets(place)
    stalled.running.send_signal(signal.SIGTERM)
    assert 'ended by a signal' in stalled()


def test_a_capture_that_is_cut_while_it_is_replayed_is_told(place, stalled):
    wait_for_packets(place)
    os.truncate(place.path / 'in.pcap', 1000000)
    err = stalled()
    assert 'in.pcap: frames were lost while it was read' in err and 'errors' in err


def test_the_category_of_a_list_stands_beside_its_sums(place):
    place.write('weir.ini', INI + 'category = advertising\n')
    place.capture([captures.query('www.example.com'), captures.query('passed.test')])
    done = place.run('in.pcap')
    assert re.search(r'^ +1  ads +nxdomain \(advertising\)$', done.stdout, re.M), done.stdout
    assert re.search(r'^ +1  \(no list\) +pass$', done.stdout, re.M), done.stdout
