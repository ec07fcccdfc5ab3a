/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Samples are the test's own: what a walk finds is written down here.
 */
#include "control_trial.h"
#include "unit_policy.h"

#define ADS   "[list ads]\npath = ads.txt\nformat = domains\n"
#define ALLOW "[list allow]\npath = allow.txt\nformat = domains\naction = pass\n"

/* What an lcore has kept. */
static const struct kept {
	const char *name;
	uint16_t qtype;
	uint32_t weight;
} * kept;
static uint32_t nb_kept;
static const uint8_t *kept_clients; /* the last octet of each; NULL: nobody else asks */
static uint16_t kept_vlan, kept_inner, kept_port; /* of all */
static uint8_t kept_mac;			  /* the last octet */

void
classify_sample_walk(const struct classify_sample *sample,
	void (*visit)(void *arg, const struct classify_seen *seen), void *arg)
{
	(void)sample;
	for (uint32_t i = 0; i < nb_kept; i++) {
		struct classify_seen seen = {.weight = kept[i].weight,
			.qtype = kept[i].qtype,
			.port = kept_port,
			.vlan = kept_vlan,
			.inner = kept_inner,
			.mac = {2, 0, 0, 0, 0, kept_mac},
			.src = {.family = 4, .bytes = {192, 0, 2}}};
		struct dns_name name;

		if (kept_clients != NULL)
			seen.src.bytes[3] = kept_clients[i];
		assert_int_equal(
			dns_name_from_text(kept[i].name, strlen(kept[i].name), &name, NULL), 0);
		seen.len = name.len;
		memcpy(seen.name, name.wire, name.len);
		visit(arg, &seen);
	}
}

static struct fixture old, new;
static struct control_trial trial;

/* Loads both; the new one with another INI and other lists. */
static void
load_inis(const char *ini, const char *ini_later, const char *ads, const char *ads_later)
{
	fixture_init(&old);
	fixture_file(&old, "ads.txt", ads);
	fixture_file(&old, "allow.txt", "ok.ads.com\n");
	assert_int_equal(fixture_load(&old, ini), 0);
	fixture_init(&new);
	fixture_file(&new, "ads.txt", ads_later);
	fixture_file(&new, "allow.txt", "ok.ads.com\n");
	assert_int_equal(fixture_load(&new, ini_later), 0);
}

static void
load(const char *ini, const char *ads, const char *ads_later)
{
	load_inis(ini, ini, ads, ads_later);
}

static int
run(const struct kept *what, uint32_t n, uint32_t lcores)
{
	const struct classify_sample *samples[4] = {NULL};

	kept = what;
	nb_kept = n;
	return control_trial_run(old.policy, new.policy, samples, lcores, &trial, NULL);
}

static void
unload(void)
{
	fixture_free(&old);
	fixture_free(&new);
}

static void
nothing_asked_nothing_differs(void **state)
{
	(void)state;
	load(ADS, "ads.com\n", "other.com\n");
	assert_int_equal(run(NULL, 0, 1), 0);
	assert_int_equal(trial.tried + trial.differ + trial.nb_top, 0);
	unload();
}

static void
what_differs_is_counted_by_weight_and_named(void **state)
{
	static const struct kept what[] = {{"www.ads.com", 1, 2}, {"other.com", 1, 4},
		{"ok.ads.com", 1, 64}, {"www.ads.com", 1, 2}, {"www.ads.com", 28, 1},
		{"both.com", 1, 64}, {".", 2, 1}};

	(void)state;
	load(ALLOW ADS, "ads.com\nboth.com\n", "other.com\nboth.com\n");
	assert_int_equal(run(what, UNIT_COUNT(what), 2), 0); /* two lcores kept the same */
	assert_int_equal(trial.tried, 14);
	assert_int_equal(trial.queries, 2 * 138);
	assert_int_equal(trial.differ, 8);
	assert_int_equal(trial.queries_differ, 2 * 9);
	assert_int_equal(trial.nb_top, 3);
	assert_int_equal(trial.top[0].queries + trial.top[1].queries, 16); /* 8 each */
	assert_string_equal(trial.top[2].name, "www.ads.com");
	assert_int_equal(trial.top[2].qtype, 28);
	assert_int_equal(trial.top[2].queries, 2);
	assert_int_equal(trial.top[2].before, POLICY_NXDOMAIN);
	assert_int_equal(trial.top[2].after, POLICY_PASS);
	unload();
}

static void
who_asked_is_tried_too(void **state)
{
	static const struct kept what[] = {{"a.com", 1, 2}, {"a.com", 1, 4}, {"b.com", 1, 8}};
	static const uint8_t clients[] = {1, 2, 2};

	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	load("[list z]\npath = ads.txt\nformat = rpz\nmax_shrink = 100\n",
		"32.1.2.0.192.rpz-client-ip CNAME .\n", "32.2.2.0.192.rpz-client-ip CNAME .\n");
	kept_clients = clients;
	assert_int_equal(run(what, UNIT_COUNT(what), 1), 0);
	kept_clients = NULL;
	assert_int_equal(trial.tried, 3);
	assert_int_equal(trial.queries_differ, 14);
	assert_int_equal(trial.nb_top, 3);
	assert_int_equal(trial.top[2].before, POLICY_NXDOMAIN);
	assert_int_equal(trial.top[2].after, POLICY_PASS);
	unload();
}

static void
the_top_is_no_longer_than_it_is(void **state)
{
	struct kept what[15];
	char names[15][16];

	(void)state;
	load(ADS, "ads.com\n", "none.com\n");
	for (uint32_t i = 0; i < 15; i++) {
		snprintf(names[i], sizeof(names[i]), "n%u.ads.com", i);
		what[i] = (struct kept){names[i], 1, i * 7 % 15 + 1};
	}
	assert_int_equal(run(what, 15, 1), 0);
	assert_int_equal(trial.differ, 15);
	assert_int_equal(trial.nb_top, CONTROL_TRIAL_TOP);
	for (uint32_t i = 0; i < CONTROL_TRIAL_TOP; i++)
		assert_int_equal(trial.top[i].queries, 15 - i);
	unload();
}

/* The lists stay what they are, and the client goes from a group that has them to one without. */
static void
a_client_that_moves_is_tried_where_it_will_be(void **state)
{
	static const struct kept what[] = {{"www.ads.com", 1, 2}, {"both.com", 1, 64}};
	static const char *const keys[] = {"prefixes = 192.0.2.0/24", "prefixes = 192.0.2.9@12",
		"macs = 02:00:00:00:00:07", "vlans = 12", "qinq = 12.13", "ports = p"};
	char before[512], after[512];

	(void)state;
	kept_clients = (const uint8_t[]){9, 9};
	kept_vlan = 12;
	kept_inner = 13;
	kept_mac = 7;
	for (size_t i = 0; i < UNIT_COUNT(keys); i++) {
		static const char *const ini = ALLOW ADS
			"[port p]\ndevice = net_null0\npeer = p\n[group default]\nlists = allow\n"
			"[group free]\nlists = allow\n[group kids]\nlists = ads\n[clients "
			"%s]\n%s\n";

		snprintf(before, sizeof(before), ini, "kids", keys[i]);
		snprintf(after, sizeof(after), ini, "free", keys[i]);
		load_inis(before, after, "ads.com\n", "ads.com\n");
		assert_int_equal(run(what, UNIT_COUNT(what), 1), 0);
		assert_int_equal(trial.tried, 2);
		assert_int_equal(trial.differ, 1);
		assert_int_equal(trial.nb_top, 1);
		assert_int_equal(trial.top[0].before, POLICY_NXDOMAIN);
		assert_int_equal(trial.top[0].after, POLICY_PASS);
		unload();
	}
	kept_clients = NULL;
	kept_vlan = kept_inner = 0;
	kept_mac = 0;
}

/* It shares everything with the generation that decided the sample, but for its number. */
static void
a_change_of_hours_leaves_the_sample_of_use(void **state)
{
	static const struct kept what[] = {{"www.ads.com", 1, 2}, {"both.com", 1, 64}};
	struct policy *later;

	(void)state;
	kept_clients = (const uint8_t[]){9, 9};
	load(ADS "[group kids]\nschedule = Mon-Sun 00:00-24:00 [ads]\n[clients kids]\n"
		 "prefixes = 192.0.2.0/24\n",
		"ads.com\n", "none.com\n");
	assert_int_equal(policy_renew_hours(old.policy, 0, &later, NULL), 0);
	policy_free(old.policy);
	old.policy = later;
	assert_int_equal(policy_generation(later), 2);
	assert_int_equal(run(what, UNIT_COUNT(what), 1), 0);
	kept_clients = NULL;
	assert_int_equal(trial.tried, 2);
	assert_int_equal(trial.queries_differ, 2);
	unload();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_nothing_differs),
		cmocka_unit_test(what_differs_is_counted_by_weight_and_named),
		cmocka_unit_test(who_asked_is_tried_too),
		cmocka_unit_test(the_top_is_no_longer_than_it_is),
		cmocka_unit_test(a_client_that_moves_is_tried_where_it_will_be),
		cmocka_unit_test(a_change_of_hours_leaves_the_sample_of_use),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
