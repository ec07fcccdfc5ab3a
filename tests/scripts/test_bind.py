# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""scripts/bind: which cards carry a way out. Routes of a network namespace, cards of a made-up /sys; what
it does to a real device is in tests/numa."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CARDS = {'0000:41:00.0': 'eth7', '0000:81:00.0': 'eth8'}
LINKS = ' && '.join('ip link add {0} type veth peer name {0}-far && ip address add {1}/24 dev {0} && '
                    'ip link set {0}-far up && ip link set {0} up && ip -6 address add {2}/64 dev {0} nodad'
                    .format(*words) for words in (('eth7', '192.0.2.1', '2001:db8:7::1'),
                                                  ('eth8', '198.51.100.1', '2001:db8:8::1'),
                                                  ('up0', '203.0.113.1', '2001:db8:9::1')))


@pytest.fixture(name='bind', autouse=True)
def fixture_bind(tmp_path):
    if os.geteuid() != 0:
        pytest.skip('root: network namespaces are for root')
    if shutil.which('ip') is None:
        pytest.skip('iproute: ip is not installed')
    devices = tmp_path / 'bus/pci/devices'
    for address, name in CARDS.items():
        (devices / address / 'net' / name).mkdir(parents=True)
        (devices / address / 'class').write_text('0x020000\n')
        (tmp_path / 'class/net' / name).mkdir(parents=True)
    (tmp_path / 'bus/pci/drivers/vfio-pci').mkdir(parents=True)

    def run(routes):
        """What is said of each card with those routes."""
        text = 'mount --bind {0} /sys && {1} && {2} || exit 9; for card in {3}; do {4}/scripts/bind $card; done'
        done = subprocess.run(['unshare', '-mn', 'sh', '-c', text.format(
            tmp_path, LINKS, routes, ' '.join(CARDS), ROOT)], capture_output=True, text=True, timeout=60,
            check=False)
        assert done.returncode == 1, done.stderr
        return [line.replace('bind: ', '') for line in done.stderr.splitlines()]
    return run


def way_out(address):
    return '{}: {} carries a default route: this machine would be cut off'.format(address, CARDS[address])


def nothing_of_routes(address):
    """The next thing that is looked at."""
    return '{}: the machine has no IOMMU, or it is off: boot with intel_iommu=on or amd_iommu=on'.format(address)


FIRST, SECOND = CARDS


@pytest.mark.parametrize('routes, refused', [
    ('true', ()),
    ('ip route add 10.0.0.0/8 via 192.0.2.2', ()),
    ('ip route add default via 192.0.2.2', (FIRST,)),
    ('ip route add default nexthop via 203.0.113.2 nexthop via 198.51.100.2', (SECOND,)),
    ('ip route add default nexthop via 192.0.2.2 nexthop via 198.51.100.2', (FIRST, SECOND)),
    ('ip -6 route add default nexthop via 2001:db8:9::2 nexthop via 2001:db8:8::2', (SECOND,)),
    ('ip route add default via 198.51.100.2 table 100', (SECOND,)),
    ('ip -6 route add default via 2001:db8:7::2 table 100', (FIRST,)),
    ('ip route add default via 203.0.113.2 && ip route add default via 192.0.2.2 metric 500', (FIRST,)),
])
def test_a_card_that_carries_a_way_out_is_refused(bind, routes, refused):
    assert bind(routes) == [way_out(card) if card in refused else nothing_of_routes(card) for card in CARDS]


@pytest.mark.parametrize('table', ['', ' table 100'])
def test_what_a_way_out_stands_on_is_refused(bind, tmp_path, table):
    """A VLAN on a bridge on a bond of both cards, as /sys shows them: the kernel here may know none of these."""
    for upper, lowers in {'up0': ['br0'], 'br0': ['bond0'], 'bond0': ['eth7', 'eth8']}.items():
        for lower in lowers:
            (tmp_path / 'class/net' / upper / ('lower_' + lower)).mkdir(parents=True)
    assert bind('ip route add default via 203.0.113.2' + table) == [way_out(card) for card in CARDS]


def test_a_bridge_as_the_kernel_shows_it_is_seen_through(bind, tmp_path):
    """/sys/class/net is the kernel's own here."""
    for name in ('real', 'devices'):
        (tmp_path / name).mkdir()
    real = ('mount -t sysfs sysfs {0}/real && mount --bind {0}/real/class/net /sys/class/net && '
            'mount --bind {0}/real/devices /sys/devices && ip link add br0 type bridge && ip link set br0 up && '
            'ip link set eth7 master br0 && ip address add 10.7.0.1/24 dev br0 && ').format(tmp_path)
    assert bind(real + 'ip route add default via 10.7.0.2 table 7') == [way_out(FIRST), nothing_of_routes(SECOND)]
