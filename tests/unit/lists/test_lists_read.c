/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "lists_unit.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The linker sends the room's calls here (--wrap); call number `fails_at` gets no memory. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);

static int calls, fails_at;

static bool
refuse(void)
{
	return ++calls == fails_at;
}

void *
__wrap_malloc(size_t size)
{
	return refuse() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return refuse() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *block, size_t size)
{
	return refuse() ? NULL : __real_realloc(block, size);
}

#define ROOM (4 * 1024 * 1024) /* octets for texts that are made */

static char folder[] = "/tmp/test_lists_read.XXXXXX";
static char path[64];

static int
make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/list", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void
write_file(const void *data, size_t len)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static size_t
write_gzip(const void *data, size_t len, const char *mode)
{
	gzFile out = gzopen(path, mode);
	struct stat st;

	assert_non_null(out);
	assert_int_equal(gzwrite(out, data, (unsigned)len), len);
	assert_int_equal(gzclose(out), Z_OK);
	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static int
read_path(const char *from, struct lists_rules **rules, struct base_err *err)
{
	const struct lists_spec spec = {.path = from, .format = LISTS_FORMAT_DOMAINS, .max_bad = 5};

	memset(err, 0, sizeof(*err));
	*rules = (struct lists_rules *)&spec; /* to be seen overwritten */
	return lists_read(&spec, rules, err);
}

static void
expect_failure(const char *from, int ret, enum base_exit class, const char *text)
{
	struct lists_rules *rules;
	struct base_err err;

	assert_int_equal(read_path(from, &rules, &err), ret);
	assert_null(rules);
	assert_int_equal(err.exit, class);
	if (strstr(err.text, from) != err.text || strstr(err.text, text) == NULL)
		fail_msg("`%s` instead of `%s…%s`", err.text, from, text);
}

static void
what_is_no_readable_file_is_named(void **state)
{
	(void)state;
	expect_failure("/nonexistent/list", -ENOENT, BASE_EXIT_CONFIG, ": No such file");
	expect_failure(folder, -EISDIR, BASE_EXIT_CONFIG, ": Is a directory");
	expect_failure("/dev/zero", -EINVAL, BASE_EXIT_CONFIG, ": not a regular file");
	expect_failure("", -ENOENT, BASE_EXIT_CONFIG, ": No such file");
	write_file("a.b\n", 4);
	if (geteuid() == 0) /* who may read everything is refused by a file that is no folder */
		lists_unit_print(path + strlen(path), 3, "/x");
	else
		assert_int_equal(chmod(path, 0), 0);
	expect_failure(path, geteuid() == 0 ? -ENOTDIR : -EACCES, BASE_EXIT_CONFIG, ": ");
	path[strlen(folder) + 5] = '\0';
	unlink(path);
}

/** A pipe without a writer would keep open(2) waiting; this returns at once. */
static void
a_pipe_is_refused_without_waiting(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, ": not a regular file");
	unlink(path);
}

static void
gzip_cut_anywhere_is_refused(void **state)
{
	static const char text[] = "a.example\nb.example\nc.example\n4.example\n";
	size_t len = write_gzip(text, sizeof(text) - 1, "wb");
	uint8_t whole[256];
	FILE *in = fopen(path, "rb");

	(void)state;
	assert_non_null(in);
	assert_int_equal(fread(whole, 1, sizeof(whole), in), len);
	fclose(in);
	for (size_t cut = 2; cut < len; cut++) {
		write_file(whole, cut);
		expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, "");
	}
	write_file(whole, len - 1);
	expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, ": gzip data are cut off");
	whole[len - 6] ^= 1; /* of the checksum */
	write_file(whole, len);
	expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, ": gzip data are broken");
}

static void
gzip_in_pieces_is_read_whole(void **state)
{
	struct lists_rules *rules;
	struct base_err err;

	(void)state;
	write_gzip("a.example\nb.exa", 15, "wb");
	write_gzip("mple\nc.example", 14, "ab"); /* a second member */
	assert_int_equal(read_path(path, &rules, &err), 0);
	assert_int_equal(rules->nb_rules, 3);
	assert_int_equal(rules->report.lines, 3);
	assert_int_equal(rules->report.text_bytes, 29);
	lists_free(rules);
}

static void
an_empty_file_has_no_rules(void **state)
{
	struct lists_rules *rules;
	struct base_err err;

	(void)state;
	write_file("", 0);
	assert_int_equal(read_path(path, &rules, &err), 0);
	assert_int_equal(rules->nb_rules, 0);
	assert_int_equal(rules->report.lines, 0);
	lists_free(rules);
	assert_int_equal(
		lists_read_bytes(&(struct lists_spec){.path = "a"}, NULL, 0, &rules, NULL), 0);
	assert_int_equal(rules->nb_rules, 0);
	lists_free(rules);
}

static void
junk_is_refused(void **state)
{
	static uint8_t junk[3 * 1024 * 1024];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(junk); i++) {
		x = x * 1664525 + 1013904223;
		junk[i] = (uint8_t)(x >> 24);
	}
	write_file(junk, sizeof(junk));
	expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, "rule lines are bad");
	memset(junk, 0, sizeof(junk)); /* one line without end */
	write_file(junk, sizeof(junk));
	expect_failure(path, -EINVAL, BASE_EXIT_CONFIG, "1 of 1 rule lines are bad");
}

/** Compares a file with the same octets in memory: the buffer's end falls on every kind of place.
 */
static void
expect_same_as_memory(const char *text, size_t len)
{
	struct lists_rules *a, *b;
	struct base_err err;

	write_file(text, len);
	assert_int_equal(read_path(path, &a, &err), 0);
	b = lists_unit_read(LISTS_FORMAT_DOMAINS, text, len);
	assert_int_equal(a->nb_rules, b->nb_rules);
	assert_int_equal(a->names_bytes, b->names_bytes);
	assert_memory_equal(a->rules, b->rules, a->nb_rules * sizeof(*a->rules));
	assert_memory_equal(a->names, b->names, a->names_bytes);
	assert_memory_equal(&a->report, &b->report, sizeof(a->report));
	lists_free(a);
	lists_free(b);
}

static void
the_end_of_the_buffer_is_no_end(void **state)
{
	enum {
		BUFFER = 1024 * 1024,
		LINE = 16
	};
	char *text = malloc(ROOM);
	size_t len;

	(void)state;
	assert_non_null(text);
	for (size_t shift = 0; shift < LINE; shift++) {
		len = lists_unit_print(text, ROOM, "%.*s\n", (int)shift, "################");
		while (len < 2 * BUFFER + 7)
			len += lists_unit_print(
				text + len, ROOM - len, "n%07zu.exam\n", len / LINE);
		expect_same_as_memory(text, len);
		expect_same_as_memory(text, len - 1);
		expect_same_as_memory(text, BUFFER);
	}
	free(text);
}

/** A line of more than 256 KiB is one bad line, wherever its end is found; the next one is read. */
static void
a_line_too_long_is_dropped_whole(void **state)
{
	enum {
		LONG = 256 * 1024
	};
	static const size_t lens[] = {
		LONG, LONG + 1, 1024 * 1024 - 40, 1024 * 1024, 3 * 1024 * 1024};
	char *text = malloc(ROOM);
	struct lists_rules *rules;
	size_t len;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < UNIT_COUNT(lens); i++) {
		len = 0;
		for (int k = 0; k < 40; k++)
			len += lists_unit_print(text + len, ROOM - len, "n%d.example\n", k);
		memset(text + len, 'x', lens[i]);
		len += lens[i];
		len += lists_unit_print(text + len, ROOM - len, "\nlast.example\n");
		rules = lists_unit_read(LISTS_FORMAT_DOMAINS, text, len);
		assert_int_equal(rules->nb_rules, 41);
		assert_int_equal(rules->report.lines, 42);
		assert_int_equal(rules->report.bad_lines, 1);
		assert_int_equal(rules->report.skips[LISTS_SKIP_long_line].count, lens[i] > LONG);
		lists_free(rules);
		expect_same_as_memory(text, len);
		expect_same_as_memory(text, len - 14); /* the end of the file is its end */
	}
	free(text);
}

/** Reads `path` again and again, one more allocation granted each time; how many were refused. */
static int
read_with_refusals(enum lists_format format, struct lists_rules **rules)
{
	struct lists_spec spec = {.path = path, .format = format, .max_bad = 5};
	struct base_err err;
	int ret, refused = 0;

	do {
		calls = 0;
		fails_at = refused + 1;
		memset(&err, 0, sizeof(err));
		ret = lists_read(&spec, rules, &err);
		if (ret < 0) {
			assert_null(*rules);
			assert_int_equal(ret, -ENOMEM);
			assert_int_equal(err.exit, BASE_EXIT_UNAVAILABLE);
			assert_non_null(strstr(err.text, "no memory"));
			refused++;
		}
	} while (ret < 0);
	fails_at = 0;
	return refused;
}

static void
no_memory_for_a_zone(void **state)
{
	static char text[ROOM];
	struct lists_rules *rules = NULL;
	size_t len = 0;

	(void)state;
	if (strcmp(lists_rpz_version(), "none") == 0)
		skip(); /* build: without libldns */
	for (int i = 0; i < 3000; i++)
		len += lists_unit_print(text + len, ROOM - len,
			"n%d.example A (\n192.0.%d.%d )\n TXT \"%d\"\n", i, i / 250, i % 250, i);
	write_file(text, len);
	/* items, chains and octets grow, and the end asks three times */
	assert_true(read_with_refusals(LISTS_FORMAT_RPZ, &rules) >= 25);
	assert_int_equal(rules->report.sets, 3000);
	assert_int_equal(rules->report.records, 6000);
	lists_free(rules);
}

/** A list with conditions, removals and growth, its reading cut short at every allocation. */
static void
no_memory_at_any_step(void **state)
{
	static char text[ROOM];
	struct lists_rules *rules = NULL;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 6000; i++)
		len += lists_unit_print(text + len, ROOM - len,
			"||n%d.example^\n||n%d.example^$%s\n", i, i / 2,
			i % 2 == 0 ? "dnstype=A" : "badfilter");
	for (int i = 1; i < 40; i++)
		len += lists_unit_print(text + len, ROOM - len, "||t.example^$dnstype=TYPE%d\n", i);
	write_file(text, len);
	/* the set grows 4 times, rules 4, names 3, conditions 3, what is removed 6, and 3 at first
	 */
	assert_true(read_with_refusals(LISTS_FORMAT_ADBLOCK, &rules) >= 20);
	assert_int_equal(rules->report.removed, 3000);
	lists_free(rules);
}

/* Nothing of what the file holds is to blame for it. */
static void
a_read_that_is_given_up_says_so(void **state)
{
	struct base_cancel cancel = {false};
	const struct lists_spec spec = {
		.path = path, .format = LISTS_FORMAT_DOMAINS, .max_bad = 5, .cancel = &cancel};
	struct lists_rules *rules;
	struct base_err err = {0};

	(void)state;
	write_file("a.com\n", 6);
	assert_int_equal(lists_read(&spec, &rules, &err), 0);
	lists_free(rules);
	base_cancel_ask(&cancel);
	assert_int_equal(lists_read(&spec, &rules, &err), -ECANCELED);
	assert_null(rules);
	assert_int_equal(err.exit, BASE_EXIT_FAILURE);
	assert_string_equal(err.text, "given up: the program ends");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_readable_file_is_named),
		cmocka_unit_test(a_pipe_is_refused_without_waiting),
		cmocka_unit_test(gzip_cut_anywhere_is_refused),
		cmocka_unit_test(gzip_in_pieces_is_read_whole),
		cmocka_unit_test(an_empty_file_has_no_rules),
		cmocka_unit_test(junk_is_refused),
		cmocka_unit_test(the_end_of_the_buffer_is_no_end),
		cmocka_unit_test(a_line_too_long_is_dropped_whole),
		cmocka_unit_test(no_memory_at_any_step),
		cmocka_unit_test(no_memory_for_a_zone),
		cmocka_unit_test(a_read_that_is_given_up_says_so),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
