/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "pat_unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <hs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weir-pat-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

/* Calls for each file of the folder; how many there are. */
static int
each_file(void (*visit)(const char *path))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];
	int n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (visit != NULL)
			visit(path);
		n++;
	}
	closedir(dir);
	return n;
}

static void
remove_file(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static char remembered[512];

static void
remember_name(const char *path)
{
	snprintf(remembered, sizeof(remembered), "%s", path);
}

static int
remove_folder(void **state)
{
	(void)state;
	each_file(remove_file);
	return rmdir(folder);
}

/* Builds with the cache and looks whether all is as without it; whether it was used. */
static bool
build(const struct pat_unit *units, uint32_t nb, char note[512])
{
	struct pat_rules rules = {.nb = nb, .get = pat_unit_get, .arg = units};
	struct pat_spec spec = {PAT_UNIT_LIMITS, .cache_dir = folder};
	struct base_err err = {0};
	struct pat_source *source;
	uint32_t hit[4];
	bool cached;

	if (pat_source_build(&rules, &spec, &source, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(pat_source_match(source, "ads.track", 9, hit, 4), 2);
	assert_int_equal(hit[0], 0);
	assert_int_equal(hit[1], 2);
	assert_int_equal(pat_source_report(source)->nb_bad, 1);
	assert_int_equal(pat_source_report(source)->bad[0].rule, 1);
	assert_true(pat_source_report(source)->bad[0].words[0] != '\0');
	cached = pat_source_report(source)->cached;
	snprintf(note, 512, "%s", pat_source_report(source)->cache_note);
	pat_source_free(source);
	return cached;
}

static const struct pat_unit units[] = {
	{"^ads", 0, 0}, {"a(b", 0, 0}, {"track$", 0, 0}, {"(?-m)^x", 0, 0}};
static char note[512];

static void
what_was_compiled_is_kept(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	assert_string_equal(note, "");
	assert_int_equal(each_file(NULL), 1);
	assert_true(build(units, 4, note));
	assert_string_equal(note, "");
	assert_int_equal(each_file(NULL), 1);
}

static void
another_expression_or_flag_is_another_file(void **state)
{
	struct pat_unit other[4];

	(void)state;
	assert_false(build(units, 4, note));
	memcpy(other, units, sizeof(other));
	other[3].flags = PAT_CASELESS;
	assert_false(build(other, 4, note));
	other[3].flags = 0;
	other[3].text = "(?-m)^y";
	assert_false(build(other, 4, note));
	assert_false(build(units, 3, note));
	assert_int_equal(each_file(NULL), 4);
	assert_true(build(units, 4, note));
	other[3] = units[3];
	other[3].list = 7; /* which list it stands in is not compiled in */
	assert_true(build(other, 4, note));
}

/* What the library says of itself and of the CPU, as another one would. */
static const char *other_version;
static uint64_t other_features;

const char *__real_hs_version(void);
const char *__wrap_hs_version(void);

const char *
__wrap_hs_version(void)
{
	return other_version != NULL ? other_version : __real_hs_version();
}

hs_error_t __real_hs_populate_platform(hs_platform_info_t *platform);
hs_error_t __wrap_hs_populate_platform(hs_platform_info_t *platform);

hs_error_t
__wrap_hs_populate_platform(hs_platform_info_t *platform)
{
	hs_error_t error = __real_hs_populate_platform(platform);

	platform->cpu_features ^= other_features;
	return error;
}

/** Hyperscan and Vectorscan, each version of theirs, and each kind of CPU has files of its own. */
static void
another_library_or_cpu_is_another_file(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	other_version = "5.4.77 2030-01-01";
	assert_false(build(units, 4, note));
	assert_true(build(units, 4, note));
	other_version = NULL;
	other_features = HS_CPU_FEATURES_AVX512;
	assert_false(build(units, 4, note));
	assert_true(build(units, 4, note));
	other_features = 0;
	assert_true(build(units, 4, note));
	assert_int_equal(each_file(NULL), 3);
	assert_string_equal(note, "");
}

static void
the_library_is_told_by_its_version(void **state)
{
	static const struct {
		const char *version, *library;
		bool faulty;
	} said[] = {
		{"5.4.0 2021-01-26", "Hyperscan 5.4.0", false},
		{"5.4.2 2023-04-19", "Hyperscan 5.4.2", false},
		{"5.4.9 2023-03-23", "Vectorscan 5.4.9", true},
		{"5.4.12 2025-05-01", "Vectorscan 5.4.12", true},
		{"5.4.13 2026-08-22", "Vectorscan 5.4.13", false},
		{"5.1.1", "Hyperscan 5.1.1", false},
		{"", "Hyperscan ", false},
	};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(said); i++) {
		other_version = said[i].version;
		assert_string_equal(pat_library(), said[i].library);
		assert_int_equal(pat_library_fault() != NULL, said[i].faulty);
	}
	other_version = NULL;
}

static void
flip_one_octet(const char *path)
{
	int fd = open(path, O_RDWR);
	struct stat st;
	uint8_t octet;
	static unsigned turn;
	off_t at;

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	at = (off_t)(turn++ * (uint64_t)(st.st_size - 1) / 19);
	assert_int_equal(pread(fd, &octet, 1, at), 1);
	octet ^= 0x40;
	assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	close(fd);
}

/** Wherever an octet is wrong, head, key, words, database: the file is made anew, and good again.
 */
static void
a_damaged_file_is_made_anew(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	for (int i = 0; i < 20; i++) {
		each_file(flip_one_octet);
		assert_false(build(units, 4, note));
		assert_int_equal(each_file(NULL), 1);
		assert_true(build(units, 4, note));
	}
}

static void
cut(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size / 2), 0);
}

static void
empty(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void
a_file_cut_short_is_made_anew(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	each_file(cut);
	assert_false(build(units, 4, note));
	each_file(empty);
	assert_false(build(units, 4, note));
	assert_true(build(units, 4, note));
}

static void
let_others_write(const char *path)
{
	assert_int_equal(chmod(path, 0666), 0);
}

/** A database is run, not read: what others may have written is not touched. */
static void
a_file_that_others_may_write_is_not_trusted(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	each_file(let_others_write);
	assert_false(build(units, 4, note));
	assert_true(build(units, 4, note)); /* replaced by one of ours */
}

static void
make_link(const char *path)
{
	char away[600];

	snprintf(away, sizeof(away), "%s.away", path);
	assert_int_equal(rename(path, away), 0);
	assert_int_equal(symlink(away, path), 0);
}

static void
a_link_is_not_followed(void **state)
{
	(void)state;
	assert_false(build(units, 4, note));
	each_file(make_link);
	assert_false(build(units, 4, note));
	assert_true(build(units, 4, note));
}

static void
no_folder_is_a_note_and_no_failure(void **state)
{
	char kept[sizeof(folder)];

	(void)state;
	memcpy(kept, folder, sizeof(kept));
	snprintf(folder, sizeof(folder), "/nonexistent/weir");
	assert_false(build(units, 4, note));
	assert_string_equal(note,
		"/nonexistent/weir: No such file or directory: what was compiled is not kept");
	memcpy(folder, kept, sizeof(kept));
}

/** Of a process with our PID that was ended while it wrote: in a container each has PID 1. */
static void
a_draft_that_was_left_is_no_hindrance(void **state)
{
	char draft[600];

	(void)state;
	assert_false(build(units, 4, note));
	each_file(remember_name);
	snprintf(draft, sizeof(draft), "%s.%d", remembered, (int)getpid());
	assert_int_equal(rename(remembered, draft), 0);
	assert_false(build(units, 4, note));
	assert_string_equal(note, "");
	assert_true(build(units, 4, note));
	assert_int_equal(each_file(NULL), 1);
}

/** Root looks at a service's lists: what it left in the service's cache the service could not read.
 */
static void
nothing_is_left_in_the_folder_of_another_user(void **state)
{
	char words[600];

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: root: gives a folder away\n");
		skip();
	}
	assert_int_equal(chown(folder, 65534, 65534), 0);
	assert_false(build(units, 4, note));
	snprintf(words, sizeof(words), "%s: belongs to another user: what was compiled is not kept",
		folder);
	assert_string_equal(note, words);
	assert_int_equal(each_file(NULL), 0);
}

static void
the_folder_does_not_grow_without_end(void **state)
{
	struct pat_unit other[4];
	char text[16];

	(void)state;
	memcpy(other, units, sizeof(other));
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "^x%d", i);
		other[3].text = text;
		assert_false(build(other, 4, note));
	}
	assert_int_equal(each_file(NULL), 16);
	assert_true(build(other, 4, note));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_compiled_is_kept, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			another_expression_or_flag_is_another_file, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			another_library_or_cpu_is_another_file, make_folder, remove_folder),
		cmocka_unit_test(the_library_is_told_by_its_version),
		cmocka_unit_test_setup_teardown(
			a_damaged_file_is_made_anew, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_file_cut_short_is_made_anew, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_file_that_others_may_write_is_not_trusted, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_link_is_not_followed, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			no_folder_is_a_note_and_no_failure, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			a_draft_that_was_left_is_no_hindrance, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			nothing_is_left_in_the_folder_of_another_user, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			the_folder_does_not_grow_without_end, make_folder, remove_folder),
	};

	PAT_UNIT_COMPILER(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
