# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""What every live test stands on: a near and a far side, servers and resolvers, Weir between."""
import contextlib
import os
import pathlib
import re
import shutil
import signal

import pytest

BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', pathlib.Path(__file__).parents[2] / 'build'))
os.environ.setdefault('WEIR', str(BUILD / 'app/weir/weir'))
os.environ.setdefault('WEIRCTL', str(BUILD / 'app/weirctl/weirctl'))

import bridge as bridges  # noqa: E402
import lab  # noqa: E402
import servers as internet  # noqa: E402


def sweep():
    """Takes away what runs left whose test was killed before it could."""
    for path in pathlib.Path(bridges.RUNTIME).glob(bridges.PREFIX + '*'):
        owner = re.match(bridges.PREFIX + r'(\d+)_', path.name)
        if owner and not os.path.exists('/proc/' + owner.group(1)):
            shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope='session')
def spaces():
    """The near and the far side. A signal to end ends the tests in good order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if os.geteuid() != 0:
        pytest.skip('root: network namespaces are for root')
    with contextlib.ExitStack() as stack:
        try:
            made = [lab.Space(), lab.Space()]
        except OSError as error:
            pytest.skip('netns: {}'.format(error))
        sweep()
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
    """make_bridge(kind of device, map of lcores): not started."""
    with contextlib.ExitStack() as stack:
        def make(kind, lcores='worker'):
            made = bridges.Bridge(tmp_path, *spaces, kind, lcores)
            stack.callback(made.close)
            return made
        yield make


@pytest.fixture(scope='module', params=bridges.WAYS, ids='-'.join)
def bridge(request, spaces, tmp_path_factory):
    """A bridge that is up, by each kind of device and map of lcores; its counters obey the law in the
    end."""
    made = bridges.Bridge(tmp_path_factory.mktemp('bridge'), *spaces, *request.param)
    try:
        made.start()
        yield made
        made.weir.end()
    finally:
        made.close()
