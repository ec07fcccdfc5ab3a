/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 *
 * Which frames a device sends. Some drivers free, cut or run over others, and say that they were
 * sent; none tells its limit.
 */
#include "port_priv.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>

#define AF_PACKET_FRAMESZ 2048u /* of a device that is given none */

/* What lies in a slot before the frame. */
#define AF_PACKET_HEADER (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

/* The driver takes the last argument of a name. */
static uint32_t
af_packet_max(const char *devargs)
{
	static const char key[] = ",framesz=";
	uint64_t slot = AF_PACKET_FRAMESZ;

	for (const char *at = devargs; (at = strstr(at, key)) != NULL;) {
		at += strlen(key);
		slot = strtoul(at, NULL, 10);
	}
	return slot <= AF_PACKET_HEADER || slot > UINT32_MAX ? 1
							     : (uint32_t)(slot - AF_PACKET_HEADER);
}

uint32_t
port_frame_max(const struct port_conf *conf, const struct rte_eth_dev_info *info)
{
	if (strcmp(info->driver_name, "net_af_packet") == 0)
		return af_packet_max(conf->devargs);
	/* It copies a frame of another port into one mbuf of its own pool, and asks for no room. */
	if (strcmp(info->driver_name, "net_af_xdp") == 0)
		return (uint32_t)conf->pool.data_room - RTE_PKTMBUF_HEADROOM;
	return UINT32_MAX;
}

uint16_t
port_segs_max(const struct rte_eth_dev_info *info)
{
	uint16_t most = info->tx_desc_lim.nb_mtu_seg_max;

	/* It writes a chain whole (rte_pktmbuf_read) and does not say so. */
	if (strcmp(info->driver_name, "net_pcap") == 0)
		return UINT16_MAX;
	if ((info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS) == 0)
		return 1;
	return most == 0 ? UINT16_MAX : most;
}
