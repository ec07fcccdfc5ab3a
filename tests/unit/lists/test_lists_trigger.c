/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

/* Whether a record with this owner is a good trigger of the kind. */
static bool
is_taken(const char *owner, enum lists_trigger trigger)
{
	struct lists_rules *rules;
	char text[256];
	bool taken;

	snprintf(text, sizeof(text), "%s CNAME .", owner);
	rules = lists_unit_read(LISTS_FORMAT_RPZ, text, strlen(text));
	taken = rules->report.triggers[trigger] == 1;
	assert_int_equal(rules->report.skips[LISTS_SKIP_rpz_trigger].count, !taken);
	assert_int_equal(rules->nb_rules,
		taken && (trigger == LISTS_TRIGGER_CLIENT_IP || trigger == LISTS_TRIGGER_IP));
	lists_free(rules);
	return taken;
}

static void
what_is_no_prefix_is_refused(void **state)
{
	static const char *const bad[] = {"rpz-ip", "32.rpz-ip", "32.1.0.10.rpz-ip",
		"32.1.0.0.0.10.rpz-ip", "0.0.0.0.0.rpz-ip", "33.1.0.0.10.rpz-ip",
		"24.1.0.0.10.rpz-ip", "032.1.0.0.10.rpz-ip", "32.01.0.0.10.rpz-ip",
		"32.256.0.0.10.rpz-ip", "32.a.0.0.10.rpz-ip", "129.1.zz.rpz-ip",
		"128.1.zz.2.zz.1.rpz-ip", "128.1.2.3.4.5.6.7.rpz-ip",
		"128.1.2.3.4.5.6.7.8.9.rpz-ip", "128.10000.zz.rpz-ip", "47.zz.1.db8.2001.rpz-ip",
		"128.g.zz.1.rpz-ip", "32.1\\.0.0.0.10.rpz-ip", "*.1.0.0.10.rpz-ip",
		"128.1.2.3.4.zz.5.6.7.8.rpz-ip"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (is_taken(bad[i], LISTS_TRIGGER_IP))
			fail_msg("%s is taken", bad[i]);
	}
}

static void
prefixes_are_read_backwards(void **state)
{
	static const char *const good[] = {"32.1.0.0.10.rpz-ip", "24.0.2.0.192.rpz-ip",
		"1.0.0.0.128.rpz-ip", "128.1.zz.db8.2001.rpz-ip", "48.zz.1.DB8.2001.RPZ-IP",
		"128.8.7.6.5.4.3.2.1.rpz-ip", "128.8.7.6.5.4.3.zz.1.rpz-ip", "128.1.zz.rpz-ip",
		"16.zz.2001.rpz-ip"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!is_taken(good[i], LISTS_TRIGGER_IP))
			fail_msg("%s is not taken", good[i]);
	}
}

static void
the_last_label_tells_the_trigger(void **state)
{
	(void)state;
	assert_true(is_taken("32.1.0.0.10.rpz-client-ip", LISTS_TRIGGER_CLIENT_IP));
	assert_true(is_taken("32.1.0.0.10.rpz-nsip", LISTS_TRIGGER_NSIP));
	assert_true(is_taken("ns.example.net.rpz-nsdname", LISTS_TRIGGER_NSDNAME));
	assert_true(is_taken("*.example.net.rpz-nsdname", LISTS_TRIGGER_NSDNAME));
	assert_false(is_taken("ns.*.net.rpz-nsdname", LISTS_TRIGGER_NSDNAME));
	assert_false(is_taken("rpz-nsdname", LISTS_TRIGGER_NSDNAME));
	assert_string_equal(lists_trigger_name(LISTS_TRIGGER_NSIP), "rpz-nsip");
	assert_non_null(strstr(lists_trigger_help(LISTS_TRIGGER_IP), "response"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_prefix_is_refused),
		cmocka_unit_test(prefixes_are_read_backwards),
		cmocka_unit_test(the_last_label_tells_the_trigger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
