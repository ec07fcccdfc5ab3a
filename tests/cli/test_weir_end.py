# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir run is ended while a policy is being built: the build is given up, however long it would take."""
import gzip
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest
from api import OK, PORTS

# More than a minute for the compiler on the fastest machine seen; compile_limit is longer.
ENDLESS = '((a.{1,60}b|c.{1,50}d|e.{1,70}f){1,40}g){1,30}h\n'
GIVEN_UP = 'weir run: the policy that is being built is given up: the program ends\n'


def endless_list(path):
    """One name four thousand million times: minutes to read on any machine."""
    names = gzip.compress(b'ads.test\n' * (1 << 20), 9)
    with open(path, 'wb') as file:
        for _ in range(4000):
            file.write(names)


def compilers(pid):
    """The processes that compile expressions for a run."""
    children = subprocess.run(['ps', '--ppid', str(pid), '-o', 'args='], capture_output=True, text=True, timeout=60)
    return [line for line in children.stdout.splitlines() if 'pattern-compiler' in line]


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_building(api):
    return api.get('/v1/reload?dry_run=yes', method='POST') == (409, {'error': 'a policy is being built: try again '
                                                                            'later'})


def ended(api):
    """Exit status and standard error of the run."""
    code, _, err = api.end()
    return code, err


def test_an_end_while_a_list_is_read(api):
    api.run()
    endless_list(os.path.join(api.path, 'ads.txt'))
    assert api.ctl('reload').returncode == OK
    until(lambda: is_building(api))
    api.running.send_signal(signal.SIGTERM)
    code, err = ended(api)
    assert code == OK and GIVEN_UP in err


def compiles(api):
    ini = pathlib.Path(api.path, 'weir.ini')
    api.write('exprs.txt', ENDLESS)
    ini.write_text(ini.read_text() + '[list exprs]\npath = exprs.txt\nformat = regex\n'
                                     '[patterns]\ncache_dir =\ncompile_limit = 3600s\n')


@pytest.mark.parametrize('signo', [signal.SIGTERM, signal.SIGINT])
def test_an_end_while_expressions_are_compiled(api, signo):
    api.run()
    compiles(api)
    assert api.ctl('reload').returncode == OK
    until(lambda: compilers(api.running.pid))
    api.running.send_signal(signo)
    pid = api.running.pid
    code, err = ended(api)
    assert code == OK and GIVEN_UP in err
    assert not compilers(pid)


def test_an_end_before_the_first_policy_is_built(api):
    """Ports wait for it: they are never started."""
    api.write('ads.txt', ''.join(f'n{i}.test\n' for i in range(1000000)))
    api.configure(ports=PORTS, weir='run_dir = run\n')
    api.start()
    until(lambda: os.path.exists(api.socket))
    api.running.send_signal(signal.SIGTERM)
    code, err = ended(api)
    assert code == OK and GIVEN_UP in err
    assert not pathlib.Path(api.path, 'state').exists()


def test_an_end_before_the_first_policy_is_built_drains(api):
    """What lies in the rings of lcores that wait for no policy goes on its way."""
    api.write('ads.txt', ''.join(f'n{i}.test\n' for i in range(1000000)))
    cpus = sorted(os.sched_getaffinity(0))
    api.configure(weir='run_dir = run\nidle = pause\n',
                  eal='lcores = ' + ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(4)) + '\n',
                  ports='[port lan]\ndevice = net_pcap0,rx_pcap=in.pcap,infinite_rx=1\n'
                        '[port wan]\ndevice = net_null0,no-rx=1\n'
                        '[lcore 1]\nrole = rx\nports = lan, wan\nfeeds = 2\n[lcore 2]\nrole = classify\nfeeds = 3\n'
                        '[lcore 3]\nrole = tx\nports = lan, wan\n')
    api.start(until='pass')
    api.until_answers()
    until(lambda: api.get('/v1/counters')[1]['totals']['received'] > 0)
    api.running.send_signal(signal.SIGTERM)
    code, out, err = api.end()
    assert code == OK and GIVEN_UP in err
    assert re.search('left in them at the end 0 and 0$', out, flags=re.M), out


def test_an_end_without_a_build_gives_nothing_up(api):
    api.run()
    assert api.stop()[::2] == (OK, '')
