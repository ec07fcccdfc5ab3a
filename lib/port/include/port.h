/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#ifndef PORT_H
#define PORT_H

/**
 * @file
 * One port up or down: device, pool, queues, offloads. What a device can do is asked for, never
 * assumed.
 *
 * Threads: the main lcore alone; EAL is up.
 * Memory: the pool lies on the device's node (on the polling lcore's where the device has none),
 *   through place; struct port is the caller's.
 * Hot path: no; lcores call rte_eth_rx_burst() and rte_eth_tx_burst() with the port's id.
 */

#include "base_err.h"
#include "place.h"

#include <stdbool.h>
#include <stdint.h>

/** Octets of an Ethernet header with two VLAN tags: what a frame has around its MTU, CRC not
 * counted. */
#define PORT_L2_BYTES 22

/** What is asked of a port. */
struct port_conf {
	const char *name;    /**< of its [port] section */
	const char *devargs; /**< a PCI address, or a vdev with its arguments, as EAL takes them */
	int node;	     /**< for a device that reports none, or a vdev; -1: poll_node */
	int poll_node;	     /**< of the lcore that polls it */
	uint16_t rx_queues, tx_queues;
	uint16_t rx_desc, tx_desc; /**< of each queue */
	uint16_t mtu;		   /**< octets of an IP packet */
	bool promiscuous;
	struct place_pool pool; /**< data_room: headroom included */
};

#define PORT_IFACE_MAX	 16 /**< octets of an interface's name, as IFNAMSIZ */
#define PORT_RSS_KEY_MAX 128

/** Who leads packets to which of a port's queues. */
enum port_spread {
	PORT_SPREAD_NONE,      /**< there is one */
	PORT_SPREAD_ADDRESSES, /**< the device, by the pair of addresses in either order alone */
	PORT_SPREAD_PORTS,     /**< the device, by addresses and ports: it knows no IP alone */
	PORT_SPREAD_OTHER      /**< somebody else, or the device in a way that it does not tell */
};

/** A port that is open. */
struct port {
	const char *name;
	const char *devargs;
	char tap[PORT_IFACE_MAX]; /**< the interface that net_tap made; "": another driver's */
	uint16_t id;		  /**< of ethdev */
	int node;		  /**< where its pool lies */
	uint16_t rx_queues, tx_queues;
	uint16_t rx_desc, tx_desc; /**< as the device takes them */
	uint16_t mtu;
	/** Of the kernel's interface that the device of net_af_packet or net_af_xdp was made of; 0:
	 * of none. */
	uint32_t if_index;
	uint32_t frame_max; /**< octets of the longest frame that the device sends; UINT32_MAX: any
			     */
	uint32_t whole_max; /**< octets of the longest that it receives whole; UINT32_MAX: any */
	uint16_t segs_max;  /**< mbufs that a frame which it sends may lie in */
	bool csum_offload;  /**< the device makes the IPv4 and UDP checksums of what it sends */
	bool tells_link;    /**< it interrupts when its link changes */
	bool sets_port;	    /**< mbufs that it hands out bear its id */
	bool is_started;
	bool counts_sent; /**< a NIC, which may count what has left: others count what they take */
	uint64_t counted; /**< what it had counted when it was started */
	enum port_spread spread;	   /**< once it is started */
	uint8_t rss_key[PORT_RSS_KEY_MAX]; /**< asked for; 0: no RSS */
	struct rte_mempool *pool;
};

/** What a device says it did. */
struct port_counters {
	uint64_t rx, tx; /**< frames */
	uint64_t rx_bytes, tx_bytes;
	uint64_t rx_missed; /**< no descriptor was free: they never reached an lcore */
	uint64_t rx_errors;
	uint64_t rx_no_mbuf; /**< the pool was empty */
	uint64_t tx_errors;
};

/** Whether a device is a PCI address; else it is a vdev: EAL is then told --no-pci, or -a. */
bool port_is_pci(const char *devargs);

/** Whether a device wants pool.is_even: net_af_xdp shares a pool with the kernel as so many frames
 * of equal size, one after the other; buffers that lie behind a gap (DPDK's pools leave one where
 * an object would cross a page) the kernel throws away. */
bool port_wants_even(const char *devargs);

/**
 * Mbufs that a port needs, so that its pool never runs dry: its descriptors, the bursts and the
 * caches of the lcores that handle its packets.
 *
 * @param conf queues, descriptors and pool.cache are read
 * @param lcores that poll it or send by it
 * @param burst packets an lcore holds at a time
 * @param segs mbufs a packet may take
 */
uint32_t port_mbufs(const struct port_conf *conf, uint32_t lcores, uint32_t burst, uint32_t segs);

#define PORT_SOCKET_MAX 108 /**< octets of a socket's path, its NUL counted */

/**
 * Before a device is opened: takes away the socket in the file system by whose name its driver will
 * listen (a server of net_memif or net_virtio_user, net_vhost), when it is ours and the process
 * that had it is gone: the driver would fail at it, now and ever after.
 *
 * @param path takes its name
 * @return whether there was such a one
 */
bool port_clear_socket(const char *devargs, char path[PORT_SOCKET_MAX]);

/**
 * Opens a device and sets its queues up; it receives nothing yet.
 *
 * @param port filled on success; conf->name and conf->devargs are borrowed
 * @return 0; -ENODEV: no such device or driver, too few queues, -ENOMEM (BASE_EXIT_UNAVAILABLE);
 *   -EPERM (BASE_EXIT_PERMISSION); -EINVAL: the device cannot do what the configuration asks
 *   (BASE_EXIT_CONFIG)
 */
int port_open(const struct port_conf *conf, struct port *port, struct base_err *err);

/** Starts reception. @return 0, or what the driver failed with */
int port_start(struct port *port, struct base_err *err);

/** How long port_await_sent() waits: for every device, and for one that still counts. */
#define PORT_SENT_LEAST_NS UINT64_C(10000000)
#define PORT_SENT_LIMIT_NS UINT64_C(100000000)

/**
 * Waits until devices have sent what they took, which a stop may throw away: NICs until they have
 * counted all of it as sent, others as long as the first limit says. No lcore sends any more.
 *
 * @param handed by port: frames that its device took since it was started; where it took none
 *   nothing is waited for
 * @param left by port: frames that its device had not counted as sent at the end
 */
void port_await_sent(const struct port *ports, uint32_t n, const uint64_t *handed, uint64_t *left);

/** Stops reception; no lcore polls it any more. Fine when it was not started. */
void port_stop(struct port *port);

/** Stops, closes and detaches the device, frees the pool. Fine on a port that is all zero. */
void port_close(struct port *port);

/** The same of ports that send each other's packets: a device may hold mbufs of any of the pools
 * until it is closed, so all are stopped, then all closed, then the pools freed. */
void port_close_all(struct port *ports, uint32_t n);

/** A link as it is seen. */
struct port_link {
	bool is_up;
	bool is_elsewhere; /**< a tap that was moved into another namespace: nothing is known */
	bool is_gone;	   /**< the interface that the device was made of is no more, or no more in
			    * this namespace: down for good, whatever bears its name */
	bool is_full_duplex; /**< where the speed is told */
	uint32_t speed_mbps; /**< 0: not told */
};

/** Looks at a link and waits for nothing; that of the kernel's interface where the device is made
 * of one, whatever its name is by now. @return whether it is up */
bool port_link_read(const struct port *port, struct port_link *out);

/** Offloads of the kernel's interface that a device is made of by which TCP, or both it and UDP, do
 * not pass. */
struct port_offloads {
	char iface[PORT_IFACE_MAX]; /**< its name */
	bool gro, lro;		    /**< packets come joined: longer than the MTU they leave by */
	/** A veth with tx on. What its other end sends lacks checksums if that has it on, too; it
	 * cannot be asked where it is in another namespace. */
	bool veth_tx;
};

/** Asks the interface. @return whether one is on; false, too, for a device made of none */
bool port_offloads_read(const struct port *port, struct port_offloads *out);

/** Queues to receive of the kernel's interface that net_af_xdp is made of. */
struct port_channels {
	char iface[PORT_IFACE_MAX]; /**< its name */
	uint32_t has;		    /**< so many */
	bool is_combined;	    /**< with as many to send: ethtool(8) has two words for them */
	uint32_t first, n;	    /**< of these the device has n from first on */
};

/** Asks the interface. @return false: it does not tell, or the device is another */
bool port_channels_read(const struct port *port, struct port_channels *out);

/**
 * Asks for the MTU of the kernel's interface that a device is made of.
 *
 * @param iface its name; not to be read where the MTU is 0
 * @return 0: it is made of none
 */
uint32_t port_iface_mtu(const struct port *port, char iface[PORT_IFACE_MAX]);

/** Takes the link down, or up again. @return 0; -ENOTSUP: its driver cannot; -ENODEV: the interface
 * is gone; or what failed */
int port_link_set(const struct port *port, bool up);

/**
 * Has a descriptor written to (eventfd(2)) whenever the link changes, or no more.
 *
 * @return false: the device does not tell, look at the link from time to time
 */
bool port_link_wake(const struct port *port, int fd, bool on);

/**
 * A descriptor that can be read whenever an interface of the kernel's in this namespace has
 * changed: came, went, got or lost its link.
 *
 * @return it, to be closed by close(2); -errno
 */
int port_events_open(void);

/** Takes what can be read there. */
void port_events_take(int fd);

/**
 * Undoes what would outlive the process: promiscuous mode of a kernel's interface, net_af_xdp's
 * program on it. An lcore may still hang in the device: nothing else is touched, and the process
 * ends at once. Fine on a port that is all zero.
 */
void port_abandon(const struct port *port);

/** Reads what the device counted; all 0 when it does not tell. */
void port_read_counters(const struct port *port, struct port_counters *out);

/**
 * Calls visit for each extended counter of the device that is not 0.
 *
 * @param arg handed to visit
 */
void port_walk_xstats(const struct port *port,
	void (*visit)(void *arg, const char *name, uint64_t value), void *arg);

#endif
