# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The last good policy that weir run keeps on disk, and starts with where lists are refused."""
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import time

import pytest
from api import CONFIG, described, OK, PORTS, WEIR
from test_weir_run import LIST, PREFIX

NAME = PREFIX + '.weirdb'


def kept(api):
    return pathlib.Path(api.path, 'state', NAME)


def until_kept(api, generation=1):
    """The policy of a generation is on disk."""
    deadline = time.monotonic() + 60
    while (api.get('/v1/status')[1]['policy']['kept'] or {}).get('generation', 0) < generation:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def last_run(api, generation=1):
    """A run that has ended, and has left its policy."""
    api.run()
    until_kept(api, generation)
    assert api.stop()[0] == OK


def contents(folder):
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in folder.iterdir()}


def remove(api, name):
    os.unlink(os.path.join(api.path, name))


def end(api):
    """Exit status, standard output and error, warnings too."""
    out, err = api.running.communicate(timeout=60)
    return api.running.returncode, out, err


def fails_to_start(api, words):
    api.start()
    code, out, err = end(api)
    assert (code, out) == (CONFIG, '') and words in err, err
    return err


def test_a_run_keeps_its_policy_and_the_next_one_starts_with_it(api):
    last_run(api)
    assert stat.S_IMODE(kept(api).stat().st_mode) == 0o600
    assert stat.S_IMODE(kept(api).parent.stat().st_mode) == 0o700
    assert [path.name for path in kept(api).parent.iterdir()] == [NAME]
    remove(api, 'ads.txt')
    api.run()
    status = api.get('/v1/status')[1]
    described(status, 'Status')
    ads, v6, _ = status['policy']['lists']
    assert (ads['state'], ads['rules'], v6['state']) == ('stale', 1, 'loaded')
    assert ads['stale']['why'].endswith('ads.txt: No such file or directory')
    rule = api.get('/v1/lookup?name=www.ads.test')[1]['rule']
    assert rule == {'list': 'ads', 'category': '', 'path': 'ads.txt', 'line': 1}
    assert api.get('/v1/counters')[1]['policy']['stale_lists'] == 1
    until_kept(api, 1)
    told = api.ctl('status').stdout
    assert 'kept on disk: generation 1, written ' in told and 'stale for 00:00:' in told
    code, _, err = api.stop()
    assert code == OK
    assert 'weir run: list ads is stale, what was read of it before stays: ' in err
    digest = re.search(r'^weir run: started with 1 list of the last good policy, kept \S+Z, 0d 00:0\d:\d\d ago, '
                       r'digest ([0-9a-f]{64})$', err, re.M)
    assert digest, err


def test_it_is_kept_again_and_again_and_read_when_it_is_good_again(api):
    """A list that was never read since is still there after two more starts."""
    last_run(api)
    remove(api, 'ads.txt')
    last_run(api)
    last_run(api)
    api.run()
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'nxdomain'
    api.write('ads.txt', 'more.test\n')
    assert api.ctl('reload', '--wait').returncode == OK
    assert api.get('/v1/lookup?name=ads.test')[1]['rule'] is None
    until_kept(api, 2)
    assert api.stop()[0] == OK
    remove(api, 'ads.txt')
    api.run()
    assert api.get('/v1/lookup?name=more.test')[1]['action'] == 'nxdomain'
    assert api.stop()[0] == OK


def test_groups_and_actions_are_those_of_the_ini_of_now(api):
    last_run(api)
    remove(api, 'ads.txt')
    ini = pathlib.Path(api.path, 'weir.ini')
    ini.write_text(ini.read_text().replace('action = nxdomain', 'action = refused') +
                   '[group default]\n[group kids]\nlists = *, -ads\n[clients kids]\nvlans = 12\n')
    api.run()
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'refused'
    assert api.get('/v1/lookup?name=ads.test&vlan=12')[1]['action'] == 'pass'
    assert api.stop()[0] == OK


@pytest.mark.parametrize('key, client', [
    ('prefixes = 192.0.2.0/25', 'client=192.0.2.7'), ('prefix_file = kids.txt', 'client=192.0.2.7'),
    ('macs = 02:00:00:00:0a:01', 'mac=02:00:00:00:0a:01'), ('vlans = 12', 'vlan=12'),
    ('qinq = 100.12', 'qinq=100.12'), ('ports = lan', 'port=lan')])
def test_a_policy_is_kept_whatever_tells_who_is_in_a_group(api, key, client):
    api.write('kids.txt', '192.0.2.0/25\n')
    ini = pathlib.Path(api.path, 'weir.ini')
    ini.write_text(ini.read_text() + f'[group kids]\ndefault = refused\n[clients kids]\n{key}\n')
    last_run(api)
    remove(api, 'ads.txt')
    api.run()
    assert api.get('/v1/status')[1]['policy']['lists'][0]['state'] == 'stale'
    assert api.get(f'/v1/lookup?name=x.test&{client}')[1]['action'] == 'refused'
    assert api.stop()[0] == OK


def test_a_list_that_has_shrunk_between_two_runs_is_stale(api):
    api.write('ads.txt', 'ads.test\nmore.test\nyet.test\n')
    last_run(api)
    api.write('ads.txt', 'ads.test\n')
    api.run()
    assert api.get('/v1/status')[1]['policy']['lists'][0]['state'] == 'stale'
    assert api.get('/v1/lookup?name=more.test')[1]['action'] == 'nxdomain'
    code, _, err = api.stop()
    assert code == OK and '1 rules, 3 were read last: shrank by more than max_shrink = 50 %' in err
    ini = pathlib.Path(api.path, 'weir.ini')
    ini.write_text(ini.read_text().replace(LIST, LIST + 'max_shrink = 100\n'))
    api.run()
    assert api.get('/v1/lookup?name=more.test')[1]['action'] == 'pass'
    assert api.stop()[0] == OK


@pytest.mark.parametrize('damage, said', [
    (lambda octets: octets[:200] + bytes([octets[200] ^ 1]) + octets[201:], 'changed since it was written'),
    (lambda octets: octets[:8] + b'\x63' + octets[9:], 'of version 99, this program reads '),
    (lambda octets: octets[:100], 'cut off'),
    (lambda octets: b'', 'empty')])
def test_a_damaged_file_is_not_used(api, damage, said):
    last_run(api)
    kept(api).write_bytes(damage(kept(api).read_bytes()))
    remove(api, 'ads.txt')
    err = fails_to_start(api, '[list ads] path: ')
    assert re.search(rf'weir run: warning: the last good policy is not used: \S*{NAME}: .*{said}', err), err
    api.write('ads.txt', 'ads.test\n')
    api.run()  # and is written anew
    until_kept(api)
    assert api.stop()[0] == OK
    remove(api, 'ads.txt')
    api.run()
    assert api.stop()[0] == OK


def test_a_list_that_is_new_fails_the_start_as_ever(api):
    last_run(api)
    ini = pathlib.Path(api.path, 'weir.ini')
    ini.write_text(ini.read_text() + '[list new]\npath = none.txt\n')
    fails_to_start(api, '[list new] path: ')


def test_no_other_command_reads_it(api):
    """The list is gone, and what would stand in for it is there: they fail, and touch nothing."""
    last_run(api)
    before = contents(kept(api).parent)
    remove(api, 'ads.txt')
    for command in (['check'], ['replay', 'in.pcap'], ['explain', 'ads.test'], ['compile', '-o', 'p.weirdb'], ['plan']):
        done = subprocess.run([WEIR, command[0], '-c', 'weir.ini', *command[1:]], cwd=api.path, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == CONFIG and 'ads.txt: No such file' in done.stderr, (command, done)
        assert 'last good' not in done.stderr
    kept(api).write_bytes(b'poison')
    api.write('ads.txt', 'ads.test\n')
    poisoned = contents(kept(api).parent)
    for command in (['check'], ['replay', 'in.pcap'], ['explain', 'ads.test'], ['compile', '-o', 'p.weirdb'], ['plan']):
        done = subprocess.run([WEIR, command[0], '-c', 'weir.ini', *command[1:]], cwd=api.path, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == OK and 'last good' not in done.stderr, (command, done)
    assert before.keys() == poisoned.keys() and contents(kept(api).parent) == poisoned
    shutil.rmtree(kept(api).parent)
    for command in (['check'], ['replay', 'in.pcap'], ['explain', 'ads.test'], ['compile', '-o', 'p.weirdb'], ['plan']):
        subprocess.run([WEIR, command[0], '-c', 'weir.ini', *command[1:]], cwd=api.path, capture_output=True,
                       check=True, timeout=60)
    assert not kept(api).parent.exists()


def test_beside_a_compiled_policy_nothing_is_kept(api):
    done = subprocess.run([WEIR, 'compile', '-c', 'weir.ini', '-o', 'p.weirdb'], cwd=api.path, timeout=60,
                          capture_output=True, text=True)
    assert done.returncode == OK
    api.start('--policy', 'p.weirdb')
    api.until('^ready')
    assert api.get('/v1/status')[1]['policy']['kept'] is None
    assert api.ctl('reload', '--wait').returncode == OK
    api.running.send_signal(signal.SIGTERM)
    code, _, err = end(api)
    assert (code, 'kept' in err) == (OK, False)
    assert not kept(api).parent.exists()


def test_what_is_kept_can_be_explained(api):
    last_run(api)
    done = subprocess.run([WEIR, 'explain', '-c', 'weir.ini', '--policy', str(kept(api)), 'x.ads.test'], cwd=api.path,
                          capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[0] == 'x.ads.test A: nxdomain by list ads, ads.txt:1'


def test_an_empty_key_keeps_nothing(api):
    api.start('--set', 'weir.state_dir=')
    api.until('^ready')
    assert api.ctl('reload', '--wait').returncode == OK
    assert api.get('/v1/status')[1]['policy']['kept'] is None
    assert api.stop()[0] == OK
    assert not kept(api).parent.exists()


def test_a_folder_that_is_none_is_warned_of_and_told(api):
    api.write('state', 'a file')
    api.start()
    api.until('^ready')
    until_kept(api)
    assert api.get('/v1/status')[1]['policy']['kept']['error'].endswith('state: Not a directory')
    assert 'generation 1 could not be kept on disk: ' in api.ctl('status').stdout
    api.running.send_signal(signal.SIGTERM)
    code, _, err = end(api)
    assert code == OK
    assert 'weir run: warning: generation 1 could not be kept on disk: ' in err
    assert pathlib.Path(api.path, 'state').read_text() == 'a file'


def test_what_a_killed_run_has_left_is_in_nobodys_way(api):
    last_run(api)
    (kept(api).parent / (NAME + '.part')).write_bytes(b'half of it')
    api.run()
    until_kept(api)
    api.running.send_signal(signal.SIGKILL)
    api.running.wait()
    assert [path.name for path in kept(api).parent.iterdir()] == [NAME]
    remove(api, 'ads.txt')
    api.run()
    assert api.stop()[0] == OK


def test_two_instances_keep_apart(api):
    api.start('--set', f'eal.file_prefix={PREFIX}b')
    api.until('^ready')
    until_kept(api)
    assert api.stop()[0] == OK
    last_run(api)
    assert sorted(path.name for path in kept(api).parent.iterdir()) == [NAME, PREFIX + 'b.weirdb']


def test_ports_of_the_capture_are_filtered_by_it(api):
    """Not only told: a blocked name is answered by a rule whose list is gone."""
    last_run(api)
    remove(api, 'ads.txt')
    api.configure(weir='run_dir = run\nuntil_ready = wait\n')
    api.run()
    assert PORTS not in pathlib.Path(api.path, 'weir.ini').read_text()
    deadline = time.monotonic() + 60
    while api.get('/v1/counters')[1]['totals']['received'] < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    counters = api.get('/v1/counters')[1]
    assert counters['totals']['answered'] == 1 and counters['lists'][0]['decided'] == 1
    assert api.stop()[0] == OK
