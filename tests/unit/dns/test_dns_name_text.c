/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "dns_bytes.h"
#include "dns_name.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>

static void
text_that_is_no_name(void **state)
{
	static const char *const cases[] = {
		"", "..", ".a", "a..b", "a..", "a\\", "\\", "a.\\1", "\\12", "\\1x2", "\\256",
		"\\999", "\\25",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /* 64 */
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint32_t len = (uint32_t)strlen(cases[i]);
		char *text = (char *)exact_copy((const uint8_t *)cases[i], len);
		const char *why = NULL;
		struct dns_name name;

		assert_int_equal(dns_name_from_text(text, len, &name, &why), -EINVAL);
		assert_non_null(why);
		assert_int_equal(dns_name_from_text(text, len, &name, NULL), -EINVAL);
		free(text);
	}
}

static void
text_is_cut_where_its_length_says(void **state)
{
	struct dns_name name;

	(void)state;
	assert_int_equal(dns_name_from_text("a.b\\046c", 3, &name, NULL), 0);
	assert_memory_equal(name.wire, "\1a\1b", 5);
	assert_int_equal(dns_name_from_text("a\\046", 4, &name, NULL), -EINVAL);
	assert_int_equal(dns_name_from_text("a\\046", 2, &name, NULL), -EINVAL);
}

static void
text_to_wire(void **state)
{
	static const struct {
		const char *text;
		const char *wire;
		uint8_t len;
		uint8_t labels;
	} cases[] = {
		{".", "", 1, 0},
		{"com", "\3com", 5, 1},
		{"COM.", "\3com", 5, 1},
		{"wWw.eXample.", "\3www\7example", 13, 2},
		{"a\\.b.c", "\3a.b\1c", 7, 2},
		{"a\\000b", "\3a\0b", 5, 1},
		{"\\065\\\\\\\"", "\3a\\\"", 5, 1}, /* \065 is a capital A */
		{"\\255.\\0640", "\1\xff\2@0", 6, 2},
		{"*._dmarc", "\1*\6_dmarc", 10, 2},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct dns_name name;
		int rc = dns_name_from_text(cases[i].text, strlen(cases[i].text), &name, NULL);

		assert_int_equal(rc, 0);
		assert_int_equal(name.len, cases[i].len);
		assert_int_equal(name.labels, cases[i].labels);
		assert_memory_equal(name.wire, cases[i].wire, cases[i].len);
	}
}

static void
longest_text_and_one_more(void **state)
{
	char text[DNS_NAME_TEXT_MAX + 8] = "";
	struct dns_name name;
	size_t n = 0;

	(void)state;
	/* 63 + 63 + 63 + 61 octets in escapes of four characters: the longest text that there is */
	for (int i = 0; i < 250; i++) {
		if (i > 0 && i % 63 == 0)
			text[n++] = '.';
		n += (size_t)snprintf(text + n, sizeof(text) - n, "\\001");
	}
	assert_int_equal(n, 1003);
	assert_int_equal(dns_name_from_text(text, n, &name, NULL), 0);
	assert_int_equal(name.len, 255);
	text[n] = '.';
	assert_int_equal(dns_name_from_text(text, n + 1, &name, NULL), 0);
	assert_int_equal(name.len, 255);
	text[n + 1] = 'a';
	assert_int_equal(dns_name_from_text(text, n + 2, &name, NULL), -EINVAL);
	text[n] = 'a';
	assert_int_equal(dns_name_from_text(text, n + 1, &name, NULL), -EINVAL);
}

static void
wire_that_is_no_name(void **state)
{
	static const struct {
		const char *wire;
		uint32_t len;
	} cases[] = {{"", 0}, {"\1", 1}, {"\1a", 2}, {"\xc0\0", 2}, {"\1a\x40", 3}, {"\5ab\0", 4}};
	uint8_t endless[300];
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		uint8_t *wire = exact_copy((const uint8_t *)cases[i].wire, cases[i].len);

		memset(text, 'x', sizeof(text));
		assert_int_equal(dns_name_format(wire, cases[i].len, text, sizeof(text)), -EINVAL);
		assert_string_equal(text, "");
		free(wire);
	}
	for (size_t i = 0; i < sizeof(endless); i++)
		endless[i] = i % 2 == 0 ? 1 : 7;
	endless[298] = 0;
	assert_int_equal(dns_name_format(endless, sizeof(endless), text, sizeof(text)), -EINVAL);
}

static void
text_never_overflows(void **state)
{
	static const char full[] = "a\\.\\001b.\\255c";

	(void)state;
	for (size_t size = 1; size <= sizeof(full) + 1; size++) {
		char *text = (char *)malloc(size);
		int n = dns_name_format(WIRE("\4a.\1b\2\xff"
					     "c\0"),
			text, size);

		if (size < sizeof(full)) {
			assert_int_equal(n, -ENOSPC);
			assert_string_equal(text, "");
		} else {
			assert_int_equal(n, (int)sizeof(full) - 1);
			assert_string_equal(text, full);
		}
		free(text);
	}
}

static void
wire_to_text(void **state)
{
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	assert_int_equal(dns_name_format(WIRE("\0"), text, sizeof(text)), 1);
	assert_string_equal(text, ".");
	dns_name_format(WIRE("\3wWw\7eXample\0rest"), text, sizeof(text));
	assert_string_equal(text, "wWw.eXample");
	dns_name_format(WIRE("\x0a.\"\\;()@$!~\0"), text, sizeof(text));
	assert_string_equal(text, "\\.\\\"\\\\\\;\\(\\)\\@\\$!~");
	dns_name_format(WIRE("\5\0 \t\x7f\x80\0"), text, sizeof(text));
	assert_string_equal(text, "\\000\\032\\009\\127\\128");
}

/* Text of any name reads back as that name. */
static void
there_and_back(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint8_t wire[DNS_NAME_MAX];
		char text[DNS_NAME_TEXT_MAX];
		struct dns_name a, b;
		uint32_t len = 0;
		int n;

		for (;;) {
			uint32_t label = (seed = seed * 1664525 + 1013904223) >> 26;

			if (label == 0 || len + label + 2 > DNS_NAME_MAX)
				break;
			wire[len++] = (uint8_t)label;
			while (label-- > 0)
				wire[len++] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
		}
		wire[len++] = 0;
		assert_int_equal(dns_name_from_wire(wire, len, &a), DNS_ok);
		n = dns_name_format(wire, len, text, sizeof(text));
		assert_true(n > 0 && (size_t)n == strlen(text));
		assert_int_equal(dns_name_from_text(text, (size_t)n, &b, NULL), 0);
		assert_int_equal(b.len, a.len);
		assert_int_equal(b.labels, a.labels);
		assert_memory_equal(b.wire, a.wire, a.len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_that_is_no_name),
		cmocka_unit_test(text_is_cut_where_its_length_says),
		cmocka_unit_test(text_to_wire),
		cmocka_unit_test(longest_text_and_one_more),
		cmocka_unit_test(wire_that_is_no_name),
		cmocka_unit_test(text_never_overflows),
		cmocka_unit_test(wire_to_text),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
