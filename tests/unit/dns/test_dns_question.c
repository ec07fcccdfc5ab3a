/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_bytes.h"
#include "dns_question.h"
#include "unit.h"

/* Pieces of messages. */
#define ONE	 "\0\1\0\0\0\0\0\0"	      /* counts: a question */
#define ONE_ADD	 "\0\1\0\0\0\0\0\1"	      /* a question, an additional record */
#define ONE_ADD2 "\0\1\0\0\0\0\0\2"	      /* a question, two */
#define HEAD	 "\x12\x34\1\0"		      /* a query, RD */
#define WWW	 "\3wWw\7eXample\0"	      /* 13 octets */
#define IN_A	 "\0\1\0\1"		      /* type A, class IN */
#define OPT_TOP	 "\0\0\x29\x04\xd0\0\0\x80\0" /* root, OPT, 1232, version 0, DO */
#define OPT	 OPT_TOP "\0\0"		      /* no options */
#define COOKIE8        \
	"\0\x0a\0\x08" \
	"cccccccc" /* 12 octets */

/* Parses a copy of exact size, which stays allocated until the next call. */
static enum dns_reason
parse(const uint8_t *msg, uint32_t len, struct dns_question *out)
{
	static uint8_t *copy;

	free(copy);
	copy = exact_copy(msg, len);
	memset(out, 0xee, sizeof(*out)); /* nothing may depend on what was there */
	return dns_question_parse(copy, (uint16_t)len, out);
}

static void
each_prefix_of_a_query_is_malformed(void **state)
{
	static const char msg[] = HEAD ONE_ADD2 WWW IN_A OPT_TOP
		"\0\x0c" COOKIE8 "\xc0\x0c\0\xfa\0\xff\0\0\0\0\0\2xx";
	uint32_t len = sizeof(msg) - 1;
	struct dns_question q;

	(void)state;
	assert_int_equal(parse((const uint8_t *)msg, len, &q), DNS_ok);
	assert_true(q.is_signed);
	for (uint32_t n = 0; n < len; n++) {
		enum dns_reason reason = parse((const uint8_t *)msg, n, &q);

		assert_int_equal(dns_reason_class(reason), DNS_CLASS_MALFORMED);
		assert_int_equal(q.has_header, n >= 12);
		assert_int_equal(q.has_name, n >= 25);
		assert_int_equal(q.has_question, n >= 29);
		assert_int_equal(q.id, n >= 12 ? 0x1234 : 0); /* nothing is half read */
		assert_int_equal(q.qtype, n >= 29 ? DNS_TYPE_A : 0);
		if (n < 12)
			assert_int_equal(reason, DNS_short);
		else if (n < 25)
			assert_int_equal(reason, DNS_name_short);
		else if (n < 29)
			assert_int_equal(reason, DNS_question_short);
		else
			assert_int_equal(reason, DNS_record_short);
	}
}

static void
refusals(void **state)
{
	static const struct {
		const char *msg;
		uint32_t len;
		enum dns_reason reason;
	} cases[] = {
#define CASE(literal, reason) {literal, sizeof(literal) - 1, DNS_##reason}
		/* the question */
		CASE(HEAD "\0\0\0\0\0\0\0\0", no_question),
		CASE(HEAD "\0\0\0\0\0\0\0\1" OPT, no_question),
		CASE(HEAD "\0\0\0\0\0\0\0\1" OPT_TOP "\0\x0c" COOKIE8, cookie_only),
		CASE(HEAD "\0\2\0\0\0\0\0\0" WWW IN_A WWW IN_A, many_questions),
		CASE(HEAD "\0\2\0\0\0\0\0\0" WWW IN_A, many_questions),
		CASE(HEAD "\xff\xff\xff\xff\xff\xff\xff\xff" WWW IN_A, many_questions),
		CASE(HEAD ONE "\xc0\x0c" IN_A, name_compressed),
		CASE(HEAD ONE "\3www\xc0\x0c" IN_A, name_compressed),
		CASE(HEAD ONE "\x41" WWW IN_A, name_label),
		/* the records */
		CASE(HEAD ONE_ADD WWW IN_A, record_short),
		CASE(HEAD "\0\1\xff\xff\xff\xff\xff\xff" WWW IN_A OPT, opt_section),
		CASE(HEAD "\0\1\0\1\0\0\0\0" WWW IN_A OPT, opt_section),
		CASE(HEAD "\0\1\0\0\0\1\0\0" WWW IN_A OPT, opt_section),
		CASE(HEAD ONE_ADD WWW IN_A "\x40\0\0\1\0\1\0\0\0\0\0\0", record_label),
		CASE(HEAD ONE_ADD WWW IN_A "\xc0", record_short),
		CASE(HEAD ONE_ADD WWW IN_A "\xc0\x0c\0\1\0\1\0\0\0\0\0\1", record_short),
		/* OPT */
		CASE(HEAD ONE_ADD2 WWW IN_A OPT OPT, opt_twice),
		CASE(HEAD ONE_ADD WWW IN_A "\1a" OPT, opt_owner),
		CASE(HEAD ONE_ADD WWW IN_A "\xc0\x0c\0\x29\4\xd0\0\0\0\0\0\0", opt_owner),
		CASE(HEAD ONE_ADD WWW IN_A "\xc0\x18\0\x29\4\xd0\0\0\0\0\0\0", opt_owner),
		CASE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\1\0", opt_short),
		CASE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\4\0\x0a\0\1", opt_short),
		CASE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\4\0\x0a\xff\xff", opt_short),
		CASE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\5\0\x03\0\2x", opt_short),
		CASE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\4\0\x0a\0\0", cookie_size),
		/* good DNS that is not ours */
		CASE("\0\0\x28\0" ONE WWW IN_A, opcode),
		CASE("\0\0\x28\0\0\0\0\0\0\0\0\0", opcode),
		CASE("\0\0\x30\0\0\0\0\0\0\0\0\0", opcode),
		CASE(HEAD ONE WWW "\0\1\0\3", class),
		CASE(HEAD ONE WWW "\0\1\0\xfe", class),
		CASE(HEAD ONE WWW "\0\xfc\0\1", axfr),
		CASE(HEAD ONE WWW "\0\xfb\0\1", ixfr),
		CASE(HEAD ONE WWW "\0\xf9\0\xff", tkey),
		CASE(HEAD ONE_ADD WWW IN_A "\0\0\x29\4\xd0\0\1\0\0\0\1x", edns_version),
		/* what breaks an RFC is told before what is not ours */
		CASE(HEAD ONE_ADD2 WWW "\0\xfc\0\1" OPT OPT, opt_twice),
		CASE(HEAD ONE_ADD WWW "\0\1\0\3", record_short),
		/* responses, whatever is in them */
		CASE("\0\0\x80\0\0\0\0\0\0\0\0\0", response),
		CASE("\0\0\x81\x80\0\2\0\0\0\0\0\0" WWW IN_A, response),
		CASE("\0\0\x81\x80\0\1\0\7\0\0\0\0\xc0\x0c" IN_A, response),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct dns_question q;
		enum dns_reason reason = parse((const uint8_t *)cases[i].msg, cases[i].len, &q);

		if (reason != cases[i].reason)
			print_message("case %zu: %s\n", i, dns_reason_name(reason));
		assert_int_equal(reason, cases[i].reason);
		assert_true(q.has_header);
	}
}

/* A log line names what was asked, whatever is wrong behind it. */
static void
the_name_survives_what_follows(void **state)
{
	static const char two[] = HEAD "\0\2\0\0\0\0\0\0" WWW IN_A "\xc0\x0c\0\1\0\1";
	static const char cut[] = HEAD ONE_ADD WWW "\0\x1c\0\1\0";
	static const char update[] = "\0\7\x28\0\0\1\0\0\0\1\0\0" WWW "\0\6\0\1";
	static const char response[] = "\0\7\x84\3\0\1\0\1\0\1\0\1" WWW IN_A;
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(two), &q), DNS_many_questions);
	assert_true(q.has_question);
	assert_memory_equal(q.name.wire, "\3www\7example", 13);
	assert_int_equal(parse(WIRE(cut), &q), DNS_record_short);
	assert_true(q.has_question);
	assert_int_equal(q.qtype, DNS_TYPE_AAAA);
	assert_int_equal(parse(WIRE(update), &q), DNS_opcode);
	assert_true(q.has_question);
	assert_int_equal(q.qtype, DNS_TYPE_SOA);
	assert_int_equal(parse(WIRE(response), &q), DNS_response);
	assert_true(q.has_question);
	assert_int_equal(q.id, 7);
	assert_int_equal(q.flags, 0x8403);
	assert_int_equal(q.arcount, 1);
	assert_false(q.has_opt);
}

static void
cookie_lengths(void **state)
{
	(void)state;
	for (uint32_t n = 0; n <= 64; n++) {
		uint8_t msg[128] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\0\0\x0a";
		bool good = n == 8 || (n >= 16 && n <= 40);
		struct dns_question q;

		msg[39] = (uint8_t)(n + 4);
		msg[43] = (uint8_t)n;
		memset(msg + 44, 'c', n);
		assert_int_equal(parse(msg, 44 + n, &q), good ? DNS_ok : DNS_cookie_size);
		assert_int_equal(q.has_opt, good);
		assert_int_equal(q.cookie_len, good ? n : 0);
		if (good)
			assert_int_equal(q.cookie_off, 44);
	}
}

static void
the_first_cookie_counts(void **state)
{
	static const char second_bad[] =
		HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x15" COOKIE8 "\0\x0a\0\5xxxxx";
	static const char broken[] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x0e" COOKIE8 "\0\3";
	static const char behind[] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x12\0\3\0\2id" COOKIE8;
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(second_bad), &q), DNS_ok);
	assert_int_equal(q.cookie_off, 44);
	assert_int_equal(q.cookie_len, 8);
	/* a good cookie in an OPT that is broken behind it is none */
	assert_int_equal(parse(WIRE(broken), &q), DNS_opt_short);
	assert_false(q.has_opt);
	assert_int_equal(q.cookie_len, 0);
	assert_int_equal(parse(WIRE(behind), &q), DNS_ok);
	assert_int_equal(q.cookie_off, 50);
	assert_int_equal(q.cookie_len, 8);
}

static void
a_plain_query(void **state)
{
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(HEAD ONE WWW IN_A), &q), DNS_ok);
	assert_int_equal(q.id, 0x1234);
	assert_int_equal(q.flags, DNS_FLAG_RD);
	assert_int_equal(q.qdcount, 1);
	assert_int_equal(q.qtype, DNS_TYPE_A);
	assert_int_equal(q.qclass, DNS_QCLASS_IN);
	assert_int_equal(q.name.labels, 2);
	assert_memory_equal(q.name.wire, "\3www\7example", 13);
	assert_int_equal(dns_question_len(&q), 17);
	assert_false(q.has_opt || q.is_signed);
	assert_int_equal(q.edns_udp, 0);
	assert_int_equal(q.cookie_len, 0);
	assert_int_equal(parse(WIRE(HEAD ONE "\0\0\2\0\xff"), &q), DNS_ok); /* the root, NS, ANY */
	assert_int_equal(q.name.labels, 0);
	assert_int_equal(q.qclass, DNS_QCLASS_ANY);
}

static void
edns(void **state)
{
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(HEAD ONE_ADD WWW IN_A OPT), &q), DNS_ok);
	assert_true(q.has_opt);
	assert_int_equal(q.edns_udp, 1232);
	assert_int_equal(q.edns_flags, DNS_EDNS_DO);
	/* OPT need not be the last record; records may stand in all sections */
	assert_int_equal(parse(WIRE(HEAD "\0\1\0\1\0\1\0\2" WWW IN_A "\xc0\x0c\0\6\0\1\0\0\0\0\0\1x"
					 "\1a\xc0\x0c\0\2\0\1\0\0\0\0\0\0" OPT
					 "\xc0\x0c\0\1\0\1\0\0\0\0\0\4\1\2\3\4"),
				 &q),
		DNS_ok);
	assert_true(q.has_opt);
	assert_false(q.is_signed);
}

static void
signatures(void **state)
{
	struct dns_question q;

	(void)state;
	assert_int_equal(
		parse(WIRE(HEAD ONE_ADD WWW IN_A "\3key\0\0\xfa\0\xff\0\0\0\0\0\0"), &q), DNS_ok);
	assert_true(q.is_signed);
	assert_int_equal(
		parse(WIRE(HEAD ONE_ADD WWW IN_A "\0\0\x18\0\xff\0\0\0\0\0\3\0\0\5"), &q), DNS_ok);
	assert_true(q.is_signed);
	/* a SIG that covers a type is a plain record; TSIG is no signature in another section */
	assert_int_equal(
		parse(WIRE(HEAD ONE_ADD WWW IN_A "\0\0\x18\0\xff\0\0\0\0\0\3\0\1\5"), &q), DNS_ok);
	assert_false(q.is_signed);
	assert_int_equal(
		parse(WIRE(HEAD "\0\1\0\1\0\0\0\0" WWW IN_A "\3key\0\0\xfa\0\xff\0\0\0\0\0\0"), &q),
		DNS_ok);
	assert_false(q.is_signed);
}

/* What stands behind the last record is nobody's: an OPT there does not exist. */
static void
trailing_octets_are_ignored(void **state)
{
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(HEAD ONE WWW IN_A OPT "garbage"), &q), DNS_ok);
	assert_false(q.has_opt);
	assert_int_equal(parse(WIRE(HEAD ONE_ADD WWW IN_A OPT OPT), &q), DNS_ok);
	assert_true(q.has_opt);
}

/* 0x20 case, a dot and a NUL inside a label: octets like any other. */
static void
octets_of_a_label(void **state)
{
	struct dns_question q;

	(void)state;
	assert_int_equal(parse(WIRE(HEAD ONE "\7A.b\0C\\d\0" IN_A), &q), DNS_ok);
	assert_int_equal(q.name.labels, 1);
	assert_memory_equal(q.name.wire, "\7a.b\0c\\d", 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_prefix_of_a_query_is_malformed),
		cmocka_unit_test(refusals),
		cmocka_unit_test(the_name_survives_what_follows),
		cmocka_unit_test(cookie_lengths),
		cmocka_unit_test(the_first_cookie_counts),
		cmocka_unit_test(a_plain_query),
		cmocka_unit_test(edns),
		cmocka_unit_test(signatures),
		cmocka_unit_test(trailing_octets_are_ignored),
		cmocka_unit_test(octets_of_a_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
