# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Messages and names of other projects' fuzzers, where they are there: no law of ours may break on them."""
import subprocess

import oracle
import pytest

SEEDS = oracle.DATA / 'wire'
TARGETS = ('dns_answer', 'dns_name', 'dns_question')


@pytest.mark.parametrize('target', TARGETS)
def test_seeds_of_others(target):
    if not SEEDS.is_dir():
        pytest.skip(f'data: no {SEEDS}')
    folders = sorted({path.parent for path in SEEDS.rglob('*') if path.is_file()})
    assert folders
    for folder in folders:
        done = subprocess.run([oracle.BUILD / f'tests/fuzz/fuzz_{target}', folder],
                              capture_output=True, check=False)
        assert done.returncode == 0, (folder, done.stdout[-300:], done.stderr[-300:])
