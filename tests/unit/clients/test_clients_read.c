/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "clients.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int failing = -1;

static bool
fails(void)
{
	return failing >= 0 && failing-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_reallocarray(void *old, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(old, n, size);
}

/* An INI and the file `f` beside it, in a folder of their own. */
struct place {
	char dir[64], ini[96], file[96];
	struct conf *conf;
	char said[8192];
	struct base_err err;
};

static void
say(void *arg, const char *sentence)
{
	struct place *p = arg;
	size_t n = strlen(p->said);

	snprintf(p->said + n, sizeof(p->said) - n, "%s\n", sentence);
}

static void
open_place(struct place *p, const char *ini, const char *file, size_t len)
{
	struct conf_input in = {.file = p->ini};
	struct conf_report report = {0};
	FILE *out;

	memset(p, 0, sizeof(*p));
	snprintf(p->dir, sizeof(p->dir), "/tmp/weir-clients-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->ini, sizeof(p->ini), "%s/i", p->dir);
	snprintf(p->file, sizeof(p->file), "%s/f", p->dir);
	out = fopen(p->file, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(file, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(conf_parse(&in, ini, strlen(ini), &p->conf, &report), 0);
	conf_report_free(&report);
}

static int
read_place(struct place *p, struct clients **clients)
{
	struct clients_say to = {.say = say, .arg = p};

	return clients_read(p->conf, &to, clients, &p->err);
}

static void
close_place(struct place *p)
{
	conf_free(p->conf);
	unlink(p->file);
	assert_int_equal(rmdir(p->dir), 0);
}

#define TWO                                                                      \
	"[group a]\n[group b]\n[clients a]\nprefixes = 10.0.0.0/8, 10.0.0.1@7\n" \
	"[clients b]\nprefix_file = f\n"

static void
every_error_is_told_by_its_line(void **state)
{
	static const char file[] = "x\n10.0.0.0/8@7\n10.0.0.0/8\n1.1.1.1\n\n1.1.1.1\n1.1.1.1/33";
	struct clients *clients;
	struct place p;
	char wanted[1024];

	(void)state;
	open_place(&p, TWO, file, strlen(file));
	assert_int_equal(read_place(&p, &clients), -EINVAL);
	assert_null(clients);
	snprintf(wanted, sizeof(wanted),
		"f:1: `x' is no address: allowed are IPv4 (192.0.2.1) and IPv6 (2001:db8::1)\n"
		"f:7: `1.1.1.1/33': the length of the prefix must be 0..32\n"
		"f:6: [clients b] 1.1.1.1/32 is [clients b]'s already (f:4): a client has one "
		"group\n"
		"f:3: [clients b] 10.0.0.0/8 is [clients a]'s already (%s:4): a client has one "
		"group\n",
		p.ini);
	assert_string_equal(p.said, wanted);
	assert_int_equal(p.err.exit, BASE_EXIT_CONFIG);
	assert_non_null(strstr(p.err.text, "f:1: `x'"));
	assert_non_null(strstr(p.err.text, "(and 3 more: `weir check' tells them)"));
	close_place(&p);
}

static void
a_file_of_nonsense_is_not_told_line_by_line(void **state)
{
	static char file[2000];
	struct clients *clients;
	unsigned lines = 0;
	struct place p;

	(void)state;
	for (size_t i = 0; i < sizeof(file); i += 2)
		memcpy(file + i, "x\n", 2);
	open_place(&p, TWO, file, sizeof(file));
	assert_int_equal(read_place(&p, &clients), -EINVAL);
	for (const char *at = p.said; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	assert_int_equal(lines, CLIENTS_TOLD_MAX);
	close_place(&p);
}

static void
what_is_no_file_is_blamed_on_its_key(void **state)
{
	struct clients *clients;
	struct place p;

	(void)state;
	open_place(&p, "[clients default]\nprefix_file = none\n", "", 0);
	assert_int_equal(read_place(&p, &clients), -EINVAL);
	assert_non_null(strstr(p.said, "i:2: [clients default] prefix_file = none: No such file"));
	close_place(&p);
	open_place(&p, "[clients default]\nprefix_file = .\n", "", 0);
	assert_int_equal(read_place(&p, &clients), -EINVAL);
	assert_non_null(strstr(p.said, "not a regular file"));
	close_place(&p);
	open_place(
		&p, "[clients default]\nprefix_file = f\n", "\x1f\x8b\x08\0\0\0\0\0\0\x03\x33", 11);
	assert_int_equal(read_place(&p, &clients), -EINVAL);
	assert_non_null(strstr(p.said, "gzip data are"));
	close_place(&p);
}

/* More lines than are read at once, sorted or not. */
static void
a_long_file_arrives_whole(void **state)
{
	char *file = malloc(20 * 100000);
	struct clients *clients;
	struct place p;
	size_t len = 0;

	(void)state;
	assert_non_null(file);
	for (unsigned i = 100000; i-- > 0;)
		len += (size_t)snprintf(
			file + len, 20, "10.%u.%u.%u\n", i >> 16, i >> 8 & 255, i & 255);
	open_place(&p, TWO, file, len);
	assert_int_equal(read_place(&p, &clients), 0);
	assert_int_equal(clients->nb, 100002);
	for (uint32_t i = 1; i < clients->nb; i++)
		assert_true(memcmp(&clients->prefixes[i - 1].prefix, &clients->prefixes[i].prefix,
				    sizeof(clients->prefixes[i].prefix)) <= 0);
	clients_free(clients);
	close_place(&p);
	free(file);
}

static void
no_memory_is_said_and_nothing_kept(void **state)
{
	static const char file[] = "1.1.1.1\n2.2.2.2\n";
	struct clients *clients;
	struct place p;
	int ret = -1;

	(void)state;
	open_place(&p, TWO, file, strlen(file));
	for (int turn = 0; ret != 0; turn++) {
		assert_true(turn < 50);
		failing = turn;
		ret = read_place(&p, &clients);
		failing = -1;
		assert_true(ret == 0 || ret == -ENOMEM || ret == -EINVAL);
		assert_true((clients != NULL) == (ret == 0));
	}
	assert_int_equal(clients->nb, 4);
	clients_free(clients);
	close_place(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_is_told_by_its_line),
		cmocka_unit_test(a_file_of_nonsense_is_not_told_line_by_line),
		cmocka_unit_test(what_is_no_file_is_blamed_on_its_key),
		cmocka_unit_test(a_long_file_arrives_whole),
		cmocka_unit_test(no_memory_is_said_and_nothing_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
