/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_pack.h"
#include "lists_unit.h"

#include <errno.h>
#include <stdlib.h>

static const char adblock[] = "||x.a^\n||x.b^$dnstype=A|AAAA\n@@||x.c^\n||x.c^$dnstype=~TXT\n"
			      "|x.d^$important\nno rule at all / here\n";
static const char regex[] = "^ads[0-9]+\\.\n7:/track/is\n(^|\\.)only\\.name$\n[\n";

#define ZONE                                                                            \
	"$TTL 60\nbad.test CNAME .\n*.ok.test CNAME rpz-passthru.\n"                    \
	"data.test A 192.0.2.1\ndata.test A 192.0.2.2\ndata.test TXT \"x\"\n"           \
	"*.w.test CNAME *.garden.test.\nsame.test A 192.0.2.1\nsame.test A 192.0.2.2\n" \
	"24.0.2.0.192.rpz-client-ip CNAME rpz-drop.\n"                                  \
	"47.zz.2.db8.2001.rpz-client-ip A 192.0.2.1\n"

struct packed {
	uint8_t *bytes;
	uint64_t len;
};

static struct packed
pack(enum lists_format format, const char *text)
{
	struct lists_rules *rules = lists_unit_read(format, text, strlen(text));
	struct packed out = {.len = lists_pack_bytes(rules)};

	out.bytes = aligned_alloc(8, out.len);
	assert_non_null(out.bytes);
	memset(out.bytes, 0xa5, out.len);
	lists_pack(rules, out.bytes);
	lists_free(rules);
	return out;
}

static void
expect_broken(const struct packed *packed, uint64_t len)
{
	struct base_err err = {0};
	struct lists_rules *rules;

	assert_int_equal(lists_unpack(packed->bytes, len, &rules, &err), -EBADMSG);
	assert_null(rules);
	assert_int_equal(err.exit, BASE_EXIT_CONFIG);
	assert_true(err.text[0] != '\0');
}

static void
every_length_but_its_own_is_refused(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_ADBLOCK, adblock);

	(void)state;
	for (uint64_t len = 0; len < packed.len; len++)
		expect_broken(&packed, len);
	free(packed.bytes);
}

/* Each octet changed: what is still taken is another list, spelled in its one way. */
static void
a_changed_octet_breaks_no_law(void **state)
{
	static const struct {
		enum lists_format format;
		const char *text;
	} from[] = {{LISTS_FORMAT_ADBLOCK, adblock}, {LISTS_FORMAT_REGEX, regex},
		{LISTS_FORMAT_RPZ, ZONE}};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(from); i++) {
		struct packed packed = pack(from[i].format, from[i].text);
		uint8_t *again = malloc(packed.len);
		uint32_t refused = 0;

		for (uint64_t at = 0; at < packed.len; at++) {
			struct base_err err = {0};
			struct lists_rules *rules;

			packed.bytes[at] ^= 0xff;
			if (lists_unpack(packed.bytes, packed.len, &rules, &err) == 0) {
				assert_int_equal(lists_pack_bytes(rules), packed.len);
				lists_pack(rules, again);
				assert_memory_equal(again, packed.bytes, packed.len);
			} else {
				refused++;
			}
			lists_free(rules);
			packed.bytes[at] ^= 0xff;
		}
		assert_true(refused > packed.len / 2);
		free(again);
		free(packed.bytes);
	}
}

static void
rules_come_back(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_ADBLOCK, adblock);
	struct lists_rules *read =
		lists_unit_read(LISTS_FORMAT_ADBLOCK, adblock, sizeof(adblock) - 1);
	struct base_err err = {0};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(lists_unpack(packed.bytes, packed.len, &rules, &err), 0);
	assert_int_equal(rules->nb_rules, read->nb_rules);
	for (uint32_t i = 0; i < read->nb_rules; i++) {
		char was[256], is[256];

		lists_unit_rule(read, &read->rules[i], was, sizeof(was));
		lists_unit_rule(rules, &rules->rules[i], is, sizeof(is));
		assert_string_equal(was, is);
	}
	assert_memory_equal(rules->report.kinds, read->report.kinds, sizeof(read->report.kinds));
	assert_memory_equal(
		rules->report.classes, read->report.classes, sizeof(read->report.classes));
	assert_int_equal(rules->report.bad_lines, read->report.bad_lines);
	assert_int_equal(rules->report.rule_lines, read->report.rule_lines);
	assert_int_equal(rules->report.format, LISTS_FORMAT_ADBLOCK);
	lists_free(rules);
	lists_free(read);
	free(packed.bytes);
}

static void
records_come_back(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_RPZ, ZONE);
	struct lists_rules *read = lists_unit_read(LISTS_FORMAT_RPZ, ZONE, sizeof(ZONE) - 1);
	struct base_err err = {0};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(lists_unpack(packed.bytes, packed.len, &rules, &err), 0);
	assert_int_equal(rules->nb_rules, 7);
	assert_int_equal(rules->nb_data, 4);
	assert_int_equal(rules->report.kinds[LISTS_CLIENT], 2);
	assert_int_equal(rules->records_bytes, read->records_bytes);
	assert_memory_equal(rules->records, read->records, read->records_bytes);
	for (uint32_t i = 0; i < rules->nb_rules; i++) {
		assert_int_equal(rules->rules[i].action, read->rules[i].action);
		if (rules->rules[i].action == LISTS_ACT_DATA)
			assert_int_equal(lists_rule_data(rules, i), lists_rule_data(read, i));
	}
	assert_memory_equal(rules->report.acts, read->report.acts, sizeof(read->report.acts));
	lists_free(rules);
	lists_free(read);
	free(packed.bytes);
}

/* Bits behind a prefix, more of them than an address has, an address of another length. */
static void
what_is_no_prefix_is_refused(void **state)
{
	static const uint8_t four[] = {5, 24, 192, 0, 2, 0};
	struct packed packed = pack(LISTS_FORMAT_RPZ, ZONE);
	uint8_t *prefix = memmem(packed.bytes, packed.len, four, sizeof(four));

	(void)state;
	assert_non_null(prefix);
	prefix[5] = 1;
	expect_broken(&packed, packed.len);
	prefix[5] = 0;
	prefix[1] = 33;
	expect_broken(&packed, packed.len);
	prefix[1] = 24;
	prefix[0] = 4;
	expect_broken(&packed, packed.len);
	free(packed.bytes);
}

static void
expressions_come_back(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_REGEX, regex);
	struct base_err err = {0};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(lists_unpack(packed.bytes, packed.len, &rules, &err), 0);
	assert_int_equal(rules->nb_exprs, 4);
	assert_string_equal(lists_expr_text(rules, &rules->exprs[0]), "^ads[0-9]+\\.");
	assert_string_equal(lists_expr_text(rules, &rules->exprs[1]), "track");
	assert_int_equal(rules->exprs[1].flags, LISTS_EXPR_CASELESS | LISTS_EXPR_DOTALL);
	assert_true(rules->exprs[2].moved);
	assert_int_equal(rules->nb_rules, 1);
	assert_int_equal(rules->report.exprs, 3);
	lists_free(rules);
	free(packed.bytes);
}

static void
prefixes_come_back(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_PREFIXES, "192.0.2.1\n2001:db8::/32\n");
	struct base_err err = {0};
	struct lists_rules *rules;
	char text[256];

	(void)state;
	assert_int_equal(lists_unpack(packed.bytes, packed.len, &rules, &err), 0);
	assert_int_equal(rules->report.format, LISTS_FORMAT_PREFIXES);
	assert_int_equal(rules->report.kinds[LISTS_ADDRESS], 2);
	lists_unit_rule(rules, &rules->rules[1], text, sizeof(text));
	assert_string_equal(text, "2 address 2001:db8::/32\n");
	lists_free(rules);
	free(packed.bytes);
}

static void
nothing_is_a_list_too(void **state)
{
	struct packed packed = pack(LISTS_FORMAT_DOMAINS, "# empty\n");
	struct base_err err = {0};
	struct lists_rules *rules;

	(void)state;
	assert_int_equal(lists_unpack(packed.bytes, packed.len, &rules, &err), 0);
	assert_int_equal(rules->nb_rules, 0);
	lists_free(rules);
	free(packed.bytes);
}

/* Each reading hashes under a key of its own; nothing of that, or of old memory, is in the octets.
 */
static void
the_same_rules_are_the_same_octets(void **state)
{
	struct packed a = pack(LISTS_FORMAT_REGEX, regex), b = pack(LISTS_FORMAT_REGEX, regex);

	(void)state;
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.bytes, b.bytes, a.len);
	free(a.bytes);
	free(b.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_but_its_own_is_refused),
		cmocka_unit_test(a_changed_octet_breaks_no_law),
		cmocka_unit_test(rules_come_back),
		cmocka_unit_test(records_come_back),
		cmocka_unit_test(what_is_no_prefix_is_refused),
		cmocka_unit_test(expressions_come_back),
		cmocka_unit_test(prefixes_come_back),
		cmocka_unit_test(nothing_is_a_list_too),
		cmocka_unit_test(the_same_rules_are_the_same_octets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
