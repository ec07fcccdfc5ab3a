# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Our captures and those of others through weir replay: nothing is lost or changed, the messages are
those that tshark sees, and the answers to blocked queries are good DNS to others.

Two replays run at a time.
"""
import collections
import concurrent.futures
import re
import shutil
import sys

import answers
import frames
import pytest
import replay

sys.path.insert(0, str(replay.ROOT / 'tests/wire'))
import oracle  # noqa: E402
import test_wire_dns as wire  # noqa: E402

REPLAY_INI = replay.ROOT / 'config/replay.ini'
# Each a list's; names are dealt out to them in turn.
ACTIONS = ['nxdomain', 'nodata', 'refused', 'servfail', 'sinkhole', 'cname wall.example', 'truncate', 'drop']
# Names that every list can hold: an address is none.
PLAIN = re.compile(r'([a-z0-9_-]+\.)*(?!\d+$)[a-z0-9_-]+')
# What refuses a capture that tshark calls Ethernet: libpcap reads no pcapng whose interfaces differ.
DIFFERING = {
    'GrePackets.pcap', 'dns_over_tcp.pcapng', 'gtp.pcap', 'ldap__gap-data-missing.pcapng',
    'ldap__modify-request.pcapng', 'many_interfaces-1.pcapng', 'too_many_interfaces.pcapng'}


def short(path):
    return path.name.rpartition('PacketExamples__')[2].rpartition('PcapExamples__')[2]


def readable():
    return [capture for capture in wire.captures() if capture is not None and
            capture.link == 'EN10MB' and short(capture.path) not in DIFFERING]


def refused():
    return [capture for capture in wire.captures() if capture is not None and
            (capture.link != 'EN10MB' or short(capture.path) in DIFFERING)]


def ours(*names):
    """Those in pcap/, or some of them."""
    return [capture for capture in readable() if capture.path.parent == replay.ROOT / 'pcap' and
            (not names or capture.path.stem in names)]


def pipelines():
    """(capture, how many lcores classify): ours with one, two and three, others with two or three in turn. Order can
    break where there are several."""
    mine = ours()
    return [(capture, lcores) for number, capture in enumerate(readable())
            for lcores in ((1, 2, 3) if capture in mine else (2 + number % 2,))]


def both(captures, work):
    """{path: what work(number, capture) gives}, two at a time, begun at once."""
    started = each([(number, capture) for number, capture in enumerate(captures)], work)
    return {capture.path: started[number, capture] for number, capture in enumerate(captures)}


def each(items, work):
    """{item: what work(*item) gives}, two at a time, begun at once."""
    pool = concurrent.futures.ThreadPoolExecutor(2)
    started = {item: pool.submit(work, *item) for item in items}
    pool.shutdown(wait=False)
    return started


def test_the_captures_of_others_are_there():
    if not wire.INDEX.is_file():
        pytest.skip(f'data: no {wire.INDEX}')
    assert len(readable()) > 150 and len(refused()) > 20


# Those in pcap/ are all of Ethernet.
@pytest.mark.parametrize('capture', refused() or [None], ids=lambda c: c.path.name if c else 'none')
def test_what_is_no_ethernet_is_refused(capture, tmp_path):
    if capture is None:
        pytest.skip(f'data: no {wire.INDEX}')
    done = replay.run('-c', REPLAY_INI, capture.path, '-o', tmp_path / 'out.pcap')
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr.count('\n') == 1
    assert 'link type ' in done.stderr or wire.UNREADABLE in done.stderr
    assert not list(tmp_path.iterdir())


def assert_tshark_agrees(capture, found):
    """Frame by frame: each of our messages is one of tshark's, and the others are explained."""
    by_frame = collections.defaultdict(list)
    for row in wire.read(capture.path) if capture.udp > 0 else []:
        by_frame[row['frame']].append(row)
    for line in found.lines:
        got = dict(line, id='-') if line['reason'] == 'dns_short' else line
        wire.match(got, by_frame[got['frame']])
    for row in (row for rows in by_frame.values() for row in rows):
        assert wire.explained(row, capture.path), f'not seen: {row}'


def asked_for(request):
    """The captures of the tests that are to run."""
    wanted = {item.callspec.params['capture'] for item in request.session.items
              if item.path == request.path and hasattr(item, 'callspec')}
    return [capture for capture in readable() if capture in wanted]


@pytest.fixture(name='replays', scope='module')
def fixture_replays(request, tmp_path_factory):
    """The replays of the captures asked for, under config/replay.ini, and tshark's readings of them."""
    referee = shutil.which('tshark') is not None and oracle.SCRIPT.is_file()

    def work(_, capture):
        if referee and capture.udp > 0:
            wire.read(capture.path)  # from now on it is kept
        return replay.replay(capture.path, tmp_path_factory.mktemp('replay'), '-c', REPLAY_INI)
    return both(asked_for(request), work)


def in_pipeline(capture, lcores, folder, ini):
    """Verdict lines and frames of a capture over so many lcores that classify."""
    done = replay.run('-c', ini, capture.path, '-o', folder / 'out.pcap', '--verdicts', folder / 'verdicts.tsv',
                      '--lcores', lcores)
    assert done.returncode == 0, done.stderr
    return replay.lines(folder / 'verdicts.tsv'), replay.frames(folder / 'out.pcap')


@pytest.fixture(name='piped', scope='module')
def fixture_piped(request, tmp_path_factory):
    """The same over several lcores, of the captures asked for."""
    def work(capture, lcores):
        return in_pipeline(capture, lcores, tmp_path_factory.mktemp('pipeline'), REPLAY_INI)
    wanted = asked_for(request)
    return each([way for way in pipelines() if way[0] in wanted], work)


@pytest.mark.parametrize('capture,lcores', pipelines(),
                         ids=lambda v: str(v) if isinstance(v, int) else v.path.name)
def test_several_lcores_say_and_send_the_same(capture, lcores, replays, piped):
    alone = replays[capture.path].result()
    assert piped[capture, lcores].result() == (alone.lines, alone.out)


@pytest.mark.parametrize('capture', readable(), ids=lambda c: c.path.name)
def test_a_capture_is_read_as_by_tshark(capture, replays):
    found = replays[capture.path].result()
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    if not oracle.SCRIPT.is_file():
        pytest.skip(f'data: no {oracle.SCRIPT}')
    assert_tshark_agrees(capture, found)


def suffixes(text):
    """The names at and above a name in presentation form, without case."""
    labels = re.findall(r'(?:\\\d{3}|\\.|[^.\\])+', text.lower())
    return {'.'.join(labels[n:]) for n in range(len(labels))}


def write_lists(folder, names, first):
    """Every third name on one of the lists in turn; returns what each list holds, strongest first."""
    lists = [set() for _ in ACTIONS]
    for number, name in enumerate(sorted(names)[::3]):
        lists[(first + number) % len(lists)].add(name)
    text = '[weir]\nnuma = prefer\n'
    for number, (action, held) in enumerate(zip(ACTIONS, lists)):
        (folder / f'{number}.domains').write_text('# names\n' + ''.join(f'{name}\n' for name in sorted(held)))
        text += (f'[list l{number}]\npath = {number}.domains\nformat = domains\nallow_tld = yes\n'
                 f'action = {action}\ntext = list {number}\nttl = {60 + number}\n')
    (folder / 'weir.ini').write_text(text + '[group default]\n')
    return lists


def assert_lists_decide(found, lists):
    """A query is decided by the first list that has its name or one above it, and by no other."""
    for line in found.lines:
        if line['reason'].startswith(('passed', 'answered', 'dropped')):
            above = suffixes(line['qname'])
            wanted = [f'l{number}' for number, held in enumerate(lists) if held & above] or ['-']
            assert line['list'] == wanted[0], line


def list_names(capture, first, folder):
    """Writes lists of a third of the names that a capture asks for."""
    seen = replay.replay(capture.path, folder, '-c', REPLAY_INI).lines
    names = {line['qname'].lower() for line in seen if line['qr'] == '0' and PLAIN.fullmatch(line['qname'].lower())}
    return write_lists(folder, names, first)


@pytest.mark.parametrize('capture', ours('browse', 'edns', 'load', 'resolver'), ids=lambda c: c.path.name)
def test_several_lcores_drop_the_same_and_keep_the_order(capture, tmp_path):
    """Every place in the order of a frame that is dropped is waited for, and is left."""
    list_names(capture, ACTIONS.index('drop'), tmp_path)
    alone = replay.replay(capture.path, tmp_path, '-c', tmp_path / 'weir.ini')
    assert sum(replay.fate(line) == 'dropped' for line in alone.lines) > 1
    assert any(replay.fate(line) == 'answered' for line in alone.lines)
    for lcores in (2, 3):
        assert in_pipeline(capture, lcores, tmp_path, tmp_path / 'weir.ini') == (alone.lines, alone.out)


def block(capture, first, folder):
    """Replays a capture with a third of the names that it asks for blocked; returns the answers."""
    lists = list_names(capture, first, folder)
    found = replay.replay(capture.path, folder, '-c', folder / 'weir.ini')
    assert_lists_decide(found, lists)
    return answers.check_answers(replay.frames(capture.path), found, answers.Policy(folder / 'weir.ini'))


def test_answers_are_good_dns(tmp_path_factory):
    started = both(readable(), lambda number, capture: block(capture, number, tmp_path_factory.mktemp('block')))
    made = [(path.name, frame) for path, work in started.items() for frame in work.result()]
    assert len({frame for _, frame in made}) > (3000 if wire.INDEX.is_file() else 500)
    if shutil.which('tshark') is None:
        pytest.skip('tshark: not installed')
    merged = tmp_path_factory.mktemp('merged') / 'answers.pcap'
    frames.write_capture(merged, [frame for _, frame in made])
    faults = answers.tshark_faults(merged).splitlines()
    assert not [(made[int(fault.split()[0]) - 1][0], fault) for fault in faults]
