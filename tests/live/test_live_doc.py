# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""docs/live.md does what it says: its commands run as they stand there and print what stands below them,
whatever the numbers; by each device and map of lcores that it names."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import lab
from conftest import BUILD

ROOT = pathlib.Path(__file__).parents[2]
FENCED = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
# The devices and maps of the document, and the section that says what else to write.
DEVICES = {'af_packet': None, 'af_xdp': 'By AF_XDP', 'tap': 'By tap'}
MAPS = {'worker': None, 'pipeline': 'One lcore receives, one classifies, one sends'}


def sections():
    """{heading: [(language, text of a block)]}"""
    parts = (ROOT / 'docs/live.md').read_text().split('\n## ')[1:]
    return {part.partition('\n')[0]: FENCED.findall(part) for part in parts}


def shape(line):
    """A line without its numbers, but with its addresses."""
    return ' '.join(word if re.fullmatch(r'\d+(\.\d+){3}', word) else re.sub(r'\d+', '0', word)
                    for word in line.split())


class Shell:
    """One bash, root of a process, network and mount namespace: all that it starts and makes goes with it."""

    def __init__(self, folder):
        self.folder, self.blocks = folder, 0
        self.output = folder / 'shell'
        with open(self.output, 'wb') as file:
            self.process = subprocess.Popen(
                ['unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash'],
                stdin=subprocess.PIPE, stdout=file, stderr=file, cwd=folder, text=True,
                preexec_fn=lab.die_with_parent)
        # Its own /run: names of namespaces, sockets and runtime files are nobody else's.
        self.run('set -e\nmount -t tmpfs run /run\nip link set lo up\n')

    def run(self, block):
        """Runs a block; returns what it printed."""
        start, self.blocks = self.output.stat().st_size, self.blocks + 1
        mark = 'end of block {}\n'.format(self.blocks)
        self.process.stdin.write(block + '\necho ' + mark)
        self.process.stdin.flush()

        def printed():
            text = self.output.read_bytes()[start:].decode()
            assert self.process.poll() is None, text
            return text if text.endswith(mark) else None
        return lab.wait_for(printed, block)

    def log(self, name):
        path = self.folder / 'build/live' / name
        return path.read_text() if path.exists() else ''

    def play(self, blocks):
        """Runs blocks of the document, and waits for what they say is printed, here or into a log."""
        printed = ''
        for language, text in blocks:
            if language == 'sh':
                printed = self.run(text)
            if 'weir run ' in text and language == 'sh':
                lab.wait_for(lambda: '\nready\n' in self.log('out'), 'weir run to be ready')
            if language == '':
                self.expect(text, printed)

    def expect(self, text, printed):
        def missing():
            seen = (printed + self.log('out') + self.log('err')).splitlines()
            return {shape(line) for line in text.splitlines()} - {shape(line) for line in seen}
        try:
            lab.wait_for(lambda: not missing(), 'what is said to be printed')
        except AssertionError:
            raise AssertionError('{} not in\n{}'.format(missing(), printed + self.log('out') + self.log('err')))

    def close(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def shell(spaces, tmp_path):
    """A shell at the top of a checkout that is built."""
    for program in ('ip', 'ethtool', 'knotd', 'dig'):
        if shutil.which(program) is None:
            pytest.skip('packages: {} is not installed'.format(program))
    shutil.copytree(ROOT / 'config', tmp_path / 'config')
    (tmp_path / 'build').mkdir()
    (tmp_path / 'build/app').symlink_to(BUILD / 'app')
    made = Shell(tmp_path)
    yield made
    made.close()


def write_devices(ini, blocks):
    """Puts the device lines of a section in the place of the INI's."""
    lines = iter(next(text for language, text in blocks if language == 'ini').splitlines())
    ini.write_text(re.sub(r'^device .*$', lambda _: next(lines), ini.read_text(), flags=re.M))
    assert next(lines, None) is None


def write_map(ini, blocks):
    line, roles = (text for _, text in blocks)
    ini.write_text(ini.read_text().replace('[eal]\n', '[eal]\n' + line) + roles)


def hold_plan(shell):
    """What `weir plan` says of the INI is what the run has allocated."""
    objects = []
    for command in ('weir plan -c build/live/veth.ini --json 2>build/live/plan.err',
                    'weirctl -c build/live/veth.ini --json placement'):
        shell.run(command + ' >build/live/objects')
        objects.append({o['name']: o['bytes'] for o in json.loads(shell.log('objects'))['objects']})
    planned, found = objects
    assert set(planned) == set(found)
    for name, octets in found.items():
        assert abs(planned[name] - octets) <= octets * 0.05, (name, planned[name], octets)


@pytest.mark.parametrize('lcores', MAPS)
@pytest.mark.parametrize('device', DEVICES)
def test_the_document_does_what_it_says(shell, device, lcores):
    if lcores == 'pipeline' and not {0, 1} <= os.sched_getaffinity(0):
        pytest.skip('cpus: docs/live.md needs CPUs 0 and 1')
    doc, ini = sections(), shell.folder / 'build/live/veth.ini'
    shell.play(doc['The two ends'])
    start, *rest = doc['Weir between them']
    if DEVICES[device]:
        write_devices(ini, doc[DEVICES[device]])
        rest = [(language, re.sub(r'.*net_af_packet.*\n', '', text)) for language, text in rest]
    if MAPS[lcores]:
        write_map(ini, doc[MAPS[lcores]])
    others = [block for block in doc.get(DEVICES[device], []) if block[0] == 'sh']
    shell.play(others[:1] + [start] + others[1:])
    hold_plan(shell)
    shell.play(rest)
    assert 'offloads' not in shell.log('err')
    shell.play(doc['Clean up'])
    assert shell.run('ip netns') == 'end of block {}\n'.format(shell.blocks)
