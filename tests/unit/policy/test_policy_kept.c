/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What a run has kept on disk stands in for lists that the next start refuses.
 */
#include "policy_kept.h"
#include "policy_next.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#define A    1
#define BOTH LIST("a") LIST("b")

/* A run that is over: what it has kept, and the fixture for the next start. */
struct last {
	struct fixture f;
	char dir[96], path[128];
	char digest[POLICY_DIGEST_TEXT];
	struct policy_kept *kept;
};

static void
end_run(struct last *last)
{
	policy_view_free(last->f.view);
	policy_free(last->f.policy);
	conf_free(last->f.conf);
	last->f.view = NULL;
	last->f.policy = NULL;
	last->f.conf = NULL;
}

static void
run_once(struct last *last)
{
	struct base_err err = {0};

	memset(last, 0, sizeof(*last));
	two_lists(&last->f);
	snprintf(last->dir, sizeof(last->dir), "%s/state", last->f.dir);
	snprintf(last->path, sizeof(last->path), "%s/weir.weirdb", last->dir);
	if (policy_kept_write(last->f.policy, last->path, last->digest, &err) < 0)
		fail_msg("%s", err.text);
	end_run(last);
}

/* A start with an INI; what policy_renew() returns. */
static int
start(struct last *last, const char *ini)
{
	struct policy_renewal renewal = {0};
	struct base_err err = {0};

	parse(&last->f, ini, &last->f.conf);
	if (policy_kept_open(last->path, last->f.conf, &last->kept, &err) < 0)
		fail_msg("%s", err.text);
	renewal.conf = last->f.conf;
	renewal.kept = last->kept;
	return policy_renew(&renewal, NULL, &last->f.policy, &last->f.err);
}

static void
build_views(struct fixture *f)
{
	if (policy_place(f->policy, unit_eal_node(), &f->err) < 0 ||
		policy_view_build(f->policy, 0, unit_eal_node(), &f->view, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

static void
forget(struct last *last)
{
	policy_kept_close(last->kept);
	unlink(last->path);
	assert_int_equal(rmdir(last->dir), 0);
	fixture_free(&last->f);
}

static void
remove_list(const struct last *last, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", last->f.dir, name);
	assert_int_equal(unlink(path), 0);
}

static const struct policy_stale *
mark(const struct policy *policy, uint16_t list)
{
	struct policy_list_info info;

	policy_list_info(policy, list, &info);
	return info.stale;
}

static void
it_is_there_whole_and_for_its_user_alone(void **state)
{
	struct last last;
	struct stat st;
	char part[160];

	(void)state;
	run_once(&last);
	assert_int_equal(stat(last.dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(last.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(part, sizeof(part), "%s.part", last.path);
	assert_int_equal(stat(part, &st), -1);
	assert_int_equal(start(&last, BOTH), 0);
	assert_string_equal(policy_kept_digest(last.kept), last.digest);
	assert_true(policy_kept_stamp(last.kept)->mtime_ns / 1000000000 <= time(NULL));
	assert_null(mark(last.f.policy, 0));
	assert_null(mark(last.f.policy, 1));
	forget(&last);
}

/* Its rules, lines and age; the other list and the actions of both are those of now. */
static void
it_stands_in_for_a_list(void **state)
{
	struct last last;
	struct policy_stamp stamp;
	struct policy_list_info info;
	char path[128];

	(void)state;
	run_once(&last);
	snprintf(path, sizeof(path), "%s/b.txt", last.f.dir);
	assert_int_equal(policy_stamp_file(path, &stamp), 0);
	remove_list(&last, "b.txt");
	replace(&last.f, "a.txt", "one.com\nfive.com\n");
	assert_int_equal(start(&last, LIST("b") "action = refused\n" LIST("a")), 0);
	policy_list_info(last.f.policy, 0, &info);
	assert_non_null(info.stale);
	assert_non_null(strstr(info.stale->why, "[list b] path: "));
	assert_true(info.stale->is_tried);
	assert_int_equal(info.stamp.mtime_ns, stamp.mtime_ns);
	assert_int_equal(info.rules, 2);
	assert_false(info.compiled);
	policy_kept_close(last.kept);
	last.kept = NULL;
	build_views(&last.f);
	assert_string_equal(fixture_ask(&last.f, "x.four.com", A), "b refused b.txt:2");
	assert_string_equal(fixture_ask(&last.f, "five.com", A), "a nxdomain a.txt:2");
	assert_string_equal(fixture_ask(&last.f, "two.com", A), "- pass");
	forget(&last);
}

/* The next generation goes on from there. */
static void
what_stands_in_is_tried_again(void **state)
{
	struct last last;
	struct next next;

	(void)state;
	run_once(&last);
	remove_list(&last, "b.txt");
	assert_int_equal(start(&last, BOTH), 0);
	build_views(&last.f);
	assert_int_equal(renew(&last.f, &next, BOTH, NULL), 0);
	assert_non_null(mark(next.policy, 1));
	build(&last.f, &next);
	take(&last.f, &next);
	assert_string_equal(fixture_ask(&last.f, "four.com", A), "b nxdomain b.txt:2");
	replace(&last.f, "b.txt", "six.com\n");
	assert_int_equal(renew(&last.f, &next, BOTH, NULL), 0);
	assert_null(mark(next.policy, 1));
	build(&last.f, &next);
	take(&last.f, &next);
	assert_string_equal(fixture_ask(&last.f, "six.com", A), "b nxdomain b.txt:1");
	forget(&last);
}

/* The measure of max_shrink outlives a run, as does since when a list has been stale. */
static void
what_was_read_last_is_the_measure(void **state)
{
	struct last last;
	struct base_err err = {0};
	int64_t since;

	(void)state;
	run_once(&last);
	replace(&last.f, "b.txt", "# nothing\n");
	assert_int_equal(start(&last, BOTH), 0);
	assert_non_null(strstr(mark(last.f.policy, 1)->why,
		"0 rules, 2 were read last: shrank by more than max_shrink = 50 %"));
	since = mark(last.f.policy, 1)->since_s;
	assert_int_equal(policy_kept_write(last.f.policy, last.path, last.digest, &err), 0);
	policy_kept_close(last.kept);
	end_run(&last);
	while (time(NULL) == (time_t)since)
		usleep(10000);
	assert_int_equal(start(&last, BOTH), 0);
	assert_int_equal(mark(last.f.policy, 1)->since_s, since);
	policy_kept_close(last.kept);
	end_run(&last);
	assert_int_equal(start(&last, BOTH "max_shrink = 100\n"), 0);
	assert_null(mark(last.f.policy, 1));
	forget(&last);
}

/* A list that is new, or read otherwise, has nothing there: its own error is told. */
static void
other_keys_are_another_list(void **state)
{
	static const char *const others[] = {LIST("a") LIST("b") "match = exact\n",
		LIST("a") "[list c]\npath = b.txt\nformat = domains\n",
		LIST("a") "[list b]\npath = c.txt\nformat = domains\n"};
	struct last last;

	(void)state;
	run_once(&last);
	remove_list(&last, "b.txt");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(start(&last, others[i]), -ENOENT);
		assert_null(last.f.policy);
		assert_non_null(strstr(last.f.err.text, "No such file"));
		policy_kept_close(last.kept);
		end_run(&last);
	}
	last.kept = NULL;
	forget(&last);
}

/* The file is refused, for a reason of these words. */
static void
is_refused(struct last *last, int rc, const char *words)
{
	struct base_err err = {0};

	parse(&last->f, BOTH, &last->f.conf);
	assert_int_equal(policy_kept_open(last->path, last->f.conf, &last->kept, &err), rc);
	assert_null(last->kept);
	if (strstr(err.text, words) == NULL || strstr(err.text, last->path) == NULL)
		fail_msg("%s", err.text);
	end_run(last);
}

static void
flip(const struct last *last, off_t at)
{
	int fd = open(last->path, O_RDWR | O_CLOEXEC);
	uint8_t octet;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &octet, 1, at), 1);
	octet ^= 1;
	assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	close(fd);
}

static void
what_is_not_as_it_was_written_is_not_used(void **state)
{
	struct last last;
	char other[160];

	(void)state;
	run_once(&last);
	flip(&last, 200);
	is_refused(&last, -EBADMSG, "changed since it was written");
	flip(&last, 200);
	flip(&last, 8);
	is_refused(&last, -EBADMSG, "this program reads ");
	flip(&last, 8);
	assert_int_equal(chmod(last.path, 0620), 0);
	is_refused(&last, -EPERM, "others may write it");
	assert_int_equal(chmod(last.path, 0602), 0);
	is_refused(&last, -EPERM, "others may write it");
	assert_int_equal(chmod(last.path, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(last.path, 65534, 65534), 0);
		is_refused(&last, -EPERM, "belongs to another user");
		assert_int_equal(chown(last.path, 0, 0), 0);
	}
	snprintf(other, sizeof(other), "%s/other", last.f.dir);
	assert_int_equal(rename(last.path, other), 0);
	assert_int_equal(symlink(other, last.path), 0);
	is_refused(&last, -EPERM, "not a regular file");
	assert_int_equal(unlink(last.path), 0);
	is_refused(&last, -ENOENT, "No such file");
	assert_int_equal(rename(other, last.path), 0);
	assert_int_equal(truncate(last.path, 300), 0);
	is_refused(&last, -EBADMSG, "cut off");
	assert_int_equal(truncate(last.path, 0), 0);
	is_refused(&last, -EBADMSG, "empty");
	forget(&last);
}

/* Who may write in the folder can put another file there, or a link. */
static void
a_folder_that_others_may_write_is_not_used(void **state)
{
	struct last last;
	struct base_err err = {0};
	char digest[POLICY_DIGEST_TEXT];

	(void)state;
	run_once(&last);
	assert_int_equal(chmod(last.dir, 0777), 0);
	assert_int_equal(policy_kept_open(last.path, NULL, &last.kept, &err), -EPERM);
	assert_null(last.kept);
	assert_non_null(strstr(err.text, "others may write in this folder"));
	assert_int_equal(fixture_load(&last.f, BOTH), 0);
	assert_int_equal(policy_kept_write(last.f.policy, last.path, digest, &err), -EPERM);
	assert_non_null(strstr(err.text, "others may write in this folder"));
	end_run(&last);
	assert_int_equal(chmod(last.dir, 0700), 0);
	forget(&last);
}

/* What stands where the draft goes is put away, not opened: a FIFO would be waited for. */
static void
a_draft_that_blocks_is_put_away(void **state)
{
	struct last last;
	struct base_err err = {0};
	char digest[POLICY_DIGEST_TEXT], part[160];

	(void)state;
	run_once(&last);
	snprintf(part, sizeof(part), "%s.part", last.path);
	assert_int_equal(mkfifo(part, 0600), 0);
	assert_int_equal(fixture_load(&last.f, BOTH), 0);
	assert_int_equal(policy_kept_write(last.f.policy, last.path, digest, &err), 0);
	assert_int_equal(access(part, F_OK), -1);
	end_run(&last);
	assert_int_equal(start(&last, BOTH), 0);
	assert_string_equal(policy_kept_digest(last.kept), digest);
	forget(&last);
}

/* A compiled policy of `weir compile` does not tell how old its lists are: nothing is taken. */
static void
what_no_run_has_kept_stands_in_for_nothing(void **state)
{
	struct last last;
	FILE *to;

	(void)state;
	run_once(&last);
	assert_int_equal(fixture_load(&last.f, BOTH), 0);
	to = fopen(last.path, "w");
	assert_non_null(to);
	assert_int_equal(policy_db_write(last.f.policy, to, last.digest, NULL), 0);
	assert_int_equal(fclose(to), 0);
	end_run(&last);
	replace(&last.f, "b.txt", "six.com\n");
	assert_int_equal(start(&last, BOTH "max_shrink = 0\n"), 0);
	policy_kept_close(last.kept);
	end_run(&last);
	remove_list(&last, "b.txt");
	assert_int_equal(start(&last, BOTH), -ENOENT);
	forget(&last);
}

/* What was there stays: its prefixes cannot be read. */
static void
a_failure_leaves_the_one_before(void **state)
{
	struct last last;
	struct stat st;
	char digest[POLICY_DIGEST_TEXT], part[160];
	struct base_err err = {0};

	(void)state;
	run_once(&last);
	fixture_file(&last.f, "kids.txt", "192.0.2.0/24\n");
	assert_int_equal(
		fixture_load(&last.f, BOTH "[group k]\n[clients k]\nprefix_file = kids.txt\n"), 0);
	remove_list(&last, "kids.txt");
	assert_true(policy_kept_write(last.f.policy, last.path, digest, &err) < 0);
	assert_non_null(strstr(err.text, "kids.txt"));
	/* What would be written is not what is in force. */
	fixture_file(&last.f, "kids.txt", "192.0.3.0/24\n");
	assert_int_equal(policy_kept_write(last.f.policy, last.path, digest, &err), -ESTALE);
	assert_non_null(strstr(err.text, "has changed since the policy was read"));
	snprintf(part, sizeof(part), "%s.part", last.path);
	assert_int_equal(stat(part, &st), -1);
	end_run(&last);
	assert_int_equal(start(&last, BOTH), 0);
	assert_string_equal(policy_kept_digest(last.kept), last.digest);
	forget(&last);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_there_whole_and_for_its_user_alone),
		cmocka_unit_test(it_stands_in_for_a_list),
		cmocka_unit_test(what_stands_in_is_tried_again),
		cmocka_unit_test(what_was_read_last_is_the_measure),
		cmocka_unit_test(other_keys_are_another_list),
		cmocka_unit_test(what_is_not_as_it_was_written_is_not_used),
		cmocka_unit_test(a_folder_that_others_may_write_is_not_used),
		cmocka_unit_test(a_draft_that_blocks_is_put_away),
		cmocka_unit_test(what_no_run_has_kept_stands_in_for_nothing),
		cmocka_unit_test(a_failure_leaves_the_one_before),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
