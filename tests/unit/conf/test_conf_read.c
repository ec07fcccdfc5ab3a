/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The linker hands the room's calls for memory to these: the fail_at-th fails, 0: none. */
static int calls, fail_at;

void *__real_calloc(size_t n, size_t size);
void *__real_malloc(size_t size);
void *__real_realloc(void *at, size_t size);
void *__real_reallocarray(void *at, size_t n, size_t size);
int __real_vasprintf(char **out, const char *fmt, va_list args);
FILE *__real_open_memstream(char **out, size_t *len);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_reallocarray(void *at, size_t n, size_t size);
int __wrap_vasprintf(char **out, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
FILE *__wrap_open_memstream(char **out, size_t *len);

static bool
fails(void)
{
	return ++calls == fail_at;
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *at, size_t size)
{
	return fails() ? NULL : __real_realloc(at, size);
}

void *
__wrap_reallocarray(void *at, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(at, n, size);
}

int
__wrap_vasprintf(char **out, const char *fmt, va_list args)
{
	return fails() ? -1 : __real_vasprintf(out, fmt, args);
}

FILE *
__wrap_open_memstream(char **out, size_t *len)
{
	return fails() ? NULL : __real_open_memstream(out, len);
}

static char folder[] = "/tmp/test_conf_read.XXXXXX";

static int
enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("sub", 0700) != 0;
}

static int
leave_folder(void **state)
{
	(void)state;
	unlink("sub/b.ini");
	unlink("big.ini");
	rmdir("sub");
	return chdir("/") != 0 || rmdir(folder) != 0;
}

static void
write_file(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void
read_says(const char *path, enum base_exit exit, const char *said)
{
	struct conf_input in = {.file = path};
	struct conf_report report = {0};
	struct conf *conf = (struct conf *)folder;

	assert_int_equal(conf_read(&in, &conf, &report), -EINVAL);
	assert_null(conf);
	assert_int_equal(report.n_notes, 1);
	assert_string_equal(report.notes[0].text, said);
	assert_int_equal(conf_report_exit(&report), exit);
	conf_report_free(&report);
}

static void
files_that_cannot_be_read_are_named(void **state)
{
	char *big = calloc(1, CONF_FILE_MAX + 1);

	(void)state;
	read_says("nosuch.ini", BASE_EXIT_CONFIG, "nosuch.ini: No such file or directory");
	read_says("sub", BASE_EXIT_CONFIG, "sub: Is a directory");
	read_says("", BASE_EXIT_CONFIG, ": No such file or directory");
	assert_non_null(big);
	memset(big, '\n', CONF_FILE_MAX + 1);
	write_file("big.ini", big, CONF_FILE_MAX + 1);
	read_says("big.ini", BASE_EXIT_CONFIG, "big.ini: more than 16 MB");
	read_says("/dev/zero", BASE_EXIT_CONFIG, "/dev/zero: more than 16 MB");
	free(big);
}

static void
relative_paths_start_at_the_files_folder(void **state)
{
	static const char text[] =
		"[list a]\npath = x/a\n[list b]\npath = /b\n[port p]\n"
		"device = net_pcap0,rx_pcap=in.pcap,tx_pcap=/o,rx_iface=e,tx_pcap=\n";
	char absolute[256], expected[256];
	const char *names[] = {"sub/b.ini", "./sub/../sub/b.ini", absolute};

	(void)state;
	snprintf(absolute, sizeof(absolute), "%s/sub/b.ini", folder);
	write_file("sub/b.ini", text, strlen(text));
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		const char *dir = i == 1 ? "./sub/../sub" : "sub";
		struct conf_input in = {.file = names[i]};
		struct conf_report report = {0};
		struct conf *conf;

		assert_int_equal(conf_read(&in, &conf, &report), 0);
		assert_string_equal(conf->file, names[i]);
		snprintf(expected, sizeof(expected), "%s/%s/x/a", folder, dir);
		assert_string_equal(conf->lists[0].path.file, expected);
		assert_string_equal(conf->lists[0].path.text, "x/a");
		assert_string_equal(conf->lists[1].path.file, "/b");
		snprintf(expected, sizeof(expected),
			"net_pcap0,rx_pcap=%s/%s/in.pcap,tx_pcap=/o,rx_iface=e,tx_pcap=", folder,
			dir);
		assert_string_equal(conf->ports[0].devargs, expected);
		conf_free(conf);
		conf_report_free(&report);
	}
}

static void
a_file_in_the_root_has_the_root_for_its_folder(void **state)
{
	static const char text[] = "[list a]\npath = x\n";
	struct conf_input in = {.file = "/a.ini"};
	struct conf_report report = {0};
	struct conf *conf;

	(void)state;
	assert_int_equal(conf_parse(&in, text, strlen(text), &conf, &report), 0);
	assert_string_equal(conf->dir, "/");
	assert_string_equal(conf->lists[0].path.file, "/x");
	conf_free(conf);
	conf_report_free(&report);
}

static void
memory_may_fail_anywhere(void **state)
{
	static const char text[] = "[list a]\npath = a\naction = cname b.c\n[port p]\nmtu = 1\n"
				   "device = net_pcap0,rx_pcap=x\n[lcore 1]\nports = p\n[nope]\n";
	const char *const sets[] = {"weir.numa=prefer", "x"};
	struct conf_input in = {.file = "sub/b.ini", .sets = sets, .n_sets = 2};
	struct conf *conf;
	int most = 0;

	(void)state;
	write_file("sub/b.ini", text, strlen(text));
	calls = fail_at = 0;
	for (int i = 0; i == 0 || i <= most; i++) {
		struct conf_report report = {0};

		calls = 0;
		fail_at = i;
		assert_int_equal(conf_read(&in, &conf, &report), i == 0 ? -EINVAL : -ENOMEM);
		assert_null(conf);
		if (i == 0)
			most = calls;
		fail_at = 0;
		conf_report_free(&report);
	}
	assert_true(most > 40);
}

static void
memory_may_fail_in_help(void **state)
{
	char *text = folder;

	(void)state;
	calls = 0;
	fail_at = 1;
	assert_int_equal(conf_help(&text), -ENOMEM);
	assert_null(text);
	fail_at = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_cannot_be_read_are_named),
		cmocka_unit_test(relative_paths_start_at_the_files_folder),
		cmocka_unit_test(a_file_in_the_root_has_the_root_for_its_folder),
		cmocka_unit_test(memory_may_fail_anywhere),
		cmocka_unit_test(memory_may_fail_in_help),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
