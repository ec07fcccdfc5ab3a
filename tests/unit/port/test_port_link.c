/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port.h"
#include "unit.h"
#include "unit_eal.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void
open_port(const char *devargs, struct port *port)
{
	struct port_conf conf = {.name = "lan",
		.devargs = devargs,
		.node = -1,
		.poll_node = unit_eal_node(),
		.rx_queues = 1,
		.tx_queues = 1,
		.rx_desc = 64,
		.tx_desc = 64,
		.mtu = 1500,
		.pool = {.mbufs = 511, .cache = 32, .data_room = 2048 + RTE_PKTMBUF_HEADROOM}};

	assert_int_equal(port_open(&conf, port, NULL), 0);
}

static void
a_device_without_a_switch_says_so(void **state)
{
	struct port port;

	(void)state;
	open_port("net_null0", &port);
	assert_int_equal(port_start(&port, NULL), 0);
	assert_int_equal(port_link_set(&port, false), -ENOTSUP);
	port_close(&port);
}

static void
a_link_is_up_once_the_device_is(void **state)
{
	struct port_link link;
	struct port port;

	(void)state;
	open_port("net_ring0", &port);
	assert_false(port_link_read(&port, &link));
	assert_int_equal(port_start(&port, NULL), 0);
	assert_true(port_link_read(&port, &link));
	assert_int_equal(link.speed_mbps, 10000);
	assert_int_equal(port_link_set(&port, false), 0);
	assert_false(port_link_read(&port, &link));
	assert_int_equal(port_link_set(&port, true), 0);
	assert_true(port_link_read(&port, &link));
	port_close(&port);
}

/* The interface is asked, not the driver, which calls every link up. */
static void
an_interface_that_is_not_there_is_down(void **state)
{
	struct port port;
	struct port_link link;

	(void)state;
	open_port("net_null0", &port);
	assert_int_equal(port_start(&port, NULL), 0);
	assert_true(port_link_read(&port, &link));
	port.devargs = "net_af_packet0,iface=nosuchlink0,qpairs=1";
	assert_false(port_link_read(&port, &link));
	assert_int_equal(port_link_set(&port, true), -ENODEV);
	port.devargs = "net_af_xdp0,iface=lo";
	assert_true(port_link_read(&port, &link) || !link.is_up);
	assert_int_equal(link.speed_mbps, 0);
	port.devargs = "net_null0";
	port_close(&port);
}

static void
a_device_that_does_not_tell_wakes_nobody(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK);
	struct port port;

	(void)state;
	open_port("net_null0", &port);
	assert_false(port_link_wake(&port, fd, true));
	/* As a device that does: the event comes from its interrupt. */
	port.tells_link = true;
	assert_true(port_link_wake(&port, fd, true));
	port_link_wake(&port, fd, false);
	port_close(&port);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_without_a_switch_says_so),
		cmocka_unit_test(a_link_is_up_once_the_device_is),
		cmocka_unit_test(an_interface_that_is_not_there_is_down),
		cmocka_unit_test(a_device_that_does_not_tell_wakes_nobody),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
