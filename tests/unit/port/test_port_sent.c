/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Devices that hold frames which they took: their count of what was sent is the test's own.
 */
#include "base_clock.h"
#include "port.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <string.h>

#define N_PORTS 2
#define BEFORE	1000 /* counted when the device was started */
#define DESCS	64

/* What a device says. */
static struct device {
	uint64_t sent, failed;
	uint64_t each; /* frames that leave between two looks */
	uint64_t end;  /* no more than so many */
	int rc;
	unsigned int looks;
} devices[N_PORTS];

int __real_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats);
int __wrap_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats);

int
__wrap_rte_eth_stats_get(uint16_t id, struct rte_eth_stats *stats)
{
	struct device *device = &devices[id];

	assert_true(id < N_PORTS);
	device->looks++;
	device->sent += RTE_MIN(device->each, device->end - device->sent);
	memset(stats, 0, sizeof(*stats));
	stats->opackets = device->sent;
	stats->oerrors = device->failed;
	return device->rc;
}

static struct port ports[N_PORTS];

static int
set_up(void **state)
{
	static const char *const names[N_PORTS] = {"net_null0", "net_null1"};

	(void)state;
	memset(devices, 0, sizeof(devices));
	for (uint32_t i = 0; i < N_PORTS; i++) {
		struct port_conf conf = {.name = "lan",
			.devargs = names[i],
			.node = -1,
			.poll_node = unit_eal_node(),
			.rx_queues = 1,
			.tx_queues = 1,
			.rx_desc = DESCS,
			.tx_desc = DESCS,
			.mtu = 1500,
			.pool = {.mbufs = 511,
				.cache = 32,
				.data_room = 2048 + RTE_PKTMBUF_HEADROOM}};

		devices[i].sent = devices[i].end = BEFORE;
		if (port_open(&conf, &ports[i], NULL) < 0 || port_start(&ports[i], NULL) < 0)
			return -1;
		assert_false(ports[i].counts_sent);
		ports[i].counts_sent = true;
		ports[i].counted = BEFORE;
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	port_close_all(ports, N_PORTS);
	return 0;
}

/* Waits for so many frames of either port; how long it took. */
static uint64_t
await(uint64_t first, uint64_t second, uint64_t left[N_PORTS])
{
	uint64_t handed[N_PORTS] = {first, second}, begin = base_clock_ns();

	memset(left, 0xff, N_PORTS * sizeof(*left));
	port_await_sent(ports, N_PORTS, handed, left);
	return base_clock_ns() - begin;
}

static void
frames_that_still_leave_are_waited_for(void **state)
{
	uint64_t left[N_PORTS];

	(void)state;
	devices[0].each = 20;
	devices[0].end = BEFORE + 40;
	await(40, 0, left);
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 0);
	assert_int_equal(devices[0].sent, BEFORE + 40);
}

static void
what_does_not_leave_is_told_when_the_limit_is_over(void **state)
{
	uint64_t left[N_PORTS];

	(void)state;
	devices[0].sent = devices[0].end = BEFORE + 40;
	devices[1].sent = devices[1].end = BEFORE + 1;
	assert_true(await(40, 6, left) >= PORT_SENT_LIMIT_NS);
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 5);
}

/* A device that counts what it takes, as most virtual ones do. */
static void
a_device_that_has_counted_all_is_given_a_moment(void **state)
{
	uint64_t left[N_PORTS];

	(void)state;
	devices[0].sent = devices[0].end = BEFORE + 38;
	devices[0].failed = 2;
	assert_true(await(40, 0, left) >= PORT_SENT_LEAST_NS);
	assert_int_equal(left[0], 0);
	assert_in_range(devices[0].looks, 1, 4); /* one at its start */
}

static void
nobody_waits_where_nothing_was_sent(void **state)
{
	uint64_t left[N_PORTS];
	unsigned int looks = devices[0].looks;

	(void)state;
	await(0, 0, left);
	assert_int_equal(devices[0].looks, looks);
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 0);
}

/* It counts others' frames too, has wrapped, or tells nothing. */
static void
a_count_that_cannot_be_compared_says_nothing(void **state)
{
	uint64_t left[N_PORTS];

	(void)state;
	devices[0].sent = devices[0].end = BEFORE + 41;
	devices[1].sent = devices[1].end = BEFORE + 1;
	await(40, DESCS + 2, left);
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 0);
	devices[1].rc = -ENOTSUP;
	ports[1].counted = 0;
	await(40, 1, left);
	assert_int_equal(left[1], 0);
}

/* net_memif forgets its count when the other end goes. */
static void
a_virtual_device_is_given_its_moment_and_not_asked(void **state)
{
	uint64_t left[N_PORTS];
	unsigned int looks = devices[0].looks;

	(void)state;
	ports[0].counts_sent = false;
	assert_true(await(40, 0, left) >= PORT_SENT_LEAST_NS);
	assert_int_equal(devices[0].looks, looks);
	assert_int_equal(left[0], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			frames_that_still_leave_are_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_does_not_leave_is_told_when_the_limit_is_over, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_device_that_has_counted_all_is_given_a_moment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			nobody_waits_where_nothing_was_sent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_count_that_cannot_be_compared_says_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_virtual_device_is_given_its_moment_and_not_asked, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
