/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat.h"
#include "policy_db.h"
#include "unit_policy.h"

#include <sys/stat.h>

#define INI                                                                                   \
	"[list ads]\npath = ads.txt\nformat = domains\n[list tracks]\npath = tracks.txt\n"    \
	"format = adblock\n[list exprs]\npath = exprs.txt\nformat = regex\naction = nodata\n" \
	"[patterns]\ncache_dir =\n[group default]\nlists = exprs, tracks, ads\n"              \
	"[group kids]\n[clients kids]\nprefixes = 10.0.0.0/9, 2001:db8::/33@12\n"             \
	"prefix_file = kids.txt\n"

/* A policy of texts, and the file that it was written to. */
struct written {
	struct fixture f;
	char path[96];
	uint8_t *bytes;
	size_t len;
	char digest[POLICY_DIGEST_TEXT];
};

static void
store(const struct written *w)
{
	FILE *file = fopen(w->path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(w->bytes, 1, w->len, file), w->len);
	assert_int_equal(fclose(file), 0);
}

static void
compile(struct written *w)
{
	FILE *to;

	memset(w, 0, sizeof(*w));
	fixture_init(&w->f);
	fixture_file(&w->f, "ads.txt", "ads.test\nx.ads.test\n");
	fixture_file(&w->f, "tracks.txt", "||t.test^$dnstype=AAAA\n@@||ok.t.test^\n");
	fixture_file(&w->f, "exprs.txt", "^log[0-9]\n");
	fixture_file(&w->f, "kids.txt", "192.0.2.7\n198.51.100.0/24@7\n");
	if (fixture_load(&w->f, INI) < 0)
		fail_msg("%s", w->f.err.text);
	to = open_memstream((char **)&w->bytes, &w->len);
	assert_non_null(to);
	assert_int_equal(policy_db_write(w->f.policy, to, w->digest, &w->f.err), 0);
	assert_int_equal(fclose(to), 0);
	snprintf(w->path, sizeof(w->path), "%s/p.weirdb", w->f.dir);
	store(w);
}

static void
forget(struct written *w)
{
	unlink(w->path);
	free(w->bytes);
	fixture_free(&w->f);
}

/* The file is refused, and its sentence names it and holds these words. */
static void
refused(const struct written *w, const char *words)
{
	struct base_err err = {0};
	struct policy_db *file;

	assert_int_equal(policy_db_open(w->path, &file, &err), -EBADMSG);
	assert_null(file);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	assert_memory_equal(err.text, w->path, strlen(w->path));
	if (strstr(err.text, words) == NULL)
		fail_msg("%s", err.text);
}

static void
each_flipped_bit_is_found(void **state)
{
	struct written w;

	(void)state;
	compile(&w);
	for (size_t bit = 0; bit < 8 * w.len; bit += bit < 64 * 8 ? 1 : 41) {
		w.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		store(&w);
		refused(&w, "");
		w.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	forget(&w);
}

static void
what_is_no_compiled_policy_is_refused(void **state)
{
	struct base_err err = {0};
	struct policy_db *file;
	struct written w;
	size_t whole;

	(void)state;
	compile(&w);
	whole = w.len;
	for (w.len = 0; w.len < whole; w.len += 23) {
		store(&w);
		refused(&w, "");
	}
	w.len = whole - 1;
	store(&w);
	refused(&w, "cut off");
	w.len = whole;
	w.bytes[8]++;
	store(&w);
	refused(&w, "version 3, this program reads 2");
	w.bytes[8]--;
	w.bytes[0]++;
	store(&w);
	refused(&w, "no compiled policy");
	assert_int_equal(policy_db_open("/nowhere/p", &file, &err), -ENOENT);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	forget(&w);
}

/* `cp new p.weirdb' cuts the file off under who reads it: a page of a mapping that is gone ends a
 * process. */
static void
what_becomes_of_the_file_later_is_no_matter(void **state)
{
	struct base_err err = {0};
	struct lists_rules *rules;
	struct policy_db *file;
	struct written w;

	(void)state;
	compile(&w);
	assert_int_equal(policy_db_open(w.path, &file, &err), 0);
	assert_int_equal(truncate(w.path, 0), 0);
	assert_int_equal(policy_db_list(file, 0, &rules, &err), 0);
	assert_true(rules->nb_rules > 0);
	lists_free(rules);
	policy_db_close(file);
	forget(&w);
}

static void
a_list_that_it_does_not_hold_is_refused(void **state)
{
	struct base_err err = {0};
	struct lists_rules *rules;
	struct policy_db *file;
	struct written w;

	(void)state;
	compile(&w);
	assert_int_equal(policy_db_open(w.path, &file, &err), 0);
	assert_int_equal(policy_db_list(file, w.f.conf->n_lists, &rules, &err), -EBADMSG);
	assert_null(rules);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	policy_db_close(file);
	forget(&w);
}

/* Those of the INI and those of its file, which nobody reads again. */
static void
prefixes_come_back(void **state)
{
	struct clients *clients, *read;
	struct base_err err = {0};
	struct policy_db *file;
	struct written w;

	(void)state;
	compile(&w);
	assert_int_equal(clients_read(w.f.conf, NULL, &read, &err), 0);
	assert_int_equal(policy_db_open(w.path, &file, &err), 0);
	assert_int_equal(policy_db_clients(file, w.f.conf, &clients, &err), 0);
	assert_int_equal(clients->nb, 4);
	for (uint32_t i = 0; i < clients->nb; i++) {
		const struct clients_prefix *a = &clients->prefixes[i], *b = &read->prefixes[i];

		assert_true(base_addr_equal(&a->prefix.addr, &b->prefix.addr));
		assert_int_equal(a->prefix.bits, b->prefix.bits);
		assert_int_equal(a->vlan, b->vlan);
		assert_int_equal(a->section, b->section);
	}
	clients_free(clients);
	clients_free(read);
	policy_db_close(file);
	forget(&w);
}

/* Reads the configuration out of a file, and the policy. */
static void
take(struct fixture *f, const char *path)
{
	struct conf_report report = {0};
	struct conf_input in = {.file = "other.ini"};
	struct policy_db *file;

	fixture_init(f);
	assert_int_equal(policy_db_open(path, &file, &f->err), 0);
	in.policy = policy_db_conf(file);
	assert_int_equal(conf_parse(&in, "[patterns]\ncache_dir =\n", 23, &f->conf, &report), 0);
	conf_report_free(&report);
	assert_int_equal(policy_renew(&(struct policy_renewal){.conf = f->conf, .db = file}, NULL,
				 &f->policy, &f->err),
		0);
	policy_db_close(file);
	if (policy_place(f->policy, unit_eal_node(), &f->err) < 0 ||
		policy_view_build(f->policy, 0, unit_eal_node(), &f->view, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

/* The lists are gone and the file is closed: what it said holds. */
static void
a_policy_out_of_it_decides_as_the_lists_did(void **state)
{
	struct written w;
	struct fixture f;

	(void)state;
	compile(&w);
	take(&f, w.path);
	assert_string_equal(fixture_ask(&f, "a.x.ads.test", 1), "ads nxdomain ads.txt:2");
	assert_string_equal(fixture_ask(&f, "t.test", 28), "tracks nxdomain tracks.txt:1");
	assert_string_equal(fixture_ask(&f, "t.test", 1), "- pass");
	assert_string_equal(fixture_ask(&f, "a.ok.t.test", 28), "tracks pass tracks.txt:2");
	assert_string_equal(fixture_ask(&f, "log7.test", 1), "exprs nodata exprs.txt:1");
	fixture_free(&f);
	forget(&w);
}

/* Placed, it is written as it was when it was loaded. */
static void
it_is_written_again_as_it_was(void **state)
{
	char digest[POLICY_DIGEST_TEXT], *again;
	struct written w;
	size_t len;
	FILE *to;

	(void)state;
	compile(&w);
	assert_int_equal(policy_place(w.f.policy, unit_eal_node(), &w.f.err), 0);
	to = open_memstream(&again, &len);
	assert_int_equal(policy_db_write(w.f.policy, to, digest, &w.f.err), 0);
	assert_int_equal(fclose(to), 0);
	assert_int_equal(len, w.len);
	assert_memory_equal(again, w.bytes, len);
	assert_string_equal(digest, w.digest);
	free(again);
	forget(&w);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flipped_bit_is_found),
		cmocka_unit_test(what_is_no_compiled_policy_is_refused),
		cmocka_unit_test(what_becomes_of_the_file_later_is_no_matter),
		cmocka_unit_test(a_list_that_it_does_not_hold_is_refused),
		cmocka_unit_test(prefixes_come_back),
		cmocka_unit_test(a_policy_out_of_it_decides_as_the_lists_did),
		cmocka_unit_test(it_is_written_again_as_it_was),
	};

	if (argc > 1 && strcmp(argv[1], PAT_COMPILER) == 0)
		return pat_compiler_main(argc, argv);
	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
