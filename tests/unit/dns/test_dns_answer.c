/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_answer.h"
#include "dns_bytes.h"
#include "unit.h"

#define HEAD	"\x12\x34\1\x30" /* a query: RD, AD, CD */
#define ONE	"\0\1\0\0\0\0\0\0"
#define ONE_ADD "\0\1\0\0\0\0\0\1"
#define WWW	"\3wWw\7eXample\0"
#define IN_A	"\0\1\0\1"
#define OPT_TOP "\0\0\x29\x10\0\0\0\x80\0" /* 4096, version 0, DO */
#define COOKIE         \
	"\0\x0a\0\x18" \
	"cccccccc"     \
	"ssssssssssssssss"

static const uint8_t addresses_v4[] = {192, 0, 2, 53, 192, 0, 2, 54};
static const uint8_t addresses_v6[32] = {
	0x20, 1, 0x0d, 0xb8, [15] = 0x53, [16] = 0x20, [31] = 0x54};
static const char text[] = "blocked: threat feed";

/* What one call gave: the answer in `octets`, written out of place and in place alike. */
struct written {
	uint8_t octets[2048];
	struct dns_question question; /* the answer's own, read again */
	uint16_t query_len;
	uint16_t len;
};

static struct dns_reply
reply_of(uint8_t rcode)
{
	return (struct dns_reply){.rcode = rcode,
		.ttl = 60,
		.udp_size = 1232,
		.size_max = 1232,
		.amplify_max = UINT16_MAX};
}

static struct dns_reply
nxdomain(void)
{
	struct dns_reply reply = reply_of(DNS_RCODE_NXDOMAIN);

	reply.soa = true;
	reply.soa_labels = 1;
	reply.has_ede = true;
	reply.ede_code = 15;
	reply.ede_text = text;
	reply.ede_text_len = sizeof(text) - 1;
	return reply;
}

static struct dns_reply
sinkhole(void)
{
	struct dns_reply reply = reply_of(DNS_RCODE_NOERROR);

	reply.a = addresses_v4;
	reply.a_count = 1;
	reply.aaaa = addresses_v6;
	reply.aaaa_count = 2;
	reply.soa = true;
	reply.soa_labels = 2;
	return reply;
}

static uint16_t
count_at(const struct written *written, uint32_t off)
{
	return (uint16_t)(written->octets[off] << 8 | written->octets[off + 1]);
}

/* Writes with exactly `cap` octets of room, in place and not, and reads the answer again. */
static void
write_within(const uint8_t *query, uint32_t query_len, const struct dns_reply *reply, uint16_t cap,
	struct written *written)
{
	uint8_t *from = exact_copy(query, query_len);
	uint8_t *to = (uint8_t *)calloc(1, cap > 0 ? cap : 1);
	struct dns_question question;
	uint32_t room = cap > query_len ? cap : query_len;
	uint8_t *both = (uint8_t *)calloc(1, room);

	memset(written, 0, sizeof(*written));
	memcpy(both, query, query_len);
	dns_question_parse(from, (uint16_t)query_len, &question);
	written->query_len = (uint16_t)query_len;
	written->len = dns_answer_write(from, &question, reply, to, cap);
	assert_true(written->len <= cap);
	assert_memory_equal(from, query, query_len);
	memcpy(written->octets, to, written->len);
	dns_question_parse(both, (uint16_t)query_len, &question);
	assert_int_equal(dns_answer_write(both, &question, reply, both, cap), written->len);
	if (written->len == 0) {
		assert_memory_equal(both, query, query_len);
	} else {
		assert_memory_equal(both, to, written->len);
		assert_int_equal(
			dns_question_parse(written->octets, written->len, &written->question),
			DNS_response);
		assert_true(written->question.has_question);
	}
	free(both);
	free(to);
	free(from);
}

static void
write_answer(
	const uint8_t *query, uint32_t len, const struct dns_reply *reply, struct written *written)
{
	write_within(query, len, reply, sizeof(written->octets), written);
}

static void
nothing_to_a_message_without_question(void **state)
{
	struct dns_reply reply = nxdomain();
	struct written w;

	(void)state;
	write_answer(WIRE("\x12\x34\1\0\0\0"), &reply, &w);
	assert_int_equal(w.len, 0);
	write_answer(WIRE(HEAD "\0\0\0\0\0\0\0\0"), &reply, &w);
	assert_int_equal(w.len, 0);
	write_answer(WIRE(HEAD ONE "\xc0\x0c" IN_A), &reply, &w);
	assert_int_equal(w.len, 0);
	write_answer(WIRE(HEAD ONE WWW "\0\1\0"), &reply, &w);
	assert_int_equal(w.len, 0);
}

/* Each capacity from nothing on: whole or nothing, and no octet behind it. */
static void
never_behind_the_capacity(void **state)
{
	static const char query[] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x1c" COOKIE;
	struct dns_reply replies[] = {nxdomain(), sinkhole(), reply_of(DNS_RCODE_REFUSED)};
	struct written whole, w;

	(void)state;
	replies[2].cname = (const uint8_t *)"\4wall\4weir\7invalid";
	replies[2].cname_len = 19;
	replies[2].a = addresses_v4;
	replies[2].a_count = 2;
	for (size_t i = 0; i < UNIT_COUNT(replies); i++) {
		write_answer(WIRE(query), &replies[i], &whole);
		assert_true(whole.len > 0);
		for (uint16_t cap = 0; cap <= whole.len; cap++) {
			write_within(WIRE(query), &replies[i], cap, &w);
			assert_int_equal(w.len, cap == whole.len ? cap : 0);
		}
	}
}

static void
nxdomain_byte_for_byte(void **state)
{
	static const uint8_t want[] = "\x12\x34\x81\x93\0\1\0\0\0\1\0\1" WWW IN_A
				      /* example's SOA: pointer to 12 + 4 */
				      "\xc0\x10\0\6\0\1\0\0\0\x3c\0\x32"
				      "\2ns\4weir\7invalid\0\x0ahostmaster\xc0\x2c"
				      "\0\0\0\1\0\0\x0e\x10\0\0\2\x58\0\x09\x3a\x80\0\0\0\x3c"
				      /* OPT: 1232, DO, COOKIE, EDE 15 */
				      "\0\0\x29\4\xd0\0\0\x80\0\0\x36" COOKIE "\0\x0f\0\x16\0\x0f"
				      "blocked: threat feed";
	struct dns_reply reply = nxdomain();
	struct written w;

	(void)state;
	/* an option of another kind in front is not echoed */
	write_answer(WIRE(HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x22\0\3\0\2id" COOKIE), &reply, &w);
	assert_int_equal(w.len, sizeof(want) - 1);
	assert_memory_equal(w.octets, want, w.len);
}

static void
flags(void **state)
{
	static const struct {
		uint16_t query, answer;
	} cases[] = {
		{0x0000, 0x8405}, /* RD=0: AA */
		{0x0100, 0x8185}, /* RD=1: RA */
		{0x0110, 0x8195}, /* CD is copied */
		{0x0010, 0x8415},
		{0x07ff, 0x8195}, /* AA, TC, RA, Z, AD, rcode of a query are not */
		{0x7900, 0xf985}, /* the opcode is */
	};
	struct dns_reply reply = reply_of(DNS_RCODE_REFUSED);

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint8_t query[] = HEAD ONE WWW IN_A;
		struct written w;

		query[2] = (uint8_t)(cases[i].query >> 8);
		query[3] = (uint8_t)cases[i].query;
		write_answer(query, sizeof(query) - 1, &reply, &w);
		assert_int_equal(count_at(&w, 2), cases[i].answer);
		assert_int_equal(w.len, sizeof(query) - 1); /* no SOA, no OPT */
	}
}

static void
no_opt_unasked(void **state)
{
	struct dns_reply reply = nxdomain();
	struct written w;

	(void)state;
	write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
	assert_int_equal(count_at(&w, 8), 1);
	assert_int_equal(count_at(&w, 10), 0);
	assert_int_equal(w.len, 12 + 17 + 62);
}

/* Of a query that had records of its own only the question comes back. */
static void
records_of_the_query_are_cut(void **state)
{
	struct dns_reply reply = reply_of(DNS_RCODE_REFUSED);
	struct written w;

	(void)state;
	write_answer(WIRE(HEAD "\0\1\0\1\0\0\0\1" WWW IN_A "\xc0\x0c\0\1\0\1\0\0\0\0\0\4\1\2\3\4"
			       "\0\0\x29\2\0\0\0\0\0\0\0"
			       "behind"),
		&reply, &w);
	assert_int_equal(w.len, 12 + 17 + 11);
	assert_memory_equal(w.octets + 4, "\0\1\0\0\0\0\0\1", 8);
	assert_memory_equal(w.octets + 29, "\0\0\x29\4\xd0\0\0\0\0\0\0", 11);
}

static void
amplification_is_shed_in_order(void **state)
{
	static const char query[] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x1c" COOKIE;
	const uint16_t least = 12 + 17 + 11 + 28;
	const uint16_t bare = least + 6;      /* with the EDE code */
	const uint16_t negative = bare + 62;  /* with the SOA */
	const uint16_t whole = negative + 20; /* with the text */
	struct dns_reply reply = nxdomain();

	(void)state;
	assert_int_equal(least, sizeof(query) - 1);
	for (uint16_t max = 0; max <= whole + 1; max++) {
		struct written w;

		reply.amplify_max = max;
		write_answer(WIRE(query), &reply, &w);
		assert_int_equal(w.len, max < least	 ? 0
					: max < bare	 ? least
					: max < negative ? bare
					: max < whole	 ? negative
							 : whole);
		if (w.len == 0)
			continue;
		assert_int_equal(w.question.flags & DNS_FLAG_TC, max < bare ? DNS_FLAG_TC : 0);
		assert_int_equal(w.question.flags & DNS_FLAGS_RCODE, DNS_RCODE_NXDOMAIN);
		assert_int_equal(count_at(&w, 8), w.len >= negative);
		assert_int_equal(count_at(&w, 10), 1);
	}
}

static void
an_answer_beyond_the_size_is_truncated(void **state)
{
	static const char query[] = HEAD ONE_ADD WWW "\0\x1c\0\1" OPT_TOP "\0\x1c" COOKIE;
	struct dns_reply reply = sinkhole();
	struct written w;

	(void)state;
	reply.size_max = 12 + 17 + 2 * 28 + 11 + 28;
	write_answer(WIRE(query), &reply, &w);
	assert_int_equal(w.len, reply.size_max);
	reply.size_max--;
	write_answer(WIRE(query), &reply, &w);
	assert_int_equal(w.len, sizeof(query) - 1);
	assert_memory_equal(w.octets + 2, "\x83\x90\0\1\0\0\0\0\0\1", 10);
	assert_memory_equal(w.octets + 40, COOKIE, 28);
	/* what only explains goes first: the client must not be sent to TCP for it */
	reply = nxdomain();
	write_answer(WIRE(query), &reply, &w);
	reply.size_max = (uint16_t)(w.len - 1);
	write_answer(WIRE(query), &reply, &w);
	assert_false(w.question.flags & DNS_FLAG_TC);
	assert_int_equal(w.len, reply.size_max + 1 - reply.ede_text_len);
	assert_int_equal(w.question.nscount, 1);
	reply.size_max = (uint16_t)(w.len - 1);
	write_answer(WIRE(query), &reply, &w);
	assert_false(w.question.flags & DNS_FLAG_TC);
	assert_int_equal(w.question.nscount, 0);
	reply.size_max = (uint16_t)(w.len - 1);
	write_answer(WIRE(query), &reply, &w);
	assert_true(w.question.flags & DNS_FLAG_TC);
	reply.size_max = sizeof(query) - 2;
	write_answer(WIRE(query), &reply, &w);
	assert_int_equal(w.len, 0);
}

#define SET_A	"\0\1\0\1\0\0\0\7\0\4\300\0\2\1"
#define SET_TXT "\0\20\0\1\0\0\0\7\0\2\1x"

static struct dns_reply
data_of(const char *set, size_t len)
{
	struct dns_reply reply = reply_of(DNS_RCODE_NOERROR);

	reply.data = (const uint8_t *)set;
	reply.data_len = (uint16_t)len;
	reply.soa = true;
	reply.soa_labels = 2;
	return reply;
}

static void
records_of_a_rule_by_type(void **state)
{
	static const struct {
		uint16_t qtype, answers, authority, len;
	} cases[] = {
		{DNS_TYPE_A, 1, 0, 29 + 16},
		{16, 1, 0, 29 + 14},
		{DNS_TYPE_ANY, 2, 0, 29 + 30},
		{DNS_TYPE_AAAA, 0, 1, 29 + 62},
		{DNS_TYPE_CNAME, 0, 1, 29 + 62},
	};
	struct dns_reply reply = data_of(SET_A SET_TXT, sizeof(SET_A SET_TXT) - 1);

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint8_t query[] = HEAD ONE WWW IN_A;
		struct written w;

		query[26] = (uint8_t)cases[i].qtype;
		write_answer(query, sizeof(query) - 1, &reply, &w);
		assert_int_equal(count_at(&w, 6), cases[i].answers);
		assert_int_equal(count_at(&w, 8), cases[i].authority);
		assert_int_equal(w.len, cases[i].len);
		assert_int_equal(w.question.flags & DNS_FLAGS_RCODE, 0);
		if (cases[i].qtype == DNS_TYPE_A)
			assert_memory_equal(w.octets + 29, "\xc0\x0c" SET_A, 16);
	}
}

/* What is too long goes as a whole: no part of a record set is an answer. */
static void
records_that_do_not_fit_send_the_client_to_tcp(void **state)
{
	struct dns_reply reply = data_of(SET_A SET_TXT, sizeof(SET_A SET_TXT) - 1);
	struct written w;

	(void)state;
	for (uint16_t max = 29; max < 29 + 18; max++) {
		reply.amplify_max = max;
		write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
		assert_int_equal(w.len, max < 29 + 16 ? 29 : 29 + 16);
		assert_int_equal(w.question.flags & DNS_FLAG_TC, w.len == 29 ? DNS_FLAG_TC : 0);
	}
}

static void
a_star_in_a_cname_is_the_name_asked_as_asked(void **state)
{
	static const char set[] = "\0\5\0\1\0\0\0\7\0\x06\1*\2gO\0";
	static const char want[] = "\xc0\x0c\0\5\0\1\0\0\0\7\0\x10\3wWw\7eXample\2gO\0";
	struct dns_reply reply = data_of(set, sizeof(set) - 1);
	struct written w;

	(void)state;
	write_answer(WIRE(HEAD ONE WWW "\0\x1c\0\1"), &reply, &w);
	assert_int_equal(count_at(&w, 6), 1);
	assert_int_equal(w.len, 29 + sizeof(want) - 1);
	assert_memory_equal(w.octets + 29, want, sizeof(want) - 1);
	write_answer(WIRE(HEAD ONE "\0" IN_A), &reply, &w);
	assert_int_equal(w.len, 12 + 5 + 1 + 10 + 4);
	assert_memory_equal(w.octets + 17, "\0\0\5\0\1\0\0\0\7\0\4\2gO\0", 15);
}

/* Those with a longer TTL get the limit, the name that a star makes too. */
static void
a_limit_of_ttls_holds_for_records_of_a_rule(void **state)
{
	static const char star[] = "\0\5\0\1\0\0\0\7\0\x06\1*\2gO\0";
	struct dns_reply reply = data_of(SET_A, sizeof(SET_A) - 1);
	struct written w;

	(void)state;
	for (uint32_t max = 1; max < 10; max++) {
		reply.ttl_max = max;
		write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
		assert_int_equal(w.octets[29 + 2 + 7], max < 7 ? max : 7);
	}
	reply = data_of(star, sizeof(star) - 1);
	reply.ttl_max = 3;
	write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
	assert_memory_equal(w.octets + 29, "\xc0\x0c\0\5\0\1\0\0\0\3\0\x10", 12);
}

static void
a_target_too_long_is_yxdomain(void **state)
{
	uint8_t query[12 + 255 + 4] = "\x12\x34\1\0\0\1";
	char set[10 + 255] = "\0\5\0\1\0\0\0\7\0";
	struct dns_reply reply;
	struct written w;

	(void)state;
	/* 2 + 64 octets of name without the root asked; a target of 188 and 189 with it. */
	memset(query + 12, 'a', 66);
	query[12] = 1;
	query[14] = 63;
	query[78] = 0;
	memcpy(query + 79, "\0\1\0\1", 4);
	memset(set + 12, 'b', 250);
	memcpy(set + 10, "\1*\76", 3);
	set[12 + 63] = 62;
	set[12 + 126] = 61;
	for (int last = 61; last <= 62; last++) {
		set[12 + 126] = (char)last;
		set[12 + 127 + last] = 0;
		set[9] = (char)(2 + 127 + last + 1);
		reply = data_of(set, 10U + (uint8_t)set[9]);
		write_answer(query, 83, &reply, &w);
		assert_int_equal(count_at(&w, 6), last == 61);
		assert_int_equal(count_at(&w, 8), 0);
		assert_int_equal(w.question.flags & DNS_FLAGS_RCODE,
			last == 61 ? DNS_RCODE_NOERROR : DNS_RCODE_YXDOMAIN);
	}
}

static void
truncate_keeps_question_and_cookie(void **state)
{
	static const char query[] = HEAD ONE_ADD WWW IN_A OPT_TOP "\0\x1c" COOKIE;
	struct dns_reply reply = sinkhole();
	struct written w;

	(void)state;
	reply.truncate = true;
	reply.has_ede = true;
	write_answer(WIRE(query), &reply, &w);
	assert_int_equal(w.len, sizeof(query) - 1);
	assert_memory_equal(w.octets + 2, "\x83\x90\0\1\0\0\0\0\0\1", 10);
}

static void
sinkhole_by_type(void **state)
{
	static const struct {
		uint16_t qtype, answers, authority, len;
	} cases[] = {
		{DNS_TYPE_A, 1, 0, 29 + 16},
		{DNS_TYPE_AAAA, 2, 0, 29 + 2 * 28},
		{DNS_TYPE_ANY, 3, 0, 29 + 16 + 2 * 28},
		{65, 0, 1, 29 + 62}, /* HTTPS: NODATA */
		{DNS_TYPE_CNAME, 0, 1, 29 + 62},
	};
	struct dns_reply reply = sinkhole();
	struct written w;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint8_t query[] = HEAD ONE WWW IN_A;

		query[26] = (uint8_t)cases[i].qtype;
		write_answer(query, sizeof(query) - 1, &reply, &w);
		assert_int_equal(w.len, cases[i].len);
		assert_int_equal(count_at(&w, 6), cases[i].answers);
		assert_int_equal(count_at(&w, 8), cases[i].authority);
	}
	reply.a_count = 0; /* a walled garden without IPv4: NODATA there */
	write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
	assert_int_equal(count_at(&w, 6), 0);
	assert_int_equal(count_at(&w, 8), 1);
	reply = sinkhole(); /* class ANY is answered in class IN */
	write_answer(WIRE(HEAD ONE WWW "\0\1\0\xff"), &reply, &w);
	assert_memory_equal(
		w.octets + 25, "\0\1\0\xff\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x35", 20);
}

static void
cname_with_its_targets_addresses(void **state)
{
	struct dns_reply reply = sinkhole();
	struct written w;

	(void)state;
	reply.cname = (const uint8_t *)"\4Wall\3lan";
	reply.cname_len = 10;
	write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
	assert_int_equal(w.len, 29 + 22 + 16);
	assert_memory_equal(w.octets + 29,
		"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\x0a\4Wall\3lan\0"
		"\xc0\x29\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x35",
		38);
	assert_memory_equal(w.octets + 4, "\0\1\0\2\0\0\0\0", 8);
	/* CNAME and ANY ask for what stands at the name itself */
	write_answer(WIRE(HEAD ONE WWW "\0\5\0\1"), &reply, &w);
	assert_int_equal(count_at(&w, 6), 1);
	write_answer(WIRE(HEAD ONE WWW "\0\xff\0\1"), &reply, &w);
	assert_int_equal(count_at(&w, 6), 1);
	write_answer(WIRE(HEAD ONE WWW "\0\x0f\0\1"), &reply, &w);
	assert_int_equal(count_at(&w, 6), 1);
	assert_int_equal(count_at(&w, 8), 0);
	reply.cname = (const uint8_t *)"";
	reply.cname_len = 1;
	write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
	assert_memory_equal(w.octets + 29,
		"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\1\0"
		"\0\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x35",
		28);
	assert_int_equal(w.len, 29 + 28);
}

static void
owner_of_the_soa(void **state)
{
	static const struct {
		uint8_t labels;
		const char *owner;
		uint8_t len;
	} cases[] = {{0, "\0", 1}, {1, "\xc0\x10", 2}, {2, "\xc0\x0c", 2}, {3, "\xc0\x0c", 2}};
	struct dns_reply reply = reply_of(DNS_RCODE_NXDOMAIN);
	struct written w;

	(void)state;
	reply.soa = true;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		reply.soa_labels = cases[i].labels;
		write_answer(WIRE(HEAD ONE WWW IN_A), &reply, &w);
		assert_memory_equal(w.octets + 29, cases[i].owner, cases[i].len);
		assert_memory_equal(w.octets + 29 + cases[i].len, "\0\6\0\1", 4);
		assert_int_equal(w.len, 29 + cases[i].len + 60);
		write_answer(WIRE(HEAD ONE "\0" IN_A), &reply, &w);
		assert_memory_equal(w.octets + 17, "\0\0\6\0\1", 5);
		assert_int_equal(w.len, 17 + 61);
	}
}

static void
udp_size(void **state)
{
	struct dns_question question = {.edns_udp = 0};

	(void)state;
	assert_int_equal(dns_answer_size(&question, 1232, 1472), 512);
	question.edns_udp = 511; /* RFC 6891 6.2.3: as 512 */
	assert_int_equal(dns_answer_size(&question, 1232, 1472), 512);
	question.edns_udp = 1000;
	assert_int_equal(dns_answer_size(&question, 1232, 1472), 1000);
	question.edns_udp = UINT16_MAX;
	assert_int_equal(dns_answer_size(&question, 1232, 1472), 1232);
	assert_int_equal(dns_answer_size(&question, 4096, 1472), 1472);
	assert_int_equal(dns_answer_size(&question, 4096, 500), 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_a_message_without_question),
		cmocka_unit_test(never_behind_the_capacity),
		cmocka_unit_test(nxdomain_byte_for_byte),
		cmocka_unit_test(flags),
		cmocka_unit_test(no_opt_unasked),
		cmocka_unit_test(records_of_the_query_are_cut),
		cmocka_unit_test(amplification_is_shed_in_order),
		cmocka_unit_test(an_answer_beyond_the_size_is_truncated),
		cmocka_unit_test(records_of_a_rule_by_type),
		cmocka_unit_test(records_that_do_not_fit_send_the_client_to_tcp),
		cmocka_unit_test(a_star_in_a_cname_is_the_name_asked_as_asked),
		cmocka_unit_test(a_limit_of_ttls_holds_for_records_of_a_rule),
		cmocka_unit_test(a_target_too_long_is_yxdomain),
		cmocka_unit_test(truncate_keeps_question_and_cookie),
		cmocka_unit_test(sinkhole_by_type),
		cmocka_unit_test(cname_with_its_targets_addresses),
		cmocka_unit_test(owner_of_the_soa),
		cmocka_unit_test(udp_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
