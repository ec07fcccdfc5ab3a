# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Reloads through weirctl: what comes in force, what is refused, what stays."""
import json
import os
import re
import signal
import subprocess
import time

import pytest
from api import described, OK, PORTS, REFUSED, USAGE, WEIR, WEIRCTL
from test_weir_run import PREFIX


# Reloads

def asked(api, extra=''):
    """The run has decided the two queries of its capture."""
    api.configure(weir='run_dir = run\nuntil_ready = wait\n', extra=extra)
    api.run()
    deadline = time.monotonic() + 60
    while api.get('/v1/counters')[1]['totals']['received'] < 3 and time.monotonic() < deadline:
        time.sleep(0.05)


def test_a_reload_brings_a_list_in_force(api):
    api.run()
    api.write('ads.txt', 'ads.test\nmore.test\n')
    done = api.ctl('reload', '--wait')
    assert (done.returncode, done.stderr) == (OK, ''), done
    assert done.stdout.splitlines() == ['list ads: 2 rules, 1 added, 0 removed', '  + more.test',
                                        'generation 2 is in force']
    reply = json.loads(api.ctl('lookup', 'more.test', '--json').stdout)
    assert (reply['generation'], reply['action']) == (2, 'nxdomain')
    status = api.get('/v1/status')[1]['policy']
    assert status['generation'] == 2
    assert [(one['state'], one['rules']) for one in status['lists']] == [('loaded', 2), ('loaded', 1), ('loaded', 1)]
    code, _, err = api.stop()
    assert code == OK
    assert f'weir run: api: POST /v1/reload?wait=yes by uid {os.geteuid()} gid {os.getegid()} pid ' in err


def test_an_ini_with_errors_is_answered_with_the_first(api):
    """Who asks does not see what the run prints."""
    api.run()
    ini = (api.path / 'weir.ini').read_text()
    api.write('weir.ini', ini + '[list none]\npath = none.txt\naction = nodat\n[nonsense]\n')
    done = subprocess.run([WEIRCTL, '--socket', api.socket, 'reload', '--wait'], capture_output=True, text=True,
                          timeout=60)
    line = (ini + '[list none]\npath\n').count('\n') + 1
    assert done.returncode == REFUSED
    assert f'weir.ini:{line}: [list none] action = nodat' in done.stderr
    assert '(and more, printed on its standard error)' in done.stderr
    done = api.ctl('status')  # the socket cannot be read out of that
    assert done.returncode == USAGE and '--socket PATH' in done.stderr
    assert api.stop()[0] == OK


def test_a_reload_of_one_list_leaves_the_others(api):
    api.run()
    api.write('ads.txt', 'ads.test\nmore.test\n')
    api.write('v6.txt', '||x.test^\n')
    done = api.ctl('reload', 'v6', '--wait', '--json')
    assert done.returncode == OK, done.stderr
    assert [change['list'] for change in json.loads(done.stdout)['changes']] == ['v6']
    states = [one['state'] for one in api.get('/v1/status')[1]['policy']['lists']]
    assert states == ['changed', 'loaded', 'loaded']
    assert api.stop()[0] == OK


def test_a_reload_that_is_not_waited_for(api):
    api.run()
    api.write('ads.txt', 'other.test\n')
    done = api.ctl('reload')
    assert done.returncode == OK and 'has begun' in done.stdout
    deadline = time.monotonic() + 60
    while api.get('/v1/status')[1]['policy']['generation'] < 2:
        assert time.monotonic() < deadline
    assert api.stop()[0] == OK


@pytest.mark.parametrize('args, status, said', [
    (['reload', 'nosuch'], REFUSED, 'has no [list nosuch]'),
    (['reload', 'a', 'b'], USAGE, "reload takes no argument `b'"),
    (['status', '--wait'], USAGE, '--wait and --dry-run are for reload'),
])
def test_a_reload_that_is_refused(api, args, status, said):
    api.run()
    done = api.ctl(*args)
    assert (done.returncode, done.stdout) == (status, '') and said in done.stderr
    assert api.get('/v1/reload?wait=perhaps', method='POST')[0] == 400
    assert api.get('/v1/reload')[0] == 405
    assert api.get('/v1/status')[1]['policy']['generation'] == 1
    assert api.stop()[0] == OK


@pytest.mark.parametrize('args', [['--wait'], ['--dry-run']])
def test_a_reload_that_fails_changes_nothing_and_says_why(api, args):
    api.run()
    api.configure(ports=PORTS, weir='run_dir = run\n', extra='[list new]\npath = none.txt\n')
    done = api.ctl('reload', *args)
    assert (done.returncode, done.stdout) == (REFUSED, '')
    assert '[list new] path' in done.stderr and done.stderr.count('\n') == 1
    assert api.get('/v1/lookup?name=ads.test')[1]['generation'] == 1
    failed = api.get('/v1/counters')[1]['policy']['failed']
    assert failed == (0 if '--dry-run' in args else 1)
    assert api.stop()[0] == OK


def test_status_tells_when_and_why_the_last_reload_failed(api):
    """As long as nobody reads the log of the run."""
    api.run()
    status = api.get('/v1/status')[1]
    described(status, 'Status')
    assert status['policy']['reload'] is None and 'last reload' not in api.ctl('status').stdout
    assert api.ctl('reload', '--wait').returncode == OK
    good = api.get('/v1/status')[1]['policy']['reload']
    assert good == {'ended': good['last_ok'], 'ok': True, 'sentence': 'generation 2 is in force',
                    'last_ok': good['last_ok']}
    assert f'last reload: {good["ended"]}: generation 2 is in force\n' in api.ctl('status').stdout
    ini = (api.path / 'weir.ini').read_text()
    api.write('weir.ini', ini + '[list none]\npath = none.txt\naction = nodat\n')
    assert api.get('/v1/reload?dry_run=yes', method='POST')[0] == 422
    assert api.get('/v1/status')[1]['policy']['reload'] == good
    assert api.get('/v1/reload?wait=yes', method='POST')[0] == 422
    api.write('weir.ini', ini)
    status = api.get('/v1/status')[1]
    described(status, 'Status')
    bad = status['policy']['reload']
    assert (bad['ok'], bad['last_ok']) == (False, good['ended'])
    assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', bad['ended'])
    assert f'weir.ini:{ini.count(chr(10)) + 3}: [list none] action = nodat' in bad['sentence']
    assert (f'last reload: {bad["ended"]}, failed: {bad["sentence"]}\n'
            f'last reload that came in force: {good["ended"]}\n') in api.ctl('status').stdout
    assert api.stop()[0] == OK


def refuse(api, name='v6.txt'):
    os.unlink(os.path.join(api.path, name))
    os.mkdir(os.path.join(api.path, name))


def test_a_list_that_is_refused_is_stale_and_the_others_are_reloaded(api):
    api.run()
    refuse(api)
    api.write('ads.txt', 'ads.test\nmore.test\n')
    done = api.ctl('reload', '--wait')
    assert done.returncode == REFUSED
    assert done.stdout.splitlines() == ['list ads: 2 rules, 1 added, 0 removed', '  + more.test',
                                        'generation 2 is in force, 1 of its lists is stale']
    assert re.fullmatch(r'weirctl: list v6 is stale since \S+: \S*weir\.ini:\d+: \[list v6\] path: '
                        r'\S*v6\.txt: Is a directory\n', done.stderr), done.stderr
    assert api.get('/v1/lookup?name=more.test')[1]['action'] == 'nxdomain'
    assert api.get('/v1/lookup?name=ads.test&qtype=AAAA')[1]['matches'][1]['list'] == 'v6'
    status = api.get('/v1/status')[1]
    described(status, 'Status')
    ads, v6, _ = status['policy']['lists']
    assert (ads['state'], ads['stale'], v6['state'], v6['rules']) == ('loaded', None, 'stale', 1)
    assert '[list v6] path' in v6['stale']['why'] and v6['stale']['for_s'] < 60
    counters = api.get('/v1/counters')[1]
    described(counters, 'Counters')
    assert counters['policy'] == {'generation': 2, 'published': 2, 'failed': 0, 'stale_lists': 1, 'restart_keys': 0}
    told = api.ctl('status').stdout
    assert re.search(r'^v6 +stale .*\n  stale for 00:00:\d\d: .*Is a directory$', told, re.M), told
    code, _, err = api.stop()
    assert code == OK
    assert 'weir run: list v6 is stale, what was read of it before stays: ' in err


def test_a_list_that_turns_stale_is_a_change(api):
    api.run()
    os.unlink(os.path.join(api.path, 'v6.txt'))
    done = api.ctl('reload', '--wait')
    assert (done.returncode, done.stdout) == (REFUSED, 'generation 2 is in force, 1 of its lists is stale\n'), done.stderr
    assert api.stop()[0] == OK


def test_a_stale_list_is_refused_alone_left_alone_and_good_again(api):
    api.run()
    refuse(api)
    reply = json.loads(api.ctl('reload', 'v6', '--wait', '--json').stdout)
    described(reply, 'Reload')
    assert [stale['list'] for stale in reply['stale']] == ['v6']
    done = api.ctl('reload', 'ads', '--wait')
    assert (done.returncode, done.stderr) == (OK, '')
    assert api.get('/v1/status')[1]['policy']['lists'][1]['state'] == 'stale'
    os.rmdir(os.path.join(api.path, 'v6.txt'))
    api.write('v6.txt', '||x.test^\n')
    done = api.ctl('reload', '--wait')
    assert (done.returncode, done.stderr) == (OK, ''), done
    assert 'list v6: 1 rules, 1 added, 1 removed' in done.stdout
    assert api.get('/v1/status')[1]['policy']['lists'][1]['state'] == 'loaded'
    assert api.get('/v1/counters')[1]['policy']['stale_lists'] == 0
    assert api.stop()[0] == OK


def test_keys_that_wait_for_a_restart_are_told_until_they_are_what_they_were(api):
    api.run()
    ini = open(os.path.join(api.path, 'weir.ini'), encoding='ascii').read()
    assert 'wait for a restart' not in api.ctl('status').stdout
    api.write('weir.ini', ini.replace('[weir]\n', '[weir]\nidle = pause\nwatchdog = 2s\n'))
    told = 'keys that changed and wait for a restart: 2\n' \
           '  weir.ini:2: [weir] idle = pause: only a restart brings it in force; until then it is `adaptive\'\n' \
           '  weir.ini:3: [weir] watchdog = 2s: only a restart brings it in force; until then it is `1s\'\n'
    assert api.ctl('reload', '--wait').stdout == \
        f'nothing that a reload brings in force has changed\n{told}generation 2 is in force\n'
    assert told in api.ctl('status').stdout
    described(api.get('/v1/status')[1], 'Status')
    assert api.ctl('reload', 'ads', '--wait').returncode == OK  # of a list alone: the INI is not read
    assert api.get('/v1/status')[1]['policy']['restart_keys'] == 2
    assert api.get('/v1/counters')[1]['policy']['restart_keys'] == 2
    api.write('weir.ini', ini)
    assert api.ctl('reload', '--wait').returncode == OK
    assert api.get('/v1/status')[1]['policy']['restart_keys'] == 0
    assert api.stop()[0] == OK


def test_a_dry_run_tells_what_would_change_and_changes_nothing(api):
    """Rules by list, and what becomes of the queries that lcores have seen."""
    asked(api)
    api.write('ads.txt', 'ok.test\n')
    done = api.ctl('reload', '--dry-run')
    assert (done.returncode, done.stderr) == (OK, '')
    lines = done.stdout.splitlines()
    assert lines[:4] == ['list ads: 1 rules, 1 added, 1 removed', '  + ok.test', '  - ads.test',
                         'of 2 queries of late, sampled as 2, 2 would be decided otherwise']
    assert sorted(line.split() for line in lines[4:6]) == [
        '1 ads.test A: nxdomain -> pass'.split(), '1 ok.test A: pass -> nxdomain'.split()]
    assert lines[6:] == ['generation 2 would be published']
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'nxdomain'
    assert api.get('/v1/status')[1]['policy']['generation'] == 1
    assert api.ctl('reload', '--wait').returncode == OK
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'pass'
    done = api.ctl('reload', '--dry-run')  # the same again: nothing
    assert done.stdout.splitlines()[:2] == [
        'nothing that a reload brings in force has changed', 'of 2 queries of late, sampled as 2, 0 would be decided otherwise']
    assert api.stop()[0] == OK


def test_a_dry_run_finds_clients_in_the_groups_they_would_have(api):
    groups = '[group kids]\nlists = ads\n[group free]\nlists = builtin-ddr\n[clients {}]\nprefixes = 0.0.0.0/0\n'
    asked(api, groups.format('kids'))
    api.configure(weir='run_dir = run\nuntil_ready = wait\n', extra=groups.format('free'))
    done = api.ctl('reload', '--dry-run')
    assert (done.returncode, done.stderr) == (OK, '')
    lines = done.stdout.splitlines()
    line = 1 + (api.path / 'weir.ini').read_text().splitlines().index('[clients free]')
    assert lines[:4] == ['weir.ini: [clients kids]: is gone', f'weir.ini:{line}: [clients free]: is new',
                         "clients' prefixes have changed: 1 now, 1 before",
                         'of 2 queries of late, sampled as 2, 1 would be decided otherwise']
    assert lines[4].split() == '1 ads.test A: nxdomain -> pass'.split()
    assert api.ctl('reload', '--wait').returncode == OK
    done = api.ctl('reload', '--dry-run')  # those that the generation before decided are of use
    assert done.stdout.splitlines()[1] == 'of 2 queries of late, sampled as 2, 0 would be decided otherwise'
    assert api.stop()[0] == OK


def test_a_reload_tells_what_changed_beside_lists(api):
    """An action, a group, a file of prefixes."""
    groups = '[group kids]\nlists = ads\n[clients kids]\nprefix_file = kids.txt\n'
    api.write('kids.txt', '10.0.0.0/8\n')
    api.configure(ports=PORTS, weir='run_dir = run\n', extra=groups)
    api.run()
    api.write('kids.txt', '10.0.0.0/8\n192.0.2.0/24\n')
    assert api.ctl('reload', '--wait').stdout.splitlines() == [
        "clients' prefixes have changed: 2 now, 1 before", 'generation 2 is in force']
    api.configure(ports=PORTS, weir='run_dir = run\n',
                  extra=groups.replace('lists = ads', 'enforce = no') + '[group more]\n')
    done = api.ctl('reload', '--wait', '--json')
    reply = json.loads(done.stdout)
    described(reply, 'Reload')
    assert reply['changes'] == [] and reply['prefixes'] is None
    line = 1 + (api.path / 'weir.ini').read_text().splitlines().index('[group kids]')
    assert reply['settings'] == [
        f"weir.ini:{line}: [group kids] lists = *: it was `ads'",
        f"weir.ini:{line + 1}: [group kids] enforce = no: it was `yes'",
        f'weir.ini:{line + 4}: [group more]: is new']
    code, _, err = api.stop()
    assert code == OK
    assert f"weir run: weir.ini:{line + 1}: [group kids] enforce = no: it was `yes'\n" in err


def until_generation(api, generation):
    deadline = time.monotonic() + 60
    while api.get('/v1/status')[1]['policy']['generation'] < generation:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_file_that_changes_is_a_reload(api):
    """Written in place, replaced, the INI itself; and no more once the INI does not want it."""
    api.configure(ports=PORTS, weir='run_dir = run\nreload_on_change = yes\n')
    api.run()
    api.write('ads.txt', 'one.test\n')
    until_generation(api, 2)
    assert api.get('/v1/lookup?name=one.test')[1]['action'] == 'nxdomain'
    api.write('new.txt', 'two.test\n')
    os.rename(os.path.join(api.path, 'new.txt'), os.path.join(api.path, 'ads.txt'))
    until_generation(api, 3)
    assert api.get('/v1/lookup?name=two.test')[1]['action'] == 'nxdomain'
    api.configure(ports=PORTS, weir='run_dir = run\n', extra='[list more]\npath = v6.txt\n')
    until_generation(api, 4)
    assert [one['name'] for one in api.get('/v1/status')[1]['policy']['lists']] == ['ads', 'more', 'builtin-ddr']
    descriptors = f'/proc/{api.running.pid}/fd'
    assert 'anon_inode:inotify' not in [os.readlink(f'{descriptors}/{fd}') for fd in os.listdir(descriptors)
                                        if os.path.islink(f'{descriptors}/{fd}')]
    code, _, err = api.stop()
    assert code == OK and err.count('a file has changed: reload') == 3


def test_every_file_that_the_ini_names_is_watched(api):
    """The second list as the first, and the prefixes of clients."""
    api.write('more.txt', 'x.test\n')
    api.write('kids.txt', '10.0.0.0/8\n')
    api.configure(ports=PORTS, weir='run_dir = run\nreload_on_change = yes\n',
                  extra='[list more]\npath = more.txt\n[group default]\nlists = ads\n[group kids]\nlists = more\n'
                        '[clients kids]\nprefix_file = kids.txt\n')
    api.run()
    api.write('more.txt', 'y.test\n')
    until_generation(api, 2)
    assert api.get('/v1/lookup?name=y.test&client=10.1.1.1')[1]['action'] == 'nxdomain'
    api.write('kids.txt', '192.0.2.0/24\n')
    until_generation(api, 3)
    assert api.get('/v1/lookup?name=y.test&client=192.0.2.1')[1]['action'] == 'nxdomain'
    api.write('ads.txt', 'one.test\n')
    until_generation(api, 4)
    code, _, err = api.stop()
    assert code == OK and 'warning' not in err


def test_a_compiled_policy_is_watched_instead_of_its_lists(api):
    api.write('more.txt', 'x.test\n')
    api.write('lists.ini', '[weir]\nstate_dir =\n[list ads]\npath = ads.txt\n[list more]\npath = more.txt\n')
    compiling = [WEIR, 'compile', '-c', 'lists.ini', '-o', 'p.weirdb']
    subprocess.run(compiling, cwd=api.path, check=True, capture_output=True, timeout=60)
    api.write('weir.ini', '[weir]\nstate_dir =\nrun_dir = run\nreload_on_change = yes\n[eal]\nhugepages = no\n'
                          f'file_prefix = {PREFIX}\n{PORTS}')
    api.start('--policy', 'p.weirdb')
    api.until('^ready')
    api.write('more.txt', 'y.test\n')
    time.sleep(2)  # longer than a change waits for quiet
    assert api.get('/v1/status')[1]['policy']['generation'] == 1
    subprocess.run(compiling, cwd=api.path, check=True, capture_output=True, timeout=60)
    until_generation(api, 2)
    assert api.get('/v1/lookup?name=y.test')[1]['action'] == 'nxdomain'
    code, _, err = api.stop()
    assert code == OK and 'warning' not in err


def test_a_signal_during_a_reload_is_not_lost(api):
    """The second SIGHUP comes once v6.txt may have been read already."""
    api.write('ads.txt', ''.join(f'n{i}.test\n' for i in range(300000)))
    api.run()
    api.write('ads.txt', ''.join(f'm{i}.test\n' for i in range(300000)))
    api.running.send_signal(signal.SIGHUP)
    time.sleep(0.15)
    api.write('v6.txt', '||late.test^\n')
    api.running.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    while api.get('/v1/lookup?name=late.test')[1]['action'] != 'nodata':
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert api.get('/v1/lookup?name=m1.test')[1]['action'] == 'nxdomain'
    code, _, err = api.stop()
    assert code == OK and 'not reloaded' not in err


def test_a_changed_file_that_is_no_good_changes_nothing(api):
    api.configure(ports=PORTS, weir='run_dir = run\nreload_on_change = yes\n')
    api.run()
    api.write('weir.ini', 'nonsense\n')
    seen = ''
    while 'reload failed' not in seen:
        seen = api.running.stderr.readline()
        assert seen
    assert 'generation 1 stays in force' in seen
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'nxdomain'
    assert api.stop()[0] == OK


def test_a_client_that_goes_while_it_waits(api):
    api.run()
    api.write('ads.txt', ''.join(f'n{i}.test\n' for i in range(200000)))
    with api.connect() as client:
        client.sendall(b'POST /v1/reload?dry_run=yes HTTP/1.1\r\nContent-Length: 0\r\n\r\n')
    deadline = time.monotonic() + 60
    while api.get('/v1/reload?dry_run=yes', method='POST')[0] == 409:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # each try is a line of the log, which nobody reads here
    assert api.stop()[0] == OK


def test_output_that_does_not_arrive_is_a_failure(api):
    api.run()
    with open('/dev/full', 'w', encoding='ascii') as full:
        done = subprocess.run([WEIRCTL, '-c', 'weir.ini', 'status'], cwd=api.path, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == REFUSED and 'cannot be written' in done.stderr
    assert api.stop()[0] == OK


def test_memory_suffices_for_reload_after_reload(api):
    """What stays in force from one to the next leaves holes between what does not: a trie of 32 MB fits in none."""
    names = [f'n{i}.test\n' for i in range(60)]
    api.write('weir.ini', f'[weir]\nnuma = prefer\nrun_dir = run\nstate_dir =\n[eal]\nhugepages = no\n'
              f'file_prefix = {PREFIX}\nlcores = 0@0,1@1\n[patterns]\ncache_dir =\n{PORTS}side = servers\n'
              '[lcore 1]\nports = lan, wan\n[list ads]\npath = ads.txt\nformat = domains\n'
              '[list addr]\npath = addr.prefixes\nformat = prefixes\n[group kids]\n'
              '[clients kids]\nprefixes = 10.99.20.0/24\n')
    api.write('addr.prefixes', '2001:db8:dead::/48\n10.0.0.0/8\n')
    api.write('ads.txt', ''.join(names))
    api.run()
    for _ in range(3):
        for count in (None, None, 31, 60):
            if count is not None:
                api.write('ads.txt', ''.join(names[:count]))
            done = api.ctl('reload', '--wait')
            assert (done.returncode, done.stderr) == (OK, ''), done
    assert api.stop()[0] == OK
