/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_conf_unit.h"
#include "unit.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void
open_port(const char *devargs, struct port *port)
{
	struct port_conf conf = port_conf_of(devargs);

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
	port.if_index = 12345678;
	assert_false(port_link_read(&port, &link));
	assert_true(link.is_gone);
	assert_int_equal(port_link_set(&port, true), -ENODEV);
	port.if_index = if_nametoindex("lo");
	port_link_read(&port, &link);
	assert_false(link.is_gone);
	assert_int_equal(link.speed_mbps, 0);
	port_close(&port);
}

/* A device's sockets are bound to the interface, not to its name. */
static void
one_that_comes_back_under_its_name_is_another(void **state)
{
	struct port port = {.name = "lan", .devargs = "net_af_packet0,iface=weir_one"};
	struct port_link link;
	int fd;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0 ||
		system("ip link add weir_one type veth peer name weir_two && "
		       "ip link set weir_one up && ip link set weir_two up") != 0)
		skip(); /* not root */
	fd = port_events_open();
	assert_true(fd >= 0);
	port.if_index = if_nametoindex("weir_one");
	assert_true(port_link_read(&port, &link));
	assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0), 0);
	assert_int_equal(
		system("ip link set weir_one down && ip link set weir_one name weir_new && "
		       "ip link set weir_new up"),
		0);
	assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0), 1);
	port_events_take(fd);
	assert_int_equal(poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0), 0);
	close(fd);
	assert_true(port_link_read(&port, &link));
	assert_int_equal(port_link_set(&port, false), 0);
	assert_false(port_link_read(&port, &link));
	assert_false(link.is_gone);
	assert_int_equal(system("ip link del weir_new && ip link add weir_one type veth peer name "
				"weir_two && ip link set weir_one up && ip link set weir_two up"),
		0);
	assert_false(port_link_read(&port, &link));
	assert_true(link.is_gone);
	assert_int_equal(port_link_set(&port, false), -ENODEV);
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
		cmocka_unit_test(one_that_comes_back_under_its_name_is_another),
	};

	return cmocka_run_group_tests(tests, unit_eal_start, unit_eal_stop);
}
