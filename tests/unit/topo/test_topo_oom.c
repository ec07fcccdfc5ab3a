/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_advice.h"
#include "topo_latency.h"
#include "tree.h"

#include <errno.h>

/* Each allocation of the room fails once, in turn: the linker sends them here. */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_strdup(const char *text);
int __real_vasprintf(char **text, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
FILE *__real_open_memstream(char **text, size_t *len);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_strdup(const char *text);
int __wrap_vasprintf(char **text, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
FILE *__wrap_open_memstream(char **text, size_t *len);

static long left = -1; /* allocations that succeed before one fails; -1: none fails */

static bool
fails(void)
{
	if (left < 0)
		return false;
	if (left-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *
__wrap_calloc(size_t n, size_t bytes)
{
	return fails() ? NULL : __real_calloc(n, bytes);
}

void *
__wrap_realloc(void *old, size_t bytes)
{
	return fails() ? NULL : __real_realloc(old, bytes);
}

char *
__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

int
__wrap_vasprintf(char **text, const char *fmt, va_list args)
{
	return fails() ? -1 : __real_vasprintf(text, fmt, args);
}

FILE *
__wrap_open_memstream(char **text, size_t *len)
{
	return fails() ? NULL : __real_open_memstream(text, len);
}

/* Whether the failure was never reached: then the walk is over. */
static bool
is_walked(void)
{
	bool walked = left >= 0;

	left = -1;
	return walked;
}

static void
reading_a_machine(void **state)
{
	char root[TREE_PATH_MAX];
	long n = 0;

	(void)state;
	snprintf(root, sizeof(root), "%s/two", getenv("WEIR_MACHINES"));
	for (bool done = false; !done; n++) {
		struct base_err err = {0};
		struct topo *topo = (struct topo *)root;
		int rc;

		left = n;
		rc = topo_read(root, &topo, &err);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		assert_int_equal(err.exit, done ? BASE_EXIT_OK : BASE_EXIT_UNAVAILABLE);
		assert_true((topo != NULL) == done);
		topo_free(topo);
	}
	assert_true(n > 20);
}

/* Warnings take memory too. */
static void
reading_a_poor_machine(void **state)
{
	long n = 0;

	tree_put(*state, "sys/devices/system/cpu/present", "0-3\n");
	for (bool done = false; !done; n++) {
		struct topo *topo;
		int rc;

		left = n;
		rc = topo_read(*state, &topo, NULL);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		topo_free(topo);
	}
	assert_true(n > 20);
}

static void
giving_advice(void **state)
{
	struct topo *topo = tree_machine("two");
	long n = 0;

	(void)state;
	for (bool done = false; !done; n++) {
		struct topo_advice_list *list;
		int rc;

		left = n;
		rc = topo_advise(topo, &list, NULL);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		assert_true((list != NULL) == done);
		topo_advice_free(list);
	}
	assert_true(n > 15);
	topo_free(topo);
}

static void
measuring(void **state)
{
	const struct topo_measure_args args = {.bytes = 64 << 10, .cell_seconds = 0.001};
	struct topo_latency *latency;
	struct base_err err = {0};
	struct topo *topo;
	long n = 0;

	(void)state;
	if (topo_read(NULL, &topo, &err) < 0)
		fail_msg("%s", err.text);
	for (bool done = false; !done; n++) {
		int rc;

		left = n;
		rc = topo_measure(topo, &args, &latency, NULL);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		assert_true((latency != NULL) == done);
		topo_latency_free(latency);
	}
	assert_true(n > 4);
	topo_free(topo);
}

/* Ours alone: jansson 2.14 does not survive that its own allocations fail. */
static void
loading_latencies(void **state)
{
	static const char text[] = "{\"format\": \"weir-latency-1\", \"cpu_nodes\": [0], "
				   "\"memory_nodes\": [0], \"latency_ns\": [[1.5]], "
				   "\"bytes_per_s\": [[1]]}";
	char path[TREE_PATH_MAX];
	long n = 0;

	tree_put(*state, "a.json", text);
	tree_path(*state, "a.json", path);
	for (bool done = false; !done; n++) {
		struct topo_latency *latency;
		int rc;

		left = n;
		rc = topo_latency_read(path, &latency, NULL);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		assert_true((latency != NULL) == done);
		topo_latency_free(latency);
	}
	assert_true(n > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_a_machine),
		cmocka_unit_test_setup_teardown(reading_a_poor_machine, tree_new, tree_free),
		cmocka_unit_test(giving_advice),
		cmocka_unit_test(measuring),
		cmocka_unit_test_setup_teardown(loading_latencies, tree_new, tree_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
