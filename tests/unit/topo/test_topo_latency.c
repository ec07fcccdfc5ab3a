/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "topo_latency.h"
#include "tree.h"

#include <errno.h>

#define GOOD                                                                                     \
	"{\"format\": \"weir-latency-1\", \"cpu_nodes\": [0, 2], \"memory_nodes\": [0, 1, 2],\n" \
	" \"latency_ns\": [[90.5, 300, 140], [141, 310, 91]],\n"                                 \
	" \"bytes_per_s\": [[1e10, 2e9, 5e9], [5e9, 2e9, 1e10]]}\n"

static int
read_text(const char *root, const char *text, struct topo_latency **latency, struct base_err *err)
{
	char path[TREE_PATH_MAX];

	tree_put(root, "latency.json", text);
	tree_path(root, "latency.json", path);
	return topo_latency_read(path, latency, err);
}

static void
what_is_no_measurement_is_refused(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} bad[] = {
		{"weir-latency-1", "weir-latency-2", "format"},
		{"\"format\"", "\"shape\"", "format"},
		{"\"weir-latency-1\"", "1", "format"},
		{"[0, 2]", "[]", "cpu_nodes"},
		{"[0, 2]", "[0, 0]", "cpu_nodes"},
		{"[0, 2]", "[0, -1]", "cpu_nodes"},
		{"[0, 2]", "[0, 1024]", "cpu_nodes"},
		{"[0, 2]", "[0, 2.5]", "cpu_nodes"},
		{"[0, 2]", "\"0\"", "cpu_nodes"},
		{"[0, 2]", "[0]", "latency_ns"},
		{"[0, 1, 2]", "[0, 1]", "latency_ns"},
		{"[0, 1, 2]", "{}", "memory_nodes"},
		{"90.5", "-90.5", "latency_ns"},
		{"90.5", "\"90\"", "latency_ns"},
		{"90.5", "null", "latency_ns"},
		{"90.5,", "", "latency_ns"},
		{"[141, 310, 91]", "7", "latency_ns"},
		{"2e9", "[2e9]", "bytes_per_s"},
		{"\"bytes_per_s\"", "\"bytes\"", "bytes_per_s"},
		{"90.5", "1e999", ":2: no JSON"},
		{"]]}", "]]", "no JSON"},
		{"{\"format\"", "\"format\"", ":1: no JSON"},
		{"\"cpu_nodes\"", "\"format\": 1, \"cpu_nodes\"", "no JSON"},
	};
	struct topo_latency *latency;

	for (size_t i = 0; i < UNIT_COUNT(bad); i++) {
		const char *at = strstr(GOOD, bad[i].from);
		struct base_err err = {0};
		char text[1024];

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD), GOOD, bad[i].to,
			at + strlen(bad[i].from));
		assert_int_equal(read_text(*state, text, &latency, &err), -EINVAL);
		assert_null(latency);
		assert_int_equal(err.exit, BASE_EXIT_FAILURE);
		assert_non_null(strstr(err.text, "latency.json:"));
		if (strstr(err.text, bad[i].says) == NULL)
			fail_msg("%s -> %s: %s", bad[i].from, bad[i].to, err.text);
	}
	assert_int_equal(read_text(*state, "", &latency, NULL), -EINVAL);
	assert_int_equal(topo_latency_read("/nonexistent/file", &latency, NULL), -ENOENT);
	assert_int_equal(topo_latency_read(*state, &latency, NULL), -EINVAL); /* a folder */
}

static void
cells_are_found_by_node(void **state)
{
	struct topo_latency *latency;

	assert_int_equal(read_text(*state, GOOD, &latency, NULL), 0);
	assert_true(topo_latency_cell(latency, 0, 0)->latency_ns == 90.5);
	assert_true(topo_latency_cell(latency, 2, 1)->latency_ns == 310);
	assert_true(topo_latency_cell(latency, 0, 2)->latency_ns == 140);
	assert_true(topo_latency_cell(latency, 0, 2)->bytes_per_s == 5e9);
	assert_null(topo_latency_cell(latency, 1, 0)); /* node 1 has no CPU */
	assert_null(topo_latency_cell(latency, 0, 3));
	assert_null(topo_latency_cell(latency, TOPO_NODE_NONE, 0));
	topo_latency_free(latency);
}

static void
what_is_written_is_read(void **state)
{
	char path[TREE_PATH_MAX], other[TREE_PATH_MAX];
	struct topo_latency *latency, *again;
	struct base_err err = {0};

	assert_int_equal(read_text(*state, GOOD, &latency, NULL), 0);
	latency->page_bytes = 2 << 20;
	latency->pages_checked = 12;
	tree_path(*state, "copy.json", path);
	tree_path(*state, "copy.json.new", other);
	assert_int_equal(topo_latency_write(latency, path, NULL), 0);
	assert_int_equal(topo_latency_read(path, &again, NULL), 0);
	assert_int_equal(again->page_bytes, 2 << 20);
	assert_int_equal(again->pages_checked, 12);
	for (size_t i = 0; i < 6; i++) {
		assert_true(again->cells[i].latency_ns == latency->cells[i].latency_ns);
		assert_true(again->cells[i].bytes_per_s == latency->cells[i].bytes_per_s);
	}
	assert_int_equal(access(other, F_OK), -1);
	topo_latency_free(again);

	/* A folder of that name: the file that could not take its place is gone again. */
	tree_put(*state, "folder/x", "");
	tree_path(*state, "folder", path);
	tree_path(*state, "folder.new", other);
	assert_true(topo_latency_write(latency, path, &err) < 0);
	assert_non_null(strstr(err.text, "folder: cannot be written: "));
	assert_int_equal(access(other, F_OK), -1);
	topo_latency_free(latency);
	topo_latency_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_no_measurement_is_refused, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(cells_are_found_by_node, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(what_is_written_is_read, tree_new, tree_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
