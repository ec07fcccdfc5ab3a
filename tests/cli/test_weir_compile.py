# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir compile, and what takes its file in place of the lists: the same verdicts, or a refusal."""
import os
import pathlib
import subprocess

import pytest

WEIR = os.environ['WEIR']
ROOT = pathlib.Path(__file__).parents[2]
OK, FAILURE, USAGE, CONFIG = 0, 1, 2, 78
INI = ('[list allow]\npath = allow.txt\nformat = domains\naction = pass\n'
       '[list ads]\npath = ads.txt\nformat = domains\n'
       '[list exprs]\npath = exprs.txt\nformat = regex\naction = refused\n'
       '[patterns]\ncache_dir =\n')


def run(*args):
    return subprocess.run([WEIR, *map(str, args)], capture_output=True, text=True, timeout=120)


@pytest.fixture
def box(tmp_path):
    """Lists and the compiled policy made of them, one built-in rule with them; the lists are gone."""
    folder = tmp_path / 'from'
    folder.mkdir()
    (folder / 'allow.txt').write_text('ok.ads.com\n')
    (folder / 'ads.txt').write_text('# a comment\nads.com\n')
    (folder / 'exprs.txt').write_text('^log[0-9]+\\.\n')
    (folder / 'a.ini').write_text(INI)
    done = run('compile', '-c', folder / 'a.ini', '-o', tmp_path / 'p.weirdb')
    assert done.returncode == OK and ' 3 rules, 3 names, ' in done.stdout, done.stderr
    for file in folder.iterdir():
        file.unlink()
    (tmp_path / 'b.ini').write_text('[weir]\nmax_udp = 512\n[patterns]\ncache_dir =\n'
                                    '[list other]\npath = nowhere.txt\n')
    return tmp_path


def test_explain_takes_it_in_place_of_the_lists(box):
    def first(name):
        done = run('explain', '-c', box / 'b.ini', '--policy', box / 'p.weirdb', name)
        assert done.returncode == OK, done.stderr
        return done.stdout.splitlines()[0]
    assert first('x.ads.com') == 'x.ads.com A: nxdomain by list ads, ads.txt:2'
    assert first('ok.ads.com') == 'ok.ads.com A: pass by list allow, allow.txt:1'
    assert first('log12.x') == 'log12.x A: refused by list exprs, exprs.txt:1'
    assert first('other.org') == 'other.org A: pass by default of the group'


def test_prefixes_of_clients_travel_with_it(tmp_path):
    (tmp_path / 'ads.txt').write_text('ads.com\n')
    (tmp_path / 'kids.txt').write_text('192.0.2.0/25\n')
    (tmp_path / 'a.ini').write_text('[list ads]\npath = ads.txt\nformat = domains\n[group kids]\ndefault = refused\n'
                                    '[clients kids]\nprefixes = 2001:db8::/32\nprefix_file = kids.txt\n')
    assert run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p').returncode == OK
    (tmp_path / 'kids.txt').unlink()
    (tmp_path / 'b.ini').write_text('')
    for client, action in (('192.0.2.7', 'refused'), ('192.0.2.200', 'pass'), ('2001:db8::1', 'refused')):
        done = run('explain', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', 'x.org', '--client', client)
        assert done.stdout.startswith(f'x.org A: {action} by default'), (client, done.stdout, done.stderr)


@pytest.mark.parametrize('key, client', [
    ('prefixes = 192.0.2.0/25', '--client=192.0.2.7'), ('prefix_file = kids.txt', '--client=192.0.2.7'),
    ('macs = 02:00:00:00:0a:01', '--mac=02:00:00:00:0a:01'), ('vlans = 12', '--vlan=12'),
    ('qinq = 100.12', '--qinq=100.12'), ('ports = lan', '--port=lan')])
def test_each_key_of_clients_travels_with_it(tmp_path, key, client):
    port = '[port lan]\ndevice = net_null0\n'
    (tmp_path / 'ads.txt').write_text('ads.com\n')
    (tmp_path / 'kids.txt').write_text('192.0.2.0/25\n')
    (tmp_path / 'a.ini').write_text(f'{port}[list ads]\npath = ads.txt\nformat = domains\n'
                                    f'[group kids]\ndefault = refused\n[clients kids]\n{key}\n')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p')
    assert done.returncode == OK, done.stderr
    (tmp_path / 'b.ini').write_text(port)
    done = run('explain', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', 'x.org', client)
    assert done.stdout.startswith('x.org A: refused by default'), (done.stdout, done.stderr)


def test_ports_of_clients_are_those_of_the_ini_beside_it(tmp_path):
    (tmp_path / 'a.ini').write_text('[port lan]\ndevice = net_null0\n[group kids]\nlists = *\n'
                                    '[clients kids]\nports = lan\n')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p')
    assert done.returncode == OK, done.stderr
    (tmp_path / 'b.ini').write_text('[port wan]\ndevice = net_null0\n')
    done = run('explain', '-c', tmp_path / 'b.ini', '--policy', tmp_path / 'p', 'x.org')
    assert done.returncode == CONFIG
    assert "[clients kids] ports = lan: `lan' is no port: allowed are wan" in done.stderr


def test_clients_that_a_zone_names_travel_with_it(tmp_path):
    if 'zones: ldns' not in run('--version').stdout:
        pytest.skip('build: without libldns')
    (tmp_path / 'z.rpz').write_text('24.0.2.0.192.rpz-client-ip CNAME rpz-drop.\n'
                                    '32.zz.db8.2001.rpz-client-ip A 192.0.2.1\n')
    (tmp_path / 'a.ini').write_text('[list z]\npath = z.rpz\n')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p')
    assert ' 3 rules, 1 names, ' in done.stdout, done.stderr
    again = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'q')
    assert (tmp_path / 'p').read_bytes() == (tmp_path / 'q').read_bytes(), again.stderr
    (tmp_path / 'z.rpz').unlink()
    for client, said in (('192.0.2.7', 'drop by list z, z.rpz:1'), ('192.0.3.7', 'pass by default'),
                         ('2001:db8::1', 'data by list z, z.rpz:2')):
        done = run('explain', '-c', tmp_path / 'a.ini', '--policy', tmp_path / 'p', 'x.org', '--client', client)
        assert done.stdout.startswith(f'x.org A: {said}'), (client, done.stdout, done.stderr)


def test_addresses_travel_with_it(tmp_path):
    (tmp_path / 'feed.txt').write_text('192.0.2.0/24\n2001:db8::1\n')
    (tmp_path / 'a.ini').write_text('[list feed]\npath = feed.txt\nformat = prefixes\naction = drop\n')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p')
    assert ' 3 rules, 1 names, ' in done.stdout, done.stderr
    (tmp_path / 'feed.txt').unlink()
    done = run('explain', '-c', tmp_path / 'a.ini', '--policy', tmp_path / 'p', '--address', '192.0.2.9')
    assert done.stdout.startswith('192.0.2.9: drop by list feed, feed.txt:1'), done.stderr


def test_what_is_built_in_is_what_the_ini_beside_it_says(tmp_path):
    (tmp_path / 'ads.txt').write_text('ads.com\n')
    (tmp_path / 'a.ini').write_text('[dns]\nrebind = yes\n[list ads]\npath = ads.txt\n'
                                    '[group default]\nlists = *, -builtin-ddr\n')
    assert run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p').returncode == OK
    for rebind, said in (('yes', 'nodata by list builtin-rebind'), ('no', 'no list decides')):
        done = run('explain', '-c', tmp_path / 'a.ini', '--set', f'dns.rebind={rebind}', '--policy', tmp_path / 'p',
                   '--address', '10.0.0.1')
        assert done.stdout.startswith('10.0.0.1: ' + said), (done.stdout, done.stderr)


def test_the_same_input_is_the_same_file_wherever_it_lies(tmp_path):
    digests, files = [], []
    for name in ('one', 'two'):
        folder = tmp_path / name
        folder.mkdir()
        (folder / 'ads.txt').write_text('ads.com\n' * 2 + 'b.com\n')
        (folder / 'a.ini').write_text(f'; of {name}\n[list ads]\nformat = domains\npath = ads.txt\n')
        done = run('compile', '-c', folder / 'a.ini', '-o', folder / 'p')
        assert done.returncode == OK, done.stderr
        digests.append(done.stdout.split()[-1])
        files.append((folder / 'p').read_bytes())
    assert files[0] == files[1] and digests[0] == digests[1]
    done = run('compile', '-c', tmp_path / 'one/a.ini', '--set', 'list ads.ttl=61',
               '-o', tmp_path / 'one/p')
    assert done.stdout.split()[-1] != digests[0]


def test_a_replay_by_it_is_the_replay_by_the_lists(tmp_path):
    ini, capture = ROOT / 'config/replay.ini', ROOT / 'pcap/browse.pcap'
    assert run('compile', '-c', ini, '-o', tmp_path / 'p').returncode == OK
    done = run('replay', '-c', ini, capture, '--verdicts', tmp_path / 'lists.tsv')
    assert done.returncode == OK, done.stderr
    done = run('replay', '-c', ini, '--policy', tmp_path / 'p', capture,
               '--verdicts', tmp_path / 'policy.tsv')
    assert done.returncode == OK, done.stderr
    assert (tmp_path / 'lists.tsv').read_bytes() == (tmp_path / 'policy.tsv').read_bytes()
    assert b'\tnxdomain\t' in (tmp_path / 'policy.tsv').read_bytes()


def test_a_plan_counts_its_rules(box):
    done = run('plan', '-c', box / 'b.ini', '--policy', box / 'p.weirdb')
    assert done.returncode == OK and 'dtab' in done.stdout, done.stderr


@pytest.mark.parametrize('change, said', [
    (lambda octets: octets[:200] + bytes([octets[200] ^ 1]) + octets[201:],
     'changed since it was written'),
    (lambda octets: octets[:8] + b'\3' + octets[9:], 'of version 3, this program reads 2'),
    (lambda octets: octets[:-8], 'cut off'),
    (lambda octets: b'no policy at all, but as long as its head would be, and more', 'no compiled'),
    (lambda octets: b'', 'empty'),
])
def test_what_is_not_as_it_was_written_is_refused(box, change, said):
    file = box / 'p.weirdb'
    file.write_bytes(change(file.read_bytes()))
    for command in (['explain', 'a.com'], ['replay', ROOT / 'pcap/browse.pcap'], ['run'], ['plan']):
        done = run(command[0], '-c', box / 'b.ini', '--policy', file, *command[1:])
        assert done.returncode == FAILURE, command
        assert done.stderr.startswith(f'--policy {file}: ') and said in done.stderr


def test_a_file_that_is_not_there(box):
    done = run('explain', '-c', box / 'b.ini', '--policy', box / 'nope', 'a.com')
    assert done.returncode == FAILURE
    assert done.stderr == f'--policy {box}/nope: No such file or directory\n'


def test_what_it_holds_cannot_be_set(box):
    done = run('explain', '-c', box / 'b.ini', '--policy', box / 'p.weirdb',
               '--set', 'list ads.action=drop', 'ads.com')
    assert done.returncode == USAGE and 'comes from' in done.stderr


def test_a_wrong_list_writes_nothing(tmp_path):
    (tmp_path / 'a.ini').write_text('[list ads]\npath = nowhere.txt\n')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'p')
    assert done.returncode == CONFIG and 'nowhere.txt' in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ['a.ini']


@pytest.mark.parametrize('args, said', [
    ([], 'wants -o OUT'),
    (['-o', 'x', 'y'], "takes no argument `y'"),
    (['-o'], 'requires an argument'),
])
def test_the_command_line(tmp_path, args, said):
    (tmp_path / 'a.ini').write_text('')
    done = run('compile', '-c', tmp_path / 'a.ini', *args)
    assert done.returncode == USAGE and said in done.stderr


def test_a_folder_that_is_not_there(tmp_path):
    (tmp_path / 'a.ini').write_text('')
    done = run('compile', '-c', tmp_path / 'a.ini', '-o', tmp_path / 'no/p')
    assert done.returncode == FAILURE and 'no/p' in done.stderr
