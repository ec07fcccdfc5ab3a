/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Ports: their nodes, and the queues to send by.
 */
#include "plan_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define REPLAY_DESCS 64 /* net_pcap has no descriptors of its own */
#define REPLAY_MTU   1500

/* "0000:18:00.0" and "18:00.0", arguments behind a comma left aside. */
static bool
is_pci(const char *device, char address[TOPO_PCI_MAX])
{
	size_t n = strcspn(device, ",");
	unsigned int domain, bus, dev, fn;
	int end = 0;

	if (n >= TOPO_PCI_MAX)
		return false;
	memcpy(address, device, n);
	address[n] = '\0';
	if (sscanf(address, "%5x:%2x:%2x.%1u%n", &domain, &bus, &dev, &fn, &end) == 4 &&
		(size_t)end == n)
		return true;
	end = 0;
	return sscanf(address, "%2x:%2x.%1u%n", &bus, &dev, &fn, &end) == 3 && (size_t)end == n;
}

/* Names the network devices that there are: "0000:18:00.0, 0000:af:00.0". */
static void
list_devices(const struct topo *topo, char *text, size_t size)
{
	size_t n = (size_t)snprintf(text, size, "none");

	for (size_t i = 0, many = 0; i < topo->n_nics; i++) {
		if (topo->nics[i].pci[0] == '\0')
			continue;
		n = many++ == 0 ? 0 : n;
		if (n + TOPO_PCI_MAX + 8 >= size) {
			snprintf(text + n, size - n, ", ...");
			return;
		}
		n += (size_t)snprintf(
			text + n, size - n, "%s%s", n == 0 ? "" : ", ", topo->nics[i].pci);
	}
}

static int
blame_device(const struct plan *plan, const struct conf_port *ini, const char *address,
	struct base_err *err)
{
	char there[256];

	list_devices(plan->in.topo, there, sizeof(there));
	conf_blame(err, &ini->sect, "device", "the machine has no PCI network device %s; it has %s",
		address, there);
	if (err != NULL)
		err->exit = BASE_EXIT_UNAVAILABLE;
	return -ENODEV;
}

/* [port] node must be a node of the machine. */
static int
check_node(const struct plan *plan, const struct conf_port *ini, struct base_err *err)
{
	if (ini->node == CONF_AUTO || topo_node(plan->in.topo, ini->node) != NULL)
		return 0;
	return conf_blame(err, &ini->sect, "node", "the machine has no such node");
}

static int
init_node(const struct plan *plan, struct plan_port *port, struct base_err *err)
{
	const struct topo_nic *nic;
	char address[TOPO_PCI_MAX];
	int rc = check_node(plan, port->ini, err);

	port->is_pci = is_pci(port->device, address);
	nic = port->is_pci ? topo_nic_by_pci(plan->in.topo, address) : NULL;
	if (rc < 0)
		return rc;
	if (port->is_pci && nic == NULL)
		return blame_device(plan, port->ini, address, err);
	if (nic != NULL)
		plan_device_pci(nic, &port->can);
	else
		plan_device_vdev(port->device, &port->can);
	if (nic != NULL && topo_node(plan->in.topo, nic->node) != NULL) {
		port->node = nic->node;
		port->node_from = PLAN_FROM_DEVICE;
	} else if (port->ini->node != CONF_AUTO) {
		port->node = port->ini->node;
		port->node_from = PLAN_FROM_INI;
	}
	return 0;
}

static bool
is_of(const struct conf_port *ini, const char *driver)
{
	return strncmp(ini->devargs, driver, strlen(driver)) == 0;
}

/* An interface that is not there, which may yet come; a driver that does not hand frames on as they
 * came, or does not outlive its other end. */
static void
warn_device(struct plan *plan, const struct conf_port *ini)
{
	char where[CONF_WHERE_MAX], name[TOPO_NIC_NAME];

	if (plan_device_misses(plan->in.topo, ini->devargs, name))
		plan_note(plan, BASE_EXIT_OK,
			"%s: [port %s] the machine has no network interface `%s': the port cannot "
			"be opened without it",
			conf_where(&ini->sect, "device", where), ini->sect.name, name);
	if (is_of(ini, "net_af_packet"))
		plan_note(plan, BASE_EXIT_OK,
			"%s: [port %s] AF_PACKET rewrites 802.1ad tags as 802.1Q, and IPv4 "
			"fragments do not pass: the kernel joins them, and what is then too long "
			"to leave is lost: use AF_XDP or a PCI port where they matter",
			conf_where(&ini->sect, "device", where), ini->sect.name);
	else if (is_of(ini, "net_memif"))
		plan_note(plan, BASE_EXIT_OK,
			"%s: [port %s] net_memif may crash the process when its other end goes "
			"away under load: its driver frees rings that an lcore still polls",
			conf_where(&ini->sect, "device", where), ini->sect.name);
}

static int
init_port(struct plan *plan, const struct conf_port *ini, struct plan_port *port,
	struct base_err *err)
{
	*port = (struct plan_port){.name = ini->sect.name,
		.device = ini->devargs,
		.ini = ini,
		.node = TOPO_NODE_NONE,
		.node_from = PLAN_FROM_LCORE,
		.peer = ini->peer,
		.side = ini->side,
		.rx_queues = (uint16_t)ini->n_queues,
		.rx_desc = (uint16_t)ini->rx_desc,
		.tx_desc = (uint16_t)ini->tx_desc,
		.mtu = (uint16_t)ini->mtu,
		.promiscuous = ini->promiscuous};
	warn_device(plan, ini);
	return init_node(plan, port, err);
}

int
plan_ports_init(struct plan *plan, struct base_err *err)
{
	const struct conf *conf = plan->in.conf;
	int rc = 0;

	if (plan->in.kind == PLAN_REPLAY) {
		plan->ports[plan->n_ports++] = (struct plan_port){.name = PLAN_REPLAY_PORT,
			.device = "",
			.node = TOPO_NODE_NONE,
			.node_from = PLAN_FROM_LCORE,
			.side = CONF_SIDE_BOTH,
			.rx_queues = 1,
			.rx_desc = REPLAY_DESCS,
			.tx_desc = REPLAY_DESCS,
			.mtu = REPLAY_MTU,
			.promiscuous = true};
		return 0;
	}
	if (conf->n_ports == 0)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"%s: there is no [port NAME]: such a file is for check and replay",
			conf->file);
	while (plan->n_ports < conf->n_ports && rc == 0) {
		rc = init_port(plan, &conf->ports[plan->n_ports], &plan->ports[plan->n_ports], err);
		plan->n_ports++;
	}
	return rc;
}

/* Whether packets of an lcore leave by a port: answers by where they came in, others by its peer;
 * of a worker that watches none do. */
static bool
sends_by(const struct plan *plan, const struct plan_lcore *lcore, uint32_t port)
{
	if (lcore->role == PLAN_TX)
		return (lcore->sends >> port & 1) != 0;
	if (lcore->role != PLAN_WORKER || !plan_sends(plan))
		return false;
	for (uint32_t i = 0; i < lcore->n_queues; i++) {
		uint32_t in = lcore->queues[i].port;

		if (in == port || plan->ports[in].peer == port)
			return true;
	}
	return false;
}

static bool
polls(const struct plan_lcore *lcore, uint32_t port)
{
	for (uint32_t i = 0; i < lcore->n_queues; i++) {
		if (lcore->queues[i].port == port)
			return true;
	}
	return false;
}

/* Every lcore that sends by a port has a queue of its own there. */
static void
give_queues(struct plan *plan, uint32_t port)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		struct plan_lcore *lcore = &plan->lcores[i];

		lcore->tx_queue[port] = PLAN_NO_QUEUE;
		if (sends_by(plan, lcore, port))
			lcore->tx_queue[port] = plan->ports[port].tx_queues++;
		plan->ports[port].n_users += lcore->tx_queue[port] != PLAN_NO_QUEUE ||
					     polls(lcore, port) || lcore->role == PLAN_CLASSIFY;
	}
	/* Where nobody sends, a device has its queue all the same: some do not start without. */
	if (plan->ports[port].tx_queues == 0)
		plan->ports[port].tx_queues = 1;
}

/* The node of the lcore that polls the port's first queue. */
static int
poller_node(const struct plan *plan, uint32_t port)
{
	for (uint32_t i = 0; i < plan->n_lcores; i++) {
		for (uint32_t q = 0; q < plan->lcores[i].n_queues; q++) {
			if (plan->lcores[i].queues[q].port == port &&
				plan->lcores[i].queues[q].queue == 0)
				return plan->lcores[i].node;
		}
	}
	return TOPO_NODE_NONE;
}

void
plan_ports_finish(struct plan *plan)
{
	for (uint32_t port = 0; port < plan->n_ports; port++) {
		give_queues(plan, port);
		/* One that nobody sends by costs little. */
		if (plan->ports[port].can.even &&
			plan->ports[port].tx_queues < plan->ports[port].rx_queues)
			plan->ports[port].tx_queues = plan->ports[port].rx_queues;
		if (plan->ports[port].node == TOPO_NODE_NONE)
			plan->ports[port].node = poller_node(plan, port);
	}
}
