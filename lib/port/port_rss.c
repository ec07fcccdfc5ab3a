/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * How a device spreads packets over its queues: by the addresses alone, the same for both
 * directions, so that all of a client-server pair, fragments included, meets on one lcore.
 */
#include "port_priv.h"

#include <rte_common.h>
#include <rte_ethdev.h>

#include <errno.h>
#include <string.h>

#define KEY_BYTES 40
#define RETA_BASE 64 /* entries that repeat: two devices with tables of different size agree */

/* Types of packets that are hashed by both addresses and nothing else. IPv6 extension headers are
 * none: they would put another address in. */
#define BY_ADDRESSES                                                                 \
	(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER | \
		RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_OTHER)
/* A device that knows no packet as IP alone would leave all of DNS in its first queue. */
#define BY_PORTS                                                       \
	(RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_TCP | \
		RTE_ETH_RSS_NONFRAG_IPV6_UDP | RTE_ETH_RSS_NONFRAG_IPV6_TCP)

/* Two octets that repeat make a Toeplitz hash that does not tell source from destination: S. Woo,
 * K. Park, "Scalable TCP Session Monitoring with Symmetric Receive-side Scaling", 2012. */
static void
fill_key(uint8_t *key, uint8_t len)
{
	for (uint8_t i = 0; i < len; i++)
		key[i] = i % 2 == 0 ? 0x6d : 0x5a;
}

static uint8_t
key_bytes(const struct rte_eth_dev_info *info)
{
	return info->hash_key_size == 0 ? KEY_BYTES : info->hash_key_size;
}

uint64_t
port_rss_types(const struct rte_eth_dev_info *info)
{
	uint64_t types = info->flow_type_rss_offloads & BY_ADDRESSES;

	if (key_bytes(info) > PORT_RSS_KEY_MAX)
		return 0;
	if ((types & RTE_ETH_RSS_IPV4) == 0)
		types |= info->flow_type_rss_offloads & BY_PORTS;
	return types;
}

void
port_rss_configure(const struct rte_eth_dev_info *info, struct port *port, struct rte_eth_conf *eth)
{
	uint8_t len = key_bytes(info);

	eth->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	fill_key(port->rss_key, len);
	eth->rx_adv_conf.rss_conf = (struct rte_eth_rss_conf){
		.rss_key = port->rss_key, .rss_key_len = len, .rss_hf = port_rss_types(info)};
}

/* Whether the device says that it has the key that was asked for. */
static bool
has_key(const struct port *port, uint8_t len, uint64_t *types)
{
	uint8_t key[PORT_RSS_KEY_MAX] = {0};
	struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = len};

	if (rte_eth_dev_rss_hash_conf_get(port->id, &conf) < 0)
		return false;
	*types = conf.rss_hf;
	return memcmp(key, port->rss_key, len) == 0;
}

/* Drivers that take no key when they are configured take it now. */
static void
set_key(struct port *port, const struct rte_eth_dev_info *info, uint8_t len)
{
	struct rte_eth_rss_conf conf = {
		.rss_key = port->rss_key, .rss_key_len = len, .rss_hf = port_rss_types(info)};

	rte_eth_dev_rss_hash_update(port->id, &conf);
}

/* Entry i of every table is queue i % 64 % queues: one hash leads to queues of the same number at
 * two devices whose tables differ in size. */
static void
set_table(const struct port *port, uint16_t size)
{
	struct rte_eth_rss_reta_entry64 table[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE];

	if (size == 0 || size % RETA_BASE != 0 || size > RTE_ETH_RSS_RETA_SIZE_512)
		return;
	memset(table, 0, sizeof(table));
	for (uint16_t i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *group = &table[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask = UINT64_MAX;
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] = i % RETA_BASE % port->rx_queues;
	}
	rte_eth_dev_rss_reta_update(port->id, table, size);
}

enum port_spread
port_rss_start(struct port *port)
{
	struct rte_eth_dev_info info;
	uint64_t types = 0;
	uint8_t len;

	if (port->rx_queues == 1)
		return PORT_SPREAD_NONE;
	if (port->rss_key[0] == 0 || rte_eth_dev_info_get(port->id, &info) < 0)
		return PORT_SPREAD_OTHER;
	len = key_bytes(&info);
	set_table(port, info.reta_size);
	if (!has_key(port, len, &types)) {
		set_key(port, &info, len);
		if (!has_key(port, len, &types))
			return PORT_SPREAD_OTHER;
	}
	if ((types & ~(uint64_t)BY_ADDRESSES) == 0 && (types & RTE_ETH_RSS_IPV4) != 0)
		return PORT_SPREAD_ADDRESSES;
	return (types & ~(uint64_t)(BY_ADDRESSES | BY_PORTS)) == 0 ? PORT_SPREAD_PORTS
								   : PORT_SPREAD_OTHER;
}
