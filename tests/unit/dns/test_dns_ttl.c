/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_ttl.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* A header with these counts, and the question www.example. A IN: 12 + 17 octets. */
#define HEAD(an, ns, ar)     "\x12\x34\x81\x80\0\1\0" an "\0" ns "\0" ar
#define QUESTION	     "\3www\7example\0\0\1\0\1"
#define A(ttl)		     "\xc0\x0c\0\1\0\1" ttl "\0\4\xc0\0\2\1"
#define OPT(ttl)	     "\0\0\x29\4\xd0" ttl "\0\0"
#define TSIG		     "\1k\0\0\xfa\0\xff\0\0\0\0\0\0"
#define SIG(covered)	     "\0\0\x18\0\xff\0\0\1\0\0\3" covered "\5"
#define FIRST		     (29 + 6) /* where the first record's TTL stands */
#define FIND(text, max, out) find(text, sizeof(text) - 1, max, out)

static struct dns_ttl_places places;

/* In memory of its own length, so that a read behind it is seen. */
static enum dns_ttl_result
find(const char *text, size_t len, uint32_t max, struct dns_ttl_places *out)
{
	uint8_t *msg = malloc(len + 1);
	enum dns_ttl_result result;

	assert_non_null(msg);
	memcpy(msg + 1, text, len);
	result = dns_ttl_find(msg + 1, (uint16_t)len, max, out);
	free(msg);
	return result;
}

static void
a_message_that_is_cut_is_left_alone(void **state)
{
	static const char whole[] =
		HEAD("\1", "\1", "\1") QUESTION A("\0\0\1\0") A("\0\0\2\0") OPT("\0\0\0\0");

	(void)state;
	assert_int_equal(FIND(whole, 255, &places), DNS_TTL_LOWERED);
	for (size_t len = 0; len < sizeof(whole) - 1; len++)
		assert_int_equal(find(whole, len, 255, &places), DNS_TTL_MALFORMED);
	assert_int_equal(find(whole, sizeof(whole), 255, &places), DNS_TTL_MALFORMED);
}

static void
names_that_lead_nowhere_are_left_alone(void **state)
{
	(void)state;
	/* a pointer to itself, one ahead, a label type that there is not, one that ends outside */
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\0") QUESTION "\xc0\x1d\0\1\0\1\0\0\1\0\0\4\xc0\0\2\1", 1,
			&places),
		DNS_TTL_MALFORMED);
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\0") QUESTION "\xc0\x20\0\1\0\1\0\0\1\0\0\4\xc0\0\2\1", 1,
			&places),
		DNS_TTL_MALFORMED);
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\0") QUESTION "\x40\0\0\1\0\1\0\0\1\0\0\4\xc0\0\2\1", 1,
			&places),
		DNS_TTL_MALFORMED);
	assert_int_equal(FIND(HEAD("\1", "\0", "\0") QUESTION "\x3f"
							      "a",
				 1, &places),
		DNS_TTL_MALFORMED);
}

static void
ttls_above_the_limit_are_found(void **state)
{
	static const char msg[] = HEAD("\2", "\1", "\1") QUESTION A("\0\0\0\x0a") A("\0\0\0\x0b")
		A("\x7f\xff\xff\xff") A("\0\0\0\0");

	(void)state;
	assert_int_equal(FIND(msg, 10, &places), DNS_TTL_LOWERED);
	assert_int_equal(places.nb, 2);
	assert_int_equal(places.at[0], FIRST + 16);
	assert_int_equal(places.at[1], FIRST + 32);
	assert_int_equal(FIND(msg, 0x7fffffff, &places), DNS_TTL_NONE);
}

/* Its highest bit makes it 0, and the limit would raise it. */
static void
a_ttl_that_counts_as_none_stays(void **state)
{
	(void)state;
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\0") QUESTION A("\x80\0\1\0"), 1, &places), DNS_TTL_NONE);
}

static void
an_opt_has_no_ttl(void **state)
{
	static const char msg[] = HEAD("\1", "\0", "\1") QUESTION A("\0\0\1\0") OPT("\x01\0\x80\0");

	(void)state;
	assert_int_equal(FIND(msg, 1, &places), DNS_TTL_LOWERED);
	assert_int_equal(places.nb, 1);
	assert_int_equal(places.at[0], FIRST);
}

static void
what_is_signed_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(FIND(HEAD("\1", "\0", "\1") QUESTION A("\0\0\1\0") TSIG, 1, &places),
		DNS_TTL_SIGNED);
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\1") QUESTION A("\0\0\1\0") SIG("\0\0"), 1, &places),
		DNS_TTL_SIGNED);
	/* SIG of a type is a record as any other (RFC 2535), as RRSIG is. */
	assert_int_equal(
		FIND(HEAD("\1", "\0", "\1") QUESTION A("\0\0\1\0") SIG("\0\1"), 1, &places),
		DNS_TTL_LOWERED);
}

static void
more_records_than_are_walked_are_left_alone(void **state)
{
	static char msg[29 + 16 * (DNS_TTL_RECORDS_MAX + 1) + 1];
	size_t len = 29;

	(void)state;
	memcpy(msg, HEAD("\0", "\0", "\0") QUESTION, 29);
	for (int i = 0; i <= DNS_TTL_RECORDS_MAX; i++, len += 16)
		memcpy(msg + len, A("\0\0\1\0"), 16);
	msg[6] = 2; /* 512 */
	assert_int_equal(find(msg, len - 16, 1, &places), DNS_TTL_LOWERED);
	assert_int_equal(places.nb, DNS_TTL_RECORDS_MAX);
	msg[7] = 1;
	assert_int_equal(find(msg, len, 1, &places), DNS_TTL_MALFORMED);
	memset(msg + 6, 0xff, 6);
	assert_int_equal(find(msg, len, 1, &places), DNS_TTL_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_that_is_cut_is_left_alone),
		cmocka_unit_test(names_that_lead_nowhere_are_left_alone),
		cmocka_unit_test(ttls_above_the_limit_are_found),
		cmocka_unit_test(a_ttl_that_counts_as_none_stays),
		cmocka_unit_test(an_opt_has_no_ttl),
		cmocka_unit_test(what_is_signed_is_left_alone),
		cmocka_unit_test(more_records_than_are_walked_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
