# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Guests for the tests here: booted once a module, ended with it."""
import contextlib
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build'))
sys.path.insert(0, str(ROOT / 'scripts'))

from numavm import guest, image, kernel, nets  # noqa: E402


@pytest.fixture(scope='session')
def linux():
    """The guest's kernel; without it, or without QEMU, there is nothing to test."""
    if not guest.has_qemu():
        pytest.skip('qemu: {} is not installed'.format(guest.QEMU))
    try:
        return kernel.fetch(BUILD / 'numa-vm')
    except kernel.KernelError as error:
        pytest.skip('qemu: no kernel for the guest: {}'.format(error))


@pytest.fixture(scope='module')
def boot(linux):
    """boot(added files, taps, settings by name): a running guest."""
    with contextlib.ExitStack() as stack:
        def start(added=(), taps=(), **settings):
            content = image.make(ROOT, BUILD, linux, added)
            return stack.enter_context(
                guest.Guest(content, linux, guest.Settings(**settings), taps))
        yield start


@pytest.fixture(scope='module')
def make_spaces():
    """make_spaces(): the namespaces of clients, at the NIC of node 0, and of servers, at that of node 1.
    For one guest: QEMU leaves a tap with queues switched off."""
    if os.geteuid() != 0:
        pytest.skip('root: network namespaces are for root')
    with contextlib.ExitStack() as stack:
        def make():
            try:
                made = nets.make()
            except OSError as error:
                pytest.skip('netns: {}'.format(error))
            for space in made:
                stack.callback(space.close)
            return made
        yield make


@pytest.fixture(scope='module')
def spaces(make_spaces):
    return make_spaces()
