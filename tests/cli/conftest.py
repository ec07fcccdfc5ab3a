# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Where the programs are, for a pytest that Meson did not start: WEIR_BUILD, or build/."""
import os
import pathlib

BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', pathlib.Path(__file__).parents[2] / 'build'))
for name, path in {'WEIR': 'app/weir/weir', 'WEIR_TOPO': 'app/weir-topo',
                   'WEIRCTL': 'app/weirctl/weirctl',
                   'WEIR_MACHINES': 'tests/machines/tree'}.items():
    os.environ.setdefault(name, str(BUILD / path))
