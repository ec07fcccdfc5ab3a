# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir check, weir help config, and what every command does with a wrong command line."""
import gzip
import os
import pathlib
import re
import socket
import subprocess

import pytest

WEIR = os.environ['WEIR']
ROOT = pathlib.Path(__file__).parents[2]
OK, FAILURE, USAGE, PERMISSION, CONFIG = 0, 1, 2, 77, 78


def run(*args, **kwargs):
    kwargs.setdefault('stdout', subprocess.PIPE)
    return subprocess.run([WEIR, *args], stderr=subprocess.PIPE, text=True, timeout=60, **kwargs)


def documented(name):
    """The INIs that a document shows."""
    return re.findall(r'^```ini\n(.*?)^```$', (ROOT / 'docs' / name).read_text(), flags=re.M | re.S)


@pytest.fixture
def check(tmp_path):
    """Writes an INI and the files beside it, and checks it from another folder."""
    def check(text, *args, **files):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        ini = tmp_path / 'a.ini'
        ini.write_bytes(text.encode() if isinstance(text, str) else text)
        done = run('check', '-c', str(ini), *args, cwd='/')
        done.stdout = done.stdout.replace(str(tmp_path) + '/', '')
        done.stderr = done.stderr.replace(str(tmp_path) + '/', '')
        return done
    return check


def outcome(done):
    return done.returncode, done.stdout, done.stderr


# The command line

@pytest.mark.parametrize('args, said', [
    ([], 'usage: weir COMMAND'),
    (['nonsense'], "weir: unknown command `nonsense'; `weir --help' lists them\n"),
    (['--nonsense'], "weir: unknown command `--nonsense'; `weir --help' lists them\n"),
    (['check', '--nonsense'], "weir check: unrecognized option '--nonsense'\n"),
    (['check', '-c'], "weir check: option requires an argument -- 'c'\n"),
    (['check', '--set'], "weir check: option '--set' requires an argument\n"),
    (['check', 'a.ini'], "weir check: takes no argument `a.ini': the INI is named by -c\n"),
    (['help', 'me'], "weir help: allowed are `weir help config' and `weir help COMMAND'\n"),
    (['help', 'config', 'more'], "weir help: allowed are `weir help config' and `weir help COMMAND'\n"),
])
def test_wrong_usage(args, said):
    done = run(*args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert done.stderr.startswith(said)


def test_help_of_a_command_is_its_own():
    assert run('help', 'check').stdout == run('check', '--help').stdout != ''
    assert run('help', 'help').stdout == run('--help').stdout


def test_an_ini_that_nobody_named(tmp_path):
    if os.path.exists('/etc/weir/weir.ini'):
        pytest.skip('/etc/weir/weir.ini: this machine has one')
    assert outcome(run('check')) == (
        CONFIG, '', '/etc/weir/weir.ini: No such file or directory: name one with -c\n')
    assert '-c' not in run('check', '-c', f'{tmp_path}/none.ini').stderr


def test_a_file_that_is_no_ini_is_not_told_line_by_line(check):
    done = check(b'\x01\n' * 475)
    rows = done.stderr.splitlines()
    assert (done.returncode, done.stdout, len(rows)) == (CONFIG, '', 51)
    assert rows[-1] == 'a.ini: … and 425 more errors'
    assert len(check(b'\x01\n' * 50).stderr.splitlines()) == 50


def test_a_value_that_is_wrong_is_not_missing(check):
    assert check('[list l]\npath = "a.txt\n').stderr == (
        'a.ini:2: [list l] path = "a.txt: the double quote is not closed\n')


def test_an_interface_of_the_kernel_is_no_device(check):
    done = check('[port lan]\ndevice = eth0\n')
    assert outcome(done) == (CONFIG, '', 'a.ini:2: [port lan] device = eth0: vdevs begin with net_: for a '
                             'network interface of the kernel write net_af_packet0,iface=eth0\n')
    assert check('[port lan]\ndevice = eth_null0\n').returncode == OK


@pytest.mark.parametrize('args', [['--help'], ['-h'], ['help'], ['help', '--help']])
def test_help_lists_commands(args):
    done = run(*args)
    assert (done.returncode, done.stderr) == (OK, '')
    told = re.findall(r'^  ([a-z]+) ', done.stdout, re.M)
    assert told[0] == 'check' and told[-1] == 'help'
    assert '--names' in done.stdout or 'explain' not in told
    for command in told:
        if command not in ('patterns', 'help'):  # how to change a key is told by each that reads an INI
            assert "--set 'list threats.action=drop'" in run('help', command).stdout, command
    assert all(len(line) < 80 for line in done.stdout.splitlines())


def test_help_of_check():
    done = run('check', '--help')
    assert (done.returncode, done.stderr) == (OK, '')
    assert done.stdout.startswith('usage: weir check [-c FILE]')


def test_version():
    version = re.search(r"version: '([0-9.]+)'", (ROOT / 'meson.build').read_text()).group(1)
    done = run('--version')
    assert (done.returncode, done.stderr) == (OK, '')
    assert re.fullmatch(rf'weir {version}\nzones: (ldns [0-9.]+|none)\npublic suffixes: (libpsl [0-9.]+ of [0-9-]+|none)\n(expressions: \w+ [0-9.]+\n)?', done.stdout)


def test_output_that_does_not_arrive_is_a_failure():
    with open('/dev/full', 'w') as full:
        done = run('help', 'config', stdout=full)
    assert (done.returncode, done.stderr) == (FAILURE,
                                              'weir: standard output cannot be written\n')


# The file itself

def test_missing_file():
    assert outcome(run('check', '-c', '/nosuch/a.ini')) == (
        CONFIG, '', '/nosuch/a.ini: No such file or directory\n')


def test_folder_for_a_file(tmp_path):
    assert outcome(run('check', '-c', str(tmp_path))) == (CONFIG, '',
                                                          f'{tmp_path}: Is a directory\n')


def test_unreadable_file(tmp_path):
    if os.geteuid() == 0:
        # Root reads everything: as another user, where the program can be started as one.
        kwargs = {'user': 65534, 'group': 65534, 'extra_groups': []}
        parents = [tmp_path, *tmp_path.parents]
    else:
        kwargs, parents = {}, []
    ini = tmp_path / 'a.ini'
    ini.write_text('')
    ini.chmod(0)
    modes = {path: path.stat().st_mode for path in parents}
    try:
        for path in parents:
            path.chmod(modes[path] | 0o011)
        done = run('check', '-c', str(ini), **kwargs)
    except PermissionError:
        pytest.skip('the program stands where no other user can start it')
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert outcome(done) == (PERMISSION, '', f'{ini}: Permission denied\n')


def test_every_error_of_a_file_is_printed(check):
    done = check('stray = 1\n[weir]\nmode = hub\n numa = strict\namplify = 3 # no\n[ring]\n'
                 'burst = 4096\nburst = 4\nsize = 1\n[ring]\n[port a]\n[list b]\npath = x\n'
                 'action = cname\n[group default]\nlists = *, -c\n[nope]\n')
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert [line.split(': ')[0] for line in done.stderr.splitlines()] == [
        f'a.ini:{n}' for n in [1, 3, 4, 5, 7, 8, 9, 10, 11, 14, 16, 17]]
    assert 'a.ini:7: [ring] burst = 4096: allowed 1..64\n' in done.stderr
    assert "a.ini:5: [weir] amplify = 3 # no: ` #' begins no comment here: use ` ;'" in done.stderr
    assert 'a.ini:8: [ring] burst = 4: a second time: it stands in line 7 already' in done.stderr


def test_a_line_of_4096_octets_is_read_and_a_longer_one_refused(check):
    line = 'args = ' + 'x' * 1024 + ' ; '
    done = check('[eal]\n' + line + 'c' * (4096 - len(line)))
    assert outcome(done) == (OK, 'list builtin-ddr: built in\na.ini: good: ports 0, lcores 0, lists 0, groups 1\n', '')
    done = check('[eal]\n' + line + 'c' * (4097 - len(line)) + '\n[ring]\nburst = 0\n')
    assert outcome(done) == (CONFIG, '', 'a.ini:2: a line of 4097 octets: allowed are 4096\n'
                                         'a.ini:4: [ring] burst = 0: allowed 1..64\n')


def test_octets_that_are_no_text(check):
    done = check(b'[weir]\nnuma = strict\0\n; \x7f\n')
    assert outcome(done) == (
        CONFIG, '', 'a.ini:2: a control character (octet 0x00 at 14): allowed is text in UTF-8\n'
                    'a.ini:3: a control character (octet 0x7f at 3): allowed is text in UTF-8\n')


def test_an_endless_file_is_refused():
    assert outcome(run('check', '-c', '/dev/zero')) == (CONFIG, '', '/dev/zero: more than 16 MB\n')


def test_a_list_that_a_key_brings(check):
    said = 'a.ini: good: ports 0, lcores 0, lists 0, groups 1\n'
    assert outcome(check('[dns]\nrebind = yes\n')) == (
        OK, 'list builtin-ddr: built in\nlist builtin-rebind: built in\n' + said, '')
    assert outcome(check('[dns]\nrebind = no\n')) == (OK, 'list builtin-ddr: built in\n' + said, '')


def test_a_file_through_a_pipe():
    done = run('check', '-c', '/dev/stdin', input='[ring]\nburst = 7')
    assert outcome(done) == (
        OK, 'list builtin-ddr: built in\n/dev/stdin: good: ports 0, lcores 0, lists 0, groups 1\n', '')


# --set

def test_set_changes_a_value(check):
    done = check('[list x]\npath = nosuch\n', '--set', 'list x.path=x', x='a.example\n')
    assert (done.returncode, done.stderr) == (OK, '')


@pytest.mark.parametrize('value, said', [
    ('list x.action=foo', 'allowed pass, nxdomain, nodata, refused, servfail, drop, truncate, '
                          'sinkhole, cname NAME, log'),
    ('list y.action=drop', 'a.ini has no [list y]'),
    ('ring.bursts=4', 'unknown key: [ring] has size, burst, hash'),
    ('burst=4', "write SECTION.KEY=VALUE, at most 4096 octets of text: "
                "'list threats.action=drop'"),
    ('list x.path=nosuch', 'nosuch: No such file or directory'),
])
def test_a_wrong_set_is_a_usage_error(check, value, said):
    done = check('[list x]\npath = x\n', '--set', value, x='a.example\n')
    assert outcome(done) == (USAGE, '', f"--set '{value}': {said}\n")


# Lists

def test_lists_that_cannot_be_read(check, tmp_path):
    (tmp_path / 'folder').mkdir()
    os.mkfifo(tmp_path / 'pipe')
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / 'socket'))
        done = check('[list a]\npath = nosuch\n[list b]\npath = folder\n[list c]\npath = pipe\n'
                     '[list d]\npath = good\n[list e]\npath = socket\n[list f]\npath = /dev/null\n',
                     good='x.example\n')
    assert done.returncode == CONFIG
    said = done.stderr.splitlines()
    assert said[0] == 'a.ini:2: [list a] path = nosuch: nosuch: No such file or directory'
    assert [line.split(': ')[:2] for line in said] == [
        [f'a.ini:{2 * i + 2}', f'[list {name}] path = {path}'] for i, name, path in [
            (0, 'a', 'nosuch'), (1, 'b', 'folder'), (2, 'c', 'pipe'), (4, 'e', 'socket'),
            (5, 'f', '/dev/null')]]


def test_what_was_found_in_a_list(check):
    words = ''.join(f'bad..name{i}.example\n' for i in range(4))
    done = check('[list a]\npath = x\nformat = domains\nmax_bad = 50\nmatch = exact\n'
                 '[list z]\npath = z\n',
                 x='# c\none.example\n*.two.example\nthree.example\none.example\nfour.example\n'
                   + words, z=gzip.compress(b'0.0.0.0 a.example b.example\n'))
    assert (done.returncode, done.stderr) == (OK, '')
    lines = done.stdout.splitlines()
    assert lines[:3] == ['list a: x: domains', '  lines 10, of rules 9, bad 4',
                         '  rules: exact 3, subtree 0, only below 1']
    assert re.fullmatch(r'  memory: [1-9][0-9]* bytes', lines[3])
    at = lines.index('  skipped empty_label: 4: an empty label: a leading dot or two in a row')
    assert lines[at + 1:at + 4] == [f'    x:{i + 7}: bad..name{i}.example' for i in range(3)]
    assert '  warning duplicate: 1: the same rule again: the first stands' in lines
    assert [line for line in lines if line.startswith('list z: z: hosts, ')]
    assert lines[-1] == 'a.ini: good: ports 0, lcores 0, lists 2, groups 1'


def test_what_was_found_in_a_list_of_addresses(check):
    text = '# feed\n192.0.2.1\n192.0.2.0/24\n192.0.2.1/32\n10.0.0.1/8\n'
    done = check('[list a]\npath = x\nformat = prefixes\nmax_bad = 30\n', x=text)
    assert (done.returncode, done.stderr) == (OK, '')
    assert done.stdout.splitlines()[:8] == [
        'list a: x: prefixes', '  lines 5, of rules 4, bad 1', '  addresses and prefixes: 2, not in force yet',
        '  memory: 36 bytes', '  skipped prefix: 1: no address and no prefix, or bits set behind it',
        '    x:5: 10.0.0.1/8', '  warning duplicate: 1: the same rule again: the first stands', '    x:4: 192.0.2.1/32']
    refused = check('[list a]\npath = x\nformat = prefixes\n', x=text)
    assert (refused.returncode, refused.stdout) == (CONFIG, '')
    assert 'x:5: read as prefixes' in refused.stderr and '1 of 4 rule lines are bad' in refused.stderr


def test_a_public_suffix_alone_is_told_and_left_out(check):
    if 'public suffixes: none' in run('--version').stdout:
        pytest.skip('build: without libpsl')
    text = 'bad.example\nco.uk\ngithub.io\n'
    done = check('[list a]\npath = x\nformat = domains\n', x=text)
    assert (done.returncode, done.stderr) == (OK, '')
    assert '  rules: exact 0, subtree 2, only below 0' in done.stdout
    assert ('  skipped tld: 1: the root, a public suffix or all addresses: needs allow_tld = yes\n'
            '    x:2: co.uk\n') in done.stdout
    done = check('[list a]\npath = x\nformat = domains\nallow_tld = yes\n', x=text)
    assert '  rules: exact 0, subtree 3, only below 0' in done.stdout


ZONE = """$TTL 2h
$ORIGIN rpz.example.
@ SOA ns.example. host.example. ( 1 ; serial
    3600 600 86400 60 )
bad.example CNAME .
*.bad.example CNAME *.
data.example A 192.0.2.1
    TXT "two words"
same.example A 192.0.2.1
    TXT "two words"
24.0.2.0.192.rpz-ip CNAME .
32.1.0.0.10.rpz-client-ip CNAME rpz-drop.
ns.example.rpz-nsdname CNAME rpz-drop.
broken.example A 192.0.2
"""


def has_zones():
    return 'zones: ldns' in run('--version').stdout


@pytest.mark.parametrize('form', ['rpz', 'auto'])
def test_what_was_found_in_a_zone(check, form):
    done = check(f'[list z]\npath = z.rpz\nformat = {form}\nmax_bad = 10\n', **{'z.rpz': ZONE})
    if not has_zones():
        assert done.returncode == CONFIG
        assert 'z.rpz: built without libldns (-Drpz): no zone of format rpz can be read' in done.stderr
        return
    assert (done.returncode, done.stderr) == (OK, '')
    lines = done.stdout.splitlines()
    assert lines[0].startswith('list z: z.rpz: rpz')
    assert lines[1:9] == [
        '  lines 14, of rules 13, bad 1',
        '  rules: exact 3, subtree 0, only below 1',
        '  actions: nxdomain 2, nodata 1, pass 0, drop 1, truncate 0, data 2',
        '  records: 4 in 1 different sets',
        '  triggers rpz-client-ip, the address that asks: 1',
        '  triggers rpz-ip, an address in the response: 1, not in force yet',
        '  triggers rpz-nsdname, the name of a name server: 1, not in force yet',
        f'  memory: {6 * 12 + 13 + 13 + 6 + 6 + 14 * 2 + 4 + 2 + 14 + 20 + 2 * 8} bytes']
    assert '    z.rpz:14: broken.example A 192.0.2' in lines
    refused = check(f'[list z]\npath = z.rpz\nformat = {form}\n', **{'z.rpz': ZONE})
    assert (refused.returncode, refused.stdout) == (CONFIG, '')
    assert 'z.rpz:14: read as rpz' in refused.stderr and '1 of 13 rule lines are bad' in refused.stderr


def test_a_list_with_too_many_bad_lines_is_refused(check):
    text = ''.join(f'n{i}.example\n' for i in range(94)) + 'a..b\n' * 6
    done = check('[list a]\npath = x\nformat = domains\n', x=text)
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert done.stderr.startswith('a.ini:2: [list a] path = x: x')
    assert check('[list a]\npath = x\nformat = domains\nmax_bad = 6\n', x=text).returncode == OK


def test_a_list_without_a_rule_is_warned_about(check):
    done = check('[list a]\npath = x\nformat = domains\n', x='# nothing\n')
    assert (done.returncode, done.stderr) == (OK, 'warning: list a: x holds no rule\n')


def test_a_warning_is_no_error(check):
    done = check('[list a]\npath = x\naction = cname y.example\n', x='x.example\n')
    assert (done.returncode, done.stderr) == (
        OK, 'warning: a.ini:3: [list a] action = cname y.example: without target_a or target_aaaa '
            'stub resolvers will not follow the name\n')


# Samples

@pytest.mark.parametrize('path', sorted((ROOT / 'config').glob('*.ini')), ids=lambda p: p.name)
def test_shipped_files_are_good(path):
    done = run('check', '-c', str(path), cwd='/')
    assert (done.returncode, done.stderr) == (OK, '')


def test_help_config_is_a_good_file(check, tmp_path):
    text = run('help', 'config').stdout
    (tmp_path / 'lists').mkdir()
    (tmp_path / 'lists/threats.txt').write_text('a.example\n')
    done = check(text)
    assert (done.returncode, done.stderr) == (OK, '')
    assert done.stdout.splitlines()[-1] == 'a.ini: good: ports 1, lcores 1, lists 1, groups 1'
    for key in ['mode', 'socket_mem', 'promiscuous', 'filter_bits', 'nxdomain_exact', 'sinkhole_a']:
        assert re.search(rf'^{key} +=', text, re.M)


# Expressions

PATTERNS = 'expressions: ' in run('--version').stdout
REGEX = '[list a]\npath = a\nformat = regex\nmax_bad = {}\n[list b]\npath = b\nformat = regex\n' \
    '[patterns]\ncache_dir = .\n'
EXPRS = {'a': '^ads[0-9]\\.\n# none\na(b\n(^|\\.)names\\.example$\nx(?!y)\n', 'b': '^track\n'}
REFUSED = (
    'weir: a:3: skipped: Missing close parenthesis for group started at index 1.: a(b\n'
    'weir: a:5: skipped: Zero-width assertions are not supported.: x(?!y)\n')


def compiled(check, text, **files):
    if not PATTERNS:
        pytest.skip('libhs: built without it')
    done = check(text, **files)
    # What is wrong with the library itself is no word of the lists.
    done.stderr = re.sub(r'^weir: expressions: this version of .*\n', '', done.stderr, flags=re.M)
    return done


def test_expressions_are_compiled(check, tmp_path):
    done = compiled(check, REGEX.format(50), **EXPRS)
    assert (done.returncode, done.stderr) == (OK, REFUSED)
    assert '  expressions: 3\n' in done.stdout  # that are no names
    assert '  warning only_names: 1: an expression that is nothing but names: moved to the domain table\n' \
        '    a:4: (^|\\.)names\\.example$\n' in done.stdout
    assert re.search(r'^expressions: compiled 2, refused 2\n'
                     r'  memory: \d+ bytes on each node, \d+ for each lcore\n', done.stdout, re.M)
    # What it says depends on nothing that an earlier run left, and it leaves nothing.
    assert sorted(path.name for path in tmp_path.iterdir()) == ['a', 'a.ini', 'b']
    done = compiled(check, REGEX.format(49), **EXPRS)
    assert done.returncode == CONFIG
    assert done.stderr == REFUSED + (
        'a.ini:2: [list a] path = a: 2 of 4 rule lines are bad, more than max_bad = 49 %; line 3, `a(b`: '
        'Missing close parenthesis for group started at index 1.\n')
    assert 'good' not in done.stdout


def test_an_expression_without_end_keeps_to_the_limit(check):
    """Seconds of work for the compiler: it is left out, and of one line that is too many."""
    endless = '((a.{1,60}b|c.{1,50}d|e.{1,70}f){1,40}g){1,20}h\n'
    done = compiled(check, REGEX.format(5) + 'compile_limit = 1s\n', a=endless, b='^track\n')
    assert done.returncode == CONFIG
    assert 'weir: a:1: skipped: compiling takes more than 1.0 s: ' + endless in done.stderr
    assert '1 of 1 rule lines are bad' in done.stderr


# Targets of a cname action

CNAME = '[list a]\npath = a\naction = cname Safe.bad.example\ntarget_a = 192.0.2.1\n'


@pytest.mark.parametrize('text, files, by', [
    (CNAME, {'a': 'x.example\nbad.example\n'}, 'a:2'),
    (CNAME, {'a': '*.bad.example\n'}, 'a:1'),
    (CNAME + '[list b]\npath = b\n', {'a': 'x.example\n', 'b': 'safe.bad.example\n'}, 'b:1'),
    (CNAME + '[list b]\npath = b\n', {'a': 'x.example\n', 'b': '||bad.example^\n@@||bad.example^$important\n'},
     None),
    ('[list p]\npath = p\naction = pass\n' + CNAME, {'p': 'safe.bad.example\n', 'a': 'bad.example\n'}, None),
    (CNAME + '[list b]\npath = b\n[group default]\nlists = a\n', {'a': 'x.example\n', 'b': 'bad.example\n'},
     None),
    (CNAME, {'a': '*.safe.bad.example\nnotsafe.bad.example\nxyz.example\n'}, None),
    (CNAME + 'match = exact\n', {'a': 'bad.example\n'}, None),
])
def test_a_target_that_is_blocked_itself_is_warned_of(check, text, files, by):
    text = text.replace('action = cname', 'format = domains\naction = cname')
    done = check(text, **files)
    line = text[:text.index('action = cname')].count('\n') + 1
    assert outcome(done)[::2] == (OK, '' if by is None else (
        f'warning: a.ini:{line}: [list a] action: Safe.bad.example is blocked itself by {by}: '
        'a resolver that follows the CNAME does not come to an end\n'))


# Groups

def test_groups_are_told_with_their_clients(check):
    done = check('[port lan]\ndevice = net_null0\n[list ads]\npath = ads.txt\ncategory = advertising\n'
                 '[group kids]\nenforce = no\n[group iot]\nlists = *, -ads\ndefault = refused\n'
                 '[clients kids]\nvlans = 12, 14\nmacs = 02:00:00:00:0a:01\nprefixes = 10.0.0.0/8, ::1@7\n'
                 'prefix_file = kids.txt\n[clients iot]\nqinq = 100.12\nports = lan\n', **{'ads.txt': 'ads.example\n', 'kids.txt': gzip.compress(b'10.0.0.1\n\n10.0.0.2\n')})
    assert (done.returncode, done.stderr) == (OK, '')
    assert '  category: advertising' in done.stdout.splitlines()
    assert done.stdout.splitlines()[-4:] == [
        'group default: lists 2, default pass; clients: prefixes 0, MACs 0, QinQ pairs 0, VLANs 0, ports 0, and all others',
        'group kids: lists 2, default pass, not enforced; clients: prefixes 4, MACs 1, QinQ pairs 0, VLANs 2, ports 0',
        'group iot: lists 1, default refused; clients: prefixes 0, MACs 0, QinQ pairs 1, VLANs 0, ports 1',
        'a.ini: good: ports 1, lcores 0, lists 1, groups 3']


def test_every_error_of_groups_is_told(check):
    done = check('[group kids]\nlists =\n[clients kids]\nvlans = 12, x\nmacs = 02\n[group iot]\nlists = none\n'
                 '[clients iot]\nqinq = 1.2\n[clients default]\nqinq = 1.2\n[clients nobody]\n')
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert [line.split(': ')[0] for line in done.stderr.splitlines()] == [
        f'a.ini:{line}' for line in (2, 4, 5, 7, 11, 12)]


def test_257_lists_are_refused(check):
    """Those that are built in count among them, whether a key brings them or not."""
    done = check(''.join(f'[list l{i}]\npath = l\n' for i in range(255)), l='a.example\n')
    assert (done.returncode, done.stderr) == (
        CONFIG, 'a.ini:509: [list l254]: one too many: allowed are 254, besides those that are built in\n')
    assert check(''.join(f'[list l{i}]\npath = l\n' for i in range(254)), l='a.example\n').returncode == OK


def test_prefixes_that_are_wrong_are_told_by_file_and_line(check):
    done = check('[group a]\n[clients a]\nprefixes = 10.0.0.1/8\n[group b]\n[clients b]\nprefixes = 10.0.0.0/33\n')
    assert (done.returncode, done.stdout) == (CONFIG, '')
    assert done.stderr == (
        "a.ini:3: [clients a] prefixes = 10.0.0.1/8: `10.0.0.1/8' has bits set behind its prefix of 8\n"
        "a.ini:6: [clients b] prefixes = 10.0.0.0/33: `10.0.0.0/33': the length of the prefix must be 0..32\n")
    done = check('[group a]\n[clients a]\nprefixes = 10.0.0.0/8, 10.0.0.0/8@5\n[clients default]\nprefix_file = f\n',
                 f='10.0.0.0/9\n10.0.0.0/8@5\nhouse 7\n10.0.0.0/8\n')
    assert done.returncode == CONFIG
    assert done.stderr == (
        "f:3: `house 7' is no address: allowed are IPv4 (192.0.2.1) and IPv6 (2001:db8::1)\n"
        "f:4: [clients default] 10.0.0.0/8 is [clients a]'s already (a.ini:3): a client has one group\n"
        "f:2: [clients default] 10.0.0.0/8@5 is [clients a]'s already (a.ini:3): a client has one group\n")


@pytest.mark.parametrize('text', documented('modes.md'))
def test_inis_of_the_document_on_modes_are_good(check, text):
    done = check(text)
    assert (done.returncode, done.stderr) == (OK, '')
