# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Where the programs are, for a pytest that Meson did not start: WEIR_BUILD, or build/."""
import os
import pathlib

import pytest

BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', pathlib.Path(__file__).parents[2] / 'build'))
for name, path in {'WEIR': 'app/weir/weir', 'WEIR_TOPO': 'app/weir-topo',
                   'WEIRCTL': 'app/weirctl/weirctl',
                   'WEIR_MACHINES': 'tests/machines/tree'}.items():
    os.environ.setdefault(name, str(BUILD / path))


@pytest.fixture
def api(tmp_path):
    from api import Api  # knows the programs by the variables above
    box = Api(tmp_path)
    yield box
    if box.running is not None and box.running.poll() is None:
        box.running.kill()
        box.running.wait()
