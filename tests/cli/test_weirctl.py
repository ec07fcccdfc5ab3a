# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The API of weir run, and weirctl, which asks it: the command line, what is answered, the description."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess

import pytest
from api import NOT_RUNNING, OK, PORTS, REFUSED, USAGE, WEIR, WEIRCTL
from test_weir_run import LIST

ROOT = pathlib.Path(__file__).parents[2]


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


def test_without_an_ini_it_asks_for_one():
    if os.path.exists('/etc/weir/weir.ini') or os.path.exists('/run/weir/api.sock'):
        pytest.skip('/etc/weir/weir.ini, /run/weir: this machine runs Weir')
    done = subprocess.run([WEIRCTL, 'status'], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (
        NOT_RUNNING, 'weirctl: /run/weir/api.sock: no weir runs there, and there is no /etc/weir/weir.ini: '
                     'name the INI of the run with -c\n')


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
    assert [(port['name'], port['peer'], port['link']['state']) for port in status['ports']] == [
        ('lan', 'wan', 'up'), ('wan', 'lan', 'up')]
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


def test_lookup_tells_a_zone_that_names_the_client(api):
    if 'zones: ldns' not in subprocess.run([WEIR, '--version'], capture_output=True, text=True, check=True).stdout:
        pytest.skip('build: without libldns')
    api.write('z.rpz', '8.0.0.0.10.rpz-client-ip CNAME .\n32.1.0.0.10.rpz-client-ip CNAME rpz-drop.\n')
    api.write('weir.ini', open(os.path.join(api.path, 'weir.ini'), encoding='ascii').read().replace(
        '[list ', '[list z]\npath = z.rpz\n[list ', 1))
    api.run()
    told = api.ctl('lookup', 'www.ads.test', '--client', '10.0.0.1').stdout.splitlines()
    explained = subprocess.run([WEIR, 'explain', '-c', 'weir.ini', 'www.ads.test', '--client', '10.0.0.1'],
                               cwd=api.path, capture_output=True, text=True, timeout=60).stdout.splitlines()
    assert told[0].endswith(': drop by list z, z.rpz:2') and told[:-1] == explained
    reply = json.loads(api.ctl('--json', 'lookup', 'x.test', '--client', '10.9.9.9').stdout)
    assert [(match['rule'], match['kind'], match['won']) for match in reply['matches']] == [
        ('10.0.0.0/8', 'client', True)]
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
    for one in placement['objects']:
        assert one['found_on'] == ([] if one['found'] is None else [one['found']])
        assert (one['misplaced_pages'], one['pages'] > 0) == (0, one['found'] is not None)
    for node in placement['nodes']:
        assert node['bytes'] == node['objects'] + node['dpdk']
    counters = json.loads(api.ctl('counters', '--json').stdout)
    assert counters['totals']['received'] == sum(counters['reasons'].values())
    assert [one['name'] for one in counters['lists']] == ['ads', 'v6', 'builtin-ddr']
    assert 'rx_missed' in api.ctl('counters').stdout
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
                'state': 'loaded', 'age_s': 0, 'stale': None}
    assert api.get('/v1/status')[1]['policy']['lists'] == [built_in]
    assert api.get('/v1/lookup?name=a')[1]['rule'] is None
    assert api.stop()[0] == OK


@pytest.mark.parametrize('until_ready', ['wait', 'pass'])
def test_everything_is_answered_before_the_first_policy(api, until_ready):
    api.write('ads.txt', ''.join(f'n{i}.test\n' for i in range(1000000)))
    api.start(until=until_ready)
    api.until_answers()
    code, counters = api.get('/v1/counters')
    assert code == 200 and counters['policy']['generation'] == 0
    assert {each['name'] for each in counters['lists']} == {'ads', 'builtin-ddr', 'v6'}
    code, reply = api.get('/v1/lookup?name=n1.test')
    assert code == 503 and reply['error'] == 'no policy is in force yet: the first one is being built'
    assert api.get('/v1/placement')[0] == api.get('/v1/status')[0] == 200
    assert api.get('/v1/reload', method='POST')[0] == 409
    assert api.stop()[0] == OK


def fill(pipe):
    """As far as it goes; the flag that it does not wait is that of a descriptor of its own."""
    own = os.open(f'/proc/self/fd/{pipe}', os.O_WRONLY | os.O_NONBLOCK)
    try:
        for size in (65536, 4096, 1):
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(own, b'x' * size)
    finally:
        os.close(own)


def read_all(pipe):
    os.set_blocking(pipe, False)
    seen = b''
    with contextlib.suppress(BlockingIOError):
        while part := os.read(pipe, 65536):
            seen += part
    return seen.decode()


def test_a_log_that_nobody_reads_holds_nothing_up(api):
    """Lines are lost, which the next one tells that finds room."""
    log, pipe = os.pipe()
    command = [WEIR, 'run', '-c', 'weir.ini']
    with subprocess.Popen(command, cwd=api.path, text=True, stdout=subprocess.PIPE, stderr=pipe) as api.running:
        try:
            api.until('^ready')
            fill(pipe)
            for _ in range(3):
                assert api.get('/v1/reload?list=ads&wait=yes', method='POST')[0] == 200
            read_all(log)
            assert api.get('/v1/reload?list=ads&wait=yes', method='POST')[0] == 200
            api.running.send_signal(signal.SIGTERM)
            api.running.stdout.read()
            assert api.running.wait(timeout=60) == OK
        finally:
            api.running.kill()
    lines = read_all(log).splitlines()
    assert lines[0] == 'weir run: warning: lines that are lost here, for nobody read them: 6', lines
    assert lines[1].startswith('weir run: api: POST ')
    os.close(log)
    os.close(pipe)
