/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_PRIV_H
#define PORT_PRIV_H

#include "port.h"

#include <net/if.h>

struct rte_eth_conf;
struct rte_eth_dev_info;

/* Has EAL make or find the device; gives its ethdev id. */
int port_attach(const struct port_conf *conf, uint16_t *id, struct base_err *err);

/* Closes the device and takes a vdev away. */
void port_detach(const struct port *port);

/* port_argument.c: whether a device is made by a driver: its name, and a number behind it. */
bool port_is_of(const char *devargs, const char *driver);

/* The last value of an argument, which is the one that counts. false, and "": it is not there,
 * empty, or has not less than `size` octets. */
bool port_argument(const char *devargs, const char *key, char *value, size_t size);

#define PORT_FRAME_ARGS_MAX 48

/* port_frame.c: arguments to add to those of a device, or "": slots of net_af_packet that hold a
 * frame, where the device is given none. */
const char *port_frame_args(const struct port_conf *conf, char args[PORT_FRAME_ARGS_MAX]);

/* The largest MTU of a device, and the one to configure it with: some drivers do not name the limit
 * that they have, others name one that they do not have. */
uint16_t port_mtu_max(const struct rte_eth_dev_info *info);
uint16_t port_mtu_told(const struct port_conf *conf, const struct rte_eth_dev_info *info);

/* Octets of the largest data_room: net_af_xdp shares pages with the kernel. */
uint16_t port_room_max(const struct rte_eth_dev_info *info);

/* Octets of the longest frame that a device sends, UINT32_MAX: any; and the most
 * mbufs that one may lie in. */
uint32_t port_frame_max(const struct port_conf *conf, const struct rte_eth_dev_info *info);
uint16_t port_segs_max(const struct rte_eth_dev_info *info);

/* port_sent.c: frames that a device has counted as sent, or as failed; false: it does not tell. */
bool port_counted(const struct port *port, uint64_t *frames);

/* port_link.c: notes the interface that net_tap has made. */
void port_note_tap(struct port *port, const struct rte_eth_dev_info *info);

/* port_link.c: the kernel's interface that a device is made of; false: it is made of none. */
bool port_find_iface(const char *devargs, char name[IFNAMSIZ]);

/* port_offloads.c: asks ethtool(8)'s ioctl(2) about an interface; false: its driver does not know.
 */
bool port_ethtool(int fd, const char *iface, void *question);

/* port_packet.c: keeps what the host itself sends from being received by a device of net_af_packet,
 * of others nothing. 0; -ENOENT: it has no sockets; -errno. */
int port_packet_filter(const struct port *port);

/* port_rss.c: types of packets that the device can hash as we want; 0: none. */
uint64_t port_rss_types(const struct rte_eth_dev_info *info);

/* Asks for them, with a key that makes both directions one. */
void port_rss_configure(
	const struct rte_eth_dev_info *info, struct port *port, struct rte_eth_conf *eth);

/* Of a device that has been started: sets what could not be asked for, and looks what it has. */
enum port_spread port_rss_start(struct port *port);

#endif
