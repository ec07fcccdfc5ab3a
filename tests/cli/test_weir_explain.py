# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir explain: the verdict, every list that names the name, and the same as the data path says."""
import gzip
import os
import pathlib
import subprocess

import pytest

WEIR = os.environ['WEIR']
ROOT = pathlib.Path(__file__).parents[2]
OK, FAILURE, USAGE, UNAVAILABLE, CONFIG = 0, 1, 2, 69, 78


def run(*args):
    return subprocess.run([WEIR, *args], capture_output=True, text=True, timeout=60)


@pytest.fixture
def explain(tmp_path):
    (tmp_path / 'allow.txt').write_text('ok.ads.com\n')
    (tmp_path / 'ads.txt').write_text('ads.com\nwww.ads.com\n')
    (tmp_path / 'v6.txt').write_text('||ads.com^$dnstype=AAAA\n')
    ini = tmp_path / 'a.ini'
    ini.write_text('[list allow]\npath = allow.txt\nformat = domains\naction = pass\n'
                   '[list v6]\npath = v6.txt\nformat = adblock\naction = nodata\n'
                   '[list ads]\npath = ads.txt\nformat = domains\n')
    return lambda *args: run('explain', '-c', str(ini), *args)


def test_every_list_that_names_it_and_the_one_that_won(explain):
    done = explain('www.ads.com')
    assert done.returncode == OK, done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [
        'www.ads.com A: nxdomain by list ads, ads.txt:2'.split(),
        'group: default'.split(),
        'v6 nodata subtree ads.com v6.txt:1 (not for this type)'.split(),
        '* ads nxdomain subtree www.ads.com ads.txt:2'.split(),
        'ads nxdomain subtree ads.com ads.txt:1'.split(),
    ]
    assert explain('www.ads.com', '--qtype', 'aaaa').stdout.startswith(
        'www.ads.com AAAA: nodata by list v6, v6.txt:1\n')
    assert explain('X.OK.ads.com.').stdout.startswith(
        'X.OK.ads.com. A: pass by list allow, allow.txt:1\n')


def test_a_name_that_no_list_has(explain):
    done = explain('example.org', '--qtype', 'TYPE65')
    assert done.stdout == ('example.org HTTPS: pass by default of the group\n'
                           'group: default\nno list names it\n')
    assert explain('.').returncode == OK


def test_set_reaches_the_policy(explain):
    done = explain('--set', 'list ads.action=drop', 'ads.com')
    assert done.stdout.startswith('ads.com A: drop by list ads, ads.txt:1\n')


def test_a_zone_that_names_the_client(tmp_path):
    if 'zones: ldns' not in run('--version').stdout:
        pytest.skip('build: without libldns')
    (tmp_path / 'z.rpz').write_text('8.0.0.0.10.rpz-client-ip CNAME .\nads.com CNAME *.\n'
                                    '32.7.0.0.10.rpz-client-ip CNAME rpz-drop.\n')
    (tmp_path / 'a.ini').write_text('[list z]\npath = z.rpz\n')

    def lines(*args):
        done = run('explain', '-c', str(tmp_path / 'a.ini'), 'ads.com', *args)
        return [' '.join(line.split()) for line in done.stdout.splitlines()]
    assert lines('--client', '10.0.0.7') == [
        'ads.com A: drop by list z, z.rpz:3', 'group: default',
        '* z drop client 10.0.0.7/32 z.rpz:3', 'z nxdomain client 10.0.0.0/8 z.rpz:1',
        'z nodata exact ads.com z.rpz:2']
    assert lines('--client', '10.0.0.8')[0] == 'ads.com A: nxdomain by list z, z.rpz:1'
    assert lines()[0] == lines('--client', '11.0.0.7')[0] == 'ads.com A: nodata by list z, z.rpz:2'


@pytest.fixture
def addresses(tmp_path):
    (tmp_path / 'feed.txt').write_bytes(b'\xef\xbb\xbf192.0.2.0/24\r\n; comment\r\n2001:db8::/32\r\n192.0.2.7\r\n')
    (tmp_path / 'more.txt.gz').write_bytes(gzip.compress(b'192.0.0.0/16\n'))
    (tmp_path / 'a.ini').write_text('[list feed]\npath = feed.txt\n[list more]\npath = more.txt.gz\nformat = prefixes\n'
                                    'action = drop\n[group kids]\nlists = *, -feed\n[clients kids]\nvlans = 7\n')
    return lambda *args: run('explain', '-c', str(tmp_path / 'a.ini'), *args)


def test_the_lists_that_name_an_address(addresses):
    def lines(*args):
        done = addresses('--address', *args)
        assert done.returncode == OK, done.stderr
        return [' '.join(line.split()) for line in done.stdout.splitlines()]
    later = ', not in force yet: responses pass unread'
    assert lines('192.0.2.7') == [
        '192.0.2.7: nxdomain by list feed, feed.txt:4' + later,
        'group: default, no [clients] section names the client',
        '* feed nxdomain address 192.0.2.7/32 feed.txt:4', 'feed nxdomain address 192.0.2.0/24 feed.txt:1',
        'more drop address 192.0.0.0/16 more.txt.gz:1']
    assert lines('192.0.2.7', '--vlan', '7')[0] == '192.0.2.7: drop by list more, more.txt.gz:1' + later
    assert '(the list is off in this group)' in lines('192.0.2.7', '--vlan', '7')[2]
    assert lines('2001:DB8::1')[0] == '2001:db8::1: nxdomain by list feed, feed.txt:3' + later
    assert lines('203.0.113.1')[0::2] == ['203.0.113.1: no list decides', 'no list names it']


def test_rebinding_is_a_list_behind_all_others(addresses):
    def lines(address, *args):
        done = addresses('--address', address, *args)
        assert done.returncode == OK, done.stderr
        return [' '.join(line.split()) for line in done.stdout.splitlines()]
    on = ('--set', 'dns.rebind=yes')
    later = ', not in force yet: responses pass unread'
    assert lines('10.0.0.1')[0] == '10.0.0.1: no list decides'
    for address in ('10.0.0.1', '172.31.255.255', '192.168.1.1', '127.0.0.1', '169.254.1.1', '100.127.0.1', '0.0.0.0',
                    '::1', '::', 'fd12::1', 'fe80::1', '::ffff:192.0.2.1'):
        assert ': nodata by list builtin-rebind, builtin-rebind:' in lines(address, *on)[0], address
    for address in ('172.32.0.1', '11.0.0.1', '100.128.0.1', '2001:4860::1', 'fe00::1', '::2'):
        assert lines(address, *on)[0].endswith(': no list decides'), address
    assert lines('192.0.0.8', *on)[0] == '192.0.0.8: drop by list more, more.txt.gz:1' + later
    assert [line.split()[0] for line in lines('192.0.0.8', *on)[2:]] == ['*', 'builtin-rebind']
    off = lines('10.0.0.1', *on, '--set', 'group default.lists=*, -builtin-rebind')
    assert off[0] == '10.0.0.1: no list decides' and off[2].endswith('(the list is off in this group)')


def test_an_address_that_cannot_be(addresses):
    for args, said in ((['--address', '10.0.0.0/8'], "`10.0.0.0/8' is no address"),
                       (['--address', '10.0.0.1', 'a.com'], 'wants one NAME, or --names FILE, or --address ADDRESS')):
        done = addresses(*args)
        assert (done.returncode, done.stdout) == (USAGE, '') and said in done.stderr


@pytest.fixture
def explain_groups(tmp_path):
    (tmp_path / 'ads.txt').write_text('ads.com\n')
    ini = tmp_path / 'a.ini'
    ini.write_text('[port lan]\ndevice = net_null0\n[list ads]\npath = ads.txt\ncategory = advertising\n'
                   '[group kids]\nenforce = no\n[group iot]\nlists = *, -ads\ndefault = refused\n'
                   '[clients kids]\nvlans = 12, 14\nmacs = 02:00:00:00:0a:01\n'
                   '[clients iot]\nqinq = 100.12\nports = lan\nprefixes = 10.0.0.0/8, 10.0.0.0/8@7, fd00::/8\n')
    return lambda *args: [line.replace(str(tmp_path) + '/', '') for line in
                          run('explain', '-c', str(ini), *args).stdout.splitlines()]


@pytest.mark.parametrize('args, group', [
    ([], 'default, no [clients] section names the client'),
    (['--vlan', '13', '--mac', '02:00:00:00:0a:02'], 'default, no [clients] section names the client'),
    (['--vlan', '14'], 'kids, VLAN 14 of [clients kids] (a.ini:12) (enforce = no: nothing is blocked)'),
    (['--qinq', '100.12'], 'iot, QinQ pair 100.12 of [clients iot] (a.ini:15)'),
    (['--qinq', '12.100', '--port', 'lan'],
     'kids, VLAN 12 of [clients kids] (a.ini:12) (enforce = no: nothing is blocked)'),
    (['--qinq', '100.12', '--mac', '02:00:00:00:0A:01'],
     'kids, MAC 02:00:00:00:0a:01 of [clients kids] (a.ini:13) (enforce = no: nothing is blocked)'),
    (['--client', '10.1.2.3'], 'iot, prefix 10.0.0.0/8 of [clients iot] (a.ini:14)'),
    (['--client', '10.1.2.3', '--vlan', '12'], 'iot, prefix 10.0.0.0/8 of [clients iot] (a.ini:14)'),
    (['--client', '10.1.2.3', '--vlan', '7'], 'iot, prefix 10.0.0.0/8@7 of [clients iot] (a.ini:14)'),
    (['--client', 'fd12::1'], 'iot, prefix fd00::/8 of [clients iot] (a.ini:14)'),
    (['--client', 'fe80::1'], 'default, no [clients] section names the client'),
    (['--port', 'lan'], 'iot, port lan of [clients iot] (a.ini:16)'),
])
def test_the_group_and_why_it_is_that(explain_groups, args, group):
    lines = explain_groups('ads.com', *args)
    assert lines[1] == 'group: ' + group
    assert lines[0] == ('ads.com A: refused by default of the group' if group.startswith('iot') else
                        'ads.com A: nxdomain by list ads, ads.txt:1')
    assert ('category: advertising' in lines) != group.startswith('iot')
    assert ('(the list is off in this group)' in lines[-1]) == group.startswith('iot')


@pytest.mark.parametrize('args, said', [
    (['--vlan', '0'], "`0': allowed is a VLAN ID 1..4094"),
    (['--qinq', '7'], "`7': allowed are two VLAN IDs 1..4094: 100.12"),
    (['--vlan', '1', '--qinq', '1.2'], 'a VLAN and a QinQ pair go not together'),
    (['--mac', 'ff:ff:ff:ff:ff:ff'], "`ff:ff:ff:ff:ff:ff' is no client's MAC address"),
    (['--client', '10.0.0.0/8'], "`10.0.0.0/8' is no address"),
    (['--port', 'lan'], 'a.ini has no [port lan]'),
])
def test_a_client_that_cannot_be(explain, args, said):
    done = explain('a.com', *args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert said in done.stderr


@pytest.mark.parametrize('args, said', [
    ([], 'wants one NAME'),
    (['a.com', 'b.com'], 'wants one NAME'),
    (['a.com', '--names', '-'], 'wants one NAME, or --names FILE'),
    (['a..com'], "`a..com' is no domain name"),
    (['x' * 64 + '.com'], 'is no domain name'),
    (['https://x.test:8/y'], "`https://x.test:8/y' is a URL, not a name: write `x.test'"),
    (['a.com', '--qtype', 'FOO'], "`FOO' is no record type"),
    (['a.com', '--nonsense'], 'unrecognized option'),
    (['a.com', '--set', 'list ads.action=explode'], "--set 'list ads.action=explode'"),
])
def test_a_wrong_command_line(explain, args, said):
    done = explain(*args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert said in done.stderr


def test_a_wrong_ini(tmp_path):
    ini = tmp_path / 'a.ini'
    ini.write_text('[list a]\npath = none.txt\n')
    done = run('explain', '-c', str(ini), 'a.com')
    assert done.returncode == CONFIG
    assert 'a.ini:2: [list a] path' in done.stderr and 'none.txt' in done.stderr


def test_the_data_path_says_the_same(tmp_path):
    """What a replay decided, name by name, is what explain says of it."""
    ini, lines = ROOT / 'config/replay.ini', tmp_path / 'verdicts.tsv'
    done = run('replay', '-c', str(ini), str(ROOT / 'pcap/browse.pcap'), '--verdicts', str(lines))
    assert done.returncode == OK, done.stderr
    seen = {}
    for line in lines.read_text().splitlines()[1:]:
        field = line.split('\t')
        if field[7] == '0' and field[11] != '-':
            seen[field[8], field[9]] = field[10:13]
    assert len(seen) > 20
    for (name, qtype), (action, rule_list, rule) in list(seen.items())[:40]:
        done = run('explain', '-c', str(ini), name, '--qtype', 'TYPE' + qtype)
        first = done.stdout.splitlines()[0]
        assert first.endswith(': {} by list {}, {}'.format(action, rule_list, rule)), name


def test_many_names_a_line_each(explain, tmp_path):
    names = tmp_path / 'names'
    names.write_text('# asked today\n\nWWW.ads.com.\nx.ok.ads.com\r\na.b\n')
    done = explain('--names', str(names), '--qtype', 'aaaa')
    assert (done.returncode, done.stderr) == (OK, '')
    assert [line.split('\t') for line in done.stdout.splitlines()] == [
        ['qname', 'qtype', 'group', 'action', 'list', 'rule', 'named_by'],
        ['www.ads.com', 'AAAA', 'default', 'nodata', 'v6', 'v6.txt:1', 'v6,ads'],
        ['x.ok.ads.com', 'AAAA', 'default', 'pass', 'allow', 'allow.txt:1', 'allow,v6,ads'],
        ['a.b', 'AAAA', 'default', 'pass', '-', '-', '-']]


def test_a_line_that_is_no_name_is_told_and_the_rest_asked(explain, tmp_path):
    names = tmp_path / 'names'
    names.write_text('a.b\na..b\nads.com\n')
    done = explain('--names', str(names))
    assert done.returncode == FAILURE
    assert f"{names}:2: `a..b' is no domain name" in done.stderr
    assert done.stderr.endswith(f'{names}: 1 line is no name\n')
    assert [line.split('\t')[0] for line in done.stdout.splitlines()[1:]] == ['a.b', 'ads.com']


def test_names_that_cannot_be_read(explain, tmp_path):
    for path, said in ((tmp_path / 'none', 'No such file'), (tmp_path, 'cannot be read')):
        done = explain('--names', str(path))
        assert done.returncode == FAILURE
        assert str(path) in done.stderr and said in done.stderr


def test_nothing_is_left_behind(explain):
    folders = [pathlib.Path('/var/run/dpdk'), pathlib.Path('/tmp/dpdk'),
               pathlib.Path(os.environ.get('XDG_RUNTIME_DIR', '/nonexistent')) / 'dpdk']
    assert explain('a.com').returncode == OK
    assert not [path for folder in folders for path in folder.glob('weir_explain_*')]


def test_a_name_beyond_ascii_is_warned_of(explain):
    done = explain('b\u00fccher.example')
    assert (done.returncode, done.stderr.count('\n')) == (OK, 1)
    assert 'warning' in done.stderr and 'A-labels' in done.stderr
    assert explain('xn--bcher-kva.example').stderr == ''
