# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""The socket of the API: whose it is, what is in its way, hostile clients."""
import grp
import json
import os
import pathlib
import stat
import subprocess
import time

import pytest
from api import CONFIG, CONNECTIONS_MAX, OK, PORTS, UNAVAILABLE, WEIR
from test_weir_run import PREFIX


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


def is_socket(path):
    """False also for a descriptor that has been closed meanwhile."""
    try:
        return os.readlink(path).startswith('socket:')
    except FileNotFoundError:
        return False


def test_half_requests_and_many_connections(api):
    """They hold no more than their share of descriptors, and go after a time; then others are served."""
    api.run()
    clients = [api.connect() for _ in range(CONNECTIONS_MAX + 8)]
    for client in clients[:CONNECTIONS_MAX]:
        client.sendall(b'GET /v1/status HTTP/1.1\r\nHo')
    descriptors = f'/proc/{api.running.pid}/fd'
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        open_ones = [name for name in os.listdir(descriptors) if is_socket(f'{descriptors}/{name}')]
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
