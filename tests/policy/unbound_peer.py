#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""`unbound_peer.py FOLDER`, in a network namespace of its own: unbound with FOLDER/zone.rpz as a response policy
zone answers FOLDER/queries.json, [[name, type, address of the client], …]; FOLDER/answers.json gets [rcode, TC, [record, …]] of each, or
null where no answer came. What unbound passes on is answered by a server here: one address for every name."""
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

UPSTREAM, LIMIT = '203.0.113.1', 30  # seconds until unbound must answer
CONF = """
server:
  interface: 127.0.0.1@53
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  do-daemonize: no
  do-not-query-localhost: no
  num-threads: 1
  module-config: "respip iterator"
  access-control: 0.0.0.0/0 allow
  local-zone: "example." transparent
  local-zone: "test." transparent
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@5300
rpz:
  name: "rpz.weir."
  zonefile: "{folder}/zone.rpz"
"""


def serve(sock):
    """Every name has an address, and no record of another type."""
    while True:
        octets, peer = sock.recvfrom(4096)
        query = dns.message.from_wire(octets)
        answer = dns.message.make_response(query, recursion_available=True)
        if query.question[0].rdtype in (dns.rdatatype.A, dns.rdatatype.ANY):
            answer.answer = [dns.rrset.from_text(query.question[0].name, 60, 'IN', 'A', UPSTREAM)]
        sock.sendto(answer.to_wire(), peer)


def ask(name, qtype, limit, source=None):
    query = dns.message.make_query(name, qtype)
    try:
        answer = dns.query.udp(query, '127.0.0.1', timeout=limit, source=source)
    except dns.exception.Timeout:
        return None
    records = [f'{dns.rdatatype.to_text(rrset.rdtype)} {rdata}' for rrset in answer.answer for rdata in rrset]
    return [dns.rcode.to_text(answer.rcode()), bool(answer.flags & dns.flags.TC), records]


def main(folder):
    queries = json.loads((folder / 'queries.json').read_text())
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    for client in {client for _, _, client in queries}:
        subprocess.run(['ip', 'address', 'add', f'{client}/32', 'dev', 'lo'], check=True)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(('127.0.0.1', 5300))
    threading.Thread(target=serve, args=(sock,), daemon=True).start()
    (folder / 'unbound.conf').write_text(CONF.format(folder=folder))
    unbound = subprocess.Popen(['unbound', '-d', '-c', folder / 'unbound.conf'])
    try:
        end = time.monotonic() + LIMIT
        while ask('up.test', 'A', 1) is None:
            if unbound.poll() is not None or time.monotonic() > end:
                sys.exit((folder / 'unbound.log').read_text())
        # What is dropped is asked once, with less patience: a lost answer would show as a difference.
        answers = [ask(name, qtype, 3, client) for name, qtype, client in queries]
        (folder / 'answers.json').write_text(json.dumps(answers))
    finally:
        unbound.terminate()
        unbound.wait(10)


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))
