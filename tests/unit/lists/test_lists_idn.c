/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#ifdef WEIR_IDN

static void
what_has_no_a_label_is_bad(void **state)
{
	(void)state;
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "a\xff.example", LISTS_SKIP_idn);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "a\xc3.example", LISTS_SKIP_idn);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "a\xc2\xa0.example", LISTS_SKIP_idn);
	/* U+FF0F, a solidus in disguise: `a/b.example` is no name */
	lists_unit_skipped(LISTS_FORMAT_DOMAINS,
		"a\xef\xbc\x8f"
		"b.example",
		LISTS_SKIP_idn);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "\xc3\xa9..example", LISTS_SKIP_idn);
	lists_unit_skipped_bytes(LISTS_FORMAT_DOMAINS, "\xc3\xa9\0.example", 11, LISTS_SKIP_octet);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "\xc3\xa9", LISTS_SKIP_tld);
}

static void
a_long_name_is_long_in_any_script(void **state)
{
	static char text[2048];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 70; i++)
		len += lists_unit_print(text + len, sizeof(text) - len, "\xc3\xa9");
	lists_unit_print(text + len, sizeof(text) - len, ".example");
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_idn);
	for (len = 0; len < 1500;)
		len += lists_unit_print(text + len, sizeof(text) - len, "\xc3\xa9.");
	lists_unit_print(text + len, sizeof(text) - len, "example");
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, text, LISTS_SKIP_long_name);
}

/** UTS 46, non-transitional: sharp s stays itself; upper case and full width are folded. */
static void
names_become_a_labels(void **state)
{
	(void)state;
	lists_unit_expect(LISTS_FORMAT_DOMAINS,
		"b\xc3\xbc"
		"cher.example\nB\xc3\x9c"
		"CHER.Example.\nfa\xc3\x9f.de\n*.\xc3\xa9"
		"cole.fr\n_x.\xc3\xa9.fr\n\xef\xbd\x81.example\n",
		"1 subtree xn--bcher-kva.example.\n3 subtree xn--fa-hia.de.\n"
		"4 below xn--cole-9oa.fr.\n5 subtree _x.xn--9ca.fr.\n6 subtree a.example.\n");
	lists_unit_expect(LISTS_FORMAT_ADBLOCK,
		"||\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.\xd1\x80\xd1\x84^$important\n",
		"1 subtree xn--e1afmkfd.xn--p1ai. important\n");
	lists_unit_expect(LISTS_FORMAT_HOSTS,
		"0.0.0.0 b\xc3\xbc"
		"cher.example\n",
		"1 exact xn--bcher-kva.example.\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_no_a_label_is_bad),
		cmocka_unit_test(a_long_name_is_long_in_any_script),
		cmocka_unit_test(names_become_a_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/** Without libidn2 such a name is no fault of the list. */
static void
names_beyond_ascii_are_counted(void **state)
{
	(void)state;
	lists_unit_skipped(LISTS_FORMAT_DOMAINS,
		"b\xc3\xbc"
		"cher.example",
		LISTS_SKIP_idn_off);
	lists_unit_skipped(LISTS_FORMAT_DOMAINS, "a\xff.example", LISTS_SKIP_idn_off);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_beyond_ascii_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
