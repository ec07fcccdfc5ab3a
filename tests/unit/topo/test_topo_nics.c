/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "tree.h"

#define PCI "sys/devices/pci0000:00/0000:00:03.0"
#define USB "sys/devices/pci0000:00/0000:00:14.0"

static void
put_device(const char *root, const char *class)
{
	tree_put(root, PCI "/class", class);
	tree_put(root, PCI "/vendor", "0x1af4\n");
	tree_put(root, PCI "/device", "0x1041\n");
	tree_link(root, "sys/bus/pci/devices/0000:00:03.0",
		"../../../devices/pci0000:00/0000:00:03.0");
}

static void
other_classes_are_no_network_devices(void **state)
{
	static const char *const classes[] = {
		"0x010000\n", "0x120000\n", "0x000002\n", "0x2020000\n", "net\n", ""};

	tree_put(*state, "sys/devices/system/cpu/present", "0\n");
	put_device(*state, "0x010000\n");
	for (size_t i = 0; i < UNIT_COUNT(classes); i++) {
		struct topo *topo;

		tree_put(*state, PCI "/class", classes[i]);
		topo = tree_read(*state);
		assert_int_equal(topo->n_nics, 0);
		assert_int_equal(tree_warnings(topo, "/class", "is no number"), i >= 3);
		topo_free(topo);
	}
}

/* No driver, no node, no interface: it is there all the same (class 0280: InfiniBand and others).
 */
static void
a_bare_device_is_shown(void **state)
{
	struct topo *topo;

	put_device(*state, "0x028000\n");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nics, 1);
	assert_string_equal(topo->nics[0].pci, "0000:00:03.0");
	assert_string_equal(topo->nics[0].name, "");
	assert_string_equal(topo->nics[0].driver, "");
	assert_int_equal(topo->nics[0].node, TOPO_NODE_NONE);
	assert_int_equal(topo->nics[0].pci_class, 0x028000);
	assert_int_equal(topo->nics[0].link, TOPO_LINK_UNKNOWN);
	topo_free(topo);
}

/* A device with two interfaces (representors, two ports on one function) gives two entries. */
static void
interfaces_below_the_device_and_below_virtio(void **state)
{
	struct topo *topo;

	put_device(*state, "0x020000\n");
	tree_put(*state, PCI "/numa_node", "3\n");
	tree_link(*state, PCI "/driver", "../../../bus/pci/drivers/virtio-pci");
	tree_put(*state, PCI "/virtio2/net/eth0/operstate", "up\n");
	tree_put(*state, PCI "/net/eth1/operstate", "lowerlayerdown\n");
	tree_link(*state, "sys/class/net/eth0",
		"../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0");
	tree_link(*state, "sys/class/net/eth1", "../../devices/pci0000:00/0000:00:03.0/net/eth1");
	tree_put(*state, PCI "/virtio2/net/eth0/speed", "25000\n");
	tree_put(*state, PCI "/net/eth1/speed", "-1\n");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nics, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(topo->nics[i].pci, "0000:00:03.0");
		assert_string_equal(topo->nics[i].driver, "virtio-pci");
		assert_int_equal(topo->nics[i].node, 3);
	}
	assert_int_equal(topo_nic_by_name(topo, "eth0")->link, TOPO_LINK_UP);
	assert_int_equal(topo_nic_by_name(topo, "eth0")->speed_mbps, 25000);
	assert_int_equal(topo_nic_by_name(topo, "eth1")->link, TOPO_LINK_DOWN);
	assert_int_equal(topo_nic_by_name(topo, "eth1")->speed_mbps, 0);
	topo_free(topo);
}

/* An adapter on USB is no PCI device of class 02, but its controller's node is its own. */
static void
others_climb_to_their_node(void **state)
{
	struct topo *topo;

	tree_put(*state, USB "/class", "0x0c0330\n");
	tree_put(*state, USB "/numa_node", "1\n");
	tree_put(*state, USB "/usb1/1-1/1-1:1.0/net/usb0/operstate", "up\n");
	tree_link(*state, USB "/usb1/1-1/1-1:1.0/driver", "../../../bus/usb/drivers/cdc_ether");
	tree_link(*state, USB "/usb1/1-1/1-1:1.0/net/usb0/device", "../../../1-1:1.0");
	tree_link(*state, "sys/bus/pci/devices/0000:00:14.0",
		"../../../devices/pci0000:00/0000:00:14.0");
	tree_link(*state, "sys/class/net/usb0",
		"../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/net/usb0");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nics, 1);
	assert_string_equal(topo->nics[0].name, "usb0");
	assert_string_equal(topo->nics[0].pci, "");
	assert_string_equal(topo->nics[0].driver, "cdc_ether");
	assert_int_equal(topo->nics[0].node, 1);
	assert_false(topo->nics[0].is_virtual);
	topo_free(topo);
}

static void
virtual_interfaces_come_last_and_files_are_none(void **state)
{
	struct topo *topo;

	tree_put(*state, "sys/devices/virtual/net/a0/operstate", "unknown\n");
	tree_put(*state, "sys/devices/platform/e/net/z0/operstate", "down\n");
	tree_link(*state, "sys/class/net/a0", "../../devices/virtual/net/a0");
	tree_link(*state, "sys/class/net/z0", "../../devices/platform/e/net/z0");
	tree_link(*state, "sys/class/net/dangling", "../../devices/virtual/net/gone");
	tree_put(*state, "sys/class/net/bonding_masters", "bond0\n");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nics, 2);
	assert_string_equal(topo->nics[0].name, "z0");
	assert_false(topo->nics[0].is_virtual);
	assert_string_equal(topo->nics[1].name, "a0");
	assert_true(topo->nics[1].is_virtual);
	assert_int_equal(topo->nics[1].link, TOPO_LINK_UNKNOWN);
	topo_free(topo);
}

/* A loop of links, a name longer than an interface can have, an address longer than PCI's. */
static void
names_that_cannot_be_are_left_out(void **state)
{
	struct topo *topo;

	tree_put(*state, "sys/devices/system/cpu/present", "0\n");
	tree_link(*state, "sys/class/net/loop", "loop");
	tree_put(*state, "sys/class/net/sixteen-octets00/operstate", "up\n");
	tree_put(*state, "sys/bus/pci/devices/0000000000:00:03.0/class", "0x020000\n");
	topo = tree_read(*state);
	assert_int_equal(topo->n_nics, 0);
	topo_free(topo);
}

static void
the_recorded_machines(void **state)
{
	struct topo *topo = tree_machine("vm");
	const struct topo_nic *nic = topo_nic_by_name(topo, "eth0");

	(void)state;
	assert_non_null(nic);
	assert_string_equal(nic->pci, "0000:00:03.0");
	assert_string_equal(nic->driver, "virtio-pci");
	assert_int_equal(nic->pci_vendor, 0x1af4);
	assert_int_equal(nic->link, TOPO_LINK_UP);
	assert_int_equal(topo->n_nics, 4);
	assert_true(topo_nic_by_name(topo, "lo")->is_virtual);
	topo_free(topo);
	topo = tree_machine("guest"); /* behind a bridge on each node */
	assert_int_equal(topo_nic_by_pci(topo, "11:00.0")->node, 0);
	assert_int_equal(topo_nic_by_pci(topo, "21:00.0")->node, 1);
	topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			other_classes_are_no_network_devices, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(a_bare_device_is_shown, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			interfaces_below_the_device_and_below_virtio, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(others_climb_to_their_node, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			virtual_interfaces_come_last_and_files_are_none, tree_new, tree_free),
		cmocka_unit_test_setup_teardown(
			names_that_cannot_be_are_left_out, tree_new, tree_free),
		cmocka_unit_test(the_recorded_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
