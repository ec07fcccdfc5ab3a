/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_byteorder.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_thash.h>

#include <string.h>

static int
open_port(const char *devargs, uint16_t queues, struct port *port)
{
	struct port_conf conf = {.name = "lan",
		.devargs = devargs,
		.node = -1,
		.poll_node = unit_eal_node(),
		.rx_queues = queues,
		.tx_queues = queues,
		.rx_desc = 64,
		.tx_desc = 64,
		.mtu = 1500,
		.pool = {.mbufs = 2047, .cache = 32, .data_room = 2048 + RTE_PKTMBUF_HEADROOM}};

	return port_open(&conf, port, NULL);
}

static void
one_queue_needs_no_rss(void **state)
{
	struct port port;

	(void)state;
	assert_int_equal(open_port("net_null0", 1, &port), 0);
	assert_int_equal(port_start(&port, NULL), 0);
	assert_int_equal(port.spread, PORT_SPREAD_NONE);
	assert_int_equal(port.rss_key[0], 0);
	port_close(&port);
}

/* A device without RSS does as it likes with its queues. */
static void
a_device_without_rss_says_so(void **state)
{
	struct port port;

	(void)state;
	assert_int_equal(open_port("net_ring0", 2, &port), 0);
	assert_int_equal(port_start(&port, NULL), 0);
	assert_int_equal(port.spread, PORT_SPREAD_OTHER);
	port_close(&port);
}

/* net_null has a key and a table, and takes both. */
static void
key_and_table_are_ours(void **state)
{
	struct rte_eth_rss_reta_entry64 table[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	uint8_t key[40] = {0};
	struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = sizeof(key)};
	struct port port;

	(void)state;
	assert_int_equal(open_port("net_null0", 3, &port), 0);
	assert_int_equal(port_start(&port, NULL), 0);
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port.id, &conf), 0);
	assert_memory_equal(key, port.rss_key, sizeof(key));
	assert_int_equal(rte_eth_dev_rss_reta_query(port.id, table, 128), 0);
	for (uint32_t i = 0; i < 128; i++)
		assert_int_equal(table[i / 64].reta[i % 64], i % 64 % 3);
	port_close(&port);
}

static uint32_t
hash(const uint8_t *key, uint32_t *words, uint32_t n)
{
	return rte_softrss(words, n, key);
}

/* The key hashes both directions of every pair of addresses alike. */
static void
the_key_is_symmetric(void **state)
{
	struct port port;
	uint32_t differ = 0, last = 0;

	(void)state;
	assert_int_equal(open_port("net_null0", 2, &port), 0);
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t v4[2] = {i * 2654435761u, ~i * 40503u};
		uint32_t back4[2] = {v4[1], v4[0]};
		uint32_t v6[8] = {0x20010db8, i, i * 7919, 1, 0x20010db8, 2, ~i, i * 104729};
		uint32_t back6[8];

		memcpy(back6, v6 + 4, 16);
		memcpy(back6 + 4, v6, 16);
		assert_int_equal(hash(port.rss_key, v4, 2), hash(port.rss_key, back4, 2));
		assert_int_equal(hash(port.rss_key, v6, 8), hash(port.rss_key, back6, 8));
		differ += hash(port.rss_key, v4, 2) != last;
		last = hash(port.rss_key, v4, 2);
	}
	assert_true(differ > 190);
	port_close(&port);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_queue_needs_no_rss),
		cmocka_unit_test(a_device_without_rss_says_so),
		cmocka_unit_test(key_and_table_are_ours),
		cmocka_unit_test(the_key_is_symmetric),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
