#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""A host at one end of the box, started in its network namespace.

peer.py serve LOG ADDR...           answers A queries over UDP with 192.0.2.99, NXDOMAIN never; every name
                                    asked goes to LOG; echoes TCP; ends with its parent
peer.py ask ADDR NAME...            asks each name once; prints a JSON list [rcode, answers, EDE codes]
peer.py echo ADDR OCTETS            sends and gets back so many octets over TCP
"""
import ctypes
import json
import selectors
import signal
import socket
import sys

import dns.edns
import dns.message
import dns.query
import dns.rcode
import dns.rrset

PORT, ECHO = 53, 7
PR_SET_PDEATHSIG = 1


def family(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def answer(sock, log):
    wire, client = sock.recvfrom(4096)
    query = dns.message.from_wire(wire)
    name = query.question[0].name
    log.write(f'{name}\n')
    log.flush()
    response = dns.message.make_response(query)
    response.answer.append(dns.rrset.from_text(name, 60, 'IN', 'A', '192.0.2.99'))
    sock.sendto(response.to_wire(), client)


def echo(sock):
    conn, _ = sock.accept()
    with conn:
        while data := conn.recv(65536):
            conn.sendall(data)


def serve(path, addresses):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    selector = selectors.DefaultSelector()
    for address in addresses:
        udp = socket.socket(family(address), socket.SOCK_DGRAM)
        udp.bind((address, PORT))
        tcp = socket.socket(family(address), socket.SOCK_STREAM)
        tcp.bind((address, ECHO))
        tcp.listen()
        selector.register(udp, selectors.EVENT_READ, answer)
        selector.register(tcp, selectors.EVENT_READ, echo)
    with open(path, 'a', encoding='ascii') as log:
        print('serving', flush=True)
        while True:
            for key, _ in selector.select():
                key.data(key.fileobj, log) if key.data is answer else key.data(key.fileobj)


def ask(address, names):
    seen = []
    for name in names:
        query = dns.message.make_query(name, 'A', use_edns=0)
        response = dns.query.udp(query, address, timeout=10, port=PORT)
        codes = [int.from_bytes(option.to_wire()[:2], 'big') for option in response.options
                 if option.otype == 15]
        seen.append([dns.rcode.to_text(response.rcode()),
                     [str(item) for rrset in response.answer for item in rrset], codes])
    print(json.dumps(seen))


def send(address, octets):
    data = bytes(i * 31 & 0xff for i in range(octets))
    with socket.create_connection((address, ECHO), timeout=20) as conn:
        got = b''
        for at in range(0, octets, 8192):
            conn.sendall(data[at:at + 8192])
            while len(got) < min(at + 8192, octets):
                got += conn.recv(65536)
    assert got == data


if __name__ == '__main__':
    role, *args = sys.argv[1:]
    if role == 'serve':
        serve(args[0], args[1:])
    elif role == 'ask':
        ask(args[0], args[1:])
    else:
        send(args[0], int(args[1]))
