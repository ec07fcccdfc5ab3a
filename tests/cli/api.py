# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A run with its API on a socket, for the tests of weirctl."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest
from test_weir_run import Box

WEIR, WEIRCTL = os.environ['WEIR'], os.environ['WEIRCTL']
OK, REFUSED, USAGE, NOT_RUNNING = 0, 1, 2, 3
UNAVAILABLE, CONFIG = 69, 78
PORTS = '[port lan]\ndevice = net_null0,no-rx=1\npeer = wan\nside = clients\n' \
        '[port wan]\ndevice = net_null1,no-rx=1\npeer = lan\n'
CONNECTIONS_MAX = 48
DESCRIPTION = json.loads((pathlib.Path(__file__).parents[2] / 'docs/openapi.json').read_text())


def described(reply, schema):
    """A reply is as docs/openapi.json says."""
    jsonschema = pytest.importorskip('jsonschema')
    jsonschema.validate(reply, {**DESCRIPTION['components']['schemas'][schema],
                                'components': DESCRIPTION['components']})


class Api(Box):
    """A run whose socket is in its own folder."""

    def __init__(self, path):
        super().__init__(path)
        self.socket = str(path / 'run' / 'api.sock')
        self.write('v6.txt', '||ads.test^$dnstype=AAAA\n')
        self.configure(ports=PORTS, weir='run_dir = run\n',
                       extra='[list v6]\npath = v6.txt\nformat = adblock\naction = nodata\n')

    def run(self):
        self.start()
        self.until('^ready')
        return self

    def ctl(self, *args, **kwargs):
        return subprocess.run([WEIRCTL, '-c', 'weir.ini', *args], cwd=self.path, capture_output=True,
                              text=True, timeout=60, **kwargs)

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.socket)  # blocking: waits for a place in the backlog
        client.settimeout(60)
        return client

    def until_answers(self):
        """Until there is somebody to ask, which is before the first policy is built."""
        for _ in range(60000):
            try:
                return self.connect().close()
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.001)
        raise AssertionError('nobody listens')

    def raw(self, octets):
        """What comes back for some octets, up to the end of the connection."""
        with self.connect() as client:
            seen = b''
            try:
                client.sendall(octets)
                while True:
                    got = client.recv(65536)
                    if not got:
                        break
                    seen += got
            except (BrokenPipeError, ConnectionResetError):
                pass
        return seen

    def get(self, target, method='GET'):
        """Status and JSON of a request."""
        seen = self.raw(f'{method} {target} HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n'.encode())
        head, _, body = seen.partition(b'\r\n\r\n')
        return int(head.split()[1]), json.loads(body)

    def stop(self):
        self.running.send_signal(signal.SIGTERM)
        return self.end()
