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
    with subprocess.Popen([SOAK, str(folder), *args], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as running:
        try:
            out, err = running.communicate(timeout=3000)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
    print(out)
    assert running.returncode == 0, out + err
    assert ' 0 lost;' in out and ' 0 wrong;' in out
    assert not os.path.exists('/run/dpdk/weir_unit_%d' % running.pid)


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
