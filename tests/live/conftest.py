# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""What every live test stands on: a near and a far side, servers and resolvers, Weir between."""
import contextlib
import os
import pathlib
import shutil

import pytest

BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', pathlib.Path(__file__).parents[2] / 'build'))
os.environ.setdefault('WEIR', str(BUILD / 'app/weir/weir'))

import bridge as bridges  # noqa: E402
import lab  # noqa: E402
import servers as internet  # noqa: E402


@pytest.fixture(scope='session')
def spaces():
    """The near and the far side."""
    if os.geteuid() != 0:
        pytest.skip('root: network namespaces are for root')
    with contextlib.ExitStack() as stack:
        try:
            made = [lab.Space(), lab.Space()]
        except OSError as error:
            pytest.skip('netns: {}'.format(error))
        for space in made:
            stack.callback(space.close)
        yield made


@pytest.fixture(scope='session')
def servers(spaces, tmp_path_factory):
    for program in ('knotd', 'unbound', 'named', 'dig', 'kdig'):
        if shutil.which(program) is None:
            pytest.skip('packages: {} is not installed'.format(program))
    return internet.Servers(tmp_path_factory.mktemp('servers'), *spaces)


@pytest.fixture
def make_bridge(spaces, tmp_path):
    """make_bridge(kind of device): not started."""
    with contextlib.ExitStack() as stack:
        def make(kind):
            made = bridges.Bridge(tmp_path, *spaces, kind)
            stack.callback(made.close)
            return made
        yield make


@pytest.fixture(scope='module', params=list(bridges.DEVICES))
def bridge(request, spaces, tmp_path_factory):
    """A bridge that is up, by each kind of device; its counters obey the law in the end."""
    made = bridges.Bridge(tmp_path_factory.mktemp(request.param), *spaces, request.param)
    try:
        made.start()
        yield made
        made.weir.end()
    finally:
        made.close()
