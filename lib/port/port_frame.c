/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Which frames a device sends. Some drivers free, cut or run over others, and say that they were
 * sent; none tells its limit.
 */
#include "port_priv.h"

#include <rte_common.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_memory.h>
#include <rte_mempool.h>

#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AF_PACKET_FRAMESZ 2048u /* of a device that is given none */
#define AF_PACKET_STEP	  1024u /* of one that we give: a page is so many of them */

/* What lies in a slot before the frame. */
#define AF_PACKET_HEADER (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

/* Octets of a slot that holds the frames of an MTU. */
static uint32_t
slot_for(uint16_t mtu)
{
	uint32_t slot =
		RTE_ALIGN_CEIL((uint32_t)(mtu + PORT_L2_BYTES + AF_PACKET_HEADER), AF_PACKET_STEP);

	return RTE_MAX(slot, AF_PACKET_FRAMESZ);
}

const char *
port_frame_args(const struct port_conf *conf, char args[PORT_FRAME_ARGS_MAX])
{
	uint32_t slot = slot_for(conf->mtu);
	char given[16];

	args[0] = '\0';
	if (port_is_of(conf->devargs, "net_af_packet") && slot != AF_PACKET_FRAMESZ &&
		!port_argument(conf->devargs, "framesz", given, sizeof(given)) &&
		!port_argument(conf->devargs, "blocksz", given, sizeof(given)))
		snprintf(args, PORT_FRAME_ARGS_MAX, ",framesz=%u,blocksz=%u", slot,
			slot * ((uint32_t)getpagesize() / AF_PACKET_STEP));
	return args;
}

static uint32_t
af_packet_max(const struct port_conf *conf)
{
	char ours[PORT_FRAME_ARGS_MAX], given[16];
	const char *args = port_frame_args(conf, ours)[0] != '\0' ? ours : conf->devargs;
	uint64_t slot = AF_PACKET_FRAMESZ;

	if (port_argument(args, "framesz", given, sizeof(given)))
		slot = strtoul(given, NULL, 10);
	return slot <= AF_PACKET_HEADER || slot > UINT32_MAX ? 1
							     : (uint32_t)(slot - AF_PACKET_HEADER);
}

static bool
is(const struct rte_eth_dev_info *info, const char *driver)
{
	return strcmp(info->driver_name, driver) == 0;
}

uint32_t
port_frame_max(const struct port_conf *conf, const struct rte_eth_dev_info *info)
{
	if (is(info, "net_af_packet"))
		return af_packet_max(conf);
	/* It copies a frame of another port into one mbuf of its own pool, and asks for no room. */
	if (is(info, "net_af_xdp"))
		return (uint32_t)conf->pool.data_room - RTE_PKTMBUF_HEADROOM;
	/* A longer one would keep what lies behind it from being sent, too. */
	if (is(info, "net_tap"))
		return (uint32_t)conf->mtu + PORT_L2_BYTES;
	return UINT32_MAX;
}

uint16_t
port_mtu_max(const struct rte_eth_dev_info *info)
{
	return is(info, "net_tap") ? RTE_ETHER_MTU : info->max_mtu;
}

uint16_t
port_mtu_told(const struct port_conf *conf, const struct rte_eth_dev_info *info)
{
	bool keeps = !is(info, "net_af_packet") && !is(info, "net_memif");

	return keeps || conf->mtu < RTE_ETHER_MTU ? conf->mtu : RTE_ETHER_MTU;
}

uint16_t
port_room_max(const struct rte_eth_dev_info *info)
{
	size_t before = RTE_ALIGN_CEIL(sizeof(struct rte_mempool_objhdr), RTE_CACHE_LINE_SIZE) +
			sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM;

	return is(info, "net_af_xdp") ? (uint16_t)(RTE_PGSIZE_4K - before) : UINT16_MAX;
}

uint16_t
port_segs_max(const struct rte_eth_dev_info *info)
{
	uint16_t most = info->tx_desc_lim.nb_mtu_seg_max;

	/* They write a chain whole (rte_pktmbuf_read), or free it, and do not say so. */
	if (is(info, "net_pcap") || is(info, "net_null"))
		return UINT16_MAX;
	if ((info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS) == 0)
		return 1;
	return most == 0 ? UINT16_MAX : most;
}
