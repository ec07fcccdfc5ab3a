# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Every folder beside this file that holds a weir.ini is a case: in.pcap is replayed, its verdicts are
those of expect.tsv. With expect-SETTING.tsv it is also replayed with [weir] SETTING = drop."""
import pathlib

import pytest
import replay

HERE = pathlib.Path(__file__).parent


def expectations():
    return sorted(HERE.glob('*/expect*.tsv'))


def setting(path):
    """expect.tsv: no further argument; expect-malformed.tsv: malformed = drop."""
    name = path.stem.partition('-')[2]
    return ['--set', f'weir.{name}=drop'] if name else []


@pytest.mark.parametrize('expected', expectations(),
                         ids=[f'{path.parent.name}/{path.name}' for path in expectations()])
def test_case(expected, tmp_path):
    case = expected.parent
    args = ['-c', case / 'weir.ini', *setting(expected)]
    done = replay.run(*args, case / 'in.pcap', '--expect', expected)
    assert (done.returncode, done.stderr) == (0, ''), done.stdout
    found = replay.replay(case / 'in.pcap', tmp_path, *args)
    assert found.lines == replay.lines(expected)


def test_every_folder_is_a_case():
    for ini in HERE.glob('*/weir.ini'):
        names = {path.name for path in ini.parent.iterdir()}
        assert {'README.md', 'in.pcap', 'expect.tsv'} <= names, ini.parent.name
