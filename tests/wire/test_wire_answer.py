# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the Weir authors
"""Answers as a DNS library that is not ours (dnspython) and tshark read them, for every kind of reply."""
import itertools
import os
import pathlib
import shutil
import subprocess

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ.get("WEIR_BUILD", ROOT / "build"))
PROGRAM = BUILD / "tests/wire/wire_answer"

COOKIE = b"clientck" + b"server-cookie-16"
TEXT = "blocked: threat feed"
KINDS = ("nxdomain", "nxdomain_parent", "nxdomain_root", "nodata", "no_soa", "refused", "servfail",
         "truncate", "sinkhole", "cname", "cname_bare")
RCODES = {"nxdomain": dns.rcode.NXDOMAIN, "nxdomain_parent": dns.rcode.NXDOMAIN,
          "nxdomain_root": dns.rcode.NXDOMAIN, "no_soa": dns.rcode.NXDOMAIN,
          "refused": dns.rcode.REFUSED, "servfail": dns.rcode.SERVFAIL}
WITHOUT_EDE = ("nodata", "truncate", "cname_bare")
WALL = dns.name.from_text("wall.example.")
ADDRESSES = {"A": {"192.0.2.53", "192.0.2.54"}, "AAAA": {"2001:db8::53"}}
LONGEST = ".".join(["x" * 63] * 3 + ["y" * 61])
OPTION = dns.edns.GenericOption


def make(name, rdtype, flags=dns.flags.RD, **edns):
    query = dns.message.make_query(name, rdtype, **edns)
    query.flags = flags
    return query


def queries():
    """Every name with every type, and every form of header and EDNS with one of them."""
    for name, rdtype in itertools.product(
            ("wWw.eXample.CoM", ".", "com", LONGEST, r"a\.b\000c.\255\032x.example"),
            ("A", "AAAA", "HTTPS", "ANY", "CNAME", "TXT")):
        yield make(name, rdtype)
    for flags in (0, dns.flags.CD, dns.flags.RD | dns.flags.AD | dns.flags.CD):
        yield make("example.net", "A", flags)
    for options in ([], [OPTION(10, COOKIE)], [OPTION(10, COOKIE[:8])], [OPTION(10, COOKIE + COOKIE[:16])],
                    [dns.edns.ECSOption("192.0.2.0"), OPTION(10, COOKIE), OPTION(12, bytes(64))]):
        for want_dnssec, payload in ((False, 512), (True, 4096)):
            yield make("example.net", "AAAA", use_edns=0, payload=payload, options=options,
                       want_dnssec=want_dnssec)


def ask(jobs):
    """jobs: (kind, size, amplify, query on the wire); returns (reason, answer or None) for each."""
    lines = "".join(f"{kind} {size} {amplify} {wire.hex()}\n" for kind, size, amplify, wire in jobs)
    out = subprocess.run([PROGRAM], input=lines, text=True, capture_output=True, check=True).stdout
    answers = [line.split() for line in out.splitlines()]
    assert len(answers) == len(jobs)
    return [(reason, None if text == "-" else bytes.fromhex(text)) for reason, text in answers]


def options_of(message, code):
    return [option for option in message.options if option.otype == code]


def check_header(query, answer, kind):
    assert query.is_response(answer)
    rd = bool(query.flags & dns.flags.RD)
    assert bool(answer.flags & dns.flags.RA) == rd
    assert bool(answer.flags & dns.flags.AA) != rd
    for copied in (dns.flags.RD, dns.flags.CD):
        assert answer.flags & copied == query.flags & copied
    assert not answer.flags & dns.flags.AD
    assert bool(answer.flags & dns.flags.TC) == (kind == "truncate")
    assert answer.rcode() == RCODES.get(kind, dns.rcode.NOERROR)


def check_edns(query, answer, kind):
    assert answer.edns == query.edns
    if query.edns < 0:
        assert not answer.options
        return
    assert answer.payload == 1232
    assert answer.ednsflags == query.ednsflags & dns.flags.DO
    cookies = [option.data for option in options_of(query, 10)]
    assert [option.data for option in options_of(answer, 10)] == cookies
    ede = options_of(answer, 15)
    assert len(ede) == (0 if kind in WITHOUT_EDE else 1)
    assert len(answer.options) == len(cookies) + len(ede)
    if ede:
        assert (ede[0].code, ede[0].text) == (15, TEXT)
        assert answer.options[-1] is ede[0]


def check_soa(answer, qname, kind):
    soa, = answer.authority
    owners = {"nxdomain": qname, "nxdomain_root": dns.name.root}
    assert soa.name == owners.get(kind, dns.name.Name(qname.labels[-2:]))
    assert soa.rdtype == dns.rdatatype.SOA and soa.ttl == 60
    assert soa[0].minimum == 60
    for name in (soa[0].mname, soa[0].rname):
        assert name.is_subdomain(dns.name.from_text("weir.invalid."))


def check_addresses(rrset, owner, family):
    assert rrset.name == owner and rrset.ttl == 60
    assert {item.to_text() for item in rrset} == ADDRESSES[family]


def check_records(query, answer, kind):
    question = query.question[0]
    qtype = dns.rdatatype.to_text(question.rdtype)
    answers = list(answer.answer)
    owner = question.name
    if kind.startswith("cname"):
        first = answers.pop(0)
        assert first.name == owner and first.rdtype == dns.rdatatype.CNAME
        assert first[0].target == WALL
        owner = WALL
    families = []
    if kind in ("sinkhole", "cname"):
        families = [qtype] if qtype in ADDRESSES else []
        if qtype == "ANY" and kind == "sinkhole":
            families = ["A", "AAAA"]
    assert [dns.rdatatype.to_text(rrset.rdtype) for rrset in answers] == families
    for rrset, family in zip(answers, families):
        check_addresses(rrset, owner, family)
    if kind.startswith("nx") or kind == "nodata" or (kind == "sinkhole" and not families):
        check_soa(answer, question.name, kind)
    else:
        assert not answer.authority
    assert not answer.additional


@pytest.mark.parametrize("kind", KINDS)
def test_answers_read_as_meant(kind):
    asked = list(queries())
    results = ask([(kind, 4096, 65535, query.to_wire()) for query in asked])
    for query, (reason, wire) in zip(asked, results):
        assert reason == "ok"
        question = query.to_wire()[12:12 + len(query.question[0].name.to_wire()) + 4]
        assert wire[12:12 + len(question)] == question  # the case is kept
        answer = dns.message.from_wire(wire)  # raises on anything odd, trailing octets too
        check_header(query, answer, kind)
        check_edns(query, answer, kind)
        check_records(query, answer, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_limits_hold_and_what_is_left_reads(kind):
    query = make("www.example.com", "A", use_edns=0, options=[OPTION(10, COOKIE)])
    wire = query.to_wire()
    sizes = range(len(wire) - 1, 260)
    results = ask([(kind, size, 65535, wire) for size in sizes] +
                  [(kind, 65535, size, wire) for size in sizes])
    for size, (_, octets) in zip(list(sizes) * 2, results):
        if octets is None:
            assert size < len(wire)  # a truncated answer is no longer than its query
            continue
        assert len(octets) <= size
        answer = dns.message.from_wire(octets)
        assert query.is_response(answer)
        assert options_of(answer, 10)
        if answer.flags & dns.flags.TC:
            assert not answer.answer and not answer.authority
    assert results[len(sizes) - 1] == results[-1]  # under no limit both are the whole answer


def test_what_no_one_may_answer():
    two = make("www.example.com", "A").to_wire()
    two = two[:4] + b"\0\2" + two[6:] + b"\xc0\x0c\0\1\0\1"
    cut = make("www.example.com", "A").to_wire()[:20]
    (many, _), (short, nothing) = ask([("refused", 512, 512, two), ("refused", 512, 512, cut)])
    assert many == "many_questions"
    assert short == "name_short" and nothing is None


def test_tshark_finds_no_fault(tmp_path):
    if shutil.which("tshark") is None:
        pytest.skip("tshark: not installed")
    asked = list(queries())
    jobs = [(kind, size, 65535, query.to_wire()) for kind in KINDS for query in asked
            for size in (512, 4096)]
    frames = []
    for port, (job, (_, wire)) in enumerate(zip(jobs, ask(jobs)), 1024):
        there = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
        back = Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
        frames += [there / IP(src="192.0.2.1", dst="192.0.2.2") / UDP(sport=port, dport=53) / job[3],
                   back / IP(src="192.0.2.2", dst="192.0.2.1") / UDP(sport=53, dport=port) / wire]
    path = tmp_path / "answers.pcap"
    wrpcap(str(path), frames)
    base = ["tshark", "-n", "-r", str(path), "-d", "udp.port==53,dns", "-T", "fields", "-e", "frame.number"]
    read = subprocess.run(base + ["-Y", "dns.flags.response == 1 && dns.response_to"], text=True,
                          capture_output=True, check=True).stdout.split()
    assert len(read) == len(jobs)
    faults = subprocess.run(base + ["-e", "_ws.expert.message", "-Y", "udp.srcport == 53 && "
                                    "(_ws.malformed || _ws.expert.severity >= 0x400000)"], text=True,
                            capture_output=True, check=True).stdout
    assert faults == ""
