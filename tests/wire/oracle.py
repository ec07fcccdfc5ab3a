# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""What tshark says of the DNS messages of a capture, by oracle.sh, which stands beside the captures.

A reading takes seconds and depends on the script and the capture alone: it is kept in the build folder.
"""
import hashlib
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get('WEIR_BUILD', ROOT / 'build'))
DATA = pathlib.Path(os.environ.get('WEIR_DATA', ROOT / '../shared/data'))
SCRIPT = pathlib.Path(os.environ.get('WEIR_ORACLE', DATA / '../tools/oracle.sh'))


def _kept(path, settings):
    digest = hashlib.sha256(repr(sorted(settings.items())).encode())
    for part in (SCRIPT, path):
        digest.update(part.read_bytes())
    return BUILD / 'oracle' / digest.hexdigest()


def rows(path, **settings):
    """The messages of a capture, a dictionary each; settings are the script's ORACLE_ variables."""
    kept = _kept(path, settings)
    if not kept.exists():
        done = subprocess.run(['bash', str(SCRIPT), str(path)], env={**os.environ, **settings},
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f'.{os.getpid()}')
        part.write_bytes(done.stdout)
        part.replace(kept)
    names, *lines = kept.read_bytes().decode('utf-8', 'surrogateescape').split('\n')[:-1]
    return [dict(zip(names.split('\t'), line.split('\t'), strict=True)) for line in lines]
