# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""scripts/demo: it comes to its end, with lists of others and without."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
LAST = '== To look at it'


@pytest.fixture(name='demo', autouse=True)
def fixture_demo():
    if not (ROOT / 'build/build.ninja').exists():
        pytest.skip('build: no build/ here, and the demo would make one')


def run(data, *args, cwd=ROOT):
    done = subprocess.run([ROOT / 'scripts/demo', *args], cwd=cwd, env=dict(os.environ, WEIR_DATA=str(data)),
                          capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    assert LAST in done.stdout
    return done.stdout


def test_without_lists_of_others(tmp_path):
    printed = run(tmp_path / 'none')
    assert 'the long list is left out' in printed
    assert 'nxdomain   px.trackwell.test' in printed


def test_the_longest_list_of_others_is_run(tmp_path):
    (tmp_path / 'lists').mkdir()
    (tmp_path / 'lists/short.domains').write_text('example.com\n')
    (tmp_path / 'lists/long.domains').write_text('example.net\nexample.org\nexample.com\n')
    assert 'against long.domains' in run(tmp_path)


def test_a_folder_without_a_long_list(tmp_path):
    (tmp_path / 'lists').mkdir()
    assert 'the long list is left out' in run(tmp_path)


def test_a_capture_is_named_from_where_the_caller_stands(tmp_path):
    shutil.copy(ROOT / 'pcap/vlan.pcap', tmp_path / 'mine.pcap')
    assert f'{tmp_path}/mine.pcap: frames' in run(tmp_path / 'none', 'mine.pcap', cwd=tmp_path)
