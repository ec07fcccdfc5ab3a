# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The API of weir run on its socket, and weirctl, which asks it: answers, refusals, hostile clients."""
import grp
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import time

import pytest
from test_weir_run import Box, LIST, PREFIX

WEIR, WEIRCTL = os.environ['WEIR'], os.environ['WEIRCTL']
ROOT = pathlib.Path(__file__).parents[2]
OK, REFUSED, USAGE, NOT_RUNNING = 0, 1, 2, 3
UNAVAILABLE, PERMISSION, CONFIG = 69, 77, 78
PORTS = '[port lan]\ndevice = net_null0,no-rx=1\npeer = wan\nside = clients\n' \
        '[port wan]\ndevice = net_null1,no-rx=1\npeer = lan\n'
CONNECTIONS_MAX = 48


class Api(Box):
    """A run whose socket is in its own folder."""

    def __init__(self, path):
        super().__init__(path)
        self.socket = str(path / 'run' / 'api.sock')
        self.write('v6.txt', '||ads.test^$dnstype=AAAA\n')
        self.configure(ports=PORTS, weir='run_dir = run\n',
                       extra='[list v6]\npath = v6.txt\nformat = adblock\naction = nodata\n')

    def run(self):
        self.start()
        self.until('^ready')
        return self

    def ctl(self, *args, **kwargs):
        return subprocess.run([WEIRCTL, '-c', 'weir.ini', *args], cwd=self.path, capture_output=True,
                              text=True, timeout=60, **kwargs)

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.socket)  # blocking: waits for a place in the backlog
        client.settimeout(60)
        return client

    def raw(self, octets):
        """What comes back for some octets, up to the end of the connection."""
        with self.connect() as client:
            seen = b''
            try:
                client.sendall(octets)
                while True:
                    got = client.recv(65536)
                    if not got:
                        break
                    seen += got
            except (BrokenPipeError, ConnectionResetError):
                pass
        return seen

    def get(self, target, method='GET'):
        """Status and JSON of a request."""
        seen = self.raw(f'{method} {target} HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n'.encode())
        head, _, body = seen.partition(b'\r\n\r\n')
        return int(head.split()[1]), json.loads(body)

    def stop(self):
        self.running.send_signal(signal.SIGTERM)
        return self.end()


@pytest.fixture
def api(tmp_path):
    box = Api(tmp_path)
    yield box
    if box.running is not None and box.running.poll() is None:
        box.running.kill()
        box.running.wait()


# weirctl: the command line

@pytest.mark.parametrize('args, said', [
    ([], 'usage'),
    (['frobnicate'], "unknown command `frobnicate'"),
    (['status', 'x'], "status takes no argument `x'"),
    (['lookup'], 'lookup wants one NAME'),
    (['lookup', 'a', 'b'], "lookup takes no argument `b'"),
    (['status', '--qtype', 'A'], '--qtype is for lookup'),
    (['--nonsense', 'status'], 'unrecognized option'),
    (['--socket', '/' + 'x' * 200, 'status'], 'at most 107 octets'),
])
def test_a_wrong_command_line(args, said):
    done = subprocess.run([WEIRCTL, *args], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert said in done.stderr


def test_help_and_version():
    done = subprocess.run([WEIRCTL, '--help'], capture_output=True, text=True, timeout=60)
    assert done.returncode == OK and 'lookup' in done.stdout
    done = subprocess.run([WEIRCTL, '--version'], capture_output=True, text=True, timeout=60)
    assert done.returncode == OK and done.stdout.startswith('weirctl ')


def test_no_weir_runs(api, tmp_path):
    done = api.ctl('status')
    assert (done.returncode, done.stdout) == (NOT_RUNNING, '')
    assert done.stderr.endswith('run/api.sock: no weir runs there\n')
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / 'stale'))
    stale.close()
    done = api.ctl('--socket', str(tmp_path / 'stale'), 'status')
    assert done.returncode == NOT_RUNNING


def test_a_wrong_ini(api):
    api.write('weir.ini', '[weir]\nrun_dirr = x\n')
    done = api.ctl('status')
    assert done.returncode == USAGE and 'weir.ini:2' in done.stderr
    api.write('weir.ini', '[weir]\nrun_dir = /' + 'x' * 110 + '\n')
    done = api.ctl('status')
    assert done.returncode == USAGE and 'at most 107 octets' in done.stderr


def test_what_answers_is_no_weir(api, tmp_path):
    """Half a reply, none, and one of another protocol."""
    path = str(tmp_path / 'other')
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        for reply in (b'', b'220 mail\r\n', b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort',
                      b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{]]'):
            ctl = subprocess.Popen([WEIRCTL, '--socket', path, 'status'], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
            client, _ = server.accept()
            client.recv(4096)
            client.sendall(reply)
            client.close()
            out, err = ctl.communicate(timeout=60)
            assert (ctl.returncode, out) == (REFUSED, ''), reply
            assert err.count('\n') == 1, reply


def test_weirctl_does_not_link_dpdk():
    done = subprocess.run(['readelf', '-d', WEIRCTL], capture_output=True, text=True, timeout=60)
    assert done.returncode == OK and 'NEEDED' in done.stdout and 'librte' not in done.stdout


# What it answers

def test_status(api):
    api.run()
    done = api.ctl('status', '--json')
    assert (done.returncode, done.stderr) == (OK, '')
    status = json.loads(done.stdout)
    assert status['pid'] == api.running.pid and status['mode'] == 'bridge'
    assert status['policy']['generation'] == 1
    assert [lcore['role'] for lcore in status['lcores']] == ['main', 'worker']
    assert [(port['name'], port['peer'], port['link']['up']) for port in status['ports']] == [
        ('lan', 'wan', True), ('wan', 'lan', True)]
    assert [(one['name'], one['rules'], one['format'], one['state']) for one in
            status['policy']['lists']] == [('ads', 1, 'domains', 'loaded'), ('v6', 1, 'adblock', 'loaded'),
                                          ('builtin-ddr', 1, 'domains', 'loaded')]
    assert status['misplaced_objects'] == 0
    done = api.ctl('status')
    assert done.returncode == OK and f'pid {api.running.pid}' in done.stdout and 'v6' in done.stdout
    assert api.stop()[0] == OK


def test_a_list_whose_file_has_changed_since_is_told(api):
    api.run()
    api.write('ads.txt', 'ads.test\nmore.test\n')
    os.unlink(os.path.join(api.path, 'v6.txt'))
    lists = api.get('/v1/status')[1]['policy']['lists']
    assert [(one['state'], one['rules']) for one in lists[:-1]] == [('changed', 1), ('unreadable', 1)]
    assert api.stop()[0] == OK


def test_lookup_says_what_explain_says(api):
    api.run()
    for args in (['www.ads.test'], ['ADS.test', '--qtype', 'aaaa'], ['ok.test'], ['.'],
                 [r'a\.b.ads.test', '--qtype', 'TYPE65'], ['b\u00fccher.ads.test']):
        done = api.ctl('lookup', *args)
        assert done.returncode == OK, done.stderr
        explained = subprocess.run([WEIR, 'explain', '-c', 'weir.ini', *args], cwd=api.path,
                                   capture_output=True, text=True, timeout=60).stdout.splitlines()
        told = done.stdout.splitlines()
        assert told[-1] == 'generation 1'
        # The first line of `lookup` spells the name as the policy does, that of `explain` as asked.
        assert told[0].split(': ', 1)[1] == explained[0].split(': ', 1)[1]
        assert told[1:-1] == explained[1:]
    reply = json.loads(api.ctl('--json', 'lookup', 'x.ads.test').stdout)
    assert reply['rule'] == {'list': 'ads', 'category': '', 'path': 'ads.txt', 'line': 1}
    assert [(match['list'], match['won'], match['holds']) for match in reply['matches']] == [
        ('ads', True, True), ('v6', False, False)]
    assert api.stop()[0] == OK


def test_lookup_tells_the_group_and_why(api):
    api.write('weir.ini', open(os.path.join(api.path, 'weir.ini'), encoding='ascii').read() +
              '[group kids]\nenforce = no\n[clients kids]\nvlans = 12\nmacs = 02:00:00:00:0a:01\n'
              '[group iot]\nlists = *, -ads\n[clients iot]\nprefixes = 10.0.0.0/8, fd00::/8@7\nqinq = 1.2\nports = lan\n')
    api.run()
    for args in ([], ['--vlan', '12'], ['--mac', '02:00:00:00:0a:01'], ['--client', '10.1.2.3'],
                 ['--client', 'fd00::1', '--vlan', '7'], ['--qinq', '1.2'], ['--port', 'lan']):
        told = api.ctl('lookup', 'www.ads.test', *args).stdout.splitlines()
        explained = subprocess.run([WEIR, 'explain', '-c', 'weir.ini', 'www.ads.test', *args], cwd=api.path,
                                   capture_output=True, text=True, timeout=60).stdout.splitlines()
        assert told[1].startswith('group: ') and told[:-1] == explained, args
    group = json.loads(api.ctl('--json', 'lookup', 'a.test', '--vlan', '12').stdout)['group']
    assert (group['name'], group['enforce']) == ('kids', False)
    assert group['why'].startswith('VLAN 12 of [clients kids] (weir.ini:')
    for args, said in ((['--vlan', '0'], "`0': allowed is a VLAN ID"), (['--client', '10.0.0.0/8'], 'is no address'),
                       (['--port', 'none'], 'has no [port none]'), (['--mac', 'x'], 'is no client'),
                       (['--vlan', '1', '--qinq', '1.2'], 'go not together')):
        done = api.ctl('lookup', 'a.test', *args)
        assert (done.returncode, done.stdout) == (USAGE, '') and said in done.stderr, done.stderr
    assert api.ctl('status', '--vlan', '1').stderr == 'weirctl: --vlan is for lookup\n'
    assert api.stop()[0] == OK


def test_what_cannot_be_looked_up_is_a_wrong_command_line(api):
    api.run()
    for args, said in ((['a..b'], 'is no domain name'), (['https://x.test/'], 'is a URL'),
                       (['x.test', '--qtype', 'FOO'], 'is no record type'), (['x' * 300], 'no domain name'),
                       (['x' * 4000], 'at most 2048 octets')):
        done = api.ctl('lookup', *args)
        assert (done.returncode, done.stdout) == (USAGE, ''), args
        assert said in done.stderr, done.stderr
    assert api.stop()[0] == OK


def test_placement_and_counters(api):
    api.run()
    done = api.ctl('placement')
    assert done.returncode == OK and 'dtab lcore 1 table' in done.stdout
    assert 'misplaced: 0 of' in done.stdout
    placement = api.get('/v1/placement')[1]
    for node in placement['nodes']:
        assert node['bytes'] == node['objects'] + node['dpdk']
    counters = json.loads(api.ctl('counters', '--json').stdout)
    assert counters['totals']['received'] == sum(counters['reasons'].values())
    assert [one['name'] for one in counters['lists']] == ['ads', 'v6', 'builtin-ddr']
    assert 'rx_missed' in api.ctl('counters').stdout
    assert api.stop()[0] == OK


# Reloads

def asked(api):
    """The run has decided the two queries of its capture."""
    api.configure(weir='run_dir = run\nuntil_ready = wait\n')
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
    os.unlink(os.path.join(api.path, 'v6.txt'))
    os.mkdir(os.path.join(api.path, 'v6.txt'))
    done = api.ctl('reload', *args)
    assert (done.returncode, done.stdout) == (REFUSED, '')
    assert '[list v6] path' in done.stderr and done.stderr.count('\n') == 1
    assert api.get('/v1/lookup?name=ads.test')[1]['generation'] == 1
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
        '1 ads.test A: pass, now nxdomain'.split(), '1 ok.test A: nxdomain, now pass'.split()]
    assert lines[6:] == ['generation 2 would be published']
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'nxdomain'
    assert api.get('/v1/status')[1]['policy']['generation'] == 1
    assert api.ctl('reload', '--wait').returncode == OK
    assert api.get('/v1/lookup?name=ads.test')[1]['action'] == 'pass'
    done = api.ctl('reload', '--dry-run')  # the same again: nothing
    assert done.stdout.splitlines()[:2] == [
        'no list changes', 'of 2 queries of late, sampled as 2, 0 would be decided otherwise']
    assert api.stop()[0] == OK


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


# The socket

def test_the_socket_goes_with_the_run(api):
    api.run()
    mode = os.stat(api.socket)
    try:
        group = grp.getgrnam('weir').gr_gid
    except KeyError:
        assert stat.S_IMODE(mode.st_mode) == 0o600
    else:
        assert (stat.S_IMODE(mode.st_mode), mode.st_gid) == (0o660, group)
    code, _, err = api.stop()
    assert (code, err) == (OK, '')
    assert not os.path.exists(os.path.dirname(api.socket))


def test_without_run_dir_the_prefix_names_the_folder(api):
    api.configure(ports=PORTS)
    api.run()
    path = '/run' if os.geteuid() == 0 else os.environ.get('XDG_RUNTIME_DIR', '/tmp')
    assert api.ctl('status').returncode == OK
    assert os.path.exists(f'{path}/{PREFIX}/api.sock')
    assert api.stop()[0] == OK
    assert not os.path.exists(f'{path}/{PREFIX}')


def test_a_folder_that_was_there_stays(api):
    os.mkdir(os.path.join(api.path, 'run'))
    api.run()
    assert api.stop()[0] == OK
    assert os.listdir(os.path.join(api.path, 'run')) == []


def test_a_socket_left_behind_is_replaced(api):
    api.run()
    api.running.kill()
    api.running.wait()
    assert os.path.exists(api.socket)
    api.run()
    assert api.ctl('status').returncode == OK
    assert api.stop()[0] == OK


def test_two_instances_on_one_socket(api, tmp_path):
    api.run()
    other = subprocess.run([WEIR, 'run', '-c', 'weir.ini', '--set', f'eal.file_prefix={PREFIX}b'],
                           cwd=api.path, capture_output=True, text=True, timeout=60)
    assert (other.returncode, other.stdout) == (UNAVAILABLE, '')
    assert 'weir.ini:2: [weir] run_dir: ' in other.stderr
    assert 'api.sock: another instance serves it' in other.stderr
    assert api.ctl('status').returncode == OK  # the first one was not disturbed
    assert api.stop()[0] == OK


@pytest.mark.parametrize('what, status', [('file', 1), ('folder', 1), ('nowhere', 1)])
def test_a_path_that_cannot_be_a_socket(api, what, status):
    run = os.path.join(api.path, 'run')
    if what == 'nowhere':
        api.configure(ports=PORTS, weir='run_dir = none/run\n')
    else:
        os.mkdir(run)
    if what == 'file':
        api.write('run/api.sock', 'mine')
    if what == 'folder':
        os.mkdir(run + '/api.sock')
    api.start()
    code, out, err = api.end()
    assert (code, out) == (status, '') and err.count('\n') == 1 and '[weir] run_dir' in err
    if what == 'file':
        assert pathlib.Path(run, 'api.sock').read_text() == 'mine'


def test_a_path_too_long_for_a_socket(api):
    api.configure(ports=PORTS, weir='run_dir = ' + 'x' * 100 + '\n')
    api.start()
    code, out, err = api.end()
    assert (code, out) == (CONFIG, '') and 'at most 107 octets' in err


# Hostile clients

@pytest.mark.parametrize('target, status, said', [
    ('/v1/nosuch', 404, 'GET /v1 lists them'),
    ('/', 404, 'GET /v1 lists them'),
    ('/v1/status?x=1', 400, "no parameter `x'; allowed: none"),
    ('/v1/lookup?name=a&nme=b', 400, "no parameter `nme'; allowed: name, qtype, client, mac, vlan, qinq, port"),
    ('/v1/lookup', 400, "wants the parameter `name'"),
    ('/v1/lookup?name', 400, 'NAME=VALUE'),
    ('/v1/lookup?name=a&name=b', 400, 'is there twice'),
    ('/v1/lookup?name=%zz', 400, 'hexadecimal'),
    ('/v1/lookup?name=a%00b', 400, 'octet of value 0'),
    ('/v1/lookup?name=' + 'a' * 2100, 400, 'at most 2048 octets'),
    ('/v1/../etc', 404, 'GET /v1'),
    ('/v1/STATUS', 400, 'the target of a request'),
])
def test_a_target_that_is_refused(api, target, status, said):
    api.run()
    got, reply = api.get(target)
    assert got == status and said in reply['error'], reply
    assert api.stop()[0] == OK


def test_a_method_that_is_refused(api):
    api.run()
    assert api.get('/v1/status', method='POST')[0] == 405
    for method in ('PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'BREW'):
        seen = api.raw(f'{method} /v1/status HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n'.encode())
        assert seen == b'' or int(seen.split()[1]) >= 400, seen
    assert api.ctl('status').returncode == OK
    assert api.stop()[0] == OK


def test_requests_that_are_too_large(api):
    api.run()
    huge = [b'GET /' + b'a' * 100000 + b' HTTP/1.1\r\n\r\n',
            b'GET /v1/status HTTP/1.1\r\n' + b'X: ' + b'a' * 100000 + b'\r\n\r\n',
            b'GET /v1/status HTTP/1.1\r\n' + b'X: y\r\n' * 20000 + b'\r\n',
            b'POST /v1/status HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n' + b'a' * 100000,
            b'GET /v1/status HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab',
            b'POST /v1/status HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n' + b'a' * 100000]
    for octets in huge:
        seen = api.raw(octets)
        assert seen == b'' or int(seen.split()[1]) >= 400, (octets[:40], seen[:80])
    for octets in (b'\0' * 5000, b'\r\n\r\n\r\n', b'GET\r\n\r\n', b'\x16\x03\x01\x02\x00\x01' * 50):
        api.raw(octets)
    assert api.ctl('status').returncode == OK
    assert api.stop()[0] == OK


def test_more_connections_one_after_the_other_than_at_a_time(api):
    api.run()
    for _ in range(3 * CONNECTIONS_MAX):
        assert api.get('/v1')[0] == 200
        api.connect().close()
    code, _, err = api.stop()
    assert (code, err) == (OK, '')


def test_half_requests_and_many_connections(api):
    """They hold no more than their share of descriptors, and go after a time; then others are served."""
    api.run()
    clients = [api.connect() for _ in range(CONNECTIONS_MAX + 8)]
    for client in clients[:CONNECTIONS_MAX]:
        client.sendall(b'GET /v1/status HTTP/1.1\r\nHo')
    descriptors = f'/proc/{api.running.pid}/fd'
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        open_ones = [name for name in os.listdir(descriptors)
                     if os.path.islink(f'{descriptors}/{name}') and
                     os.readlink(f'{descriptors}/{name}').startswith('socket:')]
        assert len(open_ones) <= CONNECTIONS_MAX + 8  # the listener and EAL's own among them
        if len(open_ones) >= CONNECTIONS_MAX:
            break
    assert api.ctl('status').returncode == OK  # waits until one of them has been quiet for too long
    for client in clients:
        client.close()
    assert api.ctl('status').returncode == OK
    assert api.stop()[0] == OK


def test_a_client_that_does_not_read_does_not_hold_the_end_up(api):
    api.run()
    client = api.connect()
    client.sendall(b'GET /v1/placement HTTP/1.1\r\n\r\n' * 100)
    assert api.ctl('status').returncode == OK
    assert api.stop()[0] == OK
    client.close()


def test_several_requests_on_one_connection(api):
    api.run()
    with api.connect() as client:
        file = client.makefile('rwb')
        for _ in range(3):
            file.write(b'GET /v1/status HTTP/1.1\r\nHost: weir\r\n\r\n')
            file.flush()
            length, line = None, file.readline()
            assert line.startswith(b'HTTP/1.1 200')
            while line.strip():
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
                line = file.readline()
            assert json.loads(file.read(length))['mode'] == 'bridge'
    assert api.stop()[0] == OK


# The description that programs read

def test_the_description_names_the_routes_and_their_replies(api):
    jsonschema = pytest.importorskip('jsonschema')
    api.run()
    description = json.loads((ROOT / 'docs/openapi.json').read_text())
    described = {(method.upper(), path): sorted(param['name'] for param in call.get('parameters', []))
                 for path, calls in description['paths'].items() for method, call in calls.items()}
    routes = {(route['method'], route['path']): sorted(route['parameters'])
              for route in api.get('/v1')[1]['routes']}
    assert described == routes
    assert description['info']['version'] == api.get('/v1')[1]['version']
    for (method, path), params in routes.items():
        if method != 'GET':
            continue
        target = path + ('?name=x.ads.test' if 'name' in params else '')
        status, reply = api.get(target)
        assert status == 200
        schema = description['paths'][path]['get']['responses']['200']['content']['application/json']['schema']
        jsonschema.validate(reply, {**schema, 'components': description['components']})
    schemas = description['components']['schemas']
    for target, schema in (('/v1/reload?dry_run=yes', 'Reload'), ('/v1/reload', 'Started')):
        reply = api.get(target, method='POST')[1]
        jsonschema.validate(reply, {**schemas[schema], 'components': description['components']})
    status, reply = api.get('/v1/nosuch')
    jsonschema.validate(reply, description['components']['schemas']['Error'])
    assert api.stop()[0] == OK


def test_lists_without_any_but_what_is_built_in_are_no_trouble(api):
    api.configure(ports=PORTS, weir='run_dir = run\n')
    api.write('weir.ini', pathlib.Path(api.path, 'weir.ini').read_text().replace(LIST, ''))
    api.run()
    built_in = {'name': 'builtin-ddr', 'path': 'builtin-ddr', 'format': 'domains', 'rules': 1, 'expressions': 0,
                'state': 'loaded', 'age_s': 0}
    assert api.get('/v1/status')[1]['policy']['lists'] == [built_in]
    assert api.get('/v1/lookup?name=a')[1]['rule'] is None
    assert api.stop()[0] == OK
