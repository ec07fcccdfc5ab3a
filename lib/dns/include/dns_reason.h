/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef DNS_REASON_H
#define DNS_REASON_H

/**
 * @file
 * What a DNS message turned out to be: every refusal has a name, declared once.
 *
 * Threads: any. Memory: constant tables. Hot path: yes.
 */

/**
 * X(id, class, help). The first is what we decide; the class says which setting rules the others:
 * `malformed` for what breaks RFC 1035, 6891 or 9619, `other` for good DNS that is not ours.
 */
#define DNS_REASONS(X)                                                                          \
	X(ok, OK, "one question in class IN or ANY, opcode QUERY")                              \
	X(response, RESPONSE, "a response (QR=1)")                                              \
	X(short, MALFORMED, "the message ends inside the header")                               \
	X(no_question, MALFORMED, "a query without question and cookie (RFC 9619)")             \
	X(many_questions, MALFORMED, "more than one question (RFC 9619)")                       \
	X(name_short, MALFORMED, "the message ends inside the question name")                   \
	X(name_compressed, MALFORMED, "the question name is compressed")                        \
	X(name_label, MALFORMED, "a label of the question name has a reserved type")            \
	X(name_long, MALFORMED, "the question name is longer than 255 octets")                  \
	X(question_short, MALFORMED, "the message ends behind the question name")               \
	X(record_short, MALFORMED, "a record that the header counts is missing or cut")         \
	X(record_label, MALFORMED, "a label of a record's owner has a reserved type")           \
	X(opt_section, MALFORMED, "OPT outside the additional section (RFC 6891 6.1.1)")        \
	X(opt_twice, MALFORMED, "more than one OPT (RFC 6891 6.1.1)")                           \
	X(opt_owner, MALFORMED, "OPT with an owner name (RFC 6891 6.1.2)")                      \
	X(opt_short, MALFORMED, "an EDNS option is longer than its OPT record")                 \
	X(cookie_size, MALFORMED, "a COOKIE of neither 8 nor 16 to 40 octets (RFC 7873 5.2.2)") \
	X(opcode, OTHER, "an opcode other than QUERY")                                          \
	X(class, OTHER, "a class other than IN and ANY")                                        \
	X(axfr, OTHER, "a zone transfer, AXFR")                                                 \
	X(ixfr, OTHER, "a zone transfer, IXFR")                                                 \
	X(tkey, OTHER, "a key exchange, TKEY")                                                  \
	X(cookie_only, OTHER, "no question, but a cookie (RFC 7873 5.4)")                       \
	X(edns_version, OTHER, "an EDNS version above 0")

enum dns_reason {
#define X(id, class, help) DNS_##id,
	DNS_REASONS(X)
#undef X
	DNS_REASON_COUNT
};

enum dns_class {
	DNS_CLASS_OK,
	DNS_CLASS_RESPONSE,
	DNS_CLASS_MALFORMED,
	DNS_CLASS_OTHER,
};

/** The class of a reason. */
enum dns_class dns_reason_class(enum dns_reason reason);

/** The reason's id, as counters and verdict lines spell it; "?" for a number that is none. */
const char *dns_reason_name(enum dns_reason reason);

/** What a reason means, in a few words; "?" for a number that is none. */
const char *dns_reason_help(enum dns_reason reason);

#endif
