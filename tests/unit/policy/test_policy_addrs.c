/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Prefixes of clients come into a policy out of zones: each test reads one.
 */
#include "place.h"
#include "unit_policy.h"

#define ASKS(addr_, words) assert_string_equal(ask_as(&f, addr_), words)
#define PREFIXES	   400

static void
needs_zones(void)
{
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
}

/* What becomes of any.com asked from an address. */
static const char *
ask_as(struct fixture *f, const char *text)
{
	static struct base_addr addr;
	static struct policy_client client;

	assert_int_equal(base_addr_parse(text, &addr, NULL), 0);
	client = (struct policy_client){.addr = addr.bytes, .family = addr.family};
	f->client = &client;
	return fixture_ask(f, "any.com", 1);
}

static unsigned int lines;

static void
count_line(const struct place_entry *entry, void *arg)
{
	lines += strncmp(entry->name, (const char *)arg, strlen(arg)) == 0;
}

static unsigned int
ledger_lines(const char *prefix)
{
	lines = 0;
	place_walk(count_line, (void *)(uintptr_t)prefix);
	return lines;
}

static void
without_a_rule_there_is_nothing(void **state)
{
	struct policy_counts counts;
	struct fixture f;

	(void)state;
	needs_zones();
	fixture_init(&f);
	fixture_file(&f, "z.rpz", "a.com CNAME .\n");
	fixture_build(&f, "[list z]\npath = z.rpz\n");
	assert_null(f.view->client_nets);
	assert_null(f.view->client_rules);
	policy_counts(f.policy, &counts);
	assert_int_equal(counts.client_nets.head + counts.client_rules_bytes, 0);
	assert_int_equal(ledger_lines("client triggers"), 0);
	ASKS("10.0.0.1", "- pass");
	fixture_free(&f);
}

static void
the_longest_prefix_of_the_winner_decides(void **state)
{
	struct fixture f;

	(void)state;
	needs_zones();
	fixture_init(&f);
	fixture_file(&f, "one.rpz",
		"16.0.0.1.10.rpz-client-ip CNAME .\n24.0.7.1.10.rpz-client-ip CNAME rpz-drop.\n"
		"any.com CNAME rpz-tcp-only.\n48.zz.1.db8.2001.rpz-client-ip CNAME *.\n");
	fixture_file(&f, "two.rpz",
		"32.9.7.1.10.rpz-client-ip CNAME rpz-passthru.\n"
		"any.com CNAME *.\n");
	fixture_build(&f, "[list one]\npath = one.rpz\n[list two]\npath = two.rpz\n"
			  "[group late]\nlists = two\n[clients late]\nprefixes = 10.1.7.0/24\n");
	ASKS("10.1.2.3", "one nxdomain one.rpz:1");
	assert_int_equal(f.verdict.kind, POLICY_CLIENT);
	assert_int_equal(f.verdict.labels, 16);
	ASKS("10.1.7.3", "two nodata two.rpz:2"); /* another group: list one is off */
	ASKS("10.1.7.9", "two pass two.rpz:1");
	ASKS("10.2.7.9", "one truncate one.rpz:3");
	ASKS("2001:db8:1::1", "one nodata one.rpz:4");
	ASKS("2001:db8:2::1", "one truncate one.rpz:3");
	f.client = NULL; /* nothing is known of who asks */
	assert_string_equal(fixture_ask(&f, "any.com", 1), "one truncate one.rpz:3");
	fixture_free(&f);
}

static void
who_asks_is_explained(void **state)
{
	struct policy_match match[8];
	struct fixture f;

	(void)state;
	needs_zones();
	fixture_init(&f);
	fixture_file(&f, "one.rpz", "any.com CNAME .\n8.0.0.0.10.rpz-client-ip CNAME rpz-drop.\n");
	fixture_file(&f, "two.rpz",
		"8.0.0.0.10.rpz-client-ip CNAME .\n32.1.0.0.10.rpz-client-ip A 192.0.2.1\n"
		"32.2.0.0.10.rpz-client-ip A 192.0.2.2\n");
	fixture_build(&f, "[list one]\npath = one.rpz\n[list two]\npath = two.rpz\n"
			  "[group default]\nlists = two\n");
	ASKS("10.0.0.1", "two data two.rpz:2");
	assert_int_equal(policy_data(&f.verdict, &(uint16_t){0})[13], 1);
	f.query.addr = f.client->addr;
	f.query.family = 4;
	assert_int_equal(policy_explain(f.policy, &f.query, &f.verdict, match, 8), 4);
	assert_int_equal(match[0].kind, POLICY_CLIENT);
	assert_int_equal(match[0].action, POLICY_DROP);
	assert_int_equal(match[0].prefix.bits, 8);
	assert_false(match[0].on || match[0].won);
	assert_int_equal(match[1].kind, DTAB_EXACT);
	assert_int_equal(match[2].action, POLICY_DATA);
	assert_int_equal(match[2].prefix.bits, 32);
	assert_true(match[2].won && match[2].on && match[2].holds);
	assert_int_equal(match[2].where.line, 2);
	assert_int_equal(match[3].prefix.bits, 8);
	assert_false(match[3].won);
	fixture_free(&f);
}

static void
views_of_a_node_and_generations_share_it(void **state)
{
	struct policy_view *second, *third;
	struct policy *next;
	struct fixture f;

	(void)state;
	needs_zones();
	fixture_init(&f);
	fixture_file(&f, "z.rpz", "8.0.0.0.10.rpz-client-ip CNAME .\n");
	fixture_build(&f, "[list z]\npath = z.rpz\n");
	assert_int_equal(policy_view_build(f.policy, 1, unit_eal_node(), &second, NULL), 0);
	assert_ptr_equal(f.view->client_nets, second->client_nets);
	assert_int_equal(ledger_lines("client triggers node 0 rules"), 1);
	assert_int_equal(policy_renew(&(struct policy_renewal){.conf = f.conf, .before = f.policy},
				 NULL, &next, NULL),
		0);
	assert_int_equal(policy_view_build(next, 0, unit_eal_node(), &third, NULL), 0);
	assert_ptr_equal(f.view->client_nets, third->client_nets);
	policy_view_free(f.view);
	policy_view_free(second);
	policy_free(f.policy);
	f.view = third;
	f.policy = next;
	ASKS("10.0.0.1", "z nxdomain z.rpz:1");
	fixture_free(&f);
	assert_int_equal(ledger_lines(""), 0);
}

/* "list action bits file:line" of each rule that names an address, the winner's with a star. */
static const char *
named(struct fixture *f, const char *text)
{
	static char words[512];
	struct policy_match match[8];
	struct base_addr addr;
	size_t n, len = 0;

	assert_int_equal(base_addr_parse(text, &addr, NULL), 0);
	n = policy_explain_address(f->policy, f->view, 0, &addr, match, 8);
	words[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s%s %s %u %s:%u%s",
			i == 0 ? "" : ", ", match[i].won ? "*" : "", match[i].where.list,
			policy_action_word(match[i].action), match[i].prefix.bits,
			match[i].where.path, match[i].where.line, match[i].on ? "" : " off");
	return words;
}

static void
lists_of_addresses_name_them(void **state)
{
	struct policy_counts counts;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "a.txt", "192.0.2.0/24\n10.0.0.1\n192.0.2.128/25\n");
	fixture_file(&f, "b.txt", "192.0.0.0/16\n2001:db8::/32\n");
	fixture_file(&f, "c.txt", "192.0.2.0/24\nany.com\n");
	fixture_build(&f,
		"[list off]\npath = a.txt\nformat = prefixes\n"
		"[list seen]\npath = c.txt\nformat = prefixes\nmax_bad = 50\naction = log\n"
		"[list a]\npath = a.txt\n[list b]\npath = b.txt\naction = drop\n"
		"[list names]\npath = c.txt\nformat = domains\n"
		"[group default]\nlists = *, -off\n");
	assert_string_equal(named(&f, "192.0.2.200"),
		"off nxdomain 25 a.txt:3 off, off nxdomain 24 a.txt:1 off, seen log 24 c.txt:1, "
		"*a nxdomain 25 a.txt:3, a nxdomain 24 a.txt:1, b drop 16 b.txt:1");
	assert_string_equal(named(&f, "192.0.9.9"), "*b drop 16 b.txt:1");
	assert_string_equal(named(&f, "2001:db8::9"), "*b drop 32 b.txt:2");
	assert_string_equal(named(&f, "10.0.0.2"), "");
	assert_string_equal(named(&f, "c000:0200::"), ""); /* 192.0.2.0 has the same octets */
	ASKS("192.0.2.200", "names nxdomain c.txt:2");	   /* a client is no response */
	assert_null(f.view->client_nets);
	policy_counts(f.policy, &counts);
	assert_true(counts.address_nets.head > 0 && counts.client_nets.head == 0);
	assert_int_equal(ledger_lines("address lists node 0 head"), 1);
	assert_int_equal(ledger_lines("address lists node 0 rules"), 0);
	fixture_free(&f);
	assert_int_equal(ledger_lines(""), 0);
}

static struct conf *
conf_of(const char *ini)
{
	const struct conf_input in = {.file = "weir.ini"};
	struct conf_report report = {0};
	struct conf *conf;

	assert_int_equal(conf_parse(&in, ini, strlen(ini), &conf, &report), 0);
	conf_report_free(&report);
	return conf;
}

/* One generation more, and its view; the one before is freed. */
static void
renew(struct fixture *f, struct conf *conf)
{
	struct policy_renewal renewal = {.conf = conf, .before = f->policy};
	struct policy_view *view;
	struct policy *next;

	assert_int_equal(policy_renew(&renewal, NULL, &next, &f->err), 0);
	assert_int_equal(policy_place(next, unit_eal_node(), NULL), 0);
	assert_int_equal(policy_view_build(next, 0, unit_eal_node(), &view, NULL), 0);
	policy_view_free(f->view);
	policy_free(f->policy);
	conf_free(f->conf);
	f->view = view;
	f->policy = next;
	f->conf = conf;
}

/* Each time all its rules appear or vanish: no download that was cut off. */
static void
rebinding_comes_and_goes_with_a_reload(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_build(&f, "");
	assert_null(f.view->address_nets);
	for (int i = 0; i < 2; i++) {
		renew(&f, conf_of("[dns]\nrebind = yes\n"));
		assert_string_equal(
			named(&f, "10.9.9.9"), "*builtin-rebind nodata 8 builtin-rebind:2");
		assert_string_equal(
			named(&f, "fe80::1"), "*builtin-rebind nodata 10 builtin-rebind:15");
		renew(&f, conf_of("[dns]\nrebind = no\n"));
		assert_null(f.view->address_nets);
	}
	fixture_free(&f);
	assert_int_equal(ledger_lines(""), 0);
}

static void
addresses_of_a_zone_have_actions_of_their_own(void **state)
{
	struct fixture f;

	(void)state;
	needs_zones();
	fixture_init(&f);
	fixture_file(&f, "z.rpz",
		"24.0.2.0.192.rpz-ip CNAME rpz-passthru.\n32.1.2.0.192.rpz-ip A 10.0.0.1\n"
		"32.1.2.0.192.rpz-client-ip CNAME .\n");
	fixture_build(&f, "[list z]\npath = z.rpz\n");
	assert_string_equal(named(&f, "192.0.2.1"), "*z data 32 z.rpz:2, z pass 24 z.rpz:1");
	assert_string_equal(named(&f, "192.0.2.2"), "*z pass 24 z.rpz:1");
	ASKS("192.0.2.1", "z nxdomain z.rpz:3");
	ASKS("192.0.2.2", "- pass");
	fixture_free(&f);
}

/* What each prefix is, for the naive reading. */
static struct made {
	uint8_t addr[4], bits, list;
} made[PREFIXES];

static uint32_t
drawn(uint32_t below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % below;
}

static bool
covers(const struct made *prefix, const uint8_t addr[4])
{
	for (unsigned bit = 0; bit < prefix->bits; bit++) {
		if ((prefix->addr[bit / 8] ^ addr[bit / 8]) & 0x80 >> bit % 8)
			return false;
	}
	return true;
}

/* The longest prefix of the first list that covers an address, by a walk over all. */
static const struct made *
naive(const uint8_t addr[4])
{
	const struct made *found = NULL;

	for (int i = 0; i < PREFIXES; i++) {
		if (!covers(&made[i], addr))
			continue;
		if (found == NULL || made[i].list < found->list ||
			(made[i].list == found->list && made[i].bits > found->bits))
			found = &made[i];
	}
	return found;
}

static void
make_prefixes(char *text[3], size_t room)
{
	size_t len[3] = {0};

	for (int i = 0; i < PREFIXES; i++) {
		struct made *at = &made[i];

		*at = (struct made){
			.addr = {10, (uint8_t)drawn(4), (uint8_t)drawn(4), (uint8_t)drawn(8)},
			.bits = (uint8_t)(9 + drawn(24)),
			.list = (uint8_t)drawn(3)};
		for (unsigned bit = at->bits; bit < 32; bit++)
			at->addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
		len[at->list] += (size_t)snprintf(text[at->list] + len[at->list],
			room - len[at->list], "%u.%u.%u.%u.%u.rpz-client-ip CNAME .\n", at->bits,
			at->addr[3], at->addr[2], at->addr[1], at->addr[0]);
	}
}

static void
it_agrees_with_a_walk_over_all_prefixes(void **state)
{
	static char texts[3][PREFIXES * 48];
	char *text[3] = {texts[0], texts[1], texts[2]};
	struct fixture f;

	(void)state;
	needs_zones();
	make_prefixes(text, sizeof(texts[0]));
	fixture_init(&f);
	fixture_file(&f, "a.rpz", text[0]);
	fixture_file(&f, "b.rpz", text[1]);
	fixture_file(&f, "c.rpz", text[2]);
	fixture_build(&f, "[list 0]\npath = a.rpz\n[list 1]\npath = b.rpz\n"
			  "[list 2]\npath = c.rpz\n");
	for (int i = 0; i < 1000; i++) {
		uint8_t addr[4] = {10, (uint8_t)drawn(5), (uint8_t)drawn(5), (uint8_t)drawn(9)};
		const struct made *expected = naive(addr);
		char asked[16];

		snprintf(asked, sizeof(asked), "%u.%u.%u.%u", addr[0], addr[1], addr[2], addr[3]);
		ask_as(&f, asked);
		assert_int_equal(f.verdict.list, expected == NULL ? -1 : expected->list);
		if (expected != NULL)
			assert_int_equal(f.verdict.labels, expected->bits);
	}
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_rule_there_is_nothing),
		cmocka_unit_test(the_longest_prefix_of_the_winner_decides),
		cmocka_unit_test(who_asks_is_explained),
		cmocka_unit_test(views_of_a_node_and_generations_share_it),
		cmocka_unit_test(lists_of_addresses_name_them),
		cmocka_unit_test(rebinding_comes_and_goes_with_a_reload),
		cmocka_unit_test(addresses_of_a_zone_have_actions_of_their_own),
		cmocka_unit_test(it_agrees_with_a_walk_over_all_prefixes),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
