# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""weir patterns: expressions of a file against names."""
import os
import re
import subprocess

import pytest

WEIR = os.environ['WEIR']
OK, FAILURE, USAGE, CONFIG = 0, 1, 2, 78

REGEX = r'''# a comment
^ads[0-9]*\.
(^|\.)names\.example$
7:/TRACK/i
a(b
x(?!y)
8:/z/L
'''
BAD = r'''a.regex:7: a flag other than i s m H V 8 W: 8:/z/L
a.regex:5: Missing close parenthesis for group started at index 1.: a(b
a.regex:6: Zero-width assertions are not supported.: x(?!y)
'''


@pytest.fixture
def patterns(tmp_path):
    """Writes the expressions and runs the command beside them."""
    def patterns(*args, text=REGEX, **files):
        (tmp_path / 'a.regex').write_text(text)
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        done = subprocess.run([WEIR, 'patterns', *args], capture_output=True, text=True,
                              timeout=120, cwd=tmp_path)
        # What is wrong with the library itself is no word of the expressions.
        done.stderr = re.sub(r'^weir patterns: this version of .*\n', '', done.stderr, flags=re.M)
        return done
    return patterns


def outcome(done):
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize('args, said', [
    (['a.regex'], 'weir patterns: wants names: --name NAME or --names FILE\n'),
    (['--name', 'a.b'], 'weir patterns: wants one FILE of expressions\n'),
    (['a.regex', 'b.regex', '--name', 'a.b'], 'weir patterns: wants one FILE of expressions\n'),
    (['a.regex', '--name', 'a..b'], "weir patterns: `a..b' is no domain name: "),
    (['a.regex', '--nonsense'], "weir patterns: unrecognized option '--nonsense'\n"),
])
def test_wrong_usage(patterns, args, said):
    done = patterns(*args)
    assert (done.returncode, done.stdout) == (USAGE, '')
    assert done.stderr.startswith(said)


def test_help(patterns):
    done = patterns('--help')
    assert (done.returncode, done.stderr) == (OK, '')
    assert done.stdout.startswith('usage: weir patterns FILE ')


def test_a_line_for_each_match_and_one_for_a_name_without(patterns):
    done = patterns('a.regex', '--name', 'Ads1.Track.Example', '--name', 'x.y',
                    '--name', 'www.names.example', '--name', 'mynames.example')
    assert outcome(done) == (OK, (
        'Ads1.Track.Example\ta.regex:2\t^ads[0-9]*\\.\n'
        'Ads1.Track.Example\ta.regex:4\tTRACK\n'
        'x.y\t-\n'
        'www.names.example\ta.regex:3\t(^|\\.)names\\.example$\n'
        'mynames.example\t-\n'), BAD)


def test_names_of_a_file(patterns):
    done = patterns('a.regex', '--names', 'names', names='ads.x\r\n\nx.y', text='^ads\n')
    assert outcome(done) == (OK, 'ads.x\ta.regex:1\t^ads\nx.y\t-\n', '')


def test_a_dot_inside_a_label_is_no_boundary(patterns):
    done = patterns('a.regex', '--name', r'ads\.x', '--name', 'ads.x', text=r'^ads\.' + '\n')
    assert done.stdout == 'ads\\.x\t-\nads.x\ta.regex:1\t^ads\\.\n'


def test_the_cache_holds_what_was_compiled(patterns, tmp_path):
    (tmp_path / 'cache').mkdir(mode=0o700)
    first = patterns('a.regex', '--cache', 'cache', '--name', 'ads.x')
    files = list((tmp_path / 'cache').iterdir())
    assert [file.suffix for file in files] == ['.hsdb']
    written = files[0].read_bytes()
    assert outcome(patterns('a.regex', '--cache', 'cache', '--name', 'ads.x')) == outcome(first)
    files[0].write_bytes(written[:-1] + b'?')
    done = patterns('a.regex', '--cache', 'cache', '--name', 'ads.x')
    assert done.stdout == first.stdout
    assert done.stderr == first.stderr + \
        f'weir patterns: cache/{files[0].name}: damaged: compiled anew\n'
    assert files[0].read_bytes() == written


if 'WEIR_VECTORSCAN' in os.environ:  # scripts/vectorscan: the folder of the other library
    def test_two_libraries_share_a_cache_and_no_file(patterns, tmp_path, monkeypatch):
        """The program finds either behind the same name, as a machine's owner installs it."""
        vectorscan = os.environ['WEIR_VECTORSCAN']
        (tmp_path / 'cache').mkdir(mode=0o700)
        said = {}
        for path in (vectorscan, vectorscan[vectorscan.rindex('/usr/'):]):
            monkeypatch.setenv('LD_LIBRARY_PATH', path)
            version = subprocess.run([WEIR, '--version'], capture_output=True, text=True, timeout=60)
            for _ in range(2):
                done = patterns('a.regex', '--cache', 'cache', '--name', 'ads.x', text='^ads')
                said[re.search(r'^expressions: (\w+)', version.stdout, re.M).group(1)] = outcome(done)
        assert said == {'Vectorscan': (OK, 'ads.x\ta.regex:1\t^ads\n', ''),
                        'Hyperscan': (OK, 'ads.x\ta.regex:1\t^ads\n', '')}
        assert len(list((tmp_path / 'cache').iterdir())) == 2


def test_bench_prints_a_row_for_each_count(patterns):
    text = ''.join(f'^ads{i}[.-]\n' for i in range(120))
    done = patterns('a.regex', '--bench', '--name', 'ads7.x', '--name', 'x.y', text=text)
    head, columns, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (OK, '')
    assert head.endswith(', 2 names; ns a name')
    assert columns.split('  ')[-1].strip() == 'PCRE2'
    assert [row.split()[0] for row in rows] == ['10', '100', '120']
    assert all(float(row.split()[5]) > 0 and float(row.split()[6]) > 0 for row in rows)


def test_no_file_and_no_expression(patterns):
    done = patterns('b.regex', '--name', 'a.b')
    assert outcome(done) == (CONFIG, '', 'weir patterns: b.regex: No such file or directory\n')
    done = patterns('a.regex', '--names', 'none')
    assert outcome(done) == (FAILURE, '', 'weir patterns: none: No such file or directory\n')
    done = patterns('a.regex', '--name', 'a.b', text='# nothing\n')
    assert outcome(done) == (OK, 'a.b\t-\n', '')
