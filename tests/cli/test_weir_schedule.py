# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Schedules from outside: what check says of them, what explain tells of a time, a compiled policy, a replay
over several lcores, and a run in which hours change."""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import time

import pytest
from api import Api, PORTS

WEIR = os.environ['WEIR']
ROOT = pathlib.Path(__file__).parents[2]
CASE = ROOT / 'tests/replay/schedules'
OK, FAILURE, USAGE, CONFIG = 0, 1, 2, 78


def run(*args, **how):
    return subprocess.run([WEIR, *map(str, args)], capture_output=True, text=True, timeout=120, **how)


def explain(at, name='www.games.example', *args):
    done = run('explain', '-c', CASE / 'weir.ini', '--vlan', '1', '--at', at, *args, name)
    assert done.returncode == OK, done.stderr
    return done


def test_check_shows_the_windows():
    done = run('check', '-c', CASE / 'weir.ini')
    assert done.returncode == OK
    assert [line for line in done.stdout.splitlines() if ': schedule ' in line] == [
        'group kids: schedule (Europe/Berlin): Mon-Fri 08:00-18:00: games',
        'group kids: schedule (Europe/Berlin): Sat 23:00-02:30: social']


@pytest.mark.parametrize('schedule, said', [
    ('Mon-Fri 08:00-18:00 [a] | Wed 12:00-20:00 [a]', 'overlaps itself: list a is turned on by'),
    ('Mox 08:00-18:00 [a]', "`Mox' is no day: allowed are Mon, Tue"),
    ('Mon 25:00-26:00 [a]', "`25:00' is no time of a day: allowed are 00:00..24:00"),
    ('Mon 08:00-18:00 [b]', "`b' is no list: allowed are a, builtin-ddr"),
    ('Mon 08:00-08:00 [a]', "the window `08:00-08:00' is empty"),
])
def test_a_wrong_schedule_is_refused_by_its_line(tmp_path, schedule, said):
    (tmp_path / 'a.txt').write_text('a.example\n')
    (tmp_path / 'a.ini').write_text(f'[list a]\npath = a.txt\n[group default]\nschedule = {schedule}\n')
    done = run('check', '-c', 'a.ini', cwd=tmp_path)
    assert done.returncode == CONFIG
    assert done.stderr.startswith(f'a.ini:4: [group default] schedule = {schedule}: ') and said in done.stderr


def test_a_wrong_zone_is_refused_by_its_line(tmp_path):
    (tmp_path / 'a.ini').write_text('[weir]\ntimezone = Europe/Atlantis\n')
    done = run('check', '-c', 'a.ini', cwd=tmp_path)
    assert done.returncode == CONFIG
    assert done.stderr.startswith('a.ini:2: [weir] timezone = Europe/Atlantis: no time zone of that name in ')


def test_explain_tells_which_lists_hours_turn_off():
    done = explain('2026-01-05T07:59')
    assert done.stdout.splitlines() == [
        'www.games.example A: pass by default of the group',
        f'group: kids, VLAN 1 of [clients kids] ({CASE}/weir.ini:18)',
        'schedule: at 2026-01-05T07:59:00+01:00 lists off: games, social; until 2026-01-05T08:00:00+01:00 '
        '(Europe/Berlin)',
        "  games            nxdomain   subtree    games.example            games.domains:1"
        "  (the list is off by the group's schedule)"]
    lines = explain('2026-01-05T08:00').stdout.splitlines()
    assert lines[0] == 'www.games.example A: nxdomain by list games, games.domains:1'
    assert lines[2].endswith(' lists off: social; until 2026-01-05T18:00:00+01:00 (Europe/Berlin)')
    # of the other group nothing is said
    done = run('explain', '-c', CASE / 'weir.ini', '--at', '2026-01-05T07:59', 'games.example')
    assert 'schedule' not in done.stdout and done.stdout.startswith('games.example A: nxdomain ')


def test_explain_in_the_nights_of_daylight_saving_time():
    done = explain('2026-03-29T02:30', 'social.example')
    assert 'show it never: taken for 2026-03-29T03:00:00+02:00' in done.stderr
    assert done.stdout.startswith('social.example A: pass ')
    done = explain('2026-10-25T02:15', 'social.example')
    assert 'show it twice: taken for 2026-10-25T02:15:00+02:00' in done.stderr
    assert ' lists off: games; until 2026-10-25T02:30:00+02:00 ' in done.stdout
    done = explain('2026-10-25T02:15+01:00', 'social.example')
    assert not done.stderr and ' until 2026-10-25T02:30:00+01:00 ' in done.stdout
    assert explain('2026-10-25T01:15Z', 'social.example').stdout == done.stdout


def test_a_wrong_time_is_a_wrong_command_line():
    done = run('explain', '-c', CASE / 'weir.ini', '--at', 'noon', 'social.example')
    assert done.returncode == USAGE and "`noon' is no time: allowed are 2026-03-29T02:30" in done.stderr


def test_a_compiled_policy_brings_its_schedules(tmp_path):
    """The zone is that of the machine that takes it."""
    assert run('compile', '-c', CASE / 'weir.ini', '-o', tmp_path / 'p').returncode == OK
    (tmp_path / 'b.ini').write_text('[weir]\ntimezone = Europe/Berlin\n')
    done = run('replay', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', CASE / 'in.pcap',
               '--expect', CASE / 'expect.tsv', '--verdicts', tmp_path / 'v.tsv')
    assert done.returncode == OK, done.stdout
    (tmp_path / 'b.ini').write_text('')
    done = run('explain', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', '--vlan', '1', '--at',
               '2026-07-06T08:00Z', 'games.example')
    assert done.returncode == OK
    assert ' lists off: social; until 2026-07-06T18:00:00+00:00 (UTC)' in done.stdout


def test_a_compiled_policy_with_a_damaged_schedule_is_refused(tmp_path):
    """Its digest tells; one that was made to fit does not help."""
    assert run('compile', '-c', CASE / 'weir.ini', '-o', tmp_path / 'p').returncode == OK
    (tmp_path / 'b.ini').write_text('')
    octets = (tmp_path / 'p').read_bytes().replace(b'08:00-18:00', b'08:00-38:00')
    for mend, said in ((False, 'p: changed since it was written: its digest is another'),
                       (True, "[group kids] schedule = Mon-Fri 08:00-38:00 [games] | Sat 23:00-02:30 [social]: "
                              "`38:00' is no time of a day")):
        if mend:
            digest = hashlib.sha256(octets[:24] + bytes(32) + octets[56:]).digest()
            octets = octets[:24] + digest + octets[56:]
        (tmp_path / 'p').write_bytes(octets)
        done = run('explain', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', 'games.example')
        assert done.returncode in (FAILURE, CONFIG) and said in done.stderr, done.stderr


def test_a_replay_over_lcores_is_the_same(tmp_path):
    outs = []
    for n in ('0', '2'):
        lcores = () if n == '0' else ('--lcores', n)
        done = run('replay', '-c', CASE / 'weir.ini', CASE / 'in.pcap', '--expect', CASE / 'expect.tsv',
                   '-o', tmp_path / f'{n}.pcap', '--verdicts', tmp_path / f'{n}.tsv', *lcores)
        assert done.returncode == OK, done.stdout + done.stderr
        octets, at, frames = (tmp_path / f'{n}.pcap').read_bytes(), 24, []
        while at < len(octets):
            length = struct.unpack_from('<I', octets, at + 8)[0]
            frames.append(octets[at + 16:at + 16 + length])
            at += 16 + length
        outs.append(frames)
    assert outs[0] == outs[1]


def zone_that_jumps(path, at):
    """A zone whose clocks show 06:00 now, and 18:00 from some second on."""
    now = int(time.time())
    offsets = [hour * 3600 - now % 86400 for hour in (6, 18)]
    block = struct.pack('>qB', at, 1) + struct.pack('>iBBiBB', offsets[0], 0, 0, offsets[1], 0, 0) + b'XYZ\0'
    head = b'TZif2' + bytes(15)
    path.write_bytes(head + struct.pack('>6I', 0, 0, 0, 0, 1, 1) + bytes(7) +
                     head + struct.pack('>6I', 0, 0, 0, 1, 2, 4) + block + b'\n\n')


def placement(box):
    objects = json.loads(box.ctl('--socket', box.socket, '--json', 'placement').stdout)['objects']
    return sorted((each['name'], each['bytes'], each['wanted']) for each in objects)


@pytest.fixture(name='jump')
def fixture_jump(tmp_path):
    """A run before its hours change, which they do in some seconds; the slower the machine, the more."""
    box = Api(tmp_path)
    box.configure(ports=PORTS, weir='run_dir = run\ntimezone = Jump\n',
                  extra='[group default]\nschedule = Mon-Sun 12:00-24:00 [ads]\n')
    for seconds in (6, 20, 60):
        at = int(time.time()) + seconds
        zone_that_jumps(tmp_path / 'Jump', at)
        box.start(env={**os.environ, 'TZDIR': str(tmp_path)})
        box.until('^ready')
        if time.time() < at - seconds / 2:
            break
        box.stop()
    yield box
    if box.running.poll() is None:
        box.running.kill()
        box.running.wait()


def test_hours_change_in_a_run(jump):
    """By masks alone: no object comes or goes, and no file is looked at."""
    before = placement(jump)
    told = jump.ctl('--socket', jump.socket, 'lookup', 'ads.test').stdout
    assert told.startswith('ads.test A: pass by default of the group\n')
    assert "(the list is off by the group's schedule)" in told and 'schedule: lists off: ads; until ' in told
    os.unlink(os.path.join(jump.path, 'ads.txt'))
    said = jump.until_said('generation 2 is in force')
    assert 'weir run: group default by its schedule: ads on\n' in said
    told = jump.ctl('--socket', jump.socket, 'lookup', 'ads.test').stdout
    assert told.startswith('ads.test A: nxdomain by list ads, ads.txt:1\n')
    assert 'schedule: lists off: none; until ' in told and ' (Jump)\n' in told and told.endswith('generation 2\n')
    assert placement(jump) == before
    assert jump.stop()[0] == OK
