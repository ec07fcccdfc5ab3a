/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_bytes.h"
#include "dns_fp.h"
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>

__extension__ typedef unsigned __int128 u128;

static const u128 prime = ((u128)1 << 127) - 1;

static struct dns_fp_key
key_of(uint8_t first)
{
	uint8_t seed[DNS_FP_SEED_LEN] = {first};
	struct dns_fp_key key;

	dns_fp_key_init(&key, seed);
	return key;
}

static struct dns_name
name_of(const char *text)
{
	struct dns_name name;

	assert_int_equal(dns_name_from_text(text, strlen(text), &name, NULL), 0);
	return name;
}

static struct dns_fp
fp_of(const struct dns_fp_key *key, const char *text)
{
	struct dns_name name = name_of(text);
	struct dns_fp fps[DNS_LABELS_MAX + 1];

	dns_fp_suffixes(key, &name, fps);
	return fps[name.labels];
}

static bool
equal(const struct dns_fp *a, const struct dns_fp *b)
{
	return a->lo == b->lo && a->hi == b->hi;
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct dns_fp));
}

/* a * b mod p, one bit at a time. */
static u128
slow_multiply(u128 a, u128 b)
{
	u128 sum = 0;

	for (int bit = 126; bit >= 0; bit--) {
		sum = sum * 2 % prime;
		if (b >> bit & 1)
			sum = (sum + a) % prime;
	}
	return sum;
}

/* The definition in dns_fp.h, word for word. */
static u128
slow_fp(const struct dns_fp_key *key, const struct dns_name *name, uint32_t labels)
{
	u128 x = (u128)key->hi << 64 | key->lo;
	u128 f = x;

	for (uint32_t k = 1; k <= labels; k++) {
		const uint8_t *label = name->wire + name->start[name->labels - k];
		uint32_t len = label[0] + 1U;

		for (uint32_t i = 0; i < len; i += 15) {
			u128 block = 0;

			for (uint32_t j = 0; j < 15 && i + j < len; j++)
				block |= (u128)label[i + j] << 8 * j;
			f = slow_multiply((f + block) % prime, x);
		}
	}
	return f;
}

static void
octets_that_are_no_name(void **state)
{
	struct dns_fp_key key = key_of(1);
	struct dns_fp fp;

	(void)state;
	fp = dns_fp_wire(&key, WIRE("\3www"));
	assert_true(fp.lo == 0 && fp.hi == 0);
	fp = dns_fp_wire(&key, WIRE("\xc0\0"));
	assert_true(fp.lo == 0 && fp.hi == 0);
	fp = dns_fp_wire(&key, WIRE(""));
	assert_true(fp.lo == 0 && fp.hi == 0);
}

/* Pairs that a careless hash of labels would confuse. */
static void
labels_are_not_run_together(void **state)
{
	static const char *const names[] = {".", "a", "aa", "a.a", "aaa", "a.aa", "aa.a", "a.a.a",
		"abc", "a.bc", "ab.c", "c.ab", "bc.a", "a\\.bc", "\\003www", "www", "\\000",
		"\\000\\000", "\\000.\\000", "\\001a", "\\001a.a", "a\\001a", "a\\000", "\\000a",
		"aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa\\000", "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaa.a",
		"a.aaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaa\\001a", "\\015aaaaaaaaaaaaaa"};
	struct dns_fp_key key = key_of(0);

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		for (size_t j = 0; j < i; j++) {
			struct dns_fp a = fp_of(&key, names[i]);
			struct dns_fp b = fp_of(&key, names[j]);

			assert_false(equal(&a, &b));
			assert_true(dns_fp_hash32(&a) != dns_fp_hash32(&b));
			assert_true(dns_fp_bits64(&a) != dns_fp_bits64(&b));
		}
	}
}

/* Seeds at the corners of the key space, names at the corners of the name space. */
static void
agrees_with_the_definition(void **state)
{
	static const uint8_t fills[] = {0, 1, 0x7f, 0x80, 0xff};

	(void)state;
	for (size_t s = 0; s < UNIT_COUNT(fills); s++) {
		uint8_t seed[DNS_FP_SEED_LEN];
		struct dns_fp_key key;

		memset(seed, fills[s], sizeof(seed));
		dns_fp_key_init(&key, seed);
		if (fills[s] == 0xff) /* the largest point, where carries are */
			key = (struct dns_fp_key){.lo = UINT64_MAX >> 2, .hi = UINT64_MAX >> 2};
		for (uint32_t n = 1; n <= DNS_LABEL_MAX; n++) {
			struct dns_fp fps[DNS_LABELS_MAX + 1];
			uint8_t wire[DNS_NAME_MAX];
			struct dns_name name;
			uint32_t len = 0;

			for (; len + n + 2 <= DNS_NAME_MAX; len += n + 1) {
				wire[len] = (uint8_t)n;
				memset(wire + len + 1, n % 3 == 0 ? 0xff : (int)len, n);
			}
			wire[len++] = 0;
			assert_int_equal(dns_name_from_wire(wire, len, &name), DNS_ok);
			dns_fp_suffixes(&key, &name, fps);
			for (uint32_t k = 0; k <= name.labels; k += 5) {
				u128 want = slow_fp(&key, &name, k);

				assert_true(fps[k].lo == (uint64_t)want);
				assert_true(fps[k].hi == (uint64_t)(want >> 64));
			}
		}
	}
}

static void
a_suffix_has_its_own_fingerprint(void **state)
{
	struct dns_fp_key key = key_of(7);
	struct dns_name name =
		name_of("a.Very\\.odd.name-longer-than-fifteen-octets.example.co.uk");
	struct dns_fp fps[DNS_LABELS_MAX + 1];

	(void)state;
	dns_fp_suffixes(&key, &name, fps);
	assert_int_equal(name.labels, 6);
	for (uint8_t k = 0; k <= name.labels; k++) {
		uint8_t len;
		const uint8_t *wire = dns_name_suffix(&name, k, &len);
		uint8_t *copy = exact_copy(wire, len);
		struct dns_fp fp = dns_fp_wire(&key, copy, len);

		assert_true(equal(&fp, &fps[k]));
		free(copy);
	}
}

static void
case_is_ignored_and_stale_octets_too(void **state)
{
	struct dns_fp_key key = key_of(7);
	struct dns_fp a = dns_fp_wire(&key, WIRE("\3WWW\7eXAMPLE\0"));
	struct dns_fp b = dns_fp_wire(&key, WIRE("\3www\7example\0"));
	struct dns_fp fps[DNS_LABELS_MAX + 1];
	struct dns_name name;

	(void)state;
	assert_true(equal(&a, &b));
	memset(&name, 0xff, sizeof(name)); /* what is behind the name must not count */
	assert_int_equal(dns_name_from_wire(WIRE("\3www\7example\0"), &name), DNS_ok);
	dns_fp_suffixes(&key, &name, fps);
	assert_true(equal(&fps[2], &a));
}

static void
keys_differ(void **state)
{
	(void)state;
	for (int i = 1; i < 256; i++) {
		struct dns_fp_key a = key_of(0);
		struct dns_fp_key b = key_of((uint8_t)i);
		struct dns_fp x = fp_of(&a, "example.com");
		struct dns_fp y = fp_of(&b, "example.com");

		assert_false(equal(&x, &y));
		assert_true(dns_fp_hash32(&x) != dns_fp_hash32(&y));
	}
}

/*
 * 300 000 names that differ in little, under a poor seed: no fingerprint twice; of the 2^16 buckets
 * that 16 bits of each part choose, none takes far more than its share. A fair draw puts 4.6 into
 * each on average; 30 in any of 65 536 has a chance below 10^-10.
 */
static void
many_names_spread(void **state)
{
	enum {
		NAMES = 300000,
		BUCKETS = 1 << 16
	};
	struct dns_fp *fps = (struct dns_fp *)calloc(NAMES, sizeof(*fps));
	uint16_t *buckets = (uint16_t *)calloc(4 * BUCKETS, sizeof(*buckets));
	struct dns_fp_key key = key_of(0);

	(void)state;
	assert_non_null(fps);
	assert_non_null(buckets);
	for (int i = 0; i < NAMES; i++) {
		char text[64];

		snprintf(text, sizeof(text),
			i % 3 == 0   ? "%d"
			: i % 3 == 1 ? "%d.com"
				     : "h.%d.com",
			i);
		fps[i] = fp_of(&key, text);
		buckets[dns_fp_hash32(&fps[i]) & 0xffff]++;
		buckets[BUCKETS + (dns_fp_hash32(&fps[i]) >> 16)]++;
		buckets[2 * BUCKETS + (dns_fp_bits64(&fps[i]) & 0xffff)]++;
		buckets[3 * BUCKETS + (dns_fp_bits64(&fps[i]) >> 48)]++;
	}
	for (int i = 0; i < 4 * BUCKETS; i++)
		assert_true(buckets[i] < 30);
	qsort(fps, NAMES, sizeof(*fps), compare);
	for (int i = 1; i < NAMES; i++)
		assert_false(equal(&fps[i - 1], &fps[i]));
	free(buckets);
	free(fps);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_that_are_no_name),
		cmocka_unit_test(labels_are_not_run_together),
		cmocka_unit_test(agrees_with_the_definition),
		cmocka_unit_test(a_suffix_has_its_own_fingerprint),
		cmocka_unit_test(case_is_ignored_and_stale_octets_too),
		cmocka_unit_test(keys_differ),
		cmocka_unit_test(many_names_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
