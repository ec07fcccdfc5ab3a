/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port.h"
#include "unit.h"

#include <sched.h>
#include <stdlib.h>

/* Offloads of the interface of a device that is not opened: the kernel is asked alone. */
static bool
ask(const char *devargs, struct port_offloads *out)
{
	const struct port port = {.name = "lan", .devargs = devargs};

	return port_offloads_read(&port, out);
}

static void
a_device_without_an_interface_has_none(void **state)
{
	static const char *const devices[] = {"0000:03:00.0", "net_tap0,iface=lo", "net_null0",
		"net_af_packet0", "net_af_packet0,iface=", "net_af_packet0,iface=nosuchlink0",
		"net_af_packet0,iface=much_too_long_for_one"};
	struct port_offloads on;

	(void)state;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		assert_false(ask(devices[i], &on));
}

static void
each_is_seen_until_it_is_off(void **state)
{
	struct port_offloads on;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0 ||
		system("ip link add one type veth peer name two && "
		       "ethtool -K one gro on tx on >/dev/null && ethtool -K two gro off") != 0)
		skip(); /* not root, or without ethtool(8) */
	assert_true(ask("net_af_packet0,iface=one,qpairs=1", &on));
	assert_string_equal(on.iface, "one");
	assert_true(on.gro && on.veth_tx && !on.lro);
	assert_true(ask("net_af_xdp0,iface=one", &on));
	assert_true(!on.gro && on.veth_tx);
	assert_int_equal(system("ethtool -K one tx off >/dev/null"), 0);
	assert_false(ask("net_af_xdp0,iface=one", &on));
	assert_true(ask("net_af_packet0,iface=one", &on));
	assert_true(on.gro && !on.veth_tx);
	assert_int_equal(system("ethtool -K one gro off"), 0);
	assert_false(ask("net_af_packet0,iface=one", &on));
	/* Its own, not that of the other end. */
	assert_true(ask("net_af_packet0,iface=two", &on));
	assert_true(!on.gro && on.veth_tx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_without_an_interface_has_none),
		cmocka_unit_test(each_is_seen_until_it_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
