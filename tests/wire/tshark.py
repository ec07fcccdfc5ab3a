# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""tshark as a referee that sees link, IP and transport layers, and what else is asked for."""
import os
import shutil
import subprocess

LAYERS = {'frame', 'eth', 'ethertype', 'vlan', 'ieee8021ad', 'llc', 'arp', 'ip', 'ipv6',
          'ipv6.hopopts', 'ipv6.routing', 'ipv6.dstopts', 'ipv6.fraghdr', 'ah', 'esp', 'udp', 'tcp',
          'data'}
# Each frame stands for itself: nothing is put together from several.
ALONE = ['ip.defragment:FALSE', 'ipv6.defragment:FALSE', 'tcp.desegment_tcp_streams:FALSE']


class Tshark:
    """One set of dissectors; `folder` holds its profile."""

    def __init__(self, folder, more_layers=()):
        self.env = dict(os.environ, XDG_CONFIG_HOME=str(folder), LC_ALL='C.UTF-8')
        known = self._run('-G', 'protocols').splitlines()
        assert known, 'tshark -G protocols prints nothing'
        off = {line.split('\t')[2] for line in known} - LAYERS - set(more_layers)
        profile = folder / 'wireshark'
        profile.mkdir()
        (profile / 'disabled_protos').write_text('\n'.join(sorted(off)) + '\n')

    @staticmethod
    def is_there():
        return shutil.which('tshark') is not None

    def _run(self, *args):
        # tshark complains of captures that end inside a frame, and prints what it has read.
        return subprocess.run(['tshark', *args], env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False).stdout

    def frames(self, capture, fields):
        """Yields a dict for each frame: a field's values, outermost first."""
        args = ['-n', '-r', str(capture), '-T', 'fields', '-E', 'occurrence=a',
                '-E', 'aggregator=,']
        for option in ALONE:
            args += ['-o', option]
        for field in fields:
            args += ['-e', field]
        for line in self._run(*args).split('\n')[:-1]:
            values = line.split('\t')
            yield {field: value.split(',') if value else []
                   for field, value in zip(fields, values, strict=True)}
