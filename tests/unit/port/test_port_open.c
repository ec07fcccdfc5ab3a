/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_conf_unit.h"
#include "unit.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct port_conf
conf_of(const char *devargs)
{
	struct port_conf conf = port_conf_of(devargs);

	conf.promiscuous = true;
	return conf;
}

/* Opens what must be refused: nothing is left of it. */
static void
assert_refused(const struct port_conf *conf, enum base_exit exit, const char *word)
{
	uint16_t before = rte_eth_dev_count_avail();
	struct base_err err = {0};
	struct port port;

	assert_true(port_open(conf, &port, &err) < 0);
	assert_int_equal(err.exit, exit);
	if (strstr(err.text, word) == NULL)
		fail_msg("`%s' lacks `%s'", err.text, word);
	assert_null(port.name);
	assert_null(port.pool);
	port_close(&port);
	assert_int_equal(rte_eth_dev_count_avail(), before);
}

static void
a_device_that_is_not_there_is_refused(void **state)
{
	struct port_conf conf = conf_of("net_nosuch0");

	(void)state;
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "net_nosuch0: no driver of that name");
	conf.devargs = "0000:ff:1f.7";
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "dpdk-devbind.py -b vfio-pci 0000:ff:1f.7");
	conf.devargs = "net_null0,nosuchargument=1";
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "fails with these arguments");
	conf.devargs = "net_pcap0,rx_pcap=/nonexistent/in.pcap";
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "net_pcap0");
	conf.devargs =
		"net_null_with_a_name_that_is_far_too_long_for_any_ethernet_device_of_dpdk_0";
	assert_refused(&conf, BASE_EXIT_CONFIG, "longer than");
}

static void
what_the_device_cannot_do_is_refused(void **state)
{
	struct port_conf conf = conf_of("net_null0");

	(void)state;
	conf.rx_queues = 2000;
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "the lcores need 2000 and 1");
	conf = conf_of("net_null0");
	conf.mtu = 2048;
	assert_refused(
		&conf, BASE_EXIT_CONFIG, "[pool] data_room = 2048 is too small: it needs 2070");
	conf = conf_of("net_null0");
	conf.pool.mbufs = 1u << 20;
	assert_refused(&conf, BASE_EXIT_UNAVAILABLE, "mbuf pool of port lan");
}

/* Its driver cuts what is longer, or throws it away and calls it sent; lo is everywhere. */
static void
a_slot_of_af_packet_must_hold_a_frame(void **state)
{
	struct port_conf conf = conf_of("net_af_packet0,iface=lo,framesz=1024,framecnt=64");
	struct port port;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_refused(&conf, BASE_EXIT_CONFIG, "beyond 992 octets, a frame may have 1522");
	conf = conf_of("net_af_packet0,iface=lo,framecnt=64");
	conf.promiscuous = false;
	assert_int_equal(port_open(&conf, &port, NULL), 0);
	assert_int_equal(port.frame_max, 2016);
	assert_int_equal(port.whole_max, 2016);
	port_close(&port);
	conf = conf_of("net_af_packet0,iface=lo,framesz=16384,blocksz=16384,framecnt=16");
	conf.promiscuous = false;
	conf.pool.mbufs = 63;
	conf.pool.cache = 0;
	conf.pool.data_room = 16352 + RTE_PKTMBUF_HEADROOM;
	assert_int_equal(port_open(&conf, &port, NULL), 0);
	assert_int_equal(port.frame_max, 16352);
	port_close(&port);
}

/* Of a device that is given none; its driver wants to know of no MTU above 1500. */
static void
slots_of_af_packet_follow_from_the_mtu(void **state)
{
	struct port_conf conf = conf_of("net_af_packet0,iface=lo,framecnt=16");
	struct port port;
	struct base_err err = {0};

	(void)state;
	if (geteuid() != 0)
		skip();
	conf.promiscuous = false;
	conf.mtu = 9000;
	conf.pool.mbufs = 63;
	conf.pool.cache = 0;
	assert_refused(&conf, BASE_EXIT_CONFIG, "data_room = 2048 is too small: it needs 9184");
	conf.pool.data_room = 9184 + RTE_PKTMBUF_HEADROOM;
	assert_int_equal(port_open(&conf, &port, &err), 0);
	assert_int_equal(port.frame_max, 9184);
	assert_int_equal(port.whole_max, 9184);
	assert_int_equal(port.mtu, 9000);
	port_close(&port);
	conf.devargs = "net_af_packet0,iface=lo,framecnt=16,framesz=4096,blocksz=4096";
	assert_refused(&conf, BASE_EXIT_CONFIG, "without framesz and blocksz it gets slots");
}

static void
the_mtu_is_that_of_the_kernels_interface(void **state)
{
	struct port port = {.devargs = "net_af_packet0,iface=lo"};
	char iface[PORT_IFACE_MAX];

	(void)state;
	assert_int_equal(port_iface_mtu(&port, iface), 65536);
	assert_string_equal(iface, "lo");
	port.devargs = "net_af_xdp0,iface=nosuch0";
	assert_int_equal(port_iface_mtu(&port, iface), 0);
	port.devargs = "net_null0";
	assert_int_equal(port_iface_mtu(&port, iface), 0);
}

static void
a_port_goes_up_and_down_and_up_again(void **state)
{
	struct port_conf conf = conf_of("net_null0,size=60");
	unsigned int pools;
	struct rte_mbuf *mbuf;
	struct port_counters seen;
	struct port port;
	struct base_err err = {0};

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(port_open(&conf, &port, &err), 0);
		assert_string_equal(port.name, "lan");
		assert_int_equal(port.node, unit_eal_node());
		assert_false(port.csum_offload);
		assert_int_equal(port.frame_max, UINT32_MAX);
		assert_int_equal(port.segs_max, UINT16_MAX); /* what it is given it frees */
		pools = rte_mempool_avail_count(port.pool);
		assert_int_equal(pools, 511);
		assert_int_equal(port_start(&port, &err), 0);
		assert_int_equal(rte_eth_rx_burst(port.id, 0, &mbuf, 1), 1);
		assert_int_equal(rte_eth_tx_burst(port.id, 0, &mbuf, 1), 1);
		port_read_counters(&port, &seen);
		assert_int_equal(seen.rx, 1);
		assert_int_equal(seen.tx, 1);
		assert_int_equal(rte_mempool_avail_count(port.pool), 511);
		port_stop(&port);
		port_close(&port);
		port_close(&port);
		assert_int_equal(rte_eth_dev_count_avail(), 0);
	}
}

static void
the_same_device_twice_is_refused(void **state)
{
	struct port_conf conf = conf_of("net_null0");
	struct port port;

	(void)state;
	assert_int_equal(port_open(&conf, &port, NULL), 0);
	assert_refused(&conf, BASE_EXIT_CONFIG, "of that name already");
	port_close(&port);
}

static void
a_pci_address_is_told_from_a_vdev(void **state)
{
	static const char *const pci[] = {
		"0000:18:00.0", "18:00.1", "10000:ff:1f.7", "0000:18:00.0,arg=1"};
	static const char *const vdev[] = {"net_null0", "net_ring0,nodeaction=a:0:CREATE",
		"0000:18:00", "0000:18:00.8", "0000:18:00.01", ":18:00.0", "", "18.0", "eth0"};

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(pci); i++)
		assert_true(port_is_pci(pci[i]));
	for (size_t i = 0; i < UNIT_COUNT(vdev); i++)
		assert_false(port_is_pci(vdev[i]));
}

static void
a_device_that_shares_its_pool_with_the_kernel_is_told(void **state)
{
	(void)state;
	assert_true(port_wants_even("net_af_xdp0,iface=eth0"));
	assert_false(port_wants_even("net_af_packet0,iface=eth0"));
	assert_false(port_wants_even("0000:18:00.0"));
}

static void
count_visit(void *arg, const char *name, uint64_t value)
{
	assert_true(strlen(name) > 0);
	assert_true(value > 0);
	++*(uint32_t *)arg;
}

static void
extended_counters_are_those_that_moved(void **state)
{
	struct port_conf conf = conf_of("net_null0");
	struct rte_mbuf *mbuf;
	struct port port;
	uint32_t n = 0;

	(void)state;
	assert_int_equal(port_open(&conf, &port, NULL), 0);
	assert_int_equal(port_start(&port, NULL), 0);
	port_walk_xstats(&port, count_visit, &n);
	assert_int_equal(n, 0);
	assert_int_equal(rte_eth_rx_burst(port.id, 0, &mbuf, 1), 1);
	port_walk_xstats(&port, count_visit, &n);
	assert_true(n > 0);
	rte_pktmbuf_free(mbuf);
	port_close(&port);
}

/* The pool holds all that descriptors, bursts and caches can keep at once. */
static void
a_pool_is_sized_for_all_that_can_hold_an_mbuf(void **state)
{
	struct port_conf conf = conf_of("net_null0");

	(void)state;
	conf.rx_queues = 2;
	conf.rx_desc = 1000;
	conf.tx_desc = 500;
	conf.pool.cache = 0;
	assert_int_equal(port_mbufs(&conf, 0, 32, 1), 2500);
	assert_int_equal(port_mbufs(&conf, 2, 32, 1), 2500 + 2 * 64 + 2);
	assert_int_equal(port_mbufs(&conf, 2, 32, 3), 3 * (2500 + 2 * 64) + 2);
	conf.pool.cache = 256;
	assert_int_equal(port_mbufs(&conf, 2, 32, 1), 2500 + 2 * 64 + 2 * 385);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_shares_its_pool_with_the_kernel_is_told),
		cmocka_unit_test(a_device_that_is_not_there_is_refused),
		cmocka_unit_test(what_the_device_cannot_do_is_refused),
		cmocka_unit_test(a_slot_of_af_packet_must_hold_a_frame),
		cmocka_unit_test(slots_of_af_packet_follow_from_the_mtu),
		cmocka_unit_test(the_mtu_is_that_of_the_kernels_interface),
		cmocka_unit_test(a_port_goes_up_and_down_and_up_again),
		cmocka_unit_test(the_same_device_twice_is_refused),
		cmocka_unit_test(a_pci_address_is_told_from_a_vdev),
		cmocka_unit_test(extended_counters_are_those_that_moved),
		cmocka_unit_test(a_pool_is_sized_for_all_that_can_hold_an_mbuf),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
