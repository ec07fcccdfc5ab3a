# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Reloads under a constant load through the real engine; the figures are printed, never held against
anything. WEIR_SOAK_NAMES and WEIR_SOAK_RELOADS make it longer: scripts/test --all does."""
import os
import subprocess

import pytest

SOAK = os.environ['WEIR_SOAK']
NAMES = os.environ.get('WEIR_SOAK_NAMES', '20000')
RELOADS = os.environ.get('WEIR_SOAK_RELOADS', '100')
RATE = '50000'


def soak(folder, *args):
    (folder / 'cache').mkdir()
    done = subprocess.run([SOAK, str(folder), *args], text=True, capture_output=True, timeout=3000)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ' 0 lost;' in done.stdout and ' 0 wrong;' in done.stdout
    assert not os.path.exists('/run/dpdk/weir_unit_%d' % os.getpid())


def test_reloads_lose_no_query_and_no_memory(tmp_path):
    soak(tmp_path, NAMES, RELOADS, RATE)


def test_reloads_between_databases_of_different_size(tmp_path, request):
    if os.environ['WEIR_SOAK_PATTERNS'] != '1':
        pytest.skip('libhs: built without')
    soak(tmp_path, '2000', RELOADS, RATE, 'patterns')


def test_no_view_is_read_once_it_is_freed(tmp_path):
    """What is freed is filled with what is no pointer, and stays so until the next reload."""
    args = ['patterns'] if os.environ['WEIR_SOAK_PATTERNS'] == '1' else []
    soak(tmp_path, '2000', '40', RATE, 'poison', *args)
