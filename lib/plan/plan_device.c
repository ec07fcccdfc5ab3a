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
	bool fills; /* all its queues, polled or not */
};

static const struct driver drivers[] = {
	{"af_packet", "qpairs", 0, "the kernel spreads by addresses and ports (fanout)", true},
	{"af_xdp", "queue_count", 0, "the interface spreads as `ethtool -X' and `-N' say", true},
	{"pcap", NULL, 1, "each queue has a capture of its own", true},
	{"tap", NULL, 16, "the kernel sends a flow to the queue that it last left by", false},
	{"memif", NULL, 255, "the other end of the memif chooses", false},
	{"ring", NULL, 16, "who fills the rings chooses", false},
	{"null", NULL, 1024, "they are made, not received", false},
	{"vhost", "queues", 0, "the other end of the vhost chooses", true},
	/* It tells the other end how many of its queues are in use. */
	{"virtio_user", "queues", 0, "the other end of the vhost chooses", false},
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

/* A capture is a queue; without any an interface is. */
static uint32_t
count_captures(const char *device, const char *captures, const char *ifaces, const char *ifaces_in)
{
	uint32_t ignored, n = count_argument(device, captures, &ignored);

	if (n == 0)
		n = count_argument(device, ifaces, &ignored) +
		    count_argument(device, ifaces_in, &ignored);
	return n;
}

/* `iface' is one both ways. Else the direction that has none gets as many as the other, by which
 * nothing comes in, or what leaves is thrown away. */
static void
look_at_captures(const char *device, struct plan_device *out)
{
	uint32_t ignored, n = count_argument(device, "iface", &ignored);
	uint32_t rx = count_captures(device, "rx_pcap", "rx_iface", "rx_iface_in");
	uint32_t tx = count_captures(device, "tx_pcap", "tx_iface", "tx_iface");

	out->most_rx = n > 0 ? 1 : rx > 0 ? rx : tx;
	out->most_tx = n > 0 ? 1 : tx > 0 ? tx : rx;
	if (n == 0 && rx > 0)
		out->fills =
			count_argument(device, "rx_pcap", &ignored) > 0 ? "rx_pcap" : "rx_iface";
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
	out->even = strcmp(driver->name, "tap") == 0;
	out->fills = driver->fills ? driver->argument : NULL;
	if (driver->argument != NULL) {
		count_argument(device, driver->argument, &value);
		out->usual = out->most_rx = out->most_tx = value == 0 ? 1 : value;
	} else if (strcmp(driver->name, "pcap") == 0) {
		look_at_captures(device, out);
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

/* What a device puts into a queue that nobody polls is lost, and nobody counts it. */
static void
check_filled(struct plan *plan, const struct plan_port *port)
{
	uint32_t polled = port->rx_queues, most = port->can.most_rx;
	char where[CONF_WHERE_MAX], last[16] = "", fewer[64] = "";

	if (port->can.fills == NULL || polled >= most)
		return;
	if (most - polled > 1)
		snprintf(last, sizeof(last), " to :%u", most - 1);
	if (port->tx_queues <= polled)
		snprintf(fewer, sizeof(fewer), ", or the device fewer of them (%s)",
			port->can.fills);
	plan_note(plan, BASE_EXIT_CONFIG,
		"%s: [port %s] device = %s receives by %u queues, the lcores poll %u: what comes "
		"in by the others would be lost; `ports' of an [lcore N] wants %s:%u%s, too%s",
		conf_where(&port->ini->sect, "device", where), port->name, port->ini->device, most,
		polled, port->name, polled, last, fewer);
}

static void
check_even(struct plan *plan, const struct plan_port *port)
{
	char where[CONF_WHERE_MAX];

	if (!port->can.even || port->tx_queues == port->rx_queues)
		return;
	plan_note(plan, BASE_EXIT_CONFIG,
		"%s: [port %s] device = %s takes as many queues to send as to receive: %u lcores "
		"send by it, %u queue%s polled; each lcore that sends by it wants a queue of it "
		"in its `ports', or one tx lcore sends for all",
		conf_where(&port->ini->sect, "device", where), port->name, port->ini->device,
		port->tx_queues, port->rx_queues, port->rx_queues == 1 ? " is" : "s are");
}

/* EAL takes the driver whose name a device's begins with. */
static bool
has_driver(const char *device)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strncmp(device + 4, drivers[i].name, strlen(drivers[i].name)) == 0)
			return true;
	}
	return false;
}

/* What no device is made of. */
static void
check_vdev(struct plan *plan, const struct plan_port *port)
{
	const char *device = port->ini->devargs;
	const struct driver *driver = find_driver(device);
	char where[CONF_WHERE_MAX], names[256] = "";
	uint32_t ignored;
	size_t n = 0;

	if (strncmp(device, "net_", 4) != 0)
		return;
	conf_where(&port->ini->sect, "device", where);
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%snet_%s", i == 0 ? "" : ", ",
			drivers[i].name);
	if (!has_driver(device))
		plan_note(plan, BASE_EXIT_UNAVAILABLE,
			"%s: [port %s] device = %s: no driver of that name: allowed are %s, and a "
			"number behind it",
			where, port->name, port->ini->device, names);
	else if (driver != NULL && strncmp(driver->name, "af_", 3) == 0 &&
		 count_argument(device, "iface", &ignored) == 0)
		plan_note(plan, BASE_EXIT_CONFIG,
			"%s: [port %s] device = %s wants an interface of the kernel: "
			"net_%s0,iface=NAME",
			where, port->name, port->ini->device, driver->name);
}

void
plan_check_devices(struct plan *plan)
{
	for (uint32_t i = 0; i < plan->n_ports; i++) {
		const struct plan_port *port = &plan->ports[i];

		if (port->ini == NULL)
			continue;
		check_vdev(plan, port);
		check_queues(plan, port, port->rx_queues, port->can.most_rx, "receive");
		check_queues(plan, port, port->tx_queues, port->can.most_tx, "transmit");
		check_filled(plan, port);
		check_even(plan, port);
	}
}
