/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef POLICY_GROUP_H
#define POLICY_GROUP_H

/**
 * @file
 * Which group a packet's client belongs to: by MAC, longest prefix of its
 * address, QinQ pair, VLAN, port, in this order; else the
 * default group.
 *
 * Threads: any; what is looked up is immutable.
 * Memory: in the view of the lcore that looks it up.
 * Hot path: policy_group_burst().
 */

#include <stdbool.h>
#include <stdint.h>
#define POLICY_PORTS_MAX  32	 /**< RTE_MAX_ETHPORTS of Debian's DPDK */
#define POLICY_PORT_NONE  0xffff /**< a port that the INI does not name: that of a replay */
#define POLICY_GROUP_NONE 0xffff

struct nets;
struct policy_view;
/** What a client was known by. */
enum policy_key {
	POLICY_KEY_MAC,
	POLICY_KEY_PREFIX,
	POLICY_KEY_QINQ,
	POLICY_KEY_VLAN,
	POLICY_KEY_PORT,
	POLICY_KEY_DEFAULT, /**< nothing: the group of the clients that none names */
};

/** What a packet tells of its client. VLAN IDs of 0 are those of priority tags: no VLAN. */
struct policy_client {
	const uint8_t *mac;  /**< 6 octets; NULL: not known */
	const uint8_t *addr; /**< 4 or 16 octets, network order */
	uint8_t family;	     /**< 4 or 6; 0: the address is not known */
	uint16_t vlan;	     /**< ID of the outer tag; 0: untagged */
	uint16_t inner;	     /**< ID of the next tag; 0: there is none */
	uint16_t port;	     /**< where it came in: index into conf.ports, or POLICY_PORT_NONE */
};

/** What a client belongs to, and why. */
struct policy_member {
	uint16_t group; /**< index into the view's groups */
	uint8_t key;	/**< enum policy_key */
	uint8_t bits;	/**< of the prefix, with POLICY_KEY_PREFIX alone, as what follows */
	bool is_bound;	/**< it counts on that VLAN alone */
};

/** Numbers of up to 48 bits to groups: open addressing, at most half full. */
struct policy_slots {
	const uint64_t *slots; /**< number << 16 | group; 0: empty. NULL: there is none */
	uint32_t mask;
};

/** All [clients] sections. */
struct policy_clients {
	struct policy_slots macs;	  /**< first octet highest */
	struct policy_slots pairs;	  /**< outer VLAN ID << 12 | inner */
	const struct nets *nets;	  /**< prefixes, of the node; NULL: there is none */
	const uint16_t *vlans;		  /**< by VLAN ID; POLICY_GROUP_NONE; NULL: there is none */
	uint16_t ports[POLICY_PORTS_MAX]; /**< by port; POLICY_GROUP_NONE */
};

/**
 * Finds the groups of a burst's clients.
 *
 * @param view whose `clients` is not NULL: somebody belongs somewhere
 * @param n at most NETS_BURST_MAX
 * @param out takes n results
 */
void policy_group_burst(const struct policy_view *view, const struct policy_client clients[],
	uint16_t n, struct policy_member out[]);

#endif
