/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "unit_plan.h"

/* Each allocation of the room fails once, in turn: the linker sends them here. */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
int __real_vasprintf(char **text, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
FILE *__real_open_memstream(char **text, size_t *len);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
int __wrap_asprintf(char **text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __wrap_vasprintf(char **text, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
FILE *__wrap_open_memstream(char **text, size_t *len);

static long left = -1; /* allocations that succeed before one fails; -1: none fails */

static bool
fails(void)
{
	if (left < 0 || left-- > 0)
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

int
__wrap_vasprintf(char **text, const char *fmt, va_list args)
{
	return fails() ? -1 : __real_vasprintf(text, fmt, args);
}

int
__wrap_asprintf(char **text, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = __wrap_vasprintf(text, fmt, args);
	va_end(args);
	return n;
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

/* Every kind of edge and note. */
static const char crossing[] =
	"[port near]\ndevice = 0000:18:00.0\npeer = far\n"
	"[port far]\ndevice = 0000:af:00.0\npeer = near\n"
	"[port v]\ndevice = net_null0\nnode = 1\npeer = v\n[lcore 1]\nports = near:0\n"
	"[lcore 2]\nports = far, near:1\n[lcore 3]\nports = v\n[weir]\nnuma = prefer\n"
	"[eal]\nlcores = (0,6)@0,1@4,2@5,3@(1,9)\n";

/* A ring that crosses nodes. */
static const char rings[] =
	"[port v]\ndevice = net_null0\npeer = v\n[lcore 1]\nrole = rx\nports = v\nfeeds = 2\n"
	"[lcore 2]\nrole = classify\nfeeds = 3\n[lcore 3]\nrole = tx\nports = v\n"
	"[weir]\nnuma = prefer\n[eal]\nlcores = 0@0,1@1,2@4,3@2\n";

/* Roles that nobody named. */
static const char shared[] =
	"[port v]\ndevice = net_pcap0,rx_pcap=a,tx_pcap=b\n[eal]\nworkers = 4\n";

static void
lay_out(const char *ini)
{
	struct plan_input in = {.kind = PLAN_RUN};
	struct fixture f;
	long n = 0;

	fixture_run(&f, "two", ini);
	in.conf = f.conf;
	in.topo = f.topo;
	for (bool done = false; !done; n++) {
		struct base_err err = {0};
		struct plan *plan = f.plan;
		int rc;

		left = n;
		rc = plan_layout(&in, &plan, &err);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		assert_int_equal(err.exit, done ? BASE_EXIT_OK : BASE_EXIT_UNAVAILABLE);
		assert_true((plan != NULL) == done);
		plan_free(plan);
	}
	assert_true(n > 20);
	fixture_free(&f);
}

static void
laying_out(void **state)
{
	(void)state;
	lay_out(crossing);
	lay_out(rings);
	lay_out(shared);
}

static void
filling(void **state)
{
	struct plan_cost cost = {.dpdk_bytes = 1};
	long n = 0;

	(void)state;
	plan_cost_add(
		&cost, &(struct plan_part){
			       .name = "x", .call = "y", .scope = PLAN_EACH_WORKER, .bytes = 1});
	for (bool done = false; !done; n++) {
		struct fixture f;
		int rc;

		fixture_run(&f, "two", crossing);
		left = n;
		rc = plan_fill(f.plan, &cost, &f.err);
		done = is_walked();
		assert_int_equal(rc, done ? 0 : -ENOMEM);
		fixture_free(&f);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laying_out),
		cmocka_unit_test(filling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
