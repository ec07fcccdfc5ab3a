/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * What is known of a device before it is opened: its queues, and who spreads packets over them.
 */
#include "plan_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCI_USUAL 8 /* what a NIC of today has at least */

/* A driver of virtual devices, DPDK 22.11. */
struct driver {
	const char *name;     /* without `net_` */
	const char *argument; /* that says how many queues there are, one without it; NULL: none */
	uint32_t most;	      /* of a driver without such an argument */
	const char *spread;
};

static const struct driver drivers[] = {
	{"af_packet", "qpairs", 0, "the kernel spreads by addresses and ports (fanout)"},
	{"af_xdp", "queue_count", 0, "the interface spreads as `ethtool -X' and `-N' say"},
	{"pcap", NULL, 1, "each queue has a capture of its own"},
	{"tap", NULL, 16, "the kernel sends a flow to the queue that it last left by"},
	{"memif", NULL, 255, "the other end of the memif chooses"},
	{"ring", NULL, 16, "who fills the rings chooses"},
	{"null", NULL, 1024, "they are made, not received"},
	{"vhost", "queues", 0, "the other end of the vhost chooses"},
	{"virtio_user", "queues", 0, "the other end of the vhost chooses"},
};

/* Arguments that name an interface of the kernel's. One that net_tap is given as `iface' it makes.
 */
static const struct {
	const char *driver, *argument;
} interfaces[] = {{"af_packet", "iface"}, {"af_xdp", "iface"}, {"pcap", "iface"},
	{"pcap", "rx_iface"}, {"pcap", "rx_iface_in"}, {"pcap", "tx_iface"}, {"tap", "remote"}};

/* Network cards of hypervisors whose queues are fewer, or do not spread by addresses. */
static const struct {
	uint16_t vendor, device; /* 0: all of the vendor's */
} single[] = {{0x1af4, 0}, {0x8086, 0x100e}, {0x8086, 0x100f}, {0x8086, 0x10d3}};

/* The driver that a vdev's name begins with, NULL: none that is known. */
static const struct driver *
find_driver(const char *device)
{
	if (strncmp(device, "net_", 4) != 0)
		return NULL;
	device += 4;
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		size_t n = strlen(drivers[i].name);

		if (strncmp(device, drivers[i].name, n) == 0 &&
			strchr("0123456789,", device[n]) != NULL)
			return &drivers[i];
	}
	return NULL;
}

/* How often an argument stands there, its last value. */
static uint32_t
count_argument(const char *device, const char *key, uint32_t *value)
{
	size_t len = strlen(key);
	uint32_t n = 0;

	for (const char *at = strchr(device, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, len) != 0 || at[len] != '=')
			continue;
		*value = (uint32_t)strtoul(at + len + 1, NULL, 10);
		n++;
	}
	return n;
}

/* A capture, or an interface, is a queue. */
static uint32_t
count_captures(const char *device, const char *direction)
{
	static const char *const kinds[] = {"pcap", "iface", "iface_in"};
	uint32_t ignored, n = count_argument(device, "iface", &ignored);
	char key[16];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(key, sizeof(key), "%s_%s", direction, kinds[i]);
		n += count_argument(device, key, &ignored);
	}
	return n;
}

void
plan_device_vdev(const char *device, struct plan_device *out)
{
	const struct driver *driver = find_driver(device);
	uint32_t value = 1;

	*out = (struct plan_device){.usual = 1};
	if (driver == NULL)
		return;
	out->spread = driver->spread;
	out->most_rx = out->most_tx = driver->most;
	if (driver->argument != NULL) {
		count_argument(device, driver->argument, &value);
		out->usual = out->most_rx = out->most_tx = value == 0 ? 1 : value;
	} else if (strcmp(driver->name, "pcap") == 0) {
		out->most_rx = count_captures(device, "rx");
		out->most_tx = count_captures(device, "tx");
	}
}

/* Looks every value of an argument up. */
static bool
misses(const struct topo *topo, const char *device, const char *key, char name[TOPO_NIC_NAME])
{
	size_t len = strlen(key);

	for (const char *at = strchr(device, ','); at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, key, len) != 0 || at[len] != '=')
			continue;
		at += len + 1;
		snprintf(name, TOPO_NIC_NAME, "%.*s", (int)strcspn(at, ","), at);
		if (topo_lacks_interface(topo, name))
			return true;
	}
	return false;
}

bool
plan_device_misses(const struct topo *topo, const char *device, char name[TOPO_NIC_NAME])
{
	const struct driver *driver = find_driver(device);

	for (size_t i = 0; driver != NULL && i < sizeof(interfaces) / sizeof(interfaces[0]); i++) {
		if (strcmp(interfaces[i].driver, driver->name) == 0 &&
			misses(topo, device, interfaces[i].argument, name))
			return true;
	}
	return false;
}

void
plan_device_pci(const struct topo_nic *nic, struct plan_device *out)
{
	*out = (struct plan_device){.usual = PCI_USUAL};
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
		if (nic->pci_vendor == single[i].vendor &&
			(single[i].device == 0 || nic->pci_device == single[i].device))
			out->usual = 1;
	}
}

/* The fewer of what lcores poll and what they send by, against what the device has. */
static void
check_queues(struct plan *plan, const struct plan_port *port, uint32_t wanted, uint32_t most,
	const char *what)
{
	char where[CONF_WHERE_MAX];

	if (most == 0 || wanted <= most)
		return;
	plan_note(plan, BASE_EXIT_CONFIG,
		"%s: [port %s] device = %s has %u %s queue%s, the lcores need %u",
		conf_where(&port->ini->sect, "device", where), port->name, port->ini->device, most,
		what, most == 1 ? "" : "s", wanted);
}

void
plan_check_devices(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		const struct plan_port *port = &plan->ports[i];

		if (port->ini == NULL)
			continue;
		check_queues(plan, port, port->rx_queues, port->can.most_rx, "receive");
		check_queues(plan, port, port->tx_queues, port->can.most_tx, "transmit");
	}
}
