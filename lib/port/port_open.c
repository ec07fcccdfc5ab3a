/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "port_priv.h"

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORT_CSUM (RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM)

/* What belongs together while a port is opened. */
struct opening {
	const struct port_conf *conf;
	struct rte_eth_dev_info info;
	struct rte_eth_conf eth;
};

uint32_t
port_mbufs(const struct port_conf *conf, uint32_t lcores, uint32_t burst, uint32_t segs)
{
	uint32_t descs = (uint32_t)conf->rx_queues * conf->rx_desc +
			 (uint32_t)conf->tx_queues * conf->tx_desc;

	/* A cache gives back what exceeds 1.5 times its size; a burst in hand may be answered by
	 * as many new mbufs before the old ones are freed. */
	return (descs + lcores * 2 * burst) * segs + lcores * (conf->pool.cache * 3u / 2 + 1);
}

/* net_pcap chains mbufs unasked and has no offload that says so. */
static bool
chains(const struct opening *opening)
{
	return (opening->info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0 ||
	       strcmp(opening->info.driver_name, "net_pcap") == 0;
}

/* A virtio device has as many queues to receive as to send and spreads packets over all of them,
 * polled or not, unless a table of RSS says otherwise. */
static bool
needs_table(const struct opening *opening)
{
	return opening->conf->tx_queues > opening->conf->rx_queues &&
	       strcmp(opening->info.driver_name, "net_virtio") == 0;
}

/* Its driver wants buffers that hold a whole slot. */
static bool
has_slots(const struct opening *opening)
{
	return strcmp(opening->info.driver_name, "net_af_packet") == 0;
}

static int
check_queues(const struct opening *opening, struct base_err *err)
{
	const struct port_conf *conf = opening->conf;
	const struct rte_eth_dev_info *info = &opening->info;

	if (conf->rx_queues > info->max_rx_queues || conf->tx_queues > info->max_tx_queues)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, ENODEV,
			"device %s has %u receive and %u transmit queues, the lcores need %u and "
			"%u: name fewer in [lcore N], or ask for fewer by [eal] workers",
			conf->devargs, info->max_rx_queues, info->max_tx_queues, conf->rx_queues,
			conf->tx_queues);
	if (needs_table(opening) && port_rss_types(info) == 0)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"device %s (virtio without RSS) spreads what it receives over %u queues, "
			"%u of "
			"which are polled: let each lcore that sends by the port poll a queue of "
			"it",
			conf->devargs, conf->tx_queues, conf->rx_queues);
	return 0;
}

static int
check_room(const struct opening *opening, const struct port *port, struct base_err *err)
{
	const struct port_conf *conf = opening->conf;
	const struct rte_eth_dev_info *info = &opening->info;
	uint32_t room = (uint32_t)conf->pool.data_room - RTE_PKTMBUF_HEADROOM;
	uint32_t frame = (uint32_t)conf->mtu + PORT_L2_BYTES;
	uint32_t buffer = has_slots(opening) ? port->frame_max : frame;

	if (room < info->min_rx_bufsize)
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"[pool] data_room = %u: device %s needs at least %u", room, conf->devargs,
			info->min_rx_bufsize);
	if (room > port_room_max(info))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"[pool] data_room = %u: device %s has its buffers in pages of the "
			"kernel's, which leave %u at most",
			room, conf->devargs, port_room_max(info));
	if (buffer > room && !chains(opening))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"mtu = %u: device %s puts a frame into one buffer, [pool] data_room = %u "
			"is "
			"too small: it needs %u",
			conf->mtu, conf->devargs, room, buffer);
	return 0;
}

static int
check_limits(const struct opening *opening, const struct port *port, struct base_err *err)
{
	const struct port_conf *conf = opening->conf;
	const struct rte_eth_dev_info *info = &opening->info;
	uint32_t frame = (uint32_t)conf->mtu + PORT_L2_BYTES;
	int rc = check_queues(opening, err);

	if (rc < 0)
		return rc;
	if (conf->mtu < info->min_mtu || conf->mtu > port_mtu_max(info))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL, "mtu = %u: device %s allows %u..%u",
			conf->mtu, conf->devargs, info->min_mtu, port_mtu_max(info));
	if (frame > port->frame_max && has_slots(opening))
		return base_fail(err, BASE_EXIT_CONFIG, EINVAL,
			"mtu = %u: device %s cuts what it receives and throws away what it sends "
			"beyond %u octets, a frame may have %u: without framesz and blocksz it "
			"gets slots that hold it",
			conf->mtu, conf->devargs, port->frame_max, frame);
	return check_room(opening, port, err);
}

/* What does not fit is cut (net_af_packet) or thrown away. */
static uint32_t
whole_max(const struct opening *opening, const struct port *port)
{
	if (has_slots(opening))
		return port->frame_max;
	return chains(opening) ? UINT32_MAX
			       : (uint32_t)opening->conf->pool.data_room - RTE_PKTMBUF_HEADROOM;
}

static void
choose_offloads(struct opening *opening, struct port *port)
{
	const struct rte_eth_dev_info *info = &opening->info;
	struct rte_eth_conf *eth = &opening->eth;

	eth->rxmode.mtu = port_mtu_told(opening->conf, info);
	eth->rxmode.offloads = info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
	eth->txmode.offloads = info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	port->csum_offload = (info->tx_offload_capa & PORT_CSUM) == PORT_CSUM;
	if (port->csum_offload)
		eth->txmode.offloads |= PORT_CSUM;
	port->frame_max = port_frame_max(opening->conf, info);
	port->whole_max = whole_max(opening, port);
	port->segs_max = port_segs_max(info);
	port->sets_port = strcmp(info->driver_name, "net_ring") != 0;
	port->tells_link = (*info->dev_flags & RTE_ETH_DEV_INTR_LSC) != 0;
	eth->intr_conf.lsc = port->tells_link;
	if ((opening->conf->rx_queues > 1 || needs_table(opening)) && port_rss_types(info) != 0)
		port_rss_configure(info, port, eth);
}

/* What a driver means by a code: those that say -1 for any failure say "not permitted", too, which
 * root is not told. */
static const char *
why(int rc)
{
	return rc == -1 && geteuid() == 0 ? "its driver failed" : rte_strerror(-rc);
}

static int
configure(struct opening *opening, struct port *port, struct base_err *err)
{
	const struct port_conf *conf = opening->conf;
	int rc;

	rc = rte_eth_dev_configure(port->id, conf->rx_queues, conf->tx_queues, &opening->eth);
	if (rc < 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
			"device %s cannot be configured: %s", conf->devargs, why(rc));
	rc = rte_eth_dev_adjust_nb_rx_tx_desc(port->id, &port->rx_desc, &port->tx_desc);
	if (rc < 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
			"device %s takes no %u and %u descriptors: %s", conf->devargs,
			conf->rx_desc, conf->tx_desc, why(rc));
	return 0;
}

static int
make_pool(const struct opening *opening, struct port *port, struct base_err *err)
{
	char name[PLACE_NAME_MAX];

	snprintf(name, sizeof(name), "mbuf pool of port %s", port->name);
	return place_pool(&(struct place_what){.name = name,
				  .node = port->node,
				  .owner = {.kind = PLACE_OWNER_PORT, .id = port->id}},
		&opening->conf->pool, &port->pool, err);
}

/* A driver of the kernel's refuses an XDP program where a frame may be longer than its page. */
static int
queue_failed(const struct opening *opening, const struct port *port, int rc, struct base_err *err)
{
	char iface[PORT_IFACE_MAX];
	uint32_t mtu = port_iface_mtu(port, iface);

	if (strcmp(opening->info.driver_name, "net_af_xdp") == 0 && mtu > RTE_ETHER_MTU)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
			"a queue of device %s cannot be set up: %s; %s has an MTU of %u, with more "
			"than about 3500 it takes no XDP program: ip link set %s mtu %u",
			port->devargs, why(rc), iface, mtu, iface, RTE_MIN(port->mtu, 3498));
	return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
		"a queue of device %s cannot be set up: %s", port->devargs, why(rc));
}

static int
set_up_queues(const struct opening *opening, struct port *port, struct base_err *err)
{
	struct rte_eth_rxconf rx = opening->info.default_rxconf;
	struct rte_eth_txconf tx = opening->info.default_txconf;
	unsigned int node = (unsigned int)port->node;
	int rc = 0;

	rx.offloads = opening->eth.rxmode.offloads;
	tx.offloads = opening->eth.txmode.offloads;
	for (uint16_t i = 0; i < port->rx_queues && rc == 0; i++)
		rc = rte_eth_rx_queue_setup(port->id, i, port->rx_desc, node, &rx, port->pool);
	for (uint16_t i = 0; i < port->tx_queues && rc == 0; i++)
		rc = rte_eth_tx_queue_setup(port->id, i, port->tx_desc, node, &tx);
	return rc < 0 ? queue_failed(opening, port, rc, err) : 0;
}

/* A device that cannot switch (a capture, a ring) hands out every frame anyway. */
static int
set_promiscuous(const struct opening *opening, const struct port *port, struct base_err *err)
{
	int rc = opening->conf->promiscuous ? rte_eth_promiscuous_enable(port->id)
					    : rte_eth_promiscuous_disable(port->id);

	if (rc < 0 && rc != -ENOTSUP)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
			"device %s: promiscuous mode cannot be set: %s", port->devargs, why(rc));
	return 0;
}

/* Drivers of virtual devices report the node of the lcore that made the device: it says nothing. */
static int
node_of(const struct port_conf *conf, uint16_t id)
{
	int node = port_is_pci(conf->devargs) ? rte_eth_dev_socket_id(id) : -1;

	if (node >= 0)
		return node;
	return conf->node >= 0 ? conf->node : conf->poll_node;
}

int
port_open(const struct port_conf *conf, struct port *port, struct base_err *err)
{
	struct opening opening = {.conf = conf};
	char iface[IFNAMSIZ];
	int rc;

	*port = (struct port){.name = conf->name,
		.devargs = conf->devargs,
		.rx_queues = conf->rx_queues,
		.tx_queues = conf->tx_queues,
		.rx_desc = conf->rx_desc,
		.tx_desc = conf->tx_desc,
		.mtu = conf->mtu};
	rc = port_attach(conf, &port->id, err);
	if (rc < 0)
		goto fail_attach;
	port->node = node_of(conf, port->id);
	if (port_find_iface(conf->devargs, iface))
		port->if_index = if_nametoindex(iface);
	rc = port_packet_filter(port);
	if (rc < 0) {
		base_fail(err, BASE_EXIT_UNAVAILABLE, -rc,
			"device %s: what the host itself sends cannot be kept out: %s",
			conf->devargs, rte_strerror(-rc));
		goto fail;
	}
	rc = rte_eth_dev_info_get(port->id, &opening.info);
	if (rc < 0) {
		base_fail(err, BASE_EXIT_UNAVAILABLE, -rc, "device %s tells nothing: %s",
			conf->devargs, why(rc));
		goto fail;
	}
	port_note_tap(port, &opening.info);
	choose_offloads(&opening, port);
	rc = check_limits(&opening, port, err);
	if (rc == 0)
		rc = configure(&opening, port, err);
	if (rc == 0)
		rc = make_pool(&opening, port, err);
	if (rc == 0)
		rc = set_up_queues(&opening, port, err);
	if (rc == 0)
		rc = set_promiscuous(&opening, port, err);
	if (rc < 0)
		goto fail;
	return 0;

fail:
	port_detach(port);
	place_free(port->pool);
fail_attach:
	*port = (struct port){0};
	return rc;
}

int
port_start(struct port *port, struct base_err *err)
{
	int rc = rte_eth_dev_start(port->id);

	if (rc < 0)
		return base_fail(err, BASE_EXIT_UNAVAILABLE, -rc, "device %s does not start: %s",
			port->devargs, why(rc));
	port->is_started = true;
	port->counts_sent = port_is_pci(port->devargs) && port_counted(port, &port->counted);
	port->spread = port_rss_start(port);
	return 0;
}

void
port_stop(struct port *port)
{
	if (!port->is_started)
		return;
	rte_eth_dev_stop(port->id);
	port->is_started = false;
}

void
port_close_all(struct port *ports, uint32_t n)
{
	for (uint32_t i = n; i > 0; i--)
		port_stop(&ports[i - 1]);
	for (uint32_t i = n; i > 0; i--) {
		if (ports[i - 1].name != NULL)
			port_detach(&ports[i - 1]);
	}
	for (uint32_t i = n; i > 0; i--) {
		place_free(ports[i - 1].pool);
		ports[i - 1] = (struct port){0};
	}
}

void
port_close(struct port *port)
{
	port_close_all(port, 1);
}

void
port_read_counters(const struct port *port, struct port_counters *out)
{
	struct rte_eth_stats stats;

	*out = (struct port_counters){0};
	if (rte_eth_stats_get(port->id, &stats) < 0)
		return;
	*out = (struct port_counters){.rx = stats.ipackets,
		.tx = stats.opackets,
		.rx_bytes = stats.ibytes,
		.tx_bytes = stats.obytes,
		.rx_missed = stats.imissed,
		.rx_errors = stats.ierrors,
		.rx_no_mbuf = stats.rx_nombuf,
		.tx_errors = stats.oerrors};
}

void
port_walk_xstats(const struct port *port,
	void (*visit)(void *arg, const char *name, uint64_t value), void *arg)
{
	int n = rte_eth_xstats_get_names(port->id, NULL, 0);
	struct rte_eth_xstat_name *names = n <= 0 ? NULL : calloc((size_t)n, sizeof(*names));
	struct rte_eth_xstat *values = n <= 0 ? NULL : calloc((size_t)n, sizeof(*values));

	if (names != NULL && values != NULL &&
		rte_eth_xstats_get_names(port->id, names, (unsigned int)n) == n &&
		rte_eth_xstats_get(port->id, values, (unsigned int)n) == n) {
		for (int i = 0; i < n; i++) {
			if (values[i].value != 0 && values[i].id < (uint64_t)n)
				visit(arg, names[values[i].id].name, values[i].value);
		}
	}
	free(names);
	free(values);
}
